/** The schemas of --check and -s take what these print; --explain says what they would ask; the doctor says what they can. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { findingsSchema } from "../../formats/json/findings_schema.ts";
import { schema } from "../../mod.ts";
import { programWords, runProgram } from "../program.ts";
import { compile } from "../schema.ts";
import { AF_UNIX, SOCK_STREAM } from "./held.ts";
import { runIsolated } from "./isolated.ts";
import { openNamespace } from "./namespace.ts";
import { AF_INET, AF_INET6, openPair, openSocket, openTcp, SOCK_DGRAM } from "./sockets.ts";

const lines = (text: string): unknown[] => text.trimEnd().split("\n").map((line) => JSON.parse(line));

/** Checks that a value is as a schema says, and that no other member is. */
function assertTaken(described: object, value: unknown): void {
  const validate = compile(described);
  validate(value);
  assertEquals(validate.errors ?? [], []);
  assertEquals(validate({ ...value as object, undocumented: 1 }), false);
}

Deno.test("the schemas of -s take its document and its lines, with -N and without", () => {
  using _namespace = openNamespace();
  using _four = openPair();
  using _six = openPair({ family: AF_INET6 });
  using full = openTcp(AF_INET).bind("127.0.0.1").listen(0);
  using _waiting = openTcp(AF_INET).connect("127.0.0.1", full.localPort);
  using _second = openTcp(AF_INET).connect("127.0.0.1", _four.listener.localPort);
  using _udp = openSocket(AF_INET, SOCK_DGRAM).bind("127.0.0.1");
  using _unix = openSocket(AF_UNIX, SOCK_STREAM);
  for (const where of [[], ["-N", "/proc/thread-self/ns/net"]]) {
    const document = JSON.parse(runProgram("-s", "--json", ...where).stdout);
    const { accept_queues, ephemeral_ports } = document.summary[0].tcp;
    assert(accept_queues.length > 0 && ephemeral_ports.length > 0);
    assertTaken(schema("json", "summary"), document);
    const printed = lines(runProgram("-s", "--format", "ndjson", ...where).stdout);
    const ofLine = schema("ndjson", "summary");
    for (const line of printed.slice(0, 3)) assertTaken(ofLine, line);
    const validate = compile(ofLine);
    assertEquals(printed.filter((line) => !validate(line)), []);
  }
  const printed = JSON.parse(runProgram("--schema", "-s").stdout);
  assertEquals(printed, JSON.parse(JSON.stringify(schema("json", "summary"))));
  assertEquals(Object.keys(printed.properties), ["summary", "host"]);
  assertMatch(JSON.parse(runProgram("--schema", "-s", "--format", "ndjson").stdout).title, /line of ss2 -s/);
});

Deno.test("the schemas of --check take what it finds: sockets, groups, units, sums, and what is unknown", () => {
  const { code, stdout, stderr } = runIsolated(`
    cat >/run/rules.yaml <<'end'
- name: sockets
  filter: state listening
  show: owners.exe
- name: groups
  over: local address
  filter: state listening
- name: units
  over: unit
  filter: state listening
- name: sums
  over: summary
  filter: tcp.states.listening > 0
- name: some
  expect: some
  filter: state syn-sent
- name: exactly
  expect: 1
  filter: sport = 6379
- name: unknown
  filter: comm = outside
- name: unix
  filter: protocol = UNIX
end
    start listen 6379 outside
    set +e
    for format in json ndjson; do
      unshare --pid --fork --mount-proc "$@" --check=default,/run/rules.yaml --grace 0.1 -N /proc/self/ns/net --format $format >/run/$format
    done 2>/dev/null
    cat /run/json; echo ----; cat /run/ndjson`);
  assertEquals(stderr, "");
  assertEquals(code, 0);
  const [document = "", printed = ""] = stdout.split("----\n");
  const { checks } = JSON.parse(document);
  const results = new Map(checks.map(({ rule, result }: Record<string, string>) => [rule, result]));
  const of = (...names: string[]) => names.map((name) => results.get(name));
  assertEquals(of("sockets", "groups", "units", "sums", "some", "unknown"), [
    ...["fails", "fails", "unknown", "fails", "fails", "unknown"],
  ]);
  assertTaken(findingsSchema("json"), JSON.parse(document));
  for (const line of lines(printed)) assertTaken(findingsSchema("ndjson"), line);
  assertEquals(schema("json", "check"), findingsSchema("json"));
});

Deno.test("--explain says what --check and -s would list, read and test", () => {
  using _namespace = openNamespace();
  const { code, stdout } = runProgram("--check", "-t", "--explain");
  assertEquals(code, 0);
  assertMatch(stdout, /^Sockets, with the processes that hold them\nfilter: none\n\nTCP:\n {2}states: all\n/);
  assertStringIncludes(
    stdout,
    "\n  unread-data: over two looks; state = established and recv_q > 0; the same: recv_q, tcp_info.bytes_received; expected: none\n",
  );
  assertMatch(stdout, /\n {2}time-wait-limit: over summary; tcp\.states\.time-wait > 80% of limits\.time_wait;/);
  assertMatch(stdout, /\nrules over two looks: the second one follows 1 s later, if the first finds anything\n/);
  const sums = runProgram("-s", "-t", "--explain");
  assertEquals(sums.code, 0);
  assertMatch(sums.stdout, /^Sums: sockets by protocol and state\nfilter: none\n\nTCP:\n {2}states: all\n/);
  assertMatch(sums.stdout, /\n {2}\/proc\/net\/netstat\n[^]*\n {2}\/proc\/sys\/net\/ipv4\/tcp_mem\n/);
  assertEquals(runProgram("--check", "--explain", "--stats").code, 2);
});

Deno.test("--schema --check and --schema -s are the only pairs of actions", () => {
  assertEquals(JSON.parse(runProgram("--check", "--schema", "--format=ndjson").stdout).properties.rule.type, "string");
  for (
    const words of [["--fields", "--check"], ["--check", "-s"], ["--schema", "--doctor"], [
      "--schema",
      "--report",
      "github",
    ]]
  ) {
    assertEquals(runProgram(...words).code, 2, words.join(" "));
  }
});

Deno.test("--doctor says how --leaks works here, and whether limits of the machine are known", () => {
  const script = `
    set +e
    "$@" --doctor --json >/run/here
    "$@" --leaks --meta --compact -t -- true >/run/leaks
    mount -t tmpfs none /sys/fs/cgroup
    "$@" --doctor | grep -e '^  --leaks' -e '^  -s, --check'
    cat /run/here; echo ----; cat /run/leaks`;
  const { stdout } = runIsolated(script, programWords());
  const [text = "", meta = ""] = stdout.split("----\n");
  assertMatch(text, /^ {2}--leaks {14}by orphans only \(a control group needs cgroup v2, as root\)\n/);
  assertMatch(text, /\n {2}-s, --check {10}limits of the machine only in the initial network namespace\n/);
  const here = JSON.parse(text.slice(text.indexOf("{")));
  assertEquals([here.host_limits, here.leaks_from], [false, JSON.parse(meta).meta.leaks_from]);
});
