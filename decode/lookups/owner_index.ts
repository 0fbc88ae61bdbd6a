/**
 * Index of the processes that hold each socket: descriptors by inode of the socket.
 */
import { DescriptorTable, NOTHING } from "./descriptor_table.ts";
import { AMBIGUOUS, Listeners } from "./inet_ends.ts";
import {
  type KernelOwners,
  kernelOwnership,
  type KernelSocket,
  NETLINK_OWNER,
  writeKernelOwner,
} from "./kernel_owners.ts";
import { type DescribeWay, describeWays, MAPPED, ringOf, writeWays } from "./owner_ways.ts";
import type { Enricher, Lookup, PreScan } from "./lookup.ts";
import { TCP_LISTEN } from "../kernel/tcp_states.ts";
import { writeText } from "../netlink/attribute.ts";
import type { Family } from "../families/family.ts";
import type { NumberReader } from "../netlink/number_reader.ts";
import type { Key, Word } from "../record/key.ts";
import { type RecordSink, writeAround, writeShared } from "../record/record_sink.ts";
import { inodeKey } from "../families/sock_diag.ts";
import {
  DENIED,
  type Holder,
  type HolderKeys,
  isAccepted,
  KERNEL,
  listenerHolders,
  listenerInode,
  NONE,
  owner,
  owners,
  ownership,
  type OwnersSource,
  ownerStatus,
  RACED,
  RESOLVED,
  UNACCEPTED,
  waiting,
  writeHolder,
} from "./owners.ts";
import { soleOwner, writeOwnerCgroup } from "./sole_owner.ts";

const NO_SOCKETS: readonly KernelSocket[] = [];
/**
 * A socket that waits for accept() at one of several listeners. If the listener is known, the negative inode of the listener
 * is used instead.
 */
const WAITING = -(2 ** 32);

/** Starts the warning that some owners are not known; the sockets are all there. */
export const OWNERS_MISSING = "cannot read owners of ";

/** Sockets without a holder, by inode. */
interface Missed {
  readonly now: Set<number>;
  readonly before: ReadonlySet<number>;
}

/** All descriptors of sockets that were found, by inode. */
export class OwnerIndex implements Enricher {
  /** All fields that it pushes. */
  readonly lookup: Lookup = {
    ...ownership,
    keys: [waiting, kernelOwnership, ownership].flatMap(({ keys }) => keys),
  };
  readonly from: Key = inodeKey;
  readonly none = 0;
  readonly holders: Holder[] = [];
  /** Where the descriptors were read. */
  source: OwnersSource = "proc";
  /** Reasons why holders may not be visible, one phrase each; empty if all processes were examined. */
  obstacles: readonly string[] = [];
  /** Whether the processes themselves could not be listed, or not all of them. */
  cannotListProcesses = false;
  /** Count of processes and descriptors that disappeared while they were examined. */
  vanished = 0;
  /** Searches places that hold few sockets and adds what it finds. Called once, when a socket has no known holder. */
  onMiss: (() => void) | null = null;
  /** The same for sockets that processes may have mapped. */
  onMappedMiss: (() => void) | null = null;
  /** Finds sockets that the kernel owns; `null` if nobody looks. */
  kernel: KernelOwners | null = null;
  /** Count of sockets with an inode that were shown with `owner_status` kernel. */
  ofKernel = 0;
  /** What the kernel owns, like the socket that is written next. */
  #kernelSockets: readonly KernelSocket[] = NO_SOCKETS;
  /** Adds details of descriptors; `null` if they were not requested. */
  describe: DescribeWay | null = null;
  /** Count of sockets shown with `owner_status` denied. */
  unresolved = 0;
  /** Searches everything again; called once, when a socket is listed that was not there at the last search. */
  #onNew: (() => void) | null = null;
  /** Sockets without a holder in this listing and in the one before; `null` if the index is used only once. */
  #missed: Missed | null = null;
  /** Sockets for which a search found nobody that was made when they were already there. */
  readonly #ownerless = new Set<number>();

  /** Count of sockets whose owners could not be read. */
  get warnings(): readonly string[] {
    const missing = `${OWNERS_MISSING}${this.unresolved} sockets: ${this.obstacles.join("; ")}`;
    return [...this.unresolved === 0 ? [] : [missing], ...this.kernel?.warnings ?? []];
  }

  /** Inodes are marked when they have been listed. */
  readonly #table = new DescriptorTable();
  readonly #listeners = new Listeners();
  /** Number of the namespace being listed. */
  #namespace = 0;

  readerOf(family: Family): NumberReader {
    const { inodeOf, domain } = family;
    if (kernelOwnership.isFor(family)) return this.#kernelReader(family);
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

  /** Reads the number as otherwise. Of a socket that no process holds it remembers what the kernel owns like it. */
  #kernelReader(family: Family): NumberReader {
    const { name, inodeOf, likelyKernelOf } = family;
    const read = isAccepted(family) ? this.#waitingReader(inodeOf) : inodeOf;
    return (view, start, end) => {
      this.#kernelSockets = NO_SOCKETS;
      const number = read(view, start, end);
      if (likelyKernelOf !== undefined) {
        const inode = number === 0 ? likelyKernelOf(view, start, end) : 0;
        if (inode === 0 || this.#last(inode) !== NOTHING) return inode === 0 ? number : inode;
        this.#kernelSockets = NETLINK_OWNER;
      } else if (number > 0 && this.kernel !== null && this.#last(number) === NOTHING) {
        this.#kernelSockets = this.kernel.find(name, view, start, this.#namespace);
      }
      return number;
    };
  }

  /** Reads the inode; for a socket that waits for accept(), the negative inode of its listener. */
  #waitingReader(inodeOf: NumberReader): NumberReader {
    return (view, start, end) => {
      const inode = inodeOf(view, start, end);
      if (inode !== 0) return inode;
      const listener = this.#listeners.find(view, start, end, this.#namespace);
      return listener === AMBIGUOUS ? WAITING : -listener;
    };
  }

  /** Before a socket is written, searches for processes that have mapped it. */
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

  /** Index of the holder of a socket that was found first; -1 if none is known yet. */
  firstHolder(inode: number): number {
    const last = this.#table.last(inode);
    return last === NOTHING ? -1 : this.#table.entries[this.#table.entries[last + 3]! + 1]!;
  }

  /** Position of the last entry of a socket; {@linkcode NOTHING} if nobody holds it. */
  #last(inode: number): number {
    if (inode === 0) return NOTHING;
    let last = this.#table.last(inode);
    if (last === NOTHING && this.#onNew !== null && !this.#ownerless.has(inode)) {
      this.#renew();
      last = this.#table.last(inode);
    }
    if (last === NOTHING && this.onMiss !== null) {
      this.lookHarder();
      last = this.#table.last(inode);
    }
    if (last === NOTHING && this.#missed !== null) this.#miss(inode, this.#missed);
    return last;
  }

  #miss(inode: number, { now, before }: Missed): void {
    if (this.#onNew === null && before.has(inode)) this.#ownerless.add(inode);
    else now.add(inode);
  }

  /**
   * Starts the first listing of several, or another one with what is known.
   *
   * @param search adds everything to the emptied index; `null` if it has just been filled
   */
  startListing(search: (() => void) | null): void {
    this.#onNew = search;
    this.#missed = { now: new Set(), before: this.#missed?.now ?? new Set() };
    this.#table.unmark();
    this.unresolved = 0;
  }

  /** Also forgets for which sockets there was nobody, and searches again. */
  renewAll(): void {
    this.#ownerless.clear();
    this.#renew();
  }

  /** Forgets all holders, and searches again. */
  #renew(): void {
    const search = this.#onNew;
    this.#onNew = null;
    this.#table.clear();
    this.holders.length = 0;
    this.vanished = 0;
    search?.();
  }

  /** Searches all remaining places for holders, once. */
  lookHarder(): void {
    const look = this.onMiss;
    this.onMiss = null;
    look?.();
  }

  /** Makes room for descriptors. */
  reserve(count: number): void {
    this.#table.reserve(count);
  }

  /** Records that the holder at `index` of {@linkcode holders} has the descriptor `fd` of a socket. */
  add(inode: number, index: number, fd: number): void {
    this.#table.add(inode, index, fd);
  }

  /** Records that a socket has been listed. */
  mark(inode: number): void {
    this.#table.mark(inode);
  }

  /** Pushes the owners of a socket into the open record, and marks the socket. */
  write(inode: number, sink: RecordSink): void {
    if (inode < 0) return this.#writeListener(-inode, sink);
    const last = this.#last(inode);
    if (last === NOTHING) return this.#writeNone(inode, sink);
    this.#table.mark(inode);
    const entries = this.#table.entries;
    if (this.describe === null && entries[last + 3] === last && entries[last + 2]! >= 0) {
      return writeAround(this.holders[entries[last + 1]!]!, soleOwner, entries[last + 2]!, sink);
    }
    sink.name(ownerStatus, RESOLVED);
    this.#writeOwners(last, sink);
  }

  #writeListener(inode: number, sink: RecordSink): void {
    sink.name(ownerStatus, UNACCEPTED);
    if (inode === -WAITING) return;
    sink.integer(listenerInode, inode);
    this.writeHolders(inode, listenerHolders, sink);
  }

  #writeNone(inode: number, sink: RecordSink): void {
    const found = this.#kernelSockets;
    this.#kernelSockets = NO_SOCKETS;
    if (found.length > 0) writeKernelOwner(found, sink);
    if (found.length > 0 && inode !== 0) this.ofKernel++;
    sink.name(ownerStatus, found.length > 0 ? KERNEL : this.#whyNone(inode));
  }

  #whyNone(inode: number): Word {
    if (inode === 0) return NONE;
    if (this.obstacles.length === 0) return this.vanished > 0 ? RACED : NONE;
    this.unresolved++;
    return DENIED;
  }

  /** Pushes only process ids and names of the holders of a socket; pushes nothing if none is known. */
  writeHolders(inode: number, keys: HolderKeys, sink: RecordSink): void {
    const last = this.#last(inode);
    if (last === NOTHING) return;
    let at = last;
    let index = NOTHING;
    sink.openList(keys.list);
    do {
      at = this.#table.entries[at + 3]!;
      if (this.#table.entries[at + 1] === index) continue;
      index = this.#table.entries[at + 1]!;
      const { pid, comm } = this.holders[index]!;
      sink.openObject(keys.element);
      sink.integer(keys.pid, pid);
      writeText(keys.comm, comm, 0, comm.length, sink);
      sink.closeObject(keys.element);
    } while (at !== last);
    sink.closeList(keys.list);
  }

  /** Pushes the list of holders in the order in which they were found. Entries of one process are adjacent. */
  #writeOwners(last: number, sink: RecordSink): void {
    const entries = this.#table.entries;
    let at = last;
    sink.openList(owners);
    do {
      const first = entries[at + 3]!;
      const index = entries[first + 1]!;
      at = first;
      while (at !== last && entries[entries[at + 3]! + 1] === index) at = entries[at + 3]!;
      sink.openObject(owner);
      writeShared(this.holders[index]!, writeHolder, sink);
      writeWays(entries, first, at, sink);
      if (this.describe !== null) describeWays(entries, first, at, this.holders[index]!, this.describe, sink);
      const { cgroup } = this.holders[index]!;
      if (cgroup !== null) writeShared(cgroup, writeOwnerCgroup, sink);
      sink.closeObject(owner);
    } while (at !== last);
    sink.closeList(owners);
  }

  /** The holder of a socket that has only one, with one descriptor; else `null`. */
  onlyHolder(inode: number): Holder | null {
    const last = this.#last(inode);
    return last === NOTHING || this.#table.entries[last + 3] !== last
      ? null
      : this.holders[this.#table.entries[last + 1]!]!;
  }

  /** Calls `visit` for each holder of a socket. */
  forEachHolder(inode: number, visit: (holder: Holder) => void): void {
    const last = this.#last(inode);
    if (last === NOTHING) return;
    let at = last;
    let index = NOTHING;
    do {
      at = this.#table.entries[at + 3]!;
      if (this.#table.entries[at + 1] === index) continue;
      index = this.#table.entries[at + 1]!;
      visit(this.holders[index]!);
    } while (at !== last);
  }

  /** Calls `visit` with each holder of a socket, and each descriptor of the socket or of an io_uring that holds it. */
  forEachWay(inode: number, visit: (holder: Holder, fd: number) => void): void {
    const last = this.#last(inode);
    if (last === NOTHING) return;
    let at = last;
    do {
      at = this.#table.entries[at + 3]!;
      const way = this.#table.entries[at + 2]!;
      if (way !== MAPPED) visit(this.holders[this.#table.entries[at + 1]!]!, way >= 0 ? way : ringOf(way));
    } while (at !== last);
  }

  /** The holder of a socket that was found first, and its descriptor, negative if it has none; `null` if no holder is known. */
  firstOf(inode: number): { readonly holder: Holder; readonly fd: number } | null {
    const last = this.#last(inode);
    if (last === NOTHING) return null;
    const at = this.#table.entries[last + 3]!;
    return { holder: this.holders[this.#table.entries[at + 1]!]!, fd: this.#table.entries[at + 2]! };
  }

  /** The first holder with a descriptor of a socket, and that descriptor; `null` if none is known. */
  firstDescriptor(inode: number): { readonly holder: Holder; readonly fd: number } | null {
    const last = this.#last(inode);
    if (last === NOTHING) return null;
    let at = last;
    do {
      at = this.#table.entries[at + 3]!;
      const fd = this.#table.entries[at + 2]!;
      if (fd >= 0) return { holder: this.holders[this.#table.entries[at + 1]!]!, fd };
    } while (at !== last);
    return null;
  }

  /** Whether there are unmarked sockets. */
  hasUnseen(): boolean {
    return this.#table.hasUnmarked();
  }

  /** Calls `found` for each unmarked socket with its inode, its first holder and that holder's descriptor. */
  forEachUnseen(found: (inode: number, holder: Holder, fd: number) => void): void {
    this.#table.forEachUnmarked((at) => {
      const { entries } = this.#table;
      found(entries[at]! >>> 0, this.holders[entries[at + 1]!]!, entries[at + 2]!);
    });
  }
}
