/**
 * Writes the members of a structure as text: the innermost loop of the formats, in AssemblyScript. `deno task wasm`
 * compiles it to `put_structure_wasm.ts`. `structure_writer.ts` describes the memory and fills it.
 *
 * Functions write at `at` and return the position after what they wrote. They may change up to 31 bytes after that.
 */

/** Writes the member of an instruction and its key in JavaScript; returns the end of what it wrote. */
@external("host", "putMember")
declare function putMember(instruction: i32, at: i32): i32;

const ZERO: i32 = 48;
const ZEROS: i32 = 0x30303030;
const MINUS: i32 = 45;
const DOT: i32 = 46;
const COLON: i32 = 58;
const QUOTE: i32 = 34;
const APOSTROPHE: i32 = 39;
const AF_INET: i32 = 2;
const AF_INET6: i32 = 10;
/** Spreadsheets read numbers of up to 15 digits exactly. */
const LONGEST_NUMBER: u64 = 999999999999999;

/**
 * The four digits of 0 to 9999 as the bytes of a little-endian number, first digit lowest. The bytes are 0 to 9, not
 * ASCII.
 */
@inline
function fourDigits(value: i32): i32 {
  // Multiply and shift instead of dividing by 100 and 10: exact below 10000 and 100.
  const high = (value * 5243) >>> 19;
  const low = value - high * 100;
  const pairs = high | (low << 16);
  const tens = ((pairs * 103) >>> 10) & 0xf000f;
  return tens | ((pairs - tens * 10) << 8);
}

/** Four digits, leading zeros included. */
@inline
function quad(value: i32): i32 {
  return fourDigits(value) | ZEROS;
}

/** The digits of 0 to 9999 without leading zeros. No branch depends on the number. */
@inline
function putFew(at: i32, value: i32): i32 {
  const digits = fourDigits(value);
  // Leading zeros are the lowest bytes. Count the zero bits below the lowest set bit; for 0 that is all but the last
  // digit.
  const zeros = (31 - clz(digits & -digits)) & 24;
  store<i32>(at, (digits | ZEROS) >>> zeros);
  return at + 4 - (zeros >>> 3);
}

/** Exactly eight digits. */
function putEight(at: i32, value: u32): i32 {
  const high = value / 10000;
  store<i32>(at, quad(high));
  store<i32>(at, quad(value - high * 10000), 4);
  return at + 8;
}

function putU32(at: i32, value: u32): i32 {
  if (value < 10000) return putFew(at, value);
  if (value < 100000000) {
    const high = value / 10000;
    const to = putFew(at, high);
    store<i32>(to, quad(value - high * 10000));
    return to + 4;
  }
  const high = value / 100000000;
  return putEight(putFew(at, high), value - high * 100000000);
}

function putU64(at: i32, value: u64): i32 {
  if (value <= u32.MAX_VALUE) return putU32(at, <u32> value);
  if (value == u64.MAX_VALUE) { // No limit: the kernel sends it twice for almost every TCP socket.
    store<u64>(at, 0x3434373634343831); // 18446744
    store<u64>(at, 0x3535393037333730, 8); // 07370955
    store<u32>(at, 0x35313631, 16); // 1615
    return at + 20;
  }
  const high = value / 100000000;
  const last = <u32> (value - high * 100000000);
  if (high <= u32.MAX_VALUE) return putEight(putU32(at, <u32> high), last);
  const top = high / 100000000;
  return putEight(putEight(putU32(at, <u32> top), <u32> (high - top * 100000000)), last);
}

/** `value / 1000` with one to three decimals. */
function putThousandths(at: i32, value: u32, point: i32): i32 {
  const whole = value / 1000;
  const fraction = value - whole * 1000;
  const to = putU32(at, whole);
  // "0943" becomes ".943": the point replaces the leading zero of the four digits.
  store<i32>(to, quad(fraction) - ZERO + point);
  // Drop zeros at the end.
  return to + (fraction % 100 == 0 ? 2 : fraction % 10 == 0 ? 3 : 4);
}

/** The lowest `count` hexadecimal digits. */
function putHex(at: i32, value: u32, count: i32): i32 {
  for (let shift = 4 * (count - 1); shift >= 0; shift -= 4) {
    const digit = (value >>> shift) & 15;
    store<u8>(at++, digit + (digit < 10 ? 48 : 87));
  }
  return at;
}

@inline
function countHexDigits(value: u32): i32 {
  return value == 0 ? 1 : 8 - (<i32> clz(value) >>> 2);
}

/** `0x` and the hexadecimal digits of a 64-bit number. */
function putIdentifier(at: i32, value: u64): i32 {
  const low = <u32> value;
  const high = <u32> (value >>> 32);
  store<u16>(at, 0x7830);
  if (high == 0) return putHex(at + 2, low, countHexDigits(low));
  return putHex(putHex(at + 2, high, countHexDigits(high)), low, 8);
}

function putIPv4(at: i32, from: i32): i32 {
  for (let i = 0; i < 4; i++) {
    if (i > 0) store<u8>(at++, DOT);
    at = putFew(at, load<u8>(from + i));
  }
  return at;
}

/** Sixteen bytes in the form of RFC 5952. An IPv4-mapped address is `::ffff:192.0.2.1`. */
function putIPv6(at: i32, from: i32): i32 {
  // `::` replaces the longest run of two or more zero groups; the first one if several are equally long.
  let runStart = -1;
  let runLength = 1;
  for (let i = 0; i < 8; i++) {
    let length = 0;
    while (i + length < 8 && load<u16>(from + 2 * (i + length)) == 0) length++;
    if (length > runLength) {
      runStart = i;
      runLength = length;
    }
    i += length;
  }
  const mapped = runStart == 0 && runLength == 5 && load<u16>(from, 10) == 0xffff;
  const groups = mapped ? 6 : 8;
  for (let i = 0; i < groups; i++) {
    if (i == runStart) {
      store<u16>(at, COLON << 8 | COLON);
      at += 2;
      i += runLength - 1;
      continue;
    }
    if (i > 0 && i != runStart + runLength) store<u8>(at++, COLON);
    const group = <u32> bswap<u16>(load<u16>(from + 2 * i));
    at = putHex(at, group, countHexDigits(group));
  }
  if (!mapped) return at;
  store<u8>(at++, COLON);
  return putIPv4(at, from + 12);
}

/** Copies a text in units of eight bytes. Excess bytes are overwritten later. Most texts need at most four units. */
@inline
function putText(at: i32, from: i32, length: i32): i32 {
  store<u64>(at, load<u64>(from));
  store<u64>(at, load<u64>(from, 8), 8);
  store<u64>(at, load<u64>(from, 16), 16);
  store<u64>(at, load<u64>(from, 24), 24);
  for (let i = 32; i < length; i += 8) store<u64>(at + i, load<u64>(from + i));
  return at + length;
}

/** The entry of a value in the table of an instruction (address and length of its text); 0 if it has none. */
@inline
function findText(instruction: i32, value: u32): i32 {
  if (value >= load<u32>(instruction, 36)) return 0;
  const entry = load<i32>(instruction, 32) + 8 * value;
  return load<i32>(entry) == 0 ? 0 : entry;
}

/**
 * Runs the program at `program` on the structure at `start`, which has `length` bytes.
 *
 * A program has: address of the first instruction and of the end, separator, length of a quotation mark (0 or 1),
 * decimal point, number of bytes of its key that a list of flags overwrites, address and length of the text for "no
 * value". An instruction has: operation, bytes needed, offset of the member, address and length of its key, shift,
 * mask, number for "no value", address and length of its table of texts. All are 32-bit numbers.
 */
export function putStructure(program: i32, start: i32, length: i32, at: i32): i32 {
  const stop = load<i32>(program, 4);
  const separator = load<i32>(program, 8);
  const quotes = load<i32>(program, 12);
  for (let p = load<i32>(program); p < stop; p += 40) {
    if (load<i32>(p, 4) > length) continue;
    const from = start + load<i32>(p, 8);
    // The key. Most keys need at most three units of eight bytes.
    const text = load<i32>(p, 12);
    const size = load<i32>(p, 16);
    store<u64>(at, load<u64>(text));
    store<u64>(at, load<u64>(text, 8), 8);
    store<u64>(at, load<u64>(text, 16), 16);
    for (let more = 24; more < size + 2; more += 8) store<u64>(at + more, load<u64>(text + more));
    const end = at + size;
    let value: u32 = 0;
    switch (load<i32>(p)) {
      case 0: // u32
        value = load<u32>(from);
        break;
      case 1: // u8
        value = load<u8>(from);
        break;
      case 2: // u16
        value = load<u16>(from);
        break;
      case 3: // port
        value = bswap<u16>(load<u16>(from));
        break;
      case 4: // bits
        value = (<u32> load<u8>(from) >>> load<i32>(p, 20)) & load<u32>(p, 24);
        break;
      case 5: // nullable
        value = load<u32>(from);
        if (value == load<u32>(p, 28)) {
          at = putText(end, load<i32>(program, 24), load<i32>(program, 28));
          continue;
        }
        break;
      case 6: { // u64
        const number = load<u64>(from);
        if (number <= u32.MAX_VALUE) {
          value = <u32> number;
          break;
        }
        at = putU64(end, number);
        store<u8>(at++, separator);
        continue;
      }
      case 7: // milliseconds
        at = putThousandths(end, load<u32>(from), load<i32>(program, 16));
        store<u8>(at++, separator);
        continue;
      case 8: // identifier
        at = putIdentifier(end + quotes, load<u64>(from));
        if (quotes != 0) store<u8>(at++, QUOTE);
        store<u8>(at++, separator);
        continue;
      case 9: // enumeration, u8
      case 14: { // enumeration, u16
        const number: u32 = load<i32>(p) == 9 ? load<u8>(from) : load<u16>(from);
        const entry = findText(p, (number >>> load<i32>(p, 20)) & load<u32>(p, 24));
        at = entry == 0 ? putMember(p, at) : putText(end, load<i32>(entry), load<i32>(entry, 4));
        continue;
      }
      case 10: // flags, u8
      case 11: { // flags, u16
        const bits: u32 = load<i32>(p) == 10 ? load<u8>(from) : load<u16>(from);
        const entry = findText(p, bits);
        if (entry == 0) at = putMember(p, at);
        else at = putText(end - load<i32>(program, 20), load<i32>(entry), load<i32>(entry, 4));
        continue;
      }
      case 12: { // address; the first byte of the structure is its family
        const family = load<u8>(start);
        if (family == AF_INET) at = putIPv4(end + quotes, from);
        else if (family == AF_INET6) at = putIPv6(end + quotes, from);
        else {
          at = putMember(p, at);
          continue;
        }
        if (quotes != 0) store<u8>(at++, QUOTE);
        store<u8>(at++, separator);
        continue;
      }
      case 13: { // u64; a long number is marked
        const number = load<u64>(from);
        if (number <= u32.MAX_VALUE) {
          value = <u32> number;
          break;
        }
        const long = number > LONGEST_NUMBER;
        if (long) store<u8>(end, APOSTROPHE);
        at = putU64(end + (long ? 1 : 0), number);
        store<u8>(at++, separator);
        continue;
      }
      case 15: { // s32
        const number = load<i32>(from);
        if (number >= 0) {
          value = number;
          break;
        }
        store<u8>(end, MINUS);
        at = putU32(end + 1, -number);
        store<u8>(at++, separator);
        continue;
      }
      default:
        at = putMember(p, at);
        continue;
    }
    // A number. A single digit overwrites the 0 after the key.
    if (value < 10) {
      store<u8>(end, ZERO + value);
      at = end + 2;
    } else {
      at = putU32(end, value);
      store<u8>(at++, separator);
    }
  }
  return at;
}
