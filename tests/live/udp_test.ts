/**
 * UDP and UDP-Lite sockets of the running kernel, compared with the values that were set, with `ss` and with
 * `/proc/net`.
 */
import { assert, assertEquals } from "@std/assert";
import type { FieldObject } from "../../decode/record/object_sink.ts";
import { isInstalled, run } from "../program.ts";
import { dumpFlows, flowOf, objectIn } from "./flows.ts";
import { openNamespace } from "./namespace.ts";
import {
  AF_INET,
  AF_INET6,
  CallError,
  cString,
  IP_BIND_ADDRESS_NO_PORT,
  IP_FREEBIND,
  IP_MULTICAST_ALL,
  IP_MULTICAST_LOOP,
  IP_RECVERR,
  IP_RECVERR_RFC4884,
  IP_TOS,
  IP_TRANSPARENT,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPPROTO_UDP,
  IPPROTO_UDPLITE,
  IPV6_TCLASS,
  IPV6_V6ONLY,
  loopback,
  openSocket,
  SHUT_RD,
  SHUT_RDWR,
  SHUT_WR,
  SO_BINDTODEVICE,
  SO_MARK,
  SO_PRIORITY,
  SO_RCVBUF,
  SO_SNDBUF,
  SOCK_DGRAM,
  type Socket,
  SOL_SOCKET,
} from "./sockets.ts";

/** Names of the members of `enum sk_meminfo`, in its order. */
const memoryNames = [
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

/** Why this kernel has no sockets of a protocol, "" if it has. */
function lack(protocol: number): string {
  try {
    openSocket(AF_INET, SOCK_DGRAM, protocol)[Symbol.dispose]();
    return "";
  } catch (error) {
    if (error instanceof CallError) return " (ignored: this kernel has no such sockets)";
    throw error;
  }
}

for (
  const { name, protocol } of [{ name: "udp", protocol: IPPROTO_UDP }, { name: "udplite", protocol: IPPROTO_UDPLITE }]
) {
  const because = lack(protocol);
  const test = (what: string, fn: () => void) =>
    Deno.test({ name: `${name}: ${what}${because}`, ignore: because !== "", fn });
  const open = (family = AF_INET) => openSocket(family, SOCK_DGRAM, protocol);
  const list = (...args: string[]) => dumpFlows(`--${name}`, ...args);
  const shown = (socket: Socket) => flowOf(socket, list("-a"));

  for (const family of [AF_INET, AF_INET6]) {
    const version = family === AF_INET ? "IPv4" : "IPv6";

    test(`addresses, ports, state, cookie, user and interface are those of the socket over ${version}`, () => {
      using _namespace = openNamespace();
      using server = open(family).setBytes(SOL_SOCKET, SO_BINDTODEVICE, cString("lo")).bind(loopback(family)).chown(
        1234,
      );
      using client = open(family).bind(loopback(family)).connect(loopback(family), server.localPort);
      const any = family === AF_INET ? "0.0.0.0" : "::";
      for (
        const [socket, expected] of [
          [server, ["unconnected", server.localPort, any, 0, 1234, 1]],
          [client, ["established", client.localPort, loopback(family), server.localPort, 0, 0]],
        ] as const
      ) {
        const flow = shown(socket);
        assertEquals(
          [flow["state"], flow["src_port"], flow["dst"], flow["dst_port"], flow["uid"], flow["iface_idx"]],
          [...expected],
        );
        assertEquals([flow["family"], flow["src"]], [family === AF_INET ? "inet" : "inet6", loopback(family)]);
        assertEquals([flow["cookie"], flow["timer"]], [`0x${socket.cookie.toString(16)}`, "off"]);
      }
    });

    test(`queues, memory and drops are those of SO_MEMINFO over ${version}`, () => {
      using _namespace = openNamespace();
      using server = open(family).setInteger(SOL_SOCKET, SO_RCVBUF, 3000).bind(loopback(family));
      using client = open(family).setInteger(SOL_SOCKET, SO_SNDBUF, 50000).connect(loopback(family), server.localPort);
      for (let i = 0; i < 20; i++) client.send(700);
      for (const socket of [server, client]) {
        const flow = shown(socket);
        const memory = Object.fromEntries(memoryNames.map((name, i) => [name, socket.memory[i]!]));
        assertEquals(objectIn(flow, "skmeminfo"), memory);
        assertEquals(flow["recv_q"], memory["rmem_alloc"]);
        assertEquals(objectIn(flow, "meminfo"), { r: memory["rmem_alloc"]!, w: 0, f: memory["fwd_alloc"]!, t: 0 });
      }
      const { drops, rcvbuf } = objectIn(shown(server), "skmeminfo") as Record<string, number>;
      assert(drops! > 0 && drops! < 20, `${drops} drops`);
      assertEquals([rcvbuf, objectIn(shown(client), "skmeminfo")["sndbuf"]], [6000, 100000]);
    });
  }

  test("mark, tos, tclass and class_id are the options that were set", () => {
    using _namespace = openNamespace();
    using fourth = open().setInteger(SOL_SOCKET, SO_MARK, 0xfedcba98 | 0).setInteger(SOL_SOCKET, SO_PRIORITY, 5)
      .setInteger(IPPROTO_IP, IP_TOS, 0x48).bind("127.0.0.1");
    // IP_TOS sets the priority too.
    const flow = shown(fourth);
    assertEquals([flow["mark"], flow["tos"], flow["tclass"]], [0xfedcba98, 0x48, undefined]);
    assertEquals(flow["class_id"], fourth.getInteger(SOL_SOCKET, SO_PRIORITY));
    using sixth = open(AF_INET6).setInteger(SOL_SOCKET, SO_PRIORITY, 6).setInteger(IPPROTO_IPV6, IPV6_TCLASS, 0xb8)
      .bind("::1");
    assertEquals([shown(sixth)["tclass"], shown(sixth)["class_id"], shown(sixth)["mark"]], [0xb8, 6, 0]);
  });

  test("v6only is IPV6_V6ONLY of sockets of IPv6 without a peer", () => {
    using _namespace = openNamespace();
    using only = open(AF_INET6).setInteger(IPPROTO_IPV6, IPV6_V6ONLY, 1).bind("::");
    using both = open(AF_INET6).setInteger(IPPROTO_IPV6, IPV6_V6ONLY, 0).bind("::");
    using client = open(AF_INET6).connect("::1", only.localPort);
    using fourth = open().bind("127.0.0.1");
    assertEquals([only, both, client, fourth].map((socket) => shown(socket)["v6only"]), [
      true,
      false,
      undefined,
      undefined,
    ]);
  });

  test("sockopts are exactly the options of the IP layer that are on", () => {
    using _namespace = openNamespace();
    using socket = open().setInteger(IPPROTO_IP, IP_MULTICAST_LOOP, 0).setInteger(IPPROTO_IP, IP_MULTICAST_ALL, 0).bind(
      "127.0.0.1",
    );
    assertEquals(shown(socket)["sockopts"], []);
    for (
      const [word, option] of [
        ["recverr", IP_RECVERR],
        ["freebind", IP_FREEBIND],
        ["mc_loop", IP_MULTICAST_LOOP],
        ["transparent", IP_TRANSPARENT],
        ["mc_all", IP_MULTICAST_ALL],
        ["bind_address_no_port", IP_BIND_ADDRESS_NO_PORT],
        ["recverr_rfc4884", IP_RECVERR_RFC4884],
      ] as const
    ) {
      socket.setInteger(IPPROTO_IP, option, 1);
      assertEquals(shown(socket)["sockopts"], [word]);
      socket.setInteger(IPPROTO_IP, option, 0);
    }
  });

  test("shutdown and shutdown_names are the sides that were shut", () => {
    using _namespace = openNamespace();
    using server = open().bind("127.0.0.1");
    for (
      const [how, bits, names] of [
        [SHUT_RD, 1, ["receive"]],
        [SHUT_WR, 2, ["send"]],
        [SHUT_RDWR, 3, ["receive", "send"]],
      ] as const
    ) {
      using client = open().connect("127.0.0.1", server.localPort).shutdown(how);
      const flow = shown(client);
      assertEquals([flow["shutdown"], flow["shutdown_names"]], [bits, [...names]]);
    }
    assertEquals([shown(server)["shutdown"], shown(server)["shutdown_names"]], [0, []]);
  });

  test("connected sockets are shown by default, the others with -l, both with -a, and unbound ones never", () => {
    using _namespace = openNamespace();
    using _unbound = open();
    using server = open().bind("127.0.0.1");
    using client = open().connect("127.0.0.1", server.localPort);
    using other = open(AF_INET6).bind("::1");
    const inodes = (...args: string[]) => list(...args).map((flow) => flow["inode"]).sort();
    const sorted = (...sockets: Socket[]) => sockets.map(({ inode }) => inode).sort();
    assertEquals(inodes(), sorted(client));
    assertEquals(inodes("-l"), sorted(server, other));
    assertEquals(inodes("-a"), sorted(server, client, other));
    assertEquals(inodes("-a6"), sorted(other));
    assertEquals(inodes("state", "established"), sorted(client));
  });

  test("the sockets and their queues are those in /proc/net", () => {
    using _namespace = openNamespace();
    using server = open().bind("127.0.0.1");
    using client = open().connect("127.0.0.1", server.localPort);
    using sixth = open(AF_INET6).bind("::1");
    client.send(100).send(50);
    const lines = ["", "6"].flatMap((suffix) => {
      const text = Deno.readTextFileSync(`/proc/thread-self/net/${name}${suffix}`);
      return text.trimEnd().split("\n").slice(1).map((line) => {
        const [, , , state, queues, , , uid, , inode] = line.trim().split(/\s+/);
        const [send, receive] = queues!.split(":").map((hex) => parseInt(hex, 16));
        return [Number(inode), state === "01" ? "established" : "unconnected", receive, send, Number(uid)];
      });
    });
    const own = list("-a").map((
      { inode, state, recv_q, send_q, uid },
    ) => [inode, state, recv_q, send_q, uid]);
    const byInode = (rows: unknown[][]) => rows.sort((a, b) => Number(a[0]) - Number(b[0]));
    assertEquals(byInode(own), byInode(lines));
    assertEquals(own.map(([inode]) => inode), [server, client, sixth].map(({ inode }) => inode).sort((a, b) => a - b));
  });
}

const noSs = isInstalled("ss") ? "" : " (ignored: ss is not installed)";

Deno.test({
  name: `udp: inodes, cookies, states, queues and drops are those that ss lists${noSs}`,
  ignore: noSs !== "",
  fn() {
    using _namespace = openNamespace();
    const udp = (family: number) => openSocket(family, SOCK_DGRAM, IPPROTO_UDP);
    using server = udp(AF_INET).setInteger(SOL_SOCKET, SO_RCVBUF, 3000).bind("127.0.0.1");
    using client = udp(AF_INET).connect("127.0.0.1", server.localPort);
    using _sixth = udp(AF_INET6).bind("::");
    for (let i = 0; i < 20; i++) client.send(500);
    const { code, stdout } = run(["ss", "-uanemHO"]);
    assertEquals(code, 0);
    const printed = stdout.trimEnd().split("\n").map((line) => {
      const [state, receive, send] = line.trim().split(/\s+/);
      const [, inode, cookie, drops] = /ino:(\d+) sk:(\w+).*,d(\d+)\)/.exec(line)!;
      return [state, receive, send, inode, `0x${cookie}`, drops];
    });
    const own = dumpFlows("-ua").map((flow) => [
      flow["state"] === "established" ? "ESTAB" : "UNCONN",
      ...[flow["recv_q"], flow["send_q"], flow["inode"], flow["cookie"]].map(String),
      String((flow["skmeminfo"] as FieldObject)["drops"]),
    ]);
    assertEquals(own, printed);
    assertEquals(own.length, 3);
  },
});

Deno.test("a dump of all families passes over those that the kernel lacks", () => {
  using _namespace = openNamespace();
  using server = openSocket(AF_INET, SOCK_DGRAM, IPPROTO_UDP).bind("127.0.0.1");
  assertEquals(dumpFlows("-a").filter(({ inode }) => inode === server.inode).map(({ protocol }) => protocol), ["UDP"]);
});
