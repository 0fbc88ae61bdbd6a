/**
 * A plan: what to list, and where to ask.
 */
import type { Enricher } from "../lookups/lookup.ts";
import type { DatagramSource } from "../netlink/datagram_source.ts";
import type { Family } from "../families/family.ts";
import type { Netns } from "../lookups/netns.ts";
import type { ProcSource } from "../proc/proc_source.ts";
import type { RecordFilter } from "./record_filter.ts";
import type { RecordSink } from "../record/record_sink.ts";
import type { FieldChoice } from "../record/field_choice.ts";
import type { Outcome } from "../record/outcome.ts";

export interface Plan {
  readonly families: readonly Family[];
  /** AF_INET, AF_INET6 or both. */
  readonly addressFamilies: readonly number[];
  /** Bit n asks for sockets in state n; `null` for what each family shows by default. */
  readonly states: number | null;
  /** Asks for the values of BPF socket maps too; needs CAP_BPF. */
  readonly bpfMaps: boolean;
  /** As in {@linkcode Question.wanted}. */
  readonly wanted?: FieldChoice;
  /** Whether the families were named; a missing one then causes a warning. False by default. */
  readonly named?: boolean;
  /** Families of which only some socket types are asked for: by name, bit n for type n (SOCK_STREAM …). */
  readonly types?: Readonly<Record<string, number>>;
  /** The filter; by default all sockets pass. */
  readonly filter?: RecordFilter;
  /** Whether to ask twice, to find sockets that the first answer missed while others came and went. */
  readonly twice?: boolean;
  /** Whether the kernel must send all sockets, because the answers are recorded or come from a recording. */
  readonly whole?: boolean;
}

/** The result of the owner lookup. */
export interface SocketHolders {
  readonly owners: Enricher;
  /** Finds the sockets that no dump lists; absent if they are not requested. */
  readonly others: OtherSockets | null;
  /** Counts the sockets of listed families that no dump lists; absent if they are not counted. */
  readonly unbound?: Unbound;
}

/** Counts the sockets of requested families that processes hold and no dump lists. */
export interface Unbound {
  /** Adds the counts to the outcome. Called after all families have been listed. */
  tell(plan: Plan, vantages: readonly Vantage[], outcome: Outcome): void;
}

/** The sockets that processes hold and no family lists. */
export interface OtherSockets {
  /** Finds these sockets at some vantages and pushes them. */
  step(
    family: Family,
    plan: Plan,
    vantages: readonly Vantage[],
    sink: RecordSink,
    outcome: Outcome,
    enrichers: readonly Enricher[],
  ): Generator<void>;
}

/** Where sockets are asked for: a network namespace of the running kernel, or a recording of one. */
export interface Vantage {
  readonly source: DatagramSource;
  /** Files for families that the kernel has no diagnostics for; `null` with a recording. */
  readonly proc: ProcSource | null;
  /** The namespace, which is added to each socket; `null` if it was not requested. */
  readonly netns: Netns | null;
  /** Calls a function in the namespace and returns its result; absent for the one that the caller is in. */
  readonly inside?: Inside;
}

/** Calls a function in a network namespace, and returns its result. */
export type Inside = <T>(action: () => T) => T;

/** What only the running kernel offers besides datagrams. Absent for a recording. */
export interface Surroundings {
  /** As in {@linkcode Vantage.proc}. */
  readonly proc: ProcSource | null;
  /** Adds its owners to each socket; `null` if not requested. */
  readonly holders: SocketHolders | null;
  /** Enrichers for the other requested fields, in output order; none by default. */
  readonly enrichers?: readonly Enricher[];
}
