/**
 * What the program has been told to do.
 */
import type { LookupName } from "../decode/lookups/registry.ts";
import type { Family, FamilyEntry } from "../decode/families/family.ts";
import type { Plan } from "../decode/plan/plan.ts";
import type { Shell } from "./option_table.ts";
import type { FormatEntry, FormatOptions, OpenOutput } from "../formats/format.ts";
import type { Query } from "../query/pipeline.ts";
import type { Filter } from "../query/filter/filter.ts";
import type { OwnerDetails } from "../decode/lookups/owners.ts";

/** What the program has been told to do. */
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
    readonly families: readonly Family[];
    readonly format: JsonFormat;
    readonly compact: boolean;
    readonly output: OutputOption;
  }
  | {
    readonly action: "dump";
    readonly plan: Plan;
    readonly owners: OwnersOption;
    /** Network namespaces to ask; `null` for the own one, of which nothing is told. */
    readonly namespaces: NamespacesOption | null;
    /** What is looked up beside what the kernel answers, the owners among it. */
    readonly lookups: ReadonlyMap<LookupName, LookupReason>;
    /** Milliseconds in which names of hosts are to be there. */
    readonly resolveTimeout: number;
    readonly format: FormatEntry;
    /** Whether an option named the format. */
    readonly formatNamed: boolean;
    readonly open: OpenOutput;
    readonly formatOptions: FormatOptions;
    /** `null` for all there is, in the kernel's order. */
    readonly query: Query | null;
    /** Recording to decode in place of asking the kernel. */
    readonly read: string | null;
    /** Where to record. */
    readonly record: string | null;
    readonly output: OutputOption;
    /** The words that were typed. */
    readonly words: readonly string[];
    /** Whether to print nothing. */
    readonly quiet: boolean;
    readonly filter: Filter | null;
    /** Whether there must be sockets, or none; `null` if either will do. */
    readonly expected: "some" | "none" | null;
  }
  | {
    readonly action: "explain";
    readonly explained: DumpCommand;
    /** Whether it is done too, and what is received is counted. */
    readonly stats: boolean;
    readonly output: OutputOption;
  };

/** Sockets are to be listed. */
export type DumpCommand = Extract<Command, { action: "dump" }>;

/** File to print to; `null` for standard output. */
export type OutputOption = string | null;

/** Whether the owners of sockets are looked up, and what else of them; `null` for not. */
export type OwnersOption = OwnerDetails | null;

/** Network namespaces that are asked for. */
export interface NamespacesOption {
  /** What was typed after each `-N`; none for the own namespace. */
  readonly words: readonly string[];
  /** How many are asked at most. */
  readonly limit: number;
}

/** Whether an option or a column needs it, or it only comes with something else: then it is not missed. */
export type LookupReason = "option" | "column" | "implied";

/** What is shown by default of what is looked up: what is there for a column that was named has that column. */
export const shownLookups = (lookups: ReadonlyMap<LookupName, LookupReason>): readonly LookupName[] =>
  [...lookups.keys()].filter((lookup) => lookups.get(lookup) !== "column");

/** Formats of the reference of fields, and formats that have a schema. */
export type JsonFormat = "json" | "ndjson";

/** A plan whose families are not loaded yet. */
export type PlanChoice = Omit<Plan, "families"> & { readonly families: readonly FamilyEntry[] };
