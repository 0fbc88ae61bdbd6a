/**
 * A hash table of tuples of numbers, such as the ends of a connection. It allocates memory only to grow.
 */

const NOTHING = -1;

/** Entries are numbered from 0 on, in the order in which they are added. Each takes 4 bytes for each number, and 8 to 16 more. */
export class TupleTable {
  /** The tuple to look for or to add. */
  readonly wanted: Int32Array;
  #tuples: Int32Array;
  #count = 0;
  /** Linear probing: the entry at each place, {@linkcode NOTHING} for none. */
  #table = new Int32Array(2048).fill(NOTHING);

  /** @param width count of numbers in a tuple */
  constructor(readonly width: number) {
    this.wanted = new Int32Array(width);
    this.#tuples = new Int32Array(width * 1024);
  }

  /** Count of entries. */
  get count(): number {
    return this.#count;
  }

  clear(): void {
    this.#count = 0;
    this.#table.fill(NOTHING);
  }

  /** The entry of the wanted tuple; -1 if there is none. */
  find(): number {
    return this.#table[this.#place(this.wanted, 0)]!;
  }

  /** The entry of the wanted tuple, which is added if it is not there: then the result is the count before. */
  add(): number {
    if ((this.#count + 1) * 2 > this.#table.length) this.#growTable();
    const place = this.#place(this.wanted, 0);
    if (this.#table[place] !== NOTHING) return this.#table[place]!;
    const { width } = this;
    if ((this.#count + 1) * width > this.#tuples.length) {
      const larger = new Int32Array(2 * this.#tuples.length);
      larger.set(this.#tuples);
      this.#tuples = larger;
    }
    for (let i = 0, at = this.#count * width; i < width; i++) this.#tuples[at + i] = this.wanted[i]!;
    return this.#table[place] = this.#count++;
  }

  /** The number at place `i` of the tuple of an entry. */
  numberOf(entry: number, i: number): number {
    return this.#tuples[entry * this.width + i]!;
  }

  /** Place in the table of the tuple at `at` of `numbers`, or the free place for it. */
  #place(numbers: Int32Array, at: number): number {
    const mask = this.#table.length - 1;
    let hash = 0;
    for (let i = 0; i < this.width; i++) hash = Math.imul(hash ^ numbers[at + i]!, 0x9e3779b1) ^ hash >>> 15;
    let place = (hash ^ hash >>> 13) & mask;
    while (this.#table[place] !== NOTHING && !this.#isSame(this.#table[place]! * this.width, numbers, at)) {
      place = (place + 1) & mask;
    }
    return place;
  }

  #isSame(entry: number, numbers: Int32Array, at: number): boolean {
    // The last numbers, such as ports, differ most often.
    for (let i = this.width - 1; i >= 0; i--) if (this.#tuples[entry + i] !== numbers[at + i]) return false;
    return true;
  }

  #growTable(): void {
    const before = this.#table;
    this.#table = new Int32Array(2 * before.length).fill(NOTHING);
    for (const entry of before) {
      if (entry !== NOTHING) this.#table[this.#place(this.#tuples, entry * this.width)] = entry;
    }
  }
}
