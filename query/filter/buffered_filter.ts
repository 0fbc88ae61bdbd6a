/**
 * A sink that holds each record back until the filter has decided; for sources that can push a record only once.
 */
import type { FilteringSink, RecordPredicate } from "../../decode/plan/record_filter.ts";
import { ForwardingTape } from "../../decode/record/forwarding_tape.ts";
import type { RecordSink } from "../../decode/record/record_sink.ts";

export class BufferedFilter extends ForwardingTape implements FilteringSink {
  passed = 0;

  /** @param predicate `null` if all records pass */
  constructor(target: RecordSink, readonly predicate: RecordPredicate | null) {
    super(target);
  }

  protected override recordEnded(): void {
    const { predicate } = this;
    if (predicate !== null) {
      predicate.openRecord();
      this.play(predicate);
      if (!predicate.passes()) return;
    }
    this.push();
    this.passed++;
  }
}
