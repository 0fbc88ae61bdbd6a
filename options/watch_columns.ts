/**
 * The columns of `--watch`.
 */
import { timeKey } from "../decode/record/event_keys.ts";
import type { FormatEntry } from "../formats/format.ts";
import type { Column } from "../query/columns.ts";
import type { Query } from "../query/pipeline.ts";
import type { ParsedArguments } from "./getopt.ts";
import { parseOutput } from "./output.ts";

/** Formats whose rows are told apart by the time of their round. */
const TIMED = ["ndjson", "csv", "tsv", "yaml"];

/** Whether what is printed are changes, not whole listings. */
export const printsChanges = (parsed: ParsedArguments, { name }: FormatEntry): boolean =>
  name === "ndjson" && parseOutput(parsed) === null &&
  !(["snapshots", "count-by", "sort", "limit"] as const).some((long) => parsed.has(long));

/** The columns of a listing whose records have the time of their round; undefined for all fields. */
export function watchColumns(
  columns: readonly string[] | undefined,
  parsed: ParsedArguments,
  format: FormatEntry,
): readonly string[] | undefined {
  if (!TIMED.includes(format.name) || parsed.has("count-by") || printsChanges(parsed, format)) return columns;
  const adds = columns === undefined || columns[0]?.startsWith("+") === true;
  const name = adds ? `+${timeKey.path}` : timeKey.path;
  return columns?.includes(name) === true ? columns : [name, ...columns ?? []];
}

const isTime = ({ key }: Column): boolean => key === timeKey;

const timeColumn: Column = { name: timeKey.path, key: timeKey };

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
