/**
 * Sockets of the express data path. Mirrors `linux/xdp_diag.h`. Kernel side: `net/xdp/xsk_diag.c`.
 */
import { AF_XDP } from "../kernel/address_family.ts";
import {
  type AskingBits,
  type AttributeTable,
  bitsFor,
  defineAttributes,
  inline,
  numberInAttribute,
  scalar,
  structure,
  walkAttributes,
} from "../netlink/attribute.ts";
import { DecodeError } from "../kernel/errors.ts";
import type { FamilyCode } from "./family.ts";
import { defineKey, type Key } from "../record/key.ts";
import { counter, defineLayout, enumeration, flags, hidden, identifier, type Layout, row } from "../record/layout.ts";
import { encodeRequest, NLM_F_DUMP, NLM_F_REQUEST } from "../netlink/message.ts";
import {
  meminfoWithQueues,
  rxRingKey,
  SK_MEMINFO,
  SK_MEMINFO_QUEUES,
  SOCK_DIAG_BY_FAMILY,
  txRingKey,
} from "./sock_diag.ts";
import { socketTypeWords } from "../kernel/socket_types.ts";
import { TCP_CLOSE, tcpStateWords } from "../kernel/tcp_states.ts";
import { numberAt } from "../netlink/number_reader.ts";
import type { Question } from "./question.ts";

export const XDP_SHOW_INFO = 1;
export const XDP_SHOW_RING_CFG = 2;
export const XDP_SHOW_UMEM = 4;
export const XDP_SHOW_MEMINFO = 8;
export const XDP_SHOW_STATS = 16;

export const XDP_DIAG_INFO = 1;
export const XDP_DIAG_UID = 2;
export const XDP_DIAG_RX_RING = 3;
export const XDP_DIAG_TX_RING = 4;
export const XDP_DIAG_UMEM = 5;
export const XDP_DIAG_UMEM_FILL_RING = 6;
export const XDP_DIAG_UMEM_COMPLETION_RING = 7;
export const XDP_DIAG_MEMINFO = 8;
export const XDP_DIAG_STATS = 9;

const v5_1 = { since: "5.1" };
const v5_9 = { since: "5.9" };

/** `struct xdp_diag_msg`. */
export const XDP_DIAG_MSG: Layout = defineLayout("xdp_diag_msg", "linux/xdp_diag.h", null, [
  row("u8", "xdiag_family", "family", "", "Address family.", { show: enumeration(["xdp"], AF_XDP) }),
  // The kernel reports no states for this family. The word depends on the family alone.
  row("u8", "xdiag_family", "state", "", "State of the socket, in the words that `ss` takes.", {
    view: true,
    show: enumeration([tcpStateWords[TCP_CLOSE]], AF_XDP),
  }),
  row("u8", "xdiag_type", "type", "", "Type of the socket.", { show: enumeration(socketTypeWords) }),
  hidden("pad", 2),
  row("u32", "xdiag_ino", "inode", "", "Inode of the socket, as in `/proc/PID/fd`; 0 if no process holds it."),
  row(
    "u32x2",
    "xdiag_cookie",
    "cookie",
    "",
    "Unique number of the socket; not used again until the machine restarts.",
    {
      show: identifier,
    },
  ),
]);

/** `struct xdp_diag_info`. */
export const XDP_DIAG_INFO_LAYOUT: Layout = defineLayout("xdp_diag_info", "linux/xdp_diag.h", null, [
  row("u32", "ifindex", "iface_idx", "", "Index of the interface that the socket is bound to, 0 for none."),
  row("u32", "queue_id", "queue_id", "", "Number of the interface's queue that the socket is bound to.", v5_1),
], { extra: "xdp_info" });

const fillRingKey = defineKey(null, "umem_fill_ring", {
  type: "object",
  meaning: "Ring in which the process provides memory for received packets; left out if there is none.",
  source: "XDP_DIAG_UMEM_FILL_RING",
  ...v5_1,
});
const completionRingKey = defineKey(null, "umem_completion_ring", {
  type: "object",
  meaning: "Ring in which the kernel returns the memory of sent packets; left out if there is none.",
  source: "XDP_DIAG_UMEM_COMPLETION_RING",
  ...v5_1,
});

/** `struct xdp_diag_ring` as the object `key`. */
const defineRing = (key: Key): Layout =>
  defineLayout("xdp_diag_ring", "linux/xdp_diag.h", key, [
    row("u32", "entries", "entries", "descriptors", "Size of the ring.", v5_1),
  ]);

const umemKey = defineKey(null, "umem", {
  type: "object",
  meaning: "Memory that the process shares with the kernel; left out if there is none.",
  source: "XDP_DIAG_UMEM",
  ...v5_1,
});

/** `struct xdp_diag_umem`. */
export const XDP_DIAG_UMEM_LAYOUT: Layout = defineLayout("xdp_diag_umem", "linux/xdp_diag.h", umemKey, [
  row("u64", "size", "size", "bytes", "Size of the memory.", v5_1),
  row("u32", "id", "id", "", "Number of the memory. Sockets that share it have the same number.", v5_1),
  row("u32", "num_pages", "num_pages", "pages", "Pages of the memory.", v5_1),
  row("u32", "chunk_size", "chunk_size", "bytes", "Size of the space for one packet.", v5_1),
  row("u32", "headroom", "headroom", "bytes", "Space that is left free before a packet.", v5_1),
  row("u32", "ifindex", "iface_idx", "", "Index of the interface that uses the memory; 0 for none.", v5_1),
  row("u32", "queue_id", "queue_id", "", "Number of that interface's queue.", v5_1),
  row("u32", "flags", "flags", "", "Whether the device accesses the memory directly (zerocopy).", {
    ...v5_1,
    show: flags(["zerocopy"]),
  }),
  row("u32", "refs", "refs", "", "Sockets that use the memory.", v5_1),
]);

const statsKey = defineKey(null, "stats", {
  type: "object",
  meaning: "What the socket has lost and why (XDP_STATISTICS).",
  source: "XDP_DIAG_STATS",
  ...v5_9,
});

/** `struct xdp_diag_stats`. */
export const XDP_DIAG_STATS_LAYOUT: Layout = defineLayout("xdp_diag_stats", "linux/xdp_diag.h", statsKey, [
  counter("u64", "n_rx_dropped", "rx_dropped", "packets", "Received packets dropped for other reasons.", v5_9),
  counter("u64", "n_rx_invalid", "rx_invalid", "descriptors", "Invalid descriptors in the fill ring.", v5_9),
  counter(
    "u64",
    "n_rx_full",
    "rx_full",
    "packets",
    "Received packets dropped because the receive ring was full.",
    v5_9,
  ),
  counter("u64", "n_fill_ring_empty", "fill_ring_empty", "", "Number of times that the fill ring was empty.", v5_9),
  counter("u64", "n_tx_invalid", "tx_invalid", "descriptors", "Invalid descriptors in the transmit ring.", v5_9),
  counter("u64", "n_tx_ring_empty", "tx_ring_empty", "", "Number of times that the transmit ring was empty.", v5_9),
]);

const attributes: AttributeTable = defineAttributes(null, [
  { number: XDP_DIAG_INFO, name: "XDP_DIAG_INFO", payload: inline(XDP_DIAG_INFO_LAYOUT) },
  scalar(
    XDP_DIAG_UID,
    "XDP_DIAG_UID",
    "u32",
    "uid",
    "User that owns the socket, as numbered in the caller's user namespace.",
  ),
  { number: XDP_DIAG_MEMINFO, name: "XDP_DIAG_MEMINFO", payload: meminfoWithQueues },
  { number: XDP_DIAG_RX_RING, name: "XDP_DIAG_RX_RING", payload: structure(rxRingKey, defineRing(rxRingKey)) },
  { number: XDP_DIAG_TX_RING, name: "XDP_DIAG_TX_RING", payload: structure(txRingKey, defineRing(txRingKey)) },
  { number: XDP_DIAG_UMEM, name: "XDP_DIAG_UMEM", payload: structure(umemKey, XDP_DIAG_UMEM_LAYOUT) },
  {
    number: XDP_DIAG_UMEM_FILL_RING,
    name: "XDP_DIAG_UMEM_FILL_RING",
    payload: structure(fillRingKey, defineRing(fillRingKey)),
  },
  {
    number: XDP_DIAG_UMEM_COMPLETION_RING,
    name: "XDP_DIAG_UMEM_COMPLETION_RING",
    payload: structure(completionRingKey, defineRing(completionRingKey)),
  },
  { number: XDP_DIAG_STATS, name: "XDP_DIAG_STATS", payload: structure(statsKey, XDP_DIAG_STATS_LAYOUT) },
]);

/** Bits of `struct xdp_diag_req` (20 bytes), by what they request. Kernels ignore bits that they do not know. */
const SHOW_BITS: AskingBits = {
  [XDP_DIAG_INFO]: XDP_SHOW_INFO,
  [XDP_DIAG_UID]: XDP_SHOW_INFO,
  [XDP_DIAG_RX_RING]: XDP_SHOW_RING_CFG,
  [XDP_DIAG_TX_RING]: XDP_SHOW_RING_CFG,
  [XDP_DIAG_UMEM]: XDP_SHOW_UMEM,
  [XDP_DIAG_UMEM_FILL_RING]: XDP_SHOW_UMEM,
  [XDP_DIAG_UMEM_COMPLETION_RING]: XDP_SHOW_UMEM,
  [XDP_DIAG_MEMINFO]: XDP_SHOW_MEMINFO,
  [XDP_DIAG_STATS]: XDP_SHOW_STATS,
};

function encodeXdpDiagRequest({ wanted }: Question): Uint8Array<ArrayBuffer> {
  const payload = new Uint8Array(20);
  payload[0] = AF_XDP;
  new DataView(payload.buffer).setUint32(8, bitsFor(SHOW_BITS, () => attributes, wanted), true);
  return encodeRequest(SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST | NLM_F_DUMP, payload);
}

/** Sockets of AF_XDP. All are unconnected. */
export const xdp: FamilyCode = {
  defaultStates: 1 << TCP_CLOSE,
  kernelFiltersStates: false,
  inodeOf: numberAt(4),
  cookieAt: 8,
  interfaceOf: numberInAttribute(XDP_DIAG_MSG.size, XDP_DIAG_INFO, 0),
  userOf: numberInAttribute(XDP_DIAG_MSG.size, XDP_DIAG_UID, -1),
  stateOf: null,
  encodeRequests: (question) =>
    (question.states >> TCP_CLOSE & 1) === 0 ? [] : [{ part: "", message: encodeXdpDiagRequest(question) }],
  openDecoder: () => (view, bytes, start, end, sink) => {
    const body = start + XDP_DIAG_MSG.size;
    if (body > end) throw new DecodeError(`socket message of ${end - start} bytes`, start);
    sink.structure(XDP_DIAG_MSG, view, bytes, start, body);
    walkAttributes(attributes, view, bytes, body, end, sink);
  },
  describe: () => ({
    layouts: [XDP_DIAG_MSG, SK_MEMINFO_QUEUES, SK_MEMINFO],
    attributes: [attributes],
    keys: [],
  }),
};
