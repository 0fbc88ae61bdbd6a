/** Closing sockets, on sockets of this machine in every state that they can have. */
import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { familyCalled } from "../../decode/families/all_families.ts";
import { ALL_STATES } from "../../decode/kernel/tcp_states.ts";
import { kill as killByLibrary, type KillResults, parseFilter } from "../../mod.ts";
import { closeSockets } from "../../query/close_sockets.ts";
import { KillSink } from "../../query/kill_sink.ts";
import { openSession } from "../../session.ts";
import { asNobody, isInstalled, programWords, type Run, run, runProgram, without } from "../program.ts";
import { rowsIn } from "../read_page.ts";
import { EveryState, IPV4, IPV6, MAPPED } from "./every_state.ts";
import { AF_NETLINK } from "../../decode/kernel/address_family.ts";
import { AF_UNIX, SOCK_STREAM } from "./held.ts";
import { runIsolated } from "./isolated.ts";
import { openNamespace } from "./namespace.ts";
import { openPacket } from "./packet_sockets.ts";
import {
  AF_INET,
  AF_INET6,
  IPPROTO_MPTCP,
  IPPROTO_UDPLITE,
  netlinkAddress,
  openPair,
  openSocket,
  openTcp,
  SOCK_DGRAM,
  SOL_SOCKET,
} from "./sockets.ts";

const SO_REUSEADDR = 2;
const SO_REUSEPORT = 15;

type Flow = Record<string, unknown> & { readonly kill: { readonly result: string; readonly errno?: string } };

/** Runs -K and returns its status, results and last line. */
function kill(...words: string[]): { status: number; results: Record<string, number>; flows: Flow[]; said: string[] } {
  return read(runProgram("--kill", "--format", "ndjson", ...words));
}

function read({ code, stdout, stderr }: Run) {
  const flows = stdout.trimEnd().split("\n").filter((line) => line !== "").map((line) => JSON.parse(line) as Flow);
  const results: Record<string, number> = {};
  for (const { kill: { result } } of flows) results[result] = (results[result] ?? 0) + 1;
  return { status: code, results, flows, said: stderr.trimEnd().split("\n") };
}

for (const [name, ends] of [["IPv4", IPV4], ["IPv6", IPV6], ["IPv4-mapped", MAPPED]] as const) {
  Deno.test(`-K closes TCP sockets over ${name} in every state but listeners, and with -l those`, () => {
    using _namespace = openNamespace();
    using _sockets = new EveryState(ends);
    const before = runProgram("-ta", "--format", "ndjson").stdout.trimEnd().split("\n").map((line) =>
      JSON.parse(line) as Flow
    );
    const everywhere = "src 127.0.0.0/8 or src 0.0.0.0/8 or src ::/8";
    const closed = kill("-ta", "--yes", "--max", "1000", everywhere);
    const states = new Set(closed.flows.map(({ state }) => state));
    assert(states.size >= 8, [...states].join());
    assert(!states.has("listening"));
    // Closing one end closes the other one. A bound socket that does nothing is in no table of the kernel.
    for (const { state, kill: { result, errno } } of closed.flows) {
      if (state === "bound-inactive" || state === "unconnected") {
        assertEquals([result, errno], ["not-reachable", "ENOENT"]);
      } else assert(result === "closed" || result === "gone", `${state}: ${result} ${errno}`);
    }
    const listeners = before.filter(({ state }) => state === "listening").length;
    assertEquals(closed.flows.length, before.length - listeners);
    assertEquals(runProgram("-t", "--format", "ndjson").stdout, "");
    const rest = kill("-tl", "--yes", everywhere);
    assertEquals([rest.status, rest.results, rest.said], [
      0,
      { closed: listeners },
      [`${listeners} closed`].map((text) => `ss2: ${text}`),
    ]);
    assertEquals(runProgram("-tl", "--format", "ndjson").stdout, "");
  });
}

Deno.test("-K says what has become of sockets in every format, the page too", () => {
  using _namespace = openNamespace();
  for (const format of ["json", "yaml", "csv", "tsv", "table", "html"]) {
    using pair = openPair();
    const words = ["-K", "-tn", "--yes", "--format", format, `sport = :${pair.client.localPort}`];
    const { code, stdout, stderr } = runProgram(...words);
    assertEquals([code, stderr], [0, "ss2: 1 closed\n"], format);
    if (format !== "html") assertMatch(stdout, /\bclosed\b/, format);
    else assertEquals(rowsIn(stdout).map((row) => row["kill.result"]), ["closed"]);
  }
});

Deno.test("-K closes listeners that share an address, one after the other", () => {
  using _namespace = openNamespace();
  const open = (port: number) =>
    openTcp(AF_INET).setInteger(SOL_SOCKET, SO_REUSEPORT, 1).bind("127.0.0.1", port).listen(1);
  using first = open(0);
  using _second = open(first.localPort);
  using _third = open(first.localPort);
  using _fourth = open(first.localPort);
  const { status, results } = kill("-tl", "--yes", `sport = :${first.localPort}`);
  assertEquals([status, results], [0, { closed: 4 }]);
});

Deno.test("-K says of sockets that the kernel cannot close that they are not supported, with status 1", () => {
  using _namespace = openNamespace();
  using _lite = openSocket(AF_INET, SOCK_DGRAM, IPPROTO_UDPLITE).bind("127.0.0.1");
  using unix = openSocket(AF_UNIX, SOCK_STREAM);
  using netlink = openSocket(AF_NETLINK, SOCK_DGRAM).bindTo(netlinkAddress(0));
  using packet = openPacket(SOCK_DGRAM);
  using both = openPair({ protocol: IPPROTO_MPTCP });
  const port = both.listener.localPort;
  for (
    const words of [
      ["-a", "-A", "udplite", "src 127.0.0.1"],
      ["-xa", `inode = ${unix.inode}`],
      ["-a", "-A", "netlink", `inode = ${netlink.inode}`],
      ["-0a", `inode = ${packet.inode}`],
      ["-Ma", "dport", "=", `:${port}`],
    ]
  ) {
    const { status, results, flows } = kill("--yes", ...words);
    assertEquals([status, results], [1, { "not-supported": 1 }], words.join(" "));
    assertEquals(flows[0]!.kill.errno, "EOPNOTSUPP");
  }
  // A subflow, which the kernel would close: the connection would hang. A name in a value does not ask for it.
  for (const more of [[], ["and", "not", "comm", "=", "mptcp"]]) {
    const { status, results, flows } = kill("--yes", "-ta", "dport", "=", `:${port}`, ...more);
    assertEquals([status, results, flows[0]!.kill.errno], [1, { "not-supported": 1 }, undefined]);
  }
  const asked = kill("--yes", "-ta", "dport", "=", `:${port}`, "and", "ulp.name", "=", "mptcp");
  assertEquals([asked.status, asked.results], [0, { closed: 1 }]);
});

Deno.test("-K closes RAW sockets, or says that it has asked nothing where only /proc/net lists them, without a cookie", () => {
  using _namespace = openNamespace();
  const SOCK_RAW = 3;
  const OSPF = 89;
  using four = openSocket(AF_INET, SOCK_RAW, OSPF);
  using six = openSocket(AF_INET6, SOCK_RAW, OSPF);
  const { status, flows } = kill("-wa", "--yes", `inode = ${four.inode} or inode = ${six.inode}`);
  const hasCookie = flows.every(({ cookie }) => cookie !== undefined);
  const result = hasCookie ? { result: "closed" } : { result: "not-supported" };
  assertEquals([status, flows.map(({ kill }) => kill)], [hasCookie ? 0 : 1, [result, result]]);
});

Deno.test("-K closes UDP sockets; one that is bound lives on", () => {
  using _namespace = openNamespace();
  using udp = openSocket(AF_INET, SOCK_DGRAM).bind("127.0.0.1");
  const { status, results } = kill("-ua", "--yes", `sport = :${udp.localPort}`);
  assertEquals([status, results], [0, { closed: 1 }]);
  assertEquals(runProgram("-ua", "--format", "ndjson").stdout.trimEnd().split("\n").length, 1);
});

Deno.test("-K says of a UDP socket that another one with its address may hide that it is closed or not reachable", () => {
  using _namespace = openNamespace();
  const open = (port: number) =>
    openSocket(AF_INET, SOCK_DGRAM).setInteger(SOL_SOCKET, SO_REUSEPORT, 1).bind("127.0.0.1", port);
  using first = open(0);
  using _second = open(first.localPort);
  const { status, results, flows } = kill("-ua", "--yes", `sport = :${first.localPort}`);
  // Which one the kernel finds depends on its hash.
  const { closed = 0, "not-reachable": hidden = 0, ...others } = results;
  assertEquals([closed + hidden, flows.length, others], [2, 2, {}]);
  assert(closed > 0);
  assertEquals(status, hidden === 0 ? 0 : 1);
});

Deno.test("-K closes no socket that has taken the addresses of a listed one meanwhile", async () => {
  using _namespace = openNamespace();
  const listened = openTcp(AF_INET).bind("127.0.0.1").listen(1);
  const port = listened.localPort;
  const filter = parseFilter(`sport = :${port}`, { tcp: true });
  const plan = {
    families: [familyCalled("tcp")],
    addressFamilies: [2, 10],
    states: ALL_STATES,
    bpfMaps: false,
    filter,
  };
  using session = await openSession({ plan });
  const sink = new KillSink();
  session.run(sink);
  assertEquals(sink.sockets.length, 1);
  listened[Symbol.dispose]();
  const closeAgain = () => closeSockets(sink.sockets, { plan, vantages: session.vantages, subflows: false });
  assertEquals(closeAgain().outcomes, [{ result: "gone", errno: "ENOENT" }]);
  using _other = openTcp(AF_INET).setInteger(SOL_SOCKET, SO_REUSEADDR, 1).bind("127.0.0.1", port).listen(1);
  assertEquals(closeAgain().outcomes, [{ result: "gone", errno: "ENOENT" }]);
  using _client = openTcp(AF_INET).connect("127.0.0.1", port);
});

Deno.test("-K in a user namespace closes in its own network namespace, and is denied in that of others", () => {
  const { code, stdout, stderr } = runIsolated(`
    start listen 1
    status=0
    unshare --user --map-root-user "$@" -K -tl --yes --format ndjson --columns kill.result,kill.errno sport = :1 || status=$?
    echo "status $status"
    unshare --user --map-root-user --net sh -c '
      loopback_up
      listen 2 & holder=$!
      until "$@" -q -tl sport = :2; do sleep 0.1; done
      "$@" -K -tl --yes --format ndjson --columns kill.result sport = :2
      "$@" -q -tl sport = :2 || echo "left: $?"
      kill $holder' sh "$@"
  `);
  assertEquals([code, stderr.includes("needs CAP_NET_ADMIN")], [0, true], stderr);
  assertEquals(stdout.trimEnd().split("\n"), [
    '{"protocol":"TCP","kill":{"result":"denied","errno":"EPERM"}}',
    "status 2",
    '{"protocol":"TCP","kill":{"result":"closed"}}',
    "left: 1",
  ]);
});

Deno.test("--explain -K says what would be asked, and closes nothing", () => {
  using _namespace = openNamespace();
  using pair = openPair();
  const { code, stdout } = runProgram("-K", "-t", `dport = :${pair.listener.localPort}`, "--explain", "--max", "7");
  assertEquals(code, 0);
  assertMatch(stdout, /^filter: dport[^]*\n\n-K then closes every socket that passes .* none if more than 7 pass\n$/);
  assertMatch(
    runProgram("-K", "-t", "sport >= 0", "--explain").stdout,
    /pass\nit closes none if the filter leaves out no /,
  );
  assertEquals(runProgram("-K", "-t", "--explain").code, 2);
  pair.client.send(1);
});

Deno.test("kill of the library closes as -K does, with the same guards", () => {
  using _namespace = openNamespace();
  using pair = openPair();
  const filter = parseFilter(`dport = :${pair.listener.localPort}`);
  assertEquals(killByLibrary({ tcp: true, filter, dryRun: true }).sockets.map(({ result }) => result), ["dry-run"]);
  const ofLibrary = killByLibrary({ tcp: true, filter, dryRun: true }).sockets.map(({ flow }) => flow["cookie"]);
  const ofProgram = kill("-t", "--dry-run", `dport = :${pair.listener.localPort}`).flows.map(({ cookie }) => cookie);
  assertEquals([ofLibrary.length, ofProgram], [1, ofLibrary]);
  assertThrows(() => killByLibrary({ tcp: true, filter, max: 0 }), RangeError, "1 sockets pass, more than 0");
  assertThrows(() => killByLibrary({ tcp: true, filter: parseFilter("state all") }), RangeError, "needs a filter");
  assertThrows(() => killByLibrary({ tcp: true, filter, limit: 1 }), RangeError, "exclude each other");
  const listening = parseFilter(`sport = :${pair.listener.localPort}`);
  const states = ({ sockets }: KillResults) => sockets.map(({ flow }) => flow["state"]);
  const dry = { tcp: true, filter: listening, dryRun: true };
  assertEquals(states(killByLibrary({ ...dry, states: ["all"] })), ["established"]);
  assertEquals(states(killByLibrary({ ...dry, states: ["listening"] })), ["listening"]);
  const { sockets, warnings } = killByLibrary({ tcp: true, filter });
  assertEquals([sockets.map(({ result, errno }) => [result, errno]), warnings], [[["closed", null]], []]);
  assertEquals(killByLibrary({ tcp: true, filter }).sockets, []);
});

Deno.test("-K closes nothing without a filter, without --yes, above --max, or with options that do not fit", () => {
  using _namespace = openNamespace();
  using pair = openPair();
  const port = pair.listener.localPort;
  const filter = ["-t", `sport = :${port} or dport = :${port}`];
  for (
    const [words, said] of [
      [["-t"], /needs a filter/],
      [["-t", "state", "all"], /needs a filter|would be closed/],
      [filter, /^ss2: 2 sockets would be closed: add --yes to do so, or --dry-run to see them$/],
      [["--yes", "--max", "1", ...filter], /^ss2: 2 sockets pass, and at most 1 are closed at once \(--max\)/],
      [["--yes", "--count-by", "state", ...filter], /exclude each other/],
      [["--yes", "--read", "x", ...filter], /exclude each other/],
      [["--yes", "--events", ...filter], /exclude each other/],
      [["--yes", "--allow", "src_port > 1", ...filter], /exclude each other/],
      [["--yes", ...filter, "--leaks", "--", "true"], /exclude each other/],
      [["--yes", "kill.result", "=", "closed"], /only known after -K/],
    ] as const
  ) {
    const { status, flows, said: lines } = kill(...words);
    assertEquals([status, flows.length, lines.length], [2, 0, 1], words.join(" "));
    assertMatch(lines[0]!, said);
  }
  const dry = kill("--dry-run", ...filter);
  assertEquals([dry.status, dry.results, dry.said], [0, { "dry-run": 2 }, ["ss2: 2 dry-run"]]);
  const none = kill("--yes", "-t", "sport = :1");
  assertEquals([none.status, none.said], [1, ["ss2: no socket passes: nothing was closed"]]);
  assertEquals(pair.client.send(3) !== undefined, true);
});

Deno.test("-K leaves the connection of SSH_CONNECTION alone, and all if that makes no sense", () => {
  using _namespace = openNamespace();
  using pair = openPair();
  const [client, server] = [pair.client.localPort, pair.listener.localPort];
  const words = [
    ...programWords(),
    "-K",
    "-t",
    "--yes",
    "--format",
    "ndjson",
    `sport = :${server} or dport = :${server}`,
  ];
  const withSession = (value: string, ...more: string[]) =>
    read(run(["env", `SSH_CONNECTION=${value}`, ...words, ...more]));
  const left = withSession(`127.0.0.1 ${client} 127.0.0.1 ${server}`);
  assertEquals([left.status, left.flows.length, left.said.length], [1, 0, 2]);
  assertMatch(left.said[0]!, /left out the connection of this session/);
  for (const value of ["", "x", `127.0.0.1 ${client}`, "127.0.0.1 1 127.0.0.1 2 3", "$(touch /tmp/x) 1 ::1 2"]) {
    const { status, flows, said } = withSession(value);
    assertEquals([status, flows.length], [2, 0], value);
    assertMatch(said[0]!, /SSH_CONNECTION does not name a connection/);
  }
  const closed = withSession(`127.0.0.1 ${client} 127.0.0.1 ${server}`, "--my-session-too");
  assertEquals([closed.status, Object.values(closed.results).reduce((sum, n) => sum + n, 0)], [0, 2]);
});

Deno.test("-K without CAP_NET_ADMIN says so and closes nothing", () => {
  using _namespace = openNamespace();
  using pair = openPair();
  const words = ["-K", "-t", "--yes", "--format", "ndjson", `dport = :${pair.listener.localPort}`];
  asNobody((program, options) => {
    const { status, results, said } = read(run([...program, ...words], options));
    assertEquals([status, results], [2, { denied: 1 }]);
    assertEquals(said, [
      "ss2: 1 denied",
      "ss2: not permitted to close these sockets (needs CAP_NET_ADMIN in their network namespace)",
    ]);
  });
  pair.client.send(1);
});

Deno.test("-K -N closes in other network namespaces, and what has gone meanwhile is gone", () => {
  using _outer = openNamespace();
  using mine = openPair();
  const port = mine.listener.localPort;
  const words = ["-t", "--yes", "-N", "/proc/thread-self/ns/net", `sport = :${port} or dport = :${port}`];
  const { status, results, flows } = kill(...words);
  assertEquals([status, Object.values(results).reduce((sum, n) => sum + n, 0)], [0, 2]);
  assert(flows.every(({ netns }) => (netns as { readonly inode: number }).inode > 0));
  // Closing one end has closed the other.
  assertEquals(results, { closed: 1, gone: 1 });
});

Deno.test({
  name: `only -K sends requests to close sockets, and --dry-run sends none${without("strace")}`,
  ignore: !isInstalled("strace"),
  fn() {
    using _namespace = openNamespace();
    using pair = openPair();
    const filter = `dport = :${pair.listener.localPort}`;
    const trace = ["strace", "-f", "--seccomp-bpf", "-qq", "-X", "raw", "-e", "trace=sendto,sendmsg,write"];
    const destroys = (...commands: readonly string[]) => {
      const log = Deno.makeTempFileSync();
      try {
        const script = commands.map((words) => `"$@" ${words} >/dev/null 2>&1; echo $?`).join("\n");
        const { stdout } = run([...trace, "-o", log, "sh", "-c", script, "sh", ...programWords()]);
        const requests = Deno.readTextFileSync(log).split("\n").filter((line) => line.includes("nlmsg_type=0x15"));
        return [requests.length, ...stdout.trimEnd().split("\n").map(Number)];
      } finally {
        Deno.removeSync(log);
      }
    };
    const still = [
      ...[`-ta '${filter}'`, `-q -t '${filter}'`, `-q --wait=0.1 -t 'sport = 1'`, `-tl --allow 'sport = 1'`],
      ...["-s -t", "--check -t --grace 0.1", "--leaks -t -- true", "-E -t --for 0.1", "--rates=0.1 -t"],
      ...[
        `-K --dry-run -t '${filter}'`,
        `-K --dry-run -t 'sport >= 0'`,
        `-K -t '${filter}'`,
        `-K -t '${filter}' --explain`,
      ],
    ];
    assertEquals(destroys(...still), [0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 2, 2, 0]);
    // One that finds out whether the kernel does it, and one that does.
    assertEquals(destroys(`-K --yes -t '${filter}'`), [2, 0]);
  },
});
