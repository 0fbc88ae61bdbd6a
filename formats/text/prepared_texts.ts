/**
 * Frequently written texts, in a form that can be copied fast.
 */

const encoder = new TextEncoder();

/** Number of 64-bit numbers that are always copied. */
const AT_ONCE = 4;

/**
 * An ASCII text as 64-bit floating point numbers of eight bytes each. ASCII bytes never form a NaN, so they are copied
 * unchanged.
 */
export interface PreparedText {
  readonly numbers: Float64Array;
  /** Bytes of the text. */
  readonly length: number;
}

/** @throws {RangeError} if the text is not ASCII */
export function prepareText(text: string): PreparedText {
  const numbers = new Float64Array(Math.max(AT_ONCE, Math.ceil(text.length / 8)));
  const { read, written } = encoder.encodeInto(text, new Uint8Array(numbers.buffer));
  if (read !== written || read !== text.length) throw new RangeError(`not ASCII: ${text}`);
  return { numbers, length: text.length };
}

/**
 * The same for UTF-8 without control characters, which has neither DEL nor the byte 0xff: only with one of them as its last
 * byte could a number be a NaN.
 */
export function prepareBytes(bytes: Uint8Array): PreparedText {
  const numbers = new Float64Array(Math.max(AT_ONCE, Math.ceil(bytes.length / 8)));
  new Uint8Array(numbers.buffer).set(bytes);
  return { numbers, length: bytes.length };
}

/** Copies a text to `at` and returns its end. Up to 32 more bytes may change; they are overwritten later. */
export function putText(out: DataView, at: number, text: PreparedText): number {
  const { numbers, length } = text;
  // Most texts need no loop: its end would be a branch that the processor cannot predict.
  out.setFloat64(at, numbers[0]!, true);
  out.setFloat64(at + 8, numbers[1]!, true);
  out.setFloat64(at + 16, numbers[2]!, true);
  out.setFloat64(at + 24, numbers[3]!, true);
  for (let i = AT_ONCE; i < numbers.length; i++) out.setFloat64(at + 8 * i, numbers[i]!, true);
  return at + length;
}
