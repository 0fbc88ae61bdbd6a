/**
 * A sink that passes everything on. Sinks that change little extend it and override what they change.
 */
import type { Key, Word } from "./key.ts";
import type { Layout } from "./layout.ts";
import type { RecordSink } from "./record_sink.ts";

export class ForwardingSink implements RecordSink {
  /** The sink that receives the open record: the target, unless a subclass sets another one. */
  protected to: RecordSink;

  constructor(readonly target: RecordSink) {
    this.to = target;
  }

  get full(): boolean {
    return this.target.full === true;
  }

  get datagrams(): Uint8Array<ArrayBuffer> | undefined {
    return this.target.datagrams;
  }

  openProtocol(name: string): void {
    this.target.openProtocol(name);
  }

  closeProtocol(): void {
    this.target.closeProtocol();
  }

  mark(): void {
    this.target.mark();
  }

  rewind(): boolean {
    return this.target.rewind();
  }

  openRecord(): void {
    this.to.openRecord();
  }

  closeRecord(): void {
    this.to.closeRecord();
  }

  dropRecord(): void {
    this.to.dropRecord();
  }

  structure(layout: Layout, view: DataView, bytes: Uint8Array, start: number, end: number): void {
    this.to.structure(layout, view, bytes, start, end);
  }

  openObject(key: Key): void {
    this.to.openObject(key);
  }

  closeObject(key: Key): void {
    this.to.closeObject(key);
  }

  openList(key: Key): void {
    this.to.openList(key);
  }

  closeList(key: Key): void {
    this.to.closeList(key);
  }

  integer(key: Key, value: number): void {
    this.to.integer(key, value);
  }

  integer64(key: Key, low: number, high: number): void {
    this.to.integer64(key, low, high);
  }

  thousandths(key: Key, value: number): void {
    this.to.thousandths(key, value);
  }

  identifier(key: Key, low: number, high: number): void {
    this.to.identifier(key, low, high);
  }

  boolean(key: Key, value: boolean): void {
    this.to.boolean(key, value);
  }

  null(key: Key): void {
    this.to.null(key);
  }

  name(key: Key, word: Word): void {
    this.to.name(key, word);
  }

  flags(key: Key, words: readonly (Word | undefined)[], value: number): void {
    this.to.flags(key, words, value);
  }

  text(key: Key, bytes: Uint8Array, start: number, end: number): void {
    this.to.text(key, bytes, start, end);
  }

  hex(key: Key, bytes: Uint8Array, start: number, end: number): void {
    this.to.hex(key, bytes, start, end);
  }

  address(key: Key, v6: boolean, bytes: Uint8Array, start: number): void {
    this.to.address(key, v6, bytes, start);
  }
}
