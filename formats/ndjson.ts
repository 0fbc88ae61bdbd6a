/**
 * The format `ndjson`: one JSON object a line, the protocol first.
 */
import type { OutputSink } from "./formats.ts";
import { JsonRecords } from "./json_records.ts";
import type { Write } from "./output_buffer.ts";

const encoder = new TextEncoder();
const CLOSING = encoder.encode("}\n");

export class NdjsonSink extends JsonRecords implements OutputSink {
  #opening: Uint8Array = CLOSING;

  constructor(write: Write) {
    super(write, 0, 0);
  }

  override openProtocol(name: string): void {
    this.#opening = encoder.encode(`{"protocol":"${name}",`);
  }

  override closeProtocol(): void {}

  override openRecord(): void {
    this.buffer.put(this.#opening);
  }

  override closeRecord(): void {
    this.takeBackComma();
    this.buffer.put(CLOSING);
    this.buffer.finish();
  }

  close(): void {
    this.buffer.flush();
  }
}
