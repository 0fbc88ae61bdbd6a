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
import { playFields } from "../decode/record/record_tape.ts";
import type { EventsPlan, WatchCommand } from "../options/command.ts";
import { ChangesSink } from "../query/changes.ts";
import type { EndTeller, EventTape } from "../query/closed_sockets.ts";
import { KeptRecords } from "../query/kept_records.ts";
import type { Listings, Round, Rounds } from "../query/rounds.ts";
import { SelectFields } from "../query/select_fields.ts";
import { type FollowedEvents, followEvents } from "./followed_events.ts";

/** Keeps what was closed. */
class Ends extends KeptRecords {
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
    if (this.#isEnd) super.recordEnded();
  }
}

/** The state of a closed socket, and when it was closed, would be those of another moment than what is beside them. */
const shownOfEnds = (): ReadonlySet<Key> => new Set(keys.filter((key) => key !== timeKey && key.path !== "state"));

/** Shows a listing, and behind the sockets of each protocol those that were closed. */
class WithEnds extends ForwardingSink {
  #protocol = "";
  readonly #ends: KeptRecords;

  constructor(target: RecordSink, ends: KeptRecords) {
    super(target);
    this.#ends = ends;
  }

  override openProtocol(name: string): void {
    this.#protocol = name;
    super.openProtocol(name);
  }

  override closeProtocol(): void {
    for (const { protocol, record } of this.#ends.records) {
      if (protocol !== this.#protocol) continue;
      this.openRecord();
      playFields(record, this.target);
      this.closeRecord();
    }
    super.closeProtocol();
  }
}

/** Adds those that were closed to the listing of each round. */
class FollowedRounds implements Listings, EndTeller {
  readonly #changes: ChangesSink;
  readonly #ends = new Ends();
  /** Ends so far of sockets that no round had. */
  #unlisted = 0;
  /** What the round shows of them. */
  #shown = { closed: 0, unlisted: 0 };
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
    // What was closed before the first round is not shown.
    if (this.#isFirst) this.#take();
    const shown = new KeptRecords();
    this.#ends.push(rounds.ends(shown));
    this.#shown = this.#take();
    changes.listing = new WithEnds(target, shown);
    return sink;
  }

  /** Forgets those that were closed. */
  #take(): { readonly closed: number; readonly unlisted: number } {
    const closed = this.#ends.records.splice(0).length;
    const unlisted = this.#unlisted;
    this.#unlisted = 0;
    return { closed, unlisted };
  }

  end(outcome: Outcome): Round {
    const round = this.rounds.end(outcome, () => this.#changes.endRound());
    const { closed, unlisted } = this.#shown;
    this.#changes.stream.end();
    // Events that come during the listing are remembered with it.
    const { opened } = this.#changes.takeCounts();
    this.#isFirst = false;
    return { ...round, opened, closed, unlisted };
  }

  setTime(time: number): void {
    this.#changes.setTime(time);
  }

  tellEvent(protocol: string, event: Word, tape: EventTape): void {
    if (event === CLOSED) this.#unlisted++;
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
