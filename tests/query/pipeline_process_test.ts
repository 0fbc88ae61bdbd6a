/** The program as a process: columns, order, limit and counts. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { families } from "../../decode/families/all_families.ts";
import { ColumnNames } from "../../query/column_choice.ts";
import { HeldSockets } from "../live/hold.ts";
import { openNamespace } from "../live/namespace.ts";
import { AF_INET, openPair } from "../live/sockets.ts";
import { flowsIn, parseExact } from "../exact_json.ts";
import { assertPrinted, projectDirectory, runInShell, runProgram } from "../program.ts";
import { parseCsv } from "../read_back.ts";

const recording = `${projectDirectory}tests/fixtures/tcp4.k618.pcap`;
const read = (...args: string[]) => assertPrinted(runProgram("-ta", "--read", recording, ...args));

Deno.test("the program lists the names of columns for --list-columns, of the families that are chosen", () => {
  const names = (...args: string[]) => assertPrinted(runProgram("--list-columns", ...args)).trimEnd().split("\n");
  const tcp = families.filter(({ name }) => name === "TCP");
  assertEquals(names("-t"), [...new ColumnNames(tcp).names, "time", "host"]);
  assertEquals(names(), [
    ...new ColumnNames(families.filter(({ name }) => name !== "OTHER")).names,
    ...["time", "host"],
  ]);
  assertEquals(names("--tcp", "--other").includes("holder_netns"), true);
});

Deno.test("a column that only other families have is refused, and the error says whose it is", () => {
  for (
    const [words, message] of [
      [["-x", "--columns", "uid,rtt"], '"rtt" in --columns is a field of TCP, DCCP, which are not asked for'],
      [["-t", "--columns", "cwdn"], 'unknown column "cwdn" in --columns, did you mean cwnd?'],
      [["-t", "--sort", "rrt:desc"], 'unknown column "rrt" in --sort, did you mean rtt?'],
      [["-x", "--sort", "cwnd:desc"], '"cwnd" in --sort is a field of TCP, which is not asked for'],
      [["-t", "--count-by", "path_name"], '"path_name" in --count-by is a field of UNIX, which is not asked for'],
    ] as const
  ) {
    const { code, stdout, stderr } = runProgram(...words);
    assertEquals([code, stdout, stderr], [2, "", `ss2: ${message}\n`]);
  }
});

Deno.test("columns time and host tell when and where a run was, in every row", () => {
  using _namespace = openNamespace();
  using _pair = openPair();
  const before = Date.now();
  const rows = (...args: string[]) => parseCsv(assertPrinted(runProgram("-ta", "--csv", ...args)));
  const [header, ...sockets] = rows("--columns", "time,host,src_port,netns.inode");
  assertEquals(header, ["time", "host", "src_port", "netns.inode"]);
  assert(sockets.length >= 2);
  for (const [time, host, port, netns] of sockets) {
    assertEquals(new Date(time!).toISOString(), time);
    assert(Date.parse(time!) >= before && Date.parse(time!) <= Date.now(), time);
    assertEquals([host, time], [Deno.hostname(), sockets[0]![0]]);
    assert(Number(port) > 0 && Number(netns) > 0);
  }
  const [names, first] = rows("--columns", "+time,+host,+netns");
  const added = ["netns.inode", "netns.name", "time", "host", "more"];
  assertEquals(names!.filter((name) => added.includes(name)), added);
  assertEquals(names!.at(-1), "more");
  assertEquals(first![names!.indexOf("host")], Deno.hostname());
  const sorted = rows("--columns", "src_port,host", "--sort", "src_port", "--limit", "2").slice(1);
  assert(sorted.every(([, host]) => host === Deno.hostname()));
  const lines = assertPrinted(runProgram("-ta", "--format", "ndjson", "--columns", "+time"));
  for (const line of lines.trimEnd().split("\n")) assert(Date.parse(JSON.parse(line).time) >= before);
  const [heading, line] = assertPrinted(runProgram("-ta", "--table", "--columns", "+host")).split("\n");
  assertMatch(heading!, / host *$/);
  assert(line!.includes(Deno.hostname()));
  // A recording knows when it was made, and not where.
  const [, recorded] = parseCsv(read("--csv", "--columns", "time,host"));
  assert(Date.parse(recorded![0]!) < before);
  assertEquals(recorded![1], "");
  for (const option of ["--count-by", "--sort"]) {
    const { code, stderr } = runProgram("-ta", option, "host");
    assertEquals([code, stderr], [2, `ss2: host is the same in every row: it is a column only, not for ${option}\n`]);
  }
});

Deno.test("the program counts sockets by subnet, mapped and plain IPv4 as one", async () => {
  using _namespace = openNamespace();
  await using _held = await HeldSockets.open(({ openTcp, AF_INET, AF_INET6 }) => {
    openTcp(AF_INET).bind("127.0.1.1").listen(1);
    openTcp(AF_INET).bind("127.0.1.200").listen(1);
    openTcp(AF_INET).bind("127.0.2.1").listen(1);
    openTcp(AF_INET6).bind("::ffff:127.0.1.9").listen(1);
    openTcp(AF_INET6).bind("::1").listen(1);
    return {};
  });
  const counts = (...args: string[]) => parseCsv(assertPrinted(runProgram("-tl", "--csv", ...args)));
  const by = (name: string) => counts("--count-by", name, "--sort", name);
  assertEquals(by("src/24"), [["src/24", "count"], ["127.0.1.0/24", "3"], ["127.0.2.0/24", "1"], ["::/64", "1"]]);
  assertEquals(by("src/15").slice(1), [["127.0.0.0/15", "4"], ["::/64", "1"]]);
  assertEquals(by("src/0").slice(1), [["0.0.0.0/0", "4"], ["::/64", "1"]]);
  assertEquals(by("src/128").slice(-1), [["::1/128", "1"]]);
  assertEquals(by("src/128").length, 6);
  // An address counts as the same, whichever version of IP the socket has.
  assertEquals(by("src").slice(1), [...["1", "9", "200"].map((n) => [`127.0.1.${n}`, "1"]), ["127.0.2.1", "1"], [
    "::1",
    "1",
  ]]);
  assertEquals(counts("--count-by", "family,src").length, 6);
  const both = counts("--count-by", "src/24,src", "--columns", "count,src,src/24,sum(recv_q)", "--sort", "count:desc");
  assertEquals(both[0], ["count", "src", "src/24", "sum(recv_q)"]);
  assertEquals(both.length, 6);
  const document = assertPrinted(runProgram("-tl", "--count-by", "src/24", "--sort", "count:desc", "--limit", "1"));
  assertEquals(JSON.parse(document), { counts: [{ "src/24": "127.0.1.0/24", count: 3 }] });
  const { code, stderr } = runProgram("-t", "--count-by", "state/24");
  assertEquals([code, stderr], [2, "ss2: --count-by state/24: state is not an address\n"]);
  assertEquals(runProgram("-t", "--count-by", "src/129").code, 2);
});

Deno.test("csv and tsv have units in the names of columns with --units", () => {
  const names = "state,recv_q,rtt,min_rtt,snd_cwnd,tcp_info.pacing_rate";
  const header = (...args: string[]) => read("--columns", names, ...args).split("\r\n")[0]!;
  const expected = [
    ...["state", "recv_q (bytes)", "tcp_info.rtt (ms)", "tcp_info.min_rtt (us)", "tcp_info.snd_cwnd (segments)"],
    "tcp_info.pacing_rate (bytes/s)",
  ];
  assertEquals(header("--csv", "--units").split(","), expected);
  assertEquals(header("--tsv", "--units").split("\t"), expected);
  assertEquals(header("--csv").includes("("), false);
  assertEquals(parseCsv(read("--csv", "--units", "--columns", names, "--delimiter", "/"), "/")[0], expected);
  const rows = (...args: string[]) => read("--csv", ...args).split("\r\n").slice(1);
  assertEquals(rows("--units"), rows());
  assertEquals(runProgram("-t", "--json", "--units").code, 2);
});

Deno.test("the program counts sockets by state", () => {
  const flows = flowsIn(parseExact(read()));
  const expected = new Map<unknown, number>();
  for (const { state } of flows) expected.set(state, (expected.get(state) ?? 0) + 1);
  const document = JSON.parse(read("--count-by", "state"));
  assertEquals(document, { counts: [...expected].map(([state, count]) => ({ state, count })) });
  const rows = parseCsv(read("--count-by", "state", "--csv", "--sort", "count:desc", "--limit", "3"));
  const most = [...expected].map(([, count]) => count).sort((a, b) => b - a).slice(0, 3);
  assertEquals(rows[0], ["state", "count"]);
  assertEquals(rows.slice(1).map(([, count]) => Number(count)), most);
  const lines = runProgram("-ta", "--read", recording, "--count-by", "protocol,state", "--format", "ndjson").stdout;
  assertEquals(JSON.parse(lines.split("\n")[0]!), { protocol: "TCP", ...document.counts[0] });
  const table = read("--count-by", "protocol", "--table").trimEnd().split("\n").map((line) => line.trim().split(/ +/));
  assertEquals(table, [["protocol", "count"], ["TCP", `${flows.length}`]]);
});

Deno.test("the program shows the slowest connections by --columns, --sort and --limit", () => {
  const args = ["--columns", "protocol,state,src,dst,tcp_info.rtt", "--sort", "tcp_info.rtt:desc", "--limit", "5"];
  const rtt = flowsIn(parseExact(read())).map((flow) => (flow["tcp_info"] as { rtt?: number } | undefined)?.rtt ?? 0);
  const slowest = rtt.sort((a, b) => b - a).slice(0, 5);
  const [header, ...rows] = parseCsv(read(...args, "--csv"));
  assertEquals(header, ["protocol", "state", "src", "dst", "tcp_info.rtt"]);
  assertEquals(rows.map((row) => Number(row[4])), slowest);
  const flows = JSON.parse(read(...args)).TCP.flows;
  assertEquals(flows.map(({ tcp_info }: { tcp_info: { rtt: number } }) => tcp_info.rtt), slowest);
  for (const flow of flows) assertEquals(Object.keys(flow), ["state", "src", "dst", "tcp_info"]);
  const lines = read(...args, "--format", "ndjson").trimEnd().split("\n").map((line) => JSON.parse(line));
  assertEquals(lines, flows.map((flow: object) => ({ protocol: "TCP", ...flow })));
  assertMatch(read(...args, "--yaml"), /^TCP:\n {2}flows:\n {4}- state: "/);
});

for (
  const [what, args, message] of [
    [
      "an unknown column and names a near one",
      ["-t", "--columns", "tcp_info.rtx"],
      /"tcp_info\.rtx".*--columns.*did you mean/,
    ],
    ["columns without a name", ["--columns="], /--columns/],
    ["a short name of several fields", ["-t", "--columns", "enabled"], /vegasinfo\.enabled, dctcpinfo\.enabled/],
    ["an order by a list", ["-t", "--sort", "tcp_info.opts"], /--sort/],
    ["a limit that is no number", ["--limit", "many"], /--limit.*"many"/],
    ["counts by an unknown column without printing it", ["--count-by", "\x1b[31m"], /\\u001b/],
    ["other columns beside counts", ["--columns", "dst", "--count-by", "src"], /--columns dst is neither count nor/],
    ["columns of the list of fields", ["--fields", "--columns", "src"], /--columns does nothing for --fields/],
    ["a limit of the list of columns", ["--list-columns", "--limit", "1"], /--limit does nothing for --list-columns/],
  ] as const
) {
  Deno.test(`the program refuses ${what}, in one line, status 2`, () => {
    const { code, stdout, stderr } = runProgram(...args);
    assertMatch(stderr, /^ss2: [^\n]+\n$/);
    assertMatch(stderr, message);
    // deno-lint-ignore no-control-regex
    assertEquals([code, stdout, /[\x00-\x09\x0b-\x1f]/.test(stderr)], [2, "", false]);
  });
}

Deno.test("the program takes --list for --listening, as ss does, and --list-columns in full only", () => {
  assertEquals(read("--list", "--count-by", "state", "--compact").includes("established"), false);
});

/** Connections, each with its listener. */
class Connections implements Disposable {
  readonly #pairs = new DisposableStack();
  constructor(count: number) {
    for (let i = 0; i < count; i++) this.#pairs.use(openPair({ family: AF_INET }));
  }
  [Symbol.dispose](): void {
    this.#pairs.dispose();
  }
}

/** Types in place of values. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shape);
  if (typeof value !== "object" || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, shape(member)]));
}

Deno.test("the kernel sends what each column needs, also if no other is asked for", () => {
  using _namespace = openNamespace();
  using _pairs = new Connections(2);
  const full = flowsIn(parseExact(assertPrinted(runProgram("-ta"))));
  const paths = [...new Set(full.flatMap((flow) => Object.keys(flow)))];
  assert(paths.length > 20);
  for (const path of paths) {
    const flows = flowsIn(parseExact(assertPrinted(runProgram("-ta", "--columns", path))));
    assertEquals(
      flows.map((flow) => shape(flow)),
      full.map((flow) => flow[path] === undefined ? {} : { [path]: shape(flow[path]) }),
      path,
    );
  }
});

Deno.test("the program looks processes up for their columns, wherever these stand", () => {
  using _namespace = openNamespace();
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const port = String((listener.addr as Deno.NetAddr).port);
  const args = ["-tl", "-4", "--csv"];
  const [header, row] = parseCsv(assertPrinted(runProgram(...args, "--columns", "process,src_port,pid,owner_status")));
  assertEquals(header, ["process", "src_port", "pid", "owner_status"]);
  assertEquals(row!.slice(1), [port, String(Deno.pid), "resolved"]);
  assert(row![0] !== "");
  const exploded = ["--explode", "owners", "--columns", "src_port,owners.fds,pid"];
  const rows = parseCsv(assertPrinted(runProgram(...args, ...exploded)));
  assertEquals(rows[0], ["src_port", "owners.fds", "pid"]);
  assertEquals([rows[1]![0], rows[1]![2]], [port, String(Deno.pid)]);
  const flows = JSON.parse(assertPrinted(runProgram("-tl", "-4", "--columns", "owners.pid"))).TCP.flows;
  assertEquals(flows, [{ owners: [{ pid: Deno.pid }] }]);
  const counts = JSON.parse(assertPrinted(runProgram("-tl", "-4", "--count-by", "owners.pid")));
  assertEquals(counts, { counts: [{ owners: [{ pid: Deno.pid }], count: 1 }] });
  using _other = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  for (const explode of [[], ["--explode", "owners"]]) {
    const [, counted] = parseCsv(assertPrinted(runProgram(...args, ...explode, "--count-by", "pid,process")));
    assertEquals([counted![0], counted![2]], [String(Deno.pid), "2"]);
  }
  assertEquals(
    parseCsv(assertPrinted(runProgram(...args, "--columns", "local", "--sort", "local"))).map(([src]) => src),
    ["src", "127.0.0.1", "127.0.0.1"],
  );
});

Deno.test("the program ends a dump early at the limit, and closes quietly when the reader goes", () => {
  using _namespace = openNamespace();
  using _pairs = new Connections(200);
  const lines = assertPrinted(runProgram("-ta", "--limit", "7", "--format", "ndjson")).trimEnd().split("\n");
  assertEquals(lines.length, 7);
  const flows = JSON.parse(assertPrinted(runProgram("-tau", "--limit", "2")));
  assertEquals([flows.TCP.flows.length, flows.UDP.flows.length], [2, 0]);
  const { code, stderr } = runInShell(`"$@" | head -1 >/dev/null`, ["-ta", "--sort", "src_port", "--format", "ndjson"]);
  assertEquals([code, stderr], [0, ""]);
});
