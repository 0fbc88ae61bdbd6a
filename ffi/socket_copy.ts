/**
 * What a socket of another process tells of itself, by way of a duplicate of its descriptor; see pidfd_getfd(2) (Linux 5.6).
 *
 * The other process can notice a duplicate while it is there: it delays a FIN, keeps an address taken, keeps an epoll reporting.
 * So it is only there for some system calls, one socket after the other, and only for sockets that nothing else tells of.
 */
import type { SocketNamespaces } from "../decode/plan/other_sockets.ts";
import { AT_FDCWD, cString, readFile } from "./file.ts";
import { readStatus } from "./file_status.ts";
import { libc } from "./libc.ts";
import { ifTold } from "./privileges.ts";

const SYS_PIDFD_OPEN = 434n;
const SYS_PIDFD_GETFD = 438n;
const SOL_SOCKET = 1;
const SO_LINGER = 13;
const SIOCGSKNS = 0x894cn;
/** Duplicates made in one run at most. */
const LIMIT = 4096;

const empty = new Uint8Array(1);
const linger = new Int32Array(2);
const length = new Uint32Array(1);

/** Asks sockets of other processes for their network namespace. */
export class SocketCopies implements SocketNamespaces {
  readonly own = ownNamespace();
  /** The process that was asked last: of several sockets of one it is opened once. */
  #pid = -1;
  #pidfd = -1;
  #made = 0;
  /** After a refusal no other is tried: each may write a line to the log of the kernel. */
  #refused = rewritesClasses();

  /**
   * The inode of the network namespace of a socket; `null` if it cannot be had.
   *
   * @param inode of the socket: the descriptor may be that of another one meanwhile
   */
  namespaceOf(pid: number, fd: number, inode: number): number | null {
    if (this.#refused || fd < 0 || this.#made >= LIMIT || !this.#openProcess(pid)) return null;
    this.#made++;
    const copy = libc.pidfd_getfd(SYS_PIDFD_GETFD, this.#pidfd, fd, 0);
    if (copy < 0) {
      this.#refused = true;
      return null;
    }
    const namespace = isCopyOf(copy, inode) ? libc.ioctl(copy, SIOCGSKNS, empty) : -1;
    libc.close(copy);
    if (namespace < 0) return null;
    const status = readStatus(namespace, empty);
    libc.close(namespace);
    return typeof status === "number" ? null : Number(status.inode);
  }

  #openProcess(pid: number): boolean {
    if (pid === this.#pid) return this.#pidfd >= 0;
    this[Symbol.dispose]();
    this.#pid = pid;
    this.#pidfd = libc.pidfd_open(SYS_PIDFD_OPEN, pid, 0);
    return this.#pidfd >= 0;
  }

  [Symbol.dispose](): void {
    if (this.#pidfd >= 0) libc.close(this.#pidfd);
    this.#pidfd = -1;
  }
}

/** Whether a duplicate is of the socket that was meant, and may be kept for a moment: to close one that lingers could block. */
function isCopyOf(copy: number, inode: number): boolean {
  const status = readStatus(copy, empty);
  if (typeof status === "number" || Number(status.inode) !== inode) return false;
  length[0] = linger.byteLength;
  return libc.getsockopt(copy, SOL_SOCKET, SO_LINGER, linger, length) === 0 && (linger[0] === 0 || linger[1] === 0);
}

/** Whether a duplicate could change a socket: the controllers net_cls and net_prio of version 1 write the reader's class to it. */
function rewritesClasses(): boolean {
  const text = ifTold(() => new TextDecoder().decode(readFile("/proc/cgroups")));
  return text === null || /^net_(?:cls|prio)\t[1-9]/m.test(text);
}

function ownNamespace(): number | null {
  const status = readStatus(AT_FDCWD, cString("/proc/thread-self/ns/net"));
  return typeof status === "number" ? null : Number(status.inode);
}

/** Gets ready to ask sockets for their network namespaces. */
export const openSocketNamespaces = (): SocketNamespaces => new SocketCopies();
