/**
 * Annotations: fields that a record has beside those of the kernel's message, found out by a number in it: what its
 * interface is called, which processes hold it.
 */
import type { Family, NumberReader } from "./family.ts";
import type { Key } from "./key.ts";
import type { RecordSink } from "./record_sink.ts";

/** What can be added to records. */
export interface Annotation {
  /** The field whose number tells it; it is asked for with the others. */
  readonly from: Key;
  /** The number of a socket that has none. */
  readonly none: number;
  /** The fields, each object and list before what is in it. */
  readonly keys: readonly Key[];
  /** Reads the number in messages of a family; `null` for families that have none, whose records lack the fields. */
  readerOf(family: Family): NumberReader | null;
}

/** Adds the fields of an annotation to records. */
export interface Annotator {
  readonly annotation: Annotation;
  /** What is known to be missing, one line each; asked for at the end. */
  readonly warnings?: readonly string[];
  /** Of how many records it could not find out all; {@linkcode write} adds to it. */
  unresolved?: number;
  /** Pushes the fields for a number into the record that is open; nothing where nothing is known. */
  write(number: number, sink: RecordSink): void;
}
