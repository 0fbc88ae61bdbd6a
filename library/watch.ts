/**
 * What changes between listings that are repeated.
 */
import type { DumpOptions } from "./options.ts";
import { EventStream } from "../decode/plan/event_stream.ts";
import type { FieldObject } from "../decode/record/object_sink.ts";
import { ObjectSink } from "../decode/record/object_sink.ts";
import type { RecordSink } from "../decode/record/record_sink.ts";
import { KeptOwners } from "../ffi/owners.ts";
import { ChangesSink } from "../query/changes.ts";
import { neededKeys, openQuery } from "../query/pipeline.ts";
import { isLasting, isLate, type Round, Rounds } from "../query/rounds.ts";
import { parts, prepare } from "./prepare.ts";
import { type Run, Session } from "../session.ts";

/** Options of {@linkcode watch}. */
export interface WatchOptions extends DumpOptions {
  /** Milliseconds between the starts of two rounds; 2000 by default. */
  readonly interval?: number;
  /** The number of rounds; no end by default. */
  readonly rounds?: number;
}

/** What has happened to a socket, with the fields of `ss2 --watch`. */
export interface SocketChange extends FieldObject {
  /** Name of its family. */
  protocol: string;
  /** What has happened. */
  event: "present" | "opened" | "changed" | "replaced" | "closed" | "entered" | "left";
  /** When the round started, in UTC. */
  time: string;
}

/** The end of a round. */
export interface RoundEnd extends Round {
  /** That it is the end of a round. */
  readonly event: "round";
  /** When it started, in UTC. */
  readonly time: string;
}

/**
 * Lists again and again, and tells what has happened between two rounds, with rates. An iteration yields the records of NDJSON of
 * `ss2 --watch` (`docs/live.md`). The first round is made when the first record is asked for. Leaving the loop, or disposing of
 * the result, closes everything.
 *
 * ```ts
 * import { watch } from "../mod.ts";
 *
 * using changes = watch({ tcp: true, interval: 20, rounds: 2 });
 * for await (const change of changes) console.log(change.event, change.time);
 * ```
 *
 * @throws {RangeError} for options that leave out sockets, and as `dump`
 */
export function watch(options: WatchOptions = {}): SocketChanges {
  const { interval = 2000, rounds = Infinity, ...listed } = options;
  for (const name of ["countBy", "sort", "limit", "source", "read", "record"] as const) {
    if (options[name] !== undefined) throw new RangeError(`watch cannot have ${name}`);
  }
  if (!(interval >= 0)) throw new RangeError("interval takes milliseconds");
  return new SocketChanges(listed, interval, rounds);
}

/** The changes from the first round on. */
export class SocketChanges implements AsyncIterableIterator<SocketChange | RoundEnd>, AsyncDisposable, Disposable {
  readonly #run: Run;
  readonly #rounds: Rounds;
  readonly #objects = new ObjectSink();
  readonly #changes: ChangesSink;
  readonly #sink: RecordSink;
  readonly #warn: (warning: string) => void;
  readonly #told = new Set<string>();
  #session: Session | null = null;
  #waiting: (SocketChange | RoundEnd)[] = [];
  #left: number;
  #next = -Infinity;
  #ended = false;
  #wake = (): void => {};

  /**
   * Prepares the rounds.
   *
   * @internal
   */
  constructor(options: DumpOptions, readonly interval: number, rounds: number) {
    const { filter = null, warn = () => {} } = options;
    const { run, query } = prepare(options, false, true);
    const { filter: _, ...unfiltered } = run.plan;
    const plan = isLate(filter) ? unfiltered : run.plan;
    this.#run = { ...run, plan, keptOwners: new KeptOwners() };
    this.#warn = warn;
    this.#left = rounds;
    const shown = query === null ? null : neededKeys(query);
    this.#rounds = new Rounds(plan.families, filter, shown, true);
    const choice = { lasts: isLasting(filter), shown, followed: false };
    this.#changes = new ChangesSink(new EventStream(this.#objects), plan.families, this.#rounds.counters, choice);
    this.#sink = query === null ? this.#changes : openQuery(this.#changes, query).sink;
  }

  /**
   * The next record, which it waits for.
   *
   * @throws {SystemError} if no netlink socket can be opened
   * @throws {NamespaceError} if a network namespace does not exist, or cannot be entered or left
   */
  async next(): Promise<IteratorResult<SocketChange | RoundEnd, undefined>> {
    while (true) {
      const value = this.#waiting.shift();
      if (value !== undefined) return { value, done: false };
      if (this.#left <= 0) this[Symbol.dispose]();
      else await this.#wait();
      if (this.#ended) return { value: undefined, done: true };
      this.#list();
    }
  }

  async #wait(): Promise<void> {
    const pause = this.#next - performance.now();
    if (pause <= 0 || this.#ended) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      timer = setTimeout(resolve, pause);
    });
    clearTimeout(timer);
  }

  #list(): void {
    const start = performance.now();
    const time = Date.now();
    this.#changes.startRound(time);
    this.#session ??= new Session(this.#run, parts);
    const outcome = this.#session.run(this.#rounds.start(this.#sink));
    // An open namespace would go on to exist for our sake.
    if (this.#run.namespaces !== null) this.#close();
    const round = this.#rounds.end(outcome, () => this.#changes.endRound());
    this.#changes.tellWaiting();
    this.#changes.stream.end();
    const end: RoundEnd = {
      event: "round",
      time: new Date(time).toISOString(),
      ...round,
      ...this.#changes.takeCounts(),
    };
    this.#waiting = [...this.#objects.take() as unknown as SocketChange[], end];
    for (const warning of outcome.warnings) {
      if (!this.#told.has(warning)) this.#warn(warning);
      this.#told.add(warning);
    }
    this.#left--;
    this.#next = Math.max(start + this.interval, 2 * performance.now() - start);
  }

  #close(): void {
    this.#session?.[Symbol.dispose]();
    this.#session = null;
  }

  /** Closes everything. */
  return(): Promise<IteratorResult<SocketChange | RoundEnd, undefined>> {
    this[Symbol.dispose]();
    return Promise.resolve({ value: undefined, done: true });
  }

  /** The changes themselves: there is one sequence of them. */
  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Closes everything. */
  [Symbol.dispose](): void {
    this.#ended = true;
    this.#waiting = [];
    this.#close();
    this.#wake();
  }

  /** Closes everything. */
  [Symbol.asyncDispose](): Promise<void> {
    this[Symbol.dispose]();
    return Promise.resolve();
  }
}
