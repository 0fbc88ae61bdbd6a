/**
 * Messages about Internet sockets: the fixed part and the shared attributes. Mirrors `linux/inet_diag.h`.
 */
import { AF_INET, AF_INET6 } from "../../kernel/address_family.ts";
import { TCP_LISTEN, TCP_SYN_RECV, TCP_TIME_WAIT, tcpStateWords } from "../../kernel/tcp_states.ts";
import {
  type Attribute,
  type AttributeTable,
  defineAttributes,
  filler,
  inline,
  nests,
  rawBytes,
  scalar,
  structure,
} from "../../netlink/attribute.ts";
import { defineElement, defineKey, type Key } from "../../record/key.ts";
import {
  boolean,
  defineLayout,
  enumeration,
  flags,
  hidden,
  identifier,
  type Layout,
  row,
} from "../../record/layout.ts";
import { shutdownRows, SK_MEMINFO, skmeminfoKey } from "../sock_diag.ts";
import {
  INET_DIAG_CGROUP_ID,
  INET_DIAG_CLASS_ID,
  INET_DIAG_MARK,
  INET_DIAG_MEMINFO,
  INET_DIAG_PAD,
  INET_DIAG_PROTOCOL,
  INET_DIAG_SHUTDOWN,
  INET_DIAG_SK_BPF_STORAGES,
  INET_DIAG_SKMEMINFO,
  INET_DIAG_SKV6ONLY,
  INET_DIAG_SOCKOPT,
  INET_DIAG_TCLASS,
  INET_DIAG_TOS,
} from "./inet_constants.ts";

const idiagTimers = ["off", "retransmit", "keepalive", "timewait", "zero-window-probe", "delayed-ack"];
const TIMER_TIMEWAIT = 3;

/** Words for address families whose addresses a socket can have. */
export const familyWords: (string | undefined)[] = [];
familyWords[AF_INET] = "inet";
familyWords[AF_INET6] = "inet6";

export const STATE = 1;
export const REMOTE_PORT = 6;
const LOCAL_ADDRESS = 8;
const REMOTE_ADDRESS = 24;
const TIMER = 2;
export const INTERFACE = 40;
export const COOKIE = 44;
export const USER = 64;
export const INODE = 68;

/** Conditions for rows of {@linkcode INET_DIAG_MSG}. */
const IS_LISTENER = 1;
const HAS_TIMER = 2;
export const HAS_OWNER = 4;

/** The conditions that are true for the `struct inet_diag_msg` at `start`. */
export function readConditions(view: DataView, start: number): number {
  const state = view.getUint8(start + STATE);
  const timer = view.getUint8(start + TIMER);
  // TIME-WAIT and request entries are not full sockets: the kernel has no user for them and fills in 0.
  const owned = timer !== TIMER_TIMEWAIT && state !== TCP_TIME_WAIT &&
    (state !== TCP_SYN_RECV || view.getUint32(start + INODE, true) !== 0);
  return (state === TCP_LISTEN ? IS_LISTENER : 0) | (timer !== 0 ? HAS_TIMER : 0) | (owned ? HAS_OWNER : 0);
}

/** How the fixed part of messages differs between protocols. */
export interface InetMessage {
  /** Words for the states by number; TCP's by default. */
  readonly states?: readonly (string | undefined)[];
  /** Words for the timers by number; those of `idiag_timer` by default. */
  readonly timers?: readonly (string | undefined)[];
  /** Whether all sockets have an owner, whatever their state number. */
  readonly owned?: boolean;
}

const inetMessageRows = ({ states = tcpStateWords, timers = idiagTimers, owned = false }: InetMessage) => [
  row("u8", "idiag_family", "family", "", "Address family.", {
    show: enumeration(familyWords),
  }),
  row("u8", "idiag_state", "state", "", "State of the socket, in the words that `ss` takes.", {
    show: enumeration(states),
  }),
  row("u8", "idiag_timer", "timer", "", "The timer that runs out next.", { show: enumeration(timers) }),
  row(
    "u8",
    "idiag_retrans",
    "retrans",
    "",
    "Retransmissions of the oldest data (timer retransmit), unanswered probes (keepalive, zero-window-probe), or SYN-ACKs sent again (syn-recv).",
  ),
  row("be16", "id.idiag_sport", "src_port", "", "Local port."),
  row("be16", "id.idiag_dport", "dst_port", "", "Remote port."),
  row("address", "id.idiag_src", "src", "", "Local address."),
  row("address", "id.idiag_dst", "dst", "", "Remote address."),
  row("u32", "id.idiag_if", "iface_idx", "", "Index of the interface that the socket is bound to, 0 for none."),
  row(
    "u32x2",
    "id.idiag_cookie",
    "cookie",
    "",
    "Unique number of the socket; not used again until the machine restarts.",
    {
      show: identifier,
    },
  ),
  row("u32", "idiag_expires", "expires", "ms", "Time until the timer runs out; only while one runs.", {
    when: HAS_TIMER,
  }),
  row(
    "u32",
    "idiag_rqueue",
    "recv_q",
    "bytes",
    "Bytes received and not yet read by the process; a FIN of TCP counts as 1. UDP, RAW, MPTCP, SCTP: memory that the data takes. Listeners: connections that wait to be accepted.",
  ),
  row("u32", "idiag_rqueue", "backlog", "connections", "Connections that wait to be accepted (listeners).", {
    view: true,
    when: IS_LISTENER,
  }),
  row(
    "u32",
    "idiag_wqueue",
    "send_q",
    "bytes",
    "Bytes written and not yet acknowledged by the peer; a SYN or FIN of TCP counts as 1, so it is 1 in syn-sent. It has no meaning before a deferred connect (TCP_FASTOPEN_CONNECT) has sent anything. UDP, RAW, MPTCP, SCTP: memory that the data takes. Listeners: the limit of waiting connections.",
  ),
  row(
    "u32",
    "idiag_wqueue",
    "backlog_limit",
    "connections",
    "Limit of connections that wait to be accepted (listeners).",
    {
      view: true,
      when: IS_LISTENER,
    },
  ),
  row("u32", "idiag_uid", "uid", "", "User that owns the socket, as numbered in the caller's user namespace.", {
    when: owned ? 0 : HAS_OWNER,
  }),
  row("u32", "idiag_inode", "inode", "", "Inode of the socket, as in `/proc/PID/fd`; 0 if no process holds it."),
];

const inetMessageOrder = [
  "family",
  "state",
  "src",
  "src_port",
  "dst",
  "dst_port",
  "iface_idx",
  "recv_q",
  "send_q",
  "backlog",
  "backlog_limit",
  "timer",
  "expires",
  "retrans",
  "uid",
  "inode",
  "cookie",
];

/** `struct inet_diag_msg`, including its `struct inet_diag_sockid`, with the words of a protocol. */
export const defineInetMessage = (message: InetMessage): Layout =>
  defineLayout("inet_diag_msg", "linux/inet_diag.h", null, inetMessageRows(message), { order: inetMessageOrder });

/** `struct inet_diag_msg` with TCP's words. */
export const INET_DIAG_MSG: Layout = defineInetMessage({});

/**
 * What the kernel fills in when it says that a socket was destroyed; user, inode, queues and timer are zero or chance, and the
 * state of each TCP socket is closed by then.
 */
const toldAtEnd = ["family", "src", "src_port", "dst", "dst_port", "iface_idx", "cookie"];

/** Conditions for rows of {@linkcode INET_DIAG_MSG_DESTROYED}. */
const HAS_LOCAL_ADDRESS = 1;
const HAS_REMOTE_PORT = 2;

/**
 * The conditions that are true for the message at `start` about a destroyed socket. A disconnect before the end (SO_LINGER 0, a
 * refused connect(2), a connection that nobody accepted) wipes the remote port and a local address that nobody chose.
 */
export function readConditionsAtEnd(view: DataView, start: number): number {
  const wiped = view.getUint16(start + REMOTE_PORT) === 0 && !isZero(view, start + REMOTE_ADDRESS);
  if (!wiped) return HAS_LOCAL_ADDRESS | HAS_REMOTE_PORT;
  return isZero(view, start + LOCAL_ADDRESS) ? 0 : HAS_LOCAL_ADDRESS;
}

/** Whether the address at `at` is all zeros: 16 bytes, of IPv4 the last are not used. */
const isZero = (view: DataView, at: number): boolean =>
  (view.getUint32(at) | view.getUint32(at + 4) | view.getUint32(at + 8) | view.getUint32(at + 12)) === 0;

const whenTold = (field: string): number =>
  field === "src" ? HAS_LOCAL_ADDRESS : field === "dst_port" ? HAS_REMOTE_PORT : 0;

/** `struct inet_diag_msg` of a socket that was destroyed. */
export const INET_DIAG_MSG_DESTROYED: Layout = defineLayout(
  "inet_diag_msg",
  "linux/inet_diag.h",
  null,
  inetMessageRows({}).flatMap((whole) => {
    if (toldAtEnd.includes(whole.field)) return [{ ...whole, when: whenTold(whole.field) }];
    return whole.view === true ? [] : [hidden(whole.member, whole.storage === "u8" ? 1 : 4)];
  }),
  { order: toldAtEnd },
);

const meminfoKey = defineKey(null, "meminfo", {
  type: "object",
  meaning: "Memory of the socket in the older, shorter form.",
  source: "INET_DIAG_MEMINFO",
});

export const INET_DIAG_MEMINFO_LAYOUT: Layout = defineLayout("inet_diag_meminfo", "linux/inet_diag.h", meminfoKey, [
  row("u32", "idiag_rmem", "r", "bytes", "Memory charged for received data."),
  row("u32", "idiag_wmem", "w", "bytes", "Memory of the send queue."),
  row("s32", "idiag_fmem", "f", "bytes", "Memory reserved ahead and not yet used; may be negative."),
  row("u32", "idiag_tmem", "t", "bytes", "Memory of data handed to the transmit path."),
]);

const sockoptWords = [
  "recverr",
  "is_icsk",
  "freebind",
  "hdrincl",
  "mc_loop",
  "transparent",
  "mc_all",
  "nodefrag",
  "bind_address_no_port",
  "recverr_rfc4884",
  "defer_connect",
];

const shutdownLayout: Layout = defineLayout(
  "INET_DIAG_SHUTDOWN",
  "",
  null,
  shutdownRows("INET_DIAG_SHUTDOWN", { since: "3.8" }),
);

/** The values that BPF programs keep with the socket. */
export const bpfStorages: Key = defineKey(null, "bpf_storages", {
  type: "list",
  meaning: "Values that BPF programs store for the socket; only with --bpf-maps.",
  since: "5.7",
  source: "INET_DIAG_SK_BPF_STORAGES",
  privilege: "CAP_BPF",
});
/** A value that a BPF program keeps with the socket. */
export const bpfStorage: Key = defineElement(bpfStorages, "object");

/** The map that holds the value. */
export const bpfMapId: Attribute = scalar(2, "SK_DIAG_BPF_STORAGE_MAP_ID", "u32", "map_id", "Number of the BPF map.", {
  parent: bpfStorage,
  since: "5.7",
});

/** The bytes of the value. */
export const bpfValue: Key = defineKey(bpfStorage, "value", {
  source: "SK_DIAG_BPF_STORAGE_MAP_VALUE",
  type: "hex",
  meaning: "Value of this socket in the map, byte by byte.",
  since: "5.7",
});

/** `SK_DIAG_BPF_STORAGE_*` of `linux/sock_diag.h`. */
const bpfStorageAttributes = defineAttributes(bpfStorage, [
  { number: 1, name: "SK_DIAG_BPF_STORAGE_PAD", payload: filler },
  bpfMapId,
  { number: 3, name: "SK_DIAG_BPF_STORAGE_MAP_VALUE", payload: rawBytes(bpfValue) },
]);

/** What decides about the route of its packets, besides addresses. */
const tosAttribute = scalar(
  INET_DIAG_TOS,
  "INET_DIAG_TOS",
  "u8",
  "tos",
  "Type-of-service byte of IPv4 packets (IP_TOS).",
  { since: "3.2" },
);
const tclassAttribute = scalar(
  INET_DIAG_TCLASS,
  "INET_DIAG_TCLASS",
  "u8",
  "tclass",
  "Traffic class of IPv6 packets (IPV6_TCLASS).",
  { since: "3.2" },
);
const markAttribute = scalar(
  INET_DIAG_MARK,
  "INET_DIAG_MARK",
  "u32",
  "mark",
  "Mark of the packets that the socket sends (SO_MARK).",
  { since: "4.9", privilege: "CAP_NET_ADMIN" },
);
/** Their fields. */
export const routingKeys: readonly Key[] = [tosAttribute, tclassAttribute, markAttribute].map(({ payload }) =>
  payload.layout!.steps[0]!.key
);

/** Attributes that sockets of every Internet protocol can have, in output order. */
const common: readonly Attribute[] = [
  { number: INET_DIAG_SHUTDOWN, name: "INET_DIAG_SHUTDOWN", payload: inline(shutdownLayout) },
  scalar(
    INET_DIAG_SKV6ONLY,
    "INET_DIAG_SKV6ONLY",
    "u8",
    "v6only",
    "Whether an IPv6 listener refuses IPv4 (IPV6_V6ONLY).",
    {
      show: boolean,
      since: "4.2",
    },
  ),
  tosAttribute,
  tclassAttribute,
  scalar(
    INET_DIAG_CLASS_ID,
    "INET_DIAG_CLASS_ID",
    "u32",
    "class_id",
    "Network class of the control group; without one, the socket's priority (SO_PRIORITY).",
    { since: "4.14" },
  ),
  markAttribute,
  scalar(
    INET_DIAG_CGROUP_ID,
    "INET_DIAG_CGROUP_ID",
    "u64",
    "cgroup_id",
    "Number of the socket's control group (version 2).",
    {
      show: identifier,
      since: "5.8",
    },
  ),
  scalar(INET_DIAG_SOCKOPT, "INET_DIAG_SOCKOPT", "u16", "sockopts", "Options of the IP layer that are on.", {
    show: flags(sockoptWords),
    since: "5.10",
  }),
  {
    number: INET_DIAG_MEMINFO,
    name: "INET_DIAG_MEMINFO",
    payload: structure(meminfoKey, INET_DIAG_MEMINFO_LAYOUT),
  },
  { number: INET_DIAG_SKMEMINFO, name: "INET_DIAG_SKMEMINFO", payload: structure(skmeminfoKey, SK_MEMINFO) },
];

const trailing: readonly Attribute[] = [
  {
    number: INET_DIAG_SK_BPF_STORAGES,
    name: "INET_DIAG_SK_BPF_STORAGES",
    payload: nests(bpfStorages, bpfStorageAttributes),
  },
  { number: INET_DIAG_PAD, name: "INET_DIAG_PAD", payload: filler },
];

/** Sent in messages about destroyed sockets of every protocol. Not shown, because the protocol's name is known already. */
const protocolAttribute: Attribute = { number: INET_DIAG_PROTOCOL, name: "INET_DIAG_PROTOCOL", payload: filler };

/** The attributes of a protocol: the shared ones and its own. */
export function defineInetAttributes(own: readonly Attribute[]): AttributeTable {
  const shown = own.some(({ number }) => number === INET_DIAG_PROTOCOL);
  return defineAttributes(null, [...common, ...own, ...trailing, ...shown ? [] : [protocolAttribute]]);
}
