/**
 * The command of `--check`: rules, reports, and the listing that they are tested on.
 */
import { families as allFamilies, loadFamilies } from "../decode/families/registry.ts";
import { ALL_STATES } from "../decode/kernel/tcp_states.ts";
import type { LookupName } from "../decode/lookups/registry.ts";
import { quote } from "../decode/text/control_characters.ts";
import {
  checkNames,
  type CompiledRule,
  compileRule,
  isApplicable,
  LOOKUPS_OF_UNITS,
} from "../query/checks/compile_rules.ts";
import { defaultRules } from "../query/checks/default_rules.ts";
import { type Rule, RuleError } from "../query/checks/rule.ts";
import type { Context } from "../query/filter/context.ts";
import type { CheckCommand, DumpCommand, FindingsFormat, ReportOption } from "./command.ts";
import { type Environment, nowhere } from "./filter.ts";
import type { ParsedArguments } from "./getopt.ts";
import { namesFormat } from "./output.ts";
import { UsageError } from "./usage_error.ts";

/** The name of the built-in rules. */
const DEFAULT = "default";

/** Default of --grace in milliseconds. */
export const GRACE = 1000;

/**
 * The command of `--check` for the sockets that `listing` lists.
 *
 * @param parse reads the command line of a listing
 */
export async function parseCheck(
  parsed: ParsedArguments,
  listing: DumpCommand,
  parse: (words: readonly string[]) => Promise<DumpCommand>,
  environment?: Environment,
): Promise<CheckCommand> {
  const tested = await parseRules(parsed, listing, environment);
  const sums = tested.rules.some(({ rule }) => rule.over === "summary");
  return {
    action: "check",
    ...tested,
    summary: sums ? await (await import("./summary.ts")).parseSummary(parsed, parse) : null,
    reports: parseReports(parsed),
    format: findingsFormat(parsed, listing, "check"),
    compact: parsed.has("compact"),
    output: listing.output,
  };
}

/** The rules of `--check`, the built-in ones by default, and the listing that they are tested on. */
export async function parseRules(
  parsed: ParsedArguments,
  listing: DumpCommand,
  environment: Environment = nowhere,
): Promise<Pick<CheckCommand, "rules" | "listing" | "grace">> {
  const context = {
    families: await loadFamilies(allFamilies),
    addressLengths: [4, 16],
    names: await environment.names(listing.read === null),
    elsewhere: parsed.has("net"),
  };
  const rules: CompiledRule[] = [];
  const named = parsed.get("check");
  for (const name of typeof named === "object" ? named : [DEFAULT]) {
    rules.push(...await rulesOf(name, listing, context, environment));
  }
  try {
    checkNames(rules.map(({ rule }) => rule));
  } catch (error) {
    if (error instanceof RuleError) throw new UsageError(`--check: ${error.message}`);
    throw error;
  }
  const byUnit = rules.some(({ rule }) => rule.over === "unit");
  const looked = await withOthers(withOwners(parsed, listing, ALL_STATES, rules.flatMap(({ lookups }) => lookups)));
  return {
    rules,
    listing: byUnit ? withUnits(looked) : looked,
    grace: parsed.get("grace") ?? GRACE,
  };
}

/** The rules of a file, or the built-in ones for the sockets that are listed. */
async function rulesOf(
  name: string,
  { plan, filter }: DumpCommand,
  context: Context,
  environment: Environment,
): Promise<readonly CompiledRule[]> {
  if (name === DEFAULT) {
    // Sums are those of all sockets.
    const summed = filter === null && plan.families.some(({ name }) => name === "TCP");
    return defaultRules.map((rule) => compileRule(rule, context)).filter((compiled) =>
      compiled.rule.over === "summary" ? summed : isApplicable(compiled, plan.families)
    );
  }
  if (name === "") throw new UsageError(`--check takes ${DEFAULT} and names of files, separated by commas`);
  const text = await environment.readText(name);
  const { readRules } = await import("../query/checks/read_rules.ts");
  try {
    return readRules(text).map((rule) => compileOwn(rule, plan, context));
  } catch (error) {
    if (!(error instanceof RuleError)) throw error;
    throw new UsageError(`${quote(name)}: ${error.message}`, error.place);
  }
}

function compileOwn(rule: Rule, { families }: DumpCommand["plan"], context: Context): CompiledRule {
  const compiled = compileRule(rule, context);
  if (rule.over === "summary" || isApplicable(compiled, families)) return compiled;
  throw new RuleError(`rule ${quote(rule.name)}: no socket that is listed can ever pass its filter`);
}

/** The listing in `states`, unless others were typed, with processes and some lookups. */
export function withOwners(
  parsed: ParsedArguments,
  listing: DumpCommand,
  states: number,
  needed: readonly LookupName[] = [],
): DumpCommand {
  const { filter, plan, owners } = listing;
  const typed = (["all", "listening", "bound-inactive"] as const).some((long) => parsed.has(long)) ||
    filter !== null && (filter.states !== null || filter.namesStates);
  const lookups = new Map(listing.lookups);
  for (const lookup of ["owners" as const, ...needed]) lookups.set(lookup, "option");
  return {
    ...listing,
    plan: typed ? plan : { ...plan, states },
    owners: owners ?? { cmdline: false, threads: false, context: lookups.has("contexts") },
    lookups,
  };
}

/** The listing, with the sockets that only the processes which hold them tell of if it is one of all protocols. */
async function withOthers(listing: DumpCommand): Promise<DumpCommand> {
  const { plan } = listing;
  if (plan.states !== ALL_STATES || plan.families.length !== allFamilies.length - 1) return listing;
  return { ...listing, plan: { ...plan, families: await loadFamilies(allFamilies) } };
}

/** The listing with units, if they can be found. */
function withUnits(listing: DumpCommand): DumpCommand {
  const implied = LOOKUPS_OF_UNITS.filter((name) => !listing.lookups.has(name)).map((name) =>
    [name, "implied"] as const
  );
  return { ...listing, lookups: new Map([...listing.lookups, ...implied]) };
}

/** The files of --report. */
export function parseReports(parsed: ParsedArguments): readonly ReportOption[] {
  const reports = parsed.all("report");
  const files = [...reports.map(({ file }) => file), parsed.get("output") ?? null].filter((file) => file !== null);
  const same = files.find((file, i) => file !== "-" && files.indexOf(file) < i);
  if (same !== undefined) throw new UsageError(`two outputs name the same file: ${quote(same)}`);
  return reports;
}

/** The format of findings. What SS2_FORMAT says counts if it is one of these. */
export function findingsFormat(
  parsed: ParsedArguments,
  { format: { name } }: DumpCommand,
  long: string,
): FindingsFormat {
  if (name === "json" || name === "ndjson" || name === "table") return name;
  if (!namesFormat(parsed)) return "table";
  throw new UsageError(`--${long} prints json, ndjson or table, not ${name}`);
}
