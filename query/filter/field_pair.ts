/**
 * Comparisons of two numeric fields of the same record.
 */
import { quote } from "../../decode/text/control_characters.ts";
import type { Key } from "../../decode/record/key.ts";
import type { Expression, Operand, Order } from "./expression.ts";
import type { FieldNames } from "./field_names.ts";
import { nanosecondsOf } from "./quantity.ts";
import type { Operator } from "./syntax.ts";
import { ValueError } from "./syntax_error.ts";
import { Test } from "./value_tests.ts";

/** Compares two numbers: the result is below 0, 0, or above 0. */
export const orders: Readonly<Record<Order, (order: number) => boolean>> = {
  "=": (order: number) => order === 0,
  "!=": (order: number) => order !== 0,
  ">": (order: number) => order > 0,
  "<": (order: number) => order < 0,
  ">=": (order: number) => order >= 0,
  "<=": (order: number) => order <= 0,
};

/** Keeps the number of a field in two halves, so that 64 bits are exact. */
export class NumberCapture extends Test {
  #high = 0;
  #low = 0;

  constructor(readonly factor: number) {
    super();
  }

  override integer(value: number): boolean {
    this.#high = Math.floor(value / 0x1_0000_0000);
    this.#low = value >>> 0;
    return true;
  }

  override thousandths(value: number): boolean {
    return this.integer(value);
  }

  override integer64(low: number, high: number): boolean {
    this.#high = high >>> 0;
    this.#low = low >>> 0;
    return true;
  }

  /** Compares its number with that of another. */
  compare(other: NumberCapture): number {
    if (this.factor === other.factor) return this.#high - other.#high || this.#low - other.#low;
    return this.#value() - other.#value();
  }

  #value(): number {
    return (this.#high * 0x1_0000_0000 + this.#low) * this.factor;
  }
}

const isNumeric = (type: string): boolean => type === "integer" || type === "integer64" || type === "decimal";

/**
 * Reads a comparison of the field at `path` with the field that `value` names.
 *
 * @returns `null` if `value` is not the name of a field
 * @throws {ValueError} if the two cannot be compared
 */
export function comparePair(
  path: string,
  operator: Operator,
  value: string,
  fieldNames: FieldNames,
): Expression | null {
  const found = fieldNames.resolve(value).filter((other) => fieldNames.find(other) !== null);
  const [other, ...more] = found;
  if (other === undefined || operator === "~" || operator === "!~") return null;
  if (more.length > 0) throw new ValueError(`${quote(value)} can be ${found.join(", ")}: name one of them`);
  const units = [path, other].map((each) => readUnit(each, fieldNames));
  const times = units.map(nanosecondsOf);
  const comparable = times.every((time) => time !== null) || units[0] === units[1] || units.includes("");
  if (!comparable) throw new ValueError(`${path} is in ${units[0]}, ${other} is in ${units[1]}`);
  const [left, right] = [path, other].map((each, i): Operand => {
    const parts = fieldNames.find(each)!.type === "decimal" ? 1000 : 1;
    return { path: each, factor: (times[0] === null || times[1] === null ? 1 : times[i]!) / parts };
  });
  return {
    kind: "condition",
    condition: { kind: "pair", operator, left: left!, right: right! },
    text: `${path} ${operator} ${other}`,
  };
}

/** The unit of a field that holds a single number. */
function readUnit(path: string, fieldNames: FieldNames): string {
  const { type, unit, key } = fieldNames.find(path)!;
  if (!isNumeric(type)) throw new ValueError(`${path} is not a number`);
  for (let place: Key | null = key; place !== null; place = place.parent) {
    if (place.note.type === "list") {
      throw new ValueError(`${path} has more than one value: it cannot be compared with a field`);
    }
  }
  return unit;
}
