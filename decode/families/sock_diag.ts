/**
 * Definitions shared by all families of NETLINK_SOCK_DIAG. Mirrors `linux/sock_diag.h`.
 */
import { custom, type Payload } from "../netlink/attribute.ts";
import { defineKey, type TextRule } from "../record/key.ts";
import { counter, defineLayout, flags, hidden, type Layout, type Row, row } from "../record/layout.ts";
import { writeExtra } from "../record/walk_layout.ts";

export const NETLINK_SOCK_DIAG = 4;
/** Message type of requests, and of the sockets in the answers. */
export const SOCK_DIAG_BY_FAMILY = 20;

/** Multicast groups for destroyed sockets: `enum sknetlink_groups`. */
export const SKNLGRP_INET_TCP_DESTROY = 1;
export const SKNLGRP_INET_UDP_DESTROY = 2;
export const SKNLGRP_INET6_TCP_DESTROY = 3;
export const SKNLGRP_INET6_UDP_DESTROY = 4;

/** Whether the message at `start` says that a socket was destroyed: nobody asked for it. */
export const isEvent = (view: DataView, start: number): boolean =>
  view.getUint16(start + 4, true) === SOCK_DIAG_BY_FAMILY && view.getUint16(start + 6, true) === 0 &&
  view.getUint32(start + 8, true) === 0 && view.getUint32(start + 12, true) === 0;

/** The inode, for families where it is not a member of a layout. Every family has it. */
export const inodeKey = defineKey(null, "inode", {
  type: "integer",
  meaning: "Inode of the socket, as in `/proc/PID/fd`; 0 if no process holds it.",
  source: "the family's own member for it; /proc",
});

/** The interface index, for families where it is not a member of a layout. */
export const ifaceIdxKey = defineKey(null, "iface_idx", {
  type: "integer",
  meaning: "Index of the interface that the socket is bound to, 0 for none.",
  source: "the family's own member for it",
});

/** The user, for families where it is not a member of a layout. */
export const uidKey = defineKey(null, "uid", {
  type: "integer",
  meaning: "User that owns the socket, as numbered in the caller's user namespace.",
  source: "the family's own member for it",
});

/** The addresses, for families where they are not members of a layout. */
export const srcKey = defineKey(null, "src", {
  type: "address",
  meaning: "Local address. For an SMC listener at all addresses it is always 0.0.0.0.",
  source: "smc_diag_msg.id.idiag_src; getsockname(2)",
});
export const dstKey = defineKey(null, "dst", {
  type: "address",
  meaning: "Remote address.",
  source: "smc_diag_msg.id.idiag_dst; getpeername(2)",
});

/** The inode of the other end, for families where it is not an attribute. */
export const peerInode = defineKey(null, "peer_inode", {
  type: "integer",
  meaning:
    `Inode of the socket at the other end, if a process holds it and its network namespace is asked; only with --peers.`,
  source: "the socket with the same addresses and ports the other way round",
});
/** Valid names of UNIX sockets: UNIX_PATH_MAX of `linux/un.h`. */
export const unixNameRule: TextRule = { longest: 108 };

export const skmeminfoKey = defineKey(null, "skmeminfo", {
  type: "object",
  meaning: "Memory of the socket (SK_MEMINFO_*).",
  since: "3.3",
  source: "INET_DIAG_SKMEMINFO",
});

/** Rows for a member that tells which sides of a connection are closed: the bits, and the same as words. */
export const shutdownRows = (member: string, since: { readonly since?: string } = {}): readonly Row[] => [
  row(
    "u8",
    member,
    "shutdown",
    "",
    "Directions that are closed: 1 receiving, 2 sending, 3 both.",
    since,
  ),
  row("u8", member, "shutdown_names", "", "Directions that are closed, in words.", {
    ...since,
    view: true,
    show: flags(["receive", "send"]),
  }),
];

export const rxRingKey = defineKey(null, "rx_ring", {
  type: "object",
  meaning: "Ring of received packets that the process shares with the kernel; netlink sockets had it before 4.6.",
  source: "NETLINK_DIAG_RX_RING, PACKET_DIAG_RX_RING, XDP_DIAG_RX_RING",
});
export const txRingKey = defineKey(null, "tx_ring", {
  type: "object",
  meaning: "Ring of packets to send that the process shares with the kernel; netlink sockets had it before 4.6.",
  source: "NETLINK_DIAG_TX_RING, PACKET_DIAG_TX_RING, XDP_DIAG_TX_RING",
});

/** Rows for a ring of blocks and frames whose members start with `prefix`. */
export const ringRows = (
  prefix: string,
  [blocks, frames]: readonly [string, string] = ["", ""],
  since: { readonly since?: string } = {},
): readonly Row[] => [
  row("u32", `${prefix}_block_size`, "block_size", "bytes", "Size of a block.", since),
  row("u32", `${prefix}_block_nr`, "block_nr", blocks, "Number of blocks.", since),
  row("u32", `${prefix}_frame_size`, "frame_size", "bytes", "Size of a frame.", since),
  row("u32", `${prefix}_frame_nr`, "frame_nr", frames, "Number of frames.", since),
];

/** `enum sk_meminfo`, an array of 32-bit numbers. Later kernels made it longer. */
export const skMeminfoRows: readonly Row[] = [
  row("u32", "SK_MEMINFO_RMEM_ALLOC", "rmem_alloc", "bytes", "Memory charged for received data.", { since: "3.3" }),
  row("u32", "SK_MEMINFO_RCVBUF", "rcvbuf", "bytes", "Limit of the receive buffer.", { since: "3.3" }),
  row("u32", "SK_MEMINFO_WMEM_ALLOC", "wmem_alloc", "bytes", "Memory of data handed to the transmit path.", {
    since: "3.3",
  }),
  row("u32", "SK_MEMINFO_SNDBUF", "sndbuf", "bytes", "Limit of the send buffer.", { since: "3.3" }),
  row("s32", "SK_MEMINFO_FWD_ALLOC", "fwd_alloc", "bytes", "Memory reserved ahead and not yet used; may be negative.", {
    since: "3.3",
  }),
  row("u32", "SK_MEMINFO_WMEM_QUEUED", "wmem_queued", "bytes", "Memory of the send queue.", { since: "3.3" }),
  row("u32", "SK_MEMINFO_OPTMEM", "optmem", "bytes", "Memory of socket options and ancillary data.", { since: "3.3" }),
  row(
    "u32",
    "SK_MEMINFO_BACKLOG",
    "backlog",
    "bytes",
    "Data that arrived while the socket was in use by its process.",
    {
      since: "3.6",
    },
  ),
  counter("u32", "SK_MEMINFO_DROPS", "drops", "packets", "Packets that the socket dropped.", { since: "4.7" }),
];

/** The same as the object `skmeminfo`. */
export const SK_MEMINFO: Layout = defineLayout("sk_meminfo", "linux/sock_diag.h", skmeminfoKey, skMeminfoRows);

/**
 * The queues of a socket, from the same array, for families where the kernel reports no better numbers: memory of received
 * data, which `ss` shows as Recv-Q, and memory of data being sent.
 */
export const SK_MEMINFO_QUEUES: Layout = defineLayout("sk_meminfo", "linux/sock_diag.h", null, [
  row("u32", "SK_MEMINFO_RMEM_ALLOC", "recv_q", "bytes", "Memory of data received and not read by the process."),
  hidden("SK_MEMINFO_RCVBUF", 4),
  row("u32", "SK_MEMINFO_WMEM_ALLOC", "send_q", "bytes", "Memory of data handed to the transmit path."),
]);

/** `enum sk_meminfo` as the object `skmeminfo`, preceded by `recv_q` and `send_q` from the same array. */
export const meminfoWithQueues: Payload = custom(
  skmeminfoKey,
  (view, bytes, start, end, sink) => {
    sink.structure(SK_MEMINFO_QUEUES, view, bytes, start, end);
    sink.openObject(skmeminfoKey);
    sink.structure(SK_MEMINFO, view, bytes, start, end);
    sink.closeObject(skmeminfoKey);
    writeExtra(SK_MEMINFO, bytes, start, end, sink);
  },
  [],
  [SK_MEMINFO_QUEUES, SK_MEMINFO],
);
