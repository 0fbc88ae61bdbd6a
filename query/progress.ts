/**
 * A sink that tells how many records have come, in a run that takes long.
 */
import { ForwardingSink } from "../decode/record/forwarding_sink.ts";
import type { RecordSink } from "../decode/record/record_sink.ts";

/** Milliseconds until something is told, and between two times. */
const PATIENCE = 2000;
const INTERVAL = 200;
/** The clock is looked at after so many records. */
const RECORDS = 256;

export class ProgressSink extends ForwardingSink {
  #count = 0;
  #next: number;
  #shown = false;

  /**
   * @param show shows a text in place of the one before, an empty one for nothing
   * @param now milliseconds from any moment
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

  /** Takes back what is shown. */
  end(): void {
    if (this.#shown) this.show("");
    this.#shown = false;
  }
}
