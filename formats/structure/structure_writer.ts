/**
 * Writes the members of structures as text. It turns each layout into a program for the notation of a format.
 *
 * A dump spends most of its time here, so the loop is WebAssembly (`put_structure.as`). WebAssembly has 64-bit numbers,
 * and it is fast from the first record on: JavaScript is slow until the engine has optimized it. The loop has its own
 * memory, which holds the datagrams, the programs with their texts, and the output.
 */
import type { Word } from "../../decode/record/key.ts";
import type { Step } from "../../decode/record/layout.ts";
import { DATAGRAM_SIZE } from "../../decode/record/record_sink.ts";
import { OUTPUT_SIZE, type OutputBuffer } from "../text/output_buffer.ts";
import { wasm } from "./put_structure_wasm.ts";

/** How a format writes the members of a structure. */
export interface Notation {
  /** The character after every value. */
  readonly separator: number;
  /** Whether identifiers and addresses are quoted. */
  readonly quotes: boolean;
  /** The character before the decimals of a number. */
  readonly point: number;
  /** Whether an apostrophe marks whole numbers of more than 15 digits. */
  readonly marksLongNumbers: boolean;
  /** The kernel's "no value", with the separator. */
  readonly null: string;
  /** The text before the value of a step. `before` is the previous step. */
  keyText(step: Step, before: Step | undefined): string;
  /** The most bytes that {@linkcode ProgramSink.putMember} reserves in the buffer. */
  readonly memberRoom: number;
  /** Number of bytes at the end of the key's text that a list of flags overwrites. */
  readonly listBack: number;
  /** The text of a word as the value of a step, with the separator. */
  wordText(step: Step, word: Word): string;
  /** The text of the words of the flags that are set in `value`, with the separator. */
  listText(step: Step, value: number): string;
}

/** The sink that structures are written for. */
export interface ProgramSink {
  readonly notation: Notation;
  readonly buffer: OutputBuffer;
  /**
   * Writes key and value of a step at {@linkcode OutputBuffer.at} without WebAssembly. The buffer has room and is not
   * emptied meanwhile. `keyLength` is the length of the step's {@linkcode Notation.keyText}.
   */
  putMember(step: Step, keyLength: number, view: DataView, bytes: Uint8Array, start: number): void;
}

/** A program that writes steps. */
export interface Program {
  /** Its address in memory. */
  readonly at: number;
  readonly steps: readonly Step[];
  /** Number of bytes of the structure that it reads. */
  readonly reach: number;
  /** The most bytes that it writes. */
  readonly room: number;
}

/** The exports of the WebAssembly module. */
interface Exports {
  putStructure(program: number, start: number, length: number, at: number): number;
}

/** Sizes in bytes: the head of a program, an instruction, an entry of a table. See `put_structure.as`. */
const PROGRAM_SIZE = 32;
const INSTRUCTION_SIZE = 40;
const ENTRY_SIZE = 8;
const KEY_LENGTH = 16;
const TABLE = 32;

/**
 * The memory: a structure that was not received into this memory, datagrams, programs with their tables, texts, output.
 * Pages that are never used cost nothing.
 */
const STRUCTURE = 0x1000;
const DATAGRAM = 0x10000;
const PROGRAMS = DATAGRAM + DATAGRAM_SIZE;
const TEXTS = 0x100000;
const OUTPUT = 0x200000;
const PAGE = 0x10000;

/** The texts of lists of flags are stored for values below this. */
const LISTS_KEPT = 4096;
/** The longest value: 20 digits, or a word. */
const VALUE_ROOM = 64;
/** Number of bytes after a text that may be overwritten. */
const OVERSHOOT = 32;

const encoder = new TextEncoder();
let compiled: WebAssembly.Module | null = null;

/** The number of the loop's operation for a step. */
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
    case "s32":
      return 15;
    case "u64":
      return marksLongNumbers ? 13 : 6;
    case "milliseconds":
      return 7;
    case "identifier":
      return 8;
    case "address":
      return 12;
  }
  if (kind === "bits" && size === 1) return 4;
  if (kind === "nullable" && size === 4) return 5;
  if (kind === "enumeration" && size <= 2) return size === 1 ? 9 : 14;
  if (kind === "flags" && size <= 2) return size === 1 ? 10 : 11;
  return 16; // Everything else: ProgramSink.putMember.
}

/** Writes structures into the buffer of a sink. It moves that buffer into its own memory. */
export class StructureWriter {
  /** As in {@linkcode RecordSink.datagrams}. */
  readonly datagrams: Uint8Array<ArrayBuffer>;
  readonly #sink: ProgramSink;
  readonly #view: DataView<ArrayBuffer>;
  readonly #putStructure: Exports["putStructure"];
  /** Addresses of the next program or table and of the next text, and texts that are not stored yet. */
  #end = PROGRAMS;
  #textsEnd = TEXTS;
  #texts = "";
  /** The structure that is being written. */
  #program: Program | null = null;
  #from: DataView;
  #bytes: Uint8Array;
  #start = 0;

  constructor(sink: ProgramSink) {
    this.#sink = sink;
    // The memory never grows, because growing would invalidate the views of it.
    const memory = new WebAssembly.Memory({ initial: (OUTPUT + OUTPUT_SIZE) / PAGE });
    const buffer = memory.buffer as ArrayBuffer;
    this.#view = new DataView(buffer);
    this.datagrams = new Uint8Array(buffer, DATAGRAM, DATAGRAM_SIZE);
    [this.#from, this.#bytes] = [this.#view, this.datagrams];
    compiled ??= new WebAssembly.Module(Uint8Array.fromBase64(wasm));
    const { exports } = new WebAssembly.Instance(compiled, {
      env: { memory },
      host: { putMember: (instruction: number, at: number) => this.#putMember(instruction, at) },
    });
    this.#putStructure = (exports as unknown as Exports).putStructure;
    sink.buffer.moveTo(new Uint8Array(buffer, OUTPUT, OUTPUT_SIZE));
  }

  /** Makes a program that writes steps of a layout in this order. */
  define(steps: readonly Step[]): Program {
    const { notation } = this.#sink;
    const { point, listBack } = notation;
    const separator = String.fromCharCode(notation.separator);
    const quotes = notation.quotes ? '"' : "";
    const program = this.#allocate(PROGRAM_SIZE + INSTRUCTION_SIZE * steps.length);
    const first = program + PROGRAM_SIZE;
    const end = first + INSTRUCTION_SIZE * steps.length;
    const nothing = this.#addText(notation.null);
    const numbers = [first, end, notation.separator, quotes.length, point, listBack, nothing, notation.null.length];
    let room = OVERSHOOT + notation.memberRoom;
    let reach = 0;
    let before: Step | undefined;
    for (const step of steps) {
      const key = notation.keyText(step, before);
      before = step;
      const { needs, offset, shift, mask, none } = step;
      const operation = operationOf(step, notation.marksLongNumbers);
      const text = this.#addText(
        key + (step.kind === "identifier" || step.kind === "address" ? quotes : `0${separator}`),
      );
      const [table, count] = this.#addTable(operation, step);
      numbers.push(operation, needs, offset, text, key.length, shift, mask, none, table, count);
      room += key.length + VALUE_ROOM + roomOf(step, notation);
      reach = Math.max(reach, offset + step.size);
    }
    if (reach > DATAGRAM - STRUCTURE) throw new RangeError(`structure of ${reach} bytes`);
    new Int32Array(this.#view.buffer, program, numbers.length).set(numbers);
    this.#storeTexts();
    return { at: program, steps, reach, room };
  }

  /** Writes the members of the structure at `start`, which has `length` bytes. */
  put(program: Program, view: DataView, bytes: Uint8Array, start: number, length: number): void {
    const { buffer } = this.#sink;
    buffer.reserve(program.room);
    if (buffer.bytes.buffer !== this.datagrams.buffer) return this.#putPlainly(program, view, bytes, start, length);
    this.#program = program;
    this.#from = view;
    this.#bytes = bytes;
    this.#start = start;
    const place = bytes === this.datagrams ? DATAGRAM + start : this.#copy(program, view, start, length);
    buffer.at = this.#putStructure(program.at, place, length, OUTPUT + buffer.at) - OUTPUT;
  }

  /** Copies the part of a structure that a program reads into the memory and returns its address. */
  #copy({ reach }: Program, view: DataView, start: number, length: number): number {
    const to = this.#view;
    const count = Math.min(length, reach);
    let i = 0;
    for (; i + 4 <= count; i += 4) to.setInt32(STRUCTURE + i, view.getInt32(start + i, true), true);
    for (; i < count; i++) to.setUint8(STRUCTURE + i, view.getUint8(start + i));
    return STRUCTURE;
  }

  /** Writes member by member in JavaScript: a long record has made the buffer grow out of the memory. */
  #putPlainly({ steps, at }: Program, view: DataView, bytes: Uint8Array, start: number, length: number): void {
    steps.forEach((step, i) => {
      if (step.needs > length) return;
      const keyLength = this.#view.getInt32(at + PROGRAM_SIZE + INSTRUCTION_SIZE * i + KEY_LENGTH, true);
      this.#sink.putMember(step, keyLength, view, bytes, start);
    });
  }

  #putMember(instruction: number, at: number): number {
    const { buffer, notation } = this.#sink;
    const program = this.#program!;
    const step = program.steps[(instruction - program.at - PROGRAM_SIZE) / INSTRUCTION_SIZE]!;
    buffer.at = at - OUTPUT;
    const keyLength = this.#view.getInt32(instruction + KEY_LENGTH, true);
    this.#sink.putMember(step, keyLength, this.#from, this.#bytes, this.#start);
    if (step.kind === "flags" && step.size <= 2) {
      const place = this.#start + step.offset;
      const value = step.size === 1 ? this.#bytes[place]! : this.#from.getUint16(place, true);
      // Stored for the next time: few combinations occur.
      if ((value & ~step.known) === 0 && value < LISTS_KEPT && this.#textsEnd < OUTPUT - PAGE) {
        this.#addEntry(this.#view.getInt32(instruction + TABLE, true), value, notation.listText(step, value));
        this.#storeTexts();
      }
    }
    return OUTPUT + buffer.at;
  }

  #allocate(size: number): number {
    const at = this.#end;
    this.#end += Math.ceil(size / 8) * 8;
    if (this.#end > TEXTS) throw new RangeError("no room for more programs");
    return at;
  }

  /** Adds an ASCII text, which is stored later, and returns its address. */
  #addText(text: string): number {
    const at = this.#textsEnd + this.#texts.length;
    // The loop always copies this much.
    this.#texts += text.padEnd(Math.max(OVERSHOOT, Math.ceil(text.length / 8) * 8), "\0");
    return at;
  }

  #storeTexts(): void {
    const { length } = this.#texts;
    if (this.#textsEnd + length > OUTPUT) throw new RangeError("no room for more texts");
    const { read, written } = encoder.encodeInto(
      this.#texts,
      new Uint8Array(this.#view.buffer, this.#textsEnd, length),
    );
    if (read !== length || written !== length) throw new RangeError(`not ASCII: ${this.#texts}`);
    this.#textsEnd += length;
    this.#texts = "";
  }

  /** Adds the table of texts by value that an operation needs: with all words, or empty for lists of flags. */
  #addTable(operation: number, step: Step): readonly [table: number, count: number] {
    const { words } = step;
    if (operation === 10 || operation === 11) {
      const count = Math.min(1 << words.length, LISTS_KEPT);
      return [this.#allocate(ENTRY_SIZE * count), count];
    }
    if (operation !== 9 && operation !== 14) return [0, 0];
    const table = this.#allocate(ENTRY_SIZE * words.length);
    words.forEach((word, value) => {
      if (word !== undefined) this.#addEntry(table, value, this.#sink.notation.wordText(step, word));
    });
    return [table, words.length];
  }

  #addEntry(table: number, value: number, text: string): void {
    this.#view.setInt32(table + ENTRY_SIZE * value, this.#addText(text), true);
    this.#view.setInt32(table + ENTRY_SIZE * value + 4, text.length, true);
  }
}

/** Bytes that a value can need beyond {@linkcode VALUE_ROOM}: its longest word, or the number of an unknown word. */
function roomOf(step: Step, notation: Notation): number {
  if (step.words.length === 0) return 0;
  const set = step.words.reduce((bits, word, bit) => word === undefined ? bits : bits | 1 << bit, 0);
  const values = step.kind === "flags"
    ? [notation.listText(step, set)]
    : step.words.flatMap((word) => word === undefined ? [] : [notation.wordText(step, word)]);
  const raw = step.raw === step.key ? 0 : notation.keyText(step, undefined).length + 2 * VALUE_ROOM;
  return Math.max(0, ...values.map((text) => text.length)) + raw;
}
