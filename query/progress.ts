/**
 * A sink that shows the number of records so far in a long run.
 */
import { ForwardingSink } from "../decode/record/forwarding_sink.ts";
import type { RecordSink } from "../decode/record/record_sink.ts";

/** Milliseconds before the first message, and between two messages. */
const PATIENCE = 2000;
const INTERVAL = 200;
/** Number of records between two looks at the clock. */
const RECORDS = 256;

export class ProgressSink extends ForwardingSink {
  #count = 0;
  #next: number;
  #shown = false;

  /**
   * @param show replaces the shown text; an empty text shows nothing
   * @param now milliseconds since an arbitrary moment
   */
  constructor(target: RecordSink, readonly show: (text: string) => void, readonly now: () => number) {
    super(target);
    this.#next = now() + PATIENCE;
  }

  override closeRecord(): void {
    super.closeRecord();
    if (++this.#count % RECORDS === 0) this.#tell();
  }

  #tell(): void {
    const now = this.now();
    if (now < this.#next) return;
    this.#next = now + INTERVAL;
    this.#shown = true;
    this.show(`${this.#count} sockets so far`);
  }

  /** Removes the shown text. */
  end(): void {
    if (this.#shown) this.show("");
    this.#shown = false;
  }
}
