/** The documentation: its examples run, and what it lists is what there is. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { families } from "../decode/families/all_families.ts";
import { formats } from "../formats/all_formats.ts";
import { fieldsOf } from "../decode/reference/fields.ts";
import { fieldsDocument } from "../docs/write_fields.ts";
import { runReplaced } from "./live/replaced_files.ts";
import { metricFormats } from "../formats/registry.ts";
import { metricsDocument } from "../docs/write_metrics.ts";
import { optionsDocument } from "../docs/write_options.ts";
import { programWords, projectDirectory, run } from "./program.ts";

const read = (name: string) => Deno.readTextFileSync(`${projectDirectory}${name}`);

Deno.test("the examples of the library guide, the README and the library run", () => {
  const library = [...Deno.readDirSync(`${projectDirectory}library`)].map(({ name }) => `library/${name}`);
  const files = ["docs/library.md", "docs/formats.md", "README.md", "mod.ts", ...library];
  const words = [Deno.execPath(), "test", "--doc", "--allow-ffi", ...files];
  const { code, stdout, stderr } = run(words, { cwd: projectDirectory, env: { NO_COLOR: "1" } });
  assertEquals(code, 0, stdout + stderr);
  assertMatch(stdout, /ok \| 19 passed \| 0 failed/);
});

Deno.test("docs/options.md is what deno task options writes", () => {
  assert(read("docs/options.md") === optionsDocument(), "docs/options.md is not current: run deno task options");
});

Deno.test("docs/metrics.md is what deno task metrics writes", () => {
  assert(read("docs/metrics.md") === metricsDocument(), "docs/metrics.md is not current: run deno task metrics");
});

Deno.test("docs/formats.md names every format", () => {
  for (const { name } of [...formats, ...metricFormats]) assertStringIncludes(read("docs/formats.md"), `\`${name}\``);
});

/** Not every machine has names of services. */
const SERVICES = { "/etc/services": "ssh 22/tcp\ndomain 53/udp\nhttp 80/tcp\nhttps 443/tcp\n" };

Deno.test("the filters in README, docs/filters.md and docs/recipes.md can be read", () => {
  const words = programWords();
  const lines = ["README.md", "docs/filters.md", "docs/recipes.md"].flatMap((name) =>
    read(name).split("\n").filter((line) =>
      /^(deno task )?ss2 .*['=]/.test(line) && !/--(read|record|output)|\\$| \| [a-z]/.test(line)
    )
  );
  assert(lines.length > 8, `${lines.length} lines`);
  const commands = lines.map((line) => line.replace(/^(deno task )?ss2 /, '"$@" --explain ').replace(/ \|\| .*$/, ""));
  const { code, stdout, stderr } = runReplaced(SERVICES, ["sh", "-e", "-c", commands.join("\n"), "sh", ...words]);
  assertEquals([code, stderr], [0, ""], stdout.split("\nfilter: ").at(-1));
  assertEquals(stdout.match(/^filter: /gm)?.length, lines.length);
});

Deno.test("docs/fields.md is what deno task fields writes", () => {
  assert(read("docs/fields.md") === fieldsDocument(), "docs/fields.md is not current: run deno task fields");
});

Deno.test("docs/fields.md says the same in whatever order the families are loaded", () => {
  const code = `
    const { families } = await import(${
    JSON.stringify(new URL("../decode/families/registry.ts", import.meta.url).href)
  });
    for (const family of [...families].reverse()) await family.load();
    const { fieldsDocument } = await import(${
    JSON.stringify(new URL("../docs/write_fields.ts", import.meta.url).href)
  });
    console.log(fieldsDocument());
  `;
  const { stdout, stderr } = run([Deno.execPath(), "eval", "--quiet", code]);
  assertEquals(stderr, "");
  assert(stdout === read("docs/fields.md") + "\n", "what one of several families says of a field depends on the order");
});

Deno.test("README and docs/json.md lead to docs/fields.md, which has a section for every family", () => {
  for (const name of ["README.md", "docs/json.md"]) assertMatch(read(name), /\]\((docs\/)?fields\.md\)/);
  const headings = read("docs/fields.md").split("\n").filter((line) => line.startsWith("## "));
  assertEquals(headings, ["## Units", ...families.map(({ name }) => `## ${name}`), "## Options of sockets"]);
});

Deno.test("docs/json.md names no field that there is not", () => {
  const known = new Set(
    families.flatMap((family) => fieldsOf(family).flatMap(({ path, words }) => [...path.split("."), ...words])),
  );
  for (const [, name] of read("docs/json.md").matchAll(/`([a-z]+_[a-z_]+)`/g)) {
    assert(known.has(name!), `${name} is no field`);
  }
});

Deno.test("every promise of docs/reliability.md is shown by tests that there are", () => {
  // A line that is too long goes on in the next one.
  const items = read("docs/reliability.md").replaceAll(/\n +(?! |- )/g, " ").split("\n").map((line) => line.trim());
  const isTest = (line = "") => line.startsWith("- `tests/");
  const promises = items.flatMap((line, i) => line.startsWith("- ") && !isTest(line) ? [i] : []);
  assert(promises.length > 20, `${promises.length} promises`);
  for (const i of promises) assert(isTest(items[i + 1]), items[i]);
  for (const line of items.filter(isTest)) {
    const [, file = "", name = ""] = /^- `([^`]+)`: (.+)$/.exec(line) ?? [];
    assert(name !== "" && read(file).includes(name), `${line} is not there`);
  }
});
