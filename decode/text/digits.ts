/**
 * Numbers and addresses as text, written straight into a buffer. Each function writes at `at`, returns the position
 * behind what it wrote, and may put up to three more bytes there; the caller has made room.
 */

const ZERO = 48;
const DOT = 46;
const COLON = 58;
const MINUS = 45;

/** The four digits of 0 to 9999, without the codes of the digits, as a little-endian number: the first one lowest. */
function fourDigits(value: number): number {
  // Multiplying and shifting divides by 100 and 10; exact below 10000 and 100.
  const high = Math.imul(value, 5243) >>> 19;
  const low = (value - Math.imul(high, 100)) | 0;
  const pairs = high | low << 16;
  const tens = (Math.imul(pairs, 103) >>> 10) & 0xf000f;
  return tens | (pairs - Math.imul(tens, 10)) << 8;
}

const CODES = 0x30303030;

/** Four digits, leading zeros included. */
const quad = (value: number): number => fourDigits(value) | CODES;

/** The digits of 0 to 9999 without leading zeros. No branch depends on the number. */
function putFew(out: DataView, at: number, value: number): number {
  const digits = fourDigits(value);
  // Leading zeros are the lowest bytes: as many bits as there are below the lowest one, of 0 all but the last digit.
  const zeros = (31 - Math.clz32(digits & -digits)) & 24;
  out.setInt32(at, (digits | CODES) >>> zeros, true);
  return at + 4 - (zeros >>> 3);
}

/**
 * Decimal digits of a whole number of at most 53 bits; at most 17 bytes.
 *
 * Here as below, `| 0`, `>>> 0` and `Math.imul` keep to 32-bit arithmetic: a division of doubles costs more than all
 * the rest of a number.
 */
export function putInteger(out: DataView, at: number, value: number): number {
  if (value >= 0 && value < 10000) return putFew(out, at, value | 0);
  if (value >= 0 && value < 100000000) {
    const whole = value | 0;
    const high = (whole / 10000) | 0;
    const to = putFew(out, at, high);
    out.setInt32(to, quad((whole - Math.imul(high, 10000)) | 0), true);
    return to + 4;
  }
  if (value >= 0 && value < 4294967296) {
    const whole = value >>> 0;
    const high = (whole / 100000000) >>> 0;
    return putEight(out, putFew(out, at, high), (whole - Math.imul(high, 100000000)) | 0);
  }
  if (value < 0) {
    out.setUint8(at, MINUS);
    return putInteger(out, at + 1, -value);
  }
  const high = Math.floor(value / 100000000);
  return putEight(out, putInteger(out, at, high), value - high * 100000000);
}

/** Exactly eight digits. */
function putEight(out: DataView, at: number, value: number): number {
  const whole = value | 0;
  const high = (whole / 10000) | 0;
  out.setInt32(at, quad(high), true);
  out.setInt32(at + 4, quad((whole - Math.imul(high, 10000)) | 0), true);
  return at + 8;
}

/**
 * Decimal digits of an unsigned 64-bit number; at most 20 bytes. Its halves come as signed 32-bit integers, which are
 * passed without an allocation.
 */
export function putInteger64(out: DataView, at: number, low: number, high: number): number {
  if (high === 0) return putInteger(out, at, low >>> 0);
  if (high === -1 && low === -1) return putUnlimited(out, at);
  if (high > 0 && high < 0x200000) return putInteger(out, at, high * 4294967296 + (low >>> 0));
  limbs[0] = high >>> 16;
  limbs[1] = high & 0xffff;
  limbs[2] = low >>> 16;
  limbs[3] = low & 0xffff;
  const last = divideLimbs();
  const middle = divideLimbs();
  const first = limbs[2]! * 65536 + limbs[3]!;
  const to = first === 0 ? putInteger(out, at, middle) : putEight(out, putInteger(out, at, first), middle);
  return putEight(out, to, last);
}

/** 18446744073709551615, which the kernel sends twice for almost every TCP socket: no limit. */
function putUnlimited(out: DataView, at: number): number {
  out.setInt32(at, 0x34343831, true);
  out.setInt32(at + 4, 0x34343736, true);
  out.setInt32(at + 8, 0x37333730, true);
  out.setInt32(at + 12, 0x35353930, true);
  out.setInt32(at + 16, 0x35313631, true);
  return at + 20;
}

/** A 64-bit number in four limbs of 16 bits, highest first. */
const limbs = new Float64Array(4);

/** Divides {@linkcode limbs} by 10^8 and returns the remainder; every intermediate result is below 2^53. */
function divideLimbs(): number {
  let rest = 0;
  for (let i = 0; i < 4; i++) {
    const value = rest * 65536 + limbs[i]!;
    const quotient = Math.floor(value / 100000000);
    limbs[i] = quotient;
    rest = value - quotient * 100000000;
  }
  return rest;
}

/**
 * `value / 1000` with one to three decimals: `0.943`, `201.0`; at most 18 bytes, 11 for a value of 32 bits.
 *
 * @param point the character before the decimals
 */
export function putThousandths(out: DataView, at: number, value: number, point: number = DOT): number {
  const isLong = value > 0xffffffff;
  const whole = isLong ? Math.floor(value / 1000) : (value >>> 0) / 1000 >>> 0;
  const fraction = isLong ? value - 1000 * whole : ((value >>> 0) - Math.imul(whole, 1000)) | 0;
  const to = putInteger(out, at, whole);
  // ".943" out of "0943": the leading zero of the four digits becomes the point.
  out.setInt32(to, quad(fraction) - ZERO + point, true);
  // Without zeros at the end.
  return to + (fraction % 100 === 0 ? 2 : fraction % 10 === 0 ? 3 : 4);
}

/** Code of a hexadecimal digit. */
const hexDigit = (value: number) => value + (value < 10 ? 48 : 87);

/** The lowest `count` hexadecimal digits of a 32-bit number. */
function putHex32(out: DataView, at: number, value: number, count: number): number {
  for (let shift = 4 * (count - 1); shift >= 0; shift -= 4) out.setUint8(at++, hexDigit(value >>> shift & 15));
  return at;
}

const countHexDigits = (value: number) => value === 0 ? 1 : 8 - (Math.clz32(value) >>> 2);

/** `0x` and the hexadecimal digits of a 64-bit number, its halves as in {@linkcode putInteger64}; at most 18 bytes. */
export function putIdentifier(out: DataView, at: number, low: number, high: number): number {
  out.setUint8(at, ZERO);
  out.setUint8(at + 1, 0x78);
  if (high === 0) return putHex32(out, at + 2, low, countHexDigits(low));
  return putHex32(out, putHex32(out, at + 2, high, countHexDigits(high)), low, 8);
}

/** Two hexadecimal digits a byte. */
export function putHex(out: DataView, at: number, bytes: Uint8Array, start: number, end: number): number {
  for (let i = start; i < end; i++) at = putHex32(out, at, bytes[i]!, 2);
  return at;
}

/** Four bytes as `192.0.2.1`; at most 15 bytes. */
export function putIPv4(out: DataView, at: number, bytes: Uint8Array, start: number): number {
  for (let i = 0; i < 4; i++) {
    if (i > 0) out.setUint8(at++, DOT);
    at = putFew(out, at, bytes[start + i]!);
  }
  return at;
}

/** Sixteen bytes in the form of RFC 5952, `::ffff:192.0.2.1` for an IPv4-mapped one; at most 39 bytes. */
export function putIPv6(out: DataView, at: number, bytes: Uint8Array, start: number): number {
  // The longest run of two or more zero groups, the first of several, becomes `::`.
  let runStart = -1;
  let runLength = 1;
  for (let i = 0; i < 8; i++) {
    let length = 0;
    while (i + length < 8 && bytes[start + 2 * (i + length)] === 0 && bytes[start + 2 * (i + length) + 1] === 0) {
      length++;
    }
    if (length > runLength) {
      runStart = i;
      runLength = length;
    }
    i += length;
  }
  const mapped = runStart === 0 && runLength === 5 && bytes[start + 10] === 0xff && bytes[start + 11] === 0xff;
  const groups = mapped ? 6 : 8;
  for (let i = 0; i < groups; i++) {
    if (i === runStart) {
      out.setUint16(at, COLON << 8 | COLON);
      at += 2;
      i += runLength - 1;
      continue;
    }
    if (i > 0 && i !== runStart + runLength) out.setUint8(at++, COLON);
    const group = bytes[start + 2 * i]! << 8 | bytes[start + 2 * i + 1]!;
    at = putHex32(out, at, group, countHexDigits(group));
  }
  if (!mapped) return at;
  out.setUint8(at++, COLON);
  return putIPv4(out, at, bytes, start + 12);
}
