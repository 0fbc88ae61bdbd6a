/**
 * Remembers which sockets a listing had, so that the next one can be compared with it. 100,000 sockets take 3.3 MB.
 */
import type { Identity } from "../decode/record/identity_sink.ts";

/** Number of entries that there is space for at first. */
const FIRST_SPACE = 1024;

/**
 * How many sockets are remembered that are not listed any more and of whose ends the kernel has not told: a program can keep a
 * connection that was reset for as long as it likes. A filter can hold back the message, so they may become many.
 */
export const MOST_AWAITED = 20_000;

/** An open-addressed table in typed arrays. Nothing is allocated for a socket, except when the arrays grow. */
export class SocketMemory {
  /** Numbers of entries plus 1, by hash; 0 in a free slot. At most half of them are used. */
  #slots = new Int32Array(2 * FIRST_SPACE);
  #low = new Int32Array(FIRST_SPACE);
  #high = new Int32Array(FIRST_SPACE);
  #netns = new Int32Array(FIRST_SPACE);
  /** The round in which a socket was last seen; negative if it was also the first one. */
  #rounds = new Int32Array(FIRST_SPACE);
  #protocols = new Uint8Array(FIRST_SPACE);
  #count = 0;
  #round = 0;
  #grace = 0;
  /** Number of the entry that {@linkcode see} found or made. It stays the same until {@linkcode endRound}. */
  entry = -1;
  /** Whether the listing before did not have that socket. */
  isNew = false;
  /** Number of sockets that the listing has so far. */
  listed = 0;

  /** Number of sockets. */
  get count(): number {
    return this.#count;
  }

  /** Number of entries that there is space for: what is kept beside the entries needs as many. */
  get space(): number {
    return this.#low.length;
  }

  /** Bytes in use. */
  get byteLength(): number {
    const arrays = [this.#slots, this.#low, this.#high, this.#netns, this.#rounds, this.#protocols];
    return arrays.reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  /** Starts the next listing. */
  startRound(): void {
    this.#round++;
    this.listed = 0;
  }

  /**
   * Adds a socket of the listing. {@linkcode entry} is then its entry.
   *
   * @returns whether the listing before this one did not have it
   */
  see(identity: Identity): boolean {
    return this.isNew = this.#see(identity);
  }

  #see({ protocol, netns, low, high }: Identity): boolean {
    const slot = this.#find(protocol, netns, low, high);
    const known = this.#slots[slot]! - 1;
    if (known >= 0) {
      this.entry = known;
      // A listing that starts again shows sockets twice.
      if (this.#rounds[known] === -this.#round) return true;
      if (this.#rounds[known] !== this.#round) this.listed++;
      this.#rounds[known] = this.#round;
      return false;
    }
    this.listed++;
    const entry = this.entry = this.#count++;
    this.#slots[slot] = entry + 1;
    this.#low[entry] = low;
    this.#high[entry] = high;
    this.#netns[entry] = netns;
    this.#protocols[entry] = protocol;
    this.#rounds[entry] = -this.#round;
    if (this.#count === this.space) this.#grow();
    return true;
  }

  /** The entry of a socket; -1 for none. */
  entryOf({ protocol, netns, low, high }: Identity): number {
    return this.#slots[this.#find(protocol, netns, low, high)]! - 1;
  }

  /** Whether this listing has the socket of an entry. */
  isListed(entry: number): boolean {
    return Math.abs(this.#rounds[entry]!) === this.#round;
  }

  /** Number of the protocol of an entry, as in its identity. */
  protocolOf(entry: number): number {
    return this.#protocols[entry]!;
  }

  /**
   * Ends the listing and forgets the sockets that were not in it.
   *
   * @param closed called with the entry of each of them before anything moves; one for which it returns true is
   *   remembered, and asked for again in the next round that does not have it
   * @param moved called when an entry gets another number, always a smaller one
   * @param grace how many listings more a socket is remembered that is not listed
   */
  endRound(
    closed: (entry: number) => unknown,
    moved: (from: number, to: number) => void = () => {},
    grace: number = 0,
  ): void {
    this.#grace = grace;
    const before = this.#count;
    const remembered = new Set<number>();
    for (let entry = 0; entry < before; entry++) {
      if (!this.#isOpen(entry) && closed(entry) === true) remembered.add(entry);
    }
    let kept = 0;
    for (let entry = 0; entry < before; entry++) {
      if (!this.#isOpen(entry) && !remembered.has(entry)) continue;
      if (kept < entry) {
        this.#move(entry, kept);
        moved(entry, kept);
      }
      kept++;
    }
    if (kept === before) return;
    this.#count = kept;
    this.#fillSlots();
  }

  #isOpen(entry: number): boolean {
    return Math.abs(this.#rounds[entry]!) >= this.#round - this.#grace;
  }

  #move(from: number, to: number): void {
    this.#low[to] = this.#low[from]!;
    this.#high[to] = this.#high[from]!;
    this.#netns[to] = this.#netns[from]!;
    this.#rounds[to] = this.#rounds[from]!;
    this.#protocols[to] = this.#protocols[from]!;
  }

  /** The slot of a socket, or the free slot for it. */
  #find(protocol: number, netns: number, low: number, high: number): number {
    const slots = this.#slots;
    const last = slots.length - 1;
    const mixed = Math.imul(Math.imul(high ^ netns, 0x85ebca6b) ^ low ^ protocol << 24, 0x9e3779b1);
    let at = (mixed ^ mixed >>> 15) & last;
    for (let entry = slots[at]!; entry !== 0; entry = slots[at = at + 1 & last]!) {
      const i = entry - 1;
      if (
        this.#low[i] === low && this.#high[i] === high && this.#netns[i] === netns && this.#protocols[i] === protocol
      ) break;
    }
    return at;
  }

  #grow(): void {
    const space = 2 * this.space;
    const longer = (array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> => {
      const grown = new Int32Array(space);
      grown.set(array);
      return grown;
    };
    this.#low = longer(this.#low);
    this.#high = longer(this.#high);
    this.#netns = longer(this.#netns);
    this.#rounds = longer(this.#rounds);
    const protocols = new Uint8Array(space);
    protocols.set(this.#protocols);
    this.#protocols = protocols;
    this.#slots = new Int32Array(2 * space);
    this.#fillSlots();
  }

  #fillSlots(): void {
    this.#slots.fill(0);
    for (let entry = 0; entry < this.#count; entry++) {
      const slot = this.#find(this.#protocols[entry]!, this.#netns[entry]!, this.#low[entry]!, this.#high[entry]!);
      this.#slots[slot] = entry + 1;
    }
  }
}
