/**
 * Lookups: fields that a record has beside those of the kernel's message, found by a number in it, such as the name of its
 * interface or the processes that hold it.
 */
import type { Family } from "../families/family.ts";
import type { Key } from "../record/key.ts";
import type { RecordSink } from "../record/record_sink.ts";
import type { NumberReader } from "../netlink/number_reader.ts";
import type { SocketDecoder } from "../netlink/socket_decoder.ts";
import type { FieldChoice } from "../record/field_choice.ts";

/** What a lookup adds to records. */
export interface Lookup<Name extends string | null = string | null> {
  /** `null` for one that is always made. */
  readonly name: Name;
  /** The fields with the number; the kernel is asked for them too. */
  readonly from: readonly Key[];
  /** The fields that are added, each object and list before its members. */
  readonly keys: readonly Key[];
  /** What is said where it is asked of a recording, which cannot tell it. */
  readonly notRecorded?: string;
  /** Whether sockets of a family can have them. */
  isFor(family: Family): boolean;
}

/** Pushes fields of the socket in the message payload from `start` to `end` into the record that is open. */
export type Extension = (view: DataView, start: number, end: number, sink: RecordSink) => void;

/** Adds the fields of a lookup to records, by one number of a socket. */
export interface Enricher {
  readonly lookup: Lookup;
  /** The field with that number, by which it is found in records that do not come out of messages. */
  readonly from: Key;
  /** The number of a socket that has none. */
  readonly none: number;
  /** What is known to be missing, one line each; read after the last socket. */
  readonly warnings?: readonly string[];
  /** Number of records for which not everything was found; {@linkcode write} adds to it. */
  unresolved?: number;
  /** Reads the number in messages of a family; `null` for families that have none. */
  readerOf(family: Family): NumberReader | null;
  /** Pushes the fields for a number into the record that is open; nothing where nothing is known. */
  write(number: number, sink: RecordSink): void;
  /** Makes a decoder that adds the fields of the lookup to objects inside a record; not there if it adds none there. */
  extend?(decode: SocketDecoder): SocketDecoder;
  /**
   * Looks at sockets of a family before any of them is listed; `null` if it need not. Called for each network namespace, by its
   * number from 0 on, before the first is listed.
   */
  preScan?(family: Family, namespace: number): PreScan | null;
  /** Is called before the sockets of a family in a namespace are listed. */
  enter?(namespace: number): void;
  /** Closes what was opened for it. */
  [Symbol.dispose]?(): void;
}

/** A look at sockets of a family. */
export interface PreScan {
  /** Which states they are in, bit n for state n; all by default. */
  readonly states?: number;
  /** The fields whose attributes it needs. */
  readonly wanted: FieldChoice;
  /** Is called for each socket; pushes nothing. */
  readonly see: Extension;
}
