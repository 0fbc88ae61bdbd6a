/**
 * Keeps records that are replaced in place: memory grows with the number of records, not with how often they are replaced.
 */
import { type TapedRecord, unpackCalls } from "./record_tape.ts";

/** Size of a piece in words. A larger record has a piece of its own. */
const PIECE = 1 << 18;
const WORD = 4;
/** Words before a record: the size of its place, words of calls, count of bytes. */
const HEAD = 3;
/** Places have a multiple of this many words, so that a record that grows a little stays where it is. */
const STEP = 16;
/** Distance between the positions of two pieces: more words than a piece can have. */
const NEXT = 2 ** 32;

/** A piece of memory as words and as bytes. */
interface Piece {
  readonly words: Int32Array<ArrayBuffer>;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Each record is known by its position. */
export class RecordHeap {
  readonly #pieces: Piece[] = [];
  /** Words used of the last piece. */
  #used = 0;
  /** Free places, by their size in steps. */
  readonly #free: number[][] = [];
  /** Position of the record that the next {@linkcode add} replaces; -1 for none. */
  replaces = -1;

  /** Keeps a copy of the first `count` words of packed calls and `length` bytes; returns its position. */
  add(numbers: Int32Array, count: number, bytes: Uint8Array, length: number): number {
    const size = STEP * Math.ceil((HEAD + count + Math.ceil(length / WORD)) / STEP);
    let position = this.replaces;
    this.replaces = -1;
    if (position >= 0 && this.#pieceAt(position).words[position % NEXT]! < size) {
      this.remove(position);
      position = -1;
    }
    if (position < 0) position = this.#free[size / STEP]?.pop() ?? this.#extend(size);
    const piece = this.#pieceAt(position);
    let at = position % NEXT + HEAD;
    piece.words[at - 2] = count;
    piece.words[at - 1] = length;
    for (let i = 0; i < count; i++, at++) piece.words[at] = numbers[i]!;
    at *= WORD;
    for (let i = 0; i < length; i++, at++) piece.bytes[at] = bytes[i]!;
    return position;
  }

  #pieceAt(position: number): Piece {
    return this.#pieces[Math.floor(position / NEXT)]!;
  }

  /** A new place of `size` words. */
  #extend(size: number): number {
    let piece = this.#pieces.at(-1);
    if (piece === undefined || this.#used + size > piece.words.length) {
      const words = new Int32Array(Math.max(PIECE, size));
      this.#pieces.push(piece = { words, bytes: new Uint8Array(words.buffer) });
      this.#used = 0;
    }
    const start = this.#used;
    this.#used += size;
    piece.words[start] = size;
    return (this.#pieces.length - 1) * NEXT + start;
  }

  /** Forgets the record at a position. */
  remove(position: number): void {
    const places = this.#free[this.#pieceAt(position).words[position % NEXT]! / STEP] ??= [];
    places.push(position);
  }

  /** A copy of the record at a position. */
  get(position: number): TapedRecord {
    const { words, bytes } = this.#pieceAt(position);
    const start = position % NEXT + HEAD;
    const end = start + words[start - 2]!;
    return {
      calls: unpackCalls(words.subarray(start, end)),
      bytes: bytes.slice(WORD * end, WORD * end + words[start - 1]!),
    };
  }

  /** Bytes in use. */
  get byteLength(): number {
    return this.#pieces.reduce((sum, { bytes }) => sum + bytes.length, 0);
  }
}
