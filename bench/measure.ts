/**
 * Runs programs and measures time, peak memory and output.
 */
import type { Program } from "./programs.ts";

/** What was measured of one program; empty lists if it could not be run or has failed. */
export interface Measurement {
  readonly program: Program;
  /** Milliseconds from start to exit, one for each run. */
  readonly times: readonly number[];
  /** Bytes of resident memory at its peak, one for each run that lasted long enough to be looked at. */
  readonly peaks: readonly number[];
  /** Bytes written to standard output, null if not counted. */
  readonly bytes: number | null;
  /** Why there are no numbers. */
  readonly failure: string | null;
  /** True if the program was there and went wrong. */
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
/** Milliseconds between looks at a program's memory. */
const WATCH_INTERVAL = 5;
/** Runs whose memory is looked at: not those whose time counts, which the looking makes longer. */
const WATCHED_RUNS = 3;
const NEWLINE = 0x0a;

/** A program ended with an error. */
class RunError extends Error {}

/** Bytes of resident memory that a process has had at most so far; 0 once it has ended. */
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

/** Runs a program once: output counted, or thrown away and the memory watched. */
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
 * Measures programs in turn: the first run of each, then the second of each, and so on, so that a machine that is
 * slower for a while slows all of them. A run before them, for caches and to count the output, is not in the times.
 *
 * @param sockets how many there are; a program that prints a line for each must print as many
 * @param watch whether to run them a few times more to look at their memory; those that run once have both
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

/** The middle of some numbers, the mean of the two in the middle if their count is even; undefined of none. */
export function median(numbers: readonly number[]): number | undefined {
  const sorted = numbers.toSorted((a, b) => a - b);
  const low = sorted[Math.ceil(sorted.length / 2) - 1];
  const high = sorted[Math.floor(sorted.length / 2)];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}

/** The least of some numbers; undefined of none. */
export function minimum(numbers: readonly number[]): number | undefined {
  return numbers.length === 0 ? undefined : Math.min(...numbers);
}
