/**
 * Requests for sockets of the Internet protocols; mirrors `linux/inet_diag.h`.
 */
import { AF_INET, AF_INET6 } from "../../kernel/address_family.ts";
import { BOUND_INACTIVE_STATES, TCP_CLOSE, TCP_LISTEN } from "../../kernel/tcp_states.ts";
import { type AskingBits, type AttributeTable, bitsFor } from "../../netlink/attribute.ts";
import { encodeAttribute, encodeRequest, NLM_F_DUMP, NLM_F_REQUEST } from "../../netlink/message.ts";
import type { DumpRequest, Question } from "../question.ts";
import { SOCK_DIAG_BY_FAMILY } from "../sock_diag.ts";
import {
  INET_DIAG_BBRINFO,
  INET_DIAG_CLASS_ID,
  INET_DIAG_DCTCPINFO,
  INET_DIAG_REQ_BYTECODE,
  INET_DIAG_REQ_PROTOCOL,
  INET_DIAG_REQ_SK_BPF_STORAGES,
  INET_DIAG_SHUTDOWN,
  INET_DIAG_TCLASS,
  INET_DIAG_VEGASINFO,
  IPPROTO_TCP,
  TCPDIAG_GETSOCK,
} from "./inet_constants.ts";

const NLA_F_NESTED = 0x8000;

/** Requests every attribute that has a bit in the request: bit n-1 is attribute n. */
export const ALL_EXTENSIONS = 0xff;

const extensionBit = (number: number) => 1 << number - 1;

/** Bits of the request: an attribute's own bit, or for attributes without one the bit that the kernel checks instead. */
const EXTENSION_BITS: AskingBits = {
  ...Object.fromEntries(
    Array.from({ length: INET_DIAG_SHUTDOWN }, (_, i) => [i + 1, extensionBit(i + 1)]),
  ),
  [INET_DIAG_DCTCPINFO]: extensionBit(INET_DIAG_VEGASINFO),
  [INET_DIAG_BBRINFO]: extensionBit(INET_DIAG_VEGASINFO),
  [INET_DIAG_CLASS_ID]: extensionBit(INET_DIAG_TCLASS),
};

/** What a protocol requests in addition to the {@linkcode Question}. */
export interface InetProtocol {
  /** IPPROTO_TCP for example. */
  readonly protocol: number;
  /** Bit n-1 requests attribute n. */
  readonly extensions: number;
}

/** The extension bits that a question needs, for sockets with the attributes of `makeTable`. */
export const extensionsFor = ({ wanted }: Question, makeTable: () => AttributeTable): number =>
  bitsFor(EXTENSION_BITS, makeTable, wanted);

/** Requests for the sockets of a protocol, one per address family: `struct inet_diag_req_v2`, 72 bytes, and attributes. */
export function encodeInetDiagRequests(question: Question, { protocol, extensions }: InetProtocol): DumpRequest[] {
  const attributes = encodeRequestAttributes(question, protocol);
  return question.addressFamilies.map((family) => {
    const payload = new Uint8Array(56 + attributes.length);
    payload.set([family, protocol & 0xff, extensions]);
    const states = protocol === IPPROTO_TCP ? tcpStates(question) : question.states;
    new DataView(payload.buffer).setUint32(4, states, true);
    setPorts(payload, 8, question);
    payload.set(attributes, 56);
    return {
      part: family === AF_INET6 ? " over IPv6" : " over IPv4",
      message: encodeRequest(SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST | NLM_F_DUMP, payload),
    };
  });
}

/**
 * The request of kernels before 3.3 (`struct inet_diag_req`, 76 bytes, and attributes). Later kernels still answer it, with
 * TCP sockets of both address families and messages of its own type.
 */
export function encodeTcpDiagRequest(
  question: Question,
  extensions: number = ALL_EXTENSIONS,
): Uint8Array<ArrayBuffer> {
  const attributes = encodeRequestAttributes(question, 0);
  const payload = new Uint8Array(60 + attributes.length);
  payload.set([AF_INET, 0, 0, extensions]);
  new DataView(payload.buffer).setUint32(52, tcpStates(question), true);
  setPorts(payload, 4, question);
  payload.set(attributes, 60);
  return encodeRequest(TCPDIAG_GETSOCK, NLM_F_REQUEST | NLM_F_DUMP, payload);
}

/**
 * States to request of TCP. The kernel has no closed TCP socket in its tables. Listeners and closed sockets would take it six times
 * as long as listeners alone, because it then searches all connections. To find sockets that are bound and not connected,
 * it searches all bound ones, even if they must have a remote port, which these cannot have.
 */
function tcpStates({ states, kernelFilter }: Question): number {
  if (states === LISTENERS_OR_CLOSED) return 1 << TCP_LISTEN;
  return (kernelFilter?.dport ?? 0) !== 0 ? states & ~BOUND_INACTIVE_STATES : states;
}

const LISTENERS_OR_CLOSED = 1 << TCP_LISTEN | 1 << TCP_CLOSE;

/** Writes the ports that sockets must have into the `struct inet_diag_sockid` at `at`. */
function setPorts(payload: Uint8Array, at: number, { kernelFilter }: Question): void {
  const view = new DataView(payload.buffer);
  view.setUint16(at, kernelFilter?.sport ?? 0, false);
  view.setUint16(at + 2, kernelFilter?.dport ?? 0, false);
}

/**
 * Attributes of a request. Without CAP_BPF the kernel refuses requests for the values of BPF maps. A protocol number above one
 * byte is sent as an attribute.
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
