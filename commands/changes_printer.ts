/**
 * Prints what has changed between the rounds of `--watch`; with `-E` also the sockets that were closed in between.
 */
import { EventStream } from "../decode/plan/event_stream.ts";
import { timeKey } from "../decode/record/event_keys.ts";
import type { Outcome } from "../decode/record/outcome.ts";
import type { RecordSink } from "../decode/record/record_sink.ts";
import type { OutputQueue } from "../ffi/output_queue.ts";
import type { Family } from "../decode/families/family.ts";
import type { Content, OutputSink } from "../formats/format.ts";
import type { Write } from "../formats/text/output_buffer.ts";
import { shownLookups, type WatchCommand } from "../options/command.ts";
import { ChangesSink } from "../query/changes.ts";
import { neededKeys, type Query } from "../query/pipeline.ts";
import type { Rounds } from "../query/rounds.ts";
import type { FollowedEvents } from "./followed_events.ts";
import { describe } from "./list.ts";
import { printRound, type RoundPrinter, type RoundSource, type Surroundings } from "./rounds.ts";

/** What is told, and to whom. */
interface Telling {
  readonly rounds: Rounds;
  readonly output: OutputSink;
  readonly changes: ChangesSink;
  /** The first sink of a listing. */
  readonly sink: RecordSink;
  /** Prints the lines about rounds. */
  readonly print: Write;
}

class ChangesPrinter implements RoundPrinter {
  constructor(readonly telling: Telling) {}

  round(source: RoundSource): Promise<Outcome> {
    const { rounds, changes, sink, print } = this.telling;
    const time = Date.now();
    changes.startRound(time);
    const outcome = source.run(rounds.start(sink));
    const round = rounds.end(outcome, () => changes.endRound());
    changes.tellWaiting();
    this.flush();
    printRound({ ...round, ...changes.takeCounts() }, time, print);
    return Promise.resolve(outcome);
  }

  /** Prints what was told so far. */
  flush(): void {
    this.telling.changes.stream.end();
    this.telling.output.flush!();
  }
}

/** Also receives events. */
class FollowingPrinter extends ChangesPrinter implements RoundPrinter, Disposable {
  constructor(
    telling: Telling,
    readonly events: FollowedEvents,
    readonly queue: OutputQueue,
    readonly surroundings: Surroundings,
  ) {
    super(telling);
  }

  async wait(milliseconds: number): Promise<void> {
    await this.events.wait(milliseconds, this.surroundings.signals, () => this.flush());
  }

  async close(): Promise<readonly string[]> {
    this.events.finish();
    this.flush();
    const { drain } = await import("./followed_events.ts");
    const left = await drain(this.queue);
    if (left === 0) return this.events.warnings;
    this.surroundings.abandon();
    return [...this.events.warnings, `standard output is blocked: ${left} bytes are not written`];
  }

  [Symbol.dispose](): void {
    this.events[Symbol.dispose]();
  }
}

/** What rows show: their columns include what has happened. */
async function contentOfRows(families: readonly Family[], query: Query | null): Promise<Content> {
  const { columnsOfChanges } = await import("../options/watch_columns.ts");
  const { watchedFamily } = await import("../decode/families/watched_family.ts");
  const { contentOf } = await import("../formats/format.ts");
  const columns = columnsOfChanges(query);
  const content = query === null || columns === null ? {} : contentOf({ ...query, columns });
  return { families: families.map(watchedFamily), lookups: [], ...content };
}

/** Opens the printer. */
export async function openChanges(
  command: WatchCommand,
  rounds: Rounds,
  surroundings: Surroundings,
): Promise<RoundPrinter> {
  const { listing: { open, plan: { families }, lookups, query, ...listing }, lasts, events } = command;
  const queue = events === null ? null : new (await import("../ffi/output_queue.ts")).OutputQueue();
  const print = queue?.write ?? surroundings.print;
  const isRows = listing.format.name !== "ndjson";
  const rows = isRows ? await contentOfRows(families, query) : { families };
  const output = open(print, listing.formatOptions, { ...rows, lookups: shownLookups(lookups), stream: true });
  const fields = query?.columns?.ofRun?.filter((key) => key !== timeKey) ?? [];
  let told: RecordSink = output;
  if (fields.length > 0) {
    const { RunFieldsSink } = await import("../query/run_fields.ts");
    told = new RunFieldsSink(output, fields, await describe(command.listing, []));
  }
  const shown = query === null ? null : neededKeys(query);
  const choice = { lasts, shown, followed: events !== null };
  const changes = new ChangesSink(new EventStream(told), families, rounds.counters, choice);
  const sink = query === null ? changes : (await import("../query/pipeline.ts")).openQuery(changes, query).sink;
  const telling = { rounds, output, changes, sink, print: isRows ? () => {} : print };
  if (events === null || queue === null) return new ChangesPrinter(telling);
  const { followEvents } = await import("./followed_events.ts");
  return new FollowingPrinter(telling, await followEvents(events, families, changes, queue), queue, surroundings);
}
