/**
 * Assigns slots and names to the fields that a table shows.
 */
import type { Family } from "../../decode/families/family.ts";
import type { Key } from "../../decode/record/key.ts";
import { comparedWords } from "../../query/filter/compared_words.ts";
import { isLookedUp } from "../../query/column_choice.ts";
import { nameInSs, pathsNamed } from "../../query/short_names.ts";
import type { Field } from "../../decode/reference/fields.ts";

/** The fields of a family. */
export interface FamilyFields {
  readonly family: Family;
  readonly fields: readonly Field[];
}

/** Makes slots while columns are selected. */
export class SlotMaker {
  readonly groups: Key[][] = [];
  readonly #byName = new Map<string, number>();

  /** The slot with this name. The table shows the fields `keys` as one. */
  of(name: string, keys: readonly Key[]): number {
    const known = this.#byName.get(name);
    if (known !== undefined) return known;
    this.#byName.set(name, this.groups.length);
    return this.groups.push([...keys]) - 1;
  }
}

/** The fields with a path, without elements of a list with that path. */
export const keysOf = (all: readonly FamilyFields[], path: string): readonly Key[] => [
  ...new Set(
    all.flatMap(({ fields }) => fields.filter((field) => field.path === path && field.key.name !== ""))
      .map(({ key }) => key),
  ),
];

/**
 * A name of a field that can be typed: that of `ss`, or the last part of its path if it stands for this field only, else the
 * path.
 */
export function shortName(key: Key, all: readonly FamilyFields[]): string {
  const { name, path } = key;
  if (isLookedUp(key)) return path;
  const known = nameInSs(path);
  if (known !== undefined) return known;
  const paths = [...new Set(all.flatMap(({ fields }) => fields.map((field) => field.path)))];
  const named = pathsNamed(name, paths);
  return named.length === 1 && named[0] === path && !comparedWords.includes(name) ? name : path;
}
