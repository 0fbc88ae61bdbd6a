/**
 * The format `ndjson`: one JSON object a line, the protocol first.
 */
import type { Content, OutputSink } from "./formats.ts";
import { JsonRecords } from "./json_records.ts";
import type { Write } from "./output_buffer.ts";
import { type PreparedText, prepareText } from "./prepared_texts.ts";

const CLOSING = prepareText("}\n");

export class NdjsonSink extends JsonRecords implements OutputSink {
  #opening: PreparedText = CLOSING;

  readonly #counts: boolean;

  constructor(write: Write, { counts = false }: Content = {}) {
    super(write, 0, 0);
    this.#counts = counts;
  }

  override openProtocol(name: string): void {
    this.#opening = prepareText(this.#counts ? "{" : `{"protocol":"${name}",`);
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
