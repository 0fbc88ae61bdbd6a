/**
 * Takes the cells of one line after the other.
 */
import type { OutputBuffer } from "../text/output_buffer.ts";
import { type PreparedText, prepareText } from "../text/prepared_texts.ts";
import type { TableColumn } from "./table_columns.ts";

/** Ends a colour. */
export const RESET: PreparedText = prepareText("\x1b[0m");

/** What tables show where a socket does not have a field. */
export const NOTHING: PreparedText = prepareText("-");

/** Lines of cells, one for each column. */
export interface Lines {
  readonly columns: readonly TableColumn[];
  /** The buffer for the next cell. Write the cell at its end, then call {@linkcode endCell}. */
  readonly cells: OutputBuffer;
  /** What stands for a field that the socket does not have, but for an end. */
  readonly nothing: PreparedText;
  /** Whether lines must fit a terminal. */
  readonly fits: boolean;
  /** Marks the part of the open cell that may be shortened: from `from` to the current end. */
  mayShorten(from: number): void;
  /** Marks the end of the open cell, from `from` on, as one that may be left out: it repeats in words what is before it. */
  mayLeaveOut(from: number): void;
  /**
   * Ends the cell that was written. It is ASCII unless it is `wide`.
   *
   * @param says whether it has information
   */
  endCell(wide: boolean, says: boolean, colour: PreparedText | null): void;
  endLine(): void;
  /** As in {@linkcode RecordSink}. */
  mark(): void;
  rewind(): boolean;
}
