/**
 * The contract of output formats: what one is told, what the records can hold, and what it has to do.
 */
import type { LookupName } from "../decode/lookups/registry.ts";
import type { Family } from "../decode/families/family.ts";
import type { Key } from "../decode/record/key.ts";
import type { RecordSink } from "../decode/record/record_sink.ts";
import type { Column } from "../query/columns.ts";
import type { Query } from "../query/pipeline.ts";
import type { MetaEnd, MetaStart } from "./json/meta.ts";
import type { Write } from "./text/output_buffer.ts";
import type { ServiceNames } from "../decode/lookups/names.ts";

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
  /** One row for each process that holds a socket: the query makes a record of each (`query/explode.ts`). */
  readonly explode?: "owners";
  /** Details behind the columns: identity of the socket. */
  readonly extended?: boolean;
  /** Details: its control group. */
  readonly cgroup?: boolean;
  /** Details: its TCP state. */
  readonly info?: boolean;
  /** Details: its memory. */
  readonly memory?: boolean;
  /** Details: its timer. */
  readonly timers?: boolean;
  /** No columns of queues. */
  readonly noQueues?: boolean;
  /** Ports as numbers, whatever their services are called. */
  readonly numeric?: boolean;
  /** Numbers as they are, without units. */
  readonly plain?: boolean;
  /** Colours; `auto` is for the caller to decide, who knows where the output goes, and without effect here. */
  readonly color?: Color;
  /** Lines as long as they get, whatever the width. */
  readonly wide?: boolean;
  /** Columns of the terminal that lines must fit; any number if it is not there. */
  readonly width?: number;
  /** What is told of the run too: {@linkcode Content.meta}, and what comes with {@linkcode OutputSink.close}. */
  readonly meta?: boolean;
}

/** Whether there are colours. */
export type Color = "auto" | "always" | "never";

/** What the records can hold, for formats that have to know before the first of them. */
export interface Content {
  /**
   * The families whose records there are.
   *
   * @internal
   */
  readonly families: readonly Family[];
  /**
   * What is looked up beside what the kernel answers; by default nothing.
   *
   * @internal
   */
  readonly lookups?: readonly LookupName[];
  /**
   * What ports are called, for formats that show it; numbers by default.
   *
   * @internal
   */
  readonly services?: ServiceNames;
  /**
   * The columns of a row, in place of all that the families have.
   *
   * @internal
   */
  readonly columns?: readonly Column[];
  /** The fields that are in these columns, and the objects and lists that they are in. */
  readonly shown?: ReadonlySet<Key>;
  /**
   * Those of `columns` that were added to the default, for formats whose default is a choice of their own.
   *
   * @internal
   */
  readonly added?: readonly Column[];
  /** Whether the records are counts in place of sockets: what stands for the protocol around them is no protocol. */
  readonly counts?: boolean;
  /** What is known of the run before the first record; only to be given with {@linkcode FormatOptions.meta}. */
  readonly meta?: MetaStart;
}

/** A sink whose end must be told: it may still hold output back. */
export interface OutputSink extends RecordSink {
  /** Ends the document and hands on everything that is left. With {@linkcode Content.meta} the end must be given too. */
  close(end?: MetaEnd): void;
}

/** Opens an output that hands its bytes to `write`. */
export type OpenOutput = (write: Write, options: FormatOptions, content: Content) => OutputSink;

/** What is known of a format before its code is loaded. */
export interface FormatEntry {
  /** Name after `--format`. */
  readonly name: string;
  /** One line for the help. */
  readonly help: string;
  /** Options that make a difference to it. */
  readonly honours: readonly (keyof FormatOptions)[];
  /** Whether records of all protocols stand behind each other, so that one order goes for all. */
  readonly flat?: true;
  /** Whether it shows one socket a row, by columns. */
  readonly rows?: true;
  /** Loads its code. */
  load(): Promise<OpenOutput>;
}

/** What a format is told of the records that a query leaves. */
export function contentOf({ columns, countBy }: Query): Partial<Content> {
  if (countBy !== null) {
    return { counts: true, columns: countBy.printed };
  }
  if (columns === null) return {};
  const { shown, added } = columns;
  return { columns: columns.columns, shown, ...added === undefined ? {} : { added } };
}
