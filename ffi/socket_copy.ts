/**
 * Asks a socket of another process through a duplicate of its descriptor; see pidfd_getfd(2) (Linux 5.6).
 *
 * A duplicate can affect the other process: it delays a FIN, keeps an address in use, keeps an epoll reporting. So it exists
 * only during a few system calls, one socket at a time, and only for sockets that no other source describes.
 */
import { GONE, type SocketCopyReader } from "../decode/plan/other_sockets.ts";
import type { ToldOfSocket } from "../decode/families/other.ts";
import { EBADF, ENOSYS, ENOTCONN, EPERM, errnoText, ESRCH } from "../decode/kernel/errno.ts";
import { AT_FDCWD, cString, readFile } from "./file.ts";
import { readStatus } from "./file_status.ts";
import { errno, libc } from "./libc.ts";
import { ifTold } from "./privileges.ts";

const SYS_PIDFD_OPEN = 434n;
const SYS_PIDFD_GETFD = 438n;
/** `PIDFD_THREAD` (Linux 6.9): allows a thread that is not the first of its process. */
const PIDFD_THREAD = 0o200;
const SOL_SOCKET = 1;
const SO_TYPE = 3;
const SO_LINGER = 13;
const SO_ACCEPTCONN = 30;
const SO_PROTOCOL = 38;
const SO_DOMAIN = 39;
const SIOCGSKNS = 0x894cn;
/** Most duplicates made in one run. */
const LIMIT = 4096;
/** Size of `struct sockaddr_storage`. */
const ADDRESS_SIZE = 128;

const empty = new Uint8Array(1);
const linger = new Int32Array(2);
const value = new Int32Array(1);
const length = new Uint32Array(1);
const address = new Uint8Array(ADDRESS_SIZE);

/**
 * Why no more duplicates are made. Each refusal may write a line to the kernel log, so this process stops trying after the
 * first one.
 */
let refusal: string | null = null;

/** Asks sockets of other processes. */
export class SocketCopies implements SocketCopyReader {
  readonly own = ownNamespace();
  /** Why the last failed socket could not be asked; "" if none failed. */
  obstacle = "";
  /** The process asked last. It is opened once for several sockets in a row. */
  #pid = -1;
  #pidfd = -1;
  #made = 0;

  constructor() {
    if (rewritesClasses()) refusal ??= "a duplicate could change its class (net_cls, net_prio)";
  }

  read(pid: number, fd: number, inode: number): ToldOfSocket | typeof GONE | null {
    const copy = this.#copy(pid, fd, inode);
    if (copy === null || copy === GONE) return copy;
    const told = {
      netns: namespaceOf(copy),
      family: option(copy, SO_DOMAIN),
      type: option(copy, SO_TYPE),
      protocol: option(copy, SO_PROTOCOL),
      listens: option(copy, SO_ACCEPTCONN) === 1,
      local: addressBy(libc.getsockname, copy),
      ...remoteOf(copy),
    };
    libc.close(copy);
    return told;
  }

  /**
   * Opens the network namespace of a socket.
   *
   * @returns a descriptor, closed by the caller; {@linkcode GONE} if the socket has gone; `null` if it cannot be asked
   */
  openNamespace(pid: number, fd: number, inode: number): number | null {
    const copy = this.#copy(pid, fd, inode);
    if (copy === null || copy === GONE) return copy;
    const namespace = libc.ioctl(copy, SIOCGSKNS, empty);
    if (namespace < 0) this.obstacle = errnoText(errno());
    libc.close(copy);
    return namespace < 0 ? null : namespace;
  }

  /** A duplicate; {@linkcode GONE} if the socket has gone, `null` if it cannot be duplicated. */
  #copy(pid: number, fd: number, inode: number): number | null {
    if (refusal !== null) return this.#fail(refusal);
    if (fd < 0) return this.#fail("no descriptor leads to it");
    if (this.#made >= LIMIT) return this.#fail(`no more than ${LIMIT} are asked`);
    const opened = this.#openProcess(pid);
    if (opened !== 0) return opened === ESRCH ? GONE : this.#fail(errnoText(opened));
    this.#made++;
    const copy = libc.pidfd_getfd(SYS_PIDFD_GETFD, this.#pidfd, fd, 0);
    if (copy < 0) return this.#refuse(errno());
    const status = readStatus(copy, empty);
    if (typeof status === "number" || Number(status.inode) !== inode) {
      libc.close(copy);
      return GONE;
    }
    if (!lingers(copy)) return copy;
    libc.close(copy);
    return this.#fail("it lingers (SO_LINGER)");
  }

  #refuse(error: number): number | null {
    if (error === EBADF || error === ESRCH) return GONE;
    if (error === EPERM || error === ENOSYS) refusal = errnoText(error);
    return this.#fail(errnoText(error));
  }

  #fail(why: string): null {
    this.obstacle = why;
    return null;
  }

  /** Opens a process or thread; returns the error number, 0 for none. */
  #openProcess(pid: number): number {
    if (pid === this.#pid && this.#pidfd >= 0) return 0;
    this[Symbol.dispose]();
    this.#pid = pid;
    this.#pidfd = libc.pidfd_open(SYS_PIDFD_OPEN, pid, 0);
    // A thread id is not accepted as a process id.
    if (this.#pidfd < 0 && errno() !== ESRCH) this.#pidfd = libc.pidfd_open(SYS_PIDFD_OPEN, pid, PIDFD_THREAD);
    return this.#pidfd < 0 ? errno() : 0;
  }

  [Symbol.dispose](): void {
    if (this.#pidfd >= 0) libc.close(this.#pidfd);
    this.#pidfd = -1;
  }
}

/** Whether closing the socket could block. */
function lingers(copy: number): boolean {
  length[0] = linger.byteLength;
  return libc.getsockopt(copy, SOL_SOCKET, SO_LINGER, linger, length) < 0 || linger[0] !== 0 && linger[1] !== 0;
}

/** The value of a numeric socket option; -1 on error. */
function option(copy: number, name: number): number {
  length[0] = value.byteLength;
  return libc.getsockopt(copy, SOL_SOCKET, name, value, length) < 0 ? -1 : value[0]!;
}

function addressBy(read: typeof libc.getsockname, copy: number): Uint8Array | null {
  length[0] = ADDRESS_SIZE;
  return read(copy, address, length) < 0 ? null : address.slice(0, Math.min(length[0]!, ADDRESS_SIZE));
}

/** The address of the peer. Sockets of kinds without connections do not report whether they are connected. */
function remoteOf(copy: number): Pick<ToldOfSocket, "connected" | "remote"> {
  const remote = addressBy(libc.getpeername, copy);
  return { remote, connected: remote !== null ? true : errno() === ENOTCONN ? false : null };
}

function namespaceOf(copy: number): number | null {
  const namespace = libc.ioctl(copy, SIOCGSKNS, empty);
  if (namespace < 0) return null;
  const status = readStatus(namespace, empty);
  libc.close(namespace);
  return typeof status === "number" ? null : Number(status.inode);
}

/** Whether a duplicate could change a socket: the cgroup v1 controllers net_cls and net_prio write the reader's class to it. */
function rewritesClasses(): boolean {
  const text = ifTold(() => new TextDecoder().decode(readFile("/proc/cgroups")));
  return text === null || /^net_(?:cls|prio)\t[1-9]/m.test(text);
}

function ownNamespace(): number | null {
  const status = readStatus(AT_FDCWD, cString("/proc/thread-self/ns/net"));
  return typeof status === "number" ? null : Number(status.inode);
}

/** Prepares to ask sockets of other processes. */
export const openSocketCopies = (): SocketCopyReader => new SocketCopies();
