/**
 * Tables of pages for tests, made of rows.
 */
import type { PageColumn, PageTable } from "../../../formats/html/page_table.ts";

const NUMBERS = /port|_q$|backlog|rtt|bytes|inode|last_data|rates|pid$/;

/** A table with these rows: values by path. Numbers are recognized by the name of their column. */
export function tableOf(rows: readonly Readonly<Record<string, string | number>>[]): PageTable {
  const paths = [...new Set(rows.flatMap(Object.keys))];
  const columns = paths.map((path): PageColumn => {
    const texts = [...new Set(["", ...rows.map((row) => String(row[path] ?? ""))])];
    return {
      path,
      name: path.split(".").at(-1)!,
      unit: "",
      number: NUMBERS.test(path),
      shown: true,
      usual: false,
      texts,
      cells: Int32Array.from(rows, (row) => texts.indexOf(String(row[path] ?? ""))),
    };
  });
  return { rows: rows.length, columns };
}
