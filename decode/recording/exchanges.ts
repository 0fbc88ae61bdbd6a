/**
 * Groups the socket diagnostics of a recording: each request with the datagrams that answer it.
 */
import { align4 } from "../netlink/attribute.ts";
import type { KernelError } from "../kernel/errors.ts";
import { TCPDIAG_GETSOCK } from "../families/inet/inet_constants.ts";
import {
  NLM_F_REQUEST,
  NLMSG_DONE,
  NLMSG_ERROR,
  NLMSG_HDRLEN,
  NLMSG_NOOP,
  NLMSG_OVERRUN,
  readError,
} from "../netlink/message.ts";
import { OUTGOING, type Packet } from "./pcap.ts";
import { NETLINK_SOCK_DIAG, SOCK_DIAG_BY_FAMILY } from "../families/sock_diag.ts";

/** Message types below this belong to netlink itself and mean the same in every family. */
const NLMSG_MIN_TYPE = 16;
/** Like {@linkcode TCPDIAG_GETSOCK}, for DCCP. */
export const DCCPDIAG_GETSOCK = 19;

/** A request and the datagrams that answer it. */
export interface Exchange {
  /** `null` if the request was not recorded. */
  readonly request: Packet | null;
  readonly answers: readonly Packet[];
  /** Whether a message marks the end of the answer. */
  readonly ended: boolean;
  /** The error with which the kernel ended the answer, `null` for none. */
  readonly refusal: KernelError | null;
}

interface OpenExchange extends Exchange {
  readonly answers: Packet[];
  /** Netlink port id that the answer was sent to, -1 before the first answer. */
  portId: number;
  ended: boolean;
  refusal: KernelError | null;
}

export const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const isRequest = (flags: number, type: number) => (flags & NLM_F_REQUEST) !== 0 && type >= NLMSG_MIN_TYPE;

/** Whether messages of this type are sockets. */
export const isSocketType = (type: number): boolean =>
  type === SOCK_DIAG_BY_FAMILY || type === TCPDIAG_GETSOCK || type === DCCPDIAG_GETSOCK;

/** Whether the capture kept only the start of the datagram. */
export const isCut = ({ bytes, length }: Packet): boolean => bytes.length < length;

/** End of the message at `at`, `-1` if it is malformed or incomplete. */
export function messageEnd(view: DataView, at: number): number {
  const rest = view.byteLength - at;
  if (rest < NLMSG_HDRLEN) return -1;
  const length = view.getUint32(at, true);
  return length < NLMSG_HDRLEN || length > rest ? -1 : at + length;
}

/** Matches answers to requests. Packets of other netlink families are left out. */
export function groupExchanges(packets: readonly Packet[]): readonly Exchange[] {
  const exchanges: OpenExchange[] = [];
  const bySequence = new Map<number, OpenExchange[]>();
  for (const packet of packets) {
    if (packet.protocol !== NETLINK_SOCK_DIAG || packet.bytes.length < NLMSG_HDRLEN) continue;
    const view = viewOf(packet.bytes);
    const type = view.getUint16(4, true);
    if (packet.direction === OUTGOING && type === NLMSG_NOOP) continue;
    const request = isRequest(view.getUint16(6, true), type);
    const sequence = view.getUint32(8, true);
    const portId = view.getUint32(12, true);
    const known = bySequence.get(sequence) ?? [];
    let exchange = request
      ? undefined
      : known.findLast((candidate) =>
        (candidate.portId === -1 || candidate.portId === portId) && !(candidate.request === null && candidate.ended)
      );
    if (exchange === undefined) {
      exchange = { request: request ? packet : null, answers: [], portId: -1, ended: false, refusal: null };
      exchanges.push(exchange);
      known.push(exchange);
      bySequence.set(sequence, known);
    }
    if (request) continue;
    exchange.portId = portId;
    exchange.answers.push(packet);
    noteEnd(exchange, view, packet.bytes);
  }
  return exchanges;
}

/** Records whether and how a datagram ends the answer. */
function noteEnd(exchange: OpenExchange, view: DataView, bytes: Uint8Array): void {
  for (let at = 0, end = messageEnd(view, 0); end >= 0; at = align4(end), end = messageEnd(view, at)) {
    const type = view.getUint16(at + 4, true);
    if (type === NLMSG_DONE || type === NLMSG_ERROR || type === NLMSG_OVERRUN) exchange.ended = true;
    if (type === NLMSG_DONE || type === NLMSG_ERROR) exchange.refusal ??= readError(view, bytes, at, end);
  }
}

/** Whether an exchange holds a socket that `takes` accepts; every socket is accepted by default. */
export const holdsSocket = (
  { answers }: Exchange,
  takes: (view: DataView, start: number, end: number) => boolean = () => true,
): boolean =>
  answers.some(({ bytes }) => {
    const view = viewOf(bytes);
    for (let at = 0, end = messageEnd(view, 0); end >= 0; at = align4(end), end = messageEnd(view, at)) {
      if (isSocketType(view.getUint16(at + 4, true)) && takes(view, at, end)) return true;
    }
    return false;
  });
