/**
 * A sink that passes everything on and notes some numbers of each record, where they are not known beforehand.
 */
import type { Key, Word } from "./key.ts";
import type { Layout } from "./layout.ts";
import type { RecordSink } from "./record_sink.ts";

/** A number to note. */
export interface Watch {
  /** Its field, a whole number of the record. */
  readonly from: Key;
  /** What stands for it in a record that lacks it. */
  readonly none: number;
  /** Is told the number before a record is closed, and may add fields. */
  readonly ended: (value: number) => void;
}

export class NotingSink implements RecordSink {
  readonly #values: number[] = [];

  /** @param target where everything goes; `null` for nowhere */
  constructor(readonly target: RecordSink | null, readonly watches: readonly Watch[]) {}

  get datagrams(): Uint8Array<ArrayBuffer> | undefined {
    return this.target?.datagrams;
  }

  openProtocol(name: string): void {
    this.target?.openProtocol(name);
  }

  closeProtocol(): void {
    this.target?.closeProtocol();
  }

  openRecord(): void {
    this.watches.forEach(({ none }, i) => this.#values[i] = none);
    this.target?.openRecord();
  }

  closeRecord(): void {
    this.watches.forEach(({ ended }, i) => ended(this.#values[i]!));
    this.target?.closeRecord();
  }

  dropRecord(): void {
    this.target?.dropRecord();
  }

  mark(): void {
    this.target?.mark();
  }

  rewind(): boolean {
    return this.target === null || this.target.rewind();
  }

  openObject(key: Key): void {
    this.target?.openObject(key);
  }

  closeObject(key: Key): void {
    this.target?.closeObject(key);
  }

  openList(key: Key): void {
    this.target?.openList(key);
  }

  closeList(key: Key): void {
    this.target?.closeList(key);
  }

  structure(layout: Layout, view: DataView, bytes: Uint8Array, start: number, end: number): void {
    this.target?.structure(layout, view, bytes, start, end);
  }

  integer(key: Key, value: number): void {
    for (let i = 0; i < this.watches.length; i++) if (this.watches[i]!.from === key) this.#values[i] = value;
    this.target?.integer(key, value);
  }

  integer64(key: Key, low: number, high: number): void {
    this.target?.integer64(key, low, high);
  }

  thousandths(key: Key, value: number): void {
    this.target?.thousandths(key, value);
  }

  identifier(key: Key, low: number, high: number): void {
    this.target?.identifier(key, low, high);
  }

  boolean(key: Key, value: boolean): void {
    this.target?.boolean(key, value);
  }

  null(key: Key): void {
    this.target?.null(key);
  }

  name(key: Key, word: Word): void {
    this.target?.name(key, word);
  }

  flags(key: Key, words: readonly (Word | undefined)[], value: number): void {
    this.target?.flags(key, words, value);
  }

  text(key: Key, bytes: Uint8Array, start: number, end: number): void {
    this.target?.text(key, bytes, start, end);
  }

  hex(key: Key, bytes: Uint8Array, start: number, end: number): void {
    this.target?.hex(key, bytes, start, end);
  }

  address(key: Key, v6: boolean, bytes: Uint8Array, start: number): void {
    this.target?.address(key, v6, bytes, start);
  }
}

/** Takes everything and does nothing. */
export const nowhere: RecordSink = new NotingSink(null, []);
