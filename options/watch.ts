/**
 * Parses `--watch`: a listing that is repeated.
 */
import type { Query } from "../query/pipeline.ts";
import { isLasting } from "../query/rounds.ts";
import type { DumpCommand, WatchCommand } from "./command.ts";
import type { ParsedArguments } from "./getopt.ts";
import { checkGoingOn, parseRepetition } from "./repetition.ts";
import { UsageError } from "./usage_error.ts";
import { printsChanges, showsEnds, withEnds, withTime } from "./watch_columns.ts";

/** The command, from that of a listing with the same options. */
export async function parseWatch(parsed: ParsedArguments, listing: DumpCommand): Promise<WatchCommand> {
  checkWatch(parsed, listing);
  const changes = printsChanges(parsed, listing.format);
  if (changes && parsed.has("meta")) {
    throw new UsageError("--meta does nothing for changes; with --snapshots each round has it");
  }
  return {
    action: "watch",
    listing: changes ? listing : { ...listing, query: shownQuery(parsed, listing) },
    changes,
    lasts: isLasting(listing.filter),
    ...await parseFollowed(parsed, listing, changes),
    ...parseRepetition(parsed),
    output: null,
  };
}

/** What whole listings show. */
function shownQuery(parsed: ParsedArguments, { query, format }: DumpCommand): Query | null {
  return showsEnds(parsed, format) ? withEnds(query, parsed) : withTime(query, format);
}

/** The events between the rounds: printed with changes, shown in tables, added up in counts. */
async function parseFollowed(
  parsed: ParsedArguments,
  listing: DumpCommand,
  changes: boolean,
): Promise<Pick<WatchCommand, "events" | "lasting">> {
  if (!parsed.has("events")) return { events: null, lasting: null };
  const { joinedEvents } = await import("./events.ts");
  if (changes || showsEnds(parsed, listing.format)) return { events: joinedEvents(listing, false), lasting: null };
  if (listing.query?.countBy == null) {
    throw new UsageError(
      "-E with --watch prints what happens, as ndjson, csv or tsv, or a table with what was closed, or lets --count-by go on counting what was closed; leave it out for other whole listings (--yaml, --output, --snapshots, and --sort, --limit without --table)",
    );
  }
  const { summedFields } = await import("../query/lasting_totals.ts");
  const fields = summedFields(listing.plan.families, listing.query.countBy.aggregates);
  return { events: null, lasting: { events: joinedEvents(listing, true), fields, most: null, fromZero: false } };
}

function checkWatch(parsed: ParsedArguments, { format, output }: Pick<DumpCommand, "format" | "output">): void {
  if (typeof parsed.get("rates") === "number") {
    throw new UsageError("--rates=SECONDS and --watch exclude each other: rates are of the time between two rounds");
  }
  checkGoingOn(format, output);
  if (parsed.has("snapshots") && format.name !== "ndjson") {
    throw new UsageError(`--snapshots does nothing for --format ${format.name}, which has whole listings anyway`);
  }
}
