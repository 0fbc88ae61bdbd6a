/**
 * The command line: what was typed, and what is to be done about it.
 */
import { AF_INET, AF_INET6 } from "../decode/kernel/address_family.ts";
import type { LookupName } from "../decode/lookups/lookup.ts";
import { quote } from "../decode/text/control_characters.ts";
import { families, loadFamilies } from "../decode/families/registry.ts";
import type { FamilyEntry } from "../decode/families/family.ts";
import type { Key } from "../decode/record/key.ts";
import { ALL_STATES, BOUND_INACTIVE_STATES, CONNECTED_STATES, LISTENING_STATES } from "../decode/kernel/tcp_states.ts";
import type { FormatEntry, FormatOptions } from "../formats/format.ts";
import { formats } from "../formats/registry.ts";
import type { Filter } from "../query/filter/filter.ts";
import type { Environment } from "./filter.ts";
import { booleans, expandArguments, type Given, listed, parseGiven } from "./getopt.ts";
import { domainNames, formatNames, listNames, options } from "./option_table.ts";
import type { NamespacesOption } from "./namespaces.ts";
import { unknownName, UsageError } from "./usage_error.ts";
import {
  type Command,
  type LookupReason,
  type OutputOption,
  type OwnersOption,
  type PlanChoice,
  shownLookups,
} from "./command.ts";

/**
 * Reads the command line.
 *
 * @param environment what filters may ask of the machine; by default there are neither files nor names
 * @throws {UsageError} if it cannot be understood; the message is one line
 */
export async function parseCommand(args: readonly string[], environment?: Environment): Promise<Command> {
  const expanded = expandArguments(args);
  const given = parseGiven(expanded);
  const command = await parseDump(args, expanded, given, environment);
  const stats = given["stats"] === true;
  if (given["explain"] !== true && stats) throw new UsageError("--stats does nothing without --explain");
  if (given["explain"] !== true || command.action !== "dump") return command;
  return { action: "explain", explained: command, stats, output: command.output };
}

/** The command without `--explain`. */
async function parseDump(
  args: readonly string[],
  expanded: string[],
  given: Given,
  environment?: Environment,
): Promise<Command> {
  if (given["help"] === true) return { action: "help" };
  if (given["version"] === true || given["doctor"] === true || given["man"] === true || "completion" in given) {
    const { describeProgram, programOptions } = await import("./about_program.ts");
    const asked = programOptions.find((long) => given[long] !== undefined && given[long] !== false);
    return describeProgram(given, asked!, chosenOutput(given));
  }
  const format = chosenFormat(given);
  const columns = [given["columns"], given["count-by"], given["sort"]].flatMap(listed);
  const named = new Set(columns.length === 0 ? [] : await lookupsFor(columns));
  const ownersAsked = asksOwners(given) || needsOwners(named);
  const output = chosenOutput(given);
  if (["fields", "schema", "list-columns"].some((long) => given[long] === true)) {
    const { describe } = await import("./about.ts");
    const choice = choosePlan(expanded, given, ownersAsked);
    return await describe(given, choice, format, output);
  }
  const read = chosenFile(given, "read");
  const record = chosenFile(given, "record");
  const filter = await chosenFilter(expanded, given, read === null, environment);
  const filtered = filter === null ? [] : await filterLookups(filter);
  const needed = new Set([...named, ...filtered]);
  const owned = ownersAsked || filter?.readsOwners === true || needsOwners(needed);
  const owners = chosenOwners(expanded, given, owned, needed);
  const formatOptions = await chosenFormatOptions(given, format);
  if (formatOptions.explode !== undefined && owners === null) {
    throw new UsageError("--explode owners does nothing without -p");
  }
  const namespaces = await chosenNamespaces(expanded, given, needed);
  const lookups = chosenLookups(given, format, named, filtered, owners !== null);
  if (namespaces !== null) lookups.set("netns", "option");
  const choice = choosePlan(expanded, given, owned, filter);
  const [families, open] = await Promise.all([loadFamilies(choice.families), format.load()]);
  const plan = {
    ...choice,
    families,
    ...filter === null || filter.isEmpty ? {} : { filter },
    ...record === null && read === null ? {} : { whole: true },
  };
  if (read !== null && record !== null) {
    throw new UsageError("--read and --record exclude each other (to keep a recording copy it)");
  }
  for (const [long, file] of Object.entries({ read, record })) {
    if (output !== null && output === file) throw new UsageError(`--output and --${long} name the same file`);
  }
  const looked = { owners, namespaces, lookups, resolveTimeout: chosenTimeout(given) };
  const chosen = { ...looked, format, open, formatOptions, read, record, output };
  const quiet = given["quiet"] === true;
  if (quiet && output !== null) throw new UsageError("--output does nothing with --quiet, which prints nothing");
  const command = {
    action: "dump" as const,
    ...chosen,
    words: args,
    quiet,
    filter,
    expected: chosenExpectation(given),
  };
  if (quiet) {
    // Nothing but what the filter reads is needed.
    const wanted = record === null ? { wanted: await fieldChoice(new Set(), filter) } : {};
    return { ...command, plan: { ...plan, ...wanted }, query: null };
  }
  if (columns.length === 0 && given["limit"] === undefined && formatOptions.explode === undefined) {
    return { ...command, plan, query: null };
  }
  const { chooseQuery } = await import("./query.ts");
  const content = { families, lookups: shownLookups(lookups) };
  const { query, asked } = chooseQuery(given, content, format, formatOptions, record !== null);
  // What is recorded is to serve for other columns too.
  const wanted = asked === null || record !== null ? {} : { wanted: await fieldChoice(asked, filter) };
  return { ...command, plan: { ...plan, ...wanted }, query };
}

/** What --quiet, --fail-if-empty and --fail-if-any expect. */
function chosenExpectation(given: Given): "some" | "none" | null {
  if (given["fail-if-any"] !== true) return given["quiet"] === true || given["fail-if-empty"] === true ? "some" : null;
  if (given["fail-if-empty"] === true) throw new UsageError("--fail-if-empty and --fail-if-any exclude each other");
  return "none";
}

/** Whether options ask for the processes that hold sockets. */
export const asksOwners = (given: Given): boolean =>
  ["processes", "threads", "context", "contexts", "peers"].some((long) => given[long] === true);

/** The fields that the kernel is asked for: those of a query, and those that a filter reads. */
async function fieldChoice(asked: ReadonlySet<Key>, filter: Filter | null): Promise<(key: Key) => boolean> {
  if (filter === null) return (key) => asked.has(key);
  const { askedFields } = await import("../query/column_choice.ts");
  return askedFields(asked, filter);
}

/** Whether it takes to know who holds the sockets. */
const needsOwners = (lookups: ReadonlySet<LookupName>) =>
  (["owners", "peers", "unix-peers", "contexts"] as const).some((lookup) => lookups.has(lookup));

/** The network namespaces that are asked for, or of which a column or the filter tells. */
async function chosenNamespaces(
  args: readonly string[],
  given: Given,
  named: ReadonlySet<LookupName>,
): Promise<NamespacesOption | null> {
  const told = named.has("netns") && given["read"] === undefined;
  if (!told && given["net"] === undefined && given["netns-limit"] === undefined) return null;
  const { chooseNamespaces } = await import("./namespaces.ts");
  return chooseNamespaces(args, given);
}

/** What has to be looked up for a filter. */
async function filterLookups({ paths }: Filter): Promise<readonly LookupName[]> {
  const { lookupsFor } = await import("../decode/lookups/registry.ts");
  const lookups = lookupsFor(new Set(paths));
  if (!lookups.includes("hosts")) return lookups;
  throw new UsageError("a filter cannot read src_host and dst_host: names come after it");
}

/** What has to be looked up for columns as they are typed. */
async function lookupsFor(typed: readonly string[]): Promise<readonly LookupName[]> {
  const { lookupsOf } = await import("../query/column_choice.ts");
  return lookupsOf(typed.map((name) => name.replace(/^\+|:(asc|desc)$/g, "")));
}

/**
 * What is looked up: for the columns that are `named`, for what is `filtered` by, and for options. These add nothing to
 * columns that were chosen one by one; -p adds users, control groups and the other ends of UNIX sockets only to formats that
 * show everything.
 */
function chosenLookups(
  given: Given,
  format: FormatEntry,
  named: ReadonlySet<LookupName>,
  filtered: readonly LookupName[],
  owned: boolean,
): Map<LookupName, LookupReason> {
  const { processes, threads, context, contexts, extended, cgroup, peers, resolve } = given;
  if (named.has("hosts") && resolve !== true) {
    throw new UsageError("src_host and dst_host need -r: without it no name is asked for");
  }
  const lookups = new Map<LookupName, LookupReason>([...named].map((lookup) => [lookup, "column"]));
  if (owned) lookups.set("owners", "column");
  if (asksOwners(given)) lookups.set("owners", "option");
  for (const lookup of filtered) lookups.set(lookup, "option");
  if (given["count-by"] !== undefined || given["columns"] !== undefined && !String(given["columns"]).startsWith("+")) {
    return lookups;
  }
  if ([processes, threads, context, contexts].includes(true) && !format.honours.includes("extended")) {
    for (const lookup of ["users", "cgroups", "unix-peers"] as const) {
      if (lookups.get(lookup) !== "option") lookups.set(lookup, "implied");
    }
  }
  if (extended === true && format.honours.includes("extended")) lookups.set("users", "option");
  if (cgroup === true) lookups.set("cgroups", "option");
  if (contexts === true) lookups.set("contexts", "option");
  if (peers === true) lookups.set("peers", "option").set("unix-peers", "option");
  if (resolve === true) lookups.set("hosts", "option");
  return lookups;
}

/** Milliseconds after which addresses stay numbers. */
function chosenTimeout(given: Given): number {
  const typed = given["resolve-timeout"];
  if (typed === undefined) return RESOLVE_TIMEOUT;
  if (given["resolve"] !== true) throw new UsageError("--resolve-timeout does nothing without -r");
  if (/^[0-9]{1,4}(\.[0-9]{1,3})?$/.test(String(typed))) return 1000 * Number(typed);
  throw new UsageError(`--resolve-timeout takes seconds, 0.5 or 10 for example, not ${quote(String(typed))}`);
}

const RESOLVE_TIMEOUT = 2000;

/** The filter in words and file, `null` if there are none. */
async function chosenFilter(
  args: readonly string[],
  given: Given,
  live: boolean,
  environment?: Environment,
): Promise<Filter | null> {
  const words = given._.map(String);
  const file = chosenFile(given, "filter-file");
  if (words.length === 0 && file === null) return null;
  const { chooseFilter, nowhere } = await import("./filter.ts");
  // What a dump lists only with the processes has fields all the same.
  const { families, addressFamilies } = choosePlan(args, given, true);
  return await chooseFilter(
    words,
    file,
    live,
    await loadFamilies(families),
    addressFamilies,
    given["net"] !== undefined,
    environment ?? nowhere,
  );
}

/** What is to be listed, `owned` with the processes that hold it; `args` as {@linkcode expandArguments} leaves them. */
export function choosePlan(
  args: readonly string[],
  given: Given,
  owned: boolean,
  filter: Filter | null = null,
): PlanChoice {
  const { tables, listed } = chosenTables(args);
  const inet = given["ipv4"] === true || given["ipv6"] === true ||
    args.some((arg) => arg === "--family=inet" || arg === "--family=inet6");
  const wholeInet = inet && ![...tables.keys()].some(({ domain }) => domain === "inet");
  // Of an address family, or another group of protocols, the kernel need not have all: those that it lacks are not missing.
  const grouped = tables.size === 0 || wholeInet ||
    args.some((arg) => arg.startsWith("--query=") && /[=,](all|inet)(,|$)/.test(arg));
  if (wholeInet) {
    families.filter(({ domain }) => domain === "inet").forEach((family) => tables.set(family, ALL_TYPES));
  }
  const named = tables.size > 0;
  if (listed && !named) throw new UsageError("option -A leaves no protocol to list");
  // As in `ss`: by default, and after -A, all protocols show their connections; each by an option of its own, what it has.
  const chosen = optionStates(args) ?? (named && !listed ? null : CONNECTED_STATES);
  // States in the filter forget those of the options.
  const states = filter?.states ?? (filter?.namesStates === true ? ALL_STATES : chosen);
  const types = [...tables].filter(([, mask]) => mask !== ALL_TYPES).map(([family, mask]) => [family.name, mask]);
  return {
    families: families.filter((family) =>
      named ? tables.has(family) : family.domain !== "other" || owned && states === ALL_STATES
    ),
    addressFamilies: chosenAddressFamilies(args, given),
    states,
    bpfMaps: given["bpf-maps"] === true,
    named: named && !grouped,
    ...types.length === 0 ? {} : { types: Object.fromEntries(types) },
  };
}

/** Whether the processes that hold sockets are looked up: `owned` if they are asked for, or needed for a column. */
function chosenOwners(
  args: readonly string[],
  given: Given,
  owned: boolean,
  named: ReadonlySet<LookupName>,
): OwnersOption {
  const asked = owned || [...chosenTables(args).tables.keys()].some(({ domain }) => domain === "other");
  if (given["cmdline"] === true && !asked) throw new UsageError("--cmdline does nothing without -p");
  if (!asked) return null;
  return {
    cmdline: given["cmdline"] === true,
    threads: given["threads"] === true,
    context: given["context"] === true || given["contexts"] === true || named.has("contexts"),
  };
}

/** Every socket type. */
const ALL_TYPES = -1;

/** Families and the types of theirs that options choose, and whether -A is among them; it forgets what was chosen before. */
function chosenTables(args: readonly string[]): { tables: Map<FamilyEntry, number>; listed: boolean } {
  const tables = new Map<FamilyEntry, number>();
  let listed = false;
  for (const arg of args) {
    const family = families.find(({ option }) => arg === `--${option.long}` || arg === `-${option.short}`);
    if (family !== undefined) tables.set(family, ALL_TYPES);
    const [name, value = ""] = arg.split(/=(.*)/s);
    if (name === "--family") {
      if (!domainNames.includes(value)) throw new UsageError(unknownName("address family", value, domainNames));
      families.filter(({ domain }) => domain !== "inet" && domain === value).forEach((family) =>
        tables.set(family, ALL_TYPES)
      );
    }
    if (name === "--query") {
      if (!listed) tables.clear();
      listed = true;
      for (const item of value.split(",")) changeTables(tables, item);
    }
  }
  return { tables, listed };
}

/** Adds what one name in the list of -A stands for, or takes it away. */
function changeTables(tables: Map<FamilyEntry, number>, item: string): void {
  const remove = item.startsWith("!");
  const name = remove ? item.slice(1) : item;
  const chosen = new Map<FamilyEntry, number>();
  for (const family of families) {
    const { option, domain, typeNames = {} } = family;
    const type = typeNames[name];
    if (name === "all" && domain !== "other" || name === option.long || name === "inet" && domain === "inet") {
      chosen.set(family, ALL_TYPES);
    } else if (type !== undefined) chosen.set(family, 1 << type);
  }
  if (chosen.size === 0) {
    throw new UsageError(unknownName("protocol", name, listNames()));
  }
  for (const [family, mask] of chosen) {
    const before = tables.get(family) ?? 0;
    const after = remove ? before & ~mask : before | mask;
    if (after === 0) tables.delete(family);
    else tables.set(family, after);
  }
}

function chosenAddressFamilies(args: readonly string[], given: Given): readonly number[] {
  const ipv4 = given["ipv4"] === true || args.includes("--family=inet");
  const ipv6 = given["ipv6"] === true || args.includes("--family=inet6");
  if (ipv4 === ipv6) return [AF_INET, AF_INET6];
  return [ipv4 ? AF_INET : AF_INET6];
}

function chosenFormat(given: Given): FormatEntry {
  const [short, other] = formatNames.filter((name) => booleans.includes(name) && given[name] === true);
  if (short !== undefined && other !== undefined) throw new UsageError(`--${short} and --${other} exclude each other`);
  const name = given["format"] ?? short;
  if (name === undefined) return formats[0]!;
  if (short !== undefined && name !== short) {
    throw new UsageError(`--${short} and --format ${quote(String(name))} exclude each other`);
  }
  const format = formats.find((candidate) => candidate.name === name);
  if (format !== undefined) return format;
  const names = formatNames.join(", ");
  if (typeof name !== "string" || name === "") throw new UsageError(`option --format needs a name: ${names}`);
  throw new UsageError(`unknown format ${quote(name)}; there are ${names}`);
}

/** The file that an option names, `null` without it. */
function chosenFile(given: Given, long: string): string | null {
  const path = given[long];
  if (path === undefined) return null;
  if (typeof path !== "string" || path === "") throw new UsageError(`option --${long} needs the name of a file`);
  return path;
}

/** The file that --output names; a hyphen stands for standard output. */
function chosenOutput(given: Given): OutputOption {
  const path = chosenFile(given, "output");
  return path === "-" ? null : path;
}

/** What the format is told. Every option of formats that was typed must make a difference to it. */
async function chosenFormatOptions(given: Given, format: FormatEntry): Promise<FormatOptions> {
  const settings = options.flatMap(({ long, setting, harmless }) => {
    const value = given[long];
    if (setting === undefined || value === undefined || value === false) return [];
    if (!format.honours.includes(setting) && harmless === true) return [];
    if (!format.honours.includes(setting)) throw new UsageError(`--${long} does nothing for --format ${format.name}`);
    return [[setting, typeof value === "string" ? parseSetting(long, value) : value]];
  });
  const chosen: FormatOptions = Object.fromEntries(settings);
  if (chosen.delimiter !== undefined) await checkDelimiter(chosen.delimiter);
  if (chosen.decimal === "," && format.name === "csv" && (chosen.delimiter ?? ",") === ",") {
    throw new UsageError('--decimal , needs something else between cells, for example --delimiter ";"');
  }
  return chosen;
}

/** The value of an option of formats. */
function parseSetting(long: string, typed: string): string {
  if (long === "delimiter") return typed === "\\t" ? "\t" : typed;
  const values = long === "decimal" ? [".", ","] : long === "color" ? ["auto", "always", "never"] : ["owners"];
  if (!values.includes(typed)) throw new UsageError(`--${long} takes ${values.join(" or ")}, not ${quote(typed)}`);
  return typed;
}

async function checkDelimiter(delimiter: string): Promise<void> {
  const { isDelimiter } = await import("../formats/csv/cells.ts");
  if (isDelimiter(delimiter)) return;
  throw new UsageError(
    `--delimiter takes one character that no number, word or address has, such as ; or \\t, not ${quote(delimiter)}`,
  );
}

const stateOptions = [
  { long: "all", states: ALL_STATES },
  { long: "listening", states: LISTENING_STATES },
  { long: "bound-inactive", states: BOUND_INACTIVE_STATES },
];

/** States that the options choose, `null` if none does; of several the last one counts, as in `ss`. */
function optionStates(args: readonly string[]): number | null {
  let states: number | null = null;
  let last = -1;
  for (const candidate of stateOptions) {
    const short = options.find((option) => option.long === candidate.long)?.short;
    const at = Math.max(args.lastIndexOf(`--${candidate.long}`), args.lastIndexOf(`-${short}`));
    if (at > last) {
      last = at;
      states = candidate.states;
    }
  }
  return states;
}
