/**
 * The fields that filters can name, by their paths.
 */
import type { Family } from "../../decode/families/family.ts";
import { farObjects, type Field, fieldTree, widen } from "../../decode/reference/fields.ts";
import type { Key } from "../../decode/record/key.ts";
import { aliasNames, isNamedWhole, pathsNamed } from "../short_names.ts";

/** Fields by path, one entry for all families; an element of a list has the path of the list. */
type Fields = ReadonlyMap<string, readonly Field[]>;

/** Objects with many fields, which are made when one is asked for. */
const far = farObjects([]);

const isFar = (path: string): boolean =>
  [...far].some((object) => path === object.path || path.startsWith(`${object.path}.`));

const known = new Map<Family, Fields>();
const knownNear = new Map<Family, Fields>();

/** The fields of a family, made at the first call. */
function fieldsOf(family: Family): Fields {
  let fields = known.get(family);
  if (fields === undefined) known.set(family, fields = collect(fieldTree(family), new Set()));
  return fields;
}

/** The fields of a family among which is the one at a path, if it has one. */
function fieldsNear(family: Family, path: string): Fields {
  if (isFar(path)) return fieldsOf(family);
  let fields = known.get(family) ?? knownNear.get(family);
  if (fields === undefined) knownNear.set(family, fields = collect(fieldTree(family), far));
  return fields;
}

function collect(tree: readonly Field[], left: ReadonlySet<Key>): Fields {
  const fields = new Map<string, Field[]>();
  const add = (field: Field) => {
    const same = fields.get(field.path);
    if (same === undefined) fields.set(field.path, [field]);
    else same.push(field);
    if (!left.has(field.key)) field.children.forEach(add);
  };
  tree.forEach(add);
  return fields;
}

/** The keys of a path in the records of a family; for a list, also the key of its elements. */
export const keysOf = (family: Family, path: string): readonly Key[] =>
  (fieldsNear(family, path).get(path) ?? []).map(({ key }) => key);

/** The paths of all fields of some families. */
const knownPaths = new WeakMap<readonly Family[], readonly string[]>();

/** The fields of some families. */
export class FieldNames {
  constructor(readonly families: readonly Family[]) {}

  /** The field at a path (for a list, its element) with the numbers of all families; `null` if no family has it. */
  find(path: string): Field | null {
    const fields = this.families.flatMap((family) => fieldsNear(family, path).get(path) ?? []);
    const field = fields.find(({ key }) => key.name === "") ?? fields[0];
    if (field === undefined) return null;
    return { ...field, range: fields.map(({ range }) => range).reduce(widen) };
  }

  /** All words that the field at a path can have, in all families. */
  words(path: string): readonly string[] {
    return [
      ...new Set(
        this.families.flatMap((family) => (fieldsNear(family, path).get(path) ?? []).flatMap(({ words }) => words)),
      ),
    ];
  }

  /** Whether the field at a path can be null. */
  isNullable(path: string): boolean {
    return this.families.some((family) => (fieldsNear(family, path).get(path) ?? []).some(({ nullable }) => nullable));
  }

  get paths(): readonly string[] {
    let paths = knownPaths.get(this.families);
    if (paths === undefined) {
      paths = [...new Set(this.families.flatMap((family) => [...fieldsOf(family).keys()]))];
      knownPaths.set(this.families, paths);
    }
    return paths;
  }

  /** The paths of the fields that a name can mean, as in {@linkcode pathsNamed}. The short name of a rate is its counter. */
  resolve(name: string): readonly string[] {
    if (this.families.some((family) => fieldsNear(family, name).has(name))) return [name];
    // Fields in far objects have no short names.
    return pathsNamed(name, [...new Set(this.families.flatMap((family) => [...fieldsNear(family, name).keys()]))]);
  }

  /** All names that a filter accepts for fields. */
  get names(): readonly string[] {
    const parts = this.paths.flatMap((path) =>
      path.includes(".") && !isNamedWhole(path) ? path.slice(path.lastIndexOf(".") + 1) : []
    );
    const chosen = aliasNames.filter((name) => pathsNamed(name, this.paths).some((path) => this.paths.includes(path)));
    return [...new Set([...chosen, "protocol", ...this.paths, ...parts])];
  }
}
