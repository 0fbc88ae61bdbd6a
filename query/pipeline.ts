/**
 * Builds the chain of sinks before a format: columns, counts, order, limit.
 */
import type { Key } from "../decode/record/key.ts";
import type { RecordSink } from "../decode/record/record_sink.ts";
import type { ColumnChoice } from "./column_choice.ts";
import { SelectFields } from "./select_fields.ts";
import { type CountChoice, CountSink } from "./count.ts";
import { ExplodeSink } from "./explode.ts";
import { LimitSink } from "./limit.ts";
import { type Order, SortSink } from "./sort.ts";
import { PlainAddressSink, SubnetSink } from "./subnets.ts";

/** The query that is applied to records before they are written. */
export interface Query {
  /** Columns to show; `null` for all. */
  readonly columns: ColumnChoice | null;
  /** Columns to count by; counts are then sorted, limited and shown. `null` for no counting. */
  readonly countBy: CountChoice | null;
  /** Sort order, most significant first; `null` for the order of arrival. */
  readonly sort: readonly Order[] | null;
  readonly limit: number | null;
  /** The list of objects whose elements each get a record of their own, after order and limit; `null` for none. */
  readonly explode: Key | null;
  /** Whether order and limit apply to each protocol, in formats that keep protocols apart. */
  readonly ofEach: boolean;
  /** Whether the dump may end when the limit is reached. */
  readonly endsEarly: boolean;
}

/** The fields that records are sorted by, and the objects that they are in. */
export const orderKeys = ({ sort }: Query): readonly Key[] => (sort ?? []).flatMap(({ key }) => withAncestors(key));

/** The fields that a query needs; `null` for all. */
export function neededKeys(query: Query): ReadonlySet<Key> | null {
  const { columns, countBy } = query;
  if (countBy !== null) {
    const addresses = (countBy.subnets ?? []).flatMap(({ keys }) => keys);
    return new Set([...countedKeys(countBy), ...addresses.flatMap(withAncestors)]);
  }
  if (columns === null) return null;
  return new Set([...columns.shown, ...orderKeys(query)]);
}

/** The fields to count by and those that are added up. */
const countedKeys = ({ shown, aggregates, measures = [], lasting }: CountChoice): ReadonlySet<Key> =>
  new Set([
    ...shown,
    ...[
      ...aggregates.map(({ key }) => key),
      ...measures.flatMap(({ fields }) => fields.flat()),
      ...lasting?.fields.flat() ?? [],
    ].flatMap(withAncestors),
  ]);

/** A field and the objects that contain it; nothing for `null`. */
const withAncestors = (key: Key | null): readonly Key[] => key === null ? [] : [key, ...withAncestors(key.parent)];

/** Opens a query before a sink. Close the sink only after the query has pushed all buffered records. */
export function openQuery(
  output: RecordSink,
  query: Query,
): { readonly sink: RecordSink; readonly counter: CountSink | null; finish(): void } {
  const { columns, countBy, sort, limit, endsEarly } = query;
  const needed = neededKeys(query);
  const ofEach = query.ofEach && countBy === null;
  const ends: (() => void)[] = [];
  let sink: RecordSink = query.explode === null ? output : new ExplodeSink(output, [query.explode]);
  if (countBy === null && columns !== null && needed!.size > columns.shown.size) {
    sink = new SelectFields(sink, columns.shown);
  }
  if (sort !== null) {
    const sorter = new SortSink(sink, sort, limit, ofEach);
    ends.unshift(() => sorter.finish());
    sink = sorter;
  } else if (limit !== null) {
    sink = new LimitSink(sink, limit, ofEach, endsEarly);
  }
  const counter = countBy === null ? null : new CountSink(sink, countBy);
  if (countBy !== null && counter !== null) {
    ends.unshift(() => counter.finish());
    sink = counter.entry;
    if ([...countBy.shown].some(({ note }) => note.type === "address")) sink = new PlainAddressSink(sink);
    if (countBy.subnets !== undefined) {
      // The address itself is passed on only if it is counted by too.
      sink = new SubnetSink(new SelectFields(sink, countedKeys(countBy)), countBy.subnets);
    }
  }
  if (needed !== null) sink = new SelectFields(sink, needed);
  return {
    sink,
    counter,
    finish: () => ends.forEach((finish) => finish()),
  };
}
