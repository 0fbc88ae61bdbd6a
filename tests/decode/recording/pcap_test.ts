/** The capture file format: what is written is read back, by every variant that other programs write. */
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { DecodeError } from "../../../decode/kernel/errors.ts";
import {
  encodeFileHeader,
  encodePacketHeader,
  INCOMING,
  OUTGOING,
  PACKET_OVERHEAD,
  parsePcap,
  readPcap,
} from "../../../decode/recording/pcap.ts";
import { readFixture } from "../../pcap_source.ts";
import { join } from "../messages.ts";

/** A packet as in a file; `length` is what the datagram had before it was cut. */
function packet(direction: number, time: number, bytes: readonly number[], length = bytes.length): Uint8Array {
  const header = new Uint8Array(PACKET_OVERHEAD);
  encodePacketHeader(new DataView(header.buffer), direction, 4, time, bytes.length, length);
  return join(header, bytes);
}

const time = 1763800000123.456;
const file = join(encodeFileHeader(), packet(OUTGOING, time, [1, 2, 3]), packet(INCOMING, time + 0.001, [4], 9));

/** The same file in the other byte order, or with nanoseconds. */
function variant(pcap: Uint8Array, little: boolean, nanoseconds: boolean): Uint8Array {
  const from = new DataView(pcap.slice().buffer);
  const to = new DataView(pcap.slice().buffer);
  const copy32 = (at: number, factor = 1) => to.setUint32(at, from.getUint32(at, true) * factor, little);
  const copy16 = (at: number) => to.setUint16(at, from.getUint16(at, true), little);
  to.setUint32(0, nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4, little);
  [4, 6].forEach(copy16);
  [8, 12, 16, 20].forEach((at) => copy32(at));
  for (let at = 24; at < pcap.length;) {
    copy32(at);
    copy32(at + 4, nanoseconds ? 1000 : 1);
    copy32(at + 8);
    copy32(at + 12);
    at += 16 + from.getUint32(at + 8, true);
  }
  return new Uint8Array(to.buffer);
}

Deno.test("parsePcap reads back what encodeFileHeader and encodePacketHeader wrote", () => {
  const { packets, damage } = parsePcap(file);
  assertEquals(damage, null);
  assertEquals(packets.map(({ offset, direction, protocol }) => [offset, direction, protocol]), [[24, 4, 4], [
    59,
    0,
    4,
  ]]);
  assertEquals(packets.map(({ bytes, length }) => [[...bytes], length]), [[[1, 2, 3], 3], [[4], 9]]);
  for (const [i, packet] of packets.entries()) assert(Math.abs(packet.time - time - i / 1000) < 0.0011);
});

Deno.test("encodeFileHeader and encodePacketHeader give the bytes of the recordings", () => {
  const fixture = readFixture("ack.k61.pcap");
  assertEquals(encodeFileHeader(), fixture.slice(0, 24));
  const header = new Uint8Array(PACKET_OVERHEAD);
  encodePacketHeader(new DataView(header.buffer), OUTGOING, 4, 1763800000000, 16, 16);
  assertEquals(header, fixture.slice(24, 24 + PACKET_OVERHEAD));
});

for (const little of [true, false]) {
  for (const nanoseconds of [true, false]) {
    const name = `${little ? "little" : "big"}-endian files with ${nanoseconds ? "nanoseconds" : "microseconds"}`;
    Deno.test(`parsePcap reads ${name} as the same packets`, () => {
      for (const pcap of [file, readFixture("tcp4.k618.pcap")]) {
        assertEquals(parsePcap(variant(pcap, little, nanoseconds)), parsePcap(pcap));
      }
    });
  }
}

Deno.test("parsePcap of a file cut at every byte gives its whole packets, and where the next one begins", () => {
  for (let end = 0; end < file.length; end++) {
    if (end < 24) {
      assertThrows(() => parsePcap(file.subarray(0, end)), DecodeError);
      continue;
    }
    const { packets, damage } = parsePcap(file.subarray(0, end));
    assertEquals(packets.length, end < 59 ? 0 : 1);
    assertEquals(damage?.offset, end === 24 || end === 59 ? undefined : end < 59 ? 24 : 59);
  }
});

Deno.test("parsePcap stops at a packet whose length cannot be, and says where it begins", () => {
  for (const length of [0, 15, 0x7fffffff, 0xffffffff]) {
    const broken = file.slice();
    new DataView(broken.buffer).setUint32(59 + 8, length, true);
    const { packets, damage } = parsePcap(broken);
    assertEquals([packets.length, damage?.offset], [1, 59]);
  }
});

const others: readonly (readonly [what: string, change: (view: DataView) => void, message: string])[] = [
  ["an unknown magic number", (view) => view.setUint32(0, 0x12345678), "not a pcap file"],
  ["a pcapng file, and says how to convert it", (view) => view.setUint32(0, 0x0a0d0d0a), "editcap -F pcap"],
  ["another version", (view) => view.setUint16(4, 3, true), "version 3"],
  ["another link type", (view) => view.setUint32(20, 1, true), "link type 1"],
];
for (const [what, change, message] of others) {
  Deno.test(`parsePcap refuses ${what}`, () => {
    const other = file.slice();
    change(new DataView(other.buffer));
    assertStringIncludes(assertThrows(() => parsePcap(other), DecodeError).message, message);
  });
}

Deno.test("parsePcap takes a link type with further bits set above it", () => {
  const other = file.slice();
  new DataView(other.buffer).setUint32(20, 253 | 0x14000000, true);
  assertEquals(parsePcap(other).packets.length, 2);
});

Deno.test("readPcap gives the same whatever pieces the file comes in", () => {
  for (const name of ["tcp4.k618", "tcp500.k61", "tcp4-smallbuf.k61"]) {
    const pcap = readFixture(`${name}.pcap`);
    for (const size of [1, 7, 4096, 32767, pcap.length]) {
      let at = 0;
      const capture = readPcap((buffer) => {
        const piece = pcap.subarray(at, at + Math.min(size, buffer.length));
        buffer.set(piece);
        at += piece.length;
        return piece.length;
      });
      assertEquals(capture, parsePcap(pcap));
      assertEquals([capture.damage, capture.length], [null, pcap.length]);
    }
  }
});

/** A file that never ends: `start` and zeros behind it. Tells how many of its bytes were read. */
function endless(start: Uint8Array) {
  let read = 0;
  return {
    get read() {
      return read;
    },
    readPiece(buffer: Uint8Array) {
      buffer.fill(0).set(start.subarray(read, read + buffer.length));
      read += buffer.length;
      return buffer.length;
    },
  };
}

Deno.test("readPcap of a file without an end stops where it can be no recording any more", () => {
  const zeros = endless(new Uint8Array(0));
  assertThrows(() => readPcap(zeros.readPiece), DecodeError, "not a pcap file");
  const header = endless(encodeFileHeader());
  assertEquals(readPcap(header.readPiece).damage?.message, "packet of length 0 at byte 24");
  const hole = endless(file);
  const { packets, damage } = readPcap(hole.readPiece);
  assertEquals([packets.length, damage?.offset], [2, file.length]);
  for (const { read } of [zeros, header, hole]) assert(read <= 0x10000, `${read} bytes`);
});

Deno.test("readPcap does not believe a file that says its packets are longer than any of netlink", () => {
  const greedy = join(file, packet(INCOMING, time, []));
  const view = new DataView(greedy.buffer);
  view.setUint32(16, 0xffffffff, true);
  view.setUint32(file.length + 8, 0xfffffff0, true);
  const source = endless(greedy);
  const { packets, damage } = readPcap(source.readPiece);
  assertEquals([packets.length, damage?.message], [2, `packet of length ${0xfffffff0} at byte ${file.length}`]);
  assert(source.read <= 0x10000);
});
