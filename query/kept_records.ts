/**
 * Keeps records to show them again.
 */
import type { RecordSink } from "../decode/record/record_sink.ts";
import { RecordStore } from "../decode/record/record_store.ts";
import { playFields, RecordTape } from "../decode/record/record_tape.ts";

export class KeptRecords extends RecordTape {
  #store = new RecordStore();
  #records: { readonly protocol: string; readonly position: number }[] = [];
  #protocol = "";

  /** Number of records. */
  get count(): number {
    return this.#records.length;
  }

  override openProtocol(name: string): void {
    this.#protocol = name;
  }

  override closeProtocol(): void {}
  override mark(): void {}
  override rewind(): boolean {
    return false;
  }

  protected override recordEnded(): void {
    this.#records.push({ protocol: this.#protocol, position: this.keepIn(this.#store) });
  }

  /** Pushes them in their order: all by default, or those of a protocol. */
  push(sink: RecordSink, only: string | null = null): void {
    let opened: string | null = null;
    for (const { protocol, position } of this.#records) {
      if (only !== null && protocol !== only) continue;
      if (protocol !== opened) {
        if (opened !== null) sink.closeProtocol();
        sink.openProtocol(opened = protocol);
      }
      sink.openRecord();
      playFields(this.#store.get(position), sink);
      sink.closeRecord();
    }
    if (opened !== null) sink.closeProtocol();
  }

  /** Gives them to another one, and starts anew. */
  moveTo(other: KeptRecords): void {
    other.#store = this.#store;
    other.#records = this.#records;
    this.#store = new RecordStore();
    this.#records = [];
  }
}
