/**
 * Text from outside, made safe for a terminal, and the number of columns it takes there.
 */
import { isControl } from "../../decode/text/control_characters.ts";
import { utf8Length } from "../../decode/text/utf8.ts";
import { codePoint, putEscape } from "../text/nested_records.ts";
import type { OutputBuffer } from "../text/output_buffer.ts";

/** Number of bytes that writing an escape may touch after its end. */
const ROOM = 64;

const BACKSLASH = 92;
const REPLACEMENT = new TextEncoder().encode("\ufffd");

/**
 * Appends text from outside. Control characters become escapes like `\u001b`, a backslash is doubled, and U+FFFD
 * replaces bytes that are not UTF-8.
 *
 * @param separator an ASCII character that separates texts and is escaped too; 0 for none
 * @returns whether something other than ASCII was written
 */
export function putDisplayText(
  out: OutputBuffer,
  from: Uint8Array,
  start: number,
  end: number,
  separator: number = 0,
): boolean {
  out.reserve(6 * (end - start) + ROOM);
  const { bytes, view } = out;
  let { at } = out;
  let wide = false;
  for (let i = start; i < end;) {
    const byte = from[i]!;
    if (byte >= 0x20 && byte < 0x7f) {
      if (byte === separator) at = putEscape(view, at, byte);
      else {
        if (byte === BACKSLASH) bytes[at++] = BACKSLASH;
        bytes[at++] = byte;
      }
      i++;
      continue;
    }
    const length = utf8Length(from, i, end);
    if (length < 0) {
      bytes.set(REPLACEMENT, at);
      at += REPLACEMENT.length;
      i -= length;
      wide = true;
    } else if (isControl(codePoint(from, i, length))) {
      at = putEscape(view, at, codePoint(from, i, length));
      i += length;
    } else {
      for (let n = 0; n < length; n++) bytes[at++] = from[i++]!;
      wide = true;
    }
  }
  out.at = at;
  return wide;
}

/**
 * Ranges of characters that take no column, and of characters that take two (the common ones of East_Asian_Width W and
 * F).
 */
const NONE = [0x300, 0x36f, 0x200b, 0x200d, 0x20d0, 0x20ff, 0xfe00, 0xfe0f, 0xfe20, 0xfe2f, 0xfeff, 0xfeff];
const TWO = [
  ...[0x1100, 0x115f, 0x2e80, 0x303e, 0x3041, 0xa4cf, 0xa960, 0xa97f, 0xac00, 0xd7a3, 0xf900, 0xfaff],
  ...[0xfe30, 0xfe6f, 0xff00, 0xff60, 0xffe0, 0xffe6, 0x1f300, 0x1f64f, 0x1f680, 0x1f6ff, 0x1f900, 0x1f9ff],
  ...[0x20000, 0x3fffd],
];

function isIn(ranges: readonly number[], code: number): boolean {
  for (let i = 0; i < ranges.length; i += 2) {
    if (code >= ranges[i]! && code <= ranges[i + 1]!) return true;
  }
  return false;
}

/** Number of columns that a character takes. */
function characterWidth(code: number): number {
  if (code < 0x300) return 1;
  return isIn(NONE, code) ? 0 : isIn(TWO, code) ? 2 : 1;
}

/** Starts a colour, which takes no column. Text from outside never contains it: it is escaped. */
const ESCAPE = 27;
const COLOUR_ENDS = 109;

const behindColour = (bytes: Uint8Array, at: number): number => bytes.indexOf(COLOUR_ENDS, at) + 1;

/** Number of columns of well-formed UTF-8 without control characters other than colours. */
export function displayWidth(bytes: Uint8Array, start: number, end: number): number {
  let width = 0;
  for (let at = start; at < end;) {
    if (bytes[at] === ESCAPE) {
      at = behindColour(bytes, at);
      continue;
    }
    const length = utf8Length(bytes, at, end);
    width += characterWidth(codePoint(bytes, at, length));
    at += length;
  }
  return width;
}

/** End of the longest leading part that takes at most `width` columns. */
export function fittingEnd(bytes: Uint8Array, start: number, end: number, width: number): number {
  let at = start;
  while (at < end) {
    if (bytes[at] === ESCAPE) {
      at = behindColour(bytes, at);
      continue;
    }
    const length = utf8Length(bytes, at, end);
    width -= characterWidth(codePoint(bytes, at, length));
    if (width < 0) break;
    at += length;
  }
  return at;
}

/** Start of the longest trailing part that takes at most `width` columns. */
export function fittingStart(bytes: Uint8Array, start: number, end: number, width: number): number {
  let at = start;
  for (let rest = displayWidth(bytes, start, end); rest > width && at < end;) {
    const length = utf8Length(bytes, at, end);
    rest -= characterWidth(codePoint(bytes, at, length));
    at += length;
  }
  return at;
}
