/** Packet sockets: the tables against the kernel's interface, recordings against their ground truth and `ss`. */
import { familyCalled } from "../../../decode/families/all_families.ts";
import { assert, assertEquals } from "@std/assert";
import { AF_PACKET } from "../../../decode/kernel/address_family.ts";
import { DecodeError } from "../../../decode/kernel/errors.ts";
import * as packetDiag from "../../../decode/families/packet.ts";
import {
  PACKET_DIAG_FANOUT_LAYOUT,
  PACKET_DIAG_INFO_LAYOUT,
  PACKET_DIAG_MCLIST_LAYOUT,
  PACKET_DIAG_MSG,
  PACKET_DIAG_RX_RING_LAYOUT,
  PACKET_DIAG_TX_RING_LAYOUT,
  SOCK_FILTER,
} from "../../../decode/families/packet.ts";
import * as socketTypes from "../../../decode/kernel/socket_types.ts";
import { CONNECTED_STATES, LISTENING_STATES } from "../../../decode/kernel/tcp_states.ts";
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

const packet = familyCalled("packet");

const recordings = [["packet.k61", "k61"], ["packet.k618", "k618"]] as const;
const question = { addressFamilies: [], states: -1, bpfMaps: false };

/** The flow of a socket of type 3 with these attributes. */
function flowWith(...attributes: readonly Uint8Array[]): FlowObject {
  const fixed = join([AF_PACKET, 3], bytesOf(0x0806, 2), bytesOf(77, 4), bytesOf(0x1_0000_0002n, 8));
  const socket = message(20, 2, join(fixed, ...attributes));
  const { flows, outcome } = collect(new ScriptedSource([[datagram(socket), done()]]), planFor(packet));
  assertEquals([outcome.warnings, flows.length], [[], 1]);
  return flows[0]!;
}

for (
  const layout of [
    PACKET_DIAG_MSG,
    PACKET_DIAG_INFO_LAYOUT,
    PACKET_DIAG_MCLIST_LAYOUT,
    PACKET_DIAG_RX_RING_LAYOUT,
    PACKET_DIAG_TX_RING_LAYOUT,
    SOCK_FILTER,
  ]
) {
  Deno.test(`struct ${layout.name} (${layout.object?.path ?? "record"}) lies as in the interface table`, () => {
    assertLiesAsInTable(layout);
  });
}

Deno.test("packet knows the attributes PACKET_DIAG_* of the interface table by their numbers", () => {
  assertKnowsAttributes(packet, "packet_diag");
});

Deno.test("the constants of packet.ts and socket_types.ts have the values of the interface table", () => {
  const everything = Object.assign({}, ...Object.values(uapi.constants), ...Object.values(uapi.attributes));
  const numbers = Object.entries({ ...packetDiag, ...socketTypes }).filter(([, value]) => typeof value === "number");
  for (const [name, value] of numbers) assertEquals(value, everything[name], name);
  assertEquals(numbers.length, 18);
});

Deno.test("packet's words stand at the numbers and bits of the interface table", () => {
  const words = (constants: string, of: (name: string) => string, place = (value: number) => value) => {
    const expected: (string | undefined)[] = [];
    for (const [name, value] of Object.entries(uapi.constants[constants]!)) expected[place(value)] = of(name);
    return Array.from(expected);
  };
  const plain = (layout: typeof SOCK_FILTER, field: string) => [...wordsOf(layout, field)];
  const lower = (prefix: string) => (name: string) => name.slice(prefix.length).toLowerCase();
  assertEquals(plain(PACKET_DIAG_MSG, "type"), words("socket_types", lower("SOCK_")));
  assertEquals(plain(PACKET_DIAG_INFO_LAYOUT, "version"), words("tpacket_version", lower("TPACKET_")));
  assertEquals(plain(PACKET_DIAG_INFO_LAYOUT, "flags"), words("pdi_flags", lower("PDI_"), Math.log2));
  assertEquals(plain(PACKET_DIAG_FANOUT_LAYOUT, "type"), words("packet_fanout_type", lower("PACKET_FANOUT_")));
  assertEquals(
    plain(PACKET_DIAG_MCLIST_LAYOUT, "type"),
    words("packet_mr_type", lower("PACKET_MR_")).map((word) => word === "multicast" ? "mc" : word),
  );
});

Deno.test("num_name has a word for every ethertype of the interface table, and is not there for others", () => {
  const nameOf = (num: number) => {
    const fixed = join([AF_PACKET, 2], bytesOf(num, 2), new Uint8Array(12));
    const { flows } = collect(
      new ScriptedSource([[datagram(message(20, 2, fixed)), done()]]),
      planFor(packet),
    );
    assertEquals(flows[0]!["num"], num);
    return flows[0]!["num_name"];
  };
  const named = new Map(Object.entries(uapi.ethertypeNames).map(([num, name]) => [Number(num), name]));
  assert(named.size > 50);
  for (const [num, name] of named) assertEquals(nameOf(num), name.toLowerCase().replaceAll(" ", "_"));
  for (const num of [0, 0x88b5, 0xffff]) assertEquals(nameOf(num), undefined);
});

Deno.test("packet.encodeRequests asks for everything, as the recorded request", () => {
  for (const [recording] of recordings) {
    const [request, ...others] = packet.encodeRequests(question);
    assertEquals(others, []);
    const recorded = exchangeOf(recording).request!.slice();
    recorded.fill(0, 8, 12);
    assertEquals(request!.message, recorded);
    assertEquals(requestMember(request!.message, "packet_diag_req", "sdiag_family"), AF_PACKET);
    const all = Object.values(uapi.constants["packet_show"]!).reduce((bits, bit) => bits | bit, 0);
    assertEquals(requestMember(request!.message, "packet_diag_req", "pdiag_show"), all);
  }
});

Deno.test("packet.encodeRequests asks for nothing where sockets without connections are not asked for", () => {
  assertEquals(packet.encodeRequests({ ...question, states: CONNECTED_STATES }), []);
  assertEquals(packet.encodeRequests({ ...question, states: LISTENING_STATES }).length, 1);
  assertEquals(packet.encodeRequests({ ...question, states: packet.defaultStates }).length, 1);
});

Deno.test("parseCommand takes -0, --packet, -f link and the names of -A for packet sockets", async () => {
  const plan = async (...args: string[]) => {
    const command = await parseCommand(args);
    assert(command.action === "dump");
    const { families, states, types } = command.plan;
    return [families.map(({ name }) => name).join(), states, types];
  };
  for (const args of [["-0"], ["--packet"], ["-f", "link"], ["-flink"]]) {
    assertEquals(await plan(...args), ["PACKET", null, undefined], args.join(" "));
  }
  assertEquals(await plan("-0a"), ["PACKET", 0x2fff, undefined]);
  assertEquals(await plan("-A", "packet", "-a"), ["PACKET", 0x2fff, undefined]);
  assertEquals(await plan("-A", "p_raw", "-a"), ["PACKET", 0x2fff, { PACKET: 1 << 3 }]);
  assertEquals(await plan("-A", "packet_dgram", "-a"), ["PACKET", 0x2fff, { PACKET: 1 << 2 }]);
});

for (const [recording, kernel] of recordings) {
  Deno.test(`${recording}: every packet socket of the ground truth is there once, with its values`, () => {
    const flows = flowsOf(packet, recording);
    const pairs = pairUp(readTruth(kernel, "packet."), flows);
    assertEquals([pairs.length, flows.length], [9, 9]);
    for (const [truth, flow] of pairs) {
      const [, protocol, index] = /^protocol=0x(\w+) ifindex=(\d+)$/.exec(truth.local!)!;
      const memory = flow["skmeminfo"] as FlowObject;
      assertEquals(
        [
          flow["family"],
          flow["state"],
          flow["num"],
          flow["iface_idx"],
          flow["uid"],
          memory["rcvbuf"],
          memory["sndbuf"],
        ],
        ["packet", "unconnected", parseInt(protocol!, 16), Number(index), truth.uid, truth.rcvbuf, truth.sndbuf],
        truth.name,
      );
      assertEquals([flow["recv_q"], flow["send_q"]], [memory["rmem_alloc"], memory["wmem_alloc"]]);
    }
  });

  Deno.test(`${recording}: rings, groups, memberships, filters and settings are those that the ground truth notes`, () => {
    const flows = flowsOf(packet, recording);
    const special = ["packet_info", "rx_ring", "tx_ring", "fanout", "mclist", "filter"];
    const found = Object.fromEntries(
      pairUp(readTruth(kernel, "packet."), flows).map(([{ name }, flow]) => [
        name.slice("packet.".length),
        Object.fromEntries(special.filter((field) => flow[field] !== undefined).map((field) => [field, flow[field]])),
      ]),
    );
    const info = (set: object = {}) => ({
      packet_info: { version: "v1", reserve: 0, copy_thresh: 0, tstamp: [], flags: ["running"], ...set },
    });
    const filter = [
      { code: 0x28, jt: 0, jf: 0, k: 12 },
      { code: 0x15, jt: 0, jf: 1, k: 4660 },
      { code: 0x06, jt: 0, jf: 0, k: 262144 },
      { code: 0x06, jt: 0, jf: 0, k: 0 },
    ];
    const ring = { block_nr: 8, block_size: 4096, frame_nr: 16, frame_size: 2048, retire_tmo: 0, sizeof_priv: 0 };
    assertEquals(found, {
      rxring: {
        ...info({ version: "v3" }),
        rx_ring: {
          block_size: 16384,
          block_nr: 4,
          frame_size: 2048,
          frame_nr: 32,
          retire_tmo: 100,
          sizeof_priv: 0,
          features: ["fill_rxhash"],
        },
        mclist: [{ iface_idx: 1, count: 1, type: "promisc" }],
        filter,
      },
      txring: {
        ...info({ version: "v2", flags: ["running", "loss"] }),
        rx_ring: { ...ring, features: [] },
        tx_ring: { ...ring, features: [] },
        mclist: [],
      },
      fanout1: { ...info(), fanout: { id: 7, type: "hash" }, mclist: [], filter },
      fanout2: { ...info(), fanout: { id: 7, type: "hash" }, mclist: [], filter },
      "fanout.lb": { ...info(), fanout: { id: 9, type: "lb" }, mclist: [], filter },
      queue: {
        ...info({ copy_thresh: 512, tstamp: ["raw_hardware"], flags: ["running", "auxdata", "origdev"] }),
        mclist: [],
      },
      members: {
        ...info({ flags: [] }),
        mclist: [
          { iface_idx: 1, count: 1, type: "unicast", addr: "020000000007" },
          { iface_idx: 1, count: 1, type: "allmulti" },
          { iface_idx: 1, count: 1, type: "mc", addr: "333300000001" },
          { iface_idx: 1, count: 1, type: "mc", addr: "01005e0000fb" },
        ],
      },
      anydev: { ...info({ reserve: 32, flags: ["running", "vnethdr"] }), mclist: [], filter },
      fresh: { ...info({ flags: [] }), mclist: [] },
    });
  });

  Deno.test(`${recording}: every value is the one that ss prints for the same bytes`, () => {
    assertEquals(
      flowsOf(packet, recording).map(lineOf),
      replayOf(recording).map((line) => line.replace(/ users:\(\(.*?\)\)/, "")),
    );
  });

  Deno.test(`${recording}: messages cut at every byte show a part of the whole, or give a DecodeError`, () => {
    const { parts, refused } = cutEverywhere(packet, recording);
    assert(parts >= 9 && refused > 1000, `${parts} parts, ${refused} refused`);
    assert(cutAttributes(packet, recording, PACKET_DIAG_MSG.size) > 1000);
  });

  Deno.test(`${recording}: -A packet_raw and packet_dgram take the sockets apart`, () => {
    const types = (mask: number) =>
      collect(openRecording(recording), planFor(packet, -1, mask)).flows.map((flow) => flow["type"]);
    assertEquals(types(1 << 3), new Array(7).fill("raw"));
    assertEquals(types(1 << 2), new Array(2).fill("dgram"));
  });

  Deno.test(`${recording}: JSON and NDJSON say the same as the objects`, () => {
    const expected = flowsOf(packet, recording).map((flow) => JSON.parse(JSON.stringify(flow)));
    const lines = printed("ndjson", openRecording(recording), planFor(packet)).trim().split("\n");
    assertEquals(lines.map((line) => JSON.parse(line)), expected);
    const { PACKET } = JSON.parse(printed("json", openRecording(recording), planFor(packet)));
    assertEquals(PACKET.flows.map((flow: object) => ({ protocol: "PACKET", ...flow })), expected);
  });
}

const fanoutNames: Readonly<Record<string, string>> = { hash: "hash", lb: "lb" };

// deno-lint-ignore no-explicit-any
type Loose = any;

/** What `ss -naemb0` prints for a packet socket. */
function lineOf(flow: Loose): string {
  const { packet_info: info, rx_ring: rx, tx_ring: tx, fanout, filter, skmeminfo: m } = flow;
  const flags = info.flags.length === 0 ? "0" : info.flags.join(" ");
  const ring = (name: string, r: Loose) =>
    r === undefined ? [] : [
      `${name}(blk_size:${r.block_size},blk_nr:${r.block_nr},frm_size:${r.frame_size},frm_nr:${r.frame_nr},` +
      `tmo:${r.retire_tmo},features:0x${r.features.length})`,
    ];
  const hex = (value: number) => `0x${value.toString(16).padStart(2, "0")}`;
  return [
    flow.type === "raw" ? "p_raw" : "p_dgr",
    `UNCONN ${flow.recv_q} 0`,
    `${flow.num === 3 ? "*" : `[${flow.num}]`}:${flow.iface_idx === 1 ? "lo" : "*"} *`,
    ...flow.uid === 0 ? [] : [`uid:${flow.uid}`],
    `ino:${flow.inode}`,
    `sk:${flow.cookie.slice(2)}`,
    `ver:${Number(info.version.slice(1)) - 1}`,
    `cpy_thresh:${info.copy_thresh}`,
    `flags( ${flags} )`,
    ...ring("ring_rx", rx),
    ...ring("ring_tx", tx),
    ...fanout === undefined ? [] : [`fanout(id:${fanout.id},type:${fanoutNames[fanout.type]})`],
    ...filter === undefined ? [] : [
      `bpf filter (${filter.length}): ` +
      filter.map(({ code, jt, jf, k }: Loose) => `${hex(code)} ${jt} ${jf} ${k},`).join(" "),
    ],
    `skmem:(r${m.rmem_alloc},rb${m.rcvbuf},t${m.wmem_alloc},tb${m.sndbuf},f${m.fwd_alloc},w${m.wmem_queued},` +
    `o${m.optmem},bl${m.backlog},d${m.drops})`,
  ].join(" ");
}

Deno.test("packet leaves out what the kernel did not send", () => {
  assertEquals(flowWith(), {
    protocol: "PACKET",
    family: "packet",
    state: "unconnected",
    type: "raw",
    inode: 77,
    cookie: "0x100000002",
    num: 0x0806,
    num_name: "arp",
  });
});

Deno.test("packet leaves filter out where the kernel sends it empty for want of privilege", () => {
  assertEquals(flowWith(attribute(7, []))["filter"], undefined);
  assertEquals(flowWith(attribute(7, [6, 0, 0, 0, 1, 0, 0, 0]))["filter"], [{ code: 6, jt: 0, jf: 0, k: 1 }]);
});

Deno.test("packet makes recv_q and send_q of what the memory says, as far as it reaches", () => {
  const numbers = (...values: number[]) => attribute(6, join(...values.map((value) => bytesOf(value, 4))));
  const queues = ({ recv_q, send_q }: FlowObject) => [recv_q, send_q];
  assertEquals(queues(flowWith(numbers(5, 6, 7, 8))), [5, 7]);
  assertEquals(queues(flowWith(numbers(5, 6))), [5, undefined]);
  assertEquals(queues(flowWith(numbers())), [undefined, undefined]);
});

Deno.test("packet keeps what it does not know", () => {
  const info = (...values: number[]) => attribute(0, join(...values.map((value) => bytesOf(value, 4))));
  assertEquals(flowWith(info(9, 3, 1, 2, 1 << 31, 33, 0xabcd)), {
    ...flowWith(),
    iface_idx: 9,
    packet_info: {
      version: "unknown",
      version_raw: 3,
      reserve: 1,
      copy_thresh: 2,
      tstamp: [],
      tstamp_raw: 0x80000000,
      flags: ["running"],
      flags_raw: 33,
    },
    packet_info_extra: "cdab0000",
  });
  assertEquals(flowWith(attribute(4, bytesOf(0x1080_0005, 4)))["fanout"], { id: 5, type: "unknown", type_raw: 0x1080 });
  assertEquals(flowWith(attribute(8, [1, 2]))["unknown"], [{ type: 8, hex: "0102" }]);
  const entry = join(bytesOf(1, 4), bytesOf(2, 4), bytesOf(9, 2), bytesOf(500, 2), new Uint8Array(32).fill(0xee));
  assertEquals(flowWith(attribute(1, entry))["mclist"], [
    { iface_idx: 1, count: 2, type: "unknown", type_raw: 9, addr: "ee".repeat(32) },
  ]);
});

Deno.test("packet refuses a message that is shorter than struct packet_diag_msg", () => {
  const { outcome } = collect(
    new ScriptedSource([[datagram(message(20, 2, [AF_PACKET, 3, 0])), done()]]),
    planFor(packet),
  );
  assert(outcome.errors[0] instanceof DecodeError);
});

Deno.test("packet's decoder, given recorded messages with changed bytes, gives fields or a DecodeError", () => {
  const { decoded, refused } = mutate(packet, "packet.k618", 5000);
  assert(decoded > 500 && refused > 100, `${decoded} decoded, ${refused} refused`);
});
