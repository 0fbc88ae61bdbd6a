/**
 * The project with JSR packages instead of those in `links`: everything must run with both.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { projectDirectory, projectFiles, run } from "./program.ts";
import { serveLinks } from "./jsr_registry.ts";

/** Runs this Deno with `args` in `cwd`, while this process answers others. */
async function runDeno(args: string[], cwd: string, env: Record<string, string>) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd, env, stdin: "null" }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

Deno.test("without the links of deno.json the program runs, and is checked, tested, packed and compiled", async (t) => {
  const directory = Deno.makeTempDirSync({ prefix: "ss2-test-" });
  const registry = serveLinks(["./links/assert", "./links/cli", "./links/yaml"]);
  try {
    const project = `${directory}/project`;
    Deno.mkdirSync(project);
    for (const path of projectFiles()) {
      if (path.startsWith("links/")) continue;
      Deno.mkdirSync(`${project}/${path}`.replace(/[^/]*$/, ""), { recursive: true });
      Deno.copyFileSync(`${projectDirectory}${path}`, `${project}/${path}`);
    }
    const settings = JSON.parse(Deno.readTextFileSync(`${project}/deno.json`));
    delete settings.links;
    Deno.writeTextFileSync(`${project}/deno.json`, JSON.stringify(settings));
    // Packages of npm are those of this Deno's cache.
    const cache = `${directory}/cache`;
    Deno.mkdirSync(cache);
    const { npmCache } = JSON.parse(run([Deno.execPath(), "info", "--json"]).stdout) as { npmCache: string };
    Deno.symlinkSync(npmCache, `${cache}/npm`);
    const env = { JSR_URL: registry.url, DENO_DIR: cache, NO_COLOR: "1", XDG_CACHE_HOME: `${directory}/xdg` };
    const deno = (...args: string[]) => runDeno(args, project, env);

    await t.step("runs", async () => {
      const { code, stdout, stderr } = await deno("task", "--quiet", "ss2", "--version");
      assertEquals([code, stderr], [0, ""]);
      assertMatch(stdout, /^ss2 /);
      for (const words of [["--output", "-"], ["-F", "-"], ["--filter-file", "-"]]) {
        assertEquals((await deno("task", "--quiet", "ss2", "-tl", "--table", ...words)).code, 0, words.join(" "));
      }
      const format = await deno("task", "--quiet", "ss2", "-tl", "--format", "-");
      assertEquals(format.code, 2);
      assertMatch(format.stderr, /^ss2: unknown format "-"/);
    });
    await t.step("is checked", async () => {
      assertEquals(await deno("check", "--quiet", "main.ts", "mod.ts", "build/pack.ts", "tests/links_test.ts"), {
        code: 0,
        stdout: "",
        stderr: "",
      });
    });
    await t.step("is tested", async () => {
      const { code, stdout, stderr } = await deno("task", "--quiet", "test", "tests/links_test.ts");
      assertEquals(code, 0, stdout + stderr);
    });
    await t.step("is packed", async () => {
      const { code, stderr } = await deno("task", "--quiet", "pack");
      assertEquals([code, stderr], [0, ""]);
      const { code: status, stdout, stderr: said } = run([`${project}/dist/ss2`, "--version"], { env });
      assertEquals([status, said], [0, ""]);
      assertMatch(stdout, /\bpacked\b/);
    });
    await t.step("is compiled, as far as that goes without a runtime for it", async () => {
      // It stops at what was compiled, not before.
      const { code, stderr } = await runDeno(["task", "--quiet", "compile"], project, {
        ...env,
        DENORT_BIN: Deno.execPath(),
      });
      assertEquals(code, 1);
      assertMatch(stderr, /^ss2: [^\n]*DENORT_BIN must name a denort[^\n]*\n$/);
    });
    assert([...Deno.readDirSync(`${cache}/remote`)].length > 0, "nothing came from the registry");
  } finally {
    await registry.stop();
    Deno.removeSync(directory, { recursive: true });
  }
});
