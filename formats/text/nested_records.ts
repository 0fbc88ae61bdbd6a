/**
 * Records as nested text, written field by field into one buffer: the common part of JSON and YAML.
 */
import { isControl } from "../../decode/text/control_characters.ts";
import type { Key, Word } from "../../decode/record/key.ts";
import type { Layout, Step } from "../../decode/record/layout.ts";
import type { RecordSink } from "../../decode/record/record_sink.ts";
import { utf8Length } from "../../decode/text/utf8.ts";
import {
  putHex,
  putIdentifier,
  putInteger,
  putInteger64,
  putIPv4,
  putIPv6,
  putThousandths,
} from "../../decode/text/digits.ts";
import { OutputBuffer, type Write } from "./output_buffer.ts";
import { type PreparedText, prepareText, putText } from "./prepared_texts.ts";
import { type Notation, type Program, type ProgramSink, StructureWriter } from "../structure/structure_writer.ts";
import { writeMember } from "../../decode/record/walk_layout.ts";

/** Room for a key and a short value. */
const ROOM = 512;

const QUOTE = 34;
const POINT = 46;
const BACKSLASH = 92;

const REPLACEMENT = new TextEncoder().encode("\ufffd");

/** More than the number of layouts, so that the program of a layout is never looked up beyond the end of the array. */
const PROGRAMS = 512;

/** The texts of lists of flags are stored for values below this. */
const LISTS_KEPT = 4096;

/** Texts by value. The array has room for all values, because reading beyond the end of an array is slow. */
type TextsByValue = (PreparedText | null)[];

/** The differences between the notations for nested records. */
export interface NestedNotation {
  /** The ASCII character after every value. */
  readonly separator: string;
  /** The text before the value of a key or element. */
  keyText(key: Key): string;
  /** The text of a list of words, without the text before and after it. */
  listText(key: Key, words: readonly string[]): string;
  /** The text of an empty list. */
  readonly emptyList: string;
  /** Number of bytes of the text before it that a list of words overwrites. */
  readonly listBack: number;
  /** Whether noncharacters of Unicode are escaped. */
  readonly escapesNoncharacters: boolean;
}

/** Writes the fields of records. The separator follows each value. */
export abstract class NestedRecords implements RecordSink, ProgramSink {
  readonly buffer: OutputBuffer;
  readonly notation: Notation;
  /** Number of records of this protocol so far, for formats that need it, and at the mark. */
  protected flows = 0;
  #marked = 0;
  readonly #nested: NestedNotation;
  readonly #separator: number;
  readonly #true: PreparedText;
  readonly #false: PreparedText;
  readonly #null: PreparedText;
  /** The text before the value, by key; made at first use. */
  readonly #keys: PreparedText[] = [];
  /** The text of each word with quotes and separator; made at first use. */
  readonly #words: PreparedText[] = [];
  /** The texts of lists of flags by key, words (families may have different ones for a key), and value. */
  readonly #lists: Map<readonly (Word | undefined)[], TextsByValue>[] = [];
  /** Made at first use. */
  #writer: StructureWriter | null = null;
  /** The programs of layouts; made at first use. */
  readonly #programs: (Program | undefined)[] = new Array<Program | undefined>(PROGRAMS).fill(undefined);

  /** @param write takes the output */
  constructor(write: Write, nested: NestedNotation) {
    const { separator } = nested;
    this.buffer = new OutputBuffer(write);
    this.#nested = nested;
    this.#separator = separator.charCodeAt(0);
    this.#true = prepareText("true" + separator);
    this.#false = prepareText("false" + separator);
    this.#null = prepareText("null" + separator);
    this.notation = {
      separator: this.#separator,
      quotes: true,
      point: POINT,
      marksLongNumbers: false,
      memberRoom: 4 * ROOM,
      listBack: nested.listBack,
      null: "null" + separator,
      keyText: ({ key }) => nested.keyText(key),
      wordText: (_step, { text }) => `"${text}"${separator}`,
      listText: ({ key, words }, value) => this.#listText(key, words, value),
    };
  }

  abstract openProtocol(name: string): void;
  abstract closeProtocol(): void;
  abstract openRecord(): void;
  abstract closeRecord(): void;
  abstract openObject(key: Key): void;
  abstract closeObject(key: Key): void;
  abstract openList(key: Key): void;
  abstract closeList(key: Key): void;

  get datagrams(): Uint8Array<ArrayBuffer> {
    return this.#openWriter().datagrams;
  }

  #openWriter(): StructureWriter {
    return this.#writer ??= new StructureWriter(this);
  }

  /** Writes text around records. */
  protected put(text: PreparedText): void {
    this.buffer.reserve(ROOM);
    this.#putWord(this.buffer.at, text);
  }

  dropRecord(): void {
    this.buffer.drop();
  }

  mark(): void {
    this.#marked = this.flows;
    this.buffer.mark();
  }

  rewind(): boolean {
    if (!this.buffer.rewind()) return false;
    this.flows = this.#marked;
    return true;
  }

  /** Writes the key, makes room for a short value, and returns the position for the value. */
  protected putKey(key: Key): number {
    const { buffer } = this;
    buffer.reserve(ROOM);
    return putText(buffer.view, buffer.at, this.#keys[key.id] ??= prepareText(this.#nested.keyText(key)));
  }

  /** Ends a value at `at`. */
  protected end(at: number): void {
    this.buffer.view.setUint8(at, this.#separator);
    this.buffer.at = at + 1;
  }

  structure(layout: Layout, view: DataView, bytes: Uint8Array, start: number, end: number): void {
    const writer = this.#writer ?? this.#openWriter();
    const program = this.#programs[layout.id] ??= writer.define(layout.steps);
    writer.put(program, view, bytes, start, end - start);
  }

  putMember(step: Step, _keyLength: number, view: DataView, bytes: Uint8Array, start: number): void {
    writeMember(step, view, bytes, start, this);
  }

  integer(key: Key, value: number): void {
    // Making room for the key may replace the buffer's view.
    const at = this.putKey(key);
    this.end(putInteger(this.buffer.view, at, value));
  }

  integer64(key: Key, low: number, high: number): void {
    const at = this.putKey(key);
    this.end(putInteger64(this.buffer.view, at, low, high));
  }

  thousandths(key: Key, value: number): void {
    const at = this.putKey(key);
    this.end(putThousandths(this.buffer.view, at, value));
  }

  identifier(key: Key, low: number, high: number): void {
    const at = this.#startText(key);
    this.#endText(putIdentifier(this.buffer.view, at, low, high));
  }

  boolean(key: Key, value: boolean): void {
    this.#putWord(this.putKey(key), value ? this.#true : this.#false);
  }

  null(key: Key): void {
    this.#putWord(this.putKey(key), this.#null);
  }

  name(key: Key, word: Word): void {
    this.#putWord(this.putKey(key), this.#words[word.id] ??= prepareText(`"${word.text}"${this.#nested.separator}`));
  }

  #putWord(at: number, text: PreparedText): void {
    this.buffer.at = putText(this.buffer.view, at, text);
  }

  flags(key: Key, words: readonly (Word | undefined)[], value: number): void {
    const list = this.#listsOf(key, words)[value] ?? this.#prepareList(key, words, value);
    this.buffer.reserve(list.length + ROOM);
    this.#putWord(this.putKey(key) - this.#nested.listBack, list);
  }

  #listsOf(key: Key, words: readonly (Word | undefined)[]): TextsByValue {
    const lists = this.#lists[key.id] ??= new Map();
    let texts = lists.get(words);
    if (texts === undefined) {
      lists.set(words, texts = new Array<PreparedText | null>(Math.min(1 << words.length, LISTS_KEPT)).fill(null));
    }
    return texts;
  }

  /** The text of the list, stored for the next time: few combinations of flags occur. */
  #prepareList(key: Key, words: readonly (Word | undefined)[], value: number): PreparedText {
    const list = prepareText(this.#listText(key, words, value));
    if (value >= 0 && value < LISTS_KEPT) this.#listsOf(key, words)[value] = list;
    return list;
  }

  #listText(key: Key, words: readonly (Word | undefined)[], value: number): string {
    const { emptyList, separator } = this.#nested;
    const set = words.flatMap((word, bit) => word !== undefined && (value >>> bit & 1) === 1 ? [word.text] : []);
    return (set.length === 0 ? emptyList : this.#nested.listText(key, set)) + separator;
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
    this.#endText(escapeText(this.buffer, at, bytes, start, end, this.#nested.escapesNoncharacters));
  }

  #startText(key: Key): number {
    const at = this.putKey(key);
    this.buffer.view.setUint8(at, QUOTE);
    return at + 1;
  }

  #endText(at: number): void {
    this.buffer.view.setUint8(at, QUOTE);
    this.end(at + 1);
  }
}

/**
 * Writes text from outside at `at` and returns its end. Escapes what JSON requires and all other control characters, so
 * that the text is safe for a terminal.
 */
function escapeText(
  buffer: OutputBuffer,
  at: number,
  from: Uint8Array,
  start: number,
  end: number,
  noncharacters: boolean,
): number {
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
      continue;
    }
    const code = codePoint(from, i, length);
    if (isControl(code) || noncharacters && isNoncharacter(code)) {
      at = putEscape(view, at, code);
      i += length;
    } else {
      for (let n = 0; n < length; n++) bytes[at++] = from[i++]!;
    }
  }
  return at;
}

/** Whether a code point is a noncharacter or the byte order mark. */
function isNoncharacter(code: number): boolean {
  return (code & 0xfffe) === 0xfffe || code >= 0xfdd0 && code <= 0xfdef || code === 0xfeff;
}

/** The code point of a well-formed sequence. */
export function codePoint(bytes: Uint8Array, at: number, length: number): number {
  if (length === 1) return bytes[at]!;
  let code = bytes[at]! & 0x7f >>> length;
  for (let i = 1; i < length; i++) code = code << 6 | bytes[at + i]! & 0x3f;
  return code;
}

/** Escapes a code point as `\u001b`, or as `\U0001fffe` if it has more than 16 bits (YAML only). */
export function putEscape(out: DataView, at: number, code: number): number {
  const long = code > 0xffff;
  out.setUint16(at, BACKSLASH << 8 | (long ? 0x55 : 0x75));
  scratch.setUint32(0, code);
  return putHex(out, at + 2, scratchBytes, long ? 0 : 2, 4);
}

const scratchBytes = new Uint8Array(4);
const scratch = new DataView(scratchBytes.buffer);
