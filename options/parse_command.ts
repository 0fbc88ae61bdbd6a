/**
 * Parses the command line into a command.
 */
import type { LookupName } from "../decode/lookups/registry.ts";
import { loadFamilies } from "../decode/families/registry.ts";
import type { Family } from "../decode/families/family.ts";
import type { Key } from "../decode/record/key.ts";
import type { FormatEntry } from "../formats/format.ts";
import type { Filter } from "../query/filter/filter.ts";
import { type Command, type DumpCommand, type PlanChoice, shownLookups } from "./command.ts";
import type { Environment, Listing } from "./filter.ts";
import { parseArguments, type ParsedArguments } from "./getopt.ts";
import {
  asksOwners,
  columnLookups,
  filterLookups,
  needsOwners,
  parseLookups,
  parseNamespaces,
  parseOwners,
} from "./lookups.ts";
import { checkStreams, metricFormat, namesFormat, parseFormat, parseFormatOptions, parseOutput } from "./output.ts";
import { compatible, pythonOptions } from "./option_table.ts";
import { askedAction, checkAction, checkRules } from "./rules.ts";
import { parsePlan } from "./sockets.ts";
import { unknownName, UsageError } from "./usage_error.ts";

/** Default of --resolve-timeout in milliseconds. */
const RESOLVE_TIMEOUT = 2000;

/** Default of --rates in milliseconds. */
const RATES = 1000;

/** Default of --wait in milliseconds. */
const WAIT = 30_000;

/**
 * Reads the command line.
 *
 * @param environment access to the machine for filters; by default no files and no names
 * @throws {UsageError} for a mistake in it, with a message of one line
 */
export async function parseCommand(args: readonly string[], environment?: Environment): Promise<Command> {
  const parsed = parseArguments(args);
  const action = askedAction(parsed);
  const parse = (words: readonly string[]) => parseDump(parseArguments(words), words, environment);
  if (action?.long !== "help" && await isCompatible(parsed, environment)) {
    return await (await import("./pyroute2.ts")).parsePython(parsed, parse);
  }
  if (action?.long === "help") {
    const topic = parsed.get("help");
    return { action: "help", topic: typeof topic === "string" ? topic : null };
  }
  const judges = action?.long === "check" && !parsed.has("explain") && parseFormat(parsed, null).report === true;
  // A report lists sockets beside what rules find.
  if (judges) (await import("./report.ts")).checkJudged(parsed);
  if (action !== null && !judges) {
    checkAction(parsed, action);
    if (action.long === "check") {
      const { parseCheck } = await import("./check.ts");
      const checked = await parseCheck(parsed, await parseDump(parsed, args, environment), parse, environment);
      const { summary, output } = checked;
      return parsed.has("explain") ? { action: "explain-sums", checked, summary, output } : checked;
    }
    if (action.long === "summary") {
      const { parseSummary } = await import("./summary.ts");
      const read = await parseSummary(parsed, parse, true, environment);
      const summary = { ...read, counts: { ...read.counts, words: args } };
      const { output } = summary;
      return parsed.has("explain") ? { action: "explain-sums", checked: null, summary, output } : summary;
    }
    const { parseAction } = await import("./about.ts");
    return await parseAction(parsed, action.long);
  }
  if (parsed.has("serve")) return await (await import("./metrics.ts")).parseServe(parsed, parse);
  const metrics = metricFormat(parsed);
  if (metrics !== null) return await (await import("./metrics.ts")).parseMetrics(parsed, metrics, parse);
  const listing = await parseDump(parsed, args, environment);
  const command = await askingForFormat(listing);
  const { output } = command;
  if (parsed.has("leaks")) {
    const { parseLeaks } = await import("./leaks.ts");
    return parseLeaks(parsed, command);
  }
  if (parsed.has("report") && !judges) return (await import("./allow.ts")).parseReported(parsed, command);
  if (parsed.has("diff")) return (await import("./diff.ts")).parseDiff(parsed, command);
  if (printsEvents(parsed)) return (await import("./events.ts")).parseEvents(parsed, command);
  const kill = parsed.has("kill") ? (await import("./kill.ts")).parseKill(parsed, command) : null;
  if (parsed.has("explain")) {
    const explained = kill?.listing ?? command;
    return { action: "explain", explained, closes: kill?.most ?? null, stats: parsed.has("stats"), output };
  }
  if (kill !== null) return kill;
  if (parsed.has("watch")) return (await import("./watch.ts")).parseWatch(parsed, command);
  if (parsed.has("wait")) return { action: "wait", awaited: command, limit: waitLimit(parsed), output };
  if (command.format.report !== true) return command;
  const { isReport, parseReport } = await import("./report.ts");
  return isReport(command) ? await parseReport(parsed, listing, command, { judges, parse, environment }) : command;
}

/** Whether options and output are those of the Python tool. The environment decides only what that tool understands too. */
async function isCompatible(parsed: ParsedArguments, environment?: Environment): Promise<boolean> {
  if (parsed.has("compat")) return true;
  const { typed, words } = parsed;
  const names = typed.map(({ option }) => option.long);
  if (words.length > 0 || !(names.includes("tcp") || names.includes("unix")) || !names.every(isOfPython)) return false;
  const name = await environment?.compatible?.() ?? "";
  if (name !== "" && compatible.every((known) => known !== name)) {
    throw new UsageError(unknownName("tool", name, compatible) + " (in SS2_COMPAT)");
  }
  return name !== "";
}

const isOfPython = (long: string): boolean => pythonOptions.includes(long);

/** The input of a listing. */
interface Asked {
  readonly parsed: ParsedArguments;
  readonly format: FormatEntry;
  /** The filter as typed; `null` without one. */
  readonly typed: Filter | null;
  /** The filter for what is listed: what `--allow` allows does not pass. */
  readonly filter: Filter | null;
  /** The lookups that columns and filter need. */
  readonly named: ReadonlySet<LookupName>;
  readonly filtered: readonly LookupName[];
  /** Whether the processes that hold sockets are looked up. */
  readonly owned: boolean;
}

async function parseDump(
  parsed: ParsedArguments,
  args: readonly string[],
  environment?: Environment,
): Promise<DumpCommand> {
  checkStreams(parsed);
  const asked = await readAsked(parsed, environment);
  const { format, typed, filter, named, filtered, owned } = asked;
  checkRules(parsed, owned ? ["processes"] : []);
  if (printsEvents(parsed)) (await import("./events.ts")).checkEvents(format, typed, [...named, ...filtered]);
  const needed = new Set([...named, ...filtered]);
  if (filtered.includes("kill") || named.has("kill") && !parsed.has("kill")) {
    throw new UsageError("what closing a socket has led to is only known after -K");
  }
  const namespaces = parseNamespaces(parsed, needed);
  const lookups = parseLookups(parsed, format, named, filtered);
  if (namespaces !== null) lookups.set("netns", "option");
  const read = parsed.get("read") ?? null;
  const record = parsed.get("record") ?? null;
  const choice = parsePlan(parsed, owned, typed);
  const [families, open, formatOptions] = await Promise.all([
    loadListed(parsed, choice),
    format.load(),
    parseFormatOptions(parsed, format),
  ]);
  const command: DumpCommand = {
    action: "dump",
    plan: {
      ...choice,
      families,
      // Rates are added behind the listing.
      ...filter === null || filter.isEmpty || filtered.includes("rates") ? {} : { filter },
      ...record === null && read === null ? {} : { whole: true },
    },
    owners: parseOwners(parsed, owned, needed),
    namespaces,
    lookups,
    resolveTimeout: parsed.get("resolve-timeout") ?? RESOLVE_TIMEOUT,
    format,
    formatNamed: namesFormat(parsed),
    open,
    formatOptions,
    query: null,
    rates: rateInterval(parsed),
    read,
    record,
    output: parseOutput(parsed),
    words: args,
    // A comparison needs all fields.
    quiet: parsed.has("quiet") && !parsed.has("diff"),
    filter,
    expected: parseExpectation(parsed),
  };
  return printsEvents(parsed) ? command : await withQuery(parsed, command);
}

/** Whether events alone are printed. */
const printsEvents = (parsed: ParsedArguments): boolean => parsed.has("events") && !parsed.has("watch");

/** The families to list; of events those that the kernel tells of. */
async function loadListed(parsed: ParsedArguments, choice: PlanChoice): Promise<readonly Family[]> {
  if (!parsed.has("events")) return await loadFamilies(choice.families);
  const { loadEventFamilies, toldFamilies } = await import("./events.ts");
  return await (printsEvents(parsed) ? loadEventFamilies(parsed, choice) : toldFamilies(parsed, choice));
}

/** The preferred format: of the environment on a terminal; of what goes on one that needs no end. */
async function preferFormat(parsed: ParsedArguments, environment?: Environment): Promise<string | null> {
  if (namesFormat(parsed)) return null;
  const unprinted = parsed.has("output") || parsed.has("quiet");
  const preferred = unprinted ? null : await environment?.terminalFormat?.() ?? null;
  const goesOn = parsed.has("events") || parsed.has("watch");
  if (!goesOn || preferred !== null && preferred !== "json") return preferred;
  return !unprinted && environment?.isTerminal?.() === true ? "table" : "ndjson";
}

/** Parses format and filter, and collects the lookups that they and the columns need. */
async function readAsked(parsed: ParsedArguments, environment?: Environment): Promise<Asked> {
  const format = await listingFormat(parsed, environment);
  const named = await columnLookups(parsed);
  const typed = await readTypedFilter(parsed, environment);
  const filter = await withoutAllowed(parsed, typed, environment);
  const filtered = filter === null ? [] : await filterLookups(filter);
  const owned = asksOwners(parsed) || filter?.readsOwners === true || needsOwners(new Set([...named, ...filtered]));
  return { parsed, format, typed, filter, named, filtered, owned };
}

/** The format of the listing. */
async function listingFormat(parsed: ParsedArguments, environment?: Environment): Promise<FormatEntry> {
  if (parsed.has("diff")) return (await import("./diff.ts")).comparedFormat;
  return parseFormat(parsed, await preferFormat(parsed, environment));
}

/** The command with its query: `--columns`, `--sort`, `--limit` and `--count-by`. */
async function withQuery(parsed: ParsedArguments, command: DumpCommand): Promise<DumpCommand> {
  const { plan, format, formatOptions, record } = command;
  const hasQuery = (["columns", "sort", "limit", "count-by", "explode", "rates", "watch"] as const).some((long) =>
    parsed.has(long)
  );
  const query = command.quiet || !hasQuery ? null : await (await import("./query.ts")).parseQuery(
    parsed,
    { families: plan.families, lookups: shownLookups(command.lookups) },
    format,
    formatOptions,
    // A recording, and a round, must be complete.
    record !== null || parsed.has("watch"),
  );
  // --quiet needs only the fields that the filter compares.
  const needed = command.quiet
    ? new Set<Key>()
    : query === null
    ? null
    : (await import("../query/pipeline.ts")).neededKeys(query);
  return await asking({ ...command, query }, needed);
}

/** The command that asks the kernel for these fields and those that the filter compares; `null` for all. */
async function asking(command: DumpCommand, needed: ReadonlySet<Key> | null): Promise<DumpCommand> {
  const { plan, record, filter } = command;
  // A recording must be complete, so that it can be read with other columns.
  if (needed === null || record !== null) return command;
  const { askedFields, askedKeys } = await import("../query/asked_fields.ts");
  return { ...command, plan: { ...plan, wanted: askedFields(askedKeys(needed), filter) } };
}

/** The command that asks for what its format shows, where that is the default columns of a format that has some. */
async function askingForFormat(command: DumpCommand): Promise<DumpCommand> {
  const { query, quiet, format, formatOptions, plan: { families } } = command;
  const added = query?.columns?.added;
  const hasDefault = query === null || query.countBy === null && (query.columns === null || added !== undefined);
  if (quiet || !hasDefault || format.loadFields === undefined) return command;
  const shownIn = await format.loadFields();
  const content = { families, lookups: shownLookups(command.lookups), ...added === undefined ? {} : { added } };
  const orders = query === null ? [] : (await import("../query/pipeline.ts")).orderKeys(query);
  return await asking(command, new Set([...shownIn(formatOptions, content), ...orders]));
}

/** The value of --rates in milliseconds; `null` without the option, and for rates between rounds. */
function rateInterval(parsed: ParsedArguments): number | null {
  if (parsed.has("watch")) return null;
  const interval = parsed.get("rates");
  return typeof interval === "number" ? interval : parsed.has("rates") ? RATES : null;
}

/** The value of --wait in milliseconds. */
function waitLimit(parsed: ParsedArguments): number {
  const limit = parsed.get("wait");
  return typeof limit === "number" ? limit : WAIT;
}

/** The expectation of --quiet, --fail-if-empty, --fail-if-any and --allow. */
function parseExpectation(parsed: ParsedArguments): "some" | "none" | null {
  if ((["fail-if-any", "allow", "allow-file", "leaks"] as const).some((long) => parsed.has(long))) return "none";
  return parsed.has("quiet") || parsed.has("fail-if-empty") ? "some" : null;
}

/** The filter in words and file, `null` if there are none. */
async function readTypedFilter(parsed: ParsedArguments, environment?: Environment): Promise<Filter | null> {
  const file = parsed.get("filter-file") ?? null;
  if (parsed.words.length === 0 && file === null) return null;
  const { parseFilter, nowhere } = await import("./filter.ts");
  return await parseFilter(parsed.words, file, await listingOf(parsed), environment ?? nowhere);
}

/** The filter without the sockets that `--allow` and `--allow-file` allow. */
async function withoutAllowed(
  parsed: ParsedArguments,
  filter: Filter | null,
  environment?: Environment,
): Promise<Filter | null> {
  if (!parsed.has("allow") && !parsed.has("allow-file")) return filter;
  const { parseAllowed } = await import("./allow.ts");
  const { nowhere } = await import("./filter.ts");
  const { exceptAllowed } = await import("../query/filter/allow_list.ts");
  return exceptAllowed(filter, await parseAllowed(parsed, await listingOf(parsed), environment ?? nowhere));
}

/** Where a filter is used. Families that a dump lists only with -p have fields too. */
async function listingOf(parsed: ParsedArguments): Promise<Listing> {
  const plan = parsePlan(parsed, true);
  const families = await loadListed(parsed, plan);
  const [live, waits, elsewhere] = [!parsed.has("read"), parsed.has("wait"), parsed.has("net")];
  return { ...plan, families, live, waits, events: printsEvents(parsed), elsewhere };
}
