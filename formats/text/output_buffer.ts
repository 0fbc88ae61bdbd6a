/**
 * The buffer of text formats. It passes finished output on in large pieces and can drop unfinished output.
 */

/** Receives finished bytes, which are only valid during the call. */
export type Write = (bytes: Uint8Array) => void;

/** Output is passed on in pieces of about this size. */
export const PIECE = 65536;
/** Initial size in bytes. */
export const OUTPUT_SIZE = 2 * PIECE;

const NOTHING = new Uint8Array(0);

/**
 * Buffers output bytes. Writers call {@linkcode reserve}, write bytes at {@linkcode at} and move it. Bytes after the
 * last {@linkcode finish} stay in the buffer and can be dropped.
 */
export class OutputBuffer {
  bytes: Uint8Array<ArrayBuffer> = NOTHING;
  view: DataView<ArrayBuffer> = new DataView(NOTHING.buffer);
  /** The normal array of the bytes, replaced during a long record; made at first use. */
  #home: Uint8Array<ArrayBuffer> | null = null;
  /** Position for the next byte. */
  at = 0;
  /** Everything before this position is finished. */
  #finished = 0;
  /** Position of the last {@linkcode mark}; -1 if bytes after it have been passed on. */
  #marked = -1;

  constructor(readonly write: Write) {}

  /**
   * Moves the bytes into an array of {@linkcode OUTPUT_SIZE}. After a record that did not fit, the buffer returns to
   * that array.
   */
  moveTo(home: Uint8Array<ArrayBuffer>): void {
    this.#home = home;
    if (this.at <= home.length) this.#replace(home);
  }

  #replace(bytes: Uint8Array<ArrayBuffer>): void {
    bytes.set(this.bytes.subarray(0, this.at));
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** End of the finished bytes: start of the open record. */
  get finished(): number {
    return this.#finished;
  }

  /** Makes room for `count` bytes by passing on finished bytes or by growing. This may replace `bytes` and `view`. */
  reserve(count: number): void {
    if (this.at + count > this.bytes.length) this.#makeRoom(count);
  }

  #makeRoom(count: number): void {
    if (this.#home === null) this.moveTo(new Uint8Array(OUTPUT_SIZE));
    this.flush();
    if (this.at + count <= this.bytes.length) return;
    this.#replace(new Uint8Array(2 * (this.at + count)));
  }

  /** Writes text that occurs once, such as brackets. */
  put(text: Uint8Array): void {
    this.reserve(text.length);
    this.bytes.set(text, this.at);
    this.at += text.length;
  }

  /** Marks everything so far as finished, and passes it on if there is enough. */
  finish(): void {
    this.#finished = this.at;
    if (this.at >= PIECE) this.flush();
  }

  /** Passes on everything that is finished. */
  flush(): void {
    if (this.#finished === 0) return;
    this.write(this.bytes.subarray(0, this.#finished));
    this.bytes.copyWithin(0, this.#finished, this.at);
    this.at -= this.#finished;
    this.#finished = 0;
    this.#marked = -1;
    if (this.#home !== null && this.bytes !== this.#home && this.at <= PIECE) this.#replace(this.#home);
  }

  /** Drops unfinished bytes. */
  drop(): void {
    this.at = this.#finished;
  }

  /** Remembers the current position, where everything is finished. */
  mark(): void {
    this.#marked = this.#finished;
  }

  /** Drops everything since {@linkcode mark}. If some of it has been passed on, drops nothing and returns `false`. */
  rewind(): boolean {
    if (this.#marked < 0) return false;
    this.at = this.#finished = this.#marked;
    return true;
  }
}
