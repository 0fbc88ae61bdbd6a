/**
 * Parses `--watch`: a listing that is repeated.
 */
import { isLasting } from "../query/rounds.ts";
import type { DumpCommand, EventsPlan, WatchCommand } from "./command.ts";
import type { ParsedArguments } from "./getopt.ts";
import { checkGoingOn, parseRepetition } from "./repetition.ts";
import { UsageError } from "./usage_error.ts";
import { printsChanges, withTime } from "./watch_columns.ts";

/** The command, from that of a listing with the same options. */
export async function parseWatch(parsed: ParsedArguments, listing: DumpCommand): Promise<WatchCommand> {
  checkWatch(parsed, listing);
  const changes = printsChanges(parsed, listing.format);
  if (changes && parsed.has("meta")) {
    throw new UsageError("--meta does nothing for changes; with --snapshots each round has it");
  }
  return {
    action: "watch",
    listing: changes ? listing : { ...listing, query: withTime(listing.query, listing.format) },
    changes,
    lasts: isLasting(listing.filter),
    events: parsed.has("events") ? await parseJoined(listing, changes) : null,
    ...parseRepetition(parsed),
    output: null,
  };
}

/** The events that are joined with the rounds. */
async function parseJoined({ plan, filter, namespaces }: DumpCommand, changes: boolean): Promise<EventsPlan> {
  if (!changes) {
    throw new UsageError(
      "-E with --watch prints what happens, as ndjson; it does nothing for whole listings (--output, --sort, --limit, --count-by, --snapshots, other formats)",
    );
  }
  const { asEvents } = await import("./events.ts");
  const { eventFamily } = await import("../decode/families/event_family.ts");
  const told = asEvents(plan.families.filter((family) => eventFamily(family) !== null || plan.families.length === 1));
  const joinedOnly = filter !== null &&
    (filter.states !== null || filter.namesStates || told.some((family) => filter.of(family).lacks.length > 0));
  const { addressFamilies } = plan;
  return {
    plan: { families: told, addressFamilies, ...filter === null || joinedOnly ? {} : { filter } },
    namespaces,
    joinedOnly,
  };
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
