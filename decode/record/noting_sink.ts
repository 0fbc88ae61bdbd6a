/**
 * A sink that passes everything on and notes some numbers of each record, where they are not known beforehand.
 */
import { ForwardingSink } from "./forwarding_sink.ts";
import type { Key } from "./key.ts";
import type { RecordSink } from "./record_sink.ts";

/** A number to note. */
export interface Watch {
  /** Its field, a whole number of the record. */
  readonly from: Key;
  /** What stands for it in a record that lacks it. */
  readonly none: number;
  /** Is told the number before a record is closed, and may add fields. */
  readonly ended: (value: number) => void;
}

export class NotingSink extends ForwardingSink {
  readonly #values: number[] = [];

  constructor(target: RecordSink, readonly watches: readonly Watch[]) {
    super(target);
  }

  override openRecord(): void {
    this.watches.forEach(({ none }, i) => this.#values[i] = none);
    super.openRecord();
  }

  override closeRecord(): void {
    this.watches.forEach(({ ended }, i) => ended(this.#values[i]!));
    super.closeRecord();
  }

  override integer(key: Key, value: number): void {
    for (let i = 0; i < this.watches.length; i++) if (this.watches[i]!.from === key) this.#values[i] = value;
    super.integer(key, value);
  }
}
