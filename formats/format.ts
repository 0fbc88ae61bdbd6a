/**
 * The interface of output formats: settings, content, and sink.
 */
import type { LookupName } from "../decode/lookups/registry.ts";
import type { Family } from "../decode/families/family.ts";
import type { Key } from "../decode/record/key.ts";
import type { RecordSink } from "../decode/record/record_sink.ts";
import type { CheckResults } from "../query/checks/run_checks.ts";
import type { Column } from "../query/columns.ts";
import type { Query } from "../query/pipeline.ts";
import type { Summary } from "../query/summary/summary.ts";
import type { MetaEnd, MetaStart } from "./json/meta.ts";
import type { Write } from "./text/output_buffer.ts";
import type { ServiceNames } from "../decode/lookups/names.ts";

/** Settings of formats; each format lists those that affect it in {@linkcode Format.honours}. */
export interface FormatOptions {
  /** Series that a metric may have; only formats of metrics have it. */
  readonly maxSeries?: number;
  /** No whitespace between tokens. */
  readonly compact?: boolean;
  /** The character between cells. */
  readonly delimiter?: string;
  /** No header row. */
  readonly noHeader?: boolean;
  /** Units after the names of the columns. */
  readonly units?: boolean;
  /** A byte order mark at the start, by which spreadsheets recognize UTF-8. */
  readonly excel?: boolean;
  /** The decimal separator. */
  readonly decimal?: "." | ",";
  /** No protection against text that a spreadsheet takes for a formula. */
  readonly rawText?: boolean;
  /** One row for each process that holds a socket: the query makes a record of each (`query/explode.ts`). */
  readonly explode?: "owners";
  /** Details after the columns: identity of the socket. */
  readonly extended?: boolean;
  /** Details: its control group. */
  readonly cgroup?: boolean;
  /** Details: its TCP state. */
  readonly info?: boolean;
  /** Details: its memory. */
  readonly memory?: boolean;
  /** Details: its timer. */
  readonly timers?: boolean;
  /** No queue columns. */
  readonly noQueues?: boolean;
  /** Port numbers instead of service names. */
  readonly numeric?: boolean;
  /** Plain numbers without units. */
  readonly plain?: boolean;
  /** Colours. The caller must resolve `auto`, which has no effect here. */
  readonly color?: Color;
  /** Lines of any length, regardless of the width. */
  readonly wide?: boolean;
  /** Width of the terminal in columns that lines must fit; unlimited if absent. */
  readonly width?: number;
  /** Information about the run: {@linkcode Content.meta}, and the argument of {@linkcode OutputSink.close}. */
  readonly meta?: boolean;
}

/** Whether there are colours. */
export type Color = "auto" | "always" | "never";

/** What the records can contain, for formats that need it before the first record. */
export interface Content {
  /**
   * The families whose records are written.
   *
   * @internal
   */
  readonly families: readonly Family[];
  /**
   * The lookups; none by default.
   *
   * @internal
   */
  readonly lookups?: readonly LookupName[];
  /**
   * Service names of ports, for formats that show them; numbers by default.
   *
   * @internal
   */
  readonly services?: ServiceNames;
  /**
   * The columns of a row, instead of all columns of the families.
   *
   * @internal
   */
  readonly columns?: readonly Column[];
  /** The fields of these columns, with the objects and lists that contain them. */
  readonly shown?: ReadonlySet<Key>;
  /**
   * The columns that were added to the default, for formats with their own default columns.
   *
   * @internal
   */
  readonly added?: readonly Column[];
  /** Whether the records are counts instead of sockets. Then the name of the protocol is not a protocol. */
  readonly counts?: boolean;
  /** What the records are, for formats with a title; sockets or counts of them by default. */
  readonly title?: string;
  /** Whether records come one by one for as long as it runs, those of several protocols mixed. */
  readonly stream?: boolean;
  /** What is known about the run before the first record; only with {@linkcode FormatOptions.meta}. */
  readonly meta?: MetaStart;
  /**
   * What a report says in addition to the sockets; only for formats with {@linkcode FormatEntry.report}.
   *
   * @internal
   */
  readonly report?: Report;
  /**
   * The last rounds, for reports. That of the report is added before it is closed.
   *
   * @internal
   */
  readonly rounds?: readonly RoundPoint[];
}

/** What a service sent and received, in bytes a second. */
export interface Traffic {
  readonly name: string;
  readonly sent: number;
  readonly received: number;
}

/** A round of a listing that is repeated. */
export interface RoundPoint {
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Seconds since the round before; absent in the first. */
  readonly interval?: number;
  readonly sockets: number;
  readonly opened: number;
  readonly closed: number;
  /** Whether nothing is known to be missing. */
  readonly complete: boolean;
  /** What the report has found in it: traffic of services, and segments that were sent again in a second. */
  traffic?: readonly Traffic[] | undefined;
  retransmitted?: number;
}

/** What a report says in addition to the sockets. */
export interface Report {
  /** What rules have found, and which rules could not be tested; `null` if none were tested. */
  readonly checks: CheckResults & { readonly untested: string } | null;
  /** Sums of the network namespace; `null` if they are not known. */
  readonly summary: Summary | null;
}

/** A sink that must be closed, because it may buffer output. */
export interface OutputSink extends RecordSink {
  /** Writes what is complete at once, for output that goes on for long. Absent in a format whose output is not usable before its end. */
  flush?(): void;
  /** Ends the document and writes the rest. Needs its argument if {@linkcode Content.meta} was set. */
  close(end?: MetaEnd): void;
}

/** Opens an output that passes its bytes to `write`. */
export type OpenOutput = (write: Write, options: FormatOptions, content: Content) => OutputSink;

/** The fields that a format shows with these options, if the content has no columns. */
export type ShownFields = (options: FormatOptions, content: Content) => ReadonlySet<Key>;

/** The description of a format, available before its code is loaded. */
export interface FormatEntry {
  /** Name after `--format`. */
  readonly name: string;
  /** One line for the help. */
  readonly help: string;
  /** Settings that affect it. */
  readonly honours: readonly (keyof FormatOptions)[];
  /** Whether records of all protocols form one sequence, with one order for all. */
  readonly flat?: true;
  /** Whether it shows one socket per row, in columns. */
  readonly rows?: true;
  /** Whether it is a report: it always says how the run was made, what rules have found, and sums. */
  readonly report?: true;
  /** Loads its code. */
  load(): Promise<OpenOutput>;
  /**
   * For formats that show only some fields by default: loads the function that returns these fields.
   *
   * @internal
   */
  loadFields?(): Promise<ShownFields>;
}

/** The content after a query, for a format. */
export function contentOf({ columns, countBy }: Query): Partial<Content> {
  if (countBy !== null) {
    return { counts: true, columns: countBy.printed };
  }
  if (columns === null) return {};
  const { shown, added } = columns;
  return { columns: columns.columns, shown, ...added === undefined ? {} : { added } };
}
