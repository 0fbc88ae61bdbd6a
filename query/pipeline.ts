/**
 * Choosing columns, counting, sorting and the limit, one behind the other before a format.
 */
import type { Key } from "../decode/record/key.ts";
import type { RecordSink } from "../decode/record/record_sink.ts";
import type { ColumnChoice } from "./column_choice.ts";
import { ColumnFilter } from "./select_fields.ts";
import { countKey, CountSink } from "./count.ts";
import type { Content } from "../formats/registry.ts";
import { LimitSink } from "./limit.ts";
import { type Order, SortSink } from "./sort.ts";

/** What is done to records before they are written. */
export interface Arrangement {
  /** What is shown of each; `null` for everything. */
  readonly columns: ColumnChoice | null;
  /** What they are counted by; then counts are sorted, limited and shown. `null` for no counting. */
  readonly countBy: ColumnChoice | null;
  readonly sort: Order | null;
  readonly limit: number | null;
  /** Whether order and limit are those of each protocol: in formats that keep protocols apart. */
  readonly ofEach: boolean;
  /** Whether the dump may end when the limit is reached. */
  readonly endsEarly: boolean;
}

/** The fields that an arrangement needs, `null` for all. */
export function neededKeys({ columns, countBy, sort }: Arrangement): ReadonlySet<Key> | null {
  if (countBy !== null) return countBy.shown;
  if (columns === null) return null;
  const needed = new Set(columns.shown);
  for (let key = sort?.key ?? null; key !== null; key = key.parent) needed.add(key);
  return needed;
}

/** What a format is told of records that are arranged. */
export function arrangedContent({ columns, countBy }: Arrangement): Partial<Content> {
  if (countBy !== null) {
    return { counts: true, columns: [...countBy.columns, { name: countKey.path, key: countKey }] };
  }
  if (columns === null) return {};
  const { shown, added } = columns;
  return { columns: columns.columns, shown, ...added === undefined ? {} : { added } };
}

/** Puts an arrangement before a sink, which is to be closed when the arrangement has pushed on all that it holds back. */
export function arrange(
  output: RecordSink,
  arrangement: Arrangement,
): { readonly sink: RecordSink; finish(): void } {
  const { columns, countBy, sort, limit, endsEarly } = arrangement;
  const needed = neededKeys(arrangement);
  const ofEach = arrangement.ofEach && countBy === null;
  const ends: (() => void)[] = [];
  let sink: RecordSink = output;
  if (countBy === null && columns !== null && needed!.size > columns.shown.size) {
    sink = new ColumnFilter(sink, columns.shown);
  }
  if (sort !== null) {
    const sorter = new SortSink(sink, sort, limit, ofEach);
    ends.unshift(() => sorter.finish());
    sink = sorter;
  } else if (limit !== null) {
    sink = new LimitSink(sink, limit, ofEach, endsEarly);
  }
  if (countBy !== null) {
    const counter = new CountSink(sink, countBy.columns);
    ends.unshift(() => counter.finish());
    sink = counter;
  }
  if (needed !== null) sink = new ColumnFilter(sink, needed);
  return {
    sink,
    finish: () => ends.forEach((finish) => finish()),
  };
}
