/**
 * The lookups on this machine: one row for each that has its own code here. The code is loaded when a run needs it.
 */
import type { LookupName } from "../decode/lookups/registry.ts";
import type { Enricher } from "../decode/lookups/lookup.ts";
import type { Vantage } from "../decode/plan/plan.ts";
import type { OwnerIndex } from "../decode/lookups/owner_index.ts";

/**
 * Starts a lookup for one run.
 *
 * @param owners the owners of sockets; `null` if they were not looked up
 * @param vantages where sockets are listed, by the numbers that {@linkcode Enricher.enter} gets
 * @param before the lookups of the run that come before it
 * @returns the lookup, a one-line reason why it is not available here, or `null` if one before it does its work
 */
export type OpenLookup = (
  owners: OwnerIndex | null,
  vantages: readonly Vantage[],
  before: readonly Enricher[],
) => Enricher | string | null;

/** A lookup whose code is not loaded yet. */
interface LookupEntry {
  readonly name: LookupName;
  load(): Promise<OpenLookup>;
}

/** In the order of the output. */
const entries: readonly LookupEntry[] = [
  { name: "owners", load: async () => (await import("./kernel_owners.ts")).openKernelOwners },
  { name: "bpf-maps", load: async () => (await import("./bpf_maps.ts")).openBpfMaps },
  { name: "socket-maps", load: async () => (await import("./socket_maps.ts")).openSocketMaps },
  { name: "groups", load: async () => (await import("./group_names.ts")).openGroupNames },
  { name: "route", load: async () => (await import("./routes.ts")).openRoutes },
  { name: "nat", load: async () => (await import("./conntrack.ts")).openNat },
  { name: "users", load: async () => (await import("./users.ts")).openUserNames },
  { name: "cgroups", load: async () => (await import("./cgroups.ts")).openCgroupNames },
  { name: "unix-peers", load: async () => (await import("../decode/lookups/unix_peers.ts")).openUnixPeers },
  { name: "peers", load: async () => (await import("../decode/lookups/paired_peers.ts")).openPairedPeers },
  { name: "contexts", load: async () => (await import("./owners.ts")).openSocketContexts },
  { name: "all-sockopts", load: async () => (await import("./socket_options.ts")).openAllSocketOptions },
  { name: "sockopts", load: async () => (await import("./socket_options.ts")).openSocketOptions },
  { name: "descriptors", load: async () => (await import("./descriptors.ts")).openDescriptors },
  { name: "watchers", load: async () => (await import("./watchers.ts")).openWatchers },
  { name: "waiters", load: async () => (await import("./waiters.ts")).openWaiters },
];

/** Loads the code of the named lookups, in the order of the output. Ignores names without code here. */
export const loadLookups = async (names: Iterable<LookupName>): Promise<readonly [LookupName, OpenLookup][]> => {
  const asked = new Set(names);
  const wanted = entries.filter(({ name }) => asked.has(name));
  return await Promise.all(wanted.map(async ({ name, load }) => [name, await load()] as [LookupName, OpenLookup]));
};

/** The started lookups of one run. */
export interface OpenedLookups {
  readonly enrichers: readonly Enricher[];
  /** Why some are not available here, one line each. */
  readonly failures: readonly { readonly name: LookupName; readonly reason: string }[];
}

/** Starts loaded lookups for one run. */
export function openLookups(
  loaded: readonly (readonly [LookupName, OpenLookup])[],
  owners: OwnerIndex | null,
  vantages: readonly Vantage[],
): OpenedLookups {
  const enrichers: Enricher[] = [];
  const failures: { name: LookupName; reason: string }[] = [];
  for (const [name, open] of loaded) {
    const opened = open(owners, vantages, enrichers);
    if (typeof opened === "string") failures.push({ name, reason: opened });
    else if (opened !== null) enrichers.push(opened);
  }
  return { enrichers, failures };
}
