/**
 * Receives the kernel's messages about closed sockets while something else goes on too.
 */
import { families, loadFamilies } from "../decode/families/registry.ts";
import { EventStream } from "../decode/plan/event_stream.ts";
import { EventRun } from "../ffi/event_run.ts";
import { STDOUT } from "../ffi/output_descriptor.ts";
import type { OutputQueue } from "../ffi/output_queue.ts";
import type { EventsPlan } from "../options/command.ts";
import { ClosedSockets, type EndTeller } from "../query/closed_sockets.ts";
import type { StopSignals } from "./stop_signals.ts";

/** Longest wait in milliseconds: after it the time, the signals and the namespaces are looked at. */
const TICK = 100;
/** Milliseconds that a reader has at the end to read what is left. */
const LAST_WAIT = 2000;

export class FollowedEvents implements Disposable {
  readonly #stream: EventStream;
  readonly #run: EventRun;
  /** Warnings and lost events that {@linkcode takeMissing} has told. */
  #told = 0;
  #toldLost = 0;

  /** @param all all families, to search for all namespaces */
  constructor(
    { plan, namespaces, joinedOnly }: EventsPlan,
    all: Awaited<ReturnType<typeof loadFamilies>>,
    listed: ConstructorParameters<typeof ClosedSockets>[0],
    teller: EndTeller,
    readonly queue: OutputQueue | null,
  ) {
    const sockets = new ClosedSockets(listed, joinedOnly ? new JoinedOnly(teller) : teller, () => this.#stream.time);
    this.#stream = new EventStream(sockets);
    this.#run = new EventRun({ plan, namespaces, families: all, recording: null }, this.#stream);
  }

  /** Events that are known to be missing. */
  get lost(): number {
    return this.#stream.lost;
  }

  /** Receives what has arrived by now; returns what is missing and was not told by this before, one line each. */
  takeMissing(): readonly string[] {
    this.finish();
    const { lost } = this;
    const fresh = this.#run.warnings.slice(this.#told);
    this.#told += fresh.length;
    const more = lost - this.#toldLost;
    this.#toldLost = lost;
    return more > 0 ? [...fresh, `${more} events were lost`] : fresh;
  }

  /** What is missing, one line each. */
  get warnings(): readonly string[] {
    const { lost } = this;
    return [...this.#run.warnings, ...lost > 0 ? [`${lost} events were lost`] : []];
  }

  get #isBlocked(): boolean {
    return this.queue?.full === true;
  }

  /** Receives for some milliseconds, and as long as the output is blocked; `flush` writes what was received. */
  async wait(milliseconds: number, signals: StopSignals, flush: () => void = () => {}): Promise<void> {
    const end = performance.now() + milliseconds;
    const reader = this.queue === null ? -1 : STDOUT;
    while (!signals.received) {
      this.#run.take(this.#isBlocked);
      flush();
      this.queue?.check();
      const left = end - performance.now();
      if (left <= 0 && !this.#isBlocked) return;
      if (await this.#run.wait(reader, Math.ceil(Math.max(1, Math.min(left, TICK))))) signals.stop();
    }
  }

  /** Receives what has arrived by now. */
  finish(): void {
    this.#run.finish(this.#isBlocked);
  }

  [Symbol.dispose](): void {
    this.#run[Symbol.dispose]();
  }
}

/** Writes what is left; returns how many bytes are not written, because nobody reads. */
export async function drain(queue: OutputQueue): Promise<number> {
  await queue.drain(LAST_WAIT);
  return queue.length;
}

/** Opens the sockets. Without a queue the events are not printed. */
export const followEvents = async (
  events: EventsPlan,
  listed: ConstructorParameters<typeof ClosedSockets>[0],
  teller: EndTeller,
  queue: OutputQueue | null,
): Promise<FollowedEvents> =>
  new FollowedEvents(events, events.namespaces === null ? [] : await loadFamilies(families), listed, teller, queue);

/** Tells only of sockets that a round had: whether others pass the filter is not known. */
class JoinedOnly implements EndTeller {
  constructor(readonly teller: EndTeller) {}

  setTime(time: number): void {
    this.teller.setTime(time);
  }

  tellEvent(...[protocol, event, tape]: Parameters<EndTeller["tellEvent"]>): void {
    if (tape.isLost) this.teller.tellEvent(protocol, event, tape);
  }

  tellClosed(...joined: Parameters<EndTeller["tellClosed"]>): boolean {
    return this.teller.tellClosed(...joined);
  }
}
