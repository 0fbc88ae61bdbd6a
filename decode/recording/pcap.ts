/**
 * Reads and writes capture files of netlink traffic: pcap with link type NETLINK, which Wireshark opens. Mirrors the "PCAP
 * Capture File Format" (pcap-savefile(5)) and `LINKTYPE_NETLINK` of tcpdump.org.
 */
import { DecodeError } from "../kernel/errors.ts";

const FILE_HEADER = 24;
const RECORD_HEADER = 16;
/** The header of `packet(7)` for "cooked" packets, which precedes the bytes of each datagram. */
const COOKED_HEADER = 16;
/** Bytes in the file before the bytes of each datagram. */
export const PACKET_OVERHEAD = RECORD_HEADER + COOKED_HEADER;

const MAGIC_MICROSECONDS = 0xa1b2c3d4;
const MAGIC_NANOSECONDS = 0xa1b23c4d;
/** First bytes of a pcapng file, the same in both byte orders. */
const MAGIC_PCAPNG = 0x0a0d0d0a;
const LINKTYPE_NETLINK = 253;
/** The upper bits of that field have other meanings. */
const LINKTYPE_MASK = 0x03ffffff;
const ARPHRD_NETLINK = 824;
/** Longest packet that other programs accept (MAXIMUM_SNAPLEN of libpcap). */
const SNAP_LENGTH = 0x40000;
/** Longest packet that is accepted, whatever length the file gives. No netlink packet is this long. */
const MOST_KEPT = 0x1000000;
/** Bytes per read. */
const PIECE = 0x10000;

/** Packet type of datagrams from the kernel (PACKET_HOST of `linux/if_packet.h`). */
export const INCOMING = 0;
/** Packet type of datagrams to the kernel (PACKET_OUTGOING). */
export const OUTGOING = 4;

/** The header of the file. */
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
 * Writes the headers of a datagram, {@linkcode PACKET_OVERHEAD} bytes, to the start of `view`.
 *
 * @param direction {@linkcode INCOMING} or {@linkcode OUTGOING}
 * @param protocol netlink family, NETLINK_SOCK_DIAG for example
 * @param time milliseconds since 1970, with decimals
 * @param kept bytes of the datagram that the file holds
 * @param length original length in bytes
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
  /** Offset in the file, at the first header. */
  readonly offset: number;
  /** {@linkcode INCOMING} or {@linkcode OUTGOING}. Captures of other programs can have other packet types. */
  readonly direction: number;
  /** Netlink family, NETLINK_SOCK_DIAG for example. */
  readonly protocol: number;
  /** Milliseconds since 1970, with decimals. */
  readonly time: number;
  /** The bytes that the capture kept, in a buffer of their own. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Original length in bytes. */
  readonly length: number;
}

/** The contents of a file. */
export interface Capture {
  readonly packets: readonly Packet[];
  /** Where and why reading had to stop, `null` if the file is whole. */
  readonly damage: DecodeError | null;
  /** Bytes of the file that could be read. */
  readonly length: number;
}

/** Copies the next bytes of a file to the start of `buffer`. Returns their count, 0 at the end of the file. */
export type ReadPiece = (buffer: Uint8Array<ArrayBuffer>) => number;

/** The part of a file that is in memory. Bytes before it have been released. */
class FileWindow {
  /** Offset of the window in the file. */
  offset = 0;
  #bytes = new Uint8Array(PIECE);
  #view = new DataView(this.#bytes.buffer);
  #start = 0;
  #end = 0;

  constructor(readonly read: ReadPiece) {}

  /** Bytes read into the window. */
  get length(): number {
    return this.#end - this.#start;
  }

  /** Reads until the window has `count` bytes. Returns whether the file has that many. */
  fill(count: number): boolean {
    while (this.length < count) {
      if (this.#end === this.#bytes.length) this.#makeRoom();
      const read = this.read(this.#bytes.subarray(this.#end));
      if (read === 0) return false;
      this.#end += read;
    }
    return true;
  }

  /** Moves the bytes to the front, or doubles the buffer. The buffer only grows as far as the file really has bytes. */
  #makeRoom(): void {
    const from = this.#bytes.subarray(this.#start, this.#end);
    if (this.#start === 0) {
      this.#bytes = new Uint8Array(2 * this.#bytes.length);
      this.#view = new DataView(this.#bytes.buffer);
    }
    this.#bytes.set(from);
    this.#end -= this.#start;
    this.#start = 0;
  }

  u16(at: number, little: boolean): number {
    return this.#view.getUint16(this.#start + at, little);
  }

  u32(at: number, little: boolean): number {
    return this.#view.getUint32(this.#start + at, little);
  }

  slice(start: number, end: number): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(this.#start + start, this.#start + end);
  }

  /** Releases bytes at the start of the window. */
  advance(count: number): void {
    this.#start += count;
    this.offset += count;
  }
}

/** How the file encodes its numbers. */
interface Notation {
  readonly little: boolean;
  /** Fractions of a second per millisecond. */
  readonly fractions: number;
  /** Length of the longest packet that is accepted. */
  readonly most: number;
}

/**
 * Reads a file piece by piece, in either byte order, with times in microseconds or nanoseconds. It stops at the end of the
 * file, or where the bytes cannot be a recording.
 *
 * @throws {DecodeError} if it is not a pcap file of link type NETLINK
 */
export function readPcap(read: ReadPiece): Capture {
  const window = new FileWindow(read);
  const { little, fractions, most } = readFileHeader(window);
  const packets: Packet[] = [];
  const ended = (damage: DecodeError | null): Capture => ({ packets, damage, length: window.offset });
  while (window.fill(RECORD_HEADER)) {
    const kept = window.u32(8, little);
    if (kept < COOKED_HEADER || kept > most) {
      return ended(new DecodeError(`packet of length ${kept}`, window.offset));
    }
    const end = RECORD_HEADER + kept;
    if (!window.fill(end)) break;
    packets.push({
      offset: window.offset,
      direction: window.u16(RECORD_HEADER, false),
      protocol: window.u16(PACKET_OVERHEAD - 2, false),
      time: window.u32(0, little) * 1000 + window.u32(4, little) / fractions,
      bytes: window.slice(PACKET_OVERHEAD, end),
      length: Math.max(window.u32(12, little), kept) - COOKED_HEADER,
    });
    window.advance(end);
  }
  return ended(window.length === 0 ? null : new DecodeError("the file ends inside the packet", window.offset));
}

function readFileHeader(window: FileWindow): Notation {
  if (!window.fill(4)) throw new DecodeError("not a pcap file: it ends", window.length);
  const little = isMagic(window.u32(0, true));
  const magic = window.u32(0, little);
  if (magic === MAGIC_PCAPNG) {
    throw new DecodeError("pcapng, not pcap (editcap -F pcap converts it): magic number", 0);
  }
  if (!isMagic(magic)) throw new DecodeError("not a pcap file: unknown magic number", 0);
  if (!window.fill(FILE_HEADER)) throw new DecodeError("pcap file that ends in its header", window.length);
  const major = window.u16(4, little);
  if (major !== 2) throw new DecodeError(`pcap file of version ${major}`, 4);
  const linkType = window.u32(20, little) & LINKTYPE_MASK;
  if (linkType !== LINKTYPE_NETLINK) {
    throw new DecodeError(`pcap file of link type ${linkType} instead of ${LINKTYPE_NETLINK} (NETLINK)`, 20);
  }
  const most = Math.min(Math.max(window.u32(16, little), SNAP_LENGTH), MOST_KEPT);
  window.advance(FILE_HEADER);
  return { little, fractions: magic === MAGIC_NANOSECONDS ? 1e6 : 1e3, most };
}

const isMagic = (magic: number) => magic === MAGIC_MICROSECONDS || magic === MAGIC_NANOSECONDS;

/** Reads a file in memory like {@linkcode readPcap}. */
export function parsePcap(bytes: Uint8Array): Capture {
  let at = 0;
  return readPcap((buffer) => {
    const piece = bytes.subarray(at, at + buffer.length);
    buffer.set(piece);
    at += piece.length;
    return piece.length;
  });
}
