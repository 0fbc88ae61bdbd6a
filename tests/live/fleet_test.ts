/** What reads metrics: node_exporter, systemd, Prometheus. */
import { assert, assertEquals } from "@std/assert";
import { allMetrics } from "../../query/metrics/families.ts";
import { parseMetrics, valueOf } from "../exposition.ts";
import {
  isBuilt,
  isInstalled,
  programWords,
  projectDirectory,
  run,
  runInShell,
  runProgram,
  serveWords,
  without,
} from "../program.ts";
import { makeRoomSmall, netlinkLines } from "./event_sockets.ts";
import { openNamespace } from "./namespace.ts";
import { AF_INET, AF_INET6, openPair, openSocket, openTcp, SOCK_DGRAM, type Socket, waitUntil } from "./sockets.ts";

/** Calls `test` with a directory that is then removed. */
async function inDirectory(test: (directory: string) => void | Promise<void>): Promise<void> {
  const directory = Deno.makeTempDirSync({ prefix: "ss2-test-" });
  try {
    await test(directory);
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}

/** A process that serves HTTP at a path of an address of this network namespace; it has a free port, and ends with the test. */
class Server implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  /** What it prints on standard error, so far. */
  errors = "";
  readonly #read: Promise<void>;
  #ended = false;

  constructor(command: string, args: readonly string[]) {
    this.#process = new Deno.Command(command, { args: [...args], stdin: "null", stdout: "null", stderr: "piped" })
      .spawn();
    this.#read = this.#readErrors();
  }

  async #readErrors(): Promise<void> {
    for await (const text of this.#process.stderr.pipeThrough(new TextDecoderStream())) this.errors += text;
    this.#ended = true;
  }

  get pid(): number {
    return this.#process.pid;
  }

  signal(signal: Deno.Signal): void {
    this.#process.kill(signal);
  }

  /** Ends it by a signal; returns its status. */
  async end(signal: Deno.Signal): Promise<number> {
    this.#process.kill(signal);
    await this.#read;
    return (await this.#process.status).code;
  }

  /** Asks until `isReady` accepts the answer. */
  async wait(
    url: string,
    isReady: (text: string) => boolean,
    init: RequestInit & { client?: Deno.HttpClient } = {},
  ): Promise<string> {
    for (let last: unknown = "nothing", tries = 0;; tries++) {
      try {
        const answer = await fetch(url, init);
        const text = await answer.text();
        if (isReady(text)) return text;
        last = text;
      } catch (error) {
        last = error;
      }
      if (tries > 600 || this.#ended) throw new Error(`${url}: ${last}; ${this.errors}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#process.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    await this.#read;
    await this.#process.status;
  }
}

/** Waits for a condition, while other things go on. */
async function until(what: string, holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries++) {
    if (tries > 1200) throw new Error(`${what}: not yet`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const ADDRESS = "127.0.0.1:9732";
const URL_OF_METRICS = `http://${ADDRESS}/metrics`;

const [deno = "", ...args] = serveWords(ADDRESS);

Deno.test("--serve answers GET /metrics with a fresh listing, in the text that is asked for, and nothing else", async () => {
  using _namespace = openNamespace();
  await using server = new Server(deno, [...args, "-t", "sport != :9732 and dport != :9732"]);
  const first = await server.wait(URL_OF_METRICS, (text) => text.includes("ss2_"));
  assertEquals(parseMetrics(first, false).has("ss2_sockets"), false);
  using _pair = openPair();
  const ask = async (path: string, init: RequestInit = {}) => {
    const answer = await fetch(`http://${ADDRESS}${path}`, init);
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  };
  const established = { protocol: "TCP", state: "established" };
  const text = await ask("/metrics");
  assertEquals(text.headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  assertEquals(valueOf(parseMetrics(text.text, false), "ss2_sockets", established), 2);
  const accept = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
  const open = await ask("/metrics?protocol=udp", { headers: { accept } });
  assertEquals(open.headers.get("content-type"), "application/openmetrics-text; version=1.0.0; charset=utf-8");
  assertEquals(valueOf(parseMetrics(open.text, true), "ss2_sockets", established), 2);
  const statuses = await Promise.all([
    ...["/", "/metrics/", "/x"].map(async (path) => (await ask(path)).status),
    ...["POST", "PUT", "DELETE"].map(async (method) => (await ask("/metrics", { method })).status),
    ask("/metrics", { method: "HEAD" }).then(({ status }) => status),
  ]);
  assertEquals(statuses, [404, 404, 404, 405, 405, 405, 200]);
  assertEquals((await ask("/metrics", { method: "POST" })).headers.get("allow"), "GET, HEAD");
  // Many at once: each is answered, or told to come again.
  const many = await Promise.all(Array.from({ length: 8 }, async () => (await ask("/metrics")).status));
  assert(many.every((status) => status === 200 || status === 503) && many.includes(200), many.join());
  assertEquals(await server.end("SIGTERM"), 0);
  assertEquals(server.errors, `ss2: serving ${URL_OF_METRICS}\n`);
});

Deno.test("--serve answers 503 while nothing can be listed, and says why once", async () => {
  using _namespace = openNamespace();
  await using server = new Server(deno, [...args, "-t", "-N", "ss2-test-nowhere"]);
  const text = await server.wait(URL_OF_METRICS, (text) => text !== "");
  const again = await fetch(URL_OF_METRICS);
  assertEquals([again.status, await again.text()], [503, text]);
  await until("the error is told", () => server.errors.includes(text.trimEnd()));
  assertEquals(await server.end("SIGTERM"), 0);
  assertEquals(server.errors.split("\n").length, 3, server.errors);
});

Deno.test("--serve=unix:PATH serves there, and --serve without permission or with a bad address says so", async () => {
  await inDirectory(async (directory) => {
    const [deno = "", ...args] = serveWords(`unix:${directory}/socket`);
    await using server = new Server(deno, [...args, "-t"]);
    using client = Deno.createHttpClient({ proxy: { transport: "unix", path: `${directory}/socket` } });
    const text = await server.wait("http://localhost/metrics", (text) => text.includes("ss2_"), { client });
    assertEquals(valueOf(parseMetrics(text, false), "ss2_scrape_complete"), 1);
    assertEquals(await server.end("SIGINT"), 0);
    assertEquals([...Deno.readDirSync(directory)], []);
  });
  for (const address of ["127.0.0.1", "localhost:9732", "127.1:80", "127.0.0.1:65536", "[::zz]:1", "unix:", "unix:x"]) {
    const { code, stdout, stderr } = runProgram(`--serve=${address}`);
    assertEquals([code, stdout, /^ss2: --serve takes .*\n$/.test(stderr)], [2, "", true], stderr);
  }
  for (const words of [["--format", "prometheus"], ["--output", "x"], ["--json"], ["--read", "x"]]) {
    assertEquals(runProgram("--serve", ...words).code, 2, words.join(" "));
  }
  if (isBuilt) return;
  const { code, stderr } = runProgram("--serve");
  assertEquals([code, /^ss2: --serve is not permitted: .*\n$/.test(stderr)], [2, true], stderr);
});

/** Sends `bytes` over a new connection to `listener`, which is closed when all has arrived. */
function sendOnce(listener: Socket, bytes: number, port: number): void {
  const client = openTcp(AF_INET).connect("127.0.0.1", port);
  const server = listener.accept();
  for (let left = bytes; left > 0; left -= 20_000) {
    client.send(Math.min(left, 20_000));
    server.receive(Math.min(left, 20_000));
  }
  client.close();
  server.close();
}

Deno.test("-E --serve has counters that do not fall: every byte of connections that live between two scrapes", async () => {
  using _namespace = openNamespace();
  using listener = openTcp(AF_INET).bind("127.0.0.1", 8001).listen(50);
  using old = openTcp(AF_INET).connect("127.0.0.1", 8001);
  using peer = listener.accept();
  old.send(1000);
  const filter = ["sport = :8001 or dport = :8001"];
  await using server = new Server(deno, [...args, "-E", "-t", ...filter]);
  await server.wait(URL_OF_METRICS, (text) => text.includes("ss2_scrape_complete"));
  const accept = "application/openmetrics-text";
  let before: [number, number, number] = [0, 0, 0];
  const scrape = async (): Promise<typeof before> => {
    const text = await (await fetch(URL_OF_METRICS, { headers: { accept } })).text();
    const families = parseMetrics(text, true);
    const value = (name: string) => valueOf(families, name, { protocol: "TCP" }) ?? -1;
    const [sent, received] = ["sent", "received"].map((way) => value(`ss2_tcp_${way}_bytes_total`));
    const found: typeof before = [sent!, received!, value("ss2_closed_sockets_total")];
    found.forEach((number, i) => assert(number >= before[i]!, `${found} after ${before}`));
    assertEquals(valueOf(families, "ss2_lost_events_total"), 0);
    return before = found;
  };
  // What was counted before the start is not of the program.
  assertEquals(await scrape(), [0, 0, 0]);
  for (let i = 0; i < 10; i++) sendOnce(listener, 10_000 + i, 8001);
  const ended = async (count: number) => {
    while ((await scrape())[2] < count);
    return before;
  };
  // The kernel counts the end of the data as a byte.
  assertEquals(await ended(20), [100_045, before[1], 20]);
  assert(before[1] >= 100_045 && before[1] <= 100_065, String(before));
  old.send(500);
  peer.receive(500);
  for (let i = 0; i < 3; i++) assertEquals((await scrape())[0], 100_545);
  const other = await (await fetch(URL_OF_METRICS)).text();
  assertEquals(valueOf(parseMetrics(other, false), "ss2_tcp_sent_bytes_total", { protocol: "TCP" }), 100_545);
  assertEquals(await server.end("SIGTERM"), 0);
  assertEquals(server.errors, `ss2: serving ${URL_OF_METRICS}\n`);
});

Deno.test("-E --serve counts the ends that it could not be told, says so once, and its counters do not fall", async () => {
  using _namespace = openNamespace();
  await using server = new Server(deno, [...args, "-E", "-u"]);
  const scrape = async () => {
    const families = parseMetrics(await (await fetch(URL_OF_METRICS)).text(), false);
    const closed = valueOf(families, "ss2_closed_sockets_total", { protocol: "UDP" }) ?? 0;
    return { closed, lost: valueOf(families, "ss2_lost_events_total")!, families };
  };
  await server.wait(URL_OF_METRICS, (text) => text.includes("ss2_scrape_complete"));
  openSocket(AF_INET, SOCK_DGRAM).close();
  while ((await scrape()).closed < 1);
  makeRoomSmall(server.pid, netlinkLines()[0]![9]!);
  server.signal("SIGSTOP");
  const count = 1000;
  for (let i = 0; i < count; i++) openSocket(AF_INET, SOCK_DGRAM).close();
  waitUntil("events are lost", () => Number(netlinkLines()[0]![8]) > count / 2);
  server.signal("SIGCONT");
  let before = { closed: 1, lost: 0 };
  while (before.closed + before.lost < count + 1) {
    const found = await scrape();
    assert(found.closed >= before.closed && found.lost >= before.lost);
    assertEquals(valueOf(found.families, "ss2_scrape_complete"), found.lost > before.lost ? 0 : 1);
    before = found;
  }
  assert(before.lost > 0 && before.closed > 1, `${before.closed} closed, ${before.lost} lost`);
  assertEquals(before.closed + before.lost, count + 1);
  await until("the loss is told", () => server.errors.includes(" events were lost\n"));
  assertEquals(await server.end("SIGTERM"), 0);
});

Deno.test("--output FILE.prom can be read by everybody, whatever the umask is, and is replaced as a whole", async () => {
  await inDirectory((directory) => {
    const file = `${directory}/ss2.prom`;
    const { code, stdout, stderr } = runInShell(`umask 077; "$@"; ls -A ${directory}`, [
      ...["--format", "prometheus", "-t", "--output", file],
    ]);
    assertEquals([code, stdout, stderr], [0, "ss2.prom\n", ""]);
    assertEquals(Deno.statSync(file).mode! & 0o777, 0o644);
    assertEquals(valueOf(parseMetrics(Deno.readTextFileSync(file), false), "ss2_scrape_complete"), 1);
    // What could not be written leaves the old file.
    const before = Deno.readTextFileSync(file);
    assertEquals(runProgram("--format", "prometheus", "-N", "/nowhere", "--output", file).code, 2);
    assertEquals(Deno.readTextFileSync(file), before);
    assertEquals(runProgram("--format", "openmetrics", "--output", file).code, 2);
    const other = `${directory}/metrics.txt`;
    runInShell(`umask 077; "$@"`, ["--format", "prometheus", "-t", "--output", other]);
    assertEquals(Deno.statSync(other).mode! & 0o777, 0o600);
  });
});

Deno.test("--watch --output FILE.prom writes the file anew in each round, until a signal", async () => {
  await inDirectory(async (directory) => {
    using _namespace = openNamespace();
    const file = `${directory}/ss2.prom`;
    const [program = "", ...args] = [...programWords(), "--format", "prometheus", "-t", "--output", file];
    await using writer = new Server(program, [...args, "--watch=0.05"]);
    const established = () => {
      const text = Deno.readTextFileSync(file);
      return valueOf(parseMetrics(text, false), "ss2_sockets", { protocol: "TCP", state: "established" });
    };
    await until("the file is there", () => [...Deno.readDirSync(directory)].some(({ name }) => name === "ss2.prom"));
    assertEquals(established(), undefined);
    using _pair = openPair();
    await until("a round sees the pair", () => established() === 2);
    assertEquals(Deno.statSync(file).mode! & 0o777, 0o644);
    assertEquals(await writer.end("SIGTERM"), 0);
    assertEquals([writer.errors, [...Deno.readDirSync(directory)].map(({ name }) => name)], ["", ["ss2.prom"]]);
    const { code, stdout, stderr } = run([program, ...args, "--watch=0.01", "--rounds", "2"]);
    assertEquals([code, stdout, stderr], [0, "", ""]);
    assertEquals(runProgram("--format", "prometheus", "--watch").code, 2);
    assertEquals(runProgram("--serve", "--watch").code, 2);
  });
});

Deno.test({
  name: `node_exporter reads the file of --output FILE.prom${without("prometheus-node-exporter")}`,
  ignore: !isInstalled("prometheus-node-exporter"),
  async fn() {
    await inDirectory(async (directory) => {
      using _namespace = openNamespace();
      using _pair = openPair();
      runProgram("--format", "prometheus", "-t", "--output", `${directory}/ss2.prom`);
      await using exporter = new Server("prometheus-node-exporter", [
        "--collector.disable-defaults",
        "--collector.textfile",
        `--collector.textfile.directory=${directory}`,
        "--web.disable-exporter-metrics",
        "--web.listen-address=127.0.0.1:9100",
      ]);
      const text = await exporter.wait("http://127.0.0.1:9100/metrics", (text) => text.includes("ss2_"));
      const families = parseMetrics(text, false);
      assertEquals(valueOf(families, "ss2_sockets", { protocol: "TCP", state: "established" }), 2);
      assertEquals(valueOf(families, "node_textfile_scrape_error"), 0);
      // Types and help are kept.
      assertEquals(families.get("ss2_tcp_opened_actively_total")!.type, "counter");
      assertEquals(families.get("ss2_tcp_rtt_seconds")!.type, "histogram");
      assert(families.get("ss2_sockets")!.help.startsWith("Number of sockets"));
    });
  },
});

Deno.test({
  name: `Prometheus scrapes --serve as OpenMetrics and answers with the sockets that are there${without("prometheus")}`,
  ignore: !isInstalled("prometheus"),
  async fn() {
    await inDirectory(async (directory) => {
      using _namespace = openNamespace();
      using _pair = openPair();
      using _six = openPair({ family: AF_INET6 });
      await using _server = new Server(deno, [
        ...args,
        "-t",
        "sport != :9732 and dport != :9732 and sport != :9090 and dport != :9090",
      ]);
      const config = {
        global: { scrape_interval: "1s" },
        scrape_configs: [{ job_name: "ss2", static_configs: [{ targets: [ADDRESS] }] }],
      };
      // JSON is YAML too.
      Deno.writeTextFileSync(`${directory}/prometheus.yml`, JSON.stringify(config));
      await using prometheus = new Server("prometheus", [
        `--config.file=${directory}/prometheus.yml`,
        `--storage.tsdb.path=${directory}/data`,
        "--web.listen-address=127.0.0.1:9090",
      ]);
      const ask = async (query: string) => {
        const url = `http://127.0.0.1:9090/api/v1/query?query=${encodeURIComponent(query)}`;
        const text = await prometheus.wait(url, (text) => text.includes('"value"'));
        return JSON.parse(text).data.result.map(({ value }: { value: [number, string] }) => value[1]);
      };
      // IPv6 and IPv4 together.
      assertEquals(await ask('sum(ss2_sockets{state="established", instance="127.0.0.1:9732"})'), ["4"]);
      assertEquals(await ask("ss2_scrape_complete"), ["1"]);
      assertEquals(await ask("ss2_tcp_rtt_seconds_gcount"), ["4"]);
      const [median] = await ask("histogram_quantile(0.5, ss2_tcp_rtt_seconds_bucket)");
      assert(Number(median) > 0, median);
      const metadata = await (await fetch("http://127.0.0.1:9090/api/v1/metadata?metric=ss2_tcp_rtt_seconds")).json();
      assertEquals(metadata.data.ss2_tcp_rtt_seconds[0].type, "gaugehistogram");
    });
  },
});

Deno.test("the alerts and the dashboard in docs/fleet name only metrics that there are", () => {
  const endings = { counter: ["_total"], info: ["_info"], gauge: [""], histogram: ["_bucket"] };
  const known = new Set(allMetrics.flatMap(({ name, kind }) => endings[kind].map((ending) => name + ending)));
  for (const name of ["ss2-alerts.yaml", "ss2-dashboard.json"]) {
    const text = Deno.readTextFileSync(`${projectDirectory}docs/fleet/${name}`);
    const named = new Set(text.match(/\bss2_[a-z0-9_]+/g));
    assert(named.size > 8, name);
    for (const one of named) assert(known.has(one), `${name}: ${one}`);
  }
  const { panels } = JSON.parse(Deno.readTextFileSync(`${projectDirectory}docs/fleet/ss2-dashboard.json`));
  assert(panels.every(({ targets }: { targets: { expr: string }[] }) => targets.every(({ expr }) => expr !== "")));
});

Deno.test({
  name: `promtool accepts the alerts in docs/fleet, and each of them fires when it should${without("promtool")}`,
  ignore: !isInstalled("promtool"),
  fn() {
    const directory = `${projectDirectory}docs/fleet/`;
    for (const words of [["check", "rules", "ss2-alerts.yaml"], ["test", "rules", "ss2-alerts-test.yaml"]]) {
      const { code, stdout, stderr } = run(["promtool", ...words], { cwd: directory });
      assertEquals([code, stderr], [0, ""], stdout);
    }
    const alerts = (name: string) => Deno.readTextFileSync(directory + name).match(/\balert(name)?(: |=")[A-Za-z]+/g)!;
    assertEquals(alerts("ss2-alerts-test.yaml").length, alerts("ss2-alerts.yaml").length);
  },
});

Deno.test({
  name: `systemd accepts the units in docs/fleet/${without("systemd-analyze")}`,
  ignore: !isInstalled("systemd-analyze"),
  async fn() {
    await inDirectory((directory) => {
      for (const name of ["ss2-metrics.service", "ss2-metrics.timer"]) {
        const text = Deno.readTextFileSync(`${projectDirectory}docs/fleet/${name}`);
        // It wants the program to be there.
        Deno.writeTextFileSync(`${directory}/${name}`, text.replace("/usr/local/bin/ss2", "/bin/true"));
      }
      const { code, stdout, stderr } = run([
        ...["systemd-analyze", "verify", `${directory}/ss2-metrics.service`, `${directory}/ss2-metrics.timer`],
      ]);
      assertEquals([code, stdout, stderr], [0, "", ""]);
    });
  },
});
