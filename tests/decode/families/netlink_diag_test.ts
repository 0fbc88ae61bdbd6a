/** Netlink sockets: the table of the kernel's interface, recordings, repeated sockets, and cut messages. */
import { familyCalled } from "../../../decode/families/all_families.ts";
import { assert, assertEquals } from "@std/assert";
import { CookieSet } from "../../../decode/families/cookie_set.ts";
import { DecodeError } from "../../../decode/kernel/errors.ts";
import * as module from "../../../decode/families/netlink_diag.ts";
import { NETLINK_DIAG_MSG, netlinkAttributes } from "../../../decode/families/netlink_diag.ts";
import { NLM_F_DUMP_INTR } from "../../../decode/netlink/message.ts";
import { type FlowObject, ObjectSink } from "../../../decode/record/object_sink.ts";
import { parseCommand } from "../../../options/parse_command.ts";
import { openRecording, readFixture } from "../../pcap_source.ts";
import {
  eventsOf,
  familyFlows,
  fieldNames,
  layoutPlaces,
  planFor,
  recordedPayloads,
  recordedRequest,
  replayedText,
  skmemText,
  tokens,
  uapi,
  uapiPlaces,
} from "../recorded_family.ts";
import { at, collect, printed } from "../flows.ts";
import { attributeLayout, wordsOf } from "../layouts.ts";
import { attribute, bytesOf, datagram, done, join, message } from "../messages.ts";
import { ScriptedSource } from "../scripted_source.ts";

const netlink = familyCalled("netlink");

const KERNELS = ["k61", "k618"] as const;

Deno.test("structures of netlink sockets lie as in the interface table", () => {
  const rings = ["NETLINK_DIAG_RX_RING", "NETLINK_DIAG_TX_RING"].map((name) =>
    attributeLayout(netlinkAttributes(), name)
  );
  for (const layout of [NETLINK_DIAG_MSG, ...rings]) assertEquals(layoutPlaces(layout), uapiPlaces(layout.name));
});

Deno.test("netlinkAttributes has every attribute NETLINK_DIAG_* by its number", () => {
  const known = netlinkAttributes().attributes.map(({ name, number }): [string, number] => [name, number]);
  assertEquals(Object.fromEntries(known), uapi.attributes["netlink_diag"]!);
});

Deno.test("the constants of netlink_diag.ts have the values of the interface table", () => {
  const everything: Record<string, number> = Object.assign(
    {},
    uapi.attributes["netlink_diag"],
    uapi.constants["ndiag_show"],
    uapi.constants["ndiag_proto"],
  );
  const constants = Object.entries(module).filter(([, value]) => typeof value === "number");
  for (const [name, value] of constants) assertEquals(value, everything[name], name);
  assertEquals(constants.length, 5 + 4 + 1);
});

Deno.test("netlink_protocol has a word for each protocol of the interface table, and for no other", () => {
  const words: (string | undefined)[] = [];
  for (const [name, number] of Object.entries(uapi.constants["netlink_protocols"]!)) {
    // The older name of NETLINK_SOCK_DIAG.
    if (name !== "NETLINK_INET_DIAG") words[number] = name.replace("NETLINK_", "").toLowerCase().replaceAll("_", "-");
  }
  assertEquals(Array.from(wordsOf(NETLINK_DIAG_MSG, "netlink_protocol")), Array.from(words));
});

Deno.test("flags has a word for each bit NDIAG_FLAG_* of the interface table, and for no other", () => {
  const words: string[] = [];
  for (const [name, bit] of Object.entries(uapi.constants["ndiag_flag"]!)) {
    words[Math.log2(bit)] = name.replace("NDIAG_FLAG_", "").toLowerCase();
  }
  assertEquals(wordsOf(attributeLayout(netlinkAttributes(), "NETLINK_DIAG_FLAGS"), "flags"), words);
});

Deno.test("type has a word for each socket type that netlink sockets can have", () => {
  const { SOCK_DGRAM, SOCK_RAW } = uapi.constants["socket_types"]!;
  const words = wordsOf(NETLINK_DIAG_MSG, "type");
  assertEquals([words[SOCK_DGRAM!], words[SOCK_RAW!], words.length], ["dgram", "raw", 4]);
});

for (const kernel of KERNELS) {
  Deno.test(`netlink.encodeRequests makes the request of netlink.${kernel}, which asks for everything`, () => {
    const requests = netlink.encodeRequests({ addressFamilies: [2], states: 1 << 7, bpfMaps: false });
    const recorded = recordedRequest(`netlink.${kernel}`).slice();
    recorded.fill(0, 8, 16);
    assertEquals(requests, [{ part: "", message: recorded }]);
    const show = new DataView(requests[0]!.message.buffer).getUint32(16 + 8, true);
    assertEquals(show, Object.values(uapi.constants["ndiag_show"]!).reduce((all, bit) => all | bit, 0));
  });
}

Deno.test("netlink.encodeRequests asks for nothing where no state is wanted that netlink sockets have", () => {
  const count = (states: number) => netlink.encodeRequests({ addressFamilies: [2], states, bpfMaps: false }).length;
  assertEquals([0, 1 << 10, 1 << 13, 1 << 1, 1 << 7, 0x2fff].map(count), [0, 0, 0, 1, 1, 1]);
});

interface Truth {
  readonly name: string;
  readonly ino: number;
  readonly type: number;
  readonly proto: number;
  readonly cookie: string;
  readonly local: string;
  readonly rcvbuf: number;
  readonly sndbuf: number;
}

const readTruth = (kernel: string): Truth[] =>
  new TextDecoder().decode(readFixture(`truth.${kernel}.jsonl`)).trim().split("\n")
    .map((line): Truth => JSON.parse(line)).filter(({ name }) => name.startsWith("netlink."));

/** Groups that the notes of the ground truth tell; netlink.route's name(2) has room for 32 only. */
const groups: Readonly<Record<string, readonly number[]>> = {
  route: [1, 5, 32, 33],
  generic: [16],
  "user.server": [1],
  uevent: [1],
  sockdiag: [1, 3],
};
const flags: Readonly<Record<string, readonly string[]>> = {
  generic: ["pktinfo", "broadcast_error", "no_enobufs", "listen_all_nsid", "cap_ack"],
  dumping: ["cb_running"],
};

for (const kernel of KERNELS) {
  Deno.test(`netlink.${kernel}: every socket of the ground truth that has a port id is there once with its values`, () => {
    const flows = familyFlows(netlink, `netlink.${kernel}`);
    const truths = readTruth(kernel);
    const words = wordsOf(NETLINK_DIAG_MSG, "netlink_protocol");
    let compared = 0;
    for (const truth of truths) {
      const name = truth.name.slice("netlink.".length);
      const found = flows.filter(({ inode }) => inode === truth.ino);
      // Without a port id the kernel does not find it when it walks its table.
      assertEquals(found.length, name === "unbound" ? 0 : 1, name);
      const [flow] = found;
      if (flow === undefined) continue;
      const connected = name === "user.client";
      const expected: Record<string, unknown> = {
        protocol: "NETLINK",
        family: "netlink",
        state: connected ? "established" : "unconnected",
        type: "raw",
        netlink_protocol: words[truth.proto],
        portid: Number(/portid=(\d+)/.exec(truth.local)![1]),
        dst_portid: connected ? 4003 : 0,
        dst_group: 0,
        cookie: `0x${BigInt(`0x${truth.cookie}`).toString(16)}`,
        groups: groups[name],
        flags: flags[name] ?? [],
        "skmeminfo.rcvbuf": truth.rcvbuf,
        "skmeminfo.sndbuf": truth.sndbuf,
        rx_ring: undefined,
        tx_ring: undefined,
      };
      assertEquals(Object.fromEntries(Object.keys(expected).map((path) => [path, at(flow, path)])), expected, name);
      const { rmem_alloc } = flow["skmeminfo"] as Record<string, number>;
      if (name === "user.server") assert(rmem_alloc! > 0, "messages wait");
      compared++;
    }
    assertEquals(compared, truths.length - 1);
    assert(compared >= 13);
  });

  Deno.test(`netlink.${kernel}: each socket is there once, though the kernel sent those with groups twice`, () => {
    const flows = familyFlows(netlink, `netlink.${kernel}`);
    const sent = recordedPayloads(`netlink.${kernel}`).length;
    assertEquals(new Set(flows.map(({ cookie }) => cookie)).size, flows.length);
    assertEquals(sent - flows.length, Object.keys(groups).length);
    assertEquals(flows.filter((flow) => Array.isArray(flow["groups"])).length, Object.keys(groups).length);
  });

  Deno.test(`netlink.${kernel}: the kernel's own sockets are there with port id 0`, () => {
    const own = familyFlows(netlink, `netlink.${kernel}`).filter(({ portid }) => portid === 0);
    assert(own.length >= 8);
    for (const { type, state } of own) assertEquals([type, state], ["dgram", "unconnected"]);
    assertEquals(new Set(own.map(({ netlink_protocol }) => netlink_protocol)).size, own.length);
  });

  Deno.test(`netlink.${kernel}: nothing is unknown, and nothing is left over`, () => {
    for (const name of familyFlows(netlink, `netlink.${kernel}`).flatMap(fieldNames)) {
      assert(!/^unknown$|_raw$|_extra$/.test(name), name);
    }
  });

  Deno.test(`netlink.${kernel}: the flows give what ss printed from the same bytes, each socket once`, () => {
    const words = wordsOf(NETLINK_DIAG_MSG, "netlink_protocol");
    const lines = familyFlows(netlink, `netlink.${kernel}`).map((flow) => {
      const { portid, dst_portid, dst_group, netlink_protocol, state, recv_q, send_q } = flow as Record<
        string,
        unknown
      >;
      // `ss` shows the first 32 groups.
      const mask = (flow["groups"] as number[] | undefined ?? []).filter((group) => group <= 32)
        .reduce((bits, group) => bits + 2 ** (group - 1), 0);
      return [
        `UNCONN ${recv_q} ${send_q} ${words.indexOf(netlink_protocol as string)}:${portid}`,
        state === "established" ? `${dst_group}:${dst_portid}` : "*",
        `sk=0 cb=0 groups=0x${mask.toString(16).padStart(8, "0")}`,
        skmemText(flow),
      ].join(" ");
    });
    const theirs = replayedText(`netlink.${kernel}`).split("\n").map((line) => tokens(line).join(" "));
    assertEquals(lines, [...new Set(theirs)].filter((line) => line !== ""));
  });

  Deno.test(`netlink.${kernel}: the output is the same in datagrams of every size, with garbage behind each`, () => {
    for (const format of ["json", "ndjson"]) {
      const plan = planFor(netlink);
      const expected = printed(format, openRecording(`netlink.${kernel}`), plan);
      for (const datagramSize of [1, 300, 4096, 32768]) {
        const tail = (buffer: Uint8Array, length: number) => void buffer.fill(0xff, length);
        const source = openRecording(`netlink.${kernel}`, { datagramSize, unpadded: datagramSize !== 300, tail });
        assertEquals(printed(format, source, plan), expected);
      }
    }
  });
}

/** A message payload: protocol, state, cookie and attributes. */
const payload = (protocol: number, state: number, cookie: number, ...attributes: readonly Uint8Array[]) =>
  join(
    [16, 3, protocol, state],
    bytesOf(4001, 4),
    new Uint8Array(8),
    bytesOf(77, 4),
    bytesOf(cookie, 8),
    ...attributes,
  );

function flowOf(bytes: Uint8Array<ArrayBuffer>): FlowObject {
  const sink = new ObjectSink();
  sink.openRecord();
  netlink.openDecoder(6018)(new DataView(bytes.buffer), bytes, 0, bytes.length, sink);
  sink.closeRecord();
  return sink.take()[0]!;
}

Deno.test("groups lists the numbers of the bits that are set, the first bit being group 1", () => {
  const groupsOf = (bytes: readonly number[]) => flowOf(payload(0, 7, 1, attribute(1, bytes)))["groups"];
  assertEquals(groupsOf([0x01]), [1]);
  assertEquals(groupsOf([0x80, 0x01]), [8, 9]);
  assertEquals(groupsOf([0, 0, 0, 0x80, 0x01, 0, 0, 0]), [32, 33]);
  assertEquals(groupsOf([...new Array(15).fill(0), 0x81]), [121, 128]);
  assertEquals(groupsOf([0xff]), [1, 2, 3, 4, 5, 6, 7, 8]);
  assertEquals(groupsOf([0, 0, 0, 0, 0, 0, 0, 0]), []);
  assertEquals(groupsOf([]), []);
});

Deno.test("rx_ring and tx_ring, which kernels before 4.6 have, are objects", () => {
  const ring = (first: number) => join(...[0, 1, 2, 3].map((i) => bytesOf(first + i, 4)));
  const flow = flowOf(payload(0, 7, 1, attribute(2, ring(10)), attribute(3, ring(20))));
  assertEquals(flow["rx_ring"], { block_size: 10, block_nr: 11, frame_size: 12, frame_nr: 13 });
  assertEquals(flow["tx_ring"], { block_size: 20, block_nr: 21, frame_size: 22, frame_nr: 23 });
});

Deno.test("what the program does not know of a netlink socket is kept", () => {
  const flow = flowOf(payload(17, 3, 1, attribute(4, bytesOf(0x42, 4)), attribute(7, [1])));
  assertEquals([flow["netlink_protocol"], flow["netlink_protocol_raw"]], ["unknown", 17]);
  assertEquals([flow["flags"], flow["flags_raw"]], [["pktinfo"], 0x42]);
  assertEquals(flow["state"], "syn-recv");
  assertEquals(flow["unknown"], [{ type: 7, hex: "01" }]);
});

Deno.test("a netlink socket that was connected and is no longer is unconnected, and chosen as such", () => {
  const bytes = payload(0, 0, 1);
  assertEquals(flowOf(bytes)["state"], "unconnected");
  const view = new DataView(bytes.buffer);
  assertEquals(netlink.stateOf!(view, 0, bytes.length), 7);
  assertEquals(netlink.stateOf!(view, 0, 3), -1);
});

Deno.test("runPlan chooses netlink sockets by their states, which the kernel does not do", () => {
  const cookies = (states: number | null) =>
    collect(openRecording("netlink.k618"), planFor(netlink, states)).flows.map(({ cookie }) => cookie);
  assertEquals(cookies(1 << 1), ["0x394be"]);
  const all = cookies(0x2fff);
  assertEquals(cookies(1 << 7), all.filter((cookie) => cookie !== "0x394be"));
  assertEquals(cookies(null), all);
  assertEquals(cookies(1 << 10), []);
});

const socket = (cookie: number, flags = 2) => message(20, flags, payload(0, 7, cookie));

Deno.test("Dump.step passes over netlink sockets that come again, in the same datagram or a later one", () => {
  const source = new ScriptedSource([[
    datagram(socket(1), socket(2), socket(1)),
    datagram(socket(2), socket(3)),
    done(),
  ]]);
  const { flows, outcome } = collect(source, planFor(netlink));
  assertEquals(flows.map(({ cookie }) => cookie), ["0x1", "0x2", "0x3"]);
  assertEquals([outcome.records, outcome.warnings], [3, []]);
});

Deno.test("Dump.step shows netlink sockets again when it starts over, and in a later run", () => {
  const source = new ScriptedSource([
    [datagram(socket(1), socket(2, 2 | NLM_F_DUMP_INTR)), done()],
    [datagram(socket(1), socket(2), socket(1)), done()],
  ]);
  for (let run = 0; run < 2; run++) {
    const { flows } = collect(source, planFor(netlink));
    assertEquals(flows.map(({ cookie }) => cookie), ["0x1", "0x2"]);
  }
  assertEquals(source.requests.length, 3);
});

Deno.test("Dump.step shows netlink sockets that have no cookie each time", () => {
  const { flows } = collect(new ScriptedSource([[datagram(socket(0), socket(0)), done()]]), planFor(netlink));
  assertEquals(flows.length, 2);
});

Deno.test("Dump.step refuses a netlink socket's message that is too short", () => {
  for (const length of [1, 3, 4, 27]) {
    const short = message(20, 2, payload(0, 7, 1).slice(0, length));
    const { flows, outcome } = collect(new ScriptedSource([[datagram(socket(1), short), done()]]), {
      ...planFor(netlink),
    });
    // Without its state it is none that was asked for.
    assertEquals([flows.length, outcome.failed], [1, length < 4 ? 0 : 1], `${length}`);
    if (length >= 4) assert(outcome.errors[0] instanceof DecodeError);
  }
});

Deno.test("CookieSet.add says of each cookie once that it is new, however many there are", () => {
  const set = new CookieSet(0);
  const halves = Array.from({ length: 20_000 }, (_, i) => [(i % 1000) - 500, Math.floor(i / 1000) - 10] as const);
  const isZero = ([low, high]: readonly [number, number]) => low === 0 && high === 0;
  for (const pair of halves) assertEquals(set.addCookie(...pair), true, pair.join(" "));
  for (const pair of halves) assertEquals(set.addCookie(...pair), isZero(pair), pair.join(" "));
  set.clear();
  for (const pair of halves) assertEquals(set.addCookie(...pair), true, pair.join(" "));
});

for (const kernel of KERNELS) {
  Deno.test(`netlink's decoder, given the messages of netlink.${kernel} cut at every byte, gives a part or a DecodeError`, () => {
    let parts = 0;
    for (const bytes of recordedPayloads(`netlink.${kernel}`)) {
      const whole = eventsOf(netlink, bytes);
      assert(!(whole instanceof DecodeError));
      for (let length = 0; length < bytes.length; length++) {
        const events = eventsOf(netlink, bytes.slice(0, length));
        if (events instanceof DecodeError) {
          assert(events.offset <= length);
          continue;
        }
        assert(length >= NETLINK_DIAG_MSG.size);
        let from = 0;
        for (const event of events) {
          const place = whole.indexOf(event, from);
          assert(place >= 0, `${event} of ${length} bytes`);
          from = place + 1;
        }
        parts++;
      }
    }
    assert(parts > 50, `${parts}`);
  });
}

Deno.test("netlink's decoder takes attributes that are cut at every byte", () => {
  for (const { number, name } of netlinkAttributes().attributes) {
    for (let length = 0; length <= 40; length++) {
      const events = eventsOf(netlink, payload(0, 7, 1, attribute(number, new Uint8Array(length).fill(0x55))));
      assert(Array.isArray(events), `${name} of ${length} bytes`);
    }
  }
});

Deno.test("--netlink and -f netlink choose netlink sockets", async () => {
  for (const args of [["--netlink"], ["-f", "netlink"], ["-A", "netlink", "-a"]]) {
    const command = await parseCommand(args);
    assert(command.action === "dump");
    assertEquals(command.plan.families, [netlink]);
  }
});
