/**
 * A plan: what is asked for, and where.
 */
import type { Enricher } from "../lookups/lookup.ts";
import type { DatagramSource } from "../netlink/datagram_source.ts";
import type { Family } from "../families/family.ts";
import type { Netns } from "../lookups/netns.ts";
import type { OwnerIndex } from "../lookups/owner_index.ts";
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
  /** Whether the families were named: then one that the kernel does not have is worth a warning. Not so by default. */
  readonly named?: boolean;
  /** Families of which only some socket types are asked for: by name, bit n for type n (SOCK_STREAM …). */
  readonly types?: Readonly<Record<string, number>>;
  /** Which sockets are listed; by default all of these. */
  readonly filter?: RecordFilter;
  /** Whether the kernel is asked once more, for sockets that its first answer missed while others came and went. */
  readonly twice?: boolean;
  /** Whether the kernel is to send sockets that do not pass too, because its answers are recorded, or were. */
  readonly whole?: boolean;
}

/** Who holds which socket, where that was looked up. */
export interface SocketHolders {
  readonly owners: OwnerIndex;
  /** Those that no dump shows, if they are asked for. */
  readonly others: OtherSockets | null;
  /** Those of a family that no dump shows, if they are to be counted. */
  readonly unbound?: Unbound;
}

/** Says how many sockets that processes hold are of a family that is asked for and no dump shows. */
export interface Unbound {
  /** Adds that to the outcome, when all families have been listed. */
  tell(plan: Plan, vantages: readonly Vantage[], outcome: Outcome): void;
}

/** The sockets that processes hold and no family lists. */
export interface OtherSockets {
  /** Finds them at some vantages and pushes them. */
  step(family: Family, plan: Plan, vantages: readonly Vantage[], sink: RecordSink, outcome: Outcome): Generator<void>;
}

/** Where sockets are asked for: a network namespace of the running kernel, or a recording of one. */
export interface Vantage {
  readonly source: DatagramSource;
  /** Files for families that the kernel has no diagnostics for; `null` with a recording. */
  readonly proc: ProcSource | null;
  /** What is said of each socket's namespace; `null` if nobody asked. */
  readonly netns: Netns | null;
}

/** What belongs to the running kernel alone, besides the datagrams; nothing of it with a recording. */
export interface Surroundings {
  /** As in {@linkcode Vantage.proc}. */
  readonly proc: ProcSource | null;
  /** Adds its owners to each socket; `null` if nobody asked. */
  readonly holders: SocketHolders | null;
  /** Add what else was asked for, in the order of the output; by default nothing. */
  readonly enrichers?: readonly Enricher[];
}
