/**
 * Runs the recipes of `docs/recipes.md` in a network namespace with a few sockets, and checks the files for releases.
 */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { parse } from "@std/yaml";
import config from "../deno.json" with { type: "json" };
import { openNamespace } from "./live/namespace.ts";
import { openPair } from "./live/sockets.ts";
import { isInstalled, programWords, projectDirectory, run, without } from "./program.ts";

const read = (name: string) => Deno.readTextFileSync(`${projectDirectory}${name}`);

/** Blocks of code in a document, with their language. */
function blocks(name: string): { language: string; text: string }[] {
  const text = read(name);
  return [...text.matchAll(/```(\w+)\n(.*?)```/gs)].map(([, language, text]) => ({ language: language!, text: text! }));
}

/** Listens on the port of the recipes, and takes what is sent to it by HTTP. */
const server = `
import http.server, socket
listener = socket.create_server(("127.0.0.1", 5432))
class Collector(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        open("collected", "wb").write(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.end_headers()
    def log_message(self, *words): pass
collector = http.server.HTTPServer(("127.0.0.1", 8080), Collector)
open("ready", "w").close()
collector.serve_forever()
`;

const prepare = `
python3 server.py & server=$!
trap 'kill $server' EXIT
until [ -e ready ]; do sleep 0.05; done
`;

const tools = ["python3", "jq", "curl"];
const recipes = blocks("docs/recipes.md").filter(({ language }) => language === "sh");

Deno.test({
  name: `the recipes in docs/recipes.md run without a complaint${tools.map(without).join("")}`,
  ignore: !tools.every(isInstalled),
  fn() {
    const directory = Deno.makeTempDirSync({ prefix: "ss2-test-" });
    try {
      Deno.mkdirSync(`${directory}/bin`);
      const words = programWords().map((word) => `'${word}'`).join(" ");
      const script = (name: string, text: string) =>
        Deno.writeTextFileSync(`${directory}/bin/${name}`, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
      // Even root may not be permitted to read all processes or to enter all namespaces: then the status is 1.
      script(
        "ss2",
        `said=$(mktemp -p .); ${words} "$@" 2>"$said"; status=$?
grep -vE 'not permitted|cannot enter' "$said" >&2; test -s "$said" && test $status = 1 && exit 0; exit $status`,
      );
      // Another host is this one.
      script("ssh", `test "$1" = -n && shift 2 && exec sh -c "$*"`);
      Deno.writeTextFileSync(`${directory}/hosts`, "web1\nweb2\n");
      Deno.writeTextFileSync(`${directory}/server.py`, server);
      using _namespace = openNamespace();
      using _pair = openPair();
      const env = { PATH: `${directory}/bin:${Deno.env.get("PATH")}`, COLLECTOR: "http://127.0.0.1:8080/" };
      assert(recipes.length >= 6);
      for (const { text } of recipes) {
        const block = text.replaceAll("/var/log/", "");
        const { code, stderr } = run(["sh", "-e", "-c", prepare + block], { cwd: directory, env });
        assertEquals([code, stderr], [0, ""], block);
        Deno.removeSync(`${directory}/ready`);
      }
      const result = (name: string) => Deno.readTextFileSync(`${directory}/${name}`);
      assertMatch(
        result("fleet.ndjson"),
        /^\{"host":"web1","protocol":"TCP",.*\n(.*\n)*\{"host":"web2","protocol":"TCP",/,
      );
      for (const line of result("fleet.ndjson").trimEnd().split("\n")) JSON.parse(line);
      assertMatch(result("collected"), /^(\{"protocol":"TCP",.*\}\n){4,}$/);
      assertMatch(result("ss2.ndjson"), /^\{"meta":/);
      assertMatch(result("sockets.csv"), /^\ufeffprotocol;state;src;src_port;dst;dst_port;tcp_info\.rtt\r\n/);
      assertMatch(result("owners.csv"), /^state,src_port,pid,process\r\n/);
      assert(Deno.statSync(`${directory}/host.pcap`).size > 100);
    } finally {
      Deno.removeSync(directory, { recursive: true });
    }
  },
});

Deno.test("the recipe for Ansible is YAML", () => {
  const [recipe] = blocks("docs/recipes.md").filter(({ language }) => language === "yaml");
  const [play] = parse(recipe!.text) as [{ tasks: Record<string, unknown>[] }];
  assertEquals(play.tasks.map((task) => Object.keys(task)[0]), [
    "ansible.builtin.copy",
    "ansible.builtin.command",
    "ansible.builtin.assert",
  ]);
});

interface Workflow {
  readonly jobs: Record<string, { readonly steps: readonly Record<string, unknown>[] }>;
}

Deno.test("the workflow is YAML, runs what there is, and builds with the Deno of the README", () => {
  const { jobs } = parse(read(".github/workflows/release.yml")) as Workflow;
  assertEquals(Object.keys(jobs), ["check", "build"]);
  const steps = Object.values(jobs).flatMap(({ steps }) => steps);
  const commands = steps.flatMap(({ run }) => run === undefined ? [] : [String(run)]);
  assert(commands.some((command) => command.endsWith("bash .ci/run")));
  for (const [, task] of commands.join("\n").matchAll(/deno task (\S+)/g)) {
    assert(Object.hasOwn(config.tasks, task!), `there is no task ${task}`);
  }
  for (const { uses } of steps) if (uses !== undefined) assertMatch(String(uses), /^[\w-]+\/[\w-]+@v\d+$/);
  const setup = steps.find(({ uses }) => String(uses).startsWith("denoland/setup-deno@"));
  const { "deno-version": version } = setup!["with"] as Record<string, string>;
  assertStringIncludes(read("README.md"), `deno@${version!.slice(1)} `);
});

Deno.test("what a release is made by has its place: one version, a changelog in its form, instructions of a page", () => {
  assertMatch(config.version, /^\d+\.\d+\.\d+$/);
  const headings = [...read("CHANGELOG.md").matchAll(/^## (.*)$/gm)].map(([, heading]) => heading!);
  assertEquals(headings[0], "[Unreleased]");
  for (const heading of headings.slice(1)) assertMatch(heading, /^\[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d$/);
  for (const [, kind] of read("CHANGELOG.md").matchAll(/^### (.*)$/gm)) {
    assertMatch(kind!, /^(Added|Changed|Deprecated|Removed|Fixed|Security)$/);
  }
  assert(read("RELEASING.md").split("\n").length <= 50);
});
