/**
 * The rows of the table in the order of a column.
 */
import { ABSENT, type PageColumn } from "../page_table.ts";

/** Rows sorted by a column. Equal rows keep their order, and rows without the value, or with `none`, come last. */
export function sortRows(rows: Int32Array, { texts, cells, number }: PageColumn, descending: boolean): Int32Array {
  const ranks = ranksOf(texts, number);
  const last = texts.length;
  const placeOf = (row: number): number => {
    const cell = cells[row]!;
    return cell === ABSENT || number && !isNumber(texts[cell]!)
      ? last
      : descending
      ? last - 1 - ranks[cell]!
      : ranks[cell]!;
  };
  // Each different value has a place, so rows are counted instead of compared.
  const starts = new Int32Array(last + 2);
  for (const row of rows) starts[placeOf(row) + 1]!++;
  for (let place = 0; place < last; place++) starts[place + 1]! += starts[place]!;
  const sorted = new Int32Array(rows.length);
  for (const row of rows) sorted[starts[placeOf(row)]!++] = row;
  return sorted;
}

/** The rank of each text, from 0 on. */
function ranksOf(texts: readonly string[], number: boolean): Int32Array {
  const order = Array.from(texts, (_, i) => i);
  const compare = number ? compareNumbers : compareTexts;
  order.sort((a, b) => compare(texts[a]!, texts[b]!));
  const ranks = new Int32Array(texts.length);
  order.forEach((text, rank) => ranks[text] = rank);
  return ranks;
}

export const isNumber = (text: string): boolean => text !== "" && !Number.isNaN(Number(text));

const whole = /^-?\d+$/;

/** Numbers of more than 53 bits are compared exactly. */
function compareNumbers(a: string, b: string): number {
  if (!isNumber(a) || !isNumber(b)) return Number(isNumber(b)) - Number(isNumber(a));
  const difference = Number(a) - Number(b);
  if (difference !== 0 || a === b || !whole.test(a) || !whole.test(b)) return difference;
  return BigInt(a) < BigInt(b) ? -1 : 1;
}

const collator = new Intl.Collator("en", { numeric: true });

/** Addresses are sorted by their numbers: 10.0.0.9 before 10.0.0.10. */
const compareTexts = (a: string, b: string): number => collator.compare(a, b);
