/**
 * The lookups of this machine: one row for each that has code of its own here. The code is loaded when a run needs it.
 */
import type { LookupName } from "../decode/lookups/registry.ts";
import type { Enricher } from "../decode/lookups/lookup.ts";
import type { OwnerIndex } from "../decode/lookups/owner_index.ts";

/**
 * Starts a lookup for one run.
 *
 * @param owners who holds which socket; `null` if nobody looked
 * @returns what adds its fields, or in one line why it cannot be made here
 */
export type OpenLookup = (owners: OwnerIndex | null) => Enricher | string;

/** A lookup whose code is not loaded yet. */
interface LookupEntry {
  readonly name: LookupName;
  load(): Promise<OpenLookup>;
}

/** In the order of the output. */
const entries: readonly LookupEntry[] = [
  { name: "bpf-maps", load: async () => (await import("./bpf_maps.ts")).openBpfMaps },
  { name: "users", load: async () => (await import("./users.ts")).openUserNames },
  { name: "cgroups", load: async () => (await import("./cgroups.ts")).openCgroupNames },
  { name: "unix-peers", load: async () => (await import("../decode/lookups/unix_peers.ts")).openUnixPeers },
  { name: "peers", load: async () => (await import("../decode/lookups/paired_peers.ts")).openPairedPeers },
  { name: "contexts", load: async () => (await import("./owners.ts")).openSocketContexts },
];

/** Loads the code of some lookups, in the order of the output. Names that have none here are passed over. */
export const loadLookups = async (names: Iterable<LookupName>): Promise<readonly [LookupName, OpenLookup][]> => {
  const asked = new Set(names);
  const wanted = entries.filter(({ name }) => asked.has(name));
  return await Promise.all(wanted.map(async ({ name, load }) => [name, await load()] as [LookupName, OpenLookup]));
};

/** What adds the fields of some lookups in one run. */
export interface OpenedLookups {
  readonly enrichers: readonly Enricher[];
  /** Why some cannot be made here, one line each. */
  readonly failures: readonly { readonly name: LookupName; readonly reason: string }[];
}

/** Starts loaded lookups for one run. */
export function openLookups(
  loaded: readonly (readonly [LookupName, OpenLookup])[],
  owners: OwnerIndex | null,
): OpenedLookups {
  const enrichers: Enricher[] = [];
  const failures: { name: LookupName; reason: string }[] = [];
  for (const [name, open] of loaded) {
    const opened = open(owners);
    if (typeof opened === "string") failures.push({ name, reason: opened });
    else enrichers.push(opened);
  }
  return { enrichers, failures };
}
