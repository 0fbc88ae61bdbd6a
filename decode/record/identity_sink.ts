/**
 * Reads which socket a record is about, as `identity.ts` defines it. It is the same socket in two listings if its
 * {@linkcode Identity} is the same.
 */
import { ForwardingSink } from "./forwarding_sink.ts";
import { COOKIE_FIELD, NETNS_FIELD, placeOfIdentity, type SharedCookies, sharedCookies } from "./identity.ts";
import type { Key, Word } from "./key.ts";
import { type Layout, pickFields } from "./layout.ts";
import { RecordHash } from "./record_hash.ts";
import type { RecordSink } from "./record_sink.ts";
import { walkLayout } from "./walk_layout.ts";

/** The parts of an identity, valid until the next record opens. All numbers have at most 32 bits. */
export interface Identity {
  /** Protocols in the order in which they were opened, from 0 on. */
  readonly protocol: number;
  /** Inode of the network namespace; 0 if the run lists only one namespace. */
  readonly netns: number;
  /** The cookie, or 64 hashed bits of the place of a socket without one. */
  readonly low: number;
  readonly high: number;
}

const PLACE: ReadonlySet<string> = new Set(placeOfIdentity);

const NETNS_PATH = `${NETNS_FIELD.object}.${NETNS_FIELD.name}`;

/** What a field is for. */
const NONE = 0;
const COOKIE = 1;
const NETNS = 2;
const PART = 3;

const rolesByKey: number[] = [];

const roleOf = (key: Key): number => rolesByKey[key.id] ??= findRole(key.path);

function findRole(path: string): number {
  if (path === COOKIE_FIELD) return COOKIE;
  if (path === NETNS_PATH) return NETNS;
  return PLACE.has(path) ? PART : NONE;
}

/** What a layout has for an identity. */
interface Parts {
  /** Offset of the cookie; -1 if it has none. */
  readonly cookieAt: number;
  /** The fields of the place; `null` if it has none. */
  readonly place: Layout | null;
}

/** Passes everything on, and has the identity of a record when the record is closed. Allocates nothing for a record. */
export class IdentitySink extends ForwardingSink implements Identity {
  protocol = -1;
  netns = 0;
  #low = 0;
  #high = 0;
  #sharesCookies = false;
  readonly #place = new RecordHash();
  readonly #parts: Parts[] = [];

  readonly #sharing: SharedCookies;

  /** @param families the listed families: in some, several sockets can have the same cookie */
  constructor(target: RecordSink, families: readonly { readonly name: string; readonly sharesCookies?: true }[]) {
    super(target);
    this.#sharing = sharedCookies(families);
  }

  get low(): number {
    return this.#usesPlace ? this.#place.low : this.#low;
  }

  get high(): number {
    return this.#usesPlace ? this.#place.high : this.#high;
  }

  get #usesPlace(): boolean {
    return this.#sharesCookies || this.#low === 0 && this.#high === 0;
  }

  override openProtocol(name: string): void {
    this.protocol++;
    this.#sharesCookies = this.#sharing.has(name);
    super.openProtocol(name);
  }

  override openRecord(): void {
    this.netns = 0;
    this.#low = 0;
    this.#high = 0;
    this.#place.start();
    super.openRecord();
  }

  override structure(layout: Layout, view: DataView, bytes: Uint8Array, start: number, end: number): void {
    const { cookieAt, place } = this.#parts[layout.id] ??= partsOf(layout);
    if (cookieAt >= 0 && end - start >= cookieAt + 8) {
      this.#setCookie(view.getInt32(start + cookieAt, true), view.getInt32(start + cookieAt + 4, true));
    }
    if (place !== null && this.#usesPlace) walkLayout(place, view, bytes, start, end, this.#place);
    super.structure(layout, view, bytes, start, end);
  }

  #setCookie(low: number, high: number): void {
    this.#low = low;
    this.#high = high;
    if (this.#sharesCookies) {
      this.#place.low ^= low;
      this.#place.high ^= high;
    }
  }

  override identifier(key: Key, low: number, high: number): void {
    if (roleOf(key) === COOKIE) this.#setCookie(low, high);
    super.identifier(key, low, high);
  }

  override integer(key: Key, value: number): void {
    const role = roleOf(key);
    if (role === PART) this.#place.integer(key, value);
    else if (role === NETNS) this.netns = value | 0;
    super.integer(key, value);
  }

  override integer64(key: Key, low: number, high: number): void {
    if (roleOf(key) === PART) this.#place.integer64(key, low, high);
    super.integer64(key, low, high);
  }

  override name(key: Key, word: Word): void {
    if (roleOf(key) === PART) this.#place.name(key, word);
    super.name(key, word);
  }

  override address(key: Key, v6: boolean, bytes: Uint8Array, start: number): void {
    if (roleOf(key) === PART) this.#place.address(key, v6, bytes, start);
    super.address(key, v6, bytes, start);
  }
}

function partsOf(layout: Layout): Parts {
  const cookie = layout.steps.find(({ key }) => roleOf(key) === COOKIE);
  const hasPlace = layout.steps.some(({ key }) => roleOf(key) === PART);
  return {
    cookieAt: cookie?.offset ?? -1,
    place: hasPlace ? pickFields(layout, (key) => roleOf(key) === PART) : null,
  };
}
