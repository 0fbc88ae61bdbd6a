/**
 * The registry of output formats: one line each.
 */
import type { RecordSink } from "../decode/record_sink.ts";
import { JsonSink } from "./json.ts";
import { NdjsonSink } from "./ndjson.ts";
import type { Write } from "./output_buffer.ts";

/** What a format can be told. */
export interface FormatOptions {
  /** No white space between tokens. */
  readonly compact: boolean;
}

/** A sink whose end must be told: it may still hold output back. */
export interface OutputSink extends RecordSink {
  /** Ends the document and hands on everything that is left. */
  close(): void;
}

export interface Format {
  /** Name after `--format`. */
  readonly name: string;
  /** One line for the help. */
  readonly help: string;
  /** Whether `--compact` makes a difference. */
  readonly honoursCompact: boolean;
  open(write: Write, options: FormatOptions): OutputSink;
}

/** All formats; the first is the default. */
export const formats: readonly Format[] = [
  {
    name: "json",
    honoursCompact: true,
    help: "one document, a list of flows for each protocol",
    open: (write, options) => new JsonSink(write, options),
  },
  {
    name: "ndjson",
    honoursCompact: false,
    help: "one JSON object a line for each flow",
    open: (write) => new NdjsonSink(write),
  },
];
