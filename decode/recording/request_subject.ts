/**
 * Reads what a request for sockets asks for, and guesses it for answers whose request is unknown. Mirrors `struct
 * inet_diag_req_v2` and similar requests.
 */
import { AF_INET, AF_INET6, AF_NETLINK, AF_TIPC, AF_UNIX, AF_VSOCK } from "../kernel/address_family.ts";
import { align4, NLA_HDRLEN, NLA_TYPE_MASK } from "../netlink/attribute.ts";
import {
  INET_DIAG_CONG,
  INET_DIAG_PROTOCOL,
  INET_DIAG_REQ_BYTECODE,
  INET_DIAG_REQ_PROTOCOL,
  INET_DIAG_REQ_SK_BPF_STORAGES,
  IPPROTO_TCP,
  TCPDIAG_GETSOCK,
} from "../families/inet/inet_constants.ts";
import { INET_DIAG_MSG } from "../families/inet/inet_diag.ts";
import { IPPROTO_DCCP } from "../families/inet/dccp.ts";
import { NDIAG_PROTO_ALL } from "../families/netlink_diag.ts";
import { NLM_F_DUMP, NLMSG_HDRLEN } from "../netlink/message.ts";
import { DCCPDIAG_GETSOCK, viewOf } from "./exchanges.ts";

/** Address families whose requests have the state bits at byte 4. */
const ASKED_BY_STATES: readonly number[] = [AF_UNIX, AF_INET, AF_INET6, AF_TIPC, AF_VSOCK];
/** Offset of the state bits after the header: `idiag_states` in older requests. */
const STATES = 4;
const OLDER_STATES = 52;
/** Offset of the local and remote port in requests about Internet protocols, 0 for any port. */
const PORTS = 8;
const OLDER_PORTS = 4;
/** Lengths in bytes of the fixed part of requests about Internet protocols. */
const REQUEST_SIZE = 56;
const OLDER_REQUEST_SIZE = 60;

/** What a request asks for. */
export interface Subject {
  readonly type: number;
  /** Address family. Older requests ask for all families and do not use it. */
  readonly family: number;
  /** IPPROTO_TCP for example; 0 if the address family alone decides. */
  readonly protocol: number;
  /** Bit n for state n. All bits are set if requests of this kind cannot choose. */
  readonly states: number;
  readonly bpfMaps: boolean;
  /** Whether it asks for all sockets in these states, for those that pass a filter in the kernel, or for a single one. */
  readonly extent: "all" | "filtered" | "single";
}

/** Whether the message type is an older request or its answer. */
export const isOlder = (type: number): boolean => type === TCPDIAG_GETSOCK || type === DCCPDIAG_GETSOCK;

export const isInet = (family: number): boolean => family === AF_INET || family === AF_INET6;

/** Reads a request made by any program. */
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

/** Reads the attributes of a request about an Internet protocol. */
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

/** The protocol that an older message type implies, else `other`. */
const ownProtocol = (type: number, other: number) =>
  type === TCPDIAG_GETSOCK ? IPPROTO_TCP : type === DCCPDIAG_GETSOCK ? IPPROTO_DCCP : other;

/** Type of the older request for a protocol, 0 if there is none. */
export const ownOlderType = (protocol: number): number =>
  protocol === IPPROTO_TCP ? TCPDIAG_GETSOCK : protocol === IPPROTO_DCCP ? DCCPDIAG_GETSOCK : 0;

/** End of the attribute at `at`, `-1` if there is none. */
function attributeEnd(view: DataView, at: number, end: number): number {
  if (end - at < NLA_HDRLEN) return -1;
  const length = view.getUint16(at, true);
  return length < NLA_HDRLEN || length > end - at ? -1 : at + length;
}

/** The protocol of the Internet socket in the message from `start` to `end`; 0 if the message does not name it. */
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

/** Selects the messages of an exchange that belong to an answer. */
export type Filter = (view: DataView, start: number, end: number) => boolean;

export const hasFamily = (family: number): Filter => (view, start, end) =>
  end - start > NLMSG_HDRLEN && view.getUint8(start + NLMSG_HDRLEN) === family;
