/**
 * Hashes fields of a record to 64 bits: equal fields have the same hash.
 */
import { ForwardingSink } from "./forwarding_sink.ts";
import type { Key, Word } from "./key.ts";
import type { Layout } from "./layout.ts";
import { nowhere } from "./nowhere.ts";
import { walkLayout } from "./walk_layout.ts";

export class RecordHash extends ForwardingSink {
  low = 0;
  high = 0;

  constructor() {
    super(nowhere);
  }

  /** Starts a record. */
  start(): void {
    this.low = 0x2545f491;
    this.high = 0x4f6cdd1d;
  }

  #add(number: number): void {
    const low = Math.imul(this.low ^ number, 0x85ebca6b);
    this.low = low ^ low >>> 13;
    const high = Math.imul(this.high ^ number, 0xc2b2ae35) + this.low | 0;
    this.high = high ^ high >>> 16;
  }

  #addBytes(key: Key, bytes: Uint8Array, start: number, end: number): void {
    this.#add(key.id);
    for (let at = start; at < end; at++) this.#add(bytes[at]!);
  }

  override structure(layout: Layout, view: DataView, bytes: Uint8Array, start: number, end: number): void {
    walkLayout(layout, view, bytes, start, end, this);
  }

  override integer(key: Key, value: number): void {
    this.#add(key.id);
    this.#add(value | 0);
  }

  override integer64(key: Key, low: number, high: number): void {
    this.identifier(key, low, high);
  }

  override thousandths(key: Key, value: number): void {
    this.integer(key, value);
  }

  override identifier(key: Key, low: number, high: number): void {
    this.#add(key.id);
    this.#add(low);
    this.#add(high);
  }

  override boolean(key: Key, value: boolean): void {
    this.integer(key, Number(value));
  }

  override null(key: Key): void {
    this.#add(key.id);
  }

  override name(key: Key, word: Word): void {
    this.#add(key.id);
    this.#add(word.id);
  }

  override flags(key: Key, _words: readonly (Word | undefined)[], value: number): void {
    this.integer(key, value);
  }

  override text(key: Key, bytes: Uint8Array, start: number, end: number): void {
    this.#addBytes(key, bytes, start, end);
  }

  override hex(key: Key, bytes: Uint8Array, start: number, end: number): void {
    this.#addBytes(key, bytes, start, end);
  }

  override address(key: Key, v6: boolean, bytes: Uint8Array, start: number): void {
    this.#addBytes(key, bytes, start, start + (v6 ? 16 : 4));
  }
}
