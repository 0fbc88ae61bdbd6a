/**
 * The lines below a table line: cells that did not fit, as `label:value`, indented.
 */
import type { OutputBuffer } from "../text/output_buffer.ts";
import { displayWidth, fittingEnd } from "./display_text.ts";
import type { TableColumn } from "./table_columns.ts";

const INDENT = 4;
const BLANK = 32;
const COMMA = 44;
const HYPHEN = 45;
const COLON = 58;
const SLASH = 47;

/** Long texts are broken after these characters. */
const BREAKS: readonly number[] = [COMMA, BLANK, COLON, SLASH];

export class ContinuationLines {
  /** Width of the open line so far; 0 if no line is open. */
  #position = 0;
  /** Names of columns, with a colon. */
  readonly #labels = new Map<TableColumn, Uint8Array>();

  /** @param limit columns of the terminal */
  constructor(readonly buffer: OutputBuffer, readonly limit: number) {}

  /**
   * Writes a cell. Cells of columns that are always below the line are written word by word, without the name of the
   * column.
   */
  put(column: TableColumn, bytes: Uint8Array, start: number, end: number): void {
    // A hyphen means that there is nothing: no field, no process.
    if (end - start === 1 && bytes[start] === HYPHEN) return;
    if (!column.below) return this.#putItem(this.#labelOf(column), bytes, start, end);
    for (let from = start; from < end;) {
      let to = bytes.indexOf(BLANK, from);
      if (to < 0 || to > end) to = end;
      if (to > from) this.#putItem(NO_LABEL, bytes, from, to);
      from = to + 1;
    }
  }

  /** Ends the open line, if there is one. */
  end(): void {
    if (this.#position === 0) return;
    this.buffer.reserve(1);
    this.buffer.bytes[this.buffer.at++] = 10;
    this.#position = 0;
  }

  #labelOf(column: TableColumn): Uint8Array {
    const known = this.#labels.get(column);
    if (known !== undefined) return known;
    const label = new TextEncoder().encode(column.name + ":");
    this.#labels.set(column, label);
    return label;
  }

  #putItem(label: Uint8Array, bytes: Uint8Array, start: number, end: number): void {
    const width = label.length + displayWidth(bytes, start, end);
    if (this.#position > 0 && this.#position + 1 + width > this.limit) this.end();
    this.#open();
    this.#copy(label, 0, label.length);
    this.#position += label.length;
    for (let from = start; from < end;) {
      const to = this.#breakAt(bytes, from, end);
      this.#copy(bytes, from, to < end && bytes[to - 1] === BLANK ? to - 1 : to);
      this.#position += displayWidth(bytes, from, to);
      from = to;
      if (from < end) {
        this.end();
        this.#open();
      }
    }
  }

  /** Starts a line, or writes a blank. */
  #open(): void {
    const blanks = this.#position === 0 ? INDENT : 1;
    this.buffer.reserve(blanks);
    for (let n = 0; n < blanks; n++) this.buffer.bytes[this.buffer.at++] = BLANK;
    this.#position += blanks;
  }

  /** Where to break a text: after a comma, a blank, a colon or a slash if possible. */
  #breakAt(bytes: Uint8Array, start: number, end: number): number {
    const to = fittingEnd(bytes, start, end, Math.max(1, this.limit - this.#position));
    if (to === end) return end;
    for (let at = to; at > start; at--) {
      if (BREAKS.includes(bytes[at - 1]!)) return at;
    }
    return to > start ? to : end;
  }

  #copy(bytes: Uint8Array, start: number, end: number): void {
    this.buffer.reserve(end - start);
    const out = this.buffer.bytes;
    let { at } = this.buffer;
    for (let i = start; i < end; i++) out[at++] = bytes[i]!;
    this.buffer.at = at;
  }
}

const NO_LABEL = new Uint8Array(0);
