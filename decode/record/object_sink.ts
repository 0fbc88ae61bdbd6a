/**
 * Records as JavaScript objects, for library users.
 */
import type { Key, Word } from "./key.ts";
import type { Layout } from "./layout.ts";
import type { RecordSink } from "./record_sink.ts";
import { putHex, putIdentifier, putIPv4, putIPv6 } from "../text/digits.ts";
import { walkLayout } from "./walk_layout.ts";

/** A value of a record. Fields of type `integer64` are always `bigint`, so that no digit is lost. */
export type FieldValue = number | bigint | string | boolean | null | FieldValue[] | FieldObject;

/** An object in a record. */
export interface FieldObject {
  /** The fields in it, by name. */
  [name: string]: FieldValue;
}

/** A socket: its protocol and its fields. */
export interface FlowObject extends FieldObject {
  /** Name of its family. */
  protocol: string;
}

const scratch = new Uint8Array(64);
const scratchView = new DataView(scratch.buffer);
/** A byte order mark is kept like any other character. */
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Gathers the records of a dump as objects until they are taken. */
export class ObjectSink implements RecordSink {
  #protocol = "";
  #flows: FlowObject[] = [];
  #marked: number | null = null;
  /** The open objects and lists, the record first. */
  #open: (FieldObject | FieldValue[])[] = [];

  /** The flows since the last call. They belong to the caller. */
  take(): FlowObject[] {
    const flows = this.#flows;
    if (flows.length > 0) this.#marked = null;
    this.#flows = [];
    return flows;
  }

  openProtocol(name: string): void {
    this.#protocol = name;
  }

  closeProtocol(): void {}

  openRecord(): void {
    this.#open = [{ protocol: this.#protocol }];
  }

  closeRecord(): void {
    this.#flows.push(this.#open[0] as FlowObject);
  }

  dropRecord(): void {
    this.#open = [];
  }

  mark(): void {
    this.#marked = this.#flows.length;
  }

  rewind(): boolean {
    if (this.#marked === null) return false;
    this.#flows.length = this.#marked;
    return true;
  }

  #set(key: Key, value: FieldValue): void {
    const place = this.#open[this.#open.length - 1]!;
    if (Array.isArray(place)) place.push(value);
    else place[key.name] = value;
  }

  openObject(key: Key): void {
    const object: FieldObject = {};
    this.#set(key, object);
    this.#open.push(object);
  }

  closeObject(_key: Key): void {
    this.#open.pop();
  }

  openList(key: Key): void {
    const list: FieldValue[] = [];
    this.#set(key, list);
    this.#open.push(list);
  }

  closeList(_key: Key): void {
    this.#open.pop();
  }

  structure(layout: Layout, view: DataView, bytes: Uint8Array, start: number, end: number): void {
    walkLayout(layout, view, bytes, start, end, this);
  }

  integer(key: Key, value: number): void {
    this.#set(key, value);
  }

  integer64(key: Key, low: number, high: number): void {
    this.#set(key, BigInt(high >>> 0) << 32n | BigInt(low >>> 0));
  }

  thousandths(key: Key, value: number): void {
    this.#set(key, value / 1000);
  }

  identifier(key: Key, low: number, high: number): void {
    this.#set(key, decoder.decode(scratch.subarray(0, putIdentifier(scratchView, 0, low, high))));
  }

  boolean(key: Key, value: boolean): void {
    this.#set(key, value);
  }

  null(key: Key): void {
    this.#set(key, null);
  }

  name(key: Key, word: Word): void {
    this.#set(key, word.text);
  }

  flags(key: Key, words: readonly (Word | undefined)[], value: number): void {
    this.#set(key, words.flatMap((word, bit) => word !== undefined && (value >>> bit & 1) === 1 ? [word.text] : []));
  }

  text(key: Key, bytes: Uint8Array, start: number, end: number): void {
    this.#set(key, decoder.decode(bytes.subarray(start, end)));
  }

  hex(key: Key, bytes: Uint8Array, start: number, end: number): void {
    const digits = new Uint8Array(2 * (end - start));
    putHex(new DataView(digits.buffer), 0, bytes, start, end);
    this.#set(key, decoder.decode(digits));
  }

  address(key: Key, v6: boolean, bytes: Uint8Array, start: number): void {
    const length = v6 ? putIPv6(scratchView, 0, bytes, start) : putIPv4(scratchView, 0, bytes, start);
    this.#set(key, decoder.decode(scratch.subarray(0, length)));
  }
}

/** `JSON.rawJSON` of ECMAScript 2026, which is missing in the types of TypeScript. */
export const { rawJSON: rawJson } = JSON as unknown as { readonly rawJSON: (text: string) => unknown };

/** Keeps every digit of 64-bit numbers in JSON: `JSON.stringify(flow, exactNumbers)`. */
export const exactNumbers = (_name: string, value: unknown): unknown =>
  typeof value === "bigint" ? rawJson(String(value)) : value;
