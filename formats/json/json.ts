/**
 * The format `json`: one document, an object with one member per protocol, each with its `flows`.
 */
import type { Content, FormatOptions, OpenOutput, OutputSink } from "../format.ts";
import { JsonRecords } from "./json_records.ts";
import { META, type MetaEnd, type MetaStart, metaText } from "./meta.ts";
import type { Write } from "../text/output_buffer.ts";
import { type PreparedText, prepareText } from "../text/prepared_texts.ts";

/** Brackets around a record: document, protocol, flows; around a count: document, counts. */
const FLOW_LEVEL = 3;
const COUNT_LEVEL = 2;

export class JsonSink extends JsonRecords implements OutputSink {
  #members = 0;
  readonly #firstOpening: PreparedText;
  readonly #nextOpening: PreparedText;
  readonly #closing: PreparedText;
  readonly #meta: MetaStart | undefined;

  constructor(write: Write, { compact = false }: FormatOptions = {}, { counts = false, meta }: Partial<Content> = {}) {
    super(write, compact ? 0 : 4, counts ? COUNT_LEVEL : FLOW_LEVEL);
    this.#meta = meta;
    this.#firstOpening = prepareText(`${this.lineBreak(0)}{`);
    this.#nextOpening = prepareText(`,${this.lineBreak(0)}{`);
    this.#closing = prepareText(`${this.lineBreak(0)}}`);
    this.buffer.put(this.#encode("{"));
  }

  #encode(text: string): Uint8Array {
    return new TextEncoder().encode(text);
  }

  /** Starts a member of the document. */
  #putName(name: string): void {
    const comma = this.#members++ === 0 ? "" : ",";
    this.buffer.put(this.#encode(`${comma}${this.lineBreak(1 - this.level)}"${name}":${this.#space}`));
  }

  get #space(): string {
    return this.indent === 0 ? "" : " ";
  }

  override openProtocol(name: string): void {
    this.#putName(name);
    const flows = this.level === COUNT_LEVEL ? "" : `{${this.lineBreak(2 - this.level)}"flows":${this.#space}`;
    this.buffer.put(this.#encode(`${flows}[`));
    this.flows = 0;
    this.buffer.finish();
  }

  override closeProtocol(): void {
    const closing = this.level === COUNT_LEVEL ? "]" : `]${this.lineBreak(1 - this.level)}}`;
    this.buffer.put(this.#encode((this.flows === 0 ? "" : this.lineBreak(-1)) + closing));
    this.buffer.finish();
  }

  override openRecord(): void {
    this.put(this.flows === 0 ? this.#firstOpening : this.#nextOpening);
  }

  override closeRecord(): void {
    this.takeBackComma();
    this.put(this.#closing);
    this.flows++;
    this.buffer.finish();
  }

  close(end?: MetaEnd): void {
    if (end !== undefined) {
      this.#putName(META);
      // The line breaks of JSON.stringify, one level deeper.
      const text = metaText({ ...this.#meta, ...end }, this.indent);
      this.buffer.put(this.#encode(text.replaceAll("\n", this.lineBreak(1 - this.level))));
    }
    this.buffer.put(this.#encode(`${this.#members > 0 ? this.lineBreak(-this.level) : ""}}\n`));
    this.buffer.finish();
    this.buffer.flush();
  }
}

export const openJson: OpenOutput = (write, options, content) => new JsonSink(write, options, content);
