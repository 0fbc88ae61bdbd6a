/** TIPC sockets: recorded ones against their ground truth, numbers and words against the interface table, cut messages. */
import { familyCalled } from "../../../decode/families/all_families.ts";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { AF_TIPC } from "../../../decode/kernel/address_family.ts";
import type { AttributeTable } from "../../../decode/netlink/attribute.ts";
import { DecodeError } from "../../../decode/kernel/errors.ts";
import type { Plan } from "../../../decode/plan/plan.ts";
import { ALL_STATES, BOUND_INACTIVE_STATES, TCP_LISTEN } from "../../../decode/kernel/tcp_states.ts";
import * as decoder from "../../../decode/families/tipc.ts";
import { tipcAttributes } from "../../../decode/families/tipc.ts";
import type { FlowObject } from "../../../decode/record/object_sink.ts";
import { openRecording, readExchanges, readFixture } from "../../pcap_source.ts";
import { assertEveryCut, eventsOf, recordedPayloads } from "../every_cut.ts";
import { collect, printed } from "../flows.ts";
import { interfaceTable, offsetIn, wordsByNumber } from "../interface_table.ts";
import { attributeLayout, wordsOf } from "../layouts.ts";
import { attribute, bytesOf, datagram, done, join, message } from "../messages.ts";
import { ScriptedSource } from "../scripted_source.ts";

const tipc = familyCalled("tipc");

const plan: Plan = { families: [tipc], addressFamilies: [2], states: ALL_STATES, bpfMaps: false, named: true };
const decode = tipc.openDecoder(6001);

function recorded(): FlowObject[] {
  const { flows, outcome } = collect(openRecording("tipc.k61"), plan);
  assertEquals(outcome.warnings, []);
  return flows;
}

interface Truth {
  readonly name: string;
  readonly ino: number;
  readonly uid: number;
  readonly type: number;
  readonly cookie: string;
  readonly local: string;
  readonly peer?: string;
  readonly note: string;
}

const truths: readonly Truth[] = new TextDecoder().decode(readFixture("truth.k61.jsonl")).trim().split("\n")
  .map((line) => JSON.parse(line)).filter(({ name }) => name.startsWith("tipc."));

/** What the notes of the ground truth say in words. */
const noted: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "tipc.seqpacket.listener": { state: "listening", tipc_state: "listen", has_publ: true, recv_q: 1 },
  "tipc.seqpacket.waiting": { state: "syn-sent", tipc_state: "connecting", send_q: 1 },
  "tipc.seqpacket.client": { state: "established", tipc_state: "established", service: 18888 },
  "tipc.seqpacket.server": { state: "established", tipc_state: "established", service: 18888, recv_q: 1 },
  "tipc.stream.listener": { state: "listening", tipc_state: "listen", has_publ: true, recv_q: 1 },
  "tipc.stream.waiting": { state: "syn-sent", tipc_state: "connecting", send_q: 1 },
  "tipc.stream.client": { state: "established", tipc_state: "established", service: 18889 },
  "tipc.stream.server": { state: "established", tipc_state: "established", service: 18889, recv_q: 1 },
  "tipc.rdm.server": { state: "unconnected", tipc_state: "open", has_publ: true, recv_q: 3 },
  "tipc.rdm.client": { state: "unconnected", tipc_state: "open" },
  "tipc.dgram": { state: "unconnected", tipc_state: "open" },
  "tipc.group": { state: "unconnected", tipc_state: "open", has_publ: true, group: true },
};

const types: Readonly<Record<number, string>> = { 1: "stream", 2: "dgram", 4: "rdm", 5: "seqpacket" };

/** `ref=3857350675 node=0x0` as numbers. */
function parseAddress(text: string): { ref: number; node: number } {
  const [, ref, node] = /^ref=(\d+) node=(0x[0-9a-f]+)$/.exec(text)!;
  return { ref: Number(ref), node: Number(node) };
}

Deno.test("tipc.k61: every socket of the ground truth is there, with exactly the fields and values that it had", () => {
  const flows = recorded();
  assertEquals(truths.map(({ name }) => name).sort(), Object.keys(noted).sort());
  for (const { name, ino, uid, type, cookie, local, peer } of truths) {
    const { service, group, recv_q = 0, send_q = 0, ...rest } = noted[name]!;
    const remote = peer === undefined ? undefined : parseAddress(peer);
    const expected = {
      protocol: "TIPC",
      type: types[type],
      ...parseAddress(local),
      ...rest,
      ...remote === undefined
        ? {}
        : { con: { node: remote.node, sock: remote.ref, flag: true, type: service, inst: 18 } },
      ...group === true ? { group: { id: 4711, instance: 42, bc_send_next: 0, open: true, cluster_scope: true } } : {},
      recv_q,
      send_q,
      drop: 0,
      uid,
      inode: ino,
      cookie: `0x${BigInt(`0x${cookie}`).toString(16)}`,
    };
    assertEquals(flows.filter(({ inode }) => inode === ino), [expected] as unknown as FlowObject[], name);
  }
});

Deno.test("tipc.k61: beside the sockets of the ground truth there is the kernel's topology server alone", () => {
  const inodes = new Set<unknown>(truths.map(({ ino }) => ino));
  const others = recorded().filter(({ inode }) => !inodes.has(inode));
  assertEquals(others.map(({ state, type, has_publ }) => [state, type, has_publ]), [["listening", "seqpacket", true]]);
});

Deno.test("tipc.k61: no field says that something is not known", () => {
  assert(!/unknown|_extra|_raw|_hex/.test(printed("ndjson", openRecording("tipc.k61"), plan)));
});

Deno.test("tipc.k61 shows the addresses, queues and states that ss shows", () => {
  const lines = new TextDecoder().decode(readFixture("tipc.k61.ss-replay.txt")).trim().split("\n").slice(1);
  const ssStates: Readonly<Record<string, string>> = {
    ESTAB: "established",
    LISTEN: "listening",
    UNCONN: "unconnected",
    "SYN-SENT": "syn-sent",
  };
  const expected = lines.map((line) => {
    const [state, recv, send, local, peer] = line.split(/\s+/);
    return [ssStates[state!], Number(recv), Number(send), local, peer];
  });
  const actual = recorded().map(({ state, recv_q, send_q, node, ref, con }) => {
    const peer = con as { node: number; sock: number } | undefined;
    return [state, recv_q, send_q, `${node}:${ref}`, peer === undefined ? "-" : `${peer.node}:${peer.sock}`];
  });
  assertEquals(actual, expected as typeof actual);
});

const bare = message(20, 2);

Deno.test("tipc passes over messages that are only a header", () => {
  const sock = message(20, 2, attribute(2, attribute(9, bytesOf(10, 4))));
  const { flows, outcome } = collect(new ScriptedSource([[datagram(bare, sock, bare, done())]]), plan);
  assertEquals(flows, [{ protocol: "TIPC", state: "listening", tipc_state: "listen" }]);
  assertEquals(outcome.warnings, []);
});

Deno.test("tipc keeps attributes that it does not know apart by the place they stand in", () => {
  const stranger = attribute(77, [1, 2]);
  const events = eventsOf(
    decode,
    join(stranger, attribute(2, join(stranger, ...[3, 5, 12].map((nest) => attribute(nest, stranger))))),
  );
  assert(Array.isArray(events));
  const lists = events.filter((event) => event.startsWith("open list"));
  assertEquals(
    lists,
    ["con.unknown", "unknown_stat", "group.unknown", "unknown", "unknown_outer"].map((path) => `open list ${path}`),
  );
  assertEquals(events.filter((event) => event.endsWith("type 77")).length, 5);
});

Deno.test("tipc shows a state, a type and attributes of other lengths that it does not know, with their numbers", () => {
  const payload = attribute(
    2,
    join(attribute(9, bytesOf(3, 4)), attribute(6, bytesOf(0x90000000, 4)), attribute(8, bytesOf(7, 8))),
  );
  assertEquals(eventsOf(decode, payload), [
    "state unknown",
    "state_raw 3",
    "tipc_state unknown",
    "tipc_state_raw 3",
    "type unknown",
    `type_raw ${0x90000000}`,
    "uid 7",
    "uid_extra 0.0.0.0",
  ]);
});

Deno.test("tipc takes messages cut at every byte: fewer fields, or a DecodeError", () => {
  const payloads = recordedPayloads("tipc.k61");
  assertEquals(payloads.length, 13);
  for (const payload of payloads) assertEveryCut(decode, payload);
});

Deno.test("stateOf of tipc finds the state in its attribute, says -1 without one, and refuses what does not fit", () => {
  const stateOf = (payload: Uint8Array) => tipc.stateOf!(new DataView(payload.slice().buffer), 0, payload.length);
  assertEquals(
    recordedPayloads("tipc.k61").map(stateOf),
    [10, 1, 2, 7, 10, 10, 1, 7, 7, 2, 1, 7, 1],
  );
  assertEquals(stateOf(attribute(3, attribute(9, bytesOf(1, 4)))), -1);
  assertEquals(stateOf(attribute(2, attribute(8, bytesOf(1, 4)))), -1);
  assertEquals(stateOf(attribute(2, attribute(9, [1]))), -1);
  assertEquals(stateOf(new Uint8Array(0)), -1);
  assertThrows(() => stateOf(attribute(2, [9, 0, 9, 0])), DecodeError);
});

Deno.test("tipc.encodeRequests lays struct tipc_sock_diag_req out as in the interface table, and as recorded", () => {
  const [request, ...others] = tipc.encodeRequests({ ...plan, states: 0xffffffff | 0 });
  assertEquals(others, []);
  const expected = readExchanges(readFixture("tipc.k61.pcap"))[0]!.request!.slice();
  expected.fill(0, 8, 12); // The sequence number.
  assertEquals(request!.message, expected);
  const one = tipc.encodeRequests({ ...plan, states: 1 << TCP_LISTEN })[0]!.message;
  assertEquals(one.length, 16 + interfaceTable.structs["tipc_sock_diag_req"]!.size);
  assertEquals(one[16 + offsetIn("tipc_sock_diag_req", "sdiag_family")], AF_TIPC);
  assertEquals(new DataView(one.buffer).getUint32(16 + offsetIn("tipc_sock_diag_req", "tidiag_states"), true), 1 << 10);
});

Deno.test("tipc.encodeRequests asks nothing where TIPC has none of the states", () => {
  assertEquals(tipc.encodeRequests({ ...plan, states: BOUND_INACTIVE_STATES }), []);
});

const within = (table: AttributeTable, number: number) =>
  table.attributes.find((attribute) => attribute.number === number)!.payload.attributes!;
const sock = within(tipcAttributes, 2);

for (
  const [namespace, table] of [
    ["tipc_top", tipcAttributes],
    ["tipc_sock", sock],
    ["tipc_con", within(sock, 3)],
    ["tipc_sock_stat", within(sock, 5)],
    ["tipc_sock_group", within(sock, 12)],
  ] as const
) {
  Deno.test(`every attribute of ${namespace} in the interface table is known by its number`, () => {
    const byNumber = ([, a]: [string, number], [, b]: [string, number]) => a - b;
    assertEquals(
      table.attributes.map(({ name, number }): [string, number] => [name, number]).sort(byNumber),
      Object.entries(interfaceTable.attributes[namespace]!).filter(([name]) => !name.endsWith("_UNSPEC")).sort(
        byNumber,
      ),
    );
  });
}

Deno.test("the constants of tipc.ts have the values of the interface table", () => {
  const { attributes, constants } = interfaceTable;
  const expected: Record<string, number> = { ...attributes["tipc_top"], ...attributes["tipc_sock"] };
  const actual = Object.entries(decoder).filter(([, value]) => typeof value === "number");
  assertEquals(actual.length, 13);
  for (const [name, value] of actual) assertEquals(value, expected[name], name);
  assertEquals(AF_TIPC, constants["address_families_tipc_smc"]!["AF_TIPC"]);
});

Deno.test("state, tipc_state and type have a word for each number of the interface table, and for no other", () => {
  const state = attributeLayout(sock, "TIPC_NLA_SOCK_TIPC_STATE");
  const upToLast = (words: readonly (string | undefined)[]) => words.slice(0, 11);
  const states = {
    TIPC_ESTABLISHED: ["established", "established"],
    TIPC_CONNECTING: ["syn-sent", "connecting"],
    TIPC_OPEN: ["unconnected", "open"],
    TIPC_DISCONNECTING: ["close-wait", "disconnecting"],
    TIPC_LISTEN: ["listening", "listen"],
  };
  assertEquals(Object.keys(states), Object.keys(interfaceTable.constants["tipc_state"]!));
  const column = (i: number) => Object.fromEntries(Object.entries(states).map(([name, words]) => [name, words[i]!]));
  assertEquals(Array.from(upToLast(wordsOf(state, "state"))), wordsByNumber("tipc_state", column(0)));
  assertEquals(Array.from(wordsOf(state, "tipc_state")), wordsByNumber("tipc_state", column(1)));
  assertEquals(
    Array.from(wordsOf(attributeLayout(sock, "TIPC_NLA_SOCK_TYPE"), "type")),
    wordsByNumber("socket_types", {
      SOCK_STREAM: "stream",
      SOCK_DGRAM: "dgram",
      SOCK_RDM: "rdm",
      SOCK_SEQPACKET: "seqpacket",
    }),
  );
});
