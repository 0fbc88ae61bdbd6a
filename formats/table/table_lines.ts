/**
 * Lines of the format `table`: cells in straight columns that fit a width. The first lines are kept until they fill a buffer: they
 * give the widths of the columns.
 */
import { displayWidth, fittingEnd } from "./display_text.ts";
import { OutputBuffer, type Write } from "../text/output_buffer.ts";
import { type PreparedText, prepareText, putText } from "../text/prepared_texts.ts";
import { FIRST_TO_GO, LOCAL_COLUMN, SHRINKING, type TableColumn } from "./table_columns.ts";

/** Room for blanks and the end of a line. */
const ROOM = 512;
/** Bytes of cells, and lines, from which the widths of the columns are taken. */
const FIRST_BYTES = 65536;
const FIRST_LINES = 4096;
const GAP = 2;
/** A text that an option added has at least so many columns, or goes. */
const LEAST_TEXT = 8;
/** More columns than a line can have; small, so that counting with it makes no objects. */
const NO_LIMIT = 0xffffff;
const BLANK = 32;
const ELLIPSIS = new TextEncoder().encode("…");
const RESET = prepareText("\x1b[0m");

const encode = (characters: string) => new TextEncoder().encode(characters);

/** Takes the cells of one line after the other. */
export class TableLines {
  /** Where the next cell is put: whoever does moves its end, and says so by {@linkcode endCell}. */
  readonly cells: OutputBuffer = new OutputBuffer(() => {});
  readonly #buffer: OutputBuffer;
  readonly #limit: number;
  /** Lines that are not laid out yet: where each cell ends, its width, and the colour of each line. */
  readonly #ends: number[] = [];
  readonly #widths: number[] = [];
  readonly #lineColours: (PreparedText | null)[] = [];
  #lines = 0;
  /** Cells of the line that is open, and where the next one starts. */
  #count = 0;
  #start = 0;
  #markedLine = -1;
  #markedAt = 0;
  /** Width of each column, 0 for one that is left out; `null` until the first lines have told them. */
  #layout: Int32Array | null = null;
  /** Where each column ends on a line, and all of them. */
  readonly #edges: Int32Array;
  #total = 0;
  readonly #cut: boolean[];

  /** @param width columns of the terminal that lines must fit; `undefined` or 0 for any number */
  constructor(
    write: Write,
    readonly columns: readonly TableColumn[],
    width: number | undefined,
    readonly noHeader: boolean,
  ) {
    this.#buffer = new OutputBuffer(write);
    this.#limit = width === undefined || width < 1 ? NO_LIMIT : width;
    this.#edges = new Int32Array(columns.length);
    this.#cut = columns.map(() => false);
  }

  /** Ends the cell that has been put, which is ASCII unless it is `wide`. */
  endCell(wide: boolean): void {
    const { at, bytes } = this.cells;
    const place = this.#lines * this.columns.length + this.#count++;
    this.#ends[place] = at;
    this.#widths[place] = wide ? displayWidth(bytes, this.#start, at) : at - this.#start;
    this.#start = at;
  }

  /** Ends the line; the second of its cells has the colour. */
  endLine(colour: PreparedText | null): void {
    this.#lineColours[this.#lines] = colour;
    this.#count = 0;
    this.#lines++;
    if (this.#layout !== null || this.cells.at >= FIRST_BYTES || this.#lines >= FIRST_LINES) this.#putLines();
  }

  mark(): void {
    if (this.#layout !== null) return this.#buffer.mark();
    this.#markedLine = this.#lines;
    this.#markedAt = this.cells.at;
  }

  rewind(): boolean {
    if (this.#layout !== null) return this.#buffer.rewind();
    if (this.#markedLine < 0) return false;
    this.#lines = this.#markedLine;
    this.cells.at = this.#start = this.#markedAt;
    return true;
  }

  close(): void {
    this.#putLines();
    this.#buffer.flush();
  }

  /** What of the table did not fit the width, `null` if it did. */
  get notice(): string | null {
    const layout = this.#layout;
    const names = (gone: boolean) =>
      this.columns.filter((_, i) => this.#cut[i] && (layout?.[i] === 0) === gone).map(({ name }) => name).join(", ");
    const parts = [
      ...names(false) === "" ? [] : [`cut: ${names(false)}`],
      ...names(true) === "" ? [] : [`left out: ${names(true)}`],
    ];
    return parts.length === 0
      ? null
      : `not everything fits ${this.#limit} columns (--wide shows it): ${parts.join("; ")}`;
  }

  /** Writes the lines that are waiting; the first time they tell the widths. */
  #putLines(): void {
    const first = this.#layout === null;
    // So many lines leave at once, those before a mark among them: there is no way back to it.
    const layout = this.#layout ??= this.#layOut();
    if (first && !this.noHeader) this.#putHeader(layout);
    let start = 0;
    for (let line = 0; line < this.#lines; line++) {
      const from = line * this.columns.length;
      this.#putLine(layout, this.cells.bytes, start, this.#ends, this.#widths, from, this.#lineColours[line]!);
      start = this.#ends[from + this.columns.length - 1]!;
    }
    this.#lines = 0;
    this.cells.drop();
    this.#start = this.cells.at;
  }

  #putHeader(layout: Int32Array): void {
    const names = this.columns.map(({ name }) => name);
    let end = 0;
    const ends = names.map((name) => end += name.length);
    this.#putLine(layout, encode(names.join("")), 0, ends, names.map((name) => name.length), 0, null);
  }

  #putLine(
    layout: Int32Array,
    cells: Uint8Array,
    start: number,
    ends: readonly number[],
    widths: readonly number[],
    from: number,
    colour: PreparedText | null,
  ): void {
    const buffer = this.#buffer;
    const last = layout.length - 1;
    buffer.reserve(ends[from + last]! - start + this.#total + 8 * layout.length + ROOM);
    const out = buffer.bytes;
    let { at } = buffer;
    /** Columns that are written so far. */
    let position = 0;
    for (let i = 0; i <= last; i++) {
      let end = ends[from + i]!;
      const next = end;
      if (layout[i] === 0) {
        start = next;
        continue;
      }
      let width = widths[from + i]!;
      const edge = this.#edges[i]!;
      const { right } = this.columns[i]!;
      if (position > 0) {
        for (let n = 0; n < GAP; n++) out[at++] = BLANK;
        position += GAP;
      }
      const room = this.#limit - position - (this.#total - edge);
      const cut = width > room;
      if (cut) {
        this.#cut[i] = true;
        end = right ? start : fittingEnd(cells, start, end, room - 1);
        width = (end === next ? 0 : displayWidth(cells, start, end)) + 1;
      }
      if (right) {
        for (; position + width < edge; position++) out[at++] = BLANK;
      }
      if (i === 1 && colour !== null) at = putText(buffer.view, at, colour);
      for (let n = start; n < end; n++) out[at++] = cells[n]!;
      if (cut) { for (let n = 0; n < ELLIPSIS.length; n++) out[at++] = ELLIPSIS[n]!; }
      if (i === 1 && colour !== null) at = putText(buffer.view, at, RESET);
      position += width;
      if (!right && edge < this.#total) {
        for (; position < edge; position++) out[at++] = BLANK;
      }
      start = next;
    }
    out[at++] = 10;
    buffer.at = at;
    buffer.finish();
  }

  /** Widths of the columns: those of the longest values that are waiting, made to fit. */
  #layOut(): Int32Array {
    const columns = this.columns;
    const layout = Int32Array.from(columns, ({ name }) => this.noHeader ? 1 : name.length);
    for (let line = 0, n = 0; line < this.#lines; line++) {
      for (let i = 0; i < columns.length; i++, n++) layout[i] = Math.max(layout[i]!, this.#widths[n]!);
    }
    this.#fit(layout);
    let edge = -GAP;
    layout.forEach((width, i) => this.#edges[i] = edge += width === 0 ? 0 : GAP + width);
    this.#total = edge;
    return layout;
  }

  /**
   * Takes from the least important columns first. Those that options added go from the last on; the one that makes the rest
   * fit is cut if it is a text of which something remains, because a part of a number says nothing. Then texts of the
   * others are cut, and at last those go too, until there is a part of `local`.
   */
  #fit(layout: Int32Array): void {
    const natural = [...layout];
    const place = (column: TableColumn) => this.columns.indexOf(column);
    const excess = () => layout.reduce((sum, width) => sum + (width === 0 ? 0 : width + GAP), -GAP) - this.#limit;
    const shrink = (i: number, least: number) => {
      const width = layout[i]!;
      layout[i] = Math.max(Math.min(width, least), width - Math.max(0, excess()));
    };
    const added = this.columns.flatMap((column, i) => FIRST_TO_GO.includes(column) ? [] : [i]);
    const shrinking = SHRINKING.flatMap(([column, least]) =>
      place(column) < 0 ? [] : [[place(column), least] as const]
    );
    for (const i of added.toReversed()) {
      const over = excess();
      if (over <= 0) break;
      const rest = layout[i]! - over;
      layout[i] = this.columns[i]!.right || rest < LEAST_TEXT ? 0 : rest;
    }
    for (const [i, least] of shrinking) shrink(i, least);
    for (const column of FIRST_TO_GO) {
      const i = place(column);
      if (i < 0 || excess() <= 0) continue;
      if (column === LOCAL_COLUMN) shrink(i, 1);
      else layout[i] = 0;
    }
    // What went may have left more room than was missing.
    for (const i of [...shrinking.map(([i]) => i).toReversed(), ...added]) {
      if (layout[i]! > 0) layout[i]! += Math.min(natural[i]! - layout[i]!, Math.max(0, -excess()));
    }
    layout.forEach((width, i) => {
      if (width === 0) this.#cut[i] = true;
    });
  }
}
