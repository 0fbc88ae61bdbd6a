/** `--check`: rules that compare two looks, units, rates and sums, built in and of one's own. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { check as checkByLibrary, type Rule } from "../../mod.ts";
import { runProgram } from "../program.ts";
import { HeldSockets } from "./hold.ts";
import { addressOf } from "./libc.ts";
import { openNamespace } from "./namespace.ts";
import { AF_INET, openPair, openTcp, SO_SNDBUF, type Socket, SOL_SOCKET, waitUntil } from "./sockets.ts";

const SO_ATTACH_FILTER = 26;

const common = { severity: "warning", expect: "none", message: "", why: "", remedy: "" } as const;

/** What the built-in rules, or others, find: the evidence by the name of the rule. */
async function find(rules?: readonly Rule[], grace = 100): Promise<Record<string, Record<string, unknown>[]>> {
  // Processes of others, which may not be visible, decide nothing here.
  const { results } = await checkByLibrary({ grace, ...rules === undefined ? {} : { rules } });
  const ofSockets = results.filter(({ rule: { filter } }) => !/owner|comm/.test(filter));
  assertEquals(ofSockets.filter(({ result }) => result === "unknown"), []);
  const failing = results.filter(({ result }) => result === "fails");
  return Object.fromEntries(failing.map(({ rule, sockets }) => [rule.name, sockets.map(({ evidence }) => evidence)]));
}

Deno.test("--check finds an accept queue that overflows, and not one that is only full", async () => {
  using _namespace = openNamespace();
  using listener = openTcp(AF_INET).bind("127.0.0.1", 8001).listen(1);
  using _first = openTcp(AF_INET).connect("127.0.0.1", 8001);
  using _second = openTcp(AF_INET).connect("127.0.0.1", 8001);
  listener.waitForConnections(2);
  assertEquals(Object.keys(await find()), ["accept-queue-full", "unaccepted-connection"]);
  await using _clients = await HeldSockets.open(({ openTcp, AF_INET, forkUntilReady, sleep }) => {
    forkUntilReady(() => () => {
      for (;;) {
        openTcp(AF_INET).startConnect("127.0.0.1", 8001).close();
        sleep(5);
      }
    });
  });
  const { "accept-queue-overflow": found } = await find();
  const [{ "skmeminfo.drops": drops, seconds_apart, ...evidence } = {}] = found ?? [];
  assertEquals(evidence, { state: "listening", backlog: 2, backlog_limit: 1 });
  assert(Number(drops) > 0 && Number(seconds_apart) >= 0.1);
});

/** Drops whatever comes to the socket: a classic BPF program of one instruction, `ret 0`. */
function dropAll(socket: Socket): void {
  const program = new Uint8Array([6, 0, 0, 0, 0, 0, 0, 0]);
  const value = new Uint8Array(16);
  const view = new DataView(value.buffer);
  view.setUint16(0, 1, true);
  view.setBigUint64(8, addressOf(program), true);
  socket.setBytes(SOL_SOCKET, SO_ATTACH_FILTER, value);
}

/** The shortest time without an answer until data is sent again. */
const SHORTEST_TIMEOUT = "/proc/sys/net/ipv4/tcp_rto_min_us";

function hasTimeout(): boolean {
  try {
    using _namespace = openNamespace();
    return Deno.readTextFileSync(SHORTEST_TIMEOUT) !== "";
  } catch {
    return false;
  }
}

Deno.test({
  name: `--check finds a connection that our own send buffer limits${
    hasTimeout() ? "" : " (ignored: this kernel has no tcp_rto_min_us)"
  }`,
  ignore: !hasTimeout(),
  async fn() {
    using _namespace = openNamespace();
    // As on a long way, the answer is late.
    Deno.writeTextFileSync(SHORTEST_TIMEOUT, "60000000");
    using limited = openPair({ client: (client) => client.setInteger(SOL_SOCKET, SO_SNDBUF, 4608) });
    using roomy = openPair();
    for (const { client, server } of [limited, roomy]) {
      client.send(1);
      server.receive(1);
      dropAll(server);
    }
    roomy.client.send(5000);
    assertEquals(await find(), {});
    limited.client.fill();
    waitUntil("all to be sent", () => limited.client.unsent === 0);
    const { "send-buffer-limited": [evidence = {}, ...others] = [], ...rest } = await find();
    assertEquals([others, rest], [[], {}]);
    assert(Number(evidence["skmeminfo.wmem_queued"]) >= Number(evidence["skmeminfo.sndbuf"]));
    assert(Number(evidence["tcp_info.unacked"]) < Number(evidence["tcp_info.snd_cwnd"]));
    assertEquals(evidence["tcp_info.notsent_bytes"], 0);
  },
});

Deno.test("--check finds many ended sockets of one unit or process whose descriptors are not closed", async () => {
  using _namespace = openNamespace();
  const leak = (name: string, ended: number, unbound: number) =>
    HeldSockets.open(
      ({ openPair, openTcp, setComm, AF_INET, TCP_CLOSE_WAIT }, name, ended, unbound) => {
        setComm(name);
        for (let i = 0; i < ended; i++) {
          const { listener, client, server } = openPair();
          listener.close();
          client.close();
          server.waitForState(TCP_CLOSE_WAIT);
        }
        // Neither bound nor connected: no dump has these, only the process does.
        for (let i = 0; i < unbound; i++) openTcp(AF_INET);
      },
      name,
      ended,
      unbound,
    );
  {
    await using _one = await leak("one", 60, 39);
    await using _two = await leak("two", 0, 60);
    const { "socket-leak": found, ...rest } = await find();
    assertEquals([found, Object.keys(rest)], [undefined, ["close-wait"]]);
  }
  // More than enough: under load some may not be seen in one of the looks.
  await using _leaking = await leak("leaking", 75, 75);
  const { "socket-leak": [{ sockets, state } = {}, ...others] = [] } = await find();
  assertEquals([others, Object.keys(state ?? {}).sort()], [[], ["close-wait", "unconnected"]]);
  assert(Number(sockets) >= 100 && Number(sockets) <= 150, `${sockets}`);
  const { stdout } = runProgram("--check", "--table", "--grace", "0.1");
  assertMatch(
    stdout,
    /\n {2}where {7}leaking \(pid \d+\)\n {2}evidence {4}sockets 1\d\d, state close-wait \d+ unconnected /,
  );
});

Deno.test("rules may compare rates, in sockets and in groups of them; what does not move is not found", async () => {
  using _namespace = openNamespace();
  await using busy = await HeldSockets.open(({ openPair, setComm, forkUntilReady, sleep }) => {
    setComm("busy");
    const pair = openPair();
    forkUntilReady(() => () => {
      for (;;) {
        pair.client.send(10);
        pair.server.receive(10);
        sleep(1);
      }
    });
  });
  using _idle = openPair();
  const found = await find([
    { ...common, name: "sends", over: "sockets", filter: "state established and rates.bytes_sent > 0" },
    { ...common, name: "twice", over: "two looks", filter: "rates.segs_in > 0.5 and state = established" },
    { ...common, name: "still", over: "two looks", filter: "state established", still: ["tcp_info.segs_out"] },
    { ...common, name: "grows", over: "two looks", filter: "state established", grows: ["tcp_info.bytes_received"] },
    { ...common, name: "by address", over: "local address", least: 1, filter: "rates.bytes_received > 0" },
    { ...common, name: "by unit", over: "unit", least: 2, filter: "rates.segs_out > 0 and not state = listening" },
    { ...common, name: "too fast", over: "sockets", filter: "rates.bytes_sent > 1G" },
    { ...common, name: "sums", over: "summary", filter: "rates.tcp.segments_out > 1 and tcp.states.established = 4" },
    { ...common, name: "quiet sums", over: "summary", filter: "rates.tcp.listen_overflows > 0" },
  ], 300);
  assertEquals(Object.entries(found).map(([name, { length }]) => [name, length]), [
    ["sends", 1],
    ["twice", 2],
    ["still", 2],
    ["grows", 1],
    ["by address", 1],
    ["by unit", 1],
    ["sums", 1],
  ]);
  assert(Number(found["sends"]![0]!["rates.bytes_sent"]) > 0);
  assert(Number(found["sums"]![0]!["rates.tcp.segments_out"]) > 1);
  assertEquals(busy !== undefined, true);
});

Deno.test("rules over sums have filters, numbers of namespaces that are expected, and shares; host values count once", async () => {
  using _namespace = openNamespace();
  using listener = openTcp(AF_INET).bind("127.0.0.1", 8001).listen(0);
  using _waiting = openTcp(AF_INET).connect("127.0.0.1", 8001);
  listener.waitForConnections(1);
  const over = "summary";
  const rules = [
    { ...common, name: "states", over, filter: "tcp.states.listening = 1 and tcp.states.time-wait = 0" },
    { ...common, name: "pair", over, filter: "limits.ephemeral_ports > tcp.states.established" },
    { ...common, name: "list", over, filter: "tcp.accept_queues.backlog >= 1 and tcp.accept_queues.src = 127.0.0.1" },
    { ...common, name: "other list", over, filter: "tcp.accept_queues.src_port = 8002" },
    { ...common, name: "host", over, filter: "host.tcp.allocated > 1" },
    { ...common, name: "protocols", over, filter: "sockets.by_protocol.TCP = 3 and sockets.used >= 3" },
    { ...common, name: "one", over, expect: 1, filter: "udp.states.unconnected = 0" },
    { ...common, name: "some", over, expect: "some", filter: "tcp.opened_actively > 1000" },
    {
      ...common,
      name: "both",
      over,
      filter: "tcp.states.listening = 1",
      share: { part: "tcp.states.established", whole: "limits.accept_queue", percent: 0 },
    },
  ] as const satisfies readonly Rule[];
  const found = await find(rules);
  assertEquals(Object.keys(found), ["states", "pair", "list", "host", "protocols", "some", "both"]);
  assertEquals(found["states"], [{ "tcp.states.listening": 1n, "tcp.states.time-wait": 0n }]);
  assertEquals(found["some"], []);
  const { results } = await checkByLibrary({ rules, namespaces: ["/proc/thread-self/ns/net"] });
  assertEquals(results.find(({ rule }) => rule.name === "host")!.count, 1);
  // A number that is not counted is not 0.
  const { results: [unknown] } = await checkByLibrary({
    udp: true,
    rules: [{ ...common, name: "not listed", over, filter: "tcp.states.established = 0" }],
  });
  assertEquals([unknown!.result, unknown!.reason], [
    "unknown",
    "this kernel, or namespace, does not tell tcp.states.established",
  ]);
});

Deno.test("check of the library and --check find the same, sums included", async () => {
  using _namespace = openNamespace();
  Deno.writeTextFileSync("/proc/sys/net/ipv4/ip_local_port_range", "40000 40003");
  using server = openTcp(AF_INET).bind("0.0.0.0", 6379).listen(100);
  using clients = new DisposableStack();
  for (let i = 0; i < 4; i++) clients.use(openTcp(AF_INET).connect("127.0.0.1", 6379));
  for (let i = 0; i < 4; i++) clients.use(server.accept());
  const { results } = await checkByLibrary({ grace: 100 });
  const { code, stdout } = runProgram("--check", "--json", "--grace", "0.1");
  const { checks } = JSON.parse(stdout);
  const of = (found: readonly { result: string; count: number; name: string }[]) =>
    found.map(({ name, result, count }) => `${name} ${result} ${count}`);
  const byProgram = of(checks.map((one: Record<string, unknown>) => ({ ...one, name: one["rule"] })));
  assertEquals(of(results.map((one) => ({ ...one, name: one.rule.name }))), byProgram);
  assertEquals([code, byProgram.filter((line) => line.includes("fails"))], [
    1,
    ["ephemeral-ports fails 1", "exposed-port fails 1"],
  ]);
});
