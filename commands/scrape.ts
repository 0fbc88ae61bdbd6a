/**
 * One scrape: lists and reads what metrics are made of.
 */
import { nowhere } from "../decode/record/nowhere.ts";
import type { FlowObject } from "../decode/record/object_sink.ts";
import { newOutcome, type Outcome } from "../decode/record/outcome.ts";
import type { Vantage } from "../decode/plan/plan.ts";
import { noteRuntimeSockets } from "../ffi/own_sockets.ts";
import { pageSize } from "../ffi/page_size.ts";
import { procNet } from "../ffi/proc_net.ts";
import { metricsText } from "../formats/metrics.ts";
import type { MetricFormat } from "../formats/registry.ts";
import type { MetricsCommand } from "../options/command.ts";
import type { Group } from "../query/count.ts";
import { metricFamilies } from "../query/metrics/families.ts";
import { namesOfPlaces } from "../query/metrics/place_names.ts";
import { openQuery, type Query } from "../query/pipeline.ts";
import { type ListForSummary, readSummary } from "../query/summary/read_summary.ts";
import type { Summary } from "../query/summary/summary.ts";
import { loadParts, Session } from "../session.ts";
import { DONE, INCOMPLETE } from "./exit_status.ts";
import type { LastingMetrics } from "./lasting_counts.ts";
import { runOf } from "./list.ts";
import { Findings, openListing } from "./summary.ts";
import { status } from "./verdict.ts";
import { version } from "./version.ts";

/** The text of a scrape, and what is missing from it. */
export interface Scrape {
  readonly text: string;
  readonly found: Findings;
}

/** A scrape took too long. */
export class ScrapeTimeout extends Error {
  override readonly name = "ScrapeTimeout";

  constructor() {
    super("listing the sockets took too long");
  }
}

/** Opens what lasts from scrape to scrape; `null` for nothing. */
export const openLastingOf = async (command: MetricsCommand): Promise<LastingMetrics | null> =>
  command.lasting === null ? null : (await import("./lasting_counts.ts")).openLastingMetrics(command, command.lasting);

/** How a scrape is made. */
export interface ScrapeContext {
  /** When it has to be ready, by `performance.now()`. */
  readonly deadline?: number;
  /** What lasts from scrape to scrape. */
  readonly lasting?: LastingMetrics | null;
}

/**
 * Lists and reads everything once.
 *
 * @throws {ScrapeTimeout} if the sockets are not listed by the deadline
 */
export async function scrape(
  asked: MetricsCommand,
  format: MetricFormat,
  { deadline = Infinity, lasting = null }: ScrapeContext = {},
): Promise<Scrape> {
  const command = lasting?.command ?? asked;
  noteRuntimeSockets();
  const started = performance.now();
  const { listing, byDefault, maxSeries } = command;
  const found = new Findings();
  const counted = await count(command, deadline, lasting);
  const summary = await readSums(command, counted, found);
  const families = metricFamilies({
    groups: counted.groups(),
    countBy: listing.query!.countBy!,
    byDefault,
    summary,
    lasting: lasting === null ? null : { totals: lasting.totals, lost: lasting.events.lost },
    placeLabels: namesOfPlaces(counted.vantages()),
    pageSize: pageSize(),
    maxSeries,
    warnings: found.warnings.size,
    complete: found.status === DONE,
    seconds: (performance.now() - started) / 1000,
    version,
  });
  return { text: metricsText(families, format), found };
}

/** The sinks of a query. Each new one would define layouts anew, which are kept for good. */
const opened = new WeakMap<Query, ReturnType<typeof openQuery>>();

function countersOf(query: Query): ReturnType<typeof openQuery> {
  const known = opened.get(query);
  if (known !== undefined) return known;
  const made = openQuery(nowhere, query);
  opened.set(query, made);
  return made;
}

/** The listing whose sockets are counted, and what it found after it has run. */
interface Counted {
  readonly list: ListForSummary;
  groups(): readonly Group[];
  vantages(): readonly Vantage[];
}

async function count(
  { listing, whole }: MetricsCommand,
  deadline: number,
  lasting: LastingMetrics | null,
): Promise<Counted> {
  const run = runOf(listing);
  const parts = await loadParts(run);
  const { sink, counter } = countersOf(listing.query!);
  counter!.reset();
  let vantages: readonly Vantage[] = [];
  return {
    groups: () => counter!.groups,
    vantages: () => vantages,
    list(look) {
      using session = new Session(run, parts);
      vantages = session.vantages;
      const outcome = runUntil(deadline, session.steps(lasting?.rounds.start(sink) ?? sink));
      outcome.warnings.push(...lasting?.events.takeMissing() ?? []);
      lasting?.rounds.end(outcome);
      if (listing.read === null) look(vantages);
      // The summary only looks which protocols have sockets: the numbers of sockets are metrics of their own.
      const flows = whole ? counter!.groups.map(({ protocol }): FlowObject => ({ protocol, count: 0 })) : [];
      return { flows, outcome };
    },
  };
}

/** Takes the steps of a listing, one for each datagram. */
function runUntil(deadline: number, steps: Generator<void, Outcome>): Outcome {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
    if (performance.now() < deadline) continue;
    steps.return(newOutcome());
    throw new ScrapeTimeout();
  }
}

/** The sums of the kernel; `null` for a recording. */
async function readSums(
  { listing, sums, whole }: MetricsCommand,
  counted: Counted,
  found: Findings,
): Promise<Summary | null> {
  if (sums === null) {
    const { outcome } = counted.list(() => {});
    found.add(status(outcome), outcome.warnings);
    return null;
  }
  const { listeners, ports } = sums;
  return await readSummary(
    {
      protocols: whole ? listing.plan.families.map(({ name }) => name) : [],
      counts: () => Promise.resolve(counted.list),
      listeners: listeners === null ? null : () => openListing(listeners),
      ports: ports === null ? null : async (first, last) => await openListing(await ports(first, last)),
    },
    procNet,
    {
      listed: (outcome) => found.add(status(outcome), outcome.warnings),
      warn: (warning) => found.add(INCOMPLETE, [warning]),
    },
  );
}
