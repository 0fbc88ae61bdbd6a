/**
 * Counts that outlast a round: `-E` with counts of `--watch` and with metrics. What was closed goes on to count.
 */
import { nowhere } from "../decode/record/nowhere.ts";
import type { DumpCommand, LastingPlan, MetricsCommand } from "../options/command.ts";
import { LastingTotals } from "../query/lasting_totals.ts";
import { openQuery } from "../query/pipeline.ts";
import { Rounds } from "../query/rounds.ts";
import { type FollowedEvents, followEvents } from "./followed_events.ts";

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
  const { plan: { families } } = listing;
  const isTold = (protocol: number) => families[protocol]!.events !== undefined;
  const totals = new LastingTotals(rounds.counters.memory, fields, most ?? Infinity, fromZero, isTold);
  rounds.lasting = totals;
  const query = { ...listing.query!, countBy: { ...listing.query!.countBy!, lasting: totals } };
  const { sink, counter } = openQuery(nowhere, query);
  totals.receiveEnds(sink, () => counter!.reset());
  const followed = await followEvents(events, families, totals, null);
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
