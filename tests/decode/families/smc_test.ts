/**
 * SMC sockets: recorded ones against their ground truth; hand-made connections over RDMA and within a machine, which no
 * recording has; numbers and words against the interface table; cut messages.
 */
import { familyCalled } from "../../../decode/families/all_families.ts";
import { assert, assertEquals } from "@std/assert";
import { AF_SMC } from "../../../decode/kernel/address_family.ts";
import { DecodeError } from "../../../decode/kernel/errors.ts";
import type { Plan } from "../../../decode/plan/plan.ts";
import * as decoder from "../../../decode/families/smc.ts";
import {
  SMC_DIAG_CONNINFO_LAYOUT,
  SMC_DIAG_FALLBACK_LAYOUT,
  SMC_DIAG_LGRINFO_LAYOUT,
  SMC_DIAG_LINKINFO,
  SMC_DIAG_MSG,
  smcAttributes,
  SMCD_DIAG_DMBINFO,
} from "../../../decode/families/smc.ts";
import {
  ALL_STATES,
  BOUND_INACTIVE_STATES,
  CONNECTED_STATES,
  LISTENING_STATES,
  tcpStateWords,
} from "../../../decode/kernel/tcp_states.ts";
import type { FlowObject } from "../../../decode/record/object_sink.ts";
import { openRecording, readExchanges, readFixture } from "../../pcap_source.ts";
import { assertEveryCut, eventsOf, recordedPayloads } from "../every_cut.ts";
import { collect, printed } from "../flows.ts";
import { interfaceTable, layoutPlaces, offsetIn, tablePlaces, wordsByNumber } from "../interface_table.ts";
import { wordsOf } from "../layouts.ts";
import { ascii, attribute, bytesOf, datagram, done, join, message } from "../messages.ts";
import { ScriptedSource } from "../scripted_source.ts";

const smc = familyCalled("smc");

const plan: Plan = { families: [smc], addressFamilies: [2], states: ALL_STATES, bpfMaps: false, named: true };
const decode = smc.openDecoder(6001);

function recorded(states: number | null = ALL_STATES): FlowObject[] {
  const { flows, outcome } = collect(openRecording("smc.k61"), { ...plan, states });
  assertEquals(outcome.warnings, []);
  return flows;
}

interface Truth {
  readonly name: string;
  readonly ino: number;
  readonly uid: number;
  readonly cookie: string;
  readonly local: string;
  readonly peer?: string;
}

const truths: readonly Truth[] = new TextDecoder().decode(readFixture("truth.k61.jsonl")).trim().split("\n")
  .map((line) => JSON.parse(line)).filter(({ name }) => name.startsWith("smc."));

/** What the notes of the ground truth say, by the last part of the name. */
const noted: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  listener: { state: "listening", smc_state: "listen", mode: "smcr" },
  // No device at the client, which the server is told.
  client: {
    state: "established",
    smc_state: "active",
    mode: "fallback",
    fallback: { reason: "0x3030000", peer_diagnosis: "0x0" },
  },
  server: {
    state: "established",
    smc_state: "active",
    mode: "fallback",
    fallback: { reason: "0x5000000", peer_diagnosis: "0x3030000" },
  },
  fresh: { state: "unconnected", smc_state: "init", mode: "smcr" },
};

/** Address and port of `127.0.0.1:27001` or `[::1]:27011`. */
function parseEndpoint(text: string): [address: string, port: number] {
  const at = text.lastIndexOf(":");
  return [text.slice(0, at).replace(/[[\]]/g, ""), Number(text.slice(at + 1))];
}

Deno.test("smc.k61: every socket of the ground truth is there, with exactly the fields and values that it had", () => {
  const flows = recorded();
  assertEquals(truths.length, 7);
  assertEquals(flows.length, 7);
  for (const { name, ino, uid, cookie, local, peer } of truths) {
    const [src, src_port] = parseEndpoint(local);
    const unconnected = [src.includes(":") ? "::" : "0.0.0.0", 0] as const;
    const [dst, dst_port] = peer === undefined ? unconnected : parseEndpoint(peer);
    const flow = flows.find(({ inode }) => inode === ino)!;
    const expected = {
      protocol: "SMC",
      family: "smc",
      src,
      src_port,
      dst,
      dst_port,
      iface_idx: 0,
      uid,
      inode: ino,
      // Once it has fallen back, getsockopt() tells the number of the TCP socket.
      cookie: peer === undefined ? `0x${BigInt(`0x${cookie}`).toString(16)}` : flow["cookie"],
      shutdown: 0,
      shutdown_names: [],
      fallback: { reason: "0x0", peer_diagnosis: "0x0" },
      ...noted[name.split(".").at(-1)!],
    };
    assertEquals(flow, expected as unknown as FlowObject, name);
  }
});

Deno.test("smc.k61: no field says that something is not known", () => {
  assert(!/unknown|_extra|_raw|_hex|inode64/.test(printed("ndjson", openRecording("smc.k61"), plan)));
});

Deno.test("smc shows connections by default, listeners with -l, and asks nothing where it has none of the states", () => {
  const shown = (states: number | null) => recorded(states).map(({ smc_state }) => smc_state).sort();
  const active = ["active", "active", "active", "active"];
  assertEquals(shown(null), active);
  assertEquals(shown(CONNECTED_STATES), active);
  assertEquals(shown(LISTENING_STATES), ["init", "listen", "listen"]);
  assertEquals(shown(ALL_STATES), [...active, "init", "listen", "listen"]);
  assertEquals(smc.encodeRequests({ ...plan, states: BOUND_INACTIVE_STATES }), []);
});

/** The payload of a socket's message: `struct smc_diag_msg` with members set by name, and attributes. */
function socketPayload(
  members: Readonly<Record<string, Uint8Array | readonly number[]>>,
  ...attributes: readonly Uint8Array[]
): Uint8Array<ArrayBuffer> {
  const fixed = new Uint8Array(64);
  fixed[0] = AF_SMC;
  for (const [member, bytes] of Object.entries(members)) fixed.set(bytes, offsetIn("smc_diag_msg", member));
  return join(fixed, ...attributes);
}

/** The flow that a payload makes. */
function flowOf(payload: Uint8Array): FlowObject {
  const { flows, outcome } = collect(new ScriptedSource([[datagram(message(20, 2, payload), done())]]), plan);
  assertEquals(outcome.warnings, []);
  assertEquals(flows.length, 1);
  return flows[0]!;
}

/** A structure of the interface table with members set by name. */
function struct(name: string, members: Readonly<Record<string, Uint8Array>>): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(interfaceTable.structs[name]!.size);
  for (const [member, value] of Object.entries(members)) bytes.set(value, offsetIn(name, member));
  return bytes;
}

const cursors = ["rx_prod", "rx_cons", "tx_prod", "tx_cons", "tx_prep", "tx_sent", "tx_fin"];
const connInfo = struct("smc_diag_conninfo", {
  token: bytesOf(0xfedcba98, 4),
  sndbuf_size: bytesOf(65536, 4),
  rmbe_size: bytesOf(131072, 4),
  peer_rmbe_size: bytesOf(262144, 4),
  ...Object.fromEntries(cursors.flatMap((name, i) => [
    [`${name}.wrap`, bytesOf(i + 1, 2)],
    [`${name}.count`, bytesOf(1000 * (i + 1), 4)],
  ])),
  rx_prod_flags: bytesOf(0x80, 1),
  rx_conn_state_flags: bytesOf(0x60, 1),
  tx_prod_flags: bytesOf(0x78, 1),
  tx_conn_state_flags: bytesOf(0x80, 1),
});

const link = struct("smc_diag_linkinfo", {
  link_id: bytesOf(3, 1),
  ibname: ascii("rxe0"),
  ibport: bytesOf(1, 1),
  gid: ascii("0000:0000:0000:0000:0000:ffff:0a62:0001"),
  peer_gid: ascii("fe80:0000:0000:0000:0000:0000:0000:0002"),
});
const lgrInfo = join(link, [1]);

Deno.test("smc shows the buffers and links of a connection over RDMA, every member of them", () => {
  const payload = socketPayload(
    { diag_state: [1], diag_inode: bytesOf(4000000000, 8), diag_uid: bytesOf(1000, 4), "id.idiag_if": [2] },
    attribute(3, [3]),
    attribute(5, struct("smc_diag_fallback", {})),
    attribute(1, connInfo),
    attribute(2, lgrInfo),
  );
  assertEquals(flowOf(payload), {
    protocol: "SMC",
    family: "smc",
    state: "established",
    smc_state: "active",
    mode: "smcr",
    src: "0.0.0.0",
    src_port: 0,
    dst: "0.0.0.0",
    dst_port: 0,
    iface_idx: 2,
    uid: 1000,
    cookie: "0x0",
    inode: 4000000000,
    shutdown: 3,
    shutdown_names: ["receive", "send"],
    fallback: { reason: "0x0", peer_diagnosis: "0x0" },
    conninfo: {
      token: 0xfedcba98,
      sndbuf_size: 65536,
      rmbe_size: 131072,
      peer_rmbe_size: 262144,
      ...Object.fromEntries(cursors.flatMap((name, i) => [
        [`${name}_wrap`, i + 1],
        [`${name}_count`, 1000 * (i + 1)],
      ])),
      rx_prod_flags: ["write_blocked"],
      rx_conn_state_flags: ["peer_conn_abort", "peer_conn_closed"],
      tx_prod_flags: ["failover_validation", "cons_curs_upd_req", "urg_data_present", "urg_data_pending"],
      tx_conn_state_flags: ["peer_done_writing"],
    },
    lgrinfo: {
      role: "server",
      lnk: [{
        link_id: 3,
        ibport: 1,
        ibname: "rxe0",
        gid: "0000:0000:0000:0000:0000:ffff:0a62:0001",
        peer_gid: "fe80:0000:0000:0000:0000:0000:0000:0002",
      }],
    },
  });
});

const dmbInfo = struct("smcd_diag_dmbinfo", {
  linkid: bytesOf(0x80000001, 4),
  peer_gid: bytesOf(0x1122334455667788n, 8),
  my_gid: bytesOf(0x99n, 8),
  token: bytesOf(0xffffffffffffffffn, 8),
  peer_token: bytesOf(1n, 8),
  peer_gid_ext: bytesOf(0xabn, 8),
  my_gid_ext: bytesOf(0xcdn, 8),
});

Deno.test("smc shows the buffers of a connection within a machine in all forms that kernels send", () => {
  const older = {
    linkid: 0x80000001,
    peer_gid: "0x1122334455667788",
    my_gid: "0x99",
    token: "0xffffffffffffffff",
    peer_token: "0x1",
  };
  const forms = new Map<number, unknown>([
    [40, older],
    [56, { ...older, peer_gid_ext: "0xab", my_gid_ext: "0xcd" }],
  ]);
  const sizes = interfaceTable.structs["smcd_diag_dmbinfo"]!.sizesByKernel!.map(({ size }) => size);
  assertEquals([...forms.keys()], sizes);
  for (const [size, expected] of forms) {
    const flow = flowOf(socketPayload({ diag_state: [1], diag_mode: [2] }, attribute(4, dmbInfo.subarray(0, size))));
    assertEquals([flow["mode"], flow["dmbinfo"]], ["smcd", expected] as unknown as FlowObject[]);
  }
});

Deno.test("smc tells addresses of IPv6 from those of IPv4 by the family, and where it is AF_SMC by their bytes", () => {
  const addresses = (family: number, src: readonly number[], dst: readonly number[] = []) => {
    const flow = flowOf(socketPayload({ diag_family: [family], "id.idiag_src": src, "id.idiag_dst": dst }));
    return [flow["family"], flow["src"], flow["dst"]];
  };
  const v6 = [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
  assertEquals(addresses(43, [192, 0, 2, 1], [192, 0, 2, 2]), ["smc", "192.0.2.1", "192.0.2.2"]);
  assertEquals(addresses(43, v6), ["smc", "2001:db8::1", "::"]);
  assertEquals(addresses(43, [], v6), ["smc", "::", "2001:db8::1"]);
  assertEquals(addresses(43, []), ["smc", "0.0.0.0", "0.0.0.0"]);
  // Made with IPPROTO_SMC, since 6.11.
  assertEquals(addresses(2, [192, 0, 2, 1]), ["inet", "192.0.2.1", "0.0.0.0"]);
  assertEquals(addresses(10, []), ["inet6", "::", "::"]);
});

Deno.test("smc keeps what it does not know, and shows a socket in an unknown state", () => {
  const payload = socketPayload(
    { diag_state: [99], diag_mode: [7], diag_inode: bytesOf(0x100000005n, 8) },
    attribute(1, join(connInfo, [1])),
    attribute(2, join(lgrInfo, [2])),
    attribute(4, join(dmbInfo, [4])),
    attribute(5, bytesOf(0, 9)),
    attribute(9, [5]),
  );
  const { flows } = collect(
    new ScriptedSource([[datagram(message(20, 2, payload), done())]]),
    { ...plan, states: null },
  );
  const flow = flows[0]!;
  assertEquals([flow["state"], flow["state_raw"], flow["smc_state"], flow["smc_state_raw"]], [
    "unknown",
    99,
    "unknown",
    99,
  ]);
  assertEquals([flow["mode"], flow["mode_raw"]], ["unknown", 7]);
  assertEquals([flow["inode"], flow["inode64"]], [undefined, 0x100000005n] as unknown as FlowObject[]);
  assertEquals(
    ["conninfo", "lgrinfo", "dmbinfo", "fallback"].map((name) => flow[`${name}_extra`]),
    ["01", "02", "04", "00"],
  );
  assertEquals(flow["unknown"], [{ type: 9, hex: "05" }]);
});

Deno.test("smc shows a device name that is not UTF-8 or fills its place, with the exact bytes beside it", () => {
  const name = join(new Uint8Array(63).fill(97), [0xff]);
  const bytes = join(lgrInfo);
  bytes.set(name, offsetIn("smc_diag_linkinfo", "ibname"));
  const { lgrinfo } = flowOf(socketPayload({ diag_state: [1] }, attribute(2, bytes)));
  const { lnk } = lgrinfo as unknown as { lnk: Record<string, unknown>[] };
  assertEquals(lnk[0]!["ibname"], `${"a".repeat(63)}\ufffd`);
  assertEquals(lnk[0]!["ibname_hex"], `${"61".repeat(63)}ff`);
  assertEquals(lnk[0]!["ibport"], 1);
});

Deno.test("smc takes messages cut at every byte: fewer fields, or a DecodeError", () => {
  const payloads = recordedPayloads("smc.k61");
  assertEquals(payloads.length, 7);
  payloads.push(socketPayload({}, attribute(1, connInfo), attribute(2, lgrInfo), attribute(4, dmbInfo)));
  for (const payload of payloads) {
    assertEveryCut(decode, payload);
    assert(eventsOf(decode, payload.subarray(0, 63)) instanceof DecodeError);
  }
});

Deno.test("smc takes payloads of attributes cut at every byte: fields are the same or not there", () => {
  for (
    const [number, payload] of [[1, connInfo], [2, lgrInfo], [4, dmbInfo], [5, bytesOf(-1, 8)], [3, [3]]] as const
  ) {
    const events = (length: number) => {
      const found = eventsOf(decode, socketPayload({}, attribute(number, payload.slice(0, length))));
      assert(Array.isArray(found));
      return found;
    };
    const whole = new Set(events(payload.length));
    let before = 0;
    for (let length = 0; length <= payload.length; length++) {
      const found = events(length);
      assert(found.every((event) => whole.has(event)), `attribute ${number} of ${length} bytes`);
      assert(found.length >= before);
      before = found.length;
    }
    assertEquals(before, whole.size);
  }
});

Deno.test("smc.encodeRequests lays struct smc_diag_req out as in the interface table, and asks as recorded", () => {
  const [request, ...others] = smc.encodeRequests({ ...plan, states: ALL_STATES });
  assertEquals(others, []);
  const { message } = request!;
  const ext = 16 + offsetIn("smc_diag_req", "diag_ext");
  const bits = interfaceTable.constants["smc_ext_bits"]!;
  assertEquals(message.length, 16 + interfaceTable.structs["smc_diag_req"]!.size);
  assertEquals(message[ext], bits["CONNINFO"]! | bits["LGRINFO"]! | bits["DMBINFO"]!);
  const expected = readExchanges(readFixture("smc.k61.pcap"))[0]!.request!.slice();
  expected.fill(0, 8, 12); // The sequence number.
  assertEquals(expected[ext], 0xff);
  expected[ext] = message[ext]!;
  assertEquals(message, expected);
});

for (
  const layout of [
    SMC_DIAG_MSG,
    SMC_DIAG_CONNINFO_LAYOUT,
    SMC_DIAG_LINKINFO,
    SMC_DIAG_LGRINFO_LAYOUT,
    SMCD_DIAG_DMBINFO,
    SMC_DIAG_FALLBACK_LAYOUT,
  ]
) {
  Deno.test(`struct ${layout.name} lies as in the interface table`, () => {
    assertEquals(layoutPlaces(layout), tablePlaces(layout.name));
    assertEquals(layout.size, interfaceTable.structs[layout.name]!.size);
  });
}

Deno.test("the constants of smc.ts have the values of the interface table, and every attribute is known", () => {
  const expected = Object.entries(interfaceTable.attributes["smc_diag"]!).filter(([, value]) => value !== 0);
  const actual = Object.entries(decoder).filter(([, value]) => typeof value === "number");
  assertEquals(Object.fromEntries(actual), Object.fromEntries(expected) as unknown as typeof decoder);
  assertEquals(
    smcAttributes.attributes.map(({ name, number }): [string, number] => [name, number]).sort(([, a], [, b]) => a - b),
    expected,
  );
  assertEquals(AF_SMC, interfaceTable.constants["address_families_tipc_smc"]!["AF_SMC"]);
});

const states: Readonly<Record<string, readonly [own: string, word: string]>> = {
  SMC_ACTIVE: ["active", "established"],
  SMC_INIT: ["init", "unconnected"],
  SMC_CLOSED: ["closed", "unconnected"],
  SMC_LISTEN: ["listen", "listening"],
  SMC_PEERCLOSEWAIT1: ["peer-close-wait-1", "fin-wait-1"],
  SMC_PEERCLOSEWAIT2: ["peer-close-wait-2", "fin-wait-2"],
  SMC_APPCLOSEWAIT1: ["app-close-wait-1", "close-wait"],
  SMC_APPCLOSEWAIT2: ["app-close-wait-2", "last-ack"],
  SMC_APPFINCLOSEWAIT: ["app-fin-close-wait", "closing"],
  SMC_PEERFINCLOSEWAIT: ["peer-fin-close-wait", "last-ack"],
  SMC_PEERABORTWAIT: ["peer-abort-wait", "closing"],
  SMC_PROCESSABORT: ["process-abort", "closing"],
};

Deno.test("state and smc_state have a word for each number of smc_state, and for no other; stateOf agrees", () => {
  const numbers = interfaceTable.constants["smc_state"]!;
  assertEquals(Object.keys(states), Object.keys(numbers));
  const column = (i: 0 | 1) => Object.fromEntries(Object.entries(states).map(([name, words]) => [name, words[i]]));
  assertEquals(Array.from(wordsOf(SMC_DIAG_MSG, "smc_state")), wordsByNumber("smc_state", column(0)));
  assertEquals(Array.from(wordsOf(SMC_DIAG_MSG, "state")), wordsByNumber("smc_state", column(1)));
  for (const [name, [, word]] of Object.entries(states)) {
    const payload = socketPayload({ diag_state: [numbers[name]!] });
    const state = smc.stateOf!(new DataView(payload.buffer), 0, payload.length);
    assertEquals(tcpStateWords[state], word, name);
  }
  assertEquals(smc.stateOf!(new DataView(new ArrayBuffer(4)), 0, 1), -1);
});

Deno.test("mode, role and flags of smc have a word for each number or bit of the interface table, and for no other", () => {
  assertEquals(
    wordsOf(SMC_DIAG_MSG, "mode"),
    wordsByNumber("smc_diag_mode", {
      SMC_DIAG_MODE_SMCR: "smcr",
      SMC_DIAG_MODE_FALLBACK_TCP: "fallback",
      SMC_DIAG_MODE_SMCD: "smcd",
    }),
  );
  assertEquals(
    wordsOf(SMC_DIAG_LGRINFO_LAYOUT, "role"),
    wordsByNumber("smc_lgr_role", { SMC_CLNT: "client", SMC_SERV: "server" }),
  );
  for (
    const [field, constants] of [["prod_flags", "smc_producer_flags"], ["conn_state_flags", "smc_conn_state_flags"]]
  ) {
    const expected: (string | undefined)[] = [];
    for (const [name, bit] of Object.entries(interfaceTable.constants[constants!]!)) expected[Math.log2(bit)] = name;
    for (const side of ["rx", "tx"]) {
      assertEquals(Array.from(wordsOf(SMC_DIAG_CONNINFO_LAYOUT, `${side}_${field}`)), Array.from(expected));
    }
  }
});
