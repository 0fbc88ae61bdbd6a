/** `--check`: each built-in rule with sockets that it finds, and with similar ones that it does not find. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { defaultRules } from "../../query/checks/default_rules.ts";
import { check as checkSockets } from "../../mod.ts";
import { assertPrinted, runProgram } from "../program.ts";
import { addressOf, close, dup } from "./libc.ts";
import { runIsolated } from "./isolated.ts";
import { openNamespace } from "./namespace.ts";
import {
  AF_INET,
  inetAddress,
  IPPROTO_TCP,
  openPair,
  openSocket,
  openTcp,
  SO_RCVBUF,
  SOCK_DGRAM,
  type Socket,
  SOL_SOCKET,
  TCP_CLOSE_WAIT,
  TCP_DEFER_ACCEPT,
  TCP_INFO,
  waitUntil,
} from "./sockets.ts";

const SO_ATTACH_FILTER = 26;
const SO_REUSEPORT = 15;
/** Offset of `tcpi_backoff`. */
const BACKOFF = 4;
/** Place of the drops in SO_MEMINFO. */
const DROPS = 8;

interface Found {
  readonly rule: string;
  readonly result: string;
  readonly reason?: string;
  readonly count: number;
  readonly sockets: readonly { readonly src_port: number; readonly evidence: Record<string, unknown> }[];
}

/** The built-in rules but for those about the machine, which is seen in the initial namespace only. */
const names = defaultRules.filter(({ share }) => share?.whole.startsWith("host.") !== true).map(({ name }) => name)
  .sort();

const GRACE = ["--grace", "0.1"];

/** What the program finds; the status says whether it is anything. */
function check(...args: string[]): readonly Found[] {
  const { code, stdout, stderr } = runProgram("--check", ...GRACE, "--format", "ndjson", ...args);
  assertEquals(stderr, "");
  const found = stdout.trimEnd().split("\n").map((line): Found => JSON.parse(line));
  if (args.length === 0) assertEquals(found.map(({ rule }) => rule).sort(), names);
  const failing = found.filter(({ result }) => result === "fails");
  assertEquals(found.filter(({ result }) => result === "unknown"), []);
  assertEquals(code, failing.length > 0 ? 1 : 0);
  return failing;
}

const namesOf = (found: readonly Found[]) => found.map(({ rule }) => rule).sort();

/** Checks that the rules of these names find something, each with evidence, and no others do. */
function assertFound(...names: string[]): readonly Found[] {
  const found = check();
  assertEquals(namesOf(found), [...names].sort());
  for (const { sockets } of found) assert(sockets.every(({ evidence }) => Object.keys(evidence).length > 0));
  return found;
}

/** Drops whatever comes to the socket: a classic BPF program of one instruction, `ret 0`. */
function dropAll(socket: Socket): void {
  const program = new Uint8Array([6, 0, 0, 0, 0, 0, 0, 0]);
  const value = new Uint8Array(16);
  const view = new DataView(value.buffer);
  view.setUint16(0, 1, true);
  view.setBigUint64(8, addressOf(program), true);
  socket.setBytes(SOL_SOCKET, SO_ATTACH_FILTER, value);
}

const listen = (address: string, port: number, backlog: number) => openTcp(AF_INET).bind(address, port).listen(backlog);

Deno.test("--check finds a full accept queue, what it dropped, and connections that nobody accepts", () => {
  using _namespace = openNamespace();
  using listener = listen("127.0.0.1", 8001, 1);
  using _first = openTcp(AF_INET).connect("127.0.0.1", 8001);
  listener.waitForConnections(1);
  // The kernel takes one more than the limit.
  assertFound("unaccepted-connection");
  using _second = openTcp(AF_INET).connect("127.0.0.1", 8001);
  listener.waitForConnections(2);
  using third = openTcp(AF_INET).startConnect("127.0.0.1", 8001);
  waitUntil("a drop", () => listener.memory[DROPS]! > 0);
  // Else it tries again, and the queue overflows once more.
  third.close();
  const found = assertFound("accept-queue-full", "unaccepted-connection");
  assertEquals(found.map(({ count }) => count), [1, 2]);
  const { "skmeminfo.drops": drops, ...evidence } = found[0]!.sockets[0]!.evidence;
  assertEquals(evidence, { state: "listening", backlog: 2, backlog_limit: 1 });
  assertEquals(Number(drops), listener.memory[DROPS]);
  using roomy = listen("127.0.0.1", 8002, 8);
  using _waiting = openTcp(AF_INET).connect("127.0.0.1", 8002);
  roomy.waitForConnections(1);
  assertEquals(check("sport = :8002").map(({ rule }) => rule), ["unaccepted-connection"]);
  using _accepted = roomy.accept();
  assertEquals(check("sport = :8002"), []);
});

Deno.test("--check finds many half open connections of one listener", () => {
  using _namespace = openNamespace();
  using clients = new DisposableStack();
  // The kernel takes the handshake for complete when data comes.
  using listener = openTcp(AF_INET).setInteger(IPPROTO_TCP, TCP_DEFER_ACCEPT, 60).bind("127.0.0.1", 8001).listen(200);
  const connect = () => void clients.use(openTcp(AF_INET).connect("127.0.0.1", listener.localPort));
  for (let i = 0; i < 63; i++) connect();
  assertFound();
  connect();
  const [found] = assertFound("syn-backlog");
  assertEquals([found!.count, found!.sockets[0]!.evidence], [1, { sockets: 64, state: "syn-recv" }]);
});

Deno.test("--check finds what the peer has closed and the program has not, and data that nobody reads", () => {
  using _namespace = openNamespace();
  using pair = openPair();
  assertFound();
  pair.client.send(5);
  waitUntil("data", () => pair.server.unread === 5);
  const [unread] = assertFound("unread-data");
  assertEquals(unread!.sockets[0]!.evidence["recv_q"], 5);
  pair.server.receive(5);
  assertFound();
  pair.client.close();
  waitUntil("CLOSE-WAIT", () => pair.server.state === 8);
  const [closed] = assertFound("close-wait");
  const { evidence } = closed!.sockets[0]!;
  assertEquals(evidence["state"], "close-wait");
  assert(Number(evidence["seconds_apart"]) >= 0.1);
});

Deno.test("--check finds a send queue that the peer's window keeps", () => {
  using _namespace = openNamespace();
  using pair = openPair({ listener: (listener) => listener.setInteger(SOL_SOCKET, SO_RCVBUF, 4096) });
  pair.client.fill();
  const probing = () => runProgram("-q", "-t", "timer = zero-window-probe").code === 0;
  waitUntil("a probe of the window", probing);
  const found = assertFound("peer-window-closed", "unread-data");
  const { evidence } = found.find(({ rule }) => rule === "peer-window-closed")!.sockets[0]!;
  assertEquals(evidence["timer"], "zero-window-probe");
  assert(Number(evidence["send_q"]) > 0);
});

Deno.test("--check finds a peer that does not answer: backoff, retransmissions, a send queue that does not move", () => {
  using _namespace = openNamespace();
  using pair = openPair();
  pair.client.send(100);
  pair.server.receive(100);
  assertFound();
  dropAll(pair.server);
  pair.client.send(1000);
  waitUntil("backoff", () => pair.client.getBytes(IPPROTO_TCP, TCP_INFO, 8).getUint8(BACKOFF) >= 3);
  const found = assertFound("retransmissions", "rto-backoff", "send-queue-stuck");
  const { evidence } = found.find(({ rule }) => rule === "retransmissions")!.sockets[0]!;
  assert(Number(evidence["tcp_info.bytes_retrans"]) > 0.05 * Number(evidence["tcp_info.bytes_sent"]));
});

Deno.test("--check finds datagrams that were dropped", () => {
  using _namespace = openNamespace();
  using receiver = openSocket(AF_INET, SOCK_DGRAM).setInteger(SOL_SOCKET, SO_RCVBUF, 2304).bind("127.0.0.1", 8001);
  using sender = openSocket(AF_INET, SOCK_DGRAM);
  const send = () => sender.sendTo(new Uint8Array(500), inetAddress(AF_INET, "127.0.0.1", 8001));
  send();
  assertFound();
  waitUntil("a drop", () => {
    send();
    return receiver.memory[DROPS]! > 0;
  });
  const [found] = assertFound("udp-drops");
  assertEquals(found!.sockets[0]!.evidence["skmeminfo.drops"], receiver.memory[DROPS]);
});

Deno.test("--check finds ephemeral ports that run out towards one server", () => {
  using _namespace = openNamespace();
  using clients = new DisposableStack();
  Deno.writeTextFileSync("/proc/sys/net/ipv4/ip_local_port_range", "40000 40009");
  using server = listen("127.0.0.1", 8001, 100);
  using other = listen("127.0.0.1", 8002, 100);
  const connect = (port: number, count: number) => {
    for (let i = 0; i < count; i++) clients.use(openTcp(AF_INET).connect("127.0.0.1", port));
    while (server.waiting > 0) clients.use(server.accept());
    while (other.waiting > 0) clients.use(other.accept());
  };
  connect(8001, 8);
  connect(8002, 8);
  assertFound();
  connect(8001, 1);
  const [found] = assertFound("ephemeral-ports");
  assertEquals(found!.sockets.map(({ evidence }) => evidence), [
    { "tcp.ephemeral_ports.used": 9, "limits.ephemeral_ports": 10 },
  ]);
});

Deno.test("--check finds sockets in TIME-WAIT near their limit", () => {
  using _namespace = openNamespace();
  Deno.writeTextFileSync("/proc/sys/net/ipv4/tcp_max_tw_buckets", "10");
  const hangUp = (count: number) => {
    for (let i = 0; i < count; i++) {
      using pair = openPair();
      pair.client.close();
      pair.server.waitForState(TCP_CLOSE_WAIT);
    }
  };
  hangUp(8);
  assertFound();
  hangUp(1);
  const [found] = assertFound("time-wait-limit");
  assertEquals(found!.sockets.map(({ evidence }) => evidence), [{ "tcp.states.time-wait": 9, "limits.time_wait": 10 }]);
});

Deno.test("--check finds a datastore on all addresses, but not on the loopback", () => {
  using _namespace = openNamespace();
  {
    using _inside = listen("127.0.0.1", 6379, 1);
    using _web = listen("0.0.0.0", 8080, 1);
    assertFound();
  }
  using _outside = listen("0.0.0.0", 6379, 1);
  assertEquals(assertFound("exposed-port")[0]!.sockets[0]!.src_port, 6379);
});

Deno.test("--check finds a full listener beside an idle one of the same port", () => {
  using _namespace = openNamespace();
  using clients = new DisposableStack();
  const open = () => openTcp(AF_INET).setInteger(SOL_SOCKET, SO_REUSEPORT, 1).bind("127.0.0.1", 8001).listen(4);
  using full = open();
  using idle = open();
  waitUntil("a full queue", () => {
    clients.use(openTcp(AF_INET).startConnect("127.0.0.1", 8001));
    while (idle.waiting > 0) clients.use(idle.accept());
    return full.waiting > 4;
  });
  const settled = () => {
    while (idle.waiting > 0) clients.use(idle.accept());
    return runProgram("-q", "-t", "state = syn-sent or state = syn-recv").code === 1;
  };
  waitUntil("no handshake under way", settled);
  while (idle.waiting > 0) clients.use(idle.accept());
  const names = namesOf(check());
  assert(names.includes("reuseport-uneven") && names.includes("accept-queue-full"), names.join(" "));
  idle.close();
  assertEquals(namesOf(check()).includes("reuseport-uneven"), false);
});

Deno.test("--check finds a listener that another program has inherited", async () => {
  using _namespace = openNamespace();
  using listener = listen("127.0.0.1", 8001, 1);
  assertFound();
  const copy = dup(listener.fd);
  const child = new Deno.Command("sleep", { args: ["1000"], stdin: "null", stdout: "null" }).spawn();
  try {
    close(copy);
    // Until it is another program it is a copy of this one.
    const isRunning = () => Deno.readTextFileSync(`/proc/${child.pid}/comm`).trim() === "sleep";
    waitUntil("the program", isRunning);
    const [found] = assertFound("inherited-listener");
    const { "owners.exe": programs, ...evidence } = found!.sockets[0]!.evidence;
    assertEquals([(programs as string[]).length, evidence["owners.descriptors.flags"]], [2, undefined]);
    // Which of the descriptors exec would close.
    const [told] = check("--descriptors");
    assertEquals(told!.sockets[0]!.evidence["owners.descriptors.flags"], ["cloexec"]);
  } finally {
    child.kill();
    await child.status;
  }
});

Deno.test("--check says so where it cannot tell: 2, and 1 if something else is wrong", () => {
  const { stdout, stderr } = runIsolated(`
    start listen 80 outside
    set +e
    inside() { unshare --pid --fork --mount-proc "$@" --check --format ndjson; }
    inside "$@" -t | grep -c '"result":"unknown"'; inside "$@" -t >/run/out; echo $?
    inside "$@" -u >/run/out; echo $?
    start listen 6379 outside
    inside "$@" -t >/run/out; echo $?; "$@" --check -t 'sport = :80' >/run/out; echo $?`);
  assertEquals(stdout.split("\n"), ["1", "2", "0", "1", "0", ""]);
  assertMatch(stderr, /^(ss2: cannot read owners of \d sockets: processes outside (of )?this PID namespace .*\n)+$/);
});

Deno.test("--check tests only the sockets that options and a filter select", () => {
  using _namespace = openNamespace();
  using _store = listen("0.0.0.0", 6379, 1);
  const names = (...args: string[]) => {
    const { code, stdout } = runProgram("--check", ...GRACE, "--json", ...args);
    const { checks }: { checks: Found[] } = JSON.parse(stdout);
    return [code, ...namesOf(checks.filter(({ result }) => result === "fails"))];
  };
  assertEquals(names("-t"), [1, "exposed-port"]);
  assertEquals(names("-t", "sport = :6379"), [1, "exposed-port"]);
  assertEquals(names("-t", "sport != :6379"), [0]);
  assertEquals(names("-u"), [0]);
  assertEquals(names("state established"), [0]);
  assertEquals(names("-N", "all")[0], 1);
});

Deno.test("--check as a table says what, where, the evidence and what to do; and that nothing is wrong", () => {
  using _namespace = openNamespace();
  assertEquals(
    assertPrinted(runProgram("--check", "--table")),
    `${names.length} rules: ${names.length} hold, 0 fail, 0 unknown\n`,
  );
  using _store = listen("0.0.0.0", 6379, 1);
  const { code, stdout } = runProgram("--check", "--table");
  assertEquals(code, 1);
  assertStringIncludes(stdout, "warning: exposed-port: A datastore, ");
  assertMatch(
    stdout,
    /\n {2}where {7}TCP 0\.0\.0\.0:6379, \S+ \(pid \d+\)\n {2}evidence {4}state listening, src_port 6379, src 0\.0\.0\.0\n/,
  );
  assertStringIncludes(stdout, "\n  what to do  Bind it to the loopback, ");
});

Deno.test("check of the library has the results of --check", async () => {
  using _namespace = openNamespace();
  using _store = listen("0.0.0.0", 6379, 1);
  const { results, warnings } = await checkSockets({ tcp: true, grace: 10 });
  assertEquals(warnings, []);
  assertEquals(results.filter(({ result }) => result === "fails").map(({ rule }) => rule.name), ["exposed-port"]);
  const common = { severity: "error", over: "sockets", message: "", why: "", remedy: "" } as const;
  const rules = [
    { ...common, name: "none", filter: "sport = :6379", expect: "none" },
    { ...common, name: "one", filter: "state listening", expect: 1 },
  ] as const;
  const own = await checkSockets({ tcp: true, rules });
  assertEquals(own.results.map(({ rule, result }) => [rule.name, result]), [["none", "fails"], ["one", "holds"]]);
});
