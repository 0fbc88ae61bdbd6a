/** What reads metrics: node_exporter, systemd, Prometheus. */
import { assert, assertEquals } from "@std/assert";
import { parseMetrics, valueOf } from "../exposition.ts";
import { isInstalled, projectDirectory, run, runInShell, runProgram, without } from "../program.ts";
import { openNamespace } from "./namespace.ts";
import { openPair } from "./sockets.ts";

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

  constructor(command: string, args: readonly string[]) {
    this.#process = new Deno.Command(command, { args: [...args], stdin: "null", stdout: "null", stderr: "null" })
      .spawn();
  }

  /** Asks until `isReady` accepts the answer. */
  static async wait(url: string, isReady: (text: string) => boolean, headers = {}): Promise<string> {
    for (let last: unknown = "nothing", tries = 0;; tries++) {
      try {
        const answer = await fetch(url, { headers });
        const text = await answer.text();
        if (isReady(text)) return text;
        last = text;
      } catch (error) {
        last = error;
      }
      if (tries > 600) throw new Error(`${url}: ${last}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#process.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    await this.#process.status;
  }
}

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

Deno.test({
  name: `node_exporter reads the file of --output FILE.prom${without("prometheus-node-exporter")}`,
  ignore: !isInstalled("prometheus-node-exporter"),
  async fn() {
    await inDirectory(async (directory) => {
      using _namespace = openNamespace();
      using _pair = openPair();
      runProgram("--format", "prometheus", "-t", "--output", `${directory}/ss2.prom`);
      await using _exporter = new Server("prometheus-node-exporter", [
        "--collector.disable-defaults",
        "--collector.textfile",
        `--collector.textfile.directory=${directory}`,
        "--web.disable-exporter-metrics",
        "--web.listen-address=127.0.0.1:9100",
      ]);
      const text = await Server.wait("http://127.0.0.1:9100/metrics", (text) => text.includes("ss2_"));
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
