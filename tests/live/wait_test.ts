/** `--wait`: a check that is repeated until it holds. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { familyCalled } from "../../decode/families/all_families.ts";
import { ClosedSockets } from "../../ffi/closed_sockets.ts";
import { parseFilter } from "../../mod.ts";
import { asNobody, isRoot, programWords, run, runProgram } from "../program.ts";
import { HeldSockets } from "./hold.ts";
import { openNamespace } from "./namespace.ts";
import { AF_INET, AF_INET6, openSocket, openTcp, SOCK_DGRAM, waitUntil } from "./sockets.ts";

/** More seconds than a test takes: what ends before them did not wait for them. */
const LONG = "--wait=3000";

/** The program while it runs. */
class Running implements AsyncDisposable {
  readonly child: Deno.ChildProcess;

  constructor(...args: string[]) {
    const [command = "", ...words] = programWords();
    this.child = new Deno.Command(command, {
      args: [...words, ...args],
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  }

  /** Waits until it has asked the kernel: it keeps the socket for that between two rounds. */
  waitUntilItAsks(): this {
    // Protocol 4 is NETLINK_SOCK_DIAG; sockets of the kernel have port id 0.
    waitUntil("the program asks", () => /^\S+ 4 +[1-9]/m.test(Deno.readTextFileSync("/proc/thread-self/net/netlink")));
    return this;
  }

  async end(): Promise<{ code: number; stdout: string; stderr: string; signal: Deno.Signal | null }> {
    const { code, signal, stdout, stderr } = await this.child.output();
    return { code, signal, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.child.kill("SIGKILL");
    } catch {
      return;
    }
    await this.child.status;
  }
}

const ended = (code: number, stdout = "") => ({ code, signal: null, stdout, stderr: "" });

Deno.test("--wait ends with status 0 when the socket is there", async () => {
  using _namespace = openNamespace();
  await using program = new Running("-q", "-tl", LONG, "sport = :8001");
  program.waitUntilItAsks();
  using _other = openTcp(AF_INET).bind("127.0.0.1", 8002).listen(1);
  using _awaited = openTcp(AF_INET).bind("127.0.0.1", 8001).listen(1);
  assertEquals(await program.end(), ended(0));
});

Deno.test("--wait with --fail-if-any ends with status 0 when the last socket has gone", async () => {
  using _namespace = openNamespace();
  const socket = openSocket(AF_INET, SOCK_DGRAM).bind("127.0.0.1", 8001);
  await using program = new Running("-q", "-ua", "--fail-if-any", LONG);
  program.waitUntilItAsks();
  socket.close();
  assertEquals(await program.end(), ended(0));
});

/** Sockets that the kernel tells of closed ones, in the namespace of this thread: bytes that wait, for each. */
const listeners = () =>
  Deno.readTextFileSync("/proc/thread-self/net/netlink").split("\n").map((line) => line.split(/\s+/))
    .filter(([, protocol, , groups]) => protocol === "4" && Number(`0x${groups}`) > 0).map(([, , , , waiting]) =>
      waiting
    );

Deno.test("--wait for an end is woken by the kernel when a socket with these ports is closed", async () => {
  using _namespace = openNamespace();
  for (
    const [families, text, others, waking] of [
      [
        ["tcp"],
        "sport = :8001",
        [() => openTcp(AF_INET).bind("127.0.0.1", 8002).close()],
        () => openTcp(AF_INET).bind("127.0.0.1", 8001).close(),
      ],
      [["udp"], "dport = :8001", [
        () => openSocket(AF_INET, SOCK_DGRAM).connect("127.0.0.1", 8002).close(),
        () => openTcp(AF_INET).close(),
      ], () => openSocket(AF_INET, SOCK_DGRAM).connect("127.0.0.1", 8001).close()],
      // What was disconnected has no port any more.
      [
        ["tcp"],
        "dport = :8001 and sport = :8002",
        [() => openTcp(AF_INET).bind("127.0.0.1", 8003).close()],
        () => openTcp(AF_INET).close(),
      ],
      [["tcp"], "comm = nobody", [], () => openTcp(AF_INET).close()],
    ] as const
  ) {
    const filter = parseFilter(text, { [families[0]]: true });
    using closed = new ClosedSockets({
      families: families.map((name) => familyCalled(name)),
      addressFamilies: [AF_INET, AF_INET6],
      filter,
    });
    for (const close of others) close();
    assertEquals(listeners(), ["0"], text);
    waking();
    // It would wait for days.
    await closed.wait(2 ** 31 - 1);
    assert(listeners().join() !== "0", text);
    closed.forget();
    assertEquals(listeners(), ["0"], text);
    await closed.wait(1);
  }
  assertEquals(listeners(), []);
});

Deno.test("--wait asks to be woken only if it waits for an end, and for nothing else afterwards", async () => {
  using _namespace = openNamespace();
  const socket = openTcp(AF_INET).bind("127.0.0.1", 8001).listen(1);
  await using forEnd = new Running("-q", "-tu", "-a", "--fail-if-any", LONG);
  waitUntil("it joins the groups", () => listeners().length === 2);
  await using forStart = new Running("-q", "-tl", LONG, "sport = :8002");
  waitUntil(
    "both ask",
    () => Deno.readTextFileSync("/proc/thread-self/net/netlink").match(/^\S+ 4 +[1-9]/gm)?.length === 4,
  );
  assertEquals(listeners().length, 2);
  const awaited = openTcp(AF_INET).bind("127.0.0.1", 8002).listen(1);
  assertEquals(await forStart.end(), ended(0));
  awaited.close();
  socket.close();
  assertEquals(await forEnd.end(), ended(0));
  assertEquals(listeners(), []);
});

Deno.test("--wait prints the listing once, when the check holds", async () => {
  using _namespace = openNamespace();
  const listing = ["-ta", "--csv", "-H", "--columns", "src_port", "--sort", "src_port"];
  await using program = new Running(...listing, "--fail-if-empty", LONG, "sport >= 8001");
  program.waitUntilItAsks();
  using socket = openTcp(AF_INET).bind("127.0.0.1", 8001).listen(1);
  assertEquals(await program.end(), ended(0, "8001\r\n"));
  assertEquals(runProgram(...listing, "--fail-if-empty", "--wait=0.1", "sport = :1").stdout, "");
  await using without = new Running(...listing, "--fail-if-any", LONG, "sport >= 8001");
  without.waitUntilItAsks();
  socket.close();
  assertEquals(await without.end(), ended(0));
  using _still = openTcp(AF_INET).bind("127.0.0.1", 8003).listen(1);
  const { code, stdout, stderr } = runProgram(...listing, "--fail-if-any", "--wait=0.1");
  assertEquals([code, stdout], [1, "8003\r\n"]);
  assertMatch(stderr, /^ss2: still there after 0\.1 s: TCP LISTEN 127\.0\.0\.1:8003 \*:\* \S.*\n$/);
});

Deno.test("--wait waits until all is as --allow says, and for what a namespace and a user do not have yet", async () => {
  using _namespace = openNamespace();
  const socket = openTcp(AF_INET).bind("127.0.0.1", 8001).listen(1);
  using _allowed = openTcp(AF_INET).bind("127.0.0.1", 8002).listen(1);
  await using program = new Running("-q", "-tl", "--allow", "sport = :8002", LONG);
  program.waitUntilItAsks();
  socket.close();
  assertEquals(await program.end(), ended(0));
  assertEquals(runProgram("-q", "-tl", "--wait=0", "user = nobody-has-this-name").code, 1);
  assertEquals(runProgram("-q", "-tl", "user = nobody-has-this-name").code, 2);
});

Deno.test("--wait says in one line which socket comes nearest, and what it does not match", async () => {
  using _namespace = openNamespace();
  await using _held = await HeldSockets.open(({ openTcp, openSocket, AF_INET, SOCK_DGRAM }) => {
    openTcp(AF_INET).bind("127.0.0.1", 8001).listen(1);
    openSocket(AF_INET, SOCK_DGRAM).bind("127.0.0.1", 8005);
  });
  const reported = (...args: string[]) => {
    const { code, stdout, stderr } = runProgram("-q", "--wait=0.1", ...args);
    assertEquals([code, stdout], [1, ""], stderr);
    return stderr.replace(/(holder) \d+( fd=\d+)?/, "$1");
  };
  const near =
    "ss2: no match within 0.1 s; the nearest socket is TCP LISTEN 127.0.0.1:8001 *:* holder, which does not match";
  assertEquals(reported("-tl", "sport = :8001 and nginx"), `${near} "owners.comm = nginx"\n`);
  assertEquals(reported("-tl", "sport = :8001 and src 10.0.0.1"), `${near} "src = 10.0.0.1"\n`);
  assertEquals(
    reported("-t", "sport = :8001"),
    `${near} "state established syn-sent fin-wait-1 fin-wait-2 close-wait last-ack closing"
`,
  );
  assertEquals(reported("-t", "state", "time-wait", "sport = :8001"), `${near} "state time-wait"\n`);
  assertEquals(reported("-tl", "holder and sport = :8004"), `${near} "sport = :8004"\n`);
  assertEquals(
    reported("-tul", "sport = :8005 and src 10.0.0.1"),
    "ss2: no match within 0.1 s; the nearest socket is UDP UNCONN 127.0.0.1:8005 *:* holder, " +
      'which does not match "src = 10.0.0.1"\n',
  );
  assertEquals(reported("-tl", "sport = :9"), "ss2: no match within 0.1 s; no socket in any state comes close\n");
  assertEquals(
    reported("-ta", "--fail-if-any"),
    "ss2: still there after 0.1 s: TCP LISTEN 127.0.0.1:8001 *:* holder\n",
  );
});

Deno.test("--wait says what is there in one line, whatever its name is", () => {
  using _namespace = openNamespace();
  const directory = Deno.makeTempDirSync({ prefix: "ss2-test-" });
  try {
    using _listener = Deno.listen({ transport: "unix", path: `${directory}/a\nss2: \x1b[31mb` });
    const { code, stdout, stderr } = runProgram("-q", "-xl", "--wait=0", `path_name ~ ${directory} and sport = :1`);
    assertEquals([code, stdout], [1, ""]);
    assertMatch(
      stderr,
      /^ss2: no match within 0 s; the nearest socket is UNIX LISTEN \S+\/a\\u000ass2: \\u001b\[31mb .*\n$/,
    );
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
});

Deno.test("--wait ends at once with status 2 where the check cannot be done", () => {
  const { code, stdout, stderr } = runProgram("-q", "-tl", LONG, "-N", "ss2-test-no-such-namespace");
  assertEquals([code, stdout], [2, ""]);
  assertMatch(stderr, /^ss2: .*ss2-test-no-such-namespace.*\n$/);
});

Deno.test({
  name: "--wait for a process that may not be seen ends at once with status 2",
  ignore: !isRoot,
  fn() {
    using _namespace = openNamespace();
    using _socket = openTcp(AF_INET).bind("127.0.0.1", 8001).listen(1);
    asNobody((words, options) => {
      for (const check of [["-q"], ["--fail-if-empty", "--csv", "-H"], ["-q", "--fail-if-any"]]) {
        const { code, stdout, stderr } = run([...words, "-tl", LONG, ...check, "comm = nobody-has-it"], options);
        assertEquals([code, stdout], [2, ""]);
        assertMatch(stderr, /^ss2: .*\n/);
      }
    });
  },
});

Deno.test("--wait is ended by SIGINT, prints nothing, and leaves the file of --output as it is", async () => {
  using _namespace = openNamespace();
  const directory = Deno.makeTempDirSync({ prefix: "ss2-test-" });
  try {
    Deno.writeTextFileSync(`${directory}/out`, "before");
    await using program = new Running("-tl", "--fail-if-empty", LONG, "--output", `${directory}/out`);
    program.waitUntilItAsks().child.kill("SIGINT");
    const { signal, stdout, stderr } = await program.end();
    assertEquals([signal, stdout, stderr], ["SIGINT", "", ""]);
    assertEquals([...Deno.readDirSync(directory)].map(({ name }) => name), ["out"]);
    assertEquals(Deno.readTextFileSync(`${directory}/out`), "before");
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
});

Deno.test("--wait sends nothing to anybody", () => {
  using _namespace = openNamespace();
  const listener = openTcp(AF_INET).bind("127.0.0.1", 8001).listen(1);
  const { code } = runProgram("-q", "-tl", "--wait=1", "sport = :8002");
  assertEquals(code, 1);
  // A connection would wait to be accepted.
  assertEquals(runProgram("-q", "-t", "sport = :8001").code, 1);
  assertEquals(runProgram("-q", "-tl", "sport = :8001 and recv_q = 0").code, 0);
  listener.close();
});
