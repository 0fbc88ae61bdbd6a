/**
 * The text of a page. It asks nobody for anything: script, style, pictures and sockets are in it.
 */
import { gzipSync } from "node:zlib";
import type { Report, RoundPoint } from "../format.ts";
import type { MetaEnd, MetaStart } from "../json/meta.ts";
import { escapeHtml } from "./escape.ts";
import { findingsHtml } from "./findings.ts";
import assets from "./page_assets.json" with { type: "json" };
import { type PageTable, tableText, textAt } from "./page_table.ts";
import { counted, type Figure, grouped } from "./pictures/figure.ts";
import { figuresOf } from "./pictures/figures.ts";
import { roundFigures } from "./pictures/rounds.ts";
import { numbersHtml, totalsHtml } from "./totals.ts";

/** Rows for readers without scripts. */
export const STATIC_ROWS = 500;
/** With more rows than this, the page has only the columns that it shows. */
export const MANY_ROWS = 50_000;

/** What a page is made of. */
export interface PageContent {
  readonly table: PageTable;
  /** What is known about the run; `undefined` if nothing is. */
  readonly start: MetaStart | undefined;
  readonly end: MetaEnd | undefined;
  readonly report: Report | undefined;
  /** Whether the rows are counts instead of sockets. */
  readonly counts: boolean;
  /** What the rows are. */
  readonly title: string;
  /** The last rounds; none of a listing that is not repeated. */
  readonly rounds: readonly RoundPoint[];
}

/**
 * Nothing may be loaded, and only the script and the style of the program are run: their hashes are known. Text in the
 * page that looks like a script or style of its own does nothing.
 */
const POLICY = [
  "default-src 'none'",
  `script-src '${assets.scriptHash}'`,
  `style-src '${assets.styleHash}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

/** The pieces of a page. */
export function* pageText(content: PageContent): Generator<string> {
  const { table, start, counts, report, rounds } = content;
  const title = titleOf(content);
  const used = usedColumns(table);
  yield [
    `<!doctype html>`,
    `<html lang="en">`,
    `<head>`,
    `<meta charset="utf-8">`,
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}">`,
    `<meta name="viewport" content="width=device-width, initial-scale=1">`,
    `<meta name="color-scheme" content="light dark">`,
    `<meta name="referrer" content="no-referrer">`,
    `<meta name="generator" content="ss2 ${escapeHtml(start?.version ?? "")}">`,
    `<title>${escapeHtml(title)}</title>`,
    `<style>${assets.style}</style>`,
    `</head>`,
    `<body>`,
    `<a class="skip" href="#sockets">To the table</a>`,
    `<header><h1>${escapeHtml(title)}</h1>`,
    aboutHtml(content),
    `</header>`,
    `<main>`,
    missingHtml(content.end),
    counts ? "" : findingsHtml(report),
    counts ? "" : totalsHtml(table, report),
    counts ? "" : figuresHtml([...roundFigures(rounds), ...figuresOf(table)]),
    tableHtml(used, counts),
    `</main>`,
    "",
  ].filter((line, i, all) => line !== "" || i === all.length - 1).join("\n");
  yield* dataHtml(used);
  yield `<script>${assets.script}</script>\n</body>\n</html>\n`;
}

const titleOf = ({ start, title }: PageContent): string =>
  `${title}${start?.host === undefined ? "" : ` of ${start.host}`}`;

function aboutHtml({ start, end, table, counts, report }: PageContent): string {
  const rows: (readonly [string, string | undefined])[] = [
    ["Time", start?.time?.replace("T", " ").replace(/\.\d+Z$/, " UTC")],
    ["Kernel", start?.kernel],
    ["Network namespace", start?.netns === undefined ? undefined : String(start.netns)],
    ["Command", start === undefined ? undefined : ["ss2", ...start.options].join(" ")],
    [counts ? "Rows" : "Sockets", grouped(table.rows)],
    ["Complete", end === undefined ? "unknown" : end.complete ? "yes" : "no, see below"],
    ["Findings", findingsText(report)],
  ];
  return `<dl class="about">${
    rows.flatMap(([name, value]) =>
      value === undefined ? [] : [`<div><dt>${name}</dt><dd>${escapeHtml(value)}</dd></div>`]
    ).join("")
  }</dl>`;
}

function findingsText(report: Report | undefined): string | undefined {
  const results = report?.checks?.results;
  if (results === undefined) return undefined;
  const of = (wanted: string) => results.filter(({ result }) => result === wanted).length;
  return `${of("fails")} of ${counted(results.length, "rule")} ${of("fails") === 1 ? "fails" : "fail"}${
    of("unknown") === 0 ? "" : `, ${of("unknown")} unknown`
  }`;
}

function missingHtml(end: MetaEnd | undefined): string {
  if (end === undefined || end.warnings.length === 0) return "";
  const lines = end.warnings.map((warning) => `<li>${escapeHtml(warning)}</li>`);
  return `<div class="missing"><p>Not everything is known:</p><ul>${lines.join("")}</ul></div>`;
}

function figuresHtml(figures: readonly Figure[]): string {
  if (figures.length === 0) return "";
  const [drawn, plain] = [figures.filter(({ svg }) => svg !== ""), figures.filter(({ svg }) => svg === "")];
  const shown = drawn.map(({ id, question, answer, svg, numbers }) =>
    [
      `<figure id="${id}"><h3>${escapeHtml(question)}</h3><p>${escapeHtml(answer)}</p>`,
      svg,
      numbers === null ? "" : `<details><summary>Numbers</summary>${numbersHtml(numbers)}</details>`,
      `</figure>`,
    ].join("")
  );
  return [
    `<section aria-labelledby="pictures"><h2 id="pictures">Pictures</h2>`,
    `<div class="figures">`,
    ...shown,
    `</div>`,
    plain.length === 0
      ? ""
      : `<dl class="answers">${
        plain.map(({ id, question, answer }) =>
          `<dt id="${id}">${escapeHtml(question)}</dt><dd>${escapeHtml(answer)}</dd>`
        ).join("")
      }</dl>`,
    `</section>`,
  ].join("\n");
}

/** The table: the first rows for readers without scripts, which the script replaces by all. */
function tableHtml(table: PageTable, counts: boolean): string {
  const columns = table.columns.filter(({ shown }) => shown);
  const rows = Math.min(table.rows, STATIC_ROWS);
  const name = (number: boolean) => number ? ' class="number"' : "";
  const lines = Array.from(
    { length: rows },
    (_, row) =>
      `<tr>${
        columns.map((column) => `<td${name(column.number)}>${escapeHtml(textAt(column, row))}</td>`).join("")
      }</tr>`,
  );
  const units = (unit: string) => unit === "" ? "" : ` (${unit})`;
  return [
    `<section aria-labelledby="sockets"><h2 id="sockets">${counts ? "Rows" : "Sockets"}</h2>`,
    table.rows > MANY_ROWS
      ? `<p class="note">There are more than ${grouped(MANY_ROWS)} rows, so the page has only these columns, and not ` +
        `those that are not shown at first. Name others with --columns.</p>`
      : "",
    table.rows > rows
      ? `<noscript><p class="note">Without scripts: the first ${grouped(rows)} of ${
        grouped(table.rows)
      } rows.</p></noscript>`
      : "",
    `<div id="tools" hidden>`,
    `<input id="filter" type="search" aria-label="Filter" placeholder="Filter: nginx, state = close-wait, rtt &gt; 50" ` +
    `autocomplete="off" spellcheck="false">`,
    `<button id="copy" type="button">Copy as CSV</button>`,
    `<span id="status" role="status"></span>`,
    `<details><summary>Columns</summary><div id="columns"></div></details>`,
    `</div>`,
    `<div id="rows" class="scroll" tabindex="0" role="region" aria-label="Table"><table><thead><tr>`,
    columns.map(({ name: heading, number, unit }) =>
      `<th scope="col"${name(number)}>${escapeHtml(heading)}${escapeHtml(units(unit))}</th>`
    ).join(""),
    `</tr></thead><tbody>`,
    ...lines,
    `</tbody></table></div>`,
    table.rows === 0 ? `<p class="note">${counts ? "There is nothing to count." : "No socket was listed."}</p>` : "",
    `</section>`,
  ].filter((line) => line !== "").join("\n");
}

/**
 * The table without columns that no socket has. Columns that nobody sees at first would make a page of many rows too
 * large.
 */
function usedColumns({ rows, columns }: PageTable): PageTable {
  const used = columns.filter(({ usual, texts }) => !usual || rows === 0 || texts.length > 1);
  return { rows, columns: rows > MANY_ROWS ? used.filter(({ shown }) => shown) : used };
}

/** Bytes of base64 in a piece: a multiple of three bytes, so that pieces can be joined. */
const PIECE = 3 << 18;

/** All rows, compressed. It is no script, so the browser keeps it as it is. */
function* dataHtml(table: PageTable): Generator<string> {
  const bytes = new Uint8Array(gzipSync(new TextEncoder().encode(tableText(table))));
  yield `<script id="data" type="application/octet-stream">`;
  for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE).toBase64();
  yield `</script>\n`;
}
