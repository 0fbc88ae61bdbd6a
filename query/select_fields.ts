/**
 * A sink that passes on only some fields of each record.
 */
import type { Key, Word } from "../decode/record/key.ts";
import { type Layout, pickFields, walkLayout } from "../decode/record/layout.ts";
import type { RecordSink } from "../decode/record/record_sink.ts";

/** The part of a layout that is passed on. */
interface Part {
  /** `null` for nothing. */
  readonly layout: Layout | null;
  /** Whether each member is looked at, because the number of an unknown word is shown and its word is not. */
  readonly walked: boolean;
}

export class SelectFields implements RecordSink {
  /** 1 for the keys that are passed on, by their number. */
  readonly #shown: Uint8Array;
  readonly #parts: (Part | undefined)[] = [];

  /** @param shown fields to pass on, and the objects and lists that they are in */
  constructor(readonly target: RecordSink, shown: ReadonlySet<Key>) {
    this.#shown = new Uint8Array(1 + Math.max(0, ...[...shown].map(({ id }) => id)));
    for (const { id } of shown) this.#shown[id] = 1;
  }

  get full(): boolean {
    return this.target.full === true;
  }

  get datagrams(): Uint8Array<ArrayBuffer> | undefined {
    return this.target.datagrams;
  }

  #shows(key: Key): boolean {
    return key.id < this.#shown.length && this.#shown[key.id] === 1;
  }

  structure(layout: Layout, view: DataView, bytes: Uint8Array, start: number, end: number): void {
    const part = this.#parts[layout.id] ??= this.#partOf(layout);
    if (part.layout === null) return;
    if (part.walked) walkLayout(part.layout, view, bytes, start, end, this);
    else this.target.structure(part.layout, view, bytes, start, end);
  }

  #partOf(layout: Layout): Part {
    const { steps } = layout;
    const shows = (key: Key) => this.#shows(key);
    if (steps.some(({ key, raw }) => shows(raw) && !shows(key))) return { layout, walked: true };
    if (steps.every(({ key, raw }) => shows(key) && shows(raw))) return { layout, walked: false };
    const picked = steps.some(({ key }) => shows(key)) ? pickFields(layout, shows) : null;
    return { layout: picked, walked: false };
  }

  openProtocol(name: string): void {
    this.target.openProtocol(name);
  }

  closeProtocol(): void {
    this.target.closeProtocol();
  }

  openRecord(): void {
    this.target.openRecord();
  }

  closeRecord(): void {
    this.target.closeRecord();
  }

  dropRecord(): void {
    this.target.dropRecord();
  }

  mark(): void {
    this.target.mark();
  }

  rewind(): boolean {
    return this.target.rewind();
  }

  openObject(key: Key): void {
    if (this.#shows(key)) this.target.openObject(key);
  }

  closeObject(key: Key): void {
    if (this.#shows(key)) this.target.closeObject(key);
  }

  openList(key: Key): void {
    if (this.#shows(key)) this.target.openList(key);
  }

  closeList(key: Key): void {
    if (this.#shows(key)) this.target.closeList(key);
  }

  integer(key: Key, value: number): void {
    if (this.#shows(key)) this.target.integer(key, value);
  }

  integer64(key: Key, low: number, high: number): void {
    if (this.#shows(key)) this.target.integer64(key, low, high);
  }

  thousandths(key: Key, value: number): void {
    if (this.#shows(key)) this.target.thousandths(key, value);
  }

  identifier(key: Key, low: number, high: number): void {
    if (this.#shows(key)) this.target.identifier(key, low, high);
  }

  boolean(key: Key, value: boolean): void {
    if (this.#shows(key)) this.target.boolean(key, value);
  }

  null(key: Key): void {
    if (this.#shows(key)) this.target.null(key);
  }

  name(key: Key, word: Word): void {
    if (this.#shows(key)) this.target.name(key, word);
  }

  flags(key: Key, words: readonly (Word | undefined)[], value: number): void {
    if (this.#shows(key)) this.target.flags(key, words, value);
  }

  text(key: Key, bytes: Uint8Array, start: number, end: number): void {
    if (this.#shows(key)) this.target.text(key, bytes, start, end);
  }

  hex(key: Key, bytes: Uint8Array, start: number, end: number): void {
    if (this.#shows(key)) this.target.hex(key, bytes, start, end);
  }

  address(key: Key, v6: boolean, bytes: Uint8Array, start: number): void {
    if (this.#shows(key)) this.target.address(key, v6, bytes, start);
  }
}
