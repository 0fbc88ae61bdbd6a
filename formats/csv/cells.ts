/**
 * The rules for CSV cells that protect spreadsheets and terminals. `docs/formats.md` describes them.
 */
import type { Word } from "../../decode/record/key.ts";
import { isControl } from "../../decode/text/control_characters.ts";
import { utf8Length } from "../../decode/text/utf8.ts";
import { codePoint, putEscape } from "../text/nested_records.ts";
import type { OutputBuffer } from "../text/output_buffer.ts";
import { type PreparedText, prepareText } from "../text/prepared_texts.ts";

const QUOTE = 34;
/** Cells of a boolean. */
export const TRUE: PreparedText = prepareText("true");
export const FALSE: PreparedText = prepareText("false");

export const APOSTROPHE = 39;
export const SEMICOLON = 59;
const BACKSLASH = 92;
const SPACE = 32;
const REPLACEMENT = new TextEncoder().encode("\ufffd");

/** The largest number of 15 digits, the limit of spreadsheets. */
export const LONGEST_NUMBER = 999999999999999;

/** Characters allowed as delimiter: none that occurs in numbers, words or addresses, no quotes and no escapes. */
const DELIMITERS = "\t,;|!#$%&*/<>?^`{}~()[]";

/** Whether a text is allowed as delimiter. */
export const isDelimiter = (text: string): boolean => text.length === 1 && DELIMITERS.includes(text);

/** Whether a 64-bit number is greater than {@linkcode LONGEST_NUMBER}. */
export function isLong(low: number, high: number): boolean {
  const upper = high >>> 0;
  return upper > 0x38d7e || upper === 0x38d7e && low >>> 0 >= 0xa4c68000;
}

/** Whether the hexadecimal digits of bytes are those of a decimal number, an exponent allowed: `1234`, `12e4`. */
export function looksLikeNumber(bytes: Uint8Array, start: number, end: number): boolean {
  let exponents = 0;
  for (let i = start; i < end; i++) {
    for (let shift = 4; shift >= 0; shift -= 4) {
      const digit = bytes[i]! >>> shift & 15;
      if (digit === 14) exponents++;
      else if (digit > 9) return false;
    }
  }
  return end > start && exponents < 2;
}

/**
 * Writes an apostrophe at `at` if the text looks like a formula to a spreadsheet or starts with an apostrophe; returns
 * its end.
 */
export function putGuard(out: Uint8Array, at: number, from: Uint8Array, start: number, end: number): number {
  if (start === end || !startsFormula(from, start, end)) return at;
  out[at] = APOSTROPHE;
  return at + 1;
}

/**
 * Writes text from outside at `at`, where there is room for six bytes a byte; returns its end. Control characters and
 * backslashes are escaped, so that the cell is one line; quotes are doubled. Of an element of a list semicolons are escaped.
 */
export function putCellText(
  { bytes, view }: OutputBuffer,
  at: number,
  from: Uint8Array,
  start: number,
  end: number,
  inList: boolean,
): number {
  for (let i = start; i < end;) {
    const byte = from[i]!;
    if (byte >= 0x20 && byte < 0x7f) {
      if (byte === SEMICOLON && inList) at = putEscape(view, at, byte);
      else {
        if (byte === QUOTE || byte === BACKSLASH) bytes[at++] = byte;
        bytes[at++] = byte;
      }
      i++;
      continue;
    }
    const length = utf8Length(from, i, end);
    if (length < 0) {
      for (let n = 0; n < REPLACEMENT.length; n++) bytes[at++] = REPLACEMENT[n]!;
      i -= length;
      continue;
    }
    const code = codePoint(from, i, length);
    if (isControl(code)) at = putEscape(view, at, code);
    else for (let n = 0; n < length; n++) bytes[at++] = from[i + n]!;
    i += length;
  }
  return at;
}

/** Puts quotes around the cell from `start` to `end` if it needs them; returns its end. There is room for two bytes more. */
export function quoteCell(bytes: Uint8Array, start: number, end: number, delimiter: number): number {
  let quoted = start < end && (bytes[start] === SPACE || bytes[end - 1] === SPACE);
  for (let i = start; i < end && !quoted; i++) quoted = bytes[i] === QUOTE || bytes[i] === delimiter;
  if (!quoted) return end;
  bytes.copyWithin(start + 1, start, end);
  bytes[start] = QUOTE;
  bytes[end + 1] = QUOTE;
  return end + 2;
}

/** The words of the bits that are set, separated by semicolons. */
export function wordListCell(words: readonly (Word | undefined)[], value: number, delimiter: string): string {
  const set = words.flatMap((word, bit) => word !== undefined && (value >>> bit & 1) === 1 ? [word.text] : []);
  const text = set.join(";");
  return delimiter === ";" && set.length > 1 ? `"${text}"` : text;
}

/** Copies JSON text as a cell to `at`: between quotes, with quotes doubled; returns its end. There is room for it. */
export function putJsonCell(out: Uint8Array, at: number, from: Uint8Array, start: number, end: number): number {
  out[at++] = QUOTE;
  for (let i = start; i < end; i++) {
    if (from[i] === QUOTE) out[at++] = QUOTE;
    out[at++] = from[i]!;
  }
  out[at++] = QUOTE;
  return at;
}

/** Whether text starts as a formula does: with `=` `+` `-` `@`, also as wide characters, or with white space that is skipped. */
function startsFormula(bytes: Uint8Array, start: number, end: number): boolean {
  switch (bytes[start]) {
    case 0x00: // NUL
    case 0x09: // tab
    case 0x0a: // line feed
    case 0x0d: // carriage return
    case 0x27: // '
    case 0x2b: // +
    case 0x2d: // -
    case 0x3d: // =
    case 0x40: // @
      return true;
    case 0xef: { // U+FF0B, U+FF0D, U+FF1D, U+FF20
      if (start + 2 >= end || bytes[start + 1] !== 0xbc) return false;
      const last = bytes[start + 2]!;
      return last === 0x8b || last === 0x8d || last === 0x9d || last === 0xa0;
    }
  }
  return false;
}
