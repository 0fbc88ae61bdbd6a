/**
 * The walk over the descriptors of all processes, through the C library: Deno keeps programs out of `/proc` unless they may
 * do everything, and takes three times as long.
 */
import { EACCES, ENOENT, EPERM, errnoText, ESRCH } from "../decode/kernel/errno.ts";
import { MAPPED, OwnerIndex, registeredWith } from "../decode/lookups/owner_index.ts";
import type { OwnerDetails } from "../decode/lookups/owners.ts";
import { SocketContexts } from "../decode/lookups/socket_contexts.ts";
import { D_NAME, D_RECLEN, openDirectory, readEntries, readNames, readNumber } from "./directory.ts";
import { AT_FDCWD, readFile } from "./file.ts";
import { readStatus } from "./file_status.ts";
import { errno, libc, UnsupportedError } from "./libc.ts";
import { ownInodes } from "./own_sockets.ts";
import { advice, effectiveCapabilities, ifTold, isCapable, isSuperuser } from "./privileges.ts";
import { ProcessReader } from "./process.ts";
import { copyProc, proc, readProc, readProcLink } from "./proc_file.ts";
import { CAP_SYS_PTRACE, NO_PROC, whyProcessesAreMissing } from "./proc_view.ts";
import { readMapped, readRegistered } from "./registered_sockets.ts";

const SYS_KCMP = Deno.build.arch === "aarch64" ? 272n : 312n;
/** `linux/kcmp.h`: whether two have the same table of descriptors. */
const KCMP_FILES = 2;

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const entries = new Uint8Array(32768);
const entriesView = new DataView(entries.buffer);
const processes = new Uint8Array(32768);
const processesView = new DataView(processes.buffer);
const name = new Uint8Array(16);
const link = new Uint8Array(64);
const LINK_SIZE = BigInt(link.length);
const linkNumbers = new Int32Array(link.buffer);
const numbersOf = (text: string) => new Int32Array(encoder.encode(text).buffer);
/** Where descriptors lead, as numbers of four bytes each. */
const SOCKET = numbersOf("socket:[");
const IO_URING = numbersOf("anon_inode:[io_uring]".slice(0, 16));
const NETNS = numbersOf("net:");

/** Links of the directory of threads if there is one thread. */
const ONE_THREAD = 3;

/** A descriptor of a network namespace. */
export interface NamespaceDescriptor {
  readonly inode: number;
  readonly path: string;
}

/** Who holds which socket, and which descriptors of network namespaces there are. */
export interface Holdings {
  readonly owners: OwnerIndex;
  /** By inode; one more may come when the index looks harder. */
  readonly namespaces: ReadonlyMap<number, NamespaceDescriptor>;
}

/**
 * Looks up who holds which socket. What keeps it from seeing all processes stands in the index.
 *
 * @throws {UnsupportedError} if contexts are asked for and the kernel has none
 */
export const readOwners = (details: OwnerDetails = {}): OwnerIndex => readHoldings(details).owners;

/** The same, with the descriptors of network namespaces. */
export function readHoldings(details: OwnerDetails = {}): Holdings {
  if (details.context === true && !hasSelinux()) {
    throw new UnsupportedError(
      "there are no SELinux contexts: this kernel does not have SELinux, or it is not enabled",
    );
  }
  const walk = new OwnersWalk(details);
  walk.look();
  return { owners: walk.index, namespaces: walk.namespaces };
}

class OwnersWalk {
  readonly index = new OwnerIndex();
  readonly namespaces = new Map<number, NamespaceDescriptor>();
  readonly #details: OwnerDetails;
  readonly #reader: ProcessReader;
  readonly #missing = whyProcessesAreMissing();
  /** Number of this process, in the namespace of `/proc`; -1 if it is not there. */
  readonly #self = Number(decoder.decode(copyProc(readProcLink(AT_FDCWD, "/proc/self")) ?? encoder.encode("-1")));
  readonly #own = new Set(ownInodes());
  /** Processes that may not be looked at. */
  #denied = 0;
  /** What else went wrong: how often, by a phrase for it. */
  readonly #failures = new Map<string, number>();
  /** Holders that were known before this one looked harder; 0 at first. */
  #before = 0;
  /** Number of the error that kept processes from being listed, 0 for none. */
  #unlisted = 0;
  /** Instances of io_uring that do not tell which files are registered with them. */
  #unknownRings = 0;

  constructor(details: OwnerDetails) {
    this.#details = details;
    this.#reader = new ProcessReader(details);
  }

  /** Looks at the descriptors of all processes, and gets ready to look harder for what they do not show. */
  look(): void {
    const { index } = this;
    this.#tell();
    if (this.#missing.includes(NO_PROC)) return;
    this.#forEachProcess((pid) => {
      this.#walkTable({ path: `/proc/${pid}/fd`, pid, tid: null, leaderless: false });
      if (this.#details.threads === true) this.#walkThreads(pid);
    });
    if (this.#details.threads !== true) {
      index.onMiss = () => this.#again(() => this.#forEachProcess((pid) => this.#walkThreads(pid)));
    }
    index.onMappedMiss = () => this.#again(() => this.#forEachProcess((pid) => this.#walkMaps(pid)));
    this.#tell();
  }

  /** Looks for sockets of which no holder is known: the others stay as they were when the first were shown. */
  #again(look: () => void): void {
    this.#before = this.index.holders.length;
    look();
    this.#tell();
  }

  /** Says in the index why holders may be out of sight. */
  #tell(): void {
    const failures = [...this.#failures].map(([why, count]) =>
      `cannot read the descriptors of ${count} processes: ${why}`
    );
    this.index.obstacles = [
      ...this.#missing,
      ...this.#denied > 0 ? [denial()] : [],
      ...this.#unlisted === 0 ? [] : [`cannot read /proc: ${errnoText(this.#unlisted)}`],
      ...failures,
      ...this.#unknownRings > 0 ? ["not told which sockets are registered with an io_uring"] : [],
    ];
  }

  #forEachProcess(look: (pid: number) => void): void {
    const fd = openDirectory("/proc");
    if (fd < 0) {
      this.#unlisted = -fd;
      return;
    }
    try {
      let length = readEntries(fd, processes);
      for (; length > 0; length = readEntries(fd, processes)) {
        for (let at = 0; at < length; at += processesView.getUint16(at + D_RECLEN, true)) {
          const pid = readNumber(processes, at + D_NAME);
          if (pid >= 0) look(pid);
        }
      }
      if (length < 0) this.#unlisted = -length;
    } finally {
      libc.close(fd);
    }
  }

  /** The descriptors of a process, or of one of its threads. */
  #walkTable(table: Table): void {
    const directory = openDirectory(table.path);
    if (directory < 0) return this.#count(-directory);
    try {
      let length = readEntries(directory, entries);
      let holder = NOT_READ;
      for (; length > 0; length = readEntries(directory, entries)) {
        for (let at = 0; at < length; at += entriesView.getUint16(at + D_RECLEN, true)) {
          const fd = readNumber(entries, at + D_NAME);
          if (fd < 0) continue;
          // The name moves to a place of its own, because a part of an array would be a new object.
          for (let i = 0; i < name.length; i++) name[i] = entries[at + D_NAME + i]!;
          holder = this.#look(table, directory, fd, holder);
          if (holder === ENDED) return;
        }
      }
      if (length < 0) this.#count(-length);
    } finally {
      libc.close(directory);
    }
  }

  /**
   * Looks where the descriptor `name` leads.
   *
   * @param holder index of the process among the holders, {@linkcode NOT_READ} if it is none so far
   * @returns the same afterwards; {@linkcode ENDED} if nothing more can be read of it
   */
  #look(table: Table, directory: number, fd: number, holder: number): number {
    const { readlinkat } = libc;
    const size = readlinkat(directory, name, link, LINK_SIZE);
    if (size < 0) {
      const error = errno();
      this.#count(error);
      // Root may list the descriptors of any process, but not all of them may be looked at.
      return error === ENOENT ? holder : ENDED;
    }
    const kind = linkNumbers[0];
    if (kind === SOCKET[0] && linkNumbers[1] === SOCKET[1]) {
      const inode = readNumber(link, SOCKET.byteLength);
      if (holder === NOT_READ) {
        holder = this.#readHolder(table, directory);
        if (holder === ENDED) return ENDED;
        // A child that becomes another program may have lost it: then what was read is of one that never had it.
        if (readlinkat(directory, name, link, LINK_SIZE) !== size || readNumber(link, SOCKET.byteLength) !== inode) {
          this.#count(ESRCH);
          this.index.holders.pop();
          return NOT_READ;
        }
      }
      this.#add(inode, holder, fd, table.pid);
    } else if (kind === IO_URING[0] && linkNumbers[3] === IO_URING[3]) {
      return this.#lookIntoRing(table, directory, fd, holder);
    } else if (kind === NETNS[0]) {
      const inode = readNumber(link, NETNS.byteLength + 1);
      if (!this.namespaces.has(inode)) this.namespaces.set(inode, { inode, path: `${table.path}/${fd}` });
    }
    return holder;
  }

  /** Sockets that are registered with an io_uring, whose descriptors may be closed. */
  #lookIntoRing(table: Table, directory: number, fd: number, holder: number): number {
    const inodes = readRegistered(directory, fd);
    if (inodes === null) {
      this.#unknownRings++;
      return holder;
    }
    if (inodes.length > 0 && holder === NOT_READ) holder = this.#readHolder(table, directory);
    if (holder !== ENDED) { for (const inode of inodes) this.#add(inode, holder, registeredWith(fd), table.pid); }
    return holder;
  }

  #readHolder({ pid, tid, leaderless }: Table, directory: number): number {
    const found = this.#reader.read(directory, pid, tid, leaderless);
    if (found !== null) return this.index.holders.push(found) - 1;
    this.#count(ESRCH);
    return ENDED;
  }

  #add(inode: number, holder: number, by: number, pid: number): void {
    if (pid === this.#self && this.#own.has(inode)) return;
    if (this.#before > 0) {
      const first = this.index.firstHolder(inode);
      if (first >= 0 && first < this.#before) return;
    }
    this.index.add(inode, holder, by);
  }

  /** The descriptors of those threads of a process that do not share its table, each table once. */
  #walkThreads(pid: number): void {
    const status = readStatus(AT_FDCWD, encoder.encode(`/proc/${pid}/task\0`));
    if (typeof status === "number" || status.links <= ONE_THREAD) return;
    const names = readNames(`/proc/${pid}/task`);
    if (typeof names === "number") return this.#count(-names);
    const tables = [pid];
    // Of a process whose first thread has ended the others have the descriptors.
    let leaderless = this.#details.threads !== true && hasEnded(pid);
    for (const name of names) {
      const tid = Number(decoder.decode(name));
      if (tid === pid) continue;
      const shares = findTable(tables, tid);
      if (shares < 0) {
        this.#count(-shares);
        continue;
      }
      if (shares > 0) continue;
      tables.push(tid);
      this.#walkTable({ path: `/proc/${pid}/task/${tid}/fd`, pid, tid: leaderless ? null : tid, leaderless });
      leaderless = false;
    }
  }

  /** Sockets that a process has mapped, such as the ring of a packet socket whose descriptor is closed. */
  #walkMaps(pid: number): void {
    const directory = openDirectory(`/proc/${pid}/fd`);
    if (directory < 0) return this.#count(-directory);
    try {
      const inodes = (readMapped(directory) ?? []).filter((inode) => this.index.firstHolder(inode) < 0);
      if (inodes.length === 0) return;
      const holder = this.#readHolder({ path: "", pid, tid: null, leaderless: false }, directory);
      if (holder !== ENDED) { for (const inode of inodes) this.#add(inode, holder, MAPPED, pid); }
    } finally {
      libc.close(directory);
    }
  }

  #count(error: number): void {
    if (error === EACCES || error === EPERM) this.#denied++;
    else if (error === ENOENT || error === ESRCH) this.index.vanished++;
    else this.#failures.set(errnoText(error), (this.#failures.get(errnoText(error)) ?? 0) + 1);
  }
}

/** A table of descriptors. */
interface Table {
  readonly path: string;
  readonly pid: number;
  /** Number of the thread that has it, `null` for the process. */
  readonly tid: number | null;
  /** Whether it is a thread's that stands for a process whose first thread has ended. */
  readonly leaderless: boolean;
}

const NOT_READ = -1;
const ENDED = -2;

/** What is said where processes may not be looked at. */
export const DENIED = "not permitted to look at all processes";

/** Why a process may not be looked at. */
function denial(): string {
  if (!isSuperuser() || !isCapable(effectiveCapabilities(), CAP_SYS_PTRACE)) return DENIED + advice("CAP_SYS_PTRACE");
  return `${DENIED} (another user namespace or a security module protects some)`;
}

/** Whether the first thread of a process has ended. */
function hasEnded(pid: number): boolean {
  const length = readProc(AT_FDCWD, `/proc/${pid}/stat`);
  const state = proc[proc.lastIndexOf(0x29, Math.max(0, length - 1)) + 2];
  return state === ZOMBIE || state === DEAD;
}

const ZOMBIE = "Z".charCodeAt(0);
const DEAD = "X".charCodeAt(0);

/** The thread among some whose table of descriptors another one shares; 0 for none, the negative number of an error. */
function findTable(threads: readonly number[], tid: number): number {
  const { kcmp } = libc;
  for (const other of threads) {
    const order = kcmp(SYS_KCMP, other, tid, KCMP_FILES, 0n, 0n);
    if (order === 0) return other;
    if (order < 0) return -errno();
  }
  return 0;
}

/** Whether SELinux is at work: only then the kernel has its file system. */
function hasSelinux(): boolean {
  const known = ifTold(() => decoder.decode(readFile("/proc/filesystems")));
  if (known !== null) return /^nodev\tselinuxfs$/m.test(known);
  // A /proc with processes alone does not tell.
  return typeof readStatus(AT_FDCWD, encoder.encode("/sys/fs/selinux/enforce\0")) !== "number";
}

/** The kernel's name for the protocol of a descriptor of a process or thread; `null` if it has gone or may not be read. */
export function readProtocolName(pid: number, fd: number, inode: number): Uint8Array | null {
  const name = readAttribute(pid, fd, "system.sockprotoname");
  // The descriptor may be that of another socket meanwhile.
  const status = readStatus(AT_FDCWD, encoder.encode(`/proc/${pid}/fd/${fd}\0`));
  return typeof status === "number" || Number(status.inode) !== inode ? null : name;
}

/** The SELinux context of the socket that a descriptor of a process or thread leads to; likewise. */
export const readSocketContext = (pid: number, fd: number): Uint8Array | null =>
  readAttribute(pid, fd, "security.selinux");

/** SELinux contexts of sockets, by way of their holders. */
export const openSocketContexts = (owners: OwnerIndex | null): SocketContexts =>
  new SocketContexts(owners, readSocketContext);

/** A text that comes with a NUL behind it. */
function readAttribute(pid: number, fd: number, name: string): Uint8Array | null {
  const value = new Uint8Array(ATTRIBUTE_SIZE);
  const path = encoder.encode(`/proc/${pid}/fd/${fd}\0`);
  const length = libc.getxattr(path, encoder.encode(`${name}\0`), value, BigInt(value.length));
  return length <= 0 ? null : value.slice(0, value[length - 1] === 0 ? length - 1 : length);
}

/** More than a context has. */
const ATTRIBUTE_SIZE = 4096;
