/**
 * Stores the values of one record in numbered slots, and reuses the memory for the next record. For code that needs several
 * values at once, or a value that comes late.
 */
import { ByteStore } from "./byte_store.ts";
import type { Key, Word } from "./key.ts";
import { type Layout, type Step, UNKNOWN } from "./layout.ts";
import { writeMember } from "./walk_layout.ts";
import type { RecordSink } from "./record_sink.ts";

// The kinds of values.
export const EMPTY = 0;
export const INTEGER = 1;
export const INTEGER64 = 2;
export const THOUSANDTHS = 3;
export const IDENTIFIER = 4;
export const WORD = 5;
export const TEXT = 6;
export const NULL = 7;
export const FLAGS = 8;
export const IPV4 = 9;
export const IPV6 = 10;
export const BOOLEAN = 11;
/** A 32-bit integer. It needs no floating-point number. */
export const SMALL = 12;
export const HEX = 13;
/** A list. Its elements have slots of their own. */
export const LIST = 14;

/** The slot number of a key without a slot. */
export const NO_SLOT = -1;
/** Ends a chain of values. */
export const NO_VALUE = -1;

const noWords: readonly (Word | undefined)[] = [];

/** The assignment of keys to slots. */
export interface SlotChoice {
  /** The slot of each key, by {@linkcode Key.id}. */
  readonly slots: Int16Array;
  /** By slot: 1 for a field in a list, else 0. */
  readonly repeats: Uint8Array;
}

/** Assigns a slot to each group of keys, in order. A record has at most one key of each group. */
export function selectSlots(groups: readonly (readonly Key[])[]): SlotChoice {
  const slots = new Int16Array(1 + Math.max(0, ...groups.flat().map(({ id }) => id))).fill(NO_SLOT);
  groups.forEach((keys, slot) => keys.forEach(({ id }) => slots[id] = slot));
  return { slots, repeats: Uint8Array.from(groups, (keys) => keys.some(isInList) ? 1 : 0) };
}

const isInList = ({ parent }: Key): boolean => parent !== null && (parent.note.type === "list" || isInList(parent));

/**
 * Stores the values of one record at a time. Each value has a number. A field outside lists has one value, whose number
 * is its slot. For a field in a list, the number of the first value is the slot, and {@linkcode next} leads to the
 * other values.
 */
export class RecordSlots implements RecordSink {
  /**
   * The kind and content of each value. Of text and bytes, `low` and `high` are the start and end in {@linkcode texts}.
   */
  kinds: Uint8Array;
  numbers: Float64Array;
  low: Int32Array;
  high: Int32Array;
  addresses: Uint8Array;
  readonly words: Word[];
  readonly wordLists: (readonly (Word | undefined)[])[];
  readonly texts: ByteStore = new ByteStore();
  /** The next value of the same slot; {@linkcode NO_VALUE} for none. */
  next: Int32Array;
  /** The element of the outermost list that contains the value, counted from 0. */
  elements: Int32Array;

  readonly #slots: Int16Array;
  readonly #count: number;
  /** By slot: whether it belongs to a field in a list, and its last value. */
  readonly #repeats: Uint8Array;
  readonly #last: Int32Array;
  /** Number of values, including empty slots. */
  #used: number;
  /** Number of open lists, and the current element of the outermost one. */
  #depth = 0;
  #element = -1;
  /** The open list that has a slot of its own. */
  #gathered: Key | null = null;
  readonly #lists: RecordSink | null;
  /** Steps of each layout whose values have a slot. */
  readonly #steps: (readonly Step[] | undefined)[] = [];

  /** @param lists also receives each list that has a slot, as a whole */
  constructor({ slots, repeats }: SlotChoice, lists: RecordSink | null = null) {
    const count = repeats.length;
    this.#slots = slots;
    this.#repeats = repeats;
    this.#count = this.#used = count;
    this.#lists = lists;
    this.#last = new Int32Array(count);
    this.kinds = new Uint8Array(count);
    this.numbers = new Float64Array(count);
    this.low = new Int32Array(count);
    this.high = new Int32Array(count);
    this.addresses = new Uint8Array(16 * count);
    this.words = new Array<Word>(count).fill(UNKNOWN);
    this.wordLists = new Array<readonly (Word | undefined)[]>(count).fill(noWords);
    this.next = new Int32Array(count).fill(NO_VALUE);
    this.elements = new Int32Array(count);
  }

  openProtocol(_name: string): void {}
  closeProtocol(): void {}
  closeRecord(): void {}
  mark(): void {}

  rewind(): boolean {
    return true;
  }

  /** Forgets everything. */
  openRecord(): void {
    this.kinds.fill(EMPTY, 0, this.#count);
    this.#used = this.#count;
    this.#depth = 0;
    this.#element = -1;
    this.#gathered = null;
    this.texts.length = 0;
  }

  dropRecord(): void {
    this.openRecord();
  }

  slotOf(key: Key): number {
    return this.#slots[key.id] ?? NO_SLOT;
  }

  /** Called at the end of a list with a slot of its own. */
  protected listEnded(_key: Key, _slot: number): void {}

  /** The number for the next value of a key; {@linkcode NO_SLOT} if the key has no slot. */
  #place(key: Key): number {
    const slot = this.#slots[key.id] ?? NO_SLOT;
    return slot === NO_SLOT || this.#repeats[slot] === 0 ? slot : this.#placeInList(slot);
  }

  #placeInList(slot: number): number {
    const first = this.kinds[slot] === EMPTY;
    if (!first && this.#used === this.kinds.length) this.#grow();
    const value = first ? slot : this.#used++;
    if (!first) this.next[this.#last[slot]!] = value;
    this.#last[slot] = value;
    this.next[value] = NO_VALUE;
    this.elements[value] = this.#element;
    return value;
  }

  #grow(): void {
    const size = 2 * this.#used + 16;
    const longer = <T extends { set(from: T): void }>(to: T, from: T): T => (to.set(from), to);
    this.kinds = longer(new Uint8Array(size), this.kinds);
    this.numbers = longer(new Float64Array(size), this.numbers);
    this.low = longer(new Int32Array(size), this.low);
    this.high = longer(new Int32Array(size), this.high);
    this.addresses = longer(new Uint8Array(16 * size), this.addresses);
    this.next = longer(new Int32Array(size), this.next);
    this.elements = longer(new Int32Array(size), this.elements);
  }

  #setHalves(key: Key, kind: number, low: number, high: number): void {
    const value = this.#place(key);
    if (value === NO_SLOT) return;
    this.kinds[value] = kind;
    this.low[value] = low;
    this.high[value] = high;
  }

  #setNumber(key: Key, kind: number, number: number): void {
    const value = this.#place(key);
    if (value === NO_SLOT) return;
    this.kinds[value] = kind;
    this.numbers[value] = number;
  }

  #setBytes(key: Key, kind: number, bytes: Uint8Array, start: number, end: number): void {
    const value = this.#place(key);
    if (value === NO_SLOT) return;
    const at = this.texts.add(bytes, start, end);
    this.kinds[value] = kind;
    this.low[value] = at;
    this.high[value] = at + end - start;
  }

  #stepsOf({ steps }: Layout): readonly Step[] {
    return steps.filter(({ key, raw }) => this.slotOf(key) !== NO_SLOT || this.slotOf(raw) !== NO_SLOT);
  }

  structure(layout: Layout, view: DataView, bytes: Uint8Array, start: number, end: number): void {
    // A list that is stored as a whole needs all members. Below, those with a slot are pushed again.
    if (this.#gathered !== null) this.#lists!.structure(layout, view, bytes, start, end);
    const gathered = this.#gathered;
    this.#gathered = null;
    const steps = this.#steps[layout.id] ??= this.#stepsOf(layout);
    const length = end - start;
    for (let i = 0; i < steps.length; i++) {
      const step = steps[i]!;
      if (step.needs <= length) writeMember(step, view, bytes, start, this);
    }
    this.#gathered = gathered;
  }

  openObject(key: Key): void {
    if (this.#gathered !== null) this.#lists!.openObject(key);
    if (this.#depth === 1 && key.name === "") this.#element++;
  }

  closeObject(key: Key): void {
    if (this.#gathered !== null) this.#lists!.closeObject(key);
  }

  openList(key: Key): void {
    if (this.#depth++ === 0) this.#element = -1;
    const value = this.#place(key);
    if (value !== NO_SLOT) {
      this.kinds[value] = LIST;
      if (this.#lists !== null) this.#gathered ??= key;
    }
    if (this.#gathered !== null) this.#lists!.openList(key);
  }

  closeList(key: Key): void {
    this.#depth--;
    if (this.#gathered === null) return;
    this.#lists!.closeList(key);
    if (key !== this.#gathered) return;
    this.#gathered = null;
    this.listEnded(key, this.slotOf(key));
  }

  integer(key: Key, number: number): void {
    if (this.#gathered !== null) this.#lists!.integer(key, number);
    const value = this.#place(key);
    if (value === NO_SLOT) return;
    const small = number | 0;
    this.kinds[value] = small === number ? SMALL : INTEGER;
    this.low[value] = small;
    this.numbers[value] = number;
  }

  integer64(key: Key, low: number, high: number): void {
    if (this.#gathered !== null) this.#lists!.integer64(key, low, high);
    this.#setHalves(key, INTEGER64, low, high);
  }

  thousandths(key: Key, number: number): void {
    if (this.#gathered !== null) this.#lists!.thousandths(key, number);
    this.#setNumber(key, THOUSANDTHS, number);
  }

  identifier(key: Key, low: number, high: number): void {
    if (this.#gathered !== null) this.#lists!.identifier(key, low, high);
    this.#setHalves(key, IDENTIFIER, low, high);
  }

  boolean(key: Key, truth: boolean): void {
    if (this.#gathered !== null) this.#lists!.boolean(key, truth);
    this.#setNumber(key, BOOLEAN, truth ? 1 : 0);
  }

  null(key: Key): void {
    if (this.#gathered !== null) this.#lists!.null(key);
    this.#setNumber(key, NULL, 0);
  }

  name(key: Key, word: Word): void {
    if (this.#gathered !== null) this.#lists!.name(key, word);
    const value = this.#place(key);
    if (value === NO_SLOT) return;
    this.kinds[value] = WORD;
    this.words[value] = word;
  }

  flags(key: Key, words: readonly (Word | undefined)[], bits: number): void {
    if (this.#gathered !== null) this.#lists!.flags(key, words, bits);
    const value = this.#place(key);
    if (value === NO_SLOT) return;
    this.kinds[value] = FLAGS;
    this.wordLists[value] = words;
    this.low[value] = bits;
  }

  text(key: Key, bytes: Uint8Array, start: number, end: number): void {
    if (this.#gathered !== null) this.#lists!.text(key, bytes, start, end);
    this.#setBytes(key, TEXT, bytes, start, end);
  }

  hex(key: Key, bytes: Uint8Array, start: number, end: number): void {
    if (this.#gathered !== null) this.#lists!.hex(key, bytes, start, end);
    this.#setBytes(key, HEX, bytes, start, end);
  }

  address(key: Key, v6: boolean, bytes: Uint8Array, start: number): void {
    if (this.#gathered !== null) this.#lists!.address(key, v6, bytes, start);
    const value = this.#place(key);
    if (value === NO_SLOT) return;
    this.kinds[value] = v6 ? IPV6 : IPV4;
    const length = v6 ? 16 : 4;
    for (let i = 0; i < length; i++) this.addresses[16 * value + i] = bytes[start + i]!;
  }

  /** Pushes a value under a key; nothing if the value is empty or a list. */
  write(value: number, key: Key, sink: RecordSink): void {
    switch (this.kinds[value]) {
      case SMALL:
        return sink.integer(key, this.low[value]!);
      case INTEGER:
        return sink.integer(key, this.numbers[value]!);
      case INTEGER64:
        return sink.integer64(key, this.low[value]!, this.high[value]!);
      case THOUSANDTHS:
        return sink.thousandths(key, this.numbers[value]!);
      case IDENTIFIER:
        return sink.identifier(key, this.low[value]!, this.high[value]!);
      case BOOLEAN:
        return sink.boolean(key, this.numbers[value] === 1);
      case NULL:
        return sink.null(key);
      case WORD:
        return sink.name(key, this.words[value]!);
      case FLAGS:
        return sink.flags(key, this.wordLists[value]!, this.low[value]!);
      case TEXT:
        return sink.text(key, this.texts.bytes, this.low[value]!, this.high[value]!);
      case HEX:
        return sink.hex(key, this.texts.bytes, this.low[value]!, this.high[value]!);
      case IPV4:
      case IPV6:
        return sink.address(key, this.kinds[value] === IPV6, this.addresses, 16 * value);
    }
  }
}
