/**
 * Routes and what TCP remembers, read from made bytes: whole, and cut anywhere.
 */
import { assertEquals } from "@std/assert";
import { DecodeError } from "../../../decode/kernel/errors.ts";
import { TcpMetrics, writeRemembered } from "../../../decode/lookups/tcp_metrics.ts";
import { writeRoute } from "../../../decode/lookups/write_route.ts";
import { readGenericFamily } from "../../../decode/netlink/generic.ts";
import { ObjectSink } from "../../../decode/record/object_sink.ts";
import type { RecordSink } from "../../../decode/record/record_sink.ts";
import { attribute, u16, u32 } from "../../live/rtnetlink.ts";

const bytes = (...parts: readonly (readonly number[])[]) => Uint8Array.from(parts.flat());

const route = bytes(
  [2, 32, 0, 0, 254, 0, 0, 1, 0, 0, 0, 0],
  attribute(15, u32(1000)),
  attribute(4, u32(3)),
  attribute(5, [192, 0, 2, 1]),
  attribute(7, [192, 0, 2, 99]),
  attribute(8, [...attribute(2, u32(1280)), ...attribute(13, u32(40)), ...attribute(16, [114, 101, 110, 111, 0])]),
  attribute(12, [...u32(0), ...u32(0), ...u32(59_900), ...u32(0), ...u32(0), ...u32(0), ...u32(0), ...u32(0)]),
);

const remembered = bytes(
  [1, 1, 0, 0],
  attribute(1, [192, 0, 2, 9]),
  attribute(11, [192, 0, 2, 1]),
  attribute(3, [...u32(61_000), ...u32(1)]),
  attribute(6, [
    ...attribute(3, u32(7)),
    ...attribute(4, u32(10)),
    ...attribute(6, u32(8 * 1234)),
    ...attribute(7, u32(4 * 567)),
  ]),
  attribute(7, u16(1448)),
  attribute(8, u16(2)),
);

const family = bytes(
  [1, 2, 0, 0],
  attribute(2, [...new TextEncoder().encode("nlctrl"), 0]),
  attribute(1, u16(16)),
  attribute(7, attribute(1, [...attribute(2, u32(16)), ...attribute(1, [110, 111, 0])])),
);

function objectOf(write: (sink: RecordSink) => void): unknown {
  const sink = new ObjectSink();
  sink.openProtocol("TCP");
  sink.openRecord();
  write(sink);
  sink.closeRecord();
  sink.closeProtocol();
  const [{ protocol: _, ...rest }] = sink.take() as unknown as [Record<string, unknown>];
  return rest;
}

Deno.test("writeRoute shows each part of an answer", () => {
  const shown = objectOf((sink) => writeRoute({ message: route, interfaceName: Uint8Array.of(101, 48) }, sink));
  assertEquals(shown, {
    route: {
      type: "unicast",
      iface: "e0",
      iface_idx: 3,
      gateway: "192.0.2.1",
      src: "192.0.2.99",
      table: 1000,
      mtu: 1280,
      rto_min: 40,
      congestion: "reno",
      expires: 599_000,
    },
  });
});

Deno.test("TcpMetrics finds what is remembered by both addresses", () => {
  const metrics = new TcpMetrics();
  metrics.add(new DataView(remembered.buffer), remembered, 0, remembered.length);
  const pair = new Int32Array([0, 0, 0xffff0000 | 0, 0x010200c0, 0, 0, 0xffff0000 | 0, 0x090200c0, 0]);
  assertEquals(objectOf((sink) => writeRemembered(metrics.find(pair)!, sink)), {
    tcp_metrics: {
      age: 2 ** 32 + 61_000,
      rtt: 1.234,
      rttvar: 0.567,
      ssthresh: 7,
      cwnd: 10,
      fastopen_mss: 1448,
      fastopen_syn_drops: 2,
    },
  });
  pair[3] = 0x020200c0;
  assertEquals(metrics.find(pair), null);
});

Deno.test("readGenericFamily reads number, name and groups", () => {
  assertEquals(readGenericFamily(new DataView(family.buffer), family, 0, family.length), {
    id: 16,
    name: "nlctrl",
    groups: [{ id: 16, name: "no" }],
  });
});

Deno.test("routes, remembered metrics and families cut at every byte, or with wrong lengths, end or throw DecodeError", () => {
  const readers: readonly [Uint8Array<ArrayBuffer>, (part: Uint8Array<ArrayBuffer>) => unknown][] = [
    [route, (message) => objectOf((sink) => writeRoute({ message, interfaceName: null }, sink))],
    [remembered, (message) => {
      new TcpMetrics().add(new DataView(message.buffer), message, 0, message.length);
      return objectOf((sink) => writeRemembered(message, sink));
    }],
    [family, (message) => readGenericFamily(new DataView(message.buffer), message, 0, message.length)],
  ];
  let refused = 0;
  for (const [whole, read] of readers) {
    for (let at = 0; at < whole.length; at++) {
      for (const wrong of [whole.slice(0, at), whole.with(at, 0), whole.with(at, 255), whole.with(at, 5)]) {
        try {
          read(new Uint8Array(wrong));
        } catch (error) {
          if (!(error instanceof DecodeError)) throw error;
          refused++;
        }
      }
    }
  }
  assertEquals(refused > 0, true);
});
