/**
 * Tests of field values: one class for each kind of comparison.
 */
import type { Word } from "../../decode/record/key.ts";
import type { Pattern } from "./pattern.ts";
import type { Range } from "./quantity.ts";

/**
 * A test of the values of one field. Each method gets the arguments of the `RecordSink` method of that name and returns whether
 * the value passes. Fields of other types do not pass.
 */
export abstract class Test {
  integer(_value: number): boolean {
    return false;
  }
  integer64(_low: number, _high: number): boolean {
    return false;
  }
  thousandths(_value: number): boolean {
    return false;
  }
  identifier(_low: number, _high: number): boolean {
    return false;
  }
  boolean(_value: boolean): boolean {
    return false;
  }
  null(): boolean {
    return false;
  }
  word(_word: Word): boolean {
    return false;
  }
  text(_bytes: Uint8Array, _start: number, _end: number): boolean {
    return false;
  }
  hex(_bytes: Uint8Array, _start: number, _end: number): boolean {
    return false;
  }
  address(_v6: boolean, _bytes: Uint8Array, _start: number): boolean {
    return false;
  }
  /** An object or a list begins. */
  open(): boolean {
    return false;
  }
}

/** Any value. */
export class ExistsTest extends Test {
  override integer(): boolean {
    return true;
  }
  override integer64(): boolean {
    return true;
  }
  override thousandths(): boolean {
    return true;
  }
  override identifier(): boolean {
    return true;
  }
  override boolean(): boolean {
    return true;
  }
  override null(): boolean {
    return true;
  }
  override word(): boolean {
    return true;
  }
  override text(): boolean {
    return true;
  }
  override hex(): boolean {
    return true;
  }
  override address(): boolean {
    return true;
  }
  override open(): boolean {
    return true;
  }
}

/** The kernel's "no value". */
export class NullTest extends Test {
  override null(): boolean {
    return true;
  }
}

const LARGEST = (1n << 64n) - 1n;

/** A bound as a number: 53-bit numbers compare with it the same as with the exact value. */
function bound(value: bigint | null, none: number): number {
  if (value === null) return none;
  return value > BigInt(Number.MAX_SAFE_INTEGER)
    ? Infinity
    : value < BigInt(Number.MIN_SAFE_INTEGER)
    ? -Infinity
    : Number(value);
}

/** Numbers within bounds. */
export class RangeTest extends Test {
  readonly #least: number;
  readonly #most: number;
  readonly #never: boolean;
  readonly #leastHigh: number;
  readonly #leastLow: number;
  readonly #mostHigh: number;
  readonly #mostLow: number;
  readonly #thousandthsLeast: number;
  readonly #thousandthsMost: number;

  /**
   * @param whole bounds for whole numbers
   * @param thousandths bounds for numbers in thousandths of the field's unit
   */
  constructor(whole: Range, thousandths: Range) {
    super();
    this.#least = bound(whole.least, -Infinity);
    this.#most = bound(whole.most, Infinity);
    this.#thousandthsLeast = bound(thousandths.least, -Infinity);
    this.#thousandthsMost = bound(thousandths.most, Infinity);
    const least = whole.least === null || whole.least < 0n ? 0n : whole.least;
    const most = whole.most === null || whole.most > LARGEST ? LARGEST : whole.most;
    this.#never = most < least;
    this.#leastHigh = Number(least >> 32n & 0xffff_ffffn);
    this.#leastLow = Number(least & 0xffff_ffffn);
    this.#mostHigh = Number(most >> 32n & 0xffff_ffffn);
    this.#mostLow = Number(most & 0xffff_ffffn);
  }

  /** Whether a single number passes, which is not 0: that often stands for none. */
  get isOfOne(): boolean {
    return this.#least === this.#most && this.#least !== 0;
  }

  override integer(value: number): boolean {
    return value >= this.#least && value <= this.#most;
  }

  override thousandths(value: number): boolean {
    return value >= this.#thousandthsLeast && value <= this.#thousandthsMost;
  }

  override integer64(low: number, high: number): boolean {
    const upper = high >>> 0;
    const lower = low >>> 0;
    return !this.#never &&
      (upper > this.#leastHigh || upper === this.#leastHigh && lower >= this.#leastLow) &&
      (upper < this.#mostHigh || upper === this.#mostHigh && lower <= this.#mostLow);
  }
}

/** One 64-bit identifier. */
export class IdentifierTest extends Test {
  readonly #low: number;
  readonly #high: number;

  constructor(value: bigint) {
    super();
    this.#low = Number(value & 0xffff_ffffn) | 0;
    this.#high = Number(value >> 32n) | 0;
  }

  override identifier(low: number, high: number): boolean {
    return low === this.#low && high === this.#high;
  }
}

/** `true` or `false`. */
export class BooleanTest extends Test {
  constructor(readonly value: boolean) {
    super();
  }

  override boolean(value: boolean): boolean {
    return value === this.value;
  }
}

/** One of some words. */
export class WordTest extends Test {
  constructor(readonly texts: readonly string[]) {
    super();
  }

  override word({ text }: Word): boolean {
    return this.texts.includes(text);
  }
}

function equals(bytes: Uint8Array, start: number, end: number, wanted: Uint8Array): boolean {
  if (end - start !== wanted.length) return false;
  for (let i = 0; i < wanted.length; i++) if (bytes[start + i] !== wanted[i]) return false;
  return true;
}

/** The same bytes. */
export class TextTest extends Test {
  constructor(readonly bytes: Uint8Array) {
    super();
  }

  override text(bytes: Uint8Array, start: number, end: number): boolean {
    return equals(bytes, start, end, this.bytes);
  }
}

/** Text that begins with these bytes. */
export class BeginningTest extends TextTest {
  override text(bytes: Uint8Array, start: number, end: number): boolean {
    return super.text(bytes, start, Math.min(end, start + this.bytes.length));
  }
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Text that a regular expression matches; invalid UTF-8 becomes U+FFFD, as in the output. */
export class PatternTest extends Test {
  constructor(readonly pattern: Pattern) {
    super();
  }

  override text(bytes: Uint8Array, start: number, end: number): boolean {
    return this.pattern.test(decoder.decode(bytes.subarray(start, end)));
  }

  override word({ text }: Word): boolean {
    return this.pattern.test(text);
  }
}

/** The bytes that hexadecimal digits stand for. */
export class HexTest extends Test {
  readonly #bytes: Uint8Array;

  /** @param digits an even number of them */
  constructor(digits: string) {
    super();
    this.#bytes = Uint8Array.from(
      { length: digits.length / 2 },
      (_, i) => parseInt(digits.slice(2 * i, 2 * i + 2), 16),
    );
  }

  override hex(bytes: Uint8Array, start: number, end: number): boolean {
    return equals(bytes, start, end, this.#bytes);
  }
}

/** An IP address, or all addresses with the same prefix. */
export interface Network {
  /** 4 or 16 bytes in network order; `null` matches every address. */
  readonly address: Uint8Array | null;
  /** Prefix length in bits. */
  readonly length: number;
}

const MAPPED_ZEROS = 10;

/** Whether an address is IPv4-mapped: `::ffff:0:0/96`. */
function isMapped(bytes: Uint8Array, start: number): boolean {
  for (let i = 0; i < MAPPED_ZEROS; i++) if (bytes[start + i] !== 0) return false;
  return bytes[start + 10] === 0xff && bytes[start + 11] === 0xff;
}

function begins(bytes: Uint8Array, start: number, address: Uint8Array, length: number): boolean {
  const whole = length >> 3;
  for (let i = 0; i < whole; i++) if (bytes[start + i] !== address[i]) return false;
  const rest = length & 7;
  return rest === 0 || ((bytes[start + whole]! ^ address[whole]!) & 0xff00 >> rest & 0xff) === 0;
}

/** Addresses in one of several networks, by the rules of the kernel's `inet_diag_bc_run()`: IPv4 networks match IPv4-mapped addresses too. */
export class AddressTest extends Test {
  constructor(readonly networks: readonly Network[]) {
    super();
  }

  override address(v6: boolean, bytes: Uint8Array, start: number): boolean {
    for (const { address, length } of this.networks) {
      if (address === null) return true;
      if ((address.length === 16) === v6) {
        if (begins(bytes, start, address, length)) return true;
      } else if (v6 && isMapped(bytes, start) && begins(bytes, start + 12, address, length)) return true;
    }
    return false;
  }
}
