/**
 * Follows the instructions of `docs/architecture.md` for adding things: a copy of the program gets the new files and
 * rows, and must work.
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { openNamespace } from "./live/namespace.ts";
import { AF_INET, openTcp } from "./live/sockets.ts";
import { projectDirectory, type Run, run } from "./program.ts";

/** The program's files. */
const TREE = [
  ...["decode", "ffi", "formats", "query", "options", "commands", "links"],
  ...["main.ts", "session.ts", "deno.json", "built.json"],
];

/** A copy of the program that can be changed. Records which files were touched. */
class Copy implements Disposable {
  readonly directory = `${Deno.makeTempDirSync({ prefix: "ss2-test-" })}/`;
  readonly touched = new Set<string>();

  constructor() {
    const tree = TREE.map((name) => projectDirectory + name);
    assertEquals(run(["cp", "-R", ...tree, this.directory]).stderr, "");
  }

  add(path: string, text: string): void {
    Deno.writeTextFileSync(this.directory + path, text, { createNew: true });
    this.touched.add(path);
  }

  /** Inserts `text` after the first occurrence of `after`. */
  insert(path: string, after: string, text: string): void {
    const before = Deno.readTextFileSync(this.directory + path);
    assertStringIncludes(before, after, path);
    Deno.writeTextFileSync(this.directory + path, before.replace(after, () => after + text));
    this.touched.add(path);
  }

  /** Runs the program of the copy, after its types were checked. */
  run(...args: string[]): Run {
    const words = ["run", "--quiet", "--no-prompt", "--check", "--allow-ffi", `--allow-read=${this.directory}`];
    return run([Deno.execPath(), ...words, `${this.directory}main.ts`, ...args], { env: { NO_COLOR: "1" } });
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.directory, { recursive: true });
  }
}

/** The files that docs/architecture.md lists for adding something. */
function listed(what: string): readonly string[] {
  const text = Deno.readTextFileSync(`${projectDirectory}docs/architecture.md`);
  const section = text.slice(text.indexOf(`**A ${what}`)).split(/\n\*\*|\n`deno task/)[0]!;
  return [...section.matchAll(/^\d\. `([^`]+)`/gm)].map(([, path]) => path!);
}

Deno.test("a format is one file and one row", () => {
  using copy = new Copy();
  copy.add(
    "formats/ends.ts",
    `import { ObjectSink } from "../decode/record/object_sink.ts";
import type { OpenOutput, OutputSink } from "./format.ts";
import type { Write } from "./text/output_buffer.ts";

/** Prints the local end of each socket. */
class EndsSink extends ObjectSink implements OutputSink {
  constructor(readonly write: Write) {
    super();
  }
  override closeRecord(): void {
    super.closeRecord();
    for (const { protocol, src, src_port } of this.take()) {
      this.write(new TextEncoder().encode(\`\${protocol} \${src} \${src_port}\\n\`));
    }
  }
  close(): void {}
}

export const openEnds: OpenOutput = (write) => new EndsSink(write);
`,
  );
  copy.insert(
    "formats/registry.ts",
    "export const formats: readonly FormatEntry[] = [",
    `
  {
    name: "ends",
    honours: [],
    flat: true,
    help: "the local end of each socket",
    load: async () => (await import("./ends.ts")).openEnds,
  },`,
  );
  const recording = `${projectDirectory}tests/fixtures/tcp4.k618.pcap`;
  const { code, stdout, stderr } = copy.run("-ta4", "--format", "ends", "--sort", "src_port", "--read", recording);
  assertEquals([code, stderr], [0, ""]);
  const lines = stdout.trimEnd().split("\n");
  assert(lines.length > 10, stdout);
  for (const line of lines) assert(/^TCP [0-9.]+ \d+$/.test(line), line);
  const ports = lines.map((line) => Number(line.split(" ")[2]));
  assertEquals(ports, ports.toSorted((a, b) => a - b));
  assertStringIncludes(copy.run("--help", "all").stdout, "the local end of each socket");
  assertEquals([...copy.touched], listed("format").map((path) => path.replace("NAME", "ends")));
});

Deno.test("a lookup is two files and a row in each of the registries", () => {
  using copy = new Copy();
  copy.add(
    "decode/lookups/homes.ts",
    `import type { Family } from "../families/family.ts";
import { uidKey } from "../families/sock_diag.ts";
import { writeText } from "../netlink/attribute.ts";
import type { NumberReader } from "../netlink/number_reader.ts";
import { defineKey, type Key } from "../record/key.ts";
import type { RecordSink } from "../record/record_sink.ts";
import type { Enricher, Lookup } from "./lookup.ts";

const home = defineKey(null, "home", { type: "text", meaning: "Home of the user.", source: "/etc/passwd" });

export const homes: Lookup<"homes"> = { name: "homes", from: [uidKey], keys: [home], isFor: ({ userOf }) => userOf !== undefined };

export class Homes implements Enricher {
  readonly lookup: Lookup = homes;
  readonly from: Key = uidKey;
  readonly none = -1;
  constructor(readonly known: ReadonlyMap<number, Uint8Array>) {}
  readerOf({ userOf }: Family): NumberReader | null {
    return userOf ?? null;
  }
  write(uid: number, sink: RecordSink): void {
    const path = this.known.get(uid);
    if (path !== undefined) writeText(home, path, 0, path.length, sink);
  }
}
`,
  );
  copy.add(
    "ffi/homes.ts",
    `import { Homes } from "../decode/lookups/homes.ts";
import { readFile } from "./file.ts";

export function openHomes(): Homes {
  const lines = new TextDecoder().decode(readFile("/etc/passwd")).split("\\n").map((line) => line.split(":"));
  const homes = lines.filter((line) => line.length > 5);
  return new Homes(new Map(homes.map(([, , uid, , , home]) => [Number(uid), new TextEncoder().encode(home)])));
}
`,
  );
  copy.insert(
    "ffi/lookups.ts",
    "const entries: readonly LookupEntry[] = [",
    '\n  { name: "homes", load: async () => (await import("./homes.ts")).openHomes },',
  );
  copy.insert("decode/lookups/registry.ts", " */\n", 'import { homes } from "./homes.ts";\n');
  copy.insert("decode/lookups/registry.ts", "const rows = [", "\n  homes,");
  using _namespace = openNamespace();
  using listener = openTcp(AF_INET).bind("127.0.0.1").listen(1);
  const { code, stdout, stderr } = copy.run("-tl", "--format", "ndjson", "--columns", "inode,uid,home");
  assertEquals([code, stderr], [0, ""]);
  const flow = stdout.trimEnd().split("\n").map((line) => JSON.parse(line)).find(({ inode }) =>
    inode === listener.inode
  );
  const passwd = Deno.readTextFileSync("/etc/passwd").split("\n").map((line) => line.split(":"));
  const home = passwd.find(([, , uid]) => Number(uid) === flow.uid)?.[5];
  assert(home !== undefined && home !== "");
  assertEquals(flow.home, home);
  // It is looked up only on request, a filter can use it, and the reference has it.
  assertEquals(copy.run("-tl", "--format", "ndjson").stdout.includes("home"), false);
  assertStringIncludes(copy.run("-tl", "--format", "ndjson", `home = "${home}"`).stdout, `"home":"${home}"`);
  assertStringIncludes(copy.run("--fields", "tcp").stdout, "Home of the user.");
  assertEquals(
    [...copy.touched].sort(),
    listed("lookup").map((path) => path.replace("NAME", "homes")).sort(),
  );
});

Deno.test("docs/architecture.md names files that there are", () => {
  const text = Deno.readTextFileSync(`${projectDirectory}docs/architecture.md`);
  const named = [...text.matchAll(/`((?:[a-z_]+\/)*[a-z_]+\.(?:ts|md)|(?:[a-z]+\/)+)`/g)].map(([, path]) => path!);
  assert(named.length > 20, named.join(" "));
  for (const path of named) Deno.statSync(projectDirectory + path);
});
