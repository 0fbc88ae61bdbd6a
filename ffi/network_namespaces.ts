/**
 * Finds network namespaces by name, process, mount, descriptor and socket; see network_namespaces(7).
 */
import { quote } from "../decode/text/control_characters.ts";
import type { DatagramSource } from "../decode/netlink/datagram_source.ts";
import { EACCES, EINVAL, ENOENT, EPERM, ESRCH } from "../decode/kernel/errno.ts";
import { NamespaceError, SystemError } from "../decode/kernel/errors.ts";
import { Netns, ROOT_NAME } from "../decode/lookups/netns.ts";
import type { Family } from "../decode/families/family.ts";
import type { OwnerIndex } from "../decode/lookups/owner_index.ts";
import { stepMarks } from "../decode/plan/listed_sockets.ts";
import type { ProcSource } from "../decode/proc/proc_source.ts";
import type { Vantage } from "../decode/plan/plan.ts";
import { readNames } from "./directory.ts";
import { AT_FDCWD, readFile } from "./file.ts";
import { type FileStatus, isSameFile, readStatus } from "./file_status.ts";
import { advice } from "./privileges.ts";
import { libc, uninterrupted } from "./libc.ts";
import { enter, leave, NetworkNamespace, readNetnsCookie } from "./network_namespace.ts";
import { openNetlinkSocketInside } from "./netlink_socket.ts";
import { readHoldings } from "./owners.ts";
import { procNet } from "./proc_net.ts";
import { OUTSIDE } from "./proc_view.ts";
import { SocketCopies } from "./socket_copy.ts";

const ENFILE = 23;
const EMFILE = 24;

/** `O_NONBLOCK` is needed because a named file may be something else: opening a pipe would wait for a writer. */
const O_CLOEXEC_NONBLOCK = 0o2004000;

/** The directories of namespace names; see ip-netns(8). `ip` uses the second, which usually is a link to the first. */
const DIRECTORIES = ["/run/netns", "/var/run/netns"];
const OWN = "/proc/thread-self/ns/net";
/**
 * Everybody may see this file of a process, and it differs between namespaces. So it tells namespaces apart even if the
 * namespace of a process may not be read.
 */
const DEVICES = "net/dev";

/** The word for all namespaces that can be found. */
export const ALL = "all";

const encoder = new TextEncoder();
const SLASH = 47;

type Path = Uint8Array<ArrayBuffer>;

const pathOf = (text: string): Path => encoder.encode(`${text}\0`);
const processPath = (pid: number) => pathOf(`/proc/${pid}/ns/net`);

/** The namespaces that were found. Dispose of it to close them. */
export interface Vantages extends Disposable {
  readonly vantages: readonly Vantage[];
  /** The namespaces of the vantages; absent if none was searched for. */
  readonly namespaces?: readonly NetworkNamespace[];
  /** Namespaces known to be missing, one line each. */
  readonly warnings: readonly string[];
}

/**
 * Finds network namespaces, each once, and returns them as vantages. At most `limit` are open. A netlink socket is
 * opened in a namespace only when something is asked there.
 *
 * @param families all families; they tell which sockets are in a namespace that was found
 * @param words names of files in `/run/netns`, PIDs, paths, or {@linkcode ALL}; the own namespace if there are none
 * @throws {NamespaceError} if a named namespace does not exist, or if none of them may be entered
 */
export function openVantages(words: readonly string[], limit: number, families: readonly Family[]): Vantages {
  const finder = new Finder(limit, families);
  try {
    if (words.length === 0) finder.addOwn();
    for (const word of words) {
      if (word === ALL) finder.addAll();
      else finder.addNamed(word);
    }
    finder.check();
  } catch (error) {
    finder[Symbol.dispose]();
    throw error;
  }
  return {
    vantages: finder.vantages,
    namespaces: finder.found,
    warnings: finder.warnings,
    [Symbol.dispose]: () => finder[Symbol.dispose](),
  };
}

/** Opens the namespaces at some paths, each once: those that are still there and may be entered. At most `limit` are open. */
export function openFound(paths: Iterable<Path>, limit: number): Vantages {
  const finder = new Finder(limit, []);
  try {
    finder.addEach(paths);
  } catch (error) {
    finder[Symbol.dispose]();
    throw error;
  }
  return {
    vantages: finder.vantages,
    namespaces: finder.found,
    warnings: finder.warnings,
    [Symbol.dispose]: () => finder[Symbol.dispose](),
  };
}

/** The namespace behind a descriptor; its cookie is read when it is shown. */
function openNamespace(inode: number, name: Uint8Array | null, fd: number, home: number): NetworkNamespace {
  const namespace: NetworkNamespace = new NetworkNamespace(
    new Netns(inode, name, () => readNetnsCookie(namespace.inside)),
    fd,
    home,
  );
  return namespace;
}

function makeVantage(namespace: NetworkNamespace): Vantage {
  const source: DatagramSource = openNetlinkSocketInside(namespace.inside);
  const proc: ProcSource = {
    read: (name) => namespace.inside(() => procNet.read(name)),
    sysctl: (name) => namespace.inside(() => procNet.sysctl(name)),
  };
  return { source, proc, netns: namespace.netns, inside: namespace.inside };
}

/** Result of adding a path; a number is an error number. */
type Added = "added" | "known" | "beyond" | "denied" | "gone" | "other" | number;

class Finder implements Disposable {
  readonly found: NetworkNamespace[] = [];
  readonly vantages: Vantage[] = [];
  readonly #limit: number;
  readonly #home: number;
  readonly #own: FileStatus;
  /** Whether this thread may return to its own namespace. If not, it must not leave. */
  readonly #mayReturn: boolean;
  readonly #names = new Map<number, Uint8Array>();
  readonly #root: number;
  /** Inodes of namespaces beyond the limit, and of those that may not be entered. */
  readonly #beyond = new Set<number>();
  readonly #denied = new Set<number>();
  /** Named namespaces that may not be entered. */
  readonly #refused: string[] = [];
  /** The {@linkcode DEVICES} files of processes whose namespace may not be read, and of namespaces that were found. */
  readonly #hidden = new Set<bigint>();
  readonly #known = new Set<bigint>();
  /** Whether all namespaces are searched for, and whether processes of other users are hidden. */
  #searched = false;
  #hidesProcesses = false;
  /** Why namespaces that only a socket keeps alive may be missing; "" if they were searched for. */
  #unasked = "";

  constructor(limit: number, readonly families: readonly Family[]) {
    this.#limit = limit;
    this.#home = open(pathOf(OWN));
    const own = this.#home < 0 ? -this.#home : readStatus(this.#home, pathOf(""));
    if (typeof own === "number") throw new SystemError("open the own network namespace", own);
    this.#own = own;
    this.#mayReturn = enter(this.#home) === 0;
    this.#readNames();
    this.#root = this.#findRoot();
  }

  /** Stores names by inode. If a namespace has several names, the first in byte order counts. */
  #readNames(): void {
    for (const path of namedPaths()) {
      const inode = this.#inodeOf(path);
      const name = path.subarray(path.lastIndexOf(SLASH) + 1, -1);
      if (inode > 0 && !this.#names.has(inode)) this.#names.set(inode, name);
    }
  }

  /** Inode of the namespace of process 1; 0 if unknown. */
  #findRoot(): number {
    return this.#isOwn(1) ? Number(this.#own.inode) : Math.max(0, this.#inodeOf(processPath(1)));
  }

  /** Whether a process is known to be in the own namespace. */
  #isOwn(pid: number): boolean {
    const devices = devicesOf(pid);
    return devices !== null && devices === devicesOf("thread-self");
  }

  /** Inode of the namespace at a path, 0 if the file is not a namespace, or a negative error number. */
  #inodeOf(path: Path): number {
    const status = readStatus(AT_FDCWD, path);
    if (typeof status === "number") return -status;
    return this.#isNamespace(status) ? Number(status.inode) : 0;
  }

  /** Namespaces of all kinds are files on one file system. */
  #isNamespace({ device }: FileStatus): boolean {
    return device === this.#own.device;
  }

  addOwn(): void {
    this.#push(Number(this.#own.inode), -1);
  }

  #push(inode: number, fd: number): Added {
    if (this.#has(inode)) return "known";
    if (this.found.length >= this.#limit) {
      this.#beyond.add(inode);
      return "beyond";
    }
    const name = this.#names.get(inode) ?? (inode === this.#root ? encoder.encode(ROOT_NAME) : null);
    const namespace = openNamespace(inode, name, fd, this.#home);
    this.found.push(namespace);
    this.vantages.push(makeVantage(namespace));
    return "added";
  }

  #has(inode: number): boolean {
    return this.found.some(({ netns }) => netns.inode === inode);
  }

  /** Whether the result for a namespace is already known. */
  #isSettled(inode: number): boolean {
    return this.#has(inode) || this.#beyond.has(inode) || this.#denied.has(inode);
  }

  /** Adds the namespace at a path, unless it was added before. */
  #add(path: Path): Added {
    const fd = open(path);
    if (fd < 0) return isDenial(-fd) ? "denied" : isGone(-fd) ? "gone" : -fd;
    const added = this.#addOpen(fd);
    if (added !== "added") libc.close(fd);
    return added;
  }

  #addOpen(fd: number): Added {
    const status = readStatus(fd, pathOf(""));
    if (typeof status === "number" || !this.#isNamespace(status)) return "other";
    if (isSameFile(status, this.#own)) {
      this.addOwn();
      return "known";
    }
    const inode = Number(status.inode);
    const error = this.#mayReturn ? enter(fd) : EPERM;
    if (error === 0) leave(this.#home);
    if (error === 0) return this.#push(inode, fd);
    if (!isDenial(error)) return error === EINVAL ? "other" : error;
    this.#denied.add(inode);
    return "denied";
  }

  /** Adds the own namespace, named ones, those of all processes, and those that something else keeps alive. */
  addAll(): void {
    this.#searched = true;
    this.addOwn();
    for (const path of namedPaths()) this.#addFound(path);
    const entries = readNames("/proc");
    if (typeof entries === "number") throw new SystemError('open "/proc"', -entries);
    for (const entry of entries) {
      const pid = Number(new TextDecoder().decode(entry));
      if (Number.isInteger(pid)) this.#addProcess(pid);
    }
    for (const { inode, path } of mounts()) if (!this.#isSettled(inode)) this.#addFound(path);
    const { owners, namespaces } = readHoldings();
    owners.lookHarder();
    // Namespaces that only an open descriptor of a process keeps alive.
    for (const { inode, path } of namespaces.values()) if (!this.#isSettled(inode)) this.#addFound(pathOf(path));
    this.#addOfSockets(owners);
    // Process 1 exists as long as any other process.
    this.#hidesProcesses = readStatus(AT_FDCWD, pathOf("/proc/1")) === ENOENT;
  }

  addEach(paths: Iterable<Path>): void {
    this.#searched = true;
    for (const path of paths) this.#addFound(path);
  }

  /**
   * Adds namespaces that only a socket keeps alive. A socket that no namespace lists is asked through a duplicate of
   * its descriptor.
   */
  #addOfSockets(owners: OwnerIndex): void {
    this.vantages.forEach((vantage) => this.#mark(owners, vantage));
    using copies = new SocketCopies(owners);
    let unasked = 0;
    owners.forEachUnseen((socket, { pid, tid, netns }, fd) => {
      // These are reported as missing already.
      if (this.#beyond.has(netns) || this.#denied.has(netns)) return;
      const namespace = copies.openNamespace(tid ?? pid, fd, socket);
      if (namespace === null) unasked++;
      else if (namespace >= 0) this.#addOfSocket(namespace, owners);
    });
    if (unasked > 0) {
      this.#unasked =
        `${unasked} sockets are in none of those that were found, and cannot be asked for theirs: ${copies.obstacle}`;
    } else this.#unasked = owners.obstacles.filter((why) => why !== OUTSIDE).join("; ");
  }

  #addOfSocket(fd: number, owners: OwnerIndex): void {
    const added = this.#addOpen(fd);
    if (added === "added") return this.#mark(owners, this.vantages.at(-1)!);
    libc.close(fd);
  }

  /** Marks the sockets that a namespace lists, unless all are already marked. */
  #mark(owners: OwnerIndex, vantage: Vantage): void {
    if (!owners.hasUnseen()) return;
    // Nothing is printed yet, so all steps run without a pause.
    Array.from(stepMarks(owners, this.families, vantage));
    vantage.source.restart();
  }

  #addFound(path: Path): void {
    const added = this.#add(path);
    if (added === EMFILE || added === ENFILE) throw new SystemError("open network namespaces", Number(added));
  }

  #addProcess(pid: number): void {
    const path = processPath(pid);
    const inode = this.#inodeOf(path);
    if (isDenial(-inode)) {
      const devices = devicesOf(pid);
      if (devices !== null) this.#hidden.add(devices);
      return;
    }
    if (inode <= 0 || this.#has(inode)) return;
    if (!this.#isSettled(inode)) this.#addFound(path);
    const devices = devicesOf(pid);
    if (devices !== null) this.#known.add(devices);
  }

  /** @throws {NamespaceError} if there is none */
  addNamed(word: string): void {
    const path = word.includes("/") ? pathOf(word) : DIRECTORIES.map((directory) => pathOf(`${directory}/${word}`))
      .find((path) => readStatus(AT_FDCWD, path) !== ENOENT);
    if (path !== undefined) return this.#addAsked(word, path);
    const pid = word === ROOT_NAME ? 1 : /^[0-9]+$/.test(word) ? Number(word) : null;
    if (pid === null) throw new NamespaceError(`there is no network namespace ${quote(word)} in /run/netns`);
    if (this.#isOwn(pid)) this.addOwn();
    else this.#addAsked(word, processPath(pid));
  }

  #addAsked(word: string, path: Path): void {
    const added = this.#add(path);
    if (added === "gone") throw new NamespaceError(`there is no process or network namespace ${quote(word)}`);
    if (added === "other") throw new NamespaceError(`${quote(word)} is not a network namespace`);
    if (typeof added === "number") throw new SystemError(`open network namespace ${quote(word)}`, added);
    if (added === "denied") this.#refused.push(quote(word));
  }

  /** The requested namespaces that are missing. */
  get warnings(): readonly string[] {
    const warnings: string[] = [];
    if (this.#refused.length > 0) warnings.push(this.#refusal());
    const skipped = this.#searched ? this.#skipped() : "";
    if (skipped !== "") {
      warnings.push(`left out ${skipped} network namespaces: not permitted${advice("CAP_SYS_ADMIN")}`);
    } else if (this.#hidesProcesses) {
      warnings.push(
        `network namespaces may be missing: processes of other users are hidden${advice("CAP_SYS_PTRACE")}`,
      );
    } else if (this.#unasked !== "") warnings.push(`network namespaces may be missing: ${this.#unasked}`);
    const count = this.found.length;
    if (this.#beyond.size > 0) {
      warnings.push(`only ${count} of ${count + this.#beyond.size} network namespaces (--netns-limit)`);
    }
    return warnings;
  }

  #refusal(): string {
    return `cannot enter network namespace ${this.#refused.join(", ")}: not permitted${advice("CAP_SYS_ADMIN")}`;
  }

  /**
   * Number of namespaces that may not be entered; `""` for none. It is a range, because a process that may not be read
   * may be in a named namespace.
   */
  #skipped(): string {
    for (const { inside } of this.#hidden.size > 0 ? this.found : []) {
      const devices = inside(() => devicesOf("thread-self"));
      if (devices !== null) this.#known.add(devices);
    }
    const hidden = [...this.#hidden].filter((devices) => !this.#known.has(devices)).length;
    const most = hidden + this.#denied.size;
    const least = Math.max(hidden, this.#denied.size);
    return most === 0 ? "" : least === most ? String(most) : `${least} to ${most}`;
  }

  /** @throws {NamespaceError} if there is nothing to ask */
  check(): void {
    if (this.found.length === 0) throw new NamespaceError(this.#refusal());
  }

  [Symbol.dispose](): void {
    for (const { source } of this.vantages) source[Symbol.dispose]();
    for (const namespace of this.found) namespace[Symbol.dispose]();
    libc.close(this.#home);
  }
}

const open = (path: Path) => uninterrupted(() => libc.openat(AT_FDCWD, path, O_CLOEXEC_NONBLOCK));
const isDenial = (errno: number) => errno === EACCES || errno === EPERM;
const isGone = (errno: number) => errno === ENOENT || errno === ESRCH;

/** Identifies the namespace of a process by its {@linkcode DEVICES} file; `null` if the process has gone. */
function devicesOf(pid: number | "thread-self"): bigint | null {
  const status = readStatus(AT_FDCWD, pathOf(`/proc/${pid}/${DEVICES}`));
  return typeof status === "number" ? null : status.inode;
}

/** Paths of all files that may be named namespaces, in byte order. */
function namedPaths(): readonly Path[] {
  return DIRECTORIES.flatMap((directory) => {
    const names = readNames(directory);
    if (typeof names === "number") return [];
    return [...names].sort(compareBytes).map((name) => Uint8Array.of(...encoder.encode(`${directory}/`), ...name, 0));
  });
}

/** All mounts of network namespaces: some namespaces have neither a process nor a name. See proc_pid_mountinfo(5). */
function mounts(): readonly { readonly inode: number; readonly path: Path }[] {
  // One character for each byte, because names can hold any bytes.
  const text = readFile("/proc/thread-self/mountinfo").reduce((text, byte) => text + String.fromCharCode(byte), "");
  return [...text.matchAll(/^\S+ \S+ \S+ net:\[(\d+)\] (\S+) /gm)].map(([, inode, escaped]) => {
    const path = escaped!.replace(/\\([0-7]{3})/g, (_, digits) => String.fromCharCode(parseInt(digits, 8)));
    return { inode: Number(inode), path: Uint8Array.from(`${path}\0`, (character) => character.charCodeAt(0)) };
  });
}

function compareBytes(one: Uint8Array, other: Uint8Array): number {
  for (let i = 0; i < one.length && i < other.length; i++) if (one[i] !== other[i]) return one[i]! - other[i]!;
  return one.length - other.length;
}

/** The namespaces that have a name, a mount or a process, as far as this process may see: paths by inode. */
export function readNamespacesInUse(): ReadonlyMap<number, Path> {
  const entries = readNames("/proc");
  const pids = typeof entries === "number" ? [] : entries.map((entry) => Number(new TextDecoder().decode(entry)));
  const paths = [...namedPaths(), ...pids.filter(Number.isInteger).map(processPath)];
  const found = new Map<number, Path>();
  for (const path of paths) {
    const status = readStatus(AT_FDCWD, path);
    if (typeof status !== "number" && !found.has(Number(status.inode))) found.set(Number(status.inode), path);
  }
  for (const { inode, path } of mounts()) if (!found.has(inode)) found.set(inode, path);
  return found;
}
