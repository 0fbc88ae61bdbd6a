/**
 * Counts the instructions that programs take (`valgrind --tool=callgrind`): two runs differ by a thousandth, where times differ
 * by a tenth. The engine works on one thread and makes its code at fixed points for that.
 */
import type { Program } from "./programs.ts";

/** What was counted of one program. */
export interface Count {
  readonly program: Program;
  /** `null` if it was not counted. */
  readonly instructions: number | null;
  /** Why not. */
  readonly failure: string | null;
}

/** The code of the engine changes while it runs. */
const VALGRIND = ["valgrind", "--tool=callgrind", "--smc-check=all-non-file", "--callgrind-out-file=/dev/null"];
const SETTLED = ["--single-threaded", "--predictable"];

/** Command line of a program, its engine settled. */
function settled(command: readonly string[]): readonly string[] {
  const flags = command.findIndex((word) => word.startsWith("--v8-flags="));
  if (flags >= 0) return command.with(flags, [command[flags], ...SETTLED].join(","));
  return command[0] === Deno.execPath() ? command.toSpliced(2, 0, `--v8-flags=${SETTLED}`) : command;
}

/** Counts the instructions of programs that run directly. A run of each without counting fills caches. */
export async function countInstructions(programs: readonly Program[], stop: AbortSignal): Promise<Count[]> {
  const counts: Count[] = [];
  for (const program of programs) counts.push({ program, instructions: null, ...await count(program, stop) });
  return counts;
}

async function count(
  { missing, command }: Program,
  stop: AbortSignal,
): Promise<Pick<Count, "failure"> & Partial<Pick<Count, "instructions">>> {
  if (missing !== undefined) return { failure: missing };
  try {
    await runQuietly(settled(command), stop);
    const said = await runQuietly([...VALGRIND, ...settled(command)], stop);
    const collected = /Collected : (\d+)/.exec(said)?.[1];
    return collected === undefined
      ? { failure: "valgrind says no count" }
      : { instructions: Number(collected), failure: null };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { failure: "valgrind: not installed" };
    throw error;
  }
}

/** Runs a command; returns its errors. */
async function runQuietly([command = "", ...args]: readonly string[], stop: AbortSignal): Promise<string> {
  const options = { args, stdin: "null", stdout: "null", stderr: "piped", signal: stop } as const;
  const { stderr } = await new Deno.Command(command, options).output();
  stop.throwIfAborted();
  return new TextDecoder().decode(stderr);
}
