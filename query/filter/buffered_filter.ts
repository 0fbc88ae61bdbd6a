/**
 * A sink that holds each record back until the filter has decided; for sources that can push a record only once.
 */
import type { FilteringSink, RecordPredicate } from "../../decode/plan/record_filter.ts";
import type { RecordSink } from "../../decode/record/record_sink.ts";
import { RecordTape } from "../../decode/record/record_tape.ts";

export class BufferedFilter extends RecordTape implements FilteringSink {
  passed = 0;

  /** @param predicate `null` if all records pass */
  constructor(readonly target: RecordSink, readonly predicate: RecordPredicate | null) {
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

  protected override recordEnded(): void {
    const { predicate, target } = this;
    if (predicate !== null) {
      predicate.openRecord();
      this.play(predicate);
      if (!predicate.passes()) return;
    }
    target.openRecord();
    this.play(target);
    target.closeRecord();
    this.passed++;
  }
}
