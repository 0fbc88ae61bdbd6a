/**
 * Netlink messages: constants, requests and the answers that end or refuse a dump; mirrors `linux/netlink.h`.
 */
import { align4, NLA_HDRLEN, NLA_TYPE_MASK } from "./attribute.ts";
import { escapeControls } from "../text/control_characters.ts";
import { KernelError } from "../kernel/errors.ts";

export const NLMSG_HDRLEN = 16;

export const NLMSG_NOOP = 1;
export const NLMSG_ERROR = 2;
export const NLMSG_DONE = 3;
export const NLMSG_OVERRUN = 4;

export const NLM_F_REQUEST = 0x1;
export const NLM_F_DUMP_INTR = 0x10;
export const NLM_F_DUMP = 0x300;
export const NLM_F_CAPPED = 0x100;
export const NLM_F_ACK_TLVS = 0x200;

export const NLMSGERR_ATTR_MSG = 1;

/**
 * Encodes a request: header and payload. The sequence number is filled in when it is sent
 * ({@linkcode setSequence}); the port id stays 0.
 */
export function encodeRequest(type: number, flags: number, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const request = new Uint8Array(NLMSG_HDRLEN + payload.length);
  const view = new DataView(request.buffer);
  view.setUint32(0, request.length, true);
  view.setUint16(4, type, true);
  view.setUint16(6, flags, true);
  request.set(payload, NLMSG_HDRLEN);
  return request;
}

/** Encodes an attribute, padded to a multiple of 4. */
export function encodeAttribute(type: number, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const attribute = new Uint8Array(align4(NLA_HDRLEN + payload.length));
  const view = new DataView(attribute.buffer);
  view.setUint16(0, NLA_HDRLEN + payload.length, true);
  view.setUint16(2, type, true);
  attribute.set(payload, NLA_HDRLEN);
  return attribute;
}

/** The type of a message that starts at the first byte. */
export function readType(message: Uint8Array): number {
  return new DataView(message.buffer, message.byteOffset).getUint16(4, true);
}

/** Gives a request its sequence number, which every message of the answer repeats. */
export function setSequence(request: Uint8Array, sequence: number): void {
  new DataView(request.buffer, request.byteOffset).setUint32(8, sequence, true);
}

/**
 * The error in the `NLMSG_ERROR` or `NLMSG_DONE` message from `start` to `end`; `null` if it reports success, or is a
 * `NLMSG_DONE` without a result.
 */
export function readError(view: DataView, bytes: Uint8Array, start: number, end: number): KernelError | null {
  const payload = start + NLMSG_HDRLEN;
  if (end - payload < 4) return null;
  const result = view.getInt32(payload, true);
  return result < 0 ? new KernelError(-result, readExplanation(view, bytes, start, end)) : null;
}

/** The text, on one line, of the extended acknowledgement in an `NLMSG_ERROR` or `NLMSG_DONE` message, `""` if there is none. */
export function readExplanation(view: DataView, bytes: Uint8Array, start: number, end: number): string {
  const type = view.getUint16(start + 4, true);
  const flags = view.getUint16(start + 6, true);
  if ((flags & NLM_F_ACK_TLVS) === 0) return "";
  // NLMSG_ERROR repeats the request after the result: only its header if NLM_F_CAPPED is set, else all of it.
  let at = start + NLMSG_HDRLEN + 4;
  if (type === NLMSG_ERROR) {
    if (end - at < NLMSG_HDRLEN) return "";
    const length = (flags & NLM_F_CAPPED) === 0 ? view.getUint32(at, true) : NLMSG_HDRLEN;
    if (length > end - at) return "";
    at += align4(length);
  }
  while (end - at >= NLA_HDRLEN) {
    const length = view.getUint16(at, true);
    if (length < NLA_HDRLEN || length > end - at) break;
    if ((view.getUint16(at + 2, true) & NLA_TYPE_MASK) === NLMSGERR_ATTR_MSG) {
      const text = bytes.subarray(at + NLA_HDRLEN, at + length);
      const nul = text.indexOf(0);
      return escapeControls(new TextDecoder().decode(nul < 0 ? text : text.subarray(0, nul)));
    }
    at += align4(length);
  }
  return "";
}
