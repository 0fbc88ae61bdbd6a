/**
 * Which process holds which socket: descriptors by the socket's inode.
 */
import type { Enricher, Lookup } from "./lookup.ts";
import { writeText } from "../netlink/attribute.ts";
import type { Family } from "../families/family.ts";
import type { NumberReader } from "../netlink/number_reader.ts";
import type { Key } from "../record/key.ts";
import type { RecordSink } from "../record/record_sink.ts";
import { inodeKey } from "../families/sock_diag.ts";
import {
  closeOwner,
  DENIED,
  fd,
  fds,
  type Holder,
  type HolderKeys,
  NONE,
  owner,
  owners,
  ownership,
  ownerStatus,
  RACED,
  RESOLVED,
  writeHolder,
} from "./owners.ts";

/** Numbers of an entry: inode, index of the holder, descriptor, and the next entry of the same inode; the last leads to the first. */
const ENTRY = 4;
const NOTHING = -1;

/** All descriptors of sockets that were found, by inode; a descriptor takes 16 bytes and 8 to 16 of the table. */
export class OwnerIndex implements Enricher {
  readonly lookup: Lookup = ownership;
  readonly from: Key = inodeKey;
  readonly none = 0;
  readonly holders: Holder[] = [];
  /** Processes whose descriptors could not be read, for lack of privilege. */
  denied = 0;
  /** Processes that ended while they were looked at. */
  vanished = 0;
  /** Sockets that were shown with `owner_status` denied. */
  unresolved = 0;

  /** Of how many sockets the owners could not be read. */
  get warnings(): readonly string[] {
    return this.unresolved === 0
      ? []
      : [`cannot read owners of ${this.unresolved} sockets: not permitted to look at all processes (run with sudo)`];
  }

  #entries = new Int32Array(ENTRY * 1024);
  #count = 0;
  /** Position of the last entry of the inode that hashes there, {@linkcode NOTHING} for none; sockets in between by probing. */
  #table = new Int32Array(2048).fill(NOTHING);
  #inodes = 0;
  /** Whether the inode at a place of the table has been asked for. */
  #seen = new Uint8Array(2048);

  readerOf({ inodeOf }: Family): NumberReader {
    return inodeOf;
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
    const place = this.#place(inode);
    const last = this.#table[place]!;
    if (inode === 0 || last === NOTHING) {
      if (inode !== 0 && this.denied > 0) this.unresolved++;
      return sink.name(ownerStatus, inode === 0 ? NONE : this.denied > 0 ? DENIED : this.vanished > 0 ? RACED : NONE);
    }
    this.#seen[place] = 1;
    sink.name(ownerStatus, RESOLVED);
    this.#writeOwners(last, sink);
  }

  /** Pushes only numbers and names of those who hold a socket; nothing if none is known. */
  writeHolders(inode: number, keys: HolderKeys, sink: RecordSink): void {
    const last = this.#table[this.#place(inode)]!;
    if (inode === 0 || last === NOTHING) return;
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
    let index = NOTHING;
    sink.openList(owners);
    do {
      at = entries[at + 3]!;
      if (entries[at + 1] !== index) {
        if (index !== NOTHING) closeOwner(sink);
        index = entries[at + 1]!;
        sink.openObject(owner);
        writeHolder(this.holders[index]!, sink);
        sink.openList(fds);
      }
      sink.integer(fd, entries[at + 2]!);
    } while (at !== last);
    closeOwner(sink);
    sink.closeList(owners);
  }

  /** The holder of a socket that was found first, and its descriptor; `null` if there is none. */
  firstOf(inode: number): { readonly holder: Holder; readonly fd: number } | null {
    const last = this.#table[this.#place(inode)]!;
    if (inode === 0 || last === NOTHING) return null;
    const at = this.#entries[last + 3]!;
    return { holder: this.holders[this.#entries[at + 1]!]!, fd: this.#entries[at + 2]! };
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
