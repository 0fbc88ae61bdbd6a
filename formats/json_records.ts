/**
 * Records as JSON text (RFC 8259), written field by field into one buffer; what `json` and `ndjson` share.
 */
import { type Key, keys } from "../decode/key.ts";
import type { RecordSink } from "../decode/record_sink.ts";
import { utf8Length } from "../decode/utf8.ts";
import { putHex, putIdentifier, putInteger, putInteger64, putIPv4, putIPv6, putThousandths } from "./digits.ts";

/** Takes finished bytes; they are the caller's again when it returns. */
export type Write = (bytes: Uint8Array) => void;

/** Output is handed on in pieces of about this size. */
const PIECE = 65536;
/** Room beyond {@linkcode PIECE} that no single key or number can exceed. */
const SLACK = 4096;

const QUOTE = 34;
const COMMA = 44;
const NEWLINE = 10;
const SPACE = 32;
const BACKSLASH = 92;
const OPEN_LIST = 91;
const CLOSE_LIST = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

const encoder = new TextEncoder();
const TRUE = encoder.encode("true");
const FALSE = encoder.encode("false");
const NULL = encoder.encode("null");
const REPLACEMENT = encoder.encode("\ufffd");

/**
 * Writes the insides of records. Every value is followed by a comma, which the closing bracket takes back.
 *
 * Nothing of an open record leaves the buffer, so a record can be dropped; it grows if one is larger than the buffer.
 */
export abstract class JsonRecords implements RecordSink {
  protected bytes = new Uint8Array(PIECE + SLACK);
  #view = new DataView(this.bytes.buffer);
  protected at = 0;
  /** Where the open record, or the next one, starts in the buffer. */
  protected start = 0;
  /** Position that {@linkcode mark} remembered; -1 once bytes behind it have left. */
  #marked = -1;

  /** Encoded keys, each at a multiple of four bytes, and where that of a key starts and how long it is. */
  readonly #texts: Uint32Array;
  readonly #textAt: Int32Array;
  readonly #textLength: Int32Array;

  /**
   * @param write takes the output
   * @param indent spaces a level, 0 for no white space at all
   * @param level brackets around a record
   */
  constructor(readonly write: Write, readonly indent: number, readonly level: number) {
    const texts: Uint8Array[] = [];
    this.#textAt = new Int32Array(keys.length);
    this.#textLength = new Int32Array(keys.length);
    let length = 0;
    for (const key of keys) {
      const name = key.name === "" ? "" : `"${key.name}":${indent === 0 ? "" : " "}`;
      const text = encoder.encode(this.lineBreak(key.depth + 1) + name);
      texts.push(text);
      this.#textAt[key.id] = length / 4;
      this.#textLength[key.id] = text.length;
      length += text.length + 3 & ~3;
    }
    const joined = new Uint8Array(length);
    for (const key of keys) joined.set(texts[key.id]!, this.#textAt[key.id]! * 4);
    this.#texts = new Uint32Array(joined.buffer);
  }

  abstract openProtocol(name: string): void;
  abstract closeProtocol(): void;
  abstract openRecord(): void;
  abstract closeRecord(): void;

  /** What stands before a key or a bracket that is `depth` levels inside the record. */
  protected lineBreak(depth: number): string {
    return this.indent === 0 ? "" : "\n" + " ".repeat(this.indent * (this.level + depth));
  }

  /** Hands all finished output on. */
  protected flush(): void {
    if (this.start === 0) return;
    this.write(this.bytes.subarray(0, this.start));
    this.bytes.copyWithin(0, this.start, this.at);
    this.at -= this.start;
    this.start = 0;
    this.#marked = -1;
  }

  /** Declares everything written so far finished, and hands it on if there is enough of it. */
  protected finish(): void {
    this.start = this.at;
    if (this.at >= PIECE) this.flush();
  }

  /** Makes room for `count` bytes. */
  #reserve(count: number): void {
    if (this.at + count <= this.bytes.length) return;
    this.flush();
    if (this.at + count <= this.bytes.length) return;
    const larger = new Uint8Array(2 * (this.at + count));
    larger.set(this.bytes.subarray(0, this.at));
    this.bytes = larger;
    this.#view = new DataView(larger.buffer);
  }

  /** Writes structure: brackets, line breaks, names of protocols. */
  protected put(text: Uint8Array): void {
    this.#reserve(text.length);
    this.#putBytes(text);
  }

  /** Removes the comma behind the last value, if there is one. */
  protected takeBackComma(): boolean {
    if (this.bytes[this.at - 1] !== COMMA) return false;
    this.at--;
    return true;
  }

  dropRecord(): void {
    this.at = this.start;
  }

  mark(): void {
    this.#marked = this.start;
  }

  rewind(): boolean {
    if (this.#marked < 0) return false;
    this.at = this.start = this.#marked;
    return true;
  }

  /** Writes the key and makes room for a number or a bracket behind it. */
  #putKey(id: number): void {
    const length = this.#textLength[id]!;
    if (this.at + length + 64 > this.bytes.length) this.#reserve(length + 64);
    const view = this.#view;
    const texts = this.#texts;
    const from = this.#textAt[id]!;
    const at = this.at;
    // Four bytes at a time; up to three too many, which what follows overwrites.
    for (let i = 0, word = from; i < length; i += 4, word++) view.setUint32(at + i, texts[word]!, true);
    this.at = at + length;
  }

  #putBytes(text: Uint8Array): void {
    const bytes = this.bytes;
    let at = this.at;
    for (let i = 0; i < text.length; i++) bytes[at++] = text[i]!;
    this.at = at;
  }

  #open(key: Key, bracket: number): void {
    this.#putKey(key.id);
    this.bytes[this.at++] = bracket;
  }

  #close(key: Key, bracket: number): void {
    const filled = this.takeBackComma();
    const count = this.indent * (this.level + key.depth + 1);
    this.#reserve(count + 64);
    const bytes = this.bytes;
    if (filled && this.indent > 0) {
      bytes[this.at++] = NEWLINE;
      bytes.fill(SPACE, this.at, this.at + count);
      this.at += count;
    }
    bytes[this.at++] = bracket;
    bytes[this.at++] = COMMA;
  }

  openObject(key: Key): void {
    this.#open(key, OPEN_OBJECT);
  }

  closeObject(key: Key): void {
    this.#close(key, CLOSE_OBJECT);
  }

  openList(key: Key): void {
    this.#open(key, OPEN_LIST);
  }

  closeList(key: Key): void {
    this.#close(key, CLOSE_LIST);
  }

  integer(key: Key, value: number): void {
    this.#putKey(key.id);
    const at = putInteger(this.bytes, this.at, value);
    this.bytes[at] = COMMA;
    this.at = at + 1;
  }

  integer64(key: Key, low: number, high: number): void {
    this.#putKey(key.id);
    const at = putInteger64(this.bytes, this.at, low, high);
    this.bytes[at] = COMMA;
    this.at = at + 1;
  }

  thousandths(key: Key, value: number): void {
    this.#putKey(key.id);
    const at = putThousandths(this.bytes, this.at, value);
    this.bytes[at] = COMMA;
    this.at = at + 1;
  }

  identifier(key: Key, low: number, high: number): void {
    this.#putKey(key.id);
    this.bytes[this.at++] = QUOTE;
    this.#endText(putIdentifier(this.bytes, this.at, low, high));
  }

  boolean(key: Key, value: boolean): void {
    this.#putKey(key.id);
    this.#putBytes(value ? TRUE : FALSE);
    this.bytes[this.at++] = COMMA;
  }

  null(key: Key): void {
    this.#putKey(key.id);
    this.#putBytes(NULL);
    this.bytes[this.at++] = COMMA;
  }

  name(key: Key, word: string): void {
    this.#putKey(key.id);
    const bytes = this.bytes;
    let at = this.at;
    bytes[at++] = QUOTE;
    for (let i = 0; i < word.length; i++) bytes[at++] = word.charCodeAt(i);
    this.#endText(at);
  }

  address(key: Key, v6: boolean, bytes: Uint8Array, start: number): void {
    this.#putKey(key.id);
    this.bytes[this.at++] = QUOTE;
    this.#endText(v6 ? putIPv6(this.bytes, this.at, bytes, start) : putIPv4(this.bytes, this.at, bytes, start));
  }

  hex(key: Key, bytes: Uint8Array, start: number, end: number): void {
    this.#putKey(key.id);
    this.#reserve(2 * (end - start) + 64);
    this.bytes[this.at++] = QUOTE;
    this.#endText(putHex(this.bytes, this.at, bytes, start, end));
  }

  text(key: Key, bytes: Uint8Array, start: number, end: number): void {
    this.#putKey(key.id);
    this.#reserve(6 * (end - start) + 64);
    this.bytes[this.at++] = QUOTE;
    this.#endText(this.#putText(bytes, start, end));
  }

  /** Ends a text at `at`. */
  #endText(at: number): void {
    this.bytes[at] = QUOTE;
    this.bytes[at + 1] = COMMA;
    this.at = at + 2;
  }

  /** Escapes what JSON demands and every other control character too, so that a terminal shows text and no more. */
  #putText(from: Uint8Array, start: number, end: number): number {
    const bytes = this.bytes;
    let at = this.at;
    for (let i = start; i < end;) {
      const byte = from[i]!;
      if (byte >= 0x20 && byte < 0x7f) {
        if (byte === QUOTE || byte === BACKSLASH) bytes[at++] = BACKSLASH;
        bytes[at++] = byte;
        i++;
        continue;
      }
      const length = utf8Length(from, i, end);
      if (length < 0) {
        bytes.set(REPLACEMENT, at);
        at += REPLACEMENT.length;
        i -= length;
      } else if (isControl(from, i, length)) {
        at = putEscape(bytes, at, codePoint(from, i, length));
        i += length;
      } else {
        for (let n = 0; n < length; n++) bytes[at++] = from[i++]!;
      }
    }
    return at;
  }
}

/** The code point of a sequence of at most three bytes. */
function codePoint(bytes: Uint8Array, at: number, length: number): number {
  if (length === 1) return bytes[at]!;
  if (length === 2) return (bytes[at]! & 0x1f) << 6 | bytes[at + 1]! & 0x3f;
  return (bytes[at]! & 0x0f) << 12 | (bytes[at + 1]! & 0x3f) << 6 | bytes[at + 2]! & 0x3f;
}

/** Whether a sequence is a control character (C0, DEL, C1), a separator of lines, or turns the direction of writing. */
function isControl(bytes: Uint8Array, at: number, length: number): boolean {
  if (length > 3) return false;
  const code = codePoint(bytes, at, length);
  return code < 0x20 || code >= 0x7f && code < 0xa0 || code === 0x61c || code === 0x200e || code === 0x200f ||
    code >= 0x2028 && code <= 0x202e || code >= 0x2066 && code <= 0x2069;
}

/** `\u001b` */
function putEscape(bytes: Uint8Array, at: number, code: number): number {
  bytes[at] = BACKSLASH;
  bytes[at + 1] = 0x75;
  pair[0] = code >>> 8;
  pair[1] = code & 0xff;
  return putHex(bytes, at + 2, pair, 0, 2);
}

const pair = new Uint8Array(2);
