/**
 * Translated connections, read from made bytes: several that fit, told twice, many, and cut anywhere.
 */
import { assertEquals } from "@std/assert";
import { DecodeError } from "../../../decode/kernel/errors.ts";
import { AMBIGUOUS, Connections, IPS_DST_NAT, IPS_SRC_NAT, PROTOCOL } from "../../../decode/lookups/conntrack.ts";
import { MAPPED, PORTS } from "../../../decode/lookups/inet_ends.ts";
import { attribute } from "../../live/rtnetlink.ts";

const be16 = (value: number) => [value >>> 8 & 0xff, value & 0xff];
const be32 = (value: number) => [...be16(value >>> 16), ...be16(value & 0xffff)];

/** An end: the last number of its address, and its port. */
type End = readonly [host: number, port: number];

const address = (host: number) => [10, host >>> 16 & 0xff, host >>> 8 & 0xff, host & 0xff];

const tuple = (number: number, [source, sport]: End, [destination, dport]: End, protocol: number) =>
  attribute(number, [
    ...attribute(1, [...attribute(1, address(source)), ...attribute(2, address(destination))]),
    ...attribute(2, [...attribute(1, [protocol]), ...attribute(2, be16(sport)), ...attribute(3, be16(dport))]),
  ]);

interface Made {
  readonly client: End;
  readonly dialled: End;
  readonly server: End;
  readonly id?: number;
  readonly status?: number;
  readonly zone?: number;
}

const messageOf = ({ client, dialled, server, id = 1, status = IPS_DST_NAT, zone = 0 }: Made) =>
  Uint8Array.from([
    ...[2, 0, 0, 0],
    ...tuple(1, client, dialled, 6),
    ...tuple(2, server, client, 6),
    ...attribute(3, be32(status)),
    ...attribute(7, be32(431_999)),
    ...attribute(8, be32(0xabcd)),
    ...attribute(12, be32(id)),
    ...zone === 0 ? [] : attribute(18, be16(zone)),
  ]);

function add(connections: Connections, made: Made, namespace = 0): number {
  const message = messageOf(made);
  return connections.add(new DataView(message.buffer), 0, message.length, namespace);
}

function find(connections: Connections, [own, sport]: End, [other, dport]: End, namespace = 0): number {
  const { wanted } = connections;
  const word = (host: number) => new Int32Array(Uint8Array.from(address(host)).buffer)[0]!;
  wanted.set([0, 0, MAPPED, word(own), 0, 0, MAPPED, word(other)]);
  wanted[PORTS] = sport << 16 | dport;
  wanted[PROTOCOL] = 6;
  return connections.find(namespace);
}

const [client, dialled, server]: End[] = [[1, 40_000], [2, 80], [3, 8080]];
const made: Made = { client: client!, dialled: dialled!, server: server! };

Deno.test("Connections finds a connection from both ends, with what the kernel tells of it", () => {
  const connections = new Connections();
  add(connections, { ...made, zone: 5 });
  const original = find(connections, client!, dialled!);
  const reply = find(connections, server!, client!);
  assertEquals([original, reply], [0, 1]);
  assertEquals([find(connections, dialled!, client!), find(connections, client!, server!)], [-1, -1]);
  assertEquals(
    [
      connections.markOf(reply),
      connections.zoneOf(reply),
      connections.timeoutOf(reply),
      connections.namespaceOf(reply),
    ],
    [0xabcd, 5, 431_999, 0],
  );
  assertEquals([connections.tupleOf(1)[PORTS], connections.tupleOf(0)[PORTS]], [
    8080 << 16 | 40_000,
    40_000 << 16 | 80,
  ]);
});

Deno.test("Connections leaves out connections that are not translated, and counts one that is told twice once", () => {
  const connections = new Connections();
  assertEquals(add(connections, { ...made, status: 8 }), 8);
  assertEquals(connections.count, 0);
  for (let i = 0; i < 2; i++) add(connections, { ...made, status: IPS_DST_NAT | IPS_SRC_NAT });
  assertEquals([connections.count, find(connections, client!, dialled!)], [1, 0]);
});

Deno.test("Connections prefers its own namespace, takes the only other one, and says where several fit", () => {
  const connections = new Connections();
  add(connections, made, 1);
  assertEquals([find(connections, client!, dialled!, 0), find(connections, client!, dialled!, 1)], [0, 0]);
  add(connections, { ...made, id: 2 }, 2);
  assertEquals([0, 1, 2].map((namespace) => find(connections, client!, dialled!, namespace)), [AMBIGUOUS, 0, 2]);
  add(connections, { ...made, id: 3, zone: 9 }, 1);
  assertEquals(find(connections, client!, dialled!, 1), AMBIGUOUS);
});

Deno.test("Connections finds each of 20,000, and forgets those that are read again", () => {
  const connections = new Connections();
  const nth = (i: number): Made => ({ client: [i, 40_000], dialled: dialled!, server: [i, 8080], id: i });
  for (let i = 10; i < 20_010; i++) add(connections, nth(i));
  const found = () =>
    Array.from({ length: 20_000 }, (_, i) => find(connections, [10 + i, 40_000], dialled!)).every((number, i) =>
      number === 2 * i
    );
  assertEquals([connections.count, found()], [20_000, true]);
  connections.forget(100);
  assertEquals([
    connections.count,
    find(connections, [109, 40_000], dialled!),
    find(connections, [110, 40_000], dialled!),
  ], [
    ...[100, 198, -1],
  ]);
  for (let i = 110; i < 20_010; i++) add(connections, nth(i));
  assertEquals([connections.count, found()], [20_000, true]);
});

Deno.test("a connection cut at every byte, or with a wrong length, is left out or throws DecodeError", () => {
  const whole = messageOf({ ...made, zone: 5 });
  let refused = 0;
  for (let at = 0; at < whole.length; at++) {
    for (const wrong of [whole.slice(0, at), whole.with(at, 0), whole.with(at, 255), whole.with(at, 5)]) {
      try {
        new Connections().add(new DataView(wrong.buffer), 0, wrong.length, 0);
      } catch (error) {
        if (!(error instanceof DecodeError)) throw error;
        refused++;
      }
    }
  }
  assertEquals(refused > 0, true);
});
