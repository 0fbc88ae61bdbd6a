/**
 * CSV cells for lists: the whole list, the first value of a field, or all values of a field.
 */
import { elementOf, type Key, outerList } from "../../decode/record/key.ts";
import { NO_VALUE, RecordSlots, selectSlots, TEXT } from "../../decode/record/record_slots.ts";
import type { Column } from "../../query/columns.ts";
import { ListText, staysJson } from "../text/list_text.ts";
import type { OutputBuffer } from "../text/output_buffer.ts";
import { putValue } from "../text/value_text.ts";
import { putCellText, putGuard, putJsonCell, SEMICOLON } from "./cells.ts";

const QUOTE = 34;
const COMMA = 44;
/** Room for a value other than text. */
const ROOM = 512;

export interface ListCell {
  readonly column: number;
  readonly key: Key;
  readonly slot: number;
  readonly show: "whole" | "first" | "each";
  /** Whether a whole list is shown as JSON. */
  readonly asJson: boolean;
}

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
      const list = key === null ? null : outerList(key);
      if (key === null || list === null) return;
      const element = elementOf(key);
      // The words of flags come as one value, without a list.
      const values = key !== list && key.note.type === "list" && element !== undefined ? [element] : [key];
      const known = groups.findIndex(([known]) => known === values[0]);
      const slot = known >= 0 ? known : groups.push(values) - 1;
      const show = key === list ? "whole" as const : first === true ? "first" as const : "each" as const;
      (this.#cells[list.id] ??= []).push({ column, key, slot, show, asJson: staysJson(key) });
      if (key !== list) this.#keys.add(key);
    });
    this.slots = new RecordSlots(selectSlots(groups), this.text);
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

  /** Maximum bytes of a cell, with what is written after it. */
  roomFor({ show, slot }: ListCell): number {
    if (show === "whole") return 2 * this.text.buffer.at + ROOM;
    const { kinds, low, high, next } = this.slots;
    let room = ROOM;
    for (let value = slot; value !== NO_VALUE; value = next[value]!) {
      room += ROOM + (kinds[value] === TEXT ? 6 * (high[value]! - low[value]!) : 0);
    }
    return room;
  }

  /**
   * Writes a cell at `at`, where there is room for it. Returns its end, negative if the cell is already quoted.
   *
   * @param guard whether text must not start like a formula
   */
  put(cell: ListCell, buffer: OutputBuffer, at: number, guard: boolean): number {
    return cell.show === "whole" ? this.#putWhole(cell, buffer.bytes, at) : this.#putEach(cell, buffer, at, guard);
  }

  /** The list as JSON, or words and numbers separated by semicolons. */
  #putWhole({ key, asJson }: ListCell, out: Uint8Array, at: number): number {
    const { bytes } = this.text.buffer;
    const start = this.text.startOf(key);
    const end = this.text.endOfText;
    if (asJson && end - start > 2) return -putJsonCell(out, at, bytes, start, end);
    // Words and numbers contain no quotes, commas or escapes, so dropping brackets and quotes is enough.
    for (let i = start + 1; i < end - 1; i++) {
      if (bytes[i] !== QUOTE) out[at++] = bytes[i] === COMMA ? SEMICOLON : bytes[i]!;
    }
    return at;
  }

  /** The values of a field in all elements, separated by semicolons. */
  #putEach({ slot }: ListCell, buffer: OutputBuffer, at: number, guard: boolean): number {
    const { kinds, low, high, next, texts } = this.slots;
    buffer.at = at;
    for (let value = slot; value !== NO_VALUE; value = next[value]!) {
      if (value !== slot) buffer.bytes[buffer.at++] = SEMICOLON;
      if (kinds[value] !== TEXT) {
        putValue(buffer, this.slots, value);
        continue;
      }
      const [start, end] = [low[value]!, high[value]!];
      if (value === slot && guard) buffer.at = putGuard(buffer.bytes, buffer.at, texts.bytes, start, end);
      buffer.at = putCellText(buffer, buffer.at, texts.bytes, start, end, true);
    }
    return buffer.at;
  }
}
