/**
 * Fields of a dump against the values that were set on live sockets.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import type { FlowObject } from "../../decode/record/object_sink.ts";
import { fillUp, limitReceiving } from "./every_state.ts";
import { dumpFlows, flowOf, objectIn } from "./flows.ts";
import { openNamespace } from "./namespace.ts";
import {
  AF_INET,
  AF_INET6,
  cString,
  IP_BIND_ADDRESS_NO_PORT,
  IP_FREEBIND,
  IP_MULTICAST_ALL,
  IP_MULTICAST_LOOP,
  IP_RECVERR,
  IP_TOS,
  IP_TRANSPARENT,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPPROTO_MPTCP,
  IPPROTO_TCP,
  IPV6_TCLASS,
  IPV6_V6ONLY,
  openPair,
  openTcp,
  requireSignature,
  SHUT_RD,
  SHUT_RDWR,
  SHUT_WR,
  signsSegments,
  SO_BINDTODEVICE,
  SO_KEEPALIVE,
  SO_MARK,
  SO_MAX_PACING_RATE,
  SO_PRIORITY,
  SO_RCVBUF,
  SO_SNDBUF,
  type Socket,
  SOL_SOCKET,
  TCP_CLOSE_WAIT,
  TCP_CONGESTION,
  TCP_FIN_WAIT2,
  TCP_KEEPIDLE,
  waitUntil,
} from "./sockets.ts";

function readText(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}

Deno.test("INET_DIAG_MARK is SO_MARK of each end, and 0 where none is set", () => {
  using _namespace = openNamespace();
  using pair = openPair({
    listener: (listener) => listener.setInteger(SOL_SOCKET, SO_MARK, 77),
    client: (client) => client.setInteger(SOL_SOCKET, SO_MARK, 0xfedcba98 | 0),
  });
  pair.server.setInteger(SOL_SOCKET, SO_MARK, 0);
  assertEquals([pair.client, pair.server, pair.listener].map((socket) => flowOf(socket)["mark"]), [0xfedcba98, 0, 77]);
});

Deno.test("INET_DIAG_TOS is IP_TOS, and IPv4 has no traffic class", () => {
  using _namespace = openNamespace();
  using pair = openPair({ client: (client) => client.setInteger(IPPROTO_IP, IP_TOS, 0x48) });
  const [client, server] = [flowOf(pair.client), flowOf(pair.server)];
  assertEquals([client["tos"], client["tclass"]], [0x48, undefined]);
  assertEquals([server["tos"], server["tclass"]], [0, undefined]);
});

Deno.test("INET_DIAG_TCLASS is IPV6_TCLASS", () => {
  using _namespace = openNamespace();
  using pair = openPair({
    family: AF_INET6,
    client: (client) => client.setInteger(IPPROTO_IPV6, IPV6_TCLASS, 0xb8),
  });
  assertEquals([flowOf(pair.client)["tclass"], flowOf(pair.server)["tclass"]], [0xb8, 0]);
});

Deno.test("INET_DIAG_CLASS_ID is SO_PRIORITY where there is no network class", () => {
  using _namespace = openNamespace();
  using pair = openPair({ client: (client) => client.setInteger(SOL_SOCKET, SO_PRIORITY, 5) });
  assertEquals([flowOf(pair.client)["class_id"], flowOf(pair.server)["class_id"]], [5, 0]);
});

Deno.test("INET_DIAG_SKV6ONLY is IPV6_V6ONLY of IPv6 listeners, and only there", () => {
  using _namespace = openNamespace();
  using only = openTcp(AF_INET6).setInteger(IPPROTO_IPV6, IPV6_V6ONLY, 1).bind("::").listen(1);
  using both = openTcp(AF_INET6).setInteger(IPPROTO_IPV6, IPV6_V6ONLY, 0).bind("::").listen(1);
  using client = openTcp(AF_INET6).connect("::1", only.localPort);
  using fourth = openTcp(AF_INET).bind("127.0.0.1").listen(1);
  assertEquals([only, both, client, fourth].map((socket) => flowOf(socket)["v6only"]), [
    true,
    false,
    undefined,
    undefined,
  ]);
});

Deno.test("idiag_if is the interface of SO_BINDTODEVICE, and 0 for a socket that is bound to none", () => {
  using _namespace = openNamespace();
  using pair = openPair({ client: (client) => client.setBytes(SOL_SOCKET, SO_BINDTODEVICE, cString("lo")) });
  // In every network namespace `lo` is number 1.
  assertEquals([flowOf(pair.client)["iface_idx"], flowOf(pair.server)["iface_idx"]], [1, 0]);
});

const socketOptions: readonly (readonly [word: string, option: number])[] = [
  ["recverr", IP_RECVERR],
  ["freebind", IP_FREEBIND],
  ["transparent", IP_TRANSPARENT],
  ["bind_address_no_port", IP_BIND_ADDRESS_NO_PORT],
];

Deno.test("INET_DIAG_SOCKOPT names exactly the options of the IP layer that are on", () => {
  using _namespace = openNamespace();
  using plain = openTcp(AF_INET).bind("127.0.0.1").listen(1);
  const usual = ["is_icsk", "mc_loop", "mc_all"];
  assertEquals(flowOf(plain)["sockopts"], usual);
  const order = ["recverr", "is_icsk", "freebind", "mc_loop", "transparent", "mc_all", "bind_address_no_port"];
  for (const [word, option] of socketOptions) {
    using socket = openTcp(AF_INET).setInteger(IPPROTO_IP, option, 1).bind("127.0.0.1").listen(1);
    assertEquals(flowOf(socket)["sockopts"], order.filter((name) => name === word || usual.includes(name)));
  }
  using less = openTcp(AF_INET).setInteger(IPPROTO_IP, IP_MULTICAST_ALL, 0).setInteger(IPPROTO_IP, IP_MULTICAST_LOOP, 0)
    .bind("127.0.0.1").listen(1);
  assertEquals(flowOf(less)["sockopts"], ["is_icsk"]);
});

const available = readText("/proc/sys/net/ipv4/tcp_available_congestion_control").split(/\s+/);
for (const algorithm of ["cubic", "reno", "bbr", "vegas", "dctcp"]) {
  const ignore = !available.includes(algorithm);
  const reason = ignore ? " (ignored: this kernel does not have it)" : "";
  Deno.test({
    name: `INET_DIAG_CONG and the algorithm's own attribute say what congestion control ${algorithm} does${reason}`,
    ignore,
    fn() {
      using _namespace = openNamespace();
      const choose = (socket: Socket) => {
        socket.setBytes(IPPROTO_TCP, TCP_CONGESTION, cString(algorithm));
      };
      using pair = openPair({ listener: choose, client: choose });
      pair.client.send(65536);
      pair.server.receive(65536);
      const flow = flowOf(pair.client);
      assertEquals(flow["cong_algo"], algorithm);
      const own = ["vegasinfo", "dctcpinfo", "bbrinfo"].filter((name) => flow[name] !== undefined);
      assertEquals(own, ["bbr", "vegas", "dctcp"].includes(algorithm) ? [`${algorithm}info`] : []);
    },
  });
}

Deno.test({
  name: `INET_DIAG_BBRINFO has bandwidth, smallest round-trip time and gains${
    available.includes("bbr") ? "" : " (ignored: this kernel does not have bbr)"
  }`,
  ignore: !available.includes("bbr"),
  fn() {
    using _namespace = openNamespace();
    using pair = openPair({
      client: (client) => client.setBytes(IPPROTO_TCP, TCP_CONGESTION, cString("bbr")),
    });
    pair.client.send(300_000);
    pair.server.receive(300_000);
    waitUntil("all is acknowledged", () => pair.client.unacknowledged === 0);
    const flow = flowOf(pair.client);
    const info = objectIn(flow, "bbrinfo");
    assertEquals(info["min_rtt"], objectIn(flow, "tcp_info")["min_rtt"]!);
    const raw = pair.client.getBytes(IPPROTO_TCP, 26, 20); // TCP_CC_INFO
    assertEquals(info["bw"], raw.getBigUint64(0, true));
    assertEquals([info["min_rtt"], info["pacing_gain"], info["cwnd_gain"]], [
      raw.getUint32(8, true),
      raw.getUint32(12, true),
      raw.getUint32(16, true),
    ]);
    assert(raw.getBigUint64(0, true) > 0n);
  },
});

Deno.test("max_pacing_rate is SO_MAX_PACING_RATE in all 64 bits, and all ones where there is none", () => {
  using _namespace = openNamespace();
  using pair = openPair();
  const rate = () => objectIn(flowOf(pair.client), "tcp_info")["max_pacing_rate"];
  assertEquals(rate(), 18446744073709551615n);
  for (const value of [12_500_000n, 0x1_2345_6789_abcdn]) {
    pair.client.setBytes(SOL_SOCKET, SO_MAX_PACING_RATE, new Uint8Array(new BigUint64Array([value]).buffer));
    assertEquals(rate(), value);
  }
});

Deno.test("idiag_timer is keepalive with the time that TCP_KEEPIDLE sets", () => {
  using _namespace = openNamespace();
  using pair = openPair();
  pair.client.setInteger(IPPROTO_TCP, TCP_KEEPIDLE, 900).setInteger(SOL_SOCKET, SO_KEEPALIVE, 1);
  const flow = flowOf(pair.client);
  assertEquals([flow["timer"], flow["retrans"]], ["keepalive", 0]);
  const expires = Number(flow["expires"]);
  assert(expires > 840_000 && expires <= 901_000, `expires ${expires}`);
  pair.client.setInteger(SOL_SOCKET, SO_KEEPALIVE, 0);
  const without = flowOf(pair.client);
  assertEquals([without["timer"], without["expires"]], ["off", undefined]);
});

Deno.test("idiag_timer is zero-window-probe and retrans is the count of probes while the peer's window is shut", () => {
  using _namespace = openNamespace();
  using pair = openPair({ listener: limitReceiving });
  fillUp(pair.client);
  // An answer starts the count of probes anew, but not the doubling of the time between them.
  let flow = flowOf(pair.client);
  waitUntil("a probe is sent", () => {
    flow = flowOf(pair.client);
    return Number(objectIn(flow, "tcp_info")["backoff"]) > 0;
  });
  assertEquals(flow["timer"], "zero-window-probe");
  assertEquals(flow["retrans"], objectIn(flow, "tcp_info")["probes"]!);
  assert(Number(flow["expires"]) > 0 && Number(flow["expires"]) < 120_000, `expires ${flow["expires"]}`);
});

Deno.test("skmeminfo and meminfo equal SO_MEMINFO, with the limits that SO_RCVBUF and SO_SNDBUF set", () => {
  using _namespace = openNamespace();
  using pair = openPair({ listener: limitReceiving });
  pair.client.setInteger(SOL_SOCKET, SO_SNDBUF, 40_000).setInteger(SOL_SOCKET, SO_RCVBUF, 50_000);
  fillUp(pair.client);
  for (const socket of [pair.client, pair.server, pair.listener]) {
    let before: number[] = [];
    let flow: FlowObject = { protocol: "" };
    waitUntil("the memory is quiet", () => {
      before = socket.memory;
      flow = flowOf(socket);
      return before.join() === socket.memory.join();
    });
    const skmeminfo = objectIn(flow, "skmeminfo");
    const names = [
      "rmem_alloc",
      "rcvbuf",
      "wmem_alloc",
      "sndbuf",
      "fwd_alloc",
      "wmem_queued",
      "optmem",
      "backlog",
      "drops",
    ];
    assertEquals(skmeminfo, Object.fromEntries(names.map((name, i) => [name, before[i]!])));
    const { r, w, f, t } = objectIn(flow, "meminfo");
    assertEquals([r, w, f, t], [before[0], before[5], before[4], before[2]]);
  }
  // The kernel doubles what is asked for.
  const { rcvbuf, sndbuf } = objectIn(flowOf(pair.client), "skmeminfo");
  assertEquals([rcvbuf, sndbuf], [100_000, 80_000]);
  assertEquals([rcvbuf, sndbuf], [
    pair.client.getInteger(SOL_SOCKET, SO_RCVBUF),
    pair.client.getInteger(SOL_SOCKET, SO_SNDBUF),
  ]);
  assert(Number(objectIn(flowOf(pair.server), "skmeminfo")["rmem_alloc"]) > 0);
});

Deno.test("skmeminfo.drops counts the connections that a full listener turned away", () => {
  using _namespace = openNamespace();
  using listener = openTcp(AF_INET).bind("127.0.0.1").listen(0);
  using _first = openTcp(AF_INET).connect("127.0.0.1", listener.localPort);
  listener.waitForConnections(1);
  const drops = () => objectIn(flowOf(listener), "skmeminfo")["drops"];
  assertEquals(drops(), 0);
  using _second = openTcp(AF_INET).startConnect("127.0.0.1", listener.localPort);
  waitUntil("the connection is turned away", () => drops() !== 0);
  assertEquals(drops(), 1);
});

Deno.test("idiag_cookie is SO_COOKIE in hexadecimal", () => {
  using _namespace = openNamespace();
  using pair = openPair({ family: AF_INET6 });
  for (const socket of [pair.client, pair.server, pair.listener]) {
    assertEquals(flowOf(socket)["cookie"], `0x${socket.cookie.toString(16)}`);
  }
});

Deno.test("idiag_uid is the user who opened the socket", () => {
  using _namespace = openNamespace();
  using pair = openPair();
  assertEquals([pair.client, pair.server].map((socket) => flowOf(socket)["uid"]), [Deno.uid(), Deno.uid()]);
});

const mapsAllUsers = /^\s*0\s+0\s+4294967295\s*$/.test(readText("/proc/self/uid_map"));
Deno.test({
  name: `idiag_uid is the user that the socket was given to${
    mapsAllUsers ? "" : " (ignored: this user namespace has no other users)"
  }`,
  ignore: !mapsAllUsers,
  fn() {
    using _namespace = openNamespace();
    using pair = openPair();
    pair.client.chown(1234);
    pair.server.chown(4_294_967_294);
    assertEquals([pair.client, pair.server].map((socket) => flowOf(socket)["uid"]), [1234, 4_294_967_294]);
  },
});

const cgroup = /^0::(.*)$/m.exec(readText("/proc/self/cgroup"))?.[1];
const cgroupMount = /^\S+ (\S+) cgroup2 /m.exec(readText("/proc/self/mounts"))?.[1];
const cgroupReason = cgroup === undefined || cgroupMount === undefined ? " (ignored: no control groups version 2)" : "";
Deno.test({
  name: `INET_DIAG_CGROUP_ID is the inode of this process's control group${cgroupReason}`,
  ignore: cgroupReason !== "",
  fn() {
    using _namespace = openNamespace();
    using pair = openPair();
    const { ino } = Deno.statSync(`${cgroupMount}${cgroup}`);
    assertEquals(flowOf(pair.client)["cgroup_id"], `0x${ino!.toString(16)}`);
  },
});

Deno.test("INET_DIAG_SHUTDOWN names the sides that are closed", () => {
  using _namespace = openNamespace();
  const sides = (socket: Socket) => {
    const flow = flowOf(socket);
    return [flow["state"], flow["shutdown"], flow["shutdown_names"]];
  };
  using pair = openPair();
  assertEquals(sides(pair.client), ["established", 0, []]);
  pair.client.shutdown(SHUT_RD);
  assertEquals(sides(pair.client), ["established", 1, ["receive"]]);
  assertEquals(sides(pair.server), ["established", 0, []]);
  using other = openPair();
  other.client.shutdown(SHUT_WR).waitForState(TCP_FIN_WAIT2);
  other.server.waitForState(TCP_CLOSE_WAIT);
  assertEquals(sides(other.client), ["fin-wait-2", 2, ["send"]]);
  assertEquals(sides(other.server), ["close-wait", 1, ["receive"]]);
  using third = openPair({ listener: limitReceiving });
  fillUp(third.client);
  third.client.shutdown(SHUT_RDWR);
  assertEquals(sides(third.client), ["fin-wait-1", 3, ["receive", "send"]]);
});

const KEY = "a-secret-never-printed";

const signs = signsSegments();
for (
  const [name, family, peers] of [
    ["IPv4", AF_INET, [["127.0.0.1", 32, KEY], ["10.99.0.0", 24, `${KEY}-2`]]],
    ["IPv6", AF_INET6, [["::1", 128, KEY], ["fd00:99::", 64, `${KEY}-22`]]],
  ] as const
) {
  Deno.test({
    name: `INET_DIAG_MD5SIG has address, prefix and key length of each ${name} peer, and never the key${
      signs ? "" : " (ignored: this kernel does not sign segments)"
    }`,
    ignore: !signs,
    fn() {
      using _namespace = openNamespace();
      using pair = openPair({
        family,
        listener: (listener) => {
          for (const [address, prefixLength, key] of peers) requireSignature(listener, address, prefixLength, key);
        },
        client: (client) => requireSignature(client, peers[0][0], peers[0][1], peers[0][2]),
      });
      const shown = peers.map(([addr, prefixlen, key]) => ({ addr, prefixlen, keylen: key.length }));
      const byAddress = (list: unknown) =>
        (list as typeof shown).toSorted((a, b) => a.addr < b.addr ? -1 : a.addr > b.addr ? 1 : 0);
      const flows = dumpFlows("-ta");
      assertEquals(byAddress(flowOf(pair.listener, flows)["md5sig"]), byAddress(shown));
      assertEquals(byAddress(flowOf(pair.client, flows)["md5sig"]), shown.slice(0, 1));
      const text = JSON.stringify(flows, (_, value) => typeof value === "bigint" ? String(value) : value);
      const hex = [...new TextEncoder().encode(KEY)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
      assertEquals([text.includes(KEY), text.includes(hex), text.includes(btoa(KEY).slice(0, 20))], [
        false,
        false,
        false,
      ]);
    },
  });
}

const multipath = readText("/proc/sys/net/mptcp/enabled").trim();
Deno.test({
  name: `INET_DIAG_ULP_INFO shows the subflow of a Multipath TCP connection${
    multipath === "" ? " (ignored: this kernel does not have Multipath TCP)" : ""
  }`,
  ignore: multipath === "",
  fn() {
    using _namespace = openNamespace();
    using pair = openPair({ protocol: IPPROTO_MPTCP });
    pair.client.send(11);
    pair.server.receive(11);
    const subflows = dumpFlows("-t");
    assertEquals(subflows.map((flow) => objectIn(flow, "ulp")["name"]), ["mptcp", "mptcp"]);
    const tokens = subflows.map((flow) => objectIn(objectIn(flow, "ulp"), "mptcp")["token_loc"]);
    assertEquals(new Set(tokens.filter((token) => typeof token === "number" && token > 0)).size, 2);
    const subflowAt = (port: number) => {
      const { flags, id_loc, id_rem } = objectIn(
        objectIn(subflows.find((flow) => flow["src_port"] === port)!, "ulp"),
        "mptcp",
      );
      const capable = (flags as string[]).filter((word) => word.startsWith("mcap"));
      return [...capable, id_loc, id_rem];
    };
    // The client asked for Multipath TCP and was answered; the server was only asked.
    assertEquals(subflowAt(pair.client.localPort), ["mcap_rem", "mcap_loc", 0, 0]);
    assertEquals(subflowAt(pair.listener.localPort), ["mcap_rem", 0, 0]);
  },
});

Deno.test("runPlan shows addresses in the form of RFC 5952, of sockets bound to ones that this machine does not have", () => {
  using _namespace = openNamespace();
  for (
    const [family, address, shown] of [
      [AF_INET, "192.0.2.255", "192.0.2.255"],
      [AF_INET6, "2001:0db8:0:0:0:0:0:1", "2001:db8::1"],
      [AF_INET6, "2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
      [AF_INET6, "2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
      [AF_INET6, "FE80:0:0:1::", "fe80:0:0:1::"],
      [AF_INET6, "::192.0.2.33", "::c000:221"],
      [AF_INET6, "::ffff:192.0.2.33", "::ffff:192.0.2.33"],
    ] as const
  ) {
    using socket = openTcp(family).setInteger(IPPROTO_IP, IP_FREEBIND, 1);
    if (address.startsWith("FE80")) socket.setBytes(SOL_SOCKET, SO_BINDTODEVICE, cString("lo"));
    socket.bind(address).listen(1);
    const flow = flowOf(socket);
    assertEquals([flow["src"], flow["src_port"]], [shown, socket.localPort]);
    assertMatch(String(flow["dst"]), family === AF_INET ? /^0\.0\.0\.0$/ : /^::$/);
  }
});

Deno.test("runPlan knows every attribute and every byte that this kernel sends for TCP", () => {
  using _namespace = openNamespace();
  using pair = openPair({ family: AF_INET6 });
  pair.client.send(1);
  const names = (value: unknown): string[] =>
    typeof value !== "object" || value === null
      ? []
      : Object.entries(value).flatMap(([name, inner]) => [name, ...names(inner)]);
  const stray = dumpFlows("-ta").flatMap(names).filter((name) => name === "unknown" || /_(extra|raw|hex)$/.test(name));
  assertEquals(stray, []);
});
