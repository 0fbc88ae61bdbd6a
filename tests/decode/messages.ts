/**
 * Netlink messages made by hand, for tests that need an answer no recording holds.
 */
import { align4, NLA_HDRLEN } from "../../decode/netlink/attribute.ts";
import { NLMSG_DONE, NLMSG_ERROR, NLMSG_HDRLEN } from "../../decode/netlink/message.ts";
import { AF_INET } from "../../decode/kernel/address_family.ts";
import { SOCK_DIAG_BY_FAMILY } from "../../decode/families/sock_diag.ts";

export const NLM_F_MULTI = 2;
export const NLM_F_CAPPED = 0x100;
export const NLM_F_ACK_TLVS = 0x200;
const NLMSGERR_ATTR_MSG = 1;

/** Bytes one behind the other. */
export function join(...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** A number in little-endian bytes. */
export function bytesOf(value: number | bigint, size: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: size }, (_, i) => Number(BigInt.asUintN(8, BigInt(value) >> BigInt(8 * i))));
}

export const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Bytes filled up with zeros to a multiple of 4. */
export function padded(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(align4(bytes.length));
  whole.set(bytes);
  return whole;
}

/** An attribute with its padding; `type` may hold the flags NLA_F_NESTED and NLA_F_NET_BYTEORDER. */
export function attribute(type: number, payload: Uint8Array | readonly number[]): Uint8Array<ArrayBuffer> {
  return padded(join(bytesOf(NLA_HDRLEN + payload.length, 2), bytesOf(type, 2), payload));
}

/** A message without padding; sequence number and port id are left to whoever sends it. */
export function message(type: number, flags: number, payload: Uint8Array | readonly number[] = []): Uint8Array {
  return join(
    bytesOf(NLMSG_HDRLEN + payload.length, 4),
    bytesOf(type, 2),
    bytesOf(flags, 2),
    new Uint8Array(8),
    payload,
  );
}

/** `NLMSG_DONE` with its result and, if there is text, an extended acknowledgement. */
export function done(result = 0, text = "", flags = 0): Uint8Array {
  return text === ""
    ? message(NLMSG_DONE, NLM_F_MULTI | flags, bytesOf(result, 4))
    : message(NLMSG_DONE, NLM_F_MULTI | NLM_F_ACK_TLVS | flags, join(bytesOf(result, 4), explanation(text)));
}

/** `NLMSG_ERROR`: result, the request or its header only (`NLM_F_CAPPED`), and an extended acknowledgement if given. */
export function refusal(
  errno: number,
  options: { readonly text?: string; readonly request?: Uint8Array; readonly capped?: boolean } = {},
): Uint8Array {
  const request = options.request ?? message(SOCK_DIAG_BY_FAMILY, 0x301, new Uint8Array(56));
  const flags = (options.capped === true ? NLM_F_CAPPED : 0) | (options.text === undefined ? 0 : NLM_F_ACK_TLVS);
  return message(
    NLMSG_ERROR,
    flags,
    join(
      bytesOf(-errno, 4),
      options.capped === true ? request.subarray(0, NLMSG_HDRLEN) : padded(request),
      options.text === undefined ? [] : explanation(options.text),
    ),
  );
}

const explanation = (text: string) => attribute(NLMSGERR_ATTR_MSG, join(ascii(text), [0]));

export interface SocketParts {
  readonly family?: number;
  readonly state?: number;
  readonly timer?: number;
  readonly inode?: number;
  /** Lower half of the cookie, 0 for none. */
  readonly cookie?: number;
  /** Local port. */
  readonly port?: number;
  readonly attributes?: readonly (Uint8Array | readonly number[])[];
}

/** The payload of a socket's message: `struct inet_diag_msg` and attributes. */
export function socketPayload(parts: SocketParts = {}): Uint8Array<ArrayBuffer> {
  const fixed = new Uint8Array(72);
  const view = new DataView(fixed.buffer);
  fixed.set([parts.family ?? AF_INET, parts.state ?? 1, parts.timer ?? 0]);
  view.setUint16(4, parts.port ?? 8080, false);
  view.setUint16(6, 40000, false);
  fixed.set([192, 0, 2, 1], 8);
  fixed.set([192, 0, 2, 2], 24);
  view.setUint32(44, parts.cookie ?? 0, true);
  view.setUint32(68, parts.inode ?? 1, true);
  return join(fixed, ...parts.attributes ?? []);
}

/** A socket's message. */
export function socket(parts: SocketParts = {}, flags = NLM_F_MULTI): Uint8Array {
  return message(SOCK_DIAG_BY_FAMILY, flags, socketPayload(parts));
}

/** A datagram of messages, each padded. */
export function datagram(...messages: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return join(...messages.map(padded));
}
