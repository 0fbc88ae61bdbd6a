/**
 * The epoll instances that watch a socket; see epoll(7), proc_pid_fdinfo(5) and `linux/eventpoll.h`.
 */
import type { Enricher, Lookup } from "./lookup.ts";
import { commRule, DENIED, NONE, processes, RACED, RESOLVED } from "./owners.ts";
import type { Family } from "../families/family.ts";
import { inodeKey } from "../families/sock_diag.ts";
import { writeText } from "../netlink/attribute.ts";
import type { NumberReader } from "../netlink/number_reader.ts";
import { defineElement, defineKey, defineWord, type Key, type Range, type Word } from "../record/key.ts";
import type { RecordSink } from "../record/record_sink.ts";

const privilege = "CAP_SYS_PTRACE for processes of other users";
const descriptors: Range = [0, 0x7fff_ffff];

/** Words for the bits of `struct epoll_event.events`. */
const eventWords: (Word | undefined)[] = [];
const EVENTS: readonly (readonly [bit: number, word: string])[] = [
  ...[[0, "in"], [1, "pri"], [2, "out"], [3, "err"], [4, "hup"], [5, "nval"], [6, "rdnorm"], [7, "rdband"]] as const,
  ...[[8, "wrnorm"], [9, "wrband"], [10, "msg"], [13, "rdhup"]] as const,
  ...[[28, "exclusive"], [29, "wakeup"], [30, "oneshot"], [31, "et"]] as const,
];
for (const [bit, word] of EVENTS) eventWords[bit] = defineWord(word);

const list: Key = defineKey(null, "watchers", {
  type: "list",
  meaning: "Epoll instances that watch the socket; only with --watchers.",
  source: "/proc/PID/fdinfo",
  privilege,
});
const element = defineElement(list, "object");
const pid = defineKey(element, "pid", {
  type: "integer",
  range: processes,
  meaning: "Number of a process that has the epoll instance.",
  source: "/proc/PID",
});
const comm = defineKey(element, "comm", {
  type: "text",
  rule: commRule,
  meaning: "Name of the process.",
  source: "/proc/PID/comm",
});
const epollFd = defineKey(element, "epoll_fd", {
  type: "integer",
  range: descriptors,
  meaning: "Its descriptor of the epoll instance.",
  source: "/proc/PID/fd",
});
const fd = defineKey(element, "fd", {
  type: "integer",
  range: descriptors,
  meaning: "The descriptor by which the socket was added; it may have been closed or used again since.",
  source: "tfd in /proc/PID/fdinfo",
});
const events = defineKey(element, "events", {
  type: "list",
  words: eventWords.flatMap((word) => word === undefined ? [] : [word.text]),
  meaning: "The events that it waits for, in the words of epoll_ctl(2) without EPOLL; et is edge-triggered.",
  source: "events in /proc/PID/fdinfo",
});
const event = defineElement(events, "name");
const status = defineKey(null, "watchers_status", {
  type: "name",
  meaning:
    "Whether the epoll instances are known; only with --watchers. resolved: they are. none: none watches the socket. denied: a process that may not be read, or is not visible, may have one. raced: a process that has ended meanwhile may have had one.",
  source: "/proc/PID/fdinfo",
  words: ["resolved", "none", "denied", "raced"],
});

/** Epoll instances that watch the socket. */
export const watchers: Lookup<"watchers"> = {
  name: "watchers",
  notRecorded: "a recording does not say what watches the sockets: no watchers",
  from: [inodeKey],
  keys: [status, list, element, pid, comm, epollFd, fd, events, event],
  isFor: () => true,
};

/** The fields that the table shows by default. */
export const watcherColumns: readonly Key[] = [status, comm, epollFd, events];

/** A socket in an epoll instance. */
export interface Watch {
  readonly pid: number;
  /** Without NUL. */
  readonly comm: Uint8Array;
  readonly epollFd: number;
  readonly fd: number;
  /** Bits `EPOLL…`. */
  readonly events: number;
}

/** A socket that an epoll instance lists, as `/proc/PID/fdinfo` shows it. */
export interface ListedFile {
  readonly fd: number;
  readonly events: number;
  readonly inode: number;
  /** Device of its file system, in the kernel's own form. */
  readonly device: number;
}

/** Reads the files that an epoll instance watches; `null` if the kernel does not tell which they are (before 5.3). */
export function readWatched(text: string): readonly ListedFile[] | null {
  const files: ListedFile[] = [];
  for (const [line] of text.matchAll(/^tfd:.*$/gm)) {
    const found = /^tfd: +(\d+) events: +([0-9a-f]+) data: +[0-9a-f]+ +pos:-?\d+ ino:([0-9a-f]+) sdev:([0-9a-f]+)$/
      .exec(line);
    if (found === null) return null;
    const [, fd, events, inode, device] = found;
    // All but the descriptor is hexadecimal.
    const hex = (digits: string | undefined) => parseInt(digits!, 16);
    files.push({ fd: Number(fd), events: hex(events), inode: hex(inode), device: hex(device) });
  }
  return files;
}

/** What is known about epoll instances, for one run. */
export class Watchers implements Enricher {
  readonly lookup: Lookup = watchers;
  readonly from: Key = inodeKey;
  readonly none = 0;
  /** Count of sockets of which the instances may not all be known. */
  unresolved = 0;

  /**
   * @param watches by inode of the socket
   * @param obstacles why some may be missing, one phrase each
   * @param vanished count of processes and descriptors that disappeared while they were examined
   */
  constructor(
    readonly watches: ReadonlyMap<number, readonly Watch[]>,
    readonly obstacles: readonly string[],
    readonly vanished: number,
  ) {}

  get warnings(): readonly string[] {
    return this.unresolved === 0
      ? []
      : [`cannot tell what watches ${this.unresolved} sockets: ${this.obstacles.join("; ")}`];
  }

  readerOf({ inodeOf }: Family): NumberReader {
    return inodeOf;
  }

  write(inode: number, sink: RecordSink): void {
    const found = inode === 0 ? undefined : this.watches.get(inode);
    sink.name(status, found === undefined ? this.#whyNone(inode) : RESOLVED);
    if (found === undefined) return;
    sink.openList(list);
    for (const watch of found) {
      sink.openObject(element);
      sink.integer(pid, watch.pid);
      writeText(comm, watch.comm, 0, watch.comm.length, sink);
      sink.integer(epollFd, watch.epollFd);
      sink.integer(fd, watch.fd);
      sink.flags(events, eventWords, watch.events);
      sink.closeObject(element);
    }
    sink.closeList(list);
  }

  #whyNone(inode: number): Word {
    if (inode === 0) return NONE;
    if (this.obstacles.length === 0) return this.vanished > 0 ? RACED : NONE;
    this.unresolved++;
    return DENIED;
  }
}
