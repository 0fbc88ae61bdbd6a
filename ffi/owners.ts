/**
 * Walks the descriptors of all processes through the C library, or takes those that matter from a BPF iterator. Deno lets a
 * program read `/proc` only with all permissions, and takes three times as long.
 */
import { EACCES, ENOENT, EPERM, errnoText, ESRCH } from "../decode/kernel/errno.ts";
import { OwnerIndex } from "../decode/lookups/owner_index.ts";
import { MAPPED, registeredWith } from "../decode/lookups/owner_ways.ts";
import type { OwnerDetails } from "../decode/lookups/owners.ts";
import { SocketContexts } from "../decode/lookups/socket_contexts.ts";
import { D_NAME, D_RECLEN, openDirectory, readEntries, readNames, readNumber } from "./directory.ts";
import { AT_FDCWD } from "./file.ts";
import { readStatus } from "./file_status.ts";
import { errno, libc, UnsupportedError } from "./libc.ts";
import { ownInodes } from "./own_sockets.ts";
import { advice, effectiveCapabilities, hasSelinux, isCapable, isSuperuser } from "./privileges.ts";
import { ProcessReader } from "./process.ts";
import { copyProc, proc, readProc, readProcLink } from "./proc_file.ts";
import { CAP_SYS_PTRACE, NO_PROC, whyProcessesAreMissing } from "./proc_view.ts";
import { readMapped, readRegistered } from "./registered_sockets.ts";
import type { TaskFiles } from "./task_files.ts";
import { findTable, hasEnded } from "./threads.ts";

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
/** Link targets of descriptors, as numbers of four bytes each. */
const SOCKET = numbersOf("socket:[");
const IO_URING = numbersOf("anon_inode:[io_uring]".slice(0, 16));
const NETNS = numbersOf("net:");

/** Link count of `/proc/PID/task` of a process with one thread. */
const ONE_THREAD = 3;

/** A descriptor of a network namespace. */
export interface NamespaceDescriptor {
  readonly inode: number;
  readonly path: string;
}

/** The owners of sockets, and the descriptors of network namespaces. */
export interface Holdings {
  readonly owners: OwnerIndex;
  /** By inode. The index may add some when it searches further. */
  readonly namespaces: ReadonlyMap<number, NamespaceDescriptor>;
}

/** Starts a BPF iterator over the descriptors of all processes; a one-line reason if there is none here. */
export type OpenTaskFiles = () => TaskFiles | string;

/**
 * Finds the owners of all sockets. The index lists the reasons why some processes could not be read.
 *
 * @param openFiles the iterator to use if it pays or is asked for; `null` for `/proc` only
 * @throws {UnsupportedError} if contexts are requested and the kernel has none, or the iterator is and cannot be used
 */
export const readOwners = (details: OwnerDetails = {}, openFiles: OpenTaskFiles | null = null): OwnerIndex =>
  readHoldings(details, openFiles).owners;

/** Like {@linkcode readOwners}, with the descriptors of network namespaces. */
export function readHoldings(details: OwnerDetails = {}, openFiles: OpenTaskFiles | null = null): Holdings {
  if (details.context === true && !hasSelinux()) {
    throw new UnsupportedError(
      "there are no SELinux contexts: this kernel does not have SELinux, or it is not enabled",
    );
  }
  const walk = new OwnersWalk(details);
  walk.look(openFiles);
  return { owners: walk.index, namespaces: walk.namespaces };
}

/** Owners for listings one after the other. What is known is kept; everything is searched again when a new socket is listed. */
export class KeptOwners {
  #index: OwnerIndex | null = null;
  #searched = 0;

  /** The owners for the next listing; parameters as in {@linkcode readOwners}, always the same. */
  read(details: OwnerDetails, openFiles: OpenTaskFiles | null): OwnerIndex {
    const known = this.#index;
    const index = this.#index ??= readOwners(details, openFiles);
    if (known === null) this.#searched = performance.now();
    index.startListing(
      known === null ? null : () => {
        this.#searched = performance.now();
        new OwnersWalk(details, index).look(openFiles);
      },
    );
    if (performance.now() - this.#searched >= LONGEST_KEPT) index.renewAll();
    return index;
  }
}

/** Milliseconds after which owners are searched again in any case: a process may have passed on its sockets. */
const LONGEST_KEPT = 10_000;

/** Files on the machine from which the iterator is faster. Below, finding the offsets for the program takes longer. */
const MANY_FILES = 12_000;

/** Whether an iterator is asked for, or pays. */
export function wantsTaskFiles({ source }: OwnerDetails): boolean {
  if (source !== undefined) return source === "bpf";
  return countFiles() >= MANY_FILES;
}

/** Open files on the machine; 0 if that is not known. */
function countFiles(): number {
  const length = readProc(AT_FDCWD, "/proc/sys/fs/file-nr");
  return length > 0 ? Math.max(0, readNumber(proc, 0)) : 0;
}

class OwnersWalk {
  readonly namespaces = new Map<number, NamespaceDescriptor>();
  readonly #details: OwnerDetails;
  readonly #reader: ProcessReader;
  readonly #missing = whyProcessesAreMissing();
  /** PID of this process in the PID namespace of `/proc`; -1 if it has none there. */
  readonly #self = Number(decoder.decode(copyProc(readProcLink(AT_FDCWD, "/proc/self")) ?? encoder.encode("-1")));
  readonly #own = new Set(ownInodes());
  /** Processes that this one is not permitted to read. */
  #denied = 0;
  /** Number of other failures, by error text. */
  readonly #failures = new Map<string, number>();
  /** Number of holders before the current extra search; 0 during the first walk. */
  #before = 0;
  /** Error number if `/proc` could not be listed, 0 if it could. */
  #unlisted = 0;
  /** io_uring instances that do not list their registered files. */
  #unknownRings = 0;

  constructor(details: OwnerDetails, readonly index: OwnerIndex = new OwnerIndex()) {
    this.#details = details;
    this.#reader = new ProcessReader(details);
  }

  /** Reads the descriptors of all processes. Prepares the slower searches, which run only for sockets still without an owner. */
  look(openFiles: OpenTaskFiles | null): void {
    const { index } = this;
    using files = this.#openFiles(openFiles);
    this.#tell();
    if (this.#missing.includes(NO_PROC)) return;
    if (files === null) {
      this.#forEachProcess((pid) => {
        this.#walkTable(tableOf(pid));
        if (this.#details.threads === true) this.#walkThreads(pid);
      });
    } else {
      this.#walkFiles(files);
    }
    if (this.#details.threads !== true) {
      index.onMiss = () => this.#again(() => this.#forEachProcess((pid) => this.#walkThreads(pid)));
    }
    index.onMappedMiss = () => this.#again(() => this.#forEachProcess((pid) => this.#walkMaps(pid)));
    this.#tell();
  }

  /** The iterator, if it is to be used and would list all processes. */
  #openFiles(open: OpenTaskFiles | null): TaskFiles | null {
    if (open === null || !wantsTaskFiles(this.#details)) return null;
    const files = this.#missing[0] ?? open();
    if (typeof files !== "string") {
      this.index.source = "bpf";
      return files;
    }
    if (this.#details.source === "bpf") throw new UnsupportedError(`cannot find owners by BPF: ${files}`);
    return null;
  }

  /** Reads the descriptors that an iterator lists, which are in the order of processes, as `/proc` is. */
  #walkFiles(files: TaskFiles): void {
    this.index.reserve(countFiles());
    if (this.#details.threads === true) {
      this.#forEachProcess((pid) => {
        while (files.pid <= pid) this.#walkListed(files);
        this.#walkThreads(pid);
      });
    }
    while (!files.isAtEnd) this.#walkListed(files);
    if (files.error !== 0) this.#count(files.error);
  }

  /** Reads the descriptors that an iterator lists of one process. */
  #walkListed(files: TaskFiles): void {
    const { pid } = files;
    const table = tableOf(pid);
    const directory = openDirectory(table.path);
    if (directory < 0) this.#count(-directory);
    let holder = directory < 0 ? ENDED : NOT_READ;
    while (files.pid === pid) {
      if (files.isSocket && holder >= 0 && pid !== this.#self) {
        files.addSockets(this.index, holder);
        continue;
      }
      if (holder === ENDED) {
        files.next();
        continue;
      }
      if (files.isSocket && holder >= 0) this.#add(files.inode, holder, files.fd, pid);
      else if (!files.isSocket || this.#isStill(directory, files)) {
        putName(files.fd);
        holder = this.#look(table, directory, files.fd, holder);
      }
      files.next();
    }
    if (directory >= 0) libc.closeOften(directory);
  }

  /** Whether a descriptor still is that of the socket: else the process may be another one with the same number. */
  #isStill(directory: number, { fd, inode }: TaskFiles): boolean {
    putName(fd);
    const { readlinkat } = libc;
    if (readlinkat(directory, name, link, LINK_SIZE) < 0) this.#count(errno());
    else if (readNumber(link, SOCKET.byteLength) === inode) return true;
    else this.#count(ESRCH);
    return false;
  }

  /** Runs an extra search. It adds only sockets without a known owner: records already shown must stay right. */
  #again(look: () => void): void {
    this.#before = this.index.holders.length;
    look();
    this.#tell();
  }

  /** Lists in the index why owners may be missing. */
  #tell(): void {
    const failures = [...this.#failures].map(([why, count]) =>
      `cannot read the descriptors of ${count} processes: ${why}`
    );
    this.index.cannotListProcesses = this.#missing.includes(NO_PROC) || this.#unlisted !== 0;
    this.index.obstacles = [
      ...this.#missing,
      ...this.#denied > 0 ? [denial()] : [],
      ...this.#unlisted === 0 ? [] : [`cannot read /proc: ${errnoText(this.#unlisted)}`],
      ...failures,
      ...this.#unknownRings > 0 ? ["cannot see which sockets are registered with an io_uring"] : [],
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
      libc.closeOften(fd);
    }
  }

  /** Reads the descriptors of a process or of one of its threads. */
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
          // Copied, because a subarray would allocate an object for each descriptor.
          for (let i = 0; i < name.length; i++) name[i] = entries[at + D_NAME + i]!;
          holder = this.#look(table, directory, fd, holder);
          if (holder === ENDED) return;
        }
      }
      if (length < 0) this.#count(-length);
    } finally {
      libc.closeOften(directory);
    }
  }

  /**
   * Reads the link of the descriptor `name`.
   *
   * @param holder index of the process in `holders`, {@linkcode NOT_READ} if it is not there yet
   * @returns the new value of `holder`; {@linkcode ENDED} if the process cannot be read any further
   */
  #look(table: Table, directory: number, fd: number, holder: number): number {
    const { readlinkat } = libc;
    const size = readlinkat(directory, name, link, LINK_SIZE);
    if (size < 0) {
      const error = errno();
      this.#count(error);
      // Root can list the descriptors of any process, but cannot read the links of every process.
      return error === ENOENT ? holder : ENDED;
    }
    const kind = linkNumbers[0];
    if (kind === SOCKET[0] && linkNumbers[1] === SOCKET[1]) {
      const inode = readNumber(link, SOCKET.byteLength);
      if (holder === NOT_READ) {
        holder = this.#readHolder(table, directory);
        if (holder === ENDED) return ENDED;
        // exec may have closed the socket: then the details just read are those of a program that never had it.
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

  /** Adds the sockets registered with an io_uring. Their own descriptors may be closed. */
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

  /** Reads the descriptors of threads that do not share the table of their process, each table once. */
  #walkThreads(pid: number): void {
    const status = readStatus(AT_FDCWD, encoder.encode(`/proc/${pid}/task\0`));
    if (typeof status === "number" || status.links <= ONE_THREAD) return;
    const names = readNames(`/proc/${pid}/task`);
    if (typeof names === "number") return this.#count(-names);
    const tables = [pid];
    // If the first thread has ended, only the other threads show the descriptors.
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

  /** Adds sockets that a process has mapped, such as the ring of a packet socket whose descriptor is closed. */
  #walkMaps(pid: number): void {
    const directory = openDirectory(`/proc/${pid}/fd`);
    if (directory < 0) return this.#count(-directory);
    try {
      const inodes = (readMapped(directory) ?? []).filter((inode) => this.index.firstHolder(inode) < 0);
      if (inodes.length === 0) return;
      const holder = this.#readHolder({ path: "", pid, tid: null, leaderless: false }, directory);
      if (holder !== ENDED) { for (const inode of inodes) this.#add(inode, holder, MAPPED, pid); }
    } finally {
      libc.closeOften(directory);
    }
  }

  #count(error: number): void {
    if (error === EACCES || error === EPERM) this.#denied++;
    else if (error === ENOENT || error === ESRCH) this.index.vanished++;
    else this.#failures.set(errnoText(error), (this.#failures.get(errnoText(error)) ?? 0) + 1);
  }
}

/** A descriptor table. */
interface Table {
  readonly path: string;
  readonly pid: number;
  /** Thread that has the table, `null` for the process. */
  readonly tid: number | null;
  /** Whether this is a thread's table, read because the first thread of the process has ended. */
  readonly leaderless: boolean;
}

/** The descriptors of a process. */
const tableOf = (pid: number): Table => ({ path: `/proc/${pid}/fd`, pid, tid: null, leaderless: false });

/** Puts a number into `name`. */
function putName(fd: number): void {
  let length = 1;
  for (let rest = fd; rest >= 10; rest = Math.floor(rest / 10)) length++;
  name[length] = 0;
  for (let rest = fd; length > 0; rest = Math.floor(rest / 10)) name[--length] = 0x30 + rest % 10;
}

const NOT_READ = -1;
const ENDED = -2;

/** Message if some processes may not be read. */
export const DENIED = "not permitted to look at all processes";

/** Explains why a process may not be read. */
export function denial(): string {
  if (!isSuperuser() || !isCapable(effectiveCapabilities(), CAP_SYS_PTRACE)) return DENIED + advice("CAP_SYS_PTRACE");
  return `${DENIED} (another user namespace or a security module protects some)`;
}

/** The kernel's protocol name of the socket behind a descriptor; `null` if the socket has gone or may not be read. */
export function readProtocolName(pid: number, fd: number, inode: number): Uint8Array | null {
  const name = readAttribute(pid, fd, "system.sockprotoname");
  // Meanwhile the descriptor may have been reused for another socket.
  const status = readStatus(AT_FDCWD, encoder.encode(`/proc/${pid}/fd/${fd}\0`));
  return typeof status === "number" || Number(status.inode) !== inode ? null : name;
}

/** The SELinux context of the socket behind a descriptor; `null` if it has gone or may not be read. */
export const readSocketContext = (pid: number, fd: number): Uint8Array | null =>
  readAttribute(pid, fd, "security.selinux");

/** Looks up the SELinux contexts of sockets through the descriptors of their owners. */
export const openSocketContexts = (owners: OwnerIndex | null): SocketContexts =>
  new SocketContexts(owners, readSocketContext);

/** Reads an extended attribute that ends with a NUL. */
function readAttribute(pid: number, fd: number, name: string): Uint8Array | null {
  const value = new Uint8Array(ATTRIBUTE_SIZE);
  const path = encoder.encode(`/proc/${pid}/fd/${fd}\0`);
  const length = libc.getxattr(path, encoder.encode(`${name}\0`), value, BigInt(value.length));
  return length <= 0 ? null : value.slice(0, value[length - 1] === 0 ? length - 1 : length);
}

/** More bytes than a context has. */
const ATTRIBUTE_SIZE = 4096;
