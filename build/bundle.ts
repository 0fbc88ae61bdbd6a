/**
 * Bundles the program's modules, and nothing else, into a few scripts.
 */
import { type Plugin, rolldown } from "./packages/rolldown.ts";
import { BuildError, checkedOut, isOwnFile, programModules, projectDirectory } from "./stage.ts";

export interface Script {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Paths of its modules, from the project's directory on. */
  readonly modules: readonly string[];
}

/** The script that is started; it loads the others. */
export const FIRST_SCRIPT = "ss2.js";

/** Modules whose code is in the first script, with all that they import: what the usual listing runs. */
const USUAL = [
  "main.ts",
  "commands/list.ts",
  "decode/families/inet/tcp.ts",
  "formats/json/json.ts",
  "formats/json/ndjson.ts",
];

/**
 * The scripts; the program says of itself how it was built.
 *
 * Packed it is the first script and one for each directory, loaded by those who need it: a start reads the code of a script,
 * and what Deno has kept compiled of it, from end to end, which for all of the program takes 6 ms more than for what the
 * usual listing runs. Compiled it is one script, as no compiled code is kept then.
 */
export async function bundle(how: "packed" | "compiled"): Promise<readonly Script[]> {
  const relative = (path: string) => path.startsWith(projectDirectory) ? path.slice(projectDirectory.length) : path;
  const build = await rolldown({
    input: `${projectDirectory}main.ts`,
    plugins: [resolveAsDeno(), noteHow(how)],
    // Nobody imports the first script but the others.
    preserveEntrySignatures: false,
    logLevel: "silent",
  });
  // What lies in no directory is about the program, and so are packages.
  const directory = (path: string) => /^[^/:]+(?=\/)/.exec(relative(path))?.[0] ?? "options";
  const { output } = await build.generate({
    format: "es",
    minify: true,
    entryFileNames: FIRST_SCRIPT,
    chunkFileNames: "[name].js",
    codeSplitting: how === "packed" && {
      groups: [
        { name: "usual", test: (path) => USUAL.includes(relative(path)), priority: 1 },
        { name: directory, includeDependenciesRecursively: false },
      ],
    },
  });
  await build.close();
  return output.map((chunk) => {
    if (chunk.type !== "chunk") throw new BuildError(`the bundle has a file that is no script: ${chunk.fileName}`);
    const { fileName: name, code, moduleIds } = chunk;
    return { name, bytes: new TextEncoder().encode(code), modules: moduleIds.map(relative) };
  });
}

/** Finds modules where Deno finds them: those of packages in its cache. */
function resolveAsDeno(): Plugin {
  const modules = programModules();
  const name = (id: string) => id.startsWith(projectDirectory) ? id.slice(projectDirectory.length) : id;
  return {
    name: "resolve as Deno",
    resolveId(specifier, importer) {
      if (importer === undefined) return specifier;
      const found = modules.get(name(importer))?.imports.get(specifier);
      if (found === undefined) throw new BuildError(`${importer} imports ${specifier}, which Deno does not know of`);
      return isOwnFile(found) ? projectDirectory + found : found;
    },
    load(id) {
      const module = modules.get(name(id));
      if (module === undefined || isOwnFile(name(id))) return null;
      return { code: Deno.readTextFileSync(module.file), moduleType: "ts" };
    },
  };
}

/** Has the program say how it was built. */
function noteHow(how: "packed" | "compiled"): Plugin {
  return {
    name: "note how",
    load(path) {
      return path === `${projectDirectory}built.json` ? JSON.stringify({ ...checkedOut(), how }) : null;
    },
  };
}
