/**
 * Prints differences between listings: as JSON, NDJSON, CSV or a table.
 */
import { escapeControls } from "../../decode/text/control_characters.ts";
import { exactNumbers, type FieldObject, type FieldValue, type FlowObject } from "../../decode/record/object_sink.ts";
import { type Difference, diffEvents, recordOf } from "../../query/diff.ts";
import { endPaths, LOCAL, REMOTE } from "../../query/end_paths.ts";
import { placeFields, valueAt } from "../../query/socket_pairs.ts";
import { APOSTROPHE, LONGEST_NUMBER, putCellText, putGuard, putJsonCell, quoteCell, SEMICOLON } from "../csv/cells.ts";
import { displayWidth } from "../table/display_text.ts";
import { OutputBuffer, type Write } from "../text/output_buffer.ts";

/** Names of the formats. */
export const diffFormats = ["json", "ndjson", "csv", "tsv", "table"] as const;

export type DiffFormat = typeof diffFormats[number];

export interface DiffOptions {
  /** When the second listing was made. */
  readonly time: string;
  readonly compact?: boolean;
  readonly noHeader?: boolean;
}

const encoder = new TextEncoder();

/** Prints the differences. */
export function printDifferences(
  format: DiffFormat,
  differences: readonly Difference[],
  options: DiffOptions,
  write: Write,
): void {
  const put = (text: string) => write(encoder.encode(text));
  switch (format) {
    case "json":
      return putJson(differences, options, put);
    case "ndjson":
      return differences.forEach((difference) => put(jsonOf(recordOf(difference, options.time)) + "\n"));
    case "csv":
      return putRows(differences, options, ",", write);
    case "tsv":
      return putRows(differences, options, "\t", write);
    case "table":
      return putTable(differences, options, put);
  }
}

/** JSON that is safe for a terminal. */
const jsonOf = (value: FieldValue, indent: number = 0): string =>
  JSON.stringify(value, exactNumbers, indent).split("\n").map(escapeControls).join("\n");

const INDENT = 4;

function putJson(
  differences: readonly Difference[],
  { compact = false }: DiffOptions,
  put: (text: string) => void,
): void {
  const [line, blank] = compact ? ["", ""] : ["\n", " "];
  const indented = (text: string, levels: number) =>
    compact ? text : text.replaceAll(/^/gm, " ".repeat(INDENT * levels));
  put(`{${line}`);
  for (const [i, event] of diffEvents.entries()) {
    const found = differences.filter((difference) => difference.event === event);
    put(`${i === 0 ? "" : `,${line}`}${indented(`"${event}":${blank}[`, 1)}`);
    for (const [n, difference] of found.entries()) {
      const { event: _, ...record } = recordOf(difference, null);
      put(`${n === 0 ? "" : ","}${line}${indented(jsonOf(record, compact ? 0 : INDENT), 2)}`);
    }
    put(found.length === 0 ? "]" : `${line}${indented("]", 1)}`);
  }
  put(`${line}}\n`);
}

/** A row for each socket that was opened or closed, and for each field that changed. */
interface Row {
  readonly field: string;
  readonly from: FieldValue | undefined;
  readonly to: FieldValue | undefined;
}

function rowsOf({ from = {}, to = {} }: Difference): readonly Row[] {
  const fields = [...new Set([...Object.keys(from), ...Object.keys(to)])];
  const rows = fields.map((field) => ({ field, from: own(from, field), to: own(to, field) }));
  return rows.length > 0 ? rows : [{ field: "", from: undefined, to: undefined }];
}

const own = (object: FieldObject, name: string): FieldValue | undefined =>
  Object.hasOwn(object, name) ? object[name] : undefined;

/** Names of the processes that hold a socket. */
export const PROCESSES = "owners.comm";

const columns = ["event", "time", "protocol", ...placeFields, PROCESSES, "field", "from", "to"];

/** Bytes of a cell in addition to its text. */
const ROOM = 64;

function putRows(differences: readonly Difference[], options: DiffOptions, delimiter: string, write: Write): void {
  const buffer = new OutputBuffer(write);
  const [between, end] = [delimiter, "\r\n"].map((text) => encoder.encode(text)) as [Uint8Array, Uint8Array];
  const putRow = (cells: readonly (FieldValue | undefined)[]) => {
    for (let i = 0; i < cells.length; i++) {
      if (i > 0) buffer.put(between);
      const cell = cells[i];
      if (cell !== undefined && cell !== "") putCell(buffer, cell, between[0]!);
    }
    buffer.put(end);
    buffer.finish();
  };
  if (options.noHeader !== true) putRow(columns);
  const paths = [...placeFields, PROCESSES];
  for (const difference of differences) {
    const { event, flow } = difference;
    const cells = [event, options.time, flow.protocol, ...paths.map((path) => valueAt(flow, path))];
    for (const { field, from, to } of rowsOf(difference)) putRow([...cells, field, from, to]);
  }
  buffer.flush();
}

/** Writes a value by the rules for cells: elements of a list separated by semicolons, objects as JSON. */
function putCell(buffer: OutputBuffer, value: FieldValue, delimiter: number): void {
  const isList = Array.isArray(value) && value.every((item) => typeof item !== "object");
  const texts = (isList ? value : [value]).map((item) =>
    encoder.encode(typeof item === "string" ? item : jsonOf(item))
  );
  buffer.reserve(8 * texts.reduce((sum, { length }) => sum + length + 1, 0) + ROOM);
  const { bytes } = buffer;
  const [first] = texts;
  const start = buffer.at;
  if (first === undefined) return;
  if (typeof value === "object" && !isList) return void (buffer.at = putJsonCell(bytes, start, first, 0, first.length));
  let at = start;
  if (typeof value === "string" || isList) at = putGuard(bytes, at, first, 0, first.length);
  else if (typeof value !== "boolean" && value !== null && value > LONGEST_NUMBER) bytes[at++] = APOSTROPHE;
  for (const [i, text] of texts.entries()) {
    if (i > 0) bytes[at++] = SEMICOLON;
    at = putCellText(buffer, at, text, 0, text.length, isList);
  }
  buffer.at = quoteCell(bytes, start, at, delimiter);
}

const marks: Readonly<Record<Difference["event"], string>> = { opened: "+", closed: "-", changed: "~", replaced: "~" };

const headings = ["", "protocol", "state", LOCAL, REMOTE, "process", "change"];

function putTable(differences: readonly Difference[], { noHeader }: DiffOptions, put: (text: string) => void): void {
  const rows = differences.map((difference) => lineOf(difference).map(shown));
  if (noHeader !== true && rows.length > 0) rows.unshift(headings);
  const widths = headings.map((_, column) => rows.reduce((most, row) => Math.max(most, widthOf(row[column]!)), 0));
  for (const row of rows) {
    const cells = row.map((cell, column) => cell + " ".repeat(widths[column]! - widthOf(cell)));
    put(cells.join("  ").trimEnd() + "\n");
  }
}

function lineOf(difference: Difference): readonly string[] {
  const { event, flow, from, to } = difference;
  const changes = from === undefined || to === undefined
    ? []
    : rowsOf(difference).map(({ field, from, to }) =>
      `${field} ${from === undefined ? "(none)" : plain(from)} → ${to === undefined ? "(none)" : plain(to)}`
    );
  return [
    marks[event],
    flow.protocol,
    plain(flow["state"] ?? ""),
    endOf(flow, LOCAL),
    endOf(flow, REMOTE),
    plain(valueAt(flow, PROCESSES) ?? ""),
    [...event === "replaced" ? ["replaced:"] : [], changes.join(", ")].join(" "),
  ];
}

/** An end of a socket as it can be typed in a filter. */
function endOf(flow: FlowObject, heading: string): string {
  const [address, ...others] = endPaths(heading, [{ name: flow.protocol }]).flatMap((path) =>
    valueAt(flow, path) ?? []
  );
  const first = plain(address ?? "");
  return [
    others.length > 0 && first.includes(":") && flow.protocol !== "UNIX" ? `[${first}]` : first,
    ...others.map(plain),
  ]
    .join(flow.protocol === "UNIX" ? " " : ":");
}

/** A value without the signs of JSON; words of a list once each. */
const plain = (value: FieldValue): string =>
  typeof value === "string" ? value : Array.isArray(value) ? [...new Set(value.map(plain))].join(",") : jsonOf(value);

/** Text from outside as a terminal may show it. */
const shown = (text: string): string => escapeControls(text.replaceAll("\\", "\\\\"));

/** ASCII, which needs no look at its letters. */
const ASCII = /^[ -~]*$/;

function widthOf(text: string): number {
  if (ASCII.test(text)) return text.length;
  const bytes = encoder.encode(text);
  return displayWidth(bytes, 0, bytes.length);
}
