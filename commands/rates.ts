/**
 * `--rates`: the first of the two listings, and the sink that compares the second one with it.
 */
import { rates } from "../decode/lookups/rates.ts";
import { nowhere } from "../decode/record/nowhere.ts";
import type { RecordSink } from "../decode/record/record_sink.ts";
import type { DumpCommand } from "../options/command.ts";
import { askedFields, askedKeys } from "../query/asked_fields.ts";
import { LateFilter } from "../query/filter/late_filter.ts";
import { Counters, RatesSink } from "../query/rates.ts";
import { openSession, type Run } from "../session.ts";

/** What the first listing has counted. */
export interface FirstListing {
  /** Opens the sink that adds rates to the second listing. */
  open(target: RecordSink): RecordSink;
  /** What may be missing in the first listing: sockets that it lacks have no rates. */
  readonly warnings: readonly string[];
  /** Number of sockets behind a filter that compares rates; `null` without one. */
  readonly passed: number | null;
}

/**
 * Lists all counters, and waits until the second listing is due.
 *
 * @param runOf the run for a command
 */
export async function listCounters(
  command: DumpCommand,
  milliseconds: number,
  runOf: (command: DumpCommand) => Run,
): Promise<FirstListing> {
  const { filter, plan: { families } } = command;
  const counters = new Counters(families);
  const clock = () => performance.now();
  const start = clock();
  const warnings = await runFirst(runOf(forCounters(command)), new RatesSink(nowhere, families, counters, clock));
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, start + milliseconds - clock())));
  const isLate = filter?.paths.some((path) => path === rates.path || path.startsWith(`${rates.path}.`)) === true;
  let late: LateFilter | null = null;
  return {
    warnings,
    open(target) {
      if (isLate) late = new LateFilter(target, filter, families);
      return new RatesSink(late ?? target, families, counters, clock);
    },
    get passed() {
      return late?.passed ?? null;
    },
  };
}

/** Lists the sockets; returns what may be missing. */
async function runFirst(run: Run, sink: RecordSink): Promise<readonly string[]> {
  using session = await openSession(run);
  return session.run(sink).warnings;
}

/** The command that asks for the counters of all sockets: a filter may compare what has changed since. */
function forCounters(command: DumpCommand): DumpCommand {
  const { filter: _, ...plan } = command.plan;
  return {
    ...command,
    plan: { ...plan, wanted: askedFields(askedKeys(new Set([rates])), null) },
    owners: null,
    lookups: new Map([...command.lookups].filter(([name]) => name === "netns")),
  };
}
