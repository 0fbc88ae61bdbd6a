/**
 * Decides how wide the columns of a table are, and which do not fit on a line.
 */
import type { TableColumn } from "./table_columns.ts";

/** Blanks between columns. */
export const GAP = 2;

/** How much room a column needs. */
export interface ColumnNeed {
  /** Width of the longest cell, and of the longest when all are shortened. */
  readonly natural: number;
  readonly least: number;
  /** Whether some cell says anything, or somebody asked for it. */
  readonly says: boolean;
}

/**
 * Width of each column; 0 for those that do not fit on a line.
 *
 * Columns that say nothing are dropped first. Then texts are shortened, the longest first. Then columns go below the line,
 * the least important first.
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
  const least = needs.map(({ natural, least }, i) =>
    Math.min(natural, least, Math.max(columns[i]!.name.length, columns[i]!.overflows || natural))
  );
  const total = (of: ArrayLike<number>) =>
    columns.reduce((sum, _, i) => sum + (widths[i] === 0 ? 0 : of[i]! + GAP), -GAP);
  columns.forEach(({ below }, i) => {
    if (below || !needs[i]!.says) widths[i] = 0;
  });
  const goes = columns.map((_, i) => i).filter((i) => columns[i]!.goes > 0)
    .sort((a, b) => columns[a]!.goes - columns[b]!.goes || b - a);
  for (const i of goes) {
    if (total(least) <= limit) break;
    widths[i] = 0;
  }
  shorten(widths, least, () => total(widths) > limit);
  return widths;
}

/** Takes from the widest column that has something to spare, until there is enough. */
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
