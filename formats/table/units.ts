/**
 * Sizes and times in readable units: `1.2 MB`, `3.4 ms`.
 */
import { putInteger } from "../../decode/text/digits.ts";
import { type PreparedText, prepareText, putText } from "../text/prepared_texts.ts";

/** Units of one quantity, smallest first. */
export interface Scale {
  /** The size of each unit in the smallest one. */
  readonly sizes: Float64Array;
  readonly names: readonly PreparedText[];
}

const POINT = 46;

const defineScale = (units: readonly (readonly [name: string, size: number])[]): Scale => ({
  sizes: Float64Array.from(units, ([, size]) => size),
  names: units.map(([name]) => prepareText(` ${name}`)),
});

const sizes = (suffix: string) =>
  defineScale(["B", "kB", "MB", "GB", "TB", "PB", "EB"].map((name, i) => [name + suffix, 1000 ** i]));

/** Bytes, in powers of 1000. */
export const BYTES: Scale = sizes("");
/** Bytes per second. */
export const BYTES_PER_SECOND: Scale = sizes("/s");
/** Microseconds. */
export const MICROSECONDS: Scale = defineScale([
  ["us", 1],
  ["ms", 1000],
  ["s", 1e6],
  ["min", 60e6],
  ["h", 3600e6],
  ["d", 86400e6],
]);

/** The sizes of units in microseconds, for values in these units. */
const MICROSECONDS_IN: Readonly<Record<string, number>> = { us: 1, ms: 1000, s: 1e6 };

/** Sizes that people know exactly: 1448, not 1.4 kB. */
const EXACT: readonly string[] = ["tcp_info.snd_mss"];

/** How values of a field are shown. */
export interface Show {
  readonly scale: Scale;
  readonly factor: number;
}

/** How values in a unit are shown; `null` for unchanged. */
export function showOf(path: string, unit: string): Show | null {
  if (EXACT.includes(path)) return null;
  if (unit === "bytes") return { scale: BYTES, factor: 1 };
  if (unit === "bytes/s") return { scale: BYTES_PER_SECOND, factor: 1 };
  const factor = MICROSECONDS_IN[unit];
  return factor === undefined ? null : { scale: MICROSECONDS, factor };
}

/** Maximum bytes of a value, with what its copy writes after it. */
export const SCALED_ROOM = 80;

/**
 * Writes a value, given in the smallest unit, in the largest unit that is not greater than it: rounded, with one
 * decimal below 100. Zero has no unit.
 */
export function putScaled(out: DataView, at: number, value: number, { sizes, names }: Scale): number {
  if (value < 0) {
    out.setUint8(at, 45);
    return putScaled(out, at + 1, -value, { sizes, names });
  }
  if (value === 0) return putInteger(out, at, 0);
  let unit = 0;
  // A value that rounds up to one of the next unit uses that unit.
  while (unit + 1 < sizes.length && value >= sizes[unit + 1]! * (unit === 0 ? 1 : 0.9995)) unit++;
  const tenths = Math.round(value * 10 / sizes[unit]!);
  if (unit === 0 || tenths >= 1000) {
    return putText(out, putInteger(out, at, Math.round(value / sizes[unit]!)), names[unit]!);
  }
  const whole = Math.floor(tenths / 10);
  const to = putInteger(out, at, whole);
  out.setUint8(to, POINT);
  return putText(out, putInteger(out, to + 1, tenths - 10 * whole), names[unit]!);
}
