/**
 * The texts of `--help`: one screen, everything (`all`), or one option, field or state.
 */
import type { Family } from "../decode/families/family.ts";
import { families, loadFamilies } from "../decode/families/registry.ts";
import { endPaths, LOCAL, REMOTE } from "../query/end_paths.ts";
import { pathsNamed } from "../query/short_names.ts";
import { spellState, stateWords } from "../decode/kernel/tcp_states.ts";
import { type Field, fieldsOf, units } from "../decode/reference/fields.ts";
import { quote } from "../decode/text/control_characters.ts";
import { typeText } from "../formats/json/field_table.ts";
import { formats, metricFormats } from "../formats/registry.ts";
import type { Write } from "../formats/text/output_buffer.ts";
import { type Option, shownLong } from "../options/option.ts";
import { domainNames, listNames, options } from "../options/option_table.ts";
import { UsageError } from "../options/usage_error.ts";
import { nearest } from "../query/nearest.ts";
import type { CommandOf } from "./action.ts";
import { DONE } from "./exit_status.ts";
import { printText } from "./print.ts";

/** The terms of a filter. */
export const filterTerms: readonly (readonly [term: string, meaning: string])[] = [
  ["state NAME", "sockets in this state; may be repeated to add states"],
  ["exclude NAME", "sockets in any other state"],
  ["src HOST, dst HOST", "address, ADDRESS:PORT, ADDRESS/PREFIX, [IPV6]:PORT, :PORT, name"],
  ["sport = PORT, dport …", "port number or service name; also != > < >= <="],
  ["dev NAME, fwmark MARK/MASK, cgroup PATH, autobound", ""],
  [
    "FIELD = VALUE",
    "any field of --fields, or its last part (rtt); also != > < >= <=, ~ for a regular expression; units such as 50ms, 2MB; pid and comm mean owners.pid and owners.comm",
  ],
  ["NAME in VALUE,VALUE", "one of several values: sport in 22,80"],
  ["FIELD OP FIELD", "two fields with numbers: backlog >= backlog_limit"],
  ["8080, nginx", "a port at either end; a process name"],
  ["exists FIELD", "sockets that have the field"],
  ["and, or, not, ( )", "also & | !"],
];

/** Meaning of each exit status. */
export const exitStatuses: readonly (readonly [status: string, meaning: string])[] = [
  ["0", "everything was printed, or the check holds"],
  [
    "1",
    "the output is known to be incomplete, or a check (-q, --allow, --check, --leaks, --diff …) does not hold",
  ],
  ["2", "nothing useful was printed, or the result of the check is unknown"],
];

/** Example commands with their purpose. */
export const examples: readonly (readonly [command: string, meaning: string])[] = [
  ["ss2 -tlp --table", "who listens on TCP ports"],
  ["ss2 -tap --table", "all TCP sockets and their processes"],
  ["ss2 -ta --format ndjson", "the same as JSON, one object a line"],
  ["ss2 -tap --csv > sockets.csv", "for a spreadsheet"],
  ["ss2 -tp --table nginx", "connections of a process"],
  ["ss2 -ta --table 8080", "sockets with a port"],
  ["ss2 -ta --table state close-wait", "connections a program has not closed"],
  ["ss2 -t --columns local,remote,rtt --sort rtt:desc --limit 5 --table", "the slowest connections"],
  ["ss2 -ta --count-by state --table", "number of sockets in each state"],
  ["ss2 -tlp -N all --table", "listeners in all network namespaces"],
  ["ss2 -q -tl sport = :443", "0: listens, 1: nobody, 2: unknown"],
  ["ss2 -ta --record host.pcap > /dev/null", "print it later with --read host.pcap"],
];

/** Prints the help. */
export async function printHelp({ topic }: CommandOf<"help">, print: Write): Promise<number> {
  printText(topic === null ? helpText() : topic === "all" ? wholeHelp() : await topicHelp(topic), print);
  return DONE;
}

/** The most common tasks and where to find the rest. Fits on one screen. */
export function helpText(): string {
  return [
    "usage: ss2 [option ...] [filter]",
    "",
    "Lists every socket the Linux kernel knows about and prints all details.",
    "",
    // The meaning of a long command is on the line before it.
    ...examples.flatMap(([command, meaning]) =>
      command.length > 38 ? [`  # ${meaning}`, `  ${command}`] : [`  ${command.padEnd(38)} # ${meaning}`]
    ),
    "",
    "ss2 --help all   every option         ss2 --help NAME  one option, field, state",
    "ss2 --fields     every field          ss2 --doctor     what ss2 can see here",
    "ss2 --man        the manual page      ss2 --schema     schema of the output",
    "",
  ].join("\n");
}

const optionLine = (option: Option): string => {
  const short = option.short === undefined ? "    " : `-${option.short}, `;
  return `  ${short}${shownLong(option).padEnd(18)} ${option.help}`;
};

/** All options by group, filter terms, formats and exit statuses, from the tables. */
export function wholeHelp(): string {
  const groups = new Map<string, Option[]>();
  for (const option of options) groups.set(option.group, [...groups.get(option.group) ?? [], option]);
  return [
    "usage: ss2 [option ...] [filter]",
    ...[...groups].flatMap(([group, members]) => ["", `${group}:`, ...members.map(optionLine)]),
    "",
    ...wrap(domainNames, "FAMILY is one of: ", 78),
    ...wrap(listNames(), "LIST can hold:  ", 78),
    "NAMESPACE is a name in /run/netns, a PID, a path, or all",
    "",
    "The filter, quoted as one word or not:",
    ...filterTerms.flatMap(([term, meaning]) => wrap(meaning.split(" "), `  ${term.padEnd(23)}`, 88, 25)),
    ...wrap([...stateWords.keys()], "  NAME is one of: ", 78),
    "",
    "Formats:",
    ...[...formats, ...metricFormats].map(({ name, help }) => `  ${name.padEnd(22)} ${help}`),
    "",
    "Exit status:",
    ...exitStatuses.map(([status, meaning]) => `  ${status}  ${meaning}`),
    "",
  ].join("\n");
}

/** Help about an option, a field or a state. */
async function topicHelp(topic: string): Promise<string> {
  const name = topic.replace(/^-+/, "");
  const option = options.find(({ long, short, also }) => [long, short, ...also ?? []].includes(name));
  const known = await loadFamilies(families);
  const fields = fieldsCalled(name, known);
  const state = [...stateWords.keys()].find((word) => word === spellState(name));
  const sections = [
    ...option === undefined ? [] : optionHelp(option),
    ...state === undefined ? [] : [`state ${state}`, "", `  ss2 -ta state ${state}`, ""],
    ...fields.flatMap(([field, names]) => fieldHelp(field, names)),
  ];
  if (sections.length > 0) return sections.join("\n");
  const paths = known.flatMap((family) => fieldsOf(family).map(({ path }) => path));
  const near = nearest(name, [...options.map(({ long }) => long), ...stateWords.keys(), ...paths]);
  const hint = near === undefined ? "; --help all, --fields" : `, did you mean ${near}?`;
  throw new UsageError(`there is no option, field or state ${quote(name)}${hint}`);
}

/** The fields whose path, or its last part, is `name`, each with the families that have it. */
function fieldsCalled(typed: string, known: readonly Family[]): readonly (readonly [Field, readonly string[]])[] {
  // Names of ss, and headings of the table, have another path.
  const [name = typed] = pathsNamed(typed, []);
  const ends = typed === LOCAL || typed === REMOTE ? endPaths(typed, known.slice(0, 1)) : [];
  const found = new Map<string, { readonly field: Field; readonly names: string[] }>();
  for (const family of known) {
    for (const field of fieldsOf(family)) {
      if (field.path !== name && !field.path.endsWith(`.${name}`) && !ends.includes(field.path)) continue;
      const entry = found.get(field.path);
      if (entry === undefined) found.set(field.path, { field, names: [family.name] });
      else if (!entry.names.includes(family.name)) entry.names.push(family.name);
    }
  }
  return [...found.values()].map(({ field, names }) => [field, names]);
}

/** Sample values for examples, by the placeholder in the help. */
const SAMPLES: Readonly<Record<string, string>> = {
  FILE: "sockets.out",
  FILTER: "'sport=:22'",
  LIST: "state,src_port",
  NAME: "src_port",
  NAMESPACE: "all",
  N: "10",
  SECONDS: "2",
  C: "';'",
};

/** The value of an option that another one needs. */
function sampleOf(long: string): string {
  const value = options.find((option) => option.long === long)?.value;
  return value === undefined || value.startsWith("[") ? "" : ` ${SAMPLES[value]}`;
}

/** An example command for an option, with the options that it needs. */
export function exampleOf(option: Option): string {
  const { long, value, choices = [], needs = [], honours, setting, completes } = option;
  const known = examples.map(([command]) => command).find((command) => new RegExp(`--${long}( |$)`).test(command));
  if (known !== undefined) return known;
  if (option.example !== undefined) return option.example;
  const sample = completes === "protocols"
    ? "tcp,udp"
    : choices[0] ?? (value === undefined ? undefined : SAMPLES[value]);
  const typed = `--${long}${sample === undefined ? "" : ` ${sample}`}`;
  if (honours !== undefined || long === "help") return `ss2 ${typed}`;
  const family = families.some((family) => family.option.long === long);
  const format = setting === undefined ? undefined : formats.find(({ honours }) => honours.includes(setting))?.name;
  const words = [
    ...family || completes === "protocols" ? [] : ["-t"],
    ...needs.length === 0 ? [] : [`--${needs[0]}${sampleOf(needs[0]!)}`],
    typed,
    ...format === undefined || format === "json" ? [] : [`--${format === "ndjson" ? "format ndjson" : format}`],
  ];
  return `ss2 ${words.join(" ")}`;
}

const optionHelp = (option: Option): readonly string[] => [
  optionLine(option).trim(),
  ...option.choices === undefined ? [] : wrap(option.choices, "  values: ", 78),
  ...option.needs === undefined ? [] : [`  needs ${option.needs.map((long) => `--${long}`).join(" or ")}`],
  ...option.excludes === undefined
    ? []
    : [`  not with ${Object.keys(option.excludes).map((long) => `--${long}`).join(", ")}`],
  "",
  `  ${exampleOf(option)}`,
  "",
];

function fieldHelp(field: Field, names: readonly string[]): readonly string[] {
  const { path, unit, since, privilege, meaning, source } = field;
  const notes = [typeText(field), ...unit === "" ? [] : [units.get(unit) ?? unit]];
  return [
    `${path} (${notes.join(", ")})`,
    ...wrap(meaning.split(" "), "  ", 78, 2),
    `  of ${names.join(", ")}`,
    ...since === "" ? [] : [`  since kernel ${since}`],
    ...privilege === "" ? [] : [`  needs ${privilege}`],
    ...source === "" ? [] : [`  from ${source}`],
    "",
    `  ss2 -a --columns protocol,${path}`,
    `  ss2 -a 'exists ${path}'`,
    "",
  ];
}

/** Wraps words after `first` into lines of about `width` characters, indented by `indent`. */
function wrap(words: readonly string[], first: string, width: number, indent = 4): string[] {
  const lines = [first];
  for (const word of words) {
    const line = lines[lines.length - 1]!;
    if (line.length + word.length > width) lines.push(`${" ".repeat(indent)}${word}`);
    else lines[lines.length - 1] = line.endsWith(" ") ? line + word : `${line} ${word}`;
  }
  return lines.map((line) => line.trimEnd());
}
