/** `--watch`: a listing that is repeated. */
import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { parse } from "@std/yaml";
import { families } from "../../decode/families/all_families.ts";
import { watchedFamily } from "../../decode/families/watched_family.ts";
import { roundSchema } from "../../formats/json/round_schema.ts";
import { schemaOf } from "../../formats/json/schema.ts";
import { programWords, run, runInShell, runProgram } from "../program.ts";
import { type RoundEnd, type SocketChange, watch } from "../../mod.ts";
import { compile } from "../schema.ts";
import { HeldSockets } from "./hold.ts";
import { runIsolated } from "./isolated.ts";
import { ownCommand } from "./own_commands.ts";
import { openNamespace } from "./namespace.ts";
import { AF_INET, openTcp, SHUT_WR, type Socket, waitUntil } from "./sockets.ts";
import { essential, type Told, Watching } from "./watching.ts";

const isRound = ({ event }: Told) => event === "round";

Deno.test("--watch tells what was there, opened, changed and closed, once each, with rates and owners", async () => {
  using _namespace = openNamespace();
  using listener = openTcp(AF_INET).bind("127.0.0.1", 8001).listen(5);
  await using program = new Watching("-tanp");
  const first = await program.until(isRound);
  assertEquals(program.told.map(({ event }) => event), ["present", "round"]);
  assertEquals([program.told[0]!["src_port"], first["sockets"], first["round"], first["complete"]], [8001, 1, 1, true]);

  const client = openTcp(AF_INET).connect("127.0.0.1", 8001);
  const server = listener.accept();
  const port = client.localPort;
  const opened = await program.until(({ event, src_port }) => event === "opened" && src_port === port);
  assertEquals([opened["dst_port"], opened["state"]], [8001, "established"]);
  const [owner] = opened["owners"] as { pid: number }[];
  assertEquals(owner!.pid, Deno.pid);

  client.send(5000);
  const sent = await program.until(({ event, src_port }) => event === "changed" && src_port === port);
  const { bytes_sent } = sent["rates"] as { bytes_sent: number };
  assert(bytes_sent > 0);
  assertEquals([sent["tcp_info"], sent["from"], sent["cookie"]], [undefined, undefined, opened["cookie"]]);

  server.shutdown(SHUT_WR);
  const changed = await program.until(({ from, src_port }) => from !== undefined && src_port === port);
  assertEquals([changed["from"], changed["to"]], [
    { state: "established", shutdown_names: [] },
    { state: "close-wait", shutdown_names: ["receive"] },
  ]);
  client.close();
  const closed = await program.until(({ event, src_port }) => event === "closed" && src_port === port);
  const { bytes_sent: total } = closed["tcp_info"] as { bytes_sent: bigint | number };
  assertEquals([closed["cookie"], Number(total)], [opened["cookie"], 5000]);
  const { pid } = (closed["owners"] as { pid: number }[])[0]!;
  assertEquals(pid, Deno.pid);
  await program.until(isRound);
  server.close();

  const { code, rest, stderr } = await program.stop("SIGINT");
  assertEquals([code, stderr, rest === "" || rest.endsWith("\n")], [0, "", true]);
  const events = program.told.filter(({ src_port, event }) => src_port === port && event !== "changed");
  assertEquals(events.map(({ event }) => event), ["opened", "closed"]);
  const validate = compile(schemaOf(families.map(watchedFamily), "ndjson", [roundSchema]));
  for (
    const record of JSON.parse(
      JSON.stringify(program.told, (_, value) => typeof value === "bigint" ? Number(value) : value),
    )
  ) {
    assert(validate(record), JSON.stringify([validate.errors, record]));
  }
});

Deno.test("--watch with a filter that a socket can leave does not say that it was closed", async () => {
  using _namespace = openNamespace();
  using listener = openTcp(AF_INET).bind("127.0.0.1", 8001).listen(5);
  using client = openTcp(AF_INET).connect("127.0.0.1", 8001);
  using server = listener.accept();
  const port = client.localPort;
  await using program = new Watching("-tn", "state", "established", `sport = :${port}`);
  await program.until(({ event }) => event === "present");
  server.shutdown(SHUT_WR);
  const left = await program.until(({ event }) => event !== "changed" && event !== "round");
  assertEquals([left.event, left["src_port"]], ["left", port]);
  await program.stop("SIGTERM");

  // A socket that sends nothing for a while is not listed, but still there.
  await using moving = new Watching("-tn", "rates.bytes_sent > 0");
  await moving.until(isRound);
  assertEquals(moving.told.length, 1);
  client.send(10);
  assertEquals((await moving.until(({ src_port }) => src_port === port)).event, "entered");
  assertEquals((await moving.until(({ src_port }) => src_port === port)).event, "left");
});

Deno.test("--watch prints whole listings with the time in each format that can go on", () => {
  using _namespace = openNamespace();
  using _one = openTcp(AF_INET).bind("127.0.0.1", 8001).listen(5);
  using _two = openTcp(AF_INET).bind("127.0.0.1", 8002).listen(5);
  const listed = (...args: string[]) => {
    const { code, stdout, stderr } = runProgram("-tln", "--watch=0.05", "--rounds", "3", ...args);
    assertEquals([code, essential(stderr)], [0, ""], args.join(" "));
    return stdout;
  };
  const csv = listed("--csv", "--columns", "src_port").trimEnd().split("\r\n");
  assertEquals(csv[0], "time,src_port");
  assertEquals(csv.slice(1).map((row) => row.split(",")[1]).sort(), ["8001", "8001", "8001", "8002", "8002", "8002"]);
  assertEquals(new Set(csv.slice(1).map((row) => row.split(",")[0])).size, 3);
  assertMatch(listed("--csv").split("\r\n")[0]!, /^protocol,time,family,.*,more$/);
  const counts = listed("--csv", "--count-by", "state").trimEnd().split("\r\n");
  assertMatch(counts[0]!, /^time,state,count,/);
  assertEquals(counts.length, 4);
  for (const row of counts.slice(1)) assertMatch(row, /Z,listening,2,/);

  const documents = listed("--yaml").split(/^---$/m).slice(1).map((text) => parse(text)) as {
    TCP: { flows: { src_port: number; time: string }[] };
  }[];
  assertEquals(
    documents.map(({ TCP }) => TCP.flows.map(({ src_port }) => src_port).sort()),
    Array(3).fill([8001, 8002]),
  );
  assertMatch(documents[2]!.TCP.flows[0]!.time, /Z$/);

  const lines = listed("--snapshots").trimEnd().split("\n").map((line) => JSON.parse(line));
  assertEquals(
    lines.map(({ event, src_port }) => event ?? src_port).sort(),
    [8001, 8001, 8001, 8002, 8002, 8002, ..."123"].map((_, i) => i < 3 ? 8001 : i < 6 ? 8002 : "round"),
  );
  assertEquals(lines.filter(({ event }) => event === "round").map(({ sockets }) => sockets), [2, 2, 2]);
  const limited = listed("--limit", "1", "--format", "ndjson").trimEnd().split("\n").map((line) => JSON.parse(line));
  assertEquals(limited.length, 6);
  assertEquals(limited.at(-1).opened, 0);

  const table = listed("--table").trimEnd().split("\n");
  assertEquals(table.filter((line) => line.startsWith("protocol ")).length, 3);
  assertMatch(table.at(-4)!, /^\d{4}-.*Z {2}2 sockets, 0 opened, 0 closed in [0-9.]+ s$/);
});

Deno.test("the fields of changes stand in front, whether their columns are named or not", () => {
  using _namespace = openNamespace();
  using _one = openTcp(AF_INET).bind("127.0.0.1", 8001).listen(5);
  const first = (...args: string[]) => {
    const { code, stdout, stderr } = runProgram("-tlnp", "--watch=0.05", "--rounds", "1", ...args);
    assertEquals([code, essential(stderr)], [0, ""], args.join(" "));
    return stdout.split(/\r?\n/)[0]!;
  };
  for (const columns of ["src_port", "event,time,src_port", "src_port,lost,time"]) {
    assertEquals(Object.keys(JSON.parse(first("--columns", columns))), ["protocol", "event", "time", "src_port"]);
    assertEquals(first("-E", "--csv", "--columns", columns), "event,time,lost,src_port");
  }
  assertEquals(Object.keys(JSON.parse(first("--columns", "event"))), ["protocol", "event", "time"]);
  assertEquals(first("-E", "--csv", "--columns", "+event,+time"), first("-E", "--csv"));
});

Deno.test("--watch --output replaces the file as a whole in each round, json too", async () => {
  using _namespace = openNamespace();
  using _listener = openTcp(AF_INET).bind("127.0.0.1", 8001).listen(5);
  const directory = Deno.makeTempDirSync({ prefix: "ss2-test-" });
  try {
    const path = `${directory}/out.json`;
    await using program = new Watching("-tln", "--json", "--meta", "--output", path);
    const inodes = new Set<number | null>();
    waitUntil("three files", () => {
      try {
        inodes.add(Deno.statSync(path).ino);
        assertEquals(JSON.parse(Deno.readTextFileSync(path)).TCP.flows.length, 1);
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }
      return inodes.size >= 3;
    });
    assertEquals(await program.stop("SIGTERM"), { code: 0, rest: "", stderr: "" });
    assertEquals([...Deno.readDirSync(directory)].map(({ name }) => name), ["out.json"]);
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
});

Deno.test("--watch keeps to its memory, round for round, whatever is opened and closed", async () => {
  using _namespace = openNamespace();
  using listener = openTcp(AF_INET).bind("127.0.0.1", 8001).listen(5);
  const held: Socket[] = [];
  const open = (count: number) => {
    for (let i = 0; i < count; i++) held.push(openTcp(AF_INET).connect("127.0.0.1", 8001), listener.accept());
  };
  open(150);
  await using program = new Watching("-tn", "--watch=0.01", "--rounds", "100");
  const memory = () => Number(/^VmRSS:\s+(\d+)/m.exec(Deno.readTextFileSync(`/proc/${program.child.pid}/status`))![1]);
  const sizes: number[] = [];
  for (let round = 1; round < 100; round++) {
    held.splice(0, 40).forEach((socket) => socket.close());
    open(20);
    await program.until(isRound);
    sizes.push(memory());
  }
  held.forEach((socket) => socket.close());
  const most = (from: number, to: number) => Math.max(...sizes.slice(from, to));
  // What does not stay grows from the first half to the second.
  assert(most(50, 99) < 1.25 * most(0, 50), sizes.join(" "));
  const { code } = await program.end();
  assertEquals(code, 0);
});

Deno.test("--watch says that sockets are closed when their namespace is deleted, and does not keep it alive", () => {
  const { stdout, stderr } = runIsolated(`
    netns_add a b
    start in_netns a listen 8080 'srv a'
    a=$!
    start in_netns b listen 8080 'srv b'
    "$@" -tln --watch=0.1 -N a -N b --columns netns.name,src_port >/run/out 2>/run/errors &
    watching=$!
    until grep -q '"round":2' /run/out; do sleep 0.02; done
    umount /run/netns/a; rm /run/netns/a; kill -9 $a
    until grep -q '"closed",.*"name":"a"' /run/out; do sleep 0.02; done
    umount /run/netns/b; rm /run/netns/b
    wait $watching
    echo "status $?"
    cat /run/out /run/errors
  `);
  assertMatch(stdout, /^status 0\n/);
  assertEquals(stdout.match(/"event":"closed"/g)?.length, 2, stdout + stderr);
  // A round can find the file that is no longer a mount.
  assertMatch(stdout, /there is no network namespace "a"|"a" is not a network namespace/);
});

Deno.test("--watch with -N all lists namespaces that appear later too", () => {
  const { code, stdout, stderr } = runIsolated(`
    netns_add a
    start in_netns a listen 8080
    : >/run/out
    "$@" -tln --watch=0.1 -N all --columns event,netns.name,src_port >/run/out 2>/run/errors &
    watching=$!
    until grep -q '"round":2' /run/out; do sleep 0.02; done
    netns_add b
    start in_netns b listen 8080
    until grep -q '"opened",.*"name":"b"' /run/out; do sleep 0.02; done
    kill -INT $watching
    wait $watching
    grep -v '"round"' /run/out | sed 's/"time":"[^"]*",//'
  `);
  assertEquals([code, stderr], [0, ""]);
  assertEquals(
    stdout,
    ["present", "opened"].map((event, i) =>
      `{"protocol":"TCP","event":"${event}","src_port":8080,"netns":{"name":"${"ab"[i]}"}}\n`
    ).join(""),
  );
});

Deno.test("-E --watch tells the end of each socket once, with its last counters and what the last round knew", async () => {
  using _namespace = openNamespace();
  using listener = openTcp(AF_INET).bind("127.0.0.1", 8001).listen(5);
  const client = openTcp(AF_INET).connect("127.0.0.1", 8001);
  const server = listener.accept();
  const known = client.localPort;
  await using program = new Watching("-E", "-tnp", "--watch=3000");
  await program.until(isRound);
  const short = openTcp(AF_INET).connect("127.0.0.1", 8001);
  const unknown = short.localPort;
  listener.accept().close();
  short.close();
  client.send(5000);
  client.close();
  server.close();
  const isEnd = (port: number) => ({ event, src_port }: Told) => event === "closed" && src_port === port;
  const ends = await program.until(isEnd(known));
  const bytes = ({ tcp_info }: Told) => Number((tcp_info as { bytes_sent: number }).bytes_sent);
  assertEquals([ends["state"], bytes(ends)], ["established", 5000]);
  assertEquals((ends["owners"] as { pid: number }[])[0]!.pid, Deno.pid);
  const other = program.told.find(isEnd(unknown)) ?? await program.until(isEnd(unknown));
  assertEquals([other["owners"], other["state"], bytes(other)], [undefined, undefined, 0]);
  const { code, rest, stderr } = await program.stop("SIGINT");
  assertEquals([code, stderr, rest === "" || rest.endsWith("}\n")], [0, "", true]);

  // What remains in time-wait has the same cookie: it is neither opened nor closed again.
  await using all = new Watching("-E", "-tan", `sport != :8001`);
  await all.until(isRound);
  const last = openTcp(AF_INET).connect("127.0.0.1", 8001);
  const port = last.localPort;
  await all.until(({ event, src_port }) => event === "opened" && src_port === port);
  last.close();
  listener.accept().close();
  await all.until(isEnd(port));
  for (let round = 0; round < 3; round++) await all.until(isRound);
  const events = all.told.filter(({ src_port, event }) => src_port === port && event !== "changed");
  assertEquals(events.map(({ event }) => event), ["opened", "closed"]);
});

Deno.test("-E --watch prints what happens as rows too: each end once, with what the last round knew", async () => {
  using _namespace = openNamespace();
  using listener = openTcp(AF_INET).bind("127.0.0.1", 8001).listen(5);
  const columns = "src_port,dst_port,process,tcp_info.bytes_sent";
  await using program = new Watching("-E", "-tanp", "--csv", "--columns", columns, "sport = :8001");
  assertEquals(await program.line(), "event,time,lost,src_port,dst_port,process,tcp_info.bytes_sent\r");
  const next = async () => {
    const [event, time, ...row] = (await program.line())!.trimEnd().split(",");
    assertMatch(time!, /^\d{4}-.*Z$/);
    return [event, ...row];
  };
  assertEquals((await next()).slice(0, 4), ["present", "", "8001", "0"]);
  const client = openTcp(AF_INET).connect("127.0.0.1", 8001);
  const server = listener.accept();
  const opened = await next();
  const [, , , port, process] = opened;
  assertEquals([opened, process !== ""], [["opened", "", "8001", String(client.localPort), process, "0"], true]);
  server.send(5000);
  client.close();
  server.close();
  let row = await next();
  while (row[0] === "changed") row = await next();
  assertEquals(row, ["closed", "", "8001", port, process, "5000"]);
  const { code, stderr } = await program.stop("SIGINT");
  assertEquals([code, stderr], [0, ""]);

  // By default all columns are there.
  await using all = new Watching("-E", "-tan", "--tsv", "sport = :8001");
  const heading = (await all.line())!.trimEnd().split("\t");
  assertEquals([heading.slice(0, 5), heading.at(-1)], [["protocol", "event", "time", "lost", "family"], "more"]);
  const until = async (isIt: (row: readonly string[]) => boolean) => {
    for (let line = await all.line(); line !== null; line = await all.line()) {
      const row = line.replace(/\r$/, "").split("\t");
      assertEquals(row.length, heading.length);
      if (isIt(row)) return row;
    }
    throw new Error("it has ended");
  };
  const state = heading.indexOf("state");
  await until((row) => row[1] === "present" && row[state] === "listening");
  const peer = openTcp(AF_INET).connect("127.0.0.1", 8001);
  const accepted = listener.accept();
  await until((row) => row[1] === "opened" && row[state] === "established");
  peer.shutdown(SHUT_WR);
  await until((row) => row[1] === "changed" && row[state] === "close-wait");
  peer.close();
  accepted.close();
  await until((row) => row[1] === "closed" && row[state] === "close-wait");
});

Deno.test("-E --watch with a filter that events cannot answer tells only of sockets that a round had", async () => {
  using _namespace = openNamespace();
  using listener = openTcp(AF_INET).bind("127.0.0.1", 8001).listen(5);
  const client = openTcp(AF_INET).connect("127.0.0.1", 8001);
  const port = client.localPort;
  listener.accept().close();
  await using program = new Watching("-E", "-tn", "--watch=3000", `owners.pid = ${Deno.pid} and sport != :8001`);
  await program.until(isRound);
  const other = openTcp(AF_INET).connect("127.0.0.1", 8001);
  listener.accept().close();
  other.close();
  client.close();
  const ended = await program.until(({ event }) => event === "closed");
  assertEquals(ended["src_port"], port);
});

/** Stops a program for as long as something is done: it lists before or after that. */
async function meanwhile(child: Deno.ChildProcess, act: () => Promise<void>): Promise<void> {
  child.kill("SIGSTOP");
  waitUntil("it has stopped", () => / T /.test(Deno.readTextFileSync(`/proc/${child.pid}/stat`)));
  await act();
  child.kill("SIGCONT");
}

Deno.test("--watch tells that a service was started again, at the same place, as one that is replaced", async () => {
  using _namespace = openNamespace();
  const start = () =>
    HeldSockets.open(({ openTcp, openSocket, AF_INET, SOCK_DGRAM }) => {
      openTcp(AF_INET).bind("127.0.0.1", 8001).listen(1);
      openSocket(AF_INET, SOCK_DGRAM).bind("127.0.0.1", 8001);
      return openTcp(AF_INET).bind("127.0.0.1", 8002).listen(1).inode;
    });
  const first = await start();
  await using program = new Watching("-tulnp");
  await program.until(isRound);
  const before = program.told.filter(({ event }) => event === "present");
  assertEquals(before.length, 3);
  await meanwhile(program.child, async () => await first[Symbol.asyncDispose]());
  for (let closed = 0; closed < 3; closed++) await program.until(({ event }) => event === "closed");
  const second = await start();
  for (let opened = 0; opened < 3; opened++) await program.until(({ event }) => event === "opened");
  await program.until(isRound);
  const from = program.told.length;
  let third: typeof second | undefined;
  await meanwhile(program.child, async () => {
    await second[Symbol.asyncDispose]();
    third = await start();
  });
  await using _third = third!;
  while (program.told.slice(from).filter(({ event }) => event === "replaced").length < 3) await program.until(isRound);
  const told = program.told.slice(from).filter(({ event }) => event !== "round");
  assertEquals(told.map(({ event }) => event), ["replaced", "replaced", "replaced"]);
  for (const record of told) {
    const { from, to } = record as unknown as Record<"from" | "to", Record<string, unknown>>;
    const [owner] = record["owners"] as { pid: number }[];
    assertEquals([from["owners.pid"], to["owners.pid"]], [[second.pid], [owner!.pid]]);
    assertEquals([to["cookie"], to["inode"]], [record["cookie"], record["inode"]]);
    assert(from["cookie"] !== to["cookie"]);
    assertEquals(record["src"], "127.0.0.1");
  }
  const rounds = program.told.slice(from).filter(isRound);
  const sum = (name: string) => rounds.reduce((sum, round) => sum + Number(round[name]), 0);
  assertEquals([sum("opened"), sum("closed"), rounds.at(-1)!["sockets"]], [3, 3, 3]);
  const validate = compile(schemaOf(families.map(watchedFamily), "ndjson", [roundSchema]));
  told.forEach((record) => validate(record));
  const { code, stderr } = await program.stop("SIGINT");
  assertEquals([code, stderr], [0, ""]);

  // Other places, and columns that do not tell places, are sockets that are opened and closed.
  const events = async (columns?: readonly string[]) => {
    const listener = openTcp(AF_INET).bind("127.0.0.1", 8003).listen(1);
    const changes = watch({
      tcp: true,
      states: ["listening"],
      interval: 1,
      ...columns === undefined ? {} : { columns },
    });
    using _changes = changes;
    const round = async () => {
      const found: string[] = [];
      for await (const { event } of { [Symbol.asyncIterator]: () => ({ next: () => changes.next() }) }) {
        if (event === "round") return found;
        found.push(event);
      }
      return found;
    };
    await round();
    listener.close();
    using _other = openTcp(AF_INET).bind("127.0.0.1", columns === undefined ? 8004 : 8003).listen(1);
    return (await round()).sort();
  };
  assertEquals(await events(), ["closed", "opened"]);
  assertEquals(await events(["state", "src_port"]), ["closed", "opened"]);
});

Deno.test("watch yields what happens between rounds, and leaves nothing open", async () => {
  using _namespace = openNamespace();
  using listener = openTcp(AF_INET).bind("127.0.0.1", 8001).listen(5);
  const descriptors = () => [...Deno.readDirSync("/proc/self/fd")].length;
  // What the first run loads stays open.
  for await (const _ of watch({ tcp: true, rounds: 1 }));
  const before = descriptors();
  const changes = watch({ tcp: true, processes: true, states: ["all"], interval: 10 });
  const told: (SocketChange | RoundEnd)[] = [];
  const until = async (isIt: (change: SocketChange | RoundEnd) => boolean) => {
    for (let next = await changes.next(); !next.done; next = await changes.next()) {
      told.push(next.value);
      if (isIt(next.value)) return next.value as unknown as Record<string, unknown>;
    }
    throw new Error("it has ended");
  };
  const first = await until(({ event }) => event === "round");
  assertEquals([told.length, told[0]!.event, first["sockets"], first["complete"]], [2, "present", 1, true]);
  const client = openTcp(AF_INET).connect("127.0.0.1", 8001);
  const server = listener.accept();
  const port = client.localPort;
  const isOf = (named: string) => (change: SocketChange | RoundEnd) =>
    change.event === named && "src_port" in change && change.src_port === port;
  const opened = await until(isOf("opened"));
  assertEquals((opened["owners"] as { pid: number }[])[0]!.pid, Deno.pid);
  client.send(1000);
  const { bytes_sent } = (await until(isOf("changed")))["rates"] as { bytes_sent: number };
  assert(bytes_sent > 0);
  server.close();
  client.close();
  await until(({ event }) => event === "closed" || event === "changed");
  const pending = changes.next();
  changes[Symbol.dispose]();
  await pending;
  assertEquals((await changes.next()).done, true);
  assertEquals(descriptors(), before);
  assertThrows(() => watch({ limit: 3 }), RangeError, "watch cannot have limit");
});

const LEAVE = "\x1b[?1049l";

/** The program on a terminal of 24 rows and 80 columns; the frames that it drew. */
function onScreen(steps: readonly object[], args: readonly string[], env: Record<string, string> = { TERM: "xterm" }) {
  const command = [...ownCommand("act_on_terminal"), JSON.stringify(steps), ...programWords(), "-tln", "--watch=0.1"];
  const { code, stdout, stderr } = run([...command, ...args], { env: { NO_COLOR: "1", ...env } });
  const frames = stdout.split("\x1b[H").slice(1).map((frame) =>
    // deno-lint-ignore no-control-regex
    frame.replaceAll(/\x1b\[[?0-9]*[a-zA-Z]|\r/g, "").trimEnd().split("\n")
  );
  return { code, stdout, stderr, frames };
}

Deno.test("--watch on a terminal has a screen that fits, and puts back what was there, whatever ends it", () => {
  using _namespace = openNamespace();
  const _held = Array.from({ length: 40 }, (_, i) => openTcp(AF_INET).bind("127.0.0.1", 8001 + i).listen(5));
  const again = "0 opened  0 closed";
  for (
    const end of [
      { keys: "q", code: 0 },
      { keys: "\x03", code: 0 },
      { signal: "SIGTERM", code: 0 },
    ]
  ) {
    const { code, stdout, stderr, frames } = onScreen([{ when: again, ...end }], []);
    assertEquals([code, stderr], [end.code, ""], stdout);
    assert(stdout.startsWith("\x1b[?1049h") && stdout.endsWith(LEAVE), stdout);
    assertMatch(frames[0]![0]!, /^\d\d:\d\d:\d\d UTC {2}40 sockets {2}q quits {2}every 0\.1 s$/);
    assertEquals(frames[0]![1], "TCP: 40 listening");
    assertMatch(frames[0]![2]!, /^state +recv_q +send_q +local/);
    assertEquals([frames[0]!.length, frames[0]!.at(-1)], [24, "…"]);
  }
  const small = onScreen([
    { when: again, size: [7, 44] },
    { when: "\x1b[H", keys: "" },
    { when: again, size: [50, 100] },
    { when: "127.0.0.1:8040", keys: "q" },
  ], []);
  assertEquals(small.code, 0, small.stderr);
  assert(small.frames.some((lines) => lines.length === 7 && lines.every((line) => line.length <= 44)), small.stdout);
  assertEquals(small.frames.at(-1)!.length, 43, small.stdout);
  // An error is said where it can be read.
  const broken = onScreen([], ["--rounds", "2", "-N", "nowhere"]);
  assertEquals(broken.code, 2);
  assertMatch(broken.stdout, /there is no network namespace "nowhere"/);
  assert(!broken.stdout.includes(LEAVE) || broken.stdout.indexOf(LEAVE) < broken.stdout.indexOf("nowhere"));
});

Deno.test("--watch on a terminal gives it back while it is stopped, and goes on with its screen", () => {
  using _namespace = openNamespace();
  using _listener = openTcp(AF_INET).bind("127.0.0.1", 8001).listen(5);
  const again = "0 opened  0 closed";
  const onShell = (script: string, steps: readonly object[]) => {
    const shell = ["sh", "-c", script, "sh", ...programWords(), "-tln", "--watch=0.1"];
    const command = [...ownCommand("act_on_terminal"), JSON.stringify(steps), ...shell];
    const { code, stdout } = run(command, { env: { NO_COLOR: "1", TERM: "xterm" } });
    assertEquals([code, stdout.endsWith(LEAVE)], [0, true], stdout);
    return stdout;
  };
  // The terminal shows what is typed, and the key for the end of a line ends it.
  const shown = onShell('set -m; "$@"; echo "stopped:"; read line; echo "got $line"; fg >/dev/null', [
    { when: again, keys: "\x1a" },
    { when: "stopped:", keys: "typed\r" },
    { when: "\x1b[?1049h", keys: "" },
    { when: again, keys: "q" },
  ]);
  const [before = "", between = "", ...after] = shown.split(LEAVE);
  assertMatch(before, new RegExp(again));
  const [shell = "", screen = ""] = between.split("\x1b[?1049h");
  assertMatch(shell, /typed\r\n[^]*got typed\r\n/);
  assertMatch(screen, /0 opened/);
  assertEquals(after, [""]);
  // Where nobody could let it go on it does not stop.
  onShell('exec "$@"', [{ when: again, keys: "\x1a" }, { when: "\x1b[?1049h", keys: "" }, { when: again, keys: "q" }]);
});

Deno.test("--watch on a terminal that has no screen prints one table after the other", () => {
  using _namespace = openNamespace();
  using _listener = openTcp(AF_INET).bind("127.0.0.1", 8001).listen(5);
  const { code, stdout } = onScreen([], ["--rounds", "2"], { TERM: "dumb" });
  assertEquals([code, stdout.includes("\x1b")], [0, false], stdout);
  assertEquals(stdout.match(/^state /gm)?.length, 2, stdout);
});

Deno.test("--watch ends quietly when the reader of its output has gone", () => {
  using _namespace = openNamespace();
  using _listener = openTcp(AF_INET).bind("127.0.0.1", 8001).listen(5);
  const script = '{ "$@"; echo "status $?" >&2; } | head -n 1';
  const { stdout, stderr } = runInShell(script, ["-tln", "--watch=0.05"]);
  assertEquals([stdout.split("\n").length, essential(stderr)], [2, "status 0\n"]);
});

Deno.test("-s --watch prints sums with their time, a screen on a terminal, or a file", () => {
  using _namespace = openNamespace();
  using _listener = openTcp(AF_INET).bind("127.0.0.1", 8001).listen(5);
  const summed = (...args: string[]) => {
    const { code, stdout, stderr } = runProgram("-s", "-t", "--watch=0.05", "--rounds", "2", ...args);
    assertEquals([code, essential(stderr)], [0, ""], args.join(" "));
    return stdout;
  };
  const listening = summed().trimEnd().split("\n").map((line) => JSON.parse(line)).filter(({ group, name }) =>
    group === "tcp.states" && name === "listening"
  );
  assertEquals(listening.map(({ value }) => value), [1, 1]);
  assert(listening[0].time < listening[1].time);
  const rows = summed("--csv").trimEnd().split("\r\n");
  assertEquals(rows.filter((row) => row.startsWith("time,")).length, 1);
  assertEquals(rows.filter((row) => row.includes(",tcp.states,listening,1,")).length, 2);
  const directory = Deno.makeTempDirSync({ prefix: "ss2-test-" });
  try {
    assertEquals(summed("--json", "--output", `${directory}/out`), "");
    assertEquals(JSON.parse(Deno.readTextFileSync(`${directory}/out`)).summary[0].tcp.states.listening, 1);
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
  const steps = [{ when: "tcp.states", keys: "q" }];
  const command = [...ownCommand("act_on_terminal"), JSON.stringify(steps), ...programWords(), "-s", "-t", "--watch"];
  const { code, stdout } = run(command, { env: { TERM: "xterm", NO_COLOR: "1" } });
  assertEquals([code, stdout.endsWith(LEAVE)], [0, true], stdout);
  assertMatch(runProgram("-s", "--watch", "--json").stderr, /--watch does not print json/);
});

Deno.test("--watch says why not", () => {
  const refused = (...args: string[]) => {
    const { code, stderr } = runProgram(...args);
    assertEquals(code, 2, stderr);
    return stderr;
  };
  assertMatch(
    refused("--watch", "--json"),
    /does not print json, which would be complete only at the end: .*--output FILE/,
  );
  assertMatch(refused("--watch", "--read", "x"), /--watch and --read exclude each other: a recording does not change/);
  assertMatch(refused("--watch=0"), /more than 0 seconds/);
  assertMatch(refused("--watch", "--rates=3"), /rates are of the time between two rounds/);
  assertMatch(refused("--watch", "--csv", "--snapshots"), /--snapshots does nothing for --format csv/);
  assertMatch(refused("--rounds", "3"), /--rounds does nothing without --watch/);
  assertMatch(
    refused("-E", "--watch", "--yaml"),
    /-E with --watch prints what happens, as ndjson, csv or tsv, or a table with what was closed, or lets --count-by go on counting what was closed; leave it out for other/,
  );
  assertMatch(refused("-E", "--watch", "-x"), /the kernel tells only of TCP and UDP sockets/);
  assertMatch(refused("--watch", "-q"), /--watch and --quiet exclude each other/);
});
