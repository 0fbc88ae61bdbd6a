/**
 * Options of sockets, read through a duplicate of a descriptor of a process that holds the socket. See getsockopt(2) and
 * pidfd_getfd(2).
 */
import type { Enricher, Lookup } from "../lookup.ts";
import { writeText } from "../../netlink/attribute.ts";
import type { OwnerIndex } from "../owner_index.ts";
import { commRule, type Holder, processes } from "../owners.ts";
import type { Family } from "../../families/family.ts";
import { inodeKey } from "../../families/sock_diag.ts";
import type { NumberReader } from "../../netlink/number_reader.ts";
import { defineKey, defineWord, type Key, type Word } from "../../record/key.ts";
import type { RecordSink } from "../../record/record_sink.ts";
import { TCP_CLOSING, TCP_FIN_WAIT1, TCP_FIN_WAIT2, TCP_LAST_ACK, TCP_SYN_SENT } from "../../kernel/tcp_states.ts";
import { options } from "./option_kinds.ts";
import type { Tier } from "./option_table.ts";
import { attributesOf, keysOf, type OptionValues, unknownKeys } from "./option_values.ts";

/** What became of reading the options of a socket. */
export type OptionsStatus = "resolved" | "none" | "denied" | "gone" | "linger" | "class" | "state";

const statuses: Readonly<Record<OptionsStatus, Word>> = {
  resolved: defineWord("resolved"),
  none: defineWord("none"),
  denied: defineWord("denied"),
  gone: defineWord("gone"),
  linger: defineWord("linger"),
  class: defineWord("class"),
  state: defineWord("state"),
};

const optionsStatus = defineKey(null, "options_status", {
  type: "name",
  words: Object.keys(statuses),
  meaning:
    "Whether the options were read. resolved: they were. none: no process is known to have a descriptor of it. denied: they may not be read. gone: the descriptor has been closed meanwhile. linger: closing a duplicate could wait (SO_LINGER). class: a duplicate would change its class (net_cls, net_prio). state: a duplicate would disturb the start or the end of the connection, or the state is not known.",
  source: "pidfd_getfd(2)",
});

const credentials = defineKey(null, "peer_cred", {
  type: "object",
  meaning:
    "Who connected, as the kernel remembers it; of a listener, and of the socket that connected to it, who called listen(). Left out without a peer; only with --sockopts.",
  source: "SO_PEERCRED",
  privilege: "CAP_SYS_PTRACE for processes of other users",
});
const peerPid = defineKey(credentials, "pid", {
  type: "integer",
  range: [0, processes[1]],
  meaning: "Number of the process, which may have ended; 0 if it is in another PID namespace.",
  source: "SO_PEERCRED",
});
const peerComm = defineKey(credentials, "comm", {
  type: "text",
  rule: commRule,
  meaning: "Name of the process that has this number now.",
  source: "/proc/PID/comm",
});
const peerUid = defineKey(credentials, "uid", {
  type: "integer",
  range: [0, 0xffff_ffff],
  meaning: "User of the process at that time.",
  source: "SO_PEERCRED",
});
const peerUser = defineKey(credentials, "user", {
  type: "text",
  rule: { named: "user" },
  meaning: "Name of that user.",
  source: "getpwuid(3)",
});
const peerGid = defineKey(credentials, "gid", {
  type: "integer",
  range: [0, 0xffff_ffff],
  meaning: "Group of the process at that time.",
  source: "SO_PEERCRED",
});
const credentialKeys = [credentials, peerPid, peerComm, peerUid, peerUser, peerGid];

/** A row of the registry. Keys are made when they are asked for: few runs need them. */
function optionLookup<Name extends "sockopts" | "all-sockopts">(name: Name, tier: Tier): Lookup<Name> {
  let keys: readonly Key[] | null = null;
  return {
    name,
    ...tier === "B" ? { notRecorded: "a recording has no less usual options of sockets (--sockopts=all)" } : {},
    from: [inodeKey],
    get keys() {
      return keys ??= keysOf(attributesOf(tier, null));
    },
    object: options,
    attributesOf: ({ name }) => attributesOf(tier, name),
    keysOf: ({ name }) => keysOf(attributesOf(tier, name)),
    isFor: () => true,
  };
}

/** Whether options were read, and the object for them. */
export const optionStatus: Lookup<"sockopts"> = {
  name: "sockopts",
  notRecorded: "a recording has no options of sockets: no options",
  from: [inodeKey],
  keys: [optionsStatus, options],
  isFor: () => true,
};

/** The options of tier A. */
export const usualOptions: Lookup<"sockopts"> = optionLookup("sockopts", "A");

/** The fields for values of unknown length. */
export const unknownOptions: Lookup<"sockopts"> = {
  name: "sockopts",
  from: [inodeKey],
  object: options,
  keys: unknownKeys,
  isFor: () => true,
};

/** The options of tier B. */
export const otherOptions: Lookup<"all-sockopts"> = optionLookup("all-sockopts", "B");

/** Who connected to a UNIX socket. */
export const peerCredentials: Lookup<"sockopts"> = {
  name: "sockopts",
  from: [inodeKey],
  keys: credentialKeys,
  isFor: ({ domain }) => domain === "unix",
};

/** The socket whose options are read. */
export interface SocketIdentity {
  inode: number;
  /** Halves of its cookie; both 0 if it is not known. */
  low: number;
  high: number;
}

/** `struct ucred` of SO_PEERCRED; `pid`, `uid` and `gid` are -1 if there is none. */
export interface PeerCredentials {
  pid: number;
  uid: number;
  gid: number;
}

/** Reads options of sockets of other processes. */
export interface OptionReader extends Disposable {
  /** Why the last socket could not be read. */
  readonly obstacle: string;
  /** The peer of the socket that was read last. */
  readonly peer: PeerCredentials;
  /** Reads the options of the socket that a holder has under a descriptor. */
  read(holder: Holder, fd: number, identity: SocketIdentity): OptionsStatus;
  /** The name of a user; `null` if there is none. */
  userName(uid: number): Uint8Array | null;
  /** The name of a process; `null` if there is none with this number. */
  processName(pid: number): Uint8Array | null;
}

/** States in which a duplicate would delay or change what comes next. */
const UNSTEADY = 1 << TCP_SYN_SENT | 1 << TCP_FIN_WAIT1 | 1 << TCP_FIN_WAIT2 | 1 << TCP_LAST_ACK | 1 << TCP_CLOSING;

/** There is no message of the socket, because it comes from `/proc/net`. */
const UNTOLD = -1;
/** Families whose connections begin and end with an exchange. */
const CONNECTING: readonly string[] = ["TCP", "MPTCP", "SCTP", "DCCP", "SMC"];

/** Why options are missing, for the warning. */
const reasons: readonly (readonly [OptionsStatus, string])[] = [
  ["linger", "closing a duplicate of a socket with SO_LINGER could wait"],
  ["class", "a duplicate would change the class of the socket (net_cls, net_prio)"],
  ["state", "a duplicate would disturb a connection that begins or ends"],
];

/** Adds the options of each socket, read through one of its holders. */
export class SocketOptions implements Enricher {
  readonly lookup: Lookup;
  readonly from: Key = inodeKey;
  readonly none = 0;
  readonly touches = true;
  /** Count of sockets whose options are missing. */
  unresolved = 0;
  /** The same by status. */
  readonly #missing = new Map<OptionsStatus, number>();
  #obstacle = "";
  readonly #identity: SocketIdentity = { inode: 0, low: 0, high: 0 };
  /** State of the socket in the message that was read last. */
  #state = UNTOLD;
  /** Whether sockets of the family that is listed can be in a state in which they are not touched. */
  #connects = false;
  /** The socket whose options `values` holds, and what became of reading them. A filter and the output ask for the same. */
  readonly #last: SocketIdentity = { inode: 0, low: 0, high: 0 };
  #status: OptionsStatus = "none";

  /**
   * @param owners the holders of sockets; `null` if nobody looked
   * @param values where `reader` puts values
   */
  constructor(
    readonly owners: OwnerIndex | null,
    readonly reader: OptionReader,
    readonly values: OptionValues,
  ) {
    const keys = [optionStatus, usualOptions, otherOptions, peerCredentials].flatMap(({ keys }) => keys);
    this.lookup = { ...peerCredentials, keys, isFor: () => true };
  }

  get warnings(): readonly string[] {
    const { owners } = this;
    const denied = this.#missing.get("denied") ?? 0;
    const why = this.#obstacle === "" ? owners?.obstacles.join("; ") ?? "" : this.#obstacle;
    return [
      ...denied === 0 ? [] : [`cannot read the options of ${denied} sockets: ${why}`],
      ...reasons.flatMap(([status, reason]) => {
        const count = this.#missing.get(status) ?? 0;
        return count === 0 ? [] : [`did not read the options of ${count} sockets: ${reason}`];
      }),
    ];
  }

  /** Called before the sockets of each family. */
  readerOf({ inodeOf, likelyKernelOf, stateOf, cookieAt, name }: Family): NumberReader {
    this.#connects = CONNECTING.includes(name);
    return (view, start, end) => {
      this.#state = stateOf === null ? 0 : stateOf(view, start, end);
      const has = cookieAt !== undefined && start + cookieAt + 8 <= end;
      this.#identity.low = has ? view.getInt32(start + cookieAt, true) : 0;
      this.#identity.high = has ? view.getInt32(start + cookieAt + 4, true) : 0;
      const inode = inodeOf(view, start, end);
      if (inode !== 0 || likelyKernelOf === undefined) return inode;
      const likely = likelyKernelOf(view, start, end);
      return (this.owners?.firstHolder(likely) ?? -1) < 0 ? 0 : likely;
    };
  }

  write(inode: number, sink: RecordSink): void {
    const state = this.#state;
    this.#state = UNTOLD;
    if (state !== UNTOLD) this.#push(inode, state, sink);
    else if (this.#connects) this.#push(inode, TCP_SYN_SENT, sink);
    else this.writeUnlisted(inode, sink);
  }

  /** Pushes the options of a socket that no message describes, and so is known by its inode only. */
  writeUnlisted(inode: number, sink: RecordSink): void {
    this.#identity.low = this.#identity.high = 0;
    this.#push(inode, 0, sink);
  }

  #push(inode: number, state: number, sink: RecordSink): void {
    this.#identity.inode = inode;
    const status = this.#isLast() ? this.#status : this.#read(state);
    if (status !== "resolved" && status !== "none" && status !== "gone") {
      this.unresolved++;
      this.#missing.set(status, (this.#missing.get(status) ?? 0) + 1);
    }
    sink.name(optionsStatus, statuses[status]);
    if (status !== "resolved") return;
    this.values.write(sink);
    this.#writePeer(sink);
  }

  #isLast(): boolean {
    const { inode, low, high } = this.#identity;
    return inode !== 0 && inode === this.#last.inode && low === this.#last.low && high === this.#last.high;
  }

  #read(state: number): OptionsStatus {
    const { inode, low, high } = this.#identity;
    Object.assign(this.#last, { inode, low, high });
    return this.#status = this.#tryToRead(state);
  }

  #tryToRead(state: number): OptionsStatus {
    const { owners, reader } = this;
    const first = owners?.firstDescriptor(this.#identity.inode) ?? null;
    if (owners === null || first === null) {
      const hidden = this.#identity.inode !== 0 && owners !== null && owners.obstacles.length > 0;
      return hidden ? "denied" : "none";
    }
    if ((UNSTEADY >> state & 1) === 1) return "state";
    const status = reader.read(first.holder, first.fd, this.#identity);
    if (status === "denied") this.#obstacle = reader.obstacle;
    return status;
  }

  #writePeer(sink: RecordSink): void {
    const { pid, uid, gid } = this.reader.peer;
    if (pid < 0) return;
    const comm = pid === 0 ? null : this.reader.processName(pid);
    const user = this.reader.userName(uid);
    sink.openObject(credentials);
    sink.integer(peerPid, pid);
    if (comm !== null) writeText(peerComm, comm, 0, comm.length, sink);
    sink.integer(peerUid, uid);
    if (user !== null) writeText(peerUser, user, 0, user.length, sink);
    sink.integer(peerGid, gid);
    sink.closeObject(credentials);
  }

  [Symbol.dispose](): void {
    this.reader[Symbol.dispose]();
  }
}
