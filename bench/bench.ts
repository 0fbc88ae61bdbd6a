/**
 * `deno task bench`: measures this program and others that print TCP sockets, in its own network namespace.
 * `docs/performance.md` says how to read the result.
 */
import { parseArgs } from "@std/cli/parse-args";
import { resolve } from "node:path";
import type { Job } from "./in_namespace.ts";
import { readResults } from "./compare.ts";
import { namespaceCommand } from "./namespace.ts";
import { preparePrograms } from "./programs.ts";

const USAGE = `usage: deno task bench [--sockets N] [--runs N] [--check] [--json]
                       [--against BIN] [--compare FILE] [--instructions]
  --sockets N  TCP sockets to open, at least 100 (100000)
  --runs N     runs of each command, at least 1 (5)
  --check      exit with status 1 if a bar is missed
  --json       print JSON in place of tables
  --against BIN   another ss than that of the machine
  --compare FILE  also compare with an earlier run, of which FILE has the JSON
  --instructions  count instructions (valgrind) in place of time
`;

/** Exit status after a signal, as in shells for SIGINT. */
const INTERRUPTED = 130;

type Settings = Pick<Job, "sockets" | "runs" | "check" | "json" | "instructions" | "compare"> & {
  readonly against: string;
};

/** The settings on the command line; null if they are not valid. */
function parseSettings(args: string[]): Settings | null {
  let unknown = false;
  const parsed = parseArgs(args, {
    boolean: ["check", "json", "instructions"],
    string: ["sockets", "runs", "against", "compare"],
    unknown: () => {
      unknown = true;
    },
  });
  const number = (name: string, otherwise: number, least: number) => {
    const value = parsed[name] === undefined ? otherwise : Number(parsed[name]);
    return Number.isInteger(value) && value >= least ? value : null;
  };
  const sockets = number("sockets", 100_000, 100);
  const runs = number("runs", 5, 1);
  if (unknown || sockets === null || runs === null) return null;
  const [check, json, instructions] = ["check", "json", "instructions"].map((name) => parsed[name] === true);
  const { against = "ss", compare = null } = parsed;
  return {
    ...{ sockets, runs, check: check!, json: json!, instructions: instructions! },
    against: String(against),
    compare: compare === null ? null : resolve(String(compare)),
  };
}

/** Runs the bench; returns its exit status. */
async function main(): Promise<number> {
  const settings = parseSettings(Deno.args);
  if (settings === null) {
    console.error(USAGE.trimEnd());
    return 2;
  }
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) Deno.addSignalListener(signal, () => stop.abort());
  const directory = Deno.makeTempDirSync({ prefix: "ss2-bench-" });
  try {
    if (settings.compare !== null) readResults(settings.compare);
    const programs = await preparePrograms(directory, settings.against);
    const enter = await namespaceCommand();
    if (stop.signal.aborted) throw new Error("interrupted");
    return await runInNamespace(enter, { ...settings, programs, directory }, stop.signal);
  } catch (error) {
    console.error(`bench: ${stop.signal.aborted ? "interrupted" : (error as Error).message}`);
    return stop.signal.aborted ? INTERRUPTED : 2;
  } finally {
    removeDirectory(directory);
  }
}

/**
 * Starts the other part of the bench and waits for its exit status. That part stops when its standard input is closed:
 * on request, or because this process has ended.
 */
async function runInNamespace(enter: readonly string[], job: Job, stop: AbortSignal): Promise<number> {
  const script = new URL("in_namespace.ts", import.meta.url).href;
  const child = new Deno.Command(enter[0]!, {
    args: [...enter.slice(1), Deno.execPath(), "run", "--quiet", "--allow-all", script, JSON.stringify(job)],
    stdin: "piped",
  }).spawn();
  // It may already have ended and closed its input.
  stop.addEventListener("abort", () => void child.stdin.close().catch(() => {}));
  return (await child.status).code;
}

/** Removes the temporary files, unless the other process has. */
function removeDirectory(path: string): void {
  try {
    Deno.removeSync(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

Deno.exit(await main());
