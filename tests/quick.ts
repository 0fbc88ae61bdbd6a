/**
 * Selects the quick tests, which start no process, enter no namespace and build nothing. Imports decide: a quick test
 * reaches no module of `tests/live/`, `build/` and `bench/`, nor `tests/program.ts`, which starts the program, nor
 * `tests/judges.ts`, which starts other programs.
 */

const ROOT = new URL("../", import.meta.url);

/** Modules that only slow tests import. */
const SLOW = /^(tests\/(live\/|(program|judges)\.ts$)|build\/|bench\/)/;

const IMPORT = /(?:\bfrom|\bimport)\s*\(?\s*"(\.{1,2}\/[^"]+)"/g;

/** Paths of the files that a module imports, types included, from the project's directory on. */
function importsOf(path: string): string[] {
  const url = new URL(path, ROOT);
  return [...Deno.readTextFileSync(url).matchAll(IMPORT)].map(([, target]) =>
    new URL(target!, url).pathname.slice(ROOT.pathname.length)
  );
}

/** Whether a module reaches one that only slow tests import. */
function isSlow(path: string, seen: Set<string> = new Set()): boolean {
  if (SLOW.test(path)) return true;
  if (seen.has(path) || !path.endsWith(".ts")) return false;
  seen.add(path);
  return importsOf(path).some((target) => isSlow(target, seen));
}

/** Paths of all tests, from the project's directory on. */
export function* allTests(directory = "tests/"): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(new URL(directory, ROOT))) {
    if (isDirectory) yield* allTests(`${directory}${name}/`);
    else if (name.endsWith("_test.ts")) yield directory + name;
  }
}

export const quickTests = (): string[] => [...allTests()].filter((path) => !isSlow(path)).sort();
