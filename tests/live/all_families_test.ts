/**
 * All families at once, in a namespace with a known set of sockets: the counts are those of the kernel's own files, and each
 * option list of `ss` shows the same sockets.
 */
import { assert, assertEquals } from "@std/assert";
import { families } from "../../decode/families/all_families.ts";
import { type JsonObject, parseExact } from "../exact_json.ts";
import { assertPrinted, run, runProgram } from "../program.ts";
import { openNamespace } from "./namespace.ts";

/** Opens sockets of every family that this kernel has, prints their number by kind, and waits for the end of its input. */
const opener = `
import json, os, socket, struct, sys
keep = []
def s(*args):
    keep.append(socket.socket(*args))
    return keep[-1]
open('/proc/sys/net/ipv4/ping_group_range', 'w').write('0 2147483647')
inet, inet6 = socket.AF_INET, socket.AF_INET6
for family, host in ((inet, '127.0.0.1'), (inet6, '::1')):
    l = s(family, socket.SOCK_STREAM); l.bind((host, 0)); l.listen(5)
    for _ in range(3):
        c = s(family, socket.SOCK_STREAM); c.connect(l.getsockname())
    keep.append(l.accept()[0])
    u = s(family, socket.SOCK_DGRAM); u.bind((host, 0))
    c = s(family, socket.SOCK_DGRAM); c.connect(u.getsockname())
    r = s(family, socket.SOCK_RAW, 1 if family == inet else 58)
    r = s(family, socket.SOCK_RAW, 253)
    p = s(family, socket.SOCK_DGRAM, 1 if family == inet else 58); p.bind((host, 0))
    lite = s(family, socket.SOCK_DGRAM, 136); lite.bind((host, 0))
    try:
        m = s(family, socket.SOCK_STREAM, 262); m.bind((host, 0)); m.listen(1)
        c = s(family, socket.SOCK_STREAM, 262); c.connect(m.getsockname())
        keep.append(m.accept()[0])
    except OSError: pass
for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET):
    x = s(socket.AF_UNIX, kind); x.bind('\\0ss2-test-%d-%d' % (os.getpid(), kind))
    if kind != socket.SOCK_DGRAM: x.listen(2)
    keep.extend(socket.socketpair(socket.AF_UNIX, kind))
for protocol in (0, 4, 15, 16): s(socket.AF_NETLINK, socket.SOCK_RAW, protocol).bind((0, 0))
for kind in (socket.SOCK_RAW, socket.SOCK_DGRAM): s(socket.AF_PACKET, kind, socket.htons(3))
print(json.dumps([os.fstat(k.fileno()).st_ino for k in keep]), flush=True)
sys.stdin.read()
`;

/** @param test is given the inodes of the sockets */
async function withSockets(test: (inodes: ReadonlySet<number>) => void): Promise<void> {
  using _namespace = openNamespace();
  const child = new Deno.Command("python3", { args: ["-c", opener], stdin: "piped", stdout: "piped" }).spawn();
  const output = child.stdout.getReader();
  try {
    const { value } = await output.read();
    assert(value !== undefined, "the sockets could not be opened");
    test(new Set(JSON.parse(new TextDecoder().decode(value)) as number[]));
  } finally {
    await output.cancel();
    await child.stdin.close().catch(() => {});
    await child.status;
  }
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
      // Sockets that are closed for good are in none of the files, nor in a dump.
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
    name: `${args.join(" ")} shows the sockets that ss ${args.join(" ")} shows${because}`,
    ignore: !isRoot,
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
    name: `${args.join(" ")} shows the sockets that ss ${args.join(" ")} shows${because}`,
    ignore: !isRoot,
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
  name: `-0a, --netlink and -wa show as many sockets as ss does${because}`,
  ignore: !isRoot,
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
