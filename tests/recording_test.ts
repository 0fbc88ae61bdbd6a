/**
 * `--record` and `--read` as a user sees them: a recording gives the same output to any reader, and one line says what
 * is wrong with a file.
 */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { parsePcap } from "../decode/recording/pcap.ts";
import { RecordedSource } from "../decode/recording/recorded_source.ts";
import { dumpObjects, type FlowObject, openRecorder, openRecording, OVERRUN } from "../mod.ts";
import { collect, ipv4Plan } from "./decode/flows.ts";
import { attribute, datagram, done, message, refusal, socket } from "./decode/messages.ts";
import { ScriptedSource } from "./decode/scripted_source.ts";
import { flowsIn, type JsonObject, parseExact } from "./exact_json.ts";
import { EveryState, IPV4, IPV6 } from "./live/every_state.ts";
import { mkfifo } from "./live/libc.ts";
import { openNamespace } from "./live/namespace.ts";
import { openPair, openSocket } from "./live/sockets.ts";
import { AF_INET } from "../decode/kernel/address_family.ts";
import { SOCK_DGRAM } from "../decode/kernel/socket_types.ts";
import { readFixture } from "./pcap_source.ts";
import {
  asUserNobody,
  copyProgram,
  isInstalled,
  isRoot,
  programWords,
  projectDirectory,
  type Run,
  run,
  runInShell,
  runProgram,
  without,
} from "./program.ts";

function assertPrinted({ code, stdout, stderr }: Run): string {
  assertEquals([code, stderr], [0, ""]);
  return stdout;
}

/** Asserts that the program did nothing but say why, in one line. */
function assertRefused({ code, stdout, stderr }: Run, message: string): void {
  assertMatch(stderr, /^ss2: [^\n]+\n$/);
  assertStringIncludes(stderr, message);
  assertEquals([code, stdout], [2, ""]);
}

/** A directory that is deleted when this is disposed of. */
class TemporaryDirectory implements Disposable {
  readonly path = `${Deno.makeTempDirSync({ prefix: "ss2-test-" })}/`;
  /** Name of a file in it, with the bytes if there are any. */
  file(name: string, bytes?: Uint8Array): string {
    if (bytes !== undefined) Deno.writeFileSync(this.path + name, bytes);
    return this.path + name;
  }
  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}

const IPPROTO_ICMP = 1;
const fixture = (name: string) => `${projectDirectory}tests/fixtures/${name}.pcap`;
const lines = (text: string) => text.split("\n").slice(0, -1).map((line) => parseExact(line) as JsonObject);

Deno.test("--record keeps what the kernel says, and --read prints the same bytes of it in every format", () => {
  using _namespace = openNamespace();
  using _v4 = new EveryState(IPV4);
  using _v6 = new EveryState(IPV6);
  using directory = new TemporaryDirectory();
  const file = directory.file("all.pcap");
  for (const format of [["--format", "json"], ["--compact"], ["--format", "ndjson"]]) {
    const live = assertPrinted(runProgram("-ta", ...format, "--record", file));
    assert(live.length > 10000);
    assertEquals(assertPrinted(runProgram("-ta", ...format, "--read", file)), live);
  }
  assertEquals(Deno.statSync(file).mode! & 0o777, 0o600);
});

Deno.test("--read shows of a recording what -4, -6, -l and state words choose of all its sockets", () => {
  using _namespace = openNamespace();
  using _v4 = new EveryState(IPV4);
  using _v6 = new EveryState(IPV6);
  using directory = new TemporaryDirectory();
  const file = directory.file("all.pcap");
  assertPrinted(runProgram("-ta", "--record", file));
  const read = (...args: string[]) => lines(assertPrinted(runProgram("--read", file, "--format", "ndjson", ...args)));
  const all = read("-ta");
  const where = (take: (family: unknown, state: unknown) => boolean) =>
    all.filter((flow) => take(flow["family"], flow["state"]));
  assertEquals(read("-ta4"), where((family) => family === "inet"));
  assertEquals(read("-ta6"), where((family) => family === "inet6"));
  assertEquals(read("-tl"), where((_, state) => state === "listening" || state === "unconnected"));
  assertEquals(
    read("-6", "state", "close-wait"),
    where((family, state) => family === "inet6" && state === "close-wait"),
  );
  assertEquals(read("-t", "exclude", "time-wait"), where((_, state) => state !== "time-wait"));
  const passing = ["syn-recv", "time-wait", "listening", "unconnected"];
  assertEquals(read("-t"), where((_, state) => !passing.includes(String(state))));
  assertEquals(read(), read("-t"));
  assert(new Set(all.map((flow) => flow["state"])).size > 8);
});

Deno.test("--read of a recording with fewer states than asked for says which are not in it, status 1", () => {
  using _namespace = openNamespace();
  using _pair = openPair();
  using directory = new TemporaryDirectory();
  const file = directory.file("connected.pcap");
  assertPrinted(runProgram("-t", "--record", file));
  const { code, stdout, stderr } = runProgram("-tl", "--read", file, "--format", "ndjson");
  assertEquals([code, stdout], [1, ""]);
  assertMatch(stderr, /^ss2: recording "[^"]+connected.pcap" was recorded without [^\n]+: listening\n$/);
});

Deno.test("--record empties a file that is there, and keeps a long answer whole", () => {
  using _namespace = openNamespace();
  using directory = new TemporaryDirectory();
  using crowd = new DisposableStack();
  for (let i = 0; i < 1500; i++) crowd.use(openPair());
  const file = directory.file("crowd.pcap", new Uint8Array(10_000_000));
  const live = assertPrinted(runProgram("-ta", "--format", "ndjson", "--record", file));
  const { packets, damage } = parsePcap(Deno.readFileSync(file));
  assertEquals(damage, null);
  assert(packets.length > 60, `${packets.length} packets`);
  const age = Date.now() - packets.at(-1)!.time;
  assert(age >= -1 && age < 60000, `${age} ms`);
  assert(packets.every(({ time }, i) => i === 0 || time >= packets[i - 1]!.time));
  assertEquals(assertPrinted(runProgram("-ta", "--format", "ndjson", "--read", file)), live);
});

/** Recordings of closed sockets, which are no listing. */
const EVENTS = "tcp4-destroy";

/** What is said of recordings that were not made of requests for all sockets. */
const doubts: readonly (readonly [name: string, doubt: string])[] = [
  ["tcp4-bc-sport", "is a recorded request with a filter: sockets that did not match are missing"],
  ["tcp4-bpfstore-all", "is a recorded request with a filter: sockets that did not match are missing"],
  ["tcp4-one", "is a recorded lookup of one socket: all others are missing"],
];

/** Reads a recording of the fixtures; it must be told to be incomplete if it is, and only then. Returns what was printed. */
function readRecording(name: string, ...args: string[]): string {
  const doubt = doubts.find(([prefix]) => name.startsWith(`${prefix}.`))?.[1];
  const file = `${projectDirectory}tests/fixtures/${name}`;
  const { code, stdout, stderr } = runProgram(...args, "--read", file);
  const expected = doubt === undefined ? [0, ""] : [1, `ss2: recording "${file}" ${doubt}\n`];
  assertEquals([code, stderr], expected);
  return stdout;
}

for (const { name } of Deno.readDirSync(`${projectDirectory}tests/fixtures`)) {
  if (!name.startsWith("tcp") || name.startsWith(EVENTS) || !name.endsWith(".pcap")) continue;
  Deno.test(`--read prints every socket of ${name}, and says whether there may be others`, () => {
    const objects = collect(new RecordedSource(readFixture(name)), ipv4Plan).flows;
    const flows = lines(readRecording(name, "-ta4", "--format", "ndjson"));
    assertEquals(flows.map((flow) => flow["cookie"]), objects.map((flow) => flow["cookie"]));
    assert(flows.length > 0);
  });
}

for (const { name } of Deno.readDirSync(new URL("fixtures/", import.meta.url))) {
  if (
    !name.endsWith(".pcap") || name.startsWith(EVENTS) || name.startsWith("err-") || name.startsWith("ack") ||
    name === "raw4.k618.pcap"
  ) {
    continue;
  }
  Deno.test(`--read with -a prints the sockets of ${name} without being told its family`, () => {
    const document = parseExact(readRecording(name, "-a"));
    const members = Object.keys(document as JsonObject);
    assertEquals(members.filter((member) => flowsIn(document, member).length > 0).length, 1);
  });
}

for (const [name, doubt] of doubts) {
  Deno.test(`--meta never calls ${name}.k61 complete: it ${doubt}`, () => {
    const { stdout } = runProgram("-ta", "--meta", "--read", fixture(`${name}.k61`));
    const { meta } = JSON.parse(stdout);
    assertEquals([meta.complete, meta.warnings.length], [false, 1]);
  });
}

const refused: readonly (readonly [name: string, error: string])[] = [
  ["err-family.k61", "no such protocol or socket (ENOENT)"],
  ["err-proto.k61", "no such protocol or socket (ENOENT)"],
  ["err-proto.k618", "no such protocol or socket (ENOENT)"],
  ["err-short.k61", "invalid argument (EINVAL)"],
  ["err-type.k61", "invalid argument (EINVAL)"],
  ["raw4.k618", "no such protocol or socket (ENOENT)"],
];
for (const [name, error] of refused) {
  Deno.test(`--read tells the refusal that is all of ${name}, once, whatever protocols are asked for, status 2`, () => {
    for (const words of [[], ["-a"], ["-ta"], ["-xa"], ["-wa"], ["-ta4"]]) {
      const { code, stderr } = runProgram(...words, "--read", fixture(name));
      assertEquals(code, 2, `${words}: ${stderr}`);
      // What was not asked of the kernel is told too.
      const told = stderr.split("\n").join("; ").split("; ").filter((part) =>
        part.includes(error) && !part.includes("not in the recording")
      );
      assertEquals(told.length, 1, `${words}: ${stderr}`);
    }
  });
}

Deno.test("--read says that a recording lacks what is asked for, status 2, but for a version of IP that nobody named", () => {
  const partly = runProgram("-ta", "--read", fixture("tcp4.k618"));
  assertEquals([partly.code, partly.stderr, flowsIn(parseExact(partly.stdout)).length], [0, "", 91]);
  const nothing = runProgram("-ta6", "--read", fixture("tcp4.k618"));
  assertEquals(nothing.code, 2);
  assertMatch(nothing.stderr, /^ss2: cannot list TCP sockets: [^\n]+: not in the recording\n$/);
  const unnamed = runProgram("-a", "--read", fixture("err-family.k61"));
  const error = "no such protocol or socket (ENOENT)";
  assertEquals([unnamed.code, unnamed.stderr], [
    2,
    `ss2: recording "${fixture("err-family.k61")}": the kernel refused the request at byte 24: ${error}\n`,
  ]);
  const acknowledged = runProgram("-a", "--read", fixture("ack.k61"));
  assertEquals([acknowledged.code, acknowledged.stderr], [
    2,
    "ss2: there are no sockets of these protocols in the recording\n",
  ]);
});

Deno.test("--read of a file that ends early prints its whole sockets and says at which byte it breaks, status 1, or 2", () => {
  using directory = new TemporaryDirectory();
  const whole = readFixture("tcp4-legacy.k61.pcap");
  const all = lines(assertPrinted(runProgram("-ta", "--format", "ndjson", "--read", fixture("tcp4-legacy.k61"))));
  for (const end of [0, 3, 23, 24, 30, 24 + 107, 24 + 108, 200, 3900, 20000, whole.length - 1]) {
    const { code, stdout, stderr } = runProgram(
      "-ta",
      "--format",
      "ndjson",
      "--read",
      directory.file("cut.pcap", whole.subarray(0, end)),
    );
    assertMatch(stderr, /^ss2: [^\n]+ at byte \d+[^\n]*\n$/, `cut at ${end}`);
    assertEquals(code, end < 24 + 108 ? 2 : 1, `cut at ${end}`);
    assertEquals(lines(stdout), all.slice(0, lines(stdout).length));
    if (end === whole.length - 1) assertEquals(lines(stdout).length, all.length);
  }
});

const refusals: readonly (readonly [what: string, path: string, message: string])[] = [
  ["a file that is no recording", `${projectDirectory}main.ts`, "not a pcap file"],
  ["an empty file", "/dev/null", "not a pcap file"],
  ["a device without an end, at once", "/dev/zero", "not a pcap file"],
  ["a directory", projectDirectory, "is a directory (EISDIR)"],
  ["a file that is not there", "/nonexistent/file", "no such file or directory (ENOENT)"],
  ["a file below something that is no directory", `${projectDirectory}main.ts/file`, "not a directory (ENOTDIR)"],
  ["a name with a line break without printing it", "/nonexistent/a\nb", '"/nonexistent/a\\nb"'],
];
for (const [what, path, message] of refusals) {
  Deno.test(`--read refuses ${what}, in one line, status 2`, () => {
    assertRefused(runProgram("-t", "--read", path), message);
  });
}

Deno.test("--read of a file with a hole of a terabyte ends where the hole begins, status 1, or 2 if it begins at once", () => {
  using directory = new TemporaryDirectory();
  const sparse = (name: string, bytes: Uint8Array) => {
    const file = directory.file(name, bytes);
    Deno.truncateSync(file, 2 ** 40);
    return file;
  };
  const { code, stdout, stderr } = runProgram("-ta4", "--read", sparse("tail.pcap", readFixture("tcp4.k618.pcap")));
  assertMatch(stderr, /^ss2: recording [^\n]+ is damaged: packet of length 0 at byte \d+[^\n]*\n$/);
  assertEquals([code, flowsIn(parseExact(stdout)).length], [1, 91]);
  assertRefused(runProgram("--read", sparse("zeros.pcap", new Uint8Array(1))), "not a pcap file");
  assertRefused(runProgram("--read", sparse("header.pcap", readFixture("ack.k61.pcap").subarray(0, 24))), "at byte 24");
});

Deno.test("--read refuses a capture of another link type, in one line, status 2", () => {
  using directory = new TemporaryDirectory();
  const ethernet = readFixture("ack.k61.pcap");
  ethernet[20] = 1;
  assertRefused(runProgram("--read", directory.file("ethernet.pcap", ethernet)), "link type 1");
});

Deno.test("--record refuses a directory, a path that is not there and a full device, in one line, status 2", () => {
  using _namespace = openNamespace();
  using _pair = openPair();
  assertRefused(runProgram("-t", "--record", projectDirectory), "is a directory (EISDIR)");
  assertRefused(runProgram("-t", "--record", "/nonexistent/file"), "(ENOENT)");
  assertRefused(
    runProgram("-t", "--record", "/dev/full"),
    'cannot write "/dev/full": no space left on device (ENOSPC)',
  );
});

Deno.test("--record says that its file is full in the middle of an answer, status 2", () => {
  using _namespace = openNamespace();
  using _pair = openPair();
  using directory = new TemporaryDirectory();
  const file = directory.file("limited.pcap");
  // The limit is in blocks of 512 bytes; with SIGXFSZ ignored the call fails.
  const limited = runInShell(`trap "" XFSZ; ulimit -f 1; exec "$@" 2>&1 >/dev/null`, ["-ta", "--record", file]);
  assertEquals([limited.code, limited.stdout], [2, `ss2: cannot write "${file}": file too large (EFBIG)\n`]);
});

Deno.test("--record says that the reader of its pipe has gone away: that is no quiet end, status 2", () => {
  using _namespace = openNamespace();
  using directory = new TemporaryDirectory();
  using crowd = new DisposableStack();
  // More than a pipe takes without a reader.
  for (let i = 0; i < 150; i++) crowd.use(openPair());
  const fifo = directory.file("fifo");
  mkfifo(fifo);
  const script = `head -c 30 "$FIFO" >/dev/null & "$@" >/dev/null`;
  const { code, stderr } = runInShell(script, ["-ta", "--record", fifo], { env: { FIFO: fifo } });
  assertEquals([code, stderr], [2, `ss2: cannot write "${fifo}": broken pipe (EPIPE)\n`]);
});

Deno.test("--record - and --read - are standard output and input, and no second option can be the same", () => {
  using _namespace = openNamespace();
  using _v4 = new EveryState(IPV4);
  using directory = new TemporaryDirectory();
  const list = directory.file("list");
  const script = `"$@" -ta --compact --record - --output "${list}" | "$@" -ta --compact --read -`;
  const read = assertPrinted(runInShell(script, []));
  assertEquals(read, Deno.readTextFileSync(list));
  assert(read.length > 1000);
  assertRefused(runProgram("-t", "--record", "-"), "standard output (add --output FILE)");
  assertRefused(runProgram("-t", "--record", "-", "--output", "-"), "standard output (add --output FILE)");
  assertRefused(runProgram("--read", "-", "-F", "-"), "--read - and --filter-file - cannot both read standard input");
});

Deno.test("--read reads a pipe", () => {
  const { code, stdout, stderr } = runInShell(`cat "$FILE" | "$@"`, ["-ta4", "--read", "/dev/stdin"], {
    env: { FILE: fixture("tcp4.k618") },
  });
  assertEquals([code, stderr], [0, ""]);
  assertEquals(flowsIn(parseExact(stdout)).length, 91);
});

Deno.test("--record and --read exclude each other and need the name of a file, status 2", () => {
  assertRefused(
    runProgram("--read", fixture("tcp4.k618"), "--record", "/tmp/x"),
    "--read and --record exclude each other",
  );
  for (const option of ["--read", "--record"]) {
    for (const args of [[option], [`${option}=`]]) {
      assertRefused(runProgram(...args), `option ${option} needs the name of a file`);
    }
  }
});

Deno.test({
  name: `--read opens no socket, and no file but the recording below its directory${without("strace")}`,
  ignore: !isInstalled("strace"),
  fn() {
    using directory = new TemporaryDirectory();
    const log = directory.file("log");
    const words = ["strace", "-f", "-qq", "-e", "trace=socket,connect,openat,open,creat", "-o", log, ...programWords()];
    assertPrinted(run([...words, "-ta4", "--read", fixture("tcp4.k618")]));
    const calls = Deno.readTextFileSync(log).split("\n");
    assertEquals(calls.filter((line) => /\b(socket|connect)\(/.test(line)), []);
    assertEquals(calls.filter((line) => /"\/proc\/[^"]*\/net/.test(line)), []);
    assertEquals(calls.filter((line) => line.includes(".pcap")).length, 1);
  },
});

Deno.test({
  name: `--read prints as another user what root has recorded, marks included${
    isRoot ? "" : " (ignored: only root can become another user)"
  }`,
  ignore: !isRoot,
  fn() {
    using _namespace = openNamespace();
    using _sockets = new EveryState(IPV6);
    using directory = new TemporaryDirectory();
    Deno.chmodSync(directory.path, 0o755);
    const words = copyProgram(directory.path);
    Deno.mkdirSync(directory.file("cache"));
    Deno.chownSync(directory.file("cache"), 65534, 65534);
    const file = directory.file("root.pcap");
    const live = assertPrinted(runProgram("-ta", "--record", file));
    const user = [...asUserNobody, ...words];
    const cache = directory.file("cache");
    const options = {
      env: { DENO_DIR: cache, HOME: cache, XDG_CACHE_HOME: cache },
      cwd: directory.path,
    };
    assertRefused(run([...user, "-ta", "--read", file], options), "permission denied (EACCES)");
    Deno.chmodSync(file, 0o644);
    assertEquals(assertPrinted(run([...user, "-ta", "--read", file], options)), live);
  },
});

Deno.test({
  name: `tshark counts the packets of a recording, finds none malformed and knows them as socket diagnostics${
    without("tshark")
  }`,
  ignore: !isInstalled("tshark"),
  fn() {
    using _namespace = openNamespace();
    using _sockets = new EveryState(IPV4);
    using directory = new TemporaryDirectory();
    const file = directory.file("shark.pcap");
    assertPrinted(runProgram("-ta", "--record", file));
    const { packets } = parsePcap(Deno.readFileSync(file));
    const fields = ["frame.time_epoch", "frame.len", "netlink.family", "_ws.malformed"];
    const words = ["tshark", "-r", file, "-T", "fields", ...fields.flatMap((field) => ["-e", field])];
    const { code, stdout } = run(words, { env: { HOME: directory.path } });
    assertEquals(code, 0);
    const rows = stdout.split("\n").slice(0, -1).map((line) => line.split("\t"));
    assertEquals(rows.length, packets.length);
    rows.forEach(([time, length, family, malformed], i) => {
      const packet = packets[i]!;
      assert(Math.abs(Number(time) * 1000 - packet.time) < 0.01);
      assertEquals([Number(length), Number(family), malformed], [packet.length + 16, 4, ""]);
    });
  },
});

/** What a plan gives when it is recorded, and when the recording is read. */
function recordAndRead(source: ScriptedSource) {
  using directory = new TemporaryDirectory();
  const file = directory.file("scripted.pcap");
  let live;
  {
    using recorder = openRecorder(file, source);
    live = collect(recorder);
  }
  using recording = openRecording(file);
  return { live, read: collect(recording), release: recording.release };
}

const inodes = ({ flows }: { flows: readonly FlowObject[] }) => flows.map((flow) => flow["inode"]);

Deno.test("openRecorder keeps the loss of datagrams, for which the kernel sends no message", () => {
  const script = [datagram(socket({ inode: 1 })), OVERRUN, done()];
  const { live, read, release } = recordAndRead(new ScriptedSource([script], 7001));
  assertEquals([inodes(live), inodes(read), release], [[1], [1], 7001]);
  assertEquals(live.outcome.warnings.length, 1);
  assertEquals(read.outcome.warnings, live.outcome.warnings);
});

Deno.test("openRecorder keeps of a datagram that did not fit what was received, and its length", () => {
  const long = datagram(socket({ inode: 1 }), socket({ inode: 2, attributes: [attribute(99, new Uint8Array(65500))] }));
  const { live, read } = recordAndRead(new ScriptedSource([[long, done()]]));
  assertEquals([inodes(live), inodes(read)], [[1], [1]]);
  assertEquals([live.outcome.warnings.length, read.outcome.warnings.length], [1, 1]);
});

Deno.test("openRecorder keeps refusals and errors in the middle of an answer", () => {
  for (
    const script of [[refusal(1)], [datagram(socket({ inode: 1 })), done(-12)], [datagram(message(20, 2, [1, 2, 3]))]]
  ) {
    const { live, read } = recordAndRead(new ScriptedSource([script]));
    assertEquals(inodes(read), inodes(live));
    assertEquals(read.outcome, live.outcome);
    assertEquals(live.outcome.failed, 1);
  }
});

Deno.test("dumpObjects takes a recording as its source", () => {
  using source = openRecording(fixture("tcp4.k618"));
  const flows = [...dumpObjects({ source, tcp: true, ipv4: true, states: ["all"] })];
  assertEquals(flows.length, 91);
  assertEquals([...dumpObjects({ source, tcp: true, ipv4: true, states: ["listening"] })].length < 91, true);
});

Deno.test("--record says, with status 1, which sockets of /proc/net the recording does not have", () => {
  using directory = new TemporaryDirectory();
  using _namespace = openNamespace();
  const file = directory.file("ping.pcap");
  assertPrinted(runProgram("--ping", "-a", "--record", file));
  Deno.writeTextFileSync("/proc/sys/net/ipv4/ping_group_range", "0 0");
  using _socket = openSocket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP).bind("127.0.0.1");
  const { code, stdout, stderr } = runProgram("--ping", "-a", "--format", "ndjson", "--record", file);
  assertEquals(lines(stdout).map(({ protocol }) => protocol), ["PING"]);
  assertEquals([code, stderr], [1, "ss2: PING sockets come from /proc/net: the recording does not have them\n"]);
});
