/** DCCP: states by release, and a recording against its ground truth and `ss`. */
import { familyCalled } from "../../../../decode/families/all_families.ts";
import { assert, assertEquals } from "@std/assert";
import { AF_INET, AF_INET6 } from "../../../../decode/kernel/address_family.ts";
import { dccpInfo, dccpStateWords, IPPROTO_DCCP } from "../../../../decode/families/inet/dccp.ts";
import { CONNECTED_STATES, LISTENING_STATES, tcpStateWords } from "../../../../decode/kernel/tcp_states.ts";
import type { FieldObject } from "../../../../decode/record/object_sink.ts";
import { readExchanges, readFixture, splitMessages } from "../../../pcap_source.ts";
import { at } from "../../flows.ts";
import {
  assertCommon,
  familyFlows,
  flowWith,
  itemsOf,
  layoutPlaces,
  readTruth,
  replayedLines,
  testRecording,
  uapi,
} from "../../inet_recordings.ts";
import { TCP_INFO_COMMON } from "../../layouts.ts";

const dccp = familyCalled("dccp");

Deno.test("dccp has the number of the interface table", () => {
  assertEquals(IPPROTO_DCCP, uapi.constants["ipproto"]!["IPPROTO_DCCP"]);
});

Deno.test("dccpStateWords puts DCCP's own states behind TCP's of the release", () => {
  const own = (release: number) => dccpStateWords(release).indexOf("partopen");
  assertEquals([3010, 4000, 4001, 6001, 6007, 6008, 6015].map(own), [12, 12, 13, 13, 13, 14, 14]);
  assertEquals(own(0), -1);
  for (const release of [0, 3010, 6001, 6008]) {
    const words = dccpStateWords(release);
    assertEquals(words.slice(0, 12), tcpStateWords.slice(0, 12));
    if (release > 0) assertEquals(words.slice(-2), ["partopen", "passive-closereq"]);
  }
});

Deno.test("dccpInfo lies as tcp_info and shows what DCCP fills", () => {
  assertEquals(layoutPlaces(dccpInfo(6001)), layoutPlaces(TCP_INFO_COMMON));
  assertEquals(dccpInfo(6001).steps.map(({ key }) => key.name), [
    "state",
    "ca_state",
    "retransmits",
    "probes",
    "backoff",
    "opts",
    "rto",
    "pmtu",
    "rtt",
    "rcv_rtt",
  ]);
});

testRecording(dccp, "dccp4.k61", 9);

/** States of the recorded sockets that are neither listening nor established. */
const states: Readonly<Record<string, string>> = {
  "dccp4.partopen.client": "partopen",
  "dccp4.closed.server": "close-wait",
};

Deno.test("dccp4.k61: every socket agrees with the ground truth", () => {
  const flows = familyFlows(dccp, "dccp4.k61");
  const truths = readTruth("k61", "dccp4");
  assertEquals(truths.length, 8);
  for (const truth of truths) {
    const flow = flowWith(flows, truth.ino);
    assertCommon(flow, truth);
    const { name } = truth;
    assertEquals(flow["state"], states[name] ?? (name.endsWith("listener") ? "listening" : "established"), name);
    assertEquals(at(flow, "tcp_info.state"), flow["state"], name);
    assertEquals(at(flow, "skmeminfo.sndbuf"), truth.sndbuf, name);
    if (truth.inq! > 0) assert(Number(at(flow, "skmeminfo.rmem_alloc")) > 0, name);
  }
  // The end that closed belongs to no process any more.
  const closing = flowWith(flows, 0);
  assertEquals([closing["state"], closing["timer"], closing["retrans"], closing["src_port"]], [
    "closing",
    "retransmit",
    1,
    26502,
  ]);
});

Deno.test("dccp4.k61: tcp_info has the values that ss printed", () => {
  const lines = replayedLines("dccp4.k61");
  familyFlows(dccp, "dccp4.k61").forEach((flow, i) => {
    const info = flow["tcp_info"] as FieldObject;
    const items = itemsOf(lines[i]!);
    assertEquals([String(flow["inode"]), String(flow["cookie"])], [items["ino"], `0x${items["sk"]}`]);
    for (const name of ["pmtu", "backoff", "rto", "rtt"]) assertEquals(String(info[name]), items[name] ?? "0", name);
    assertEquals((info["opts"] as string[]).includes("sack"), / sack\b/.test(lines[i]!));
  });
});

Deno.test("dccp4.k61: members of tcp_info that are not shown are 0", () => {
  const messages = splitMessages(readExchanges(readFixture("dccp4.k61.pcap"))[0]!.answers);
  let compared = 0;
  for (const message of messages) {
    const view = new DataView(message.buffer);
    if (message[4] !== 20) continue;
    for (let at = 88; at + 4 <= view.getUint32(0, true); at += (view.getUint16(at, true) + 3) & ~3) {
      if (view.getUint16(at + 2, true) !== 2) continue;
      const info = message.slice(at + 4, at + view.getUint16(at, true));
      for (const { offset, size } of dccpInfo(6001).steps) info.fill(0, offset, offset + size);
      assert(info.every((byte) => byte === 0));
      compared++;
    }
  }
  assertEquals(compared, 9);
});

Deno.test("dccp asks for its own states with established ones, and shows no more than was asked for", () => {
  const statesOf = (states: number) =>
    dccp.encodeRequests({ addressFamilies: [AF_INET, AF_INET6], states, bpfMaps: false })
      .map(({ message }) => new DataView(message.buffer).getUint32(20, true));
  assertEquals(statesOf(CONNECTED_STATES), [CONNECTED_STATES | 0xe000, CONNECTED_STATES | 0xe000]);
  assertEquals(statesOf(LISTENING_STATES), [LISTENING_STATES, LISTENING_STATES]);
  const shown = (states: number | null) =>
    familyFlows(dccp, "dccp4.k61", states).map((flow) => flow["state"]).sort().join(" ");
  assertEquals(shown(null), "close-wait closing established established established partopen");
  assertEquals(shown(1 << 1), "established established established partopen");
  assertEquals(shown(LISTENING_STATES), "listening listening listening");
  assertEquals(shown(1 << 13), "");
});
