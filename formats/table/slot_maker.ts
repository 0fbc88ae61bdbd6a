/**
 * How fields find their slots and their names in the format `table`.
 */
import type { Family } from "../../decode/families/family.ts";
import type { Key } from "../../decode/record/key.ts";
import { pathsNamed } from "../../query/short_names.ts";
import type { Field } from "../../decode/reference/fields.ts";

/** The fields of a family. */
export interface FamilyFields {
  readonly family: Family;
  readonly fields: readonly Field[];
}

/** Slots that are made while columns are chosen. */
export class SlotMaker {
  readonly groups: Key[][] = [];
  readonly #byName = new Map<string, number>();

  /** The slot of fields that are one for the table, which has a name. */
  of(name: string, keys: readonly Key[]): number {
    const known = this.#byName.get(name);
    if (known !== undefined) return known;
    this.#byName.set(name, this.groups.length);
    return this.groups.push([...keys]) - 1;
  }
}

/** The outermost list that a field is, or is in; `null` for none. Words of flags are a list, and one value. */
export function outerList(key: Key): Key | null {
  const outer = key.parent === null ? null : outerList(key.parent);
  return outer ?? (key.note.type === "list" ? key : null);
}

/** The keys of a path that are fields, rather than elements of a list of that path. */
export const keysOf = (all: readonly FamilyFields[], path: string): readonly Key[] => [
  ...new Set(
    all.flatMap(({ fields }) => fields.filter((field) => field.path === path && field.key.name !== ""))
      .map(({ key }) => key),
  ),
];

/** The last part of a field's path where it stands for this field only, else the path. */
export function shortName({ name, path }: Key, all: readonly FamilyFields[]): string {
  const paths = [...new Set(all.flatMap(({ fields }) => fields.map((field) => field.path)))];
  const named = pathsNamed(name, paths);
  return named.length === 1 && named[0] === path ? name : path;
}
