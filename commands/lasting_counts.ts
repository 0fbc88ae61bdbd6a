/**
 * Counts that outlast a round: `-E` with counts of `--watch` and with metrics. What was closed goes on to count.
 */
import { nowhere } from "../decode/record/nowhere.ts";
import type { DumpCommand, LastingPlan, MetricsCommand } from "../options/command.ts";
import { LastingTotals } from "../query/lasting_totals.ts";
import { openQuery } from "../query/pipeline.ts";
import { Rounds } from "../query/rounds.ts";
import { type FollowedEvents, followEvents } from "./followed_events.ts";
import type { RoundPrinter, RoundSource } from "./rounds.ts";
import type { StopSignals } from "./stop_signals.ts";

/** A listing whose counts last, and the events that it needs. */
export interface LastingCounts {
  readonly listing: DumpCommand;
  readonly totals: LastingTotals;
  readonly events: FollowedEvents;
}

/** Opens the sockets for the events; dispose of `events`. The totals follow the sockets of the rounds. */
export async function openLasting(
  listing: DumpCommand,
  rounds: Rounds,
  { events, fields, most, fromZero }: LastingPlan,
): Promise<LastingCounts> {
  const totals = rounds.lasting = new LastingTotals(rounds.counters.memory, fields, most ?? Infinity, fromZero);
  const query = { ...listing.query!, countBy: { ...listing.query!.countBy!, lasting: totals } };
  const { sink, counter } = openQuery(nowhere, query);
  totals.receiveEnds(sink, () => counter!.reset());
  const followed = await followEvents(events, listing.plan.families, totals, null);
  return { listing: { ...listing, query }, totals, events: followed };
}

/** Metrics that are read again and again, with what lasts. */
export interface LastingMetrics extends Disposable {
  readonly command: MetricsCommand;
  readonly rounds: Rounds;
  readonly totals: LastingTotals;
  readonly events: FollowedEvents;
}

/** Opens the sockets for the events. */
export async function openLastingMetrics(command: MetricsCommand, lasting: LastingPlan): Promise<LastingMetrics> {
  const { plan: { families }, filter } = command.listing;
  // No rate is needed.
  const rounds = new Rounds(families, filter, new Set(), false);
  const { listing, totals, events } = await openLasting(command.listing, rounds, lasting);
  return { command: { ...command, listing }, rounds, totals, events, [Symbol.dispose]: () => events[Symbol.dispose]() };
}

/** Adds what is missing of events to what is missing from a round. */
const listenedTo = (source: RoundSource, events: FollowedEvents): RoundSource => ({
  vantages: source.vantages,
  get ownersSource() {
    return source.ownersSource;
  },
  run(sink) {
    const outcome = source.run(sink);
    outcome.warnings.push(...events.takeMissing());
    return outcome;
  },
});

/** A printer that lets events be received between its rounds. */
export const receiving = (printer: RoundPrinter, events: FollowedEvents, signals: StopSignals): RoundPrinter => ({
  round: (source) => printer.round(listenedTo(source, events)),
  ...printer.warn === undefined ? {} : { warn: (text) => printer.warn!(text) },
  ...printer.stretched === undefined ? {} : { stretched: (text) => printer.stretched!(text) },
  wait: (milliseconds) => events.wait(milliseconds, signals),
  close() {
    return Promise.resolve(events.takeMissing());
  },
  [Symbol.dispose]() {
    printer[Symbol.dispose]?.();
    events[Symbol.dispose]();
  },
});
