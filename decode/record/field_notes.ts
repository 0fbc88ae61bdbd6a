/**
 * Fields as JSON, and back: what was pushed into a record once can be pushed again in another process, even by another version
 * of the program. Each call is a letter, the number of a key, and its values.
 */
import { ForwardingSink } from "./forwarding_sink.ts";
import { defineWord, type Key, type ValueType, type Word } from "./key.ts";
import type { Layout } from "./layout.ts";
import { nowhere } from "./nowhere.ts";
import type { RecordSink } from "./record_sink.ts";
import { RecordTape } from "./record_tape.ts";
import { walkLayout } from "./walk_layout.ts";

/** The path of a key. An element of a list is the path of the list with `[]`. */
export const placeOf = ({ name, parent }: Key): string =>
  parent === null ? name : name === "" ? `${placeOf(parent)}[]` : `${placeOf(parent)}.${name}`;

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Notes the fields that it passes on to a sink. */
export class FieldNotes extends ForwardingSink {
  #calls: unknown[] = [];

  /** @param numberOf the number that stands for a key */
  constructor(readonly numberOf: (key: Key) => number) {
    super(nowhere);
  }

  /** Starts to note what is pushed into `sink` by way of this one. */
  begin(sink: RecordSink): void {
    this.to = sink;
    this.#calls = [];
  }

  /** The notes since {@linkcode begin}, as JSON. */
  end(): string {
    return JSON.stringify(this.#calls);
  }

  #note(letter: string, key: Key, ...values: readonly unknown[]): void {
    this.#calls.push(letter, this.numberOf(key), ...values);
  }

  override structure(layout: Layout, view: DataView, bytes: Uint8Array, start: number, end: number): void {
    walkLayout(layout, view, bytes, start, end, this);
  }

  override openObject(key: Key): void {
    this.#note("{", key);
    super.openObject(key);
  }

  override closeObject(key: Key): void {
    this.#note("}", key);
    super.closeObject(key);
  }

  override openList(key: Key): void {
    this.#note("[", key);
    super.openList(key);
  }

  override closeList(key: Key): void {
    this.#note("]", key);
    super.closeList(key);
  }

  override integer(key: Key, value: number): void {
    this.#note("i", key, value);
    super.integer(key, value);
  }

  override integer64(key: Key, low: number, high: number): void {
    this.#note("q", key, low, high);
    super.integer64(key, low, high);
  }

  override thousandths(key: Key, value: number): void {
    this.#note("d", key, value);
    super.thousandths(key, value);
  }

  override identifier(key: Key, low: number, high: number): void {
    this.#note("x", key, low, high);
    super.identifier(key, low, high);
  }

  override boolean(key: Key, value: boolean): void {
    this.#note("b", key, value);
    super.boolean(key, value);
  }

  override null(key: Key): void {
    this.#note("0", key);
    super.null(key);
  }

  override name(key: Key, word: Word): void {
    this.#note("w", key, word.text);
    super.name(key, word);
  }

  override flags(key: Key, words: readonly (Word | undefined)[], value: number): void {
    this.#note("f", key, value, words.map((word) => word?.text ?? null));
    super.flags(key, words, value);
  }

  override text(key: Key, bytes: Uint8Array, start: number, end: number): void {
    const part = bytes.subarray(start, end);
    try {
      this.#note("t", key, decoder.decode(part));
    } catch {
      this.#note("T", key, part.toHex());
    }
    super.text(key, bytes, start, end);
  }

  override hex(key: Key, bytes: Uint8Array, start: number, end: number): void {
    this.#note("h", key, bytes.subarray(start, end).toHex());
    super.hex(key, bytes, start, end);
  }

  override address(key: Key, v6: boolean, bytes: Uint8Array, start: number): void {
    this.#note("a", key, bytes.subarray(start, start + (v6 ? 16 : 4)).toHex());
    super.address(key, v6, bytes, start);
  }
}

/** Notes that no version of the program has written. */
export class NoteError extends Error {
  override readonly name = "NoteError";
}

/** What a letter stands for. */
interface Call {
  /** Types of the fields that it can push; `null` for any that is no object or list. */
  readonly types: readonly ValueType[] | null;
  /** How many values it has. */
  readonly values: number;
  push(sink: RecordSink, key: Key, a: unknown, b: unknown): void;
}

const CALLS: Readonly<Record<string, Call>> = {
  "{": { types: ["object"], values: 0, push: (sink, key) => sink.openObject(key) },
  "}": { types: ["object"], values: 0, push: (sink, key) => sink.closeObject(key) },
  "[": { types: ["list"], values: 0, push: (sink, key) => sink.openList(key) },
  "]": { types: ["list"], values: 0, push: (sink, key) => sink.closeList(key) },
  i: { types: ["integer"], values: 1, push: (sink, key, a) => sink.integer(key, whole(a)) },
  q: { types: ["integer64"], values: 2, push: (sink, key, a, b) => sink.integer64(key, half(a), half(b)) },
  d: { types: ["decimal"], values: 1, push: (sink, key, a) => sink.thousandths(key, whole(a)) },
  x: { types: ["identifier"], values: 2, push: (sink, key, a, b) => sink.identifier(key, half(a), half(b)) },
  b: { types: ["boolean"], values: 1, push: (sink, key, a) => sink.boolean(key, truth(a)) },
  0: { types: null, values: 0, push: (sink, key) => sink.null(key) },
  w: { types: ["name"], values: 1, push: (sink, key, a) => sink.name(key, wordOf(key, a)) },
  f: { types: ["list"], values: 2, push: (sink, key, a, b) => sink.flags(key, wordsOf(key, b), half(a)) },
  t: { types: ["text"], values: 1, push: (sink, key, a) => pushText(sink, key, new TextEncoder().encode(string(a))) },
  T: { types: ["text"], values: 1, push: (sink, key, a) => pushText(sink, key, bytesOf(a)) },
  h: { types: ["hex"], values: 1, push: (sink, key, a) => pushHex(sink, key, bytesOf(a)) },
  a: { types: ["address"], values: 1, push: (sink, key, a) => pushAddress(sink, key, bytesOf(a)) },
};

function whole(value: unknown): number {
  if (!Number.isSafeInteger(value)) throw new NoteError("no whole number");
  return value as number;
}

function half(value: unknown): number {
  if (value !== whole(value) >> 0) throw new NoteError("no 32-bit number");
  return value;
}

function truth(value: unknown): boolean {
  if (typeof value !== "boolean") throw new NoteError("neither true nor false");
  return value;
}

function string(value: unknown): string {
  if (typeof value !== "string") throw new NoteError("no text");
  return value;
}

function bytesOf(value: unknown): Uint8Array<ArrayBuffer> {
  const text = string(value);
  if (!/^(?:[0-9a-f]{2})*$/.test(text)) throw new NoteError("no hexadecimal digits");
  return Uint8Array.fromHex(text);
}

const pushText = (sink: RecordSink, key: Key, bytes: Uint8Array) => sink.text(key, bytes, 0, bytes.length);
const pushHex = (sink: RecordSink, key: Key, bytes: Uint8Array) => sink.hex(key, bytes, 0, bytes.length);

function pushAddress(sink: RecordSink, key: Key, bytes: Uint8Array): void {
  if (bytes.length !== 4 && bytes.length !== 16) throw new NoteError("no IP address");
  sink.address(key, bytes.length === 16, bytes, 0);
}

/** Words of fields that have no list of them. Words are printed as they are. */
const WORD = /^[A-Za-z0-9_][\w .,:+\/-]{0,63}$/;

function wordOf({ note }: Key, value: unknown): Word {
  const text = string(value);
  if (note.words === undefined ? !WORD.test(text) : !note.words.includes(text)) throw new NoteError("an unknown word");
  return defineWord(text);
}

/** Lists of words by their JSON: a sink prepares the text of each. */
const wordLists = new Map<string, readonly (Word | undefined)[]>();
const MOST_LISTS = 1000;

function wordsOf(key: Key, value: unknown): readonly (Word | undefined)[] {
  const text = `${key.id} ${JSON.stringify(value)}`;
  const known = wordLists.get(text);
  if (known !== undefined) return known;
  if (!Array.isArray(value) || value.length > 32 || wordLists.size >= MOST_LISTS) throw new NoteError("no words");
  const list = value.map((word: unknown) => word === null ? undefined : wordOf(key, word));
  wordLists.set(text, list);
  return list;
}

/** Holds the fields of notes, to push them only when all of them are right. */
class NoteTape extends RecordTape {
  override openProtocol(): void {}
  override closeProtocol(): void {}
  override mark(): void {}
  override rewind(): boolean {
    return false;
  }
  protected override recordEnded(): void {}

  /** Pushes the fields into an open record. */
  pushInto(sink: RecordSink): void {
    this.play(sink);
  }
}

const tape = new NoteTape();

/** An open object or list, and the fields that it has so far. */
interface Open {
  readonly key: Key | null;
  readonly members: Set<Key>;
}

/**
 * Pushes fields from notes into an open record.
 *
 * @param text what {@linkcode FieldNotes.end} returned
 * @param keyOf the key of a number; `null` to leave it out, with everything in it
 * @throws {NoteError} if it is not such a text; then nothing is pushed
 */
export function playNotes(text: string, keyOf: (number: number) => Key | null, sink: RecordSink): void {
  const calls = parse(text);
  tape.openRecord();
  const open: Open[] = [{ key: null, members: new Set() }];
  for (let at = 0; at < calls.length;) {
    const call = CALLS[String(calls[at])];
    if (call === undefined) throw new NoteError("an unknown call");
    const key = keyOf(whole(calls[at + 1]));
    if (key !== null) {
      follow(String(calls[at]), call, key, open);
      call.push(tape, key, calls[at + 2], calls[at + 3]);
    }
    at += 2 + call.values;
  }
  if (open.length > 1) throw new NoteError("an object or a list has no end");
  tape.pushInto(sink);
}

function parse(text: string): readonly unknown[] {
  try {
    const calls: unknown = JSON.parse(text);
    if (Array.isArray(calls)) return calls;
  } catch {
    // It is no JSON.
  }
  throw new NoteError("no list of calls");
}

/** Follows which objects and lists are open. A field belongs into the one around it, and only once unless that is a list. */
function follow(letter: string, { types }: Call, key: Key, open: Open[]): void {
  const { type } = key.note;
  if (types === null ? type === "object" || type === "list" : !types.includes(type)) {
    throw new NoteError(`${placeOf(key)} is of another type`);
  }
  const around = open.at(-1)!;
  if (letter === "}" || letter === "]") {
    if (around.key !== key) throw new NoteError(`${placeOf(key)} is not open`);
    open.pop();
    return;
  }
  if (key.parent !== around.key || key.name !== "" && around.members.has(key)) {
    throw new NoteError(`${placeOf(key)} is in the wrong place`);
  }
  around.members.add(key);
  if (letter === "{" || letter === "[") open.push({ key, members: new Set() });
}
