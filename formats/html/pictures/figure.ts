/**
 * A picture that answers a question, with its numbers for those who cannot see it.
 */
import type { PageTable } from "../page_table.ts";

/** Numbers as a table; the first column is text. */
export interface Numbers {
  readonly head: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

export interface Figure {
  /** Part of the address of the figure in the page. */
  readonly id: string;
  readonly question: string;
  /** The answer in a sentence or two; or why there is none. */
  readonly answer: string;
  /** The picture; `""` for none. */
  readonly svg: string;
  readonly numbers: Numbers | null;
}

/** Makes a figure of the sockets of a page; `null` if the question does not arise. */
export type Draw = (table: PageTable) => Figure | null;

/** A number with separators: `12,345`. */
export const grouped = (number: number): string => String(number).replaceAll(/\B(?=(?:\d{3})+$)/g, ",");

/** A number and what it counts: `1 socket`, `2 sockets`. */
export const counted = (number: number, one: string, many: string = `${one}s`): string =>
  `${grouped(number)} ${number === 1 ? one : many}`;

const rounded = (value: number): string => value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));

const scaled = (value: number, units: readonly (readonly [size: number, name: string])[]): string => {
  const [size, name] = units.findLast(([size]) => value >= size) ?? units[0]!;
  return `${rounded(value / size)} ${name}`;
};

const SIZES = ["B", "kB", "MB", "GB", "TB", "PB", "EB"].map((name, i) => [1000 ** i, name] as const);
const TIMES = [[0.001, "us"], [1, "ms"], [1e3, "s"], [60e3, "min"], [3600e3, "h"], [86400e3, "d"]] as const;

/** Bytes in a readable unit: `1.23 MB`. */
export const sizeText = (bytes: number): string => bytes === 0 ? "0 B" : scaled(bytes, SIZES);

/** Milliseconds in a readable unit: `3.4 s`. */
export const timeText = (milliseconds: number): string => milliseconds === 0 ? "0 ms" : scaled(milliseconds, TIMES);
