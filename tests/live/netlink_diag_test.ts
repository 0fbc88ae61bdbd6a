/** Netlink sockets of the running kernel, opened with every property that the fields show. */
import { familyCalled } from "../../decode/families/all_families.ts";
import { assert, assertEquals } from "@std/assert";
import { NETLINK_DIAG_MSG } from "../../decode/families/netlink_diag.ts";
import { runPlan } from "../../decode/plan/run_plan.ts";
import { openNetlinkSocket } from "../../ffi/netlink_socket.ts";
import { type FlowObject, ObjectSink } from "../../decode/record/object_sink.ts";
import { planFor } from "../decode/recorded_family.ts";
import { wordsOf } from "../decode/layouts.ts";
import { isInstalled, run, without } from "../program.ts";
import { dumpFlows } from "./flows.ts";
import { HeldSockets, type Hold } from "./hold.ts";
import { openNamespace } from "./namespace.ts";
import type { Socket } from "./sockets.ts";

const netlink = familyCalled("netlink");

interface Truth {
  readonly inode: number;
  readonly type: number;
  readonly cookie: string;
  readonly memory: readonly number[];
  readonly protocol: number;
  readonly portid: number;
}

type Truths = Readonly<Record<string, Truth>>;

const open: Hold<Truths, []> = (held) => {
  const { openSocket, netlinkAddress, describe, AF_NETLINK, SOCK_RAW, SOCK_DGRAM, SOL_SOCKET } = held;
  const [ROUTE, USERSOCK, SOCK_DIAG, UEVENT, GENERIC] = [0, 2, 4, 15, 16] as const;
  const [SOL_NETLINK, ADD, DROP] = [270, 1, 2] as const;
  const opened: Record<string, readonly [Socket, number]> = {};
  const fresh = (name: string, protocol: number, type: number = SOCK_RAW): Socket => {
    const socket = openSocket(AF_NETLINK, type, protocol);
    opened[name] = [socket, protocol];
    return socket;
  };
  let port = Deno.pid;
  const bound = (name: string, protocol: number, groups: readonly number[] = [], type: number = SOCK_RAW): Socket => {
    const socket = fresh(name, protocol, type).bindTo(netlinkAddress(port += 1_000_000));
    for (const group of groups) socket.setInteger(SOL_NETLINK, ADD, group);
    return socket;
  };
  bound("plain", ROUTE);
  bound("dgram", ROUTE, [], SOCK_DGRAM);
  bound("groups", ROUTE, [1, 5, 32, 33]);
  bound("uevent", UEVENT, [1]);
  bound("dropped", ROUTE, [2, 3]).setInteger(SOL_NETLINK, DROP, 2);
  bound("none", ROUTE, [9]).setInteger(SOL_NETLINK, DROP, 9);
  fresh("unbound.groups", ROUTE).setInteger(SOL_NETLINK, ADD, 4);
  const options = { pktinfo: 3, broadcast_error: 4, no_enobufs: 5, listen_all_nsid: 8, cap_ack: 10 };
  for (const [name, option] of Object.entries(options)) bound(name, GENERIC).setInteger(SOL_NETLINK, option, 1);
  const all = bound("all.flags", GENERIC, [16]);
  for (const option of Object.values(options)) all.setInteger(SOL_NETLINK, option, 1);
  const server = bound("server", USERSOCK).address;
  const client = bound("client", USERSOCK).connectTo(server);
  for (let i = 0; i < 3; i++) client.send(100 + i);
  bound("to.group", USERSOCK).connectTo(netlinkAddress(0, 1 << 6));
  bound("disconnected", USERSOCK).connectTo(server).connectTo(new Uint8Array(12));
  bound("diag", SOCK_DIAG, [1, 3]);
  bound("limits", USERSOCK).setInteger(SOL_SOCKET, held.SO_RCVBUF, 50000).setInteger(SOL_SOCKET, held.SO_SNDBUF, 60000);
  // A dump of links whose first part waits to be read: `struct nlmsghdr` and `struct ifinfomsg`.
  bound("dumping", ROUTE).write(new Uint8Array([32, 0, 0, 0, 18, 0, 1, 3, 1, ...new Array(23).fill(0)]));
  return Object.fromEntries(
    Object.entries(opened).map(([name, [socket, protocol]]) => {
      const portid = new DataView(socket.address.buffer).getUint32(4, true);
      return [name, { ...describe(socket), protocol, portid }];
    }),
  );
};

async function withSockets(test: (truths: Truths) => void): Promise<void> {
  using _namespace = openNamespace();
  await using sockets = await HeldSockets.open(open);
  test(sockets.truth);
}

/** Flows by the names of their sockets, without the kernel's own and those that ask. */
function flowsByName(truths: Truths, flows: readonly FlowObject[]): Map<string, FlowObject> {
  const names = new Map(Object.entries(truths).map(([name, { inode }]) => [inode, name]));
  const ours = flows.filter((flow) => names.has(flow["inode"] as number));
  const found = new Map(ours.map((flow) => [names.get(flow["inode"] as number)!, flow]));
  assertEquals(ours.length, found.size);
  assertEquals([...found.keys()].sort(), Object.keys(truths).sort());
  for (const flow of flows) {
    if (ours.includes(flow)) continue;
    assert(flow["portid"] === 0 || flow["netlink_protocol"] === "sock-diag", JSON.stringify(flow["inode"]));
  }
  return found;
}

const groups: Readonly<Record<string, readonly number[]>> = {
  groups: [1, 5, 32, 33],
  uevent: [1],
  dropped: [3],
  none: [],
  "unbound.groups": [4],
  "all.flags": [16],
  diag: [1, 3],
};
const options = ["pktinfo", "broadcast_error", "no_enobufs", "listen_all_nsid", "cap_ack"];
const protocolWords = wordsOf(NETLINK_DIAG_MSG, "netlink_protocol");
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

Deno.test("runPlan lists every netlink socket once with the properties that it was given", () =>
  withSockets((truths) => {
    for (const [name, flow] of flowsByName(truths, dumpFlows("--netlink", "-a"))) {
      const truth = truths[name]!;
      const expected: Record<string, unknown> = {
        protocol: "NETLINK",
        family: "netlink",
        state: name === "client" || name === "to.group" ? "established" : "unconnected",
        type: truth.type === 2 ? "dgram" : "raw",
        netlink_protocol: protocolWords[truth.protocol],
        portid: truth.portid,
        dst_portid: name === "client" ? truths["server"]!.portid : 0,
        dst_group: name === "to.group" ? 7 : 0,
        inode: truth.inode,
        cookie: truth.cookie,
        groups: groups[name],
        flags: name === "all.flags"
          ? options
          : options.includes(name)
          ? [name]
          : name === "dumping"
          ? ["cb_running"]
          : [],
        recv_q: truth.memory[0],
        send_q: truth.memory[2],
        skmeminfo: Object.fromEntries(memoryNames.map((memory, i) => [memory, truth.memory[i]])),
      };
      assertEquals(Object.fromEntries(Object.keys(expected).map((key) => [key, flow[key]])), expected, name);
    }
  }));

Deno.test("runPlan shows the memory of netlink messages that wait, and the limits of the buffers", () =>
  withSockets((truths) => {
    const flows = flowsByName(truths, dumpFlows("--netlink", "-a"));
    const memory = (name: string) => flows.get(name)!["skmeminfo"] as Record<string, number>;
    assert(memory("server")["rmem_alloc"]! >= 303);
    assertEquals(memory("plain")["rmem_alloc"], 0);
    assertEquals([memory("limits")["rcvbuf"], memory("limits")["sndbuf"]], [100000, 120000]);
  }));

Deno.test("runPlan chooses netlink sockets by state", () =>
  withSockets((truths) => {
    const names = new Map(Object.entries(truths).map(([name, { inode }]) => [inode, name]));
    const chosen = (...args: string[]) =>
      dumpFlows("--netlink", ...args).flatMap((flow) => names.get(flow["inode"] as number) ?? []).sort();
    const connected = ["client", "to.group"];
    const others = Object.keys(truths).filter((name) => !connected.includes(name)).sort();
    assertEquals(chosen("state", "established"), connected);
    assertEquals(chosen("state", "unconnected"), others);
    assertEquals(chosen(), [...connected, ...others].sort());
    assertEquals(chosen("-l"), others);
    assertEquals(chosen("-a"), [...connected, ...others].sort());
    assertEquals(dumpFlows("--netlink", "state", "listening"), []);
  }));

Deno.test("runPlan does not list the netlink socket that asks", () => {
  using _namespace = openNamespace();
  using source = openNetlinkSocket();
  const sink = new ObjectSink();
  const outcome = runPlan(planFor(netlink), source, sink);
  assertEquals(outcome.warnings, []);
  const ids = sink.take().map(({ portid }) => portid);
  assertEquals([ids.length > 0, ids.includes(source.portId)], [true, false]);
});

Deno.test("runPlan agrees with /proc/net/netlink on protocol, port id, groups, memory and drops", () =>
  withSockets((truths) => {
    const flows = flowsByName(truths, dumpFlows("--netlink", "-a"));
    const { stdout } = run(["cat", "/proc/thread-self/net/netlink"]);
    const inodes = new Map([...flows].map(([name, flow]) => [flow["inode"], name]));
    const seen: string[] = [];
    for (const line of stdout.trim().split("\n").slice(1)) {
      const [, protocol, portid, mask, rmem, wmem, dump, , drops, inode] = line.trim().split(/\s+/);
      const name = inodes.get(Number(inode));
      if (name === undefined) continue;
      seen.push(name);
      const flow = flows.get(name)!;
      const memory = flow["skmeminfo"] as Record<string, number>;
      // The file has the first 32 groups.
      const bits = (flow["groups"] as number[] | undefined ?? []).filter((group) => group <= 32)
        .reduce((sum, group) => sum + 2 ** (group - 1), 0);
      assertEquals(
        [
          protocolWords[Number(protocol)],
          Number(portid),
          parseInt(mask!, 16),
          Number(rmem),
          Number(wmem),
          Number(drops),
        ],
        [flow["netlink_protocol"], flow["portid"], bits, memory["rmem_alloc"], memory["wmem_alloc"], memory["drops"]],
        name,
      );
      assertEquals(dump === "1", (flow["flags"] as string[]).includes("cb_running"), name);
    }
    // It lists no socket without a port id.
    assertEquals(seen.sort(), Object.keys(truths).filter((name) => name !== "unbound.groups").sort());
  }));

Deno.test({
  name: `the program lists the netlink sockets that ss lists, each once${without("ss")}`,
  ignore: !isInstalled("ss"),
  fn: () =>
    withSockets((truths) => {
      const { code, stdout } = run(["ss", "-nHma", "-A", "netlink"]);
      assertEquals(code, 0);
      const isAsking = (line: string) => line.startsWith("4:") && !line.startsWith("4:0 ") && !line.includes(diag);
      const diag = String(truths["diag"]!.portid);
      const theirs = stdout.trim().split(/\n(?=UNCONN)/).map((line) => {
        const [, recvQ, , local, peer] = line.split(/\s+/);
        const skmem = /skmem:\((.*?)\)/.exec(line)![1];
        return `${local} ${peer} ${recvQ} ${skmem}`;
      }).filter((line) => !isAsking(line));
      const ours = dumpFlows("-A", "netlink", "-a").map((flow) => {
        const { netlink_protocol, portid, state, dst_group, dst_portid } = flow as Record<string, unknown>;
        const { rmem_alloc, rcvbuf, wmem_alloc, sndbuf, fwd_alloc, wmem_queued, optmem, backlog, drops } =
          flow["skmeminfo"] as Record<string, number>;
        const memory =
          `r${rmem_alloc},rb${rcvbuf},t${wmem_alloc},tb${sndbuf},f${fwd_alloc},w${wmem_queued},o${optmem},bl${backlog},d${drops}`;
        const peer = state === "established" ? `${dst_group}:${dst_portid}` : "*";
        return `${protocolWords.indexOf(netlink_protocol as string)}:${
          (portid as number) | 0
        } ${peer} ${rmem_alloc} ${memory}`;
      }).filter((line) => !isAsking(line));
      assertEquals(ours.sort(), [...new Set(theirs)].sort());
      assert(theirs.length > new Set(theirs).size, "ss lists some twice");
    }),
});
