/**
 * The lookups that options, columns and filter need, and the network namespaces to ask.
 */
import type { LookupName } from "../decode/lookups/registry.ts";
import type { FormatEntry } from "../formats/format.ts";
import type { Filter } from "../query/filter/filter.ts";
import type { LookupReason, NamespacesOption, OwnersOption } from "./command.ts";
import type { ParsedArguments } from "./getopt.ts";
import { parseTables } from "./sockets.ts";
import { UsageError } from "./usage_error.ts";

/** Whether options request rates: watching always has them. */
export const asksRates = (parsed: ParsedArguments): boolean => parsed.has("rates") || parsed.has("watch");

/** Whether options request owners. */
export const asksOwners = (parsed: ParsedArguments): boolean =>
  (["processes", "threads", "context", "contexts", "peers", "descriptors", "waiters", "sockopts"] as const).some((
    long,
  ) => parsed.has(long)) ||
  [...parseTables(parsed).tables.keys()].some(({ domain }) => domain === "other");

/** Whether the owners of sockets must be looked up. */
export const needsOwners = (lookups: ReadonlySet<LookupName>): boolean =>
  (["owners", "peers", "unix-peers", "contexts", "descriptors", "waiters", "sockopts", "all-sockopts"] as const).some((
    lookup,
  ) => lookups.has(lookup));

/** The details of owners to look up; only if `owned`. */
export function parseOwners(
  parsed: ParsedArguments,
  owned: boolean,
  needed: ReadonlySet<LookupName>,
): OwnersOption {
  if (!owned) return null;
  const source = parsed.get("owners-from");
  return {
    ...source === undefined ? {} : { source },
    cmdline: parsed.has("cmdline"),
    threads: parsed.has("threads"),
    context: parsed.has("context") || parsed.has("contexts") || needed.has("contexts"),
  };
}

/** Lookups that the option of the same name shows. */
const optionLookups = ["route", "nat", "groups", "socket-maps", "watchers", "waiters"] as const;

/** Default of --netns-limit. */
const DEFAULT_LIMIT = 256;

/** The network namespaces requested by option, column or filter. */
export function parseNamespaces(parsed: ParsedArguments, needed: ReadonlySet<LookupName>): NamespacesOption | null {
  const told = needed.has("netns") && !parsed.has("read");
  if (!told && !parsed.has("net")) return null;
  return { words: parsed.all("net"), limit: parsed.get("netns-limit") ?? DEFAULT_LIMIT };
}

/** The lookups that a filter needs. */
export async function filterLookups({ paths }: Filter): Promise<readonly LookupName[]> {
  const { lookupsFor } = await import("../decode/lookups/registry.ts");
  const lookups = lookupsFor(new Set(paths));
  if (!lookups.includes("hosts")) return lookups;
  throw new UsageError("a filter cannot read src_host and dst_host: names come after it");
}

/** The lookups that named columns need. */
export async function columnLookups(parsed: ParsedArguments): Promise<ReadonlySet<LookupName>> {
  const sort = parsed.get("sort");
  const names = [...parsed.get("columns") ?? [], ...parsed.get("count-by") ?? [], ...sort === undefined ? [] : [sort]];
  if (names.length === 0) return new Set();
  const { lookupsOf } = await import("../query/column_choice.ts");
  return new Set(lookupsOf(names.map((name) => name.replace(/^\+|:(asc|desc)$/g, ""))));
}

/**
 * All lookups: for the `named` columns, for the filter (`filtered`), and for options. Options add nothing to a list of columns. -p adds users, control groups and peers of UNIX sockets only to formats that show everything.
 */
export function parseLookups(
  parsed: ParsedArguments,
  format: FormatEntry,
  named: ReadonlySet<LookupName>,
  filtered: readonly LookupName[],
): Map<LookupName, LookupReason> {
  if (named.has("hosts") && !parsed.has("resolve")) {
    throw new UsageError("src_host and dst_host need -r: without it no names are looked up");
  }
  const rated = named.has("rates") || filtered.includes("rates");
  if (rated && !asksRates(parsed)) {
    throw new UsageError("rates need --rates: they compare two listings");
  }
  const mapped = named.has("bpf-maps") || filtered.includes("bpf-maps");
  if (mapped && !parsed.has("bpf-maps") && !parsed.has("read")) {
    throw new UsageError("names in bpf_storages need --bpf-maps: without it the kernel is not asked for the values");
  }
  const lookups = new Map<LookupName, LookupReason>([...named].map((lookup) => [lookup, "column"]));
  if (asksOwners(parsed)) lookups.set("owners", "option");
  for (const lookup of filtered) lookups.set(lookup, "option");
  // Without the privilege for names, the bytes are shown.
  if (parsed.has("bpf-maps") && !lookups.has("bpf-maps")) lookups.set("bpf-maps", "implied");
  if (parsed.has("count-by") || parsed.get("columns")?.[0]?.startsWith("+") === false) return lookups;
  const everything = !format.honours.includes("extended");
  if (
    everything &&
    (["processes", "threads", "context", "contexts", "descriptors"] as const).some((long) => parsed.has(long))
  ) {
    for (const lookup of ["users", "cgroups", "unix-peers"] as const) {
      if (lookups.get(lookup) !== "option") lookups.set(lookup, "implied");
    }
  }
  if (parsed.has("extended") && !everything) {
    lookups.set("users", "option");
    if (!lookups.has("cgroups")) lookups.set("cgroups", "implied");
  }
  if (parsed.has("cgroup")) lookups.set("cgroups", "option");
  for (const lookup of optionLookups) if (parsed.has(lookup)) lookups.set(lookup, "option");
  if (asksRates(parsed)) lookups.set("rates", "option");
  if (parsed.has("contexts")) lookups.set("contexts", "option");
  if (parsed.has("descriptors")) lookups.set("descriptors", "option");
  if (parsed.has("sockopts")) lookups.set("sockopts", "option");
  if (parsed.get("sockopts") === "all") lookups.set("all-sockopts", "option");
  if (parsed.has("peers")) lookups.set("peers", "option").set("unix-peers", "option");
  if (parsed.has("resolve")) lookups.set("hosts", "option");
  return lookups;
}
