/**
 * Passes over JSON from outside (RFC 8259), without making objects of it: most sockets of a listing are not of interest.
 */
import { quote } from "../../decode/text/control_characters.ts";
import { DEEPEST, ListingError } from "./saved_json.ts";

const QUOTE = 34;
const PLUS = 43;
const COMMA = 44;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;
const NINE = 57;
const COLON = 58;
const OPEN_LIST = 91;
const BACKSLASH = 92;
const CLOSE_LIST = 93;
const LETTER_E = 101;
const LETTER_U = 117;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

/** Thrown if the bytes end before the value does. */
export const CUT: Error = new Error("more bytes are needed");

/** Letters after a backslash. */
const ESCAPES = new Set([...'"\\/bfnrtu'].map((letter) => letter.charCodeAt(0)));

const LITERALS = new Map(["true", "false", "null"].map((word) => [word.charCodeAt(0), new TextEncoder().encode(word)]));

const isSpace = (byte: number): boolean => byte === 32 || byte === 10 || byte === 13 || byte === 9;

const isDigit = (byte: number): boolean => byte >= ZERO && byte <= NINE;

const isHexDigit = (byte: number): boolean => isDigit(byte) || (byte | 32) >= 97 && (byte | 32) <= 102;

/**
 * A window of bytes. All functions take the position of what they pass over, and return the position behind it. They throw
 * {@linkcode CUT}, or {@linkcode ListingError} if it is not JSON.
 */
export class JsonScanner {
  protected bytes: Uint8Array = new Uint8Array(1);
  #end = 0;
  /** Whether a string had bytes that are not ASCII since this was last set to `false`. */
  wide = false;

  /** Sets the window to the first `end` bytes, behind which there must be another one: it becomes 0, which ends everything. */
  open(bytes: Uint8Array, end: number): void {
    this.bytes = bytes;
    this.#end = end;
    bytes[end] = 0;
  }

  /** The position of the next byte that is no white space. */
  space(at: number): number {
    const { bytes } = this;
    while (isSpace(bytes[at]!)) at++;
    if (at >= this.#end) throw CUT;
    return at;
  }

  /** Passes over one given byte and the white space before it. */
  expect(at: number, byte: number): number {
    if (this.bytes[at] === byte) return at + 1;
    at = this.space(at);
    if (this.bytes[at] !== byte) throw this.fault(at);
    return at + 1;
  }

  protected fault(at: number): Error {
    if (at >= this.#end) return CUT;
    return new ListingError(`it is not JSON: unexpected ${quote(String.fromCharCode(this.bytes[at]!))}`);
  }

  /**
   * Passes over an object.
   *
   * @param member passes over a member, of which it gets the position
   */
  object(at: number, member: (at: number) => number): number {
    at = this.space(this.expect(at, OPEN_OBJECT));
    if (this.bytes[at] === CLOSE_OBJECT) return at + 1;
    while (true) {
      at = this.space(member(at));
      if (this.bytes[at] === CLOSE_OBJECT) return at + 1;
      at = this.space(this.expect(at, COMMA));
    }
  }

  value(at: number, depth: number): number {
    let byte = this.bytes[at]!;
    if (isSpace(byte)) byte = this.bytes[at = this.space(at)]!;
    if (isDigit(byte) || byte === MINUS) return this.#number(at);
    if (byte === QUOTE) return this.string(at);
    if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
      if (depth >= DEEPEST) throw new ListingError("too many objects inside each other");
      return byte === OPEN_OBJECT ? this.#object(at, depth + 1) : this.#list(at, depth + 1);
    }
    return this.#literal(at, byte);
  }

  #object(at: number, depth: number): number {
    const { bytes } = this;
    at = this.space(at + 1);
    if (bytes[at] === CLOSE_OBJECT) return at + 1;
    while (true) {
      at = this.value(this.expect(this.string(at), COLON), depth);
      if (isSpace(bytes[at]!)) at = this.space(at);
      if (bytes[at] === CLOSE_OBJECT) return at + 1;
      at = this.expect(at, COMMA);
      if (isSpace(bytes[at]!)) at = this.space(at);
    }
  }

  #list(at: number, depth: number): number {
    const { bytes } = this;
    at = this.space(at + 1);
    if (bytes[at] === CLOSE_LIST) return at + 1;
    while (true) {
      at = this.value(at, depth);
      if (isSpace(bytes[at]!)) at = this.space(at);
      if (bytes[at] === CLOSE_LIST) return at + 1;
      at = this.expect(at, COMMA);
    }
  }

  string(at: number): number {
    const { bytes } = this;
    if (bytes[at] !== QUOTE) throw this.fault(at);
    while (true) {
      const byte = bytes[++at]!;
      if (byte === QUOTE) return at + 1;
      if (byte >= 0x80) this.wide = true;
      else if (byte === BACKSLASH) at = this.#escape(at + 1);
      else if (byte < 32) throw this.fault(at);
    }
  }

  /** Returns the position of the last byte of the escape. */
  #escape(at: number): number {
    const { bytes } = this;
    if (!ESCAPES.has(bytes[at]!)) throw this.fault(at);
    if (bytes[at] !== LETTER_U) return at;
    for (let i = 0; i < 4; i++) if (!isHexDigit(bytes[++at]!)) throw this.fault(at);
    return at;
  }

  #number(at: number): number {
    const { bytes } = this;
    if (bytes[at] === MINUS) at++;
    at = bytes[at] === ZERO ? at + 1 : this.#digits(at);
    if (bytes[at] === POINT) at = this.#digits(at + 1);
    if ((bytes[at]! | 32) !== LETTER_E) return at;
    const sign = bytes[at + 1];
    return this.#digits(sign === MINUS || sign === PLUS ? at + 2 : at + 1);
  }

  /** Passes over at least one digit. */
  #digits(at: number): number {
    const { bytes } = this;
    if (!isDigit(bytes[at]!)) throw this.fault(at);
    while (isDigit(bytes[++at]!));
    return at;
  }

  #literal(at: number, first: number): number {
    const word = LITERALS.get(first);
    if (word === undefined) throw this.fault(at);
    for (let i = 0; i < word.length; i++, at++) if (this.bytes[at] !== word[i]) throw this.fault(at);
    return at;
  }
}
