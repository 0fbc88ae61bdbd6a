/**
 * The registry of annotations: one line each, in the order of the output.
 */
import type { Annotation, Lookup } from "./lookup.ts";
import { cgroups } from "./cgroups.ts";
import type { Family } from "../families/family.ts";
import { hosts } from "./hosts.ts";
import { interfaces } from "./interfaces.ts";
import type { Key } from "../record/key.ts";
import { residence } from "./netns.ts";
import { ownership } from "./owners.ts";
import { pairedPeers, unixPeers } from "./peers.ts";
import { socketContexts } from "./socket_contexts.ts";
import { users } from "./users.ts";

/** All annotations. */
export const annotations: readonly Annotation[] = [
  interfaces,
  users,
  cgroups,
  residence,
  unixPeers,
  pairedPeers,
  socketContexts,
  ownership,
  hosts,
];

/** Fields that records of a family do not have if only these look-ups are made. */
export const hiddenKeys = (family: Family, lookups: readonly Lookup[]): ReadonlySet<Key> =>
  new Set(
    annotations
      .filter(({ lookup, isFor }) => lookup !== null && !lookups.includes(lookup) && isFor(family))
      .flatMap(({ keys }) => keys.flatMap((key) => key.hex === null ? [key] : [key, key.hex])),
  );

/** What has to be looked up so that some fields are there; for those that the kernel sends of some family nothing. */
export function lookupsFor(paths: ReadonlySet<string>): readonly Lookup[] {
  const sent = new Set(annotations.flatMap(({ from }) => from));
  const needs = (key: Key) => !sent.has(key) && (paths.has(key.path) || key.hex !== null && paths.has(key.hex.path));
  return annotations.flatMap(({ lookup, keys }) => lookup !== null && keys.some(needs) ? [lookup] : []);
}
