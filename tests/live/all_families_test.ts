/**
 * All families at once, in a namespace with known sockets: the counts equal those in the kernel's files, and `ss` shows
 * the same sockets for each list of options.
 */
import { assert, assertEquals } from "@std/assert";
import { families } from "../../decode/families/all_families.ts";
import { type JsonObject, parseExact } from "../exact_json.ts";
import { assertPrinted, isInstalled, run, runProgram, without } from "../program.ts";
import { HeldSockets, type Hold } from "./hold.ts";
import { openNamespace } from "./namespace.ts";
import type { Socket } from "./sockets.ts";

/** Opens sockets of every family that this kernel has; returns their inodes. */
const open: Hold<number[], []> = (held) => {
  const { openTcp, openSocket, openSocketPair, openPacket, unixAddress, netlinkAddress, loopback } = held;
  const { AF_INET, AF_INET6, AF_UNIX, AF_NETLINK, SOCK_STREAM, SOCK_DGRAM, SOCK_RAW, SOCK_SEQPACKET } = held;
  const kept: Socket[] = [];
  const keep = <T extends Socket>(socket: T): T => (kept.push(socket), socket);
  const connectAndAccept = (listener: Socket, family: number, protocol?: number, count = 1) => {
    for (let i = 0; i < count; i++) keep(openTcp(family, protocol)).connect(loopback(family), listener.localPort);
    keep(listener.accept());
  };
  Deno.writeTextFileSync("/proc/sys/net/ipv4/ping_group_range", "0 2147483647");
  for (const family of [AF_INET, AF_INET6]) {
    const address = loopback(family);
    const icmp = family === AF_INET ? 1 : 58;
    const listener = keep(openTcp(family)).bind(address).listen(5);
    connectAndAccept(listener, family, undefined, 3);
    const { localPort } = keep(openSocket(family, SOCK_DGRAM)).bind(address);
    keep(openSocket(family, SOCK_DGRAM)).connect(address, localPort);
    keep(openSocket(family, SOCK_RAW, icmp));
    keep(openSocket(family, SOCK_RAW, 253));
    keep(openSocket(family, SOCK_DGRAM, icmp)).bind(address);
    if (held.hasProtocol(family, SOCK_DGRAM, held.IPPROTO_UDPLITE)) {
      keep(openSocket(family, SOCK_DGRAM, held.IPPROTO_UDPLITE)).bind(address);
    }
    if (!held.hasProtocol(family, SOCK_STREAM, held.IPPROTO_MPTCP)) continue;
    const multipath = keep(openTcp(family, held.IPPROTO_MPTCP)).bind(address).listen(1);
    connectAndAccept(multipath, family, held.IPPROTO_MPTCP);
  }
  for (const type of [SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET]) {
    const socket = keep(openSocket(AF_UNIX, type)).bindTo(unixAddress(`\0ss2-test-${type}`));
    if (type !== SOCK_DGRAM) socket.listen(2);
    openSocketPair(type).forEach(keep);
  }
  for (const protocol of [0, 4, 15, 16]) keep(openSocket(AF_NETLINK, SOCK_RAW, protocol)).bindTo(netlinkAddress(0));
  for (const type of [SOCK_RAW, SOCK_DGRAM]) keep(openPacket(type, held.ETH_P_ALL));
  return kept.map(({ inode }) => inode);
};

/** @param test is given the inodes of the sockets */
async function withSockets(test: (inodes: ReadonlySet<number>) => void): Promise<void> {
  using _namespace = openNamespace();
  await using held = await HeldSockets.open(open);
  test(new Set(held.truth));
}

type Document = Record<string, { flows: JsonObject[] }>;
const list = (...args: string[]) => parseExact(assertPrinted(runProgram(...args))) as unknown as Document;

/** A file of this namespace as lines, without its heading. */
function lines(name: string): string[] {
  const { stdout } = run(["cat", `/proc/thread-self/net/${name}`]);
  return stdout.split("\n").filter((line) => line !== "").slice(1);
}

const isRoot = Deno.uid() === 0;
const because = isRoot ? "" : " (ignored: needs root for raw and packet sockets)";

Deno.test({
  name: `-a lists every family, with as many sockets as the kernel counts${because}`,
  ignore: !isRoot,
  fn: () =>
    withSockets((inodes) => {
      const document = list("-a");
      assertEquals(Object.keys(document), families.map(({ name }) => name).filter((name) => name !== "OTHER"));
      const count = (name: string) => document[name]?.flows.length ?? 0;
      const both = (name: string) => lines(name).length + lines(`${name}6`).length;
      // Closed sockets are neither in the files nor in a dump.
      assertEquals(count("TCP"), both("tcp"));
      assertEquals(count("UDP"), both("udp"));
      assertEquals(count("UDPLITE"), both("udplite"));
      assertEquals(count("RAW"), both("raw"));
      assertEquals(count("PING"), both("icmp"));
      assertEquals(count("PACKET"), lines("packet").length);
      // The processes that look have UNIX sockets of their own.
      const unix = lines("unix").map((line) => Number(line.split(/\s+/)[6])).filter((inode) => inodes.has(inode));
      assertEquals(
        document["UNIX"]!.flows.map(({ inode }) => Number(inode)).filter((inode) => inodes.has(inode)).sort(),
        unix.sort(),
      );
      const netlink = new Set(
        document["NETLINK"]!.flows.map((flow) => `${flow["netlink_protocol"]} ${flow["portid"]}`),
      );
      assert(netlink.size >= 5, `${netlink.size} netlink sockets`);
      const total = Object.values(document).reduce((sum, { flows }) => sum + flows.length, 0);
      assert(total >= 40, `${total} sockets`);
    }),
});

/** Inodes that `ss` prints with -e, in order of size. */
function inodesOfSs(...args: string[]): number[] {
  const { code, stdout, stderr } = run(["ss", "-nHOe", ...args]);
  assertEquals([code, stderr], [0, ""]);
  const inodes = [...stdout.matchAll(/ ino:(\d+)/g)].map(([, inode]) => Number(inode)).filter((inode) => inode !== 0);
  return inodes.sort((a, b) => a - b);
}

for (
  const [args, member] of [
    [["-t"], "TCP"],
    [["-ta"], "TCP"],
    [["-tl"], "TCP"],
    [["-u"], "UDP"],
    [["-ua"], "UDP"],
    [["-ul"], "UDP"],
    [["-u4a"], "UDP"],
    [["-M"], "MPTCP"],
    [["-Ma"], "MPTCP"],
  ] as const
) {
  Deno.test({
    name: `${args.join(" ")} shows the sockets that ss ${args.join(" ")} shows${because}${without("ss")}`,
    ignore: !isRoot || !isInstalled("ss"),
    fn: () =>
      withSockets(() => {
        if (!families.some(({ name }) => name === member)) return;
        const inodes = list(...args)[member]!.flows.map(({ inode }) => Number(inode)).filter((inode) => inode !== 0);
        assertEquals(inodes.sort((a, b) => a - b), inodesOfSs(...args));
      }),
  });
}

for (const args of [["-x"], ["-xa"], ["-xl"], ["-A", "unix_dgram", "-a"], ["-A", "u_seq", "-l"], ["-A", "u_str"]]) {
  Deno.test({
    name: `${args.join(" ")} shows the sockets that ss ${args.join(" ")} shows${because}${without("ss")}`,
    ignore: !isRoot || !isInstalled("ss"),
    fn: () =>
      withSockets((inodes) => {
        // `ss` prints the inode as the port of the local address.
        const { stdout } = run(["ss", "-nHO", ...args]);
        const expected = [...stdout.matchAll(/ (\d+) +\* (\d+) *$/gm)].map(([, inode]) => Number(inode));
        const found = list(...args)["UNIX"]!.flows.map(({ inode }) => Number(inode));
        const ours = (all: number[]) => all.filter((inode) => inodes.has(inode)).sort((a, b) => a - b);
        assertEquals(ours(found), ours(expected));
        assert(ours(found).length > 0);
      }),
  });
}

Deno.test({
  name: `-0a, --netlink and -wa show as many sockets as ss does${because}${without("ss")}`,
  ignore: !isRoot || !isInstalled("ss"),
  fn: () =>
    withSockets(() => {
      const count = (...args: string[]) =>
        run(["ss", "-nHO", ...args]).stdout.split("\n").filter((line) => line !== "").length;
      assertEquals(list("-0a")["PACKET"]!.flows.length, count("-0a"));
      assertEquals(list("-0")["PACKET"]!.flows.length, count("-0"));
      assertEquals(list("-wa")["RAW"]!.flows.length, count("-wa"));
      assert(list("--netlink")["NETLINK"]!.flows.length >= 5);
    }),
});
