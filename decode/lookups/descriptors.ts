/**
 * Descriptors of sockets: their flags, and how many descriptors are in flight inside a UNIX socket. See proc_pid_fdinfo(5) and
 * `linux/fcntl.h`.
 */
import type { Enricher, Lookup } from "./lookup.ts";
import type { OwnerIndex } from "./owner_index.ts";
import type { DescribeWay } from "./owner_ways.ts";
import { fds, type Holder, owner } from "./owners.ts";
import type { Family } from "../families/family.ts";
import { inodeKey } from "../families/sock_diag.ts";
import type { NumberReader } from "../netlink/number_reader.ts";
import { defineElement, defineKey, defineWord, type Key, type Word } from "../record/key.ts";
import type { RecordSink } from "../record/record_sink.ts";

/** Words for the bits O_NONBLOCK, O_ASYNC and O_CLOEXEC, the same on x86_64 and aarch64. */
const flagWords: (Word | undefined)[] = [];
flagWords[11] = defineWord("nonblock");
flagWords[13] = defineWord("async");
flagWords[19] = defineWord("cloexec");
const DESCRIPTOR = defineWord("descriptor");
const IO_URING = defineWord("io_uring");

const list = defineKey(owner, "descriptors", {
  type: "list",
  meaning:
    "Its descriptors of the socket, and of the io_urings that hold it, with their flags; only with --descriptors.",
  source: "/proc/PID/fdinfo",
});
const element = defineElement(list, "object");
const number = defineKey(element, "fd", {
  type: "integer",
  range: fds.note.range ?? null,
  meaning: "The descriptor.",
  source: "/proc/PID/fdinfo",
});
const flags = defineKey(element, "flags", {
  type: "list",
  words: flagWords.filter((word) => word !== undefined).map(({ text }) => text),
  meaning:
    "Its flags. cloexec: a program started by exec does not inherit it. nonblock: calls do not wait. async: signals report data. Left out if the descriptor has been closed meanwhile or cannot be read.",
  source: "/proc/PID/fdinfo",
});
/** A flag. The words are those of the list. */
const flag = defineElement(flags, "name");
const via = defineKey(element, "via", {
  type: "name",
  words: [DESCRIPTOR.text, IO_URING.text],
  meaning:
    "How it leads to the socket: descriptor, or io_uring for the descriptor of an io_uring in which the socket is registered.",
  source: "/proc/PID/fdinfo",
});
const inFlight = defineKey(null, "scm_fds", {
  type: "integer",
  meaning: "Descriptors that were sent to the socket and not received yet; only with --descriptors.",
  source: "/proc/PID/fdinfo",
  since: "5.10",
});

/** Descriptors of the owners. */
export const descriptors: Lookup<"descriptors"> = {
  name: "descriptors",
  notRecorded: "a recording has no descriptors of owners: no descriptors",
  from: [inodeKey],
  keys: [list, element, number, flags, flag, via],
  isFor: () => true,
};

/** Descriptors in flight. */
export const flight: Lookup<"descriptors"> = {
  name: "descriptors",
  from: [inodeKey],
  keys: [inFlight],
  isFor: ({ domain }) => domain === "unix",
};

/** What the kernel says about a descriptor. */
export interface DescriptorInfo {
  /** Bits `O_…`. */
  readonly flags: number;
  /** Descriptors in flight in a UNIX socket; `null` for other sockets, and before Linux 5.10. */
  readonly inFlight: number | null;
}

/**
 * Reads what the kernel says about a descriptor of a holder.
 *
 * @param inode of the socket that it must still lead to; `null` for that of an io_uring
 * @returns `null` if the descriptor is gone; an error text if it cannot be read
 */
export type DescriptorReader = (holder: Holder, fd: number, inode: number | null) => DescriptorInfo | string | null;

/** Adds flags to the descriptors of owners, and to UNIX sockets what is in flight. */
export class Descriptors implements Enricher {
  readonly lookup: Lookup = flight;
  readonly from: Key = inodeKey;
  readonly none = 0;
  /** Count of descriptors that cannot be read, and why the last one could not. */
  #unread = 0;
  #reason = "";

  constructor(readonly owners: OwnerIndex | null, readonly read: DescriptorReader) {
    if (owners !== null) owners.describe = this.#describe;
  }

  get warnings(): readonly string[] {
    return this.#unread === 0 ? [] : [`cannot read the flags of ${this.#unread} descriptors: ${this.#reason}`];
  }

  readerOf(family: Family): NumberReader | null {
    return flight.isFor(family) ? family.inodeOf : null;
  }

  /** Pushes how many descriptors are in flight in a UNIX socket. */
  write(inode: number, sink: RecordSink): void {
    const first = this.owners?.firstOf(inode) ?? null;
    if (first === null || first.fd < 0) return;
    const info = this.read(first.holder, first.fd, inode);
    // The owners report what cannot be read.
    if (info !== null && typeof info !== "string" && info.inFlight !== null) sink.integer(inFlight, info.inFlight);
  }

  readonly #describe: DescribeWay = {
    open: (sink) => sink.openList(list),
    descriptor: (holder, fd, inode, sink) => {
      const info = this.read(holder, fd, inode);
      sink.openObject(element);
      sink.integer(number, fd);
      if (typeof info === "string") this.#fail(info);
      else if (info !== null) sink.flags(flags, flagWords, info.flags);
      sink.name(via, inode === null ? IO_URING : DESCRIPTOR);
      sink.closeObject(element);
    },
    close: (sink) => sink.closeList(list),
  };

  #fail(reason: string): void {
    this.#unread++;
    this.#reason = reason;
  }
}
