/**
 * Filters of the program as a process, compared with `ss` where both mean the same.
 */
import { lookup } from "node:dns/promises";
import { assert, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import type { FlowObject } from "../../decode/record/object_sink.ts";
import { runPlan } from "../../decode/plan/run_plan.ts";
import { openNetlinkSocket } from "../../ffi/netlink_socket.ts";
import { CookieSink } from "../query/filter/filtering.ts";
import { dumpObjects, type DumpOptions, FilterSyntaxError, parseFilter } from "../../mod.ts";
import { parseExact } from "../exact_json.ts";
import {
  asNobody,
  assertPrinted,
  isInstalled,
  isRoot,
  programWords,
  type Run,
  run,
  runInShell,
  runProgram,
  without,
} from "../program.ts";
import { ManySockets } from "./many_sockets.ts";
import { planOf } from "./flows.ts";
import { openNamespace } from "./namespace.ts";
import { runWithFiles } from "./replaced_files.ts";
import { AF_INET, openTcp } from "./sockets.ts";

/** Standard output of the program in lines that end in a line feed alone. */
const plain = ({ code, stdout, stderr }: Run) => ({ code, stdout: stdout.replaceAll("\r\n", "\n"), stderr });

/** The flows that the program has printed, of all protocols. */
function flowsIn(printed: Run): FlowObject[] {
  const document = parseExact(assertPrinted(printed)) as Record<string, { flows: FlowObject[] }>;
  return Object.values(document).flatMap(({ flows }) => flows);
}

const flowsOf = (...args: string[]) => flowsIn(runProgram(...args));
const cookiesIn = (flows: readonly FlowObject[]) => flows.map((flow) => String(flow["cookie"]).slice(2)).sort();
const cookiesOf = (...args: string[]) => cookiesIn(flowsOf(...args));

/** Cookies of the sockets that `ss` lists. */
function ssCookies(...args: string[]): string[] {
  const { code, stdout } = run(["ss", "-Hne", ...args]);
  assertEquals(code, 0, args.join(" "));
  return [...stdout.matchAll(/ sk:([0-9a-f]+)/g)].map(([, cookie]) => cookie!).sort();
}

const missing = isInstalled("ss") ? "" : " (ignored: the command ss is not installed)";

/** Options and words that mean the same in `ss`, even of before 6.8 where nothing is merely bound. */
const invocations: readonly (readonly string[])[] = [
  ...["-t", "-ta", "-tl", "-u", "-ua", "-ul", "-t4", "-t6", "-tla", "-tal", "-tu", "-4a", "-6a"].map((
    options,
  ) => [options]),
  ["-A", "tcp"],
  ["-A", "udp"],
  ["-A", "tcp", "-a"],
  ["-A", "inet", "-a"],
  ["-A", "all,!unix,!netlink,!packet", "-a"],
  ["-t", "-A", "udp", "-a"],
  ["-f", "inet", "-t", "-a"],
  ["-f", "inet6", "-t", "-a"],
  ...[
    "established",
    "syn-sent",
    "syn-recv",
    "syn-rcv",
    "fin-wait-1",
    "fin-wait-2",
    "time-wait",
    "closed",
    "close",
    "unconnected",
    "close-wait",
    "last-ack",
    "listening",
    "closing",
    "all",
    "connected",
    "synchronized",
    "bucket",
    "big",
    "ESTABLISHED",
    "Time-Wait",
  ].flatMap((state) => [
    ["-t", "state", state],
    // With no state left `ss` before 6.8 falls back on others.
    ...state === "all" ? [] : [["-tu", "exclude", state]],
  ]),
  ["-ta", "state", "established", "state", "listening"],
  ["-t", "state", "all", "exclude", "time-wait", "excl", "listening"],
  ...[
    "sport = :22",
    "sport == 22",
    "sport eq :22",
    "sport :22",
    "dport = 0x16",
    "sport != :22",
    "sport ne 22",
    "sport neq 22",
    "sport > 1024",
    "sport gt 1024",
    "sport < 1024",
    "sport lt :1024",
    "dport >= 7002",
    "dport ge 7002",
    "dport geq 7002",
    "dport <= 7002",
    "dport le 7002",
    "dport leq 7002",
    "sport = inet:22",
    "sport = inet::22",
    "sport = inet6:22",
    "src inet:127.0.0.1",
    "src inet:*",
    "src inet6:*",
    "dport = 0",
    "dport != 0",
    "src 127.0.0.1",
    "src = 127.0.0.1:22",
    "src == 127.0.0.0/8",
    "src eq 127/8:443",
    "dst 127.0.0.0/255.0.0.0",
    "dst 127.0.1/24",
    "src *",
    "dst *:22",
    "dst :22",
    "src any",
    "src default",
    "src all",
    "src [::1]",
    "src [::1]:22",
    "dst [::1/128]:443",
    "dst ::1/128",
    "src ::/0",
    "dst 0.0.0.0/0",
    "dst [::ffff:127.0.0.1]",
    "dev = lo",
    "dev lo",
    "dev == 1",
    "dev != lo",
    "dev 0",
    "fwmark = 0x101",
    "fwmark 0x100/0x100",
    "fwmark != 0",
    "sport = :22 and dport > 1024",
    "sport = :22 & dport > 1024",
    "sport = :22 && dport > 1024",
    "sport = :22 dport > 1024",
    "sport = :22 or dport = :22",
    "sport = :22 | dport = :22",
    "sport = :22 || dport = :22",
    "not sport = :22",
    "! sport = :22",
    "not ( sport = :22 or dport = :22 )",
    "( sport = :22 or dport = :443 ) and not src 127.0.0.0/16",
    "sport = :22 or ( dport = :443 and not dst 127.0.0.0 )",
  ].flatMap((words) => [["-ta", ...words.split(" ")], ["-tua", words]]),
  ["-tan", "state", "established", "( dport = :443 or dst 127.0.0.0/24 )"],
  ["-t", "state", "established", "state", "listening", "sport", "=", ":22", "or", "sport", "=", ":443"],
];

Deno.test({
  name: `options, states and expressions choose the sockets that they choose in ss${missing}`,
  ignore: missing !== "",
  fn() {
    using _namespace = openNamespace();
    using _sockets = new ManySockets(false);
    using source = openNetlinkSocket();
    for (const args of invocations) {
      const sink = new CookieSink();
      runPlan(planOf(...args), source, sink);
      assertEquals(sink.cookies.sort(), ssCookies(...args), args.join(" "));
    }
  },
});

Deno.test("a filter file adds words, less its comments, as -F and --filter do in ss", () => {
  using _namespace = openNamespace();
  using _sockets = new ManySockets(false);
  const path = Deno.makeTempFileSync({ prefix: "ss2-test-" });
  try {
    Deno.writeTextFileSync(path, "# a comment with ( and ' in it\nsport = :22\n  or\n\n0.0.0.0\n");
    const { code, stderr } = runProgram("-ta", "-F", path);
    assertEquals([code, stderr], [2, 'ss2: expected src or dst before the address "0.0.0.0"\n0.0.0.0\n^\n']);
    Deno.writeTextFileSync(path, "# a comment with ( and ' in it\nsport = :22\n  or\n\nsport = :443\n");
    const expected = cookiesOf("-ta", "sport = :22 or sport = :443");
    assert(expected.length > 10);
    assertEquals(cookiesOf("-ta", "-F", path), expected);
    assertEquals(cookiesOf("-ta", "--filter", path), expected);
    // Words of the command line come first.
    Deno.writeTextFileSync(path, "sport = :22 )");
    assertEquals(cookiesOf("-ta", "--filter-file", path, "not", "("), cookiesOf("-ta", "sport != :22"));
  } finally {
    Deno.removeSync(path);
  }
  const { stdout } = runInShell('echo "sport = :22" | "$@"', ["-ta", "-F", "-", "--count-by", "src_port"]);
  assertEquals(stdout, runProgram("-ta", "--count-by", "src_port", "sport = :22").stdout);
});

Deno.test("names of services and hosts, and of interfaces, stand for what the machine says", async () => {
  using _namespace = openNamespace();
  using _sockets = new ManySockets(false);
  // Not every machine has names of services.
  const services = { "/etc/services": "ssh 22/tcp\nhttps 443/tcp\n" };
  const named = (...args: string[]) => cookiesIn(flowsIn(runWithFiles(services, args)));
  assertEquals(named("-ta", "sport = :ssh"), cookiesOf("-ta", "sport = :22"));
  const addresses = [...new Set((await lookup("localhost", { all: true })).map(({ address }) => address))];
  assertEquals(
    named("-ta", "src localhost:https"),
    cookiesOf("-ta", `( ${addresses.map((address) => `src ${address}`).join(" or ")} ) sport = 443`),
  );
  assertEquals(cookiesOf("-ta", "dev lo"), cookiesOf("-ta", "iface = lo"));
  assert(cookiesOf("-ta", "dev lo").length > 0);
  const { code, stderr } = runProgram("-ta", "dev nonsense0");
  assertEquals([code, stderr], [2, 'ss2: no interface "nonsense0" is known\ndev nonsense0\n    ^\n']);
});

Deno.test("a filter of processes looks them up, shows them, and finds sockets of other kinds too", () => {
  using _namespace = openNamespace();
  using socket = openTcp(AF_INET).bind("127.0.0.1").listen(1);
  const [flow, ...more] = flowsOf("-tl", `pid = ${Deno.pid}`);
  assertEquals([flow?.["inode"], more.length], [socket.inode, 0]);
  assertEquals(flow?.["owner_status"], "resolved");
  assertEquals(flowsOf("-tl", "pid = 1 and comm = nonsense").length, 0);
  assertEquals(flowsOf("-tl", "not pid > 0").length, 0);
  const all = plain(runProgram("-a", "--csv", "--no-header", "--columns", "protocol,inode", `inode = ${socket.inode}`));
  assertEquals(all, { code: 0, stdout: `TCP,${socket.inode}\n`, stderr: "" });
  // Sockets of another protocol that do not match the filter are not listed as OTHER.
  const kinds = runProgram("-a", "-p", "--ndjson".replace("--", "--format="), `pid = ${Deno.pid} and protocol != tcp`);
  assertEquals(kinds.stdout.includes(`"inode":${socket.inode},`), false, kinds.stdout);
});

Deno.test("columns, counts and limits are of what passes, and only what is needed is asked for", () => {
  using _namespace = openNamespace();
  using _sockets = new ManySockets(false);
  const filter = "tcp_info.snd_mss > 0 and sport = :22";
  const count = cookiesOf("-ta", filter).length;
  assert(count > 3);
  const words = (...args: string[]) => assertPrinted(plain(runProgram("-ta", "--csv", "--no-header", ...args, filter)));
  assertEquals(words("--columns", "src_port"), "22\n".repeat(count));
  assertEquals(words("--columns", "src_port", "--limit", "2"), "22\n22\n");
  assertEquals(words("--count-by", "src_port"), `22,${count}\n`);
  assertEquals(words("--columns", "src_port", "--sort", "cookie"), "22\n".repeat(count));
  const explained = assertPrinted(runProgram("-ta", "--csv", "--columns", "src_port", "--explain", filter));
  assertMatch(explained, /\n {2}extensions requested: info\n/);
});

Deno.test("-q, --fail-if-empty and --fail-if-any answer by the exit status", () => {
  using _namespace = openNamespace();
  using socket = openTcp(AF_INET).bind("127.0.0.1").listen(1);
  const [some, none] = [`sport = ${socket.localPort}`, "sport = 1"];
  const status = (...args: string[]) => {
    const { code, stdout, stderr } = plain(runProgram("-tl", "--csv", "-H", "--columns", "src", ...args));
    assertEquals(stderr, "");
    return [code, stdout];
  };
  assertEquals(status("-q", some), [0, ""]);
  assertEquals(status("-q", none), [1, ""]);
  assertEquals(status("--quiet"), [0, ""]);
  assertEquals(status("--fail-if-empty", some), [0, "127.0.0.1\n"]);
  assertEquals(status("--fail-if-empty", none), [1, ""]);
  assertEquals(status("--fail-if-any", some), [1, "127.0.0.1\n"]);
  assertEquals(status("--fail-if-any", none), [0, ""]);
  assertEquals(status("-q", "--fail-if-any", some), [1, ""]);
  assertEquals(status("-q", "--fail-if-any", none), [0, ""]);
  assertEquals(runProgram("-q", "--fail-if-any", "--fail-if-empty").code, 2);
  assertEquals(runProgram("-q", "--output", "/dev/null").code, 2);
  assertEquals(runProgram("-q", "-t", "sport =").code, 2);
});

Deno.test("--explain says what is checked where, and asks nothing", () => {
  const words = ["-t", "--explain", "sport = :22 and not autobound and tcp_info.rtt > 50ms and ( uid = 0 or dev 1 )"];
  const expected = `filter: sport = :22 and not autobound and tcp_info.rtt > 50ms and ( uid = 0 or dev 1 )

TCP:
  states: established syn-sent fin-wait-1 fin-wait-2 close-wait last-ack closing
  extensions requested: meminfo info vegasinfo cong tos tclass skmeminfo shutdown
  checked by the kernel: ( sport = :22 and not autobound )
    in the request: idiag_sport 22
        0  src *:22, else no match
       12  autobound, else match
       16  go to no match
       20  match
  checked here: ( tcp_info.rtt > 50ms and ( uid = 0 or dev = 1 ) )
`;
  assertEquals(runProgram(...words), { code: 0, stdout: expected, stderr: "" });
  const all = assertPrinted(runProgram("--explain", "sport = :22 or path_name ~ x"));
  assertStringIncludes(
    all,
    "\nNETLINK: no socket can match, so the kernel is not asked\n  none has src_port, path_name\n",
  );
  assertStringIncludes(all, "\nUNIX:\n");
});

Deno.test({
  name: `--explain sends no request${without("strace")}`,
  ignore: !isInstalled("strace"),
  fn() {
    const sent = (...args: string[]) => {
      const { code, stderr } = run(["strace", "-f", "-e", "trace=sendto,sendmsg", ...programWords(), "-t", ...args]);
      return [code, stderr.includes("nlmsg_type")];
    };
    assertEquals([sent("--explain", "sport = :22"), sent("sport = :22")], [[0, false], [0, true]]);
  },
});

Deno.test("--explain --stats counts what is received: with a filter for the kernel only what passes", () => {
  using _namespace = openNamespace();
  using sockets = new DisposableStack();
  Array.from({ length: 40 }, (_, n) => openTcp(AF_INET).bind("127.0.0.1", 7000 + n).listen(1)).forEach((socket) =>
    sockets.use(socket)
  );
  const count = (...words: string[]) => {
    const text = assertPrinted(runProgram("-ta", "--explain", "--stats", ...words));
    const [, bytes, datagrams, sockets] = /\nreceived: (\d+) bytes in (\d+) datagrams\nlisted: (\d+) sockets\n$/.exec(
      text,
    )!;
    return { bytes: Number(bytes), datagrams: Number(datagrams), sockets: Number(sockets) };
  };
  const all = count();
  const one = count("sport = :7001");
  const none = count("tcp_info.rtt > 1h");
  assertEquals([all.sockets, one.sockets, none.sockets], [40, 1, 0]);
  // What ends a dump is 20 bytes; no listener is described in less than the 72 bytes of its fixed part.
  assert(one.bytes < all.bytes / 20 && one.bytes > 92, `${one.bytes} of ${all.bytes}`);
  assertEquals(none.bytes > all.bytes / 4, true);
  assertEquals(runProgram("-ta", "--stats").stderr, "ss2: --stats does nothing without --explain\n");
});

Deno.test({
  name: `without privileges fwmark is refused by name, and the rest of a filter works${
    isRoot ? "" : " (ignored: only root can become another user)"
  }`,
  ignore: !isRoot,
  fn() {
    using _namespace = openNamespace();
    using socket = openTcp(AF_INET).bind("127.0.0.1").listen(1);
    asNobody((words, options) => {
      const marked = run([...words, "-tl", "fwmark = 5"], options);
      assertEquals([marked.code, marked.stderr], [
        1,
        "ss2: cannot tell whether 1 TCP sockets match the filter: their mark is unknown (it needs CAP_NET_ADMIN and socket diagnostics)\n",
      ]);
      const other = run([...words, "-tl", "fwmark = 5 and sport = 1"], options);
      assertEquals([other.code, other.stderr], [0, ""]);
      const here = run([
        ...words,
        "-tl",
        "--csv",
        "-H",
        "--columns",
        "src_port",
        `sport = ${socket.localPort} and not autobound`,
      ], options);
      assertEquals(here, { code: 0, stdout: "", stderr: "" });
    });
  },
});

Deno.test("UNIX sockets are found by their names", () => {
  using _namespace = openNamespace();
  const directory = Deno.makeTempDirSync({ prefix: "ss2-test-" });
  using _listener = Deno.listen({ transport: "unix", path: `${directory}/Service.sock` });
  const names = (...args: string[]) => flowsOf(...args).map((flow) => flow["path_name"]);
  try {
    const expected = [`${directory}/Service.sock`];
    assertEquals(names("-xl", "src", `${directory}/*`), expected);
    assertEquals(names("-l", "src", `unix:${directory}/service.s?ck`), expected);
    assertEquals(names("-xl", "path_name", "~", "Service\\.sock$"), expected);
    assertEquals(names("-xl", "src", `${directory}/other*`), []);
    const [flow] = flowsOf("-xl", "src", `${directory}/*`);
    assertEquals(names("-xa", "sport", "=", String(flow!["inode"])), expected);
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
});

Deno.test("a recording is filtered as the kernel filters", () => {
  using _namespace = openNamespace();
  using _sockets = new ManySockets(false);
  const path = Deno.makeTempFileSync({ prefix: "ss2-test-", suffix: ".pcap" });
  try {
    const [filtered, all] = [`${path}.filtered`, cookiesOf("-tua")];
    assertEquals(cookiesOf("-tua", "--record", filtered, "sport = :22"), cookiesOf("-tua", "sport = :22"));
    assertEquals(cookiesOf("-tua", "--read", filtered), all);
    Deno.removeSync(filtered);
    assertPrinted(runProgram("-tua", "--record", path));
    for (
      const filter of [
        "sport = :22 or dport gt 8000",
        "not dst 127.0.0.0/8 dev 0",
        "fwmark 0x100/0x100",
        "state listening sport < 500",
      ]
    ) {
      assertEquals(cookiesOf("-tua", "--read", path, filter), cookiesOf("-tua", filter), filter);
    }
    const { code, stderr } = runProgram("-ta", "--read", path, "autobound and sport = :22");
    assertEquals(code, 1);
    assertMatch(
      stderr,
      /^ss2: cannot tell whether \d+ TCP sockets match the filter: only the kernel can tell which are autobound/,
    );
  } finally {
    Deno.removeSync(path);
  }
});

Deno.test("the library reads filters, looks up what they read, and has the error with its place", () => {
  using _namespace = openNamespace();
  using socket = openTcp(AF_INET).bind("127.0.0.1").listen(1);
  using _other = openTcp(AF_INET).bind("127.0.0.2").listen(1);
  const find = (text: string, options: DumpOptions = { tcp: true }) =>
    [...dumpObjects({ ...options, filter: parseFilter(text, options) })].map((flow) => flow["inode"]);
  const { inode } = socket;
  assertEquals(find(`state listening sport = ${socket.localPort}`), [inode]);
  assertEquals(find(`state = listening and src 127.0.0.1 and pid = ${Deno.pid}`), [inode]);
  assertEquals(find(`src 127.0.0.1 and exists netns.inode`, { tcp: true, states: ["listening"] }), [inode]);
  assertEquals(find("src 127.0.0.1", { states: ["listening"] }), [inode]);
  assertEquals(find("src 127.0.0.1"), []);
  const error = assertThrows(() => parseFilter("sport = :22 or srcc = 5"), FilterSyntaxError);
  assertEquals([error.offset, error.caret], [15, "sport = :22 or srcc = 5\n               ^"]);
  assertThrows(() => parseFilter("src_host = x"), RangeError);
  const unlisted = assertThrows(() => parseFilter("path_name = /x", { tcp: true }), FilterSyntaxError);
  assertEquals(unlisted.message, '"path_name" is a field of UNIX, which is not asked for');
  const hints: string[] = [];
  parseFilter("src ::1:22", { warn: (hint) => hints.push(hint) });
  assertEquals(hints, ["::1:22 is read as an address without a port: write [::1:22], or [::1]:22"]);
});

/** Filters that no socket can match, and the beginning of the message. */
const impossible: readonly (readonly [filter: string, said: string])[] = [
  ["user = nosuchuser", 'ss2: no user "nosuchuser" is known'],
  ["owners.user = nosuchuser", 'ss2: no user "nosuchuser" is known'],
  ["iface = nosuch0", 'ss2: no interface "nosuch0" is known'],
  ["dev nosuch0", 'ss2: no interface "nosuch0" is known'],
  ["src fe80::1%nosuch0", 'ss2: no interface "nosuch0" is known'],
  ["netns.name = nosuch", 'ss2: no network namespace "nosuch" is known'],
  ["unit = nginx", "ss2: unit is the whole name of a unit, "],
  ["owners.exe = sleep", "ss2: owners.exe is a path that starts with /"],
  ["src_port = 70000", "ss2: src_port is from 0 to 65535"],
  ["sport = :70000", "ss2: expected a port from 0 to 65535"],
  ["state = foo", "ss2: state is never"],
  ["state ~ foo", "ss2: state is never like"],
  ["uid = root", "ss2: expected a number"],
  ["path_name = /x", 'ss2: "path_name" is a field of UNIX, which is not asked for'],
  ["src unix:/x", "ss2: no TCP socket can ever match this filter"],
  ["sport > 65535", "ss2: no TCP socket can ever match this filter"],
  ["comm ~ (?=a)", 'ss2: "(?=" looks around'],
];

Deno.test("a filter that no socket can ever meet is refused with status 2, which is no answer", () => {
  using _namespace = openNamespace();
  for (const [filter, said] of impossible) {
    const { code, stdout, stderr } = runProgram("-q", "-tl", filter);
    assertEquals([code, stdout, stderr.slice(0, said.length)], [2, "", said], filter);
  }
  const { code, stderr } = runProgram("-q", "-tu", "rtt > 5");
  assertEquals([code, stderr], [1, "ss2: no UDP socket matches the filter: none has tcp_info.rtt\n"]);
  const grouped = runProgram("-q", "rtt > 5");
  assertEquals([grouped.code, grouped.stderr], [1, ""]);
});

Deno.test("a word alone finds sockets by port and by process, and a field is compared with another", () => {
  using _namespace = openNamespace();
  using listener = openTcp(AF_INET).bind("127.0.0.1").listen(1);
  const port = listener.localPort;
  const comm = Deno.readTextFileSync("/proc/self/comm").trimEnd();
  for (const filter of [`${port}`, `:${port}`, comm, `sport in 1,${port}`]) {
    assertEquals(runProgram("-q", "-tl", filter).code, 0, filter);
  }
  for (const filter of [`${port ^ 1}`, "nosuchprocess", "backlog > backlog_limit", "sport in 1,2"]) {
    assertEquals(runProgram("-q", "-tl", filter).code, 1, filter);
  }
  assertEquals(runProgram("-q", "-tl", "backlog <= backlog_limit").code, 0);
});
