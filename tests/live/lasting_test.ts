/** Sums that do not fall when a connection is closed: `-E` with counts of `--watch`, and with metrics. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { existsSync as exists } from "node:fs";
import { parseMetrics, valueOf } from "../exposition.ts";
import { runProgram } from "../program.ts";
import { openNamespace } from "./namespace.ts";
import { AF_INET, openTcp, type Socket } from "./sockets.ts";
import { type Told, Watching } from "./watching.ts";

const isRound = ({ event }: Told) => event === "round";

/** A connection to port 8001 of the test, which has sent some bytes. */
function connect(listener: Socket, bytes: number) {
  const client = openTcp(AF_INET).connect("127.0.0.1", 8001);
  const server = listener.accept();
  const send = (bytes: number) => {
    client.send(bytes);
    server.receive(bytes);
  };
  send(bytes);
  const close = () => {
    client.close();
    server.close();
  };
  return { send, close, [Symbol.dispose]: close };
}

Deno.test("-E --watch --count-by goes on counting what was closed, seen or not, to the byte", async () => {
  using _namespace = openNamespace();
  using listener = openTcp(AF_INET).bind("127.0.0.1", 8001).listen(50);
  using _lasting = connect(listener, 100);
  const seen = connect(listener, 3000);
  const columns = "dst_port,process,count,closed,sum(bytes_sent),sum(segs_out),sum(rates.bytes_sent)";
  const words = [
    "-E",
    "-tnp",
    "--count-by",
    "dst_port,process",
    "--columns",
    columns,
    "dport = :8001",
  ];
  await using program = new Watching(...words);
  const sums = new Map<string, [number, number, number][]>();
  const round = async () => {
    const from = program.told.length;
    await program.until(isRound);
    for (const told of program.told.slice(from).filter((one) => !isRound(one))) {
      const comm = (told["owners"] as { comm: string }[] | undefined)?.[0]?.comm ?? "";
      const known = sums.get(comm) ?? [];
      known.push([Number(told["count"]), Number(told["closed"]), Number(told["sum(bytes_sent)"])]);
      sums.set(comm, known);
    }
  };
  await round();
  const comm = [...sums.keys()][0]!;
  assert(comm !== "");
  assertEquals(sums.get(comm), [[2, 0, 3100]]);
  seen.close();
  const last = () => sums.get(comm)!.at(-1)!;
  while (last()[1] < 1) await round();
  assertEquals(last(), [1, 1, 3100]);
  // Some of these no round has: then nobody knows whose they were.
  for (let i = 0; i < 40; i++) connect(listener, 1000 + i).close();
  const all = () => [...sums.values()].map((rounds) => rounds.at(-1)!);
  while (all().reduce((sum, [, closed]) => sum + closed, 0) < 41) await round();
  assertEquals(all().reduce((sum, [, , bytes]) => sum + bytes, 0), 3100 + 40 * 1000 + 39 * 20);
  for (const rounds of sums.values()) {
    for (const [i, [, closed, bytes]] of rounds.entries()) {
      const before = rounds[i - 1] ?? [0, 0, 0];
      assert(closed >= before[1] && bytes >= before[2], JSON.stringify(rounds));
    }
  }
  const { code, stderr } = await program.stop("SIGINT");
  assertEquals([code, stderr], [0, ""]);
});

Deno.test("-E --watch --count-by adds up the rates of what was closed between two rounds", async () => {
  using _namespace = openNamespace();
  using listener = openTcp(AF_INET).bind("127.0.0.1", 8001).listen(50);
  await using program = new Watching("-E", "-tn", "--watch=0.5", "--rates", "--count-by", "dst_port", "dport = :8001");
  await program.until(isRound);
  connect(listener, 50_000).close();
  const told = await program.until((one) => one["closed"] === 1);
  const { interval } = await program.until(isRound);
  const sent = Number(told["sum(rates.bytes_sent)"]) * Number(interval);
  assert(Math.abs(sent - 50_000) < 200, `${JSON.stringify(told)} ${interval}`);
  const later = await program.until((one) => one["closed"] === 1);
  assertEquals([later["count"], later["sum(rates.bytes_sent)"]], [0, 0]);
});

Deno.test("a connection that is disconnected and used anew has no negative rate, and its sums go on", async () => {
  using _namespace = openNamespace();
  using listener = openTcp(AF_INET).bind("127.0.0.1", 8001).listen(50);
  const client = openTcp(AF_INET).bind("127.0.0.1", 9001).connect("127.0.0.1", 8001);
  using first = listener.accept();
  client.send(60_000);
  first.receive(60_000);
  const columns = "src_port,closed,sum(bytes_sent),sum(rates.bytes_sent)";
  await using summed = new Watching("-E", "-tn", "--count-by", "src_port", "--columns", columns, "sport = :9001");
  await using watched = new Watching("-tn", "sport = :9001");
  const has = (closed: number, sum: number) => (told: Told) =>
    told["closed"] === closed && told["sum(bytes_sent)"] === sum && "src_port" in told;
  await Promise.all([summed.until(has(0, 60_000)), watched.until(isRound)]);
  // With AF_UNSPEC.
  client.connectTo(new Uint8Array(16));
  client.connect("127.0.0.1", 8001);
  using second = listener.accept();
  client.send(1000);
  second.receive(1000);
  await summed.until(has(0, 61_000));
  for (let rounds = 0; rounds < 3; rounds++) await watched.until(isRound);
  client.close();
  await summed.until(has(1, 61_000));
  const rates = [
    ...summed.told.map((told) => Number(told["sum(rates.bytes_sent)"] ?? 0)),
    ...watched.told.flatMap(({ rates }) => Object.values(rates as Record<string, number> | undefined ?? {})),
  ];
  assertEquals(rates.filter((rate) => rate < 0), []);
  const sums = summed.told.flatMap((told) => isRound(told) ? [] : Number(told["sum(bytes_sent)"]));
  assertEquals(sums, sums.toSorted((a, b) => a - b));
});

Deno.test("metrics with -E have counters that do not fall: to a file by --watch, for any groups, as many as asked for", async () => {
  using _namespace = openNamespace();
  const directory = Deno.makeTempDirSync({ prefix: "ss2-test-" });
  const file = `${directory}/sockets.prom`;
  using listener = openTcp(AF_INET).bind("127.0.0.1", 8001).listen(50);
  const seen = connect(listener, 2000);
  const count = ["--count-by", "dst_port", "--max-series", "3"];
  await using program = new Watching("-E", "-t", "--format", "prometheus", "--output", file, ...count);
  const read = async (holds: (value: typeof valueIn) => boolean) => {
    for (let tries = 0; tries < 1200; tries++) {
      const text = exists(file) ? Deno.readTextFileSync(file) : "";
      if (text !== "") families = parseMetrics(text, false);
      if (holds(valueIn)) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(JSON.stringify([...families.values()].filter(({ name }) => /tcp_|closed/.test(name))));
  };
  let families: ReturnType<typeof parseMetrics> = new Map();
  const valueIn = (name: string, labels: Record<string, string>) => valueOf(families, name, labels);
  const to = { dst_port: "8001" };
  // What was counted before the first round is left out.
  await read((value) => value("ss2_tcp_sent_bytes_total", to) === 0);
  seen.send(300);
  await read((value) => value("ss2_tcp_sent_bytes_total", to) === 300);
  seen.close();
  await read((value) => value("ss2_closed_sockets_total", to) === 1);
  assertEquals(valueIn("ss2_tcp_sent_bytes_total", to), 300);
  for (let i = 0; i < 10; i++) connect(listener, 500).close();
  await read((value) => value("ss2_closed_sockets_total", to) === 11);
  assertEquals(valueIn("ss2_tcp_sent_bytes_total", to), 5300);
  // The other ends have ports of their own, for which there is no room.
  const other = { other: "true" };
  await read((value) => (value("ss2_closed_sockets_total", other) ?? 0) >= 10);
  assert(valueIn("ss2_tcp_received_bytes_total", other)! >= 5000);
  assertEquals(valueOf(families, "ss2_lost_events_total"), 0);
  const { code, stderr } = await program.stop("SIGTERM");
  assertEquals([code, stderr], [0, ""]);
  Deno.removeSync(directory, { recursive: true });
});

Deno.test("-E with counts and metrics refuses what would not last", () => {
  const refused = (...args: string[]) => {
    const { code, stdout, stderr } = runProgram(...args);
    assertEquals([code, stdout], [2, ""], args.join(" "));
    return stderr;
  };
  const lasts =
    /^ss2: -E adds up what sockets count until they are closed: the filter must be of what stays the same\n$/;
  assertMatch(refused("-E", "-t", "--watch", "--count-by", "state", "state", "close-wait"), lasts);
  assertMatch(refused("-E", "-t", "--watch", "--count-by", "state", "rtt > 5"), lasts);
  assertMatch(refused("-E", "-t", "--serve", "rtt > 5"), lasts);
  assertMatch(
    refused("-E", "-t", "--format", "prometheus"),
    /-E adds up what happens while the program runs: --serve, or --watch with --output/,
  );
  assertMatch(refused("-E", "-t", "--watch", "--yaml"), /lets --count-by go on counting what was closed/);
  assertMatch(refused("-t", "--watch", "--count-by", "state", "--columns", "state,closed"), /closed/);
});
