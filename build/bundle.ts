/**
 * Bundles the program's modules into a few scripts.
 */
import { type Plugin, rolldown } from "./packages/rolldown.ts";
import { BuildError, checkedOut, isOwnFile, programModules, projectDirectory } from "./stage.ts";

export interface Script {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Paths of its modules, relative to the project's directory. */
  readonly modules: readonly string[];
}

/** The script that starts the program. It loads the others. */
export const FIRST_SCRIPT = "ss2.js";

/**
 * Modules, and directories of modules, that run together: each of these scripts contains some, and everything they import that
 * is not in a script before it. The first one starts the program and is all that the usual listing runs.
 */
const TOGETHER: Readonly<Record<string, readonly string[]>> = {
  usual: [
    "main.ts",
    "commands/list.ts",
    "decode/families/inet/tcp.ts",
    "formats/json/json.ts",
    "formats/json/ndjson.ts",
  ],
  columns: [
    "query/column_choice.ts",
    "query/asked_fields.ts",
    "decode/reference/fields.ts",
    "options/query.ts",
    "query/pipeline.ts",
    "formats/format.ts",
  ],
  table: ["formats/table/", "ffi/environment.ts", "ffi/terminal.ts"],
  owners: [
    "ffi/lookups.ts",
    "ffi/owners.ts",
    "ffi/task_files.ts",
    "ffi/kernel_owners.ts",
    "ffi/users.ts",
    "ffi/services.ts",
    "ffi/cgroups.ts",
    "ffi/socket_copy.ts",
    "decode/plan/unbound_sockets.ts",
    "decode/plan/other_sockets.ts",
  ],
  spreadsheets: ["formats/csv/"],
  filters: ["options/filter.ts", "ffi/filter_names.ts", "query/filter/"],
  families: ["decode/families/", "decode/lookups/unix_peers.ts"],
  help: ["commands/help.ts"],
};

/**
 * Makes the scripts. The program can report how it was built.
 *
 * The packed program is a few scripts of modules that run together, and one script for each directory of the rest. They are
 * loaded when they are needed. Deno reads each script and its cached compiled code completely. The compiled program is one
 * script, because it has no such cache.
 */
export async function bundle(how: "packed" | "compiled"): Promise<readonly Script[]> {
  const relative = (path: string) => path.startsWith(projectDirectory) ? path.slice(projectDirectory.length) : path;
  const build = await rolldown({
    input: `${projectDirectory}main.ts`,
    plugins: [resolveAsDeno(), noteHow(how)],
    // Only the other scripts import the first one.
    preserveEntrySignatures: false,
    logLevel: "silent",
  });
  // Files in no directory, and packages, belong to the program as a whole. Pages need a module of Node, which is loaded
  // with the script that imports it.
  const directory = (path: string) =>
    relative(path).startsWith("formats/html/") ? "html" : /^[^/:]+(?=\/)/.exec(relative(path))?.[0] ?? "options";
  const groups = Object.keys(TOGETHER).length;
  const { output } = await build.generate({
    format: "es",
    minify: true,
    entryFileNames: FIRST_SCRIPT,
    chunkFileNames: "[name].js",
    codeSplitting: how === "packed" && {
      groups: [
        ...Object.entries(TOGETHER).map(([name, modules], i) => ({
          name,
          test: (path: string) => modules.some((module) => relative(path).startsWith(module)),
          priority: groups - i,
        })),
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

/** Finds modules as Deno does: those of packages are in its cache. */
function resolveAsDeno(): Plugin {
  const modules = programModules();
  const name = (id: string) => id.startsWith(projectDirectory) ? id.slice(projectDirectory.length) : id;
  return {
    name: "resolve as Deno",
    resolveId(specifier, importer) {
      if (importer === undefined) return specifier;
      const found = modules.get(name(importer))?.imports.get(specifier);
      if (found === undefined) throw new BuildError(`${importer} imports ${specifier}, which Deno does not know of`);
      if (found.startsWith("node:")) return { id: found, external: true };
      return isOwnFile(found) ? projectDirectory + found : found;
    },
    load(id) {
      const module = modules.get(name(id));
      if (module === undefined || isOwnFile(name(id))) return null;
      return { code: Deno.readTextFileSync(module.file), moduleType: "ts" };
    },
  };
}

/** Lets the program report how it was built. */
function noteHow(how: "packed" | "compiled"): Plugin {
  return {
    name: "note how",
    load(path) {
      return path === `${projectDirectory}built.json` ? JSON.stringify({ ...checkedOut(), how }) : null;
    },
  };
}
