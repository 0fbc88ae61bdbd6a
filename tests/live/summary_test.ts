/** The sums of a namespace against the sockets that were made in it. */
import { assert, assertEquals } from "@std/assert";
import { parse as parseYaml } from "@std/yaml";
import { parseExact } from "../exact_json.ts";
import { assertPrinted, runProgram } from "../program.ts";
import { parseCsv } from "../read_back.ts";
import { summary as summaryOfLibrary } from "../../mod.ts";
import { runIsolated } from "./isolated.ts";
import { openNamespace } from "./namespace.ts";
import {
  AF_INET,
  AF_INET6,
  IPPROTO_MPTCP,
  openPair,
  openSocket,
  openTcp,
  SHUT_WR,
  SOCK_DGRAM,
  TCP_FIN_WAIT2,
} from "./sockets.ts";
import { AF_UNIX, SOCK_STREAM } from "./held.ts";

const lines = (text: string): Record<string, unknown>[] => text.trimEnd().split("\n").map((line) => JSON.parse(line));

// deno-lint-ignore no-explicit-any
const summary = (...args: string[]): any => parseExact(assertPrinted(runProgram("--summary", ...args)));

Deno.test("--summary counts the sockets of the namespace by protocol and state, IPv6 and MPTCP included", () => {
  using _namespace = openNamespace();
  using _four = openPair();
  using _six = openPair({ family: AF_INET6 });
  using half = openPair();
  half.client.shutdown(SHUT_WR).waitForState(TCP_FIN_WAIT2);
  using _udp = openSocket(AF_INET, SOCK_DGRAM).bind("127.0.0.1");
  using _udp6 = openSocket(AF_INET6, SOCK_DGRAM).bind("::1");
  using _unix = openSocket(AF_UNIX, SOCK_STREAM);
  const { summary: [first, ...others], host } = summary("--tcp", "--udp", "--unix");
  assertEquals(others, []);
  assertEquals(first.sockets.by_protocol, { TCP: 9, UDP: 2, UNIX: 1 });
  const states = { listening: 3, established: 4, "fin-wait-2": 1, "close-wait": 1 };
  assertEquals(first.tcp.states, states);
  assertEquals(first.udp.states, { unconnected: 2 });
  assertEquals([first.tcp.opened_actively, first.tcp.opened_passively, first.tcp.resets_sent], [3, 3, 0]);
  assertEquals([first.tcp.accept_queues, first.tcp.ephemeral_ports], [[], []]);
  assert(host.tcp.allocated >= 9 && host.files.open > 0);
  using _both = openPair({ protocol: IPPROTO_MPTCP });
  assertEquals(summary("--mptcp").summary[0].sockets.by_protocol, { MPTCP: 3 });
  // The same from the long form, in which every number has a line.
  const rows = lines(assertPrinted(runProgram("-s", "--tcp", "--format", "ndjson")));
  const value = (group: string, name: string) =>
    rows.find((row) => row["group"] === group && row["name"] === name)?.["value"];
  assertEquals(Object.keys(states).map((name) => value("tcp.states", name)), [4, 6, 1, 1]);
  assertEquals(rows.find(({ name }) => name === "accept_queue"), {
    group: "limits",
    name: "accept_queue",
    value: Number(Deno.readTextFileSync("/proc/sys/net/core/somaxconn")),
    kind: "limit",
  });
  const [heading, ...cells] = parseCsv(assertPrinted(runProgram("-s", "--tcp", "--csv")));
  assertEquals(heading, ["group", "name", "value", "unit", "kind"]);
  assertEquals(cells.map(([group, name]) => `${group} ${name}`), rows.map(({ group, name }) => `${group} ${name}`));
});

Deno.test("--summary shows accept queues that are full, and the address pairs that use most ephemeral ports", () => {
  using _namespace = openNamespace();
  using server = openTcp(AF_INET).bind("127.0.0.1").listen(0);
  using _waiting = openTcp(AF_INET).connect("127.0.0.1", server.localPort);
  using busy = openTcp(AF_INET6).bind("::1").listen(8);
  using _first = openTcp(AF_INET6).connect("::1", busy.localPort);
  using _second = openTcp(AF_INET6).connect("::1", busy.localPort);
  const { tcp } = summary().summary[0];
  assertEquals(tcp.accept_queues, [
    { src: "127.0.0.1", src_port: server.localPort, backlog: 1, backlog_limit: 0, full: true, drops: 0 },
  ]);
  assertEquals(tcp.ephemeral_ports, [{ src: "::1", dst: "::1", dst_port: busy.localPort, used: 2 }]);
  const text = assertPrinted(runProgram("-s", "--table"));
  assert(text.split("\n").some((line) => /^tcp\.accept_queues\.backlog +127\.0\.0\.1:\d+ +1 /.test(line)), text);
  assert(text.includes(`::1 > [::1]:${busy.localPort}`), text);
});

Deno.test("--summary without /proc says so, and gives no 0 for a protocol that nobody could count", () => {
  const { code, stdout, stderr } = runIsolated('mount -t tmpfs none /proc; "$@" -s --format json');
  assertEquals(code, 1);
  assertEquals(
    stderr,
    "ss2: cannot read /proc/net/protocols: no such file, and without it the sums are incomplete\n",
  );
  const counts = Object.values(JSON.parse(stdout).summary[0].sockets?.by_protocol ?? {});
  assertEquals(counts.filter((count) => count === 0), []);
});

Deno.test("--summary -N keeps namespaces apart", () => {
  using _outer = openNamespace();
  using _pair = openPair();
  const here = summary("-t", "-N", "/proc/thread-self/ns/net").summary;
  assertEquals(here.length, 1);
  assert(here[0].netns.inode > 0);
  assertEquals([here[0].sockets.by_protocol, here[0].tcp.opened_actively], [{ TCP: 3 }, 1]);
  const [heading, row] = parseCsv(assertPrinted(runProgram("-st", "-N", "/proc/thread-self/ns/net", "--csv")));
  assertEquals(heading!.slice(0, 2), ["netns.inode", "netns.name"]);
  assertEquals(row![0], String(here[0].netns.inode));
});

Deno.test("--summary -N tells the sums of each namespace, those of the machine once, the same in every format", () => {
  const { code, stdout, stderr } = runIsolated(`
    netns_add a b
    start in_netns a listen 8001 one
    start in_netns a listen 8002 two
    start in_netns b listen 8003 three
    for format in json ndjson csv tsv yaml table; do
      "$@" -st -N a -N b --format $format --output /run/$format
    done
    cat /run/json; for format in ndjson csv tsv yaml table; do echo "-- $format"; cat /run/$format; done`);
  assertEquals([code, stderr], [0, ""]);
  const [json = "", ...parts] = stdout.split(/^-- \w+\n/m);
  const [ndjson = "", csv = "", tsv = "", yaml = "", table = ""] = parts;
  const { summary: places, host } = JSON.parse(json);
  // deno-lint-ignore no-explicit-any
  const counted = places.map(({ netns, tcp, sockets }: any) => [netns.name, tcp.states, sockets.by_protocol]);
  assertEquals(counted, [["a", { listening: 2 }, { TCP: 2 }], ["b", { listening: 1 }, { TCP: 1 }]]);
  assert(host.tcp.allocated > 0 && host.files.most > 0);
  const rows = lines(ndjson);
  const ofMachine = rows.filter(({ netns }) => netns === undefined);
  assertEquals(ofMachine.every(({ group }) => String(group).startsWith("host.")), true);
  assertEquals(rows.filter(({ group }) => String(group).startsWith("host.")), ofMachine);
  const names = rows.map(({ group, name }) => `${group} ${name}`);
  const cells = (text: string, separator: string) =>
    text.trimEnd().split(/\r?\n/).slice(1).map((line) => line.split(separator));
  assertEquals(cells(csv, ",").map(([, , group, name]) => `${group} ${name}`), names);
  assertEquals(cells(tsv, "\t").map(([, , group, name]) => `${group} ${name}`), names);
  const read = parseYaml(yaml) as { summary: { group: string; name: string; netns?: { name: string } }[] };
  assertEquals(read.summary.map(({ group, name }) => `${group} ${name}`), names);
  assertEquals(read.summary.filter(({ netns }) => netns?.name === "b").length, rows.length / 2 - ofMachine.length / 2);
  assertEquals(table.trimEnd().split("\n").length, rows.length + 1);
});

Deno.test("summary of the library has the sums that --summary prints", async () => {
  using _namespace = openNamespace();
  using _pair = openPair();
  using _six = openPair({ family: AF_INET6 });
  const words = { tcp: true, namespaces: ["/proc/thread-self/ns/net"], namespaceLimit: 1 };
  const { namespaces: [first, ...others], host } = await summaryOfLibrary(words);
  assertEquals(others, []);
  const sum = (group: string, name: string) => first!.sums.find((sum) => sum.group === group && sum.name === name);
  assertEquals(sum("tcp.states", "established"), {
    group: "tcp.states",
    name: "established",
    value: 4n,
    unit: "",
    kind: "gauge",
  });
  assertEquals(sum("tcp.states", "listening")?.value, 2n);
  assertEquals(sum("tcp", "opened_actively")?.kind, "counter");
  assert(first!.netns!.inode > 0);
  // The same numbers, of which only counters have moved meanwhile.
  const printed = lines(assertPrinted(runProgram("-st", "-N", "/proc/thread-self/ns/net", "--format", "ndjson")));
  const told = printed.filter(({ group }) => !String(group).startsWith("host."));
  const text = ({ group, name, unit, kind, value }: Record<string, unknown>) =>
    [group, name, unit ?? "", kind, kind === "counter" || group === "sockets" ? "" : String(value)].join();
  assertEquals(told.map(text), first!.sums.map((sum) => text({ ...sum })));
  assertEquals(
    printed.filter((row) => !told.includes(row)).map(({ group, name }) => `${group} ${name}`),
    host.map(({ group, name }) => `host.${group} ${name}`),
  );
  assert(host.some(({ group, name }) => group === "files" && name === "open"));
  const { namespaces: [six] } = await summaryOfLibrary({ tcp: true, ipv6: true });
  assertEquals(six!.netns, null);
  assertEquals(six!.sums.find(({ group }) => group === "sockets.by_protocol")?.value, 3n);
});

Deno.test("--summary refuses a filter, a recording and options without effect on it", () => {
  for (const words of [["sport = :1"], ["--read", "x.pcap"], ["--columns", "src"], ["--limit", "1"]]) {
    const { code, stdout, stderr } = runProgram("-s", ...words);
    assertEquals([code, stdout, stderr.trimEnd().split("\n").length], [2, "", 1], words.join(" "));
  }
});
