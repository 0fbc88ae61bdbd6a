/**
 * The part of the bench that runs inside its network namespace: opens sockets, measures, prints. Its only argument is a
 * {@linkcode Job} as JSON. It ends when its standard input does, which the process that started it holds open.
 */
import { judge, type Results } from "./bars.ts";
import { type Comparable, compareText, readResults } from "./compare.ts";
import { measureEvents } from "./events.ts";
import { countInstructions } from "./instructions.ts";
import { measureInTurn } from "./measure.ts";
import { bringLoopbackUp } from "./namespace.ts";
import { LOOKUPS, type Program, type ProgramId } from "./programs.ts";
import { countsText, machineLine, reportText } from "./report.ts";
import { countSockets, Sockets } from "./sockets.ts";

/** What is to be measured. */
export interface Job {
  readonly sockets: number;
  readonly runs: number;
  /** Whether a bar that is missed is an error. */
  readonly check: boolean;
  /** Whether to print JSON in place of tables. */
  readonly json: boolean;
  /** Whether to count instructions in place of time. */
  readonly instructions: boolean;
  /** File with the results of an earlier run; `null` for none. */
  readonly compare: string | null;
  readonly programs: readonly Program[];
  /** Removed in the end. */
  readonly directory: string;
}

const START_SOCKETS = 10;
const LEAST_START_RUNS = 15;
const START: readonly ProgramId[] = [
  "empty",
  "ndjson source",
  "ndjson bundled",
  "empty packed",
  "ndjson packed",
  "filter source",
  "ss -tan",
  "receive loop",
];
const TENTH: readonly ProgramId[] = [
  "ndjson source",
  "json source",
  "yaml source",
  "csv source",
  "table source",
  "ndjson bundled",
  "json bundled",
];

/** Runs until it is stopped. */
const EVENTS: ProgramId = "events packed";

/** Those whose instructions are counted: what runs directly. */
const COUNTED: readonly ProgramId[] = [
  "empty",
  "ndjson source",
  "json source",
  "csv source",
  "table source",
  "ndjson bundled",
  "nothing source",
  "ss -tianem",
  "ss -tan",
  "receive loop",
];

const say = (text: string) => console.error(`bench: ${text}`);

/** The sockets of a namespace that has no others. */
class Growing extends Sockets {
  override async growTo(count: number): Promise<void> {
    const started = performance.now();
    await super.growTo(count);
    say(`${count} sockets opened in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  }
}

function openSockets(stop: AbortSignal): Sockets {
  bringLoopbackUp();
  if (countSockets() !== 0) throw new Error("the network namespace is not empty");
  return new Growing(stop);
}

async function measure(job: Job, stop: AbortSignal): Promise<Results> {
  await using sockets = openSockets(stop);
  const select = (ids: readonly ProgramId[]) => job.programs.filter(({ id }) => ids.includes(id));
  const grow = (count: number) => sockets.growTo(count);
  const events = await measureEvents(select([EVENTS])[0]!, job.runs, stop);
  await grow(START_SOCKETS);
  const startUp = await measureInTurn(select(START), START_SOCKETS, startRuns(job), false, stop);
  const few = Math.ceil(job.sockets / 10);
  await grow(few);
  const tenth = await measureInTurn(select([...TENTH, "ndjson owners", ...LOOKUPS]), few, job.runs, true, stop);
  await grow(job.sockets);
  const others = job.programs.filter(({ id }) => !["empty", "empty packed", EVENTS, ...LOOKUPS].includes(id));
  const all = await measureInTurn(others, job.sockets, job.runs, true, stop);
  return { sockets: job.sockets, events, startUp, tenth, all };
}

const startRuns = (job: Job) => Math.max(LEAST_START_RUNS, job.runs);

/** Counts instructions and prints them. */
async function runCounts(job: Job, stop: AbortSignal): Promise<number> {
  await using sockets = openSockets(stop);
  await sockets.growTo(job.sockets);
  const counts = await countInstructions(job.programs.filter(({ id }) => COUNTED.includes(id)), stop);
  print(job, { machine: machineLine(), sockets: job.sockets, counts }, countsText(counts, job.sockets));
  return counts.some(({ program, failure }) => program.missing === undefined && failure !== null) ? 1 : 0;
}

/** Measures and prints the results. */
async function runMeasurements(job: Job, stop: AbortSignal): Promise<number> {
  const results = await measure(job, stop);
  const bars = judge(results);
  const settings = { runs: job.runs, startRuns: startRuns(job), startSockets: START_SOCKETS };
  const told = { machine: machineLine(), ...settings, ...results, bars };
  print(job, told, reportText(results, bars, settings));
  const broken = [...results.startUp, ...results.tenth, ...results.all].filter((measurement) => measurement.broken);
  for (const { program, failure } of broken) say(`${program.name} ${failure}`);
  return broken.length > 0 || (job.check && bars.some(({ verdict }) => verdict === "missed")) ? 1 : 0;
}

/** Prints results as JSON, or as text with the comparison; with JSON the comparison goes to standard error. */
function print({ json, compare }: Job, results: Comparable, text: string): void {
  console.log(json ? JSON.stringify(results, null, 2) : text);
  if (compare === null) return;
  const compared = compareText(readResults(compare), results);
  if (json) console.error(compared);
  else console.log(compared);
}

async function main(job: Job): Promise<number> {
  // Other programs of this user fill Deno's databases, which Deno searches at every start.
  Deno.env.set("DENO_DIR", `${job.directory}/deno`);
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) Deno.addSignalListener(signal, () => stop.abort());
  (async () => {
    for await (const _ of Deno.stdin.readable);
    stop.abort();
  })();
  try {
    return job.instructions ? await runCounts(job, stop.signal) : await runMeasurements(job, stop.signal);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    say("interrupted");
    return 130;
  } finally {
    Deno.removeSync(job.directory, { recursive: true });
  }
}

Deno.exit(await main(JSON.parse(Deno.args[0]!)));
