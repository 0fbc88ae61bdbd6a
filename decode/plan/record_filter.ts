/**
 * The contract between a dump and a filter: which part the kernel checks, and which part is checked here.
 */
import type { Family } from "../families/family.ts";
import type { Key } from "../record/key.ts";
import type { RecordSink } from "../record/record_sink.ts";
import type { KernelFilter } from "../families/question.ts";

/** Tests the records of a family one by one without storing them. */
export interface RecordPredicate extends RecordSink {
  /**
   * Whether the last pushed record passes. Called once for each record.
   *
   * @param doubtful whether a lookup could not determine its fields
   */
  passes(doubtful?: boolean): boolean;
  /**
   * Whether the record can still pass, by the fields pushed so far: before lookups, or before those that touch the socket.
   */
  mayPass(before: "lookups" | "touching"): boolean;
  /** Number of records that do not pass because a deciding field is unknown. */
  readonly undecided: number;
  /** The unknown field, and why it is unknown. */
  readonly obstacle: string;
}

/** A filter as it applies to one family. */
export interface FamilyFilter {
  /** Whether no socket of the family passes. */
  readonly excludesAll: boolean;
  /** States that a socket that passes can be in, bit n for state n. */
  readonly states: number;
  /** The part that the kernel checks; `null` if it can check nothing for this family. */
  readonly kernel: KernelFilter | null;
  /** Whether it reads a field, or a field inside it. */
  reads(key: Key): boolean;
  /** The check of records, `null` if none is needed; `inKernel` if the kernel has done its part. */
  openPredicate(inKernel: boolean): RecordPredicate | null;
  /** A sink that passes on the records that pass the whole filter; it buffers each until it is decided. */
  openFilteringSink(target: RecordSink): FilteringSink;
}

/** Passes on the records that pass a filter. */
export interface FilteringSink extends RecordSink {
  /** Records passed on so far. */
  readonly passed: number;
  /** The test; `null` if all records pass. */
  readonly predicate: RecordPredicate | null;
}

/** A filter of sockets. */
export interface RecordFilter {
  of(family: Family): FamilyFilter;
}
