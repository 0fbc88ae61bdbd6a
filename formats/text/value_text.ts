/**
 * Values of slots as text, for formats that show several values in one cell.
 */
import type { Word } from "../../decode/record/key.ts";
import * as slot from "../../decode/record/record_slots.ts";
import {
  putHex,
  putIdentifier,
  putInteger,
  putInteger64,
  putIPv4,
  putIPv6,
  putThousandths,
} from "../../decode/text/digits.ts";
import type { OutputBuffer } from "./output_buffer.ts";
import { type PreparedText, prepareText, putText } from "./prepared_texts.ts";

/** Room for a short value. */
const ROOM = 512;

const TRUE = prepareText("true");
const FALSE = prepareText("false");
const NONE = prepareText("none");

const wordTexts: PreparedText[] = [];

/** The text of a word. */
export const wordText = (word: Word): PreparedText => wordTexts[word.id] ??= prepareText(word.text);

/** Appends prepared text. */
export function put(out: OutputBuffer, text: PreparedText): void {
  out.reserve(text.length + ROOM);
  out.at = putText(out.view, out.at, text);
}

/** Appends a value without quotes and escapes; nothing if it is empty, text from outside or a list. */
export function putValue(out: OutputBuffer, slots: slot.RecordSlots, value: number): void {
  out.reserve(ROOM);
  const { view, at } = out;
  switch (slots.kinds[value]) {
    case slot.SMALL:
      out.at = putInteger(view, at, slots.low[value]!);
      return;
    case slot.INTEGER:
      out.at = putInteger(view, at, slots.numbers[value]!);
      return;
    case slot.INTEGER64:
      out.at = putInteger64(view, at, slots.low[value]!, slots.high[value]!);
      return;
    case slot.THOUSANDTHS:
      out.at = putThousandths(view, at, slots.numbers[value]!);
      return;
    case slot.IDENTIFIER:
      out.at = putIdentifier(view, at, slots.low[value]!, slots.high[value]!);
      return;
    case slot.BOOLEAN:
      return put(out, slots.numbers[value] === 1 ? TRUE : FALSE);
    case slot.NULL:
      return put(out, NONE);
    case slot.WORD:
      return put(out, wordText(slots.words[value]!));
    case slot.FLAGS:
      return putFlags(out, slots.wordLists[value]!, slots.low[value]!);
    case slot.HEX: {
      const start = slots.low[value]!;
      const end = slots.high[value]!;
      out.reserve(2 * (end - start));
      out.at = putHex(out.view, out.at, slots.texts.bytes, start, end);
      return;
    }
    case slot.IPV4:
      out.at = putIPv4(view, at, slots.addresses, 16 * value);
      return;
    case slot.IPV6:
      out.at = putIPv6(view, at, slots.addresses, 16 * value);
  }
}

/** Appends the words of the bits that are set, separated by commas. */
function putFlags(out: OutputBuffer, words: readonly (Word | undefined)[], bits: number): void {
  const start = out.at;
  for (let bit = 0; bit < words.length; bit++) {
    const word = words[bit];
    if (word === undefined || (bits >>> bit & 1) === 0) continue;
    if (out.at > start) out.bytes[out.at++] = 44;
    put(out, wordText(word));
  }
}
