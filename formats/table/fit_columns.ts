/**
 * Computes the widths of the columns of a table, and which do not fit on a line.
 */
import type { TableColumn } from "./table_columns.ts";

/** Blanks between columns. */
export const GAP = 2;

/** A column of ends is at least this wide before other columns go below the line: an IPv4 address with a port fits. */
const END_ROOM = 21;

/** The room that a column needs. */
export interface ColumnNeed {
  /** Width of the longest cell: as it is, without service names, and shortened. */
  readonly natural: number;
  readonly bare: number;
  readonly least: number;
  /** For a column of lists: the widths of the cells with information, in ascending order. */
  readonly lists: readonly number[];
  /** Whether a cell has information, or the column was requested. */
  readonly says: boolean;
}

/**
 * Width of each column; 0 for those that do not fit on a line.
 *
 * Columns without information are dropped first. Then texts are shortened, the longest first. Then columns go below the
 * line, the least important first. A column of lists stays on the line if at least half of its cells fit.
 *
 * @param limit columns of the terminal, 0 for any number
 */
export function fitColumns(
  columns: readonly TableColumn[],
  needs: readonly ColumnNeed[],
  limit: number,
): Int32Array {
  const widths = Int32Array.from(needs, ({ natural }) => natural);
  if (limit === 0) return widths;
  columns.forEach(({ below }, i) => {
    if (below || !needs[i]!.says) widths[i] = 0;
  });
  const total = (of: ArrayLike<number>) =>
    columns.reduce((sum, _, i) => sum + (widths[i] === 0 ? 0 : of[i]! + GAP), -GAP);
  if (total(widths) <= limit) return widths;
  const bare = needs.map(({ bare }) => bare);
  const least = columns.map((column, i) => leastWidth(column, needs[i]!));
  const lists = columns.flatMap(({ overflow }, i) => overflow === "list" && widths[i]! > 0 ? [i] : []);
  for (const i of lists) widths[i] = 0;
  const goes = columns.map((_, i) => i).filter((i) => columns[i]!.goes > 0)
    .sort((a, b) => columns[a]!.goes - columns[b]!.goes || b - a);
  for (const i of goes) {
    if (total(least) <= limit) break;
    widths[i] = 0;
  }
  for (const i of lists) {
    // Other texts are shortened only if that makes room for most of the lists.
    const rooms = [bare, least].map((others) => limit - total(others) - GAP);
    const [width = 0] = rooms.map((room) => listWidth(columns[i]!, needs[i]!, room)).filter((width) => width > 0);
    widths[i] = least[i] = bare[i] = width;
  }
  shorten(widths, least, () => total(widths) > limit);
  return widths;
}

function leastWidth({ name, overflow }: TableColumn, { natural, bare, least }: ColumnNeed): number {
  return overflow === "end" ? Math.min(natural, least, Math.max(name.length, END_ROOM)) : Math.min(bare, least);
}

/** The largest useful width of a column of lists within the room; 0 if fewer than half of its cells fit. */
function listWidth({ name }: TableColumn, { lists }: ColumnNeed, room: number): number {
  const fitting = lists.filter((width) => width <= room);
  if (name.length > room || 2 * fitting.length < lists.length) return 0;
  return Math.max(name.length, fitting.at(-1) ?? 0);
}

/** Narrows the widest column that can be narrowed, until there is enough room. */
function shorten(widths: Int32Array, least: readonly number[], tooWide: () => boolean): void {
  while (tooWide()) {
    let widest = -1;
    for (let i = 0; i < widths.length; i++) {
      if (widths[i]! > least[i]! && (widest < 0 || widths[i]! > widths[widest]!)) widest = i;
    }
    if (widest < 0) return;
    widths[widest]!--;
  }
}
