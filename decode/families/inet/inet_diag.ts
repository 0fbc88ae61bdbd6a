/**
 * Sockets of the Internet protocols: request, fixed part of the answer, attributes that all of them share; mirrors
 * `linux/inet_diag.h`.
 */
import {
  type AskingBits,
  type Attribute,
  type AttributeTable,
  bitsFor,
  defineAttributes,
  filler,
  findAttribute,
  inline,
  nests,
  NLA_HDRLEN,
  rawBytes,
  scalar,
  structure,
  walkAttributes,
} from "../../netlink/attribute.ts";
import { DecodeError } from "../../kernel/errors.ts";
import { defineElement, defineKey, type Key } from "../../record/key.ts";
import {
  boolean,
  defineLayout,
  enumeration,
  flags,
  identifier,
  type Layout,
  pickVariant,
  row,
} from "../../record/layout.ts";
import { encodeAttribute, encodeRequest, NLM_F_DUMP, NLM_F_REQUEST } from "../../netlink/message.ts";
import type { RecordSink } from "../../record/record_sink.ts";
import { AF_INET, AF_INET6 } from "../../kernel/address_family.ts";
import { type FamilyCode, madeOnce, NEWEST_KERNEL } from "../family.ts";
import { SK_MEMINFO, skmeminfoKey, SOCK_DIAG_BY_FAMILY } from "../sock_diag.ts";
import { TCP_LISTEN, TCP_SYN_RECV, TCP_TIME_WAIT, tcpStateWords } from "../../kernel/tcp_states.ts";
import { numberAt, type NumberReader } from "../../netlink/number_reader.ts";
import type { DumpRequest, Question } from "../question.ts";

export const INET_DIAG_MEMINFO = 1;
export const INET_DIAG_INFO = 2;
export const INET_DIAG_VEGASINFO = 3;
export const INET_DIAG_CONG = 4;
export const INET_DIAG_TOS = 5;
export const INET_DIAG_TCLASS = 6;
export const INET_DIAG_SKMEMINFO = 7;
export const INET_DIAG_SHUTDOWN = 8;
export const INET_DIAG_DCTCPINFO = 9;
export const INET_DIAG_PROTOCOL = 10;
export const INET_DIAG_SKV6ONLY = 11;
export const INET_DIAG_LOCALS = 12;
export const INET_DIAG_PEERS = 13;
export const INET_DIAG_PAD = 14;
export const INET_DIAG_MARK = 15;
export const INET_DIAG_BBRINFO = 16;
export const INET_DIAG_CLASS_ID = 17;
export const INET_DIAG_MD5SIG = 18;
export const INET_DIAG_ULP_INFO = 19;
export const INET_DIAG_SK_BPF_STORAGES = 20;
export const INET_DIAG_CGROUP_ID = 21;
export const INET_DIAG_SOCKOPT = 22;

/** Message type of requests for TCP sockets alone, and of their answers. */
export const TCPDIAG_GETSOCK = 18;
export const INET_DIAG_REQ_BYTECODE = 1;
export const INET_DIAG_REQ_SK_BPF_STORAGES = 2;
export const INET_DIAG_REQ_PROTOCOL = 3;
const NLA_F_NESTED = 0x8000;

/** Asks for every attribute that has a bit in the request: bit n-1 is attribute n. */
export const ALL_EXTENSIONS = 0xff;

const extensionBit = (number: number) => 1 << number - 1;

/** Bits of the request: those of the attributes themselves, and for attributes beyond them the ones that the kernel looks at. */
const EXTENSION_BITS: AskingBits = {
  ...Object.fromEntries(
    Array.from({ length: INET_DIAG_SHUTDOWN }, (_, i) => [i + 1, extensionBit(i + 1)]),
  ),
  [INET_DIAG_DCTCPINFO]: extensionBit(INET_DIAG_VEGASINFO),
  [INET_DIAG_BBRINFO]: extensionBit(INET_DIAG_VEGASINFO),
  [INET_DIAG_CLASS_ID]: extensionBit(INET_DIAG_TCLASS),
};

const idiagTimers = ["off", "retransmit", "keepalive", "timewait", "zero-window-probe", "delayed-ack"];
const TIMER_TIMEWAIT = 3;

/** Words of address families whose addresses a socket can have. */
export const familyWords: (string | undefined)[] = [];
familyWords[AF_INET] = "inet";
familyWords[AF_INET6] = "inet6";

const STATE = 1;
const TIMER = 2;
const INTERFACE = 40;
const USER = 64;
const INODE = 68;

/** Conditions of rows of {@linkcode INET_DIAG_MSG}. */
const IS_LISTENER = 1;
const HAS_TIMER = 2;
const HAS_OWNER = 4;

/** The conditions that hold for the `struct inet_diag_msg` at `start`. */
function readConditions(view: DataView, start: number): number {
  const state = view.getUint8(start + STATE);
  const timer = view.getUint8(start + TIMER);
  // TIME-WAIT and request entries are no full sockets: the kernel has no user for them and fills in 0.
  const owned = timer !== TIMER_TIMEWAIT && state !== TCP_TIME_WAIT &&
    (state !== TCP_SYN_RECV || view.getUint32(start + INODE, true) !== 0);
  return (state === TCP_LISTEN ? IS_LISTENER : 0) | (timer !== 0 ? HAS_TIMER : 0) | (owned ? HAS_OWNER : 0);
}

/** What differs between protocols in the fixed part of their messages. */
export interface InetMessage {
  /** Words of the states by number; by default TCP's. */
  readonly states?: readonly (string | undefined)[];
  /** Words of the timers by number; by default those of `idiag_timer`. */
  readonly timers?: readonly (string | undefined)[];
  /** Whether they all have an owner, whatever the number of their state. */
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
  row("u32x2", "id.idiag_cookie", "cookie", "", "Number of the socket, never given again until the machine restarts.", {
    show: identifier,
  }),
  row("u32", "idiag_expires", "expires", "ms", "Time until the timer runs out; only while one runs.", {
    when: HAS_TIMER,
  }),
  row(
    "u32",
    "idiag_rqueue",
    "recv_q",
    "bytes",
    "Bytes received and not read by the process (UDP, RAW, MPTCP, SCTP: memory that they take); for a listener, connections that wait to be accepted.",
  ),
  row("u32", "idiag_rqueue", "backlog", "connections", "Connections that wait to be accepted (listeners).", {
    again: true,
    when: IS_LISTENER,
  }),
  row(
    "u32",
    "idiag_wqueue",
    "send_q",
    "bytes",
    "Bytes written and not acknowledged by the peer (UDP, RAW, MPTCP, SCTP: memory that they take); for a listener, the limit of waiting connections.",
  ),
  row(
    "u32",
    "idiag_wqueue",
    "backlog_limit",
    "connections",
    "Limit of connections that wait to be accepted (listeners).",
    {
      again: true,
      when: IS_LISTENER,
    },
  ),
  row("u32", "idiag_uid", "uid", "", "User that owns the socket, as numbered in the caller's user namespace.", {
    when: owned ? 0 : HAS_OWNER,
  }),
  row("u32", "idiag_inode", "inode", "", "Inode of the socket, as in `/proc/PID/fd`; 0 when no process holds it."),
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

/** `struct inet_diag_msg` with the `struct inet_diag_sockid` inside it, in the words of a protocol. */
export const defineInetMessage = (message: InetMessage): Layout =>
  defineLayout("inet_diag_msg", "linux/inet_diag.h", null, inetMessageRows(message), { order: inetMessageOrder });

/** `struct inet_diag_msg` in the words of TCP. */
export const INET_DIAG_MSG: Layout = defineInetMessage({});

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

const shutdown = "Sides of the connection that are closed";
const shutdownLayout: Layout = defineLayout("INET_DIAG_SHUTDOWN", "", null, [
  row("u8", "INET_DIAG_SHUTDOWN", "shutdown", "", `${shutdown}: 1 for receiving, 2 for sending, added up.`, {
    since: "3.8",
  }),
  row("u8", "INET_DIAG_SHUTDOWN", "shutdown_names", "", `${shutdown}, in words.`, {
    since: "3.8",
    again: true,
    show: flags(["receive", "send"]),
  }),
]);

const bpfStorages = defineKey(null, "bpf_storages", {
  type: "list",
  meaning: "Values that BPF programs keep with the socket; only with --bpf-maps.",
  since: "5.7",
  source: "INET_DIAG_SK_BPF_STORAGES",
  privilege: "CAP_BPF",
});
const bpfStorage = defineElement(bpfStorages, "object");

/** `SK_DIAG_BPF_STORAGE_*` of `linux/sock_diag.h`. */
const bpfStorageAttributes = defineAttributes(bpfStorage, [
  { number: 1, name: "SK_DIAG_BPF_STORAGE_PAD", payload: filler },
  scalar(2, "SK_DIAG_BPF_STORAGE_MAP_ID", "u32", "map_id", "Number of the BPF map.", {
    parent: bpfStorage,
    since: "5.7",
  }),
  {
    number: 3,
    name: "SK_DIAG_BPF_STORAGE_MAP_VALUE",
    payload: rawBytes(defineKey(bpfStorage, "value", {
      source: "SK_DIAG_BPF_STORAGE_MAP_VALUE",
      type: "hex",
      meaning: "Value of this socket in the map, byte by byte.",
      since: "5.7",
    })),
  },
]);

/** Attributes that the sockets of every Internet protocol can have, in the order in which they are shown. */
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
  scalar(INET_DIAG_TOS, "INET_DIAG_TOS", "u8", "tos", "Type-of-service byte of IPv4 packets (IP_TOS).", {
    since: "3.2",
  }),
  scalar(INET_DIAG_TCLASS, "INET_DIAG_TCLASS", "u8", "tclass", "Traffic class of IPv6 packets (IPV6_TCLASS).", {
    since: "3.2",
  }),
  scalar(
    INET_DIAG_CLASS_ID,
    "INET_DIAG_CLASS_ID",
    "u32",
    "class_id",
    "Network class of the cgroup, or the socket's priority (SO_PRIORITY) where there is no class.",
    { since: "4.14" },
  ),
  scalar(INET_DIAG_MARK, "INET_DIAG_MARK", "u32", "mark", "Mark of the packets that the socket sends (SO_MARK).", {
    since: "4.9",
    privilege: "CAP_NET_ADMIN",
  }),
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

/** In messages about destroyed sockets of every protocol; the name of the protocol tells it already. */
const protocol: Attribute = { number: INET_DIAG_PROTOCOL, name: "INET_DIAG_PROTOCOL", payload: filler };

/** The attributes of a protocol: the common ones and its own. */
export function defineInetAttributes(own: readonly Attribute[]): AttributeTable {
  const shown = own.some(({ number }) => number === INET_DIAG_PROTOCOL);
  return defineAttributes(null, [...common, ...own, ...trailing, ...shown ? [] : [protocol]]);
}

/** What a protocol asks for in addition to the {@linkcode Question}. */
export interface InetProtocol {
  /** IPPROTO_TCP for example. */
  readonly protocol: number;
  /** Bit n-1 asks for attribute n. */
  readonly extensions: number;
}

/** The extensions that a question needs, of sockets with the attributes of `makeTable`. */
export const extensionsFor = ({ wanted }: Question, makeTable: () => AttributeTable): number =>
  bitsFor(EXTENSION_BITS, makeTable, wanted);

/** The requests for the sockets of a protocol, one for each address family: `struct inet_diag_req_v2`, 72 bytes, and attributes. */
export function encodeInetDiagRequests(question: Question, { protocol, extensions }: InetProtocol): DumpRequest[] {
  const attributes = encodeRequestAttributes(question, protocol);
  return question.addressFamilies.map((family) => {
    const payload = new Uint8Array(56 + attributes.length);
    payload.set([family, protocol & 0xff, extensions]);
    new DataView(payload.buffer).setUint32(4, question.states, true);
    setPorts(payload, 8, question);
    payload.set(attributes, 56);
    return {
      part: family === AF_INET6 ? " over IPv6" : " over IPv4",
      message: encodeRequest(SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST | NLM_F_DUMP, payload),
    };
  });
}

/**
 * The request of kernels before 3.3 (`struct inet_diag_req`, 76 bytes, and attributes), which later ones still answer: with
 * TCP sockets of both address families, and messages of its own type.
 */
export function encodeTcpDiagRequest(
  question: Question,
  extensions: number = ALL_EXTENSIONS,
): Uint8Array<ArrayBuffer> {
  const attributes = encodeRequestAttributes(question, 0);
  const payload = new Uint8Array(60 + attributes.length);
  payload.set([AF_INET, 0, 0, extensions]);
  new DataView(payload.buffer).setUint32(52, question.states, true);
  setPorts(payload, 4, question);
  payload.set(attributes, 60);
  return encodeRequest(TCPDIAG_GETSOCK, NLM_F_REQUEST | NLM_F_DUMP, payload);
}

/** Puts ports that sockets must have into the `struct inet_diag_sockid` at `at`. */
function setPorts(payload: Uint8Array, at: number, { kernelFilter }: Question): void {
  const view = new DataView(payload.buffer);
  view.setUint16(at, kernelFilter?.sport ?? 0, false);
  view.setUint16(at + 2, kernelFilter?.dport ?? 0, false);
}

/**
 * Attributes of a request: without CAP_BPF the kernel refuses it if it asks for the values of BPF maps; a protocol that does
 * not fit a byte has its number in one of them.
 */
function encodeRequestAttributes(question: Question, protocol: number): Uint8Array {
  const number = new Uint8Array(new Uint32Array([protocol]).buffer);
  const { kernelFilter } = question;
  return Uint8Array.from([
    ...kernelFilter === undefined ? [] : encodeAttribute(INET_DIAG_REQ_BYTECODE, kernelFilter.program),
    ...question.bpfMaps ? encodeAttribute(INET_DIAG_REQ_SK_BPF_STORAGES | NLA_F_NESTED, new Uint8Array(0)) : [],
    ...protocol > 0xff ? encodeAttribute(INET_DIAG_REQ_PROTOCOL, number) : [],
  ]);
}

/**
 * Pushes the fields of the socket in the message payload from `start` to `end`, whose fixed part is laid out as `message`.
 *
 * @throws {DecodeError} if the payload is shorter than `struct inet_diag_msg`, which no kernel ever sent
 */
export function writeInetSocket(
  message: Layout,
  attributes: AttributeTable,
  view: DataView,
  bytes: Uint8Array,
  start: number,
  end: number,
  sink: RecordSink,
): void {
  const body = start + message.size;
  if (body > end) throw new DecodeError(`socket message of ${end - start} bytes`, start);
  sink.structure(pickVariant(message, readConditions(view, start)), view, bytes, start, body);
  walkAttributes(attributes, view, bytes, body, end, sink);
}

/** Reads `idiag_state`. */
export const readInetState: NumberReader = (view, start, end) =>
  end - start > STATE ? view.getUint8(start + STATE) : -1;

/** Reads `idiag_uid`, -1 where the kernel has no user for the socket. */
const readInetUser: NumberReader = (view, start, end) =>
  end - start >= USER + 4 && (readConditions(view, start) & HAS_OWNER) !== 0 ? view.getUint32(start + USER, true) : -1;

/** Reads INET_DIAG_CGROUP_ID; 0 also for a number beyond 53 bits, which would take the kernel centuries. */
const readCgroup: NumberReader = (view, start, end) => {
  const at = findAttribute(view, start + INET_DIAG_MSG.size, end, INET_DIAG_CGROUP_ID) + NLA_HDRLEN;
  if (at < NLA_HDRLEN || view.getUint16(at - NLA_HDRLEN, true) < NLA_HDRLEN + 8) return 0;
  const high = view.getUint32(at + 4, true);
  return high < 0x200000 ? high * 0x100000000 + view.getUint32(at, true) : 0;
};

/** What makes one Internet protocol differ from another. */
export interface InetFamily
  extends Pick<FamilyCode, "defaultStates" | "kernelFiltersStates" | "absence" | "procFiles" | "paired"> {
  /** Whether the kernel passes over programs that choose sockets, against what is usual. */
  readonly ignoresFilters?: true;
  readonly protocol: InetProtocol;
  /** Further fields, those out of `/proc/net` for example. */
  readonly keys?: () => readonly Key[];
  /** Makes the table of its attributes; `release` as in `DatagramSource`. */
  attributes(release: number): AttributeTable;
  /** Makes the layout of the fixed part of its messages; by default {@linkcode INET_DIAG_MSG}. */
  readonly message?: (release: number) => Layout;
  /** As in {@linkcode FamilyCode.stateOf}, where the number in the message is not one of `tcp_states.ts`. */
  readonly stateOf?: NumberReader | null;
}

/** Defines a family of sockets that `struct inet_diag_msg` describes. */
export function defineInetFamily(inet: InetFamily): FamilyCode {
  const { defaultStates, kernelFiltersStates, protocol } = inet;
  const { stateOf = readInetState } = inet;
  const message = madeOnce(inet.message ?? (() => INET_DIAG_MSG));
  const attributesOf = madeOnce(inet.attributes);
  return {
    defaultStates,
    kernelFiltersStates,
    ...inet.absence === undefined ? {} : { absence: inet.absence },
    ...inet.procFiles === undefined ? {} : { procFiles: inet.procFiles },
    ...inet.ignoresFilters === true ? {} : { runsFilters: true },
    ...inet.paired === undefined ? {} : { paired: inet.paired },
    inodeOf: numberAt(INODE),
    interfaceOf: numberAt(INTERFACE),
    userOf: readInetUser,
    cgroupOf: readCgroup,
    stateOf,
    encodeRequests: (question) =>
      encodeInetDiagRequests(question, {
        protocol: protocol.protocol,
        extensions: protocol.extensions & extensionsFor(question, () => attributesOf(NEWEST_KERNEL)),
      }),
    openDecoder: madeOnce((release) => {
      const layout = message(release);
      const attributes = attributesOf(release);
      return (view, bytes, start, end, sink) => writeInetSocket(layout, attributes, view, bytes, start, end, sink);
    }),
    describe: () => ({
      layouts: [message(NEWEST_KERNEL)],
      attributes: [attributesOf(NEWEST_KERNEL)],
      keys: inet.keys?.() ?? [],
    }),
  };
}
