/**
 * A sink that passes everything on and notes the inode of each record, where it is not known beforehand.
 */
import { defineKey, type Key, type Word } from "./key.ts";
import type { Layout } from "./layout.ts";
import type { RecordSink } from "./record_sink.ts";

const inode = defineKey(null, "inode", { type: "integer", meaning: "Inode of the socket, as in `/proc/PID/fd`." });

export class InodeWatcher implements RecordSink {
  #inode = 0;

  /**
   * @param target where everything goes; `null` for nowhere
   * @param ended is told the inode before a record is closed, 0 if it had none, and may add fields
   */
  constructor(readonly target: RecordSink | null, readonly ended: (inode: number) => void) {}

  openProtocol(name: string): void {
    this.target?.openProtocol(name);
  }

  closeProtocol(): void {
    this.target?.closeProtocol();
  }

  openRecord(): void {
    this.#inode = 0;
    this.target?.openRecord();
  }

  closeRecord(): void {
    this.ended(this.#inode);
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
    if (key === inode) this.#inode = value;
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
