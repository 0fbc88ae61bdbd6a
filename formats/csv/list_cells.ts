/**
 * Cells of CSV that show what is in a list: all of it, the first value of a field, or all values of one.
 */
import { type Key, keys } from "../../decode/record/key.ts";
import { chooseSlots, RecordSlots } from "../../decode/record/record_slots.ts";
import type { Column } from "../../query/columns.ts";
import { ListText } from "../text/list_text.ts";

export interface ListCell {
  readonly column: number;
  readonly key: Key;
  readonly slot: number;
  readonly show: "whole" | "first" | "each";
  /** Of a whole list, whether there are objects, lists or text from outside in it, so that it stays JSON. */
  readonly holdsObjects: boolean;
}

/** The outermost list that a field is, or is in; `null` for none. */
function listOf(key: Key): Key | null {
  const outer = key.parent === null ? null : listOf(key.parent);
  return outer ?? (key.note.type === "list" ? key : null);
}

const elementOf = (list: Key): Key | undefined => keys.find(({ parent, name }) => parent === list && name === "");

/** Takes one list at a time. */
export class ListCells {
  readonly slots: RecordSlots;
  /** JSON text of the list, if it has a cell as a whole. */
  readonly text: ListText = new ListText();
  /** By number of the list. */
  readonly #cells: (ListCell[] | undefined)[] = [];
  readonly #keys = new Set<Key>();

  constructor(columns: readonly Column[]) {
    const groups: Key[][] = [];
    columns.forEach(({ key, first }, column) => {
      const list = key === null ? null : listOf(key);
      if (key === null || list === null) return;
      const element = elementOf(key);
      // The words of flags come as one value of no list, and bring no list.
      const values = key !== list && key.note.type === "list" && element !== undefined ? [element] : [key];
      const known = groups.findIndex(([known]) => known === values[0]);
      const slot = known >= 0 ? known : groups.push(values) - 1;
      const show = key === list ? "whole" as const : first === true ? "first" as const : "each" as const;
      const holdsObjects = !["name", "integer"].includes(element?.note.type ?? "object");
      (this.#cells[list.id] ??= []).push({ column, key, slot, show, holdsObjects });
      if (key !== list) this.#keys.add(key);
    });
    this.slots = new RecordSlots(chooseSlots(groups), this.text);
  }

  /** Whether a key is in a list, and so has no cell of its own. */
  has(key: Key): boolean {
    return this.#keys.has(key);
  }

  /** The cells of a list; `undefined` if it has none. */
  of(list: Key): readonly ListCell[] | undefined {
    return this.#cells[list.id];
  }

  /** Gets ready for a list. */
  open(): RecordSlots {
    this.slots.openRecord();
    return this.slots;
  }

  dropRecord(): void {
    this.text.dropRecord();
  }
}
