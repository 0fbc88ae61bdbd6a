/**
 * Requests that close sockets: `SOCK_DESTROY`. Mirrors `linux/sock_diag.h` and `linux/inet_diag.h`; see `net/core/sock_diag.c`.
 *
 * The kernel looks a socket up by its addresses and then compares the cookie. So of several sockets with the same addresses it may
 * find another one, and answers ENOENT. It needs CAP_NET_ADMIN in the network namespace of the socket.
 */
import { AF_INET, AF_INET6 } from "../../kernel/address_family.ts";
import { encodeAttribute, encodeRequest, NLM_F_REQUEST } from "../../netlink/message.ts";
import { INET_DIAG_REQ_PROTOCOL, IPPROTO_TCP } from "./inet_constants.ts";

const SOCK_DESTROY = 21;
const NLM_F_ACK = 4;

/** The data by which the kernel finds a socket. */
export interface DestroyTarget {
  /** IPPROTO_TCP for example. */
  readonly protocol: number;
  /** Of RAW sockets their protocol, which they have in place of ports; 0 for others. */
  readonly rawProtocol: number;
  /** Addresses of 4 or 16 bytes, in network byte order. */
  readonly src: Uint8Array;
  readonly dst: Uint8Array;
  readonly srcPort: number;
  readonly dstPort: number;
  /** Index of the interface that the socket is bound to, 0 for none. */
  readonly iface: number;
  /** The halves of the cookie. All bits set would mean any socket: never sent. */
  readonly cookie: readonly [low: number, high: number];
}

/**
 * The request to close one socket: `struct inet_diag_req_v2`, and as an attribute a protocol number above one byte.
 *
 * @throws {RangeError} for the cookie that stands for any socket
 */
export function encodeDestroyRequest(target: DestroyTarget): Uint8Array<ArrayBuffer> {
  const { protocol, rawProtocol, src, dst, srcPort, dstPort, iface, cookie: [low, high] } = target;
  if (low >>> 0 === 0xffff_ffff && high >>> 0 === 0xffff_ffff) {
    throw new RangeError("this cookie stands for any socket");
  }
  const attributes = protocol > 0xff
    ? encodeAttribute(INET_DIAG_REQ_PROTOCOL, new Uint8Array(new Uint32Array([protocol]).buffer))
    : new Uint8Array(0);
  const payload = new Uint8Array(56 + attributes.length);
  const view = new DataView(payload.buffer);
  payload.set([src.length === 4 ? AF_INET : AF_INET6, protocol & 0xff, 0, rawProtocol]);
  view.setUint32(4, 0xffff_ffff, true);
  view.setUint16(8, srcPort, false);
  view.setUint16(10, dstPort, false);
  payload.set(src, 12);
  payload.set(dst, 28);
  view.setUint32(44, iface, true);
  view.setUint32(48, low >>> 0, true);
  view.setUint32(52, high >>> 0, true);
  payload.set(attributes, 56);
  return encodeRequest(SOCK_DESTROY, NLM_F_REQUEST | NLM_F_ACK, payload);
}

/** A request that finds no socket: it tells whether this kernel closes sockets at all. */
export const encodeDestroyProbe = (): Uint8Array<ArrayBuffer> =>
  encodeDestroyRequest({
    protocol: IPPROTO_TCP,
    rawProtocol: 0,
    src: new Uint8Array(4),
    dst: new Uint8Array(4),
    srcPort: 0,
    dstPort: 0,
    iface: 0,
    cookie: [0, 0],
  });

/** A request that names an address family and no socket: it tells whether this kernel closes sockets of the family. */
export const encodeFamilyProbe = (addressFamily: number): Uint8Array<ArrayBuffer> =>
  encodeRequest(SOCK_DESTROY, NLM_F_REQUEST | NLM_F_ACK, Uint8Array.of(addressFamily, 0, 0, 0));
