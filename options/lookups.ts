/**
 * What is looked up beside what the kernel answers, and where sockets are asked for.
 */
import type { LookupName } from "../decode/lookups/registry.ts";
import type { FormatEntry } from "../formats/format.ts";
import type { Filter } from "../query/filter/filter.ts";
import type { LookupReason, NamespacesOption, OwnersOption } from "./command.ts";
import type { ParsedArguments } from "./getopt.ts";
import { parseTables } from "./sockets.ts";
import { UsageError } from "./usage_error.ts";

/** Whether options ask for the processes that hold sockets. */
export const asksOwners = (parsed: ParsedArguments): boolean =>
  (["processes", "threads", "context", "contexts", "peers"] as const).some((long) => parsed.has(long)) ||
  [...parseTables(parsed).tables.keys()].some(({ domain }) => domain === "other");

/** Whether it takes to know who holds the sockets. */
export const needsOwners = (lookups: ReadonlySet<LookupName>): boolean =>
  (["owners", "peers", "unix-peers", "contexts"] as const).some((lookup) => lookups.has(lookup));

/** What is looked up of the processes that hold sockets, if that is `owned`. */
export function parseOwners(
  parsed: ParsedArguments,
  owned: boolean,
  needed: ReadonlySet<LookupName>,
): OwnersOption {
  if (!owned) return null;
  return {
    cmdline: parsed.has("cmdline"),
    threads: parsed.has("threads"),
    context: parsed.has("context") || parsed.has("contexts") || needed.has("contexts"),
  };
}

/** Network namespaces that are asked when nobody says how many. */
const DEFAULT_LIMIT = 256;

/** The network namespaces that are asked for, or of which a column or the filter tells. */
export function parseNamespaces(parsed: ParsedArguments, needed: ReadonlySet<LookupName>): NamespacesOption | null {
  const told = needed.has("netns") && !parsed.has("read");
  if (!told && !parsed.has("net")) return null;
  return { words: parsed.all("net"), limit: parsed.get("netns-limit") ?? DEFAULT_LIMIT };
}

/** What has to be looked up for a filter. */
export async function filterLookups({ paths }: Filter): Promise<readonly LookupName[]> {
  const { lookupsFor } = await import("../decode/lookups/registry.ts");
  const lookups = lookupsFor(new Set(paths));
  if (!lookups.includes("hosts")) return lookups;
  throw new UsageError("a filter cannot read src_host and dst_host: names come after it");
}

/** What has to be looked up for columns that are named in options. */
export async function columnLookups(parsed: ParsedArguments): Promise<ReadonlySet<LookupName>> {
  const sort = parsed.get("sort");
  const names = [...parsed.get("columns") ?? [], ...parsed.get("count-by") ?? [], ...sort === undefined ? [] : [sort]];
  if (names.length === 0) return new Set();
  const { lookupsOf } = await import("../query/column_choice.ts");
  return new Set(lookupsOf(names.map((name) => name.replace(/^\+|:(asc|desc)$/g, ""))));
}

/**
 * What is looked up: for the columns that are `named`, for what is `filtered` by, and for options. These add nothing to
 * columns that were chosen one by one; -p adds users, control groups and the other ends of UNIX sockets only to formats that
 * show everything.
 */
export function parseLookups(
  parsed: ParsedArguments,
  format: FormatEntry,
  named: ReadonlySet<LookupName>,
  filtered: readonly LookupName[],
  owned: boolean,
): Map<LookupName, LookupReason> {
  if (named.has("hosts") && !parsed.has("resolve")) {
    throw new UsageError("src_host and dst_host need -r: without it no name is asked for");
  }
  const mapped = named.has("bpf-maps") || filtered.includes("bpf-maps");
  if (mapped && !parsed.has("bpf-maps") && !parsed.has("read")) {
    throw new UsageError("names in bpf_storages need --bpf-maps: without it the kernel is not asked for the values");
  }
  const lookups = new Map<LookupName, LookupReason>([...named].map((lookup) => [lookup, "column"]));
  if (owned) lookups.set("owners", "column");
  if (asksOwners(parsed)) lookups.set("owners", "option");
  for (const lookup of filtered) lookups.set(lookup, "option");
  // Without the privilege for them the bytes are there.
  if (parsed.has("bpf-maps") && !lookups.has("bpf-maps")) lookups.set("bpf-maps", "implied");
  if (parsed.has("count-by") || parsed.get("columns")?.[0]?.startsWith("+") === false) return lookups;
  const everything = !format.honours.includes("extended");
  if (everything && (["processes", "threads", "context", "contexts"] as const).some((long) => parsed.has(long))) {
    for (const lookup of ["users", "cgroups", "unix-peers"] as const) {
      if (lookups.get(lookup) !== "option") lookups.set(lookup, "implied");
    }
  }
  if (parsed.has("extended") && !everything) lookups.set("users", "option");
  if (parsed.has("cgroup")) lookups.set("cgroups", "option");
  if (parsed.has("contexts")) lookups.set("contexts", "option");
  if (parsed.has("peers")) lookups.set("peers", "option").set("unix-peers", "option");
  if (parsed.has("resolve")) lookups.set("hosts", "option");
  return lookups;
}
