/**
 * `--fields`: the reference of fields, as lines to read or as JSON.
 */
import { fieldEntries, fieldTable } from "../formats/json/field_table.ts";
import type { Write } from "../formats/text/output_buffer.ts";
import type { CommandOf } from "./action.ts";
import { DONE } from "./exit_status.ts";
import { jsonText, printText } from "./print.ts";

/** Prints it. */
export function printFields(command: CommandOf<"fields">, print: Write): number {
  printText(fieldsText(command), print);
  return DONE;
}

function fieldsText({ families, format, compact }: CommandOf<"fields">): string {
  if (format === null) return fieldTable(families);
  const entries = fieldEntries(families);
  return format === "json" ? jsonText(entries, compact) : entries.map((entry) => jsonText(entry, true)).join("");
}
