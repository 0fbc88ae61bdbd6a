/**
 * The format `ndjson`: one JSON object a line, the protocol first.
 */
import type { OutputSink } from "./formats.ts";
import { JsonRecords } from "./json_records.ts";
import type { Write } from "./output_buffer.ts";
import { type PreparedText, prepareText } from "./prepared_texts.ts";

const CLOSING = prepareText("}\n");

export class NdjsonSink extends JsonRecords implements OutputSink {
  #opening: PreparedText = CLOSING;

  constructor(write: Write) {
    super(write, 0, 0);
  }

  override openProtocol(name: string): void {
    this.#opening = prepareText(`{"protocol":"${name}",`);
  }

  override closeProtocol(): void {}

  override openRecord(): void {
    this.put(this.#opening);
  }

  override closeRecord(): void {
    this.takeBackComma();
    this.put(CLOSING);
    this.buffer.finish();
  }

  close(): void {
    this.buffer.flush();
  }
}
