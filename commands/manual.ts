/**
 * The manual pages in man(7) macros: ss2(8) from the table of options, ss2-fields(8) from the tables of fields.
 */
import { families, loadFamilies } from "../decode/families/registry.ts";
import { type Field, fieldsOf, units } from "../decode/reference/fields.ts";
import { stateWords } from "../decode/kernel/tcp_states.ts";
import { typeText } from "../formats/json/field_table.ts";
import { formats, metricFormats } from "../formats/registry.ts";
import type { Write } from "../formats/text/output_buffer.ts";
import type { CommandOf } from "./action.ts";
import { DONE } from "./exit_status.ts";
import { examples, exitStatuses, filterTerms } from "./help.ts";
import { type Option, shownValue } from "../options/option.ts";
import { listNames, options } from "../options/option_table.ts";
import { printText } from "./print.ts";
import { buildOf, version } from "./version.ts";

/** Prints a page. */
export async function printManual({ page }: CommandOf<"man">, print: Write): Promise<number> {
  printText(page === "fields" ? await fieldsPage() : manualPage(), print);
  return DONE;
}

/** Escapes text for roff: ASCII only, no line is taken for a request, `-` stays a minus sign. */
function escape(text: string): string {
  return text.replaceAll("\\", "\\e").replace(/^[.']/, "\\&$&").replaceAll("-", "\\-")
    .replaceAll(
      /[^\x20-\x7e]/gu,
      (letter) => `\\[u${letter.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}]`,
    );
}

/** Wraps text into short lines, with a new line for each sentence. */
function paragraph(text: string): string[] {
  return text.split(/(?<=[.:;]) /).flatMap((sentence) => {
    const lines = [""];
    for (const word of sentence.split(" ")) {
      const line = lines[lines.length - 1]!;
      if (line.length + word.length > 70) lines.push(word);
      else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
    }
    return lines.map(escape);
  });
}

const section = (name: string, ...lines: readonly string[]): string[] => [`.SH ${name}`, ...lines];

/** A bold term with its description. */
const item = (term: string, text: string): string[] => [".TP", `.B ${escape(term)}`, ...paragraph(text)];

function title(name: string): string {
  const date = buildOf().date ?? new Date().toISOString().slice(0, 10);
  return `.TH ${name} 8 ${date} "ss2 ${version}" "System Administration"`;
}

/** ss2(8): examples first. */
export function manualPage(): string {
  return [
    title("SS2"),
    ...section("NAME", "ss2 \\- list every socket the Linux kernel knows about, with all details"),
    ...section(
      "SYNOPSIS",
      ".B ss2",
      '.RI [ option " ...] [" filter ]',
    ),
    ...section("EXAMPLES", ...examples.flatMap(([command, meaning]) => item(command, sentence(meaning)))),
    ...section(
      "DESCRIPTION",
      ...paragraph(
        "Lists sockets as JSON, NDJSON, YAML, CSV or a table: every field, each number as the kernel sent it. Fields that the kernel did not send are left out. By default connected sockets are listed; -a lists all, -l listeners.",
      ),
      ".PP",
      ...paragraph(
        "No privilege is needed. Without root the kernel leaves out some fields, and processes of other users cannot be read; ss2 --doctor shows what is missing.",
      ),
    ),
    ...section("OPTIONS", ...optionItems()),
    ...section(
      "FILTER",
      ...paragraph("The words after the options are the filter, quoted as one word or not."),
      ...filterTerms.flatMap(([term, meaning]) => item(term, sentence(meaning))),
      ".PP",
      ...paragraph(`NAME is one of ${[...stateWords.keys()].join(", ")}.`),
    ),
    ...section(
      "FORMATS",
      ...[...formats, ...metricFormats].flatMap(({ name, help }) => item(name, `${sentence(help)}`)),
    ),
    ...section("EXIT STATUS", ...exitStatuses.flatMap(([status, meaning]) => item(status, `${sentence(meaning)}`))),
    ...section(
      "ENVIRONMENT",
      ...item(
        "SS2_FORMAT",
        "Output format, such as table, if standard output is a terminal and no option sets the format.",
      ),
      ...item(
        "SS2_COMPAT",
        "If pyroute2, command lines that the Python ss2 understands are answered as it does (--compat).",
      ),
      ...item("NO_COLOR", "If set, the table has no colours; nor with TERM=dumb."),
    ),
    ...section("SEE ALSO", ".BR ss2-fields (8),", ".BR ss (8),", ".BR sock_diag (7),", ".BR proc (5),", ".BR tcp (7)"),
    "",
  ].join("\n");
}

/** With a capital letter and a full stop. */
const sentence = (text: string): string =>
  text === "" ? "" : `${/^[a-z]+[ ,]/.test(text) ? text[0]!.toUpperCase() + text.slice(1) : text}.`;

function optionItems(): string[] {
  let group = "";
  return options.flatMap((option) => {
    const { long, short, help } = option;
    const heading = option.group === group ? [] : [`.SS ${escape(option.group)}`];
    group = option.group;
    const names = [...short === undefined ? [] : [`-${short}`], `--${long}`].join(", ");
    return [
      ...heading,
      ...item(`${names}${shownValue(option)}`, sentence(help)),
      ...choices(option),
    ];
  });
}

/** The values that an option takes, if its help does not list them. */
function choices({ choices = [], completes, help }: Option): string[] {
  const names = completes === "protocols" ? listNames() : choices;
  return names.every((name) => help.includes(name)) ? [] : paragraph(`Values: ${names.join(", ")}.`);
}

/** ss2-fields(8): every field. */
export async function fieldsPage(): Promise<string> {
  return [
    title("SS2-FIELDS"),
    ...section("NAME", "ss2-fields \\- fields in the output of ss2"),
    ...section("FIELDS", ...await fieldItems()),
    ...section("SEE ALSO", ".BR ss2 (8)"),
    "",
  ].join("\n");
}

/** Every field once, in output order. Differences between families are shown by --fields only. */
async function fieldItems(): Promise<string[]> {
  const known = new Map<string, Field>();
  for (const family of await loadFamilies(families)) {
    for (const field of fieldsOf(family)) if (!known.has(field.path)) known.set(field.path, field);
  }
  return [
    ...paragraph("These names are used in the output, for columns and in filters. ss2 --fields lists them by family."),
    ...[...known].flatMap(([path, field]) => {
      const notes = [typeText(field), ...field.unit === "" ? [] : [units.get(field.unit) ?? field.unit]];
      const since = field.since === "" ? "" : ` Since kernel ${field.since}.`;
      const privilege = field.privilege === "" ? "" : ` Needs ${field.privilege}.`;
      return item(path, `(${notes.join(", ")}) ${field.meaning}${since}${privilege}`);
    }),
  ];
}
