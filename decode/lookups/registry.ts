/**
 * The registry of lookups: one row each, in output order.
 */
import type { Lookup } from "./lookup.ts";
import { bpfMaps } from "./bpf_maps.ts";
import { cgroups, ownerCgroups } from "./cgroups.ts";
import { descriptors, flight } from "./descriptors.ts";
import type { Family } from "../families/family.ts";
import { groups } from "./group_names.ts";
import { hosts } from "./hosts.ts";
import { closing } from "./kill.ts";
import { interfaces } from "./interfaces.ts";
import { kernelOwnership } from "./kernel_owners.ts";
import type { Key } from "../record/key.ts";
import { measured } from "./rates.ts";
import { translations } from "./nat.ts";
import { optionStatus, otherOptions, peerCredentials, unknownOptions, usualOptions } from "./options/socket_options.ts";
import { residence } from "./netns.ts";
import { ownership, waiting } from "./owners.ts";
import { pairedPeers, unixPeers } from "./peers.ts";
import { routes } from "./routes.ts";
import { socketMaps } from "./socket_maps.ts";
import { socketContexts } from "./socket_contexts.ts";
import { waiters } from "./waiters.ts";
import { watchers } from "./watchers.ts";
import { users } from "./users.ts";

const rows = [
  bpfMaps,
  socketMaps,
  groups,
  interfaces,
  routes,
  translations,
  users,
  cgroups,
  residence,
  unixPeers,
  pairedPeers,
  socketContexts,
  optionStatus,
  usualOptions,
  otherOptions,
  unknownOptions,
  peerCredentials,
  flight,
  waiting,
  kernelOwnership,
  ownership,
  descriptors,
  ownerCgroups,
  watchers,
  waiters,
  hosts,
  closing,
  measured,
] as const;

/** Names of the lookups that only run on request. */
export type LookupName = NonNullable<typeof rows[number]["name"]>;

/** All lookups. */
export const allLookups: readonly Lookup<LookupName | null>[] = rows;

/** Warnings for lookups that were asked of a recording, which does not contain their data; one line each. */
export const notRecorded = (asked: (name: LookupName) => boolean): readonly string[] =>
  allLookups.flatMap(({ name, notRecorded }) =>
    name !== null && notRecorded !== undefined && asked(name) ? [notRecorded] : []
  );

/** Fields that records of a family lack if only these lookups run. Of an object that they lack its members are not here. */
export function hiddenKeys(family: Family, lookups: readonly LookupName[]): ReadonlySet<Key> {
  const runs = ({ name }: Lookup<LookupName | null>) => name === null || lookups.includes(name);
  const hasObject = ({ object }: Lookup) => allLookups.some((other) => other.object === object && runs(other));
  return new Set(
    allLookups
      .filter((lookup) => !runs(lookup) && lookup.isFor(family))
      .flatMap((lookup) =>
        lookup.object !== undefined && !hasObject(lookup) ? [lookup.object] : lookup.keysOf?.(family) ?? lookup.keys
      )
      .flatMap((key) => key.hex === null ? [key] : [key, key.hex]),
  );
}

/** The lookups that provide these fields. Fields that the kernel sends for some family need none. */
export function lookupsFor(paths: ReadonlySet<string>): readonly LookupName[] {
  const sent = new Set(allLookups.flatMap(({ from }) => from));
  const isNamed = ({ path }: Key) => paths.has(path) || [...paths].some((named) => named.startsWith(`${path}.`));
  const needs = (key: Key) => !sent.has(key) && (isNamed(key) || key.hex !== null && paths.has(key.hex.path));
  const isFar = (object: Key | undefined) =>
    object !== undefined && ![...paths].some((path) => path === object.path || path.startsWith(`${object.path}.`));
  return allLookups.flatMap((lookup) =>
    lookup.name !== null && !isFar(lookup.object) && lookup.keys.some(needs) ? [lookup.name] : []
  );
}
