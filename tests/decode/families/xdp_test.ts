/** Express data path sockets: the tables against the kernel's interface, recordings against their ground truth and `ss`. */
import { familyCalled } from "../../../decode/families/all_families.ts";
import { assert, assertEquals } from "@std/assert";
import { AF_XDP } from "../../../decode/kernel/address_family.ts";
import { DecodeError } from "../../../decode/kernel/errors.ts";
import type { Layout } from "../../../decode/record/layout.ts";
import { CONNECTED_STATES, LISTENING_STATES } from "../../../decode/kernel/tcp_states.ts";
import * as xdpDiag from "../../../decode/families/xdp.ts";
import {
  XDP_DIAG_INFO_LAYOUT,
  XDP_DIAG_MSG,
  XDP_DIAG_STATS_LAYOUT,
  XDP_DIAG_UMEM_LAYOUT,
} from "../../../decode/families/xdp.ts";
import type { FlowObject } from "../../../decode/record/object_sink.ts";
import { parseCommand } from "../../../options/parse_command.ts";
import { openRecording } from "../../pcap_source.ts";
import {
  assertKnowsAttributes,
  assertLiesAsInTable,
  cutAttributes,
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
import { wordsOf } from "../layouts.ts";
import { attribute, bytesOf, datagram, done, join, message } from "../messages.ts";
import { ScriptedSource } from "../scripted_source.ts";

const xdp = familyCalled("xdp");

const RECORDING = "xdp.k61";
const question = { addressFamilies: [], states: -1, bpfMaps: false };

/** The flow of a socket with these attributes. */
function flowWith(...attributes: readonly Uint8Array[]): FlowObject {
  const fixed = join([AF_XDP, 3, 0, 0], bytesOf(77, 4), bytesOf(0x1_0000_0002n, 8));
  const socket = message(20, 2, join(fixed, ...attributes));
  const { flows, outcome } = collect(new ScriptedSource([[datagram(socket), done()]]), planFor(xdp));
  assertEquals([outcome.warnings, flows.length], [[], 1]);
  return flows[0]!;
}

const rings: readonly Layout[] = xdp.describe().attributes[0]!.attributes.flatMap(({ payload }) =>
  payload.layout?.name === "xdp_diag_ring" ? [payload.layout] : []
);

for (const layout of [XDP_DIAG_MSG, XDP_DIAG_INFO_LAYOUT, XDP_DIAG_UMEM_LAYOUT, XDP_DIAG_STATS_LAYOUT, ...rings]) {
  Deno.test(`struct ${layout.name} (${layout.object?.path ?? "record"}) lies as in the interface table`, () => {
    assertLiesAsInTable(layout);
  });
}

Deno.test("xdp knows the attributes XDP_DIAG_* of the interface table by their numbers", () => {
  assertKnowsAttributes(xdp, "xdp_diag");
  assertEquals(rings.map((ring) => ring.object!.path), [
    "rx_ring",
    "tx_ring",
    "umem_fill_ring",
    "umem_completion_ring",
  ]);
});

Deno.test("the constants of xdp.ts have the values of the interface table", () => {
  const everything = Object.assign({}, ...Object.values(uapi.constants), ...Object.values(uapi.attributes));
  const numbers = Object.entries(xdpDiag).filter(([, value]) => typeof value === "number");
  for (const [name, value] of numbers) assertEquals(value, everything[name], name);
  assertEquals(numbers.length, 14);
  assertEquals(wordsOf(XDP_DIAG_UMEM_LAYOUT, "flags"), ["zerocopy"]);
  assertEquals(uapi.constants["xdp_du_flags"], { XDP_DU_F_ZEROCOPY: 1 });
});

Deno.test("xdp.encodeRequests asks for everything, as the recorded request", () => {
  const [request, ...others] = xdp.encodeRequests(question);
  assertEquals(others, []);
  const recorded = exchangeOf(RECORDING).request!.slice();
  recorded.fill(0, 8, 12);
  assertEquals(request!.message, recorded);
  assertEquals(requestMember(request!.message, "xdp_diag_req", "sdiag_family"), AF_XDP);
  const all = Object.values(uapi.constants["xdp_show"]!).reduce((bits, bit) => bits | bit, 0);
  assertEquals(requestMember(request!.message, "xdp_diag_req", "xdiag_show"), all);
});

Deno.test("xdp.encodeRequests asks for nothing where sockets without connections are not asked for", () => {
  assertEquals(xdp.encodeRequests({ ...question, states: CONNECTED_STATES }), []);
  assertEquals(xdp.encodeRequests({ ...question, states: LISTENING_STATES }).length, 1);
  assertEquals(xdp.encodeRequests({ ...question, states: xdp.defaultStates }).length, 1);
});

Deno.test("parseCommand takes --xdp, -f xdp and -A xdp", async () => {
  for (const args of [["--xdp"], ["-f", "xdp"], ["-A", "xdp", "-a"]]) {
    const command = await parseCommand(args);
    assert(command.action === "dump");
    assertEquals(command.plan.families.map(({ name }) => name), ["XDP"]);
  }
});

Deno.test(`${RECORDING}: every socket of the ground truth is there once, with what the ground truth notes`, () => {
  const flows = flowsOf(xdp, RECORDING);
  const truths = readTruth("k61", "xdp.");
  const pairs = pairUp(truths, flows);
  assertEquals([pairs.length, flows.length], [4, 4]);
  const umem = { size: 262144n, num_pages: 64, chunk_size: 4096, headroom: 256, queue_id: 0, flags: [] };
  const own = { ...umem, chunk_size: 2048, headroom: 0, refs: 1 };
  const fixed = (place: object) => ({ protocol: "XDP", family: "xdp", state: "unconnected", type: "raw", ...place });
  const stats = {
    rx_dropped: 0n,
    rx_invalid: 0n,
    rx_full: 0n,
    fill_ring_empty: 0n,
    tx_invalid: 0n,
    tx_ring_empty: 0n,
  };
  const filled = { umem_fill_ring: { entries: 64 }, umem_completion_ring: { entries: 32 }, stats };
  const expected: Record<string, object> = {
    "xdp.bound": {
      ...fixed({ iface_idx: 1, queue_id: 0 }),
      rx_ring: { entries: 16 },
      tx_ring: { entries: 8 },
      umem: { ...umem, id: 0, iface_idx: 1, refs: 2 },
      ...filled,
    },
    "xdp.shared": {
      ...fixed({ iface_idx: 1, queue_id: 0 }),
      rx_ring: { entries: 32 },
      umem: { ...umem, id: 0, iface_idx: 1, refs: 2 },
      ...filled,
    },
    "xdp.umemonly": {
      ...fixed({ iface_idx: 0, queue_id: 0 }),
      tx_ring: { entries: 8 },
      umem: { ...own, id: 1, iface_idx: 0 },
      stats,
    },
    "xdp.dummy": {
      ...fixed({ iface_idx: 2, queue_id: 0 }),
      tx_ring: { entries: 512 },
      umem: { ...own, id: 2, iface_idx: 2 },
      umem_fill_ring: { entries: 128 },
      umem_completion_ring: { entries: 256 },
      stats,
    },
  };
  for (const [truth, flow] of pairs) {
    const { inode, cookie, uid, recv_q, send_q, skmeminfo, ...rest } = flow;
    const memory = skmeminfo as FlowObject;
    assertEquals(rest, expected[truth.name] as FlowObject, truth.name);
    assertEquals([inode, uid, cookie], [truth.ino, truth.uid, `0x${BigInt(`0x${truth.cookie}`).toString(16)}`]);
    assertEquals([memory["rcvbuf"], memory["sndbuf"], recv_q, send_q], [truth.rcvbuf, truth.sndbuf, 0, 0]);
  }
});

Deno.test(`${RECORDING}: every value is the one that ss prints for the same bytes`, () => {
  assertEquals(
    flowsOf(xdp, RECORDING).map(lineOf),
    replayOf(RECORDING).map((line) => line.replace(/ users:\(\(.*?\)\)/, "")),
  );
});

// deno-lint-ignore no-explicit-any
type Loose = any;

/** What `ss -naem --xdp` prints for a socket. */
function lineOf(flow: Loose): string {
  const { umem: u, stats: s, skmeminfo: m } = flow;
  const names: Record<number, string> = { 1: "lo", 2: "dummy0" };
  const ring = (name: string, ring: Loose) => ring === undefined ? [] : [`${name}(entries:${ring.entries})`];
  return [
    `UNCONN ${flow.recv_q} 0`,
    flow.iface_idx === 0 ? "* *" : `${names[flow.iface_idx]}:q${flow.queue_id} *`,
    ...flow.uid === 0 ? [] : [`uid:${flow.uid}`],
    `ino:${flow.inode}`,
    `sk:${flow.cookie.slice(2)}`,
    ...ring("rx", flow.rx_ring),
    ...ring("tx", flow.tx_ring),
    `tumem(id:${u.id},size:${u.size},num_pages:${u.num_pages},chunk_size:${u.chunk_size},headroom:${u.headroom},` +
    `ifindex:${u.iface_idx},qid:${u.queue_id},zc:${u.flags.length},refs:${u.refs})`,
    ...ring("fr", flow.umem_fill_ring),
    ...ring("cr", flow.umem_completion_ring),
    `stats(rx dropped:${s.rx_dropped},rx invalid:${s.rx_invalid},rx queue full:${s.rx_full},` +
    `rx fill ring empty:${s.fill_ring_empty},tx invalid:${s.tx_invalid},tx ring empty:${s.tx_ring_empty})`,
    `skmem:(r${m.rmem_alloc},rb${m.rcvbuf},t${m.wmem_alloc},tb${m.sndbuf},f${m.fwd_alloc},w${m.wmem_queued},` +
    `o${m.optmem},bl${m.backlog},d${m.drops})`,
  ].join(" ");
}

Deno.test(`${RECORDING}: messages cut at every byte show a part of the whole, or give a DecodeError`, () => {
  const { parts, refused } = cutEverywhere(xdp, RECORDING);
  assert(parts >= 4 && refused > 500, `${parts} parts, ${refused} refused`);
  assert(cutAttributes(xdp, RECORDING, XDP_DIAG_MSG.size) > 500);
});

Deno.test(`${RECORDING}: JSON and NDJSON say the same as the objects`, () => {
  const plain = (flow: FlowObject) =>
    JSON.parse(JSON.stringify(flow, (_, value) => typeof value === "bigint" ? Number(value) : value));
  const expected = flowsOf(xdp, RECORDING).map(plain);
  const lines = printed("ndjson", openRecording(RECORDING), planFor(xdp)).trim().split("\n");
  assertEquals(lines.map((line) => JSON.parse(line)), expected);
  const { XDP } = JSON.parse(printed("json", openRecording(RECORDING), planFor(xdp)));
  assertEquals(XDP.flows.map((flow: object) => ({ protocol: "XDP", ...flow })), expected);
});

Deno.test("xdp leaves out what the kernel did not send", () => {
  assertEquals(flowWith(), {
    protocol: "XDP",
    family: "xdp",
    state: "unconnected",
    type: "raw",
    inode: 77,
    cookie: "0x100000002",
  });
});

Deno.test("xdp shows each number of XDP_DIAG_STATS and XDP_DIAG_UMEM in its place, to the last digit", () => {
  const big = 2n ** 64n - 6n;
  const stats = join(...[0n, 1n, 2n, 3n, 4n, 5n].map((n) => bytesOf(big + n, 8)));
  assertEquals(flowWith(attribute(9, stats))["stats"], {
    rx_dropped: big,
    rx_invalid: big + 1n,
    rx_full: big + 2n,
    fill_ring_empty: big + 3n,
    tx_invalid: big + 4n,
    tx_ring_empty: big + 5n,
  });
  const umem = join(bytesOf(2n ** 53n + 1n, 8), ...[1, 2, 3, 4, 5, 6, 1, 8].map((n) => bytesOf(n, 4)));
  assertEquals(flowWith(attribute(5, umem))["umem"], {
    size: 2n ** 53n + 1n,
    id: 1,
    num_pages: 2,
    chunk_size: 3,
    headroom: 4,
    iface_idx: 5,
    queue_id: 6,
    flags: ["zerocopy"],
    refs: 8,
  });
});

Deno.test("xdp keeps what it does not know", () => {
  assertEquals(flowWith(attribute(1, join(bytesOf(3, 4), bytesOf(4, 4), [0xab]))), {
    ...flowWith(),
    iface_idx: 3,
    queue_id: 4,
    xdp_info_extra: "ab",
  });
  assertEquals(flowWith(attribute(3, join(bytesOf(8, 4), [1])))["rx_ring_extra"], "01");
  assertEquals(flowWith(attribute(10, [1, 2]), attribute(0, [3]))["unknown"], [
    { type: 10, hex: "0102" },
    { type: 0, hex: "03" },
  ]);
});

Deno.test("xdp refuses a message that is shorter than struct xdp_diag_msg", () => {
  const { outcome } = collect(new ScriptedSource([[datagram(message(20, 2, [AF_XDP, 3])), done()]]), planFor(xdp));
  assert(outcome.errors[0] instanceof DecodeError);
});

Deno.test(`xdp's decoder, given messages of ${RECORDING} with changed bytes, gives fields or a DecodeError`, () => {
  const { decoded, refused } = mutate(xdp, RECORDING, 5000);
  assert(decoded > 500 && refused > 100, `${decoded} decoded, ${refused} refused`);
});
