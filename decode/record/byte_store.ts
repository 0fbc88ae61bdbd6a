/**
 * A buffer of byte strings, appended one by one and cleared together.
 */

export class ByteStore {
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(1024);
  /** The same bytes. */
  view: DataView<ArrayBuffer> = new DataView(this.bytes.buffer);
  length = 0;

  /** Appends a copy of the bytes; returns their start. */
  add(from: Uint8Array, start: number, end: number): number {
    const at = this.length;
    this.length += end - start;
    if (this.length > this.bytes.length) this.#grow();
    const { bytes } = this;
    // Most texts are short: a loop is faster than a view of them.
    for (let i = start, to = at; i < end; i++, to++) bytes[to] = from[i]!;
    return at;
  }

  #grow(): void {
    const larger = new Uint8Array(2 * this.length);
    larger.set(this.bytes);
    this.bytes = larger;
    this.view = new DataView(larger.buffer);
  }
}
