/** Other ends of connections, in one network namespace and across several. */
import { assertEquals } from "@std/assert";
import { families } from "../../../decode/families/all_families.ts";
import { PairedPeers } from "../../../decode/lookups/paired_peers.ts";

const tcp = families.find(({ name }) => name === "TCP")!;

type End = readonly [address: string, port: number];

/** A `struct inet_diag_msg` of an established connection over IPv4. */
function message([src, sport]: End, [dst, dport]: End, inode: number): DataView {
  const view = new DataView(new ArrayBuffer(72));
  view.setUint8(0, 2);
  view.setUint8(1, 1);
  view.setUint16(4, sport);
  view.setUint16(6, dport);
  src.split(".").forEach((byte, i) => view.setUint8(8 + i, Number(byte)));
  dst.split(".").forEach((byte, i) => view.setUint8(24 + i, Number(byte)));
  view.setUint32(68, inode, true);
  return view;
}

/** Of each socket, by its namespace, the inode that is found for its other end. */
function peersOf(namespaces: readonly (readonly (readonly [near: End, far: End, inode: number])[])[]): number[][] {
  const peers = new PairedPeers(null);
  const messages = namespaces.map((sockets) => sockets.map(([near, far, inode]) => message(near, far, inode)));
  messages.forEach((views, namespace) => {
    const { see } = peers.preScan(tcp, namespace)!;
    for (const view of views) see(view, 0, view.byteLength, undefined as never);
  });
  const read = peers.readerOf(tcp)!;
  return messages.map((views, namespace) => {
    peers.enter(namespace);
    return views.map((view) => read(view, 0, view.byteLength));
  });
}

const a: End = ["10.77.0.1", 80];
const b: End = ["10.77.0.2", 4000];
const local: End = ["127.0.0.1", 80];
const client: End = ["127.0.0.1", 4000];

Deno.test("PairedPeers finds the other end in another namespace if exactly one other has it", () => {
  assertEquals(peersOf([[[a, b, 1]], [[b, a, 2]]]), [[2], [1]]);
  assertEquals(peersOf([[[a, b, 1]], [], [[b, a, 2]]]), [[2], [], [1]]);
  assertEquals(peersOf([[[a, b, 1]], [[b, a, 2]], [[b, a, 3]]]), [[0], [1], [1]]);
});

Deno.test("PairedPeers prefers the other end in the same namespace, and takes loopback addresses for nobody else's", () => {
  assertEquals(peersOf([[[a, b, 1], [b, a, 2]], [[b, a, 3]]]), [[2, 1], [1]]);
  assertEquals(peersOf([[[local, client, 1]], [[client, local, 2]]]), [[0], [0]]);
  assertEquals(peersOf([[[local, client, 1], [client, local, 2]], [[client, local, 3], [local, client, 4]]]), [
    [2, 1],
    [4, 3],
  ]);
});

Deno.test("PairedPeers names no other end where two sockets of a namespace could be it", () => {
  assertEquals(peersOf([[[a, b, 1]], [[b, a, 2], [b, a, 3]]]), [[0], [1, 1]]);
});

Deno.test("PairedPeers finds each of 20,000 ends across 200 namespaces", () => {
  const end = (namespace: number, i: number): End => [`10.1.${namespace}.${i % 200 + 1}`, 1000 + i];
  const namespaces = Array.from({ length: 200 }, (_, n) =>
    Array.from({ length: 100 }, (_, i) => {
      const other = n ^ 1;
      return [end(n, i), end(other, i), 1 + n * 100 + i] as const;
    }));
  assertEquals(
    peersOf(namespaces),
    namespaces.map((sockets, n) => sockets.map((_, i) => 1 + (n ^ 1) * 100 + i)),
  );
});
