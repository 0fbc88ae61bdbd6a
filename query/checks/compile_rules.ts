/**
 * Compiles rules: their filters, and the names of their fields.
 */
import type { Family } from "../../decode/families/family.ts";
import { type LookupName, lookupsFor } from "../../decode/lookups/registry.ts";
import { quote } from "../../decode/text/control_characters.ts";
import { wholeCondition } from "../filter/allow_list.ts";
import { pathsOf } from "../filter/condition_tests.ts";
import type { Context } from "../filter/context.ts";
import { allOf, type Condition, constant, weaken } from "../filter/expression.ts";
import { Filter, readFilter } from "../filter/filter.ts";
import { FilterSyntaxError } from "../filter/syntax_error.ts";
import { type Rule, RuleError } from "./rule.ts";

/** A rule that is ready to be used. */
export interface CompiledRule {
  /** The rule; its fields are whole paths. */
  readonly rule: Rule;
  /** The filter, with the states at its start as a condition. */
  readonly filter: Filter;
  /** `null` for none. */
  readonly beside: Filter | null;
  /** The fields that the filter compares. */
  readonly paths: readonly string[];
  /** The lookups that it needs. */
  readonly lookups: readonly LookupName[];
  /** The sockets that might pass if their owners were known; `null` if owners do not matter. */
  readonly doubt: Filter | null;
}

/** The owners of a socket are not known. */
const UNKNOWN_OWNERS = "owner_status in denied,raced";

/** @throws {RuleError} if a filter or a name in a rule is not valid */
export function compileRule(rule: Rule, context: Context): CompiledRule {
  if (rule.over === "summary") return { rule, filter: nothing, beside: null, paths: [], lookups: [], doubt: null };
  const reader = new RuleReader(rule.name, context);
  const { show, still, share, differ } = rule;
  const filter = reader.filter(rule.filter);
  const compiled: Rule = {
    ...rule,
    ...show === undefined ? {} : { show: show.map((name) => reader.path(name)) },
    ...still === undefined ? {} : { still: still.map((name) => reader.path(name)) },
    ...share === undefined
      ? {}
      : { share: { ...share, part: reader.path(share.part), whole: reader.path(share.whole) } },
    ...differ === undefined ? {} : { differ: reader.path(differ) },
  };
  const beside = rule.beside === undefined ? null : reader.filter(rule.beside);
  const read = [...filter.paths, ...beside?.paths ?? [], ...differ === undefined ? [] : [compiled.differ!]];
  const lookups = lookupsFor(new Set(read));
  const doubt = lookups.includes("owners") ? reader.doubt(filter) : null;
  return { rule: compiled, filter, beside, paths: [...new Set(filter.paths)], lookups, doubt };
}

const needsNoLookup = (condition: Condition): boolean => lookupsFor(new Set(pathsOf(condition))).length === 0;

/** No socket passes. */
const nothing = new Filter("", null, constant(false));

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
