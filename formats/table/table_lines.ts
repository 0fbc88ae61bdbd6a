/**
 * Lines of the format `table`: cells in aligned columns. On a terminal they fit its width, and nothing is lost: cells that do
 * not fit a line go below it. The first lines are kept until they fill a buffer; they determine the column widths.
 */
import { OutputBuffer, PIECE, type Write } from "../text/output_buffer.ts";
import { type PreparedText, putText } from "../text/prepared_texts.ts";
import { ContinuationLines } from "./continuation_lines.ts";
import { displayWidth, fittingEnd, fittingStart } from "./display_text.ts";
import { type ColumnNeed, fitColumns, GAP } from "./fit_columns.ts";
import { type Lines, NOTHING, RESET } from "./lines.ts";
import type { TableColumn } from "./table_columns.ts";

/** Room for blanks and the end of a line. */
const ROOM = 512;
/** Number of bytes of cells, and of lines, that determine the column widths. */
const FIRST_BYTES = 65536;
const FIRST_LINES = 4096;
/** Minimum width of a shortened text, such as `2001…1251`; else it goes below the line. */
const SHORTEST = 9;
/** Widths for lines to come: an IPv4 address with a port, a number with its unit. */
const USUAL_WIDTHS: Partial<Record<TableColumn["kind"], number>> = { local: 21, remote: 21, value: 7 };
/** Narrower terminals are treated as this wide, in columns. */
const NARROWEST = 20;
const BLANK = 32;
const BLANKS = 0x20202020;
const ELLIPSIS = new TextEncoder().encode("…");

const encode = (characters: string) => new TextEncoder().encode(characters);

/** Takes the cells of one line after the other. */
export class TableLines implements Lines {
  cells: OutputBuffer = new OutputBuffer(() => {});
  readonly nothing: PreparedText = NOTHING;
  readonly #buffer: OutputBuffer;
  /** Columns of the terminal, 0 for lines of any length. */
  readonly #limit: number;
  readonly #below: ContinuationLines;
  /**
   * Cells that are not laid out yet: the end of each, its width, the part that may be shortened, how much at its end
   * may be left out, and its colour.
   */
  readonly #ends: number[] = [];
  readonly #widths: number[] = [];
  readonly #shortFrom: number[] = [];
  readonly #shortTo: number[] = [];
  readonly #tails: number[] = [];
  readonly #colours: (PreparedText | null)[] = [];
  #lines = 0;
  /** The number of cells of the open line, the start of the next one, and the part of it that may be shortened. */
  #count = 0;
  #start = 0;
  #from = 0;
  #to = 0;
  #tail = 0;
  #markedLine = -1;
  #markedAt = 0;
  /** By column: whether a cell had information. */
  readonly #says: boolean[];
  /** Whether the widths are determined before all lines of some length are there. */
  #streams = false;
  /** Width of each column, 0 for one that is not on the line; `null` until the first lines have determined them. */
  #layout: Int32Array | null = null;
  /**
   * Whether cells are written where they are printed, and the end of the last one on the line. It is faster, and possible
   * if the widths are known, lines have any length, and no colour comes before a cell.
   */
  #inPlace = false;
  #lineEnd = 0;

  /** @param width columns of the terminal that lines must fit; `undefined` or 0 for any number */
  constructor(
    write: Write,
    readonly columns: readonly TableColumn[],
    width: number | undefined,
    readonly noHeader: boolean,
    readonly coloured: boolean,
  ) {
    this.#buffer = new OutputBuffer(write);
    this.#limit = width === undefined || width < 1 ? 0 : Math.max(width, NARROWEST);
    this.#below = new ContinuationLines(this.#buffer, this.#limit);
    this.#says = columns.map(({ asked }) => asked);
  }

  get fits(): boolean {
    return this.#limit > 0;
  }

  mayShorten(from: number): void {
    this.#from = from;
    this.#to = this.cells.at;
  }

  mayLeaveOut(from: number): void {
    this.#tail = this.cells.at - from;
  }

  endCell(wide: boolean, says: boolean, colour: PreparedText | null): void {
    if (this.#inPlace) return this.#endInPlace(wide);
    const { at, bytes } = this.cells;
    const place = this.#lines * this.columns.length + this.#count;
    if (says) this.#says[this.#count] = true;
    this.#ends[place] = at;
    this.#widths[place] = wide ? displayWidth(bytes, this.#start, at) : at - this.#start;
    this.#shortFrom[place] = this.#from;
    this.#shortTo[place] = this.#to;
    this.#tails[place] = this.#tail;
    this.#colours[place] = colour;
    this.#from = this.#to = this.#tail = 0;
    this.#start = at;
    this.#count++;
  }

  /** Aligns the cell that was written at the end of the line, and leaves a gap. */
  #endInPlace(wide: boolean): void {
    const { cells } = this;
    const start = this.#start;
    const column = this.#count++;
    const width = this.#layout![column]!;
    if (width === 0) {
      cells.at = start;
      return;
    }
    const used = wide ? displayWidth(cells.bytes, start, cells.at) : cells.at - start;
    const pad = Math.max(0, width - used);
    cells.reserve(pad + GAP + ROOM);
    const { bytes, view, at } = cells;
    const right = this.columns[column]!.right;
    if (right) {
      for (let n = at - 1; n >= start; n--) bytes[n + pad] = bytes[n]!;
      for (let n = start; n < start + pad; n++) bytes[n] = BLANK;
    } else for (let n = at; n < at + pad; n += 4) view.setInt32(n, BLANKS);
    view.setInt16(at + pad, BLANKS);
    if (used > 0) this.#lineEnd = right ? at + pad : at;
    this.#start = cells.at = at + pad + GAP;
  }

  endLine(): void {
    this.#count = 0;
    if (this.#inPlace) return this.#endLineInPlace();
    this.#lines++;
    if (this.#layout !== null || this.cells.at >= FIRST_BYTES || this.#lines >= FIRST_LINES) this.#putLines();
  }

  #endLineInPlace(): void {
    const { cells } = this;
    cells.at = this.#lineEnd;
    cells.bytes[cells.at++] = 10;
    if (cells.at >= PIECE) cells.finish();
    this.#start = this.#lineEnd = cells.at;
  }

  mark(): void {
    if (this.#inPlace) this.flush();
    if (this.#layout !== null) return this.#buffer.mark();
    this.#markedLine = this.#lines;
    this.#markedAt = this.cells.at;
  }

  rewind(): boolean {
    if (this.#layout !== null) {
      const rewound = this.#buffer.rewind();
      this.#start = this.#lineEnd = this.cells.at;
      return rewound;
    }
    if (this.#markedLine < 0) return false;
    this.#lines = this.#markedLine;
    this.cells.at = this.#start = this.#markedAt;
    return true;
  }

  /** Writes what there is. If it is the first line, columns get the width that most values of their kind need. */
  flush(): void {
    if (this.#lines > 0) {
      this.#streams = true;
      this.#putLines();
    }
    this.#pass();
  }

  close(): void {
    if (!this.#inPlace) this.#putLines();
    this.#pass();
  }

  /** Passes all lines on. */
  #pass(): void {
    if (this.#inPlace) this.#buffer.finish();
    this.#buffer.flush();
    if (this.#inPlace) this.#start = this.#lineEnd = this.cells.at;
  }

  /** Writes the waiting lines; the first time they determine the widths. */
  #putLines(): void {
    const first = this.#layout === null;
    // Many lines are passed on at once, including those before a mark, so that rewinding is no longer possible.
    const layout = this.#layout ??= fitColumns(this.columns, this.#needs(), this.#limit);
    if (first && !this.noHeader) this.#putHeader(layout);
    let start = 0;
    for (let line = 0; line < this.#lines; line++) {
      const place = line * this.columns.length;
      this.#putLine(layout, start, place);
      start = this.#ends[place + this.columns.length - 1]!;
    }
    this.#lines = 0;
    this.cells.drop();
    if (first && !this.fits && !this.coloured) this.#startInPlace();
    this.#start = this.cells.at;
  }

  /** From now on nothing in the buffer is finished within a line, so that it is not emptied there. */
  #startInPlace(): void {
    this.#buffer.flush();
    this.cells = this.#buffer;
    this.#inPlace = true;
    this.#lineEnd = 0;
  }

  /** The room that the waiting cells need. */
  #needs(): readonly ColumnNeed[] {
    return this.columns.map(({ name, kind, overflow }, i) => {
      const heading = this.noHeader ? 1 : name.length;
      let natural = Math.max(heading, this.#streams ? USUAL_WIDTHS[kind] ?? 0 : 0);
      let bare = heading;
      let least = heading;
      const lists: number[] = [];
      for (let place = i; place < this.#lines * this.columns.length; place += this.columns.length) {
        const width = this.#widths[place]!;
        natural = Math.max(natural, width);
        bare = Math.max(bare, width - this.#tails[place]!);
        least = Math.max(least, width - this.#tails[place]! - this.#spare(place));
        // A hyphen is no information.
        if (overflow === "list" && width > 1) lists.push(width);
      }
      return { natural, bare, least, lists: lists.sort((a, b) => a - b), says: this.#says[i]! };
    });
  }

  /** The number of columns by which a cell can be shortened. */
  #spare(place: number): number {
    const from = this.#shortFrom[place]!;
    const to = this.#shortTo[place]!;
    if (from === to) return 0;
    const width = displayWidth(this.cells.bytes, from, to);
    return Math.max(0, width - LEAST_TEXT);
  }

  #putHeader(layout: Int32Array): void {
    let line = "";
    this.columns.forEach(({ name, right }, i) => {
      const width = layout[i]!;
      if (width === 0) return;
      line += (line === "" ? "" : " ".repeat(GAP)) + (right ? name.padStart(width) : name.padEnd(width));
    });
    this.#buffer.put(encode(line.trimEnd() + "\n"));
    this.#buffer.finish();
  }

  #putLine(layout: Int32Array, start: number, place: number): void {
    const buffer = this.#buffer;
    const last = this.columns.length - 1;
    buffer.reserve(this.#ends[place + last]! - start + this.#room(layout));
    /** Blanks that are written before the next cell, so that there are none at the end of a line. */
    let blanks = 0;
    let from = start;
    for (let i = 0; i <= last; i++) {
      const to = this.#ends[place + i]!;
      const width = layout[i]!;
      if (width > 0) {
        const used = this.#shownWidth(place + i, width);
        // A cell that does not fit leaves a gap here and goes below the line.
        const pad = Math.max(0, width - Math.max(0, used));
        if (used > 0) {
          const before = this.columns[i]!.right ? blanks + pad : blanks;
          for (let n = 0; n < before; n++) buffer.bytes[buffer.at++] = BLANK;
          this.#putCell(place + i, from, to, width);
          blanks = this.columns[i]!.right ? 0 : pad;
        } else blanks += pad;
        blanks += GAP;
      }
      from = to;
    }
    buffer.bytes[buffer.at++] = 10;
    if (this.fits) this.#putBelow(layout, start, place);
    buffer.finish();
  }

  /** Maximum bytes of a line besides its cells. */
  #room(layout: Int32Array): number {
    let total = ROOM;
    for (let i = 0; i < layout.length; i++) total += layout[i]! + 32;
    return total;
  }

  /** Columns that a cell takes on the line if its column has `width`; 0 if it does not fit. */
  #shownWidth(place: number, width: number): number {
    const natural = this.#widths[place]!;
    if (!this.fits || natural <= width) return natural;
    const bare = natural - this.#tails[place]!;
    if (bare <= width) return bare;
    const from = this.#shortFrom[place]!;
    const to = this.#shortTo[place]!;
    if (from === to) return 0;
    const fixed = bare - displayWidth(this.cells.bytes, from, to);
    return fixed + SHORTEST <= width ? width : 0;
  }

  #putCell(place: number, start: number, end: number, width: number): void {
    const buffer = this.#buffer;
    const colour = this.#colours[place]!;
    if (colour !== null) buffer.at = putText(buffer.view, buffer.at, colour);
    const natural = this.#widths[place]!;
    const left = end - this.#tails[place]!;
    const bare = natural - this.#tails[place]!;
    if (!this.fits || natural <= width) this.#copy(start, end);
    else if (bare <= width) this.#copy(start, left);
    else {
      const { bytes } = this.cells;
      const from = this.#shortFrom[place]!;
      const to = this.#shortTo[place]!;
      const kept = width - (bare - displayWidth(bytes, from, to)) - 1;
      // The end of a path is more important than its beginning.
      const head = fittingEnd(bytes, from, to, kept >> 1);
      const tail = fittingStart(bytes, head, to, kept - displayWidth(bytes, from, head));
      this.#copy(start, head);
      for (let n = 0; n < ELLIPSIS.length; n++) buffer.bytes[buffer.at++] = ELLIPSIS[n]!;
      this.#copy(tail, left);
    }
    if (colour !== null) buffer.at = putText(buffer.view, buffer.at, RESET);
  }

  #copy(start: number, end: number): void {
    const { bytes } = this.cells;
    const out = this.#buffer.bytes;
    let { at } = this.#buffer;
    for (let i = start; i < end; i++) out[at++] = bytes[i]!;
    this.#buffer.at = at;
  }

  /** Writes the cells that are not on the line, with the names of their columns. */
  #putBelow(layout: Int32Array, start: number, place: number): void {
    let from = start;
    for (let i = 0; i < this.columns.length; i++) {
      const to = this.#ends[place + i]!;
      const hidden = layout[i] === 0 ? this.#says[i]! : this.#shownWidth(place + i, layout[i]!) === 0;
      if (hidden && to > from) this.#below.put(this.columns[i]!, this.cells.bytes, from, to);
      from = to;
    }
    this.#below.end();
  }
}

/** The number of columns to which a text may be shortened before something else goes below the line. */
const LEAST_TEXT = 10;
