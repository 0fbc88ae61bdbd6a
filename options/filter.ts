/**
 * The filter in the words behind the options, and in the file that `--filter-file` names.
 */
import type { Family } from "../decode/families/family.ts";
import { families as allFamilies, loadFamilies } from "../decode/families/registry.ts";
import { AF_INET6 } from "../decode/kernel/address_family.ts";
import type { Context } from "../query/filter/context.ts";
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

/**
 * Reads a filter.
 *
 * @param file the file with more of it, `null` for none
 * @param elsewhere whether sockets of other network namespaces are listed
 * @throws {UsageError} if it cannot be understood
 */
export async function chooseFilter(
  words: readonly string[],
  file: string | null,
  live: boolean,
  families: readonly Family[],
  addressFamilies: readonly number[],
  elsewhere: boolean,
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
  try {
    const filter = readFilter(text, { ...context, warn: (message) => environment.warn?.(message) });
    refuseImpossible(filter, families);
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

/** So many families are named. */
const NAMED = 3;
