/**
 * Recorded sockets against their ground truth, written by the program that opened them (`fixtures/truth.*.jsonl`).
 *
 * Of Linux 6.18 only sockets of IPv4 were recorded; those of IPv6 on 6.1 are in the answer to the old request, which
 * covers both families.
 */
import { assert, assertEquals } from "@std/assert";
import { tcpStateWords } from "../../../decode/kernel/tcp_states.ts";
import type { FlowObject } from "../../../decode/record/object_sink.ts";
import { readFixture } from "../../pcap_source.ts";
import { at, recordedFlows } from "../flows.ts";

interface Truth {
  readonly name: string;
  readonly ino?: number;
  readonly uid: number;
  readonly domain: number;
  readonly cookie: string;
  readonly local: string;
  readonly peer?: string;
  readonly mark: number;
  readonly rcvbuf: number;
  readonly sndbuf: number;
  readonly prio: number;
  readonly tos: number;
  readonly tclass?: number;
  readonly v6only?: number;
  readonly dev?: string;
  readonly cc: string;
  readonly ulp?: string;
  readonly state: number;
  readonly inq?: number;
  readonly outq?: number;
  readonly tcpi_unacked: number;
  readonly tcpi_sacked: number;
}

const AF_INET = 2;
const AF_INET6 = 10;
const ESTABLISHED = 1;
const CLOSE = 7;
const LISTEN = 10;

/** The sockets of TCP that a process held. */
function readTruth(kernel: string): Truth[] {
  const lines = new TextDecoder().decode(readFixture(`truth.${kernel}.jsonl`)).trim().split("\n");
  return lines.map((line): Truth => JSON.parse(line)).filter(({ name, ino }) =>
    /^tcp[46]\./.test(name) && ino !== undefined
  );
}

const truths = { k61: readTruth("k61"), k618: readTruth("k618") };

/** Sockets that the kernel does not list: never bound, and on 6.1 bound without listening or connecting. */
const unlisted = {
  k61: ["tcp4.bound", "tcp4.unbound", "tcp6.bound", "tcp6.unbound"],
  k618: ["tcp4.unbound"],
};

/** Sockets whose peer has closed: the kernel counts the FIN in recv_q, SIOCINQ does not. */
const afterFin = /\.(half\.server|lastack\.client)$/;

interface Case {
  readonly recording: string;
  readonly kernel: "k61" | "k618";
  readonly domains: readonly number[];
  readonly count: number;
}

const cases: readonly Case[] = [
  { recording: "tcp4.k61", kernel: "k61", domains: [AF_INET], count: 110 },
  { recording: "tcp4-smallbuf.k61", kernel: "k61", domains: [AF_INET], count: 110 },
  { recording: "tcp4-legacy.k61", kernel: "k61", domains: [AF_INET, AF_INET6], count: 224 },
  { recording: "tcp4.k618", kernel: "k618", domains: [AF_INET], count: 66 },
];

const endpoint = (flow: FlowObject, side: string) =>
  flow["family"] === "inet6" ? `[${flow[side]}]:${flow[`${side}_port`]}` : `${flow[side]}:${flow[`${side}_port`]}`;

/** Each socket of the ground truth with its flow, found by inode. */
function pairsOf({ recording, kernel, domains }: Case): { truth: Truth; flow: FlowObject }[] {
  const flows = recordedFlows(recording, { modern: true });
  return truths[kernel].filter(({ domain, name }) => domains.includes(domain) && !unlisted[kernel].includes(name)).map(
    (truth) => {
      const found = flows.filter((flow) => flow["inode"] === truth.ino);
      assertEquals(found.length, 1, `${truth.name} is there ${found.length} times`);
      return { truth, flow: found[0]! };
    },
  );
}

/** What the flow must hold for this socket, by path; `undefined` for what must be absent. */
const expectations: readonly [name: string, of: (truth: Truth, flow: FlowObject) => Record<string, unknown>][] = [
  ["user, state, cookie", ({ uid, state, cookie }) => ({
    protocol: "TCP",
    uid,
    state: tcpStateWords[state],
    cookie: `0x${BigInt(`0x${cookie}`).toString(16)}`,
  })],
  ["family, interface", ({ domain, dev }) => ({
    family: domain === AF_INET6 ? "inet6" : "inet",
    iface_idx: dev === undefined ? 0 : 1,
  })],
  ["mark, tos, tclass, class_id", ({ mark, tos, tclass, prio }) => ({ mark, tos, tclass, class_id: prio })],
  ["v6only, which the kernel sends for listeners only", ({ domain, v6only, state }) => ({
    v6only: domain === AF_INET6 && (state === LISTEN || state === CLOSE) ? v6only === 1 : undefined,
  })],
  ["congestion control, upper layer protocol", ({ cc, ulp, state }) => ({
    cong_algo: state === CLOSE ? undefined : cc,
    "ulp.name": ulp,
  })],
  ["limits of the buffers", ({ rcvbuf, sndbuf }) => ({ "skmeminfo.rcvbuf": rcvbuf, "skmeminfo.sndbuf": sndbuf })],
  ["backlog, and what getsockopt(TCP_INFO) said", ({ tcpi_unacked, tcpi_sacked, state }) => ({
    "tcp_info.state": state === CLOSE ? undefined : tcpStateWords[state],
    "tcp_info.unacked": state === CLOSE ? undefined : tcpi_unacked,
    "tcp_info.sacked": state === CLOSE ? undefined : tcpi_sacked,
    backlog: state === LISTEN ? tcpi_unacked : undefined,
    backlog_limit: state === LISTEN ? tcpi_sacked : undefined,
  })],
];

for (const test of cases) {
  Deno.test(`${test.recording}: every TCP socket of the ground truth is found once by its inode`, () => {
    assertEquals(pairsOf(test).length, test.count);
  });

  for (const [name, of] of expectations) {
    Deno.test(`${test.recording}: ${name} agree with the ground truth`, () => {
      for (const { truth, flow } of pairsOf(test)) {
        const expected = of(truth, flow);
        const actual = Object.fromEntries(Object.keys(expected).map((path) => [path, at(flow, path)]));
        assertEquals(actual, expected, truth.name);
      }
    });
  }

  Deno.test(`${test.recording}: local and remote addresses agree with the ground truth`, () => {
    let peers = 0;
    for (const { truth, flow } of pairsOf(test)) {
      assertEquals(endpoint(flow, "src"), truth.local, truth.name);
      if (truth.peer === undefined) continue;
      assertEquals(endpoint(flow, "dst"), truth.peer, truth.name);
      peers++;
    }
    assert(peers >= 38, `only ${peers} remote addresses compared`);
  });

  Deno.test(`${test.recording}: recv_q and send_q agree with SIOCINQ and SIOCOUTQ of the ground truth`, () => {
    let compared = 0;
    for (const { truth, flow } of pairsOf(test)) {
      const { name, state, inq, outq } = truth;
      if (state === LISTEN) {
        assertEquals([flow["recv_q"], flow["send_q"]], [truth.tcpi_unacked, truth.tcpi_sacked], name);
        continue;
      }
      assertEquals(flow["recv_q"], inq! + (afterFin.test(name) ? 1 : 0), name);
      if (name.endsWith(".deferconnect")) {
        // Nothing was sent and there is no initial sequence number yet: the kernel's difference means nothing.
        assertEquals([state, outq], [2, 0]);
      } else {
        // The SYN counts as one byte in the kernel's queue.
        assertEquals(flow["send_q"], outq! + (name.endsWith(".synsent") ? 1 : 0), name);
      }
      compared++;
    }
    assert(compared >= 40, `only ${compared} connections compared`);
  });
}

for (const [recording, kernel] of [["tcp4.k61", "k61"], ["tcp4.k618", "k618"]] as const) {
  Deno.test(`${recording}: sockets that the ground truth says are never listed are not there`, () => {
    const inodes = new Set(recordedFlows(recording).map((flow) => flow["inode"]));
    const hidden = truths[kernel].filter(({ name }) => unlisted[kernel].includes(name));
    assertEquals(hidden.length, unlisted[kernel].length);
    for (const { name, ino } of hidden) assert(!inodes.has(ino!), name);
  });
}

Deno.test("tcp4-legacy.k61 and tcp4.k61 show the same identity of every socket over IPv4", () => {
  const identities = (flows: readonly FlowObject[]) =>
    flows.filter((flow) => flow["family"] === "inet" && flow["inode"] !== 0 && flow["state"] !== tcpStateWords[6])
      .map((flow) =>
        [flow["inode"], flow["cookie"], flow["state"], endpoint(flow, "src"), endpoint(flow, "dst")].join(" ")
      )
      .sort();
  const old = identities(recordedFlows("tcp4-legacy.k61", { modern: true }));
  assertEquals(old, identities(recordedFlows("tcp4.k61")));
  assert(old.length > 110);
});

Deno.test("tcp4-noext.k61 shows the sockets of tcp4.k61 with nothing that must be asked for", () => {
  const bare = recordedFlows("tcp4-noext.k61");
  const full = recordedFlows("tcp4.k61");
  const cookies = (flows: readonly FlowObject[]) => flows.map((flow) => flow["cookie"]).sort();
  assertEquals(cookies(bare), cookies(full));
  const byCookie = new Map(full.map((flow) => [flow["cookie"], flow]));
  for (const flow of bare) {
    for (const path of ["tcp_info", "meminfo", "skmeminfo", "cong_algo", "tos", "class_id", "ulp", "md5sig"]) {
      assertEquals(flow[path], undefined, path);
    }
    for (const path of ["family", "src", "src_port", "dst", "dst_port", "uid", "inode", "mark", "cgroup_id"]) {
      assertEquals(flow[path], byCookie.get(flow["cookie"]!)![path], path);
    }
  }
});

Deno.test("tcp500.k61 shows 500 sockets with different cookies and both ends of each connection", () => {
  const flows = recordedFlows("tcp500.k61");
  assertEquals(flows.length, 500);
  assertEquals(new Set(flows.map((flow) => flow["cookie"])).size, 500);
  const connected = flows.filter((flow) => flow["state"] === tcpStateWords[ESTABLISHED]);
  const ends = new Set(connected.map((flow) => `${endpoint(flow, "src")} ${endpoint(flow, "dst")}`));
  assert(ends.size > 400, `only ${ends.size} connections`);
  for (const flow of connected) {
    assert(ends.has(`${endpoint(flow, "dst")} ${endpoint(flow, "src")}`), endpoint(flow, "src"));
  }
});
