/** What docs/ci.md tells to type is typed here, beside a server; and it fails where something is wrong. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { parse } from "@std/yaml";
import { programWords, projectDirectory } from "../program.ts";
import type { Hold } from "./hold.ts";
import { runIsolated } from "./isolated.ts";

const guide = Deno.readTextFileSync(`${projectDirectory}docs/ci.md`);

/** Blocks of code of a language. */
const blocks = (language: string) =>
  [...guide.matchAll(new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, "gs"))].map(([, text]) => text!);

/** The text of the block that starts with a comment of this name. */
function file(name: string): string {
  const found = [...blocks("text"), ...blocks("yaml")].find((text) => text.startsWith(`# ${name}\n`));
  assert(found !== undefined, name);
  return found;
}

interface Workflow {
  readonly jobs: { readonly test: { readonly steps: readonly { readonly uses?: string; readonly run?: string }[] } };
}
interface Pipeline {
  readonly test: {
    readonly before_script: readonly string[];
    readonly script: readonly string[];
    readonly artifacts: { readonly reports: { readonly junit: readonly string[] } };
  };
}

const workflow = blocks("yaml").map((text) => parse(text)).find((value) =>
  Object.hasOwn(value as object, "jobs")
) as Workflow;
const pipeline = blocks("yaml").map((text) => parse(text)).find((value) =>
  Object.hasOwn(value as object, "test")
) as Pipeline;

const server: Hold = ({ openTcp, setComm, AF_INET }) => {
  openTcp(AF_INET).bind("127.0.0.1", 8080).listen(5);
  setComm("server");
};

const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/** Runs steps as CI systems do, each by a shell that ends at the first error; prints the status of each. */
function runSteps(steps: readonly string[], runTests = "exit 0", before = "") {
  const files = {
    "ci/listeners": file("ci/listeners"),
    "ci/sockets.yaml": file("ci/sockets.yaml"),
    "ci/ss2": `#!/bin/sh\nexec ${programWords().map(quote).join(" ")} "$@"\n`,
    "run-tests": `#!/bin/sh\n${runTests}\n`,
    "server": '#!/bin/sh\nexec server "$@"\n',
    "sudo/sudo": '#!/bin/sh\nexec "$@"\n',
  };
  const script = `
    set +e
    mkdir -p /run/job/ci /run/job/sudo /run/job/bin
    cd /run/job
    ${Object.entries(files).map(([name, text]) => `printf %s ${quote(text)} >${name}`).join("\n")}
    chmod 755 ci/ss2 run-tests server sudo/sudo
    export GITHUB_STEP_SUMMARY=/run/job/summary PATH="/run/job/bin:/run/job/sudo:$PATH"
    ${before}
    ${
    steps.map((step) => `sh -ec ${quote(step.replaceAll("/usr/local/bin/", "/run/job/bin/"))}; echo "status $?"`).join(
      "\n",
    )
  }
    cat summary leaks.xml sockets.xml 2>/dev/null`;
  return runIsolated(script, programWords(), { holders: { server } });
}

const statusesIn = (stdout: string) => [...stdout.matchAll(/^status (\d+)$/gm)].map(([, status]) => Number(status));

const install = "install -m 755 ci/ss2 /usr/local/bin/ss2";
const lines = blocks("sh")[0]!.trimEnd().split("\n");
const jobs: readonly (readonly [name: string, steps: readonly string[]])[] = [
  ["five lines", [install, lines.join("\n")]],
  ["GitHub", workflow.jobs.test.steps.flatMap(({ run }) => run ?? [])],
  ["GitLab", [pipeline.test.before_script.join("\n"), pipeline.test.script.join("\n")]],
];

for (const [name, steps] of jobs) {
  Deno.test(`docs/ci.md: the steps of ${name} hold beside a server that is alone`, () => {
    const { stdout, stderr } = runSteps(steps);
    assertEquals([statusesIn(stdout), stderr], [steps.map(() => 0), ""], stdout);
    assertMatch(stdout, /<testcase classname="ss2" name="leaks"\/>/);
    assertMatch(stdout, /<testcase classname="ss2" name="server-listens"\/>/);
    assertEquals(stdout.includes("::error"), false);
  });

  Deno.test(`docs/ci.md: the steps of ${name} fail if the tests leave a listener behind`, () => {
    const { stdout } = runSteps(
      steps,
      "listen 6379 left & until [ -s /run/ready ]; do sleep 0.02; done; rm /run/ready",
    );
    assert(statusesIn(stdout).includes(1), stdout);
    assertStringIncludes(stdout, '<failure message="The command left sockets behind."');
    assertMatch(stdout, /left \(pid \d+\)/);
  });
}

Deno.test("docs/ci.md: each step of GitHub says what is wrong, and GitLab reads the reports that are written", () => {
  const steps = workflow.jobs.test.steps.flatMap(({ run }) => run ?? []);
  const { stdout } = runSteps(steps, "exit 3", "start listen 6379 store");
  // Installed, started; the tests fail; the store should not listen; it is on all addresses.
  assertEquals(statusesIn(stdout), [0, 0, 3, 1, 1, 0]);
  assertMatch(stdout, /^::warning title=ss2%3A exposed-port::/m);
  for (const { uses } of workflow.jobs.test.steps) if (uses !== undefined) assertMatch(uses, /^[\w-]+\/[\w-]+@v\d+$/);
  const reports = pipeline.test.script.flatMap((line) => /junit=(\S+)/.exec(line)?.[1] ?? []);
  assertEquals(pipeline.test.artifacts.reports.junit, reports);
});
