/**
 * A comparison with an address or a port, before a family's grammar reads it.
 */
import type { Expression, Side } from "../expression.ts";
import type { Context } from "../context.ts";
import type { Operator } from "../syntax.ts";

/** `src`, `dst`, `sport` or `dport` with a value. */
export interface AddressComparison {
  /** What was typed. */
  readonly text: string;
  readonly side: Side;
  /** Whether `sport` or `dport` was typed, which compare the last part of an address alone. */
  readonly port: boolean;
  readonly operator: Operator;
  /** The value without the prefix that names a family. */
  readonly value: string;
}

/**
 * The grammar of one family's addresses.
 *
 * @throws {ValueError} if the value is none of them
 */
export type AddressGrammar = (comparison: AddressComparison, context: Context) => Expression;

/** The part of a value after its first colon; `undefined` without one. */
export function splitAtColon(value: string): [before: string, behind: string | undefined] {
  const colon = value.indexOf(":");
  return colon < 0 ? [value, undefined] : [value.slice(0, colon), value.slice(colon + 1)];
}

/** Whether a part of an address means any. */
export const isAny = (part: string | undefined): part is "" | "*" | undefined =>
  part === undefined || part === "" || part === "*";
