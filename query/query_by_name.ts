/**
 * A query made of names: columns, an order, a limit, what is counted.
 */
import type { LookupName } from "../decode/lookups/registry.ts";
import type { Family } from "../decode/families/family.ts";
import { quote } from "../decode/text/control_characters.ts";
import { ALL, choose, type ColumnChoice, ColumnNames, lookupsOf, type NamedColumn } from "./column_choice.ts";
import { PROTOCOL, singleColumns } from "./columns.ts";
import { countKey, plainCounts, protocolKey } from "./count.ts";
import { nearest } from "./nearest.ts";
import type { Query } from "./pipeline.ts";
import type { Order } from "./sort.ts";

/** What is done to records before they are written, by names. */
export interface NamedQuery {
  /** Fields that are left of each record; with `+` before each of them, those that are added to the default. */
  readonly columns?: readonly string[] | undefined;
  /** Fields by whose values records are counted; then counts take the place of records. */
  readonly countBy?: readonly string[] | undefined;
  /** A field, with `:desc` behind it for the largest first; of several a later one decides between equals. */
  readonly sort?: string | readonly string[] | undefined;
  /** So many records at most. */
  readonly limit?: number | undefined;
}

const listOf = (sort: NamedQuery["sort"]): readonly string[] =>
  sort === undefined ? [] : typeof sort === "string" ? [sort] : sort;

const bareName = (name: string): string => name.replace(/^\+|:(asc|desc)$/g, "");

/** What has to be looked up for the names in a query. */
export const lookupsOfQuery = ({ columns = [], countBy = [], sort }: NamedQuery): readonly LookupName[] =>
  lookupsOf([...columns, ...countBy, ...listOf(sort)].map(bareName));

/**
 * The query, `null` if it does nothing. It has one order and one limit for all protocols.
 *
 * @throws {RangeError} for a name that no field of the families has, and for what does not go together
 */
export function queryByName(
  { columns, countBy, sort, limit }: NamedQuery,
  families: readonly Family[],
  lookups: readonly LookupName[],
): Query | null {
  if (columns === undefined && countBy === undefined && sort === undefined && limit === undefined) return null;
  if (columns !== undefined && countBy !== undefined) throw new RangeError("columns and countBy exclude each other");
  if (limit !== undefined && !(Number.isSafeInteger(limit) && limit > 0)) {
    throw new RangeError(`limit takes a number from 1 on, not ${limit}`);
  }
  const known = new ColumnNames(families);
  const counted = countBy === undefined ? null : countedColumns(known, countBy);
  return {
    columns: columns === undefined ? null : chosenColumns(known, columns, lookups),
    countBy: counted === null ? null : plainCounts(counted),
    sort: sort === undefined ? null : listOf(sort).flatMap((name) => orders(known, name, counted)),
    limit: limit ?? null,
    explode: null,
    ofEach: false,
    endsEarly: true,
  };
}

function chosenColumns(known: ColumnNames, names: readonly string[], lookups: readonly LookupName[]): ColumnChoice {
  const added = names.filter((name) => name.startsWith("+")).length;
  if (added > 0 && added < names.length) {
    throw new RangeError("columns takes names, or names with + before each of them, not both");
  }
  const found = names.map((name) => name === ALL ? known.all(lookups) : find(known, bareName(name)));
  return added === 0
    ? choose(found)
    : { ...choose([known.byDefault(lookups), ...found]), added: choose(found).columns };
}

/** What is counted by; the protocol is a field of counts. */
function countedColumns(known: ColumnNames, names: readonly string[]): ColumnChoice {
  const { columns, shown } = choose(names.map((name) => find(known, name)));
  return {
    columns: singleColumns(columns).map((column) =>
      column.name === PROTOCOL ? { ...column, key: protocolKey } : column
    ),
    shown,
  };
}

function orders(known: ColumnNames, typed: string, counted: ColumnChoice | null): readonly Order[] {
  const descending = typed.endsWith(":desc");
  const name = bareName(typed);
  if (counted !== null && name === countKey.path) return [{ key: countKey, descending }];
  const { columns: [column], single, several = [] } = find(known, name);
  const sorted = column?.parts?.[0] ?? column;
  if (counted !== null && !counted.columns.some((one) => one.name === sorted?.name)) {
    throw new RangeError(`sort: ${quote(name)} is neither count nor among countBy`);
  }
  if (name === PROTOCOL) return [{ key: counted === null ? null : protocolKey, descending }];
  if (several.length > 0) return several.map((key) => ({ key, descending }));
  if (single === null) throw new RangeError(`sort: ${quote(name)} is more than one value`);
  return [{ key: single, descending }];
}

/** What a name stands for. */
function find(known: ColumnNames, name: string): NamedColumn {
  const found = known.find(name);
  if (found !== null) return found;
  const candidates = known.candidates(name);
  if (candidates.length > 1) throw new RangeError(`${quote(name)} can be ${candidates.join(", ")}: name one of them`);
  const near = nearest(name, known.names);
  throw new RangeError(`unknown field ${quote(name)}${near === undefined ? "" : `, did you mean ${near}?`}`);
}
