/**
 * Compiles rules: their filters, and the names of their fields.
 */
import { type Family, madeOnce } from "../../decode/families/family.ts";
import { rates } from "../../decode/lookups/rates.ts";
import { type LookupName, lookupsFor } from "../../decode/lookups/registry.ts";
import { quote } from "../../decode/text/control_characters.ts";
import { wholeCondition } from "../filter/allow_list.ts";
import { pathsOf } from "../filter/condition_tests.ts";
import type { Context } from "../filter/context.ts";
import { allOf, type Condition, conditionsOf, constant, weaken } from "../filter/expression.ts";
import { Filter, readFilter } from "../filter/filter.ts";
import { FilterSyntaxError } from "../filter/syntax_error.ts";
import { defaultRules } from "./default_rules.ts";
import { type Rule, RuleError } from "./rule.ts";
import { sumsFamily } from "./sums_family.ts";

/** A rule that is ready to be used. */
export interface CompiledRule {
  /** The rule; its fields are whole paths. */
  readonly rule: Rule;
  /** The filter, with the states at its start as a condition. */
  readonly filter: Filter;
  /** The same without comparisons of rates, which the first look does not have; `null` if there are none. */
  readonly unrated: Filter | null;
  /** The sums as fields, for rules over these; else `null`. */
  readonly sums: Family | null;
  /** `null` for none. */
  readonly beside: Filter | null;
  /** The fields that the filter compares. */
  readonly paths: readonly string[];
  /** Whether it is one of the built-in rules. */
  readonly builtIn: boolean;
  /** The lookups that it needs. */
  readonly lookups: readonly LookupName[];
  /** The sockets that might pass if their owners were known; `null` if owners do not matter. */
  readonly doubt: Filter | null;
}

/** The owners of a socket are not known. */
const UNKNOWN_OWNERS = "owner_status in denied,raced";

/** Lookups with which a rule over units says more; it does without them. */
export const LOOKUPS_OF_UNITS: readonly LookupName[] = ["cgroups"];

/** @throws {RuleError} if a filter or a name in a rule is not valid */
export function compileRule(rule: Rule, context: Context): CompiledRule {
  if (rule.over === "summary") return compileSums(rule, context);
  const reader = new RuleReader(rule.name, context);
  const filter = reader.filter(rule.filter);
  const beside = rule.beside === undefined ? null : reader.filter(rule.beside);
  const compiled = withPaths(rule, reader);
  const { differ } = compiled;
  const read = [...filter.paths, ...beside?.paths ?? [], ...differ === undefined ? [] : [differ]];
  const needed = new Set([...lookupsFor(new Set(read)), ...rule.over === "unit" ? ["owners" as const] : []]);
  const lookups = [...needed].filter((name) => name !== "rates");
  const doubt = needed.has("owners") ? reader.doubt(filter) : null;
  const unrated = filter.paths.some(isRate) ? new Filter(rule.filter, null, weaken(filter.expression, isNoRate)) : null;
  const paths = [...new Set(filter.paths)];
  return { rule: compiled, filter, unrated, sums: null, beside, paths, builtIn: isBuiltIn(rule), lookups, doubt };
}

/** A rule with the whole paths of its fields. */
function withPaths(rule: Rule, reader: RuleReader): Rule {
  const { show, still, grows, share, differ } = rule;
  const paths = (names: readonly string[]) => names.map((name) => reader.path(name));
  return {
    ...rule,
    ...show === undefined ? {} : { show: paths(show) },
    ...still === undefined ? {} : { still: paths(still) },
    ...grows === undefined ? {} : { grows: paths(grows) },
    ...share === undefined
      ? {}
      : { share: { ...share, part: reader.path(share.part), whole: reader.path(share.whole) } },
    ...differ === undefined ? {} : { differ: reader.path(differ) },
  };
}

const sumsOf = madeOnce(sumsFamily);

/** A rule over sums: its filter and its share name these. */
function compileSums(rule: Rule, context: Context): CompiledRule {
  const sums = sumsOf(context.families);
  const reader = new RuleReader(rule.name, { ...context, families: [sums] });
  const filter = rule.filter === "" ? new Filter("", null, constant(true)) : reader.filter(rule.filter);
  const strange = conditionsOf(filter.expression).find(({ kind }) => kind !== "field" && kind !== "pair");
  if (strange !== undefined) {
    throw new RuleError(`rule ${quote(rule.name)}: its filter is about sockets; sums are tcp.states.established …`);
  }
  const paths = [...new Set(filter.paths)];
  const unrated = paths.some(isRate) ? filter : null;
  const compiled = withPaths(rule, reader);
  const builtIn = isBuiltIn(rule);
  return { rule: compiled, filter, unrated, sums, beside: null, paths, builtIn, lookups: [], doubt: null };
}

const isBuiltIn = (rule: Rule): boolean => defaultRules.includes(rule);

/**
 * Checks that every rule has a name of its own, because reports are read by these.
 *
 * @throws {RuleError} if two have the same
 */
export function checkNames(rules: readonly { readonly name: string }[]): void {
  const twice = rules.find(({ name }, i) => rules.findIndex((other) => other.name === name) < i);
  if (twice !== undefined) throw new RuleError(`two rules are named ${quote(twice.name)}`);
}

const isRate = (path: string): boolean => path === rates.path || path.startsWith(`${rates.path}.`);
const isNoRate = (condition: Condition): boolean => !pathsOf(condition).some(isRate);

const needsNoLookup = (condition: Condition): boolean => lookupsFor(new Set(pathsOf(condition))).length === 0;

class RuleReader {
  constructor(readonly name: string, readonly context: Context) {}

  filter(text: string): Filter {
    try {
      const filter = readFilter(text, this.context);
      return new Filter(text, null, wholeCondition(filter));
    } catch (error) {
      if (!(error instanceof FilterSyntaxError)) throw error;
      throw new RuleError(`rule ${quote(this.name)}: ${error.message}`, error.caret);
    }
  }

  /** A filter for sockets with unknown owners that match everything else in a filter. */
  doubt({ text, expression }: Filter): Filter {
    const unknown = this.filter(UNKNOWN_OWNERS).expression;
    return new Filter(text, null, allOf([weaken(expression, needsNoLookup), unknown]));
  }

  /** The whole path of a field. */
  path(name: string): string {
    return this.filter(`exists ${name}`).paths[0]!;
  }
}

/** Whether a socket of one of the families can pass the filter of a rule. */
export const isApplicable = ({ filter }: CompiledRule, families: readonly Family[]): boolean =>
  families.some((family) => filter.of(family).openWholePredicate() !== null);
