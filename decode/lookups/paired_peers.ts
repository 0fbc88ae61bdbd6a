/**
 * The other end of connections of the Internet protocols, if it is in the same network namespace: the socket with the same
 * addresses and ports, the other way round.
 */
import { AF_INET } from "../kernel/address_family.ts";
import type { Enricher, Lookup, PreScan } from "./lookup.ts";
import type { Family } from "../families/family.ts";
import { INET_DIAG_MSG } from "../families/inet/inet_diag.ts";
import type { Key } from "../record/key.ts";
import type { OwnerIndex } from "./owner_index.ts";
import { pairedPeers, peerHolders } from "./peers.ts";
import type { RecordSink } from "../record/record_sink.ts";
import { peerInode } from "../families/sock_diag.ts";
import type { NumberReader } from "../netlink/number_reader.ts";

/** Where in `struct inet_diag_msg` ports and addresses lie. */
const SPORT = INET_DIAG_MSG.offsetOf("id.idiag_sport");
const DPORT = INET_DIAG_MSG.offsetOf("id.idiag_dport");
const SRC = INET_DIAG_MSG.offsetOf("id.idiag_src");
const DST = INET_DIAG_MSG.offsetOf("id.idiag_dst");

/** Numbers of an entry: four of each address, the ports, the inode. */
const ENTRY = 10;
const PORTS = 8;
const INODE = 9;
const NOTHING = -1;
/** Bytes 8 to 11 of an IPv4 address in the form of IPv6. */
const MAPPED = 0xffff0000 | 0;

/**
 * Adds inode and holders of the other end to sockets whose connections have both ends in one network namespace. Keeps 48 to
 * 96 bytes of every connected socket.
 */
export class PairedPeers implements Enricher {
  readonly lookup: Lookup = pairedPeers;
  readonly from: Key = peerInode;
  readonly none = 0;
  #entries = new Int32Array(ENTRY * 1024);
  #count = 0;
  /** Number of the entry that hashes there, {@linkcode NOTHING} for none; probing goes on with the next place. */
  #table = new Int32Array(2048).fill(NOTHING);
  /** An entry that is looked for. */
  readonly #wanted = new Int32Array(ENTRY);

  /** @param owners who holds which socket; `null` if nobody looked */
  constructor(readonly owners: OwnerIndex | null) {}

  readerOf({ paired }: Family): NumberReader | null {
    return paired === true ? (view, start, end) => this.#find(view, start, end) : null;
  }

  preScan({ paired, inodeOf }: Family): PreScan | null {
    if (paired !== true) return null;
    this.#count = 0;
    this.#table.fill(NOTHING);
    return {
      wanted: () => false,
      see: (view, start, end) => {
        const inode = inodeOf(view, start, end);
        if (inode !== 0 && isConnected(view, start, end)) this.#add(view, start, inode);
      },
    };
  }

  #add(view: DataView, start: number, inode: number): void {
    if ((this.#count + 1) * ENTRY > this.#entries.length) this.#grow();
    readPair(view, start, SRC, DST, this.#wanted);
    const place = this.#place(this.#wanted, 0);
    const known = this.#table[place]!;
    if (known !== NOTHING) {
      // Two of one pair, bound to different interfaces for example: nobody can tell which is the other end.
      const at = known * ENTRY + INODE;
      if (this.#entries[at] !== (inode | 0)) this.#entries[at] = 0;
      return;
    }
    const at = this.#count * ENTRY;
    for (let i = 0; i < INODE; i++) this.#entries[at + i] = this.#wanted[i]!;
    this.#entries[at + INODE] = inode;
    this.#table[place] = this.#count++;
  }

  #find(view: DataView, start: number, end: number): number {
    if (!isConnected(view, start, end)) return 0;
    readPair(view, start, DST, SRC, this.#wanted);
    const found = this.#table[this.#place(this.#wanted, 0)]!;
    return found === NOTHING ? 0 : this.#entries[found * ENTRY + INODE]! >>> 0;
  }

  /** Where in the table the entry at `at` of `numbers` is, or would be. */
  #place(numbers: Int32Array, at: number): number {
    const mask = this.#table.length - 1;
    let hash = 0;
    for (let i = 0; i < INODE; i++) hash = Math.imul(hash ^ numbers[at + i]!, 0x9e3779b1) ^ hash >>> 15;
    let place = (hash ^ hash >>> 13) & mask;
    while (this.#table[place] !== NOTHING && !this.#isSame(this.#table[place]! * ENTRY, numbers, at)) {
      place = (place + 1) & mask;
    }
    return place;
  }

  #isSame(entry: number, numbers: Int32Array, at: number): boolean {
    // The ports first: they tell most connections of two addresses apart.
    for (let i = PORTS; i >= 0; i--) if (this.#entries[entry + i] !== numbers[at + i]) return false;
    return true;
  }

  #grow(): void {
    const larger = new Int32Array(2 * this.#entries.length);
    larger.set(this.#entries);
    this.#entries = larger;
    this.#table = new Int32Array(2 * this.#table.length).fill(NOTHING);
    for (let i = 0; i < this.#count; i++) this.#table[this.#place(this.#entries, i * ENTRY)] = i;
  }

  write(inode: number, sink: RecordSink): void {
    if (inode === 0) return;
    sink.integer(peerInode, inode);
    this.owners?.writeHolders(inode, peerHolders, sink);
  }
}

/** Whether the socket has a port at both ends. */
const isConnected = (view: DataView, start: number, end: number) =>
  end - start >= INET_DIAG_MSG.size && view.getUint16(start + SPORT) !== 0 && view.getUint16(start + DPORT) !== 0;

/** Reads the addresses at `near` and `far`, those of IPv4 in the form of IPv6, and their ports in that order. */
function readPair(view: DataView, start: number, near: number, far: number, into: Int32Array): void {
  readAddress(view, start, near, into, 0);
  readAddress(view, start, far, into, 4);
  const ports = near < far
    ? view.getInt32(start + SPORT)
    : view.getUint16(start + DPORT) << 16 | view.getUint16(start + SPORT);
  into[PORTS] = ports;
}

function readAddress(view: DataView, start: number, at: number, into: Int32Array, place: number): void {
  const v4 = view.getUint8(start) === AF_INET;
  into[place] = v4 ? 0 : view.getInt32(start + at, true);
  into[place + 1] = v4 ? 0 : view.getInt32(start + at + 4, true);
  into[place + 2] = v4 ? MAPPED : view.getInt32(start + at + 8, true);
  into[place + 3] = view.getInt32(start + at + (v4 ? 0 : 12), true);
}

/** The other ends of connections, for one run. */
export const openPairedPeers = (owners: OwnerIndex | null): PairedPeers => new PairedPeers(owners);
