/**
 * The sockets of a listing: where their text is, and hashes of what is compared. 100,000 take 4 MB beside the text.
 */
import { families } from "../../decode/families/registry.ts";
import type { FieldObject, FlowObject } from "../../decode/record/object_sink.ts";
import { FlowScanner, type Roles } from "./flow_scanner.ts";
import { CUT } from "./json_scanner.ts";
import { ListingError, parseSavedJson } from "./saved_json.ts";

/** Where the text of sockets is. */
export interface Texts {
  /** The bytes from a position on. They belong to the caller. */
  get(position: number, length: number): Uint8Array;
}

const decoder = new TextDecoder("utf-8", { fatal: true });

/**
 * Decodes text from outside.
 *
 * @throws {ListingError} if it is not UTF-8
 */
export function decodeText(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new ListingError("it is not UTF-8");
  }
}

/** Names of protocols; the others are no protocol. */
export const protocols: readonly string[] = families.map(({ name }) => name);

/** Sockets that there is room for at first. */
const FIRST_ROOM = 1024;
/** Numbers of a socket beside its position: length, protocol, two hashes. */
const NUMBERS = 6;
const LENGTH = 0;
const PROTOCOL = 1;
const IDENTITY = 2;
const COMPARED = 4;

/** Nothing is made for a socket, except when the arrays grow. */
export class FlowTable {
  #positions = new Float64Array(FIRST_ROOM);
  #numbers = new Int32Array(NUMBERS * FIRST_ROOM);
  #count = 0;
  readonly #scanner: FlowScanner;

  constructor(readonly texts: Texts, roles: Roles) {
    this.#scanner = new FlowScanner(roles);
    this.#scanner.keeps = true;
  }

  get count(): number {
    return this.#count;
  }

  /** Adds the socket that was scanned last. */
  add({ identity, compared }: FlowScanner, protocol: number, position: number, length: number): void {
    if (this.#count === this.#positions.length) this.#grow();
    const at = NUMBERS * this.#count;
    this.#positions[this.#count++] = position;
    const numbers = this.#numbers;
    numbers[at + LENGTH] = length;
    numbers[at + PROTOCOL] = protocol;
    numbers[at + IDENTITY] = identity.low;
    numbers[at + IDENTITY + 1] = identity.high;
    numbers[at + COMPARED] = compared.low;
    numbers[at + COMPARED + 1] = compared.high;
  }

  /** Forgets all but the first `count` sockets. */
  truncate(count: number): void {
    this.#count = count;
  }

  #grow(): void {
    const [positions, numbers] = [this.#positions, this.#numbers];
    this.#positions = new Float64Array(2 * positions.length);
    this.#positions.set(positions);
    this.#numbers = new Int32Array(2 * numbers.length);
    this.#numbers.set(numbers);
  }

  #number(index: number, which: number): number {
    return this.#numbers[NUMBERS * index + which]!;
  }

  /** The protocols that there are sockets of. */
  get protocols(): ReadonlySet<string> {
    const found = new Set<number>();
    for (let i = 0; i < this.#count; i++) found.add(this.#number(i, PROTOCOL));
    return new Set([...found].map((number) => protocols[number]!));
  }

  protocolOf(index: number): string {
    return protocols[this.#number(index, PROTOCOL)]!;
  }

  /** A hash of what must be equal. */
  hash(index: number, withIdentity: boolean): number {
    const identity = withIdentity ? this.#number(index, IDENTITY) : 0;
    return identity ^ this.#number(index, COMPARED) ^ this.#number(index, PROTOCOL);
  }

  /** Whether a socket is one of another listing, and nothing that is compared has changed. */
  isAlike(index: number, other: FlowTable, at: number, withIdentity: boolean): boolean {
    for (let which = withIdentity ? PROTOCOL : COMPARED; which < NUMBERS; which++) {
      if (this.#number(index, which) !== other.#number(at, which)) return false;
    }
    return this.#number(index, PROTOCOL) === other.#number(at, PROTOCOL);
  }

  /**
   * Reads the fields of a socket that are needed.
   *
   * @throws {ListingError} if the text is another one by now
   */
  read(index: number): FlowObject {
    const scanner = this.#scanner;
    const text = this.#text(index);
    const bytes = new Uint8Array(text.length + 1);
    bytes.set(text);
    scanner.open(bytes, text.length);
    try {
      scanner.flow(0);
    } catch (error) {
      throw error === CUT || error instanceof ListingError ? changed() : error;
    }
    const isSame = scanner.identity.low === this.#number(index, IDENTITY) &&
      scanner.compared.low === this.#number(index, COMPARED);
    if (!isSame) throw changed();
    return this.#flow(index, scanner.kept);
  }

  /** Reads all fields of a socket. Errors as for {@linkcode read}. */
  readWhole(index: number): FlowObject {
    return this.#flow(index, this.#text(index));
  }

  #text(index: number): Uint8Array {
    return this.texts.get(this.#positions[index]!, this.#number(index, LENGTH));
  }

  #flow(index: number, bytes: Uint8Array): FlowObject {
    const protocol = this.protocolOf(index);
    const flow: FlowObject = { protocol, ...parseSavedJson(decodeText(bytes)) as FieldObject };
    flow.protocol = protocol;
    return flow;
  }
}

const changed = (): ListingError => new ListingError("it was changed while it was read");

/** Numbers of the sockets that only one of two listings has, or that have changed. */
export interface Unpaired {
  readonly before: readonly number[];
  readonly after: readonly number[];
}

/**
 * Finds the sockets that are not alike in two listings.
 *
 * @param withIdentity whether cookies mean the same in both
 */
export function findUnpaired(before: FlowTable, after: FlowTable, withIdentity: boolean): Unpaired {
  let size = 2;
  while (size < 2 * before.count) size *= 2;
  const slots = new Int32Array(size);
  const start = (hash: number) => (Math.imul(hash, 0x9e3779b1) >>> 7) & size - 1;
  for (let i = 0; i < before.count; i++) {
    let at = start(before.hash(i, withIdentity));
    while (slots[at] !== 0) at = at + 1 & size - 1;
    slots[at] = i + 1;
  }
  const paired = new Uint8Array(before.count);
  const found: number[] = [];
  for (let i = 0; i < after.count; i++) {
    let at = start(after.hash(i, withIdentity));
    let same = -1;
    for (; same < 0 && slots[at] !== 0; at = at + 1 & size - 1) {
      const other = slots[at]! - 1;
      if (paired[other] === 0 && after.isAlike(i, before, other, withIdentity)) same = other;
    }
    if (same < 0) found.push(i);
    else paired[same] = 1;
  }
  return { before: Array.from(paired.keys()).filter((i) => paired[i] === 0), after: found };
}
