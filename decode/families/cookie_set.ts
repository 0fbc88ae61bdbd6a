import type { SeenSockets } from "../netlink/socket_decoder.ts";

const FIRST_SLOTS = 256;

/** The cookie at `at` in a message is read as two 32-bit halves, so that no 64-bit number is allocated. */
const lowAt = (view: DataView, at: number): number => view.getInt32(at, true);
const highAt = (view: DataView, at: number): number => view.getInt32(at + 4, true);

/** Cookies of all sockets of a dump. Adding one allocates nothing, except when the table doubles. */
export class CookieSet implements SeenSockets {
  /** Two numbers per slot, low half first; both are 0 in a free slot. */
  #slots = new Int32Array(2 * FIRST_SLOTS);
  count = 0;

  /** @param offset offset of the cookie in the messages */
  constructor(readonly offset: number) {}

  add(view: DataView, start: number, end: number): boolean {
    const at = start + this.offset;
    return end - at < 8 || this.addCookie(lowAt(view, at), highAt(view, at));
  }

  clear(): void {
    this.#slots.fill(0);
    this.count = 0;
  }

  /**
   * Adds the cookie with these halves.
   *
   * @returns whether it is new; always true for 0, which is not a cookie
   */
  addCookie(low: number, high: number): boolean {
    if (low === 0 && high === 0) return true;
    const at = this.#find(low, high);
    if (this.#isTaken(at)) return false;
    this.#slots[at] = low;
    this.#slots[at + 1] = high;
    // At most half of the slots are used, to keep searches short.
    if (4 * ++this.count > this.#slots.length) this.#grow();
    return true;
  }

  /** Whether the cookie with these halves is in the set; always false for 0. */
  has(low: number, high: number): boolean {
    return this.#isTaken(this.#find(low, high));
  }

  #isTaken(at: number): boolean {
    return this.#slots[at] !== 0 || this.#slots[at + 1] !== 0;
  }

  /** The slot of a cookie, or the free slot for it. */
  #find(low: number, high: number): number {
    const slots = this.#slots;
    const last = slots.length - 2;
    const hash = Math.imul(Math.imul(high, 0x85ebca6b) ^ low, 0x9e3779b1);
    let at = 2 * (hash ^ hash >>> 15) & last;
    while ((slots[at] !== low || slots[at + 1] !== high) && this.#isTaken(at)) at = at + 2 & last;
    return at;
  }

  #grow(): void {
    const before = this.#slots;
    this.#slots = new Int32Array(2 * before.length);
    for (let from = 0; from < before.length; from += 2) {
      if (before[from] === 0 && before[from + 1] === 0) continue;
      const at = this.#find(before[from]!, before[from + 1]!);
      this.#slots[at] = before[from]!;
      this.#slots[at + 1] = before[from + 1]!;
    }
  }
}

/** At least this many preceding sockets are remembered. */
const WINDOW = 4096;

/**
 * The most recent sockets of a dump, at least {@linkcode WINDOW} of them. While sockets are added and removed, the kernel
 * repeats some: those at the place in its tables where it continued.
 */
export class RecentCookies implements SeenSockets {
  #recent: CookieSet;
  #before: CookieSet;

  /** @param offset offset of the cookie in the messages */
  constructor(readonly offset: number) {
    this.#recent = new CookieSet(offset);
    this.#before = new CookieSet(offset);
  }

  add(view: DataView, start: number, end: number): boolean {
    const at = start + this.offset;
    if (end - at < 8) return true;
    const low = lowAt(view, at);
    const high = highAt(view, at);
    if (this.#before.has(low, high) || !this.#recent.addCookie(low, high)) return false;
    if (this.#recent.count === WINDOW) this.#turn();
    return true;
  }

  #turn(): void {
    [this.#recent, this.#before] = [this.#before, this.#recent];
    this.#recent.clear();
  }

  clear(): void {
    this.#recent.clear();
    this.#before.clear();
  }
}

/** The sockets of a second dump that were not in the first. */
export class LaterCookies implements SeenSockets {
  readonly #later: CookieSet;

  constructor(readonly first: CookieSet) {
    this.#later = new CookieSet(first.offset);
  }

  add(view: DataView, start: number, end: number): boolean {
    const at = start + this.first.offset;
    if (end - at < 8) return true;
    return !this.first.has(lowAt(view, at), highAt(view, at)) && this.#later.add(view, start, end);
  }

  clear(): void {
    this.#later.clear();
  }
}

/**
 * Makes the checks for repeated sockets, one for each dump in order.
 *
 * @param offset offset of the cookie in the messages; `undefined` if they have none
 * @param anywhere whether a socket can be repeated anywhere in a dump
 * @param twice whether there are two dumps, the second for sockets that the first one missed
 */
export function seenInPasses(offset: number | undefined, anywhere: boolean, twice: boolean): (SeenSockets | null)[] {
  if (offset === undefined) return [null];
  if (!twice) return [anywhere ? new CookieSet(offset) : new RecentCookies(offset)];
  const first = new CookieSet(offset);
  return [first, new LaterCookies(first)];
}
