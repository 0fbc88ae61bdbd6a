/**
 * The parsed command line.
 */
import type { Key } from "../decode/record/key.ts";
import type { LookupName } from "../decode/lookups/registry.ts";
import type { Family, FamilyEntry } from "../decode/families/family.ts";
import type { Plan } from "../decode/plan/plan.ts";
import type { Shell } from "./option_table.ts";
import type { FormatEntry, FormatOptions, OpenOutput } from "../formats/format.ts";
import type { MetricFormat } from "../formats/registry.ts";
import type { PythonProtocol } from "../formats/pyroute2.ts";
import type { ReportName } from "../formats/reports/registry.ts";
import type { CompiledRule } from "../query/checks/compile_rules.ts";
import type { DiffFormat } from "../formats/diff/print_diff.ts";
import type { Query } from "../query/pipeline.ts";
import type { Filter } from "../query/filter/filter.ts";
import type { OwnerDetails } from "../decode/lookups/owners.ts";

/** What the program must do. */
export type Command =
  | {
    readonly action: "help";
    /** `all`, or what it is about; `null` for the short help. */
    readonly topic: string | null;
  }
  | {
    readonly action: "version" | "doctor";
    readonly json: boolean;
    readonly compact: boolean;
    readonly output: OutputOption;
  }
  | { readonly action: "completion"; readonly shell: Shell; readonly output: OutputOption }
  | { readonly action: "man"; readonly page: "ss2" | "fields"; readonly output: OutputOption }
  | { readonly action: "licenses"; readonly output: OutputOption }
  | {
    readonly action: "fields";
    readonly families: readonly Family[];
    /** `null` for lines to read. */
    readonly format: JsonFormat | null;
    readonly compact: boolean;
    readonly output: OutputOption;
  }
  | { readonly action: "columns"; readonly names: readonly string[]; readonly output: OutputOption }
  | {
    readonly action: "schema";
    /** What prints the output. */
    readonly of: "sockets" | "check" | "summary";
    readonly families: readonly Family[];
    readonly format: JsonFormat;
    readonly compact: boolean;
    /** Whether there are lines about rounds. */
    readonly rounds: boolean;
    readonly output: OutputOption;
  }
  | {
    readonly action: "dump";
    readonly plan: Plan;
    readonly owners: OwnersOption;
    /** Network namespaces to ask; `null` for the own one, without a `netns` field. */
    readonly namespaces: NamespacesOption | null;
    /** The lookups of the run, owners included. */
    readonly lookups: ReadonlyMap<LookupName, LookupReason>;
    /** Time limit in milliseconds for host names. */
    readonly resolveTimeout: number;
    readonly format: FormatEntry;
    /** Whether an option named the format. */
    readonly formatNamed: boolean;
    readonly open: OpenOutput;
    readonly formatOptions: FormatOptions;
    /** `null` for all fields in the kernel's order. */
    readonly query: Query | null;
    /** Milliseconds between two listings whose counters are compared; `null` for one listing. */
    readonly rates: number | null;
    /** Recording to decode instead of asking the kernel. */
    readonly read: string | null;
    /** Recording to write. */
    readonly record: string | null;
    readonly output: OutputOption;
    /** The command line as typed. */
    readonly words: readonly string[];
    /** Whether to print nothing. */
    readonly quiet: boolean;
    readonly filter: Filter | null;
    /** The expectation to check: sockets or none; `null` for no check. */
    readonly expected: "some" | "none" | null;
  }
  | SummaryCommand
  | MetricsCommand
  | ServeCommand
  | PythonCommand
  | WatchCommand
  | {
    readonly action: "events";
    readonly plan: Plan;
    readonly namespaces: NamespacesOption | null;
    readonly format: FormatEntry;
    readonly open: OpenOutput;
    readonly formatOptions: FormatOptions;
    readonly query: Query | null;
    /** Maximum number of events. */
    readonly limit: number | null;
    /** Milliseconds; `null` for no end. */
    readonly duration: number | null;
    readonly read: string | null;
    readonly record: string | null;
    readonly output: OutputOption;
  }
  | {
    readonly action: "wait";
    /** The listing whose check is repeated. */
    readonly awaited: DumpCommand;
    /** Milliseconds until the result is final. */
    readonly limit: number;
    readonly output: OutputOption;
  }
  | CheckCommand
  | ReportCommand
  | LeaksCommand
  | {
    readonly action: "allow";
    /** Lists what is not allowed. */
    readonly listing: DumpCommand;
    readonly reports: readonly ReportOption[];
    readonly output: OutputOption;
  }
  | KillCommand
  | {
    readonly action: "diff";
    /** The second listing. */
    readonly compared: DumpCommand;
    /** File with the first one. */
    readonly before: string;
    /** Paths as in {@linkcode Comparison}. */
    readonly by: readonly string[] | null;
    readonly changes: readonly string[] | "all" | null;
    readonly format: DiffFormat;
    readonly quiet: boolean;
    readonly output: OutputOption;
  }
  | {
    readonly action: "explain";
    readonly explained: DumpCommand;
    /** How many of the listed sockets `-K` closes at most; `null` without `-K`. */
    readonly closes: number | null;
    /** Whether to ask the kernel too and count what is received. */
    readonly stats: boolean;
    readonly output: OutputOption;
  }
  | {
    readonly action: "explain-sums";
    /** What is tested; `null` for sums alone. */
    readonly checked: CheckCommand | null;
    readonly summary: SummaryCommand | null;
    readonly output: OutputOption;
  };

/** Closes sockets. */
export interface KillCommand {
  readonly action: "kill";
  readonly listing: DumpCommand;
  /** Whether nothing is closed. */
  readonly dryRun: boolean;
  /** Whether not to ask. */
  readonly yes: boolean;
  /** If more sockets pass, none is closed. */
  readonly most: number;
  /** Whether the connection that the user sits on may be closed. */
  readonly mySession: boolean;
  /** Whether subflows of MPTCP may be closed. */
  readonly subflows: boolean;
  readonly output: OutputOption;
}

/** The events that are joined with the rounds of a listing. */
export interface EventsPlan {
  readonly plan: Pick<Plan, "families" | "addressFamilies" | "filter">;
  readonly namespaces: NamespacesOption | null;
  /** Whether the filter needs what events do not have: sockets that no round has had cannot be judged. */
  readonly joinedOnly: boolean;
}

/** What is added up beyond the life of sockets. */
export interface LastingPlan {
  readonly events: EventsPlan;
  /** The counters: of each, the keys of all families. */
  readonly fields: readonly (readonly Key[])[];
  /** The maximum number of groups; `null` for any. */
  readonly most: number | null;
  /** Whether what was counted before the start is left out. */
  readonly fromZero: boolean;
}

/** When something is repeated. */
export interface Repetition {
  /** Milliseconds between the starts of two rounds. */
  readonly interval: number;
  /** `null` for no end. */
  readonly rounds: number | null;
  /** Milliseconds; `null` for no end. */
  readonly duration: number | null;
}

/** Repeats a listing. */
export interface WatchCommand extends Repetition {
  readonly action: "watch";
  readonly listing: DumpCommand;
  /** Whether to print what has changed; else whole listings. */
  readonly changes: boolean;
  /** Whether a socket that is listed once is listed until it is closed. */
  readonly lasts: boolean;
  /** `null` to know of closed sockets by the rounds only. */
  readonly events: EventsPlan | null;
  /** What counts of whole listings add up beyond the rounds; `null` for nothing. */
  readonly lasting: LastingPlan | null;
  /** The file of the listing gets its name in each round. */
  readonly output: null;
}

/** Sums up sockets. */
export interface SummaryCommand {
  readonly action: "summary";
  /** Counts sockets by protocol and state. */
  readonly counts: DumpCommand;
  /** Lists accept queues that are full or were; `null` without TCP. */
  readonly listeners: DumpCommand | null;
  /** Counts connections from ports in a range by their addresses and remote port; `null` without TCP. */
  readonly ports: ((first: number, last: number) => Promise<DumpCommand>) | null;
  /** `null` for once; else the file of `counts` gets its name in each round. */
  readonly repeated: Repetition | null;
  readonly output: OutputOption;
}

/** Prints metrics. */
export interface MetricsCommand {
  readonly action: "metrics";
  readonly format: MetricFormat;
  /** Counts and measures sockets. */
  readonly listing: DumpCommand;
  /** Whether the labels are those by default. */
  readonly byDefault: boolean;
  /** Whether all sockets of the protocols are listed. */
  readonly whole: boolean;
  /** The listings for sums; `null` for a recording, which has no sums. */
  readonly sums: Pick<SummaryCommand, "listeners" | "ports"> | null;
  /** What lasts when sockets are closed; `null` for nothing. */
  readonly lasting: LastingPlan | null;
  /** Series that a metric may have. */
  readonly maxSeries: number;
  readonly output: OutputOption;
  /** Permissions of the output file; `null` for those of the umask. */
  readonly mode: number | null;
  /** `null` for one scrape. */
  readonly repeat: RepeatOption | null;
}

/** A file that is written again and again. */
export interface RepeatOption {
  readonly file: string;
  /** Milliseconds. */
  readonly interval: number;
  /** `null` for no end. */
  readonly rounds: number | null;
  /** Milliseconds; `null` for no end. */
  readonly duration: number | null;
}

/** Serves metrics. */
export interface ServeCommand {
  readonly action: "serve";
  readonly metrics: MetricsCommand;
  readonly address: ListenAddress;
}

/** Where HTTP is served: at a path of the file system, or at an IP address and port. */
export interface ListenAddress {
  /** As Deno names it in permissions. */
  readonly text: string;
  readonly path?: string;
  readonly hostname?: string;
  /** 0 for any. */
  readonly port?: number;
}

/** Lists sockets as the Python `ss2` does. */
export interface PythonCommand {
  readonly action: "pyroute2";
  readonly listing: DumpCommand;
  readonly protocols: readonly PythonProtocol[];
}

/** Tests rules on sockets. */
export interface CheckCommand {
  readonly action: "check";
  /** What the rules are tested on. */
  readonly listing: DumpCommand;
  readonly rules: readonly CompiledRule[];
  /** For rules over sums; `null` if there are none. */
  readonly summary: SummaryCommand | null;
  /** Milliseconds between two looks. */
  readonly grace: number;
  readonly reports: readonly ReportOption[];
  readonly format: FindingsFormat;
  readonly compact: boolean;
  readonly output: OutputOption;
}

/** Lists sockets in a format that also says what rules have found, and sums. */
export interface ReportCommand {
  readonly action: "report";
  readonly listing: DumpCommand;
  readonly rules: readonly CompiledRule[];
  /** Names of rules that a recording cannot be tested with. */
  readonly untested: readonly string[];
  /** What the rules are tested on. */
  readonly checked: DumpCommand;
  /** Milliseconds between two looks. */
  readonly grace: number;
  /** `null` for a recording. */
  readonly summary: SummaryCommand | null;
  /** Whether the exit status says what the rules have found; else whether the report is complete. */
  readonly judges: boolean;
  readonly reports: readonly ReportOption[];
  readonly output: OutputOption;
}

/** Runs a command, and lists the sockets that it leaves behind. */
export interface LeaksCommand {
  readonly action: "leaks";
  readonly listing: DumpCommand;
  /** The command and its arguments. */
  readonly command: readonly string[];
  /** Milliseconds after the end of the command in which its sockets may go. */
  readonly grace: number;
  readonly reports: readonly ReportOption[];
  readonly output: OutputOption;
}

/** Formats of what checks find. */
export type FindingsFormat = "json" | "ndjson" | "table";

/** A report to write beside the output. */
export interface ReportOption {
  readonly name: ReportName;
  /** `-` for standard output. */
  readonly file: string;
}

/** Lists sockets. */
export type DumpCommand = Extract<Command, { action: "dump" }>;

/** Compares listings. */
export type DiffCommand = Extract<Command, { action: "diff" }>;
/** Prints events. */
export type EventsCommand = Extract<Command, { action: "events" }>;

/** File to print to; `null` for standard output. */
export type OutputOption = string | null;

/** Whether the owners of sockets are looked up, and what else of them; `null` for not. */
export type OwnersOption = OwnerDetails | null;

/** The requested network namespaces. */
export interface NamespacesOption {
  /** The values of `-N`; empty for the own namespace. */
  readonly words: readonly string[];
  /** Maximum number of namespaces to ask. */
  readonly limit: number;
}

/**
 * Why a lookup runs: for an option, for a column, or only with something else, so that its failure causes no warning.
 */
export type LookupReason = "option" | "column" | "implied";

/** The lookups whose fields are shown by default. Those for a named column are shown in that column only. */
export const shownLookups = (lookups: ReadonlyMap<LookupName, LookupReason>): readonly LookupName[] =>
  [...lookups.keys()].filter((lookup) => lookups.get(lookup) !== "column");

/** Formats of the reference of fields, and formats that have a schema. */
export type JsonFormat = "json" | "ndjson";

/** A plan with families that are not loaded yet. */
export type PlanChoice = Omit<Plan, "families"> & { readonly families: readonly FamilyEntry[] };
