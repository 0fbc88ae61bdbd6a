/**
 * The formats `csv` and `tsv`: one row a socket, after RFC 4180; the rules for values stand in `docs/formats.md`.
 *
 * A value is written with the delimiter behind it. Fields come in the order of the columns as a rule, so a row needs no more
 * than the number of the next column; a field that comes late is moved to its place.
 */
import { isControl } from "../../decode/text/control_characters.ts";
import type { Key, Word } from "../../decode/record/key.ts";
import type { Layout, Step } from "../../decode/record/layout.ts";
import { comm, owner, owners, pid } from "../../decode/lookups/owners.ts";
import { utf8Length } from "../../decode/text/utf8.ts";
import { columnsOf, ownerColumns, OWNERS, PID, PROCESS, PROTOCOL } from "../../query/columns.ts";
import {
  putHex,
  putIdentifier,
  putInteger,
  putInteger64,
  putIPv4,
  putIPv6,
  putThousandths,
} from "../../decode/text/digits.ts";
import type { Content, FormatOptions, OpenOutput, OutputSink } from "../format.ts";
import { ListText } from "../text/list_text.ts";
import { codePoint, putEscape } from "../text/nested_records.ts";
import { OutputBuffer, type Write } from "../text/output_buffer.ts";
import { type PreparedText, prepareText, putText } from "../text/prepared_texts.ts";
import { type Notation, type Program, type ProgramSink, StructureWriter } from "../structure/structure_writer.ts";
import { walkLayout, writeMember } from "../../decode/record/walk_layout.ts";

/** Room for a short value. */
const ROOM = 512;

const QUOTE = 34;
const APOSTROPHE = 39;
const COMMA = 44;
const SEMICOLON = 59;
const BACKSLASH = 92;
const SPACE = 32;
const CARRIAGE_RETURN_LINE_FEED = 0x0d0a;

const encoder = new TextEncoder();
const REPLACEMENT = encoder.encode("\ufffd");
const NO_COLUMN = -1;
/** So many cells that calling for them pays. */
const MANY_CELLS = 16;
/** The largest number of 15 digits. */
const LONGEST_NUMBER = 999999999999999;

/** Characters that can stand between cells: none that a number, a word or an address can have, no quotes and no escapes. */
const DELIMITERS = "\t,;|!#$%&*/<>?^`{}~()[]";

/** Whether a text can stand between cells. */
export const isDelimiter = (text: string): boolean => text.length === 1 && DELIMITERS.includes(text);

/** A layout of which so many bytes are there, made ready to be written. */
interface Row {
  /** `null` if some member has no column, or one among those of others. */
  readonly program: Program | null;
  /** Column of its first member, and the one behind its last. */
  readonly first: number;
  readonly after: number;
}

export class CsvSink implements OutputSink, ProgramSink {
  readonly buffer: OutputBuffer;
  readonly notation: Notation;
  readonly #delimiter: number;
  readonly #point: number;
  readonly #guard: boolean;
  readonly #explode: boolean;
  /** Column of each key, by its number; {@linkcode NO_COLUMN} for those that have none. */
  readonly #columns: Int32Array;
  readonly #count: number;
  readonly #protocolColumn: number;
  /** Those of {@linkcode ownerColumns}; {@linkcode NO_COLUMN} for those that are not there. */
  readonly #pidColumn: number;
  readonly #processColumn: number;
  readonly #ownersColumn: number;
  /** With --explode, the columns at the end of a row that differ between its holders, in their order. */
  readonly #ending: readonly string[];
  /** Room for a short value and the delimiters of all columns. */
  readonly #room: number;
  #protocol: PreparedText = prepareText("");
  /** The column whose cell comes next. */
  #next = 0;
  /** Where the cell starts that is being written. */
  #cell = 0;
  /** Cells of words and lists of words, with the delimiter. */
  readonly #words: PreparedText[] = [];
  readonly #lists = new Map<readonly (Word | undefined)[], Map<number, PreparedText>>();
  /** By layout and by the bytes that are there of it. */
  readonly #rows: (Row | undefined)[][] = [];
  /** The list that is open, as JSON; `null` for none. */
  #list: Key | null = null;
  readonly #json = new ListText();
  /** Whether that list holds objects, lists or text from outside, and so stays JSON. */
  #nested = false;
  /** Holders of this socket so far; number of the last, and cell of its name. */
  #holders = 0;
  #pid = 0;
  readonly #writer: StructureWriter;
  readonly #process = new OutputBuffer(() => {});
  /** With --explode, the ends of the rows: pid, process and owners of each holder. */
  readonly #endings = new OutputBuffer(() => {});
  readonly #lengths: number[] = [];

  constructor(write: Write, options: FormatOptions, content: Content) {
    const { delimiter = ",", decimal = ".", rawText = false, explode, noHeader = false, excel = false } = options;
    const { families, lookups = [] } = content;
    if (!isDelimiter(delimiter)) throw new RangeError(`no delimiter: ${JSON.stringify(delimiter)}`);
    if (decimal === delimiter) throw new RangeError("the same character between cells and before decimals");
    this.buffer = new OutputBuffer(write);
    this.#delimiter = delimiter.charCodeAt(0);
    this.#point = decimal.charCodeAt(0);
    this.#guard = !rawText;
    const columns = content.columns ?? columnsOf(families, lookups);
    const place = (wanted: string) => columns.findIndex(({ name, key }) => key === null && name === wanted);
    this.#count = columns.length;
    this.#protocolColumn = place(PROTOCOL);
    this.#pidColumn = place(PID);
    this.#processColumn = place(PROCESS);
    this.#ownersColumn = place(OWNERS);
    this.#explode = explode !== undefined;
    this.#ending = columns.filter(({ name, key }) => key === null && ownerColumns.includes(name)).map(({ name }) =>
      name
    );
    this.#room = ROOM + columns.length;
    this.#columns = new Int32Array(1 + Math.max(...columns.map(({ key }) => key?.id ?? 0))).fill(NO_COLUMN);
    columns.forEach(({ key }, column) => {
      if (key !== null) this.#columns[key.id] = column;
    });
    this.notation = {
      separator: this.#delimiter,
      quotes: false,
      point: this.#point,
      marksLongNumbers: true,
      memberRoom: 4 * this.#room,
      listBack: 0,
      null: delimiter,
      keyText: (step, before) =>
        before === undefined ? "" : delimiter.repeat(this.#columnOf(step.key) - this.#after(before)),
      wordText: (step, word) => word.text + delimiter.repeat(this.#after(step) - this.#columnOf(step.key)),
      listText: (step, value) =>
        this.#listText(step.words, value) + delimiter.repeat(this.#after(step) - this.#columnOf(step.key)),
    };
    this.#writer = new StructureWriter(this);
    const header = noHeader ? "" : columns.map(({ name }) => name).join(delimiter) + "\r\n";
    this.buffer.put(encoder.encode((excel ? "\ufeff" : "") + header));
    this.buffer.finish();
  }

  get datagrams(): Uint8Array<ArrayBuffer> {
    return this.#writer.datagrams;
  }

  #columnOf(key: Key): number {
    return this.#columns[key.id] ?? NO_COLUMN;
  }

  /** The column behind a member and behind the number of its unknown words. */
  #after({ key, raw }: Step): number {
    return Math.max(this.#columnOf(key), this.#columnOf(raw)) + 1;
  }

  openProtocol(name: string): void {
    this.#protocol = prepareText(name + String.fromCharCode(this.#delimiter));
  }

  closeProtocol(): void {}

  openRecord(): void {
    this.#next = 0;
    if (this.#protocolColumn === NO_COLUMN) return;
    this.buffer.reserve(this.#room);
    this.buffer.at = putText(this.buffer.view, this.#skip(this.#protocolColumn), this.#protocol);
    this.#next = this.#protocolColumn + 1;
  }

  closeRecord(): void {
    const { buffer } = this;
    if (this.#lengths.length > 0) {
      this.#putRows();
    } else {
      buffer.reserve(this.#room);
      // The delimiter behind the last cell gives way.
      const at = this.#skip(this.#count) - 1;
      buffer.view.setUint16(at, CARRIAGE_RETURN_LINE_FEED);
      buffer.at = at + 2;
    }
    buffer.finish();
  }

  /** Writes one row for each holder. */
  #putRows(): void {
    const { buffer } = this;
    buffer.reserve(this.#room);
    buffer.at = this.#skip(this.#count - this.#ending.length);
    const length = buffer.at - buffer.finished;
    let from = 0;
    for (let i = 0; i < this.#lengths.length; i++) {
      const ending = this.#lengths[i]!;
      buffer.reserve(length + ending);
      if (i > 0) {
        buffer.bytes.copyWithin(buffer.at, buffer.finished, buffer.finished + length);
        buffer.at += length;
      }
      copy(buffer, this.#endings.bytes, from, from + ending);
      from += ending;
    }
    this.#forgetOwners();
  }

  #forgetOwners(): void {
    this.#endings.drop();
    this.#lengths.length = 0;
    this.#holders = 0;
  }

  dropRecord(): void {
    this.buffer.drop();
    this.#json.dropRecord();
    this.#list = null;
    this.#forgetOwners();
  }

  mark(): void {
    this.buffer.mark();
  }

  rewind(): boolean {
    return this.buffer.rewind();
  }

  close(): void {
    this.buffer.flush();
  }

  /** Writes the delimiters of cells that are empty, up to a column; returns where its cell goes. There is room. */
  #skip(column: number): number {
    const { bytes, at } = this.buffer;
    const end = at + Math.max(0, column - this.#next);
    if (end - at > MANY_CELLS) bytes.fill(this.#delimiter, at, end);
    else for (let i = at; i < end; i++) bytes[i] = this.#delimiter;
    return end;
  }

  /** Makes room for a short value and returns where it has to go. */
  #start(column: number): number {
    this.buffer.reserve(this.#room);
    return this.#cell = this.#skip(column);
  }

  /** Ends the cell at `at`. */
  #end(column: number, at: number): void {
    const { buffer } = this;
    buffer.view.setUint8(at, this.#delimiter);
    buffer.at = at + 1;
    if (column >= this.#next) this.#next = column + 1;
    else this.#moveCell(column);
  }

  /** Moves the last cell to its column, which was passed over. */
  #moveCell(column: number): void {
    const { buffer } = this;
    const length = buffer.at - 1 - this.#cell;
    buffer.reserve(length);
    const { bytes } = buffer;
    const end = buffer.at - 1;
    let place = buffer.finished;
    let quoted = false;
    for (let passed = 0; passed < column; place++) {
      if (bytes[place] === QUOTE) quoted = !quoted;
      else if (bytes[place] === this.#delimiter && !quoted) passed++;
    }
    buffer.at = end;
    // What stands there already stays.
    if (bytes[place] !== this.#delimiter) {
      buffer.at -= length;
      return;
    }
    bytes.copyWithin(place + length, place, end);
    bytes.copyWithin(place, end, end + length);
  }

  openObject(key: Key): void {
    if (this.#list === null) return;
    this.#nested = true;
    this.#json.openObject(key);
  }

  closeObject(key: Key): void {
    if (this.#list === null) return;
    this.#json.closeObject(key);
    if (key === owner) this.#endHolder();
  }

  openList(key: Key): void {
    this.#nested = this.#list !== null;
    this.#list ??= key;
    this.#json.openList(key);
  }

  closeList(key: Key): void {
    this.#json.closeList(key);
    if (key !== this.#list) return;
    this.#list = null;
    const column = key === owners ? this.#ownersColumn : this.#columnOf(key);
    if (key === owners && !this.#explode) this.#putFirstHolder();
    if (column !== NO_COLUMN && !(key === owners && this.#explode)) {
      const text = this.#json.buffer;
      text.reserve(1);
      this.buffer.reserve(2 * text.at + 2 * this.#room);
      this.#end(column, this.#putList(this.buffer, this.#start(column), key));
    }
    this.#json.dropRecord();
  }

  /** Puts the finished list of the JSON text into a cell at `at`; returns its end. */
  #putList(buffer: OutputBuffer, at: number, key: Key): number {
    const { bytes } = this.#json.buffer;
    const start = this.#json.startOf(key);
    const end = this.#json.endOfText;
    const out = buffer.bytes;
    if (this.#nested) {
      out[at++] = QUOTE;
      for (let i = start; i < end; i++) {
        if (bytes[i] === QUOTE) out[at++] = QUOTE;
        out[at++] = bytes[i]!;
      }
      out[at++] = QUOTE;
      return at;
    }
    // Words and numbers have no quotes, commas or escapes inside: without brackets and quotes they are what is wanted.
    const quoted = this.#delimiter === SEMICOLON;
    if (quoted) out[at++] = QUOTE;
    for (let i = start + 1; i < end - 1; i++) {
      if (bytes[i] !== QUOTE) out[at++] = bytes[i] === COMMA ? SEMICOLON : bytes[i]!;
    }
    if (quoted) out[at++] = QUOTE;
    return at;
  }

  /** Remembers the holder that has just been written: its number and its name, and all of it where it gets its own row. */
  #endHolder(): void {
    this.#holders++;
    if (!this.#explode) return;
    const list = this.#json.buffer;
    const rows = this.#endings;
    const before = rows.at;
    rows.reserve(2 * list.at + this.#process.at + ROOM);
    // The list with this holder alone, as if it ended here.
    list.reserve(2);
    list.bytes[list.at - 1] = 0x5d;
    list.bytes[list.at++] = COMMA;
    for (const column of this.#ending) {
      if (column === PID) rows.at = putInteger(rows.view, rows.at, this.#pid);
      else if (column === PROCESS) copy(rows, this.#process.bytes, 0, this.#process.at);
      else rows.at = this.#putList(rows, rows.at, owners);
      rows.bytes[rows.at++] = this.#delimiter;
    }
    // The delimiter behind the last cell gives way.
    rows.view.setUint16(rows.at - 1, CARRIAGE_RETURN_LINE_FEED);
    rows.at++;
    this.#lengths.push(rows.at - before);
    list.at = owners.name.length + 4;
  }

  #putFirstHolder(): void {
    if (this.#holders > 0 && this.#pidColumn !== NO_COLUMN) {
      const at = this.#start(this.#pidColumn);
      this.#end(this.#pidColumn, putInteger(this.buffer.view, at, this.#pid));
    }
    if (this.#holders > 0 && this.#processColumn !== NO_COLUMN) {
      this.buffer.reserve(this.#process.at + this.#room);
      this.buffer.at = this.#start(this.#processColumn);
      copy(this.buffer, this.#process.bytes, 0, this.#process.at);
      this.#end(this.#processColumn, this.buffer.at);
    }
    this.#holders = 0;
  }

  structure(layout: Layout, view: DataView, bytes: Uint8Array, start: number, end: number): void {
    if (this.#list !== null) return this.#json.structure(layout, view, bytes, start, end);
    const rows = this.#rows[layout.id] ?? this.#openRows(layout);
    const length = Math.min(end - start, rows.length - 1);
    const row = rows[length] ?? this.#defineRow(layout, length);
    if (row.program === null || row.first < this.#next) return walkLayout(layout, view, bytes, start, end, this);
    this.buffer.reserve(this.#room);
    this.buffer.at = this.#skip(row.first);
    this.#writer.put(row.program, view, bytes, start, length);
    this.#next = row.after;
  }

  #openRows(layout: Layout): (Row | undefined)[] {
    const needs = Math.max(0, ...layout.steps.map((step) => step.needs));
    return this.#rows[layout.id] = new Array<Row | undefined>(needs + 1).fill(undefined);
  }

  #defineRow(layout: Layout, length: number): Row {
    const steps = layout.steps.filter(({ needs }) => needs <= length);
    // Older kernels have some members in another order.
    steps.sort((a, b) => this.#columnOf(a.key) - this.#columnOf(b.key));
    const first = steps[0] === undefined ? NO_COLUMN : this.#columnOf(steps[0].key);
    let after = first;
    const inOrder = steps.every((step) => {
      const column = this.#columnOf(step.key);
      const fits = column >= after && this.#columnOf(step.raw) >= column;
      after = this.#after(step);
      return fits;
    });
    const program = inOrder && first !== NO_COLUMN ? this.#writer.define(steps) : null;
    return this.#rows[layout.id]![length] = { program, first, after };
  }

  putMember(step: Step, keyLength: number, view: DataView, bytes: Uint8Array, start: number): void {
    this.#next = this.#columnOf(step.key) - keyLength;
    writeMember(step, view, bytes, start, this);
    const after = this.#after(step);
    this.buffer.at = this.#skip(after);
    this.#next = after;
  }

  integer(key: Key, value: number): void {
    if (this.#list !== null) {
      if (key === pid && (this.#explode || this.#holders === 0)) this.#pid = value;
      return this.#json.integer(key, value);
    }
    const column = this.#columnOf(key);
    if (column === NO_COLUMN) return;
    let at = this.#start(column);
    if (value > LONGEST_NUMBER || value < -LONGEST_NUMBER) this.buffer.bytes[at++] = APOSTROPHE;
    this.#end(column, putInteger(this.buffer.view, at, value));
  }

  integer64(key: Key, low: number, high: number): void {
    if (this.#list !== null) return this.#json.integer64(key, low, high);
    const column = this.#columnOf(key);
    if (column === NO_COLUMN) return;
    let at = this.#start(column);
    if (isLong(low, high)) this.buffer.bytes[at++] = APOSTROPHE;
    this.#end(column, putInteger64(this.buffer.view, at, low, high));
  }

  thousandths(key: Key, value: number): void {
    if (this.#list !== null) return this.#json.thousandths(key, value);
    const column = this.#columnOf(key);
    if (column === NO_COLUMN) return;
    const at = this.#start(column);
    this.#end(column, putThousandths(this.buffer.view, at, value, this.#point));
  }

  identifier(key: Key, low: number, high: number): void {
    if (this.#list !== null) return this.#json.identifier(key, low, high);
    const column = this.#columnOf(key);
    if (column === NO_COLUMN) return;
    const at = this.#start(column);
    this.#end(column, putIdentifier(this.buffer.view, at, low, high));
  }

  boolean(key: Key, value: boolean): void {
    if (this.#list !== null) return this.#json.boolean(key, value);
    const column = this.#columnOf(key);
    if (column === NO_COLUMN) return;
    const at = this.#start(column);
    this.#end(column, putText(this.buffer.view, at, value ? TRUE : FALSE));
  }

  null(key: Key): void {
    if (this.#list !== null) return this.#json.null(key);
    const column = this.#columnOf(key);
    if (column !== NO_COLUMN) this.#end(column, this.#start(column));
  }

  name(key: Key, word: Word): void {
    if (this.#list !== null) return this.#json.name(key, word);
    const column = this.#columnOf(key);
    if (column === NO_COLUMN) return;
    const at = this.#start(column);
    this.#end(column, putText(this.buffer.view, at, this.#words[word.id] ??= prepareText(word.text)));
  }

  flags(key: Key, words: readonly (Word | undefined)[], value: number): void {
    if (this.#list !== null) return this.#json.flags(key, words, value);
    const column = this.#columnOf(key);
    if (column === NO_COLUMN) return;
    let lists = this.#lists.get(words);
    if (lists === undefined) this.#lists.set(words, lists = new Map());
    let list = lists.get(value);
    if (list === undefined) {
      list = prepareText(this.#listText(words, value));
      // Few combinations occur.
      if (lists.size < 4096) lists.set(value, list);
    }
    this.buffer.reserve(list.length + 2 * this.#room);
    this.#end(column, putText(this.buffer.view, this.#start(column), list));
  }

  /** The words of the bits that are set, with semicolons between them. */
  #listText(words: readonly (Word | undefined)[], value: number): string {
    const set = words.flatMap((word, bit) => word !== undefined && (value >>> bit & 1) === 1 ? [word.text] : []);
    const text = set.join(";");
    return this.#delimiter === SEMICOLON && set.length > 1 ? `"${text}"` : text;
  }

  address(key: Key, v6: boolean, bytes: Uint8Array, start: number): void {
    if (this.#list !== null) return this.#json.address(key, v6, bytes, start);
    const column = this.#columnOf(key);
    if (column === NO_COLUMN) return;
    const at = this.#start(column);
    const out = this.buffer.view;
    this.#end(column, v6 ? putIPv6(out, at, bytes, start) : putIPv4(out, at, bytes, start));
  }

  hex(key: Key, bytes: Uint8Array, start: number, end: number): void {
    if (this.#list !== null) return this.#json.hex(key, bytes, start, end);
    const column = this.#columnOf(key);
    if (column === NO_COLUMN) return;
    this.buffer.reserve(2 * (end - start) + 2 * this.#room);
    let at = this.#start(column);
    if (looksLikeNumber(bytes, start, end)) this.buffer.bytes[at++] = APOSTROPHE;
    this.#end(column, putHex(this.buffer.view, at, bytes, start, end));
  }

  text(key: Key, bytes: Uint8Array, start: number, end: number): void {
    if (this.#list !== null) {
      this.#nested = true;
      if (key === comm && (this.#explode || this.#holders === 0)) this.#noteProcess(bytes, start, end);
      return this.#json.text(key, bytes, start, end);
    }
    const column = this.#columnOf(key);
    if (column === NO_COLUMN) return;
    this.buffer.reserve(6 * (end - start) + 2 * this.#room);
    const at = this.#start(column);
    this.#end(column, putTextCell(this.buffer, at, bytes, start, end, this.#delimiter, this.#guard));
  }

  #noteProcess(bytes: Uint8Array, start: number, end: number): void {
    this.#process.drop();
    this.#process.reserve(6 * (end - start) + ROOM);
    this.#process.at = putTextCell(this.#process, 0, bytes, start, end, this.#delimiter, this.#guard);
  }
}

const TRUE = prepareText("true");
const FALSE = prepareText("false");

/** Whether a 64-bit number has more than 15 digits, beyond which spreadsheets do not go. */
function isLong(low: number, high: number): boolean {
  const upper = high >>> 0;
  return upper > 0x38d7e || upper === 0x38d7e && low >>> 0 >= 0xa4c68000;
}

/** Copies bytes to the end of a buffer that has room for them. */
function copy(to: OutputBuffer, from: Uint8Array, start: number, end: number): void {
  const { bytes } = to;
  let at = to.at;
  for (let i = start; i < end; i++) bytes[at++] = from[i]!;
  to.at = at;
}

/** Whether the hexadecimal digits of bytes are those of a decimal number, an exponent allowed: `1234`, `12e4`. */
function looksLikeNumber(bytes: Uint8Array, start: number, end: number): boolean {
  let exponents = 0;
  for (let i = start; i < end; i++) {
    for (let shift = 4; shift >= 0; shift -= 4) {
      const digit = bytes[i]! >>> shift & 15;
      if (digit === 14) exponents++;
      else if (digit > 9) return false;
    }
  }
  return end > start && exponents < 2;
}

/**
 * Writes text from outside as a cell at `at`, where there is room for six bytes a byte and three more; returns its end.
 * Control characters and backslashes are escaped, so that the cell is one line; `guard` puts an apostrophe before what a
 * spreadsheet would take for a formula, and before an apostrophe, so that one can always be taken off.
 */
function putTextCell(
  buffer: OutputBuffer,
  at: number,
  from: Uint8Array,
  start: number,
  end: number,
  delimiter: number,
  guard: boolean,
): number {
  const { bytes, view } = buffer;
  const cell = at;
  if (guard && start < end && startsFormula(from, start, end)) bytes[at++] = APOSTROPHE;
  let quoted = start < end && (from[start] === SPACE || from[end - 1] === SPACE);
  for (let i = start; i < end;) {
    const byte = from[i]!;
    if (byte >= 0x20 && byte < 0x7f) {
      if (byte === QUOTE || byte === BACKSLASH) bytes[at++] = byte;
      quoted ||= byte === QUOTE || byte === delimiter;
      bytes[at++] = byte;
      i++;
      continue;
    }
    const length = utf8Length(from, i, end);
    if (length < 0) {
      for (let n = 0; n < REPLACEMENT.length; n++) bytes[at++] = REPLACEMENT[n]!;
      i -= length;
      continue;
    }
    const code = codePoint(from, i, length);
    if (isControl(code)) at = putEscape(view, at, code);
    else for (let n = 0; n < length; n++) bytes[at++] = from[i + n]!;
    i += length;
  }
  if (!quoted) return at;
  bytes.copyWithin(cell + 1, cell, at);
  bytes[cell] = QUOTE;
  bytes[at + 1] = QUOTE;
  return at + 2;
}

/** Whether text starts as a formula does: with `=` `+` `-` `@`, also as wide characters, or with white space that is skipped. */
function startsFormula(bytes: Uint8Array, start: number, end: number): boolean {
  switch (bytes[start]) {
    case 0x00: // NUL
    case 0x09: // tab
    case 0x0a: // line feed
    case 0x0d: // carriage return
    case 0x27: // '
    case 0x2b: // +
    case 0x2d: // -
    case 0x3d: // =
    case 0x40: // @
      return true;
    case 0xef: { // U+FF0B, U+FF0D, U+FF1D, U+FF20
      if (start + 2 >= end || bytes[start + 1] !== 0xbc) return false;
      const last = bytes[start + 2]!;
      return last === 0x8b || last === 0x8d || last === 0x9d || last === 0xa0;
    }
  }
  return false;
}

export const openCsv: OpenOutput = (write, options, content) => new CsvSink(write, options, content);

export const openTsv: OpenOutput = (write, options, content) =>
  new CsvSink(write, { ...options, delimiter: "\t" }, content);
