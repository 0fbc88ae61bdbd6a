/**
 * Makes a query from names: columns, order, limit, counts. The command line and the library both use it.
 */
import type { Family } from "../decode/families/family.ts";
import { owners } from "../decode/lookups/owners.ts";
import type { LookupName } from "../decode/lookups/registry.ts";
import type { Key } from "../decode/record/key.ts";
import { quote } from "../decode/text/control_characters.ts";
import { type Aggregate, defineAggregate, functions, parseAggregate } from "./aggregate.ts";
import { ALL, choose, type ColumnChoice, ColumnNames, lookupsOf, type NamedColumn } from "./column_choice.ts";
import { type Column, PROTOCOL, singleColumns } from "./columns.ts";
import { closedKey, type CountChoice, countKey, protocolKey } from "./count.ts";
import { nearest } from "./nearest.ts";
import type { Query } from "./pipeline.ts";
import { runFields } from "./run_fields.ts";
import type { Order } from "./sort.ts";
import { defineSubnet, parseSubnet, type Subnet } from "./subnets.ts";

/** What happens to records before they are written, by names. */
export interface NamedQuery {
  /**
   * Fields to keep of each record; with `+` before each, fields to add to the default. With `countBy`: the fields to keep of
   * each count, including aggregates such as `sum(recv_q)`.
   */
  readonly columns?: readonly string[] | undefined;
  /** Fields to count by; counts then replace the records. `dst/24` counts subnets. */
  readonly countBy?: readonly string[] | undefined;
  /** Fields to sort by, with `:desc` after one for the largest first; a later field decides between equals. */
  readonly sort?: string | readonly string[] | undefined;
  /** Maximum number of records. */
  readonly limit?: number | undefined;
}

/** The context of a query. */
export interface QueryContext {
  readonly families: readonly Family[];
  /** All families, so that an error can say which have a field. */
  readonly unlisted?: readonly Family[];
  readonly lookups: readonly LookupName[];
  /** Names of the parts of a query where it is typed, for errors. */
  readonly words: QueryWords;
  /** Whether there is a record for each owner. */
  readonly explode?: boolean;
  /** Whether each protocol has an order and a limit of its own. */
  readonly ofEach?: boolean;
  /** Whether the dump may end with the limit. */
  readonly endsEarly?: boolean;
  /** Whether the run has fields: its time and host. */
  readonly tellsRun?: boolean;
  /** Whether it is told which sockets were closed, so that they can be counted. */
  readonly tellsEnds?: boolean;
  /** Whether columns are those of the table: an end or a container is one column. */
  readonly ofTable?: boolean;
}

/** Names of the parts of a query, and where column names are listed. */
export interface QueryWords {
  readonly columns: string;
  readonly countBy: string;
  readonly sort: string;
  readonly explode: string;
  /** Ends an error about an unknown name that resembles no other. */
  readonly hint: string;
}

/** A query that cannot be made. */
export class QueryError extends RangeError {
  override readonly name = "QueryError";
}

const listOf = (sort: NamedQuery["sort"]): readonly string[] =>
  sort === undefined ? [] : typeof sort === "string" ? [sort] : sort;

const columnOf = (key: Key): Column => ({ name: key.path, key });

const bareName = (name: string): string => name.replace(/^\+|:(asc|desc)$/g, "");

/** The lookups that the names in a query need. */
export const lookupsOfQuery = ({ columns = [], countBy = [], sort }: NamedQuery): readonly LookupName[] =>
  lookupsOf([...columns, ...countBy, ...listOf(sort)].map(bareName));

/**
 * The query of some names.
 *
 * @throws {QueryError} for a name that no field of the families has, and for parts that exclude each other
 */
export function queryByName({ columns, countBy, sort, limit }: NamedQuery, context: QueryContext): Query {
  const reader = new NameReader(context);
  const counted = countBy === undefined ? null : reader.counts(countBy, columns);
  const { explode = false, ofEach = false, endsEarly = true } = context;
  return {
    columns: counted !== null || columns === undefined ? null : reader.columns(columns),
    countBy: counted,
    sort: sort === undefined ? null : listOf(sort).flatMap((name) => reader.order(name, counted)),
    limit: limit ?? null,
    explode: explode && counted === null ? owners : null,
    ofEach,
    endsEarly,
  };
}

/** Reads column names. */
class NameReader {
  readonly #context: QueryContext;
  readonly #words: QueryWords;
  readonly #known: ColumnNames;

  constructor(context: QueryContext) {
    this.#context = context;
    this.#words = context.words;
    this.#known = new ColumnNames(context.families);
  }

  /** The fields to keep of records. */
  columns(names: readonly string[]): ColumnChoice {
    const { lookups, explode = false, tellsRun = false, ofTable = false } = this.#context;
    const added = names.filter((name) => name.startsWith("+"));
    if (added.length > 0 && added.length < names.length) {
      throw new QueryError(`${this.#words.columns} takes names, or names with + before each of them, not both`);
    }
    const ofRun: Key[] = [];
    const found = names.map((typed): NamedColumn => {
      const name = typed.replace(/^\+/, "");
      const key = tellsRun ? runFields.get(name) : undefined;
      if (key === undefined) return typed === ALL ? this.#known.all(lookups) : this.#find(this.#words.columns, name);
      ofRun.push(key);
      return { columns: [{ name, key }], shown: [key], single: key };
    });
    const choice = {
      ...added.length > 0
        ? { ...choose([this.#known.byDefault(lookups), ...found], ofTable), added: choose(found).columns }
        : choose(found, ofTable),
      ...ofRun.length > 0 ? { ofRun: [...new Set(ofRun)] } : {},
    };
    if (explode && !choice.shown.has(owners)) throw this.#idleExplode(`among ${this.#words.columns}`);
    return choice;
  }

  /** The columns to count by, and those to keep of the counts; the protocol is one of their fields. */
  counts(names: readonly string[], printed: readonly string[] | undefined): CountChoice {
    const subnets: Subnet[] = [];
    const { columns, shown } = choose(names.map((name) => this.#counted(name, subnets)));
    if (this.#context.explode === true && !shown.has(owners)) throw this.#idleExplode(`for ${this.#words.countBy}`);
    const withProtocol = (column: Column) => column.name === PROTOCOL ? { ...column, key: protocolKey } : column;
    const counted = singleColumns(columns).map(withProtocol);
    const aggregates: Aggregate[] = [];
    const chosen = printed?.flatMap((name) => this.#printed(name, counted, subnets, aggregates));
    return {
      columns: counted,
      shown,
      aggregates,
      ...subnets.length > 0 ? { subnets } : {},
      printed: chosen ?? [...this.#shownColumns(columns).map(withProtocol), ...this.#counts.map(columnOf)],
    };
  }

  /** The column for a name to count by. Subnets are stored in `subnets`. */
  #counted(name: string, subnets: Subnet[]): NamedColumn {
    const parsed = parseSubnet(name);
    if (parsed === null) return this.#find(this.#words.countBy, name);
    const { columns } = this.#find(this.#words.countBy, parsed.field);
    const subnet = defineSubnet(name, parsed.length, columns.flatMap(({ key }) => key ?? []));
    if (subnet === null) throw new QueryError(`${this.#words.countBy} ${name}: ${parsed.field} is not an address`);
    subnets.push(subnet);
    return { columns: [{ name, key: subnet.result }], shown: [subnet.result], single: subnet.result };
  }

  /** The columns of counts for a name. Aggregates are stored in `aggregates`. */
  #printed(name: string, counted: readonly Column[], subnets: readonly Subnet[], aggregates: Aggregate[]): Column[] {
    const count = this.#counts.find(({ path }) => path === name);
    if (count !== undefined) return [columnOf(count)];
    const subnet = subnets.find(({ result }) => result.path === name);
    if (subnet !== undefined) return [{ name, key: subnet.result }];
    const { columns: word, countBy } = this.#words;
    const parsed = parseAggregate(name);
    if (parsed !== null) {
      const aggregate = defineAggregate(name, parsed.function, this.#find(word, parsed.field).single);
      if (aggregate === null) throw new QueryError(`${word} ${name}: ${parsed.field} is not one number of a socket`);
      aggregates.push(aggregate);
      return [{ name, key: aggregate.result }];
    }
    const { columns } = this.#find(word, name);
    const found = singleColumns(columns);
    if (found.every((column) => counted.some((other) => other.name === column.name))) {
      return this.#shownColumns(columns).map((column) => counted.find((other) => other.name === column.name) ?? column);
    }
    const numbers = functions.map((name) => `${name}(…)`).join(" ");
    throw new QueryError(
      `${word} ${name} is neither count nor among ${countBy}; numbers of other fields are ${numbers}`,
    );
  }

  /** The order for a name, with `:desc` after it for the largest first. */
  order(typed: string, counted: CountChoice | null): readonly Order[] {
    const { sort, countBy, columns: word } = this.#words;
    const [name = "", direction = "asc", ...rest] = typed.split(":");
    if (!["asc", "desc"].includes(direction) || rest.length > 0) {
      throw new QueryError(`${sort} takes the name of a column, with :asc or :desc after it, not ${quote(typed)}`);
    }
    const descending = direction === "desc";
    const count = counted === null ? undefined : this.#counts.find(({ path }) => path === name);
    if (count !== undefined) return [{ key: count, descending }];
    const made = [...counted?.aggregates ?? [], ...counted?.subnets ?? []].find(({ result }) => result.path === name);
    if (made !== undefined) return [{ key: made.result, descending }];
    const { columns: [column], single, several = [] } = this.#find(sort, name);
    const sorted = column?.parts?.[0] ?? column;
    if (counted !== null && !counted.columns.some((one) => one.name === sorted?.name)) {
      throw new QueryError(`${sort} ${name} is neither count, nor among ${countBy}, nor of the numbers in ${word}`);
    }
    if (name === PROTOCOL) return [{ key: counted === null ? null : protocolKey, descending }];
    if (several.length > 0) return several.map((key) => ({ key, descending }));
    if (single === null) throw new QueryError(`${sort} cannot sort by ${name}, because it has more than one value`);
    return [{ key: single, descending }];
  }

  /** The numbers of sockets that counts have. */
  get #counts(): readonly Key[] {
    return this.#context.tellsEnds === true ? [countKey, closedKey] : [countKey];
  }

  /** The columns as the format shows them: an end or a container is one in the table. */
  #shownColumns(columns: readonly Column[]): readonly Column[] {
    return this.#context.ofTable === true ? columns : singleColumns(columns);
  }

  #idleExplode(where: string): QueryError {
    const { explode } = this.#words;
    const what = "without a field of the owners";
    return new QueryError(
      where.startsWith("for")
        ? `${explode} does nothing ${where} ${what}, such as pid`
        : `${explode} does nothing ${what} ${where}, such as pid`,
    );
  }

  /** The meaning of a column name; `part` is the part of the query that contains it. */
  #find(part: string, name: string): NamedColumn {
    const found = this.#known.find(name);
    if (found !== null) return found;
    const { hint } = this.#words;
    if (name === "") throw new QueryError(`${part} needs the name of a column${hint}`);
    const candidates = this.#known.candidates(name);
    if (candidates.length > 1) {
      throw new QueryError(`${quote(name)} in ${part} can be ${candidates.join(", ")}: type one of them`);
    }
    this.#refuseUnlisted(part, name);
    const whole = this.#known.names.filter((path) => path.endsWith(`.${name}`)).sort((a, b) => a.length - b.length);
    if (whole.length > 0) {
      throw new QueryError(`${quote(name)} in ${part} is looked up: type the whole name, ${whole.join(" or ")}`);
    }
    const near = nearest(name, this.#known.shortNames);
    throw new QueryError(
      `unknown column ${quote(name)} in ${part}${near === undefined ? hint : `, did you mean ${near}?`}`,
    );
  }

  /** Says which families have a column that none of the listed ones has, and that a field of the run is the same everywhere. */
  #refuseUnlisted(part: string, name: string): void {
    if (this.#context.tellsRun === true && runFields.has(name)) {
      throw new QueryError(`${name} is the same in every row: it is a column only, not for ${part}`);
    }
    const having = (this.#context.unlisted ?? []).filter((family) => new ColumnNames([family]).find(name) !== null);
    if (having.length === 0) return;
    const named = having.slice(0, NAMED).map((family) => family.name).join(", ");
    const verb = having.length === 1 ? ", which is not asked for" : ", which are not asked for";
    throw new QueryError(
      `${quote(name)} in ${part} is a field of ${named}${having.length > NAMED ? " and others" : ""}${verb}`,
    );
  }
}

/** Maximum number of families in a message. */
const NAMED = 3;
