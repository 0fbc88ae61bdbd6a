/**
 * The other end of an Internet connection on this machine: the socket with the same addresses and ports in reverse.
 */
import type { Enricher, Lookup, PreScan } from "./lookup.ts";
import type { Family } from "../families/family.ts";
import { isConnected, isLoopback, Listeners, PAIR, PORTS, readMirroredPair, readPair } from "./inet_ends.ts";
import type { Key } from "../record/key.ts";
import { translatedProtocols } from "./nat.ts";
import { NatFinder } from "./nat_finder.ts";
import type { OwnerIndex } from "./owner_index.ts";
import { pairedPeers, peerHolders } from "./peers.ts";
import type { RecordSink } from "../record/record_sink.ts";
import { TupleTable } from "./tuple_table.ts";
import { peerInode } from "../families/sock_diag.ts";
import type { NumberReader } from "../netlink/number_reader.ts";

/** Count of numbers in an entry: the inode, the kind of inode, the namespace, and the next entry of the same pair. */
const ENTRY = 4;
const INODE = 0;
const KIND = 1;
const NAMESPACE = 2;
const NEXT = 3;
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
  /** The pairs; each has the number of its last entry in `#last`. */
  readonly #pairs = new TupleTable(PAIR);
  #last = new Int32Array(1024);
  #entries = new Int32Array(ENTRY * 1024);
  #count = 0;
  readonly #listeners = new Listeners();
  /** Number of the namespace being listed. */
  #namespace = 0;

  /** A pair that is translated. */
  readonly #pair = new Int32Array(PAIR);

  /**
   * @param owners index of the holders of sockets; `null` if nobody looked
   * @param translations translations of addresses; `null` if they are not known
   */
  constructor(readonly owners: OwnerIndex | null, readonly translations: Translations | null = null) {}

  enter(namespace: number): void {
    this.#namespace = namespace;
  }

  readerOf({ paired, name }: Family): NumberReader | null {
    if (paired !== true) return null;
    const protocol = translatedProtocols[name] ?? 0;
    return (view, start, end) => isConnected(view, start, end) ? this.#find(view, start, protocol) : 0;
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
    this.#pairs.clear();
    this.#listeners.clear();
  }

  #add(view: DataView, start: number, inode: number, kind: number, namespace: number): void {
    readPair(view, start, this.#pairs.wanted);
    const before = this.#pairs.count;
    const pair = this.#pairs.add();
    if (pair === this.#last.length) this.#last = doubled(this.#last);
    const last = pair === before ? NOTHING : this.#last[pair]!;
    for (let at = last; at !== NOTHING; at = this.#entries[at + NEXT]!) {
      if (this.#entries[at + NAMESPACE] !== namespace) continue;
      // Two sockets have the same pair, bound to different interfaces for example. It is unknown which one is the other end.
      if (this.#entries[at + INODE] !== (inode | 0)) this.#entries[at + INODE] = 0;
      return;
    }
    const at = ENTRY * this.#count++;
    if (at === this.#entries.length) this.#entries = doubled(this.#entries);
    this.#entries[at + INODE] = inode;
    this.#entries[at + KIND] = kind;
    this.#entries[at + NAMESPACE] = namespace;
    this.#entries[at + NEXT] = last;
    this.#last[pair] = at;
  }

  /** Inode of the other end; if it waits for accept(), the inode of the listener plus {@linkcode PENDING}; 0 if unknown. */
  #find(view: DataView, start: number, protocol: number): number {
    readMirroredPair(view, start, this.#pairs.wanted);
    const direct = this.#findWanted();
    if (direct !== 0 || this.translations === null) return direct;
    readPair(view, start, this.#pair);
    for (let hop = 0; hop < HOPS && this.translations.translate(this.#pair, protocol); hop++) {
      this.#pairs.wanted.set(this.#pair);
      const found = this.#findWanted();
      if (found !== 0) return found;
      mirror(this.#pair);
    }
    return 0;
  }

  /** The same for the pair of the other end. */
  #findWanted(): number {
    const { wanted } = this.#pairs;
    const pair = this.#pairs.find();
    if (pair === NOTHING) return 0;
    let elsewhere = NOTHING;
    let others = 0;
    for (let at = this.#last[pair]!; at !== NOTHING; at = this.#entries[at + NEXT]!) {
      if (this.#entries[at + NAMESPACE] === this.#namespace) return this.#number(at);
      elsewhere = at;
      others++;
    }
    // Each namespace has its own loopback interface.
    return others !== 1 || isLoopback(wanted, 0) || isLoopback(wanted, 4) ? 0 : this.#number(elsewhere);
  }

  #number(at: number): number {
    const inode = this.#entries[at + INODE]! >>> 0;
    return inode !== 0 && this.#entries[at + KIND] === OF_LISTENER ? inode + PENDING : inode;
  }

  write(number: number, sink: RecordSink): void {
    if (number === 0) return;
    if (number < PENDING) sink.integer(peerInode, number);
    this.owners?.writeHolders(number < PENDING ? number : number - PENDING, peerHolders, sink);
  }
}

/** Translations of addresses. */
export interface Translations {
  /** As in `NatFinder`. */
  translate(pair: Int32Array, protocol: number): boolean;
}

/** How many network namespaces may translate a connection, one after the other. */
const HOPS = 4;

/** Turns a pair round. */
function mirror(pair: Int32Array): void {
  for (let i = 0; i < 4; i++) [pair[i], pair[4 + i]] = [pair[4 + i]!, pair[i]!];
  pair[PORTS] = pair[PORTS]! << 16 | pair[PORTS]! >>> 16;
}

/** The numbers, with as much room again. */
function doubled(numbers: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * numbers.length);
  larger.set(numbers);
  return larger;
}

/** Makes the lookup of other ends, for one run; `before` may have one of translations. */
export const openPairedPeers = (
  owners: OwnerIndex | null,
  _vantages: unknown,
  before: readonly Enricher[],
): PairedPeers => new PairedPeers(owners, before.find((enricher) => enricher instanceof NatFinder) ?? null);
