/** Sockets of AF_VSOCK: the table against the kernel's interface, recordings against their ground truth and `ss`. */
import { familyCalled } from "../../../decode/families/all_families.ts";
import { assert, assertEquals } from "@std/assert";
import { AF_VSOCK } from "../../../decode/kernel/address_family.ts";
import { DecodeError } from "../../../decode/kernel/errors.ts";
import { CONNECTED_STATES, LISTENING_STATES } from "../../../decode/kernel/tcp_states.ts";
import { VSOCK_DIAG_MSG } from "../../../decode/families/vsock.ts";
import type { FlowObject } from "../../../decode/record/object_sink.ts";
import { parseCommand } from "../../../options/parse_command.ts";
import { openRecording } from "../../pcap_source.ts";
import { stateNames } from "../../ss_names.ts";
import {
  assertLiesAsInTable,
  cutEverywhere,
  exchangeOf,
  flowsOf,
  mutate,
  pairUp,
  planFor,
  readTruth,
  replayOf,
  requestMember,
  uapi,
} from "../family_recordings.ts";
import { collect, printed } from "../flows.ts";
import { attribute, bytesOf, datagram, done, join, message, refusal } from "../messages.ts";
import { ScriptedSource } from "../scripted_source.ts";

const vsock = familyCalled("vsock");

const RECORDING = "vsock.k61";
const question = { addressFamilies: [], states: -1, bpfMaps: false };
const ANY = uapi.constants["vsock_cid"]!["VMADDR_CID_ANY"]!;

Deno.test("struct vsock_diag_msg lies as in the interface table", () => {
  assertLiesAsInTable(VSOCK_DIAG_MSG);
});

Deno.test("vsock.encodeRequests lays the request out as the recorded one, with the states asked for", () => {
  const [request, ...others] = vsock.encodeRequests(question);
  assertEquals(others, []);
  const recorded = exchangeOf(RECORDING).request!.slice();
  recorded.fill(0, 8, 12);
  assertEquals(request!.message, recorded);
  const [other] = vsock.encodeRequests({ ...question, states: 0x1234 });
  assertEquals(requestMember(other!.message, "vsock_diag_req", "sdiag_family"), AF_VSOCK);
  assertEquals(requestMember(other!.message, "vsock_diag_req", "vdiag_states"), 0x1234);
});

Deno.test("parseCommand takes --vsock, -f vsock and the names of -A for sockets of AF_VSOCK", async () => {
  const plan = async (...args: string[]) => {
    const command = await parseCommand(args);
    assert(command.action === "dump");
    const { families, states, types } = command.plan;
    return [families.map(({ name }) => name).join(), states, types];
  };
  assertEquals(await plan("--vsock"), ["VSOCK", null, undefined]);
  assertEquals(await plan("-f", "vsock", "-l"), ["VSOCK", LISTENING_STATES, undefined]);
  assertEquals(await plan("-A", "vsock"), ["VSOCK", CONNECTED_STATES, undefined]);
  for (const [name, type] of [["vsock_stream", 1], ["v_str", 1], ["vsock_dgram", 2], ["v_dgr", 2]] as const) {
    assertEquals(await plan("-A", name), ["VSOCK", CONNECTED_STATES, { VSOCK: 1 << type }]);
  }
  assertEquals(await plan("-A", "v_str,vsock_seqpacket"), ["VSOCK", CONNECTED_STATES, { VSOCK: 1 << 1 | 1 << 5 }]);
});

/** `cid=1 port=6000` in the values of a flow. */
function parseEndpoint(text: string): (number | null)[] {
  const [, cid, port] = /^cid=(\d+) port=(\d+)$/.exec(text)!;
  return [cid, port].map((number) => Number(number) === ANY ? null : Number(number));
}

const local = ({ src_cid, src_port }: FlowObject) => [src_cid, src_port];
const remote = ({ dst_cid, dst_port }: FlowObject) => [dst_cid, dst_port];

Deno.test(`${RECORDING}: every socket of the ground truth is there once, with its values`, () => {
  const flows = flowsOf(vsock, RECORDING);
  const pairs = pairUp(readTruth("k61", "vsock."), flows);
  // The end of a connection that was not accepted has no inode.
  assertEquals([pairs.length, flows.length, flows.filter(({ inode }) => inode === 0).length], [11, 12, 1]);
  let peers = 0;
  for (const [{ name, local: bound, peer }, flow] of pairs) {
    assertEquals(flow["family"], "vsock", name);
    assertEquals(local(flow), parseEndpoint(bound!), name);
    const state = name.endsWith("listener") ? "listening" : /\.bound/.test(name) ? "unconnected" : "established";
    assertEquals(flow["state"], state, name);
    if (state !== "established") assertEquals(remote(flow), [null, null], name);
    if (peer !== undefined) {
      assertEquals(remote(flow), parseEndpoint(peer), name);
      peers++;
    }
    const shut = name === "vsock.half.client";
    assertEquals([flow["shutdown"], flow["shutdown_names"]], shut ? [2, ["send"]] : [0, []], name);
  }
  assertEquals(peers, 6);
});

Deno.test(`${RECORDING}: every value is the one that ss prints for the same bytes`, () => {
  const any = (value: unknown) => value === null ? "*" : String(value);
  const lines = flowsOf(vsock, RECORDING).map((flow) =>
    [
      flow["type"] === "stream" ? "v_str" : "???",
      `${stateNames[String(flow["state"])]} 0 0`,
      local(flow).map(any).join(":"),
      remote(flow).map(any).join(":"),
    ].join(" ")
  );
  assertEquals(lines, replayOf(RECORDING).map((line) => line.replace(/ users:\(\(.*?\)\)/, "")));
});

Deno.test(`${RECORDING}: states and types that are not asked for are left out of a recording`, () => {
  const types = (mask: number) =>
    new Set(collect(openRecording(RECORDING), planFor(vsock, -1, mask)).flows.map(({ type }) => type));
  assertEquals([...types(1 << 5)], ["seqpacket"]);
  assertEquals([...types(1 << 1)], ["stream"]);
  assertEquals([...types(1 << 2)], []);
  const { flows } = collect(
    Object.assign(openRecording(RECORDING), { live: false }),
    planFor(vsock, LISTENING_STATES),
  );
  assertEquals(flows.map(({ state }) => state).sort(), ["listening", "listening", "unconnected", "unconnected"]);
});

Deno.test(`${RECORDING}: messages cut at every byte show a part of the whole, or give a DecodeError`, () => {
  assertEquals(cutEverywhere(vsock, RECORDING), { parts: 0, refused: 12 * 32 });
});

Deno.test(`${RECORDING}: JSON and NDJSON say the same as the objects`, () => {
  const expected = flowsOf(vsock, RECORDING);
  const lines = printed("ndjson", openRecording(RECORDING), planFor(vsock)).trim().split("\n");
  assertEquals(lines.map((line) => JSON.parse(line)), expected);
  const { VSOCK } = JSON.parse(printed("json", openRecording(RECORDING), planFor(vsock)));
  assertEquals(VSOCK.flows.map((flow: object) => ({ protocol: "VSOCK", ...flow })), expected);
});

const fixed = join(
  [AF_VSOCK, 77, 66, 7],
  ...[5, 0xfffffffe, 0, 1024, 9].map((value) => bytesOf(value, 4)),
  bytesOf(0x1_0000_0002n, 8),
);

function collectOne(payload: Uint8Array) {
  return collect(new ScriptedSource([[datagram(message(20, 2, payload)), done()]]), planFor(vsock));
}

Deno.test("vsock keeps what it does not know: numbers without a word, bits, attributes", () => {
  const { flows, outcome } = collectOne(join(fixed, attribute(3, [1])));
  assertEquals(outcome.warnings, []);
  assertEquals(flows, [{
    protocol: "VSOCK",
    family: "vsock",
    state: "unknown",
    state_raw: 66,
    type: "unknown",
    type_raw: 77,
    src_cid: 5,
    src_port: 0xfffffffe,
    dst_cid: 0,
    dst_port: 1024,
    inode: 9,
    cookie: "0x100000002",
    shutdown: 7,
    shutdown_names: ["receive", "send"],
    shutdown_names_raw: 7,
    unknown: [{ type: 3, hex: "01" }],
  }]);
});

Deno.test("vsock refuses a message that is shorter than struct vsock_diag_msg", () => {
  assert(collectOne(fixed.slice(0, 31)).outcome.errors[0] instanceof DecodeError);
});

Deno.test("runPlan on a kernel without diagnostics for AF_VSOCK warns where it was named, and is silent else", () => {
  const answer = () => new ScriptedSource([[refusal(2)]]);
  const named = collect(answer(), planFor(vsock)).outcome;
  assertEquals([named.failed, named.dumps, named.warnings.length], [1, 1, 1]);
  assert(
    /^cannot list VSOCK sockets: .*ENOENT.* \(the kernel lacks socket diagnostics for it\)$/.test(named.warnings[0]!),
  );
  const unnamed = collect(answer(), { ...planFor(vsock), named: false }).outcome;
  assertEquals([unnamed.failed, unnamed.dumps, unnamed.warnings], [0, 0, []]);
});

Deno.test(`vsock's decoder, given messages of ${RECORDING} with changed bytes, gives fields or a DecodeError`, () => {
  const { decoded, refused } = mutate(vsock, RECORDING, 5000);
  assert(decoded > 500 && refused > 100, `${decoded} decoded, ${refused} refused`);
});
