/**
 * The sockets of a page, by column: each different text once, and for each row the number of its text. The page in the
 * browser uses it too.
 */

/** A column of a page. */
export interface PageColumn {
  /** The heading. */
  readonly name: string;
  /** Dotted path of the field; the heading of a column that combines several fields. */
  readonly path: string;
  /** Unit of its numbers; `""` for none. */
  readonly unit: string;
  /** Whether its values are numbers. */
  readonly number: boolean;
  /** Whether the table shows it before anybody chooses columns. */
  readonly shown: boolean;
  /** Whether it is left out if no socket has it: nobody asked for it. */
  readonly usual: boolean;
  /** The different values. The first one is `""`: the socket does not have the field. */
  readonly texts: readonly string[];
  /** The number of the text of each row. */
  readonly cells: ArrayLike<number>;
}

/** The sockets of a page. */
export interface PageTable {
  readonly rows: number;
  readonly columns: readonly PageColumn[];
}

/** The number of the text of a socket that does not have the field. */
export const ABSENT = 0;

/** The column of a field; `undefined` if the page has none. */
export const columnAt = ({ columns }: PageTable, path: string): PageColumn | undefined =>
  columns.find((column) => column.path === path);

/** The text of a cell. */
export const textAt = (column: PageColumn | undefined, row: number): string =>
  column === undefined ? "" : column.texts[column.cells[row]!]!;

/** The numbers of a column by the number of their text; NaN for none. */
export function numbersOf(column: PageColumn | undefined): Float64Array {
  return Float64Array.from(column?.texts ?? [""], (text) => text === "" ? NaN : Number(text));
}

/** The number in a cell, given those of {@linkcode numbersOf}; NaN for none. */
export const numberAt = (column: PageColumn | undefined, numbers: Float64Array, row: number): number =>
  column === undefined ? NaN : numbers[column.cells[row]!]!;

/** A column in the file: 0 is the next text that has not occurred yet, other numbers are those of texts plus 1. */
interface StoredColumn extends Omit<PageColumn, "cells"> {
  readonly cells: readonly number[];
}

/** The table as JSON. Columns of different values, in which nothing repeats, become zeros, which compress well. */
export function tableText({ rows, columns }: PageTable): string {
  return JSON.stringify({ rows, columns: columns.map(storeColumn) });
}

function storeColumn({ texts, cells, ...rest }: PageColumn): StoredColumn {
  const places = new Int32Array(texts.length).fill(-1);
  const seen: string[] = [texts[ABSENT]!];
  places[ABSENT] = 0;
  const stored = Array.from(cells, (cell) => {
    const place = places[cell]!;
    if (place >= 0) return place + 1;
    places[cell] = seen.push(texts[cell]!) - 1;
    return 0;
  });
  return { ...rest, texts: seen, cells: stored };
}

/** The table of {@linkcode tableText}. */
export function readTable(text: string): PageTable {
  const { rows, columns }: { rows: number; columns: StoredColumn[] } = JSON.parse(text);
  return {
    rows,
    columns: columns.map(({ cells, ...rest }) => ({ ...rest, cells: readCells(cells) })),
  };
}

function readCells(stored: readonly number[]): Int32Array {
  const cells = new Int32Array(stored.length);
  let next = ABSENT;
  for (let row = 0; row < cells.length; row++) {
    const cell = stored[row]!;
    cells[row] = cell === 0 ? ++next : cell - 1;
  }
  return cells;
}
