/** Allow lists: what they print, and their status. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { asNobody, isRoot, run, runProgram } from "../program.ts";
import { runIsolated } from "./isolated.ts";
import { openNamespace } from "./namespace.ts";
import { AF_INET, openSocket, openTcp, SOCK_DGRAM } from "./sockets.ts";

/** Runs the program; the ports that it prints, and its status. */
function check(...args: string[]): readonly [code: number, ports: readonly string[]] {
  const { code, stdout, stderr } = runProgram("-ltu", "--csv", "-H", "--columns", "src_port", ...args);
  assertEquals(stderr, "", args.join(" "));
  return [code, stdout.split(/\s+/).filter((port) => port !== "").sort()];
}

/** Calls `test` with a file of these lines. */
function withFile(lines: readonly string[], test: (path: string) => void): void {
  const path = Deno.makeTempFileSync({ prefix: "ss2-test-" });
  try {
    Deno.writeTextFileSync(path, lines.join("\n"));
    test(path);
  } finally {
    Deno.removeSync(path);
  }
}

Deno.test("--allow prints what none of the filters matches, and its status says whether there is any", () => {
  using _namespace = openNamespace();
  using _web = openTcp(AF_INET).bind("127.0.0.1", 8001).listen(1);
  using _other = openTcp(AF_INET).bind("0.0.0.0", 8002).listen(1);
  using _udp = openSocket(AF_INET, SOCK_DGRAM).bind("127.0.0.1", 8003);
  assertEquals(check("--allow", "sport = :8001"), [1, ["8002", "8003"]]);
  assertEquals(check("--allow", "sport = :8001", "--allow", "src 0.0.0.0"), [1, ["8003"]]);
  assertEquals(check("--allow", "sport = :8001 or src 0.0.0.0", "--allow=protocol = UDP"), [0, []]);
  assertEquals(check("--allow", "src 127.0.0.1", "sport != :8002"), [0, []]);
  assertEquals(check("-q", "--allow", "src 127.0.0.1"), [1, []]);
  assertEquals(check("-q", "--allow", "src 127.0.0.1 or sport = :8002"), [0, []]);
  assertEquals(check("--limit", "1", "--allow", "sport = :8002")[0], 1);
  assertEquals(check("--allow", `pid = ${Deno.pid}`), [0, []]);
  assertEquals(check("--allow", "comm = nobody-has-it"), [1, ["8001", "8002", "8003"]]);
  // States restrict what is allowed, not what is listed.
  assertEquals(check("--allow", "state listening"), [1, ["8003"]]);
  assertEquals(check("--allow", "state established", "--allow", "sport = :8001"), [1, ["8002", "8003"]]);
  // A socket that lacks a field matches no comparison with it.
  assertEquals(check("--allow", "tcp_info.rtt >= 0 or backlog >= 0"), [1, ["8003"]]);
});

Deno.test("--allow-file has a filter on each line, comments, and errors with the line", () => {
  using _namespace = openNamespace();
  using _web = openTcp(AF_INET).bind("127.0.0.1", 8001).listen(1);
  using _other = openTcp(AF_INET).bind("127.0.0.1", 8002).listen(1);
  withFile(["# listeners", "", "  # of the web", "sport = :8001  # the web\r"], (path) => {
    assertEquals(check("--allow-file", path), [1, ["8002"]]);
    assertEquals(check("--allow-file", path, "--allow", "sport = 8002"), [0, []]);
  });
  withFile(["comm ~ ' # no comment' or sport > 8000"], (path) => assertEquals(check("--allow-file", path), [0, []]));
  withFile(["# nothing may listen"], (path) => assertEquals(check("--allow-file", path), [1, ["8001", "8002"]]));
  withFile(["sport = :8001", "sport = :80011"], (path) => {
    const { code, stdout, stderr } = runProgram("-lt", "--allow-file", path);
    assertEquals([code, stdout], [2, ""]);
    assertStringIncludes(stderr, `ss2: "${path}" line 2: `);
    assertStringIncludes(stderr, "\nsport = :80011\n        ^\n");
  });
});

Deno.test("--allow refuses what can only be a mistake, with status 2", () => {
  const refused = (...args: string[]) => {
    const { code, stdout, stderr } = runProgram("-lt", ...args);
    assertEquals([code, stdout], [2, ""]);
    return stderr;
  };
  const empty = "ss2: option --allow needs a filter: an empty one would allow everything\n";
  assertEquals([refused("--allow", ""), refused("--allow= ")], [empty, empty]);
  assertStringIncludes(refused("--allow", "sport"), "^");
  assertStringIncludes(refused("--allow", "path_name = /run/x"), "path_name");
  assertStringIncludes(refused("--allow", "comm = x", "--fail-if-any"), "exclude each other");
  assertStringIncludes(refused("--allow-file", "/nowhere/file"), "/nowhere/file");
  assertStringIncludes(refused("--allow-file", "-", "--allow-file", "-"), "cannot both read standard input");
});

Deno.test("--allow is 2 where the owner that it asks for is not visible", () => {
  const { stdout } = runIsolated(`
    start listen 80 outside
    set +e
    inside() { unshare --pid --fork --mount-proc "$@" -tl --csv -H --columns src_port; }
    inside "$@" --allow 'comm = outside' 2>/dev/null; echo $?
    inside "$@" --allow 'comm = outside' --allow 'sport = :80' 2>/dev/null; echo $?
    inside "$@" --allow 'comm = outside and sport = :81' 2>/dev/null; echo $?
    "$@" -tl --csv -H --columns src_port --allow 'comm = outside'; echo $?`);
  assertEquals(stdout.split(/\s+/), ["2", "0", "80", "1", "0", ""]);
});

Deno.test({
  name: `--allow is 2 where a mark decides that cannot be read${isRoot ? "" : " (ignored: not root)"}`,
  ignore: !isRoot,
  fn() {
    using _namespace = openNamespace();
    using _socket = openTcp(AF_INET).bind("127.0.0.1", 8001).listen(1);
    asNobody((words, options) => {
      const status = (...args: string[]) => run([...words, "-tl", ...args], options).code;
      assertEquals(status("--allow", "fwmark = 5"), 2);
      assertEquals(status("--allow", "fwmark = 5", "--allow", "sport = :8001"), 0);
      assertEquals(status("--allow", "fwmark = 5 and sport = 1"), 1);
    });
  },
});

Deno.test("--allow writes reports of what is not allowed, whatever is printed, and of what cannot be told", () => {
  const { stdout, stderr } = runIsolated(`
    start listen 80 'outside: 100%'
    start listen 81 other
    set +e
    reports='--report junit=/run/junit.xml --report markdown=/run/summary.md --report github'
    "$@" -tl --csv -H --columns src_port $reports --allow 'sport = :81'; echo $?
    grep -c '<failure message="A socket is not on the allow list."' /run/junit.xml
    grep -c '^| error | allow: ' /run/summary.md
    "$@" -tlp -q $reports --allow 'sport = :1'; echo $?
    grep -o 'TCP 0.0.0.0:8[01], ' /run/junit.xml | wc -l
    "$@" -tl --json --output /run/list $reports --allow 'sport = :82'; echo $?
    grep -c '::error' /run/list
    "$@" -tl -q $reports --allow 'sport > 1'; echo $?
    grep -c '<testcase classname="ss2" name="allow"/>' /run/junit.xml
    unshare --pid --fork --mount-proc "$@" -tl -q $reports --allow 'comm = other' 2>/dev/null; echo $?
    grep -c '<error message="cannot read owners ' /run/junit.xml`);
  assertEquals(stderr, "");
  const lines = stdout.trimEnd().split(/\r?\n/);
  const isAnnotation = (line: string) => line.startsWith("::");
  assertEquals(lines.filter((line) => !isAnnotation(line)), [
    ...["80", "1", "1", "1", "1", "2", "1", "0", "0", "1", "2", "1"],
  ]);
  const annotations = lines.filter(isAnnotation);
  assertEquals(annotations.length, 4);
  const error = "::error title=ss2%3A allow::A socket is not on the allow list.";
  assertStringIncludes(annotations[0]!, `${error}%0ATCP 0.0.0.0:80: state listening, `);
  assertEquals(annotations[1]!.split("%0A").filter((line) => line.startsWith("TCP ")).length, 2);
  assertStringIncludes(annotations[1]!, "%0ATCP 0.0.0.0:80, outside: 100%25 (pid ");
  assertStringIncludes(annotations[2]!, error);
  assertStringIncludes(annotations[3]!, "::warning title=ss2%3A allow::cannot be told: cannot read owners ");
});

Deno.test("--report is refused where nothing would be reported", () => {
  for (
    const words of [
      ["-t", "--report", "github"],
      ["-tl", "--allow", "sport = :1", "--report", "github", "--wait"],
      ["-tl", "--allow", "sport = :1", "--report", "github", "--explain"],
      ["-tl", "--allow", "sport = :1", "--report", "junit=a", "--report", "markdown=a"],
      ["-tl", "--fail-if-any", "--report", "github"],
    ]
  ) {
    const { code, stdout, stderr } = runProgram(...words);
    assertEquals([code, stdout, stderr.trimEnd().split("\n").length], [2, "", 1], words.join(" "));
  }
});
