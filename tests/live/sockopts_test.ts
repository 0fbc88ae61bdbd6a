/**
 * Options of live sockets, and that reading them leaves the sockets and their program as they were.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { parseExact } from "../exact_json.ts";
import { assertPrinted, isInstalled, programWords, run, without } from "../program.ts";
import { dumpObjects, parseFilter } from "../../mod.ts";
import { check, libc } from "./libc.ts";
import { openNamespace } from "./namespace.ts";
import { openSetSockets } from "./option_sockets.ts";
import { AF_INET, openPair, openSocket, openTcp, SOCK_DGRAM, type Socket } from "./sockets.ts";

const SOL_SOCKET = 1;
const SO_ERROR = 4;
const SO_LINGER = 13;
const ECONNREFUSED = 111;

interface Flow {
  readonly protocol: string;
  readonly inode: number;
  readonly state: string;
  readonly options_status: string;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly peer_cred?: Readonly<Record<string, unknown>>;
}

const lines = (output: string): Flow[] =>
  output.trimEnd().split("\n").filter((line) => line !== "").map((line) => parseExact(line) as unknown as Flow);

/** On some machines there are processes that not even root may look at, and that may hold what nobody else holds. */
const UNSEEN = /^(ss2: (cannot read (owners|the options) of \d+ sockets: not permitted|OTHER: left out) [^\n]+\n)*$/;

const list = (...args: string[]): Flow[] => {
  const { stdout, stderr } = run([...programWords(), "--format", "ndjson", ...args]);
  assertMatch(stderr, UNSEEN);
  return lines(stdout);
};

/** Numbers that may be printed digit by digit, as numbers. */
const plain = (value: unknown): unknown => typeof value === "bigint" ? Number(value) : value;

Deno.test("--sockopts shows each option as it was set, for every family, in formats, columns, filters and the library", () => {
  using _namespace = openNamespace();
  const sockets = openSetSockets();
  const count = sockets.reduce((sum, { shown }) => sum + Object.keys(shown).length, 0);
  assert(count >= 60, `${count} options`);
  const flows = new Map(list("-a", "--sockopts=all").map((flow) => [flow.inode, flow]));
  for (const { socket, shown } of sockets) {
    const flow = flows.get(socket.inode);
    assertEquals(flow?.options_status, "resolved");
    const read = Object.fromEntries(Object.keys(shown).map((field) => [field, plain(flow!.options![field])]));
    assertEquals(read, shown as Record<string, unknown>, flow!.protocol);
  }
  const set = sockets[1]!;
  // Without =all only the usual ones are there, with the same values.
  const usual = list("-t", "--sockopts").find(({ inode }) => inode === set.socket.inode)!.options!;
  assertEquals([usual["keepidle"], usual["congestion"], usual["cookie"]], [
    77,
    undefined,
    `0x${set.socket.cookie.toString(16)}`,
  ]);
  // A column or a filter that names an option asks for it.
  const columns = ["--columns", "inode,options.keepidle,options.congestion"];
  assertEquals(list("-t", "options.keepalive = true and state = established", ...columns), [
    { protocol: "TCP", inode: set.socket.inode, options: { keepidle: 77, congestion: "reno" } } as unknown as Flow,
  ]);
  const csv = assertPrinted(
    run([...programWords(), "-t", "--csv", "--columns", "options.keepidle", "options.keepidle < 100"]),
  );
  assertEquals(csv.replaceAll("\r", ""), "options.keepidle\n77\n");
  const [object] = dumpObjects({ tcp: true, sockopts: "all", filter: parseFilter("options.nodelay = true") });
  assertEquals([object?.inode, object?.options?.max_pacing_rate], [set.socket.inode, 123_456_789_012n]);
  assertEquals([...dumpObjects({ tcp: true })][0]!.options_status, undefined);
  for (const { socket } of sockets) socket.close();
});

Deno.test("peer_cred says who connected to a UNIX socket, and who listens", () => {
  using _namespace = openNamespace();
  const { symbols: { socketpair } } = Deno.dlopen("libc.so.6", {
    socketpair: { parameters: ["i32", "i32", "i32", "buffer"], result: "i32" },
  });
  const pair = new Int32Array(2);
  check("socketpair", socketpair(1, 1, 0, pair));
  using alone = openSocket(1, SOCK_DGRAM);
  const flows = list("-x", "-a", "--sockopts");
  const user = run(["id", "-un"]).stdout.trim();
  const comm = Deno.readTextFileSync(`/proc/${Deno.pid}/comm`).trim();
  const creds = flows.filter(({ peer_cred }) => peer_cred !== undefined);
  assertEquals(
    creds.map(({ peer_cred }) => peer_cred),
    [0, 1].map(() => ({
      ...{ pid: Deno.pid, comm },
      ...{ uid: Deno.uid()!, user, gid: Deno.gid()! },
    })),
  );
  assertEquals(list("-x", "-a", `peer_cred.pid = ${Deno.pid}`, "--columns", "inode").length, 2);
  assertEquals(flows.some(({ inode }) => inode === alone.inode), true);
  pair.forEach((fd) => libc().close(fd));
});

/** An epoll instance that watches a descriptor. */
class Epoll implements Disposable {
  readonly #calls = Deno.dlopen("libc.so.6", {
    epoll_create1: { parameters: ["i32"], result: "i32" },
    epoll_ctl: { parameters: ["i32", "i32", "i32", "buffer"], result: "i32" },
    epoll_wait: { parameters: ["i32", "buffer", "i32", "i32"], result: "i32" },
  });
  readonly #fd = this.#calls.symbols.epoll_create1(0);

  watch(fd: number): void {
    const event = new Uint8Array(16);
    new DataView(event.buffer).setUint32(0, 1, true); // EPOLLIN
    check("epoll_ctl", this.#calls.symbols.epoll_ctl(this.#fd, 1, fd, event));
  }

  /** Count of events that are there now. */
  get events(): number {
    return check("epoll_wait", this.#calls.symbols.epoll_wait(this.#fd, new Uint8Array(160), 10, 0));
  }

  [Symbol.dispose](): void {
    libc().close(this.#fd);
    this.#calls.close();
  }
}

/** A socket of UDP that has been told that nobody receives what it sent. */
function openRefused(): Socket {
  const socket = openSocket(AF_INET, SOCK_DGRAM);
  const closed = openSocket(AF_INET, SOCK_DGRAM).bind("127.0.0.1");
  socket.connect("127.0.0.1", closed.localPort);
  closed.close();
  socket.send(1);
  return socket;
}

Deno.test("--sockopts=all leaves errors, connections, listeners and epolls of the program as they were", () => {
  using _namespace = openNamespace();
  using refused = openRefused();
  const pair = openPair();
  const listener = openTcp(AF_INET).bind("127.0.0.1").listen(1);
  using epoll = new Epoll();
  const watched = openPair();
  epoll.watch(watched.server.fd);

  const flows = new Map(list("-a", "--sockopts=all").map((flow) => [flow.inode, flow]));
  for (const { inode } of [refused, pair.client, pair.server, listener, watched.server]) {
    assertEquals(flows.get(inode)?.options_status, "resolved");
  }
  // The pending error is still there; asking for it clears it.
  assertEquals([0, 1].map(() => refused.getInteger(SOL_SOCKET, SO_ERROR)), [ECONNREFUSED, 0]);
  // The peer gets the FIN as soon as the socket is closed.
  pair.client.close();
  pair.server.waitForState(8);
  // The port can be used again at once.
  const { localPort } = listener;
  listener.close();
  openTcp(AF_INET).bind("127.0.0.1", localPort).listen(1).close();
  // The epoll does not report a socket that was closed without taking it out.
  watched.server.close();
  watched.client.send(1);
  assertEquals(epoll.events, 0);
  watched.client.close();
  pair.server.close();
});

Deno.test("--sockopts does not wait for a socket with SO_LINGER, and says so", () => {
  using _namespace = openNamespace();
  const pair = openPair();
  const { client, server } = pair;
  client.fill();
  // Closing the last descriptor would wait for an hour.
  client.setBytes(SOL_SOCKET, SO_LINGER, new Int32Array([1, 3600]));
  const { code, stdout, stderr } = run([...programWords(), "-t", "--format", "ndjson", "--sockopts"]);
  assertEquals(
    new Map(lines(stdout).map(({ inode, options_status }) => [inode, options_status])),
    new Map([
      [client.inode, "linger"],
      [server.inode, "resolved"],
    ]),
  );
  assertEquals([code, stderr], [
    1,
    "ss2: did not read the options of 1 sockets: closing a duplicate of a socket with SO_LINGER could wait\n",
  ]);
  client.setBytes(SOL_SOCKET, SO_LINGER, new Int32Array([1, 0]));
  client.close();
  server.close();
});

/** A call in the output of strace. */
interface Call {
  readonly name: string;
  readonly args: readonly string[];
  readonly result: string;
}

/** The calls of the program, in the order of each thread. */
function trace(calls: string, args: readonly string[]): readonly Call[] {
  const directory = Deno.makeTempDirSync({ prefix: "ss2-test-" });
  try {
    const file = `${directory}/trace`;
    const words = ["strace", "-f", "-qq", "-X", "raw", "-e", `trace=${calls}`, "-e", "signal=none", "-o", file];
    const { code } = run([...words, ...programWords(), ...args]);
    assert(code <= 1, `status ${code}`);
    return Deno.readTextFileSync(file).split("\n").flatMap((line) => {
      const [, name, args, result] = /^\d+ +(\w+)\((.*)\) += (\S+)/.exec(line) ?? [];
      return name === undefined ? [] : [{ name, args: args!.split(/, (?![^\[{]*[\]}])/), result: result! }];
    });
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}

const never = new Set(
  Deno.readTextFileSync(new URL("../fixtures/sockopts.tsv", import.meta.url)).split("\n").slice(1)
    .map((line) => line.split("\t")).filter((row) => row[10] === "N").map(([level, , option]) => `${level} ${option}`),
);

/** Sockets of every family that this machine has, by the numbers of families, types and protocols. */
function openEverything(): { readonly sockets: readonly Socket[]; readonly families: ReadonlySet<number> } {
  const sockets: Socket[] = [];
  const families = new Set<number>();
  for (let family = 1; family <= 46; family++) {
    for (const type of [1, 2, 3, 5]) {
      for (const protocol of [0, 1, 6, 17, 33, 58, 132, 136, 262]) {
        if (protocol !== 0 && family !== 2 && family !== 10) continue;
        try {
          sockets.push(openSocket(family, type, protocol));
          families.add(family);
        } catch {
          // This machine does not have it.
        }
      }
    }
  }
  return { sockets, families };
}

Deno.test({
  name: `--sockopts=all never asks for an option that changes something, of no family that the machine has${
    without("strace")
  }`,
  ignore: !isInstalled("strace"),
  fn() {
    using _namespace = openNamespace();
    const set = openSetSockets();
    const { sockets, families } = openEverything();
    assert(families.size >= 5, [...families].join());
    using pair = openPair();
    using leaving = openPair();
    leaving.client.shutdown(1);
    leaving.client.waitForState(5);
    using lingering = openPair();
    lingering.client.setBytes(SOL_SOCKET, SO_LINGER, new Int32Array([1, 3600]));
    const calls = trace("pidfd_getfd,getsockopt,setsockopt,close,connect,bind,listen,shutdown", [
      ...["-a", "-A", "all", "--other", "--sockopts=all", "--owners-from", "proc"],
    ]);
    const fdOf = (index: number) => (call: Call) => Number(call.args[index]);
    const duplicates = calls.filter(({ name, result }) => name === "pidfd_getfd" && !result.startsWith("-"));
    const asked = new Set(duplicates.map(fdOf(1)));
    for (const { socket } of set) assert(asked.has(socket.fd), `descriptor ${socket.fd} was not read`);
    assert(asked.has(pair.client.fd) && asked.has(sockets[0]!.fd));
    // A connection that ends is not touched.
    assertEquals([asked.has(leaving.client.fd), asked.has(leaving.server.fd)], [false, true]);

    let open: string | null = null;
    let options: string[] = [];
    for (const { name, args, result } of calls) {
      if (name === "pidfd_getfd" && !result.startsWith("-")) {
        assertEquals(open, null, "two duplicates at a time");
        open = result;
        options = [];
      } else if (open !== null && args[0] === open) {
        assert(name === "getsockopt" || name === "close", `${name} of a duplicate`);
        if (name === "close") {
          open = null;
          continue;
        }
        const option = `${Number(args[1])} ${Number(args[2])}`;
        assert(!never.has(option), `option ${option}`);
        options.push(option);
        // TLS: with more than four bytes the kernel returns the keys.
        if (Number(args[1]) === 282) assertMatch(args[4]!, /^\[4/);
      }
    }
    assertEquals(open, null);
    // Of a lingering socket nothing is asked behind SO_LINGER; the cookie comes first.
    const at = calls.findIndex((call) => call.name === "pidfd_getfd" && fdOf(1)(call) === lingering.client.fd);
    const its = calls.slice(at + 1, calls.findIndex((call, i) => i > at && call.name === "close"));
    assertEquals(its.map(({ args }) => `${Number(args[1])} ${Number(args[2])}`), ["1 57", "1 13"]);
    lingering.client.setBytes(SOL_SOCKET, SO_LINGER, new Int32Array([0, 0]));
    for (const { socket } of set) socket.close();
    for (const socket of sockets) socket.close();
  },
});

Deno.test({
  name: `--sockopts touches only sockets that pass the rest of the filter and are within the limit${without("strace")}`,
  ignore: !isInstalled("strace"),
  fn() {
    using _namespace = openNamespace();
    const pairs = [0, 1, 2, 3].map(() => openPair());
    const count = (...args: string[]) => trace("pidfd_getfd", args).length;
    const port = pairs[0]!.server.localPort;
    const { inode } = pairs[0]!.client;
    assertEquals(count("-t", "--sockopts"), 8);
    assertEquals(count("-t", "--sockopts", `dport = :${port}`), 1);
    assertEquals(count("-t", "--sockopts", "--limit", "2"), 2);
    // One that the kernel cannot check.
    assertEquals(count("-t", `inode = ${inode} and options.keepalive = false`), 1);
    assertEquals(count("-t", `owners.pid = 1 and options.keepalive = false`), 0);
    for (const pair of pairs) pair[Symbol.dispose]();
  },
});
