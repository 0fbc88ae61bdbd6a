/**
 * The format `ndjson`: one JSON object per line, the protocol first; `--meta` adds a line before and a line after them.
 */
import type { Content, OpenOutput, OutputSink } from "../format.ts";
import { JsonRecords } from "./json_records.ts";
import { META, type MetaEnd, metaText } from "./meta.ts";
import type { Write } from "../text/output_buffer.ts";
import { type PreparedText, prepareText } from "../text/prepared_texts.ts";

const CLOSING = prepareText("}\n");

export class NdjsonSink extends JsonRecords implements OutputSink {
  #opening: PreparedText = CLOSING;

  readonly #counts: boolean;

  constructor(write: Write, { counts = false, meta }: Partial<Content> = {}) {
    super(write, 0, 0);
    this.#counts = counts;
    if (meta !== undefined) this.#putMeta(metaText(meta, 0));
  }

  #putMeta(text: string): void {
    this.buffer.put(new TextEncoder().encode(`{"${META}":${text}}\n`));
    this.buffer.finish();
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

  flush(): void {
    this.buffer.flush();
  }

  close(end?: MetaEnd): void {
    if (end !== undefined) this.#putMeta(metaText(end, 0));
    this.buffer.flush();
  }
}

export const openNdjson: OpenOutput = (write, _options, content) => new NdjsonSink(write, content);
