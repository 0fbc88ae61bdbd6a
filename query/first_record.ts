/**
 * Keeps the first record, and counts all.
 */
import type { RecordSink } from "../decode/record/record_sink.ts";
import { playFields, RecordTape } from "../decode/record/record_tape.ts";

/** A record that can be pushed again. */
export interface KeptRecord {
  readonly protocol: string;
  /** Pushes its fields. */
  play(sink: RecordSink): void;
}

export class FirstRecord extends RecordTape {
  found: KeptRecord | null = null;
  count = 0;
  #protocol = "";
  #marked = 0;

  override openProtocol(name: string): void {
    this.#protocol = name;
  }

  override closeProtocol(): void {}

  override mark(): void {
    this.#marked = this.count;
  }

  override rewind(): boolean {
    this.count = this.#marked;
    return true;
  }

  protected override recordEnded(): void {
    this.count++;
    if (this.found !== null) return;
    const record = this.take();
    this.found = { protocol: this.#protocol, play: (sink) => playFields(record, sink) };
  }
}
