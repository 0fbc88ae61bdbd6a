/**
 * The registry of output formats: one line each.
 */
import type { Family } from "../decode/family.ts";
import type { RecordSink } from "../decode/record_sink.ts";
import { CsvSink } from "./csv.ts";
import { JsonSink } from "./json.ts";
import type { MetaEnd, MetaStart } from "./meta.ts";
import { NdjsonSink } from "./ndjson.ts";
import type { Write } from "./output_buffer.ts";
import { YamlSink } from "./yaml.ts";

/** What a format can be told; each lists in {@linkcode Format.honours} what makes a difference to it. */
export interface FormatOptions {
  /** No white space between tokens. */
  readonly compact?: boolean;
  /** The character between cells. */
  readonly delimiter?: string;
  /** No row with the names of the columns. */
  readonly noHeader?: boolean;
  /** The mark of byte order at the start, by which spreadsheets know UTF-8. */
  readonly excel?: boolean;
  /** The character before decimals. */
  readonly decimal?: "." | ",";
  /** Text as it is, even if a spreadsheet takes it for a formula. */
  readonly rawText?: boolean;
  /** One row for each process that holds a socket. */
  readonly explode?: "owners";
  /** What is told of the run too: {@linkcode Content.meta}, and what comes with {@linkcode OutputSink.close}. */
  readonly meta?: boolean;
}

/** What the records can hold, for formats that have to know before the first of them; everything by default. */
export interface Content {
  readonly families?: readonly Family[];
  /** Whether the processes that hold sockets are looked up. */
  readonly owners?: boolean;
  /** What is known of the run before the first record; only to be given with {@linkcode FormatOptions.meta}. */
  readonly meta?: MetaStart;
}

/** A sink whose end must be told: it may still hold output back. */
export interface OutputSink extends RecordSink {
  /** Ends the document and hands on everything that is left. With {@linkcode Content.meta} the end must be given too. */
  close(end?: MetaEnd): void;
}

export interface Format {
  /** Name after `--format`. */
  readonly name: string;
  /** One line for the help. */
  readonly help: string;
  readonly honours: readonly (keyof FormatOptions)[];
  open(write: Write, options?: FormatOptions, content?: Content): OutputSink;
}

const spreadsheets: Format["honours"] = ["noHeader", "excel", "decimal", "rawText", "explode"];

/** All formats; the first is the default. */
export const formats: readonly Format[] = [
  {
    name: "json",
    honours: ["compact", "meta"],
    help: "one document, a list of flows for each protocol",
    open: (write, options, content) => new JsonSink(write, options, content),
  },
  {
    name: "ndjson",
    honours: ["meta"],
    help: "one JSON object a line for each flow",
    open: (write, _options, content) => new NdjsonSink(write, content),
  },
  {
    name: "yaml",
    honours: ["meta"],
    help: "the document of json as YAML (1.1 and 1.2)",
    open: (write, _options, content) => new YamlSink(write, content),
  },
  {
    name: "csv",
    honours: ["delimiter", ...spreadsheets],
    help: "one row for each flow, commas between cells (RFC 4180)",
    open: (write, options, content) => new CsvSink(write, options, content),
  },
  {
    name: "tsv",
    honours: spreadsheets,
    help: "csv with tabs between cells",
    open: (write, options, content) => new CsvSink(write, { ...options, delimiter: "\t" }, content),
  },
];
