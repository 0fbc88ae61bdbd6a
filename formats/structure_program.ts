/**
 * Writes the members of a structure as text, by a program made from its layout and the notation of a format.
 *
 * Most of the time of a dump is spent here. All structures go through the one loop of {@linkcode putStructure}, so it is
 * optimized after the first few records; a program is an array of numbers, so a step costs a handful of loads.
 */
import { isIPv6, type Step } from "../decode/layout.ts";
import type { Word } from "../decode/key.ts";
import { putIdentifier, putInteger, putInteger64, putIPv4, putIPv6, putThousandths } from "./digits.ts";
import type { OutputBuffer } from "./output_buffer.ts";
import { OVERSHOOT, type PreparedText, prepareText, putText } from "./prepared_texts.ts";

/** How a format writes the members of a structure. */
export interface Notation {
  /** The character behind every value. */
  readonly separator: number;
  /** Whether identifiers and addresses stand between quotation marks. */
  readonly quotes: boolean;
  /** The character before the decimals of a number. */
  readonly point: number;
  /** Whether whole numbers of more than 15 digits have an apostrophe before them. */
  readonly marksLongNumbers: boolean;
  /** The kernel's "no value", with the separator. */
  readonly null: string;
  /** What stands before the value of a step, if `before` is the step that was written last. */
  keyText(step: Step, before: Step | undefined): string;
  /** Bytes for which {@linkcode ProgramSink.putMember} asks the buffer at most. */
  readonly memberRoom: number;
  /** How many bytes before the end of its key's text a list of flags starts. */
  readonly listBack: number;
  /** A word as the value of a step, with the separator. */
  wordText(step: Step, word: Word): string;
  /** The words of a step's flags that are set in `value` as its value, with the separator. */
  listText(step: Step, value: number): string;
}

/** The sink that a program writes for. */
export interface ProgramSink {
  readonly notation: Notation;
  readonly buffer: OutputBuffer;
  /**
   * Takes a step the way that all sinks go, for which there is room: writes key and value at {@linkcode OutputBuffer.at}, and
   * nothing leaves the buffer meanwhile. `keyLength` is the length of what {@linkcode Notation.keyText} says of the step.
   */
  putMember(step: Step, keyLength: number, view: DataView, bytes: Uint8Array, start: number): void;
}

/** A layout made ready to be written. */
export interface Program {
  /**
   * {@linkcode SIZE} numbers an instruction. Of a step: operation, bytes needed, offset of the member, position and length of
   * its key, shift, mask, and the number that stands for "no value". Of the start of a group: 14, how many more texts it may keep for
   * now, offset of the word, masks of its halves, position of its entries, position of its end. Of that end: 15, position of the start.
   */
  readonly code: Int32Array;
  readonly notation: Notation;
  /** As in the notation; of quotation marks their count, 0 or 1. */
  readonly separator: number;
  readonly quotes: number;
  readonly listBack: number;
  readonly point: number;
  readonly null: PreparedText;
  /** Texts of all keys, as in {@linkcode PreparedText}, each with a 0 and the separator or a quotation mark behind it. */
  readonly texts: Float64Array;
  /** The step of each instruction that is one. */
  readonly steps: readonly (Step | undefined)[];
  /** Texts of the words of each step that have occurred, by value. */
  readonly words: readonly TextsByValue[];
  /** Lists of the flags of each step that have occurred, by value. */
  readonly lists: readonly TextsByValue[];
  /** Bytes that the output can take at most. */
  readonly room: number;
  /** Length that a structure must have, and bytes that must be there from its start, so that groups can be looked up. */
  readonly needs: number;
  readonly reach: number;
  /** Structures until the groups may keep texts anew. */
  countdown: number;
  /**
   * What the groups keep: entries of `1 << entryShift` numbers, in each the two halves of a word, the length of its text, and
   * the text, which leaves the last number free. Made when it is first needed.
   */
  kept: Float64Array;
  keptHeads: Int32Array;
  readonly keptSize: number;
  readonly entryShift: number;
}

/** Lists of flags are kept for values below this. */
const LISTS_KEPT = 4096;

/** Texts by value; as long as the values go, because the engine takes reading behind the end of an array for unusual. */
export type TextsByValue = (PreparedText | undefined)[];

/** No texts yet for the values below `count`. */
export const textsByValue = (count: number): TextsByValue => new Array<PreparedText | undefined>(count).fill(undefined);

/** Numbers of an instruction. */
const SIZE = 8;
/** The longest value: 20 digits, or a word. */
const VALUE_ROOM = 64;
/** Numbers of a key that are always copied. */
const ALWAYS_COPIED = 3;

/** Binary logarithm of the count of entries of a group, and bits of a hash that do not choose one. */
const KEPT_SHIFT = 6;
const HASH_SHIFT = 32 - KEPT_SHIFT;
/** Numbers of an entry before its text. */
const HEAD = 2;
/** Longest text that is kept. */
const LONGEST_KEPT = 464;
/**
 * Structures before texts are kept at all: for a few it does not pay. Not so many that the engine optimizes the loop before,
 * which it would have to do again.
 */
const FEW_STRUCTURES = 24;
/** Structures after which groups may keep so many texts anew: few if they have used up what they were given. */
const PERIOD = 1024;
const MANY_TEXTS = 512;
const FEW_TEXTS = 32;

/** Operations; literals in the loop, where the name of a constant would be looked up anew for every step. */
function operationOf({ kind, size }: Step, marksLongNumbers: boolean): number {
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
      return marksLongNumbers ? 16 : 6;
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

/** Makes the program that writes some of a layout's steps, in their order. */
export function defineProgram(layoutSteps: readonly Step[], notation: Notation): Program {
  const groups = wordsOf(layoutSteps);
  const count = layoutSteps.length + 2 * groups.length;
  const separator = String.fromCharCode(notation.separator);
  const quotes = notation.quotes ? '"' : "";
  let before: Step | undefined;
  const code = new Int32Array(SIZE * count);
  const steps = new Array<Step | undefined>(count).fill(undefined);
  let end = 0;
  const add = (step: Step | undefined, numbers: readonly number[]) => {
    steps[end / SIZE] = step;
    code.set(numbers, end);
    end += SIZE;
  };
  let texts = "";
  let room = OVERSHOOT + notation.memberRoom;
  let mostInGroup = 0;
  let kept = 0;
  let reach = 0;
  for (const { members, word, low, high } of groups) {
    const start = end;
    const roomBefore = room;
    if (word >= 0) add(undefined, [14, 0, word, low, high, kept++, start + SIZE * (members.length + 1)]);
    for (const step of members) {
      const key = notation.keyText(step, before);
      before = step;
      const mask = step.kind === "flags" ? step.known : step.mask;
      const position = texts.length / 8;
      const operation = operationOf(step, notation.marksLongNumbers);
      add(step, [operation, step.needs, step.offset, position, key.length, step.shift, mask, step.none]);
      const text = key + (step.kind === "identifier" || step.kind === "address" ? quotes : `0${separator}`);
      texts += text.padEnd(8 * Math.max(ALWAYS_COPIED, Math.ceil(text.length / 8)), "\0");
      room += key.length + VALUE_ROOM + roomOf(step, notation);
    }
    if (word < 0) continue;
    add(undefined, [15, start]);
    mostInGroup = Math.max(mostInGroup, room - roomBefore);
    reach = Math.max(reach, word + 8);
  }
  const entryShift = Math.ceil(Math.log2(HEAD + Math.min(mostInGroup, LONGEST_KEPT) / 8 + 1));
  // Positions of entries, now that their size is known.
  for (let p = 0; p < end; p += SIZE) {
    if (code[p] === 14) code[p + 5] = HEAD + (code[p + 5]! << KEPT_SHIFT + entryShift);
  }
  return {
    code: code.subarray(0, end),
    notation,
    separator: notation.separator,
    quotes: quotes.length,
    listBack: notation.listBack,
    point: notation.point,
    null: prepareText(notation.null),
    texts: new Float64Array(new TextEncoder().encode(texts).buffer),
    steps,
    words: steps.map((step) => textsByValue(step === undefined ? 0 : step.words.length)),
    lists: steps.map((step) => textsByValue(step?.kind === "flags" ? Math.min(1 << step.words.length, LISTS_KEPT) : 0)),
    room,
    needs: Math.max(0, ...layoutSteps.map((step) => step.needs)),
    reach,
    countdown: FEW_STRUCTURES,
    kept: new Float64Array(0),
    keptHeads: new Int32Array(0),
    keptSize: HEAD + (kept << KEPT_SHIFT + entryShift),
    entryShift,
  };
}

/** Bytes that the value of a step can take beyond {@linkcode VALUE_ROOM}: words, and what is written of unknown ones. */
function roomOf(step: Step, notation: Notation): number {
  const set = step.words.reduce((bits, word, bit) => word === undefined ? bits : bits | 1 << bit, 0);
  const values = step.kind === "flags"
    ? [notation.listText(step, set)]
    : step.words.flatMap((word) => word === undefined ? [] : [notation.wordText(step, word)]);
  const raw = step.raw === step.key ? 0 : notation.keyText(step, undefined).length + 2 * VALUE_ROOM;
  return Math.max(0, ...values.map((text) => text.length)) + raw;
}

/** Steps in a row whose members lie in one word of eight bytes, and the masks of the halves in which they lie. */
interface WordSteps {
  readonly members: readonly Step[];
  /** Offset of the word; -1 for a member that is longer than one. */
  readonly word: number;
  readonly low: number;
  readonly high: number;
}

function wordsOf(steps: readonly Step[]): WordSteps[] {
  const words: WordSteps[] = [];
  for (let first = 0, next = 0; first < steps.length; first = next) {
    const word = steps[first]!.offset & ~7;
    const masks = new Uint8Array(8);
    for (; next < steps.length; next++) {
      const { offset, size } = steps[next]!;
      if (offset < word || offset + size > word + 8) break;
      masks.fill(0xff, offset - word, offset - word + size);
    }
    const long = next === first;
    if (long) next++;
    const [low = 0, high = 0] = new Int32Array(masks.buffer);
    words.push({ members: steps.slice(first, next), word: long ? -1 : word, low, high });
  }
  return words;
}

/** Writes the members of the structure at `start`, of which `length` bytes are there. */
export function putStructure(
  program: Program,
  sink: ProgramSink,
  view: DataView,
  bytes: Uint8Array,
  start: number,
  length: number,
): void {
  const { buffer } = sink;
  if (program.countdown-- === 0) renew(program);
  const { code, texts, kept, keptHeads } = program;
  buffer.reserve(program.room);
  const out = buffer.view;
  const keeping = program.needs <= length && start + program.reach <= bytes.length;
  const separator = program.separator | 0;
  const quotes = program.quotes | 0;
  const shift = program.entryShift | 0;
  const base = start | 0;
  let at = buffer.at | 0;
  /** Where the text of the group at hand is kept, and its start; -1 for nowhere. */
  let keep = -1;
  let keepFrom = 0;
  for (let p = 0; p < code.length; p = (p + SIZE) | 0) {
    const operation = code[p]!;
    if (operation === 14) { // start of a group
      if (!keeping || code[(p + 1) | 0]! <= 0) continue;
      const word = (base + code[(p + 2) | 0]!) | 0;
      const low = view.getInt32(word, true) & code[(p + 3) | 0]!;
      const high = view.getInt32((word + 4) | 0, true) & code[(p + 4) | 0]!;
      const hash = (Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b)) >>> HASH_SHIFT;
      const text = (code[(p + 5) | 0]! + (hash << shift)) | 0;
      const head = ((text << 1) - 2 * HEAD) | 0;
      if (((keptHeads[head]! ^ low) | (keptHeads[(head + 1) | 0]! ^ high)) === 0) {
        const end = (at + keptHeads[(head + 2) | 0]!) | 0;
        if (end !== at) {
          out.setFloat64(at, kept[text]!, true);
          out.setFloat64((at + 8) | 0, kept[(text + 1) | 0]!, true);
          out.setFloat64((at + 16) | 0, kept[(text + 2) | 0]!, true);
          for (let to = (at + 24) | 0, from = (text + 3) | 0; to < end; to = (to + 8) | 0, from = (from + 1) | 0) {
            out.setFloat64(to, kept[from]!, true);
          }
          at = end;
          p = code[(p + 6) | 0]!;
          continue;
        }
      }
      keptHeads[head] = low;
      keptHeads[(head + 1) | 0] = high;
      keptHeads[(head + 2) | 0] = 0;
      keep = text;
      keepFrom = at;
      continue;
    }
    if (operation === 15) { // end of a group
      if (keep < 0) continue;
      keepText(program, code[(p + 1) | 0]!, keep, out, keepFrom, at);
      keep = -1;
      continue;
    }
    if (code[p + 1]! > length) continue;
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
          at = putText(out, end, program.null);
          continue;
        }
        break;
      case 6: { // u64
        const low = view.getInt32(from, true);
        const high = view.getInt32(from + 4, true);
        if ((low | high) === 0) break;
        at = putInteger64(out, end, low, high);
        out.setUint8(at++, separator);
        continue;
      }
      case 7: // milliseconds
        at = putThousandths(out, end, view.getUint32(from, true), program.point);
        out.setUint8(at++, separator);
        continue;
      case 8: // identifier
        at = putIdentifier(out, end + quotes, view.getInt32(from, true), view.getInt32(from + 4, true));
        if (quotes !== 0) out.setUint8(at++, 34);
        out.setUint8(at++, separator);
        continue;
      case 9: { // enumeration
        const number = bytes[from]! >>> code[p + 5]! & code[p + 6]!;
        const word = program.words[p >> 3]![number] ?? prepareWord(program, p >> 3, number);
        if (word !== undefined) {
          at = putText(out, end, word);
          continue;
        }
        at = putOther(program, p, sink, view, bytes, start, at);
        continue;
      }
      case 10: // flags, u8
      case 12: { // flags, u16
        const bits = operation === 10 ? bytes[from]! : view.getUint16(from, true);
        if ((bits & ~code[p + 6]!) === 0) {
          const list = program.lists[p >> 3]![bits] ?? prepareList(program, p >> 3, bits);
          at = putText(out, end - program.listBack, list);
          continue;
        }
        at = putOther(program, p, sink, view, bytes, start, at);
        continue;
      }
      case 11: // address
        at = isIPv6(bytes, start) ? putIPv6(out, end + quotes, bytes, from) : putIPv4(out, end + quotes, bytes, from);
        if (quotes !== 0) out.setUint8(at++, 34);
        out.setUint8(at++, separator);
        continue;
      case 16: { // u64, a long one marked
        const low = view.getInt32(from, true);
        const high = view.getInt32(from + 4, true);
        if ((low | high) === 0) break;
        if (isLong(low, high)) out.setUint8(end, 39);
        at = putInteger64(out, isLong(low, high) ? end + 1 : end, low, high);
        out.setUint8(at++, separator);
        continue;
      }
      default:
        at = putOther(program, p, sink, view, bytes, start, at);
        continue;
    }
    // A number; of one digit it overwrites the 0 behind the key.
    if (value < 10) {
      out.setUint8(end, 48 + value);
      at = end + 2;
    } else {
      at = putInteger(out, end, value);
      out.setUint8(at++, separator);
    }
  }
  buffer.at = at;
}

/** Keeps the text from `from` to `end` for the group that starts at `start` in the program; `to` is its place. */
function keepText(program: Program, start: number, to: number, out: DataView, from: number, end: number): void {
  const { code, kept, keptHeads, entryShift } = program;
  code[start + 1]!--;
  const length = (end - from) | 0;
  if (length > (1 << entryShift + 3) - 8 * (HEAD + 1)) return;
  keptHeads[2 * (to - HEAD) + 2] = length;
  // What is behind the text may be no ASCII.
  out.setFloat64(end, 0, true);
  for (; from < end; from = (from + 8) | 0, to = (to + 1) | 0) kept[to] = out.getFloat64(from, true);
}

/** Lets the groups keep texts anew. */
function renew(program: Program): void {
  const { code } = program;
  if (program.kept.length === 0) {
    program.kept = new Float64Array(program.keptSize);
    program.keptHeads = new Int32Array(program.kept.buffer);
  }
  for (let p = 0; p < code.length; p += SIZE) {
    if (code[p] === 14) code[p + 1] = code[p + 1]! <= 0 && program.countdown < -1 ? FEW_TEXTS : MANY_TEXTS;
  }
  program.countdown = PERIOD;
}

/** The text of a word, kept for the next time; `undefined` if the value has none. */
function prepareWord(program: Program, index: number, value: number): PreparedText | undefined {
  const step = program.steps[index]!;
  const word = step.words[value];
  if (word === undefined) return undefined;
  return program.words[index]![value] = prepareText(program.notation.wordText(step, word));
}

/** The list of flags that all have words, kept for the next time: few combinations occur. */
function prepareList(program: Program, index: number, value: number): PreparedText {
  const list = prepareText(program.notation.listText(program.steps[index]!, value));
  if (value < LISTS_KEPT) program.lists[index]![value] = list;
  return list;
}

/** Whether a 64-bit number has more than 15 digits, beyond which spreadsheets do not go. */
export function isLong(low: number, high: number): boolean {
  const upper = high >>> 0;
  return upper > 0x38d7e || upper === 0x38d7e && low >>> 0 >= 0xa4c68000;
}

function putOther(
  program: Program,
  p: number,
  sink: ProgramSink,
  view: DataView,
  bytes: Uint8Array,
  start: number,
  at: number,
): number {
  sink.buffer.at = at;
  sink.putMember(program.steps[p / SIZE]!, program.code[p + 4]!, view, bytes, start);
  return sink.buffer.at;
}
