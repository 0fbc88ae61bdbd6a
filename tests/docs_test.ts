/** The documentation: its examples run, and what it lists is what there is. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { families } from "../decode/families.ts";
import { formats } from "../formats/formats.ts";
import { keys } from "../decode/key.ts";
import { options } from "../options.ts";
import { projectDirectory, run } from "./program.ts";

const read = (name: string) => Deno.readTextFileSync(`${projectDirectory}${name}`);

Deno.test("the examples of the library guide, the README and mod.ts run", () => {
  const files = ["docs/library.md", "README.md", "mod.ts"];
  const words = [Deno.execPath(), "test", "--doc", "--allow-ffi", ...files];
  const { code, stdout, stderr } = run(words, { cwd: projectDirectory, env: { NO_COLOR: "1" } });
  assertEquals(code, 0, stdout + stderr);
  assertMatch(stdout, /ok \| 6 passed \| 0 failed/);
});

Deno.test("the README has a row for every option, and names every format", () => {
  const rows = read("README.md").split("\n").filter((line) => line.startsWith("| `"));
  for (const { long, short, value } of options) {
    const name = `\`--${long}${value === undefined ? "" : ` ${value}`}\``;
    const row = rows.find((row) => row.includes(short === undefined ? `| ${name}` : `| \`-${short}\`, ${name}`));
    assertEquals(row === undefined, false, `--${long} has no row`);
  }
  for (const { name } of formats) assertStringIncludes(read("README.md"), `\`${name}\``);
});

Deno.test("docs/json.md names every field at the top of a TCP flow", () => {
  assertEquals(families.map((family) => family.name), ["TCP"]);
  const text = read("docs/json.md");
  const top = keys.filter((key) => key.parent === null && !/_(raw|hex|extra)$|^unknown$|^test_/.test(key.name));
  for (const { name } of top) assertStringIncludes(text, `\`${name}\``);
});
