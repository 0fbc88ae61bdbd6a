/**
 * The format `csv`: one row for each socket, as in RFC 4180. `docs/formats.md` describes the values.
 *
 * A delimiter follows each value. Fields usually come in column order, so a row needs only the number of the next
 * column; a late field is moved to its column. Values in lists are stored in slots.
 */
import type { Key, Word } from "../../decode/record/key.ts";
import type { Layout, Step } from "../../decode/record/layout.ts";
import { nowhere } from "../../decode/record/nowhere.ts";
import { EMPTY } from "../../decode/record/record_slots.ts";
import type { RecordSink } from "../../decode/record/record_sink.ts";
import { walkLayout, writeMember } from "../../decode/record/walk_layout.ts";
import {
  putHex,
  putIdentifier,
  putInteger,
  putInteger64,
  putIPv4,
  putIPv6,
  putThousandths,
} from "../../decode/text/digits.ts";
import { columnsOf, MORE, moreKeys, namesWithUnits, PROTOCOL, singleColumns } from "../../query/columns.ts";
import type { Content, FormatOptions, OpenOutput, OutputSink } from "../format.ts";
import { type Notation, type Program, type ProgramSink, StructureWriter } from "../structure/structure_writer.ts";
import { FieldsText } from "../text/list_text.ts";
import { OutputBuffer, type Write } from "../text/output_buffer.ts";
import { type PreparedText, prepareText, putText } from "../text/prepared_texts.ts";
import {
  APOSTROPHE,
  FALSE,
  isDelimiter,
  isLong,
  LONGEST_NUMBER,
  looksLikeNumber,
  putCellText,
  putGuard,
  putJsonCell,
  quoteCell,
  TRUE,
  wordListCell,
} from "./cells.ts";
import { type ListCell, ListCells } from "./list_cells.ts";

/** Room for a short value. */
const ROOM = 512;

const QUOTE = 34;
const CARRIAGE_RETURN_LINE_FEED = 0x0d0a;

const encoder = new TextEncoder();
/** Column numbers of keys without a column, and of keys in the last column. */
const NO_COLUMN = -1;
const IN_MORE = -2;
/** Number of cells from which calling WebAssembly is faster. */
const MANY_CELLS = 16;

/** A layout with a certain length of the structure, prepared for writing. */
interface Row {
  /** `null` if a member has no column, or if other columns are between those of the members. */
  readonly program: Program | null;
  /** Column of its first member, and the column after its last. */
  readonly first: number;
  readonly after: number;
}

export class CsvSink implements OutputSink, ProgramSink {
  readonly buffer: OutputBuffer;
  readonly notation: Notation;
  readonly #delimiter: number;
  readonly #point: number;
  readonly #guard: boolean;
  /** Column of each key outside lists, by key number; else {@linkcode NO_COLUMN} or {@linkcode IN_MORE}. */
  readonly #columns: Int32Array;
  readonly #count: number;
  readonly #protocolColumn: number;
  readonly #moreColumn: number;
  /** Room for a short value and the delimiters of all columns. */
  readonly #room: number;
  #protocol: PreparedText = prepareText("");
  /** The column of the next cell. */
  #next = 0;
  /** Start of the cell that is being written. */
  #cell = 0;
  /** Cells of words and lists of words, with the delimiter. */
  readonly #words: PreparedText[] = [];
  readonly #lists = new Map<readonly (Word | undefined)[], Map<number, PreparedText>>();
  /** By layout and by length of the structure. */
  readonly #rows: (Row | undefined)[][] = [];
  /** The open list, and the sink for its contents; `null` for none. */
  #list: Key | null = null;
  #inside: RecordSink | null = null;
  readonly #listCells: ListCells;
  readonly #more: FieldsText;
  readonly #writer: StructureWriter;

  constructor(write: Write, options: FormatOptions, content: Content) {
    const { delimiter = ",", decimal = ".", rawText = false, noHeader = false, excel = false } = options;
    const { families, lookups } = content;
    if (!isDelimiter(delimiter)) throw new RangeError(`no delimiter: ${JSON.stringify(delimiter)}`);
    if (decimal === delimiter) throw new RangeError("the same character between cells and before decimals");
    this.buffer = new OutputBuffer(write);
    this.#delimiter = delimiter.charCodeAt(0);
    this.#point = decimal.charCodeAt(0);
    this.#guard = !rawText;
    const columns = singleColumns(content.columns ?? columnsOf(families, lookups));
    const place = (wanted: string) => columns.findIndex(({ name, key }) => key === null && name === wanted);
    this.#count = columns.length;
    this.#protocolColumn = place(PROTOCOL);
    this.#moreColumn = place(MORE);
    this.#room = ROOM + columns.length;
    const more = this.#moreColumn === NO_COLUMN ? new Set<Key>() : moreKeys(families, lookups);
    const ids = [...columns.map(({ key }) => key?.id ?? 0), ...[...more].map(({ id }) => id)];
    this.#columns = new Int32Array(1 + Math.max(...ids)).fill(NO_COLUMN);
    for (const { id } of more) this.#columns[id] = IN_MORE;
    this.#listCells = new ListCells(columns);
    this.#more = new FieldsText(more);
    columns.forEach(({ key }, column) => {
      if (key !== null && !this.#listCells.has(key)) this.#columns[key.id] = column;
    });
    this.notation = this.#makeNotation(delimiter);
    this.#writer = new StructureWriter(this);
    const names = options.units === true ? namesWithUnits(columns, families) : columns.map(({ name }) => name);
    const quoted = names.map((name) => name.includes(delimiter) ? `"${name}"` : name);
    this.buffer.put(encoder.encode((excel ? "\ufeff" : "") + (noHeader ? "" : quoted.join(delimiter) + "\r\n")));
    this.buffer.finish();
  }

  #makeNotation(delimiter: string): Notation {
    return {
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
        wordListCell(step.words, value, delimiter) + delimiter.repeat(this.#after(step) - this.#columnOf(step.key)),
    };
  }

  get datagrams(): Uint8Array<ArrayBuffer> {
    return this.#writer.datagrams;
  }

  #columnOf(key: Key): number {
    return this.#columns[key.id] ?? NO_COLUMN;
  }

  /** The column after a member and after its `_raw` field. */
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
    if (this.#more.buffer.at > 0) this.#putMore();
    buffer.reserve(this.#room);
    // The delimiter after the last cell is overwritten.
    const at = this.#skip(this.#count) - 1;
    buffer.view.setUint16(at, CARRIAGE_RETURN_LINE_FEED);
    buffer.at = at + 2;
    buffer.finish();
  }

  /** The fields without a column of their own, as one JSON object. */
  #putMore(): void {
    const object = this.#more.takeObject();
    this.buffer.reserve(2 * object.length + 2 * this.#room);
    const at = this.#start(this.#moreColumn);
    this.#end(this.#moreColumn, putJsonCell(this.buffer.bytes, at, object, 0, object.length));
    this.#more.dropRecord();
  }

  dropRecord(): void {
    this.buffer.drop();
    this.#listCells.dropRecord();
    this.#more.dropRecord();
    this.#list = null;
    this.#inside = null;
  }

  mark(): void {
    this.buffer.mark();
  }

  rewind(): boolean {
    return this.buffer.rewind();
  }

  flush(): void {
    this.buffer.flush();
  }

  close(): void {
    this.buffer.flush();
  }

  /** Writes the delimiters of empty cells up to a column; returns where its cell goes. The caller made room. */
  #skip(column: number): number {
    const { bytes, at } = this.buffer;
    const end = at + Math.max(0, column - this.#next);
    if (end - at > MANY_CELLS) bytes.fill(this.#delimiter, at, end);
    else for (let i = at; i < end; i++) bytes[i] = this.#delimiter;
    return end;
  }

  /** Makes room for a short value and returns its position. */
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

  /** Moves the last cell to its column, which was skipped. */
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
    // Keep an existing cell.
    if (bytes[place] !== this.#delimiter) {
      buffer.at -= length;
      return;
    }
    bytes.copyWithin(place + length, place, end);
    bytes.copyWithin(place, end, end + length);
  }

  openObject(key: Key): void {
    this.#inside?.openObject(key);
  }

  closeObject(key: Key): void {
    this.#inside?.closeObject(key);
  }

  openList(key: Key): void {
    if (this.#inside === null) {
      this.#list = key;
      if (this.#columnOf(key) === IN_MORE) this.#inside = this.#more;
      else if (this.#listCells.of(key) === undefined) this.#inside = nowhere;
      else this.#inside = this.#listCells.open();
    }
    this.#inside.openList(key);
  }

  closeList(key: Key): void {
    this.#inside!.closeList(key);
    if (key !== this.#list) return;
    this.#list = null;
    this.#inside = null;
    for (const cell of this.#listCells.of(key) ?? []) this.#putListCell(cell);
    this.#listCells.dropRecord();
  }

  #putListCell(cell: ListCell): void {
    const { buffer } = this;
    const { slots } = this.#listCells;
    if (cell.show !== "whole" && slots.kinds[cell.slot] === EMPTY) return;
    if (cell.show === "first") {
      this.#columns[cell.key.id] = cell.column;
      return slots.write(cell.slot, cell.key, this);
    }
    buffer.reserve(this.#listCells.roomFor(cell) + 2 * this.#room);
    const start = this.#start(cell.column);
    const end = this.#listCells.put(cell, buffer, start, this.#guard);
    this.#end(cell.column, end < 0 ? -end : quoteCell(buffer.bytes, start, end, this.#delimiter));
  }

  structure(layout: Layout, view: DataView, bytes: Uint8Array, start: number, end: number): void {
    if (this.#inside !== null) return this.#inside.structure(layout, view, bytes, start, end);
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
    // Older kernels order some members differently.
    steps.sort((a, b) => this.#columnOf(a.key) - this.#columnOf(b.key));
    const first = steps[0] === undefined ? NO_COLUMN : this.#columnOf(steps[0].key);
    let after = first;
    const inOrder = steps.every((step) => {
      const column = this.#columnOf(step.key);
      const raw = this.#columnOf(step.raw);
      const fits = column >= after && (raw >= column || raw < 0);
      after = this.#after(step);
      return fits;
    });
    const program = inOrder && first >= 0 ? this.#writer.define(steps) : null;
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
    if (this.#inside !== null) return this.#inside.integer(key, value);
    const column = this.#columnOf(key);
    if (column < 0) return column === IN_MORE ? this.#more.integer(key, value) : undefined;
    let at = this.#start(column);
    if (value > LONGEST_NUMBER || value < -LONGEST_NUMBER) this.buffer.bytes[at++] = APOSTROPHE;
    this.#end(column, putInteger(this.buffer.view, at, value));
  }

  integer64(key: Key, low: number, high: number): void {
    if (this.#inside !== null) return this.#inside.integer64(key, low, high);
    const column = this.#columnOf(key);
    if (column < 0) return column === IN_MORE ? this.#more.integer64(key, low, high) : undefined;
    let at = this.#start(column);
    if (isLong(low, high)) this.buffer.bytes[at++] = APOSTROPHE;
    this.#end(column, putInteger64(this.buffer.view, at, low, high));
  }

  thousandths(key: Key, value: number): void {
    if (this.#inside !== null) return this.#inside.thousandths(key, value);
    const column = this.#columnOf(key);
    if (column < 0) return column === IN_MORE ? this.#more.thousandths(key, value) : undefined;
    const at = this.#start(column);
    this.#end(column, putThousandths(this.buffer.view, at, value, this.#point));
  }

  identifier(key: Key, low: number, high: number): void {
    if (this.#inside !== null) return this.#inside.identifier(key, low, high);
    const column = this.#columnOf(key);
    if (column < 0) return column === IN_MORE ? this.#more.identifier(key, low, high) : undefined;
    const at = this.#start(column);
    this.#end(column, putIdentifier(this.buffer.view, at, low, high));
  }

  boolean(key: Key, value: boolean): void {
    if (this.#inside !== null) return this.#inside.boolean(key, value);
    const column = this.#columnOf(key);
    if (column < 0) return column === IN_MORE ? this.#more.boolean(key, value) : undefined;
    const at = this.#start(column);
    this.#end(column, putText(this.buffer.view, at, value ? TRUE : FALSE));
  }

  null(key: Key): void {
    if (this.#inside !== null) return this.#inside.null(key);
    const column = this.#columnOf(key);
    if (column >= 0) this.#end(column, this.#start(column));
  }

  name(key: Key, word: Word): void {
    if (this.#inside !== null) return this.#inside.name(key, word);
    const column = this.#columnOf(key);
    if (column < 0) return column === IN_MORE ? this.#more.name(key, word) : undefined;
    const at = this.#start(column);
    this.#end(column, putText(this.buffer.view, at, this.#words[word.id] ??= prepareText(word.text)));
  }

  flags(key: Key, words: readonly (Word | undefined)[], value: number): void {
    if (this.#inside !== null) return this.#inside.flags(key, words, value);
    const column = this.#columnOf(key);
    if (column < 0) return column === IN_MORE ? this.#more.flags(key, words, value) : undefined;
    let lists = this.#lists.get(words);
    if (lists === undefined) this.#lists.set(words, lists = new Map());
    let list = lists.get(value);
    if (list === undefined) {
      list = prepareText(wordListCell(words, value, String.fromCharCode(this.#delimiter)));
      // Few combinations occur.
      if (lists.size < 4096) lists.set(value, list);
    }
    this.buffer.reserve(list.length + 2 * this.#room);
    this.#end(column, putText(this.buffer.view, this.#start(column), list));
  }

  address(key: Key, v6: boolean, bytes: Uint8Array, start: number): void {
    if (this.#inside !== null) return this.#inside.address(key, v6, bytes, start);
    const column = this.#columnOf(key);
    if (column < 0) return column === IN_MORE ? this.#more.address(key, v6, bytes, start) : undefined;
    const at = this.#start(column);
    const out = this.buffer.view;
    this.#end(column, v6 ? putIPv6(out, at, bytes, start) : putIPv4(out, at, bytes, start));
  }

  hex(key: Key, bytes: Uint8Array, start: number, end: number): void {
    if (this.#inside !== null) return this.#inside.hex(key, bytes, start, end);
    const column = this.#columnOf(key);
    if (column < 0) return column === IN_MORE ? this.#more.hex(key, bytes, start, end) : undefined;
    this.buffer.reserve(2 * (end - start) + 2 * this.#room);
    let at = this.#start(column);
    if (looksLikeNumber(bytes, start, end)) this.buffer.bytes[at++] = APOSTROPHE;
    this.#end(column, putHex(this.buffer.view, at, bytes, start, end));
  }

  text(key: Key, bytes: Uint8Array, start: number, end: number): void {
    if (this.#inside !== null) return this.#inside.text(key, bytes, start, end);
    const column = this.#columnOf(key);
    if (column < 0) return column === IN_MORE ? this.#more.text(key, bytes, start, end) : undefined;
    const { buffer } = this;
    buffer.reserve(6 * (end - start) + 2 * this.#room);
    const cell = this.#start(column);
    const from = this.#guard ? putGuard(buffer.bytes, cell, bytes, start, end) : cell;
    const to = putCellText(buffer, from, bytes, start, end, false);
    this.#end(column, quoteCell(buffer.bytes, cell, to, this.#delimiter));
  }
}

export const openCsv: OpenOutput = (write, options, content) => new CsvSink(write, options, content);
