/**
 * Rounds of whole listings that also show the sockets that were closed since the round before: `-E --watch` as a table.
 */
import { EventStream } from "../decode/plan/event_stream.ts";
import { CLOSED, eventKey, timeKey } from "../decode/record/event_keys.ts";
import type { Identity } from "../decode/record/identity_sink.ts";
import { ForwardingSink } from "../decode/record/forwarding_sink.ts";
import { type Key, keys, type Word } from "../decode/record/key.ts";
import type { Outcome } from "../decode/record/outcome.ts";
import type { RecordSink } from "../decode/record/record_sink.ts";
import type { EventsPlan, WatchCommand } from "../options/command.ts";
import { ChangesSink } from "../query/changes.ts";
import type { EndTeller, EventTape } from "../query/closed_sockets.ts";
import { KeptRecords } from "../query/kept_records.ts";
import type { Listings, Round, Rounds } from "../query/rounds.ts";
import { SelectFields } from "../query/select_fields.ts";
import { type FollowedEvents, followEvents } from "./followed_events.ts";

/** How many closed sockets a round can show. They take 2 kB each. */
const MOST_SHOWN = 50_000;

/** Keeps what was closed. */
class Ends extends KeptRecords {
  /** Those that were closed, and those of them that no round had. */
  closed = 0;
  unlisted = 0;
  #isEnd = false;

  override openRecord(): void {
    this.#isEnd = false;
    super.openRecord();
  }

  override name(key: Key, word: Word): void {
    if (key === eventKey) this.#isEnd = word === CLOSED;
    super.name(key, word);
  }

  protected override recordEnded(): void {
    if (!this.#isEnd) return;
    this.closed++;
    if (this.count < MOST_SHOWN) super.recordEnded();
  }

  override moveTo(other: Ends): void {
    super.moveTo(other);
    [other.closed, other.unlisted] = [this.closed, this.unlisted];
    [this.closed, this.unlisted] = [0, 0];
  }
}

/** The state of a closed socket, and when it was closed, would be those of another moment than what is beside them. */
const shownOfEnds = (): ReadonlySet<Key> => new Set(keys.filter((key) => key !== timeKey && key.path !== "state"));

/** Records of a protocol that is open. */
class RecordsOnly extends ForwardingSink {
  override openProtocol(): void {}
  override closeProtocol(): void {}
}

/** Shows a listing, and before the sockets of each protocol, whose counters are then remembered, those that were closed. */
class WithEnds extends ForwardingSink {
  constructor(target: RecordSink, readonly ends: Ends, readonly openEnds: (target: RecordSink) => RecordSink) {
    super(target);
  }

  override openProtocol(name: string): void {
    super.openProtocol(name);
    this.ends.push(this.openEnds(new RecordsOnly(this.target)), name);
  }
}

/** Adds those that were closed to the listing of each round. */
class FollowedRounds implements Listings, EndTeller {
  readonly #changes: ChangesSink;
  readonly #ends = new Ends();
  /** Those that the round shows. */
  readonly #shown = new Ends();
  #isFirst = true;

  constructor(readonly rounds: Rounds, lasts: boolean) {
    const stream = new EventStream(new SelectFields(this.#ends, shownOfEnds()));
    this.#changes = new ChangesSink(stream, rounds.families, rounds.counters, { lasts, shown: null, followed: true });
  }

  set skipsZeros(skips: boolean) {
    this.rounds.skipsZeros = skips;
  }

  start(target: RecordSink): RecordSink {
    const { rounds } = this;
    const changes = this.#changes;
    changes.startRound(Date.now());
    const sink = rounds.start(changes);
    this.#ends.moveTo(this.#shown);
    // What was closed before the first round is not shown.
    if (this.#isFirst) new Ends().moveTo(this.#shown);
    changes.listing = new WithEnds(target, this.#shown, (records) => rounds.ends(records));
    return sink;
  }

  end(outcome: Outcome): Round {
    const round = this.rounds.end(outcome, () => this.#changes.endRound());
    const { closed, unlisted, count } = this.#shown;
    this.#changes.stream.end();
    // Events that come during the listing are remembered with it.
    const { opened } = this.#changes.takeCounts();
    this.#isFirst = false;
    const isWhole = count === closed;
    if (!isWhole) outcome.warnings.push(`only ${count} of ${closed} sockets that were closed are shown`);
    return { ...round, opened, closed, unlisted, complete: round.complete && isWhole };
  }

  setTime(time: number): void {
    this.#changes.setTime(time);
  }

  tellEvent(protocol: string, event: Word, tape: EventTape): void {
    if (event === CLOSED) this.#ends.unlisted++;
    this.#changes.tellEvent(protocol, event, tape);
  }

  tellClosed(protocol: string, identity: Identity, tape: EventTape): boolean {
    return this.#changes.tellClosed(protocol, identity, tape);
  }
}

/** Opens the sockets for the events; dispose of `events`. */
export async function openFollowed(
  { listing: { plan: { families } }, lasts }: WatchCommand,
  events: EventsPlan,
  rounds: Rounds,
): Promise<{ readonly followed: Listings; readonly events: FollowedEvents }> {
  const followed = new FollowedRounds(rounds, lasts);
  return { followed, events: await followEvents(events, families, followed, null) };
}
