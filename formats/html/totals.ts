/**
 * Totals, as HTML: of the sockets on the page, and the sums of the kernel.
 */
import { type SummaryLine, summaryLines } from "../../query/summary/summary.ts";
import type { Report } from "../format.ts";
import { escapeHtml } from "./escape.ts";
import type { PageTable } from "./page_table.ts";
import { grouped, type Numbers } from "./pictures/figure.ts";
import { countStates } from "./pictures/states.ts";

/** The section about totals. */
export function totalsHtml(table: PageTable, report: Report | undefined): string {
  const summary = report?.summary ?? null;
  const lines = summary === null ? [] : [...summaryLines(summary)];
  return [
    `<section aria-labelledby="totals"><h2 id="totals">Totals</h2>`,
    numbersHtml(protocolNumbers(table), "by-state"),
    lines.length === 0 ? "" : [
      `<details><summary>Sums of the network namespace, as ss2 -s shows them</summary>`,
      `<p class="note">These count all sockets, whether or not they are on this page.</p>`,
      numbersHtml(sumNumbers(lines), "sums"),
      `</details>`,
    ].join("\n"),
    `</section>`,
  ].join("\n");
}

/** A row for each protocol, a column for each state. */
function protocolNumbers(table: PageTable): Numbers {
  const counts = countStates(table);
  const states = [...new Set([...counts.values()].flatMap((row) => [...row.keys()]))];
  const sum = (numbers: readonly number[]) => numbers.reduce((all, number) => all + number, 0);
  const rows = [...counts].map(([protocol, row]) => ({ protocol, of: states.map((state) => row.get(state) ?? 0) }));
  const all = states.map((_, i) => sum(rows.map(({ of }) => of[i]!)));
  return {
    head: ["protocol", ...states.map((state) => state === "" ? "no state" : state), "all"],
    rows: [...rows, { protocol: "all", of: all }].map(({ protocol, of }) => [protocol, ...of, sum(of)]),
  };
}

function sumNumbers(lines: readonly SummaryLine[]): Numbers {
  const places = lines.some(({ netns }) => netns !== null);
  return {
    head: [...places ? ["namespace"] : [], "group", "name", "value", "unit", "kind"],
    rows: lines.map(({ netns, group, name, value, unit, kind }) => [
      ...places ? [netns === null ? "" : netns.name ?? `inode ${netns.inode}`] : [],
      group,
      name,
      // A sum may need more than 53 bits.
      groupedDigits(value),
      unit,
      kind,
    ]),
  };
}

const groupedDigits = (value: bigint): string => String(value).replaceAll(/\B(?=(?:\d{3})+$)/g, ",");

const isNumber = (cell: string | number): boolean => typeof cell === "number" || /^[\d,]+$/.test(cell);

/** Numbers as a table that scrolls if it is too wide. */
export function numbersHtml({ head, rows }: Numbers, id = ""): string {
  const cell = (value: string | number) =>
    `<td${isNumber(value) ? ' class="number"' : ""}>${
      typeof value === "number" ? grouped(value) : escapeHtml(value)
    }</td>`;
  const numeric = head.map((_, i) => rows.length > 0 && rows.every((row) => isNumber(row[i]!)));
  return [
    `<div class="scroll"><table${id === "" ? "" : ` id="${id}"`}><thead><tr>`,
    ...head.map((name, i) => `<th scope="col"${numeric[i] ? ' class="number"' : ""}>${escapeHtml(name)}</th>`),
    `</tr></thead><tbody>`,
    ...rows.map(([first, ...rest]) =>
      `<tr><th scope="row">${escapeHtml(String(first))}</th>${rest.map(cell).join("")}</tr>`
    ),
    `</tbody></table></div>`,
  ].join("");
}
