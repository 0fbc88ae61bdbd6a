/**
 * The slots of a line of the format `table`: lists that have a column are kept as the text that it shows.
 */
import { type Key, keys } from "../../decode/record/key.ts";
import { RecordSlots, type SlotChoice } from "../../decode/record/record_slots.ts";
import { ListText } from "../text/list_text.ts";

/** A list as text: JSON, or words and numbers with commas between them. */
export const JSON_TEXT = 32;

const QUOTE = 34;

export abstract class ListSlots extends RecordSlots {
  readonly #json: ListText;
  /** By number of the list, whether it stays JSON. */
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
    const nested = this.#isNested[key.id] ??= holdsObjects(key);
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

/** Whether there are objects, lists or text from outside in a list. */
function holdsObjects(list: Key): boolean {
  const element = keys.find(({ parent, name }) => parent === list && name === "");
  return element === undefined || !["name", "integer"].includes(element.note.type);
}
