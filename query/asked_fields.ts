/**
 * The fields to ask the kernel for.
 */
import { allLookups } from "../decode/lookups/registry.ts";
import type { FieldChoice } from "../decode/record/field_choice.ts";
import type { Key } from "../decode/record/key.ts";

/** The fields from which lookups find those that are read. */
const sourcesOf = (reads: (key: Key) => boolean): readonly Key[] =>
  allLookups.filter(({ keys }) => keys.some(reads)).flatMap(({ from }) => from);

/** The fields to ask the kernel for so that the needed ones can be shown. */
export const askedKeys = (needed: ReadonlySet<Key>): ReadonlySet<Key> =>
  new Set([...needed, ...sourcesOf((key) => needed.has(key))]);

/** Whether the kernel is asked for a field: it is in `asked`, or a filter needs it. */
export function askedFields(asked: ReadonlySet<Key>, filter: { reads(key: Key): boolean } | null): FieldChoice {
  if (filter === null) return (key) => asked.has(key);
  const sources = new Set(sourcesOf((key) => filter.reads(key)));
  return (key) => asked.has(key) || filter.reads(key) || sources.has(key);
}
