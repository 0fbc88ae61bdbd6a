/**
 * Runs programs and measures time, peak memory and output.
 */
import type { Program } from "./programs.ts";

/** What was measured of one program; empty lists if it could not be run or has failed. */
export interface Measurement {
  readonly program: Program;
  /** Milliseconds from start to exit, one for each run. */
  readonly times: readonly number[];
  /** Peak of resident memory in bytes, for each run that lasted long enough to be measured. */
  readonly peaks: readonly number[];
  /** Bytes written to standard output, null if not counted. */
  readonly bytes: number | null;
  /** Why there are no numbers. */
  readonly failure: string | null;
  /** True if the program was available and failed. */
  readonly broken: boolean;
}

interface Output {
  readonly bytes: number;
  readonly lines: number;
}

interface Run {
  readonly time: number;
  readonly peak: number;
  readonly output: Output;
}

/** Milliseconds that a run may take. */
const DEADLINE = 600_000;
/** Milliseconds between two reads of a program's memory. */
const WATCH_INTERVAL = 5;
/** Number of runs for the memory. They are separate, because reading the memory makes a run longer. */
const WATCHED_RUNS = 3;
const NEWLINE = 0x0a;

/** A program ended with an error. */
class RunError extends Error {}

/** Peak of a process's resident memory so far, in bytes; 0 if it has ended. */
function peakMemory(pid: number): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(Deno.readTextFileSync(`/proc/${pid}/status`))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

async function countOutput(stream: ReadableStream<Uint8Array>): Promise<Output> {
  let bytes = 0;
  let lines = 0;
  for await (const chunk of stream) {
    bytes += chunk.length;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) lines++;
  }
  return { bytes, lines };
}

/** Runs a program once. Either counts the output, or discards it and measures the memory. */
async function runOnce(program: Program, kind: "count" | "watch" | "time", stop: AbortSignal): Promise<Run> {
  stop.throwIfAborted();
  const started = performance.now();
  const child = new Deno.Command(program.command[0]!, {
    args: program.command.slice(1),
    stdin: "null",
    stdout: kind === "count" ? "piped" : "null",
    stderr: "piped",
    signal: AbortSignal.any([stop, AbortSignal.timeout(DEADLINE)]),
  }).spawn();
  const errors = new Response(child.stderr).text();
  const output = kind === "count" ? countOutput(child.stdout) : { bytes: 0, lines: 0 };
  let time = 0;
  const ended = child.status.finally(() => time = performance.now() - started);
  let peak = 0;
  while (kind === "watch" && time === 0) {
    peak = Math.max(peak, peakMemory(child.pid));
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, WATCH_INTERVAL))]);
  }
  const { code, signal } = await ended;
  stop.throwIfAborted();
  if (code !== 0) {
    const said = (await errors).trim().split("\n").at(-1);
    throw new RunError(`failed: ${said || "nothing said"} (${signal === null ? `status ${code}` : signal})`);
  }
  return { time, peak, output: await output };
}

/**
 * Measures programs in turn: the first run of each, then the second of each, and so on. If the machine is slower for a
 * while, all of them are affected. One run before that fills caches and counts the output; it is not timed.
 *
 * @param sockets number of sockets; a program that prints a line for each must print this many
 * @param watch whether to run them a few more times to measure their memory
 */
export async function measureInTurn(
  programs: readonly Program[],
  sockets: number,
  runs: number,
  watch: boolean,
  stop: AbortSignal,
): Promise<Measurement[]> {
  const measurements = programs.map((program) => ({
    program,
    times: [] as number[],
    peaks: [] as number[],
    bytes: null as number | null,
    failure: program.missing ?? null,
    broken: false,
  }));
  for (let turn = 0; turn <= runs + (watch ? WATCHED_RUNS : 0); turn++) {
    for (const measurement of measurements) {
      const { program, times, peaks } = measurement;
      if (measurement.failure !== null || (program.once === true && turn !== 1)) continue;
      const watched = turn > runs || watch && program.once === true;
      try {
        const { time, peak, output } = await runOnce(program, turn === 0 ? "count" : watched ? "watch" : "time", stop);
        if (turn === 0 && program.lines === true && output.lines !== sockets) {
          throw new RunError(`failed: printed ${output.lines} lines for ${sockets} sockets`);
        }
        if (turn === 0) measurement.bytes = output.bytes;
        else if (turn <= runs) times.push(time);
        if (peak > 0) peaks.push(peak);
      } catch (error) {
        if (!(error instanceof RunError)) throw error;
        Object.assign(measurement, { times: [], peaks: [], bytes: null, failure: error.message, broken: true });
      }
    }
  }
  return measurements;
}

/** The median of some numbers; undefined if there are none. */
export function median(numbers: readonly number[]): number | undefined {
  const sorted = numbers.toSorted((a, b) => a - b);
  const low = sorted[Math.ceil(sorted.length / 2) - 1];
  const high = sorted[Math.floor(sorted.length / 2)];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}

/** The smallest of some numbers; undefined if there are none. */
export function minimum(numbers: readonly number[]): number | undefined {
  return numbers.length === 0 ? undefined : Math.min(...numbers);
}
