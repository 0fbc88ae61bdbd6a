/**
 * Numbers different byte strings in the order of their first appearance.
 */
import { ByteStore } from "../../decode/record/byte_store.ts";

export class ByteDictionary {
  readonly #store = new ByteStore();
  /** The end of each string in the store. */
  #ends = new Int32Array(64);
  #hashes = new Int32Array(64);
  /** Numbers plus 1 by hash, 0 in a free place. At most half of the places are used. */
  #places = new Int32Array(128);
  #count = 0;

  /** Number of different strings. */
  get count(): number {
    return this.#count;
  }

  /** The number of a string. Allocates no memory for one that is known. */
  numberOf(bytes: Uint8Array, start: number, end: number): number {
    const hash = hashOf(bytes, start, end);
    const mask = this.#places.length - 1;
    let place = hash & mask;
    for (; this.#places[place] !== 0; place = place + 1 & mask) {
      const number = this.#places[place]! - 1;
      if (this.#hashes[number] === hash && this.#equals(number, bytes, start, end)) return number;
    }
    return this.#add(hash, bytes, start, end);
  }

  #equals(number: number, bytes: Uint8Array, start: number, end: number): boolean {
    const from = number === 0 ? 0 : this.#ends[number - 1]!;
    if (this.#ends[number]! - from !== end - start) return false;
    const known = this.#store.bytes;
    for (let i = start, at = from; i < end; i++, at++) if (known[at] !== bytes[i]) return false;
    return true;
  }

  #add(hash: number, bytes: Uint8Array, start: number, end: number): number {
    const number = this.#count++;
    if (number === this.#ends.length) this.#grow();
    this.#store.add(bytes, start, end);
    this.#ends[number] = this.#store.length;
    this.#hashes[number] = hash;
    this.#enter(number);
    return number;
  }

  #enter(number: number): void {
    const mask = this.#places.length - 1;
    let place = this.#hashes[number]! & mask;
    while (this.#places[place] !== 0) place = place + 1 & mask;
    this.#places[place] = number + 1;
  }

  #grow(): void {
    const [ends, hashes] = [this.#ends, this.#hashes];
    this.#ends = new Int32Array(2 * ends.length);
    this.#ends.set(ends);
    this.#hashes = new Int32Array(2 * ends.length);
    this.#hashes.set(hashes);
    this.#places = new Int32Array(4 * ends.length);
    for (let number = 0; number < ends.length; number++) this.#enter(number);
  }

  /** All strings as text, by number. */
  texts(): string[] {
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    return Array.from(
      { length: this.#count },
      (_, number) =>
        decoder.decode(this.#store.bytes.subarray(number === 0 ? 0 : this.#ends[number - 1]!, this.#ends[number]!)),
    );
  }
}

function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5 | 0;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  // The lowest bits select the place, and must depend on all bytes.
  return hash ^ hash >>> 15;
}
