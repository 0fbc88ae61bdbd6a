/**
 * Which process holds which socket: descriptors by the socket's inode.
 */
import { showCgroup, writeCgroup } from "./cgroup_parts.ts";
import { AMBIGUOUS, Listeners } from "./inet_ends.ts";
import type { Enricher, Lookup, PreScan } from "./lookup.ts";
import { TCP_LISTEN } from "../kernel/tcp_states.ts";
import { writeText } from "../netlink/attribute.ts";
import type { Family } from "../families/family.ts";
import type { NumberReader } from "../netlink/number_reader.ts";
import type { Key, Word } from "../record/key.ts";
import type { RecordSink } from "../record/record_sink.ts";
import { inodeKey } from "../families/sock_diag.ts";
import {
  DENIED,
  fd,
  fds,
  type Holder,
  type HolderKeys,
  isAccepted,
  listenerHolders,
  listenerInode,
  mapped,
  NONE,
  owner,
  ownerCgroupKeys,
  owners,
  ownership,
  ownerStatus,
  RACED,
  RESOLVED,
  ringFd,
  ringFds,
  UNACCEPTED,
  writeHolder,
} from "./owners.ts";

/**
 * Numbers of an entry: inode, index of the holder, how it holds the socket, and the next entry of the same inode; the last leads
 * to the first.
 */
const ENTRY = 4;
/** How a holder holds a socket if it is not by a descriptor, whose number that is: it has mapped it. */
export const MAPPED = -1;
/** The same if it is registered with an io_uring; below that a number for each descriptor of one. */
const REGISTERED = -2;
/** How a holder holds a socket that is registered with the io_uring of a descriptor. */
export const registeredWith = (ring: number): number => REGISTERED - ring;
const NOTHING = -1;
/** Stands for a socket that waits to be accepted at one of several listeners; below 0 the inode of the listener is known. */
const WAITING = -(2 ** 32);

/** All descriptors of sockets that were found, by inode; a descriptor takes 16 bytes and 8 to 16 of the table. */
export class OwnerIndex implements Enricher {
  readonly lookup: Lookup = ownership;
  readonly from: Key = inodeKey;
  readonly none = 0;
  readonly holders: Holder[] = [];
  /** Why holders may be out of sight, one phrase each; none if all processes were looked at. */
  obstacles: readonly string[] = [];
  /** Processes and descriptors that went while they were looked at. */
  vanished = 0;
  /** Looks where few sockets are held, and adds what it finds; called once, when no holder of a socket is known. */
  onMiss: (() => void) | null = null;
  /** Likewise for sockets that processes may have mapped. */
  onMappedMiss: (() => void) | null = null;
  /** Sockets that were shown with `owner_status` denied. */
  unresolved = 0;

  /** Of how many sockets the owners could not be read. */
  get warnings(): readonly string[] {
    return this.unresolved === 0
      ? []
      : [`cannot read owners of ${this.unresolved} sockets: ${this.obstacles.join("; ")}`];
  }

  #entries = new Int32Array(ENTRY * 1024);
  #count = 0;
  /** Position of the last entry of the inode that hashes there, {@linkcode NOTHING} for none; sockets in between by probing. */
  #table = new Int32Array(2048).fill(NOTHING);
  #inodes = 0;
  readonly #listeners = new Listeners();
  /** Number of the namespace that is being listed. */
  #namespace = 0;
  /** Whether the inode at a place of the table has been asked for. */
  #seen = new Uint8Array(2048);

  readerOf(family: Family): NumberReader {
    const { inodeOf, domain } = family;
    if (isAccepted(family)) return this.#waitingReader(inodeOf);
    return domain === "link" || domain === "xdp" ? this.#mappedReader(inodeOf) : inodeOf;
  }

  preScan(family: Family, namespace: number): PreScan | null {
    if (!isAccepted(family)) return null;
    if (namespace === 0) this.#listeners.clear();
    return {
      wanted: () => false,
      states: 1 << TCP_LISTEN,
      see: (view, start, end) => this.#listeners.see(view, start, end, namespace),
    };
  }

  enter(namespace: number): void {
    this.#namespace = namespace;
  }

  /** Of a socket that waits to be accepted the negative inode of the listener. */
  #waitingReader(inodeOf: NumberReader): NumberReader {
    return (view, start, end) => {
      const inode = inodeOf(view, start, end);
      if (inode !== 0) return inode;
      const listener = this.#listeners.find(view, start, end, this.#namespace);
      return listener === AMBIGUOUS ? WAITING : -listener;
    };
  }

  /** Looks for those who have mapped a socket before it is written. */
  #mappedReader(inodeOf: NumberReader): NumberReader {
    return (view, start, end) => {
      const inode = inodeOf(view, start, end);
      if (inode !== 0 && this.onMappedMiss !== null && this.#last(inode) === NOTHING) {
        const look = this.onMappedMiss;
        this.onMappedMiss = null;
        look();
      }
      return inode;
    };
  }

  /** Index of the holder of a socket that was found first; -1 if none is known so far. */
  firstHolder(inode: number): number {
    const last = this.#table[this.#place(inode)]!;
    return last === NOTHING ? -1 : this.#entries[this.#entries[last + 3]! + 1]!;
  }

  /** Position of the last entry of a socket; {@linkcode NOTHING} if nobody holds it. */
  #last(inode: number): number {
    if (inode === 0) return NOTHING;
    const last = this.#table[this.#place(inode)]!;
    if (last !== NOTHING || this.onMiss === null) return last;
    this.lookHarder();
    return this.#table[this.#place(inode)]!;
  }

  /** Looks for holders wherever there may be some, if that was not done yet. */
  lookHarder(): void {
    const look = this.onMiss;
    this.onMiss = null;
    look?.();
  }

  /** Notes that the holder at `index` of {@linkcode holders} has the descriptor `fd` of a socket. */
  add(inode: number, index: number, fd: number): void {
    if ((this.#inodes + 1) * 2 > this.#table.length) this.#rehash();
    if ((this.#count + 1) * ENTRY > this.#entries.length) {
      const larger = new Int32Array(2 * this.#entries.length);
      larger.set(this.#entries);
      this.#entries = larger;
    }
    const place = this.#place(inode);
    const before = this.#table[place]!;
    if (before === NOTHING) this.#inodes++;
    const at = this.#count++ * ENTRY;
    this.#entries[at] = inode | 0;
    this.#entries[at + 1] = index;
    this.#entries[at + 2] = fd;
    this.#entries[at + 3] = before === NOTHING ? at : this.#entries[before + 3]!;
    if (before !== NOTHING) this.#entries[before + 3] = at;
    this.#table[place] = at;
  }

  /** Where in the table an inode is, or would be. */
  #place(inode: number): number {
    const mask = this.#table.length - 1;
    let place = (Math.imul(inode, 0x9e3779b1) >>> 7) & mask;
    while (this.#table[place] !== NOTHING && this.#entries[this.#table[place]!] !== (inode | 0)) {
      place = (place + 1) & mask;
    }
    return place;
  }

  #rehash(): void {
    const before = this.#table;
    const seen = this.#seen;
    this.#table = new Int32Array(2 * before.length).fill(NOTHING);
    this.#seen = new Uint8Array(2 * before.length);
    for (let i = 0; i < before.length; i++) {
      if (before[i] === NOTHING) continue;
      const place = this.#place(this.#entries[before[i]!]!);
      this.#table[place] = before[i]!;
      this.#seen[place] = seen[i]!;
    }
  }

  /** Notes that a socket has been listed. */
  mark(inode: number): void {
    this.#seen[this.#place(inode)] = 1;
  }

  /** Pushes the owners of a socket into the record that is open, and marks it. */
  write(inode: number, sink: RecordSink): void {
    if (inode < 0) return this.#writeListener(-inode, sink);
    const last = this.#last(inode);
    if (last === NOTHING) return sink.name(ownerStatus, this.#whyNone(inode));
    this.#seen[this.#place(inode)] = 1;
    sink.name(ownerStatus, RESOLVED);
    this.#writeOwners(last, sink);
  }

  #writeListener(inode: number, sink: RecordSink): void {
    sink.name(ownerStatus, UNACCEPTED);
    if (inode === -WAITING) return;
    sink.integer(listenerInode, inode);
    this.writeHolders(inode, listenerHolders, sink);
  }

  #whyNone(inode: number): Word {
    if (inode === 0) return NONE;
    if (this.obstacles.length === 0) return this.vanished > 0 ? RACED : NONE;
    this.unresolved++;
    return DENIED;
  }

  /** Pushes only numbers and names of those who hold a socket; nothing if none is known. */
  writeHolders(inode: number, keys: HolderKeys, sink: RecordSink): void {
    const last = this.#last(inode);
    if (last === NOTHING) return;
    let at = last;
    let index = NOTHING;
    sink.openList(keys.list);
    do {
      at = this.#entries[at + 3]!;
      if (this.#entries[at + 1] === index) continue;
      index = this.#entries[at + 1]!;
      const { pid, comm } = this.holders[index]!;
      sink.openObject(keys.element);
      sink.integer(keys.pid, pid);
      writeText(keys.comm, comm, 0, comm.length, sink);
      sink.closeObject(keys.element);
    } while (at !== last);
    sink.closeList(keys.list);
  }

  /** Pushes the list of holders in the order in which they were found; entries of one process follow on each other. */
  #writeOwners(last: number, sink: RecordSink): void {
    const entries = this.#entries;
    let at = last;
    sink.openList(owners);
    do {
      const first = entries[at + 3]!;
      const index = entries[first + 1]!;
      at = first;
      while (at !== last && entries[entries[at + 3]! + 1] === index) at = entries[at + 3]!;
      sink.openObject(owner);
      writeHolder(this.holders[index]!, sink);
      this.#writeWays(first, at, sink);
      const { cgroup } = this.holders[index]!;
      if (cgroup !== null) writeCgroup(ownerCgroupKeys, showCgroup(cgroup), sink);
      sink.closeObject(owner);
    } while (at !== last);
    sink.closeList(owners);
  }

  /** Pushes how a process holds a socket: its entries from `first` to `end`. */
  #writeWays(first: number, end: number, sink: RecordSink): void {
    const entries = this.#entries;
    let rings = false;
    let isMapped = false;
    sink.openList(fds);
    for (let at = first;; at = entries[at + 3]!) {
      const way = entries[at + 2]!;
      if (way >= 0) sink.integer(fd, way);
      else if (way === MAPPED) isMapped = true;
      else rings = true;
      if (at === end) break;
    }
    sink.closeList(fds);
    if (rings) this.#writeRings(first, end, sink);
    if (isMapped) sink.boolean(mapped, true);
  }

  #writeRings(first: number, end: number, sink: RecordSink): void {
    const entries = this.#entries;
    sink.openList(ringFds);
    for (let at = first;; at = entries[at + 3]!) {
      const way = entries[at + 2]!;
      if (way <= REGISTERED) sink.integer(ringFd, REGISTERED - way);
      if (at === end) break;
    }
    sink.closeList(ringFds);
  }

  /** Calls `visit` with each of those who hold a socket. */
  forEachHolder(inode: number, visit: (holder: Holder) => void): void {
    const last = this.#last(inode);
    if (last === NOTHING) return;
    let at = last;
    let index = NOTHING;
    do {
      at = this.#entries[at + 3]!;
      if (this.#entries[at + 1] === index) continue;
      index = this.#entries[at + 1]!;
      visit(this.holders[index]!);
    } while (at !== last);
  }

  /** The holder of a socket that was found first, and its descriptor, negative if it has none; `null` if there is none. */
  firstOf(inode: number): { readonly holder: Holder; readonly fd: number } | null {
    const last = this.#last(inode);
    if (last === NOTHING) return null;
    const at = this.#entries[last + 3]!;
    return { holder: this.holders[this.#entries[at + 1]!]!, fd: this.#entries[at + 2]! };
  }

  /** Whether there are sockets that have not been marked. */
  hasUnseen(): boolean {
    return this.#table.some((last, place) => last !== NOTHING && this.#seen[place] === 0);
  }

  /** Calls `found` with inode, first holder and its descriptor of each socket that has not been marked. */
  forEachUnseen(found: (inode: number, holder: Holder, fd: number) => void): void {
    for (let place = 0; place < this.#table.length; place++) {
      const last = this.#table[place]!;
      if (last === NOTHING || this.#seen[place] === 1) continue;
      const at = this.#entries[last + 3]!;
      found(this.#entries[at]! >>> 0, this.holders[this.#entries[at + 1]!]!, this.#entries[at + 2]!);
    }
  }
}
