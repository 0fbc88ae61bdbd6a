/**
 * The filter in the words behind the options, and in the file that `--filter-file` names.
 */
import type { Family } from "../decode/families/family.ts";
import { families as allFamilies, loadFamilies } from "../decode/families/registry.ts";
import { AF_INET6 } from "../decode/kernel/address_family.ts";
import type { Context } from "../query/filter/context.ts";
import type { Plan } from "../decode/plan/plan.ts";
import { type Filter, readFilter } from "../query/filter/filter.ts";
import { type Names, noNames } from "../decode/lookups/names.ts";
import { FilterSyntaxError } from "../query/filter/syntax_error.ts";
import { UsageError } from "./usage_error.ts";

/** What the command line is told of the machine. */
export interface Environment {
  /** The text of a file; of standard input for a hyphen. */
  readText(path: string): Promise<string>;
  /** Names of services and hosts, and if `live` of what the machine has now. */
  names(live: boolean): Promise<Names>;
  /** Is told what may not mean what somebody thinks, one line. */
  warn?(message: string): void;
}

/** A machine without files and names. */
export const nowhere: Environment = {
  readText: () => Promise.resolve(""),
  names: () => Promise.resolve(noNames),
};

/** The words of a file: lines that start with `#` are left out. */
const withoutComments = (text: string): string => text.replace(/^#.*$/gm, "");

/** What a filter is for. */
export interface Listing extends Pick<Plan, "families" | "addressFamilies" | "named"> {
  /** Whether this machine is asked now. */
  readonly live: boolean;
  /** Whether sockets of other network namespaces are listed. */
  readonly elsewhere: boolean;
}

/**
 * Reads a filter.
 *
 * @param file the file with more of it, `null` for none
 * @throws {UsageError} if it cannot be understood, or no socket can meet it
 */
export async function chooseFilter(
  words: readonly string[],
  file: string | null,
  { families, addressFamilies, named, live, elsewhere }: Listing,
  environment: Environment,
): Promise<Filter> {
  const more = file === null ? "" : `\n${withoutComments(await environment.readText(file))}`;
  const text = words.join(" ") + more;
  const context = {
    families,
    addressLengths: addressFamilies.map((family) => family === AF_INET6 ? 16 : 4),
    names: await environment.names(live),
    elsewhere,
  };
  const warn = (message: string) => environment.warn?.(message);
  try {
    const filter = readFilter(text, { ...context, warn });
    refuseImpossible(filter, families);
    if (named === true) tellLacking(filter, families, warn);
    return filter;
  } catch (error) {
    if (!(error instanceof FilterSyntaxError)) throw error;
    const { message, caret } = explainWith(await loadFamilies(allFamilies), text, context) ?? error;
    throw new UsageError(message, caret);
  }
}

/** The error of a filter where the fields of all families are known: one of another family says whose it is. */
function explainWith(unlisted: readonly Family[], text: string, context: Context): FilterSyntaxError | null {
  try {
    readFilter(text, { ...context, unlisted });
    return null;
  } catch (error) {
    return error instanceof FilterSyntaxError ? error : null;
  }
}

/** What no socket can meet is a mistake, and no answer. */
function refuseImpossible(filter: Filter, families: readonly Family[]): void {
  if (!families.every((family) => filter.of(family).excludesAll)) return;
  const names = families.length > NAMED ? "" : `${families.map(({ name }) => name).join(", ")} `;
  throw new UsageError(`no ${names}socket can ever pass this filter`);
}

/** Says of which protocols that were asked for by name no socket passes because they lack a field. */
function tellLacking(filter: Filter, families: readonly Family[], warn: (message: string) => void): void {
  for (const family of families) {
    const { excludesAll, lacks: [lacking] } = filter.of(family);
    if (excludesAll && lacking !== undefined) warn(`no ${family.name} socket passes the filter: none has ${lacking}`);
  }
}

/** So many families are named. */
const NAMED = 3;
