/**
 * Keeps records to show them again.
 */
import type { RecordSink } from "../decode/record/record_sink.ts";
import { playFields, RecordTape, type TapedRecord } from "../decode/record/record_tape.ts";

export class KeptRecords extends RecordTape {
  readonly records: { readonly protocol: string; readonly record: TapedRecord }[] = [];
  #protocol = "";

  override openProtocol(name: string): void {
    this.#protocol = name;
  }

  override closeProtocol(): void {}
  override mark(): void {}
  override rewind(): boolean {
    return false;
  }

  protected override recordEnded(): void {
    this.records.push({ protocol: this.#protocol, record: this.take() });
  }

  /** Pushes them in their order. */
  push(sink: RecordSink): void {
    let opened: string | null = null;
    for (const { protocol, record } of this.records) {
      if (protocol !== opened) {
        if (opened !== null) sink.closeProtocol();
        sink.openProtocol(opened = protocol);
      }
      sink.openRecord();
      playFields(record, sink);
      sink.closeRecord();
    }
    if (opened !== null) sink.closeProtocol();
  }
}
