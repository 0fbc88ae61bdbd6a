/**
 * Host and service names, with the test's own files and name server. Name servers are asked only on request.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { type JsonObject, parseExact } from "../exact_json.ts";
import { runProgram } from "../program.ts";
import { HeldSockets, type Hold } from "./hold.ts";
import { openNamespace } from "./namespace.ts";
import { mounts, runWithFiles } from "./replaced_files.ts";

const ignore = !mounts;
const reason = mounts ? "" : " (ignored: no files can be mounted here)";

const files = {
  "/etc/hosts": "127.0.0.1 here.example alias\n127.0.0.2 two.example\n::1 six.example\n",
  "/etc/nsswitch.conf": "hosts: files dns\nservices: files\nprotocols: files\n",
  "/etc/resolv.conf": "nameserver 127.0.0.1\noptions timeout:30 attempts:2\n",
  "/etc/protocols": "ip 0 IP\npinging 1 ICMP\n",
  "/etc/services": "webby 8080/tcp web\nother 8080/udp\nfirst 9/tcp\nsecond 9/tcp\nrandom 45000/tcp\nb\x1b[m 10/tcp\n",
};

/**
 * A name server that keeps the names it was asked for in a file, and answers none, those of 127.0.0.9 and 127.0.0.10, or says
 * that it has failed; and listening sockets at addresses.
 */
const serve: Hold<void, [mode: string, log: string, addresses: readonly string[]]> = (held, mode, log, addresses) => {
  const { openTcp, openSocket, AF_INET, AF_INET6, SOCK_DGRAM } = held;
  const server = openSocket(AF_INET, SOCK_DGRAM).bind("127.0.0.1", 53);
  const bytes = (text: string) => Array.from(text, (letter) => letter.charCodeAt(0));
  const names: Record<string, number[]> = { "9": bytes("nine\xff"), "10": bytes("a".repeat(63)) };
  setInterval(() => {
    const { data, from } = server.receiveFrom() ?? {};
    if (data === undefined || from === undefined) return;
    const labels: string[] = [];
    let at = 12;
    for (let length = data[at]!; length > 0; length = data[at]!) {
      labels.push(new TextDecoder().decode(data.subarray(at + 1, at + 1 + length)));
      at += 1 + length;
    }
    Deno.writeTextFileSync(log, `${labels.join(".")}\n`, { append: true });
    if (mode === "silent") return;
    const name = mode === "failing" ? undefined : names[labels[0]!];
    const code = mode === "failing" ? 2 : name === undefined ? 3 : 0;
    // Flags, and the numbers of questions and answers.
    const head = [...data.subarray(0, 2), 0x81, 0x80 | code, 0, 1, 0, name === undefined ? 0 : 1, 0, 0, 0, 0];
    const text = name === undefined ? [] : [name.length, ...name, 7, ...bytes("example"), 0];
    // A pointer to the question, PTR, IN, 60 s, the length.
    const answer = name === undefined ? [] : [0xc0, 12, 0, 12, 0, 1, 0, 0, 0, 60, 0, text.length, ...text];
    server.sendTo(new Uint8Array([...head, ...data.subarray(12, at + 5), ...answer]), from);
  }, 1);
  addresses.forEach((address, i) =>
    openTcp(address.includes(":") ? AF_INET6 : AF_INET).bind(address, 8080 + i).listen(1)
  );
};

const lines = (output: string) => output.trimEnd().split("\n").map((line) => parseExact(line) as JsonObject);
const columns = ["-tl", "--format", "ndjson", "--columns", "src,src_host,src_host_hex", "--sort", "src_port"];
const queries = (log: string) => Deno.readTextFileSync(log).split("\n").filter((line) => line !== "");

/** Calls `test` with a name server and sockets, and the file in which the server notes what it was asked. */
async function withServer(
  mode: string,
  addresses: readonly string[],
  test: (log: string) => void,
): Promise<void> {
  using _namespace = openNamespace();
  const log = Deno.makeTempFileSync({ prefix: "ss2-test-" });
  try {
    await using _server = await HeldSockets.open(serve, mode, log, addresses);
    test(log);
  } finally {
    Deno.removeSync(log);
  }
}

Deno.test({
  name:
    `-r adds the names that files and name servers have, whatever bytes they are, and asks for each address once${reason}`,
  ignore,
  async fn() {
    const addresses = ["127.0.0.1", "127.0.0.9", "127.0.0.9", "127.0.0.8", "::1", "::ffff:127.0.0.2", "127.0.0.10"];
    await withServer("answering", addresses, (log) => {
      const { code, stdout, stderr } = runWithFiles(files, [...columns, "-r"]);
      assertEquals([code, stderr], [0, ""]);
      const nine = { src: "127.0.0.9", src_host: "nine\ufffd.example", src_host_hex: "6e696e65ff2e6578616d706c65" };
      const found = lines(stdout).map(({ protocol: _, ...flow }) => flow);
      const shown = found.map(({ src, src_host }) => [src, src_host]);
      assertEquals(shown[0], ["127.0.0.1", "here.example"]);
      // The C library may refuse a name with such bytes.
      for (const flow of found.slice(1, 3)) if ("src_host" in flow) assertEquals(flow, nine);
      assertEquals(shown.slice(3), [
        ["127.0.0.8", undefined],
        ["::1", "six.example"],
        ["::ffff:127.0.0.2", "two.example"],
        ["127.0.0.10", `${"a".repeat(63)}.example`],
      ]);
      const asked = queries(log);
      assertEquals(asked.toSorted(), ["10", "8", "9"].map((last) => `${last}.0.0.127.in-addr.arpa`).toSorted());
    });
  },
});

Deno.test({
  name: `-r looks up only the addresses of sockets that are shown, unless these are sorted or counted by name${reason}`,
  ignore,
  async fn() {
    await withServer("answering", ["127.0.0.9", "127.0.0.10", "127.0.0.8"], (log) => {
      runWithFiles(files, ["-tlr", "--sort", "src_port:desc", "--limit", "1"]);
      assertEquals(queries(log), ["8.0.0.127.in-addr.arpa"]);
      Deno.writeTextFileSync(log, "");
      const counted = runWithFiles(files, [
        "-tlr",
        "--count-by",
        "src_host",
        "--format",
        "ndjson",
        "--sort",
        "src_host",
      ]);
      assertEquals(lines(counted.stdout).at(0), { src_host: `${"a".repeat(63)}.example`, count: 1 });
      assertEquals(queries(log).length, 3);
      const sorted = runWithFiles(files, [
        "-tlr",
        "--sort",
        "src_host",
        "--limit",
        "1",
        "--format",
        "ndjson",
        "--columns",
        "src",
      ]);
      assertEquals(lines(sorted.stdout), [{ protocol: "TCP", src: "127.0.0.10" }]);
    });
  },
});

Deno.test({
  name:
    `-r with a name server that does not answer waits no longer than it may, and says of how many addresses${reason}`,
  ignore,
  async fn() {
    await withServer("silent", ["127.0.0.1", "127.0.0.8", "127.0.0.9"], () => {
      for (const [words, limit] of [[["--resolve-timeout", "0.4"], 0.4], [[], 2]] as const) {
        const start = performance.now();
        const { code, stdout, stderr } = runWithFiles(files, [...columns, "-r", ...words]);
        const seconds = (performance.now() - start) / 1000;
        assertEquals(
          [code, stderr],
          [
            1,
            `ss2: no answer within ${limit} s (--resolve-timeout) for the names of 2 of 3 addresses: they stay numbers\n`,
          ],
        );
        // The name server alone would be waited for four times 30 s.
        assert(seconds > limit && seconds < limit + 30, `${seconds} s`);
        assertEquals(lines(stdout).map(({ src_host }) => src_host), ["here.example", undefined, undefined]);
      }
    });
  },
});

Deno.test({
  name: `-r with a name server that fails says of how many addresses${reason}`,
  ignore,
  async fn() {
    await withServer("failing", ["127.0.0.8"], () => {
      const { code, stderr } = runWithFiles(files, [...columns, "-r"]);
      assertEquals([code, stderr], [1, "ss2: cannot look up the names of 1 of 1 addresses: they stay numbers\n"]);
    });
  },
});

Deno.test({
  name: `without -r no name server is asked, whatever else is${reason}`,
  ignore,
  async fn() {
    await withServer("silent", ["127.0.0.8"], (log) => {
      for (const args of [["-tlp"], ["-tle", "--cgroup", "--table"], ["-tl", "--table", "-n"], ["-a"]]) {
        assertEquals(runWithFiles(files, args).code, 0);
      }
      assertEquals(queries(log), []);
    });
  },
});

Deno.test({
  name: `--table shows names of hosts with -r, and names of services behind the ports but with -n${reason}`,
  ignore,
  async fn() {
    await withServer("answering", ["127.0.0.1", "::1", "127.0.0.8"], () => {
      const local = (...args: string[]) => {
        const { stdout } = runWithFiles(files, ["-tl", "--table", "--no-header", "--sort", "src_port", ...args]);
        return stdout.trimEnd().split("\n").map((line) => line.split(/ +/)[4]);
      };
      assertEquals(local(), ["127.0.0.1:8080(webby)", "[::1]:8081", "127.0.0.8:8082"]);
      assertEquals(local("-n"), ["127.0.0.1:8080", "[::1]:8081", "127.0.0.8:8082"]);
      assertEquals(local("-r"), ["here.example:8080(webby)", "six.example:8081", "127.0.0.8:8082"]);
    });
  },
});

Deno.test({
  name:
    `names of services are those of the protocol, the first of several, none at random ports, none that do harm${reason}`,
  ignore,
  async fn() {
    using _namespace = openNamespace();
    await using _sockets = await HeldSockets.open(({ openTcp, openSocket, AF_INET, SOCK_DGRAM, SOCK_RAW }) => {
      openSocket(AF_INET, SOCK_RAW, 1).bind("127.0.0.1", 0);
      for (const port of [8080, 9, 45000, 10]) openTcp(AF_INET).bind("127.0.0.1", port).listen(1);
      for (const port of [8080, 9]) openSocket(AF_INET, SOCK_DGRAM).bind("127.0.0.1", port);
    });
    const { stdout } = runWithFiles(files, ["-tuwa", "--table", "--no-header", "--sort", "src_port"]);
    const shown = stdout.trimEnd().split("\n").map((line) => `${line.split(/ +/)[0]} ${line.split(/ +/)[4]}`);
    assertEquals(shown.toSorted(), [
      "RAW 127.0.0.1:1(pinging)",
      "TCP 127.0.0.1:10",
      "TCP 127.0.0.1:45000",
      "TCP 127.0.0.1:8080(webby)",
      "TCP 127.0.0.1:9(first)",
      "UDP 127.0.0.1:8080(other)",
      "UDP 127.0.0.1:9",
    ]);
  },
});

Deno.test("a column of names of hosts needs -r, and --resolve-timeout does too", () => {
  for (const args of [["--columns", "src_host"], ["--sort", "dst_host"], ["--count-by", "dst_host"]]) {
    const { code, stderr } = runProgram("-t", ...args);
    assertEquals([code, stderr], [2, "ss2: src_host and dst_host need -r: without it no names are looked up\n"]);
  }
  assertMatch(runProgram("-t", "--resolve-timeout", "1").stderr, /^ss2: --resolve-timeout does nothing without -r\n$/);
  assertMatch(
    runProgram("-tr", "--resolve-timeout", "soon").stderr,
    /^ss2: --resolve-timeout takes seconds, .*"soon"\n$/,
  );
});
