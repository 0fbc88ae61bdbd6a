/**
 * The input of all builds: the program's files and no others.
 */
import config from "../deno.json" with { type: "json" };

/** The project's directory, with a `/` at the end. */
export const projectDirectory = decodeURIComponent(new URL("../", import.meta.url).pathname);

/** The directory for built files, with a `/` at the end. */
export const distDirectory = `${projectDirectory}dist/`;

/** The options of V8, the same from source and packed. */
export const v8Flags: readonly string[] = /--v8-flags=(\S+)/.exec(config.tasks.ss2.command)![1]!.split(",");

/** A failed build; the message says what to do about it. */
export class BuildError extends Error {
  override readonly name = "BuildError";

  /** @param status the exit status of the build */
  constructor(message: string, readonly status = 1) {
    super(message);
  }
}

export interface CommandResult {
  readonly success: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command in `cwd` with colours switched off. */
export function runCommand(words: readonly string[], cwd: string = projectDirectory): CommandResult {
  const [command = "", ...args] = words;
  try {
    const result = new Deno.Command(command, { args, cwd, stdin: "null", env: { NO_COLOR: "1" } }).outputSync();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { success: result.success, stdout: text(result.stdout), stderr: text(result.stderr) };
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return { success: false, stdout: "", stderr: `${command} is not installed` };
  }
}

/** Runs this Deno; returns what it printed. */
export function runDeno(args: readonly string[], cwd: string): string {
  const { success, stdout, stderr } = runCommand([Deno.execPath(), ...args], cwd);
  if (!success) throw new BuildError(`deno ${args[0]} failed:\n${stderr.trim()}`);
  return stdout;
}

/** The commit that is checked out, with a `+` if files differ from it, and its date. Empty outside a clone. */
export function checkedOut(): { readonly commit?: string; readonly date?: string } {
  const { success, stdout } = runCommand(["git", "show", "--no-patch", "--format=%h %cs", "--abbrev=12", "HEAD"]);
  if (!success) return {};
  const [hash = "", date = ""] = stdout.trim().split(" ");
  const changed = runCommand(["git", "status", "--porcelain"]).stdout !== "";
  return { commit: hash + (changed ? "+" : ""), date };
}

interface Info {
  readonly modules: readonly {
    readonly specifier: string;
    readonly local?: string;
    readonly error?: string;
    readonly dependencies?: readonly { readonly specifier: string; readonly code?: { readonly specifier: string } }[];
  }[];
  readonly redirects: Readonly<Record<string, string>>;
}

/** A module of the program. */
export interface Module {
  /** The file with its text. */
  readonly file: string;
  /** The modules it imports, by the name in the import. */
  readonly imports: ReadonlyMap<string, string>;
}

/**
 * All modules that the program can load. The project's own are named by their relative path, those of downloaded
 * packages by their URL.
 */
export function programModules(): Map<string, Module> {
  const { modules, redirects }: Info = JSON.parse(runDeno(["info", "--json", "main.ts"], projectDirectory));
  const root = new URL("../", import.meta.url).href;
  const nameOf = (specifier: string) => {
    const address = redirects[specifier] ?? specifier;
    return address.startsWith(root) ? decodeURIComponent(address.slice(root.length)) : address;
  };
  // Modules of Node are part of Deno.
  const files = modules.filter(({ specifier }) => !specifier.startsWith("node:"));
  return new Map(files.map(({ specifier, local, error, dependencies = [] }) => {
    if (error !== undefined || local === undefined) throw new BuildError(`cannot load ${specifier}: ${error}`);
    const imports = dependencies.flatMap(({ specifier, code }) =>
      code === undefined ? [] : [[specifier, nameOf(code.specifier)] as const]
    );
    return [nameOf(specifier), { file: local, imports: new Map(imports) }];
  }));
}

/** Whether a name of {@linkcode programModules} is one of the project's own files. */
export const isOwnFile = (name: string): boolean => !/^[a-z]+:/.test(name);

/** Copies the program's files to `directory`, which exists and is empty. */
export function copyProgramFiles(directory: string): void {
  const settings = Deno.readTextFileSync(`${projectDirectory}deno.json`);
  const { links = [] }: { links?: readonly string[] } = JSON.parse(settings);
  for (
    const path of [
      ...[...programModules().keys()].filter(isOwnFile),
      "deno.json",
      ...links.map((link) => `${link}/deno.json`),
    ]
  ) {
    Deno.mkdirSync(`${directory}/${path}`.replace(/[^/]*$/, ""), { recursive: true });
    Deno.copyFileSync(`${projectDirectory}${path}`, `${directory}/${path}`);
  }
}

/** Calls `build` with a directory for temporary files. */
export async function inTemporaryDirectory<T>(build: (directory: string) => T | Promise<T>): Promise<T> {
  const directory = Deno.makeTempDirSync({ prefix: "ss2-build-" });
  try {
    return await build(directory);
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}

/** Runs a build as a program. If it fails with a {@linkcode BuildError}, prints the message and exits. */
export async function runBuild(build: () => void | Promise<void>): Promise<void> {
  try {
    await build();
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    console.error(`ss2: ${error.message}`);
    Deno.exit(error.status);
  }
}
