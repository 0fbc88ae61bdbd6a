/**
 * Messages about destroyed sockets in a recording.
 */
import type { DestroyEvents } from "../families/family.ts";
import { isEvent, NETLINK_SOCK_DIAG } from "../families/sock_diag.ts";
import { align4 } from "../netlink/attribute.ts";
import { encodeRequest, NLMSG_HDRLEN, NLMSG_OVERRUN } from "../netlink/message.ts";
import { messageEnd, viewOf } from "./exchanges.ts";
import { INCOMING, type Packet } from "./pcap.ts";
import { readProtocol } from "./request_subject.ts";

/** The payload of a message that says how many events were lost: protocol and number. */
const LOSS_SIZE = 8;

/** A message that says in a recording that events of a protocol were lost; the kernel says it as an error of the socket. */
export function encodeLoss({ protocol }: DestroyEvents, count: number): Uint8Array<ArrayBuffer> {
  const payload = new DataView(new ArrayBuffer(LOSS_SIZE));
  payload.setUint32(0, protocol, true);
  payload.setUint32(4, count, true);
  return encodeRequest(NLMSG_OVERRUN, 0, new Uint8Array(payload.buffer));
}

/** An event in a recording, or a number of lost ones. */
export interface RecordedEvent {
  readonly protocol: number;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** The message, header included. */
  readonly message: Uint8Array<ArrayBuffer>;
  /** Number of events that were lost; 0 for an event. */
  readonly lost: number;
}

/** The events in the datagrams of a recording, in their order. */
export function* recordedEvents(packets: readonly Packet[]): Generator<RecordedEvent> {
  for (const { direction, protocol: netlink, bytes, time } of packets) {
    if (direction !== INCOMING || netlink !== NETLINK_SOCK_DIAG) continue;
    const view = viewOf(bytes);
    for (let at = 0, end = messageEnd(view, 0); end >= 0; at = align4(end), end = messageEnd(view, at)) {
      const message = bytes.subarray(at, end);
      if (isEvent(view, at)) yield { protocol: readProtocol(view, at, end), time, message, lost: 0 };
      if (!isLoss(view, at, end)) continue;
      const [protocol, lost] = [0, 4].map((offset) => view.getUint32(at + NLMSG_HDRLEN + offset, true));
      yield { protocol: protocol!, time, message, lost: lost! };
    }
  }
}

/** Whether a packet of a recording is about closed sockets: no request asks for that. */
export function isOfEvents({ direction, protocol, bytes }: Packet): boolean {
  if (direction !== INCOMING || protocol !== NETLINK_SOCK_DIAG || bytes.length < NLMSG_HDRLEN) return false;
  const view = viewOf(bytes);
  return isEvent(view, 0) || isLoss(view, 0, bytes.length);
}

const isLoss = (view: DataView, start: number, end: number): boolean =>
  view.getUint16(start + 4, true) === NLMSG_OVERRUN && end - start >= NLMSG_HDRLEN + LOSS_SIZE &&
  view.getUint32(start + 8, true) === 0;
