/**
 * The text of `--help`.
 */
import { stateWords } from "../decode/kernel/tcp_states.ts";
import { formats } from "../formats/registry.ts";
import type { Write } from "../formats/text/output_buffer.ts";
import { domainNames, listNames, options } from "../options/option_table.ts";
import type { CommandOf } from "./action.ts";
import { DONE } from "./exit_status.ts";
import { printText } from "./print.ts";

/** What a filter is made of. */
export const filterTerms: readonly (readonly [term: string, meaning: string])[] = [
  ["state NAME", "sockets in this state; several add up"],
  ["exclude NAME", "sockets in any other state"],
  ["src HOST, dst HOST", "address, ADDRESS:PORT, ADDRESS/PREFIX, [IPV6]:PORT, :PORT, name"],
  ["sport = PORT, dport …", "number or name of a service; also != > < >= <="],
  ["dev NAME, fwmark MARK/MASK, cgroup PATH, autobound", ""],
  [
    "FIELD = VALUE",
    "any field of --fields, or its last part (rtt); also != > < >= <=, ~ for a regular expression; units as in 50ms, 2MB; pid and comm for owners.pid and owners.comm",
  ],
  ["NAME in VALUE,VALUE", "one of several values: sport in 22,80"],
  ["FIELD OP FIELD", "two fields with numbers: backlog >= backlog_limit"],
  ["8080, nginx", "a port at either end, a process"],
  ["exists FIELD", "sockets that have the field"],
  ["and, or, not, ( )", "also & | !"],
];

/** What the exit status says. */
export const exitStatuses: readonly (readonly [status: string, meaning: string])[] = [
  ["0", "everything asked for was printed"],
  ["1", "it was printed, but is known to be incomplete; or --quiet or --fail-if-… did not hold"],
  ["2", "nothing useful was printed"],
];

/** Commands to start from, and what they are for where that is not plain. */
export const examples: readonly (readonly [command: string, meaning: string])[] = [
  ["ss2 -ta", "all TCP sockets as JSON"],
  ["ss2 -tl4 --format ndjson", ""],
  ["ss2 -tp --csv > sockets.csv", ""],
  ["ss2 -tap --table", "for reading"],
  ["ss2 -tlp -N all --table", ""],
  ["ss2 -t --csv --columns src,src_port,dst,tcp_info.rtt --sort tcp_info.rtt:desc --limit 5", ""],
  ["ss2 -ta --count-by state", ""],
  ["ss2 -t state established state close-wait", ""],
  ["ss2 -q -tl sport = :443", "whether somebody listens on it"],
  ["ss2 -tan '( dport = :443 or dst 10.0.0.0/8 ) and tcp_info.rtt > 50ms'", ""],
];

/** Prints the help. */
export function printHelp(_command: CommandOf<"help">, print: Write): number {
  printText(helpText(), print);
  return DONE;
}

/** The text of `--help`, made from the table. */
export function helpText(): string {
  const lines = [
    "usage: ss2 [option ...] [filter]",
    "",
    "Prints what the Linux kernel knows about its sockets.",
  ];
  let group = "";
  for (const option of options) {
    if (option.group !== group) lines.push("", `${option.group}:`);
    group = option.group;
    const short = option.short === undefined ? "    " : `-${option.short}, `;
    const long = `--${option.long}${option.value === undefined ? "" : ` ${option.value}`}`;
    lines.push(`  ${short}${long.padEnd(18)} ${option.help}`);
  }
  lines.push(
    "",
    ...wrap(domainNames, "FAMILY is one of: ", 78),
    ...wrap(listNames(), "LIST is made of: ", 78),
    "NAMESPACE is a name in /run/netns, the number of a process, a path, or all",
    "",
    "The filter is one quoted word or several:",
    ...filterTerms.flatMap(([term, meaning]) => wrap(meaning.split(" "), `  ${term.padEnd(23)}`, 88, 25)),
    ...wrap([...stateWords.keys()], "  NAME is one of: ", 78),
    "",
    "Formats:",
    ...formats.map((format) => `  ${format.name.padEnd(22)} ${format.help}`),
    "",
    "Exit status:",
    ...exitStatuses.map(([status, meaning]) => `  ${status}  ${meaning}`),
    "",
    "Examples:",
    ...examples.map(([command, meaning]) => `  ${command.padEnd(22)} ${meaning}`.trimEnd()),
    "",
  );
  return lines.join("\n");
}

/** Words behind `first`, in lines of at most `width` letters; the others start with `indent` blanks. */
function wrap(words: readonly string[], first: string, width: number, indent = 4): string[] {
  const lines = [first];
  for (const word of words) {
    const line = lines[lines.length - 1]!;
    if (line.length + word.length > width) lines.push(`${" ".repeat(indent)}${word}`);
    else lines[lines.length - 1] = line.endsWith(" ") ? line + word : `${line} ${word}`;
  }
  return lines.map((line) => line.trimEnd());
}
