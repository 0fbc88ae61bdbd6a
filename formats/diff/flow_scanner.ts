/**
 * Reads of a socket in JSON only what a comparison needs: hashes that tell whether it is the same and unchanged, and its
 * fields that are compared.
 */
import { COOKIE_FIELD, NETNS_FIELD, placeOfIdentity } from "../../decode/record/identity.ts";
import { META } from "../json/meta.ts";
import { JsonScanner } from "./json_scanner.ts";

/** What a member of a socket is for. */
const SHOWN = 1;
/** It belongs to the identity while the machine runs. */
const IDENTITY = 2;
const COMPARED = 4;
const PROTOCOL = 8;
const RUN = 16;

/** What members are for, by the hash of their names. Two names with the same hash only mean that too much is compared. */
type Members = ReadonlyMap<number, number>;

/** What the members of a socket are for. */
export interface Roles {
  readonly members: Members;
  /** Of objects of which only some members are needed. */
  readonly inner: ReadonlyMap<number, Members>;
  /** Whether all others are compared. */
  readonly all: boolean;
}

/**
 * What members are for.
 *
 * @param compared paths of the fields that are compared, or `all`
 * @param shown paths of other fields that are read
 */
export function rolesOf(compared: readonly string[] | "all", shown: readonly string[]): Roles {
  const members = new Map<number, number>();
  const inner = new Map<number, Map<number, number>>();
  const whole = new Set<number>();
  const add = (paths: readonly string[], role: number) => {
    for (const path of paths) {
      const [name = "", next] = path.split(".", 2);
      const hash = hashOf(name);
      members.set(hash, (members.get(hash) ?? 0) | role);
      if (next === undefined) whole.add(hash);
      else inner.set(hash, (inner.get(hash) ?? new Map()).set(hashOf(next), role));
    }
  };
  const identity = [COOKIE_FIELD, NETNS_FIELD.object, ...placeOfIdentity];
  add(shown, SHOWN);
  add(identity, IDENTITY);
  add(compared === "all" ? [...shown, ...identity] : compared, COMPARED);
  members.set(hashOf("protocol"), PROTOCOL);
  members.set(hashOf(META), RUN);
  for (const hash of whole) inner.delete(hash);
  return { members, inner: compared === "all" ? new Map() : inner, all: compared === "all" };
}

/** Hash of ASCII text. */
export const hashOf = (text: string): number => {
  const bytes = new TextEncoder().encode(text);
  return hashBytes(bytes, 0, bytes.length);
};

export function hashBytes(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0;
  for (let at = start; at < end; at++) hash = Math.imul(hash, 31) + bytes[at]! | 0;
  return hash;
}

/** A hash of 64 bits. */
class Hash {
  low = 0;
  high = 0;

  start(): void {
    this.low = 0x2545f491;
    this.high = 0x4f6cdd1d;
  }

  add(byte: number): void {
    const low = Math.imul(this.low ^ byte, 0x85ebca6b);
    this.low = low ^ low >>> 13;
    const high = Math.imul(this.high ^ byte, 0xc2b2ae35) + this.low | 0;
    this.high = high ^ high >>> 16;
  }
}

/** A span of bytes; empty if there is none. */
export interface Span {
  start: number;
  end: number;
}

const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const BACKSLASH = 92;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

/** Whether a byte in a string is a letter that stands for itself. */
const isPlain = (byte: number): boolean => byte >= 32 && byte < 0x80 && byte !== QUOTE && byte !== BACKSLASH;

/** Scans sockets, one after the other. What it knows of one is valid until the next. */
export class FlowScanner extends JsonScanner {
  /** Of the identity. */
  readonly identity: Hash = new Hash();
  /** Of all that is compared. */
  readonly compared: Hash = new Hash();
  /** The value of the member `protocol`. */
  readonly protocol: Span = { start: 0, end: 0 };
  /** The value of the member for the run, which stands in place of a socket. */
  readonly run: Span = { start: 0, end: 0 };
  /** Number of members. */
  members = 0;
  /** Whether {@linkcode flow} keeps the members that are needed. */
  keeps = false;
  #kept = new Uint8Array(4096);
  #length = 0;
  readonly #otherRole: number;

  constructor(readonly roles: Roles) {
    super();
    this.#otherRole = roles.all ? COMPARED : 0;
  }

  /** The object with the members that are needed, of the last socket; valid until the next. */
  get kept(): Uint8Array {
    this.#keep(CLOSE_OBJECT);
    return this.#kept.subarray(0, this.#length);
  }

  /** Passes over a socket. */
  flow(at: number): number {
    this.identity.start();
    this.compared.start();
    this.protocol.end = this.run.end = 0;
    this.members = this.#length = 0;
    this.wide = false;
    if (this.keeps) this.#keep(OPEN_OBJECT);
    return this.object(at, this.#member);
  }

  readonly #member = (start: number): number => {
    this.members++;
    const { roles: { members, inner } } = this;
    const value = this.#name(start);
    const hash = this.#hash;
    const some = this.#escaped ? undefined : inner.get(hash);
    if (some !== undefined && this.bytes[value] === OPEN_OBJECT) return this.#takeSome(start, value, some);
    const role = this.#escaped ? COMPARED | IDENTITY : members.get(hash) ?? this.#otherRole;
    const end = this.value(value, 1);
    if (role === PROTOCOL) this.#set(this.protocol, value, end);
    else if (role === RUN) this.#set(this.run, value, end);
    else if (role !== 0) this.#take(role, start, end);
    return end;
  };

  /** Hash of the last name, if it has no escapes. */
  #hash = 0;
  #escaped = false;

  /** Passes over a name and the colon; returns the position of the value. */
  #name(start: number): number {
    const { bytes } = this;
    if (bytes[start] !== QUOTE) throw this.fault(start);
    let hash = 0;
    let end = start + 1;
    for (let byte = bytes[end]!; isPlain(byte); byte = bytes[++end]!) hash = Math.imul(hash, 31) + byte | 0;
    this.#hash = hash;
    this.#escaped = bytes[end] !== QUOTE;
    const value = this.expect(this.#escaped ? this.string(start) : end + 1, COLON);
    return this.space(value);
  }

  #some: Members = new Map();

  /** Takes some members of an object. */
  #takeSome(start: number, value: number, members: Members): number {
    this.#some = members;
    this.#take(COMPARED, start, value + 1);
    const end = this.object(value, this.#innerMember);
    if (this.keeps) this.#keep(CLOSE_OBJECT);
    return end;
  }

  readonly #innerMember = (start: number): number => {
    const value = this.#name(start);
    const role = this.#escaped ? COMPARED : this.#some.get(this.#hash) ?? 0;
    const end = this.value(value, 2);
    if (role !== 0) this.#take(role, start, end);
    return end;
  };

  #set(span: Span, start: number, end: number): void {
    span.start = start;
    span.end = end;
  }

  /** Hashes and keeps a member, without the white space between its tokens. */
  #take(role: number, start: number, end: number): void {
    const { bytes, identity, compared, keeps } = this;
    if (keeps && this.#kept[this.#length - 1] !== OPEN_OBJECT) this.#keep(COMMA);
    let inString = false;
    for (let at = start; at < end; at++) {
      const byte = bytes[at]!;
      if (byte === QUOTE) inString = !inString;
      else if (!inString && byte <= 32) continue;
      if ((role & IDENTITY) !== 0) identity.add(byte);
      if ((role & COMPARED) !== 0) compared.add(byte);
      if (keeps) this.#keep(byte);
      if (byte !== BACKSLASH) continue;
      // What is escaped ends no string.
      const next = bytes[++at]!;
      if ((role & IDENTITY) !== 0) identity.add(next);
      if ((role & COMPARED) !== 0) compared.add(next);
      if (keeps) this.#keep(next);
    }
  }

  #keep(byte: number): void {
    if (this.#length === this.#kept.length) {
      const longer = new Uint8Array(2 * this.#kept.length);
      longer.set(this.#kept);
      this.#kept = longer;
    }
    this.#kept[this.#length++] = byte;
  }
}
