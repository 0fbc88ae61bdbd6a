/**
 * Netlink sockets: protocol, port ids, multicast groups and options. Mirrors `linux/netlink_diag.h`. Kernel side:
 * `net/netlink/diag.c`.
 */
import { SOCK_DGRAM } from "../kernel/socket_types.ts";
import { AF_NETLINK } from "../kernel/address_family.ts";
import {
  type AskingBits,
  type AttributeTable,
  bitsFor,
  custom,
  defineAttributes,
  scalar,
  structure,
  walkAttributes,
} from "../netlink/attribute.ts";
import { DecodeError } from "../kernel/errors.ts";
import { type FamilyCode, madeOnce } from "./family.ts";
import { defineElement, defineKey, type Key } from "../record/key.ts";
import { defineLayout, enumeration, flags, identifier, type Layout, row } from "../record/layout.ts";
import { encodeRequest, NLM_F_DUMP, NLM_F_REQUEST } from "../netlink/message.ts";
import { netlinkWords } from "../kernel/netlink_protocols.ts";
import { netlinkFiles, procNetlinkKeys } from "./proc_unix.ts";
import type { RecordSink } from "../record/record_sink.ts";
import {
  meminfoWithQueues,
  ringRows,
  rxRingKey,
  SK_MEMINFO,
  SK_MEMINFO_QUEUES,
  SOCK_DIAG_BY_FAMILY,
  txRingKey,
} from "./sock_diag.ts";
import { TCP_CLOSE, TCP_ESTABLISHED, tcpStateWords } from "../kernel/tcp_states.ts";
import { numberAt, type NumberReader } from "../netlink/number_reader.ts";
import type { Question } from "./question.ts";

export const NETLINK_DIAG_MEMINFO = 0;
export const NETLINK_DIAG_GROUPS = 1;
export const NETLINK_DIAG_RX_RING = 2;
export const NETLINK_DIAG_TX_RING = 3;
export const NETLINK_DIAG_FLAGS = 4;

export const NDIAG_SHOW_MEMINFO = 1;
export const NDIAG_SHOW_GROUPS = 2;
/** Kernels from 4.6 on have no rings and ignore it. */
export const NDIAG_SHOW_RING_CFG = 4;
export const NDIAG_SHOW_FLAGS = 8;

export const NDIAG_PROTO_ALL = 255;

/** State of a socket that is no longer connected. A socket that never was connected has TCP_CLOSE. */
const NETLINK_UNCONNECTED = 0;

const STATE = 3;

const stateWords = [tcpStateWords[TCP_CLOSE], ...tcpStateWords.slice(NETLINK_UNCONNECTED + 1)];

export const NETLINK_DIAG_MSG: Layout = defineLayout("netlink_diag_msg", "linux/netlink_diag.h", null, [
  row("u8", "ndiag_family", "family", "", "Address family.", { show: enumeration(["netlink"], AF_NETLINK) }),
  row("u8", "ndiag_type", "type", "", "Type of the socket, as in socket(2). It has no effect.", {
    show: enumeration(["dgram", "raw"], SOCK_DGRAM),
  }),
  // Not `protocol`: that is the name of the family in flat formats.
  row(
    "u8",
    "ndiag_protocol",
    "netlink_protocol",
    "",
    "Netlink protocol: the part of the kernel that the socket talks to.",
    {
      show: enumeration(netlinkWords),
    },
  ),
  row("u8", "ndiag_state", "state", "", "Whether the socket has a destination set by connect(2): `established`.", {
    show: enumeration(stateWords),
  }),
  row(
    "u32",
    "ndiag_portid",
    "portid",
    "",
    "Port id of the socket, often a process id; 0 for the kernel's own sockets.",
  ),
  row("u32", "ndiag_dst_portid", "dst_portid", "", "Port id of the destination, 0 for the kernel or none."),
  row("u32", "ndiag_dst_group", "dst_group", "", "Multicast group of the destination, 0 for none."),
  row("u32", "ndiag_ino", "inode", "", "Inode of the socket, as in `/proc/PID/fd`."),
  row(
    "u32x2",
    "ndiag_cookie",
    "cookie",
    "",
    "Unique number of the socket; not used again until the machine restarts.",
    {
      show: identifier,
    },
  ),
], {
  order: [
    "family",
    "state",
    "type",
    "netlink_protocol",
    "portid",
    "dst_portid",
    "dst_group",
    "inode",
    "cookie",
  ],
});

/** Numbers of the groups. */
export const groupsKey: Key = defineKey(null, "groups", {
  type: "list",
  meaning: "Numbers of the multicast groups that the socket is in; left out if it never was in one.",
  source: "NETLINK_DIAG_GROUPS",
});
const groupKey = defineElement(groupsKey, "integer");

/** Pushes the numbers of the bits that are set in a bit string. Group n is bit n - 1. */
function writeGroups(_view: DataView, bytes: Uint8Array, start: number, end: number, sink: RecordSink): void {
  sink.openList(groupsKey);
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    for (let bit = 0; byte >>> bit !== 0; bit++) {
      if ((byte >>> bit & 1) === 1) sink.integer(groupKey, 8 * (at - start) + bit + 1);
    }
  }
  sink.closeList(groupsKey);
}

const defineRing = (object: Key) => defineLayout("netlink_diag_ring", "linux/netlink_diag.h", object, ringRows("ndr"));

/** The attributes of a netlink socket. */
export const netlinkAttributes: () => AttributeTable = madeOnce<void, AttributeTable>(() =>
  defineAttributes(null, [
    { number: NETLINK_DIAG_GROUPS, name: "NETLINK_DIAG_GROUPS", payload: custom(groupsKey, writeGroups, [groupKey]) },
    scalar(
      NETLINK_DIAG_FLAGS,
      "NETLINK_DIAG_FLAGS",
      "u32",
      "flags",
      "Options of the socket. cb_running: a dump is in progress.",
      {
        since: "4.20",
        show: flags(["cb_running", "pktinfo", "broadcast_error", "no_enobufs", "listen_all_nsid", "cap_ack"]),
      },
    ),
    {
      number: NETLINK_DIAG_RX_RING,
      name: "NETLINK_DIAG_RX_RING",
      payload: structure(rxRingKey, defineRing(rxRingKey)),
    },
    {
      number: NETLINK_DIAG_TX_RING,
      name: "NETLINK_DIAG_TX_RING",
      payload: structure(txRingKey, defineRing(txRingKey)),
    },
    { number: NETLINK_DIAG_MEMINFO, name: "NETLINK_DIAG_MEMINFO", payload: meminfoWithQueues },
  ])
);

/** Bits of `struct netlink_diag_req`, by what they request. */
const SHOW_BITS: AskingBits = {
  [NETLINK_DIAG_MEMINFO]: NDIAG_SHOW_MEMINFO,
  [NETLINK_DIAG_GROUPS]: NDIAG_SHOW_GROUPS,
  [NETLINK_DIAG_RX_RING]: NDIAG_SHOW_RING_CFG,
  [NETLINK_DIAG_TX_RING]: NDIAG_SHOW_RING_CFG,
  [NETLINK_DIAG_FLAGS]: NDIAG_SHOW_FLAGS,
};

function encodeNetlinkDiagRequest({ wanted }: Question): Uint8Array<ArrayBuffer> {
  const payload = new Uint8Array(20);
  payload.set([AF_NETLINK, NDIAG_PROTO_ALL]);
  new DataView(payload.buffer).setUint32(8, bitsFor(SHOW_BITS, netlinkAttributes, wanted), true);
  return encodeRequest(SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST | NLM_F_DUMP, payload);
}

const readState: NumberReader = (view, start, end) => {
  if (end - start <= STATE) return -1;
  const state = view.getUint8(start + STATE);
  return state === NETLINK_UNCONNECTED ? TCP_CLOSE : state;
};

/** States that netlink sockets can have. */
const STATES = 1 << TCP_CLOSE | 1 << TCP_ESTABLISHED;

const readPortId = numberAt(4);
const readInode = numberAt(16);

/** Netlink sockets of the network namespace, including the kernel's own. */
export const netlink: FamilyCode = {
  defaultStates: STATES,
  kernelFiltersStates: false,
  // The kernel's own sockets have port id 0 and an inode that no process can hold.
  inodeOf: (view, start, end) => readPortId(view, start, end) === 0 ? 0 : readInode(view, start, end),
  // A socket that has not been bound has no port id either.
  likelyKernelOf: (view, start, end) => readPortId(view, start, end) === 0 ? readInode(view, start, end) : 0,
  stateOf: readState,
  cookieAt: 20,
  listsAgain: true,
  encodeRequests: (question) =>
    (question.states & STATES) === 0 ? [] : [{ part: "", message: encodeNetlinkDiagRequest(question) }],
  openDecoder() {
    const attributes = netlinkAttributes();
    return (view, bytes, start, end, sink) => {
      const body = start + NETLINK_DIAG_MSG.size;
      if (body > end) throw new DecodeError(`netlink socket message of ${end - start} bytes`, start);
      sink.structure(NETLINK_DIAG_MSG, view, bytes, start, body);
      walkAttributes(attributes, view, bytes, body, end, sink);
    };
  },
  procFiles: netlinkFiles,
  describe: () => ({
    layouts: [NETLINK_DIAG_MSG, SK_MEMINFO_QUEUES, SK_MEMINFO],
    attributes: [netlinkAttributes()],
    keys: procNetlinkKeys(),
  }),
};
