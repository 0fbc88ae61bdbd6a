/**
 * The ways in which processes hold sockets, by the inode of the socket, in arrays of numbers.
 */

/**
 * Count of numbers in an entry: inode, index of the holder, the way it holds the socket, and the next entry with the same
 * inode. The last entry points to the first.
 */
const ENTRY = 4;
/** Position of an entry that is not there. */
export const NOTHING = -1;
/** In the table, beside the position of an entry, which is a multiple of four: whether the inode is marked. */
const MARK = 1;

/** Room for more entries is made when it is needed. */
const MOST_RESERVED = 1 << 18;

/** Each entry takes 16 bytes, and 8 to 16 bytes in the table. */
export class DescriptorTable {
  entries = new Int32Array(ENTRY * 1024);
  #count = 0;
  /** Hash table with linear probing: position of the last entry of each inode, {@linkcode NOTHING} for none. */
  #table = new Int32Array(2048).fill(NOTHING);
  #inodes = 0;
  /** The inode that was looked for last, and its place: of each socket it is looked for several times. */
  #placed = NOTHING;
  #lastPlace = 0;

  /** Position of the last entry of an inode; {@linkcode NOTHING} if there is none. */
  last(inode: number): number {
    const found = this.#table[this.#place(inode)]!;
    return found === NOTHING ? NOTHING : found & ~MARK;
  }

  /** Adds an entry, the last one of its inode. */
  add(inode: number, index: number, way: number): void {
    if ((this.#inodes + 1) * 2 > this.#table.length) this.#rehash(2 * this.#table.length);
    if ((this.#count + 1) * ENTRY > this.entries.length) this.#resize(2 * this.#count);
    const { entries } = this;
    const place = this.#place(inode);
    const found = this.#table[place]!;
    const at = this.#count++ * ENTRY;
    entries[at] = inode | 0;
    entries[at + 1] = index;
    entries[at + 2] = way;
    if (found === NOTHING) {
      this.#inodes++;
      entries[at + 3] = at;
      this.#table[place] = at;
    } else {
      const before = found & ~MARK;
      entries[at + 3] = entries[before + 3]!;
      entries[before + 3] = at;
      this.#table[place] = at | found & MARK;
    }
  }

  /** Place of an inode in the table, or the free place for it. */
  #place(inode: number): number {
    if (inode === this.#placed) return this.#lastPlace;
    const mask = this.#table.length - 1;
    let place = (Math.imul(inode, 0x9e3779b1) >>> 7) & mask;
    for (; this.#table[place] !== NOTHING; place = (place + 1) & mask) {
      if (this.entries[this.#table[place]! & ~MARK] === (inode | 0)) break;
    }
    this.#placed = inode;
    return this.#lastPlace = place;
  }

  /** Makes room for so many entries at once, at most {@linkcode MOST_RESERVED}. */
  reserve(count: number): void {
    const most = Math.min(count, MOST_RESERVED);
    if (most * ENTRY > this.entries.length) this.#resize(most);
    let size = this.#table.length;
    while (size < 2 * most) size *= 2;
    if (size > this.#table.length) this.#rehash(size);
  }

  #resize(count: number): void {
    const larger = new Int32Array(ENTRY * count);
    larger.set(this.entries);
    this.entries = larger;
  }

  #rehash(size: number): void {
    const before = this.#table;
    this.#placed = NOTHING;
    this.#table = new Int32Array(size).fill(NOTHING);
    for (let i = 0; i < before.length; i++) {
      const last = before[i]!;
      if (last !== NOTHING) this.#table[this.#place(this.entries[last & ~MARK]!)] = last;
    }
  }

  /** Removes all entries. */
  clear(): void {
    this.#table.fill(NOTHING);
    this.#placed = NOTHING;
    this.#inodes = 0;
    this.#count = 0;
  }

  /** Marks an inode, if it has an entry. */
  mark(inode: number): void {
    const place = this.#place(inode);
    if (this.#table[place] !== NOTHING) this.#table[place]! |= MARK;
  }

  /** Removes all marks. */
  unmark(): void {
    const table = this.#table;
    for (let place = 0; place < table.length; place++) if (table[place] !== NOTHING) table[place]! &= ~MARK;
  }

  /** Whether there are unmarked inodes. */
  hasUnmarked(): boolean {
    return this.#table.some((last) => last !== NOTHING && (last & MARK) === 0);
  }

  /** Calls `found` with the position of the first entry of each unmarked inode. */
  forEachUnmarked(found: (at: number) => void): void {
    const table = this.#table;
    for (let place = 0; place < table.length; place++) {
      const last = table[place]!;
      if (last !== NOTHING && (last & MARK) === 0) found(this.entries[last + 3]!);
    }
  }
}
