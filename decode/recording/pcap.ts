/**
 * Capture files of netlink traffic: pcap of link type NETLINK, which Wireshark opens; mirrors the "PCAP Capture File
 * Format" (pcap-savefile(5)) and `LINKTYPE_NETLINK` of tcpdump.org.
 */
import { DecodeError } from "../kernel/errors.ts";

const FILE_HEADER = 24;
const RECORD_HEADER = 16;
/** Stands before the bytes of each datagram: the header of `packet(7)` for "cooked" packets. */
const COOKED_HEADER = 16;
/** Bytes in the file before those of a datagram. */
export const PACKET_OVERHEAD = RECORD_HEADER + COOKED_HEADER;

const MAGIC_MICROSECONDS = 0xa1b2c3d4;
const MAGIC_NANOSECONDS = 0xa1b23c4d;
/** First bytes of a file in the newer format, the same in both byte orders. */
const MAGIC_PCAPNG = 0x0a0d0d0a;
const LINKTYPE_NETLINK = 253;
/** The upper bits of that field say other things. */
const LINKTYPE_MASK = 0x03ffffff;
const ARPHRD_NETLINK = 824;
/** Longest packet that other programs accept (MAXIMUM_SNAPLEN of libpcap). */
const SNAP_LENGTH = 0x40000;

/** Packet type of what came from the kernel (PACKET_HOST of `linux/if_packet.h`). */
export const INCOMING = 0;
/** Packet type of what was sent to the kernel (PACKET_OUTGOING). */
export const OUTGOING = 4;

/** The beginning of a file. */
export function encodeFileHeader(): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(FILE_HEADER));
  view.setUint32(0, MAGIC_MICROSECONDS, true);
  view.setUint16(4, 2, true);
  view.setUint16(6, 4, true);
  view.setUint32(16, SNAP_LENGTH, true);
  view.setUint32(20, LINKTYPE_NETLINK, true);
  return new Uint8Array(view.buffer);
}

/**
 * Writes what stands before a datagram, {@linkcode PACKET_OVERHEAD} bytes, to the start of `view`.
 *
 * @param direction {@linkcode INCOMING} or {@linkcode OUTGOING}
 * @param protocol netlink family, NETLINK_SOCK_DIAG for example
 * @param time milliseconds since 1970, with decimals
 * @param kept bytes of the datagram that are in the file
 * @param length bytes that it had
 */
export function encodePacketHeader(
  view: DataView,
  direction: number,
  protocol: number,
  time: number,
  kept: number,
  length: number,
): void {
  const seconds = Math.floor(time / 1000);
  view.setUint32(0, seconds, true);
  view.setUint32(4, Math.floor((time - 1000 * seconds) * 1000), true);
  view.setUint32(8, COOKED_HEADER + kept, true);
  view.setUint32(12, COOKED_HEADER + length, true);
  view.setUint16(16, direction, false);
  view.setUint16(18, ARPHRD_NETLINK, false);
  view.setUint32(20, 0, false);
  view.setUint32(24, 0, false);
  view.setUint16(28, 0, false);
  view.setUint16(30, protocol, false);
}

/** A datagram in a file. */
export interface Packet {
  /** Where in the file it begins, headers included. */
  readonly offset: number;
  /** {@linkcode INCOMING}, {@linkcode OUTGOING} or, in captures of other programs, another packet type. */
  readonly direction: number;
  /** Netlink family, NETLINK_SOCK_DIAG for example. */
  readonly protocol: number;
  /** Milliseconds since 1970, with decimals. */
  readonly time: number;
  /** The datagram as far as it was kept: a part of the file's bytes. */
  readonly bytes: Uint8Array;
  /** Length that it had. */
  readonly length: number;
}

/** What a file holds. */
export interface Capture {
  readonly packets: readonly Packet[];
  /** Where and why the file cannot be read any further, `null` if it is whole. */
  readonly damage: DecodeError | null;
}

/**
 * Reads a file, in either byte order, with times in microseconds or nanoseconds.
 *
 * @throws {DecodeError} if it is not a pcap file of link type NETLINK
 */
export function parsePcap(bytes: Uint8Array): Capture {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 4) throw new DecodeError("not a pcap file: it ends", bytes.length);
  const little = isMagic(view.getUint32(0, true));
  const magic = view.getUint32(0, little);
  if (magic === MAGIC_PCAPNG) {
    throw new DecodeError("pcapng, not pcap (editcap -F pcap converts it): magic number", 0);
  }
  if (!isMagic(magic)) throw new DecodeError("not a pcap file: unknown magic number", 0);
  if (bytes.length < FILE_HEADER) throw new DecodeError("pcap file that ends in its header", bytes.length);
  const major = view.getUint16(4, little);
  if (major !== 2) throw new DecodeError(`pcap file of version ${major}`, 4);
  const linkType = view.getUint32(20, little) & LINKTYPE_MASK;
  if (linkType !== LINKTYPE_NETLINK) {
    throw new DecodeError(`pcap file of link type ${linkType} in place of ${LINKTYPE_NETLINK} (NETLINK)`, 20);
  }
  const most = Math.max(view.getUint32(16, little), SNAP_LENGTH);
  const fractions = magic === MAGIC_NANOSECONDS ? 1e6 : 1e3;
  const packets: Packet[] = [];
  let at = FILE_HEADER;
  while (bytes.length - at >= RECORD_HEADER) {
    const kept = view.getUint32(at + 8, little);
    if (kept < COOKED_HEADER || kept > most) {
      return { packets, damage: new DecodeError(`packet of length ${kept}`, at) };
    }
    const start = at + PACKET_OVERHEAD;
    const end = at + RECORD_HEADER + kept;
    if (end > bytes.length) break;
    packets.push({
      offset: at,
      direction: view.getUint16(at + RECORD_HEADER, false),
      protocol: view.getUint16(start - 2, false),
      time: view.getUint32(at, little) * 1000 + view.getUint32(at + 4, little) / fractions,
      bytes: bytes.subarray(start, end),
      length: Math.max(view.getUint32(at + 12, little), kept) - COOKED_HEADER,
    });
    at = end;
  }
  return { packets, damage: at === bytes.length ? null : new DecodeError("the file ends inside the packet", at) };
}

const isMagic = (magic: number) => magic === MAGIC_MICROSECONDS || magic === MAGIC_NANOSECONDS;
