/**
 * Allow lists: the filter for the sockets that no filter of a list allows.
 */
import { ALL_STATES } from "../../decode/kernel/tcp_states.ts";
import { allOf, anyOf, constant, type Expression, not } from "./expression.ts";
import { Filter } from "./filter.ts";

/**
 * The filter for the sockets that pass `filter` and none of `allowed`.
 *
 * States at the start of an allowed filter are ordinary conditions here: they do not change which states are listed.
 */
export function exceptAllowed(filter: Filter | null, allowed: readonly Filter[]): Filter {
  const listed = filter?.expression ?? constant(true);
  const words = filter === null || filter.text.trim() === "" ? [] : [`( ${filter.text} )`];
  const text = [...words, ...allowed.map((one) => `not ( ${one.text} )`)].join(" and ");
  return new Filter(text, filter?.states ?? null, allOf([listed, not(anyOf(allowed.map(wholeCondition)))]));
}

/** A filter as one condition, with the states at its start. */
export function wholeCondition({ states, expression, text }: Filter): Expression {
  if (states === null || states === ALL_STATES) return expression;
  return allOf([{ kind: "condition", condition: { kind: "states", mask: states, words: [] }, text }, expression]);
}
