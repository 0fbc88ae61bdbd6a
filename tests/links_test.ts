/** The stand-ins for packages of JSR, against well-known packages with the same behaviour. */
import { assertEquals, assertThrows } from "@std/assert";
import { parseArgs } from "@std/cli/parse-args";
import { parse } from "@std/yaml";
import { parse as parseText } from "@std/yaml/parse";
import minimist from "./packages/minimist.ts";

const options = {
  boolean: ["tcp", "all", "help"],
  string: ["format", "_"],
  alias: { tcp: ["t"], all: ["a"], format: ["f"] },
};

/** Without entries that were not set: packages differ in which of them they mention. */
function set(args: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(args).filter(([, value]) => value !== false && value !== undefined));
}

const lines = [
  [],
  ["-t"],
  ["--tcp", "-a"],
  ["--format", "json"],
  ["--format=json"],
  ["--format=a=b"],
  ["--format="],
  ["--format", "--tcp"],
  ["-f", "json"],
  ["-f", "-t"],
  ["--format", "-"],
  ["--format"],
  ["--tcp=false"],
  ["--tcp=true"],
  ["state", "established"],
  ["state", "80", "0x1e", "1.2.3.4"],
  ["-t", "--", "-a", "--format", "x"],
  ["word", "--", "--tcp"],
  ["-"],
  [""],
  ["-t", "", "-a"],
  ["--format", "a", "--format", "b"],
];

Deno.test("parseArgs reads command lines as minimist does", () => {
  for (const line of lines) {
    if (line.filter((word) => word === "--format").length > 1) continue; // minimist gathers, the last one counts here
    assertEquals(set({ ...parseArgs(line, options) }), set({ ...minimist(line, options) }), line.join(" "));
  }
});

Deno.test("parseArgs takes the last value of an option that is repeated", () => {
  assertEquals(parseArgs(["--format", "a", "--format=b"], options)["format"], "b");
});

Deno.test("parseArgs asks about unknown options and about words, and leaves out what is refused", () => {
  const asked: string[] = [];
  const unknown = (arg: string) => {
    asked.push(arg);
    return !arg.startsWith("b");
  };
  const result = parseArgs(["-x", "--nope=1", "bad", "good", "-t"], { ...options, unknown });
  assertEquals(asked, ["-x", "--nope=1", "bad", "good"]);
  assertEquals(result._, ["good"]);
  assertEquals(result["tcp"], true);
});

Deno.test("parse of the YAML package reads YAML", () => {
  assertEquals(parse('a: [1, "22:22"]\nb: null\n'), { a: [1, "22:22"], b: null });
});

/** Documents of lists, mappings and scalars, as in files of rules. */
const documents = [
  "",
  "# nothing\n",
  "- a\n- b\n",
  "---\n- name: x\n  filter: sport = :22\n  expect: 010\n...\n",
  "- name: yes\n  other: 12:30\n  empty:\n  last: ~\n",
  "-   name: a\n    filter: b # comment\n\n# comment\n- name: c#d\n",
  "a: 'it''s # no comment'\nb: \"a\\tb\\u0041\\x41 \\\"q\\\" # none\" # comment\n",
  "a:\n  b:\n    c: 1\n  d: 2\ne:\n- 1\n- 2\nf:\n  - g: 1\n    h: 2\n",
  "a: one\n  two\n   three\nb: x\n",
  "a: |\n  one\n    two\n\n  three\nb: |-\n  x\nc: >\n  one\n  two\n\n  three\nd: >-\n  x\n  y\n",
  "- - a\n  - b\n- c\n",
  "- |\n  text # kept\n- b\n",
  "a: ( state = x and sport in 1,2 )\nb: src ::1\nc: comm ~ ^a\nd: a:b\n",
  "\"a b\": 1\n'c d': 2\n",
  "a: 1\r\nb: 2\r\n",
  "\ufeffa: 1\n",
  "plain text\nin lines\n",
];

/** What is not valid, or is not in rules: refused. */
const refused = [
  "a: 1\na: 2\n",
  "a: 1\n  b: 2\n",
  "a: b: c\n",
  "- a\nb: 1\n",
  "a: [1, 2]\n",
  "a: {b: 1}\n",
  "a: &x 1\n",
  "a: *x\n",
  "a: !tag 1\n",
  "a: 'open\n",
  'a: "open\n',
  'a: "\\q"\n',
  "\ta: 1\n",
  "a: 1\n---\nb: 2\n",
  "%YAML 1.1\n---\na\n",
  "a: @x\n",
];

Deno.test("parse of @std/yaml/parse reads lists, mappings and scalars as js-yaml does, and refuses all else", () => {
  const byJsYaml = (text: string) => parse(text, { schema: "failsafe" });
  for (const text of documents) {
    assertEquals(JSON.stringify(parseText(text, { schema: "failsafe" })), JSON.stringify(byJsYaml(text) ?? null), text);
  }
  for (const text of refused) {
    assertThrows(() => parseText(text, { schema: "failsafe" }), SyntaxError);
  }
});
