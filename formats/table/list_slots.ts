/**
 * The slots of a line of the table. A list with its own column is stored as the text of its cell.
 */
import type { Key } from "../../decode/record/key.ts";
import { RecordSlots, type SlotChoice } from "../../decode/record/record_slots.ts";
import { ListText, staysJson } from "../text/list_text.ts";

/** The kind of a list that is stored as text: JSON, or words and numbers separated by commas. */
export const JSON_TEXT = 32;

const QUOTE = 34;

export abstract class ListSlots extends RecordSlots {
  readonly #json: ListText;
  /** Whether a list is shown as JSON, by the number of its key. */
  readonly #isNested: boolean[] = [];

  constructor(slots: SlotChoice) {
    const json = new ListText();
    super(slots, json);
    this.#json = json;
  }

  override openRecord(): void {
    super.openRecord();
    this.#json.dropRecord();
  }

  protected override listEnded(key: Key, slot: number): void {
    const { bytes } = this.#json.buffer;
    const nested = this.#isNested[key.id] ??= staysJson(key);
    const from = this.#json.startOf(key);
    const to = this.#json.endOfText;
    const start = this.texts.length;
    if (nested && to - from > 2) this.texts.add(bytes, from, to);
    else {
      for (let i = from + 1; i < to - 1; i++) if (bytes[i] !== QUOTE) this.texts.add(bytes, i, i + 1);
    }
    this.kinds[slot] = JSON_TEXT;
    this.low[slot] = start;
    this.high[slot] = this.texts.length;
    this.#json.dropRecord();
  }
}
