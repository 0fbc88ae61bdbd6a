/**
 * Parses `--columns`, `--sort`, `--limit` and `--count-by`.
 */
import type { LookupName } from "../decode/lookups/registry.ts";
import { quote } from "../decode/text/control_characters.ts";
import type { Family } from "../decode/families/family.ts";
import { owners } from "../decode/lookups/owners.ts";
import type { Key } from "../decode/record/key.ts";
import { nearest } from "../query/nearest.ts";
import { neededKeys, type Query } from "../query/pipeline.ts";
import { ALL, askedKeys, choose, type ColumnChoice, ColumnNames, type NamedColumn } from "../query/column_choice.ts";
import { type Aggregate, defineAggregate, functions, parseAggregate } from "../query/aggregate.ts";
import { type Column, PROTOCOL, singleColumns } from "../query/columns.ts";
import { type CountChoice, countKey, plainCounts, protocolKey } from "../query/count.ts";
import type { FormatEntry, FormatOptions } from "../formats/format.ts";
import { runFields } from "../query/run_fields.ts";
import type { Order } from "../query/sort.ts";
import type { ParsedArguments } from "./getopt.ts";
import { defineSubnet, parseSubnet, type Subnet } from "../query/subnets.ts";
import { UsageError } from "./usage_error.ts";

/** The listed families and the lookups. */
interface Listed {
  readonly families: readonly Family[];
  readonly lookups: readonly LookupName[];
}

/** The query of --columns, --sort, --limit and --count-by, and the fields to ask the kernel for (`null` for all). */
export function parseQuery(
  parsed: ParsedArguments,
  { families, lookups }: Listed,
  format: FormatEntry,
  formatOptions: FormatOptions,
  recorded: boolean,
): { readonly query: Query; readonly asked: ReadonlySet<Key> | null } {
  const countBy = parseCounts(parsed, families, formatOptions);
  const columns = countBy === null ? parseColumns(parsed, { families, lookups }, formatOptions) : null;
  const query: Query = {
    columns,
    countBy,
    sort: parseOrder(parsed, families, countBy),
    limit: parsed.get("limit") ?? null,
    explode: formatOptions.explode === undefined || countBy !== null ? null : owners,
    ofEach: format.flat !== true,
    // A recording must be complete.
    endsEarly: !recorded,
  };
  const needed = neededKeys(query);
  return { query, asked: needed === null ? null : askedKeys(needed) };
}

/** The columns of --count-by, `null` without it; the protocol is a column too. */
function parseCounts(
  parsed: ParsedArguments,
  families: readonly Family[],
  { explode }: FormatOptions,
): CountChoice | null {
  const names = parsed.get("count-by");
  if (names === undefined) return null;
  const known = new ColumnNames(families);
  const subnets: Subnet[] = [];
  const { columns, shown } = choose(names.map((name) => findCounted(name, known, subnets)));
  if (explode !== undefined && !shown.has(owners)) {
    throw new UsageError("--explode owners does nothing for --count-by without a field of the owners, such as pid");
  }
  const counted = singleColumns(columns).map((column) =>
    column.name === PROTOCOL ? { ...column, key: protocolKey } : column
  );
  const plain = plainCounts({ columns: counted, shown });
  const count = { name: countKey.path, key: countKey };
  const aggregates: Aggregate[] = [];
  const printed = parsed.get("columns")?.flatMap((name) => {
    if (name === count.name) return [count];
    const subnet = subnets.find(({ result }) => result.path === name);
    if (subnet !== undefined) return [{ name, key: subnet.result }];
    const aggregate = parseAggregate(name);
    if (aggregate !== null) return [addAggregate(name, aggregate, known, aggregates)];
    const found = singleColumns(findColumn("columns", name, known).columns);
    if (found.every((column) => counted.some((other) => other.name === column.name))) {
      return found.map((column) => counted.find((other) => other.name === column.name)!);
    }
    throw new UsageError(`--columns ${name} is neither count nor among --count-by; ${AGGREGATES}`);
  });
  const networks = subnets.length > 0 ? { subnets } : {};
  return { columns: counted, shown, aggregates, ...networks, printed: printed ?? plain.printed };
}

/** What a name in --count-by stands for; of a subnet it is noted. */
function findCounted(name: string, known: ColumnNames, subnets: Subnet[]): NamedColumn {
  const parsed = parseSubnet(name);
  if (parsed === null) return findColumn("count-by", name, known);
  const { columns } = findColumn("count-by", parsed.field, known);
  const subnet = defineSubnet(name, parsed.length, columns.flatMap(({ key }) => key ?? []));
  if (subnet === null) throw new UsageError(`--count-by ${name}: ${parsed.field} is not an address`);
  subnets.push(subnet);
  return { columns: [{ name, key: subnet.result }], shown: [subnet.result], single: subnet.result };
}

/** Hint: the aggregates that --columns accepts with --count-by. */
const AGGREGATES = `numbers of other fields are ${functions.map((name) => `${name}(…)`).join(" ")}`;

/** Adds an aggregate to others; returns its column. */
function addAggregate(
  name: string,
  { function: called, field }: NonNullable<ReturnType<typeof parseAggregate>>,
  known: ColumnNames,
  aggregates: Aggregate[],
): Column {
  const aggregate = defineAggregate(name, called, findColumn("columns", field, known).single);
  if (aggregate === null) throw new UsageError(`--columns ${name}: ${field} is not one number of a socket`);
  aggregates.push(aggregate);
  return { name, key: aggregate.result };
}

/** The order of --sort, `null` without it. */
function parseOrder(
  parsed: ParsedArguments,
  families: readonly Family[],
  countBy: CountChoice | null,
): readonly Order[] | null {
  const typed = parsed.get("sort");
  if (typed === undefined) return null;
  const [name = "", direction = "asc", ...rest] = typed.split(":");
  if (!["asc", "desc"].includes(direction) || rest.length > 0) {
    throw new UsageError(
      `--sort takes the name of a column, :asc or :desc behind it, not ${quote(typed)}`,
    );
  }
  const descending = direction === "desc";
  if (countBy !== null && name === countKey.path) return [{ key: countKey, descending }];
  const aggregate = countBy?.aggregates.find(({ result }) => result.path === name);
  if (aggregate !== undefined) return [{ key: aggregate.result, descending }];
  const subnet = countBy?.subnets?.find(({ result }) => result.path === name);
  if (subnet !== undefined) return [{ key: subnet.result, descending }];
  const { columns: [column], single, several } = findColumn("sort", name, new ColumnNames(families));
  const sorted = column?.parts?.[0] ?? column;
  if (countBy !== null && !countBy.columns.some((counted) => counted.name === sorted?.name)) {
    throw new UsageError(`--sort ${name} is neither count, nor among --count-by, nor of the numbers in --columns`);
  }
  if (name === PROTOCOL) return [{ key: countBy === null ? null : protocolKey, descending }];
  if (several !== undefined && several.length > 0) return several.map((key) => ({ key, descending }));
  if (single === null) throw new UsageError(`--sort cannot sort by ${name}, which is more than one value`);
  return [{ key: single, descending }];
}

/** The columns of --columns, `null` without it. */
function parseColumns(
  parsed: ParsedArguments,
  { families, lookups }: Listed,
  { explode }: FormatOptions,
): ColumnChoice | null {
  const names = parsed.get("columns");
  if (names === undefined) return null;
  const added = names.filter((name) => name.startsWith("+"));
  if (added.length > 0 && added.length < names.length) {
    throw new UsageError(`--columns takes names, or names with + before each of them, not both`);
  }
  const known = new ColumnNames(families);
  const ofRun: Key[] = [];
  const found = names.map((typed): NamedColumn => {
    const name = typed.replace(/^\+/, "");
    const key = runFields.get(name);
    if (key === undefined) return typed === ALL ? known.all(lookups) : findColumn("columns", name, known);
    ofRun.push(key);
    return { columns: [{ name, key }], shown: [key], single: key };
  });
  const choice = {
    ...added.length > 0
      ? { ...choose([known.byDefault(lookups), ...found]), added: choose(found).columns }
      : choose(found),
    ...ofRun.length > 0 ? { ofRun: [...new Set(ofRun)] } : {},
  };
  if (explode !== undefined) {
    if (!choice.shown.has(owners)) {
      throw new UsageError("--explode owners does nothing without a field of the owners among --columns, such as pid");
    }
  }
  return choice;
}

/** What the name of a column stands for. */
function findColumn(option: string, name: string, known: ColumnNames): NamedColumn {
  const found = known.find(name);
  if (found === null) {
    if (name === "") throw new UsageError(`option --${option} needs the name of a column (--list-columns lists them)`);
    const candidates = known.candidates(name);
    if (candidates.length > 1) {
      throw new UsageError(`${quote(name)} in --${option} can be ${candidates.join(", ")}: type one of them`);
    }
    const near = nearest(name, known.names);
    const hint = near === undefined ? "; --list-columns lists them" : `, did you mean ${near}?`;
    throw new UsageError(`unknown column ${quote(name)} in --${option}${hint}`);
  }
  return found;
}
