/**
 * Keeps many records in a few large pieces of memory. As objects of their own they would take twice as much.
 */
import type { TapedRecord } from "./record_tape.ts";

/** Size of a piece in bytes. A longer record has a piece of its own. */
const PIECE = 1 << 20;
const WORD = 4;
/** Distance between the positions of two pieces: more words than a piece can have. */
const NEXT = 2 ** 32;
/** Words before a record: count of its numbers, count of its bytes. */
const HEAD = 2;

/** Records behind one another. Each is known by the position that {@linkcode add} returns. */
export class RecordStore {
  readonly #pieces: Int32Array<ArrayBuffer>[] = [];
  /** Words used of the last piece. */
  #used = 0;

  /** Keeps a copy of the first `count` numbers and `length` bytes; returns its position. Later records have higher ones. */
  add(numbers: Int32Array, count: number, bytes: Uint8Array, length: number): number {
    const size = HEAD + count + Math.ceil(length / WORD);
    let piece = this.#pieces.at(-1);
    if (piece === undefined || this.#used + size > piece.length) {
      this.#pieces.push(piece = new Int32Array(Math.max(PIECE / WORD, size)));
      this.#used = 0;
    }
    const start = this.#used;
    this.#used += size;
    piece[start] = count;
    piece[start + 1] = length;
    piece.set(numbers.subarray(0, count), start + HEAD);
    new Uint8Array(piece.buffer, WORD * (start + HEAD + count), length).set(bytes.subarray(0, length));
    return (this.#pieces.length - 1) * NEXT + start;
  }

  /** A copy of the record at a position. */
  get(position: number): TapedRecord {
    const piece = this.#pieces[Math.floor(position / NEXT)]!;
    const start = position % NEXT;
    const [count = 0, length = 0] = [piece[start], piece[start + 1]];
    const end = start + HEAD + count;
    return {
      calls: piece.slice(start + HEAD, end),
      bytes: new Uint8Array(piece.buffer.slice(WORD * end, WORD * end + length)),
    };
  }

  /** Forgets the record at a position, and all later ones. */
  truncate(position: number): void {
    this.#pieces.length = Math.floor(position / NEXT) + 1;
    this.#used = position % NEXT;
  }
}
