/**
 * A tape in front of another sink. Sinks that push records later, or push only some of them, extend it.
 */
import type { RecordSink } from "./record_sink.ts";
import { RecordTape } from "./record_tape.ts";

/** Stores each record, and passes on everything else. */
export abstract class ForwardingTape extends RecordTape {
  constructor(readonly target: RecordSink) {
    super();
  }

  get full(): boolean {
    return this.target.full === true;
  }

  override openProtocol(name: string): void {
    this.target.openProtocol(name);
  }

  override closeProtocol(): void {
    this.target.closeProtocol();
  }

  override mark(): void {
    this.target.mark();
  }

  override rewind(): boolean {
    return this.target.rewind();
  }

  /** Pushes the stored record. */
  protected push(): void {
    this.target.openRecord();
    this.play(this.target);
    this.target.closeRecord();
  }
}
