/** `--check` with rules of one's own in files, and its reports. */
import { assertEquals, assertMatch } from "@std/assert";
import { defaultRules } from "../../query/checks/default_rules.ts";
import { runProgram } from "../program.ts";
import { openNamespace } from "./namespace.ts";
import { AF_INET, openTcp } from "./sockets.ts";

/** The built-in rules but for those about the machine, which is seen in the initial namespace only. */
const names = defaultRules.filter(({ share }) => share?.whole.startsWith("host.") !== true).map(({ name }) => name);

const listen = (address: string, port: number, backlog: number) => openTcp(AF_INET).bind(address, port).listen(backlog);

/** Calls `test` with a directory of its own. */
function inDirectory(test: (directory: string) => void): void {
  const directory = Deno.makeTempDirSync({ prefix: "ss2-test-" });
  try {
    test(directory);
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}

Deno.test("--check=FILE tests rules from YAML, with what they expect", () => {
  using _namespace = openNamespace();
  using _web = listen("127.0.0.1", 8001, 1);
  inDirectory((directory) => {
    const file = `${directory}/rules.yaml`;
    const results = (rules: string, ...args: string[]) => {
      Deno.writeTextFileSync(file, rules);
      const { code, stdout, stderr } = runProgram(`--check=${file}`, "--format", "ndjson", ...args);
      assertEquals(stderr, "");
      return [code, ...stdout.trimEnd().split("\n").map((line) => JSON.parse(line).result)];
    };
    const rule = (expect: string, filter = "state listening and sport = :8001") =>
      `- name: web\n  filter: ${filter}\n  expect: ${expect}\n`;
    assertEquals(results(rule("some")), [0, "holds"]);
    assertEquals(results(rule("none")), [1, "fails"]);
    assertEquals(results(rule("1")), [0, "holds"]);
    assertEquals(results(rule("2")), [1, "fails"]);
    assertEquals(results(rule("0")), [1, "fails"]);
    assertEquals(results(rule("some", "state established")), [1, "fails"]);
    assertEquals(results(rule("none", "state established")), [0, "holds"]);
    assertEquals(results("- name: listeners\n  filter: 8001\n"), [1, "fails"]);
    const sums = (limit: number) =>
      `- name: sums\n  over: summary\n  share: tcp.states.listening > ${limit}% of limits.accept_queue\n`;
    assertEquals(results(sums(1)), [0, "holds"]);
    assertEquals(results(sums(0)), [1, "fails"]);
    Deno.writeTextFileSync(file, rule("some"));
    const both = runProgram(`--check=default,${file}`, "--table");
    assertEquals(both.stdout, `${names.length + 1} rules: ${names.length + 1} hold, 0 fail, 0 unknown\n`);
  });
});

Deno.test("--check=FILE refuses rules that it does not understand, with status 2", () => {
  inDirectory((directory) => {
    const file = `${directory}/rules.yaml`;
    const refused = (rules: string, ...args: string[]) => {
      Deno.writeTextFileSync(file, rules);
      const { code, stdout, stderr } = runProgram(`--check=${file}`, ...args);
      assertEquals([code, stdout], [2, ""], rules);
      return stderr.replace(`ss2: "${file}": `, "");
    };
    assertEquals(
      refused("- name: a\n  filter: sport = 1\n  expects: none\n"),
      'rule "a": unknown key "expects", did you mean expect?\n',
    );
    assertEquals(refused("- name: a\n  filter: sport =\n").split("\n").slice(1), ["sport =", "       ^", ""]);
    assertMatch(refused("- name: a\n  filter: rttt > 5\n"), /^rule "a": .*rttt/);
    assertEquals(
      refused("- name: a\n  filter: sport = 1\n  expect: no\n"),
      'rule "a": expect is none, some or a number, not "no"\n',
    );
    assertEquals(
      refused("- name: a\n  filter: sport = 1\n  expect: 010\n"),
      'rule "a": expect is none, some or a number, not "010"\n',
    );
    assertEquals(
      refused("- name: on\n  filter: sport = 1\n"),
      'rule "on": name "on" is no text for readers of YAML 1.1\n',
    );
    assertEquals(
      refused("- name: a\n  filter: 22:30\n"),
      'rule "a": filter "22:30" is no text for readers of YAML 1.1\n',
    );
    assertEquals(refused("- filter: sport = 1\n"), "rule 1: name is missing\n");
    assertMatch(
      refused("- name: a\n  filter: sport = 1\n  severity: high\n"),
      /^rule "a": severity is error, warning, notice/,
    );
    assertMatch(
      refused("- name: a\n  filter: sport = 1\n- name: a\n  filter: sport = 2\n"),
      /^two rules are named "a"/,
    );
    assertMatch(refused("name: a\n"), /^expected a list of rules/);
    assertMatch(refused(""), /^expected a list of rules/);
    assertMatch(refused("- name: a\n  name: b\n"), /^not valid YAML: .*line 2/);
    assertMatch(
      refused("- name: a\n  filter: tcp_info.rtt > 1ms\n", "-u"),
      /^rule "a": no socket that is listed can ever pass/,
    );
    assertMatch(
      refused("- name: a\n  filter: sport = 1\n  least: 3\n"),
      /^rule "a": least needs over: local address or unit\n/,
    );
    assertMatch(
      refused("- name: a\n  filter: sport = 1\n  grows: recv_q\n"),
      /^rule "a": grows needs over: two looks or unit\n/,
    );
    assertMatch(refused("- name: a\n  over: summary\n"), /^rule "a": over: summary needs filter or share/);
    assertMatch(
      refused("- name: a\n  over: summary\n  filter: tcp.states.established > 1\n  show: sport\n"),
      /^rule "a": show does nothing/,
    );
    // Names of sums are no names of fields, and the other way round.
    assertEquals(
      refused("- name: a\n  over: summary\n  filter: tcp.states.established > 1 and tcp.listen_overflow > 0\n"),
      'rule "a": unknown field "tcp.listen_overflow", did you mean tcp.listen_overflows?\n' +
        "tcp.states.established > 1 and tcp.listen_overflow > 0\n                               ^\n",
    );
    assertMatch(refused("- name: a\n  over: summary\n  filter: sport = 1\n"), /^rule "a": its filter is about sockets/);
    assertMatch(refused("- name: a\n  over: summary\n  filter: state = listening\n"), /^rule "a": /);
    assertMatch(refused("- name: a\n  over: summary\n  filter: not comm = x\n"), /^rule "a": unknown field "comm"/);
    assertMatch(
      refused("- name: a\n  over: summary\n  share: tcp.states.established > 1% of limits.no_such_limit\n"),
      /^rule "a": .*limits\.no_such_limit/,
    );
    assertMatch(refused("- name: a\n  filter: tcp.states.established > 1\n"), /^rule "a": unknown field/);
    Deno.writeTextFileSync(file, "- name: udp-drops\n  filter: sport = 1\n");
    assertEquals(runProgram(`--check=default,${file}`).stderr, 'ss2: --check: two rules are named "udp-drops"\n');
    assertEquals(runProgram("--check=default,default").code, 2);
    assertEquals(runProgram("--check=").code, 2);
    assertEquals(runProgram(`--check=${directory}/none.yaml`).code, 2);
    assertEquals(runProgram("--check", "--csv").code, 2);
    assertEquals(runProgram("--check", "--read", "x").code, 2);
    assertEquals(runProgram("--check", "--report", "junit").code, 2);
  });
});

Deno.test("--report writes files beside the output", () => {
  using _namespace = openNamespace();
  using _store = listen("0.0.0.0", 6379, 1);
  inDirectory((directory) => {
    const [junit, markdown] = [`${directory}/junit.xml`, `${directory}/summary.md`];
    const reports = ["--report", `junit=${junit}`, "--report", `markdown=${markdown}`, "--report", "github"];
    const { code, stdout } = runProgram("--check", "--table", ...reports);
    assertEquals(code, 1);
    assertMatch(
      stdout,
      /\d unknown\n::warning title=ss2%3A exposed-port::A datastore, .*%0ATCP 0\.0\.0\.0:6379, .*\n$/,
    );
    assertMatch(Deno.readTextFileSync(junit), /<testcase classname="ss2" name="exposed-port">\s*<failure /);
    assertMatch(Deno.readTextFileSync(markdown), /\| warning \| exposed-port: A datastore, /);
    assertEquals(runProgram("--check", ...reports, "--output", junit).code, 2);
    // The file has the output alone.
    const file = `${directory}/findings.json`;
    const written = runProgram("--check", "--json", "--output", file, "--report", "github");
    assertMatch(written.stdout, /^::warning title=ss2%3A exposed-port::[^\n]*\n$/);
    assertEquals(JSON.parse(Deno.readTextFileSync(file)).complete, true);
  });
});
