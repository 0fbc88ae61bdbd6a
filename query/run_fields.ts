/**
 * Fields that are the same for every record of a run: its start time and its machine. With them, lists from several days and
 * machines can be merged.
 */
import { ForwardingSink } from "../decode/record/forwarding_sink.ts";
import { timeKey as time } from "../decode/record/event_keys.ts";
import { defineKey, type Key } from "../decode/record/key.ts";
import type { RecordSink } from "../decode/record/record_sink.ts";

const host = defineKey(null, "host", {
  type: "text",
  meaning: "Name of the machine, not that of a recording; only with --columns host.",
});

/** The fields by their names. */
export const runFields: ReadonlyMap<string, Key> = new Map([time, host].map((key) => [key.path, key]));

/** What is known of a run. */
export interface RunValues {
  /** ISO 8601. */
  readonly time?: string;
  readonly host?: string;
}

interface Value {
  readonly key: Key;
  readonly bytes: Uint8Array;
}

/** Adds fields of the run to the end of each record. */
export class RunFieldsSink extends ForwardingSink {
  readonly #values: readonly Value[];

  constructor(target: RecordSink, fields: readonly Key[], values: RunValues) {
    super(target);
    this.#values = fields.flatMap((key) => {
      const text = key === time ? values.time : values.host;
      return text === undefined ? [] : [{ key, bytes: new TextEncoder().encode(text) }];
    });
  }

  override closeRecord(): void {
    for (let i = 0; i < this.#values.length; i++) {
      const { key, bytes } = this.#values[i]!;
      this.target.text(key, bytes, 0, bytes.length);
    }
    super.closeRecord();
  }
}
