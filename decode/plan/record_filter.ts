/**
 * The port by which a filter of sockets takes part in a dump: what of it the kernel is asked, and what is checked here.
 */
import type { Family } from "../families/family.ts";
import type { Key } from "../record/key.ts";
import type { RecordSink } from "../record/record_sink.ts";
import type { KernelFilter } from "../families/question.ts";

/** Takes the records of a family one by one, and keeps nothing of them. */
export interface RecordPredicate extends RecordSink {
  /** Whether the record that was pushed last passes; asked once for each. */
  passes(): boolean;
  /** Records that do not pass because what would decide is not known. */
  readonly undecided: number;
  /** What that is. */
  readonly obstacle: string;
}

/** What a filter is for the sockets of one family. */
export interface FamilyFilter {
  /** Whether no socket of the family passes. */
  readonly excludesAll: boolean;
  /** States that a socket that passes can be in, bit n for state n. */
  readonly states: number;
  /** `null` if there is nothing that the kernel could check for this family. */
  readonly kernel: KernelFilter | null;
  /** Whether it reads a field, or one inside of it. */
  reads(key: Key): boolean;
  /** What is to be checked of records, `null` for nothing; `inKernel` if the kernel has done its part. */
  openPredicate(inKernel: boolean): RecordPredicate | null;
  /** A sink that passes on the records that pass all of the filter; it keeps each of them until it knows. */
  openFilteringSink(target: RecordSink): FilteringSink;
}

/** Passes on the records that pass a filter. */
export interface FilteringSink extends RecordSink {
  /** Records passed on so far. */
  readonly passed: number;
  /** What says which; `null` if all pass. */
  readonly predicate: RecordPredicate | null;
}

/** A filter of sockets. */
export interface RecordFilter {
  of(family: Family): FamilyFilter;
}
