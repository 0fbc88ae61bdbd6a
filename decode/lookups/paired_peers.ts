/**
 * The other end of an Internet connection on this machine: the socket with the same addresses and ports in reverse.
 */
import type { Enricher, Lookup, PreScan } from "./lookup.ts";
import type { Family } from "../families/family.ts";
import { isConnected, isLoopback, Listeners, PAIR, readMirroredPair, readPair } from "./inet_ends.ts";
import type { Key } from "../record/key.ts";
import type { OwnerIndex } from "./owner_index.ts";
import { pairedPeers, peerHolders } from "./peers.ts";
import type { RecordSink } from "../record/record_sink.ts";
import { peerInode } from "../families/sock_diag.ts";
import type { NumberReader } from "../netlink/number_reader.ts";

/** Count of numbers in an entry: the pair, the inode, the kind of inode, the namespace, and the next entry of the same pair. */
const ENTRY = PAIR + 4;
const INODE = PAIR;
const KIND = PAIR + 1;
const NAMESPACE = PAIR + 2;
const NEXT = PAIR + 3;
const NOTHING = -1;
/** Kinds of inode: of the socket itself, or of the listener where it waits. */
const OWN = 0;
const OF_LISTENER = 1;
/** Added to the inode of a listener, to tell it from the inode of a socket. */
const PENDING = 2 ** 32;

/**
 * Adds inode and holders of the other end if both ends of a connection are on this machine: in one network namespace, or in
 * two of the listed ones if only one other namespace has such a socket. Takes 60 to 120 bytes of memory for each connected
 * socket.
 */
export class PairedPeers implements Enricher {
  readonly lookup: Lookup = pairedPeers;
  readonly from: Key = peerInode;
  readonly none = 0;
  #entries = new Int32Array(ENTRY * 1024);
  #count = 0;
  /** Hash table with linear probing: number of the first entry of each pair, {@linkcode NOTHING} for none. */
  #table = new Int32Array(2048).fill(NOTHING);
  /** Count of pairs in the table. */
  #pairs = 0;
  /** The pair to look for. */
  readonly #wanted = new Int32Array(PAIR);
  readonly #listeners = new Listeners();
  /** Number of the namespace being listed. */
  #namespace = 0;

  /** @param owners index of the holders of sockets; `null` if nobody looked */
  constructor(readonly owners: OwnerIndex | null) {}

  enter(namespace: number): void {
    this.#namespace = namespace;
  }

  readerOf({ paired }: Family): NumberReader | null {
    return paired === true ? (view, start, end) => this.#find(view, start, end) : null;
  }

  preScan({ paired, inodeOf }: Family, namespace: number): PreScan | null {
    if (paired !== true) return null;
    if (namespace === 0) this.#clear();
    return {
      wanted: () => false,
      see: (view, start, end) => {
        this.#listeners.see(view, start, end, namespace);
        if (!isConnected(view, start, end)) return;
        const inode = inodeOf(view, start, end);
        const listener = inode === 0 ? this.#listeners.find(view, start, end, namespace) : 0;
        if (inode !== 0) this.#add(view, start, inode, OWN, namespace);
        else if (listener > 0) this.#add(view, start, listener, OF_LISTENER, namespace);
      },
    };
  }

  #clear(): void {
    this.#count = 0;
    this.#pairs = 0;
    this.#table.fill(NOTHING);
    this.#listeners.clear();
  }

  #add(view: DataView, start: number, inode: number, kind: number, namespace: number): void {
    if ((this.#count + 1) * ENTRY > this.#entries.length) this.#growEntries();
    if ((this.#pairs + 1) * 2 > this.#table.length) this.#growTable();
    readPair(view, start, this.#wanted);
    const place = this.#place(this.#wanted, 0);
    const first = this.#table[place]!;
    if (first === NOTHING) this.#pairs++;
    for (let entry = first; entry !== NOTHING; entry = this.#entries[entry * ENTRY + NEXT]!) {
      const at = entry * ENTRY;
      if (this.#entries[at + NAMESPACE] !== namespace) continue;
      // Two sockets have the same pair, bound to different interfaces for example. It is unknown which one is the other end.
      if (this.#entries[at + INODE] !== (inode | 0)) this.#entries[at + INODE] = 0;
      return;
    }
    const at = this.#count * ENTRY;
    for (let i = 0; i < PAIR; i++) this.#entries[at + i] = this.#wanted[i]!;
    this.#entries[at + INODE] = inode;
    this.#entries[at + KIND] = kind;
    this.#entries[at + NAMESPACE] = namespace;
    this.#entries[at + NEXT] = first;
    this.#table[place] = this.#count++;
  }

  /** Inode of the other end; if it waits for accept(), the inode of the listener plus {@linkcode PENDING}; 0 if unknown. */
  #find(view: DataView, start: number, end: number): number {
    if (!isConnected(view, start, end)) return 0;
    readMirroredPair(view, start, this.#wanted);
    let elsewhere = NOTHING;
    let others = 0;
    let entry = this.#table[this.#place(this.#wanted, 0)]!;
    for (; entry !== NOTHING; entry = this.#entries[entry * ENTRY + NEXT]!) {
      if (this.#entries[entry * ENTRY + NAMESPACE] === this.#namespace) return this.#number(entry);
      elsewhere = entry;
      others++;
    }
    // Each namespace has its own loopback interface.
    return others !== 1 || isLoopback(this.#wanted, 0) || isLoopback(this.#wanted, 4) ? 0 : this.#number(elsewhere);
  }

  #number(entry: number): number {
    const inode = this.#entries[entry * ENTRY + INODE]! >>> 0;
    return inode !== 0 && this.#entries[entry * ENTRY + KIND] === OF_LISTENER ? inode + PENDING : inode;
  }

  /** Place in the table of the pair at `at` of `numbers`, or the free place for it. */
  #place(numbers: Int32Array, at: number): number {
    const mask = this.#table.length - 1;
    let hash = 0;
    for (let i = 0; i < PAIR; i++) hash = Math.imul(hash ^ numbers[at + i]!, 0x9e3779b1) ^ hash >>> 15;
    let place = (hash ^ hash >>> 13) & mask;
    while (this.#table[place] !== NOTHING && !this.#isSame(this.#table[place]! * ENTRY, numbers, at)) {
      place = (place + 1) & mask;
    }
    return place;
  }

  #isSame(entry: number, numbers: Int32Array, at: number): boolean {
    // Compares ports first: they differ for most connections between the same two addresses.
    for (let i = PAIR - 1; i >= 0; i--) if (this.#entries[entry + i] !== numbers[at + i]) return false;
    return true;
  }

  #growEntries(): void {
    const larger = new Int32Array(2 * this.#entries.length);
    larger.set(this.#entries);
    this.#entries = larger;
  }

  #growTable(): void {
    const before = this.#table;
    this.#table = new Int32Array(2 * before.length).fill(NOTHING);
    for (const first of before) {
      if (first !== NOTHING) this.#table[this.#place(this.#entries, first * ENTRY)] = first;
    }
  }

  write(number: number, sink: RecordSink): void {
    if (number === 0) return;
    if (number < PENDING) sink.integer(peerInode, number);
    this.owners?.writeHolders(number < PENDING ? number : number - PENDING, peerHolders, sink);
  }
}

/** Makes the lookup of other ends, for one run. */
export const openPairedPeers = (owners: OwnerIndex | null): PairedPeers => new PairedPeers(owners);
