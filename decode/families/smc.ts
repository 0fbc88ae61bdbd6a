/**
 * SMC: sockets that share memory with their peer (RFC 7609), over RDMA (SMC-R), within a machine (SMC-D) or as TCP after
 * fallback. Mirrors `linux/smc_diag.h`. Kernel side: `net/smc/smc_diag.c`.
 */
import { AF_INET, AF_INET6, AF_SMC } from "../kernel/address_family.ts";
import {
  type AttributeTable,
  custom,
  defineAttributes,
  inline,
  type PayloadWriter,
  structure,
  walkAttributes,
  writeText,
} from "../netlink/attribute.ts";
import { DecodeError } from "../kernel/errors.ts";
import type { FamilyCode } from "./family.ts";
import { defineElement, defineKey, type FieldNote, type Key } from "../record/key.ts";
import {
  defineLayout,
  enumeration,
  flags,
  hidden,
  identifier,
  type Layout,
  pickVariant,
  type Row,
  row,
} from "../record/layout.ts";
import { encodeRequest, NLM_F_DUMP, NLM_F_REQUEST } from "../netlink/message.ts";
import type { RecordSink } from "../record/record_sink.ts";
import { dstKey, shutdownRows, SOCK_DIAG_BY_FAMILY, srcKey } from "./sock_diag.ts";
import { CONNECTED_STATES, TCP_ESTABLISHED, tcpStateWords } from "../kernel/tcp_states.ts";
import { writeExtra } from "../record/walk_layout.ts";
import { numberAt, type NumberReader } from "../netlink/number_reader.ts";
import type { SocketDecoder } from "../netlink/socket_decoder.ts";

export const SMC_DIAG_CONNINFO = 1;
export const SMC_DIAG_LGRINFO = 2;
export const SMC_DIAG_SHUTDOWN = 3;
export const SMC_DIAG_DMBINFO = 4;
export const SMC_DIAG_FALLBACK = 5;

/** Requests the attributes that are not sent by default: bit n-1 is attribute n. */
const EXTENSIONS = 1 << SMC_DIAG_CONNINFO - 1 | 1 << SMC_DIAG_LGRINFO - 1 | 1 << SMC_DIAG_DMBINFO - 1;

/**
 * `enum smc_state` of `net/smc/smc.h`: number, SMC's own word, and the word of the closest TCP state, which selects sockets. A
 * closing state maps to the TCP state after the same calls of both sides. It is `closing` if SMC waits for the process and not
 * for a packet, or after an abort.
 */
const smcStates: readonly (readonly [number: number, own: string, word: string])[] = [
  [1, "active", "established"],
  // Also while connect() is in progress.
  [2, "init", "unconnected"],
  [7, "closed", "unconnected"],
  [10, "listen", "listening"],
  // This side has closed or shut down sending. The peer has done neither (1), or has shut down sending (2).
  [20, "peer-close-wait-1", "fin-wait-1"],
  [21, "peer-close-wait-2", "fin-wait-2"],
  // The peer has closed or shut down sending. This side has done neither (1), or has shut down sending (2).
  [22, "app-close-wait-1", "close-wait"],
  [23, "app-close-wait-2", "last-ack"],
  // Both sides have shut down sending and the peer has closed. The process has not closed yet.
  [24, "app-fin-close-wait", "closing"],
  // This side has closed. The peer has shut down sending but has not closed.
  [25, "peer-fin-close-wait", "last-ack"],
  // This side or the peer has aborted the connection.
  [26, "peer-abort-wait", "closing"],
  [27, "process-abort", "closing"],
];

const stateWords: string[] = [];
const ownStateWords: string[] = [];
/** Numbers of `tcp_states.ts`, by number of SMC's state. Sockets in an unknown state must not be left out. */
const stateNumbers = new Uint8Array(256).fill(TCP_ESTABLISHED);
/** Bit n for every state n of `tcp_states.ts` that a socket can have. */
let possibleStates = 0;
for (const [number, own, word] of smcStates) {
  stateWords[number] = word;
  ownStateWords[number] = own;
  stateNumbers[number] = tcpStateWords.indexOf(word);
  possibleStates |= 1 << stateNumbers[number]!;
}

const familyWords: string[] = [];
familyWords[AF_INET] = "inet";
familyWords[AF_INET6] = "inet6";
familyWords[AF_SMC] = "smc";

/** Conditions for rows of {@linkcode SMC_DIAG_MSG}: before the addresses, and after them. */
const HEAD = 1;
const TAIL = 2;

/** `struct smc_diag_msg` with the `struct inet_diag_sockid` inside it. */
export const SMC_DIAG_MSG: Layout = defineLayout("smc_diag_msg", "linux/smc_diag.h", null, [
  row("u8", "diag_family", "family", "", "Address family with which the socket was created.", {
    when: HEAD,
    show: enumeration(familyWords),
  }),
  row("u8", "diag_state", "state", "", "State of the socket: the closest word of `ss`.", {
    when: HEAD,
    show: enumeration(stateWords),
  }),
  row("u8", "diag_state", "smc_state", "", "State of the socket, in the words of SMC.", {
    when: HEAD,
    view: true,
    show: enumeration(ownStateWords),
  }),
  row(
    "u8",
    "diag_mode",
    "mode",
    "",
    "How data is sent: over RDMA (smcr), within the machine (smcd), or as TCP (fallback).",
    {
      when: HEAD,
      show: enumeration(["smcr", "fallback", "smcd"]),
    },
  ),
  // The kernel leaves it 0 and sends the attribute SMC_DIAG_SHUTDOWN.
  hidden("diag_shutdown", 1),
  row("be16", "id.idiag_sport", "src_port", "", "Local port.", { when: TAIL }),
  row("be16", "id.idiag_dport", "dst_port", "", "Remote port.", { when: TAIL }),
  hidden("id.idiag_src", 16),
  hidden("id.idiag_dst", 16),
  row("u32", "id.idiag_if", "iface_idx", "", "Index of the interface that the socket is bound to, 0 for none.", {
    when: TAIL,
  }),
  row(
    "u32x2",
    "id.idiag_cookie",
    "cookie",
    "",
    "Unique number of the socket; not used again until the machine restarts.",
    {
      when: TAIL,
      show: identifier,
    },
  ),
  row("u32", "diag_uid", "uid", "", "User that owns the socket, as numbered in the caller's user namespace.", {
    when: TAIL,
  }),
  hidden("diag_inode", 8),
], { order: ["family", "state", "smc_state", "mode", "src_port", "dst_port", "iface_idx", "uid", "cookie"] });

const note = (type: FieldNote["type"], source: string, meaning: string) => ({ type, source, meaning });
const inodeKey = defineKey(
  null,
  "inode",
  note("integer", "smc_diag_msg.diag_inode", "Inode of the socket, as in `/proc/PID/fd`; 0 if no process holds it."),
);
const inode64Key = defineKey(
  null,
  "inode64",
  note("integer64", "smc_diag_msg.diag_inode", "Inode of the socket if it has more than 32 bits; replaces inode."),
);

const SRC = SMC_DIAG_MSG.offsetOf("id.idiag_src");
const DST = SMC_DIAG_MSG.offsetOf("id.idiag_dst");
const STATE = SMC_DIAG_MSG.offsetOf("diag_state");
const INODE = SMC_DIAG_MSG.offsetOf("diag_inode");

/**
 * Whether the addresses are IPv6. Sockets of AF_SMC do not report it. In IPv4 addresses only the first four bytes can be
 * nonzero; of IPv6 addresses only the unspecified one looks like that.
 */
function hasIPv6(view: DataView, start: number): boolean {
  switch (view.getUint8(start)) {
    case AF_INET:
      return false;
    case AF_INET6:
      return true;
    default:
      return hasLongAddress(view, start + SRC) || hasLongAddress(view, start + DST);
  }
}

const hasLongAddress = (view: DataView, at: number): boolean =>
  (view.getInt32(at + 4) | view.getInt32(at + 8) | view.getInt32(at + 12)) !== 0;

const connInfoKey = defineKey(null, "conninfo", {
  ...note("object", "SMC_DIAG_CONNINFO", "Buffers of the connection; left out after it has fallen back to TCP."),
  since: "4.11",
});

/** `struct smc_diag_cursor`, a place in a ring buffer. Its members become fields of the connection, with a prefix. */
const cursor = (name: string, what: string): readonly Row[] => [
  hidden(`${name}.reserved`, 2),
  row("u16", `${name}.wrap`, `${name}_wrap`, "", `${what}: number of times that the buffer has wrapped around.`),
  row("u32", `${name}.count`, `${name}_count`, "bytes", `${what}: position in the buffer.`),
];

const producerFlags = flags([
  undefined,
  undefined,
  undefined,
  "failover_validation",
  "cons_curs_upd_req",
  "urg_data_present",
  "urg_data_pending",
  "write_blocked",
]);
const connStateFlags = flags([
  undefined,
  undefined,
  undefined,
  undefined,
  undefined,
  "peer_conn_abort",
  "peer_conn_closed",
  "peer_done_writing",
]);

/** `struct smc_diag_conninfo`. */
export const SMC_DIAG_CONNINFO_LAYOUT: Layout = defineLayout("smc_diag_conninfo", "linux/smc_diag.h", connInfoKey, [
  row("u32", "token", "token", "", "Number of the connection."),
  row("u32", "sndbuf_size", "sndbuf_size", "bytes", "Size of the send buffer."),
  row("u32", "rmbe_size", "rmbe_size", "bytes", "Size of the buffer that the peer writes to."),
  row("u32", "peer_rmbe_size", "peer_rmbe_size", "bytes", "Size of the buffer at the peer that this side writes to."),
  ...cursor("rx_prod", "How far the peer has written"),
  ...cursor("rx_cons", "How far the peer has read"),
  ...cursor("tx_prod", "How far this side has written, as told to the peer"),
  ...cursor("tx_cons", "How far this side has read, as told to the peer"),
  row("u8", "rx_prod_flags", "rx_prod_flags", "", "Flags of the peer about its writing.", { show: producerFlags }),
  row("u8", "rx_conn_state_flags", "rx_conn_state_flags", "", "Flags of the peer about the end of the connection.", {
    show: connStateFlags,
  }),
  row("u8", "tx_prod_flags", "tx_prod_flags", "", "Flags of this side about its writing.", { show: producerFlags }),
  row("u8", "tx_conn_state_flags", "tx_conn_state_flags", "", "Flags of this side about the end of the connection.", {
    show: connStateFlags,
  }),
  ...cursor("tx_prep", "How far data to send is prepared"),
  ...cursor("tx_sent", "How far data is sent"),
  ...cursor("tx_fin", "How far data is confirmed as sent"),
]);

const lgrInfoKey = defineKey(null, "lgrinfo", {
  ...note("object", "SMC_DIAG_LGRINFO", "Group of links that an SMC-R connection is in."),
  since: "4.11",
});
const linksKey = defineKey(lgrInfoKey, "lnk", note("list", "smc_diag_lgrinfo.lnk", "Links. The kernel reports one."));
const linkKey = defineElement(linksKey, "object");

/** `struct smc_diag_linkinfo` without its strings. */
export const SMC_DIAG_LINKINFO: Layout = defineLayout("smc_diag_linkinfo", "linux/smc_diag.h", linkKey, [
  row("u8", "link_id", "link_id", "", "Number of the link."),
  hidden("ibname", 64),
  row("u8", "ibport", "ibport", "", "Port of the RDMA device."),
  hidden("gid", 40),
  hidden("peer_gid", 40),
]);

const linkText = (name: string, meaning: string) =>
  defineKey(linkKey, name, note("text", `smc_diag_linkinfo.${name}`, meaning));
/** The strings of a link, padded with NUL. */
const linkTexts = SMC_DIAG_LINKINFO.members.filter(({ size }) => size > 1).map(({ member, offset, size }) => ({
  key: linkText(
    member,
    member === "ibname"
      ? "Name of the RDMA device."
      : `Address of the RDMA port${member === "gid" ? "" : " at the peer"} (GID).`,
  ),
  offset,
  size,
}));

/** `struct smc_diag_lgrinfo`. It starts with one `struct smc_diag_linkinfo`. */
export const SMC_DIAG_LGRINFO_LAYOUT: Layout = defineLayout("smc_diag_lgrinfo", "linux/smc_diag.h", lgrInfoKey, [
  hidden("lnk", SMC_DIAG_LINKINFO.size),
  row("u8", "role", "role", "", "Whether this side opened the group or accepted it.", {
    show: enumeration(["client", "server"]),
  }),
]);

const writeLgrInfo: PayloadWriter = (view, bytes, start, end, sink) => {
  sink.openObject(lgrInfoKey);
  sink.structure(SMC_DIAG_LGRINFO_LAYOUT, view, bytes, start, end);
  sink.openList(linksKey);
  sink.openObject(linkKey);
  writeLink(view, bytes, start, Math.min(end, start + SMC_DIAG_LINKINFO.size), sink);
  sink.closeObject(linkKey);
  sink.closeList(linksKey);
  sink.closeObject(lgrInfoKey);
  writeExtra(SMC_DIAG_LGRINFO_LAYOUT, bytes, start, end, sink);
};

function writeLink(view: DataView, bytes: Uint8Array, start: number, end: number, sink: RecordSink): void {
  sink.structure(SMC_DIAG_LINKINFO, view, bytes, start, end);
  for (let i = 0; i < linkTexts.length; i++) {
    const { key, offset, size } = linkTexts[i]!;
    const from = start + offset;
    if (from + size > end) return;
    let stop = from;
    while (stop < from + size && bytes[stop] !== 0) stop++;
    writeText(key, bytes, from, stop, sink);
  }
}

const dmbInfoKey = defineKey(null, "dmbinfo", {
  ...note("object", "SMC_DIAG_DMBINFO", "Direct memory buffers of an SMC-D connection."),
  since: "4.19",
});
const v4_19 = { since: "4.19", show: identifier };
const v6_8 = { since: "6.8", show: identifier };

/** `struct smcd_diag_dmbinfo`: 40 bytes before 6.8. */
export const SMCD_DIAG_DMBINFO: Layout = defineLayout("smcd_diag_dmbinfo", "linux/smc_diag.h", dmbInfoKey, [
  row("u32", "linkid", "linkid", "", "Number of the group of links.", { since: "4.19" }),
  row("u64", "peer_gid", "peer_gid", "", "Address of the peer's device (GID).", v4_19),
  row("u64", "my_gid", "my_gid", "", "Address of this side's device (GID).", v4_19),
  row("u64", "token", "token", "", "Token of the buffer that the peer writes to.", v4_19),
  row("u64", "peer_token", "peer_token", "", "Token of the buffer at the peer that this side writes to.", v4_19),
  row("u64", "peer_gid_ext", "peer_gid_ext", "", "Second half of peer_gid.", v6_8),
  row("u64", "my_gid_ext", "my_gid_ext", "", "Second half of my_gid.", v6_8),
]);

const fallbackKey = defineKey(null, "fallback", {
  ...note("object", "SMC_DIAG_FALLBACK", "Why the connection fell back to TCP; 0 if it did not."),
  since: "4.19",
});

/** `struct smc_diag_fallback`. Its numbers are codes that the kernel writes in hexadecimal (`SMC_CLC_DECL_*`). */
export const SMC_DIAG_FALLBACK_LAYOUT: Layout = defineLayout("smc_diag_fallback", "linux/smc_diag.h", fallbackKey, [
  hidden("reason", 4),
  hidden("peer_diagnosis", 4),
]);

const code = (name: string, meaning: string): Key =>
  defineKey(fallbackKey, name, {
    ...note("identifier", `smc_diag_fallback.${name}`, `${meaning}, a code of net/smc/smc_clc.h; 0x0 for none.`),
    since: "4.19",
  });
const reasonKey = code("reason", "Reason of this side");
const peerDiagnosisKey = code("peer_diagnosis", "Reason that the peer gave");

const writeFallback: PayloadWriter = (view, bytes, start, end, sink) => {
  sink.openObject(fallbackKey);
  if (end - start >= 4) sink.identifier(reasonKey, view.getInt32(start, true), 0);
  if (end - start >= 8) sink.identifier(peerDiagnosisKey, view.getInt32(start + 4, true), 0);
  sink.closeObject(fallbackKey);
  writeExtra(SMC_DIAG_FALLBACK_LAYOUT, bytes, start, end, sink);
};

const shutdownLayout = defineLayout("SMC_DIAG_SHUTDOWN", "", null, shutdownRows("SMC_DIAG_SHUTDOWN"));

/** The attributes of SMC sockets. */
export const smcAttributes: AttributeTable = defineAttributes(null, [
  { number: SMC_DIAG_SHUTDOWN, name: "SMC_DIAG_SHUTDOWN", payload: inline(shutdownLayout) },
  {
    number: SMC_DIAG_FALLBACK,
    name: "SMC_DIAG_FALLBACK",
    payload: custom(fallbackKey, writeFallback, [reasonKey, peerDiagnosisKey]),
  },
  {
    number: SMC_DIAG_CONNINFO,
    name: "SMC_DIAG_CONNINFO",
    payload: structure(connInfoKey, SMC_DIAG_CONNINFO_LAYOUT),
  },
  {
    number: SMC_DIAG_LGRINFO,
    name: "SMC_DIAG_LGRINFO",
    payload: custom(lgrInfoKey, writeLgrInfo, [linksKey, linkKey, ...linkTexts.map(({ key }) => key)]),
  },
  { number: SMC_DIAG_DMBINFO, name: "SMC_DIAG_DMBINFO", payload: structure(dmbInfoKey, SMCD_DIAG_DMBINFO) },
]);

/** Pushes the fields of a socket. No kernel sends a payload shorter than `struct smc_diag_msg`. */
const writeSocket: SocketDecoder = (view, bytes, start, end, sink) => {
  const body = start + SMC_DIAG_MSG.size;
  if (body > end) throw new DecodeError(`socket message of ${end - start} bytes`, start);
  sink.structure(pickVariant(SMC_DIAG_MSG, HEAD), view, bytes, start, body);
  const v6 = hasIPv6(view, start);
  sink.address(srcKey, v6, bytes, start + SRC);
  sink.address(dstKey, v6, bytes, start + DST);
  sink.structure(pickVariant(SMC_DIAG_MSG, TAIL), view, bytes, start, body);
  writeInode(view, start + INODE, sink);
  walkAttributes(smcAttributes, view, bytes, body, end, sink);
};

/** The inode has 64 bits only in this structure. Everywhere else the kernel reports 32 bits. */
function writeInode(view: DataView, at: number, sink: RecordSink): void {
  const high = view.getInt32(at + 4, true);
  if (high === 0) sink.integer(inodeKey, view.getUint32(at, true));
  else sink.integer64(inode64Key, view.getInt32(at, true), high);
}

const readState: NumberReader = (view, start, end) =>
  end - start > STATE ? stateNumbers[view.getUint8(start + STATE)]! : -1;

/** SMC over IPv4 and IPv6. */
export const smc: FamilyCode = {
  defaultStates: CONNECTED_STATES,
  kernelFiltersStates: false,
  inodeOf: numberAt(INODE),
  cookieAt: SMC_DIAG_MSG.offsetOf("id.idiag_cookie"),
  interfaceOf: numberAt(SMC_DIAG_MSG.offsetOf("id.idiag_if")),
  userOf: numberAt(SMC_DIAG_MSG.offsetOf("diag_uid")),
  stateOf: readState,
  encodeRequests({ states }) {
    if ((states & possibleStates) === 0) return [];
    // struct smc_diag_req. The kernel ignores its address, port and cookie.
    const payload = new Uint8Array(52);
    payload.set([AF_SMC, 0, 0, EXTENSIONS]);
    return [{ part: "", message: encodeRequest(SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST | NLM_F_DUMP, payload) }];
  },
  openDecoder: () => writeSocket,
  describe: () => ({
    layouts: [SMC_DIAG_MSG, SMC_DIAG_LINKINFO, SMC_DIAG_LGRINFO_LAYOUT, SMC_DIAG_FALLBACK_LAYOUT],
    attributes: [smcAttributes],
    keys: [srcKey, dstKey, inodeKey, inode64Key, SMC_DIAG_LGRINFO_LAYOUT.extra, SMC_DIAG_FALLBACK_LAYOUT.extra],
  }),
};
