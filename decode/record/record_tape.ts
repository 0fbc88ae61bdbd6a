/**
 * Stores the calls that pushed a record, so that they can be repeated later for any sink.
 */
import { ByteStore } from "./byte_store.ts";
import { type Key, keys, type Word, words } from "./key.ts";
import type { Layout } from "./layout.ts";
import type { RecordSink } from "./record_sink.ts";

// Each call is stored as CALL_SIZE numbers: its name, its key or layout, and two arguments. For bytes the arguments are
// start and end.
const STRUCTURE = 0;
const OPEN_OBJECT = 1;
const CLOSE_OBJECT = 2;
const OPEN_LIST = 3;
const CLOSE_LIST = 4;
const INTEGER = 5;
const INTEGER64 = 6;
const THOUSANDTHS = 7;
const IDENTIFIER = 8;
const BOOLEAN = 9;
const NULL = 10;
const NAME = 11;
const FLAGS = 12;
const TEXT = 13;
const HEX = 14;
const ADDRESS = 15;
const CALL_SIZE = 4;
/** Packed calls: bits of the name, and a mark at a number that fits in one word. */
const NAME_BITS = 5;
const SMALL = 16;

/** A stored record. */
export interface TapedRecord {
  readonly calls: Int32Array;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Keeps copies of the first `count` numbers and `length` bytes; returns their position. */
interface Store {
  add(numbers: Int32Array, count: number, bytes: Uint8Array, length: number): number;
}

/**
 * The layouts and lists of words that calls refer to by number. Their number is limited by what the program defines.
 */
const layouts: Layout[] = [];
/** How many bytes of a structure the members of each layout need: where few are selected, few are kept. */
const lengths: number[] = [];
const wordLists: (readonly (Word | undefined)[])[] = [];
const wordListIds = new Map<readonly (Word | undefined)[], number>();

function wordListId(list: readonly (Word | undefined)[]): number {
  const known = wordListIds.get(list);
  if (known !== undefined) return known;
  wordListIds.set(list, wordLists.length);
  return wordLists.push(list) - 1;
}

/** Splits a JavaScript number into two 32-bit halves. */
const halves = new Int32Array(2);
const whole = new Float64Array(halves.buffer);

/** Stores the calls between {@linkcode openRecord} and {@linkcode closeRecord}, and reuses the memory for the next record. */
export abstract class RecordTape implements RecordSink {
  #calls = new Int32Array(256 * CALL_SIZE);
  #count = 0;
  #bytes = new ByteStore();
  /** The record before; the number of its calls is -1 if there is none. */
  #lastCalls = new Int32Array(256 * CALL_SIZE);
  #lastCount = -1;
  #lastBytes = new ByteStore();

  abstract openProtocol(name: string): void;
  abstract closeProtocol(): void;
  abstract mark(): void;
  abstract rewind(): boolean;
  /** Called when a record is complete, to {@linkcode play} it or {@linkcode take} it. */
  protected abstract recordEnded(): void;

  openRecord(): void {
    const calls = this.#lastCalls;
    this.#lastCalls = this.#calls;
    this.#calls = calls;
    const bytes = this.#lastBytes;
    this.#lastBytes = this.#bytes;
    this.#bytes = bytes;
    this.#count = 0;
    this.#bytes.length = 0;
  }

  closeRecord(): void {
    this.recordEnded();
    this.#lastCount = this.#count;
    this.#count = 0;
  }

  dropRecord(): void {
    this.#lastCount = -1;
    this.#count = 0;
  }

  /** Whether the record has the same calls as the one before. */
  protected isRepeated(): boolean {
    if (this.#count !== this.#lastCount || this.#bytes.length !== this.#lastBytes.length) return false;
    const calls = this.#calls;
    const lastCalls = this.#lastCalls;
    for (let i = CALL_SIZE * this.#count - 1; i >= 0; i--) if (calls[i] !== lastCalls[i]) return false;
    const { bytes, length } = this.#bytes;
    const lastBytes = this.#lastBytes.bytes;
    for (let i = length - 1; i >= 0; i--) if (bytes[i] !== lastBytes[i]) return false;
    return true;
  }

  /** A copy of the record. */
  protected take(): TapedRecord {
    return {
      calls: this.#calls.slice(0, CALL_SIZE * this.#count),
      bytes: this.#bytes.bytes.slice(0, this.#bytes.length),
    };
  }

  /** Puts a copy of the record into a store; returns its position there. */
  protected keepIn(store: Store): number {
    return store.add(this.#calls, CALL_SIZE * this.#count, this.#bytes.bytes, this.#bytes.length);
  }

  /** The same with less memory, for {@linkcode unpackCalls}: the first `count` calls, all by default. */
  protected packIn(store: Store, count: number = this.#count): number {
    if (packed.length < 3 * count) packed = new Int32Array(6 * count);
    return store.add(packed, packCalls(this.#calls, count, packed), this.#bytes.bytes, this.#bytes.length);
  }

  /** Number of calls so far. */
  protected get callCount(): number {
    return this.#count;
  }

  /** Pushes the fields of the record without opening and closing it: the calls from `from` to `to`, all by default. */
  protected play(sink: RecordSink, from: number = 0, to: number = this.#count): void {
    playCalls(this.#calls, this.#bytes.bytes, this.#bytes.view, sink, from, to);
  }

  /** Index of the call that opens a list at the top of the record; -1 if there is none. */
  protected findList(list: Key): number {
    for (let i = 0; i < this.#count; i++) {
      if (this.#calls[CALL_SIZE * i] === OPEN_LIST && this.#calls[CALL_SIZE * i + 1] === list.id) return i;
    }
    return -1;
  }

  /** Index of the call after the object that call `at` opens; `at` if that call opens no object. */
  protected endOfObject(at: number): number {
    if (this.#calls[CALL_SIZE * at] !== OPEN_OBJECT) return at;
    const id = this.#calls[CALL_SIZE * at + 1];
    for (let i = at + 1; i < this.#count; i++) {
      if (this.#calls[CALL_SIZE * i] === CLOSE_OBJECT && this.#calls[CALL_SIZE * i + 1] === id) return i + 1;
    }
    return this.#count;
  }

  #call(method: number, id: number, a = 0, b = 0): void {
    const at = CALL_SIZE * this.#count++;
    if (at === this.#calls.length) {
      const longer = new Int32Array(2 * at);
      longer.set(this.#calls);
      this.#calls = longer;
    }
    const calls = this.#calls;
    calls[at] = method;
    calls[at + 1] = id;
    calls[at + 2] = a;
    calls[at + 3] = b;
  }

  #callWithNumber(method: number, key: Key, value: number): void {
    whole[0] = value;
    this.#call(method, key.id, halves[0], halves[1]);
  }

  #callWithBytes(method: number, id: number, bytes: Uint8Array, start: number, end: number): void {
    const at = this.#bytes.add(bytes, start, end);
    this.#call(method, id, at, at + end - start);
  }

  structure(layout: Layout, _view: DataView, bytes: Uint8Array, start: number, end: number): void {
    layouts[layout.id] = layout;
    const needed = lengths[layout.id] ??= layout.steps.reduce((most, { needs }) => Math.max(most, needs), 0);
    this.#callWithBytes(STRUCTURE, layout.id, bytes, start, Math.min(end, start + needed));
  }

  openObject(key: Key): void {
    this.#call(OPEN_OBJECT, key.id);
  }

  closeObject(key: Key): void {
    this.#call(CLOSE_OBJECT, key.id);
  }

  openList(key: Key): void {
    this.#call(OPEN_LIST, key.id);
  }

  closeList(key: Key): void {
    this.#call(CLOSE_LIST, key.id);
  }

  integer(key: Key, value: number): void {
    this.#callWithNumber(INTEGER, key, value);
  }

  integer64(key: Key, low: number, high: number): void {
    this.#call(INTEGER64, key.id, low, high);
  }

  thousandths(key: Key, value: number): void {
    this.#callWithNumber(THOUSANDTHS, key, value);
  }

  identifier(key: Key, low: number, high: number): void {
    this.#call(IDENTIFIER, key.id, low, high);
  }

  boolean(key: Key, value: boolean): void {
    this.#call(BOOLEAN, key.id, value ? 1 : 0);
  }

  null(key: Key): void {
    this.#call(NULL, key.id);
  }

  name(key: Key, word: Word): void {
    this.#call(NAME, key.id, word.id);
  }

  flags(key: Key, words: readonly (Word | undefined)[], value: number): void {
    this.#call(FLAGS, key.id, value, wordListId(words));
  }

  text(key: Key, bytes: Uint8Array, start: number, end: number): void {
    this.#callWithBytes(TEXT, key.id, bytes, start, end);
  }

  hex(key: Key, bytes: Uint8Array, start: number, end: number): void {
    this.#callWithBytes(HEX, key.id, bytes, start, end);
  }

  address(key: Key, v6: boolean, bytes: Uint8Array, start: number): void {
    this.#callWithBytes(ADDRESS, key.id, bytes, start, start + (v6 ? 16 : 4));
  }
}

let packed = new Int32Array(768);

/** Packs the first `count` calls; returns the number of words. */
function packCalls(calls: Int32Array, count: number, to: Int32Array): number {
  let end = 0;
  for (let at = 0; at < CALL_SIZE * count; at += CALL_SIZE) {
    const method = calls[at]!;
    const head = end++;
    to[head] = method | calls[at + 1]! << NAME_BITS;
    const a = calls[at + 2]!;
    const b = calls[at + 3]!;
    switch (method) {
      case OPEN_OBJECT:
      case CLOSE_OBJECT:
      case OPEN_LIST:
      case CLOSE_LIST:
      case NULL:
        break;
      case BOOLEAN:
      case NAME:
        to[end++] = a;
        break;
      case STRUCTURE:
      case TEXT:
      case HEX:
      case ADDRESS:
        // The bytes of each call start where those of the one before end.
        to[end++] = b - a;
        break;
      default:
        end = packNumber(method, a, b, to, head);
    }
  }
  return end;
}

/** Packs the two halves of a number, or one word if that has all of it; returns where it ends. */
function packNumber(method: number, a: number, b: number, to: Int32Array, head: number): number {
  const value = method === INTEGER || method === THOUSANDTHS ? numberOf(a, b) : NaN;
  if (value === (value | 0)) {
    to[head]! |= SMALL;
    to[head + 1] = value;
    return head + 2;
  }
  to[head + 1] = a;
  to[head + 2] = b;
  return head + 3;
}

/** The calls that {@linkcode RecordTape.packIn} packed. */
export function unpackCalls(words: Int32Array): Int32Array {
  const calls: number[] = [];
  let bytes = 0;
  for (let at = 0; at < words.length;) {
    const head = words[at++]!;
    const method = head & SMALL - 1;
    const [a, b] = [words[at]!, words[at + 1]!];
    calls.push(method, head >>> NAME_BITS);
    if ((head & SMALL) !== 0) {
      whole[0] = a;
      calls.push(halves[0]!, halves[1]!);
      at++;
    } else if ([STRUCTURE, TEXT, HEX, ADDRESS].includes(method)) {
      calls.push(bytes, bytes += a);
      at++;
    } else if (method === BOOLEAN || method === NAME) {
      calls.push(a, 0);
      at++;
    } else if (method === NULL || method >= OPEN_OBJECT && method <= CLOSE_LIST) calls.push(0, 0);
    else {
      calls.push(a, b);
      at += 2;
    }
  }
  return Int32Array.from(calls);
}

/** Pushes the fields of a record again, without opening and closing it. */
export function playFields({ calls, bytes }: TapedRecord, sink: RecordSink): void {
  playCalls(calls, bytes, new DataView(bytes.buffer), sink, 0, calls.length / CALL_SIZE);
}

function playCalls(
  calls: Int32Array,
  bytes: Uint8Array,
  view: DataView,
  sink: RecordSink,
  from: number,
  to: number,
): void {
  for (let at = CALL_SIZE * from; at < CALL_SIZE * to; at += CALL_SIZE) {
    const a = calls[at + 2]!;
    const b = calls[at + 3]!;
    if (calls[at] === STRUCTURE) sink.structure(layouts[calls[at + 1]!]!, view, bytes, a, b);
    else playCall(calls[at]!, keys[calls[at + 1]!]!, a, b, bytes, sink);
  }
}

function playCall(method: number, key: Key, a: number, b: number, bytes: Uint8Array, sink: RecordSink): void {
  switch (method) {
    case OPEN_OBJECT:
      return sink.openObject(key);
    case CLOSE_OBJECT:
      return sink.closeObject(key);
    case OPEN_LIST:
      return sink.openList(key);
    case CLOSE_LIST:
      return sink.closeList(key);
    case INTEGER:
      return sink.integer(key, numberOf(a, b));
    case INTEGER64:
      return sink.integer64(key, a, b);
    case THOUSANDTHS:
      return sink.thousandths(key, numberOf(a, b));
    case IDENTIFIER:
      return sink.identifier(key, a, b);
    case BOOLEAN:
      return sink.boolean(key, a === 1);
    case NULL:
      return sink.null(key);
    case NAME:
      return sink.name(key, words[a]!);
    case FLAGS:
      return sink.flags(key, wordLists[b]!, a);
    case TEXT:
      return sink.text(key, bytes, a, b);
    case HEX:
      return sink.hex(key, bytes, a, b);
    case ADDRESS:
      return sink.address(key, b - a === 16, bytes, a);
  }
}

function numberOf(low: number, high: number): number {
  halves[0] = low;
  halves[1] = high;
  return whole[0]!;
}
