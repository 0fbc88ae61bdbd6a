/** Raw sockets: a recording against its ground truth, and a kernel without diagnostics for them. */
import { familyCalled } from "../../../../decode/families/all_families.ts";
import { assertEquals } from "@std/assert";
import { IPPROTO_RAW } from "../../../../decode/families/inet/raw.ts";
import { INET_DIAG_PROTOCOL } from "../../../../decode/families/inet/inet_constants.ts";
import { openRecording } from "../../../pcap_source.ts";
import { at, collect } from "../../flows.ts";
import { assertCommon, familyFlows, flowWith, planFor, readTruth, testRecording, uapi } from "../../inet_recordings.ts";

const raw = familyCalled("raw");

Deno.test("raw has the numbers of the interface table", () => {
  assertEquals(IPPROTO_RAW, uapi.constants["ipproto"]!["IPPROTO_RAW"]);
  assertEquals(INET_DIAG_PROTOCOL, uapi.attributes["inet_diag_response"]!["INET_DIAG_PROTOCOL"]);
});

testRecording(raw, "raw4.k61", 4);

Deno.test("raw4.k61: every socket agrees with the ground truth", () => {
  const flows = familyFlows(raw, "raw4.k61");
  const truths = readTruth("k61", "raw4");
  assertEquals(truths.length, 4);
  for (const truth of truths) {
    const flow = flowWith(flows, truth.ino);
    assertCommon(flow, truth);
    // The number of the protocol stands in the place of the port too.
    assertEquals([flow["ip_protocol"], flow["src_port"], flow["dst_port"]], [truth.proto, truth.proto, 0], truth.name);
    assertEquals([flow["protocol"], at(flow, "skmeminfo.sndbuf")], ["RAW", truth.sndbuf]);
    assertEquals(Number(flow["recv_q"]) > 0, truth.inq! > 0, truth.name);
  }
  const options = truths.map(({ ino }) => (flowWith(flows, ino)["sockopts"] as string[]).join(" "));
  assertEquals(options, [
    "hdrincl mc_loop mc_all nodefrag",
    "hdrincl mc_loop mc_all",
    "mc_loop mc_all",
    "mc_loop mc_all",
  ]);
});

Deno.test("raw4.k61: by default only the connected socket is shown, which the kernel does not choose", () => {
  assertEquals(raw.kernelFiltersStates, false);
  const flows = familyFlows(raw, "raw4.k61", null);
  assertEquals(flows.map((flow) => [flow["state"], flow["dst"], flow["ip_protocol"]]), [[
    "established",
    "127.0.0.1",
    89,
  ]]);
});

Deno.test("raw4.k618: a kernel without diagnostics for raw sockets is named in one warning", () => {
  const { flows, outcome } = collect(openRecording("raw4.k618"), planFor(raw));
  assertEquals([flows.length, outcome.dumps, outcome.failed, outcome.warnings.length], [0, 1, 1, 1]);
});
