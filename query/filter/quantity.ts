/**
 * Numbers with units in filters, and the whole numbers that pass a comparison with them.
 */

/** An exact number. */
export interface Quantity {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** A comparison of a field with a number. */
export type NumberOperator = "=" | ">" | "<" | ">=" | "<=";

/** The whole numbers from `least` to `most`, `null` for no bound; none if `most` is below `least`. */
export interface Range {
  readonly least: bigint | null;
  readonly most: bigint | null;
}

/** Units: the size of each in the smallest unit of its kind, as a fraction. */
type Units = ReadonlyMap<string, readonly [bigint, bigint]>;

const define = (entries: readonly (readonly [names: string, size: bigint, parts?: bigint])[]): Units =>
  new Map(
    entries.flatMap(([names, size, parts = 1n]) => names.split(" ").map((name) => [name, [size, parts]] as const)),
  );

/** Nanoseconds. */
const times = define([
  ["ns", 1n],
  ["us µs", 1000n],
  ["ms", 1_000_000n],
  ["s", 1_000_000_000n],
  ["min", 60_000_000_000n],
  ["h", 3_600_000_000_000n],
  ["d", 86_400_000_000_000n],
]);

const thousands: readonly (readonly [string, bigint])[] = [
  ["k K", 1000n],
  ["M", 1000n ** 2n],
  ["G", 1000n ** 3n],
  ["T", 1000n ** 4n],
  ["Ki", 1024n],
  ["Mi", 1024n ** 2n],
  ["Gi", 1024n ** 3n],
  ["Ti", 1024n ** 4n],
];

const prefixed = (unit: string, parts: bigint): (readonly [string, bigint, bigint])[] => [
  [unit, 1n, parts],
  ...thousands.map(([names, size]) => [names.split(" ").map((name) => name + unit).join(" "), size, parts] as const),
];

const counts = define(thousands);
/** Bytes. */
const sizes = define([...thousands, ...prefixed("B", 1n)]);
/** Bytes per second; a bit is an eighth of a byte. */
const rates = define([...thousands, ...prefixed("B/s", 1n), ...prefixed("bit/s", 8n), ...prefixed("bit", 8n)]);

/** The nanoseconds of a unit of time; `null` for any other unit. */
export function nanosecondsOf(unit: string): number | null {
  const time = times.get(unit);
  return time === undefined ? null : Number(time[0]);
}

/** The units that a number for a field in `unit` can have, and the size of `unit` itself. */
function unitsFor(unit: string): { readonly units: Units; readonly own: bigint } {
  const time = times.get(unit);
  if (time !== undefined) return { units: times, own: time[0] };
  return { units: unit === "bytes" ? sizes : unit === "bytes/s" ? rates : counts, own: 1n };
}

/** Names of the units accepted for a field in `unit`. */
export const unitNames = (unit: string): readonly string[] => [...unitsFor(unit).units.keys()];

const NUMBER = /^([+-]?)(?:0x([0-9a-f]+)|([0-9]+)(?:\.([0-9]+))?)\s*(.*)$/i;

/** Reads a number for a field in `unit`; `null` if it is not a number, or has a unit of another kind. */
export function parseQuantity(text: string, unit: string): Quantity | null {
  const match = NUMBER.exec(text);
  if (match === null) return null;
  const [, sign, hexadecimal, whole = "", fraction = "", suffix = ""] = match;
  const { units, own } = unitsFor(unit);
  const factor = suffix === "" ? [own, 1n] as const : units.get(suffix);
  if (factor === undefined) return null;
  const digits = hexadecimal === undefined ? BigInt(whole + fraction) : BigInt(`0x${hexadecimal}`);
  return {
    numerator: (sign === "-" ? -digits : digits) * factor[0],
    denominator: 10n ** BigInt(fraction.length) * factor[1] * own,
  };
}

const floor = (numerator: bigint, denominator: bigint): bigint => {
  const quotient = numerator / denominator;
  return numerator < 0n && quotient * denominator !== numerator ? quotient - 1n : quotient;
};

/** The values that pass a comparison with a quantity, in parts of the field's unit: `scale` parts make one unit. */
export function rangeOf(operator: NumberOperator, quantity: Quantity, scale: bigint): Range {
  const { numerator, denominator } = quantity;
  const below = floor(numerator * scale, denominator);
  const whole = below * denominator === numerator * scale;
  const above = whole ? below : below + 1n;
  switch (operator) {
    case "=":
      return { least: above, most: below };
    case ">":
      return { least: below + 1n, most: null };
    case ">=":
      return { least: above, most: null };
    case "<":
      return { least: null, most: above - 1n };
    case "<=":
      return { least: null, most: below };
  }
}
