/**
 * Reads which sockets the epoll instances of all processes watch (`/proc/PID/fdinfo`). The kernel locks an instance while it
 * lists what that watches.
 */
import { EACCES, ENOENT, EPERM, errnoText, ESRCH } from "../decode/kernel/errno.ts";
import { SystemError } from "../decode/kernel/errors.ts";
import { readWatched, type Watch, Watchers } from "../decode/lookups/watchers.ts";
import { openDirectory, readNames, readNumber } from "./directory.ts";
import { AT_FDCWD, cString, readFile } from "./file.ts";
import { readStatus } from "./file_status.ts";
import { errno, libc } from "./libc.ts";
import { denial } from "./owners.ts";
import { copyProc, readProcOnce } from "./proc_file.ts";
import { NO_PROC, whyProcessesAreMissing } from "./proc_view.ts";
import { findTable } from "./threads.ts";

const EPOLL = new TextEncoder().encode("anon_inode:[eventpoll]");
const AF_INET = 2;
const SOCK_DGRAM_CLOEXEC = 0o2000002;
/** Link count of `/proc/PID/task` of a process with one thread. */
const ONE_THREAD = 3;

const decoder = new TextDecoder();
const name = new Uint8Array(24);
const link = new Uint8Array(EPOLL.length + 1);
const LINK_SIZE = BigInt(link.length);

/** What the epoll instances of all processes watch now, for one run. */
export function openWatchers(): Watchers {
  const walk = new EpollWalk();
  walk.look();
  return new Watchers(walk.watches, walk.obstacles(), walk.vanished);
}

/** Why epoll instances cannot all be seen here; `null` if they can. */
export function watchersObstacle(): string | null {
  const walk = new EpollWalk();
  walk.look();
  return walk.obstacles()[0] ?? null;
}

class EpollWalk {
  readonly watches = new Map<number, Watch[]>();
  vanished = 0;
  readonly #missing = whyProcessesAreMissing();
  readonly #sockets = socketDevice();
  #denied = false;
  /** Whether the kernel does not tell what an instance watches. */
  #untold = false;
  readonly #failures = new Set<string>();

  look(): void {
    if (this.#missing.includes(NO_PROC)) return;
    const processes = readNames("/proc");
    if (typeof processes === "number") return this.#fail(-processes);
    for (const process of processes) {
      const pid = readNumber(process, 0);
      if (pid < 0) continue;
      this.#lookAt(`/proc/${pid}`, pid);
      this.#lookAtThreads(pid);
    }
  }

  /** Looks at threads that have descriptors of their own. */
  #lookAtThreads(pid: number): void {
    const status = readStatus(AT_FDCWD, cString(`/proc/${pid}/task`));
    if (typeof status === "number" || status.links <= ONE_THREAD) return;
    const names = readNames(`/proc/${pid}/task`);
    if (typeof names === "number") return this.#fail(-names);
    const tables = [pid];
    for (const name of names) {
      const tid = readNumber(name, 0);
      if (tid === pid) continue;
      const shares = findTable(tables, tid);
      if (shares < 0) this.#fail(-shares);
      if (shares !== 0) continue;
      tables.push(tid);
      this.#lookAt(`/proc/${pid}/task/${tid}`, pid);
    }
  }

  /** Looks for epoll instances among the descriptors of a process or thread. */
  #lookAt(task: string, pid: number): void {
    const directory = openDirectory(`${task}/fd`);
    if (directory < 0) return this.#fail(-directory);
    try {
      const names = readNames(`${task}/fd`);
      if (typeof names === "number") return this.#fail(-names);
      for (const entry of names) {
        name.set(entry);
        name[entry.length] = 0;
        const size = libc.readlinkat(directory, name, link, LINK_SIZE);
        if (size < 0) {
          const error = errno();
          this.#fail(error);
          // The links of a process may be refused where their names are not.
          if (error !== ENOENT) return;
        }
        if (size === EPOLL.length && EPOLL.every((byte, i) => byte === link[i])) {
          this.#readEpoll(task, pid, readNumber(entry, 0));
        }
      }
    } finally {
      libc.closeOften(directory);
    }
  }

  #readEpoll(task: string, pid: number, epollFd: number): void {
    try {
      const watched = readWatched(decoder.decode(readFile(`${task}/fdinfo/${epollFd}`)));
      if (watched === null) this.#untold = true;
      const sockets = (watched ?? []).filter(({ device }) => device === this.#sockets);
      if (sockets.length === 0) return;
      const text = copyProc(readProcOnce(`${task}/comm`)) ?? new Uint8Array(0);
      const comm = text.subarray(0, text.lastIndexOf(LINE_BREAK));
      for (const { inode, fd, events } of sockets) {
        const watches = this.watches.get(inode) ?? [];
        if (watches.length === 0) this.watches.set(inode, watches);
        watches.push({ pid, comm, epollFd, fd, events });
      }
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      this.#fail(error.errno);
    }
  }

  #fail(error: number): void {
    if (error === EACCES || error === EPERM) this.#denied = true;
    else if (error === ENOENT || error === ESRCH) this.vanished++;
    else this.#failures.add(`cannot read the descriptors of a process: ${errnoText(error)}`);
  }

  obstacles(): readonly string[] {
    return [
      ...this.#missing,
      ...this.#denied ? [denial()] : [],
      ...this.#untold ? ["this kernel does not tell what epoll instances watch"] : [],
      ...this.#failures,
    ];
  }
}

const LINE_BREAK = 10;

/** The device of the file system of sockets in the kernel's own form: 20 bits for the minor number; -1 if unknown. */
function socketDevice(): number {
  const fd = libc.socket(AF_INET, SOCK_DGRAM_CLOEXEC, 0);
  if (fd < 0) return -1;
  const status = readStatus(fd, new Uint8Array(1));
  libc.close(fd);
  return typeof status === "number" ? -1 : Number(status.device & 0xffffffffn) * 2 ** 20 + Number(status.device >> 32n);
}
