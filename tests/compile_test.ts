/**
 * The compiled program, as far as it can be tested without its runtime: what it embeds, its permissions, and the
 * message if the runtime is not available.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { bundle, FIRST_SCRIPT } from "../build/bundle.ts";
import { compileArguments, type Target } from "../build/compile.ts";
import { projectDirectory, type Run, run } from "./program.ts";

/** Runs the task as it stands in deno.json. */
const runTask = (name: string, env: Record<string, string>): Run =>
  run([Deno.execPath(), "task", "--quiet", name], { cwd: projectDirectory, env: { NO_COLOR: "1", ...env } });

/** Calls `test` with an environment in which Deno has its cache except for runtimes, and no network. */
function withoutRuntime(test: (env: Record<string, string>) => void): void {
  const { denoDir } = JSON.parse(run([Deno.execPath(), "info", "--json"]).stdout) as { denoDir: string };
  const directory = Deno.makeTempDirSync({ prefix: "ss2-test-" });
  try {
    const link = (name: string) => Deno.symlinkSync(`${denoDir}/${name}`, `${directory}/${name}`);
    for (const { name } of Deno.readDirSync(denoDir)) if (name !== "dl") link(name);
    test({ DENO_DIR: directory, HTTPS_PROXY: "http://127.0.0.1:9", HTTP_PROXY: "http://127.0.0.1:9", NO_PROXY: "" });
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}

for (const task of ["compile", "compile:all"]) {
  Deno.test(`deno task ${task} says both ways out in one paragraph where the runtime is not to be had, status 3`, () => {
    withoutRuntime((env) => {
      const { code, stdout, stderr } = runTask(task, env);
      assertEquals([code, stdout], [3, ""]);
      assertMatch(
        stderr,
        /^ss2: cannot compile: [^\n]+\bdl\.deno\.land\b[^\n]+\bDENORT_BIN\b[^\n]+\bdeno task pack\b[^\n]+\n$/,
      );
    });
  });
}

Deno.test("deno task compile does not take for the program what does not behave as it", () => {
  const { code, stdout, stderr } = runTask("compile", { DENORT_BIN: Deno.execPath() });
  assertEquals([code, stdout], [1, ""]);
  assertMatch(stderr, /^ss2: [^\n]*DENORT_BIN must name a denort[^\n]*\n$/);
});

for (const target of ["x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu"] as const satisfies Target[]) {
  Deno.test(`a program compiled for ${target} has one script embedded, may call libraries and nothing else`, async () => {
    const directory = Deno.makeTempDirSync({ prefix: "ss2-test-" });
    try {
      const [script, ...more] = await bundle("compiled");
      assertEquals([script?.name, more], [FIRST_SCRIPT, []]);
      Deno.writeFileSync(`${directory}/${FIRST_SCRIPT}`, script!.bytes);
      // What must not be embedded.
      Deno.mkdirSync(`${directory}/node_modules/left-pad`, { recursive: true });
      Deno.writeTextFileSync(`${directory}/node_modules/left-pad/index.js`, "");
      Deno.writeTextFileSync(`${directory}/package.json`, `{ "dependencies": { "left-pad": "*" } }`);
      const words = [Deno.execPath(), ...compileArguments(FIRST_SCRIPT, "ss2", target)];
      // Any program can serve as the runtime, because the result is not run.
      const env = { NO_COLOR: "1", DENORT_BIN: Deno.execPath() };
      const { code, stdout, stderr } = run(words, { cwd: directory, env });
      assertEquals(code, 0, stderr);
      const [, list, size] = /\nEmbedded Files\n\nss2\n((?:[^\n]+\n)+)\nFiles: ([0-9.]+)KB\n/.exec(stdout + stderr) ??
        [];
      assertMatch(list ?? stdout + stderr, /^└── ss2\.js \([0-9.]+KB\)\n$/);
      assert(
        Number(size) * 1000 < script!.bytes.length + 10_000,
        `${size} KB embedded for ${script!.bytes.length} bytes`,
      );
      const bytes = new TextDecoder("latin1").decode(Deno.readFileSync(`${directory}/ss2`).subarray(-2_000_000));
      const permissions = /"permissions":(\{[^{}]*\})/.exec(bytes)?.[1];
      const { deny_import, allow_import: _, ...others } = JSON.parse(permissions!);
      assertEquals(Object.entries(others).filter(([, value]) => value !== null && value !== false), [[
        "allow_ffi",
        [],
      ]]);
      // Otherwise modules could be imported from some hosts.
      assertEquals(deny_import, []);
      assertMatch(bytes, /"no_prompt":true|"prompt":false/);
      assertMatch(bytes, /"code_cache_key":null/);
    } finally {
      Deno.removeSync(directory, { recursive: true });
    }
  });
}
