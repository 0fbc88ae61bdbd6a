/**
 * Who holds a socket: the processes with a descriptor of it, by the socket's inode; see proc(5), `/proc/PID/fd`.
 */
import type { Enricher, Lookup } from "./lookup.ts";
import { writeText } from "../netlink/attribute.ts";
import type { Family, NumberReader } from "../families/family.ts";
import { defineElement, defineKey, defineWord, type Key } from "../record/key.ts";
import type { RecordSink } from "../record/record_sink.ts";
import { inodeKey } from "../families/sock_diag.ts";

/** A process that holds sockets, or a thread with a table of descriptors of its own. */
export interface Holder {
  readonly pid: number;
  /** Number of the thread, `null` for the process. */
  readonly tid: number | null;
  /** Name of the process, at most 15 bytes of anything but NUL. */
  readonly comm: Uint8Array;
  /** Path of its program, `null` if it cannot be read or there is none (kernel threads). */
  readonly exe: Uint8Array | null;
  /** Arguments, each with a NUL behind it; `null` if they are not asked for or cannot be read. */
  readonly cmdline: Uint8Array | null;
  /** Effective user. */
  readonly uid: number;
  /** Name of that user, `null` if the C library knows none. */
  readonly user: Uint8Array | null;
  /** Milliseconds from 1970 to its start, in the clock that the machine has now. */
  readonly startTime: number;
  /** Inode of its network namespace, 0 if it cannot be read. */
  readonly netns: number;
  /** Its SELinux context; `null` if it is not asked for or cannot be read. */
  readonly context: Uint8Array | null;
}

/** The list of the processes that hold a socket. */
export const owners: Key = defineKey(null, "owners", {
  type: "list",
  meaning: "The processes that hold the socket, all of them; only with -p.",
  source: "/proc/PID/fd",
  privilege: "CAP_SYS_PTRACE for processes of other users",
});
/** One of them. */
export const owner: Key = defineElement(owners, "object");
/** Its number. */
export const pid: Key = defineKey(owner, "pid", {
  type: "integer",
  meaning: "Number of the process.",
  source: "/proc/PID",
});
/** Number of the thread. */
export const tid: Key = defineKey(owner, "tid", {
  type: "integer",
  meaning: "Number of the thread, where that has descriptors of its own; only with -T.",
  source: "/proc/PID/task",
});
/** Its name. */
export const comm: Key = defineKey(owner, "comm", {
  type: "text",
  meaning: "Name of the process, or of the thread.",
  source: "/proc/PID/stat",
});
const exe = defineKey(owner, "exe", { type: "text", meaning: "Path of its program.", source: "/proc/PID/exe" });
const cmdline = defineKey(owner, "cmdline", {
  type: "list",
  meaning: "Its arguments, which may hold secrets; only with --cmdline.",
  source: "/proc/PID/cmdline",
});
const argument = defineElement(cmdline, "text");
const uid = defineKey(owner, "uid", { type: "integer", meaning: "Its effective user.", source: "/proc/PID/status" });
const user = defineKey(owner, "user", { type: "text", meaning: "Name of that user.", source: "getpwuid(3)" });
/** Its SELinux context. */
export const context: Key = defineKey(owner, "context", {
  type: "text",
  meaning: "Its SELinux context; only with -Z.",
  source: "/proc/PID/attr/current",
});
const startTime = defineKey(owner, "start_time", {
  type: "integer",
  unit: "ms",
  meaning: "When it was started, counted from the beginning of 1970 (UTC), exact to a hundredth of a second.",
  source: "/proc/PID/stat",
});
const fds = defineKey(owner, "fds", {
  type: "list",
  meaning: "Its descriptors of the socket.",
  source: "/proc/PID/fd",
});
/** One of them. */
export const fd: Key = defineElement(fds, "integer");
/** Whether the owners of a socket are known. */
export const ownerStatus: Key = defineKey(null, "owner_status", {
  type: "name",
  meaning:
    "Whether the processes are known: resolved; none if no process holds the socket; denied if one may that could not be read; raced if one may that has ended meanwhile.",
  source: "/proc/PID/fd",
  words: ["resolved", "none", "denied", "raced"],
});
const RESOLVED = defineWord("resolved");
const NONE = defineWord("none");
const DENIED = defineWord("denied");
const RACED = defineWord("raced");

/** Fields that `-p` adds to every flow. */
export const ownerKeys: readonly Key[] = [
  owners,
  owner,
  pid,
  tid,
  comm,
  exe,
  cmdline,
  argument,
  uid,
  user,
  context,
  startTime,
  fds,
  fd,
  ownerStatus,
];

/** Where a short list of holders goes. */
export interface HolderKeys {
  readonly list: Key;
  readonly element: Key;
  readonly pid: Key;
  readonly comm: Key;
}

/** Who holds the socket. */
export const ownership: Lookup = {
  name: "owners",
  notRecorded: "a recording does not tell who holds the sockets: no owners",
  from: [inodeKey],
  keys: ownerKeys,
  isFor: () => true,
};

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

function closeOwner(sink: RecordSink): void {
  sink.closeList(fds);
  sink.closeObject(owner);
}

function writeHolder(holder: Holder, sink: RecordSink): void {
  sink.integer(pid, holder.pid);
  if (holder.tid !== null) sink.integer(tid, holder.tid);
  writeText(comm, holder.comm, 0, holder.comm.length, sink);
  if (holder.exe !== null) writeText(exe, holder.exe, 0, holder.exe.length, sink);
  if (holder.cmdline !== null) writeArguments(holder.cmdline, sink);
  sink.integer(uid, holder.uid);
  if (holder.user !== null) writeText(user, holder.user, 0, holder.user.length, sink);
  if (holder.context !== null) writeText(context, holder.context, 0, holder.context.length, sink);
  sink.integer(startTime, holder.startTime);
}

function writeArguments(bytes: Uint8Array, sink: RecordSink): void {
  sink.openList(cmdline);
  for (let start = 0; start < bytes.length;) {
    const nul = bytes.indexOf(0, start);
    const end = nul < 0 ? bytes.length : nul;
    sink.text(argument, bytes, start, end);
    start = end + 1;
  }
  sink.closeList(cmdline);
}
