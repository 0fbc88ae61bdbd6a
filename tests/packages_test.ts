/** Packages: what the program needs to start from source, where others are named, and which versions they have. */
import { assert, assertEquals } from "@std/assert";
import { copyProgramFiles, programModules } from "../build/stage.ts";
import { projectDirectory, projectFiles, run } from "./program.ts";

const lock: { readonly npm: Readonly<Record<string, unknown>> } = JSON.parse(
  Deno.readTextFileSync(`${projectDirectory}deno.lock`),
);

Deno.test("deno task ss2 starts in a clone, with an empty cache and without a network, and fetches nothing", () => {
  const directory = Deno.makeTempDirSync({ prefix: "ss2-test-" });
  try {
    const clone = `${directory}/clone`;
    Deno.mkdirSync(clone);
    copyProgramFiles(clone);
    Deno.copyFileSync(`${projectDirectory}deno.lock`, `${clone}/deno.lock`);
    const options = { cwd: clone, env: { DENO_DIR: `${directory}/cache`, NO_COLOR: "1" } };
    const task = (...args: string[]) =>
      run(["unshare", "--net", Deno.execPath(), "task", "--quiet", "ss2", ...args], options);
    const { code, stdout, stderr } = task("--version");
    assertEquals([code, stderr], [0, ""]);
    assert(stdout.startsWith("ss2 "), stdout);
    // Every module is there, not only those of a start.
    assertEquals(task("--man").code, 0);
    assertEquals(task("-ta", "--csv").stderr, "");
    const kept =
      run(["sh", "-c", 'ls "$1"/npm "$1"/remote 2>/dev/null | grep -v : ', "sh", `${directory}/cache`]).stdout;
    assertEquals(kept.trim(), "");
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
});

Deno.test("packages of npm are named where tests and builds are, and the program imports none", () => {
  const named = projectFiles().filter((path) =>
    /\.(ts|json)$/.test(path) && /"npm:[a-z@]/.test(Deno.readTextFileSync(projectDirectory + path))
  );
  assert(named.includes("tests/packages/ajv.ts"), named.join(" "));
  const strange = named.filter((path) => !/^(tests|build)\/packages\/|^tests\/fleet\/|^links\//.test(path));
  assertEquals(strange, []);
  for (const path of programModules().keys()) assert(!/^npm:|\/packages\//.test(path), path);
});

Deno.test("packages are releases, but for one that a package names itself; ajv has the correction of its patterns", () => {
  const versions = Object.keys(lock.npm).map((name) => name.replace(/_.*/, ""));
  assert(versions.length > 20);
  // AssemblyScript asks for exactly this one.
  assertEquals(versions.filter((name) => /@[0-9.]+-/.test(name)), ["binaryen@131.0.0-nightly.20260721"]);
  const [, major, minor] = /^ajv@(\d+)\.(\d+)/m.exec(versions.join("\n"))!;
  assert(Number(major) === 8 && Number(minor) >= 18, `ajv ${major}.${minor}`);
});
