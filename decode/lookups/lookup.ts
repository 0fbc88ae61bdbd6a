/**
 * Annotations: fields that a record has beside those of the kernel's message, found out by what is in it: what its interface
 * is called, which processes hold it.
 */
import type { Family, FieldChoice, NumberReader } from "../families/family.ts";
import type { Key } from "../record/key.ts";
import type { RecordSink } from "../record/record_sink.ts";

/** What is looked up beside what the kernel answers, only if it is asked for. */
export type Lookup = "cgroups" | "contexts" | "hosts" | "netns" | "owners" | "peers" | "unix-peers" | "users";

/** What can be added to records. */
export interface Annotation {
  /** What has to be looked up for it; `null` if it is there in any case. */
  readonly lookup: Lookup | null;
  /** The fields that tell it; they are asked for with it. */
  readonly from: readonly Key[];
  /** The fields that are added, each object and list before what is in it. */
  readonly keys: readonly Key[];
  /** Whether sockets of a family can have them. */
  isFor(family: Family): boolean;
}

/** Pushes fields of the socket in the message payload from `start` to `end` into the record that is open. */
export type Extension = (view: DataView, start: number, end: number, sink: RecordSink) => void;

/** Adds an annotation that is found by one number of a socket. */
export interface Annotator {
  readonly annotation: Annotation;
  /** The field with that number, by which it is found in records that do not come out of messages. */
  readonly from: Key;
  /** The number of a socket that has none. */
  readonly none: number;
  /** What is known to be missing, one line each; asked for at the end. */
  readonly warnings?: readonly string[];
  /** Of how many records it could not find out all; {@linkcode write} adds to it. */
  unresolved?: number;
  /** Reads the number in messages of a family; `null` for families that have none. */
  readerOf(family: Family): NumberReader | null;
  /** Pushes the fields for a number into the record that is open; nothing where nothing is known. */
  write(number: number, sink: RecordSink): void;
  /** Looks at all sockets of a family in a place before those with peers are listed that were asked for; `null` if it need not. */
  survey?(family: Family): Survey | null;
}

/** A look at all sockets of a family. */
export interface Survey {
  /** The fields whose attributes it needs. */
  readonly wanted: FieldChoice;
  /** Is called for each socket; pushes nothing. */
  readonly see: Extension;
}
