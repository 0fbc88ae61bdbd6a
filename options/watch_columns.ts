/**
 * The columns of `--watch`.
 */
import { eventKey, eventKeys, timeKey } from "../decode/record/event_keys.ts";
import type { FormatEntry } from "../formats/format.ts";
import type { ColumnChoice } from "../query/column_choice.ts";
import type { Column } from "../query/columns.ts";
import type { Query } from "../query/pipeline.ts";
import type { ParsedArguments } from "./getopt.ts";
import { parseOutput } from "./output.ts";

/** Formats whose rows are told apart by the time of their round. */
const TIMED = ["ndjson", "csv", "tsv", "yaml"];

/** Formats of changes; with events also rows. */
const CHANGES = ["ndjson"];
const CHANGES_WITH_EVENTS = [...CHANGES, "csv", "tsv"];

/** Whether what is printed are changes, not whole listings. */
export const printsChanges = (parsed: ParsedArguments, { name }: FormatEntry): boolean =>
  (parsed.has("events") ? CHANGES_WITH_EVENTS : CHANGES).includes(name) && parseOutput(parsed) === null &&
  !(["snapshots", "count-by", "sort", "limit"] as const).some((long) => parsed.has(long));

/** Whether whole listings show the sockets that were closed in between too. */
export const showsEnds = (parsed: ParsedArguments, { name }: FormatEntry): boolean =>
  name === "table" && parsed.has("events") && !parsed.has("count-by") && parseOutput(parsed) === null;

const isOfEvent = (name: string): boolean => eventKeys.some(({ path }) => path === name.replace(/^\+/, ""));

/**
 * The columns that are looked up by name; undefined for all fields. Records of whole listings have the time of their
 * round, changes have their own fields in front.
 */
export function watchColumns(
  columns: readonly string[] | undefined,
  parsed: ParsedArguments,
  format: FormatEntry,
): readonly string[] | undefined {
  if (printsChanges(parsed, format)) {
    const others = columns?.filter((name) => !isOfEvent(name));
    return others?.length === 0 && columns![0]!.startsWith("+") ? undefined : others;
  }
  if (showsEnds(parsed, format)) return columns?.filter((name) => name !== eventKey.path);
  if (!TIMED.includes(format.name) || parsed.has("count-by")) return columns;
  const adds = columns === undefined || columns[0]?.startsWith("+") === true;
  const name = adds ? `+${timeKey.path}` : timeKey.path;
  return columns?.includes(name) === true ? columns : [name, ...columns ?? []];
}

/** What a row of a change shows: what has happened stands in front. The default columns, and those added to them, have it. */
export function columnsOfChanges(query: Query | null): ColumnChoice | null {
  const choice = query?.columns ?? null;
  if (choice === null || choice.added !== undefined) return choice;
  const head = eventKeys.map((key): Column => ({ name: key.path, key }));
  return { ...choice, columns: [...head, ...choice.columns.filter((column) => !isTime(column))] };
}

const isTime = ({ key }: Column): boolean => key === timeKey;

const timeColumn: Column = { name: timeKey.path, key: timeKey };

/** The query of tables that show what was closed: the column of states says so, or the event in front of columns without it. */
export function withEnds(query: Query | null, parsed: ParsedArguments): Query | null {
  const choice = query?.columns ?? null;
  if (query === null || choice === null) return query;
  const typed = parsed.get("columns") ?? [];
  const saysSo = choice.added !== undefined || choice.columns.some(({ name }) => name === "state");
  const head: readonly Column[] = saysSo && !typed.includes(eventKey.path)
    ? []
    : [{ name: eventKey.path, key: eventKey }];
  const shown = new Set([...choice.shown, eventKey]);
  return { ...query, columns: { ...choice, columns: [...head, ...choice.columns], shown } };
}

/** The query with the time of the round: in front of default columns, behind the protocol; and in front of counts. */
export function withTime(query: Query | null, format: FormatEntry): Query | null {
  if (query === null || !TIMED.includes(format.name)) return query;
  const { columns: choice, countBy } = query;
  if (countBy !== null) {
    return { ...query, countBy: { ...countBy, printed: [timeColumn, ...countBy.printed], ofRun: [timeKey] } };
  }
  if (choice?.added === undefined) return query;
  const [first, ...rest] = choice.columns.filter((column) => !isTime(column));
  return { ...query, columns: { ...choice, columns: [first!, timeColumn, ...rest] } };
}
