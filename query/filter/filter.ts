/**
 * Filters: which sockets pass, and which conditions the kernel checks.
 */
import type { Family } from "../../decode/families/family.ts";
import type { Key } from "../../decode/record/key.ts";
import type { FamilyFilter, FilteringSink, RecordPredicate } from "../../decode/plan/record_filter.ts";
import type { RecordSink } from "../../decode/record/record_sink.ts";
import { ALL_STATES } from "../../decode/kernel/tcp_states.ts";
import { compileProgram, isForKernel } from "./bytecode.ts";
import { pathsOf } from "./condition_tests.ts";
import { keysOf } from "./field_names.ts";
import {
  allOf,
  type Condition,
  conditionsOf,
  conjuncts,
  constant,
  type Expression,
  possibleStates,
  replace,
  weaken,
} from "./expression.ts";
import { BufferedFilter } from "./buffered_filter.ts";
import type { Context } from "./context.ts";
import { interpret } from "./interpret.ts";
import { Predicate } from "./predicate.ts";
import { parseSyntax } from "./syntax.ts";
import { ExistsTest } from "./value_tests.ts";
import type { KernelFilter } from "../../decode/families/question.ts";

/** A filter for sockets; made by {@linkcode parseFilter}. */
export class Filter {
  readonly #families = new Map<Family, OwnFilter>();
  /**
   * The condition.
   *
   * @internal
   */
  readonly expression: Expression;

  /**
   * Keeps a filter that has been read.
   *
   * @internal
   * @param text the text as typed
   * @param states the states at the start of the filter, bit n for state n; `null` for none
   * @param expression the condition on sockets in these states
   */
  constructor(readonly text: string, readonly states: number | null, expression: Expression) {
    this.expression = expression;
  }

  /** Whether it consists of states only. */
  get isEmpty(): boolean {
    return this.expression.kind === "constant" && this.expression.value;
  }

  /** Whether its conditions name states: then sockets of all states can pass. */
  get namesStates(): boolean {
    return conditionsOf(this.expression).some((condition) => pathsOf(condition).includes("state"));
  }

  /** Whether it needs the processes that hold a socket. */
  get readsOwners(): boolean {
    return conditionsOf(this.expression).some(isOfOwners);
  }

  /** Paths of the fields that it reads. */
  get paths(): readonly string[] {
    return conditionsOf(this.expression).flatMap(pathsOf);
  }

  /**
   * The part of it that remains to be checked for sockets of a family.
   *
   * @internal
   */
  of(family: Family): OwnFilter {
    let own = this.#families.get(family);
    if (own === undefined) this.#families.set(family, own = new OwnFilter(this.expression, family));
    return own;
  }

  /** Whether it needs a field, or one inside it. */
  reads(key: Key): boolean {
    return reads(this.expression, key);
  }
}

const reads = (expression: Expression, key: Key): boolean =>
  conditionsOf(expression).flatMap(pathsOf).some((path) =>
    path === key.path || path.startsWith(`${key.path}.`) || key.path.startsWith(`${path}.`)
  );

const isOfOwners = (condition: Condition): boolean =>
  pathsOf(condition).some((path) => /^owner(s|_status)(\.|$)/.test(path));

/** A filter as it applies to one family. */
export class OwnFilter implements FamilyFilter {
  /** The condition without the parts that have the same result for all sockets of the family. */
  readonly expression: Expression;
  readonly states: number;
  /** The part that the kernel checks, `null` for none. */
  readonly program: Expression | null;
  readonly kernel: KernelFilter | null;

  readonly #whole: Expression;

  constructor(whole: Expression, readonly family: Family) {
    this.#whole = whole;
    const expression = replace(whole, (condition, same) => specialize(condition, same, family));
    // Families with states of their own do not understand TCP's state numbers.
    this.states = family.stateOf === null ? ALL_STATES : possibleStates(expression, ALL_STATES);
    // The request selects states, or they are checked when a message is read.
    const parts = conjuncts(expression).filter((part) => family.stateOf === null || !isOfStates(part));
    this.expression = allOf(parts);
    const asked = family.runsFilters === true ? weaken(this.expression, isForKernel) : constant(true);
    const code = asked.kind === "constant" ? null : compileProgram(asked);
    this.program = code === null || code.length === 0 ? null : asked;
    this.kernel = this.program === null
      ? null
      : { program: code!, sport: exactPort(parts, "src"), dport: exactPort(parts, "dst") };
  }

  /** Paths of the compared fields that no socket of the family has. */
  get lacks(): readonly string[] {
    const paths = conditionsOf(this.#whole).flatMap(pathsOf);
    return [...new Set(paths)].filter((path) => keysOf(this.family, path).length === 0);
  }

  get excludesAll(): boolean {
    return this.states === 0 || this.expression.kind === "constant" && !this.expression.value;
  }

  reads(key: Key): boolean {
    return reads(this.expression, key);
  }

  /** The part that this program has to check. */
  rest(inKernel: boolean): Expression {
    if (!inKernel || this.program === null) return this.expression;
    return allOf(conjuncts(this.expression).filter((part) => !conditionsOf(part).every(isForKernel)));
  }

  openPredicate(inKernel: boolean): RecordPredicate | null {
    const rest = this.rest(inKernel);
    if (rest.kind === "constant" && rest.value) return null;
    return new Predicate(rest, this.family.name, (path) => keysOf(this.family, path));
  }

  /** The whole check, states included, for records in any state; `null` if no socket of the family passes. */
  openWholePredicate(): RecordPredicate | null {
    const whole = replace(this.#whole, (condition, same) => specialize(condition, same, this.family));
    if (whole.kind === "constant" && !whole.value) return null;
    return new Predicate(whole, this.family.name, (path) => keysOf(this.family, path));
  }

  openFilteringSink(target: RecordSink): FilteringSink {
    return new BufferedFilter(target, this.openPredicate(false));
  }
}

/** Replaces a condition by a constant if it has the same result for all sockets of the family. */
function specialize(condition: Condition, same: Expression, family: Family): Expression {
  if (condition.kind === "domain") return constant(condition.domains.includes(family.domain));
  if (condition.kind === "protocol") return constant(condition.passes(family.name));
  if (condition.kind === "states" && family.domain === "other") return constant(false);
  if (condition.kind === "pair" && pathsOf(condition).some((path) => keysOf(family, path).length === 0)) {
    return constant(false);
  }
  if (condition.kind !== "field") return same;
  if (keysOf(family, condition.path).length === 0) return constant(false);
  // Every record of a family with states has one.
  return condition.path === "state" && condition.test instanceof ExistsTest ? constant(true) : same;
}

const isOfStates = (part: Expression): boolean => {
  const conditions = conditionsOf(part);
  return conditions.length > 0 && conditions.every(({ kind }) => kind === "states");
};

function exactPort(parts: readonly Expression[], side: "src" | "dst"): number {
  for (const part of parts) {
    if (part.kind !== "condition" || part.condition.kind !== "port" || part.condition.side !== side) continue;
    if (part.condition.least === part.condition.most) return part.condition.least;
  }
  return 0;
}

/**
 * Reads a filter.
 *
 * @throws {FilterSyntaxError} if it is not valid
 */
export function readFilter(text: string, context: Context): Filter {
  const { states, expression } = interpret(text, parseSyntax(text), context);
  return new Filter(text, states, expression);
}
