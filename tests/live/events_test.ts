/** `-E`: sockets as they are closed, told by the kernel, each once, with nothing that is not so. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { events, parseFilter, type SocketEvent } from "../../mod.ts";
import { parseExact } from "../exact_json.ts";
import { asNobody, isRoot, programWords, run, runProgram } from "../program.ts";
import { runIsolated } from "./isolated.ts";
import { makeRoomSmall, netlinkLines } from "./event_sockets.ts";
import { HeldSockets } from "./hold.ts";
import { openNamespace } from "./namespace.ts";
import {
  AF_INET,
  AF_INET6,
  openPair,
  openSocket,
  openTcp,
  SO_LINGER,
  SOCK_DGRAM,
  type Socket,
  SOL_SOCKET,
  waitUntil,
} from "./sockets.ts";

type Event = Record<string, unknown> & { readonly cookie: string; readonly event: string; readonly lost?: number };

/** The program with -E while it runs. */
class Following implements AsyncDisposable {
  readonly child: Deno.ChildProcess;

  /** Waits until it receives events by `sockets` sockets. */
  constructor(args: readonly string[], sockets = 1, before: readonly string[] = []) {
    const [command = "", ...words] = [...before, ...programWords(), "-E", ...args];
    this.child = new Deno.Command(command, {
      args: words,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      // Deno itself asks for its newest version otherwise, through UDP sockets.
      env: { DENO_NO_UPDATE_CHECK: "1" },
    }).spawn();
    waitUntil("the program joins the groups", () => netlinkLines().length === sockets);
  }

  /** Stops it in order when it has told of `count` events: the kernel tells of some later than others. */
  async stop(count: number, signal: Deno.Signal = "SIGINT"): Promise<Ended> {
    const pieces: Uint8Array[] = [];
    const reader = this.child.stdout.getReader();
    const take = ({ value }: { value?: Uint8Array | undefined }) => value !== undefined && pieces.push(value);
    for (let told = 0; told < count;) {
      const { value, done } = await reader.read();
      if (done) break;
      take({ value });
      told = this.#count(pieces);
    }
    this.child.kill(signal);
    for (let next = await reader.read(); !next.done; next = await reader.read()) take(next);
    const [{ code }, stderr] = await Promise.all([this.child.status, new Response(this.child.stderr).text()]);
    return ended(code, await new Blob(pieces as BlobPart[]).text(), stderr);
  }

  #counted = 0;
  #pieces = 0;
  #rest = "";

  /** Number of events in complete lines, with those that were lost. */
  #count(pieces: readonly Uint8Array[]): number {
    const decoder = new TextDecoder();
    for (; this.#pieces < pieces.length; this.#pieces++) {
      const lines = (this.#rest + decoder.decode(pieces[this.#pieces])).split("\n");
      this.#rest = lines.pop()!;
      for (const line of lines) this.#counted += Number(/"lost":(\d+)\}/.exec(line)?.[1] ?? 1);
    }
    return this.#counted;
  }

  /** Waits until it ends by itself. */
  async end(): Promise<Ended> {
    const { code, stdout, stderr } = await this.child.output();
    const [text = "", complaints = ""] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    return ended(code, text, complaints);
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

interface Ended {
  readonly code: number;
  readonly text: string;
  readonly stderr: string;
  readonly events: readonly Event[];
}

const ended = (code: number, text: string, stderr: string): Ended => ({
  code,
  text,
  stderr,
  events: text.startsWith("{") ? text.trimEnd().split("\n").map((line) => parseExact(line) as unknown as Event) : [],
});

const hex = (cookie: bigint) => `0x${cookie.toString(16)}`;

/** Closes with a reset. */
function reset(socket: Socket): void {
  socket.setBytes(SOL_SOCKET, SO_LINGER, new Int32Array([1, 0])).close();
}

const sum = (found: readonly Event[]) => found.reduce((sum, { lost = 0 }) => sum + lost, 0);

Deno.test("-E tells of each socket that is closed once, in each way, with what is so and nothing else", async () => {
  using _namespace = openNamespace();
  await using program = new Following(["-tu"], 2);
  const listener = openTcp(AF_INET).bind("127.0.0.1", 8001).listen(5);
  const listener6 = openTcp(AF_INET6).bind("::1", 8006).listen(5);
  const cookies = new Map<string, string>();
  const name = (name: string, socket: Socket) => (cookies.set(hex(socket.cookie), name), socket);
  const sender = name("sender", openTcp(AF_INET).connect("127.0.0.1", 8001));
  const receiver = name("receiver", listener.accept());
  sender.send(5000);
  receiver.receive(5000);
  sender.close();
  receiver.close();
  const linger = name("linger", openTcp(AF_INET).connect("127.0.0.1", 8001));
  const peer = name("peer of linger", listener.accept());
  reset(linger);
  peer.close();
  const linger6 = name("linger6", openTcp(AF_INET6).connect("::1", 8006));
  const peer6 = name("peer of linger6", listener6.accept());
  reset(linger6);
  peer6.close();
  const waiting = name("waiting", openTcp(AF_INET).connect("127.0.0.1", 8001));
  name("listener", listener).close();
  name("listener6", listener6).close();
  waiting.close();
  const refused = name("refused", openTcp(AF_INET));
  let refusal = "";
  try {
    refused.connect("127.0.0.1", 8001);
  } catch (error) {
    refusal = String(error);
  }
  assertMatch(refusal, /refused|111/i);
  refused.close();
  name("fresh", openTcp(AF_INET)).close();
  name("bound", openTcp(AF_INET).bind("127.0.0.1", 8003)).close();
  name("datagram", openSocket(AF_INET, SOCK_DGRAM).bind("127.0.0.1", 8004)).close();
  name("connected datagram", openSocket(AF_INET, SOCK_DGRAM).connect("127.0.0.1", 8004)).close();
  const { code, stderr, events } = await program.stop(cookies.size + 1);
  assertEquals([code, stderr], [0, ""]);
  const named = (event: Event) => cookies.get(event.cookie) ?? "child";
  assertEquals(events.map(named).sort(), [...cookies.values(), "child"].sort());
  assertEquals(new Set(events.map(({ cookie }) => cookie)).size, events.length);
  const found = Object.fromEntries(events.map((event) => [named(event), event])) as Record<string, Event>;
  for (const event of events) {
    assertEquals(Object.keys(event).slice(0, 3), ["protocol", "event", "time"]);
    const untold = ["uid", "inode", "recv_q", "send_q", "backlog", "timer", "expires", "retrans", "state", "unknown"];
    assertEquals(untold.filter((field) => field in event), [], named(event));
    assertEquals(event.event, "closed");
  }
  const info = (name: string) => found[name]!.tcp_info as Record<string, number> | undefined;
  const ends = (name: string) => ["src", "src_port", "dst", "dst_port"].map((field) => found[name]![field]);
  assertEquals([info("sender")!.bytes_acked, info("sender")!.bytes_sent], [5002, 5000]);
  assertEquals(info("receiver")!.bytes_received, 5001);
  assertEquals(ends("receiver").slice(0, 3), ["127.0.0.1", 8001, "127.0.0.1"]);
  for (const wiped of ["linger", "linger6", "refused"]) {
    const [src, , dst, port] = ends(wiped);
    assertEquals([src, dst, port], [undefined, wiped === "linger6" ? "::1" : "127.0.0.1", undefined], wiped);
  }
  assertEquals([ends("child")[0], ends("child")[3]], ["127.0.0.1", undefined]);
  assertEquals(ends("fresh"), ["0.0.0.0", 0, "0.0.0.0", 0]);
  assertEquals(ends("bound"), ["127.0.0.1", 8003, "0.0.0.0", 0]);
  assertEquals(ends("listener"), ["127.0.0.1", 8001, "0.0.0.0", 0]);
  for (const none of ["linger", "linger6", "refused", "child", "fresh", "bound", "listener", "datagram"]) {
    assertEquals(info(none), undefined, none);
  }
  for (const some of ["sender", "receiver", "peer of linger", "peer of linger6", "waiting"]) {
    assert(info(some) !== undefined, some);
  }
  assertEquals(ends("connected datagram").slice(2), ["127.0.0.1", 8004]);
  assertEquals([found["datagram"]!.protocol, found["sender"]!.protocol], ["UDP", "TCP"]);
});

/** A TCP socket whose first connection is never answered: the queue of the listener is full. */
function openUnanswered(listener: Socket): Socket {
  return openTcp(AF_INET).setBlocking(false).startConnect("127.0.0.1", listener.localPort);
}

/** The cookies of the TCP sockets that a listing shows. */
const listedCookies = (...args: readonly string[]): readonly string[] =>
  runProgram("-t", "--csv", "-H", "--columns", "cookie", ...args).stdout.trim().split("\r\n");

Deno.test("-E tells of what was killed, destroyed, unanswered, used twice or left behind once, and of no other protocol", async () => {
  using _namespace = openNamespace();
  await using program = new Following(["-tu"], 2);
  const expected: string[] = [];
  const close = (socket: Socket) => {
    expected.push(hex(socket.cookie));
    socket.close();
  };
  const listener = openTcp(AF_INET).bind("127.0.0.1", 8001).listen(5);
  const pairOf = (client: Socket) => [client.connect("127.0.0.1", 8001), listener.accept()] as const;
  // A process with both ends is killed.
  const held = await HeldSockets.open(({ openPair, AF_INET }) => {
    const { listener, client, server } = openPair({ family: AF_INET });
    client.send(3000);
    server.receive(3000);
    return [client, server, listener].map(({ cookie }) => `0x${cookie.toString(16)}`);
  });
  expected.push(...held.truth);
  Deno.kill(held.pid, "SIGKILL");
  await held.child.status;
  // Destroyed sockets leave listings at once; that they are closed is told when their process closes them.
  const [destroyed, reset] = pairOf(openTcp(AF_INET));
  const kill = runProgram("-K", "-t", "--yes", `sport = :${destroyed.localPort}`);
  assertEquals(kill.code, 0, kill.stderr);
  assert(!listedCookies("-a").includes(hex(destroyed.cookie)));
  const between = openTcp(AF_INET);
  const marker = hex(between.cookie);
  close(between);
  const last = hex(destroyed.cookie);
  close(destroyed);
  close(reset);
  // Closed with data that was not read.
  const [unread, writer] = pairOf(openTcp(AF_INET));
  writer.send(700);
  waitUntil(
    "data is there",
    () => runProgram("-q", "-t", `recv_q = 700 and cookie = ${hex(unread.cookie)}`).code === 0,
  );
  const untold = hex(writer.cookie);
  close(unread);
  close(writer);
  // Disconnected, and connected anew: the same socket.
  const [used, first] = pairOf(openTcp(AF_INET));
  used.connectTo(new Uint8Array(16));
  const second = pairOf(used)[1];
  for (const socket of [first, used, second]) close(socket);
  // In FIN-WAIT-2 and TIME-WAIT the kernel keeps what nobody holds.
  const [left, open] = pairOf(openTcp(AF_INET));
  const kept = hex(left.cookie);
  close(left);
  waitUntil("it waits for the end of the other side", () => listedCookies("state", "fin-wait-2").includes(kept));
  close(open);
  waitUntil("it is in TIME-WAIT", () => listedCookies("state", "time-wait").includes(kept));
  const full = openTcp(AF_INET).bind("127.0.0.1", 8002).listen(0);
  const [taken, unanswered] = [openTcp(AF_INET).connect("127.0.0.1", 8002), openUnanswered(full)];
  waitUntil("it is not answered", () => listedCookies("state", "syn-sent").includes(hex(unanswered.cookie)));
  for (const socket of [unanswered, taken]) close(socket);
  for (
    const [family, type, protocol] of [[AF_INET, 3, 1], [AF_INET, 3, 255], [1, 1, 0], [1, 2, 0], [17, 3, 0], [16, 3, 0]]
  ) {
    openSocket(family!, type!, protocol).close();
  }
  close(full);
  close(listener);
  // And one that was never accepted.
  const { code, stderr, events } = await program.stop(expected.length + 1);
  assertEquals([code, stderr], [0, ""]);
  const found = events.map(({ cookie }) => cookie);
  assertEquals(found.filter((cookie) => expected.includes(cookie)).sort(), expected.sort());
  assertEquals(found.length, expected.length + 1);
  assert(found.indexOf(marker) < found.indexOf(last));
  const infoOf = (cookie: string) =>
    events.find((event) => event.cookie === cookie)!.tcp_info as Record<string, number>;
  assertEquals(infoOf(held.truth[0]!).bytes_sent, 3000);
  assertEquals(infoOf(held.truth[1]!).bytes_received! >= 3000, true);
  assertEquals(infoOf(untold).bytes_sent, 700);
  assertEquals(events.filter(({ protocol }) => protocol !== "TCP"), []);
});

Deno.test("-E tells of 10,000 short connections, of each end once", async () => {
  using _namespace = openNamespace();
  await using program = new Following(["--columns", "event,cookie,lost"]);
  const cookies: string[] = [];
  using listener = openTcp(AF_INET).bind("127.0.0.1", 8001).listen(5);
  for (let i = 0; i < 10_000; i++) {
    const client = openTcp(AF_INET).connect("127.0.0.1", 8001);
    const server = listener.accept();
    cookies.push(hex(client.cookie), hex(server.cookie));
    reset(client);
    server.close();
  }
  const { code, stderr, events } = await program.stop(cookies.length);
  assertEquals([code, stderr], [0, ""]);
  assertEquals(events.map(({ cookie }) => cookie).sort(), cookies.sort());
});

Deno.test("-E says exactly how many events were lost while it was stopped, and has status 1", async () => {
  using _namespace = openNamespace();
  await using program = new Following(["--columns", "event,time,lost"]);
  makeRoomSmall(program.child.pid, netlinkLines()[0]![9]!);
  program.child.kill("SIGSTOP");
  const count = 1000;
  for (let i = 0; i < count; i++) openTcp(AF_INET).close();
  // 131072 bytes hold 102 events and a bit.
  waitUntil("events are lost", () => Number(netlinkLines()[0]![8]) > count - 200);
  program.child.kill("SIGCONT");
  const { code, stderr, events } = await program.stop(count);
  const lost = sum(events);
  assert(lost > count - 200);
  assertEquals(events.filter(({ event }) => event === "closed").length + lost, count);
  assertEquals([code, stderr], [1, `ss2: ${lost} events were lost\n`]);
});

Deno.test("-E goes on to receive while nobody reads its output, and counts what it does not print", async () => {
  using _namespace = openNamespace();
  await using program = new Following([]);
  const pairs = 4000;
  for (let i = 0; i < pairs; i++) openPair()[Symbol.dispose]();
  waitUntil("all are received", () => netlinkLines().every(([, , , , waiting]) => waiting === "0"));
  assertEquals(netlinkLines()[0]![8], "0");
  // Each pair had a listener of its own.
  const { code, events } = await program.stop(3 * pairs);
  const closed = events.filter(({ event }) => event === "closed").length;
  assertEquals([code, sum(events) > 0, closed + sum(events)], [1, true, 3 * pairs]);
});

Deno.test("-E ends quietly when the reader of its output has gone, without another event", async () => {
  using _namespace = openNamespace();
  await using program = new Following([]);
  await program.child.stdout.cancel();
  const { code } = await program.child.status;
  assertEquals([code, await new Response(program.child.stderr).text()], [0, ""]);
});

Deno.test("-E ends with whole lines after SIGTERM, --limit and --for", async () => {
  using _namespace = openNamespace();
  {
    await using program = new Following(["--csv", "-H", "--columns", "event"]);
    openTcp(AF_INET).close();
    const { code, text, stderr } = await program.stop(1, "SIGTERM");
    assertEquals([code, text, stderr], [0, "closed\r\n", ""]);
  }
  {
    await using program = new Following(["--limit", "2", "--columns", "event"]);
    for (let i = 0; i < 5; i++) openTcp(AF_INET).close();
    const { code, text } = await program.end();
    assertEquals([code, text], [0, '{"protocol":"TCP","event":"closed"}\n'.repeat(2)]);
  }
  const { code, stdout, stderr } = runProgram("-E", "--for", "0.1", "--yaml");
  assertEquals([code, stdout, stderr], [0, "[]\n", ""]);
});

Deno.test("-E with a filter prints what passes; ports are compared by the kernel", async () => {
  using _namespace = openNamespace();
  await using program = new Following(["--columns", "src_port", "sport = :8001 and tcp_info.bytes_acked != 77"]);
  for (const port of [8001, 8002, 8001]) openTcp(AF_INET).bind("127.0.0.1", port).close();
  using listener = openTcp(AF_INET).bind("127.0.0.1", 8001).listen(1);
  openTcp(AF_INET).connect("127.0.0.1", 8001).close();
  listener.accept().close();
  const { code, text } = await program.stop(1);
  assertEquals([code, text], [0, '{"protocol":"TCP","src_port":8001}\n']);
});

Deno.test("-E in a user's hands tells of the sockets of others too", { ignore: !isRoot }, async () => {
  using _namespace = openNamespace();
  await using _held = await HeldSockets.open(({ openTcp, AF_INET }) => {
    setInterval(() => openTcp(AF_INET).bind("127.0.0.1", 8001).close(), 20);
  });
  asNobody((words, { env = {} }) => {
    const { code, stdout, stderr } = run([...words, "-E", "--limit", "1", "--columns", "event,src_port"], { env });
    assertEquals([code, stdout, stderr], [0, '{"protocol":"TCP","event":"closed","src_port":8001}\n', ""]);
  });
});

Deno.test("-E with -N receives in each namespace, and lets one go that was deleted meanwhile", () => {
  const { code, stdout, stderr } = runIsolated(`
    netns_add a b
    export DENO_NO_UPDATE_CHECK=1
    once() { start in_netns $1 listen $2; kill -9 $!; }
    "$@" -E -N a -N b --csv -H --columns event,netns.name,src_port "sport >= 8001" >/run/out 2>/run/err & program=$!
    joined() { in_netns $1 grep -qE '^[^ ]+ 4 +[0-9]+ +0*[1-9a-f]' /proc/net/netlink; }
    until joined a && joined b; do sleep 0.05; done
    sockets() { ls -l /proc/$program/fd | grep -c socket: ; }
    before=$(sockets)
    once a 8001
    once b 8002
    until [ "$(grep -c closed /run/out)" = 2 ]; do sleep 0.05; done
    umount /run/netns/a; rm /run/netns/a
    until [ "$(sockets)" -lt "$before" ]; do sleep 0.05; done
    once b 8003
    until [ "$(grep -c closed /run/out)" = 3 ]; do sleep 0.05; done
    umount /run/netns/b; rm /run/netns/b
    wait $program; echo $?
    sort /run/out; cat /run/err
  `);
  assertEquals([code, stderr], [0, ""]);
  assertEquals(stdout, "0\nclosed,a,8001\r\nclosed,b,8002\r\nclosed,b,8003\r\n");
});

Deno.test("-E with -N all receives in namespaces that appear later too, and lets them go", () => {
  const { code, stdout, stderr } = runIsolated(`
    netns_add a
    export DENO_NO_UPDATE_CHECK=1
    once() { start in_netns $1 listen $2; kill -9 $!; }
    "$@" -E -N all --csv -H --columns event,netns.name,src_port "sport >= 8001 and sport <= 8009" >/run/out 2>/run/err & program=$!
    joined() { in_netns $1 grep -qE '^[^ ]+ 4 +[0-9]+ +0*[1-9a-f]' /proc/net/netlink; }
    until joined a; do sleep 0.05; done
    once a 8001
    sockets() { ls -l /proc/$program/fd | grep -c socket: ; }
    for name in b c; do
      netns_add $name
      until joined $name; do sleep 0.05; done
      once $name 8002
      until grep -q closed,$name /run/out; do sleep 0.05; done
      before=$(sockets)
      umount /run/netns/$name; rm /run/netns/$name
      until [ "$(sockets)" -lt "$before" ]; do sleep 0.05; done
    done
    once a 8003
    until grep -q closed,a,8003 /run/out; do sleep 0.05; done
    kill -INT $program
    wait $program
    cat /run/out /run/err
  `);
  assertEquals([code, stderr], [0, ""]);
  assertEquals(stdout, "closed,a,8001\r\nclosed,b,8002\r\nclosed,c,8002\r\nclosed,a,8003\r\n");
});

Deno.test("-E records events, and --read replays them as they were", async () => {
  using _namespace = openNamespace();
  const file = Deno.makeTempFileSync({ prefix: "ss2-test-" });
  try {
    await using program = new Following(["-tu", "--record", file], 2);
    for (const family of [AF_INET, AF_INET6]) openPair({ family })[Symbol.dispose]();
    openSocket(AF_INET, SOCK_DGRAM).bind("127.0.0.1", 8004).close();
    const { code, text } = await program.stop(7);
    const replayed = runProgram("-E", "-tu", "--read", file);
    assertEquals([code, replayed.code, replayed.stderr], [0, 0, ""]);
    assertEquals(replayed.stdout.split("\n").sort(), text.split("\n").sort());
    const columns = ["--csv", "-H", "--columns", "src_port,event"];
    assertEquals(runProgram("-E", "-u", "--read", file, ...columns).stdout, "8004,closed\r\n");
    for (const args of [["-t"], ["-q", "-tu"], ["-t", "--diff", file], ["-x", "--table"]]) {
      const { code, stdout, stderr } = runProgram(...args, "--read", file);
      assertEquals([code, stdout], [2, ""], stderr);
      assertMatch(stderr, /^ss2: cannot read ".*": it has no listing, only events of closed sockets \(-E\): .*\n$/);
    }
    const bytes = Deno.readFileSync(file);
    Deno.writeFileSync(file, bytes.subarray(0, bytes.length - 5));
    const damaged = runProgram("-E", "-tu", "--read", file);
    assertEquals([damaged.code, damaged.stdout.split("\n").length], [1, replayed.stdout.split("\n").length - 1]);
    assertMatch(damaged.stderr, /^ss2: recording ".*" is damaged: .*; what comes behind is missing\n$/);
  } finally {
    Deno.removeSync(file);
  }
});

/** Descriptors of this process. */
const descriptors = () => [...Deno.readDirSync("/proc/self/fd")].map(({ name }) => name).sort();

Deno.test("events yields sockets as they are closed, and leaves nothing open", async () => {
  using _namespace = openNamespace();
  const before = descriptors();
  const found: SocketEvent[] = [];
  {
    const stream = events({ tcp: true, limit: 3, filter: parseFilter("sport >= 8001", { tcp: true }) });
    for (const port of [8001, 7000, 8002, 8003, 8004]) openTcp(AF_INET).bind("127.0.0.1", port).close();
    for await (const event of stream) found.push(event);
  }
  assertEquals(found.map(({ event, protocol, src_port }) => [event, protocol, src_port]), [
    ["closed", "TCP", 8001],
    ["closed", "TCP", 8002],
    ["closed", "TCP", 8003],
  ]);
  {
    const stream = events({ udp: true });
    openSocket(AF_INET, SOCK_DGRAM).bind("127.0.0.1", 8001).close();
    for await (const { protocol } of stream) {
      assertEquals(protocol, "UDP");
      break;
    }
  }
  {
    await using _unused = events({ namespaces: [] });
  }
  assertEquals(netlinkLines(), []);
  assertEquals(descriptors(), before);
});
