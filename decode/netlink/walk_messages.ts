/**
 * The walk over the messages of a datagram; mirrors `linux/netlink.h` (`struct nlmsghdr`).
 */
import { DecodeError } from "../kernel/errors.ts";
import { align4 } from "./attribute.ts";
import { NLMSG_HDRLEN } from "./message.ts";

/** Takes the messages of datagrams, one by one. */
export interface MessageReceiver {
  /** Takes the message from `start` to `end`, header included; returns whether it wants the messages after it. */
  message(start: number, end: number): boolean;
}

/**
 * Passes on the messages of the datagram of `length` bytes at the start of `view`.
 *
 * @param cut whether the datagram was cut off, so that it may end inside a message
 * @returns whether the receiver wanted all messages
 * @throws {DecodeError} if a length does not fit
 */
export function walkMessages(view: DataView, length: number, cut: boolean, receiver: MessageReceiver): boolean {
  let at = 0;
  while (length - at >= NLMSG_HDRLEN) {
    const size = view.getUint32(at, true);
    if (size < NLMSG_HDRLEN || size > length - at) {
      if (cut) return true;
      throw new DecodeError(`message of length ${size}`, at);
    }
    if (!receiver.message(at, at + size)) return false;
    at += align4(size);
  }
  if (at < length && !cut) throw new DecodeError(`${length - at} stray bytes`, at);
  return true;
}
