/**
 * Lookups add fields that are not in the kernel's message. They use a number from it, to find the name of an interface or the
 * processes that hold a socket.
 */
import type { Attribute } from "../netlink/attribute.ts";
import type { Family } from "../families/family.ts";
import type { Key } from "../record/key.ts";
import type { RecordSink } from "../record/record_sink.ts";
import type { NumberReader } from "../netlink/number_reader.ts";
import type { SocketDecoder } from "../netlink/socket_decoder.ts";
import type { FieldChoice } from "../record/field_choice.ts";

export interface Lookup<Name extends string | null = string | null> {
  /** `null` if the lookup always runs. */
  readonly name: Name;
  /** The fields that hold the number. The kernel is asked for them too. */
  readonly from: readonly Key[];
  /** The fields that are added, each object and list before its members. */
  readonly keys: readonly Key[];
  /** The object that has all `keys`, if there are so many that they are made only when one is asked for. */
  readonly object?: Key;
  /** The fields that sockets of a family can have, described as attributes. Without it `keys` is for all families. */
  readonly attributesOf?: (family: Family) => readonly Attribute[];
  /** The same as keys. */
  readonly keysOf?: (family: Family) => readonly Key[];
  /** Warning if the lookup is asked of a recording, which does not contain this data. */
  readonly notRecorded?: string;
  /** Whether sockets of a family can have the added fields. */
  isFor(family: Family): boolean;
}

/** Pushes fields of the socket in the message payload from `start` to `end` into the open record. */
export type Extension = (view: DataView, start: number, end: number, sink: RecordSink) => void;

/** Adds the fields of a lookup to records, found by one number of the socket. */
export interface Enricher {
  readonly lookup: Lookup;
  /** The field with that number, for records that do not come from messages. */
  readonly from: Key;
  /** The number that means a socket has none. */
  readonly none: number;
  /** What is known to be missing, one line each. Valid after the last socket. */
  readonly warnings?: readonly string[];
  /** Count of records with incomplete results; {@linkcode write} adds to it. */
  unresolved?: number;
  /** Returns a reader for the number in messages of a family; `null` if the family has none. */
  readerOf(family: Family): NumberReader | null;
  /** Whether the lookup touches the socket itself: then it is called only for sockets that pass all else of a filter. */
  readonly touches?: true;
  /** Pushes the fields for a number into the open record; pushes nothing if nothing is known. */
  write(number: number, sink: RecordSink): void;
  /** The same for a socket that only its holder shows, by its inode; absent if such sockets do not have the fields. */
  writeUnlisted?(inode: number, sink: RecordSink): void;
  /** Wraps a decoder to add the fields of the lookup to objects inside a record; absent if it adds none there. */
  extend?(decode: SocketDecoder): SocketDecoder;
  /**
   * Examines sockets of a family before any socket is listed; `null` if not needed. Called once for each network namespace, by
   * its number from 0 on, before the first namespace is listed.
   */
  preScan?(family: Family, namespace: number): PreScan | null;
  /** Called before the sockets of a family in a namespace are listed. */
  enter?(namespace: number): void;
  /** Closes what was opened for this enricher. */
  [Symbol.dispose]?(): void;
}

/** A pass over the sockets of a family before listing. */
export interface PreScan {
  /** The states to examine, bit n for state n; all by default. */
  readonly states?: number;
  /** The fields whose attributes this pass needs. */
  readonly wanted: FieldChoice;
  /** Called for each socket; pushes nothing. */
  readonly see: Extension;
}
