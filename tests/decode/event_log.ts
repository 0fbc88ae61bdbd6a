/**
 * A sink that records every call as a line of text and checks that calls are nested correctly.
 */
import { assert, assertEquals } from "@std/assert";
import type { Key, Word } from "../../decode/record/key.ts";
import type { Layout } from "../../decode/record/layout.ts";
import type { RecordSink } from "../../decode/record/record_sink.ts";
import { walkLayout } from "../../decode/record/walk_layout.ts";

export class EventLog implements RecordSink {
  /** The events of all records that were closed, and of the one that is open. */
  events: string[] = [];
  #marked: number | null = null;
  #recordAt = 0;
  readonly #open: string[] = [];

  /** @param rewindable the result of `rewind`: true for a sink that has not passed anything on */
  constructor(readonly rewindable = true) {}

  #push(name: string): void {
    this.#open.push(name);
    this.events.push(`open ${name}`);
  }

  #pop(name: string): void {
    assertEquals(this.#open.pop(), name);
    this.events.push(`close ${name}`);
  }

  #field(key: Key, value: unknown): void {
    const path = key.parent === null ? "" : key.parent.path;
    const open = this.#open[this.#open.length - 1] ?? "";
    if (open !== "record" && open !== "") assert(open.endsWith(` ${path}`), `${key.path} inside ${open}`);
    this.events.push(`${key.path} ${value}`);
  }

  openProtocol(name: string): void {
    this.#push(`protocol ${name}`);
  }
  closeProtocol(): void {
    this.#pop(this.#open[this.#open.length - 1]!);
  }
  openRecord(): void {
    this.#recordAt = this.events.length;
    this.#push("record");
  }
  closeRecord(): void {
    this.#pop("record");
  }
  dropRecord(): void {
    while (this.#open.pop() !== "record");
    this.events.length = this.#recordAt;
  }
  mark(): void {
    this.#marked = this.events.length;
  }
  rewind(): boolean {
    if (!this.rewindable || this.#marked === null) return false;
    this.events.length = this.#marked;
    return true;
  }
  openObject(key: Key): void {
    this.#push(`object ${key.path}`);
  }
  closeObject(key: Key): void {
    this.#pop(`object ${key.path}`);
  }
  openList(key: Key): void {
    this.#push(`list ${key.path}`);
  }
  closeList(key: Key): void {
    this.#pop(`list ${key.path}`);
  }
  structure(layout: Layout, view: DataView, bytes: Uint8Array, start: number, end: number): void {
    walkLayout(layout, view, bytes, start, end, this);
  }
  integer(key: Key, value: number): void {
    assert(Number.isSafeInteger(value), `${key.path} is ${value}`);
    this.#field(key, value);
  }
  integer64(key: Key, low: number, high: number): void {
    this.#field(key, BigInt(high >>> 0) << 32n | BigInt(low >>> 0));
  }
  thousandths(key: Key, value: number): void {
    this.#field(key, value);
  }
  identifier(key: Key, low: number, high: number): void {
    this.#field(key, (BigInt(high >>> 0) << 32n | BigInt(low >>> 0)).toString(16));
  }
  boolean(key: Key, value: boolean): void {
    this.#field(key, value);
  }
  null(key: Key): void {
    this.#field(key, null);
  }
  name(key: Key, word: Word): void {
    this.#field(key, word.text);
  }
  flags(key: Key, words: readonly (Word | undefined)[], value: number): void {
    this.#field(key, words.filter((_, bit) => (value >>> bit & 1) === 1).map((word) => word?.text).join("+"));
  }
  text(key: Key, bytes: Uint8Array, start: number, end: number): void {
    this.#field(key, bytes.slice(start, end).join("."));
  }
  hex(key: Key, bytes: Uint8Array, start: number, end: number): void {
    this.#field(key, bytes.slice(start, end).join("."));
  }
  address(key: Key, v6: boolean, bytes: Uint8Array, start: number): void {
    this.#field(key, bytes.slice(start, start + (v6 ? 16 : 4)).join("."));
  }
}
