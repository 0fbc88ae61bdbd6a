/**
 * The record that a line of the format `table` is made of: its values that have a column, in arrays that are used again for the
 * next one.
 */
import type { Key, Word } from "../../decode/record/key.ts";
import { type Layout, type Step, UNKNOWN } from "../../decode/record/layout.ts";
import { comm, context, fd, owner, owners, pid, tid } from "../../decode/lookups/owners.ts";
import type { RecordSink } from "../../decode/record/record_sink.ts";
import { peerComm, peerOwner, peerPid } from "../../decode/lookups/peers.ts";
import { putHex, putInteger } from "../../decode/text/digits.ts";
import { putDisplayText } from "./display_text.ts";
import { ListText } from "../text/list_text.ts";
import { OutputBuffer } from "../text/output_buffer.ts";
import { prepareText, putText } from "../text/prepared_texts.ts";
import { NO_SLOT, type TableChoice } from "./table_columns.ts";
import { writeMember } from "../../decode/record/walk_layout.ts";

/** Room for a short value. */
const ROOM = 512;

const QUOTE = 34;
const HYPHEN = 45;
const BLANK = 32;
const PID = prepareText("pid=");
const TID = prepareText("tid=");
const CONTEXT = prepareText("context=");
const FD = prepareText("fd=");

/** What a slot holds. */
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
/** An integer of 32 bits: it is passed on without becoming an object. */
export const SMALL = 12;

/** Takes the values of one record at a time. */
export abstract class TableRecord implements RecordSink {
  /** What each slot holds, and its value. */
  protected readonly kinds: Uint8Array;
  protected readonly numbers: Float64Array;
  protected readonly low: Int32Array;
  protected readonly high: Int32Array;
  protected readonly addresses: Uint8Array;
  protected readonly words: Word[];
  protected readonly lists: (readonly (Word | undefined)[])[];
  protected readonly texts: OutputBuffer = new OutputBuffer(() => {});
  /** Whether there is text in it that is not ASCII. */
  protected wide = false;
  /** The processes that hold the socket, and those that hold its other end. */
  protected readonly processes: OutputBuffer = new OutputBuffer(() => {});
  protected readonly peers: OutputBuffer = new OutputBuffer(() => {});

  readonly #slots: Int16Array;
  /** The list with a column of its own that is open; `null` for none. */
  #list: Key | null = null;
  readonly #json = new ListText();
  /** Whether that list holds objects, lists or text from outside, and so stays JSON. */
  #nested = false;
  /** The process that is open: its numbers, -1 if they are not shown, its name, and its descriptors with a comma before each. */
  #pid = -1;
  #tid = -1;
  readonly #comm = new OutputBuffer(() => {});
  readonly #context = new OutputBuffer(() => {});
  readonly #fds = new OutputBuffer(() => {});
  /** Steps of each layout whose values have a slot. */
  readonly #steps: (readonly Step[] | undefined)[] = [];

  constructor({ slots, count }: TableChoice) {
    this.#slots = slots;
    this.kinds = new Uint8Array(count);
    this.numbers = new Float64Array(count);
    this.low = new Int32Array(count);
    this.high = new Int32Array(count);
    this.addresses = new Uint8Array(16 * count);
    this.words = new Array<Word>(count).fill(UNKNOWN);
    this.lists = new Array<readonly (Word | undefined)[]>(count).fill([]);
  }

  abstract openProtocol(name: string): void;
  abstract closeProtocol(): void;
  abstract openRecord(): void;
  abstract closeRecord(): void;
  abstract dropRecord(): void;
  abstract mark(): void;
  abstract rewind(): boolean;

  /** Forgets everything. */
  protected forget(): void {
    this.kinds.fill(EMPTY);
    this.texts.drop();
    this.processes.drop();
    this.peers.drop();
    this.#json.dropRecord();
    this.#list = null;
    this.wide = false;
  }

  #slot(key: Key): number {
    return this.#slots[key.id] ?? NO_SLOT;
  }

  #stepsOf({ steps }: Layout): readonly Step[] {
    return steps.filter(({ key, raw }) => this.#slot(key) !== NO_SLOT || this.#slot(raw) !== NO_SLOT);
  }

  structure(layout: Layout, view: DataView, bytes: Uint8Array, start: number, end: number): void {
    if (this.#list !== null) return this.#json.structure(layout, view, bytes, start, end);
    const steps = this.#steps[layout.id] ??= this.#stepsOf(layout);
    const length = end - start;
    for (let i = 0; i < steps.length; i++) {
      const step = steps[i]!;
      if (step.needs <= length) writeMember(step, view, bytes, start, this);
    }
  }

  openObject(key: Key): void {
    if (this.#list !== null) {
      this.#nested = true;
      this.#json.openObject(key);
    }
    if (key !== owner && key !== peerOwner) return;
    this.#pid = -1;
    this.#tid = -1;
    this.#comm.drop();
    this.#context.drop();
    this.#fds.drop();
  }

  closeObject(key: Key): void {
    if (this.#list !== null) this.#json.closeObject(key);
    if (key !== owner && key !== peerOwner) return;
    const list = key === owner ? this.processes : this.peers;
    list.reserve(this.#comm.at + this.#context.at + this.#fds.at + ROOM);
    const { view, bytes } = list;
    let { at } = list;
    if (at > 0) {
      bytes[at++] = 59;
      bytes[at++] = BLANK;
    }
    const start = at;
    for (let i = 0; i < this.#comm.at; i++) bytes[at++] = this.#comm.bytes[i]!;
    if (this.#pid >= 0) {
      if (at > start) bytes[at++] = BLANK;
      at = putInteger(view, putText(view, at, PID), this.#pid);
    }
    if (this.#tid >= 0) {
      if (at > start) bytes[at++] = BLANK;
      at = putInteger(view, putText(view, at, TID), this.#tid);
    }
    if (this.#context.at > 0) {
      if (at > start) bytes[at++] = BLANK;
      at = putText(view, at, CONTEXT);
      for (let i = 0; i < this.#context.at; i++) bytes[at++] = this.#context.bytes[i]!;
    }
    if (this.#fds.at > 0) {
      if (at > start) bytes[at++] = BLANK;
      at = putText(view, at, FD);
    }
    for (let i = 1; i < this.#fds.at; i++) bytes[at++] = this.#fds.bytes[i]!;
    if (at === start) bytes[at++] = HYPHEN;
    list.at = at;
  }

  openList(key: Key): void {
    if (key === owners) this.processes.drop();
    this.#nested = this.#list !== null;
    if (this.#slot(key) !== NO_SLOT) this.#list ??= key;
    if (this.#list !== null) this.#json.openList(key);
  }

  closeList(key: Key): void {
    if (this.#list === null) return;
    this.#json.closeList(key);
    if (key === this.#list) this.#endList(key);
  }

  /** Keeps the text of a list: as JSON, or words and numbers with commas between them. */
  #endList(key: Key): void {
    const { bytes } = this.#json.buffer;
    const texts = this.texts;
    const from = texts.at;
    const shell = this.#nested ? 0 : 1;
    const end = this.#json.endOfText - shell;
    texts.reserve(end);
    let { at } = texts;
    for (let i = this.#json.startOf(key) + shell; i < end; i++) {
      const byte = bytes[i]!;
      if (byte > 0x7f) this.wide = true;
      if (this.#nested || byte !== QUOTE) texts.bytes[at++] = byte;
    }
    texts.at = at;
    this.#setHalves(key, TEXT, from, at);
    this.#json.dropRecord();
    this.#list = null;
  }

  integer(key: Key, value: number): void {
    if (this.#list !== null) this.#json.integer(key, value);
    if (this.#list !== null && this.#list !== owners) return;
    const slot = this.#slot(key);
    if (slot !== NO_SLOT) {
      const small = value | 0;
      this.kinds[slot] = small === value ? SMALL : INTEGER;
      this.low[slot] = small;
      this.numbers[slot] = value;
    } else if (key === pid || key === peerPid) {
      this.#pid = value;
    } else if (key === tid) {
      this.#tid = value;
    } else if (key === fd) {
      const list = this.#fds;
      list.reserve(ROOM);
      list.view.setUint8(list.at, 44);
      list.at = putInteger(list.view, list.at + 1, value);
    }
  }

  #setHalves(key: Key, kind: number, low: number, high: number): void {
    const slot = this.#slot(key);
    if (slot === NO_SLOT) return;
    this.kinds[slot] = kind;
    this.low[slot] = low;
    this.high[slot] = high;
  }

  #setNumber(key: Key, kind: number, value: number): void {
    const slot = this.#slot(key);
    if (slot === NO_SLOT) return;
    this.kinds[slot] = kind;
    this.numbers[slot] = value;
  }

  integer64(key: Key, low: number, high: number): void {
    if (this.#list !== null) return this.#json.integer64(key, low, high);
    this.#setHalves(key, INTEGER64, low, high);
  }

  thousandths(key: Key, value: number): void {
    if (this.#list !== null) return this.#json.thousandths(key, value);
    this.#setNumber(key, THOUSANDTHS, value);
  }

  identifier(key: Key, low: number, high: number): void {
    if (this.#list !== null) return this.#json.identifier(key, low, high);
    this.#setHalves(key, IDENTIFIER, low, high);
  }

  boolean(key: Key, value: boolean): void {
    if (this.#list !== null) return this.#json.boolean(key, value);
    this.#setNumber(key, BOOLEAN, value ? 1 : 0);
  }

  null(key: Key): void {
    if (this.#list !== null) return this.#json.null(key);
    this.#setNumber(key, NULL, 0);
  }

  name(key: Key, word: Word): void {
    if (this.#list !== null) return this.#json.name(key, word);
    const slot = this.#slot(key);
    if (slot === NO_SLOT) return;
    this.kinds[slot] = WORD;
    this.words[slot] = word;
  }

  flags(key: Key, words: readonly (Word | undefined)[], value: number): void {
    if (this.#list !== null) return this.#json.flags(key, words, value);
    const slot = this.#slot(key);
    if (slot === NO_SLOT) return;
    this.kinds[slot] = FLAGS;
    this.lists[slot] = words;
    this.numbers[slot] = value;
  }

  text(key: Key, bytes: Uint8Array, start: number, end: number): void {
    if (key === comm || key === context || key === peerComm) {
      const part = key === context ? this.#context : this.#comm;
      part.drop();
      if (putDisplayText(part, bytes, start, end)) this.wide = true;
    }
    if (this.#list !== null) {
      this.#nested = true;
      return this.#json.text(key, bytes, start, end);
    }
    const slot = this.#slot(key);
    if (slot === NO_SLOT) return;
    const from = this.texts.at;
    if (putDisplayText(this.texts, bytes, start, end)) this.wide = true;
    this.#setHalves(key, TEXT, from, this.texts.at);
  }

  hex(key: Key, bytes: Uint8Array, start: number, end: number): void {
    if (this.#list !== null) return this.#json.hex(key, bytes, start, end);
    if (this.#slot(key) === NO_SLOT) return;
    const texts = this.texts;
    const from = texts.at;
    texts.reserve(2 * (end - start));
    texts.at = putHex(texts.view, from, bytes, start, end);
    this.#setHalves(key, TEXT, from, texts.at);
  }

  address(key: Key, v6: boolean, bytes: Uint8Array, start: number): void {
    if (this.#list !== null) return this.#json.address(key, v6, bytes, start);
    const slot = this.#slot(key);
    if (slot === NO_SLOT) return;
    this.kinds[slot] = v6 ? IPV6 : IPV4;
    const length = v6 ? 16 : 4;
    for (let i = 0; i < length; i++) this.addresses[16 * slot + i] = bytes[start + i]!;
  }
}
