/**
 * SCTP: endpoints and their associations. Mirrors `linux/sctp.h` and the states and timers of `net/sctp/constants.h`. Kernel
 * side: `net/sctp/diag.c` (since 4.7) and `sctp_get_sctp_info()` in `net/sctp/socket.c`.
 */
import {
  align4,
  type Attribute,
  type AttributeTable,
  custom,
  NLA_HDRLEN,
  NLA_TYPE_MASK,
  type PayloadWriter,
  text,
} from "../../netlink/attribute.ts";
import { AF_INET, AF_INET6 } from "../../kernel/address_family.ts";
import { CookieSet } from "../cookie_set.ts";
import { type FamilyCode, madeOnce, NEWEST_KERNEL } from "../family.ts";
import { INET_DIAG_CONG, INET_DIAG_INFO, INET_DIAG_LOCALS, INET_DIAG_PEERS } from "./inet_constants.ts";
import { defineInetAttributes, defineInetMessage, familyWords, INET_DIAG_MSG } from "./inet_diag.ts";
import { defineInetFamily, writeInetSocket } from "./inet_family.ts";
import { ALL_EXTENSIONS } from "./inet_request.ts";
import { defineElement, defineKey, type Key } from "../../record/key.ts";
import {
  boolean,
  counter,
  defineLayout,
  enumeration,
  flags,
  hidden,
  type Layout,
  pickVariant,
  type Row,
  row,
} from "../../record/layout.ts";
import type { RecordSink } from "../../record/record_sink.ts";
import { congestionKey } from "./congestion.ts";
import { associationKey, procSctpKeys, sctpFiles, sctpStateWords } from "./proc_sctp.ts";
import { CONNECTED_STATES } from "../../kernel/tcp_states.ts";
import { writeExtra } from "../../record/walk_layout.ts";
import { numberAt } from "../../netlink/number_reader.ts";

export const IPPROTO_SCTP = 132;

/** `SCTP_EVENT_TIMEOUT_*`. The kernel only reports T3, for retransmissions. */
const sctpTimers = [
  "off",
  "t1-cookie",
  "t1-init",
  "t2-shutdown",
  "t3-rtx",
  "t4-rto",
  "t5-shutdown-guard",
  "heartbeat",
  "reconf",
  "probe",
  "sack",
  "autoclose",
];

/** `struct inet_diag_msg` of an association. */
export const SCTP_ASSOCIATION_MSG: Layout = defineInetMessage({
  states: sctpStateWords,
  timers: sctpTimers,
  owned: true,
});

/** Size of an element of `INET_DIAG_LOCALS` and `INET_DIAG_PEERS`: `struct __kernel_sockaddr_storage`. */
const STORAGE_SIZE = 128;

/** The forms of a `struct __kernel_sockaddr_storage`, as fields of an object. */
interface SocketAddress {
  readonly v4: Layout;
  readonly v6: Layout;
  /** For other families: the family number, and the remaining bytes. */
  readonly other: Layout;
  readonly rest: Key;
}

const familyMeaning = "Address family.";
const familyShow = { show: enumeration(familyWords) };

function defineSocketAddress(object: Key, since: string): SocketAddress {
  return {
    v4: defineLayout("sockaddr_in", "linux/in.h", object, [
      row("u16", "sin_family", "family", "", familyMeaning, { ...familyShow, since }),
      row("be16", "sin_port", "port", "", "Port.", { since }),
      row("address", "sin_addr", "address", "", "Address.", { since }),
    ], { order: ["family", "address", "port"] }),
    v6: defineLayout("sockaddr_in6", "linux/in6.h", object, [
      row("u16", "sin6_family", "family", "", familyMeaning, { ...familyShow, since }),
      row("be16", "sin6_port", "port", "", "Port.", { since }),
      hidden("sin6_flowinfo", 4),
      row("address", "sin6_addr", "address", "", "Address.", { since }),
      row("u32", "sin6_scope_id", "scope_id", "", "Index of the interface that a link-local address belongs to.", {
        since,
      }),
    ], { order: ["family", "address", "port", "scope_id"] }),
    other: defineLayout("__kernel_sockaddr_storage", "linux/socket.h", object, [
      row("u16", "ss_family", "family", "", familyMeaning, { ...familyShow, since }),
    ]),
    rest: defineKey(object, "data", {
      type: "hex",
      meaning: "Address of a family that this program does not know, byte by byte.",
      since,
      source: "__kernel_sockaddr_storage.__data",
    }),
  };
}

/** Pushes the fields of the `struct __kernel_sockaddr_storage` from `start` to `end`, for any family. */
function writeSocketAddress(
  forms: SocketAddress,
  view: DataView,
  bytes: Uint8Array,
  start: number,
  end: number,
  sink: RecordSink,
): void {
  const family = view.getUint16(start, true);
  if (family === AF_INET) return sink.structure(forms.v4, view, bytes, start, end);
  if (family === AF_INET6) return sink.structure(forms.v6, view, bytes, start, end);
  sink.structure(forms.other, view, bytes, start, end);
  if (family !== 0) sink.hex(forms.rest, bytes, start + forms.other.size, end);
}

/** A list of addresses: `struct __kernel_sockaddr_storage` back to back. */
function defineAddresses(number: number, name: string, field: string, meaning: string) {
  const list = defineKey(null, field, { type: "list", meaning, since: "4.7", source: name });
  const element = defineElement(list, "object");
  const forms = defineSocketAddress(element, "4.7");
  const write: PayloadWriter = (view, bytes, start, end, sink) => {
    sink.openList(list);
    for (let at = start; end - at >= STORAGE_SIZE; at += STORAGE_SIZE) {
      sink.openObject(element);
      writeSocketAddress(forms, view, bytes, at, at + STORAGE_SIZE, sink);
      sink.closeObject(element);
    }
    sink.closeList(list);
  };
  const attribute: Attribute = { number, name, payload: custom(list, write) };
  return { attribute, forms };
}

const locals = defineAddresses(INET_DIAG_LOCALS, "INET_DIAG_LOCALS", "locals", "All addresses of this side.");
const peers = defineAddresses(INET_DIAG_PEERS, "INET_DIAG_PEERS", "peers", "All addresses of the peer (associations).");

const infoKey = defineKey(null, "sctp_info", {
  type: "object",
  meaning: "State of the protocol: of an association, or the settings of an endpoint.",
  since: "4.8",
  source: "INET_DIAG_INFO",
});
const primaryKey = defineKey(infoKey, "p_address", {
  type: "object",
  meaning: "Primary address of the peer (associations).",
  since: "4.8",
  source: "sctp_info.sctpi_p_address",
});
const primary = defineSocketAddress(primaryKey, "4.8");

/** Conditions for rows: the kernel fills some members only for associations and the others only for endpoints. */
const IS_ASSOCIATION = 1;
const IS_ENDPOINT = 2;
const association = { when: IS_ASSOCIATION, since: "4.8" };
const endpoint = { when: IS_ENDPOINT, since: "4.8" };

/** Capabilities of the peer. Linux 6.3 reused one bit. */
const capabilities = (release: number) => [
  "auth",
  "prsctp",
  "asconf",
  release === 0 ? undefined : release < 6003 ? "hostname_address" : "reconf",
  "ipv6",
  "ipv4",
  "ecn",
  release === 0 || release >= 6003 ? "intl" : undefined,
];

const sctpInfoRows = (release: number): readonly Row[] => [
  row("u32", "sctpi_tag", "tag", "", "Verification tag of this side.", association),
  row("u32", "sctpi_state", "state", "", "State of the association.", {
    ...association,
    show: enumeration(sctpStateWords),
  }),
  row("u32", "sctpi_rwnd", "rwnd", "bytes", "Window that this side announces.", association),
  row("u16", "sctpi_unackdata", "unackdata", "chunks", "Data chunks sent and not acknowledged.", association),
  row("u16", "sctpi_penddata", "penddata", "chunks", "Received chunks that wait for earlier ones.", association),
  row("u16", "sctpi_instrms", "instrms", "streams", "Streams from the peer.", association),
  row("u16", "sctpi_outstrms", "outstrms", "streams", "Streams to the peer.", association),
  row(
    "u32",
    "sctpi_fragmentation_point",
    "fragmentation_point",
    "bytes",
    "Size at which messages are split. Kernels so far do not fill it in; see maxseg.",
    association,
  ),
  row("u32", "sctpi_inqueue", "inqueue", "chunks", "Chunks in the receive queue.", association),
  row("u32", "sctpi_outqueue", "outqueue", "chunks", "Chunks in the send queue.", association),
  row("u32", "sctpi_overall_error", "overall_error", "", "Consecutive errors on all paths.", association),
  row("u32", "sctpi_max_burst", "max_burst", "packets", "Limit of packets sent at once.", association),
  row("u32", "sctpi_maxseg", "maxseg", "bytes", "Size at which messages are split.", association),
  row("u32", "sctpi_peer_rwnd", "peer_rwnd", "bytes", "Window that the peer announces.", association),
  row("u32", "sctpi_peer_tag", "peer_tag", "", "Verification tag of the peer.", association),
  row("u8", "sctpi_peer_capable", "peer_capable", "", "What the peer can do.", {
    ...association,
    show: flags(capabilities(release)),
  }),
  row("u8", "sctpi_peer_sack", "peer_sack", "", "State of the acknowledgements to the peer.", {
    ...association,
    show: flags(["zero_window_announced", "sack_generation", "sack_needed"]),
  }),
  hidden("__reserved1", 2),
  counter("u64", "sctpi_isacks", "isacks", "chunks", "Acknowledgements (SACK) received.", association),
  counter("u64", "sctpi_osacks", "osacks", "chunks", "Acknowledgements (SACK) sent.", association),
  counter("u64", "sctpi_opackets", "opackets", "packets", "Packets sent.", association),
  counter("u64", "sctpi_ipackets", "ipackets", "packets", "Packets received.", association),
  counter("u64", "sctpi_rtxchunks", "rtxchunks", "chunks", "Chunks retransmitted.", association),
  counter("u64", "sctpi_outofseqtsns", "outofseqtsns", "chunks", "Chunks received out of order.", association),
  counter("u64", "sctpi_idupchunks", "idupchunks", "chunks", "Chunks received twice.", association),
  counter("u64", "sctpi_gapcnt", "gapcnt", "", "Gaps that the peer has reported.", association),
  counter("u64", "sctpi_ouodchunks", "ouodchunks", "chunks", "Unordered data chunks sent.", association),
  counter("u64", "sctpi_iuodchunks", "iuodchunks", "chunks", "Unordered data chunks received.", association),
  counter("u64", "sctpi_oodchunks", "oodchunks", "chunks", "Ordered data chunks sent.", association),
  counter("u64", "sctpi_iodchunks", "iodchunks", "chunks", "Ordered data chunks received.", association),
  counter("u64", "sctpi_octrlchunks", "octrlchunks", "chunks", "Control chunks sent.", association),
  counter("u64", "sctpi_ictrlchunks", "ictrlchunks", "chunks", "Control chunks received.", association),
  hidden("sctpi_p_address", STORAGE_SIZE),
  row("s32", "sctpi_p_state", "p_state", "", "State of the path to the primary address.", {
    ...association,
    show: enumeration(["inactive", "potentially-failed", "active", "unconfirmed"]),
  }),
  row("u32", "sctpi_p_cwnd", "p_cwnd", "bytes", "Congestion window of the primary path.", association),
  row("u32", "sctpi_p_srtt", "p_srtt", "ticks", "Smoothed round-trip time of the primary path.", association),
  row("u32", "sctpi_p_rto", "p_rto", "ms", "Retransmission timeout of the primary path.", association),
  row("u32", "sctpi_p_hbinterval", "p_hbinterval", "ticks", "Time between heartbeats.", association),
  row("u32", "sctpi_p_pathmaxrxt", "p_pathmaxrxt", "", "Limit of retransmissions on the primary path.", association),
  row("u32", "sctpi_p_sackdelay", "p_sackdelay", "ms", "Delay of acknowledgements.", association),
  row(
    "u32",
    "sctpi_p_sackfreq",
    "p_sackfreq",
    "packets",
    "Packets for one acknowledgement. Kernels so far do not fill it in.",
    association,
  ),
  row("u32", "sctpi_p_ssthresh", "p_ssthresh", "bytes", "Slow-start threshold of the primary path.", association),
  row(
    "u32",
    "sctpi_p_partial_bytes_acked",
    "p_partial_bytes_acked",
    "bytes",
    "Data acknowledged since the congestion window last grew.",
    association,
  ),
  row("u32", "sctpi_p_flight_size", "p_flight_size", "bytes", "Data in flight on the primary path.", association),
  row("u16", "sctpi_p_error", "p_error", "", "Consecutive errors on the primary path.", association),
  hidden("__reserved2", 2),
  row(
    "u32",
    "sctpi_s_autoclose",
    "s_autoclose",
    "s",
    "Time after which idle associations are closed, 0 for never.",
    endpoint,
  ),
  row("u32", "sctpi_s_adaptation_ind", "s_adaptation_ind", "", "Adaptation indication told to peers.", endpoint),
  row(
    "u32",
    "sctpi_s_pd_point",
    "s_pd_point",
    "bytes",
    "Size from which messages are delivered in parts, 0 for never.",
    endpoint,
  ),
  row("u8", "sctpi_s_nodelay", "s_nodelay", "", "Whether data is sent at once (SCTP_NODELAY).", {
    ...endpoint,
    show: boolean,
  }),
  row(
    "u8",
    "sctpi_s_disable_fragments",
    "s_disable_fragments",
    "",
    "Whether messages are never split (SCTP_DISABLE_FRAGMENTS).",
    { ...endpoint, show: boolean },
  ),
  row(
    "u8",
    "sctpi_s_v4mapped",
    "s_v4mapped",
    "",
    "Whether IPv4 addresses are shown as IPv6 ones (SCTP_I_WANT_MAPPED_V4_ADDR).",
    { ...endpoint, show: boolean },
  ),
  row(
    "u8",
    "sctpi_s_frag_interleave",
    "s_frag_interleave",
    "",
    "How much parts of different messages may be mixed (SCTP_FRAGMENT_INTERLEAVE).",
    endpoint,
  ),
  row("u32", "sctpi_s_type", "s_type", "", "Style of the socket.", {
    ...endpoint,
    show: enumeration(["one-to-many", "one-to-many-high-bandwidth", "one-to-one"]),
  }),
  hidden("__reserved3", 4),
];

/** `struct sctp_info` of a kernel. For an unknown kernel (0), bits whose meaning changed have no word. */
export const sctpInfo = (release: number): Layout =>
  defineLayout("sctp_info", "linux/sctp.h", infoKey, sctpInfoRows(release));

/** Makes the payload of `INET_DIAG_INFO`: the structure, with its address as an object. */
function defineInfo(release: number, isAssociation: boolean): Attribute {
  const whole = sctpInfo(release);
  const layout = pickVariant(whole, isAssociation ? IS_ASSOCIATION : IS_ENDPOINT);
  const from = whole.offsetOf("sctpi_p_address");
  const to = from + STORAGE_SIZE;
  const write: PayloadWriter = (view, bytes, start, end, sink) => {
    sink.openObject(infoKey);
    sink.structure(layout, view, bytes, start, end);
    if (isAssociation && end - start >= to) {
      sink.openObject(primaryKey);
      writeSocketAddress(primary, view, bytes, start + from, start + to, sink);
      sink.closeObject(primaryKey);
    }
    sink.closeObject(infoKey);
    writeExtra(layout, bytes, start, end, sink);
  };
  return { number: INET_DIAG_INFO, name: "INET_DIAG_INFO", payload: custom(infoKey, write, [primaryKey], [layout]) };
}

/** The attributes of associations or endpoints of a kernel; `release` as in {@linkcode DatagramSource.release}. */
export function sctpAttributes(release: number, isAssociation: boolean): AttributeTable {
  return defineInetAttributes([
    { number: INET_DIAG_CONG, name: "INET_DIAG_CONG", payload: text(congestionKey) },
    defineInfo(release, isAssociation),
    locals.attribute,
    peers.attribute,
  ]);
}

/** Whether an attribute between `start` and `end` has this number. Malformed attributes are reported by the walk. */
function hasAttribute(number: number, view: DataView, start: number, end: number): boolean {
  for (let at = start; end - at >= NLA_HDRLEN;) {
    const length = view.getUint16(at, true);
    if (length < NLA_HDRLEN) return false;
    if ((view.getUint16(at + 2, true) & NLA_TYPE_MASK) === number) return true;
    at += align4(length);
  }
  return false;
}

const inetSctp = defineInetFamily({
  ignoresFilters: true,
  defaultStates: CONNECTED_STATES,
  // The requested states only select listeners, or associations with their endpoints. The answer has sockets in any state.
  kernelFiltersStates: true,
  stateOf: null,
  // An endpoint and its associations belong to one socket.
  sharesCookies: true,
  protocol: { protocol: IPPROTO_SCTP, extensions: ALL_EXTENSIONS },
  attributes: (release) => sctpAttributes(release, false),
  procFiles: sctpFiles,
});

/**
 * Endpoints, each once. Kernels before 6.12 list a listening endpoint with associations twice: among the listeners, and before
 * its associations. Associations have the cookie of their endpoint.
 */
class SeenEndpoints extends CookieSet {
  override add(view: DataView, start: number, end: number): boolean {
    return hasAttribute(INET_DIAG_PEERS, view, start + INET_DIAG_MSG.size, end) || super.add(view, start, end);
  }
}

/** SCTP over IPv4 and IPv6: each endpoint, followed by its associations. */
export const sctp: FamilyCode = {
  ...inetSctp,
  // The state numbers are SCTP's own, and all sockets have users.
  userOf: numberAt(INET_DIAG_MSG.offsetOf("idiag_uid")),
  openSeen: () => new SeenEndpoints(INET_DIAG_MSG.offsetOf("id.idiag_cookie")),
  openDecoder: madeOnce((release) => {
    const ofEndpoint = sctpAttributes(release, false);
    const ofAssociation = sctpAttributes(release, true);
    return (view, bytes, start, end, sink) => {
      // The fixed part cannot tell them apart, and both use the same state numbers. Only associations have peers.
      const isAssociation = hasAttribute(INET_DIAG_PEERS, view, start + INET_DIAG_MSG.size, end);
      const message = isAssociation ? SCTP_ASSOCIATION_MSG : INET_DIAG_MSG;
      writeInetSocket(message, isAssociation ? ofAssociation : ofEndpoint, view, bytes, start, end, sink);
      sink.boolean(associationKey, isAssociation);
    };
  }),
  describe() {
    const info = sctpInfo(NEWEST_KERNEL);
    const forms = [primary, locals.forms, peers.forms];
    return {
      layouts: [
        INET_DIAG_MSG,
        SCTP_ASSOCIATION_MSG,
        info,
        ...forms.flatMap(({ v4, v6, other }) => [v4, v6, other]),
      ],
      attributes: [sctpAttributes(NEWEST_KERNEL, false), sctpAttributes(NEWEST_KERNEL, true)],
      keys: [...procSctpKeys(), associationKey, info.extra, ...forms.map(({ rest }) => rest)],
    };
  },
};
