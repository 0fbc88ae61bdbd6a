/**
 * The program as a process: from source, or the file that the environment variable SS2_BIN names.
 */

import { assertEquals } from "@std/assert";
import config from "../deno.json" with { type: "json" };
import { copyProgramFiles, projectDirectory } from "../build/stage.ts";
import { isInstalled, without } from "./judges.ts";
import { assertOutput } from "./schema.ts";

export { isInstalled, projectDirectory, without };

const given = Deno.env.get("SS2_BIN");
const built = given === undefined ? undefined : Deno.realPathSync(given);

/** Whether the program that is tested is one file that was built. */
export const isBuilt: boolean = built !== undefined;

/** What the task says between `deno` and `main.ts`. */
const commandWords = config.tasks.ss2.command.split(" ");
const taskWords = commandWords.slice(commandWords.indexOf("deno") + 1, -1);

/** Command line that starts the program whose files lie in `directory`, run by the Deno at `deno`. */
export function programWords(directory: string = projectDirectory, deno: string = Deno.execPath()): string[] {
  return built === undefined
    ? [
      deno,
      ...taskWords.map((word) => word.replace(/^--allow-read=\.$/, `--allow-read=${directory}`)),
      `${directory}main.ts`,
    ]
    : [directory === projectDirectory ? built : `${directory}ss2`];
}

/** The same for a run with `--serve=ADDRESS`, which is permitted to listen there. */
export function serveWords(address: string): string[] {
  const words = programWords();
  const path = address.replace(/^unix:/, "");
  const files = path === address ? [] : [`--allow-read=${path}`, `--allow-write=${path}`];
  const main = words.length - 1;
  if (built === undefined) words.splice(main, 0, `--allow-net=${address}`, ...files);
  return [...words, `--serve=${address}`];
}

/** Copies what the program needs into `directory`; returns its command line there. */
export function copyProgram(directory: string): string[] {
  if (built !== undefined) {
    Deno.copyFileSync(built, `${directory}ss2`);
    Deno.chmodSync(`${directory}ss2`, 0o755);
  } else {
    copyProgramFiles(directory);
    run(["chmod", "-R", "a+rX", directory]);
    Deno.copyFileSync(Deno.execPath(), `${directory}deno`);
    Deno.chmodSync(`${directory}deno`, 0o755);
  }
  return programWords(directory, `${directory}deno`);
}

export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Record<string, string>;
  readonly cwd?: string;
}

/** Runs a command to its end. */
export function run(words: readonly string[], options: RunOptions = {}): Run {
  const [command = "", ...args] = words;
  const { code, stdout, stderr } = new Deno.Command(command, { args, stdin: "null", ...options }).outputSync();
  return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
}

/** Runs the program with `args`. */
export const runProgram = (...args: string[]): Run => run([...programWords(), ...args]);

/** A notice that depends on what else runs on the machine. It does not mean that anything is missing. */
const ELSEWHERE = /^ss2: OTHER: left out \d+ sockets of other network namespaces \(-N asks there\)\n/m;

/** The output of a run without messages. Records in it must match the schema. */
export function assertPrinted({ code, stdout, stderr }: Run): string {
  assertEquals([code, stderr.replace(ELSEWHERE, "")], [0, ""]);
  if (/^\{\s*"[A-Z]+":/.test(stdout)) assertOutput("json", stdout);
  if (/^\{"protocol":|^\{"meta":.*\n./.test(stdout)) assertOutput("ndjson", stdout);
  return stdout;
}

/** In front of a command: it runs as a user without rights. Needs root. */
export const asUserNobody: readonly string[] = ["unshare", "--setgid=65534", "--setuid=65534"];

/** Calls `test` with the words and options that run the program as a user without rights. Needs root. */
export function asNobody(test: (words: readonly string[], options: RunOptions) => void): void {
  const directory = `${Deno.makeTempDirSync({ prefix: "ss2-test-" })}/`;
  try {
    Deno.chmodSync(directory, 0o755);
    const words = copyProgram(directory);
    Deno.mkdirSync(`${directory}cache`);
    Deno.chownSync(`${directory}cache`, 65534, 65534);
    test([...asUserNobody, ...words], {
      env: { DENO_DIR: `${directory}cache`, HOME: `${directory}cache`, XDG_CACHE_HOME: `${directory}cache` },
      cwd: directory,
    });
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}

/** Runs `script` by `sh`; in it `"$@"` is the program with `args`. */
export const runInShell = (script: string, args: readonly string[], options?: RunOptions): Run =>
  run(["sh", "-c", script, "sh", ...programWords(), ...args], options);

/** Whether this is root itself, and not one in a user namespace who cannot become another user. */
export const isRoot: boolean = Deno.uid() === 0 &&
  /^\s*0\s+0\s+4294967295\s*$/.test(Deno.readTextFileSync("/proc/self/uid_map"));

/** Paths of all files of the project, from its directory on; what is built is none of them. */
export function projectFiles(below = ""): readonly string[] {
  return [...Deno.readDirSync(projectDirectory + below)].flatMap(({ name, isDirectory }) => {
    if ([".git", "dist", "node_modules"].includes(name)) return [];
    return isDirectory ? projectFiles(`${below}${name}/`) : [below + name];
  });
}
