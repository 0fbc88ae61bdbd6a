/**
 * The part of the bench that runs inside its network namespace: opens sockets, measures, prints. Its only argument is a
 * {@linkcode Job} as JSON. It ends when its standard input does, which the process that started it holds open.
 */
import { judge, type Results } from "./bars.ts";
import { measureInTurn } from "./measure.ts";
import { bringLoopbackUp } from "./namespace.ts";
import type { Program, ProgramId } from "./programs.ts";
import { machineLine, reportText } from "./report.ts";
import { countSockets, Sockets } from "./sockets.ts";

/** What is to be measured. */
export interface Job {
  readonly sockets: number;
  readonly runs: number;
  /** Whether a bar that is missed is an error. */
  readonly check: boolean;
  /** Whether to print JSON in place of tables. */
  readonly json: boolean;
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

const say = (text: string) => console.error(`bench: ${text}`);

async function measure(job: Job, stop: AbortSignal): Promise<Results> {
  bringLoopbackUp();
  if (countSockets() !== 0) throw new Error("the network namespace is not empty");
  await using sockets = new Sockets(stop);
  const select = (ids: readonly ProgramId[]) => job.programs.filter(({ id }) => ids.includes(id));
  const grow = async (count: number) => {
    const started = performance.now();
    await sockets.growTo(count);
    say(`${count} sockets opened in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  };
  await grow(START_SOCKETS);
  const startUp = await measureInTurn(select(START), START_SOCKETS, startRuns(job), false, stop);
  const few = Math.ceil(job.sockets / 10);
  await grow(few);
  const tenth = await measureInTurn(select(TENTH), few, job.runs, true, stop);
  await grow(job.sockets);
  const others = job.programs.filter(({ id }) => id !== "empty" && id !== "empty packed");
  const all = await measureInTurn(others, job.sockets, job.runs, true, stop);
  return { sockets: job.sockets, startUp, tenth, all };
}

const startRuns = (job: Job) => Math.max(LEAST_START_RUNS, job.runs);

async function main(job: Job): Promise<number> {
  // What else this user runs with Deno fills the databases that it looks into at every start.
  Deno.env.set("DENO_DIR", `${job.directory}/deno`);
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) Deno.addSignalListener(signal, () => stop.abort());
  (async () => {
    for await (const _ of Deno.stdin.readable);
    stop.abort();
  })();
  try {
    const results = await measure(job, stop.signal);
    const bars = judge(results);
    const settings = { runs: job.runs, startRuns: startRuns(job), startSockets: START_SOCKETS };
    console.log(
      job.json
        ? JSON.stringify({ machine: machineLine(), ...settings, ...results, bars }, null, 2)
        : reportText(results, bars, settings),
    );
    const broken = [...results.startUp, ...results.tenth, ...results.all].filter((measurement) => measurement.broken);
    for (const { program, failure } of broken) say(`${program.name} ${failure}`);
    return broken.length > 0 || (job.check && bars.some(({ verdict }) => verdict === "missed")) ? 1 : 0;
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    say("interrupted");
    return 130;
  } finally {
    Deno.removeSync(job.directory, { recursive: true });
  }
}

Deno.exit(await main(JSON.parse(Deno.args[0]!)));
