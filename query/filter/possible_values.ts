/**
 * Finds values that a field can never have: a comparison with one of them is reported as a mistake.
 */
import { quote } from "../../decode/text/control_characters.ts";
import type { Range, TextRule } from "../../decode/record/key.ts";
import type { Context } from "./context.ts";
import { type NumberOperator, parseQuantity, type Quantity, rangeOf, unitNames } from "./quantity.ts";
import { ValueError } from "./syntax_error.ts";

const LARGEST_64 = (1n << 64n) - 1n;
/** A number with a fraction is counted in this many parts per unit. */
const DECIMALS = 1000n;

/** A numeric field. */
export interface NumberField {
  readonly path: string;
  readonly type: "integer" | "integer64" | "decimal";
  readonly unit: string;
  /** `null` if only the type limits it. */
  readonly range: Range | null;
}

/**
 * Reads a number that a field can have.
 *
 * @param operator the comparison of the field with the number
 * @throws {ValueError} if it is not a number, or one that the field never has
 */
export function parsePossibleNumber(field: NumberField, text: string, operator: NumberOperator): Quantity {
  const { path, type, unit, range } = field;
  const quantity = parseQuantity(text, unit);
  if (quantity === null) {
    const what = unit === "" ? "" : ` (in ${unit}, or with one of ${unitNames(unit).join(" ")})`;
    throw new ValueError(`expected a number${what}, not ${quote(text)}`);
  }
  const scale = type === "decimal" ? DECIMALS : 1n;
  const [least, greatest] = range ?? [0, type === "integer64" ? null : Number.MAX_SAFE_INTEGER];
  const [first, last] = [partsOf(least, scale), partsOf(greatest, scale)];
  const scaled = quantity.numerator * scale;
  const bounds = `${path} is from ${least} to ${greatest ?? LARGEST_64}${unit === "" ? "" : ` ${unit}`}`;
  // More than one below the least value is true of every value: `pid > 0`.
  const lowest = operator === ">" && first > 0n ? first - scale : first;
  if (scaled < lowest * quantity.denominator || scaled > last * quantity.denominator) {
    throw new ValueError(`${bounds}, not ${quote(text)}`);
  }
  const passing = rangeOf(operator, quantity, scale);
  if (operator === "=" && passing.least! > passing.most!) {
    const what = type === "decimal" ? `has three decimals (in ${unit})` : "is a whole number";
    throw new ValueError(`${path} ${what}, it is never ${quote(text)}`);
  }
  if ((passing.least ?? first) > last || (passing.most ?? last) < first) {
    throw new ValueError(`${bounds}, it is never ${operator} ${text}`);
  }
  return quantity;
}

const partsOf = (bound: number | null, scale: bigint): bigint =>
  bound === null ? LARGEST_64 : BigInt(Math.round(bound * Number(scale)));

const encoder = new TextEncoder();

/**
 * The bytes that a text is compared with; if the kernel truncates the field, those that it keeps.
 *
 * @throws {ValueError} if the field never has them
 */
export function parsePossibleText(path: string, rule: TextRule, text: string, context: Context): Uint8Array {
  const { longest = Infinity, cut = false, form, named } = rule;
  if (form !== undefined && !form[0].test(text)) throw new ValueError(`${path} is ${form[1]}, not ${quote(text)}`);
  const bytes = encoder.encode(text);
  if (bytes.length > longest) {
    const kept = bytes.subarray(0, longest);
    const start = quote(new TextDecoder().decode(kept));
    if (!cut) throw new ValueError(`${path} has at most ${longest} bytes: ${start}`);
    context.warn?.(`${path} has at most ${longest} bytes, so it is compared with ${start}; exe has the whole name`);
    return kept;
  }
  const elsewhere = context.elsewhere === true && named === "interface";
  if (named !== undefined && !elsewhere && context.names.exists(named, text) === false) {
    throw new ValueError(`no ${named} ${quote(text)} is known`);
  }
  return bytes;
}
