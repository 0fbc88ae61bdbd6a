/**
 * Recorded sockets with something special about them: signatures, upper layer protocols, short-lived states, options,
 * congestion controls, privileges, lengths of structures.
 */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { KernelError } from "../../../decode/kernel/errors.ts";
import type { FieldObject, FlowObject } from "../../../decode/record/object_sink.ts";
import { openRecording, readExchanges, readFixture } from "../../pcap_source.ts";
import { ascii } from "../messages.ts";
import { at, collect, encodeOne, flowAt, printed, recordedFlows } from "../flows.ts";

const k61 = () => recordedFlows("tcp4.k61");
const k618 = () => recordedFlows("tcp4.k618");
/** All sockets of 6.1, over IPv4 and IPv6. */
const both = () => recordedFlows("tcp4-legacy.k61", { modern: true });
const kernels: readonly (readonly [string, () => FlowObject[]])[] = [["tcp4.k61", k61], ["tcp4.k618", k618]];

const object = (flow: FlowObject, name: string) => flow[name] as FieldObject;

for (const [recording, flows] of kernels) {
  Deno.test(`${recording}: md5sig has address, prefix and key length of every key`, () => {
    const keys = [
      { addr: "10.99.0.0", prefixlen: 24, keylen: 23 },
      { addr: "127.0.0.1", prefixlen: 32, keylen: 14 },
    ];
    assertEquals(flowAt(flows(), 20011, 0)["md5sig"], keys);
    assertEquals(flowAt(flows(), 21011)["md5sig"], keys.slice(1));
    assertEquals(flowAt(flows(), 20011, 21011)["md5sig"], keys.slice(1));
    assertEquals(flows().filter((flow) => flow["md5sig"] !== undefined).length, 3);
  });
}

Deno.test("tcp4-legacy.k61: md5sig has addresses of IPv6 with their prefixes", () => {
  assertEquals(flowAt(both(), 30011, 0)["md5sig"], [
    { addr: "fd00:99::", prefixlen: 64, keylen: 23 },
    { addr: "::1", prefixlen: 128, keylen: 14 },
  ]);
});

Deno.test("MD5 keys appear in no format, neither as text nor in hexadecimal", () => {
  const hex = (text: string) => [...ascii(text)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  for (const name of ["tcp4.k61", "tcp4.k618", "tcp4-legacy.k61"]) {
    const recorded = new TextDecoder("latin1").decode(readFixture(`${name}.pcap`));
    for (const format of ["json", "ndjson"]) {
      const output = printed(format, openRecording(name, { modern: true })).toLowerCase();
      assert(output.includes("md5sig"));
      for (const secret of ["fixture-key", "second-key"]) {
        assert(recorded.includes(secret), `${name} has no ${secret}`);
        assert(!output.includes(secret), `${format} of ${name} has ${secret}`);
        assert(!output.includes(hex(secret)), `${format} of ${name} has ${secret} in hexadecimal`);
      }
    }
  }
});

Deno.test("tcp4.k61: ulp shows TLS 1.2 with its cipher and where each direction is handled", () => {
  const tls = { version: "1.2", cipher: "aes-gcm-128" };
  assertEquals(flowAt(k61(), 21014)["ulp"], { name: "tls", tls: { ...tls, txconf: "sw", rxconf: "sw" } });
  assertEquals(flowAt(k61(), 20014, 21014)["ulp"], { name: "tls", tls: { ...tls, txconf: "base", rxconf: "sw" } });
  assertEquals(flowAt(k61(), 20014, 0)["ulp"], undefined);
});

Deno.test("tcp4-legacy.k61: ulp shows TLS 1.3 and the empty attribute TLS_INFO_RX_NO_PAD as true", () => {
  const tls = { version: "1.3", cipher: "aes-gcm-256" };
  assertEquals(flowAt(both(), 31014)["ulp"], {
    name: "tls",
    tls: { ...tls, txconf: "sw", rxconf: "sw", rx_no_pad: true },
  });
  assertEquals(flowAt(both(), 30014, 31014)["ulp"], { name: "tls", tls: { ...tls, txconf: "base", rxconf: "sw" } });
});

for (const [recording, flows, token] of [["tcp4.k61", k61, 2249118212], ["tcp4.k618", k618, 3158289371]] as const) {
  Deno.test(`${recording}: ulp shows the subflows of MPTCP, and the name alone for listeners`, () => {
    const all = flows();
    assertEquals(flowAt(all, 22001, 0)["ulp"], { name: "mptcp" });
    const server = object(flowAt(all, 22001, 23001), "ulp")["mptcp"] as FieldObject;
    assertEquals(server["flags"], ["mcap_rem", "fully_established", "connected"]);
    assertEquals([server["token_loc"], server["map_datalen"], server["relwrite_seq"]], [token, 11, 1]);
    assertEquals(typeof server["map_seq"], "bigint");
    // The additional subflow carries the peer's token and its address number.
    const joined = all.find((flow) => flow["dst_port"] === 22001 && at(flow, "ulp.mptcp.token_rem") === token)!;
    const other = object(joined, "ulp")["mptcp"] as FieldObject;
    assertEquals(other["flags"], ["join_rem", "join_loc", "fully_established", "connected"]);
    assertEquals([other["id_rem"], other["id_loc"]], [0, 1]);
    assertEquals(at(flowAt(all, 22001, joined["src_port"] as number), "ulp.mptcp.flags"), [
      "join_rem",
      "fully_established",
      "connected",
    ]);
    assertEquals(all.filter((flow) => at(flow, "ulp.mptcp") !== undefined).length, 13);
  });

  Deno.test(`${recording}: TIME-WAIT and SYN-RECV have no user and no attribute but mark`, () => {
    const identity = [
      "protocol",
      "family",
      "state",
      "src",
      "src_port",
      "dst",
      "dst_port",
      "iface_idx",
      "recv_q",
      "send_q",
    ];
    const names = [...identity, "timer", "expires", "retrans", "inode", "cookie", "mark"];
    for (
      const [local, remote, state, timer, mark] of [
        [21007, 20007, "time-wait", "timewait", 0],
        [21021, 20021, "time-wait", "timewait", 0x1234abcd],
        [20003, 21003, "syn-recv", "retransmit", 0],
      ] as const
    ) {
      const flow = flowAt(flows(), local, remote);
      assertEquals(Object.keys(flow), names);
      assertEquals([flow["state"], flow["timer"], flow["mark"], flow["inode"]], [state, timer, mark, 0]);
      assert(flow["expires"] as number > 0 && flow["expires"] as number <= 60000);
    }
  });

  Deno.test(`${recording}: connections that wait to be accepted have no inode but a user and tcp_info`, () => {
    const flow = flowAt(flows(), 20001, 21501);
    assertEquals([flow["state"], flow["inode"], flow["recv_q"], flow["uid"]], ["established", 0, 7, 0]);
    assertEquals(at(flow, "tcp_info.bytes_received"), 7n);
  });

  Deno.test(`${recording}: timers and retransmissions of SYN-SENT, a closed window and keepalive are shown`, () => {
    const all = flows();
    const sent = flowAt(all, 21504);
    assertEquals([sent["state"], sent["timer"]], ["syn-sent", "retransmit"]);
    assert(sent["retrans"] as number >= 2);
    assertEquals(at(sent, "tcp_info.retransmits"), sent["retrans"]);
    assertEquals(flowAt(all, 21008)["timer"], "zero-window-probe");
    const alive = flowAt(all, 21013);
    assertEquals(alive["timer"], "keepalive");
    assert(alive["expires"] as number > 890000 && alive["expires"] as number <= 900000);
    assertEquals(flowAt(all, 20005, 21005)["timer"], "off");
    assertEquals(flowAt(all, 20005, 21005)["expires"], undefined);
  });

  Deno.test(`${recording}: sockopts, class_id and the pacing limit show what was set`, () => {
    const set = ["recverr", "is_icsk", "freebind", "mc_loop", "transparent", "bind_address_no_port"];
    const all = flows();
    for (const [local, remote, classId] of [[20013, 0, 5], [21013, 20013, 5], [20013, 21013, 0]] as const) {
      const flow = flowAt(all, local, remote);
      assertEquals([flow["sockopts"], flow["class_id"]], [set, classId]);
      assertEquals(at(flow, "tcp_info.max_pacing_rate"), 12500000n);
    }
    const usual = flowAt(all, 20005, 0);
    assertEquals(usual["sockopts"], ["is_icsk", "mc_loop", "mc_all"]);
    assertEquals(at(usual, "tcp_info.max_pacing_rate"), 18446744073709551615n);
    assertEquals(flowAt(all, 21519)["sockopts"], ["is_icsk", "mc_loop", "mc_all", "defer_connect"]);
    assertEquals(at(flowAt(all, 21013), "tcp_info.snd_mss"), 524);
  });

  Deno.test(`${recording}: opts shows which TCP options are in use`, () => {
    const opts = (local: number, remote?: number) => at(flowAt(flows(), local, remote), "tcp_info.opts");
    assertEquals(opts(21017), []);
    assertEquals(opts(21005), ["ts", "sack", "wscale"]);
    assertEquals(opts(21018), ["ts", "sack", "wscale", "ecn"]);
    assertEquals(opts(20018, 21018), ["ts", "sack", "wscale", "ecn", "ecnseen"]);
    assertEquals(opts(21019), ["ts", "sack", "wscale", "fastopen"]);
    assertEquals(opts(21011), ["sack", "wscale"]);
    assertEquals(at(flowAt(flows(), 21017), "tcp_info.snd_wscale"), 0);
  });

  Deno.test(`${recording}: shutdown shows the closed sides as number and in words`, () => {
    const sides = (local: number, remote?: number) => {
      const flow = flowAt(flows(), local, remote);
      return [flow["state"], flow["shutdown"], flow["shutdown_names"]];
    };
    assertEquals(sides(21006), ["fin-wait-2", 2, ["send"]]);
    assertEquals(sides(20006, 21006), ["close-wait", 1, ["receive"]]);
    assertEquals(sides(21010), ["closing", 3, ["receive", "send"]]);
    assertEquals(sides(21005), ["established", 0, []]);
  });

  Deno.test(`${recording}: a MiB each way is counted in bytes and segments`, () => {
    const info = object(flowAt(flows(), 21020), "tcp_info");
    assertEquals([info["bytes_sent"], info["bytes_received"]], [1048576n, 1048576n]);
    // The SYN counts as one byte.
    assertEquals(info["bytes_acked"], 1048577n);
    assert(info["data_segs_out"] as number > 10 && info["data_segs_in"] as number > 10);
    assert(info["rtt"] as number > 0 && info["min_rtt"] as number > 0);
    // Microseconds in the kernel: min_rtt stays so, rtt is shown in milliseconds.
    assert(info["min_rtt"] as number <= (info["rtt"] as number) * 1000 + 1);
  });
}

Deno.test("tcp4.k618: the server of a Fast Open connection has the option tfo_child", () => {
  assertEquals(at(flowAt(k618(), 20019, 21019), "tcp_info.opts"), ["ts", "sack", "wscale", "fastopen", "tfo_child"]);
});

Deno.test("tcp4.k618: a bound socket that does nothing is unconnected and has no tcp_info", () => {
  const flow = flowAt(k618(), 20016);
  assertEquals([flow["state"], flow["tcp_info"], flow["cong_algo"]], ["unconnected", undefined, undefined]);
  assertEquals(k61().filter((flow) => flow["src_port"] === 20016), []);
});

const newer = [
  "rcv_wnd",
  "rehash",
  "total_rto",
  "total_rto_recoveries",
  "total_rto_time",
  "received_ce",
  "delivered_e1_bytes",
  "delivered_e0_bytes",
  "delivered_ce_bytes",
  "received_e1_bytes",
  "received_e0_bytes",
  "received_ce_bytes",
  "accecn_fail_mode",
  "accecn_opt_seen",
];

Deno.test("tcp_info of 232 bytes (6.1) ends with snd_wnd, that of 280 bytes (6.18) has everything", () => {
  const old = Object.keys(object(flowAt(k61(), 21005), "tcp_info"));
  const now = Object.keys(object(flowAt(k618(), 21005), "tcp_info"));
  assertEquals(old.at(-1), "snd_wnd");
  assertEquals(now, [...old, ...newer]);
  for (const flow of k61()) for (const name of newer) assertEquals(at(flow, `tcp_info.${name}`), undefined);
  assertEquals(at(flowAt(k618(), 21005), "tcp_info_extra"), undefined);
});

Deno.test("tcp_info of 280 bytes shows its tail by the kernel release: 6.18, 7.0, and as raw bytes if it is unknown", () => {
  const info = (release: number) => flowAt(recordedFlows("tcp4.k618", { release }), 21005);
  const tail = (release: number) => Object.keys(object(info(release), "tcp_info")).slice(-4);
  assertEquals(tail(6018), ["received_e0_bytes", "received_ce_bytes", "accecn_fail_mode", "accecn_opt_seen"]);
  assertEquals(tail(7000), ["ecn_mode", "accecn_opt_seen", "accecn_fail_mode", "options2"]);
  assertEquals(tail(0).at(-1), "received_ce_bytes");
  assertEquals(info(0)["tcp_info_extra"], "00000000");
  assertEquals([info(6018)["tcp_info_extra"], info(7000)["tcp_info_extra"]], [undefined, undefined]);
});

Deno.test("tcp4.k61: vegasinfo, dctcpinfo and bbrinfo belong to the congestion controls that have them", () => {
  const all = k61();
  assertEquals(flowAt(all, 20045, 21045)["vegasinfo"], { enabled: 1, rttcnt: 0, rtt: 20000000, minrtt: 20000000 });
  assertEquals(at(flowAt(all, 20043, 21043), "vegasinfo.minrtt"), null);
  assertEquals(flowAt(all, 21044)["dctcpinfo"], { enabled: 1, ce_state: 0, alpha: 792, ab_ecn: 0, ab_tot: 0 });
  assertEquals(at(flowAt(all, 21038), "dctcpinfo.enabled"), 0);
  assertEquals(flowAt(all, 21042)["bbrinfo"], { bw: 248242187n, min_rtt: 123, pacing_gain: 739, cwnd_gain: 739 });
  const algorithms = (name: string) =>
    [...new Set(all.filter((flow) => flow[name] !== undefined).map((flow) => flow["cong_algo"]))].sort();
  assertEquals(algorithms("vegasinfo"), ["illinois", "nv", "vegas", "westwood", "yeah"]);
  assertEquals(algorithms("dctcpinfo"), ["dctcp", "dctcp-reno"]);
  assertEquals(algorithms("bbrinfo"), ["bbr"]);
  assertEquals(algorithms("cong_algo").length, 18);
});

Deno.test("tcp4-bpfstore-all.k61: bpf_storages has map numbers and values byte by byte", () => {
  const all = recordedFlows("tcp4-bpfstore-all.k61");
  assertEquals(all.length, 4);
  assertEquals(flowAt(all, 28202, 0)["bpf_storages"], [{ map_id: 3, value: "0100feca" }]);
  assertEquals(flowAt(all, 28602)["bpf_storages"], [
    { map_id: 4, value: "8877665544332211" },
    { map_id: 3, value: "0200feca" },
  ]);
  assertEquals(flowAt(all, 28202, 28602)["bpf_storages"], undefined);
  assertEquals(flowAt(all, 28201)["state"], "time-wait");
});

Deno.test("tcp4-unpriv.k618: without privilege mark and md5sig are left out, and nothing else", () => {
  const all = recordedFlows("tcp4-unpriv.k618");
  const privileged = k618();
  assertEquals(all.length, privileged.length);
  const byCookie = new Map(privileged.map((flow) => [flow["cookie"], flow]));
  const sequence = ["relwrite_seq", "map_seq", "map_sfseq", "ssn_offset", "map_datalen"];
  let compared = 0;
  for (const flow of all) {
    const same = byCookie.get(flow["cookie"]!);
    // TIME-WAIT sockets of other programs come and go.
    if (same === undefined) continue;
    const hidden = ["mark", "md5sig"];
    assertEquals(Object.keys(flow), Object.keys(same).filter((name) => !hidden.includes(name)));
    const subflow = at(flow, "ulp.mptcp") as FieldObject | undefined;
    if (subflow !== undefined) {
      const names = Object.keys(at(same, "ulp.mptcp") as FieldObject);
      assertEquals(Object.keys(subflow), names.filter((name) => !sequence.includes(name)));
    }
    compared++;
  }
  assert(compared >= 88, `only ${compared} sockets are in both recordings`);
  assertEquals(privileged.filter((flow) => flow["mark"] === undefined), []);
});

Deno.test("tcp4-one.k61: the answer to a lookup of one socket decodes, and lacks the end of a dump", () => {
  const [flow, ...more] = recordedFlows("tcp4-one.k61", { end: true });
  assertEquals(more, []);
  assertEquals([flow!["cookie"], flow!["src_port"]], ["0xd6", 21005]);
  const { flows, outcome } = collect(openRecording("tcp4-one.k61"));
  assertEquals([flows.length, outcome.failed], [1, 1]);
  assertEquals(outcome.warnings, ["cannot list TCP sockets: answer ends without NLMSG_DONE at byte 0"]);
});

Deno.test("tcp4-bc-sport.k61: the answer to a filter of ports in the kernel holds those ports only", () => {
  const ports = recordedFlows("tcp4-bc-sport.k61").map((flow) => flow["src_port"]).sort();
  assertEquals(ports, [20005, 20005, 20006, 20006]);
});

for (const name of ["tcp4-destroy.k61", "tcp4-destroy.k618"]) {
  Deno.test(`${name}: events of closed sockets decode like sockets`, () => {
    const all = recordedFlows(name, { end: true });
    assertEquals(all.length, 5);
    for (const flow of all) {
      assertEquals([flow["state"], flow["inode"]], ["unconnected", 0]);
      assertNotEquals(flow["tcp_info"], undefined);
    }
    assertEquals(all.map((flow) => flow["src_port"]), [28501, 28001, 28502, 28001, 28001]);
  });
}

for (
  const [name, code, message] of [
    ["err-proto.k61", "ENOENT", "no such protocol or socket (ENOENT)"],
    ["err-proto.k618", "ENOENT", "no such protocol or socket (ENOENT)"],
    ["err-family.k61", "ENOENT", "no such protocol or socket (ENOENT)"],
    ["err-short.k61", "EINVAL", "invalid argument (EINVAL)"],
    ["err-type.k61", "EINVAL", "invalid argument (EINVAL)"],
  ] as const
) {
  Deno.test(`${name}: the kernel's refusal is a KernelError ${code}`, () => {
    const { flows, outcome } = collect(openRecording(name, { anyFamily: true }));
    assertEquals([flows.length, outcome.failed, outcome.dumps], [0, 1, 1]);
    const [error, ...more] = outcome.errors;
    assert(error instanceof KernelError && more.length === 0);
    assertEquals([error.code, error.message], [code, message]);
    assert(outcome.warnings[0]!.startsWith(`cannot list TCP sockets: ${message}`));
  });
}

Deno.test("ack.k61: a bare acknowledgement ends a dump without sockets and without a warning", () => {
  const { flows, outcome } = collect(openRecording("ack.k61", { anyFamily: true }));
  assertEquals([flows.length, outcome.failed, outcome.warnings], [0, 0, []]);
});

Deno.test("tcp.encodeRequests asks what the recordings were made with, but for states that do not exist", () => {
  const recorded = readExchanges(readFixture("tcp4.k61.pcap"))[0]!.request!.slice();
  const request = encodeOne({ addressFamilies: [2], states: 0xffffffff, bpfMaps: false });
  // Sequence number, and the cookie, which a dump ignores.
  recorded.fill(0, 8, 12);
  recorded.fill(0, 64, 72);
  assertEquals([...request], [...recorded]);
});

Deno.test("tcp.encodeRequests asks for listeners alone where closed sockets are asked for too, of which TCP shows none", () => {
  const statesOf = (states: number) =>
    new DataView(encodeOne({ addressFamilies: [2], states, bpfMaps: false }).buffer).getUint32(20, true);
  assertEquals([1 << 10 | 1 << 7, 1 << 10, 1 << 7, 1 << 10 | 1 << 1 | 1 << 7].map(statesOf), [1024, 1024, 128, 1154]);
});

Deno.test("readExchanges refuses files that are not pcap of link type NETLINK", () => {
  const pcap = readFixture("ack.k61.pcap");
  const wrong = pcap.slice();
  wrong[20] = 1;
  for (const bytes of [wrong, pcap.subarray(0, 10), pcap.subarray(0, pcap.length - 1)]) {
    let refused = false;
    try {
      readExchanges(bytes);
    } catch {
      refused = true;
    }
    assert(refused);
  }
});
