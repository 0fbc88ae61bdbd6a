/**
 * Epoll instances that watch sockets, and threads that wait for them.
 */
import { assertEquals, assertMatch } from "@std/assert";
import { readWaitingCall, waitingCalls } from "../../decode/kernel/waiting_calls.ts";
import { readWatched, Watchers } from "../../decode/lookups/watchers.ts";
import { ObjectSink } from "../../decode/record/object_sink.ts";
import { type JsonObject, parseExact } from "../exact_json.ts";
import { asNobody, isRoot, programWords, run } from "../program.ts";
import type { Held } from "./hold.ts";
import { runIsolated } from "./isolated.ts";
import { openNamespace } from "./namespace.ts";
import { AF_INET, openTcp } from "./sockets.ts";

/** Listeners at ports from 81 on: watched in two ways, watched by a process that waits, waited for, left alone. */
const watching = ({ openTcp, AF_INET, openEpoll, watch, fork, setComm, libc, waitUntilBlocked, dup }: Held) => {
  const listen = (port: number) => openTcp(AF_INET).bind("127.0.0.1", port).listen(1);
  const [twice, looped, accepted] = [listen(81), listen(82), listen(83), listen(84)] as const;
  const [EPOLLIN, EPOLLRDHUP, EPOLLEXCLUSIVE, EPOLLET] = [1, 0x2000, 1 << 28, 1 << 31];
  const epolls = [openEpoll(), openEpoll(), openEpoll()] as const;
  watch(epolls[0], twice.fd, EPOLLIN | EPOLLRDHUP | EPOLLET);
  watch(epolls[1], twice.fd, EPOLLIN | EPOLLEXCLUSIVE);
  watch(epolls[1], dup(twice.fd), EPOLLIN);
  watch(epolls[2], looped.fd, EPOLLIN);
  const loop = fork(() => {
    setComm("loop");
    libc().epoll_wait(epolls[2], new Uint8Array(16), 1, -1);
  });
  const accepter = fork(() => {
    setComm("accepter");
    libc().accept4(accepted.fd, null, null, 0);
  });
  waitUntilBlocked(loop, { x86_64: 232, aarch64: 22 });
  waitUntilBlocked(accepter, { x86_64: 288, aarch64: 242 });
};

interface Watched {
  readonly src_port: number;
  readonly watchers_status?: string;
  readonly waiters_status?: string;
  readonly watchers?: readonly JsonObject[];
  readonly waiters?: readonly JsonObject[];
}

/**
 * The listeners of {@linkcode watching} by port, as the program shows them in processes of their own; processes outside may watch
 * `unknown` of them.
 */
function list(args: string, unknown: number): Map<number, Watched> {
  const { code, stdout, stderr } = runIsolated(
    `start watching
    "$@" -tln ${args} --format ndjson`,
    programWords(),
    { holders: { watching } },
  );
  const missing = "processes outside this PID namespace are not visible";
  assertEquals(
    [code, stderr],
    unknown === 0 ? [0, ""] : [1, `ss2: cannot tell what watches ${unknown} sockets: ${missing}\n`],
  );
  const flows = stdout.trimEnd().split("\n").map((line) => parseExact(line) as unknown as Watched);
  return new Map(flows.map((flow) => [Number(flow.src_port), flow]));
}

const of = (waiters: readonly JsonObject[] | undefined) => waiters?.map(({ comm, call }) => [comm, call]);

Deno.test("--watchers shows each epoll instance with its events, and --waiters the threads that wait on socket or instance", () => {
  const flows = list("--watchers --waiters", 2);
  // The processes that were forked have the instances too.
  const events = (port: number) =>
    flows.get(port)!.watchers?.filter(({ comm }) => comm === "holder").map(({ events }) => events);
  assertEquals(events(81), [
    ["in", "err", "hup", "rdhup", "et"],
    ["in", "err", "hup", "exclusive"],
    ["in", "err", "hup"],
  ]);
  assertEquals(events(82), [["in", "err", "hup"]]);
  const comms = flows.get(82)!.watchers!.map(({ comm }) => comm);
  assertEquals(comms.toSorted(), ["accepter", "holder", "loop"]);
  const [, one, other] = flows.get(81)!.watchers!.filter(({ comm }) => comm === "holder");
  assertEquals([one!["epoll_fd"] === other!["epoll_fd"], one!["fd"] === other!["fd"]], [true, false]);
  assertEquals([81, 82, 83, 84].map((port) => flows.get(port)!.watchers_status), [
    ...["resolved", "resolved", "denied", "denied"],
  ]);

  assertEquals(of(flows.get(83)!.waiters), [["accepter", "accept4"]]);
  assertMatch(JSON.stringify(of(flows.get(82)!.waiters)), /^\[\["loop","epoll_p?wait"\]\]$/);
  assertEquals([81, 82, 83, 84].map((port) => flows.get(port)!.waiters_status), [
    ...["none", "resolved", "resolved", "none"],
  ]);
});

Deno.test("filters and columns look up watchers and waiters, and only what they name", () => {
  const waited = list(`waiters.call = accept4 --columns src_port,waiters.comm`, 0);
  assertEquals([...waited], [[83, { protocol: "TCP", src_port: 83, waiters: [{ comm: "accepter" }] }]] as never);
  const watched = list(`watchers.events = exclusive --columns src_port,watchers_status`, 2);
  assertEquals([...watched], [[81, { protocol: "TCP", src_port: 81, watchers_status: "resolved" }]] as never);
  // Without --watchers nobody looks at epoll instances.
  assertEquals([...list("--waiters", 0).values()].map(({ waiters_status }) => waiters_status).toSorted(), [
    ...["none", "none", "none", "resolved"],
  ]);
});

Deno.test({
  name: `watchers and waiters of processes that may not be read are denied, and a warning says so${
    isRoot ? "" : " (ignored: needs root)"
  }`,
  ignore: !isRoot,
  fn() {
    using _namespace = openNamespace();
    using _listener = openTcp(AF_INET).bind("127.0.0.1").listen(1);
    asNobody((words, options) => {
      const columns = ["--columns", "watchers_status,waiters_status", "--format", "ndjson"];
      const { code, stdout, stderr } = run([...words, "-tl", ...columns], options);
      assertEquals([code, stdout], [1, '{"protocol":"TCP","watchers_status":"denied","waiters_status":"denied"}\n']);
      assertMatch(stderr, /^ss2: cannot tell what watches 1 sockets: [^\n]*\n/m);
    });
  },
});

Deno.test("Watchers says none only where all processes were examined, and raced where some ended meanwhile", () => {
  const statusOf = (obstacles: string[], vanished: number) => {
    const watchers = new Watchers(new Map(), obstacles, vanished);
    const sink = new ObjectSink();
    sink.openProtocol("TCP");
    sink.openRecord();
    watchers.write(7, sink);
    sink.closeRecord();
    sink.closeProtocol();
    return [(sink.take() as unknown as Watched[])[0]!.watchers_status, watchers.warnings.length];
  };
  assertEquals([statusOf([], 0), statusOf([], 1), statusOf(["hidden"], 1)], [["none", 0], ["raced", 0], ["denied", 1]]);
});

Deno.test("readWatched reads inode and device as hexadecimal numbers, and knows kernels that do not tell them", () => {
  const line = "tfd:        5 events: 80000019 data:     7f0000000005  pos:0 ino:265033 sdev:9\n";
  assertEquals(readWatched(`pos:\t0\nflags:\t02000002\n${line}`), [
    { fd: 5, events: 0x80000019, inode: 0x265033, device: 9 },
  ]);
  assertEquals(readWatched("pos:\t0\n"), []);
  assertEquals(readWatched("tfd:        5 events:       19 data:                5\n"), null);
});

Deno.test("readWaitingCall knows the call by its number, and not that of a thread that runs, or of a 32-bit program", () => {
  const calls = waitingCalls.x86_64;
  const line = (number: number, first: string, stack: string) =>
    `${number} ${first} 0x1 0x2 0x3 0x4 0x5 ${stack} 0x401000\n`;
  assertEquals(readWaitingCall(line(288, "0x3", "0x7ffd00000000"), calls), { call: "accept4", fd: 3 });
  assertEquals(readWaitingCall(line(288, "0xffffffff00000003", "0x7ffd00000000"), calls), { call: "accept4", fd: 3 });
  assertEquals(readWaitingCall(line(202, "0x3", "0x7ffd00000000"), calls), null);
  assertEquals(readWaitingCall(line(3, "0x3", "0xffd00000"), calls), null);
  assertEquals(readWaitingCall("running\n", calls), null);
  assertEquals(readWaitingCall("-1 0x7ffd00000000 0x401000\n", calls), null);
});

/** Numbers of system calls by name, from the first of some headers that is there; `null` if none is. */
function callsOfHeaders(...paths: readonly string[]): Map<string, number> | null {
  for (const path of paths) {
    try {
      const text = Deno.readTextFileSync(path);
      const found = text.matchAll(/^#define __NR(?:3264)?_(\w+) (\d+)$/gm);
      return new Map([...found].map(([, name, number]) => [name!, Number(number)]));
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return null;
}

const headers = {
  x86_64: callsOfHeaders("/usr/include/x86_64-linux-gnu/asm/unistd_64.h", "/usr/include/asm/unistd_64.h"),
  aarch64: callsOfHeaders("/usr/include/asm-generic/unistd.h"),
};

for (const arch of ["x86_64", "aarch64"] as const) {
  const known = headers[arch];
  Deno.test({
    name: `numbers of waiting calls are those of the headers of ${arch}${
      known === null ? " (ignored: the headers are not installed)" : ""
    }`,
    ignore: known === null,
    fn() {
      for (const [number, name] of Object.entries(waitingCalls[arch])) {
        assertEquals([name, known!.get(name)], [name, Number(number)]);
      }
    },
  });
}
