/**
 * Packet sockets: rings, fanout groups, memberships and filters. Mirrors `linux/packet_diag.h`. Kernel side:
 * `net/packet/diag.c`.
 */
import { ethertypes } from "../kernel/ethertypes.ts";
import { AF_PACKET } from "../kernel/address_family.ts";
import {
  type AskingBits,
  type AttributeTable,
  bitsFor,
  custom,
  defineAttributes,
  numberInAttribute,
  type PayloadWriter,
  scalar,
  structure,
  walkAttributes,
} from "../netlink/attribute.ts";
import { DecodeError } from "../kernel/errors.ts";
import type { FamilyCode } from "./family.ts";
import { defineElement, defineKey, defineWord, type Key, type Word } from "../record/key.ts";
import { defineLayout, enumeration, flags, hidden, identifier, type Layout, row } from "../record/layout.ts";
import { encodeRequest, NLM_F_DUMP, NLM_F_REQUEST } from "../netlink/message.ts";
import { packetFiles, procPacketKeys } from "./proc_unix.ts";
import {
  meminfoWithQueues,
  ringRows,
  rxRingKey,
  SK_MEMINFO,
  SK_MEMINFO_QUEUES,
  SOCK_DIAG_BY_FAMILY,
  txRingKey,
} from "./sock_diag.ts";
import { socketTypeWords } from "../kernel/socket_types.ts";
import { TCP_CLOSE, tcpStateWords } from "../kernel/tcp_states.ts";
import { writeExtra } from "../record/walk_layout.ts";
import { numberAt, type NumberReader } from "../netlink/number_reader.ts";
import type { Question } from "./question.ts";

export const PACKET_SHOW_INFO = 1;
export const PACKET_SHOW_MCLIST = 2;
export const PACKET_SHOW_RING_CFG = 4;
export const PACKET_SHOW_FANOUT = 8;
export const PACKET_SHOW_MEMINFO = 16;
export const PACKET_SHOW_FILTER = 32;

export const PACKET_DIAG_INFO = 0;
export const PACKET_DIAG_MCLIST = 1;
export const PACKET_DIAG_RX_RING = 2;
export const PACKET_DIAG_TX_RING = 3;
export const PACKET_DIAG_FANOUT = 4;
export const PACKET_DIAG_UID = 5;
export const PACKET_DIAG_MEMINFO = 6;
export const PACKET_DIAG_FILTER = 7;

const TYPE = 1;
const NUM = 2;

const v3_7 = { since: "3.7" };
const v3_10 = { since: "3.10" };

/** `struct packet_diag_msg`. */
export const PACKET_DIAG_MSG: Layout = defineLayout("packet_diag_msg", "linux/packet_diag.h", null, [
  row("u8", "pdiag_family", "family", "", "Address family.", { show: enumeration(["packet"], AF_PACKET) }),
  // The kernel has no states for this family. The word depends on the family alone.
  row("u8", "pdiag_family", "state", "", "State of the socket, in the words that `ss` takes.", {
    view: true,
    show: enumeration([tcpStateWords[TCP_CLOSE]], AF_PACKET),
  }),
  row("u8", "pdiag_type", "type", "", "Type of the socket.", { show: enumeration(socketTypeWords) }),
  row(
    "u16",
    "pdiag_num",
    "num",
    "",
    "Ethertype of the packets that the socket receives: 3 for all of them, 0 for none.",
    v3_7,
  ),
  row("u32", "pdiag_ino", "inode", "", "Inode of the socket, as in `/proc/PID/fd`; 0 if no process holds it."),
  row(
    "u32x2",
    "pdiag_cookie",
    "cookie",
    "",
    "Unique number of the socket; not used again until the machine restarts.",
    {
      show: identifier,
    },
  ),
], { order: ["family", "state", "type", "inode", "cookie", "num"] });

/** Names of ethertypes: `ETH_P_*` of `linux/if_ether.h`. */
const numNameKey = defineKey(null, "num_name", {
  type: "name",
  meaning: "Name of the ethertype, if it has one.",
  since: "3.7",
  source: "packet_diag_msg.pdiag_num",
  words: ethertypes.map(([, name]) => name),
});

const defineEthertypeWords = (): ReadonlyMap<number, Word> =>
  new Map(ethertypes.map(([number, name]) => [number, defineWord(name)]));

const infoKey = defineKey(null, "packet_info", {
  type: "object",
  meaning: "Settings of a packet socket.",
  since: "3.7",
  source: "PACKET_DIAG_INFO",
});

const versions = ["v1", "v2", "v3"];
/** Bits of PACKET_TIMESTAMP: `SOF_TIMESTAMPING_*` of `linux/net_tstamp.h`. */
const timestampWords = [
  "tx_hardware",
  "tx_software",
  "rx_hardware",
  "rx_software",
  "software",
  "sys_hardware",
  "raw_hardware",
  "opt_id",
  "tx_sched",
  "tx_ack",
  "opt_cmsg",
  "opt_tsonly",
  "opt_stats",
  "opt_pktinfo",
  "opt_tx_swhw",
  "bind_phc",
  "opt_id_tcp",
  "opt_rx_filter",
  "tx_completion",
];
const infoFlags = ["running", "auxdata", "origdev", "vnethdr", "loss"];

/** The first member of `struct packet_diag_info`. Other families have it at the top of the record too. */
export const PACKET_DIAG_INDEX: Layout = defineLayout("packet_diag_info", "linux/packet_diag.h", null, [
  row("u32", "pdi_index", "iface_idx", "", "Index of the interface that the socket is bound to, 0 for none."),
]);

/** `struct packet_diag_info`. */
export const PACKET_DIAG_INFO_LAYOUT: Layout = defineLayout("packet_diag_info", "linux/packet_diag.h", infoKey, [
  hidden("pdi_index", 4),
  row("u32", "pdi_version", "version", "", "Format of the frames in the rings, such as TPACKET_V1 (PACKET_VERSION).", {
    ...v3_7,
    show: enumeration(versions),
  }),
  row("u32", "pdi_reserve", "reserve", "bytes", "Space before the packets in the rings (PACKET_RESERVE).", v3_7),
  row(
    "u32",
    "pdi_copy_thresh",
    "copy_thresh",
    "",
    "Not 0 if packets that do not fit into a frame of the ring are also queued as a whole (PACKET_COPY_THRESH).",
    v3_7,
  ),
  row("u32", "pdi_tstamp", "tstamp", "", "Kind of timestamps of packets in the rings (PACKET_TIMESTAMP).", {
    ...v3_7,
    show: flags(timestampWords),
  }),
  row(
    "u32",
    "pdi_flags",
    "flags",
    "",
    "What is switched on: receiving packets (running), and the options PACKET_AUXDATA, PACKET_ORIGDEV, PACKET_VNET_HDR, PACKET_LOSS.",
    { ...v3_7, show: flags(infoFlags) },
  ),
]);

const writeInfo: PayloadWriter = (view, bytes, start, end, sink) => {
  sink.structure(PACKET_DIAG_INDEX, view, bytes, start, end);
  sink.openObject(infoKey);
  sink.structure(PACKET_DIAG_INFO_LAYOUT, view, bytes, start, end);
  sink.closeObject(infoKey);
  writeExtra(PACKET_DIAG_INFO_LAYOUT, bytes, start, end, sink);
};

const mclistKey = defineKey(null, "mclist", {
  type: "list",
  meaning: "Addresses and modes that the socket has requested from interfaces (PACKET_ADD_MEMBERSHIP).",
  since: "3.7",
  source: "PACKET_DIAG_MCLIST",
});
const membership = defineElement(mclistKey, "object");
const membershipTypes = ["mc", "promisc", "allmulti", "unicast"];

/** `struct packet_diag_mclist`. */
export const PACKET_DIAG_MCLIST_LAYOUT: Layout = defineLayout(
  "packet_diag_mclist",
  "linux/packet_diag.h",
  membership,
  [
    row("u32", "pdmc_index", "iface_idx", "", "Index of the interface.", v3_7),
    row("u32", "pdmc_count", "count", "", "Number of requests.", v3_7),
    row(
      "u16",
      "pdmc_type",
      "type",
      "",
      "What was requested: packets to a multicast or unicast address, all packets, all multicast packets.",
      {
        ...v3_7,
        show: enumeration(membershipTypes),
      },
    ),
    hidden("pdmc_alen", 2),
    hidden("pdmc_addr", 32),
  ],
);

const ALEN = 10;
const ADDR = 12;
const ADDR_SIZE = 32;

const addrKey = defineKey(membership, "addr", {
  type: "hex",
  meaning: "The address, with the length of addresses of that interface; left out if none was given.",
  since: "3.7",
  source: "packet_diag_mclist.pdmc_addr",
});

const writeMclist: PayloadWriter = (view, bytes, start, end, sink) => {
  const { size } = PACKET_DIAG_MCLIST_LAYOUT;
  sink.openList(mclistKey);
  for (let at = start; end - at >= size; at += size) {
    sink.openObject(membership);
    sink.structure(PACKET_DIAG_MCLIST_LAYOUT, view, bytes, at, at + size);
    const length = Math.min(view.getUint16(at + ALEN, true), ADDR_SIZE);
    if (length > 0) sink.hex(addrKey, bytes, at + ADDR, at + ADDR + length);
    sink.closeObject(membership);
  }
  sink.closeList(mclistKey);
};

const ringFeatures = ["fill_rxhash"];

function defineRing(key: Key): Layout {
  return defineLayout("packet_diag_ring", "linux/packet_diag.h", key, [
    ...ringRows("pdr", ["blocks", "frames"], v3_7),
    row(
      "u32",
      "pdr_retire_tmo",
      "retire_tmo",
      "ms",
      "Time after which a block is handed over even if it is not full; 0 before version v3.",
      v3_7,
    ),
    row("u32", "pdr_sizeof_priv", "sizeof_priv", "bytes", "Private space in each block; 0 before version v3.", v3_7),
    row("u32", "pdr_features", "features", "", "Features that were requested; none before version v3.", {
      ...v3_7,
      show: flags(ringFeatures),
    }),
  ]);
}

/** `struct packet_diag_ring` of the receive ring. */
export const PACKET_DIAG_RX_RING_LAYOUT: Layout = defineRing(rxRingKey);
/** `struct packet_diag_ring` of the send ring. */
export const PACKET_DIAG_TX_RING_LAYOUT: Layout = defineRing(txRingKey);

const fanoutKey = defineKey(null, "fanout", {
  type: "object",
  meaning: "Group of sockets that share the packets (PACKET_FANOUT); left out if the socket is in none.",
  since: "3.7",
  source: "PACKET_DIAG_FANOUT",
});
const fanoutTypes = ["hash", "lb", "cpu", "rollover", "rnd", "qm", "cbpf", "ebpf"];

/** The number in PACKET_DIAG_FANOUT. Unlike getsockopt(PACKET_FANOUT), it never contains the flags of the group. */
export const PACKET_DIAG_FANOUT_LAYOUT: Layout = defineLayout("PACKET_DIAG_FANOUT", "linux/packet_diag.h", fanoutKey, [
  row("u32", "PACKET_DIAG_FANOUT", "id", "", "Number of the group.", { ...v3_7, bits: [0, 16] }),
  row("u32", "PACKET_DIAG_FANOUT", "type", "", "How the group selects the socket for a packet.", {
    ...v3_7,
    bits: [16, 16],
    show: enumeration(fanoutTypes),
  }),
]);

const filterKey = defineKey(null, "filter", {
  type: "list",
  meaning: "Classic BPF program that selects packets (SO_ATTACH_FILTER); left out if there is none.",
  since: "3.10",
  source: "PACKET_DIAG_FILTER",
  privilege: "CAP_NET_ADMIN",
});

/** `struct sock_filter`. */
export const SOCK_FILTER: Layout = defineLayout("sock_filter", "linux/filter.h", defineElement(filterKey, "object"), [
  row("u16", "code", "code", "", "Opcode.", v3_10),
  row("u8", "jt", "jt", "instructions", "Distance of the jump if the condition holds.", v3_10),
  row("u8", "jf", "jf", "instructions", "Distance of the jump if it does not hold.", v3_10),
  row("u32", "k", "k", "", "Operand.", v3_10),
]);

const writeFilter: PayloadWriter = (view, bytes, start, end, sink) => {
  const { size } = SOCK_FILTER;
  const element = SOCK_FILTER.object!;
  // Without privilege the kernel sends this attribute empty for every socket, with or without a program.
  if (end - start < size) return;
  sink.openList(filterKey);
  for (let at = start; end - at >= size; at += size) {
    sink.openObject(element);
    sink.structure(SOCK_FILTER, view, bytes, at, at + size);
    sink.closeObject(element);
  }
  sink.closeList(filterKey);
};

const attributes: AttributeTable = defineAttributes(null, [
  {
    number: PACKET_DIAG_INFO,
    name: "PACKET_DIAG_INFO",
    payload: custom(infoKey, writeInfo, [], [PACKET_DIAG_INDEX, PACKET_DIAG_INFO_LAYOUT]),
  },
  scalar(
    PACKET_DIAG_UID,
    "PACKET_DIAG_UID",
    "u32",
    "uid",
    "User that owns the socket, as numbered in the caller's user namespace.",
  ),
  { number: PACKET_DIAG_MEMINFO, name: "PACKET_DIAG_MEMINFO", payload: meminfoWithQueues },
  {
    number: PACKET_DIAG_RX_RING,
    name: "PACKET_DIAG_RX_RING",
    payload: structure(rxRingKey, PACKET_DIAG_RX_RING_LAYOUT),
  },
  {
    number: PACKET_DIAG_TX_RING,
    name: "PACKET_DIAG_TX_RING",
    payload: structure(txRingKey, PACKET_DIAG_TX_RING_LAYOUT),
  },
  {
    number: PACKET_DIAG_FANOUT,
    name: "PACKET_DIAG_FANOUT",
    payload: structure(fanoutKey, PACKET_DIAG_FANOUT_LAYOUT),
  },
  { number: PACKET_DIAG_MCLIST, name: "PACKET_DIAG_MCLIST", payload: custom(mclistKey, writeMclist, [addrKey]) },
  { number: PACKET_DIAG_FILTER, name: "PACKET_DIAG_FILTER", payload: custom(filterKey, writeFilter) },
]);

/** Bits of `struct packet_diag_req`, by what they request. */
const SHOW_BITS: AskingBits = {
  [PACKET_DIAG_INFO]: PACKET_SHOW_INFO,
  [PACKET_DIAG_UID]: PACKET_SHOW_INFO,
  [PACKET_DIAG_MCLIST]: PACKET_SHOW_MCLIST,
  [PACKET_DIAG_RX_RING]: PACKET_SHOW_RING_CFG,
  [PACKET_DIAG_TX_RING]: PACKET_SHOW_RING_CFG,
  [PACKET_DIAG_FANOUT]: PACKET_SHOW_FANOUT,
  [PACKET_DIAG_MEMINFO]: PACKET_SHOW_MEMINFO,
  [PACKET_DIAG_FILTER]: PACKET_SHOW_FILTER,
};

/** `struct packet_diag_req`, 20 bytes. */
function encodePacketDiagRequest({ wanted }: Question): Uint8Array<ArrayBuffer> {
  const payload = new Uint8Array(20);
  payload[0] = AF_PACKET;
  new DataView(payload.buffer).setUint32(8, bitsFor(SHOW_BITS, () => attributes, wanted), true);
  return encodeRequest(SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST | NLM_F_DUMP, payload);
}

const readPacketType: NumberReader = (view, start, end) => end - start > TYPE ? view.getUint8(start + TYPE) : -1;

/** Packet sockets. All are unconnected. */
export const packet: FamilyCode = {
  defaultStates: 1 << TCP_CLOSE,
  kernelFiltersStates: false,
  inodeOf: numberAt(4),
  cookieAt: 8,
  interfaceOf: numberInAttribute(PACKET_DIAG_MSG.size, PACKET_DIAG_INFO, 0),
  userOf: numberInAttribute(PACKET_DIAG_MSG.size, PACKET_DIAG_UID, -1),
  stateOf: null,
  typeOf: readPacketType,
  encodeRequests: (question) =>
    (question.states >> TCP_CLOSE & 1) === 0 ? [] : [{ part: "", message: encodePacketDiagRequest(question) }],
  openDecoder() {
    const ethertypeWords = defineEthertypeWords();
    return (view, bytes, start, end, sink) => {
      const body = start + PACKET_DIAG_MSG.size;
      if (body > end) throw new DecodeError(`socket message of ${end - start} bytes`, start);
      sink.structure(PACKET_DIAG_MSG, view, bytes, start, body);
      const name = ethertypeWords.get(view.getUint16(start + NUM, true));
      if (name !== undefined) sink.name(numNameKey, name);
      walkAttributes(attributes, view, bytes, body, end, sink);
    };
  },
  procFiles: packetFiles,
  describe: () => ({
    layouts: [
      PACKET_DIAG_MSG,
      PACKET_DIAG_INDEX,
      PACKET_DIAG_INFO_LAYOUT,
      SK_MEMINFO_QUEUES,
      SK_MEMINFO,
      PACKET_DIAG_MCLIST_LAYOUT,
      SOCK_FILTER,
    ],
    attributes: [attributes],
    keys: [numNameKey, PACKET_DIAG_INFO_LAYOUT.extra, ...procPacketKeys()],
  }),
};
