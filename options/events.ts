/**
 * Parses `-E`: sockets as they are closed.
 */
import { eventFamily } from "../decode/families/event_family.ts";
import type { Family } from "../decode/families/family.ts";
import { loadFamilies } from "../decode/families/registry.ts";
import type { LookupName } from "../decode/lookups/registry.ts";
import { eventKey, lostKey, timeKey } from "../decode/record/event_keys.ts";
import { fieldsOf } from "../decode/reference/fields.ts";
import type { FormatEntry } from "../formats/format.ts";
import type { Filter } from "../query/filter/filter.ts";
import type { Query } from "../query/pipeline.ts";
import { queryByName, QueryError } from "../query/query_by_name.ts";
import { isLasting } from "../query/rounds.ts";
import type { DumpCommand, EventsCommand, EventsPlan, PlanChoice } from "./command.ts";
import type { ParsedArguments } from "./getopt.ts";
import { words } from "./query.ts";
import { parseTables } from "./sockets.ts";
import { UsageError } from "./usage_error.ts";

/** Columns of the table, those of them that there are. */
const TABLE: readonly string[] = [
  "protocol",
  eventKey.path,
  timeKey.path,
  "netns.name",
  "local",
  "remote",
  ...["rtt", "bytes_sent", "bytes_received", "total_retrans"].map((name) => `tcp_info.${name}`),
  lostKey.path,
];

/** The families of the events of some families, those of which there are events. */
export function asEvents(families: readonly Family[]): readonly Family[] {
  const found = families.flatMap((family) => eventFamily(family) ?? []);
  if (found.length > 0) return found;
  throw noEvents(families[0]!);
}

const noEvents = ({ name }: Family) =>
  new UsageError(`-E cannot show ${name} sockets: the kernel tells only of TCP and UDP sockets that they are closed`);

/**
 * The events that are joined with the rounds of a listing.
 *
 * @param adds whether they are added up
 */
export function joinedEvents({ plan, filter, namespaces }: DumpCommand, adds: boolean): EventsPlan {
  if (adds && !isLasting(filter)) {
    throw new UsageError(
      "-E adds up what sockets count until they are closed: the filter must be of what stays the same",
    );
  }
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

/** The families of events that options select; TCP by default. */
export async function loadEventFamilies(parsed: ParsedArguments, choice: PlanChoice): Promise<readonly Family[]> {
  return asEvents(await toldFamilies(parsed, choice));
}

/** The families whose events options select; TCP by default. */
export async function toldFamilies(parsed: ParsedArguments, choice: PlanChoice): Promise<readonly Family[]> {
  const { tables, grouped } = parseTables(parsed);
  const named = tables.size > 0;
  const families = await loadFamilies(
    named ? choice.families : choice.families.filter(({ option }) => option.long === "tcp"),
  );
  const lacking = families.find(({ events }) => events === undefined);
  if (lacking !== undefined && named && !grouped) throw noEvents(lacking);
  return families;
}

/**
 * Refuses what events cannot have.
 *
 * @param lookups those that columns and filter need
 * @throws {UsageError} with the reason
 */
export function checkEvents(format: FormatEntry, filter: Filter | null, lookups: readonly LookupName[]): void {
  if (format.name === "json" || format.name === "html") {
    throw new UsageError(`-E does not print ${format.name}, which would be complete only at the end: --format ndjson`);
  }
  if (filter !== null && (filter.states !== null || filter.namesStates || filter.paths.includes("tcp_info.state"))) {
    throw new UsageError("-E cannot filter by state: the kernel does not tell in which state a socket was closed");
  }
  const other = lookups.find((lookup) => lookup !== "netns");
  if (other !== undefined) {
    throw new UsageError(`-E has no fields of processes, users and control groups: nobody holds a closed socket`);
  }
}

/** The command, from that of a listing with the same options. */
export function parseEvents(parsed: ParsedArguments, command: DumpCommand): EventsCommand {
  const { plan, namespaces, format, open, formatOptions, read, record, output } = command;
  return {
    action: "events",
    plan,
    namespaces,
    format,
    open,
    formatOptions,
    query: parseColumns(parsed, command),
    limit: parsed.get("limit") ?? null,
    duration: parsed.get("for") ?? null,
    read,
    record,
    output,
  };
}

/** The query for the columns; `null` for all fields. */
function parseColumns(parsed: ParsedArguments, { plan: { families }, namespaces, format }: DumpCommand): Query | null {
  const typed = parsed.get("columns");
  if (typed === undefined && format.name !== "table") return null;
  const lookups: readonly LookupName[] = namespaces === null ? [] : ["netns"];
  const adds = format.name === "table" && typed?.every((name) => name.startsWith("+")) !== false;
  const columns = adds ? [...tableColumns(families, lookups), ...(typed ?? []).map((name) => name.slice(1))] : typed;
  try {
    return queryByName({ columns }, { families, lookups, words });
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    throw new UsageError(error.message);
  }
}

function tableColumns(families: readonly Family[], lookups: readonly LookupName[]): readonly string[] {
  const paths = new Set(families.flatMap(fieldsOf).map(({ path }) => path));
  return TABLE.filter((name) =>
    !name.includes(".") && name !== lostKey.path || paths.has(name) && (name !== "netns.name" || lookups.length > 0)
  );
}
