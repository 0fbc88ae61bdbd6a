/**
 * Rates: compares the counters of each socket with those of the listing before.
 */
import type { Family } from "../decode/families/family.ts";
import { rateOf, rates, retransRatio } from "../decode/lookups/rates.ts";
import { ForwardingSink } from "../decode/record/forwarding_sink.ts";
import { IdentitySink } from "../decode/record/identity_sink.ts";
import type { Key } from "../decode/record/key.ts";
import type { Layout } from "../decode/record/layout.ts";
import type { RecordSink } from "../decode/record/record_sink.ts";
import { countersIn, fieldTree } from "../decode/reference/fields.ts";
import { SocketMemory } from "./socket_memory.ts";

/** The counters of all sockets in the last listing. */
export class Counters {
  readonly memory: SocketMemory = new SocketMemory();
  /** The key of each rate. Counters that no record has at the same time share one. */
  readonly keys: readonly Key[];
  /** Number of each counter, by key number; `undefined` for other fields. */
  readonly indexes: readonly (number | undefined)[];
  /** Values of each entry of the memory; NaN for none. */
  #values = new Float64Array(0);
  /** When they were read, in milliseconds. */
  #times = new Float64Array(0);

  /** @param needed the rates that are needed; all by default */
  constructor(families: readonly Family[], needed: ((rate: Key) => boolean) | null = null) {
    const counters = families.flatMap((family) => countersIn(fieldTree(family)))
      .filter((counter) => needed === null || needed(rateOf(counter)) || isForRatio(counter, needed));
    this.keys = [...new Set(counters.map(rateOf))];
    const indexes: number[] = [];
    for (const counter of counters) indexes[counter.id] = this.keys.indexOf(rateOf(counter));
    this.indexes = indexes;
  }

  /** The value of a counter of an entry. */
  valueAt(entry: number, index: number): number {
    return this.#values[entry * this.keys.length + index]!;
  }

  timeAt(entry: number): number {
    return this.#times[entry]!;
  }

  /** Keeps the values of an entry. */
  keep(entry: number, values: Float64Array, time: number): void {
    if (this.#times.length < this.memory.space) this.#grow();
    this.#values.set(values, entry * this.keys.length);
    this.#times[entry] = time;
  }

  /** Says that the socket of an entry, which no listing has had, has counted from 0. */
  keepZeros(entry: number): void {
    this.keep(entry, new Float64Array(this.keys.length), NaN);
  }

  /**
   * Ends a complete listing, and forgets the sockets that were not in it.
   *
   * @param closed as in {@linkcode SocketMemory.endRound}
   * @param moved called when an entry gets another number, always a smaller one
   * @param grace as in {@linkcode SocketMemory.endRound}
   */
  endRound(
    closed: (entry: number) => unknown,
    moved: (from: number, to: number) => void = () => {},
    grace: number = 0,
  ): void {
    const count = this.keys.length;
    const move = (from: number, to: number) => {
      this.#values.copyWithin(to * count, from * count, (from + 1) * count);
      this.#times[to] = this.#times[from]!;
      moved(from, to);
    };
    this.memory.endRound(closed, move, grace);
  }

  #grow(): void {
    const { space } = this.memory;
    const [values, times] = [this.#values, this.#times];
    this.#values = new Float64Array(space * this.keys.length);
    this.#values.set(values);
    this.#times = new Float64Array(space);
    this.#times.set(times);
  }
}

/** Whether the share of retransmissions is computed from a counter. */
const isForRatio = ({ path }: Key, needed: (rate: Key) => boolean): boolean =>
  needed(retransRatio) && RATIO.some((name) => path === `tcp_info.${name}`);

const RATIO = ["bytes_sent", "bytes_retrans", "segs_out"];

/** A counter in a structure. */
interface Member {
  readonly offset: number;
  readonly needs: number;
  /** 2, 4 or 8 bytes. */
  readonly size: number;
  readonly index: number;
}

/** Adds rates to the sockets that the listing before had too, and remembers the counters for the next one. */
export class RatesSink extends IdentitySink {
  readonly #counters: Counters;
  readonly #clock: () => number;
  /** The counters of the open record and their sizes in bytes; NaN for those that it does not have. */
  readonly #values: Float64Array;
  readonly #sizes: Uint8Array;
  readonly #members: (readonly Member[])[] = [];
  /** Numbers of counters of TCP. */
  readonly #sent: number;
  readonly #retransmitted: number;
  readonly #segments: number;
  readonly #hasRatio: boolean;
  /** Whether records have been passed on since the mark. */
  #passed = false;

  /**
   * @param clock milliseconds; never goes back
   * @param skipsZeros whether rates of 0 are left out
   * @param ended milliseconds in which sockets counted that are not listed any more: the records are their last ones,
   *   and nothing is remembered; `null` for a listing
   */
  constructor(
    target: RecordSink,
    families: readonly Family[],
    counters: Counters,
    clock: () => number,
    readonly skipsZeros: boolean = false,
    readonly ended: number | null = null,
  ) {
    super(target, families);
    this.#counters = counters;
    this.#clock = clock;
    this.#values = new Float64Array(counters.keys.length);
    this.#sizes = new Uint8Array(counters.keys.length).fill(4);
    const indexOf = (name: string) => counters.keys.findIndex(({ path }) => path === `rates.${name}`);
    this.#sent = indexOf("bytes_sent");
    this.#retransmitted = indexOf("bytes_retrans");
    this.#segments = indexOf("segs_out");
    this.#hasRatio = Math.min(this.#sent, this.#retransmitted, this.#segments) >= 0;
    if (ended === null) counters.memory.startRound();
  }

  override mark(): void {
    this.#passed = false;
    super.mark();
  }

  /** Counters that were remembered cannot be taken back. */
  override rewind(): boolean {
    return !this.#passed && super.rewind();
  }

  override openRecord(): void {
    this.#values.fill(NaN);
    super.openRecord();
  }

  override structure(layout: Layout, view: DataView, bytes: Uint8Array, start: number, end: number): void {
    const members = this.#members[layout.id] ??= this.#membersOf(layout);
    for (let i = 0; i < members.length; i++) {
      const { offset, needs, size, index } = members[i]!;
      if (needs <= end - start) this.#set(index, size, readCounter(view, start + offset, size));
    }
    super.structure(layout, view, bytes, start, end);
  }

  #membersOf({ steps }: Layout): readonly Member[] {
    return steps.flatMap(({ key, offset, needs, size }) => {
      const index = this.#counters.indexes[key.id];
      return index === undefined ? [] : [{ offset, needs, size, index }];
    });
  }

  #set(index: number, size: number, value: number): void {
    this.#sizes[index] = size;
    this.#values[index] = value;
  }

  override integer(key: Key, value: number): void {
    const index = this.#counters.indexes[key.id];
    if (index !== undefined) this.#set(index, 4, value);
    super.integer(key, value);
  }

  override closeRecord(): void {
    const { memory } = this.#counters;
    if (this.ended !== null) {
      const entry = memory.entryOf(this);
      if (entry >= 0) this.#writeRates(entry, this.ended / 1000);
      return super.closeRecord();
    }
    const isNew = memory.see(this);
    const { entry } = memory;
    const time = this.#clock();
    if (!isNew) this.#writeRates(entry, (time - this.#counters.timeAt(entry)) / 1000);
    this.#counters.keep(entry, this.#values, time);
    this.#passed = true;
    super.closeRecord();
  }

  #writeRates(entry: number, seconds: number): void {
    if (!(seconds > 0)) return;
    const restarted = this.#isRestarted(entry);
    let isOpen = false;
    for (let i = 0; i < this.#values.length; i++) {
      const delta = this.#deltaOf(entry, i, restarted);
      if (Number.isNaN(delta) || delta === 0 && this.skipsZeros) continue;
      if (!isOpen) super.openObject(rates);
      isOpen = true;
      super.thousandths(this.#counters.keys[i]!, Math.round(1000 * delta / seconds));
    }
    if (!isOpen) return;
    if (this.#hasRatio && !Number.isNaN(this.#values[this.#segments]!)) this.#writeRatio(entry, restarted);
    super.closeObject(rates);
  }

  /** Only TCP counts retransmissions as sent. */
  #writeRatio(entry: number, restarted: boolean): void {
    const sent = this.#deltaOf(entry, this.#sent, restarted);
    const retransmitted = this.#deltaOf(entry, this.#retransmitted, restarted);
    if (sent > 0 && retransmitted >= 0) super.thousandths(retransRatio, Math.round(1000 * retransmitted / sent));
  }

  /** Whether a counter has fallen, and not because its bits were full: the socket was disconnected and is used anew. */
  #isRestarted(entry: number): boolean {
    for (let i = 0; i < this.#values.length; i++) {
      const fall = this.#counters.valueAt(entry, i) - this.#values[i]!;
      if (fall > 0 && (this.#sizes[i] === 8 || fall < 2 ** (8 * this.#sizes[i]! - 1))) return true;
    }
    return false;
  }

  /** What was counted since the listing before, or since the counters started again at 0; NaN if unknown. */
  #deltaOf(entry: number, index: number, restarted: boolean): number {
    const now = this.#values[index]!;
    // Drops are counted for the socket, not for the connection.
    if (restarted && this.#counters.keys[index]!.name !== "drops") return now;
    const delta = now - this.#counters.valueAt(entry, index);
    return delta < 0 ? delta + 2 ** (8 * this.#sizes[index]!) : delta;
  }
}

function readCounter(view: DataView, at: number, size: number): number {
  if (size === 2) return view.getUint16(at, true);
  const low = view.getUint32(at, true);
  return size === 4 ? low : view.getUint32(at + 4, true) * 0x100000000 + low;
}

/** Leaves out rates of 0, and their object if there are no others. */
export class NonzeroRates extends ForwardingSink {
  /** Whether the object is open here, and whether it is open in the target. */
  #isIn = false;
  #isOpen = false;

  override openObject(key: Key): void {
    if (key !== rates) return super.openObject(key);
    this.#isIn = true;
    this.#isOpen = false;
  }

  override thousandths(key: Key, value: number): void {
    if (!this.#isIn) return super.thousandths(key, value);
    if (value === 0) return;
    if (!this.#isOpen) super.openObject(rates);
    this.#isOpen = true;
    super.thousandths(key, value);
  }

  override closeObject(key: Key): void {
    if (key !== rates || this.#isOpen) super.closeObject(key);
    if (key === rates) this.#isIn = false;
  }
}
