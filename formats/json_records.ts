/**
 * Records as JSON text (RFC 8259), written field by field into one buffer; what `json` and `ndjson` share.
 */
import { isControl } from "../decode/control_characters.ts";
import type { Key, Word } from "../decode/key.ts";
import type { Layout } from "../decode/layout.ts";
import type { RecordSink } from "../decode/record_sink.ts";
import { utf8Length } from "../decode/utf8.ts";
import { putHex, putIdentifier, putInteger, putInteger64, putIPv4, putIPv6, putThousandths } from "./digits.ts";
import { defineProgram, type Program, putStructure, type TextsByValue, textsByValue } from "./json_program.ts";
import { OutputBuffer, type Write } from "./output_buffer.ts";
import { type PreparedText, prepareText, putText } from "./prepared_texts.ts";

/** Room for a key and a short value. */
const ROOM = 512;

const QUOTE = 34;
const COMMA = 44;
const BACKSLASH = 92;
const OPEN_LIST = 91;
const CLOSE_LIST = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

const encoder = new TextEncoder();
const TRUE = prepareText("true,");
const FALSE = prepareText("false,");
const NULL = prepareText("null,");
const REPLACEMENT = encoder.encode("\ufffd");

/** More layouts than there are, so that looking for the program of one never goes behind the end. */
const PROGRAMS = 512;

/** Finished lists of flags are kept for values below this. */
const LISTS_KEPT = 4096;

/** Writes the insides of records. Every value is followed by a comma, which the closing bracket takes back. */
export abstract class JsonRecords implements RecordSink {
  protected readonly buffer: OutputBuffer;
  /** Text of each key that has occurred, with line break and colon; of an element the line break. */
  readonly #keys: PreparedText[] = [];
  /** Text of each word that has occurred, with quotes and a comma. */
  readonly #words: PreparedText[] = [];
  /** What stands before the closing bracket of a key, by its depth. */
  readonly #endings: PreparedText[] = [];
  /** Keys with finished lists of flags, by key, words (families may have their own for one key), and value. */
  readonly #lists: Map<readonly (Word | undefined)[], TextsByValue>[] = [];
  /** Programs of the layouts that have occurred. */
  readonly #programs: (Program | undefined)[] = new Array<Program | undefined>(PROGRAMS).fill(undefined);

  /**
   * @param write takes the output
   * @param indent spaces a level, 0 for no white space at all
   * @param level brackets around a record
   */
  constructor(write: Write, readonly indent: number, readonly level: number) {
    this.buffer = new OutputBuffer(write);
  }

  abstract openProtocol(name: string): void;
  abstract closeProtocol(): void;
  abstract openRecord(): void;
  abstract closeRecord(): void;

  /** What stands before a key or a bracket that is `depth` levels inside the record. */
  protected lineBreak(depth: number): string {
    return this.indent === 0 ? "" : "\n" + " ".repeat(this.indent * (this.level + depth));
  }

  #keyText(key: Key): string {
    return this.lineBreak(key.depth + 1) + (key.name === "" ? "" : `"${key.name}":${this.indent === 0 ? "" : " "}`);
  }

  /** Removes the comma behind the last value, if there is one. */
  protected takeBackComma(): boolean {
    if (this.buffer.bytes[this.buffer.at - 1] !== COMMA) return false;
    this.buffer.at--;
    return true;
  }

  /** Writes what stands around records. */
  protected put(text: PreparedText): void {
    this.buffer.reserve(ROOM);
    this.#putWord(this.buffer.at, text);
  }

  dropRecord(): void {
    this.buffer.drop();
  }

  mark(): void {
    this.buffer.mark();
  }

  rewind(): boolean {
    return this.buffer.rewind();
  }

  /** Writes the key, makes room for a short value, and returns where the value has to go. */
  #putKey(key: Key): number {
    const { buffer } = this;
    buffer.reserve(ROOM);
    return putText(buffer.view, buffer.at, this.#keys[key.id] ??= prepareText(this.#keyText(key)));
  }

  /** Ends a value at `at`. */
  #end(at: number): void {
    this.buffer.view.setUint8(at, COMMA);
    this.buffer.at = at + 1;
  }

  #open(key: Key, bracket: number): void {
    const at = this.#putKey(key);
    this.buffer.view.setUint8(at, bracket);
    this.buffer.at = at + 1;
  }

  #close(key: Key, bracket: number): void {
    const { buffer } = this;
    buffer.reserve(ROOM);
    const ending = this.#endings[key.depth] ??= prepareText(this.lineBreak(key.depth + 1));
    const at = this.takeBackComma() ? putText(buffer.view, buffer.at, ending) : buffer.at;
    buffer.view.setUint8(at, bracket);
    this.#end(at + 1);
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

  structure(layout: Layout, view: DataView, bytes: Uint8Array, start: number, end: number): void {
    const program = this.#programs[layout.id] ?? this.#defineProgram(layout);
    putStructure(program, this.buffer, this, view, bytes, start, end - start);
  }

  /** Apart, because a function with functions inside allocates at each call. */
  #defineProgram(layout: Layout): Program {
    return this.#programs[layout.id] = defineProgram(
      layout,
      (key) => this.#keyText(key),
      (step) => this.#listsOf(step.key, step.words),
    );
  }

  integer(key: Key, value: number): void {
    this.#end(putInteger(this.buffer.view, this.#putKey(key), value));
  }

  integer64(key: Key, low: number, high: number): void {
    const at = this.#putKey(key);
    this.#end(putInteger64(this.buffer.view, at, low, high));
  }

  thousandths(key: Key, value: number): void {
    const at = this.#putKey(key);
    this.#end(putThousandths(this.buffer.view, at, value));
  }

  identifier(key: Key, low: number, high: number): void {
    const at = this.#startText(key);
    this.#endText(putIdentifier(this.buffer.view, at, low, high));
  }

  boolean(key: Key, value: boolean): void {
    this.#putWord(this.#putKey(key), value ? TRUE : FALSE);
  }

  null(key: Key): void {
    this.#putWord(this.#putKey(key), NULL);
  }

  name(key: Key, word: Word): void {
    this.#putWord(this.#putKey(key), this.#words[word.id] ??= prepareText(`"${word.text}",`));
  }

  #putWord(at: number, text: PreparedText): void {
    this.buffer.at = putText(this.buffer.view, at, text);
  }

  flags(key: Key, words: readonly (Word | undefined)[], value: number): void {
    const list = this.#listsOf(key, words)[value] ?? this.#prepareList(key, words, value);
    this.buffer.reserve(list.length + ROOM);
    this.#putWord(this.buffer.at, list);
  }

  #listsOf(key: Key, words: readonly (Word | undefined)[]): TextsByValue {
    const lists = this.#lists[key.id] ??= new Map();
    let texts = lists.get(words);
    if (texts === undefined) lists.set(words, texts = textsByValue(Math.min(1 << words.length, LISTS_KEPT)));
    return texts;
  }

  /** The key and the list as one text, kept for the next time: few combinations of flags occur. */
  #prepareList(key: Key, words: readonly (Word | undefined)[], value: number): PreparedText {
    const items = words.filter((word, bit) => word !== undefined && (value >>> bit & 1) === 1);
    const content = items.map((word) => `${this.lineBreak(key.depth + 2)}"${word!.text}"`).join(",");
    const ending = items.length === 0 ? "" : this.lineBreak(key.depth + 1);
    const list = prepareText(`${this.#keyText(key)}[${content}${ending}],`);
    if (value >= 0 && value < LISTS_KEPT) this.#listsOf(key, words)[value] = list;
    return list;
  }

  address(key: Key, v6: boolean, bytes: Uint8Array, start: number): void {
    const at = this.#startText(key);
    const out = this.buffer.view;
    this.#endText(v6 ? putIPv6(out, at, bytes, start) : putIPv4(out, at, bytes, start));
  }

  hex(key: Key, bytes: Uint8Array, start: number, end: number): void {
    this.buffer.reserve(2 * (end - start) + 2 * ROOM);
    const at = this.#startText(key);
    this.#endText(putHex(this.buffer.view, at, bytes, start, end));
  }

  text(key: Key, bytes: Uint8Array, start: number, end: number): void {
    this.buffer.reserve(6 * (end - start) + 2 * ROOM);
    const at = this.#startText(key);
    this.#endText(escapeText(this.buffer, at, bytes, start, end));
  }

  #startText(key: Key): number {
    const at = this.#putKey(key);
    this.buffer.view.setUint8(at, QUOTE);
    return at + 1;
  }

  #endText(at: number): void {
    this.buffer.view.setUint8(at, QUOTE);
    this.#end(at + 1);
  }
}

/**
 * Writes text from outside at `at` and returns its end. Escapes what JSON demands and every other control character too,
 * so that a terminal shows text and no more.
 */
function escapeText(buffer: OutputBuffer, at: number, from: Uint8Array, start: number, end: number): number {
  const { bytes, view } = buffer;
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
    } else if (length < 4 && isControl(codePoint(from, i, length))) {
      at = putEscape(view, at, codePoint(from, i, length));
      i += length;
    } else {
      for (let n = 0; n < length; n++) bytes[at++] = from[i++]!;
    }
  }
  return at;
}

/** The code point of a sequence of at most three bytes. */
function codePoint(bytes: Uint8Array, at: number, length: number): number {
  if (length === 1) return bytes[at]!;
  if (length === 2) return (bytes[at]! & 0x1f) << 6 | bytes[at + 1]! & 0x3f;
  return (bytes[at]! & 0x0f) << 12 | (bytes[at + 1]! & 0x3f) << 6 | bytes[at + 2]! & 0x3f;
}

/** A code point as `\u001b`. */
function putEscape(out: DataView, at: number, code: number): number {
  out.setUint16(at, BACKSLASH << 8 | 0x75);
  pair[0] = code >>> 8;
  pair[1] = code & 0xff;
  return putHex(out, at + 2, pair, 0, 2);
}

const pair = new Uint8Array(2);
