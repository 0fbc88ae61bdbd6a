/**
 * The buffer that text formats write into: hands finished output on in large pieces, and can forget what is not finished.
 */

/** Takes finished bytes; they are the caller's again when it returns. */
export type Write = (bytes: Uint8Array) => void;

/** Output is handed on in pieces of about this size. */
const PIECE = 65536;
/** Initial size in bytes. */
export const OUTPUT_SIZE = 2 * PIECE;

const NOTHING = new Uint8Array(0);

/**
 * Bytes on their way out. Writers put bytes at {@linkcode at} and move it, after {@linkcode reserve}; what they put
 * between two calls of {@linkcode finish} stays here until the second one, so it can be dropped.
 */
export class OutputBuffer {
  bytes: Uint8Array<ArrayBuffer> = NOTHING;
  view: DataView<ArrayBuffer> = new DataView(NOTHING.buffer);
  /** Where the bytes are, but for those of a long record; made when it is needed. */
  #home: Uint8Array<ArrayBuffer> | null = null;
  /** Position for the next byte. */
  at = 0;
  /** Everything before this position is finished. */
  #finished = 0;
  /** Position that {@linkcode mark} remembered; -1 once bytes behind it have been handed on. */
  #marked = -1;

  constructor(readonly write: Write) {}

  /** Moves the bytes into an array of {@linkcode OUTPUT_SIZE}, to which they come back when a record has outgrown it. */
  moveTo(home: Uint8Array<ArrayBuffer>): void {
    this.#home = home;
    if (this.at <= home.length) this.#replace(home);
  }

  #replace(bytes: Uint8Array<ArrayBuffer>): void {
    bytes.set(this.bytes.subarray(0, this.at));
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** Position behind what is finished: where the record that is open starts. */
  get finished(): number {
    return this.#finished;
  }

  /** Makes room for `count` bytes, by handing on what is finished or by growing. Replaces `bytes` and `view` then. */
  reserve(count: number): void {
    if (this.at + count > this.bytes.length) this.#makeRoom(count);
  }

  #makeRoom(count: number): void {
    if (this.#home === null) this.moveTo(new Uint8Array(OUTPUT_SIZE));
    this.flush();
    if (this.at + count <= this.bytes.length) return;
    this.#replace(new Uint8Array(2 * (this.at + count)));
  }

  /** Writes text that occurs once, brackets for example. */
  put(text: Uint8Array): void {
    this.reserve(text.length);
    this.bytes.set(text, this.at);
    this.at += text.length;
  }

  /** Declares everything so far finished, and hands it on if there is enough of it. */
  finish(): void {
    this.#finished = this.at;
    if (this.at >= PIECE) this.flush();
  }

  /** Hands on everything that is finished. */
  flush(): void {
    if (this.#finished === 0) return;
    this.write(this.bytes.subarray(0, this.#finished));
    this.bytes.copyWithin(0, this.#finished, this.at);
    this.at -= this.#finished;
    this.#finished = 0;
    this.#marked = -1;
    if (this.#home !== null && this.bytes !== this.#home && this.at <= PIECE) this.#replace(this.#home);
  }

  /** Drops what is not finished. */
  drop(): void {
    this.at = this.#finished;
  }

  /** Remembers this place, at which everything is finished. */
  mark(): void {
    this.#marked = this.#finished;
  }

  /** Forgets everything since {@linkcode mark}; `false`, and nothing forgotten, if some has been handed on. */
  rewind(): boolean {
    if (this.#marked < 0) return false;
    this.at = this.#finished = this.#marked;
    return true;
  }
}
