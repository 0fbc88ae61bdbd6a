/** UDP and UDP-Lite: recordings against their ground truth and `ss`. */
import { familyCalled } from "../../../../decode/families/all_families.ts";
import { assert, assertEquals } from "@std/assert";
import { INET_DIAG_MSG } from "../../../../decode/families/inet/inet_diag.ts";
import { ESTABLISHED_STATES } from "../../../../decode/kernel/tcp_states.ts";
import * as module from "../../../../decode/families/inet/udp.ts";
import type { FlowObject } from "../../../../decode/record/object_sink.ts";
import { openRecording } from "../../../pcap_source.ts";
import { at, collect } from "../../flows.ts";
import {
  assertCommon,
  familyFlows,
  flowWith,
  planFor,
  readTruth,
  replayedLines,
  testRecording,
  uapi,
} from "../../inet_recordings.ts";

const udp = familyCalled("udp");
const udplite = familyCalled("udplite");

Deno.test("udp and udplite have the protocol numbers of the interface table", () => {
  const { IPPROTO_UDP, IPPROTO_UDPLITE } = module;
  assertEquals({ IPPROTO_UDP, IPPROTO_UDPLITE }, {
    IPPROTO_UDP: uapi.constants["ipproto"]!["IPPROTO_UDP"]!,
    IPPROTO_UDPLITE: uapi.constants["ipproto"]!["IPPROTO_UDPLITE"]!,
  });
});

Deno.test("udp describes the layout of its messages", () => {
  assertEquals(udp.describe().layouts, [INET_DIAG_MSG]);
});

const recordings = [
  { family: udp, recording: "udp4.k61", kernel: "k61", prefix: "udp4", count: 8 },
  { family: udp, recording: "udp4.k618", kernel: "k618", prefix: "udp4", count: 8 },
  { family: udplite, recording: "udplite4.k61", kernel: "k61", prefix: "udplite4", count: 9 },
  { family: udplite, recording: "udplite4.k618", kernel: "k618", prefix: "udplite4", count: 9 },
] as const;

/** What is special about a socket, by the last part of its name. */
const special: Readonly<Record<string, (flow: FlowObject) => void>> = {
  queue: (flow) => {
    const { recv_q } = flow;
    assert(typeof recv_q === "number" && recv_q > 300);
    assertEquals([at(flow, "skmeminfo.rmem_alloc"), at(flow, "meminfo.r")], [recv_q, recv_q]);
  },
  drops: (flow) => assert(Number(at(flow, "skmeminfo.drops")) > 0),
  opts: (flow) =>
    assertEquals(flow["sockopts"], ["recverr", "freebind", "transparent", "bind_address_no_port", "recverr_rfc4884"]),
  shut: (flow) => assertEquals([flow["shutdown"], flow["shutdown_names"]], [1, ["receive"]]),
};

for (const { family, recording, kernel, prefix, count } of recordings) {
  testRecording(family, recording, count);

  Deno.test(`${recording}: every socket agrees with the ground truth`, () => {
    const flows = familyFlows(family, recording);
    const truths = readTruth(kernel, prefix, [`${prefix}.unbound`]);
    assertEquals(truths.length, count);
    let found = 0;
    for (const truth of truths) {
      const flow = flowWith(flows, truth.ino);
      assertCommon(flow, truth);
      assertEquals(flow["state"], truth.peer === undefined ? "unconnected" : "established", truth.name);
      assertEquals([flow["protocol"], flow["timer"], flow["retrans"]], [family.name, "off", 0]);
      assertEquals([at(flow, "skmeminfo.sndbuf"), flow["send_q"]], [truth.sndbuf, 0], truth.name);
      assertEquals(Number(flow["recv_q"]) > 0, truth.inq! > 0, truth.name);
      const check = special[truth.name.split(".").slice(1).join(".")];
      if (check === undefined) assertEquals(flow["sockopts"], ["mc_loop", "mc_all"], truth.name);
      check?.(flow);
      if (check !== undefined) found++;
    }
    assertEquals(found, 4);
  });

  Deno.test(`${recording}: by default only sockets with a peer are shown`, () => {
    assertEquals(family.defaultStates, ESTABLISHED_STATES);
    // A recording holds what was asked for when it was made.
    const source = Object.assign(openRecording(recording), { live: false });
    const { flows } = collect(source, planFor(family, null));
    assertEquals(flows.map((flow) => flow["state"]), ["established", "established", "established"]);
  });
}

for (const recording of ["udp4.k61", "udp4.k618"]) {
  Deno.test(`${recording}: state, queues, inode, cookie and memory are those that ss printed`, () => {
    const printed = replayedLines(recording).map((line) => {
      const [state, recvQ, sendQ] = line.trim().split(/\s+/);
      const item = (pattern: RegExp) => pattern.exec(line)?.[1];
      return [
        state,
        recvQ,
        sendQ,
        item(/ino:(\d+)/),
        item(/sk:([0-9a-f]+)/),
        item(/skmem:\(r(\d+),/),
        item(/,d(\d+)\)/),
      ];
    });
    const own = familyFlows(udp, recording).map((flow) => [
      flow["state"] === "established" ? "ESTAB" : "UNCONN",
      ...[flow["recv_q"], flow["send_q"], flow["inode"]].map(String),
      String(flow["cookie"]).slice(2),
      ...[at(flow, "skmeminfo.rmem_alloc"), at(flow, "skmeminfo.drops")].map(String),
    ]);
    assertEquals(own, printed);
  });
}
