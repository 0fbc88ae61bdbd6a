/**
 * What requests for sockets are about, and the answers whose requests are not known; mirrors `struct inet_diag_req_v2` and the
 * requests like it.
 */
import { AF_INET, AF_INET6, AF_NETLINK, AF_TIPC, AF_UNIX, AF_VSOCK } from "../kernel/address_family.ts";
import { align4, NLA_HDRLEN, NLA_TYPE_MASK } from "../netlink/attribute.ts";
import {
  INET_DIAG_CONG,
  INET_DIAG_PROTOCOL,
  INET_DIAG_REQ_BYTECODE,
  INET_DIAG_REQ_PROTOCOL,
  INET_DIAG_REQ_SK_BPF_STORAGES,
  TCPDIAG_GETSOCK,
} from "../families/inet/inet_constants.ts";
import { INET_DIAG_MSG } from "../families/inet/inet_diag.ts";
import { IPPROTO_DCCP } from "../families/inet/dccp.ts";
import { IPPROTO_TCP } from "../families/inet/tcp.ts";
import { NDIAG_PROTO_ALL } from "../families/netlink_diag.ts";
import { NLM_F_DUMP, NLMSG_HDRLEN } from "../netlink/message.ts";
import { DCCPDIAG_GETSOCK, viewOf } from "./exchanges.ts";

/** Address families whose requests have the states at byte 4. */
const ASKED_BY_STATES: readonly number[] = [AF_UNIX, AF_INET, AF_INET6, AF_TIPC, AF_VSOCK];
/** Where requests have the states, behind the header: `idiag_states` of the older ones. */
const STATES = 4;
const OLDER_STATES = 52;
/** Where requests about Internet protocols have the ports that sockets must have: local and remote, 0 for any. */
const PORTS = 8;
const OLDER_PORTS = 4;
/** Lengths of the fixed part of requests about Internet protocols. */
const REQUEST_SIZE = 56;
const OLDER_REQUEST_SIZE = 60;

/** What a request is about. */
export interface Subject {
  readonly type: number;
  /** Address family. Meaningless in older requests: these are about all. */
  readonly family: number;
  /** IPPROTO_TCP for example; 0 where the address family says it all. */
  readonly protocol: number;
  /** Bit n for state n; all of them where requests do not choose. */
  readonly states: number;
  readonly bpfMaps: boolean;
  /** Whether all sockets in these states are asked for, only those that pass a check of the kernel, or a single one. */
  readonly extent: "all" | "filtered" | "single";
}

/** Whether a message type is that of an older request, or of its answer. */
export const isOlder = (type: number): boolean => type === TCPDIAG_GETSOCK || type === DCCPDIAG_GETSOCK;

export const isInet = (family: number): boolean => family === AF_INET || family === AF_INET6;

/** Reads a request of any program. */
export function readSubject(request: Uint8Array): Subject {
  const view = viewOf(request);
  const type = view.getUint16(4, true);
  const family = request[NLMSG_HDRLEN] ?? 0;
  const older = isOlder(type);
  const statesAt = NLMSG_HDRLEN + (older ? OLDER_STATES : STATES);
  const chooses = (older || ASKED_BY_STATES.includes(family)) && statesAt + 4 <= request.length;
  const states = chooses ? view.getUint32(statesAt, true) : ~0;
  const single = (view.getUint16(6, true) & NLM_F_DUMP) !== NLM_F_DUMP;
  const second = request[NLMSG_HDRLEN + 1] ?? 0;
  if (!older && !isInet(family)) {
    const filtered = family === AF_NETLINK && second !== NDIAG_PROTO_ALL;
    const extent = single ? "single" : filtered ? "filtered" : "all";
    return { type, family, protocol: 0, states, bpfMaps: false, extent };
  }
  const { protocol = ownProtocol(type, second), bpfMaps, program } = readAttributes(view, older);
  const filtered = program || hasPorts(view, NLMSG_HDRLEN + (older ? OLDER_PORTS : PORTS));
  return { type, family, protocol, states, bpfMaps, extent: single ? "single" : filtered ? "filtered" : "all" };
}

const hasPorts = (view: DataView, at: number) => at + 4 <= view.byteLength && view.getUint32(at, true) !== 0;

/** What the attributes of a request about an Internet protocol say. */
function readAttributes(view: DataView, older: boolean): { protocol?: number; bpfMaps: boolean; program: boolean } {
  const length = view.byteLength;
  let protocol: number | undefined;
  let bpfMaps = false;
  let program = false;
  let at = NLMSG_HDRLEN + (older ? OLDER_REQUEST_SIZE : REQUEST_SIZE);
  for (let end = attributeEnd(view, at, length); end >= 0; end = attributeEnd(view, at, length)) {
    const number = view.getUint16(at + 2, true) & NLA_TYPE_MASK;
    const empty = end - at === NLA_HDRLEN;
    if (number === INET_DIAG_REQ_SK_BPF_STORAGES) bpfMaps = true;
    if (number === INET_DIAG_REQ_BYTECODE && !empty) program = true;
    if (number === INET_DIAG_REQ_PROTOCOL && end - at >= NLA_HDRLEN + 4) {
      protocol = view.getUint32(at + NLA_HDRLEN, true);
    }
    at = align4(end);
  }
  return { ...protocol === undefined ? {} : { protocol }, bpfMaps, program };
}

/** Protocol that goes without saying in messages of older types, else `other`. */
const ownProtocol = (type: number, other: number) =>
  type === TCPDIAG_GETSOCK ? IPPROTO_TCP : type === DCCPDIAG_GETSOCK ? IPPROTO_DCCP : other;

/** Type of the older request about a protocol, 0 if it has none. */
export const ownOlderType = (protocol: number): number =>
  protocol === IPPROTO_TCP ? TCPDIAG_GETSOCK : protocol === IPPROTO_DCCP ? DCCPDIAG_GETSOCK : 0;

/** End of the attribute at `at`, `-1` if there is none. */
function attributeEnd(view: DataView, at: number, end: number): number {
  if (end - at < NLA_HDRLEN) return -1;
  const length = view.getUint16(at, true);
  return length < NLA_HDRLEN || length > end - at ? -1 : at + length;
}

/**
 * The protocol of the socket of an Internet protocol in the message from `start` to `end`, as far as the message tells; 0
 * if it does not.
 */
export function readProtocol(view: DataView, start: number, end: number): number {
  const type = view.getUint16(start + 4, true);
  if (isOlder(type)) return ownProtocol(type, 0);
  let guess = 0;
  let at = start + NLMSG_HDRLEN + INET_DIAG_MSG.size;
  for (let last = attributeEnd(view, at, end); last >= 0; last = attributeEnd(view, at, end)) {
    const number = view.getUint16(at + 2, true) & NLA_TYPE_MASK;
    if (number === INET_DIAG_PROTOCOL && last - at > NLA_HDRLEN) return view.getUint8(at + NLA_HDRLEN);
    if (number === INET_DIAG_CONG) guess = IPPROTO_TCP;
    at = align4(last);
  }
  return guess;
}

/** Says which messages of an exchange belong to an answer. */
export type Filter = (view: DataView, start: number, end: number) => boolean;

export const hasFamily = (family: number): Filter => (view, start, end) =>
  end - start > NLMSG_HDRLEN && view.getUint8(start + NLMSG_HDRLEN) === family;
