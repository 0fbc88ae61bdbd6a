/**
 * Parses `--columns`, `--sort`, `--limit` and `--count-by`.
 */
import type { Family } from "../decode/families/family.ts";
import { families as allFamilies, loadFamilies } from "../decode/families/registry.ts";
import type { LookupName } from "../decode/lookups/registry.ts";
import type { FormatEntry, FormatOptions } from "../formats/format.ts";
import { ColumnNames } from "../query/column_choice.ts";
import { closedKey, countKey } from "../query/count.ts";
import type { Query } from "../query/pipeline.ts";
import {
  type NamedQuery,
  queryByName,
  type QueryContext,
  QueryError,
  type QueryWords,
} from "../query/query_by_name.ts";
import type { ParsedArguments } from "./getopt.ts";
import { asksRates } from "./lookups.ts";
import { UsageError } from "./usage_error.ts";

/** The listed families and the lookups. */
interface Listed {
  readonly families: readonly Family[];
  readonly lookups: readonly LookupName[];
}

/** How errors name the parts of a query. */
export const words: QueryWords = {
  columns: "--columns",
  countBy: "--count-by",
  sort: "--sort",
  explode: "--explode owners",
  hint: "; --list-columns lists them",
};

/**
 * The query of --columns, --sort, --limit and --count-by.
 *
 * @param whole whether all sockets must be listed, whatever is printed
 */
export async function parseQuery(
  parsed: ParsedArguments,
  { families, lookups }: Listed,
  format: FormatEntry,
  { explode }: FormatOptions,
  whole: boolean,
): Promise<Query> {
  const typed = parsed.get("columns") ?? (asksRates(parsed) ? rateColumns(parsed, families, format) : undefined);
  const named = {
    columns: parsed.has("watch") ? (await import("./watch_columns.ts")).watchColumns(typed, parsed, format) : typed,
    countBy: parsed.get("count-by"),
    sort: parsed.get("sort"),
    limit: parsed.get("limit"),
  };
  const context: QueryContext = {
    families,
    lookups,
    words,
    explode: explode !== undefined,
    ofEach: format.flat !== true,
    endsEarly: !whole,
    tellsRun: true,
    tellsEnds: parsed.has("events"),
    ofTable: format.honours.includes("width"),
  };
  try {
    return queryByName(named, context);
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    throw new UsageError(explainWith(await loadFamilies(allFamilies), named, context) ?? error.message);
  }
}

/** Rates that the table and counts show without being asked for one by one. */
const SHOWN_RATES = ["bytes_sent", "bytes_received", "retrans", "drops"];
/** Those of them in the table of --watch, so that processes fit beside them. */
const WATCHED_RATES = SHOWN_RATES.slice(0, 2);

/** The default columns with rates: in the table, and sums of them in counts. Other formats show all rates. */
function rateColumns(
  parsed: ParsedArguments,
  families: readonly Family[],
  format: FormatEntry,
): readonly string[] | undefined {
  const counted = parsed.get("count-by");
  if (counted === undefined && !format.honours.includes("width")) return undefined;
  const known = new ColumnNames(families);
  const pathsOf = (names: readonly string[]) =>
    names.map((name) => `rates.${name}`).filter((path) => known.find(path) !== null);
  const watched = parsed.has("watch") && counted === undefined ? pathsOf(WATCHED_RATES) : [];
  const paths = watched.length > 0 ? watched : pathsOf(SHOWN_RATES);
  if (paths.length === 0) return undefined;
  return counted === undefined
    ? paths.map((path) => `+${path}`)
    : [...counted, ...countsOf(parsed), ...paths.map((path) => `sum(${path})`)];
}

/** The numbers of sockets in counts. */
const countsOf = (parsed: ParsedArguments): readonly string[] =>
  parsed.has("events") ? [countKey.path, closedKey.path] : [countKey.path];

/** Reads the query again with the fields of all families, so that the error says which family has the field. */
function explainWith(unlisted: readonly Family[], named: NamedQuery, context: QueryContext): string | null {
  try {
    queryByName(named, { ...context, unlisted });
    return null;
  } catch (error) {
    return error instanceof QueryError ? error.message : null;
  }
}
