/**
 * A sink that passes on the first records and lets the dump end then.
 */
import { nowhere } from "../decode/record/noting_sink.ts";
import type { Key, Word } from "../decode/record/key.ts";
import type { Layout } from "../decode/record/layout.ts";
import type { RecordSink } from "../decode/record/record_sink.ts";

export class LimitSink implements RecordSink {
  #count = 0;
  #marked = 0;
  /** Where the record that is open goes. */
  #to: RecordSink;

  /**
   * @param limit how many records are passed on, of all protocols together or of each
   * @param endsEarly whether the dump may end when they are there
   */
  constructor(
    readonly target: RecordSink,
    readonly limit: number,
    readonly ofEach: boolean,
    readonly endsEarly: boolean = true,
  ) {
    this.#to = target;
  }

  get full(): boolean {
    return this.endsEarly && this.#count >= this.limit;
  }

  get datagrams(): Uint8Array<ArrayBuffer> | undefined {
    return this.target.datagrams;
  }

  openProtocol(name: string): void {
    if (this.ofEach) this.#count = 0;
    this.target.openProtocol(name);
  }

  closeProtocol(): void {
    this.target.closeProtocol();
  }

  openRecord(): void {
    this.#to = this.#count < this.limit ? this.target : nowhere;
    this.#to.openRecord();
  }

  closeRecord(): void {
    this.#to.closeRecord();
    if (this.#to === this.target) this.#count++;
  }

  dropRecord(): void {
    this.#to.dropRecord();
  }

  mark(): void {
    this.#marked = this.#count;
    this.target.mark();
  }

  rewind(): boolean {
    if (!this.target.rewind()) return false;
    this.#count = this.#marked;
    return true;
  }

  structure(layout: Layout, view: DataView, bytes: Uint8Array, start: number, end: number): void {
    this.#to.structure(layout, view, bytes, start, end);
  }

  openObject(key: Key): void {
    this.#to.openObject(key);
  }

  closeObject(key: Key): void {
    this.#to.closeObject(key);
  }

  openList(key: Key): void {
    this.#to.openList(key);
  }

  closeList(key: Key): void {
    this.#to.closeList(key);
  }

  integer(key: Key, value: number): void {
    this.#to.integer(key, value);
  }

  integer64(key: Key, low: number, high: number): void {
    this.#to.integer64(key, low, high);
  }

  thousandths(key: Key, value: number): void {
    this.#to.thousandths(key, value);
  }

  identifier(key: Key, low: number, high: number): void {
    this.#to.identifier(key, low, high);
  }

  boolean(key: Key, value: boolean): void {
    this.#to.boolean(key, value);
  }

  null(key: Key): void {
    this.#to.null(key);
  }

  name(key: Key, word: Word): void {
    this.#to.name(key, word);
  }

  flags(key: Key, words: readonly (Word | undefined)[], value: number): void {
    this.#to.flags(key, words, value);
  }

  text(key: Key, bytes: Uint8Array, start: number, end: number): void {
    this.#to.text(key, bytes, start, end);
  }

  hex(key: Key, bytes: Uint8Array, start: number, end: number): void {
    this.#to.hex(key, bytes, start, end);
  }

  address(key: Key, v6: boolean, bytes: Uint8Array, start: number): void {
    this.#to.address(key, v6, bytes, start);
  }
}
