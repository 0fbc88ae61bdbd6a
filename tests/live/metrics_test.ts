/** The metrics of a namespace against the sockets that were made in it. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { namespaceRows } from "../../decode/proc/summary_rows.ts";
import { type Family, parseMetrics, valueOf } from "../exposition.ts";
import {
  assertPrinted,
  isInstalled,
  programWords,
  projectDirectory,
  type Run,
  run,
  runProgram,
  without,
} from "../program.ts";
import { AF_UNIX, SOCK_STREAM } from "./held.ts";
import { runIsolated } from "./isolated.ts";
import { openNamespace } from "./namespace.ts";
import { AF_INET, AF_INET6, openPair, openSocket, openTcp, SOCK_DGRAM } from "./sockets.ts";

type Families = ReadonlyMap<string, Family>;

/** The metrics of the program, in both texts. */
const metrics = (...args: string[]): Families =>
  parseMetrics(assertPrinted(runProgram("--format", "prometheus", ...args)), false);
const openMetrics = (...args: string[]): Families =>
  parseMetrics(assertPrinted(runProgram("--format", "openmetrics", ...args)), true);

Deno.test("--format prometheus and openmetrics have the sockets, queues and values of a namespace", () => {
  using _namespace = openNamespace();
  using pair = openPair();
  pair.client.send(3000);
  using _six = openPair({ family: AF_INET6 });
  using server = openTcp(AF_INET).bind("127.0.0.1").listen(7);
  using _waiting = openTcp(AF_INET).connect("127.0.0.1", server.localPort);
  using _udp = openSocket(AF_INET, SOCK_DGRAM).bind("127.0.0.1");
  const text = metrics();
  const open = openMetrics();
  for (const [families, prefix] of [[text, ""], [open, "g"]] as const) {
    const value = (name: string, labels?: Record<string, string>) => valueOf(families, name, labels);
    assertEquals(value("ss2_sockets", { protocol: "TCP", state: "listening" }), 3);
    assertEquals(value("ss2_sockets", { protocol: "TCP", state: "established" }), 6);
    assertEquals(value("ss2_sockets", { protocol: "UDP", state: "unconnected" }), 1);
    assertEquals(value("ss2_socket_receive_queue_bytes", { protocol: "TCP", state: "established" }), 3000);
    // The queue of a listener has connections, and is a metric of its own.
    assertEquals(value("ss2_socket_receive_queue_bytes", { protocol: "TCP", state: "listening" }), undefined);
    const listener = { src: "127.0.0.1", src_port: String(server.localPort) };
    assertEquals(value("ss2_listener_backlog", listener), 1);
    assertEquals(value("ss2_listener_backlog_limit", listener), 7);
    assertEquals(value("ss2_listener_drops", listener), 0);
    for (const name of ["rtt_seconds", "congestion_window_segments", "unacknowledged_segments"]) {
      assertEquals(value(`ss2_tcp_${name}_${prefix}count`, { protocol: "TCP" }), 6, name);
    }
    // Only one has sent anything.
    assertEquals(value(`ss2_tcp_retransmission_ratio_${prefix}count`, { protocol: "TCP" }), 1);
    assertEquals(value("ss2_tcp_retransmission_ratio_bucket", { protocol: "TCP", le: prefix ? "0.0" : "0" }), 1);
    assertEquals(value("ss2_tcp_opened_actively_total"), 3);
    assertEquals(value("ss2_limits_first_ephemeral_port"), 32768);
    assertEquals([value("ss2_scrape_complete"), value("ss2_scrape_warnings")], [1, 0]);
    assert(value("ss2_scrape_duration_seconds")! > 0);
    assert(value("ss2_host_tcp_memory_bytes")! % 4096 === 0);
  }
  const types = (families: Families) => [...families.values()].map(({ name, type }) => `${name} ${type}`);
  assertEquals(
    types(open),
    types(text).map((line) =>
      line.replace(/_total counter$/, " counter").replace("_info gauge", " info").replace(
        " histogram",
        " gaugehistogram",
      )
    ),
  );
  // What the kernel calls a counter is one, and nothing else is.
  const counters = types(text).filter((line) => line.endsWith("counter")).length;
  assertEquals(counters, namespaceRows.filter(({ kind }) => kind === "counter").length);
});

Deno.test("--format prometheus has labels by --count-by, bounded by --max-series, and by namespace with -N", () => {
  using _namespace = openNamespace();
  using _first = openPair();
  using _second = openPair();
  using _six = openPair({ family: AF_INET6 });
  const byFamily = metrics("-t", "--count-by", "family,tcp_info.ca_state", "state established");
  assertEquals(valueOf(byFamily, "ss2_sockets", { family: "inet", tcp_info_ca_state: "0" }), 4);
  assertEquals(valueOf(byFamily, "ss2_tcp_rtt_seconds_count", { family: "inet6", tcp_info_ca_state: "0" }), 2);
  const bounded = metrics("-t", "--count-by", "cookie", "--max-series", "4");
  const sockets = bounded.get("ss2_sockets")!.samples;
  assertEquals(sockets.map(({ value }) => Number(value)), [1, 1, 1, 6]);
  assertEquals(valueOf(bounded, "ss2_sockets", { other: "true" }), 6);
  assertEquals(valueOf(bounded, "ss2_scrape_merged_series"), 6);
  // A histogram has more lines than one, so that all of its sets of labels are in one.
  assertEquals(valueOf(bounded, "ss2_tcp_rtt_seconds_count", { other: "true" }), 6);
  for (const { name, samples } of bounded.values()) {
    const labels = new Set(samples.map(({ labels: { le: _, ...rest } }) => JSON.stringify(rest)));
    assert(labels.size <= 4, name);
  }
  const inode = String(Deno.statSync("/proc/thread-self/ns/net").ino);
  const placed = metrics("-t", "-N", "/proc/thread-self/ns/net");
  assertEquals(valueOf(placed, "ss2_sockets", { protocol: "TCP", state: "established", netns: inode }), 6);
  assertEquals(valueOf(placed, "ss2_tcp_opened_actively_total", { netns: inode }), 3);
  const listening = metrics("-tl");
  assertEquals(listening.get("ss2_sockets")!.samples.map(({ value }) => value), ["3"]);
});

Deno.test("--format prometheus names namespaces, and writes hostile names so that they can be read again", () => {
  const { code, stdout, stderr } = runIsolated(
    `
    netns_add a 'say "hi" \\ now'
    start in_netns a listen 8080 srv
    start hostile
    "$@" -tl -N all --format prometheus
    echo ====
    "$@" -x --format openmetrics --count-by path_name
  `,
    undefined,
    {
      holders: {
        hostile: ({ openSocket, AF_UNIX, SOCK_STREAM }) => {
          const name = [0, 0x61, 0x22, 0x5c, 0x0a, 0xff, 0x0d, 0x5c, 0x6e, 0x7b, 0x7d];
          openSocket(AF_UNIX, SOCK_STREAM).bindTo(Uint8Array.of(AF_UNIX, 0, ...name));
        },
      },
    },
  );
  assertEquals([code, stderr], [0, ""]);
  const [first = "", second = ""] = stdout.split("====\n");
  const placed = parseMetrics(first, false);
  assertEquals(valueOf(placed, "ss2_sockets", { protocol: "TCP", state: "listening", netns: "a" }), 1, stderr);
  assert(valueOf(placed, "ss2_sockets_used", { netns: 'say "hi" \\ now' }) !== undefined);
  assertEquals(valueOf(parseMetrics(second, true), "ss2_sockets", { path_name: '@a"\\\n\ufffd\r\\n{}' }), 1, second);
});

Deno.test("--format prometheus says what is missing, and prints no number of what nobody knows", () => {
  using _namespace = openNamespace();
  using _pair = openPair();
  const wrapper = new URL("refuse_netlink.ts", import.meta.url).pathname;
  const refused = [Deno.execPath(), "run", "--quiet", "--no-config", "--allow-all", wrapper, "97"];
  const { code, stdout, stderr } = run([...refused, ...programWords(), "--format", "prometheus"]);
  assertEquals(code, 1, stderr);
  assertMatch(stderr, /^ss2: /m);
  const families = parseMetrics(stdout, false);
  assertEquals(valueOf(families, "ss2_scrape_complete"), 0);
  assert(valueOf(families, "ss2_scrape_warnings")! > 0);
  // A recording has sockets and no sums of the kernel.
  const recorded = metrics("-ta4", "--read", `${projectDirectory}tests/fixtures/tcp4.k618.pcap`);
  assert(valueOf(recorded, "ss2_sockets", { protocol: "TCP", state: "listening" })! > 0);
  assertEquals([...recorded.keys()].filter((name) => /_total$|_limits_|_host_/.test(name)), []);
});

Deno.test("--format prometheus refuses what has no metrics, and labels of nearly every socket", () => {
  for (
    const words of [["-E"], ["-K"], ["-s"], ["-r"], ["--columns", "src"], ["--limit", "1"], ["--meta"], ["--json"]]
  ) {
    const { code, stdout, stderr } = runProgram("--format", "prometheus", ...words);
    assertEquals([code, stdout, stderr.trimEnd().split("\n").length], [2, "", 1], words.join(" "));
  }
  for (const name of ["state,cookie", "sport", "local", "pid", "owners", "src_port"]) {
    const { code, stderr } = runProgram("--format", "openmetrics", "--count-by", name);
    assertEquals([code, /--max-series/.test(stderr)], [2, true], stderr);
  }
  assertEquals(runProgram("--json", "--max-series", "3").code, 2);
});

Deno.test({
  name: `promtool accepts both texts${without("promtool")}`,
  ignore: !isInstalled("promtool"),
  fn() {
    using _namespace = openNamespace();
    using _pair = openPair();
    using _unix = openSocket(AF_UNIX, SOCK_STREAM);
    const check = (script: string, ...args: string[]): Run =>
      run(["sh", "-c", script, "sh", assertPrinted(runProgram(...args))]);
    assertEquals(check('printf %s "$1" | promtool check metrics', "--format", "prometheus"), {
      code: 0,
      stdout: "",
      stderr: "",
    });
    const directory = Deno.makeTempDirSync({ prefix: "ss2-test-" });
    try {
      // Its reader of OpenMetrics wants times.
      const script = `cd ${directory} && printf %s "$1" | sed '/^#/!s/$/ 1700000000/' >text &&
        promtool tsdb create-blocks-from openmetrics text out`;
      const { code, stdout, stderr } = check(script, "--format", "openmetrics");
      assertEquals(code, 0, stdout + stderr);
    } finally {
      Deno.removeSync(directory, { recursive: true });
    }
  },
});
