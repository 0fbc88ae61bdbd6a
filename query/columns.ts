/**
 * Columns of formats that show one socket per row. They depend only on the options, never on the data.
 */
import { hiddenKeys, type LookupName } from "../decode/lookups/registry.ts";
import type { Family } from "../decode/families/family.ts";
import { type Field, fieldsOf, fieldTree } from "../decode/reference/fields.ts";
import type { Key } from "../decode/record/key.ts";
import { comm, ownerKeys, owners, ownerStatus, pid } from "../decode/lookups/owners.ts";

/** A column and its field. */
export interface Column {
  /** Dotted path of the field, or a short name. */
  readonly name: string;
  /** A field in a list means all its values there. `null` for the protocol and for fields without a column of their own. */
  readonly key: Key | null;
  /** Whether only the first value of a field in a list is shown. */
  readonly first?: true;
  /** For a column of the table that combines several fields: their columns. */
  readonly parts?: readonly Column[];
}

/** The columns of single fields: combined columns are replaced by their parts, each once. */
export const singleColumns = (columns: readonly Column[]): readonly Column[] =>
  columns.flatMap((column) => column.parts ?? [column]).filter(({ name, key }, i, all) =>
    all.findIndex((other) => other.name === name && other.key === key) === i
  );

/** The names of columns with the units of their fields: `tcp_info.rtt (ms)`. */
export function namesWithUnits(columns: readonly Column[], families: readonly Family[]): readonly string[] {
  const fields = families.flatMap(fieldsOf);
  return columns.map(({ name, key }) => {
    const unit = fields.find((field) => field.key === key)?.unit ?? key?.note.unit ?? "";
    return unit === "" ? name : `${name} (${unit})`;
  });
}

/** The first column: the family of a row. */
export const PROTOCOL = "protocol";

/** The protocol name under which counts are pushed. */
export const COUNTS = "counts";

/** The last column: rarely present fields, which have no column by default, as JSON. */
export const MORE = "more";

/** Columns with the number and name of the first process that holds a socket, and with all such processes. */
export const PID = "pid";
export const PROCESS = "process";
export const ownerColumns: readonly Column[] = [
  { name: PID, key: pid, first: true },
  { name: PROCESS, key: comm, first: true },
  { name: owners.path, key: owners },
];

/** Numbers of unknown words, bytes of unknown structures and attributes, exact bytes of text that is not UTF-8. */
const isExceptional = ({ name }: Key): boolean => /_(raw|extra|hex)$/.test(name) || name === "unknown";

const NO_LOOKUPS: readonly LookupName[] = [];

/** The fields of processes come before the fields of this object. */
const LARGEST_OBJECT = "tcp_info";

/**
 * The columns for sockets of some families: the protocol, then the fields of each family in their order. Shared fields
 * appear once. Processes come before the details of TCP. An object has a column for each member, a list has one column.
 */
export function columnsOf(families: readonly Family[], lookups: readonly LookupName[] = NO_LOOKUPS): readonly Column[] {
  const columns = allColumnsOf(families, lookups).filter(({ key }) => key === null || !isExceptional(key));
  return [...columns, { name: MORE, key: null }];
}

/** The fields in the column {@linkcode MORE}. */
export function moreKeys(families: readonly Family[], lookups: readonly LookupName[] = NO_LOOKUPS): ReadonlySet<Key> {
  const keys = allColumnsOf(families, lookups).flatMap(({ key }) => key === null ? [] : [key]);
  return new Set(keys.filter(isExceptional));
}

/** The last result; a format asks for the same columns twice. */
let made: {
  readonly families: readonly Family[];
  readonly lookups: readonly LookupName[];
  readonly columns: readonly Column[];
} | null = null;

/** A column for every field. */
export function allColumnsOf(
  families: readonly Family[],
  lookups: readonly LookupName[] = NO_LOOKUPS,
): readonly Column[] {
  if (made?.families !== families || made.lookups !== lookups) {
    made = { families, lookups, columns: makeColumns(families, lookups) };
  }
  return made.columns;
}

function makeColumns(families: readonly Family[], lookups: readonly LookupName[]): readonly Column[] {
  const columns: Column[] = [{ name: PROTOCOL, key: null }];
  for (const family of families) {
    // A new field goes after the one that precedes it in its family, so that each family keeps its order.
    const hidden = new Set([...ownerKeys, ...hiddenKeys(family, lookups)]);
    const keys = leaves(fieldTree(family), hidden);
    let place = 1;
    for (const key of keys) {
      const known = columns.findIndex((column) => column.key === key);
      if (known < 0) columns.splice(place, 0, { name: key.path, key });
      place = (known < 0 ? place : Math.max(place - 1, known)) + 1;
    }
  }
  if (!lookups.includes("owners")) return columns;
  const details = columns.findIndex(({ name }) => name.startsWith(`${LARGEST_OBJECT}.`));
  const owned = [{ name: ownerStatus.path, key: ownerStatus }, ...ownerColumns];
  columns.splice(details < 0 ? columns.length : details, 0, ...owned);
  return columns;
}

/** The fields that are no objects, except hidden ones. */
function leaves(fields: readonly Field[], hidden: ReadonlySet<Key>): readonly Key[] {
  return fields.flatMap((field) =>
    hidden.has(field.key) ? [] : field.type === "object" ? leaves(field.children, hidden) : [field.key]
  );
}
