import type { SeenSockets } from "../netlink/socket_decoder.ts";

const FIRST_SLOTS = 256;

/** Adding a socket allocates nothing but, now and then, a table of twice the size. */
export class CookieSet implements SeenSockets {
  /** Two numbers a slot, low half first; both 0 where nothing is. */
  #slots = new Int32Array(2 * FIRST_SLOTS);
  #count = 0;

  /** @param offset where the cookie lies in the messages */
  constructor(readonly offset: number) {}

  add(view: DataView, start: number, end: number): boolean {
    const at = start + this.offset;
    return end - at < 8 || this.addCookie(view.getInt32(at, true), view.getInt32(at + 4, true));
  }

  clear(): void {
    this.#slots.fill(0);
    this.#count = 0;
  }

  /**
   * Adds the cookie with these halves.
   *
   * @returns whether it was not there; always so for 0, which is no cookie
   */
  addCookie(low: number, high: number): boolean {
    if (low === 0 && high === 0) return true;
    if (!this.#put(low, high)) return false;
    // At most half of the slots are taken, so that a search is short.
    if (4 * ++this.#count > this.#slots.length) this.#grow();
    return true;
  }

  #put(low: number, high: number): boolean {
    const slots = this.#slots;
    const last = slots.length - 2;
    const hash = Math.imul(Math.imul(high, 0x85ebca6b) ^ low, 0x9e3779b1);
    for (let at = 2 * (hash ^ hash >>> 15) & last;; at = at + 2 & last) {
      if (slots[at] === low && slots[at + 1] === high) return false;
      if (slots[at] !== 0 || slots[at + 1] !== 0) continue;
      slots[at] = low;
      slots[at + 1] = high;
      return true;
    }
  }

  #grow(): void {
    const before = this.#slots;
    this.#slots = new Int32Array(2 * before.length);
    for (let at = 0; at < before.length; at += 2) {
      if (before[at] !== 0 || before[at + 1] !== 0) this.#put(before[at]!, before[at + 1]!);
    }
  }
}
