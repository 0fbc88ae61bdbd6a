/** SCTP: layouts and words of the kernel's interface, endpoints and associations of a recording, addresses of every family. */
import { familyCalled } from "../../../../decode/families/all_families.ts";
import { assert, assertEquals } from "@std/assert";
import { AF_INET, AF_INET6 } from "../../../../decode/kernel/address_family.ts";
import { walkAttributes } from "../../../../decode/netlink/attribute.ts";
import { INET_DIAG_INFO, INET_DIAG_LOCALS, INET_DIAG_PEERS } from "../../../../decode/families/inet/inet_constants.ts";
import { IPPROTO_SCTP, SCTP_ASSOCIATION_MSG, sctpAttributes, sctpInfo } from "../../../../decode/families/inet/sctp.ts";
import { CONNECTED_STATES, tcpStateWords } from "../../../../decode/kernel/tcp_states.ts";
import type { FieldObject, FlowObject } from "../../../../decode/record/object_sink.ts";
import { EventLog } from "../../event_log.ts";
import { at, collect } from "../../flows.ts";
import {
  assertCommon,
  familyFlows,
  flowWith,
  itemsOf,
  layoutPlaces,
  planFor,
  readTruth,
  replayedLines,
  testRecording,
  uapi,
  uapiPlaces,
  wordsAt,
} from "../../inet_recordings.ts";
import { recordedPayloads } from "../../recorded_family.ts";
import { wordsOf } from "../../layouts.ts";
import { attribute, bytesOf, datagram, done, join, message, socketPayload } from "../../messages.ts";
import { ScriptedSource } from "../../scripted_source.ts";

const sctp = familyCalled("sctp");

const PADDING = /^(__reserved\d|sin_zero|__pad|__data|__align)$/;

Deno.test("struct sctp_info and the socket addresses lie as in the interface table", () => {
  assertEquals(layoutPlaces(sctpInfo(6018)), uapiPlaces(uapi.structs["sctp_info"]!.fields));
  assertEquals(sctpInfo(6018).size, uapi.structs["sctp_info"]!.size);
  let compared = 0;
  for (const layout of sctp.describe().layouts.filter(({ name }) => name.includes("sockaddr"))) {
    const struct = uapi.structs[layout.name]!;
    // An address of IPv4 stands in a row with room for one of IPv6.
    const places = layoutPlaces(layout).map(([name, offset, size]) =>
      [name, offset, name === "sin_addr" ? 4 : size] as const
    );
    assertEquals(places, uapiPlaces(struct.fields).filter(([name]) => !PADDING.test(name)));
    compared++;
  }
  assertEquals(compared, 9);
});

Deno.test("the numbers of sctp are those of the interface table", () => {
  assertEquals(IPPROTO_SCTP, uapi.constants["ipproto"]!["IPPROTO_SCTP"]);
  const { INET_DIAG_LOCALS: locals, INET_DIAG_PEERS: peers } = uapi.attributes["inet_diag_response"]!;
  assertEquals([INET_DIAG_LOCALS, INET_DIAG_PEERS], [locals, peers]);
});

Deno.test("states, timers and styles of sctp have a word for each number of the interface table", () => {
  const states = wordsAt("sctp_state", {
    SCTP_STATE_CLOSED: "closed",
    SCTP_STATE_COOKIE_WAIT: "cookie-wait",
    SCTP_STATE_COOKIE_ECHOED: "cookie-echoed",
    SCTP_STATE_ESTABLISHED: "established",
    SCTP_STATE_SHUTDOWN_PENDING: "shutdown-pending",
    SCTP_STATE_SHUTDOWN_SENT: "shutdown-sent",
    SCTP_STATE_SHUTDOWN_RECEIVED: "shutdown-received",
    SCTP_STATE_SHUTDOWN_ACK_SENT: "shutdown-ack-sent",
  });
  assertEquals(wordsOf(SCTP_ASSOCIATION_MSG, "state"), states);
  assertEquals(wordsOf(sctpInfo(0), "state"), states);
  assertEquals(
    wordsOf(SCTP_ASSOCIATION_MSG, "timer"),
    wordsAt("sctp_event_timeout", {
      SCTP_EVENT_TIMEOUT_NONE: "off",
      SCTP_EVENT_TIMEOUT_T1_COOKIE: "t1-cookie",
      SCTP_EVENT_TIMEOUT_T1_INIT: "t1-init",
      SCTP_EVENT_TIMEOUT_T2_SHUTDOWN: "t2-shutdown",
      SCTP_EVENT_TIMEOUT_T3_RTX: "t3-rtx",
      SCTP_EVENT_TIMEOUT_T4_RTO: "t4-rto",
      SCTP_EVENT_TIMEOUT_T5_SHUTDOWN_GUARD: "t5-shutdown-guard",
      SCTP_EVENT_TIMEOUT_HEARTBEAT: "heartbeat",
      SCTP_EVENT_TIMEOUT_RECONF: "reconf",
      SCTP_EVENT_TIMEOUT_PROBE: "probe",
      SCTP_EVENT_TIMEOUT_SACK: "sack",
      SCTP_EVENT_TIMEOUT_AUTOCLOSE: "autoclose",
    }),
  );
  assertEquals(
    wordsOf(sctpInfo(0), "p_state"),
    wordsAt("sctp_spinfo_state", {
      SCTP_INACTIVE: "inactive",
      SCTP_PF: "potentially-failed",
      SCTP_ACTIVE: "active",
      SCTP_UNCONFIRMED: "unconfirmed",
    }),
  );
  assertEquals(
    wordsOf(sctpInfo(0), "s_type"),
    wordsAt("sctp_socket_type", {
      SCTP_SOCKET_UDP: "one-to-many",
      SCTP_SOCKET_UDP_HIGH_BANDWIDTH: "one-to-many-high-bandwidth",
      SCTP_SOCKET_TCP: "one-to-one",
    }),
  );
});

Deno.test("sctp_info.peer_capable names bits by the kernel's release, and those that changed not at all if it is unknown", () => {
  const words = (release: number) => Array.from(wordsOf(sctpInfo(release), "peer_capable"), (word) => word ?? null);
  assertEquals(words(6001)[3], "hostname_address");
  assertEquals([words(6003)[3], words(6003)[7]], ["reconf", "intl"]);
  assertEquals([words(0)[3], words(6001)[7] ?? null], [null, null]);
});

/** Without the list of peers, a cut message does not show which kind it is, so its words are unknown too. */
const withoutKind = (events: string[]) =>
  events.includes("association true")
    ? events
    : events.filter((event) => !/^(association|state|timer|uid|sctp_info\.\S+) /.test(event));

testRecording(sctp, "sctp4.k61", 17, withoutKind);

const flowsOf = () => familyFlows(sctp, "sctp4.k61");
const isAssociation = (flow: FlowObject) => flow["association"] === true;
const addresses = (flow: FlowObject, field: string) =>
  (flow[field] as FieldObject[] | undefined)?.map(({ family, address, port }) => `${family} ${address} ${port}`);

Deno.test("sctp4.k61: every endpoint agrees with the ground truth", () => {
  const endpoints = flowsOf().filter((flow) => !isAssociation(flow));
  // A socket that is bound and neither listens nor has an association is not listed.
  const truths = readTruth("k61", "sctp4", ["sctp4.bound"]);
  assertEquals([truths.length, endpoints.length], [9, 9]);
  for (const truth of truths) {
    const flow = flowWith(endpoints, truth.ino);
    assertCommon(flow, truth);
    const listens = /listener$|many$/.test(truth.name);
    assertEquals(flow["state"], listens ? "listening" : "established", truth.name);
    assertEquals([flow["peers"], at(flow, "sctp_info.tag"), flow["timer"]], [undefined, undefined, "off"]);
    assertEquals(at(flow, "sctp_info.s_type"), truth.name === "sctp4.many" ? "one-to-many" : "one-to-one");
    const multihomed = truth.name.startsWith("sctp4.multihome");
    const port = flow["src_port"];
    assertEquals(addresses(flow, "locals"), [
      `inet 127.0.0.1 ${port}`,
      ...multihomed ? [`inet 10.99.0.1 ${port}`] : [],
    ], truth.name);
  }
  const listener = flowWith(endpoints, truths.find(({ name }) => name === "sctp4.pair.listener")!.ino);
  assertEquals([listener["backlog"], listener["backlog_limit"]], [0, 5]);
});

Deno.test("sctp4.k61: associations follow their endpoints, with inode, cookie and ports of them", () => {
  const flows = flowsOf();
  let endpoint = flows[0]!;
  let associations = 0;
  for (const flow of flows) {
    if (!isAssociation(flow)) {
      endpoint = flow;
      continue;
    }
    associations++;
    assertEquals([flow["inode"], flow["cookie"], flow["src_port"], flow["mark"], flow["uid"]], [
      endpoint["inode"],
      endpoint["cookie"],
      endpoint["src_port"],
      endpoint["mark"],
      endpoint["uid"],
    ]);
    assertEquals([flow["state"], at(flow, "sctp_info.state"), flow["cong_algo"]], [
      "established",
      "established",
      "reno",
    ]);
    assertEquals(at(flow, "sctp_info.s_type"), undefined);
    // One that is established has the other's tag, and a primary path to it.
    const peer = flows.find((other) =>
      isAssociation(other) && other["src_port"] === flow["dst_port"] && other["dst_port"] === flow["src_port"]
    )!;
    assertEquals(at(flow, "sctp_info.tag"), at(peer, "sctp_info.peer_tag"));
    assertEquals(at(flow, "sctp_info.p_address"), {
      family: "inet",
      address: flow["dst"],
      port: flow["dst_port"],
    });
    assertEquals(addresses(flow, "peers"), addresses(peer, "locals"));
    assertEquals(at(flow, "sctp_info.p_state"), "active");
  }
  assertEquals(associations, 8);
  // The server has a message of 16 and one of 3 bytes unread.
  const server = flows.find((flow) => isAssociation(flow) && flow["src_port"] === 25001)!;
  assertEquals([server["recv_q"], at(server, "sctp_info.iodchunks")], [483, 2n]);
});

Deno.test("sctp4-many.k61: an endpoint of several associations is there once, though the kernel sent it twice", () => {
  const sent = recordedPayloads("sctp4-many.k61").length;
  const flows = familyFlows(sctp, "sctp4-many.k61");
  assertEquals([sent, flows.length], [14, 13]);
  const endpoints = flows.filter((flow) => !isAssociation(flow));
  assertEquals(new Set(endpoints.map(({ cookie }) => cookie)).size, endpoints.length);
  const many = flows.filter(({ src_port }) => src_port === 25003);
  assertEquals(many.map((flow) => [flow["state"], flow["dst_port"], flow["association"]]), [
    ["listening", 0, false],
    ["established", 25503, true],
    ["established", 25603, true],
  ]);
});

Deno.test("sctp4.k61: sctp_info and addresses have the values that ss printed", () => {
  const lines = replayedLines("sctp4.k61");
  const flows = flowsOf();
  assertEquals(lines.length, flows.length);
  const list = (flow: FlowObject, field: string) =>
    (flow[field] as FieldObject[] | undefined)?.map(({ address }) => address).join(",");
  const names: Readonly<Record<string, string>> = {
    rwnd: "rwnd",
    unackdata: "unackdata",
    penddata: "penddata",
    instrms: "instrms",
    outstrms: "outstrms",
    inqueue: "inqueue",
    outqueue: "outqueue",
    overerr: "overall_error",
    maxburst: "max_burst",
    maxseg: "maxseg",
    prwnd: "peer_rwnd",
    autoclose: "s_autoclose",
    adapind: "s_adaptation_ind",
    pdpoint: "s_pd_point",
    fraginl: "s_frag_interleave",
  };
  const bit = (word: unknown, words: readonly (string | undefined)[]) => 1 << words.indexOf(String(word));
  const set = (info: FieldObject, field: string) =>
    (info[field] as string[] | undefined)?.reduce((sum, word) => sum | bit(word, wordsOf(sctpInfo(6001), field)), 0);
  lines.forEach((line, i) => {
    const flow = flows[i]!;
    const info = flow["sctp_info"] as FieldObject;
    const items = itemsOf(line);
    const shown = (value: unknown, radix = 10) =>
      value === undefined || Number(value) === 0 ? undefined : (value as number).toString(radix);
    assertEquals([list(flow, "locals"), list(flow, "peers")], [items["locals"], items["peers"]]);
    assertEquals([items["tag"], items["ptag"]], [shown(info["tag"], 16), shown(info["peer_tag"], 16)]);
    for (const [item, field] of Object.entries(names)) {
      assertEquals(shown(info[field]), items[item], `${item} in ${line}`);
    }
    assertEquals(items["v4mapped"], info["s_v4mapped"] === true ? "1" : undefined);
    // These two are hexadecimal.
    for (const [item, field] of [["pcapable", "peer_capable"], ["psack", "peer_sack"]] as const) {
      assertEquals(shown(set(info, field)), items[item], `${item} in ${line}`);
    }
    assertEquals(line.trim().startsWith("`-"), isAssociation(flow));
    const [recvQ, sendQ] = line.replace("`-", "").trim().split(/\s+/).slice(1);
    assertEquals([String(flow["recv_q"]), String(flow["send_q"])], [recvQ, sendQ]);
  });
});

/** A `struct sockaddr_storage`. */
function storage(family: number, port: number, rest: readonly number[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(128);
  bytes.set(join(bytesOf(family, 2), [port >> 8, port & 0xff], rest));
  return bytes;
}

const v6 = [0, 0, 0, 0, 0xfe, 0x80, ...new Array(13).fill(0), 1, ...bytesOf(7, 4)];

/** The flow that a message with these attributes becomes. */
function flowOf(fixed: readonly number[], ...attributes: Uint8Array[]): FlowObject {
  const payload = socketPayload({ attributes });
  payload.set(fixed);
  const source = new ScriptedSource([[datagram(message(20, 0, payload)), done()]]);
  const { flows, outcome } = collect(source, planFor(sctp));
  assertEquals(outcome.warnings, []);
  return flows[0]!;
}

Deno.test("sctp shows addresses of IPv4, of IPv6 with their interface, and those of other families as bytes", () => {
  const flow = flowOf(
    [AF_INET, 3],
    attribute(INET_DIAG_PEERS, join(storage(AF_INET, 8080, [192, 0, 2, 9]), storage(AF_INET6, 443, v6))),
    attribute(INET_DIAG_LOCALS, storage(77, 1, [2, 3])),
  );
  assertEquals(flow["peers"], [
    { family: "inet", address: "192.0.2.9", port: 8080 },
    { family: "inet6", address: "fe80::1", port: 443, scope_id: 7 },
  ]);
  const [other] = flow["locals"] as FieldObject[];
  assertEquals([other!["family"], other!["family_raw"], String(other!["data"])], [
    "unknown",
    77,
    `00010203${"00".repeat(122)}`,
  ]);
});

Deno.test("sctp reads the state of an association by its own numbers, and of an endpoint by TCP's", () => {
  const peers = attribute(INET_DIAG_PEERS, storage(AF_INET, 8080, [192, 0, 2, 9]));
  for (const [number, word] of wordsOf(SCTP_ASSOCIATION_MSG, "state").entries()) {
    const association = flowOf([AF_INET, number, 4, 2], peers);
    assertEquals([association["state"], association["association"]], [word, true]);
    assertEquals([association["timer"], association["retrans"], association["expires"]], ["t3-rtx", 2, 0]);
    // State 6 is TIME-WAIT in TCP, which has no owner.
    assertEquals(association["uid"], 0);
  }
  for (const number of [1, 2, 7, 8, 10]) {
    const endpoint = flowOf([AF_INET, number, 0]);
    assertEquals([endpoint["state"], endpoint["association"]], [tcpStateWords[number], false]);
  }
});

Deno.test("sctp keeps bytes behind the known part of sctp_info, and shows less of a shorter one", () => {
  for (const isAssociation of [false, true]) {
    const walk = (length: number) => {
      const info = new Uint8Array(length).fill(1);
      info.set(storage(AF_INET, 5, [1, 2, 3, 4]).subarray(0, Math.max(0, length - 168)), Math.min(168, length));
      const bytes = attribute(INET_DIAG_INFO, info);
      const log = new EventLog();
      walkAttributes(sctpAttributes(6018, isAssociation), new DataView(bytes.buffer), bytes, 0, bytes.length, log);
      return log.events;
    };
    assertEquals(walk(372).at(-1), "sctp_info_extra 1.1.1.1");
    const whole = walk(368);
    assertEquals(whole.some((event) => event.startsWith("sctp_info.p_address.address 1.2.3.4")), isAssociation);
    for (const length of [0, 52, 56, 168, 295]) {
      const events = walk(length);
      assert(events.length < whole.length && !events.some((event) => event.includes("p_address")), `${length} bytes`);
    }
  }
});

Deno.test("sctp shows connections by default, and leaves the choice to the kernel", () => {
  assertEquals([sctp.defaultStates, sctp.stateOf, sctp.kernelFiltersStates], [CONNECTED_STATES, null, true]);
});
