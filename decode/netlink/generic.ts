/**
 * Families of generic netlink: their numbers and multicast groups; mirrors `linux/genetlink.h`.
 */
import { findPayload, payloadEnd, walkNested } from "./attribute.ts";

/** The family that knows the others; its number is fixed. */
export const GENL_ID_CTRL = 16;
/** Size of `struct genlmsghdr`. */
export const GENL_HDRLEN = 4;
const CTRL_CMD_GETFAMILY = 3;
const CTRL_ATTR_FAMILY_ID = 1;
const CTRL_ATTR_FAMILY_NAME = 2;
const CTRL_ATTR_MCAST_GROUPS = 7;
const CTRL_ATTR_MCAST_GRP_NAME = 1;
const CTRL_ATTR_MCAST_GRP_ID = 2;

/** A family of generic netlink. */
export interface GenericFamily {
  /** The type of its messages. */
  readonly id: number;
  readonly name: string;
  readonly groups: readonly { readonly id: number; readonly name: string }[];
}

/** `struct genlmsghdr`: the start of a request. */
export const encodeGenericHeader = (command: number): Uint8Array => Uint8Array.of(command, 1, 0, 0);

/** The payload of a dump of all families, which is sent to {@linkcode GENL_ID_CTRL}. */
export const ALL_FAMILIES: Uint8Array = encodeGenericHeader(CTRL_CMD_GETFAMILY);

/** The family in a message payload; `null` if it has no number or name. */
export function readGenericFamily(view: DataView, bytes: Uint8Array, start: number, end: number): GenericFamily | null {
  const from = start + GENL_HDRLEN;
  const id = findPayload(view, from, end, CTRL_ATTR_FAMILY_ID, 2);
  const name = findPayload(view, from, end, CTRL_ATTR_FAMILY_NAME, 0);
  if (id < 0 || name < 0) return null;
  const groups: { id: number; name: string }[] = [];
  const list = findPayload(view, from, end, CTRL_ATTR_MCAST_GROUPS, 0);
  if (list >= 0) {
    walkNested(view, list, payloadEnd(view, list), (from, to) => {
      const number = findPayload(view, from, to, CTRL_ATTR_MCAST_GRP_ID, 4);
      const name = findPayload(view, from, to, CTRL_ATTR_MCAST_GRP_NAME, 0);
      if (number >= 0 && name >= 0) groups.push({ id: view.getUint32(number, true), name: textAt(view, bytes, name) });
    });
  }
  return { id: view.getUint16(id, true), name: textAt(view, bytes, name), groups };
}

/** The text of the payload at `start`, without NUL. */
function textAt(view: DataView, bytes: Uint8Array, start: number): string {
  const text = bytes.subarray(start, payloadEnd(view, start));
  const nul = text.indexOf(0);
  return new TextDecoder().decode(nul < 0 ? text : text.subarray(0, nul));
}
