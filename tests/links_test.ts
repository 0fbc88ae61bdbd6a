/** The stand-ins for packages of JSR, against well-known packages with the same behaviour. */
import { assertEquals } from "@std/assert";
import { parseArgs } from "@std/cli/parse-args";
import { parse } from "@std/yaml";
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
