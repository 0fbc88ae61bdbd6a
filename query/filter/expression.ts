/**
 * Conditions on sockets joined by and, or, not; and their simplification.
 */
import type { Test } from "./value_tests.ts";
import type { Network } from "./value_tests.ts";
import type { Domain } from "../../decode/families/family.ts";

export type Side = "src" | "dst";

/** How one number compares with another. */
export type Order = "=" | "!=" | ">" | "<" | ">=" | "<=";

/** One of two fields that are compared. */
export interface Operand {
  readonly path: string;
  /** Factor for its numbers; if both fields are times, it converts to nanoseconds. */
  readonly factor: number;
}

/** A single condition. */
export type Condition =
  /** Address within one of these networks. */
  | { readonly kind: "address"; readonly side: Side; readonly networks: readonly Network[] }
  /** Port from `least` to `most`. */
  | { readonly kind: "port"; readonly side: Side; readonly least: number; readonly most: number }
  /** Index of the interface that the socket is bound to. */
  | { readonly kind: "device"; readonly index: number }
  | { readonly kind: "mark"; readonly mark: number; readonly mask: number }
  | { readonly kind: "cgroup"; readonly id: bigint }
  /** The kernel chose the port; only the kernel can tell (Internet protocols). */
  | { readonly kind: "autobound" }
  /** State is one of these, bit n for state n; `words` for families with state names of their own. */
  | { readonly kind: "states"; readonly mask: number; readonly words: readonly string[] }
  /** Family of one of these domains. */
  | { readonly kind: "domain"; readonly domains: readonly Domain[] }
  /** Name of the family. */
  | { readonly kind: "protocol"; readonly passes: (name: string) => boolean }
  /** A field of the record; in a list, any element. */
  | { readonly kind: "field"; readonly path: string; readonly test: Test }
  /** Two numeric fields of the record, neither in a list. */
  | { readonly kind: "pair"; readonly operator: Order; readonly left: Operand; readonly right: Operand };

export type Expression =
  | { readonly kind: "and" | "or"; readonly parts: readonly Expression[] }
  | { readonly kind: "not"; readonly part: Expression }
  | { readonly kind: "constant"; readonly value: boolean }
  /** `text` is the text as typed. */
  | { readonly kind: "condition"; readonly condition: Condition; readonly text: string };

export const constant = (value: boolean): Expression => ({ kind: "constant", value });

/** All parts hold; nested `and` is flattened. */
export const allOf = (parts: readonly Expression[]): Expression => join("and", parts, true);
/** At least one part holds. */
export const anyOf = (parts: readonly Expression[]): Expression => join("or", parts, false);

/** @param neutral the constant that does not change the result */
function join(kind: "and" | "or", parts: readonly Expression[], neutral: boolean): Expression {
  const all = parts.flatMap((part) => part.kind === kind ? part.parts : [part]);
  if (all.some((part) => part.kind === "constant" && part.value !== neutral)) return constant(!neutral);
  const left = all.filter((part) => part.kind !== "constant");
  return left.length === 0 ? constant(neutral) : left.length === 1 ? left[0]! : { kind, parts: left };
}

export function not(part: Expression): Expression {
  if (part.kind === "constant") return constant(!part.value);
  return part.kind === "not" ? part.part : { kind: "not", part };
}

/** Replaces each condition, and simplifies the result. */
export function replace(
  expression: Expression,
  put: (condition: Condition, expression: Expression) => Expression,
): Expression {
  switch (expression.kind) {
    case "and":
      return allOf(expression.parts.map((part) => replace(part, put)));
    case "or":
      return anyOf(expression.parts.map((part) => replace(part, put)));
    case "not":
      return not(replace(expression.part, put));
    case "constant":
      return expression;
    case "condition":
      return put(expression.condition, expression);
  }
}

/** The parts that must all hold. */
export const conjuncts = (expression: Expression): readonly Expression[] =>
  expression.kind === "and" ? expression.parts : [expression];

/** Every condition in it. */
export function conditionsOf(expression: Expression): readonly Condition[] {
  switch (expression.kind) {
    case "and":
    case "or":
      return expression.parts.flatMap(conditionsOf);
    case "not":
      return conditionsOf(expression.part);
    case "constant":
      return [];
    case "condition":
      return [expression.condition];
  }
}

/**
 * An expression of `known` conditions only that holds wherever this one holds.
 *
 * @param positive `false` for the opposite: an expression that holds only where this one holds
 */
export function weaken(
  expression: Expression,
  known: (condition: Condition) => boolean,
  positive = true,
): Expression {
  switch (expression.kind) {
    case "and":
      return allOf(expression.parts.map((part) => weaken(part, known, positive)));
    case "or":
      return anyOf(expression.parts.map((part) => weaken(part, known, positive)));
    case "not":
      return not(weaken(expression.part, known, !positive));
    case "constant":
      return expression;
    case "condition":
      return known(expression.condition) ? expression : constant(positive);
  }
}

/** The states among `all` in which the expression can hold. */
export function possibleStates(expression: Expression, all: number, positive = true): number {
  switch (expression.kind) {
    case "and":
    case "or": {
      const masks = expression.parts.map((part) => possibleStates(part, all, positive));
      const narrows = (expression.kind === "and") === positive;
      return masks.reduce((one, other) => narrows ? one & other : one | other);
    }
    case "not":
      return possibleStates(expression.part, all, !positive);
    case "constant":
      return expression.value === positive ? all : 0;
    case "condition": {
      const { condition } = expression;
      if (condition.kind !== "states") return all;
      return positive ? condition.mask & all : all & ~condition.mask;
    }
  }
}
