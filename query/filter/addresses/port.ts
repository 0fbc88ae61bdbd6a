/**
 * Comparisons of ports.
 */
import type { Domain } from "../../../decode/families/family.ts";
import { constant, type Expression, type Side } from "../expression.ts";
import { conditionOf } from "../conditions.ts";
import type { Operator } from "../syntax.ts";

/** Compares a port with `port`. `largest` is the largest possible port. */
export function comparePort(
  text: string,
  side: Side,
  operator: Operator,
  port: number,
  largest: number,
  domains: readonly Domain[],
): Expression {
  const [least, most] = {
    "=": [port, port],
    ">": [port + 1, largest],
    ">=": [port, largest],
    "<": [0, port - 1],
    "<=": [0, port],
  }[operator as "=" | ">" | ">=" | "<" | "<="] as [number, number];
  return least > most ? constant(false) : conditionOf(text, { kind: "port", side, least, most }, domains);
}
