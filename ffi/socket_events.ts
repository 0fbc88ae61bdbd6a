/**
 * Events as JavaScript objects, for library users.
 */
import { EventStream } from "../decode/plan/event_stream.ts";
import { type FlowObject, ObjectSink } from "../decode/record/object_sink.ts";
import { type EventQuestion, EventRun } from "./event_run.ts";

/** Longest wait in milliseconds: after it namespaces are looked at. */
const TICK = 100;

/** A socket that was closed, with what the kernel tells of it; or a number of events that were lost. */
export interface SocketEvent extends FlowObject {
  /** What happened: a socket was closed, or events are missing here. */
  event: "closed" | "lost";
  /** When it was received: ISO 8601, in UTC. */
  time: string;
}

/** Events from the moment it is made until it is left or disposed of. */
export class SocketEvents implements AsyncIterableIterator<SocketEvent>, AsyncDisposable, Disposable {
  readonly #objects = new ObjectSink();
  readonly #stream: EventStream;
  readonly #run: EventRun;
  #waiting: SocketEvent[] = [];
  #ended = false;

  /**
   * Opens the sockets.
   *
   * @internal
   * @param limit the maximum number of closed sockets
   */
  constructor(question: EventQuestion, limit: number, readonly warn: (warning: string) => void) {
    this.#stream = new EventStream(this.#objects, limit);
    this.#run = new EventRun(question, this.#stream);
    this.#warnAll();
  }

  #warnAll(): void {
    this.#run.warnings.splice(0).forEach((warning) => this.warn(warning));
  }

  /**
   * The next event, which it waits for.
   *
   * @throws {SystemError} if the kernel refuses
   */
  async next(): Promise<IteratorResult<SocketEvent, undefined>> {
    while (true) {
      const value = this.#waiting.shift();
      if (value !== undefined) return { value, done: false };
      if (this.#ended) return { value: undefined, done: true };
      this.#take();
      if (this.#waiting.length === 0 && !this.#ended) await this.#run.wait(-1, TICK);
    }
  }

  #take(): void {
    this.#run.take(false);
    if (this.#stream.full || this.#run.ended) {
      this.#run.finish();
      this[Symbol.dispose]();
    }
    this.#waiting = this.#objects.take() as SocketEvent[];
    this.#warnAll();
  }

  /** Closes the sockets. */
  return(): Promise<IteratorResult<SocketEvent, undefined>> {
    this[Symbol.dispose]();
    return Promise.resolve({ value: undefined, done: true });
  }

  /** The events themselves: there is one sequence of them. */
  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Closes the sockets. */
  [Symbol.dispose](): void {
    this.#ended = true;
    this.#run[Symbol.dispose]();
  }

  /** Closes the sockets. */
  [Symbol.asyncDispose](): Promise<void> {
    this[Symbol.dispose]();
    return Promise.resolve();
  }
}
