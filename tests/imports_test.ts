/**
 * Who may import whom: the rule of docs/architecture.md, for every import of the program, type-only ones included.
 */
import { assertEquals } from "@std/assert";

const ROOT = decodeURIComponent(new URL("../", import.meta.url).pathname);

const FAMILIES = ["decode/kernel", "decode/text", "decode/record", "decode/netlink", "decode/proc", "decode/families"];
const DECODE = [...FAMILIES, "decode/lookups", "decode/recording", "decode/plan", "decode/reference"];

/** The rooms that the modules of each room may import, in addition to their own. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  "decode/kernel": [],
  "decode/text": [],
  "decode/record": ["decode/kernel", "decode/text"],
  "decode/netlink": ["decode/kernel", "decode/text", "decode/record"],
  "decode/proc": ["decode/kernel", "decode/text", "decode/record"],
  "decode/families": FAMILIES,
  "decode/lookups": FAMILIES,
  "decode/recording": FAMILIES,
  "decode/plan": DECODE,
  "decode/reference": DECODE,
  "query": DECODE,
  "ffi": DECODE,
  "formats": [...DECODE, "query"],
  "options": [...DECODE, "query", "formats"],
  "session.ts": [...DECODE, "ffi"],
  "commands": [...DECODE, "query", "ffi", "formats", "options", "session.ts"],
  "main.ts": [...DECODE, "query", "ffi", "formats", "options", "session.ts", "commands"],
  "library": [...DECODE, "query", "ffi", "formats", "session.ts"],
  "mod.ts": [...DECODE, "query", "ffi", "formats", "session.ts", "library"],
};

const roomOf = (path: string): string | undefined =>
  Object.keys(MAY_IMPORT).find((room) => path === room || path.startsWith(`${room}/`));

/** Paths of the modules below a directory, relative to the project's directory. */
function* modulesBelow(directory: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(ROOT + directory)) {
    const path = directory + name;
    if (isDirectory) yield* modulesBelow(`${path}/`);
    else if (name.endsWith(".ts")) yield path;
  }
}

const PROGRAM = [
  ...["decode/", "ffi/", "formats/", "query/", "options/", "commands/", "library/"].flatMap((directory) => [
    ...modulesBelow(directory),
  ]),
  ...["main.ts", "mod.ts", "session.ts"].filter((path) => exists(path)),
];

function exists(path: string): boolean {
  try {
    return Deno.statSync(ROOT + path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** The project's modules that a module imports: by declaration, types only, or on demand. */
function importsOf(path: string): readonly string[] {
  const text = Deno.readTextFileSync(ROOT + path).replaceAll(/^\s*\*.*$/gm, "");
  const specifiers = text.matchAll(/(?:\bfrom\s+|\bimport\s*\(?\s*)"(\.[^"]+\.ts)"/g);
  return [...specifiers].map(([, specifier]) => new URL(specifier!, `file:///${path}`).pathname.slice(1));
}

const graph = new Map(PROGRAM.map((path) => [path, importsOf(path)]));

Deno.test("imports: every module lies in a room", () => {
  assertEquals(PROGRAM.filter((path) => roomOf(path) === undefined), []);
});

Deno.test("imports: modules import only rooms that theirs may import", () => {
  const wrong = [...graph].flatMap(([path, imports]) =>
    imports.filter((imported) => {
      const [from = "", to = ""] = [roomOf(path), roomOf(imported)];
      return from !== to && MAY_IMPORT[from]?.includes(to) !== true;
    }).map((imported) => `${path} imports ${imported}`)
  );
  assertEquals(wrong, []);
});

Deno.test("imports: no loop, type-only imports included", () => {
  const loops: string[] = [];
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]) => {
    const at = trail.indexOf(path);
    if (at >= 0) loops.push([...trail.slice(at), path].join(" → "));
    if (at >= 0 || done.has(path)) return;
    for (const imported of graph.get(path) ?? []) visit(imported, [...trail, path]);
    done.add(path);
  };
  for (const path of graph.keys()) visit(path, []);
  assertEquals(loops, []);
});

Deno.test("imports: the reader of imports sees declarations, types, exports and imports on demand", () => {
  const seen = graph.get("mod.ts")!;
  assertEquals(seen.length > 10, true);
  assertEquals(graph.get("formats/registry.ts")!.includes("formats/csv/csv.ts"), true);
});
