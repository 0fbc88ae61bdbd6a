/** `--format html` of a running machine: its numbers are those of the other options, its findings those of `--check`. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { asNobody, assertPrinted, projectDirectory, run, runProgram } from "../program.ts";
import { cellsOf, rowsIn, textOfHtml } from "../read_page.ts";
import { openNamespace } from "./namespace.ts";
import { AF_INET, openPair, openTcp, SHUT_WR, TCP_CLOSE_WAIT, waitUntil } from "./sockets.ts";

/** The text of a page, without its script and style. */
const readable = (page: string): string => textOfHtml(page.replaceAll(/<(script|style).*?<\/\1>/gs, ""));

const numberOf = (text: string): number => Number(text.replaceAll(",", ""));

Deno.test("the page has the numbers of --count-by and of -s, and what --check finds, with where and the evidence", () => {
  using _namespace = openNamespace();
  using _one = openPair();
  using half = openPair();
  half.client.shutdown(SHUT_WR);
  half.server.waitForState(TCP_CLOSE_WAIT);
  using listener = openTcp(AF_INET).bind("127.0.0.1").listen(0);
  const clients = [1, 2, 3].map(() => openTcp(AF_INET).startConnect("127.0.0.1", listener.localPort));
  try {
    waitUntil(
      "the queue to be full",
      () =>
        assertPrinted(runProgram("-tl", "--csv", "--columns", "src_port", "recv_q > send_q")).includes(
          `${listener.localPort}`,
        ),
    );
    const page = assertPrinted(runProgram("-tax", "--format", "html"));
    const counts: { counts: { protocol: string; state: string; count: number }[] } = JSON.parse(
      assertPrinted(runProgram("-tax", "--count-by", "protocol,state")),
    );
    const [head = [], ...rows] = cellsOf(page, "by-state");
    for (const { protocol, state, count } of counts.counts) {
      const row = rows.find(([name]) => name === protocol) ?? [];
      assertEquals(numberOf(row[head.indexOf(state)] ?? ""), count, `${protocol} ${state}`);
    }
    const total = counts.counts.reduce((sum, { count }) => sum + count, 0);
    assertEquals(numberOf(rows.at(-1)!.at(-1)!), total);
    assertEquals(rowsIn(page).length, total);

    const sums = assertPrinted(runProgram("-s", "-t", "-x", "--format", "ndjson")).trimEnd().split("\n")
      .map((line): { group: string; name: string; value: number } => JSON.parse(line));
    const shown = new Map(cellsOf(page, "sums").map(([group, name, value]) => [`${group} ${name}`, value]));
    let compared = 0;
    for (const { group, name, value } of sums) {
      // What the kernel counts of the whole machine, and of connections, goes on.
      if (!/^(sockets\.by_protocol|tcp\.(states|accept_queues\.backlog.*)|limits)$/.test(group)) continue;
      assertEquals(numberOf(shown.get(`${group} ${name}`) ?? ""), value, `${group} ${name}`);
      compared++;
    }
    assert(compared > 8, `${compared} sums`);

    const text = readable(page);
    assertStringIncludes(text, "The queue of connections that wait to be accepted is full.");
    assertStringIncludes(text, `TCP 127.0.0.1:${listener.localPort}`);
    assertStringIncludes(text, "backlog_limit 0");
    assertStringIncludes(text, "The peer has closed the connection, and the program here has not.");
    assertStringIncludes(text, "Completeyes");
    // Sockets without a state, and pictures without sockets, are said to be so.
    assertStringIncludes(text, "1 socket in CLOSE-WAIT");
  } finally {
    for (const client of clients) client.close();
  }
});

Deno.test("the page of a recording has the rules that one answer can tell, says which it cannot, and has no sums", () => {
  const recording = `${projectDirectory}tests/fixtures/tcp500.k61.pcap`;
  const page = assertPrinted(runProgram("-ta", "--read", recording, "--format", "html"));
  const text = readable(page);
  assertMatch(text, /so these rules were not tested: .*unaccepted-connection, .*close-wait/);
  assertStringIncludes(text, "These rules hold: accept-queue-full");
  assertEquals(text.includes("Sums of the network namespace"), false);
  assertEquals(rowsIn(page).length, 500);
});

Deno.test("a page can be made while a recording is written, of named columns, of counts, and of nothing", () => {
  using _namespace = openNamespace();
  using pair = openPair();
  const file = Deno.makeTempFileSync({ prefix: "ss2-test-" });
  try {
    assertPrinted(runProgram("-ta", "--format", "html", "--record", file));
    const recorded = assertPrinted(runProgram("-ta", "--read", file, "--count-by", "state"));
    assertStringIncludes(recorded, '"established"');
    const named = rowsIn(
      assertPrinted(runProgram("-ta", "--format", "html", "--columns", "src_port", "state = listening")),
    );
    assertEquals(named.map((row) => Object.keys(row)), [["src_port"]]);
    const counted = assertPrinted(runProgram("-ta", "--format", "html", "--count-by", "state"));
    assertEquals(rowsIn(counted).find(({ state }) => state === "established"), { state: "established", count: "2" });
    assertStringIncludes(readable(counted), "Counts of sockets");
    const sums = assertPrinted(runProgram("-s", "--format", "html"));
    for (const text of ["Sums of sockets of ", "ss2 -s --format html", "Complete"]) {
      assertStringIncludes(readable(sums), text);
    }
    assertStringIncludes(readable(sums), "opened_actively");
    const none = assertPrinted(
      runProgram("-ta", "--format", "html", `sport = :${pair.client.localPort} and sport = :1`),
    );
    assertStringIncludes(readable(none), "No socket was listed.");
  } finally {
    Deno.removeSync(file);
  }
});

Deno.test("--check with a page: its rules, the sockets, and the status of the check", () => {
  using _namespace = openNamespace();
  const directory = Deno.makeTempDirSync({ prefix: "ss2-test-" });
  try {
    const [rules, page, report] = ["rules.yaml", "page.html", "junit.xml"].map((name) => `${directory}/${name}`) as [
      string,
      string,
      string,
    ];
    Deno.writeTextFileSync(
      rules,
      "- name: closed\n  message: 8001 must be closed\n  filter: state listening and sport = :8001\n",
    );
    const check = (...words: string[]) =>
      runProgram(`--check=${rules}`, "-tn", "--format", "html", "--output", page, ...words);
    const holds = check();
    assertEquals([holds.code, holds.stdout, holds.stderr], [0, "", ""]);
    assertStringIncludes(readable(Deno.readTextFileSync(page)), "These rules hold: closed.");
    using _listener = openTcp(AF_INET).bind("127.0.0.1", 8001).listen(1);
    const fails = check("--all", "--cgroup", "--report", `junit=${report}`);
    assertEquals([fails.code, fails.stdout, fails.stderr], [1, "", ""]);
    const text = Deno.readTextFileSync(page);
    assertStringIncludes(readable(text), "8001 must be closed");
    assertStringIncludes(readable(text), "state listening, src_port 8001");
    assertEquals(rowsIn(text).map(({ src_port }) => src_port), ["8001"]);
    assertStringIncludes(Deno.readTextFileSync(report), '<failure message="8001 must be closed"');
    // What would leave out the check is refused, -K above all.
    const killing = ["-K", "--yes", "sport = :8001"];
    for (const words of [["--count-by", "state"], ["-q"], ["--fail-if-any"], ["--watch", "--rounds", "1"], killing]) {
      const { code, stdout, stderr } = check("--all", ...words);
      assertEquals([code, stdout], [2, ""], words.join(" "));
      assertMatch(stderr, /^ss2: .*(does nothing for --check|exclude each other)/);
    }
    const wrong = runProgram("--check=/nowhere.yaml", "-t", "--format", "html");
    assertEquals([wrong.code, wrong.stdout], [2, ""]);
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
});

Deno.test("--watch makes a page anew in each round, with the rates of the rounds so far", () => {
  using _namespace = openNamespace();
  using pair = openPair();
  const directory = Deno.makeTempDirSync({ prefix: "ss2-test-" });
  try {
    const page = `${directory}/page.html`;
    const words = ["-tan", "--rates", "--watch=0.05", "--rounds", "4", "--format", "html", "--output", page];
    assertPrinted(runProgram(...words));
    const text = readable(Deno.readTextFileSync(page));
    assertStringIncludes(text, "How much do services send and receive from round to round?");
    assertStringIncludes(text, "How many sockets are opened and closed from round to round?");
    assertStringIncludes(text, "0 sockets opened and 0 closed in 3 rounds");
    assertEquals(rowsIn(Deno.readTextFileSync(page)).length, 3);
    assert(pair.client.localPort > 0);
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
});

Deno.test("a page says what a user without rights could not see, as the warnings and the status do", () => {
  using _namespace = openNamespace();
  using _pair = openPair();
  asNobody((words, options) => {
    const { code, stdout, stderr } = run([...words, "-tap", "--format", "html"], options);
    assertEquals(code, 1);
    const text = readable(stdout);
    assertStringIncludes(text, "no, see below");
    for (const warning of stderr.trimEnd().split("\n")) assertStringIncludes(text, warning.replace(/^ss2: /, ""));
  });
});
