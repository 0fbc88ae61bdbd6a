/**
 * The program as a process: output, messages and exit status as a user and a script see them.
 */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { shownLong } from "../options/option.ts";
import { options } from "../options/option_table.ts";
import { flowsIn, type Json, type JsonObject, parseExact } from "./exact_json.ts";
import { EveryState, IPV4, IPV6 } from "./live/every_state.ts";
import { openNamespace } from "./live/namespace.ts";
import { ownCommand } from "./live/own_commands.ts";
import { NonBlockingPipe } from "./live/pipe.ts";
import {
  AF_INET,
  AF_INET6,
  openPair,
  openTcp,
  type Pair,
  requireSignature,
  signsSegments,
  SO_MARK,
  SOL_SOCKET,
} from "./live/sockets.ts";
import { families } from "../decode/families/all_families.ts";
import { fieldEntries, fieldTable } from "../formats/json/field_table.ts";
import { schemaOf } from "../formats/json/schema.ts";
import {
  asNobody,
  assertPrinted,
  isBuilt,
  isInstalled,
  isRoot,
  programWords,
  type Run,
  run,
  runInShell,
  runProgram,
  without,
} from "./program.ts";

/** Asserts that the program did nothing but say why, in one line. */
function assertRefused({ code, stdout, stderr }: Run, message: string | RegExp): void {
  assertMatch(stderr, /^ss2: [^\n]+\n$/);
  if (typeof message === "string") assertStringIncludes(stderr, message);
  else assertMatch(stderr, message);
  assertEquals([code, stdout], [2, ""]);
}

/** Flows without what moves from one run to the next. */
function still(flows: readonly Json[]): Json[] {
  const moving = ["last_data_sent", "last_data_recv", "last_ack_recv", "busy_time", "rwnd_limited", "expires", "ato"];
  const strip = (value: Json): Json =>
    Array.isArray(value) ? value.map(strip) : typeof value === "object" && value !== null
      ? Object.fromEntries(
        Object.entries(value).filter(([name]) => !moving.includes(name)).map(([name, inner]) => [name, strip(inner)]),
      )
      : value;
  return flows.map(strip);
}

/** Many connections, closed together. */
class Crowd implements Disposable {
  readonly #pairs: Pair[];

  constructor(count: number) {
    this.#pairs = Array.from({ length: count }, (_, i) => openPair({ family: i % 2 === 0 ? AF_INET : AF_INET6 }));
  }

  [Symbol.dispose](): void {
    for (const pair of this.#pairs) pair[Symbol.dispose]();
  }
}

Deno.test("the program prints a help with every option of the table for --help all, and a short one for --help and -h, status 0", () => {
  const text = assertPrinted(runProgram("--help", "all"));
  for (const option of options) {
    const { short, help } = option;
    const shown = shownLong(option);
    const line = text.split("\n").find((candidate) => candidate.includes(`${shown} `));
    assert(line !== undefined, `${shown} is not in the help`);
    assertStringIncludes(line, help);
    if (short !== undefined) assertStringIncludes(line, `-${short},`);
  }
  assertMatch(text, /^usage: ss2 /);
  const short = assertPrinted(runProgram("--help"));
  assert(short.split("\n").length < text.split("\n").length / 3);
  assertEquals(runProgram("-h").stdout, short);
  assertEquals(runProgram("-ta", "state", "listening", "--help").stdout, short);
  assertMatch(assertPrinted(runProgram("--help", "rtt")), /^tcp_info\.rtt \(decimal, milliseconds\)$/m);
  // Names of ss and headings of the table are names of fields.
  assertMatch(assertPrinted(runProgram("--help", "cwnd")), /^tcp_info\.snd_cwnd \(/m);
  assertMatch(assertPrinted(runProgram("--help", "local")), /^src \([^]*^src_port \(/m);
  assertMatch(assertPrinted(runProgram("--help", "--limit".slice(2))), /^--limit N/m);
});

Deno.test("the program prints a help that fits 100 columns", () => {
  assertEquals(assertPrinted(runProgram("--help")).split("\n").filter((line) => line.length > 100), []);
});

Deno.test("the program prints one line a field for --fields, of the families that are named or chosen", () => {
  const all = fieldTable(families);
  assertEquals(assertPrinted(runProgram("--fields")), all);
  const tcp = families.filter(({ name }) => name === "TCP");
  for (const args of [["tcp"], ["TCP"], ["-t"], ["-A", "tcp"]]) {
    assertEquals(assertPrinted(runProgram("--fields", ...args)), fieldTable(tcp));
  }
  assertEquals(assertPrinted(runProgram("--fields=Tcp")), fieldTable(tcp));
  assertEquals(assertPrinted(runInShell(`"$@" | wc -l`, ["--fields"])), `${all.split("\n").length - 1}\n`);
});

Deno.test("the program prints the fields for programs as json and ndjson", () => {
  const entries = fieldEntries(families);
  assertEquals(JSON.parse(assertPrinted(runProgram("--fields", "-j"))), entries);
  assertEquals(JSON.parse(assertPrinted(runProgram("--fields", "--format", "json", "--compact"))), entries);
  const lines = assertPrinted(runProgram("--fields", "--format", "ndjson")).trimEnd().split("\n");
  assertEquals(lines.map((line) => JSON.parse(line)), [...entries]);
});

Deno.test("the program prints the schema of its document, and of a line of ndjson", () => {
  assertEquals(JSON.parse(assertPrinted(runProgram("--schema"))), schemaOf(families));
  assertEquals(JSON.parse(assertPrinted(runProgram("--schema", "--compact"))), schemaOf(families));
  assertEquals(JSON.parse(assertPrinted(runProgram("--schema", "--format=ndjson"))), schemaOf(families, "ndjson"));
});

const refusals: readonly (readonly [what: string, args: readonly string[], message: string | RegExp])[] = [
  ["an unknown long option and names a near one", ["--listning"], /--listning.*--listening/],
  ["an unknown long option that is near none", ["--frobnicate"], /--frobnicate/],
  ["an unknown short option", ["-g"], /-g/],
  ["an unknown short option in a bundle", ["-tag"], /-g/],
  ["an ambiguous prefix and names the candidates", ["--b"], /--bound-inactive.*--bpf-maps/],
  ["a value for an option without one", ["--all=yes"], /--all/],
  ["an unknown format and lists them", ["--format", "xml"], /"xml".*json.*ndjson/],
  ["a missing format", ["--format"], /--format/],
  ["an empty format", ["--format="], /--format/],
  ["formats that exclude each other", ["--json", "--format", "ndjson"], /--json/],
  ["fields of an unknown family and names a near one", ["--fields", "tcpp"], /"tcpp", did you mean tcp\?/],
  ["fields of an unknown family after =", ["--fields=nonsense"], /"nonsense"/],
  ["--fields and --schema together", ["--fields", "--schema"], /--fields and --schema/],
  ["fields as lines without white space", ["--fields", "--compact"], /--compact/],
  ["a value for --schema", ["--schema=tcp"], /--schema takes no value/],
  ["an escape sequence in an option without printing it", ["--\x1b[31mred\u202e"], /\\u001b/],
];
/** Filters that cannot be understood, and below what is said the line with the place, and the caret. */
const refusedFilters: readonly [what: string, args: string[], lines: string[]][] = [
  ["an unknown word", ["frobnicate = 1"], ['unknown field "frobnicate" (see --fields)', "frobnicate = 1", "^"]],
  ["a state without the word before it and says how to write it", ["-a", "listening"], [
    'expected an operator after "listening", did you mean "state listening"?',
    "listening",
    "^",
  ]],
  ["an unknown state and names a near one", ["state", "establishd"], [
    'unknown state "establishd", did you mean established?',
    "state establishd",
    "      ^",
  ]],
  ["an unknown field and names a near one", ["-t", "uid = 0 or tcp_info.rrt > 1"], [
    'unknown field "tcp_info.rrt", did you mean tcp_info.rtt?',
    "uid = 0 or tcp_info.rrt > 1",
    "           ^",
  ]],
  ["a missing state", ["-t", "exclude"], ['"exclude" needs the name of a state', "exclude", "       ^"]],
  ["an escape sequence in a word without printing it", ["\x1b[2J = 1"], [
    'unknown field "\\u001b[2J" (see --fields)',
    "\\u001b[2J = 1",
    "^",
  ]],
];
for (const [what, args, [message, ...place]] of refusedFilters) {
  Deno.test(`the program refuses ${what} in a filter and shows the place, status 2`, () => {
    const { code, stdout, stderr } = runProgram(...args);
    assertEquals([code, stdout, stderr.split("\n")], [2, "", [`ss2: ${message}`, ...place, ""]]);
  });
}

for (const [what, args, message] of refusals) {
  Deno.test(`the program refuses ${what}, in one line, status 2`, () => {
    const result = runProgram(...args);
    assertRefused(result, message);
    // deno-lint-ignore no-control-regex
    assertEquals(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]/.test(result.stderr), false);
  });
}

Deno.test("the program takes bundled short options, long prefixes and the last of -a -l -B", () => {
  using _namespace = openNamespace();
  using _first = openPair({ family: AF_INET });
  using _second = openPair({ family: AF_INET6 });
  using _bound = openTcp(AF_INET).bind("127.0.0.1");
  const states = (...args: string[]) =>
    flowsIn(parseExact(assertPrinted(runProgram(...args)))).map((flow) => `${flow["family"]} ${flow["state"]}`)
      .sort();
  const all = states("-t", "-a", "-4");
  assertEquals(all.filter((state) => state !== "inet unconnected"), [
    "inet established",
    "inet established",
    "inet listening",
  ]);
  for (const args of [["-ta4"], ["-t4a"], ["-4at"], ["--tcp", "--all", "--ipv4"], ["--tc", "--al", "--ipv4"]]) {
    assertEquals(states(...args), all, args.join(" "));
  }
  assertEquals(states("--lis"), ["inet listening", "inet6 listening"]);
  assertEquals(states("-al6"), ["inet6 listening"]);
  assertEquals(states("-la4"), all);
  assertEquals(states("-lBa4"), all);
  assertEquals(states("--bound", "--listen", "-6"), ["inet6 listening"]);
  assertEquals(states("-alB"), all.filter((state) => state === "inet unconnected"));
});

Deno.test("the program prints a document without flows in an empty namespace, status 0", () => {
  using _namespace = openNamespace();
  assertEquals(JSON.parse(assertPrinted(runProgram("-ta"))), { TCP: { flows: [] } });
  assertEquals(assertPrinted(runProgram("-ta", "--compact")), '{"TCP":{"flows":[]}}\n');
  assertEquals(assertPrinted(runProgram("-ta", "--format", "ndjson")), "");
});

Deno.test("the program prints the same data as json, compact json and ndjson", () => {
  using _namespace = openNamespace();
  using _pairs = new Crowd(3);
  const pretty = assertPrinted(runProgram("-ta"));
  const compact = assertPrinted(runProgram("-ta", "--compact"));
  const lines = assertPrinted(runProgram("-ta", "--format", "ndjson"));
  const flows = still(flowsIn(parseExact(pretty)));
  assertEquals(flows.length, 9);
  assertEquals(still(flowsIn(parseExact(compact))), flows);
  assertEquals([compact.indexOf("\n"), /": |, "/.test(compact)], [compact.length - 1, false]);
  assert(lines.endsWith("}\n"));
  const records = lines.trimEnd().split("\n").map((line) => parseExact(line) as JsonObject);
  assertEquals(records.map((record) => Object.keys(record)[0]), new Array(9).fill("protocol"));
  assertEquals(
    still(records.map(({ protocol, ...rest }) => {
      assertEquals(protocol, "TCP");
      return rest;
    })),
    flows,
  );
  assertStringIncludes(pretty, '"max_pacing_rate": 18446744073709551615');
  assertEquals(still(flowsIn(parseExact(assertPrinted(runProgram("-taj"))))), flows);
  assertEquals(still(flowsIn(parseExact(assertPrinted(runProgram("-ta", "--format=json"))))), flows);
});

/** An empty file that is deleted when this is disposed of. */
function openTemporaryFile(): Disposable & { readonly path: string } {
  const path = Deno.makeTempFileSync({ prefix: "ss2-test-" });
  return { path, [Symbol.dispose]: () => Deno.removeSync(path) };
}

const rewrite = `
import json, sys
text = open(sys.argv[1]).read()
print(len(json.loads(text)["TCP"]["flows"]))
print(json.dumps(json.loads(text), indent=4, ensure_ascii=False) + "\\n" == text)
`;

Deno.test({
  name: `the program's json is byte for byte what Python's json.dumps(indent=4) writes${without("python3")}`,
  ignore: !isInstalled("python3"),
  fn() {
    using _namespace = openNamespace();
    using _v4 = new EveryState(IPV4);
    using _v6 = new EveryState(IPV6);
    using file = openTemporaryFile();
    Deno.writeTextFileSync(file.path, assertPrinted(runProgram("-ta")));
    const { code, stdout, stderr } = run(["python3", "-c", rewrite, file.path]);
    assertEquals([code, stderr], [0, ""]);
    assertMatch(stdout, /^[45]\d\nTrue\n$/);
  },
});

for (const [tool, reader] of [["jq", "jq ."], ["python3", "python3 -m json.tool"]] as const) {
  Deno.test({
    name: `the program's json is read by ${reader}${without(tool)}`,
    ignore: !isInstalled(tool),
    fn() {
      using _namespace = openNamespace();
      using _sockets = new EveryState(IPV6);
      for (const args of [["-ta"], ["-ta", "--compact"]]) {
        const { code, stdout, stderr } = runInShell(`"$@" | ${reader} >/dev/null && echo read`, args);
        assertEquals([code, stdout, stderr], [0, "read\n", ""]);
      }
    },
  });
}

Deno.test({
  name: `the program's flows are found by jq in json and in ndjson${without("jq")}`,
  ignore: !isInstalled("jq"),
  fn() {
    using _namespace = openNamespace();
    using _pairs = new Crowd(4);
    const json = runInShell(`"$@" | jq -c '.TCP.flows | map(.state) | unique'`, ["-ta"]);
    assertEquals(assertPrinted(json), '["established","listening"]\n');
    const ndjson = runInShell(`"$@" | jq -r 'select(.state == "listening") | .protocol'`, [
      "-ta",
      "--format",
      "ndjson",
    ]);
    assertEquals(assertPrinted(ndjson), "TCP\n".repeat(4));
  },
});

Deno.test({
  name: `the program never prints the keys of MD5 signatures${
    signsSegments() ? "" : " (ignored: this kernel does not sign segments)"
  }`,
  ignore: !signsSegments(),
  fn() {
    using _namespace = openNamespace();
    using _pair = openHiddenThings();
    for (const args of [["-ta"], ["-ta", "--compact"], ["-ta", "--format", "ndjson"]]) {
      const text = assertPrinted(runProgram(...args));
      assertMatch(text, /"addr": ?"10\.99\.0\.0"/);
      for (const form of [KEY, [...KEY].map((letter) => letter.charCodeAt(0).toString(16)).join("")]) {
        assertEquals(text.includes(form), false);
      }
    }
  },
});

for (const format of ["json", "ndjson", "yaml", "csv", "table"]) {
  Deno.test(`the program ends quietly with status 0 when the reader of its ${format} goes away`, () => {
    using _namespace = openNamespace();
    using _pairs = new Crowd(150);
    const { stdout, stderr } = runInShell(`{ "$@"; echo "status $?" >&2; } | head -c 100`, ["-ta", "--format", format]);
    assertEquals([stdout.length, stderr], [100, "status 0\n"]);
    const line = runInShell(`{ "$@"; echo "status $?" >&2; } | head -1`, ["-ta", "--format", format]);
    assertEquals([line.stdout.split("\n").length, line.stderr], [2, "status 0\n"]);
    if (format === "ndjson") assertEquals((JSON.parse(line.stdout) as JsonObject)["protocol"], "TCP");
    const nothing = runInShell(`{ sleep 0.2; "$@"; echo "status $?" >&2; } | true`, ["-ta", "--format", format]);
    assertEquals(nothing.stderr, "status 0\n");
  });

  Deno.test(`the program says in one line that its ${format} does not fit on a full device, status not 0`, () => {
    using _namespace = openNamespace();
    using _pairs = new Crowd(2);
    const { code, stdout, stderr } = runInShell(`"$@" >/dev/full`, ["-ta", "--format", format]);
    assertMatch(stderr, /^ss2: cannot write standard output: no space left on device \(ENOSPC\)\n$/);
    assertEquals([code, stdout], [2, ""]);
  });
}

Deno.test({
  name: `the program believes an error of a write only when it comes twice${without("strace")}`,
  ignore: !isInstalled("strace"),
  fn() {
    const script =
      `strace -f -qq -o /dev/null -P /dev/full -e trace=write -e inject=write:error=ENOENT:when=1 "$@" >/dev/full`;
    const { code, stderr } = runInShell(script, ["--help"]);
    assertMatch(stderr, /^ss2: cannot write standard output: no space left on device \(ENOSPC\)\n$/);
    assertEquals(code, 2);
  },
});

Deno.test("the status of a check is right even if the reader of its output goes away", () => {
  using _namespace = openNamespace();
  using _pairs = new Crowd(2);
  for (
    const [status, ...words] of [
      ["1", "-ta", "--fail-if-any"],
      ["0", "-ta", "--fail-if-empty"],
      ["1", "-ta", "--allow", "sport = :1"],
      ["1", "-K", "-x", "--yes", "inode = 1"],
    ] as const
  ) {
    const { stderr } = runInShell(`{ sleep 0.2; "$@"; echo "status $?" >&2; } | true`, words);
    assertEquals(stderr.trimEnd().split("\n").at(-1), `status ${status}`, words.join(" "));
  }
});

Deno.test("the program says in one line that its help does not fit on a full device, status not 0", () => {
  const { code, stderr } = runInShell(`"$@" >/dev/full`, ["--help"]);
  assertMatch(stderr, /^ss2: cannot write standard output: [^\n]+\n$/);
  assertEquals(code, 2);
});

Deno.test("the program does no harm when standard output is closed", () => {
  using _namespace = openNamespace();
  using _pair = openPair();
  const { code, stdout, stderr } = runInShell(`"$@" >&-`, ["-ta"]);
  // Deno opens /dev/null in its place before the program starts: only the header of a packed file can see it.
  const seen = code === 2;
  assertEquals([code, stdout, stderr], [
    seen ? 2 : 0,
    "",
    seen ? "ss2: cannot write standard output: bad file descriptor (EBADF)\n" : "",
  ]);
  assertEquals(seen && Deno.env.get("SS2_BIN") === undefined, false);
});

Deno.test("the program ends with status 2 when standard error is closed and there is something to say", () => {
  const { code, stdout, stderr } = runInShell(`"$@" 2>&-`, ["--frobnicate"]);
  assertEquals([code, stdout, stderr], [2, "", ""]);
});

Deno.test("the program writes the same to a file as to a pipe", () => {
  using _namespace = openNamespace();
  using _pairs = new Crowd(20);
  using file = openTemporaryFile();
  const inFile = runInShell(`"$@" >"$FILE"`, ["-ta"], { env: { FILE: file.path } });
  assertEquals([inFile.code, inFile.stdout, inFile.stderr], [0, "", ""]);
  const text = Deno.readTextFileSync(file.path);
  const piped = assertPrinted(runProgram("-ta"));
  assertEquals(still(flowsIn(parseExact(text))), still(flowsIn(parseExact(piped))));
  const clock = /"(last_data_sent|last_data_recv|last_ack_recv)": \d+/g;
  assertEquals(text.replace(clock, ""), piped.replace(clock, ""));
});

Deno.test({
  name: "the program writes all of its output to a slow reader through a pipe that does not wait",
  async fn() {
    using _namespace = openNamespace();
    using _pairs = new Crowd(100);
    const whole = assertPrinted(runProgram("-ta"));
    using pipe = new NonBlockingPipe();
    const [command = "", ...words] = ownCommand("output_to");
    const child = new Deno.Command(command, {
      args: [...words, String(pipe.writingEnd), ...programWords(), "-ta"],
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    pipe.closeWritingEnd();
    const parts: Uint8Array[] = [];
    for (const end = Date.now() + 60_000; Date.now() < end;) {
      const part = pipe.read(16384);
      if (part === "end") break;
      if (part !== "empty") parts.push(part);
      await new Promise((resume) => setTimeout(resume, 2));
    }
    const { code, stderr } = await child.output();
    assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
    const text = new TextDecoder().decode(await new Blob(parts as BlobPart[]).arrayBuffer());
    assertEquals(flowsIn(parseExact(text)).length, 300);
    assertEquals(still(flowsIn(parseExact(text))), still(flowsIn(parseExact(whole))));
  },
});

/** Text of a file that the kernel makes. */
const readStatus = (name: string): string => Deno.readTextFileSync(`/proc/self/${name}`);
const capabilities = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(readStatus("status"))![1]}`);
const CAP_SYS_ADMIN = 21n;
const CAP_BPF = 39n;
const mayReadBpf = isRoot && ((capabilities >> CAP_SYS_ADMIN | capabilities >> CAP_BPF) & 1n) === 1n;

const KEY = "a-secret-never-printed";

/** Sockets with everything that the kernel hides from users without CAP_NET_ADMIN. */
function openHiddenThings(): Pair {
  return openPair({
    listener(listener) {
      listener.setInteger(SOL_SOCKET, SO_MARK, 77);
      if (signsSegments()) requireSignature(listener, "10.99.0.0", 24, KEY);
    },
    client: (client) => client.setInteger(SOL_SOCKET, SO_MARK, 0x1234),
  });
}

/** Asserts that \`words\` prints the flows of this namespace, less what needs CAP_NET_ADMIN. */
function assertSameLessHidden(words: readonly string[], options: { env?: Record<string, string>; cwd?: string }): void {
  using _pair = openHiddenThings();
  using _sockets = new EveryState(IPV6);
  const hidden = ["mark", "md5sig"];
  const names = (flow: JsonObject) => Object.keys(flow).filter((name) => !hidden.includes(name)).sort().join(" ");
  const key = (flow: JsonObject) => `${flow["state"]} ${flow["cookie"]} ${flow["inode"]} ${flow["uid"]} ${names(flow)}`;
  const all = flowsIn(parseExact(assertPrinted(runProgram("-ta"))));
  assert(all.some((flow) => flow["mark"] === 0x1234));
  assertEquals(all.filter((flow) => "md5sig" in flow).length, signsSegments() ? 1 : 0);
  const seen = flowsIn(parseExact(assertPrinted(run([...words, "-ta"], options))));
  assertEquals(seen.filter((flow) => hidden.some((name) => name in flow)), []);
  assertEquals(seen.map(key).sort(), all.map(key).sort());
  const refused = run([...words, "-ta", "--bpf-maps"], options);
  assertRefusedFor("EPERM", refused);
}

/** A refused dump still prints its document, with no flows. */
function assertRefusedFor(code: string, result: Run): void {
  assertMatch(result.stderr, /^ss2: cannot list TCP sockets: [^\n]+--bpf-maps[^\n]+\n$/);
  assertStringIncludes(result.stderr, code);
  assertEquals(result.code, 2);
  assertEquals(JSON.parse(result.stdout), { TCP: { flows: [] } });
}

Deno.test({
  name: "the program shows the same flows less mark and md5sig, and refuses --bpf-maps, without capabilities",
  fn() {
    using _namespace = openNamespace();
    assertSameLessHidden([...ownCommand("without_capabilities"), ...programWords()], {});
  },
});

Deno.test({
  name: `the program shows the same flows less mark and md5sig, and refuses --bpf-maps, as another user${
    isRoot ? "" : " (ignored: only root can become another user)"
  }`,
  ignore: !isRoot,
  fn() {
    using _namespace = openNamespace();
    asNobody(assertSameLessHidden);
  },
});

Deno.test({
  name: `the program shows the same flows with --bpf-maps where no BPF program keeps values${
    mayReadBpf ? "" : " (ignored: needs CAP_BPF outside of user namespaces)"
  }`,
  ignore: !mayReadBpf,
  fn() {
    using _namespace = openNamespace();
    using _pairs = new Crowd(2);
    const plain = flowsIn(parseExact(assertPrinted(runProgram("-ta"))));
    assertEquals(still(flowsIn(parseExact(assertPrinted(runProgram("-ta", "--bpf-maps"))))), still(plain));
  },
});

Deno.test({
  name: `the program opens no socket but netlink's for diagnostics, and writes no file of its own${without("strace")}`,
  ignore: !isInstalled("strace"),
  fn() {
    using _namespace = openNamespace();
    using _pair = openPair();
    using log = openTemporaryFile();
    const calls = "socket,connect,bind,sendto,sendmsg,openat,open,creat,unlink,unlinkat,rename,renameat2,mkdir,mkdirat";
    const traced = run(["strace", "-f", "-qq", "-e", `trace=${calls}`, "-o", log.path, ...programWords(), "-ta"]);
    assertPrinted(traced);
    const lines = Deno.readTextFileSync(log.path).split("\n").map((line) => line.replace(/^\d+\s+/, ""));
    const sockets = lines.filter((line) => line.startsWith("socket("));
    assertEquals(sockets.map((line) => line.replace(/ = .*/, "")), [
      "socket(AF_NETLINK, SOCK_RAW|SOCK_CLOEXEC|SOCK_NONBLOCK, NETLINK_SOCK_DIAG)",
    ]);
    const peers = lines.filter((line) => line.startsWith("connect(")).map((line) => line.replace(/^[^{]*|\}.*/g, ""));
    assertEquals(peers, ["{sa_family=AF_NETLINK, nl_pid=0, nl_groups=00000000"]);
    assertEquals(lines.filter((line) => line.startsWith("sendto(")).length, 1);
    // Deno keeps what it compiled in a directory of its own.
    const cache = isBuilt ? /\/ss2\/[0-9a-f]{64}\/deno_dir\// : new RegExp(`"${denoDirectory()}`);
    const writing = lines.filter((line) => /O_WRONLY|O_RDWR|O_CREAT|^(creat|unlink|rename|mkdir)/.test(line))
      .filter((line) => !cache.test(line) && !line.includes('"/dev/'));
    assertEquals(writing, []);
  },
});

function denoDirectory(): string {
  const { denoDir } = JSON.parse(run([Deno.execPath(), "info", "--json"]).stdout) as { denoDir: string };
  return denoDir;
}

Deno.test("the program starts from any working directory", () => {
  using _namespace = openNamespace();
  using _pair = openPair();
  const flows = flowsIn(parseExact(assertPrinted(run([...programWords(), "-ta"], { cwd: "/" }))));
  assertEquals(flows.length, 3);
});

/** Runs the program on a terminal so many columns wide; what it prints there, and on standard error, which is none. */
function runOnTerminal(columns: number, args: readonly string[], env: Record<string, string> = {}): Run {
  const command = [...ownCommand("on_terminal"), String(columns), ...programWords(), ...args];
  const { stdout, ...rest } = run(command, { env: { TERM: "xterm", NO_COLOR: "", ...env } });
  return { ...rest, stdout: stdout.replaceAll("\r\n", "\n") };
}

// deno-lint-ignore no-control-regex
const COLOUR = /\x1b\[\d+m/g;

Deno.test({
  name: "the program fits its table to the terminal, on more lines where it must, and has colours there",
  fn() {
    using _namespace = openNamespace();
    using _crowd = new Crowd(6);
    const lengths = (text: string) => text.trimEnd().split("\n").map((line) => [...line.replaceAll(COLOUR, "")].length);
    for (const columns of [50, 80, 132]) {
      const { code, stdout, stderr } = runOnTerminal(columns, ["-taeim", "--table"]);
      assertEquals(code, 0, stderr);
      assert(lengths(stdout).every((length) => length <= columns), stdout);
      assert(lengths(stdout).length > 24);
      assertEquals(stderr, "");
      assertMatch(stdout, COLOUR);
    }
    const wide = runOnTerminal(80, ["-taeim", "--table", "--wide"]);
    assert(lengths(wide.stdout).some((length) => length > 200));
    assertEquals(wide.stderr, "");
    for (const [args, env] of [[["--color=never"], {}], [[], { NO_COLOR: "1" }], [[], { TERM: "dumb" }]] as const) {
      assert(!COLOUR.test(runOnTerminal(200, ["-ta", "--table", ...args], env).stdout));
    }
    assertMatch(runOnTerminal(200, ["-ta", "--table", "--color", "always"], { NO_COLOR: "1" }).stdout, COLOUR);
    const file = Deno.makeTempFileSync();
    try {
      assertEquals(runOnTerminal(50, ["-taeim", "--table", "--output", file]), { code: 0, stdout: "", stderr: "" });
      const written = Deno.readTextFileSync(file);
      assert(lengths(written).some((length) => length > 200) && !written.match(COLOUR));
    } finally {
      Deno.removeSync(file);
    }
  },
});

Deno.test("the program cuts and colours nothing of a table that goes into a pipe, unless --color always", () => {
  using _namespace = openNamespace();
  using _crowd = new Crowd(6);
  const text = assertPrinted(runProgram("-taeimo", "-nO", "--table"));
  assert(!text.includes("…") && !text.match(COLOUR));
  assertMatch(assertPrinted(runProgram("-ta", "--table", "--color", "always")), COLOUR);
  const lines = assertPrinted(runProgram("-ta", "--table", "-H")).trimEnd().split("\n");
  const flows = assertPrinted(runProgram("-ta", "--format", "ndjson")).trimEnd().split("\n");
  assertEquals(lines.length, flows.length);
  assert(lines.every((line) => line.startsWith("TCP ")));
});

Deno.test("--columns +NAME adds to the columns of the table, each once, and owners if they are named", () => {
  using _namespace = openNamespace();
  using _pair = openPair({ family: AF_INET });
  const names = (...args: string[]) =>
    assertPrinted(runProgram("-ta", "--table", ...args)).split("\n")[0]!.trim().split(/ +/);
  const usual = ["protocol", "state", "recv_q", "send_q", "local", "remote"];
  assertEquals(names("--columns", "+tcp_info.rtt,+src,+protocol"), [...usual, "rtt", "src"]);
  assertEquals(names("-m", "--columns", "+rcvbuf,+cookie"), [...usual, "rcvbuf", "cookie"]);
  assertEquals(names("--columns", "+process,+uid"), [...usual, "uid", "process"]);
  assertEquals(names("-p", "--columns", "+uid"), [...usual, "uid", "process"]);
});

Deno.test("the program prints the same with -e, -i, -m, -o, -n and -O in formats that print everything", () => {
  using _namespace = openNamespace();
  using _pair = openPair({ family: AF_INET });
  const flows = (...args: string[]) => still(flowsIn(parseExact(assertPrinted(runProgram("-ta", ...args)))));
  assertEquals(flows("-eimonO"), flows());
});
