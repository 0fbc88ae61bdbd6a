/**
 * What `--columns`, `--sort`, `--limit` and `--count-by` ask for.
 */
import type { LookupName } from "../decode/lookups/lookup.ts";
import { quote } from "../decode/text/control_characters.ts";
import type { Family } from "../decode/families/family.ts";
import type { Key } from "../decode/record/key.ts";
import { nearest } from "../query/nearest.ts";
import { neededKeys, type Query } from "../query/pipeline.ts";
import {
  askedKeys,
  choose,
  type ColumnChoice,
  ColumnNames,
  type NamedColumn,
  rowColumns,
} from "../query/column_choice.ts";
import { ownerColumns, PID, PROTOCOL } from "../query/columns.ts";
import { countKey, protocolKey } from "../query/count.ts";
import type { FormatEntry, FormatOptions } from "../formats/format.ts";
import type { Order } from "../query/sort.ts";
import { type Given, listed } from "./getopt.ts";
import { UsageError } from "./usage_error.ts";

/** The families that are listed, and what is looked up. */
interface Listed {
  readonly families: readonly Family[];
  readonly lookups: readonly LookupName[];
}

/** What --columns, --sort, --limit and --count-by ask for, and the fields to ask the kernel for, `null` for all. */
export function chooseQuery(
  given: Given,
  { families, lookups }: Listed,
  format: FormatEntry,
  formatOptions: FormatOptions,
  recorded: boolean,
): { readonly query: Query; readonly asked: ReadonlySet<Key> | null } {
  const columns = chosenColumns(given, { families, lookups }, format, formatOptions);
  const countBy = chosenCounts(given, families, format, formatOptions);
  if (columns !== null && countBy !== null) {
    throw new UsageError("--columns and --count-by exclude each other: the columns are those of --count-by, and count");
  }
  const query: Query = {
    columns,
    countBy,
    sort: chosenOrder(given, families, format, countBy),
    limit: chosenLimit(given),
    ofEach: format.flat !== true,
    // What is recorded is to be whole.
    endsEarly: !recorded,
  };
  const needed = neededKeys(query);
  return { query, asked: needed === null ? null : askedKeys(needed) };
}

/** What --count-by chooses, `null` without it; the protocol is a field of counts. */
function chosenCounts(
  given: Given,
  families: readonly Family[],
  format: FormatEntry,
  { explode }: FormatOptions,
): ColumnChoice | null {
  if (given["count-by"] === undefined) return null;
  if (explode !== undefined) throw new UsageError("--explode does nothing for --count-by");
  const known = new ColumnNames(families);
  const names = listed(given["count-by"]);
  const path = names.find((name) => rowColumns.includes(name));
  if (path !== undefined) {
    throw new UsageError(`--count-by cannot count by ${path}, which only rows have; there is owners`);
  }
  const { columns, shown } = choose(names.map((name) => findColumn("count-by", name, known, format)));
  return {
    columns: columns.map(({ name, key }) => ({ name, key: name === PROTOCOL ? protocolKey : key })),
    shown,
  };
}

/** What --sort asks for, `null` without it. */
function chosenOrder(
  given: Given,
  families: readonly Family[],
  format: FormatEntry,
  countBy: ColumnChoice | null,
): readonly Order[] | null {
  if (given["sort"] === undefined) return null;
  const [name = "", direction = "asc", ...rest] = String(given["sort"]).split(":");
  if (!["asc", "desc"].includes(direction) || rest.length > 0) {
    throw new UsageError(
      `--sort takes the name of a column, :asc or :desc behind it, not ${quote(String(given["sort"]))}`,
    );
  }
  const descending = direction === "desc";
  if (countBy !== null && name === countKey.path) return [{ key: countKey, descending }];
  const { columns: [column], single } = findColumn("sort", name, new ColumnNames(families), format);
  if (countBy !== null && !countBy.columns.some((counted) => counted.name === column?.name)) {
    throw new UsageError(`--sort ${name} is neither count nor among --count-by`);
  }
  if (name === PROTOCOL) return [{ key: countBy === null ? null : protocolKey, descending }];
  if (single === null) throw new UsageError(`--sort cannot sort by ${name}, which is more than one value`);
  return [{ key: single, descending }];
}

function chosenLimit(given: Given): number | null {
  const typed = given["limit"];
  if (typed === undefined) return null;
  if (/^[1-9][0-9]{0,14}$/.test(String(typed))) return Number(typed);
  throw new UsageError(`--limit takes a number from 1 on, not ${quote(String(typed))}`);
}

/** What --columns chooses, `null` without it. */
function chosenColumns(
  given: Given,
  { families, lookups }: Listed,
  format: FormatEntry,
  { explode }: FormatOptions,
): ColumnChoice | null {
  if (given["columns"] === undefined) return null;
  const names = listed(given["columns"]);
  const added = names.filter((name) => name.startsWith("+"));
  if (added.length > 0 && added.length < names.length) {
    throw new UsageError(`--columns takes names, or names with + before each of them, not both`);
  }
  const known = new ColumnNames(families);
  const found = names.map((name) => findColumn("columns", name.replace(/^\+/, ""), known, format));
  const choice = added.length > 0
    ? { ...choose([known.byDefault(lookups), ...found]), added: choose(found).columns }
    : choose(found);
  if (explode !== undefined) {
    const isOwners = choice.columns.map(({ name, key }) => key === null && ownerColumns.includes(name));
    if (!isOwners.includes(true) || isOwners.lastIndexOf(false) > isOwners.indexOf(true)) {
      throw new UsageError(`--explode owners needs ${ownerColumns.join(" or ")} as the last of --columns`);
    }
  }
  return choice;
}

/** What the name of a column stands for. */
function findColumn(option: string, name: string, known: ColumnNames, format: FormatEntry): NamedColumn {
  const found = known.find(name);
  if (found === null) {
    if (name === "") throw new UsageError(`option --${option} needs the name of a column (--list-columns lists them)`);
    const near = nearest(name, known.names);
    const hint = near === undefined ? "; --list-columns lists them" : `, did you mean ${near}?`;
    throw new UsageError(`unknown column ${quote(name)} in --${option}${hint}`);
  }
  if (rowColumns.includes(name) && !format.rows) {
    const path = name === PID ? "owners.pid" : "owners.comm";
    throw new UsageError(`--${option} ${name} does nothing for --format ${format.name}, which has ${path}`);
  }
  return found;
}
