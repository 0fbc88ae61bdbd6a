/**
 * Parses `--watch`: a listing that is repeated.
 */
import { timeKey } from "../decode/record/event_keys.ts";
import type { FormatEntry } from "../formats/format.ts";
import { isLasting } from "../query/rounds.ts";
import type { Column } from "../query/columns.ts";
import type { Query } from "../query/pipeline.ts";
import type { DumpCommand, WatchCommand } from "./command.ts";
import type { ParsedArguments } from "./getopt.ts";
import { parseOutput } from "./output.ts";
import { UsageError } from "./usage_error.ts";

/** Default of --watch in milliseconds. */
const INTERVAL = 2000;

/** Formats that can go on. */
const GOING_ON = ["ndjson", "csv", "tsv", "yaml", "table"];

/** Formats whose rows are told apart by the time of their round. */
const TIMED = ["ndjson", "csv", "tsv", "yaml"];

/** Whether what is printed are changes, not whole listings. */
const printsChanges = (parsed: ParsedArguments, { name }: FormatEntry): boolean =>
  name === "ndjson" && parseOutput(parsed) === null &&
  !(["snapshots", "count-by", "sort", "limit"] as const).some((long) => parsed.has(long));

/** The command, from that of a listing with the same options. */
export function parseWatch(parsed: ParsedArguments, listing: DumpCommand): WatchCommand {
  checkWatch(parsed, listing);
  const changes = printsChanges(parsed, listing.format);
  if (changes && parsed.has("meta")) {
    throw new UsageError("--meta does nothing for changes; with --snapshots each round has it");
  }
  const interval = parsed.get("watch");
  return {
    action: "watch",
    listing: changes ? listing : { ...listing, query: withTime(listing.query, listing.format) },
    changes,
    lasts: isLasting(listing.filter),
    interval: typeof interval === "number" ? interval : INTERVAL,
    rounds: parsed.get("rounds") ?? null,
    duration: parsed.get("for") ?? null,
    output: null,
  };
}

function checkWatch(parsed: ParsedArguments, { format, output }: Pick<DumpCommand, "format" | "output">): void {
  if (typeof parsed.get("rates") === "number") {
    throw new UsageError("--rates=SECONDS and --watch exclude each other: rates are of the time between two rounds");
  }
  if (output === null && !GOING_ON.includes(format.name)) {
    throw new UsageError(
      `--watch does not print ${format.name}, which would be complete only at the end: --format ndjson, or --output FILE, which each round replaces`,
    );
  }
  if (parsed.has("snapshots") && format.name !== "ndjson") {
    throw new UsageError(`--snapshots does nothing for --format ${format.name}, which has whole listings anyway`);
  }
}

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
function withTime(query: Query | null, format: FormatEntry): Query | null {
  if (query === null || !TIMED.includes(format.name)) return query;
  const { columns: choice, countBy } = query;
  if (countBy !== null) {
    return { ...query, countBy: { ...countBy, printed: [timeColumn, ...countBy.printed], ofRun: [timeKey] } };
  }
  if (choice?.added === undefined) return query;
  const [first, ...rest] = choice.columns.filter((column) => !isTime(column));
  return { ...query, columns: { ...choice, columns: [first!, timeColumn, ...rest] } };
}
