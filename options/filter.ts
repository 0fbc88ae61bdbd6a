/**
 * The filter: the words after the options and the file of `--filter-file`.
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

/** Access of the command line to the machine. */
export interface Environment {
  /** The text of a file; a hyphen means standard input. */
  readText(path: string): Promise<string>;
  /** Looks up services and hosts; if `live`, also what exists on the machine now. */
  names(live: boolean): Promise<Names>;
  /** The preferred format on a terminal; `null` if standard output is no terminal or nothing is preferred. */
  terminalFormat?(): Promise<string | null>;
  /** The tool whose options and output are meant; `null` for this one. */
  compatible?(): Promise<string | null>;
  /** Whether standard output is a terminal. */
  isTerminal?(): boolean;
  /** Prints a hint about a filter that may not mean what was intended, one line. */
  warn?(message: string): void;
}

/** A machine without files and names. */
export const nowhere: Environment = {
  readText: () => Promise.resolve(""),
  names: () => Promise.resolve(noNames),
};

/** The text of a filter file without lines that start with `#`. */
const withoutComments = (text: string): string => text.replace(/^#.*$/gm, "");

/** Where a filter is used. */
export interface Listing extends Pick<Plan, "families" | "addressFamilies" | "named"> {
  /** Whether the running machine is asked. */
  readonly live: boolean;
  /** Whether it waits: what does not exist yet may come. */
  readonly waits: boolean;
  /** Whether its records are events. */
  readonly events: boolean;
  /** Whether sockets of other network namespaces are listed. */
  readonly elsewhere: boolean;
}

/**
 * Reads a filter.
 *
 * @param file the file with more of it, `null` for none
 * @throws {UsageError} if it is not valid, or no socket can match it
 */
export async function parseFilter(
  words: readonly string[],
  file: string | null,
  { families, addressFamilies, named, live, waits, events, elsewhere }: Listing,
  environment: Environment,
): Promise<Filter> {
  const more = file === null ? "" : `\n${withoutComments(await environment.readText(file))}`;
  const text = words.join(" ") + more;
  const context = {
    families,
    addressLengths: addressFamilies.map((family) => family === AF_INET6 ? 16 : 4),
    names: waits ? { ...await environment.names(live), exists: () => null } : await environment.names(live),
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
    if (events) {
      throw new UsageError(
        `${error.message.replace(" (see --fields)", "")} (ss2 -E --list-columns lists the fields of events)`,
        error.caret,
      );
    }
    const { message, caret } = explainWith(await loadFamilies(allFamilies), text, context) ?? error;
    throw new UsageError(message, caret);
  }
}

/** Parses the filter again with the fields of all families, so that the error says which family has the field. */
function explainWith(unlisted: readonly Family[], text: string, context: Context): FilterSyntaxError | null {
  try {
    readFilter(text, { ...context, unlisted });
    return null;
  } catch (error) {
    return error instanceof FilterSyntaxError ? error : null;
  }
}

/** Refuses a filter that no socket can match. */
function refuseImpossible(filter: Filter, families: readonly Family[]): void {
  if (!families.every((family) => filter.of(family).excludesAll)) return;
  const names = families.length > NAMED ? "" : `${families.map(({ name }) => name).join(", ")} `;
  throw new UsageError(`no ${names}socket can ever match this filter`);
}

/** Warns about named protocols whose sockets cannot match because they lack a field. */
function tellLacking(filter: Filter, families: readonly Family[], warn: (message: string) => void): void {
  for (const family of families) {
    const { excludesAll, lacks: [lacking] } = filter.of(family);
    if (excludesAll && lacking !== undefined) warn(`no ${family.name} socket matches the filter: none has ${lacking}`);
  }
}

/** Maximum number of families named in a message. */
const NAMED = 3;
