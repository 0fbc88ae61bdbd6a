/**
 * A sink that passes everything on and notes chosen numbers of each record.
 */
import { ForwardingSink } from "./forwarding_sink.ts";
import type { Key } from "./key.ts";
import type { RecordSink } from "./record_sink.ts";

/** A number to note. */
export interface Watch {
  /** The field: a whole number in the record itself. */
  readonly from: Key;
  /** The value for a record without the field. */
  readonly none: number;
  /** Receives the number before a record is closed, and may add fields. */
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
