/**
 * Remembers counters of sockets, and says what was counted since. Counters keep all their digits.
 */
import * as slot from "../decode/record/record_slots.ts";
import type { Places } from "./measure.ts";

const HALF = 2 ** 31;
const WORD = 2 ** 32;

/** What a socket has of a counter. */
const NONE = 0;
const KNOWN = 1;

/** The counters of sockets by number. Nothing is allocated for a socket, except when the arrays grow. */
export class CounterMemory {
  /** What was counted, one number for each counter; 0 for one that the socket does not have. */
  readonly deltas: Float64Array<ArrayBuffer>;
  readonly #low: Int32Array<ArrayBuffer>;
  readonly #high: Int32Array<ArrayBuffer>;
  readonly #has: Uint8Array<ArrayBuffer>;
  /** The counters of all sockets, one after the other. */
  #lows = new Int32Array(0);
  #highs = new Int32Array(0);
  #known = new Uint8Array(0);

  /** @param isWide of each counter, whether it has 64 bits; else it has 32 */
  constructor(readonly isWide: readonly boolean[]) {
    const count = isWide.length;
    this.deltas = new Float64Array(count);
    this.#low = new Int32Array(count);
    this.#high = new Int32Array(count);
    this.#has = new Uint8Array(count);
  }

  /** All that a socket has counted, which is not remembered. */
  whole(slots: slot.RecordSlots, places: readonly Places[]): Float64Array {
    this.#read(slots, places);
    for (let i = 0; i < this.deltas.length; i++) this.deltas[i] = this.#difference(i, 0, 0);
    return this.deltas;
  }

  /** What a socket has counted since it was compared last, or all if it was not. */
  compare(number: number, slots: slot.RecordSlots, places: readonly Places[]): Float64Array {
    const count = this.isWide.length;
    const first = number * count;
    if (this.#known.length < first + count) this.#grow(2 * (first + count));
    this.#read(slots, places);
    const restarted = this.#isRestarted(first);
    for (let i = 0; i < count; i++) {
      const at = first + i;
      const delta = restarted || this.#known[at] === NONE
        ? this.#difference(i, 0, 0)
        : this.#difference(i, this.#lows[at]!, this.#highs[at]!);
      this.deltas[i] = delta < 0 ? delta + WORD : delta;
      if (this.#has[i] === NONE) continue;
      this.#lows[at] = this.#low[i]!;
      this.#highs[at] = this.#high[i]!;
      this.#known[at] = KNOWN;
    }
    return this.deltas;
  }

  /** Whether a counter has fallen, and not because its bits were full: the socket was disconnected and is used anew. */
  #isRestarted(first: number): boolean {
    for (let i = 0; i < this.isWide.length; i++) {
      const at = first + i;
      if (this.#known[at] === NONE) continue;
      const delta = this.#difference(i, this.#lows[at]!, this.#highs[at]!);
      if (delta < 0 && (this.isWide[i]! || delta > -HALF)) return true;
    }
    return false;
  }

  /** A counter less another value, 0 without the counter. What is counted between two looks has less than 53 bits. */
  #difference(i: number, low: number, high: number): number {
    if (this.#has[i] === NONE) return 0;
    return ((this.#high[i]! >>> 0) - (high >>> 0)) * WORD + ((this.#low[i]! >>> 0) - (low >>> 0));
  }

  #read({ kinds, low, high, numbers }: slot.RecordSlots, places: readonly Places[]): void {
    this.#has.fill(NONE);
    for (let i = 0; i < places.length; i++) {
      for (let j = 0; j < places[i]!.length; j++) {
        const place = places[i]![j]!;
        const kind = kinds[place];
        if (kind !== slot.SMALL && kind !== slot.INTEGER && kind !== slot.INTEGER64) continue;
        this.#has[i] = KNOWN;
        this.#low[i] = kind === slot.INTEGER ? numbers[place]! : low[place]!;
        this.#high[i] = kind === slot.INTEGER64 ? high[place]! : 0;
      }
    }
  }

  forget(number: number): void {
    const count = this.isWide.length;
    this.#known.fill(NONE, number * count, (number + 1) * count);
  }

  /** Gives a socket another number. */
  move(from: number, to: number): void {
    const count = this.isWide.length;
    for (const array of [this.#lows, this.#highs, this.#known]) {
      array.copyWithin(to * count, from * count, (from + 1) * count);
    }
    this.forget(from);
  }

  #grow(length: number): void {
    const [lows, highs, known] = [this.#lows, this.#highs, this.#known];
    this.#lows = new Int32Array(length);
    this.#lows.set(lows);
    this.#highs = new Int32Array(length);
    this.#highs.set(highs);
    this.#known = new Uint8Array(length);
    this.#known.set(known);
  }
}
