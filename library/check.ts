/**
 * Tests rules on sockets.
 */
import type { DumpOptions } from "./options.ts";
import type { Rule } from "../query/checks/rule.ts";
import { type CheckResults, runChecks, type SumsRead } from "../query/checks/run_checks.ts";
import { defaultRules } from "../query/checks/default_rules.ts";
import type { Context } from "../query/filter/context.ts";
import { families } from "../decode/families/all_families.ts";
import { currentNames } from "../ffi/filter_names.ts";
import { checkNames, compileRule, isApplicable, LOOKUPS_OF_UNITS } from "../query/checks/compile_rules.ts";
import { parts, prepare } from "./prepare.ts";
import { ALL_STATES } from "../decode/kernel/tcp_states.ts";
import { Session } from "../session.ts";
import { summary, type SummaryOptions } from "./summary.ts";

/** Options of {@linkcode check}. */
export interface CheckOptions extends DumpOptions {
  /** The built-in rules by default. */
  readonly rules?: readonly Rule[];
  /** Milliseconds between two looks, for rules that need two; 1000 by default. */
  readonly grace?: number;
}

/**
 * Tests rules on the sockets that the options select, in every state unless `states` or a filter name some. The processes that
 * hold sockets are looked up.
 *
 * @throws {RuleError} if a rule is not valid
 * @throws {SystemError} if no netlink socket can be opened
 * @throws {NamespaceError} if a network namespace does not exist, or cannot be entered or left
 */
export async function check(options: CheckOptions = {}): Promise<CheckResults> {
  const { rules = defaultRules, grace = 1000, ...listed } = options;
  const context: Context = {
    families,
    addressLengths: [4, 16],
    names: currentNames,
    elsewhere: listed.namespaces !== undefined,
  };
  checkNames(rules);
  const compiled = rules.map((rule) => compileRule(rule, context));
  const { run } = prepare({ ...listed, processes: true });
  const everyState = listed.states === undefined && listed.filter?.states == null &&
    listed.filter?.namesStates !== true;
  const plan = everyState
    ? { ...run.plan, states: ALL_STATES, families: run.plan.named === true ? run.plan.families : families }
    : run.plan;
  const { families: listedFamilies } = plan;
  const byUnit = compiled.some(({ rule }) => rule.over === "unit") ? LOOKUPS_OF_UNITS : [];
  const lookups = new Set([...run.lookups ?? [], ...compiled.flatMap(({ lookups }) => lookups), ...byUnit]);
  const implied = [...run.implied ?? [], ...byUnit.filter((name) => run.lookups?.includes(name) !== true)];
  using session = new Session({ ...run, plan, lookups: [...lookups], implied }, parts);
  // Sums are those of all sockets.
  const summed = listed.filter === undefined && listedFamilies.some(({ name }) => name === "TCP");
  const tested = compiled.filter((rule) =>
    rule.sums === null ? isApplicable(rule, listedFamilies) : summed || !rule.builtIn
  );
  return await runChecks(tested, {
    families: listedFamilies,
    list: (sink) => session.run(sink),
    sums: () => readSums(listed),
    wait: () => new Promise((resolve) => setTimeout(resolve, grace)),
  });
}

/** Reads the sums of the sockets that options select. */
async function readSums(options: DumpOptions): Promise<SumsRead> {
  const where = [...families.map(({ option }) => option.long), "ipv4", "ipv6", "namespaces", "namespaceLimit"];
  const chosen: SummaryOptions = Object.fromEntries(Object.entries(options).filter(([name]) => where.includes(name)));
  const warnings: string[] = [];
  return { summary: await summary({ ...chosen, warn: (warning) => warnings.push(warning) }), warnings };
}
