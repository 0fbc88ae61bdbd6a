/**
 * Notes in a recording: what lookups found, as lines of text in packets of NETLINK_USERSOCK, a netlink family that the kernel
 * leaves to programs. Other programs that read the file show these packets as bytes.
 */
import { NLMSG_HDRLEN } from "../netlink/message.ts";
import { viewOf } from "./exchanges.ts";
import type { Packet } from "./pcap.ts";

/** Netlink family of the packets (`linux/netlink.h`). */
export const NETLINK_USERSOCK = 2;
/** Type of the messages: `S2`. */
const NOTE = 0x3253;
/** Most bytes of text in a packet. */
export const MOST_NOTES = 32768;

/** A message with a piece of the text. Lines may go on in the next one. */
export function encodeNotes(text: Uint8Array): Uint8Array<ArrayBuffer> {
  const message = new Uint8Array(NLMSG_HDRLEN + text.length);
  const view = viewOf(message);
  view.setUint32(0, message.length, true);
  view.setUint16(4, NOTE, true);
  message.set(text, NLMSG_HDRLEN);
  return message;
}

/** The lines in the packets of a recording. What has no end is left out. */
export function readNotes(packets: readonly Packet[]): readonly string[] {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const lines: string[] = [];
  let rest = "";
  for (const { protocol, bytes } of packets) {
    if (protocol !== NETLINK_USERSOCK || bytes.length < NLMSG_HDRLEN) continue;
    if (viewOf(bytes).getUint16(4, true) !== NOTE) continue;
    const [first = "", ...more] = decoder.decode(bytes.subarray(NLMSG_HDRLEN), { stream: true }).split("\n");
    rest += first;
    for (const line of more) {
      lines.push(rest);
      rest = line;
    }
  }
  return lines;
}

/** The line with the name of an interface, which may be any bytes. */
export const encodeInterface = (index: number, name: Uint8Array): string => `iface ${index} ${name.toHex()}`;

/** The names of interfaces in the lines of a recording, by index. */
export function readInterfaces(lines: readonly string[]): ReadonlyMap<number, Uint8Array> {
  const names = new Map<number, Uint8Array>();
  for (const line of lines) {
    const [, index, name] = /^iface (\d{1,10}) ((?:[0-9a-f]{2}){1,15})$/.exec(line) ?? [];
    if (index !== undefined) names.set(Number(index), Uint8Array.fromHex(name!));
  }
  return names;
}
