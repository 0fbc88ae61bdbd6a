/**
 * The fields to ask the kernel for.
 */
import type { Lookup } from "../decode/lookups/lookup.ts";
import { allLookups } from "../decode/lookups/registry.ts";
import type { FieldChoice } from "../decode/record/field_choice.ts";
import type { Key } from "../decode/record/key.ts";

/** The fields from which some lookups find those that are read. */
const sourcesOf = (lookups: readonly Lookup[], reads: (key: Key) => boolean): readonly Key[] =>
  lookups.filter(({ keys }) => keys.some(reads)).flatMap(({ from }) => from);

/** The fields to ask the kernel for so that the needed ones can be shown. */
export function askedKeys(needed: ReadonlySet<Key>): ReadonlySet<Key> {
  const around = new Set(needed);
  for (let { parent } of needed) for (; parent !== null; parent = parent.parent) around.add(parent);
  // The fields of an object that is not needed are not even made.
  const near = allLookups.filter(({ object }) => object === undefined || around.has(object));
  return new Set([...needed, ...sourcesOf(near, (key) => needed.has(key))]);
}

/** Whether the kernel is asked for a field: it is in `asked`, or a filter needs it. */
export function askedFields(asked: ReadonlySet<Key>, filter: { reads(key: Key): boolean } | null): FieldChoice {
  if (filter === null) return (key) => asked.has(key);
  const sources = new Set(sourcesOf(allLookups, (key) => filter.reads(key)));
  return (key) => asked.has(key) || filter.reads(key) || sources.has(key);
}
