/**
 * Text of sockets that cannot be read a second time, in a few large pieces of memory.
 */
import type { Texts } from "./flow_table.ts";

/** Size of a piece in bytes. A longer text has a piece of its own. */
const PIECE = 1 << 20;
/** Distance between the positions of two pieces. */
const NEXT = 2 ** 32;

export class MemoryTexts implements Texts {
  readonly #pieces: Uint8Array<ArrayBuffer>[] = [];
  /** Bytes used of the last piece. */
  #used = 0;

  /** Position of the next text, if it fits into the last piece. */
  get position(): number {
    return Math.max(0, this.#pieces.length - 1) * NEXT + this.#used;
  }

  /** Keeps a copy; returns its position. */
  add(bytes: Uint8Array): number {
    let piece = this.#pieces.at(-1);
    if (piece === undefined || this.#used + bytes.length > piece.length) {
      this.#pieces.push(piece = new Uint8Array(Math.max(PIECE, bytes.length)));
      this.#used = 0;
    }
    const { position } = this;
    piece.set(bytes, this.#used);
    this.#used += bytes.length;
    return position;
  }

  get(position: number, length: number): Uint8Array {
    const start = position % NEXT;
    return this.#pieces[Math.floor(position / NEXT)]!.subarray(start, start + length);
  }

  /** Forgets what was added since {@linkcode position} was this. */
  truncate(position: number): void {
    this.#pieces.length = position === 0 ? 0 : Math.floor(position / NEXT) + 1;
    this.#used = position % NEXT;
  }
}
