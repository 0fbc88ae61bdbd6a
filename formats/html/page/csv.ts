/**
 * Rows as CSV (RFC 4180).
 */
import type { PageColumn } from "../page_table.ts";

/** The rows as CSV, with a heading. */
export function csvOf(columns: readonly PageColumn[], rows: Iterable<number>): string {
  const cells = columns.map(({ texts, number }) => texts.map((text) => cellOf(text, number)));
  const lines = [columns.map(({ path }) => cellOf(path, false)).join(",")];
  for (const row of rows) lines.push(columns.map((column, i) => cells[i]![column.cells[row]!]!).join(","));
  return lines.join("\r\n") + "\r\n";
}

/** An apostrophe before text that a spreadsheet takes for a formula, as in the format `csv`. */
function cellOf(text: string, number: boolean): string {
  // Control characters are escaped here.
  const safe = !number && /^(?:['=+\-@＝＋－＠]|\\u000[09ad])/.test(text) ? `'${text}` : text;
  return /[",\r\n]|^ | $/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
