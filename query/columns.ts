/**
 * The columns of formats that show one socket a row: they follow from what was asked for, never from what is found.
 */
import type { LookupName } from "../decode/lookups/lookup.ts";
import { hiddenKeys } from "../decode/lookups/registry.ts";
import type { Family } from "../decode/families/family.ts";
import { type Field, fieldTree } from "../decode/reference/fields.ts";
import type { Key } from "../decode/record/key.ts";
import { ownerKeys, ownerStatus } from "../decode/lookups/owners.ts";

/** A column, and the field whose values it has; `null` where it has none of its own. */
export interface Column {
  /** Dotted path of the field. */
  readonly name: string;
  readonly key: Key | null;
}

/** The column before all others: which family a row is of. */
export const PROTOCOL = "protocol";

/** Columns of the number and name of the first process that holds a socket, and of all that do. */
export const PID = "pid";
export const PROCESS = "process";
export const OWNERS = "owners";

/** These columns; the last ones of a row. */
export const ownerColumns: readonly string[] = [PID, PROCESS, OWNERS];

/**
 * The columns for sockets of some families: the protocol, the fields of each in their order, those that several have once,
 * what is looked up, and the processes at last. Objects are shown by their members, lists of any kind are one column.
 */
export function columnsOf(families: readonly Family[], lookups: readonly LookupName[] = []): readonly Column[] {
  const columns: Column[] = [{ name: PROTOCOL, key: null }];
  for (const family of families) {
    // A field that is new goes behind the one it follows in its family, so that each family keeps its order.
    const hidden = new Set([...ownerKeys, ...hiddenKeys(family, lookups)]);
    let place = 1;
    for (const key of leaves(fieldTree(family))) {
      if (hidden.has(key)) continue;
      const known = columns.findIndex((column) => column.key === key);
      if (known < 0) columns.splice(place, 0, { name: key.path, key });
      place = (known < 0 ? place : Math.max(place - 1, known)) + 1;
    }
  }
  if (!lookups.includes("owners")) return columns;
  return [
    ...columns,
    { name: ownerStatus.path, key: ownerStatus },
    ...ownerColumns.map((name) => ({ name, key: null })),
  ];
}

function leaves(fields: readonly Field[]): readonly Key[] {
  return fields.flatMap(({ key, type, children }) => type === "object" ? leaves(children) : [key]);
}
