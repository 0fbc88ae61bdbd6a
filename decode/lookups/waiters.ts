/**
 * The threads that wait for a socket in a system call.
 */
import type { Enricher, Lookup } from "./lookup.ts";
import type { OwnerIndex } from "./owner_index.ts";
import { commRule, DENIED, type Holder, NONE, processes, RESOLVED } from "./owners.ts";
import type { Watchers } from "./watchers.ts";
import type { Family } from "../families/family.ts";
import { inodeKey } from "../families/sock_diag.ts";
import { waitingCalls } from "../kernel/waiting_calls.ts";
import { writeText } from "../netlink/attribute.ts";
import type { NumberReader } from "../netlink/number_reader.ts";
import { defineElement, defineKey, defineWord, type Key, type Word } from "../record/key.ts";
import type { RecordSink } from "../record/record_sink.ts";

const callWords: ReadonlyMap<string, Word> = new Map(
  [...new Set(Object.values(waitingCalls).flatMap((calls) => Object.values(calls)))].toSorted().map((call) => [
    call,
    defineWord(call),
  ]),
);

const list: Key = defineKey(null, "waiters", {
  type: "list",
  meaning:
    "Threads of the owners that wait in a call on the socket, with --watchers also those that wait on an epoll instance that watches it; only with --waiters.",
  source: "/proc/PID/task/TID/syscall",
  privilege: "CAP_SYS_PTRACE for processes of other users",
});
const element = defineElement(list, "object");
const pid = defineKey(element, "pid", {
  type: "integer",
  range: processes,
  meaning: "Number of the process.",
  source: "/proc/PID",
});
const tid = defineKey(element, "tid", {
  type: "integer",
  range: processes,
  meaning: "Number of the thread.",
  source: "/proc/PID/task",
});
const comm = defineKey(element, "comm", {
  type: "text",
  rule: commRule,
  meaning: "Name of the thread.",
  source: "/proc/PID/task/TID/comm",
});
const call = defineKey(element, "call", {
  type: "name",
  words: [...callWords.keys()],
  meaning: "The system call that it waits in.",
  source: "/proc/PID/task/TID/syscall",
});
const fd = defineKey(element, "fd", {
  type: "integer",
  range: [0, 0x7fff_ffff],
  meaning: "The descriptor that it waits on: of the socket, of the io_uring that holds it, or of the epoll instance.",
  source: "/proc/PID/task/TID/syscall",
});
const status = defineKey(null, "waiters_status", {
  type: "name",
  meaning:
    "Whether the threads are known; only with --waiters. resolved: they are. none: no thread of the owners waits, or nobody holds the socket. denied: some threads may not be read, or the owners are not known.",
  source: "/proc/PID/task/TID/syscall",
  words: ["resolved", "none", "denied"],
});

/** Threads that wait for the socket. */
export const waiters: Lookup<"waiters"> = {
  name: "waiters",
  notRecorded: "a recording does not say what waits for the sockets: no waiters",
  from: [inodeKey],
  keys: [status, list, element, pid, tid, comm, call, fd],
  isFor: () => true,
};

/** The fields that the table shows by default. */
export const waiterColumns: readonly Key[] = [status, comm, call];

/** A thread that waits in a call on a descriptor. */
export interface Waiter {
  readonly pid: number;
  readonly tid: number;
  /** Without NUL. */
  readonly comm: Uint8Array;
  readonly call: string;
  readonly fd: number;
}

/** The threads of a process that wait on descriptors of its table, or of that of the thread `tid`; a text if they may not be read. */
export type WaiterReader = (pid: number, tid: number | null) => readonly Waiter[] | string;

/** The threads that wait for each socket. Those of a process are read once. */
export class Waiters implements Enricher {
  readonly lookup: Lookup = waiters;
  readonly from: Key = inodeKey;
  readonly none = 0;
  /** Count of sockets of which some threads may not be read, and why. */
  unresolved = 0;
  #reason = "";
  readonly #read = new Map<number, readonly Waiter[] | string>();
  readonly #found: Waiter[] = [];
  #holders = 0;
  #refused = false;
  readonly #visit = (holder: Holder, fd: number) => this.#add(holder.pid, holder.tid, fd);

  /** @param watchers the epoll instances that watch sockets; `null` if nobody looked */
  constructor(readonly owners: OwnerIndex | null, readonly read: WaiterReader, readonly watchers: Watchers | null) {}

  get warnings(): readonly string[] {
    return this.unresolved === 0 ? [] : [`cannot tell what waits for ${this.unresolved} sockets: ${this.#reason}`];
  }

  readerOf({ inodeOf }: Family): NumberReader {
    return inodeOf;
  }

  write(inode: number, sink: RecordSink): void {
    this.#found.length = 0;
    this.#holders = 0;
    this.#refused = false;
    if (inode > 0) {
      this.owners?.forEachWay(inode, this.#visit);
      for (const { pid, epollFd } of this.watchers?.watches.get(inode) ?? []) this.#add(pid, null, epollFd);
    }
    if (inode > 0 && this.#holders === 0 && this.owners !== null && this.owners.obstacles.length > 0) {
      // The owners say so themselves.
      sink.name(status, DENIED);
    } else if (this.#refused) {
      this.unresolved++;
      sink.name(status, DENIED);
    } else sink.name(status, this.#found.length > 0 ? RESOLVED : NONE);
    if (this.#found.length > 0) this.#writeFound(sink);
  }

  /** Adds the threads of a process that wait on a descriptor. */
  #add(process: number, thread: number | null, descriptor: number): void {
    this.#holders++;
    const key = thread ?? process;
    let waiting = this.#read.get(key);
    if (waiting === undefined) this.#read.set(key, waiting = this.read(process, thread));
    if (typeof waiting === "string") {
      this.#refused = true;
      this.#reason = waiting;
      return;
    }
    for (const waiter of waiting) {
      if (waiter.fd === descriptor && !this.#found.includes(waiter)) this.#found.push(waiter);
    }
  }

  #writeFound(sink: RecordSink): void {
    sink.openList(list);
    for (const waiter of this.#found) {
      sink.openObject(element);
      sink.integer(pid, waiter.pid);
      sink.integer(tid, waiter.tid);
      writeText(comm, waiter.comm, 0, waiter.comm.length, sink);
      sink.name(call, callWords.get(waiter.call)!);
      sink.integer(fd, waiter.fd);
      sink.closeObject(element);
    }
    sink.closeList(list);
  }
}
