/**
 * The program's own sockets, those of the runtime and those that ask the kernel, are never listed, counted or found by
 * a check.
 */
import { assert, assertEquals } from "@std/assert";
import { forgetOwnSocket, noteOwnSocket } from "../../ffi/own_sockets.ts";
import { procNet } from "../../ffi/proc_net.ts";
import { programWords } from "../program.ts";
import type { Hold } from "./hold.ts";
import { runIsolated } from "./isolated.ts";
import { openNamespace } from "./namespace.ts";
import { AF_NETLINK, AF_UNIX, openSocket, openSocketPair, SOCK_RAW, SOCK_STREAM } from "./held.ts";
import { netlinkAddress } from "./sockets.ts";

const ALL = "-ap --unix --netlink --other";

Deno.test("where no process has a socket only the kernel's own are listed, counted, recorded and found by a check", () => {
  const { stdout, stderr } = runIsolated(`
    set +e
    "$@" -xap --format ndjson
    "$@" ${ALL} --format ndjson --columns protocol,portid,owner_status | sort -u
    "$@" ${ALL} --count-by protocol --csv | cut -d, -f1
    "$@" ${ALL} -N all --format ndjson --columns protocol,portid | sort -u
    "$@" -q -xa; echo $?
    "$@" -xa --fail-if-any --compact; echo $?
    "$@" -xa --netlink --record /run/x.pcap --compact --columns portid >/run/live
    "$@" -xa --netlink --read /run/x.pcap --compact --columns portid >/run/read
    [ "$(cat /run/read)" = "$(cat /run/live)" ] && echo same`);
  // That there are no others is not known here.
  const doubt = "processes outside this PID namespace are not visible";
  assertEquals(stderr, `ss2: cannot find sockets that only their processes show: ${doubt}\n`.repeat(3));
  assertEquals(stdout.trimEnd().split("\n").map((line) => line.trimEnd()), [
    '{"protocol":"NETLINK","portid":0,"owner_status":"kernel"}',
    "protocol",
    "NETLINK",
    '{"protocol":"NETLINK","portid":0}',
    "1",
    '{"UNIX":{"flows":[]}}',
    "0",
    "same",
  ]);
});

/** Becomes a shell with a socket as its standard input. */
const passing: Hold = ({ openSocketPair, replace, exec }) => {
  replace(0, openSocketPair()[0].fd);
  return () => exec(["sh", "/run/script"]);
};

Deno.test("a socket that another program has passed on is listed, with the program among its owners", () => {
  const { stdout, stderr } = runIsolated(
    `{ printf "'%s' " "$@"; echo '-xap --format ndjson --columns owners.fds >/run/x; mv /run/x /run/listed; sleep 1000'; } >/run/script
    start passing
    while [ ! -e /run/listed ]; do sleep 0.05; done
    cat /run/listed`,
    programWords(),
    { holders: { passing } },
  );
  assertEquals(stderr, "");
  const held = stdout.trimEnd().split("\n").map((line) => JSON.parse(line).owners as { fds: number[] }[]);
  // The shell and the program; its other end is closed.
  assertEquals(held.map((owners) => owners.map(({ fds }) => fds)), [[[0], [0]]]);
});

Deno.test("/proc/net in place of the kernel's diagnostics leaves out own sockets too, and no others", () => {
  using _namespace = openNamespace();
  /** Values of the column `Inode`. */
  const inodes = (name: string) => {
    const [head = [], ...rows] = new TextDecoder().decode(procNet.read(name)!).trimEnd().split("\n")
      .map((line) => line.trim().split(/\s+/));
    return rows.map((cells) => Number(cells[head.indexOf("Inode")]));
  };
  const [unix] = openSocketPair();
  using _other = openSocket(AF_UNIX, SOCK_STREAM);
  using netlink = openSocket(AF_NETLINK, SOCK_RAW).bindTo(netlinkAddress(0));
  for (const [name, socket] of [["unix", unix], ["netlink", netlink]] as const) {
    const before = inodes(name);
    assert(before.includes(socket.inode));
    noteOwnSocket(socket.fd);
    assertEquals(inodes(name), before.filter((inode) => inode !== socket.inode));
    forgetOwnSocket(socket.fd);
    assertEquals(inodes(name), before);
  }
  unix.close();
});
