/** `--rates` of a sender whose rate is known. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { programWords, runProgram } from "../program.ts";
import { familyCalled } from "../../decode/families/all_families.ts";
import { ObjectSink } from "../../decode/record/object_sink.ts";
import { dump } from "../../mod.ts";
import { Counters, RatesSink } from "../../query/rates.ts";
import { openNamespace } from "./namespace.ts";
import { AF_INET, openSocket, openTcp, SO_RCVBUF, SOCK_DGRAM, SOL_SOCKET } from "./sockets.ts";

/** Bytes a second. */
const RATE = 400_000;

/** Sends at {@linkcode RATE} over the loopback until it is disposed; what a busy machine delays is made up for. */
async function openSender(): Promise<{ readonly port: number } & AsyncDisposable> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  const [client, server] = await Promise.all([Deno.connect({ hostname: "127.0.0.1", port }), listener.accept()]);
  const received = server.readable.pipeTo(new WritableStream()).catch(() => {});
  let open = true;
  const sending = (async () => {
    const start = performance.now();
    const bytes = new Uint8Array(RATE);
    for (let sent = 0; open;) {
      const due = Math.min(bytes.length, Math.floor(RATE * (performance.now() - start) / 1000) - sent);
      if (due > 0) sent += await client.write(bytes.subarray(0, due));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  })();
  return {
    port,
    async [Symbol.asyncDispose]() {
      open = false;
      await sending;
      client.close();
      await received;
      listener.close();
    },
  };
}

async function listed(...args: readonly string[]): Promise<string> {
  const [command = "", ...words] = programWords();
  const { code, stdout, stderr } = await new Deno.Command(command, { args: [...words, ...args] }).output();
  assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
  return new TextDecoder().decode(stdout);
}

Deno.test("--rates shows the rate of a sender within 5 %, in JSON, columns, filters, order and sums", async () => {
  using _namespace = openNamespace();
  await using sender = await openSender();
  const { TCP: { flows } } = JSON.parse(await listed("-tn", "--rates=3", "-j"));
  assertEquals(flows.length, 2);
  const near = (rate: number) => assert(Math.abs(rate - RATE) < 0.05 * RATE, `${rate} bytes/s`);
  for (const { dst_port, rates } of flows) near(dst_port === sender.port ? rates.bytes_sent : rates.bytes_received);
  const sorted = await listed(
    ...["-tn", "--rates=0.5", "--csv", "--no-header", "--sort", "rates.bytes_sent:desc", "--limit", "1"],
    ...["--columns", "dst_port,rates.bytes_sent"],
  );
  assertMatch(sorted, new RegExp(`^${sender.port},[0-9.]+\r?\n$`));
  const filtered = await listed("-tn", "--rates=0.5", "--csv", "--columns", "dst_port", "rates.bytes_sent > 1000");
  assertEquals(filtered.trim().split(/\r?\n/), ["dst_port", String(sender.port)]);
  const counted = await listed("-tn", "--rates=0.5", "--format", "ndjson", "--count-by", "state");
  const { count, ...sums } = JSON.parse(counted);
  assertEquals(count, 2);
  assert(sums["sum(rates.bytes_sent)"] > 1000 && sums["sum(rates.bytes_received)"] > 1000, counted);
});

Deno.test("rates of a socket that was disconnected and used anew start again; UDP drops are counted; TIME-WAIT has none", () => {
  using _namespace = openNamespace();
  using listener = openTcp(AF_INET).bind("127.0.0.1", 8001).listen(5);
  using client = openTcp(AF_INET).bind("127.0.0.1", 9001).connect("127.0.0.1", 8001);
  using first = listener.accept();
  client.send(60_000);
  first.receive(60_000);
  using slow = openSocket(AF_INET, SOCK_DGRAM).setInteger(SOL_SOCKET, SO_RCVBUF, 1).bind("127.0.0.1", 8002);
  using sender = openSocket(AF_INET, SOCK_DGRAM).connect("127.0.0.1", 8002);
  const waits = openTcp(AF_INET).bind("127.0.0.1", 9003).connect("127.0.0.1", 8001);
  const other = listener.accept();
  waits.close();
  other.close();
  const families = [familyCalled("tcp"), familyCalled("udp")];
  const counters = new Counters(families);
  const list = (seconds: number) => {
    const objects = new ObjectSink();
    const { warnings } = dump(new RatesSink(objects, families, counters, () => 1000 * seconds), {
      tcp: true,
      udp: true,
      states: ["all"],
    });
    assertEquals(warnings, []);
    return objects.take();
  };
  list(0);
  const cookie = client.cookie;
  client.connectTo(new Uint8Array(16));
  client.connect("127.0.0.1", 8001);
  using _second = listener.accept();
  assertEquals(client.cookie, cookie);
  client.send(1000);
  for (let i = 0; i < 100; i++) sender.send(2000);
  const flows = list(2);
  const of = (port: number) => flows.find((flow) => flow["src_port"] === port && flow["dst_port"] !== port)!;
  const ratesOf = (port: number) => of(port)["rates"] as Record<string, number> | undefined;
  // What it had sent before does not count; the difference would be negative.
  assertEquals(ratesOf(9001)?.["bytes_sent"], 500);
  const { drops } = of(8002)["skmeminfo"] as { drops: number };
  assert(drops > 50 && slow.fd > 0, String(drops));
  assertEquals(ratesOf(8002), { drops: drops / 2 });
  assertEquals([of(9003)["state"], ratesOf(9003)], ["time-wait", undefined]);
  for (const { rates = {} } of flows) assert(Object.values(rates as object).every((rate) => rate >= 0));
});

Deno.test("the short name of a counter is not that of its rate", () => {
  for (
    const [option, name] of [["-M", "bytes_sent"], ["-S", "opackets"], ["--xdp", "rx_dropped"], ["-t", "bytes_sent"]]
  ) {
    const { stderr } = runProgram("--explain", option!, `${name} > 1`);
    assertEquals(stderr, "", `${option} ${name}`);
  }
});

Deno.test("rates without --rates, and --rates of a recording, are refused", () => {
  for (const args of [["--columns", "rates.bytes_sent"], ["--sort", "rates.retrans"], ["rates.bytes_sent > 1"]]) {
    const { code, stderr } = runProgram("-t", ...args);
    assertEquals([code, stderr], [2, "ss2: rates need --rates: they compare two listings\n"]);
  }
  assertEquals(runProgram("-t", "--rates=0").code, 2);
  assertMatch(runProgram("-t", "--rates", "--read", "x").stderr, /--rates and --read exclude each other/);
});
