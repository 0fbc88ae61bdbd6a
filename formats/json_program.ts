/**
 * Writes the members of a structure as JSON, by a program made from its layout.
 *
 * Most of the time of a dump is spent here. All structures go through the one loop of {@linkcode putStructure}, so it is
 * optimized after the first few records; a program is an array of numbers, so a step costs a handful of loads.
 */
import { isIPv6, type Layout, type Step, writeMember } from "../decode/layout.ts";
import { putIdentifier, putInteger, putInteger64, putIPv4, putIPv6, putThousandths } from "./digits.ts";
import type { JsonRecords } from "./json_records.ts";
import type { OutputBuffer } from "./output_buffer.ts";
import { OVERSHOOT, type PreparedText, prepareText, putText } from "./prepared_texts.ts";

/** A layout made ready to be written. */
export interface Program {
  /**
   * {@linkcode SIZE} numbers a step: operation, bytes needed, offset of the member, position and length of its key, shift,
   * mask, and the number that stands for "no value".
   */
  readonly code: Int32Array;
  /** Texts of all keys, as in {@linkcode PreparedText}, each with a 0 and a comma or a quotation mark behind it. */
  readonly texts: Float64Array;
  readonly steps: readonly Step[];
  /** Texts of the words of each step that have occurred, by value. */
  readonly words: readonly PreparedText[][];
  /** Finished lists of flags of each step, by value; the sink adds what occurs. */
  readonly lists: readonly (readonly PreparedText[])[];
  /** Bytes that the output can take at most, as long as only {@linkcode putStructure} itself writes. */
  readonly room: number;
}

/** Numbers of a step in {@linkcode Program.code}. */
const SIZE = 8;
/** The longest value: 20 digits, or a word. */
const VALUE_ROOM = 64;
const NULL = prepareText("null,");
/** Numbers of a key that are always copied. */
const ALWAYS_COPIED = 3;
const encoder = new TextEncoder();

/** Operations; literals in the loop, where the name of a constant would be looked up anew for every step. */
function operationOf({ kind, size }: Step): number {
  switch (kind) {
    case "u32":
      return 0;
    case "u8":
      return 1;
    case "u16":
      return 2;
    case "port":
      return 3;
    case "u64":
      return 6;
    case "milliseconds":
      return 7;
    case "identifier":
      return 8;
    case "address":
      return 11;
  }
  if (kind === "bits" && size === 1) return 4;
  if (kind === "nullable" && size === 4) return 5;
  if (kind === "enumeration" && size === 1) return 9;
  if (kind === "flags" && size <= 2) return size === 1 ? 10 : 12;
  return 13; // Everything else, see putOther.
}

/**
 * Makes the program of a layout.
 *
 * @param keyText what stands before the value of a key, line break and colon included
 * @param lists the finished lists of a key's flags, by value
 */
export function defineProgram(
  layout: Layout,
  keyText: (step: Step) => string,
  lists: (step: Step) => readonly PreparedText[],
): Program {
  const { steps } = layout;
  const code = new Int32Array(steps.length * SIZE);
  const keys = steps.map(keyText);
  const sizes = keys.map((key) => Math.max(ALWAYS_COPIED, key.length + 9 >>> 3));
  const texts = new Float64Array(sizes.reduce((sum, size) => sum + size, 0));
  const bytes = new Uint8Array(texts.buffer);
  let room = OVERSHOOT;
  let position = 0;
  steps.forEach((step, i) => {
    const key = keys[i]!;
    const { kind } = step;
    encoder.encodeInto(key + (kind === "identifier" || kind === "address" ? '"' : "0,"), bytes.subarray(position * 8));
    const mask = kind === "flags" ? step.known : step.mask;
    code.set([operationOf(step), step.needs, step.offset, position, key.length, step.shift, mask, step.none], i * SIZE);
    position += sizes[i]!;
    room += key.length + VALUE_ROOM;
    if (kind === "flags") {
      room += step.words.reduce((sum, word) => sum + (word === undefined ? 0 : word.text.length + key.length), 0);
    }
  });
  return { code, texts, steps, words: steps.map(() => []), lists: steps.map(lists), room };
}

/** Writes the members of the structure at `start`, of which `length` bytes are there. */
export function putStructure(
  program: Program,
  buffer: OutputBuffer,
  sink: JsonRecords,
  view: DataView,
  bytes: Uint8Array,
  start: number,
  length: number,
): void {
  const { code, texts } = program;
  buffer.reserve(program.room);
  let out = buffer.view;
  let at = buffer.at;
  for (let p = 0, i = 0; p < code.length; p += SIZE, i++) {
    if (code[p + 1]! > length) continue;
    const operation = code[p]!;
    const from = start + code[p + 2]!;
    // The key, in whole numbers of eight bytes; what is too much is overwritten. Most need no more than three.
    const text = code[p + 3]!;
    const end = at + code[p + 4]!;
    out.setFloat64(at, texts[text]!, true);
    out.setFloat64(at + 8, texts[text + 1]!, true);
    out.setFloat64(at + 16, texts[text + 2]!, true);
    for (let more = 24; at + more < end + 2; more += 8) out.setFloat64(at + more, texts[text + (more >> 3)]!, true);
    let value = 0;
    switch (operation) {
      case 0: // u32
        value = view.getUint32(from, true);
        break;
      case 1: // u8
        value = bytes[from]!;
        break;
      case 2: // u16
        value = view.getUint16(from, true);
        break;
      case 3: // port
        value = view.getUint16(from, false);
        break;
      case 4: // bits
        value = bytes[from]! >>> code[p + 5]! & code[p + 6]!;
        break;
      case 5: // nullable
        value = view.getUint32(from, true);
        if ((value | 0) === code[p + 7]) {
          at = putText(out, end, NULL);
          continue;
        }
        break;
      case 6: { // u64
        const low = view.getInt32(from, true);
        const high = view.getInt32(from + 4, true);
        if ((low | high) === 0) break;
        at = putInteger64(out, end, low, high);
        out.setUint8(at++, 44);
        continue;
      }
      case 7: // milliseconds
        at = putThousandths(out, end, view.getUint32(from, true));
        out.setUint8(at++, 44);
        continue;
      case 8: // identifier
        at = putIdentifier(out, end + 1, view.getInt32(from, true), view.getInt32(from + 4, true));
        out.setUint16(at, 0x222c); // ",
        at += 2;
        continue;
      case 9: { // enumeration
        const number = bytes[from]! >>> code[p + 5]! & code[p + 6]!;
        const word = program.words[i]![number] ?? prepareWord(program, i, number);
        if (word !== undefined) {
          at = putText(out, end, word);
          continue;
        }
        at = putOther(program, i, buffer, sink, view, bytes, start, at);
        out = buffer.view;
        continue;
      }
      case 10: // flags, u8
      case 12: { // flags, u16
        const bits = operation === 10 ? bytes[from]! : view.getUint16(from, true);
        const list = program.lists[i]![bits];
        if (list !== undefined && (bits & ~code[p + 6]!) === 0) {
          at = putText(out, at, list);
          continue;
        }
        at = putOther(program, i, buffer, sink, view, bytes, start, at);
        out = buffer.view;
        continue;
      }
      case 11: // address
        at = isIPv6(bytes, start) ? putIPv6(out, end + 1, bytes, from) : putIPv4(out, end + 1, bytes, from);
        out.setUint16(at, 0x222c); // ",
        at += 2;
        continue;
      default:
        at = putOther(program, i, buffer, sink, view, bytes, start, at);
        out = buffer.view;
        continue;
    }
    // A number; of one digit it overwrites the 0 behind the key.
    if (value < 10) {
      out.setUint8(end, 48 + value);
      at = end + 2;
    } else {
      at = putInteger(out, end, value);
      out.setUint8(at++, 44);
    }
  }
  buffer.at = at;
}

/** The text of a word, kept for the next time; `undefined` if the value has none. */
function prepareWord(program: Program, index: number, value: number): PreparedText | undefined {
  const word = program.steps[index]!.words[value];
  return word === undefined ? undefined : program.words[index]![value] = prepareText(`"${word.text}",`);
}

/** Takes a step the way that all sinks go; it may replace the view of the buffer. */
function putOther(
  program: Program,
  index: number,
  buffer: OutputBuffer,
  sink: JsonRecords,
  view: DataView,
  bytes: Uint8Array,
  start: number,
  at: number,
): number {
  buffer.at = at;
  writeMember(program.steps[index]!, view, bytes, start, sink);
  buffer.reserve(program.room);
  return buffer.at;
}
