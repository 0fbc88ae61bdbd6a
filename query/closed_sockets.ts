/**
 * Joins the kernel's messages about closed sockets with what the last round of a listing knew of them.
 */
import type { Family } from "../decode/families/family.ts";
import { CLOSED, eventKey, LOST, timeKey } from "../decode/record/event_keys.ts";
import { type Identity, IdentitySink } from "../decode/record/identity_sink.ts";
import type { Key, Word } from "../decode/record/key.ts";
import type { RecordSink } from "../decode/record/record_sink.ts";
import { RecordTape } from "../decode/record/record_tape.ts";

const TCP_INFO = "tcp_info";

/** The fields of one event, without those in front of all events. */
export class EventTape extends RecordTape {
  /** Whether it says that events are missing. */
  isLost = false;
  /** Whether it has the last counters. */
  hasCounters = false;

  override openProtocol(): void {}
  override closeProtocol(): void {}
  override mark(): void {}
  override rewind(): boolean {
    return false;
  }

  override openRecord(): void {
    this.isLost = false;
    this.hasCounters = false;
    super.openRecord();
  }

  override name(key: Key, word: Word): void {
    if (key === eventKey) this.isLost = word === LOST;
    else super.name(key, word);
  }

  override text(key: Key, bytes: Uint8Array, start: number, end: number): void {
    if (key !== timeKey) super.text(key, bytes, start, end);
  }

  override openObject(key: Key): void {
    if (key.path === TCP_INFO) this.hasCounters = true;
    super.openObject(key);
  }

  /** Pushes the fields. */
  push(sink: RecordSink): void {
    this.play(sink);
  }

  protected override recordEnded(): void {}
}

/** Whether a field is one of the last counters, which an event has, in place of those of the last round. */
export const isLastCounter = ({ path }: Key): boolean => path === TCP_INFO || path.startsWith(`${TCP_INFO}.`);

/** Tells the ends of sockets. */
export interface EndTeller {
  setTime(time: number): void;
  /** Tells an event of a socket that no round had, or that events are missing. */
  tellEvent(protocol: string, event: Word, tape: EventTape): void;
  /** Tells the end of a socket that a round had; returns whether it has. */
  tellClosed(protocol: string, identity: Identity, tape: EventTape): boolean;
}

/** Receives events. */
export class ClosedSockets extends IdentitySink {
  readonly #tape: EventTape;
  readonly #names: readonly string[];

  constructor(families: readonly Family[], readonly teller: EndTeller, readonly time: () => number) {
    const tape = new EventTape();
    super(tape, families);
    this.#tape = tape;
    this.#names = families.map(({ name }) => name);
  }

  override openProtocol(name: string): void {
    super.openProtocol(name);
    this.protocol = this.#names.indexOf(name);
  }

  override closeRecord(): void {
    const { teller } = this;
    const tape = this.#tape;
    const name = this.#names[this.protocol]!;
    teller.setTime(this.time());
    if (tape.isLost) teller.tellEvent(name, LOST, tape);
    else if (!teller.tellClosed(name, this, tape)) teller.tellEvent(name, CLOSED, tape);
    super.closeRecord();
  }
}
