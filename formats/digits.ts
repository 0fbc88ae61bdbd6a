/**
 * Numbers and addresses as text, written straight into a byte array. Each function returns the position behind what
 * it wrote; the caller has made room.
 */

const ZERO = 48;
const DOT = 46;
const COLON = 58;
const MINUS = 45;

/** The two digits of 0 to 99, tens at even positions. */
const pairs = new Uint8Array(200);
for (let value = 0; value < 100; value++) {
  pairs[2 * value] = ZERO + Math.floor(value / 10);
  pairs[2 * value + 1] = ZERO + value % 10;
}

const hexDigits = new TextEncoder().encode("0123456789abcdef");

function countDigits(value: number): number {
  if (value < 10000) return value < 100 ? value < 10 ? 1 : 2 : value < 1000 ? 3 : 4;
  if (value < 100000000) return value < 1000000 ? value < 100000 ? 5 : 6 : value < 10000000 ? 7 : 8;
  return value < 1000000000 ? 9 : 10;
}

/** Writes exactly `count` digits, leading zeros included; `value` is below 2^32. */
function putFixed(bytes: Uint8Array, at: number, value: number, count: number): number {
  const end = at + count;
  let rest = value;
  let to = end;
  while (to - at >= 2) {
    const next = Math.floor(rest / 100);
    const pair = 2 * (rest - next * 100);
    bytes[--to] = pairs[pair + 1]!;
    bytes[--to] = pairs[pair]!;
    rest = next;
  }
  if (to > at) bytes[at] = ZERO + rest % 10;
  return end;
}

/** Decimal digits of a whole number of at most 53 bits; at most 17 bytes. */
export function putInteger(bytes: Uint8Array, at: number, value: number): number {
  if (value < 10 && value >= 0) {
    bytes[at] = ZERO + value;
    return at + 1;
  }
  if (value < 0) {
    bytes[at] = MINUS;
    return putInteger(bytes, at + 1, -value);
  }
  if (value < 4294967296) return putFixed(bytes, at, value, countDigits(value));
  const high = Math.floor(value / 1e9);
  return putFixed(bytes, putFixed(bytes, at, high, countDigits(high)), value - high * 1e9, 9);
}

/** Decimal digits of `high * 2 ** 32 + low`, both unsigned 32-bit; at most 20 bytes. */
export function putInteger64(bytes: Uint8Array, at: number, low: number, high: number): number {
  if (high === 0) return putInteger(bytes, at, low);
  if (high < 0x200000) return putInteger(bytes, at, high * 4294967296 + low);
  limbs[0] = high >>> 16;
  limbs[1] = high & 0xffff;
  limbs[2] = low >>> 16;
  limbs[3] = low & 0xffff;
  const last = divideLimbs();
  const middle = divideLimbs();
  const first = limbs[2]! * 65536 + limbs[3]!;
  const to = first === 0
    ? putFixed(bytes, at, middle, countDigits(middle))
    : putFixed(bytes, putFixed(bytes, at, first, countDigits(first)), middle, 9);
  return putFixed(bytes, to, last, 9);
}

/** A 64-bit number in four limbs of 16 bits, highest first. */
const limbs = new Float64Array(4);

/** Divides {@linkcode limbs} by 10^9 and returns the remainder; every intermediate result is below 2^53. */
function divideLimbs(): number {
  let rest = 0;
  for (let i = 0; i < 4; i++) {
    const value = rest * 65536 + limbs[i]!;
    const quotient = Math.floor(value / 1e9);
    limbs[i] = quotient;
    rest = value - quotient * 1e9;
  }
  return rest;
}

/** `value / 1000` with one to three decimals: `0.943`, `201.0`; at most 11 bytes for a 32-bit value. */
export function putThousandths(bytes: Uint8Array, at: number, value: number): number {
  const whole = Math.floor(value / 1000);
  const fraction = value - whole * 1000;
  let to = putInteger(bytes, at, whole);
  bytes[to++] = DOT;
  const tenths = Math.floor(fraction / 100);
  bytes[to++] = ZERO + tenths;
  const rest = fraction - tenths * 100;
  if (rest === 0) return to;
  bytes[to++] = pairs[2 * rest]!;
  if (pairs[2 * rest + 1] !== ZERO) bytes[to++] = pairs[2 * rest + 1]!;
  return to;
}

/** Lower-case hexadecimal digits of an unsigned 32-bit number, without leading zeros. */
function putHex32(bytes: Uint8Array, at: number, value: number, count: number): number {
  for (let shift = 4 * (count - 1); shift >= 0; shift -= 4) bytes[at++] = hexDigits[value >>> shift & 15]!;
  return at;
}

const countHexDigits = (value: number) => value === 0 ? 1 : 8 - (Math.clz32(value) >>> 2);

/** `0x` and the hexadecimal digits of a 64-bit number; at most 18 bytes. */
export function putIdentifier(bytes: Uint8Array, at: number, low: number, high: number): number {
  bytes[at] = ZERO;
  bytes[at + 1] = 0x78;
  if (high === 0) return putHex32(bytes, at + 2, low, countHexDigits(low));
  return putHex32(bytes, putHex32(bytes, at + 2, high, countHexDigits(high)), low, 8);
}

/** Two hexadecimal digits a byte. */
export function putHex(bytes: Uint8Array, at: number, from: Uint8Array, start: number, end: number): number {
  for (let i = start; i < end; i++) {
    bytes[at++] = hexDigits[from[i]! >>> 4]!;
    bytes[at++] = hexDigits[from[i]! & 15]!;
  }
  return at;
}

/** Four bytes as `192.0.2.1`; at most 15 bytes. */
export function putIPv4(bytes: Uint8Array, at: number, from: Uint8Array, start: number): number {
  for (let i = 0; i < 4; i++) {
    if (i > 0) bytes[at++] = DOT;
    at = putInteger(bytes, at, from[start + i]!);
  }
  return at;
}

/** Sixteen bytes in the form of RFC 5952, `::ffff:192.0.2.1` for an IPv4-mapped one; at most 39 bytes. */
export function putIPv6(bytes: Uint8Array, at: number, from: Uint8Array, start: number): number {
  // The longest run of two or more zero groups, the first of several, becomes `::`.
  let runStart = -1;
  let runLength = 1;
  for (let i = 0; i < 8; i++) {
    let length = 0;
    while (i + length < 8 && from[start + 2 * (i + length)] === 0 && from[start + 2 * (i + length) + 1] === 0) length++;
    if (length > runLength) {
      runStart = i;
      runLength = length;
    }
    i += length;
  }
  const mapped = runStart === 0 && runLength === 5 && from[start + 10] === 0xff && from[start + 11] === 0xff;
  const groups = mapped ? 6 : 8;
  for (let i = 0; i < groups; i++) {
    if (i === runStart) {
      bytes[at++] = COLON;
      bytes[at++] = COLON;
      i += runLength - 1;
      continue;
    }
    if (i > 0 && i !== runStart + runLength) bytes[at++] = COLON;
    const group = from[start + 2 * i]! << 8 | from[start + 2 * i + 1]!;
    at = putHex32(bytes, at, group, countHexDigits(group));
  }
  if (!mapped) return at;
  bytes[at++] = COLON;
  return putIPv4(bytes, at, from, start + 12);
}
