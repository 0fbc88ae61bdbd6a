/**
 * Resolves column names to fields.
 */
import { allLookups, hiddenKeys, type LookupName, lookupsFor } from "../decode/lookups/registry.ts";
import type { Family } from "../decode/families/family.ts";
import { farObjects, type Field, fieldTree } from "../decode/reference/fields.ts";
import type { Key } from "../decode/record/key.ts";
import { fd, fds, owner, owners, ownerStatus, pid, ringFd, ringFds } from "../decode/lookups/owners.ts";
import { allColumnsOf, type Column, columnsOf, MORE, ownerColumns, PID, PROCESS, PROTOCOL } from "./columns.ts";
import { besideLocal, CONTAINER, endPaths, LOCAL, REMOTE } from "./end_paths.ts";
import { aliasNames, pathsNamed } from "./short_names.ts";

/** The selected columns. */
export interface ColumnChoice {
  /** Columns of formats that show one socket per row. */
  readonly columns: readonly Column[];
  /** The fields shown, with the objects and lists that contain them. */
  readonly shown: ReadonlySet<Key>;
  /** The columns that were added to the default. */
  readonly added?: readonly Column[];
  /** The fields of the run. */
  readonly ofRun?: readonly Key[];
}

/** The meaning of a column name. */
export interface NamedColumn {
  readonly columns: readonly Column[];
  readonly shown: readonly Key[];
  /** The field, if it is a single one outside lists; `null` for the protocol, lists and everything in them. */
  readonly single: Key | null;
  /** Fields that the table needs too, to show it. */
  readonly beside?: readonly Key[];
  /** The fields to sort by, if there are several. */
  readonly several?: readonly Key[];
}

/** The name for all columns. */
export const ALL = "all";

/** Short names of fields of the processes. */
const ownerNames: readonly string[] = [PID, PROCESS];

/** The lookups that columns need. */
export const lookupsOf = (names: readonly string[]): readonly LookupName[] =>
  lookupsFor(new Set(names.map((name) => ownerNames.includes(name) ? owners.path : name.replace(/\.\*$/, ""))));

/** The columns available for sockets of some families. */
export class ColumnNames {
  readonly #families: readonly Family[];
  readonly #fields = new Map<string, Field[]>();
  /** Objects whose members are added when one is asked for. */
  #far: ReadonlySet<Key> = farObjects([]);

  constructor(families: readonly Family[]) {
    this.#families = families;
    for (const family of families) this.#add(fieldTree(family));
  }

  /** All names except those of objects, which stand for all their members. */
  get names(): readonly string[] {
    const fields = this.#allFields();
    const paths = [...fields].filter(([, [field]]) => field!.type !== "object").map(([path]) => path);
    return [PROTOCOL, ...paths, ...ownerNames, LOCAL, REMOTE];
  }

  #allFields(): ReadonlyMap<string, readonly Field[]> {
    if (this.#far.size > 0) {
      this.#far = new Set();
      this.#fields.clear();
      for (const family of this.#families) this.#add(fieldTree(family));
    }
    return this.#fields;
  }

  /** The fields by path, those of far objects only if `path` is in one. */
  #fieldsNear(path: string): ReadonlyMap<string, readonly Field[]> {
    const isFar = [...this.#far].some((object) => path === object.path || path.startsWith(`${object.path}.`));
    return isFar ? this.#allFields() : this.#fields;
  }

  /** The names, the last parts of paths, and the names of `ss`: what can be typed, or names several fields. */
  get shortNames(): readonly string[] {
    const parts = this.names.flatMap((name) => name.includes(".") ? name.slice(name.lastIndexOf(".") + 1) : []);
    return [...new Set([...this.names, ...aliasNames.filter((name) => this.find(name) !== null), ...parts])];
  }

  #add(fields: readonly Field[]): void {
    for (const field of fields) {
      const known = this.#fields.get(field.path);
      // The element of a list has the path of the list, and comes with it.
      if (known === undefined) this.#fields.set(field.path, [field]);
      else if (field.key.name !== "") known.push(field);
      if (!this.#far.has(field.key)) this.#add(field.children);
    }
  }

  /**
   * The meaning of a name: the path of a field, or its last part if that is unambiguous. An object or list, also with `.*`,
   * means everything in it. `null` if unknown.
   */
  find(name: string): NamedColumn | null {
    if (name === PROTOCOL) return { columns: [{ name, key: null }], shown: [], single: null };
    if (name === LOCAL || name === REMOTE) return this.#end(name);
    const owned = ownerColumns.find((column) => column.first === true && column.name === name);
    if (owned !== undefined) {
      const beside = name === PROCESS ? [pid, fds, fd, ringFds, ringFd, ownerStatus] : [];
      return { columns: [owned], shown: [owners, owner, owned.key!], single: null, beside };
    }
    const path = name.replace(/\.\*$/, "");
    const near = this.#fieldsNear(path);
    const [candidate = "", ...others] = near.has(path) ? [path] : this.candidates(path);
    const fields = others.length > 0 ? undefined : near.get(candidate);
    const [first] = fields ?? [];
    if (fields === undefined || first === undefined) return null;
    if (name.endsWith(".*") && first.type !== "object" && first.type !== "list") return null;
    const lists = [first.key, ...ancestors(first.key)].some(({ note }) => note.type === "list");
    const columns = fields.flatMap(columnsIn);
    return {
      columns: name === CONTAINER ? [{ name, key: null, parts: columns }] : columns,
      shown: fields.flatMap((field) => [...ancestors(field.key), ...keysIn(field)]),
      single: lists || first.type === "object" ? null : first.key,
    };
  }

  /** The paths whose last part is the name. Fields of lookups need their full path, to show that they are looked up. */
  candidates(name: string): readonly string[] {
    const paths = [...this.#fields].flatMap(([path, [field]]) => isLookedUp(field!.key) ? [] : [path]);
    return pathsNamed(name, paths).filter((path) => paths.includes(path));
  }

  /** All fields of one end of a socket. */
  #end(name: string): NamedColumn {
    const parts = endPaths(name, this.#families).flatMap((path) => this.find(path) ?? []);
    const beside = name === LOCAL ? besideLocal.flatMap((path) => this.find(path)?.shown ?? []) : [];
    return {
      columns: [{ name, key: null, parts: parts.flatMap(({ columns }) => columns) }],
      shown: parts.flatMap(({ shown }) => shown),
      beside,
      single: null,
      several: parts.flatMap(({ single }) => single ?? []),
    };
  }

  /** The default columns, and those of the lookups. */
  byDefault(lookups: readonly LookupName[]): NamedColumn {
    const shown = this.#families.flatMap((family) => {
      const hidden = hiddenKeys(family, lookups);
      return fieldTree(family).flatMap((field) => keysIn(field, hidden));
    });
    return {
      columns: columnsOf(this.#families, lookups),
      shown,
      single: null,
    };
  }

  /** The same, with a column for every field. */
  all(lookups: readonly LookupName[]): NamedColumn {
    return { ...this.byDefault(lookups), columns: allColumnsOf(this.#families, lookups) };
  }
}

/** The columns of several names, in their order, without repetitions; `ofTable` with the fields that the table needs too. */
export function choose(named: readonly NamedColumn[], ofTable = false): ColumnChoice {
  const columns: Column[] = [];
  for (const column of named.flatMap((one) => one.columns)) {
    if (!columns.some(({ name, key }) => name === column.name && key === column.key)) columns.push(column);
  }
  // The last column stays last when others are added.
  columns.sort((a, b) => Number(a.name === MORE) - Number(b.name === MORE));
  return {
    columns,
    shown: new Set(named.flatMap(({ shown, beside = [] }) => ofTable ? [...shown, ...beside] : shown)),
  };
}

/** Whether a field comes from a lookup that is made only on request. */
export const isLookedUp = (key: Key): boolean =>
  allLookups.some(({ name, keys }) => name !== null && keys.includes(key));

const ancestors = ({ parent }: Key): readonly Key[] => parent === null ? [] : [...ancestors(parent), parent];

const NONE: ReadonlySet<Key> = new Set();

/** A field and those in it, except hidden ones. */
const keysIn = (field: Field, hidden: ReadonlySet<Key> = NONE): readonly Key[] =>
  hidden.has(field.key) ? [] : [field.key, ...field.children.flatMap((child) => keysIn(child, hidden))];

/**
 * The columns of a row that show a field. An object has a column for each member. A list, or the objects in it, has one column
 * with the whole list. A field of objects in a list has one column with its values in all of them.
 */
function columnsIn({ key, type, children }: Field): readonly Column[] {
  if (type !== "object") return [{ name: key.path, key }];
  const list = ancestors(key).find(({ note }) => note.type === "list");
  return list === undefined ? children.flatMap(columnsIn) : [{ name: list.path, key: list }];
}
