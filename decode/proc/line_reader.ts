/**
 * Columns of a line in a file below `/proc/net`, read from left to right; mirrors what `seq_printf` of the kernel makes of
 * `%X`, `%d`, `%u`, `%lu` and `%pK`.
 */
import { DecodeError } from "../kernel/errors.ts";

const TAB = 9;
const BLANK = 32;
const MINUS = 45;
const DOT = 46;
const ZERO = 48;
const ONE = 49;
const COLON = 58;
const LESS = 60;
const GREATER = 62;
const U32 = 0xffffffff;

/** The value of a digit of a hexadecimal number, 16 or more for anything else. */
function digitValue(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const letter = code | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : 99;
}

const isBlank = (code: number) => code === BLANK || code === TAB;

/**
 * Reads a line column by column. All methods throw {@linkcode DecodeError} if the column has another form than expected, or
 * if the line has ended.
 */
export class Columns {
  /** Start of the next column or of the blanks before it. */
  at = 0;
  #bytes: Uint8Array = new Uint8Array(0);
  #end = 0;

  /** Begins a line. The bytes must stay unchanged until the next line begins. */
  open(bytes: Uint8Array, start: number, end: number): this {
    this.#bytes = bytes;
    this.at = start;
    this.#end = end;
    return this;
  }

  /** Whether there are no more columns. */
  get done(): boolean {
    this.#skipBlanks();
    return this.at === this.#end;
  }

  #skipBlanks(): void {
    while (this.at < this.#end && isBlank(this.#bytes[this.at]!)) this.at++;
  }

  #fail(expected: string): never {
    throw new DecodeError(`no ${expected}`, this.at);
  }

  #digits(base: 10 | 16, maximum: number): number {
    const start = this.at;
    let value = 0;
    for (; this.at < this.#end; this.at++) {
      const digit = digitValue(this.#bytes[this.at]!);
      if (digit >= base) break;
      value = value * base + digit;
      if (value > maximum) this.#fail(`number of at most ${maximum}`);
    }
    if (this.at === start) this.#fail("number");
    return value;
  }

  #endColumn(): void {
    if (this.at < this.#end && !isBlank(this.#bytes[this.at]!)) this.#fail("end of a column");
  }

  decimal(maximum: number = U32): number {
    this.#skipBlanks();
    const value = this.#digits(10, maximum);
    this.#endColumn();
    return value;
  }

  /** A decimal number that may be negative. */
  signed(): number {
    this.#skipBlanks();
    if (this.at < this.#end && this.#bytes[this.at] === MINUS) {
      this.at++;
      return -this.decimal();
    }
    return this.decimal();
  }

  hexadecimal(maximum: number = U32): number {
    this.#skipBlanks();
    const value = this.#digits(16, maximum);
    this.#endColumn();
    return value;
  }

  /** The part of a column before a colon, and the colon: a number. */
  beforeColon(base: 10 | 16): number {
    this.#skipBlanks();
    const value = this.#digits(base, U32);
    this.#colon();
    return value;
  }

  #colon(): void {
    if (this.at === this.#end || this.#bytes[this.at] !== COLON) this.#fail("colon");
    this.at++;
  }

  /**
   * The part of a column before a colon, and the colon: an IP address, whose 32-bit words the kernel printed as numbers of
   * its own byte order.
   *
   * @param to gets the address in network order from `offset` on
   */
  addressBeforeColon(v6: boolean, to: Uint8Array, offset: number): void {
    this.#skipBlanks();
    const length = v6 ? 16 : 4;
    if (this.#end - this.at < 2 * length) this.#fail("address");
    for (let i = 0; i < length; i++, this.at += 2) {
      const high = digitValue(this.#bytes[this.at]!);
      const low = digitValue(this.#bytes[this.at + 1]!);
      if (high > 15 || low > 15) this.#fail("address");
      // The lowest byte of a word stands last in its digits, and first in memory.
      to[offset + (i ^ 3)] = high << 4 | low;
    }
    this.#colon();
  }

  /** Skips a column, whatever its content. */
  skip(): void {
    this.#skipBlanks();
    if (this.at === this.#end) this.#fail("column");
    while (this.at < this.#end && !isBlank(this.#bytes[this.at]!)) this.at++;
  }

  /** A column that is 0 or 1; `null` for any other content. */
  flag(): boolean | null {
    this.skip();
    const code = this.#bytes[this.at - 1];
    const single = this.at < 2 || isBlank(this.#bytes[this.at - 2]!);
    return !single || (code !== ZERO && code !== ONE) ? null : code === ONE;
  }

  /** Skips the one blank after the previous column. */
  skipBlank(): void {
    if (this.at === this.#end || this.#bytes[this.at] !== BLANK) this.#fail("blank");
    this.at++;
  }

  /** Skips a sign at the start of a column, if there is one. */
  skipSign(code: number): boolean {
    this.#skipBlanks();
    if (this.at === this.#end || this.#bytes[this.at] !== code) return false;
    this.at++;
    return true;
  }

  /** Skips the column `<->`. */
  arrow(): void {
    if (!this.skipSign(LESS) || !this.#isNext(MINUS) || !this.#isNext(GREATER)) this.#fail("arrow");
    this.#endColumn();
  }

  /**
   * A column that is an IP address in text: four decimal numbers with dots, or eight hexadecimal ones with colons.
   *
   * @param to gets the address in network order from `offset` on
   * @returns its length, 4 or 16; 0, and nothing read, if the column has neither dots nor colons
   */
  addressText(to: Uint8Array, offset: number): 0 | 4 | 16 {
    this.#skipBlanks();
    const start = this.at;
    let separator = 0;
    for (let at = start; at < this.#end && !isBlank(this.#bytes[at]!) && separator === 0; at++) {
      const code = this.#bytes[at]!;
      if (code === DOT || code === COLON) separator = code;
    }
    if (separator === 0) return 0;
    const v6 = separator === COLON;
    const count = v6 ? 8 : 4;
    for (let i = 0; i < count; i++) {
      if (i > 0 && !this.#isNext(separator)) this.#fail("address");
      const value = v6 ? this.#digits(16, 0xffff) : this.#digits(10, 0xff);
      if (v6) to[offset + 2 * i] = value >>> 8;
      to[offset + (v6 ? 2 * i + 1 : i)] = value & 0xff;
    }
    this.#endColumn();
    return v6 ? 16 : 4;
  }

  #isNext(code: number): boolean {
    if (this.at === this.#end || this.#bytes[this.at] !== code) return false;
    this.at++;
    return true;
  }
}
