/** `-E --watch`: each end is told once, also in the table, which shows what was closed between two rounds. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { programWords } from "../program.ts";
import { netlinkLines } from "./event_sockets.ts";
import { openNamespace } from "./namespace.ts";
import { ownCommand } from "./own_commands.ts";
import { AF_INET, openTcp, SO_LINGER, type Socket, SOL_SOCKET, waitUntil } from "./sockets.ts";
import { type Told, Watching } from "./watching.ts";

/** Opens a connection, sends bytes, and closes it; returns its port. */
function connectOnce(listener: Socket, bytes: number): number {
  const client = openTcp(AF_INET).connect("127.0.0.1", 8001);
  const port = client.localPort;
  const server = listener.accept();
  client.send(bytes);
  client.close();
  server.close();
  return port;
}

/** Closes with a reset. */
const reset = (socket: Socket) => socket.setBytes(SOL_SOCKET, SO_LINGER, new Int32Array([1, 0])).close();

const isClosed = (port: number) => ({ event, src_port }: Told) => event === "closed" && src_port === port;

Deno.test("-E --watch tells the end of a connection once that was reset and whose descriptor the program keeps", async () => {
  using _namespace = openNamespace();
  using listener = openTcp(AF_INET).bind("127.0.0.1", 8001).listen(5);
  const client = openTcp(AF_INET).connect("127.0.0.1", 8001);
  const { localPort } = client;
  const server = listener.accept();
  await using program = new Watching("-E", "-tn");
  await program.until(({ event }) => event === "round");
  reset(server);
  // It is not listed any more, and the kernel will tell of its end when it is closed.
  await program.until(isClosed(localPort));
  for (let rounds = 0; rounds < 3; rounds++) await program.until(({ event }) => event === "round");
  client.close();
  const other = connectOnce(listener, 1);
  await program.until(isClosed(other));
  await program.until(({ event }) => event === "round");
  assertEquals(program.told.filter(isClosed(localPort)).length, 1);
  assertEquals((await program.stop("SIGINT")).code, 0);
});

Deno.test("-E --watch tells of 10,000 short connections, of each end once", async () => {
  using _namespace = openNamespace();
  using listener = openTcp(AF_INET).bind("127.0.0.1", 8001).listen(5);
  await using program = new Watching("-E", "-tn", "--watch=0.05", "--columns", "event,cookie,lost");
  await program.until(({ event }) => event === "round");
  const cookies: string[] = [];
  let ends = 0;
  const read = program.until(({ event }) => event === "closed" && ++ends === 20_000);
  for (let i = 0; i < 10_000; i++) {
    const client = openTcp(AF_INET).connect("127.0.0.1", 8001);
    const server = listener.accept();
    cookies.push(...[client, server].map(({ cookie }) => `0x${cookie.toString(16)}`));
    // Either side is reset, so both close at once; some wait until a round has seen them.
    if (i % 500 === 0) await new Promise((resolve) => setTimeout(resolve, 60));
    reset(i % 2 === 0 ? client : server);
    (i % 2 === 0 ? server : client).close();
  }
  await read;
  for (let rounds = 0; rounds < 3; rounds++) await program.until(({ event }) => event === "round");
  const closed = program.told.filter(({ event }) => event === "closed");
  assertEquals(closed.map(({ cookie }) => cookie).sort(), cookies.sort());
  const { code, stderr } = await program.stop("SIGINT");
  assertEquals([code, stderr], [0, ""]);
});

for (const columns of [[], ["--columns", "event,src_port"]]) {
  Deno.test(`-E --watch ${columns.join(" ")} says exactly how many events were lost while it was stopped`, async () => {
    using _namespace = openNamespace();
    await using program = new Watching("-E", "-tn", ...columns);
    await program.until(({ event }) => event === "round");
    program.child.kill("SIGSTOP");
    waitUntil("it has stopped", () => / T /.test(Deno.readTextFileSync(`/proc/${program.child.pid}/stat`)));
    // The receive buffer holds 6,500 events.
    const count = 10_000;
    for (let i = 0; i < count; i++) openTcp(AF_INET).close();
    waitUntil("events are lost", () => netlinkLines().some((line) => Number(line[8]) > 0));
    program.child.kill("SIGCONT");
    let told = 0;
    await program.until(({ event, lost }) => {
      if (event === "closed") told++;
      if (event === "lost") told += Number(lost);
      return told >= count;
    });
    const lost = program.told.reduce((sum, { event, lost }) => event === "lost" ? sum + Number(lost) : sum, 0);
    const { code, stderr } = await program.stop("SIGINT");
    assertEquals([told, lost > 0, code, stderr], [count, true, 1, `ss2: ${lost} events were lost\n`]);
  });
}

Deno.test("-E --watch --table shows each socket that was closed for one round, with its last counters, and counts it", async () => {
  using _namespace = openNamespace();
  using listener = openTcp(AF_INET).bind("127.0.0.1", 8001).listen(5);
  const columns = "state,local,remote,bytes_sent,process";
  await using program = new Watching("-E", "-tnp", "--table", "--plain", "--columns", columns, "sport != :8001");
  const closed: string[][] = [];
  const counts: number[][] = [];
  /** The last row of each open socket. */
  const listed = new Map<string, readonly string[]>();
  const until = async (isIt: (row: readonly string[], headings: number) => boolean) => {
    for (let line = await program.line(); line !== null; line = await program.line()) {
      const row = line.split(/ +/);
      const counted = /(\d+) opened, (\d+) closed(?: \((\d+) never listed\))? in /.exec(line);
      if (counted !== null) counts.push(counted.slice(1).map((count) => Number(count ?? 0)));
      if (row[0] === "closed") closed.push(row);
      else if (row[0] === "ESTAB") listed.set(row[1]!, row);
      if (isIt(row, counts.length)) return row;
    }
    throw new Error("it has ended");
  };
  const isRound = (_row: readonly string[], headings: number) => headings > 0;
  await until(isRound);
  const client = openTcp(AF_INET).connect("127.0.0.1", 8001);
  const server = listener.accept();
  const known = `127.0.0.1:${client.localPort}`;
  await until((row) => row[0] === "ESTAB" && row[1] === known);
  client.send(5000);
  client.close();
  server.close();
  const ports = new Map(Array.from({ length: 20 }, () => [`127.0.0.1:${connectOnce(listener, 3000)}`, "3000"]));
  ports.set(known, "5000");
  while (closed.length < ports.size) await until((row) => row[0] === "closed");
  const { length } = counts;
  await until(() => counts.length === length + 3);
  // Each once, with what it sent until its end.
  assertEquals(new Map(closed.map(([, local, , sent]) => [local!, sent!])), ports);
  assertEquals(closed.length, ports.size);
  // What the last round knew.
  assertEquals(closed.find(([, local]) => local === known)!.slice(4), listed.get(known)!.slice(4));
  const sum = (at: number) => counts.reduce((sum, numbers) => sum + numbers[at]!, 0);
  assertEquals(sum(1), ports.size);
  // The others were listed by a round, or by none.
  assertEquals(sum(0) + sum(2), ports.size);
  const { code, stderr } = await program.stop("SIGINT");
  assertEquals([code, stderr], [0, ""]);
});

Deno.test("-E --watch --table counts what was closed while it was stopped as closed, not as opened", async () => {
  using _namespace = openNamespace();
  await using program = new Watching("-E", "-tn", "--table");
  const until = async (isIt: (line: string) => boolean) => {
    const lines: string[] = [];
    while (!isIt(lines.at(-1) ?? "")) lines.push((await program.line())!);
    return lines;
  };
  await until((line) => line.includes("0 closed"));
  program.child.kill("SIGSTOP");
  waitUntil("it has stopped", () => / T /.test(Deno.readTextFileSync(`/proc/${program.child.pid}/stat`)));
  // More than it takes before it lists again.
  for (let i = 0; i < 1000; i++) openTcp(AF_INET).close();
  await new Promise((resolve) => setTimeout(resolve, 1000));
  program.child.kill("SIGCONT");
  const headings = (await until((line) => line.includes("never listed)"))).join("\n");
  const { rest } = await program.stop("SIGINT");
  assertEquals([...(headings + rest).matchAll(/ (\d+) opened/g)].filter(([, opened]) => opened !== "0"), []);
});

Deno.test("-E --watch shows in front of columns without the state what was closed, and with --sort and --limit too", async () => {
  using _namespace = openNamespace();
  using listener = openTcp(AF_INET).bind("127.0.0.1", 8001).listen(5);
  const words = ["--columns", "local", "--sort", "src_port:desc", "--limit", "1", "sport != :8001"];
  await using program = new Watching("-E", "-tn", "--table", ...words);
  for (let round = 0; round < 2;) round += Number((await program.line())!.startsWith("event"));
  const row = `closed 127.0.0.1:${connectOnce(listener, 1)}`;
  for (let line = ""; line !== row;) line = (await program.line())!.replaceAll(/ +/g, " ");
  assertEquals((await program.stop("SIGTERM")).code, 0);
});

Deno.test("-E --watch on a terminal has a screen with what was closed, which fits", async () => {
  using _namespace = openNamespace();
  using listener = openTcp(AF_INET).bind("127.0.0.1", 8001).listen(5);
  const screen = async (steps: readonly object[], ...args: string[]) => {
    const [command = "", ...words] = [
      ...ownCommand("act_on_terminal"),
      JSON.stringify(steps),
      ...[...programWords(), "-E", "-tn", "--watch=0.2", ...args],
    ];
    const env = { NO_COLOR: "1", TERM: "xterm", DENO_NO_UPDATE_CHECK: "1" };
    const output = new Deno.Command(command, { args: words, env, stdin: "null" }).output();
    let ended = false;
    output.finally(() => ended = true);
    while (!ended) {
      connectOnce(listener, 3000);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const { code, stdout } = await output;
    const text = new TextDecoder().decode(stdout);
    assertEquals(code, 0, text);
    return text.split("\x1b[H").slice(1).map((frame) =>
      // deno-lint-ignore no-control-regex
      frame.replaceAll(/\x1b\[[?0-9]*[a-zA-Z]|\r/g, "").trimEnd().split("\n")
    );
  };
  const frames = await screen([{ when: "\nclosed ", keys: "q" }], "sport != :8001");
  const shown = frames.findLast((lines) => lines.some((line) => line.startsWith("closed")))!;
  assertMatch(shown[0]!, /^\d\d:\d\d:\d\d UTC .* opened {2}\d+ closed \(\d+ never listed\) in \d/);
  assertMatch(shown[1]!, /sent [\d.]+ kB\/s, received /);
  assertMatch(
    shown.find((line) => line.startsWith("closed"))!,
    /^closed +- +- +127\.0\.0\.1:\d+ +127\.0\.0\.1:8001 +[\d.]+ kB\/s/,
  );
  for (const lines of frames) assert(lines.length <= 24 && lines.every((line) => line.length <= 80), lines.join("\n"));
  const steps = [{ when: "never listed", size: [3, 20] }, { when: "…", keys: "q" }];
  const small = (await screen(steps)).at(-1)!;
  assert(small.length <= 3 && small.every((line) => line.length <= 20), small.join("\n"));
});
