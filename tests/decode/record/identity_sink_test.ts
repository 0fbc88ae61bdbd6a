/** The identity of sockets: the cookie, or where they are. */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { families, familyCalled } from "../../../decode/families/all_families.ts";
import type { Family } from "../../../decode/families/family.ts";
import { AF_INET } from "../../../decode/kernel/address_family.ts";
import { runPlan } from "../../../decode/plan/run_plan.ts";
import { identityOf, sharedCookies } from "../../../decode/record/identity.ts";
import { IdentitySink } from "../../../decode/record/identity_sink.ts";
import type { RecordSink } from "../../../decode/record/record_sink.ts";
import { ObjectSink } from "../../../decode/record/object_sink.ts";
import { fieldsOf } from "../../../decode/reference/fields.ts";
import { openRecording } from "../../pcap_source.ts";
import { ipv4Plan } from "../flows.ts";

/** Notes the identity of each record as text. */
class Identities extends IdentitySink {
  readonly found: string[] = [];

  override closeRecord(): void {
    const hex = (number: number) => (number >>> 0).toString(16);
    this.found.push(`${this.protocol} ${hex(this.netns)} ${hex(this.high)} ${hex(this.low)}`);
    super.closeRecord();
  }
}

function identitiesOf(family: Family, push: (sink: RecordSink) => void): { found: string[]; objects: ObjectSink } {
  const objects = new ObjectSink();
  const sink = new Identities(objects, [family]);
  push(sink);
  return { found: sink.found, objects };
}

const recorded = (family: Family, recording: string) => (sink: RecordSink) =>
  void runPlan({ ...ipv4Plan, families: [family], addressFamilies: [AF_INET] }, openRecording(recording), sink);

Deno.test("the identity of a socket is its cookie, and records pass unchanged", () => {
  const tcp = familyCalled("tcp");
  const { found, objects } = identitiesOf(tcp, recorded(tcp, "tcp500.k61"));
  const plain = new ObjectSink();
  recorded(tcp, "tcp500.k61")(plain);
  const flows = objects.take();
  assertEquals(flows, plain.take());
  const cookies = flows.map(({ cookie }) => BigInt(cookie as string));
  assertEquals(
    found,
    cookies.map((cookie) => `0 0 ${(cookie >> 32n).toString(16)} ${BigInt.asUintN(32, cookie).toString(16)}`),
  );
});

Deno.test("associations of one SCTP endpoint share a cookie and have different identities", () => {
  const sctp = familyCalled("sctp");
  const { found, objects } = identitiesOf(sctp, recorded(sctp, "sctp4-many.k61"));
  const cookies = objects.take().map(({ cookie }) => cookie);
  assert(new Set(cookies).size < cookies.length);
  assertEquals(new Set(found).size, found.length);
});

/** Pushes a socket as `/proc/net` lists it: without a cookie. */
function pushPlain(sink: RecordSink, ports: readonly number[], { inode = 7, netns = 0, v6 = false } = {}): void {
  const keyOf = (path: string) => fieldsOf(familyCalled("tcp")).find((field) => field.path === path)!.key;
  const bytes = new Uint8Array(16).fill(1);
  sink.openProtocol("TCP");
  for (const port of ports) {
    sink.openRecord();
    sink.address(keyOf("src"), v6, bytes, 0);
    sink.integer(keyOf("src_port"), port);
    sink.integer(keyOf("recv_q"), Math.floor(performance.now()));
    sink.integer(keyOf("inode"), inode);
    if (netns !== 0) {
      sink.openObject(keyOf("netns"));
      sink.integer(keyOf("netns.inode"), netns);
      sink.closeObject(keyOf("netns"));
    }
    sink.closeRecord();
  }
  sink.closeProtocol();
}

Deno.test("without a cookie, protocol, addresses, ports and inode identify a socket", () => {
  const tcp = familyCalled("tcp");
  const ports = Array.from({ length: 1000 }, (_, port) => port);
  const { found } = identitiesOf(tcp, (sink) => pushPlain(sink, ports));
  assertEquals(new Set(found).size, ports.length);
  const again = identitiesOf(tcp, (sink) => pushPlain(sink, ports));
  assertEquals(again.found, found);
  for (const other of [{ inode: 8 }, { netns: 0xf0000001 }, { v6: true }]) {
    assertNotEquals(identitiesOf(tcp, (sink) => pushPlain(sink, [0], other)).found, found.slice(0, 1));
  }
});

Deno.test("identityOf of an object tells the same sockets apart as IdentitySink does of its record", () => {
  const [tcp, sctp] = [familyCalled("tcp"), familyCalled("sctp")];
  const ports = [1, 2, 3, 2, 1];
  for (
    const [family, push] of [
      [tcp, recorded(tcp, "tcp500.k61")],
      [sctp, recorded(sctp, "sctp4-many.k61")],
      [tcp, (sink: RecordSink) => pushPlain(sink, ports)],
      [tcp, (sink: RecordSink) => pushPlain(sink, ports, { netns: 5, inode: 9 })],
    ] as const
  ) {
    const { found, objects } = identitiesOf(family, push);
    const texts = objects.take().map((flow) => identityOf(flow, sharedCookies([family])));
    assertEquals(texts.map((text) => texts.indexOf(text)), found.map((one) => found.indexOf(one)));
  }
  const flow = { protocol: "TCP", cookie: "0x1", src_port: 1 };
  const none = new Set<string>();
  assertEquals(identityOf(flow, none), identityOf({ ...flow, src_port: 2, inode: 3 }, none));
  for (const other of [{ cookie: "0x2" }, { protocol: "UDP" }, { netns: { inode: 4 } }]) {
    assertNotEquals(identityOf({ ...flow, ...other }, none), identityOf(flow, none));
  }
  assertNotEquals(identityOf({ ...flow, src_port: 2 }, new Set(["TCP"])), identityOf(flow, new Set(["TCP"])));
  // The kernel gave none.
  assertNotEquals(
    identityOf({ ...flow, cookie: "0x0" }, none),
    identityOf({ ...flow, cookie: "0x0", src_port: 2 }, none),
  );
});

Deno.test("every family has fields that identify its sockets", () => {
  for (const family of families) {
    const paths = fieldsOf(family).map(({ path }) => path);
    assert(paths.includes("cookie") || paths.includes("inode"), family.name);
  }
});
