/**
 * The port on the output side: decoders push records into a sink, field by field.
 */
import type { Layout } from "./layout.ts";
import type { Key, Word } from "./key.ts";

/** Bytes of the longest datagram: twice what the kernel fills at most. */
export const DATAGRAM_SIZE = 65536;

/**
 * Receives a stream of records. A format is one sink; a filter, a counter or an object builder is one too.
 *
 * The order of calls is `openProtocol (openRecord field* closeRecord)* closeProtocol`, protocols one after the other.
 * Inside a list the key of each call is the element key of that list. Byte arrays belong to the caller and are only
 * valid during the call. A sink throws what its writer throws and nothing else.
 */
export interface RecordSink {
  /** Whether the sink needs no more flows of this protocol: then the dump may end early. Sinks that take all lack this. */
  readonly full?: boolean;
  /**
   * An array of {@linkcode DATAGRAM_SIZE} to receive datagrams into. The sink need not copy bytes that it gets from this array.
   * Its contents may be replaced between two records.
   */
  readonly datagrams?: Uint8Array<ArrayBuffer> | undefined;

  /** Starts the flows of a protocol, `TCP` for example. Called once a protocol, even if there are no flows. */
  openProtocol(name: string): void;
  /** Ends them. */
  closeProtocol(): void;

  /** Starts a record. */
  openRecord(): void;
  /** Ends it. */
  closeRecord(): void;
  /** Discards the open record, because its message is malformed. */
  dropRecord(): void;

  /** Remembers this place between two records for {@linkcode rewind}. */
  mark(): void;
  /** Discards all records since {@linkcode mark}; `false`, and nothing discarded, if some have already left the sink. */
  rewind(): boolean;

  /** Starts an object. */
  openObject(key: Key): void;
  /** Ends it. */
  closeObject(key: Key): void;
  /** Starts a list. */
  openList(key: Key): void;
  /** Ends it. */
  closeList(key: Key): void;

  /**
   * The members of the structure from `start` to `end`. Equal to `walkLayout(layout, view, bytes, start, end, this)`,
   * which is all that a sink in no hurry needs to do.
   */
  structure(layout: Layout, view: DataView, bytes: Uint8Array, start: number, end: number): void;

  /** A whole number of at most 53 bits, negative ones included. */
  integer(key: Key, value: number): void;
  /**
   * An unsigned 64-bit quantity. Its halves come as signed 32-bit integers (`low >>> 0` is the unsigned one): those
   * are passed without an allocation.
   */
  integer64(key: Key, low: number, high: number): void;
  /** `value / 1000`, exactly: milliseconds out of microseconds. */
  thousandths(key: Key, value: number): void;
  /** A 64-bit identifier that is no quantity, shown in hexadecimal; halves as in {@linkcode integer64}. */
  identifier(key: Key, low: number, high: number): void;
  /** Yes or no. */
  boolean(key: Key, value: boolean): void;
  /** The kernel sent its "no value". */
  null(key: Key): void;
  /** A word for a value. */
  name(key: Key, word: Word): void;
  /** The words of the bits that are set in `value`, a list of names; bits without a word are passed over. */
  flags(key: Key, words: readonly (Word | undefined)[], value: number): void;
  /** Bytes from outside; bad UTF-8 is shown as U+FFFD (the decoder adds the exact bytes as `<name>_hex`). */
  text(key: Key, bytes: Uint8Array, start: number, end: number): void;
  /** Raw bytes in lower-case hexadecimal. */
  hex(key: Key, bytes: Uint8Array, start: number, end: number): void;
  /** An IP address in network byte order: 4 bytes at `start`, or 16 if `v6`. */
  address(key: Key, v6: boolean, bytes: Uint8Array, start: number): void;
}
