/**
 * Duplicates descriptors of other processes; see pidfd_getfd(2) (Linux 5.6).
 *
 * A duplicate can affect the other process: it delays a FIN, keeps an address in use, keeps an epoll reporting, and rewrites the
 * class of a socket. So it exists only during a few system calls, one at a time.
 */
import { EBADF, ENOSYS, EPERM, errnoText, ESRCH } from "../decode/kernel/errno.ts";
import type { OwnerIndex } from "../decode/lookups/owner_index.ts";
import { readNames } from "./directory.ts";
import { AT_FDCWD, readFile } from "./file.ts";
import { errno, libc } from "./libc.ts";
import { ifTold } from "./privileges.ts";
import { copyProc, readProcLink } from "./proc_file.ts";
import { hasEnded } from "./threads.ts";

const SYS_PIDFD_OPEN = 434n;
const SYS_PIDFD_GETFD = 438n;
/** `PIDFD_THREAD` (Linux 6.9): allows a thread that is not the first of its process. */
const PIDFD_THREAD = 0o200;
const SOL_SOCKET = 1;
const SO_LINGER = 13;

/** Results in place of a descriptor: it was closed, it may not be duplicated, or that would change the class of the socket. */
export const COPY_GONE = -1;
export const COPY_DENIED = -2;
export const COPY_CLASS = -3;

const linger = new Int32Array(2);
const length = new Uint32Array(1);
const decoder = new TextDecoder();

/** Lines of `/proc/PID/cgroup` for the controllers that write a class into sockets (version 1). */
const CLASS_GROUPS = /^\d+:(?:[^:]*,)?net_(?:cls|prio)(?:,[^:]*)?:.*$/gm;

/**
 * Why no more duplicates are made. Each refusal may write a line to the kernel log, so this process stops trying after the
 * first one.
 */
let refusal: string | null = null;

/** Makes duplicates of sockets during one run. */
export class DescriptorCopies implements Disposable {
  /** Why the last one could not be made; "" if none failed. */
  obstacle = "";
  /** The task asked last. It is opened once for several descriptors in a row. */
  #task = -1;
  #pidfd = -1;
  /** The class groups of this process; `null` if there are no such hierarchies. */
  readonly #ownClass = hasClasses() ? classOf("thread-self") : null;
  /** Whether a task is in the same class groups. */
  readonly #sharesClass = new Map<number, boolean>();

  /** @param owners the holders of the sockets */
  constructor(readonly owners: OwnerIndex) {
    if (!seesOwnProcesses()) refusal ??= "/proc shows the processes of another PID namespace";
  }

  /**
   * Duplicates a descriptor of a socket.
   *
   * @param task process, or thread with its own descriptors
   * @param inode of the socket, whose holders must all be in the class groups of this process
   * @returns the duplicate, closed by the caller, or one of the results above
   */
  open(task: number, fd: number, inode: number): number {
    if (refusal !== null) return this.#deny(refusal);
    if (this.#ownClass !== null && !this.#sharesClasses(task, inode)) {
      this.obstacle = "a duplicate would change its class (net_cls, net_prio)";
      return COPY_CLASS;
    }
    const opened = this.#openTask(task);
    if (opened !== 0) return opened === ESRCH ? COPY_GONE : this.#deny(errnoText(opened));
    const copy = libc.pidfd_getfd(SYS_PIDFD_GETFD, this.#pidfd, fd, 0);
    if (copy >= 0) return copy;
    const error = errno();
    if (error === EBADF || error === ESRCH) return COPY_GONE;
    if (error === EPERM || error === ENOSYS) refusal = errnoText(error);
    return this.#deny(errnoText(error));
  }

  #deny(why: string): number {
    this.obstacle = why;
    return COPY_DENIED;
  }

  /** Opens a process or thread; returns the error number, 0 for none. */
  #openTask(task: number): number {
    if (task === this.#task && this.#pidfd >= 0) return 0;
    this[Symbol.dispose]();
    this.#task = task;
    // If the first thread has ended, another one has the descriptors.
    const living = hasEnded(task) ? otherThread(task) : task;
    if (living === task) this.#pidfd = libc.pidfd_open(SYS_PIDFD_OPEN, task, 0);
    // A thread id is not accepted as a process id.
    if (this.#pidfd < 0 && (living !== task || errno() !== ESRCH)) {
      this.#pidfd = libc.pidfd_open(SYS_PIDFD_OPEN, living, PIDFD_THREAD);
    }
    return this.#pidfd < 0 ? errno() : 0;
  }

  #sharesClasses(task: number, inode: number): boolean {
    let shares = this.#isInOwnClass(task);
    this.owners.forEachHolder(inode, ({ pid, tid }) => shares &&= this.#isInOwnClass(tid ?? pid));
    return shares;
  }

  #isInOwnClass(task: number): boolean {
    let known = this.#sharesClass.get(task);
    if (known === undefined) {
      const group = classOf(String(task));
      this.#sharesClass.set(task, known = group !== null && group === this.#ownClass);
    }
    return known;
  }

  [Symbol.dispose](): void {
    if (this.#pidfd >= 0) libc.close(this.#pidfd);
    this.#pidfd = -1;
  }
}

/** Whether closing the socket could wait for unsent data. */
export function lingers(copy: number): boolean {
  length[0] = linger.byteLength;
  return libc.getsockopt(copy, SOL_SOCKET, SO_LINGER, linger, length) < 0 || linger[0] !== 0 && linger[1] !== 0;
}

/** A thread of a process that is not the first one; the first one if there is no other. */
function otherThread(pid: number): number {
  const names = readNames(`/proc/${pid}/task`);
  const tids = typeof names === "number" ? [] : names.map((name) => Number(decoder.decode(name)));
  return tids.find((tid) => tid !== pid) ?? pid;
}

/** Whether numbers in `/proc` are those that system calls take. */
function seesOwnProcesses(): boolean {
  const self = copyProc(readProcLink(AT_FDCWD, "/proc/self"));
  return self !== null && Number(decoder.decode(self)) === Deno.pid;
}

/** Whether a hierarchy of control groups writes classes into sockets; supposed where that is not known. */
function hasClasses(): boolean {
  const text = ifTold(() => decoder.decode(readFile("/proc/cgroups")));
  return text === null || /^net_(?:cls|prio)\t[1-9]/m.test(text);
}

/** The class groups of a task; `null` if they cannot be read. */
const classOf = (task: string): string | null =>
  ifTold(() => (decoder.decode(readFile(`/proc/${task}/cgroup`)).match(CLASS_GROUPS) ?? []).join("\n"));
