/**
 * The holders of a socket: the processes that have a descriptor of it, found by the socket's inode. See proc(5),
 * `/proc/PID/fd`.
 */
import { type CgroupKeys, defineCgroupKeys } from "./cgroup_parts.ts";
import type { Lookup } from "./lookup.ts";
import { writeText } from "../netlink/attribute.ts";
import { defineElement, defineKey, defineWord, type Key, type Range, type TextRule, type Word } from "../record/key.ts";
import type { RecordSink } from "../record/record_sink.ts";
import type { Family } from "../families/family.ts";
import { inodeKey } from "../families/sock_diag.ts";

/** A process that holds sockets, or a thread with its own descriptor table. */
export interface Holder {
  readonly pid: number;
  /** Thread id, `null` for the process. */
  readonly tid: number | null;
  /** Name of the process: at most 15 bytes, without NUL. */
  readonly comm: Uint8Array;
  /** Path of its program, `null` if it cannot be read or there is none (kernel threads). */
  readonly exe: Uint8Array | null;
  /** Arguments, each followed by NUL; `null` if they were not requested or cannot be read. */
  readonly cmdline: Uint8Array | null;
  /** Whether the arguments were cut off. */
  readonly cmdlineCut: boolean;
  /** Effective user id. */
  readonly uid: number;
  /** Name of that user, `null` if the C library does not know one. */
  readonly user: Uint8Array | null;
  /** Start time in milliseconds since 1970, by the machine's current clock; `null` if unknown. */
  readonly startTime: number | null;
  /** Inode of its network namespace, 0 if it cannot be read. */
  readonly netns: number;
  /** Its SELinux context; `null` if it was not requested or cannot be read. */
  readonly context: Uint8Array | null;
  /** Path of its control group; `null` if it was not requested or cannot be read. */
  readonly cgroup: Uint8Array | null;
}

/** Valid process ids: PID_MAX_LIMIT of `linux/threads.h`. */
export const processes: Range = [1, 4_194_304];
/** Valid process names: TASK_COMM_LEN of `linux/sched.h`, which includes a NUL. */
export const commRule: TextRule = { longest: 15, cut: true };

/** The processes that hold a socket. */
export const owners: Key = defineKey(null, "owners", {
  type: "list",
  meaning: "All processes that hold the socket; only with -p.",
  source: "/proc/PID/fd",
  privilege: "CAP_SYS_PTRACE for processes of other users",
});
/** One holder. */
export const owner: Key = defineElement(owners, "object");
/** Process id. */
export const pid: Key = defineKey(owner, "pid", {
  type: "integer",
  range: processes,
  meaning: "Number of the process.",
  source: "/proc/PID",
});
/** Thread id. */
export const tid: Key = defineKey(owner, "tid", {
  type: "integer",
  range: processes,
  meaning: "Number of the thread, if it has its own descriptors; only with -T.",
  source: "/proc/PID/task",
});
/** Name of the process. */
export const comm: Key = defineKey(owner, "comm", {
  type: "text",
  rule: commRule,
  meaning: "Name of the process, or of the thread.",
  source: "/proc/PID/stat",
});
const exe = defineKey(owner, "exe", {
  type: "text",
  rule: { form: [/^\//, "a path that starts with /"] },
  meaning: "Path of its program.",
  source: "/proc/PID/exe",
});
/** Arguments of the process. */
export const cmdline: Key = defineKey(owner, "cmdline", {
  type: "list",
  meaning: "Its arguments, which may contain secrets; only with --cmdline.",
  source: "/proc/PID/cmdline",
});
/** One argument. */
export const argument: Key = defineElement(cmdline, "text");
/** Whether they were cut off. */
export const cmdlineCut: Key = defineKey(owner, "cmdline_cut", {
  type: "boolean",
  meaning:
    "True if the arguments were cut off, else left out. At most 4 kB are kept for each process, and less after a total of 8 MB.",
  source: "/proc/PID/cmdline",
});
const uid = defineKey(owner, "uid", {
  type: "integer",
  range: [0, 0xffff_ffff],
  meaning: "Its effective user.",
  source: "/proc/PID/status",
});
const user = defineKey(owner, "user", {
  type: "text",
  rule: { named: "user" },
  meaning: "Name of that user.",
  source: "getpwuid(3)",
});
/** SELinux context of the process. */
export const context: Key = defineKey(owner, "context", {
  type: "text",
  meaning: "Its SELinux context; only with -Z.",
  source: "/proc/PID/attr/current",
});
const startTime = defineKey(owner, "start_time", {
  type: "integer",
  unit: "ms",
  meaning: "Start time since the beginning of 1970 (UTC), exact to a hundredth of a second.",
  source: "/proc/PID/stat",
});
export const fds: Key = defineKey(owner, "fds", {
  type: "list",
  range: [0, 0x7fff_ffff],
  meaning: "Its descriptors of the socket.",
  source: "/proc/PID/fd",
});
/** One descriptor. */
export const fd: Key = defineElement(fds, "integer");
/** Descriptors of the io_urings that hold the socket. */
export const ringFds: Key = defineKey(owner, "io_uring_fds", {
  type: "list",
  meaning:
    "Its descriptors of io_uring instances in which the socket is registered. It may have no other descriptor of the socket.",
  source: "/proc/PID/fdinfo",
  since: "5.12",
});
/** One io_uring descriptor. */
export const ringFd: Key = defineElement(ringFds, "integer");
/** Whether the process has mapped the socket. */
export const mapped: Key = defineKey(owner, "mapped", {
  type: "boolean",
  meaning: "True if it has no descriptor of the socket but has mapped its ring, else left out.",
  source: "/proc/PID/maps",
});
/** Control group of the process. */
export const ownerCgroupKeys: CgroupKeys = defineCgroupKeys(owner, {
  meaning: "Path of its control group (version 2, else version 1); only with --cgroup or -p.",
  source: "/proc/PID/cgroup",
}, "only with --cgroup or -p");
/** Whether the owners of a socket are known. */
export const ownerStatus: Key = defineKey(null, "owner_status", {
  type: "name",
  meaning:
    "Whether the processes are known. resolved: they are. none: no process holds the socket. kernel: the kernel itself owns it, see kernel_owner. unaccepted: it waits to be accepted by a listener. denied: a process that may not be read, or is not visible, may hold it. raced: a process that has ended meanwhile may have held it.",
  source: "/proc/PID/fd",
  words: ["resolved", "none", "kernel", "unaccepted", "denied", "raced"],
});
export const RESOLVED: Word = defineWord("resolved");
export const NONE: Word = defineWord("none");
export const KERNEL: Word = defineWord("kernel");
export const UNACCEPTED: Word = defineWord("unaccepted");
export const DENIED: Word = defineWord("denied");
export const RACED: Word = defineWord("raced");

/** Fields for a short list of holders. */
export interface HolderKeys {
  readonly list: Key;
  readonly element: Key;
  readonly pid: Key;
  readonly comm: Key;
}

/** Defines a short list of holders. */
export function defineHolders(name: string, meaning: string): HolderKeys {
  const list = defineKey(null, name, {
    type: "list",
    meaning,
    source: "/proc/PID/fd",
    privilege: "CAP_SYS_PTRACE for processes of other users",
  });
  const element = defineElement(list, "object");
  return {
    list,
    element,
    pid: defineKey(element, "pid", {
      type: "integer",
      range: processes,
      meaning: "Number of the process.",
      source: "/proc/PID",
    }),
    comm: defineKey(element, "comm", {
      type: "text",
      rule: commRule,
      meaning: "Name of the process.",
      source: "/proc/PID/stat",
    }),
  };
}

/** The listener whose queue holds a socket that waits for accept(). */
export const listenerInode: Key = defineKey(null, "listener_inode", {
  type: "integer",
  meaning:
    "Inode of the listener at which the socket waits to be accepted, if there is only one candidate; only with -p.",
  source: "the listeners of the same address and port",
});
/** Fields for the holders of the listener. */
export const listenerHolders: HolderKeys = defineHolders(
  "listener_owners",
  "The processes that hold that listener; only with -p.",
);

/** Families whose sockets wait at a listener that has an address. */
export const isAccepted = ({ name }: Family): boolean => ["TCP", "MPTCP", "DCCP"].includes(name);

/** The listener at which a socket waits for accept(). */
export const waiting: Lookup<"owners"> = {
  name: "owners",
  from: [inodeKey],
  keys: [listenerInode, ...Object.values(listenerHolders)],
  isFor: isAccepted,
};

/** Fields that `-p` adds to every flow. */
export const ownerKeys: readonly Key[] = [
  owners,
  owner,
  pid,
  tid,
  comm,
  exe,
  cmdline,
  argument,
  cmdlineCut,
  uid,
  user,
  context,
  startTime,
  fds,
  fd,
  ringFds,
  ringFd,
  mapped,
  ownerStatus,
];

/** Holders of the socket. */
export const ownership: Lookup<"owners"> = {
  name: "owners",
  notRecorded: "a recording does not say who holds the sockets: no owners",
  from: [inodeKey],
  keys: ownerKeys,
  isFor: () => true,
};

/** Pushes the fields of a process, without its descriptors. */
export function writeHolder(holder: Holder, sink: RecordSink): void {
  sink.integer(pid, holder.pid);
  if (holder.tid !== null) sink.integer(tid, holder.tid);
  writeText(comm, holder.comm, 0, holder.comm.length, sink);
  if (holder.exe !== null) writeText(exe, holder.exe, 0, holder.exe.length, sink);
  if (holder.cmdline !== null) writeArguments(holder.cmdline, sink);
  if (holder.cmdlineCut) sink.boolean(cmdlineCut, true);
  sink.integer(uid, holder.uid);
  if (holder.user !== null) writeText(user, holder.user, 0, holder.user.length, sink);
  if (holder.context !== null) writeText(context, holder.context, 0, holder.context.length, sink);
  if (holder.startTime !== null) sink.integer(startTime, holder.startTime);
}

function writeArguments(bytes: Uint8Array, sink: RecordSink): void {
  sink.openList(cmdline);
  for (let start = 0; start < bytes.length;) {
    const nul = bytes.indexOf(0, start);
    const end = nul < 0 ? bytes.length : nul;
    sink.text(argument, bytes, start, end);
    start = end + 1;
  }
  sink.closeList(cmdline);
}

/** Where the descriptors of processes are read: `/proc`, or a BPF iterator. */
export type OwnersSource = "proc" | "bpf";

/** Which further details of processes to read. */
export interface OwnerDetails {
  /** Where to read descriptors; by default where it is faster here. */
  readonly source?: OwnersSource;
  /** Read arguments. */
  readonly cmdline?: boolean;
  /** Read threads that have their own descriptor table too. */
  readonly threads?: boolean;
  /** Read SELinux contexts. */
  readonly context?: boolean;
  /** Read control groups. */
  readonly cgroup?: boolean;
}
