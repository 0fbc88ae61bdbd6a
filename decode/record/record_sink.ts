/**
 * The port on the output side: decoders push records into a sink, field by field.
 */
import type { Layout } from "./layout.ts";
import type { Key, Word } from "./key.ts";

/** Pushes fields that depend on `about` alone. */
export type WriteAbout<About extends object> = (about: About, sink: RecordSink) => void;

/** Pushes fields that many records share, such as those of a process. */
export function writeShared<About extends object>(about: About, write: WriteAbout<About>, sink: RecordSink): void {
  if (sink.shared === undefined) write(about, sink);
  else sink.shared(about, write);
}

/** Fields that depend on `about` alone, except for a number among them, such as a descriptor of a process. */
export interface Around<About extends object> {
  /** Pushes what comes before the number. */
  readonly before: WriteAbout<About>;
  /** The field of the number. */
  readonly key: Key;
  /** Pushes what comes after it. */
  readonly after: WriteAbout<About>;
}

/** Pushes such fields, which many records share but for the number. */
export function writeAround<About extends object>(
  about: About,
  around: Around<About>,
  value: number,
  sink: RecordSink,
): void {
  if (sink.around !== undefined) return sink.around(about, around, value);
  around.before(about, sink);
  sink.integer(around.key, value);
  around.after(about, sink);
}

/** Size of the receive buffer in bytes: twice the most that the kernel sends at once. */
export const DATAGRAM_SIZE = 65536;

/**
 * Receives a stream of records. Formats, filters, counters and object builders are sinks.
 *
 * The order of calls is `openProtocol (openRecord field* closeRecord)* closeProtocol` for each protocol. Inside a list,
 * the key of each call is the element key of the list. Byte arrays belong to the caller and are only valid during the
 * call. A sink throws only what its writer throws.
 */
export interface RecordSink {
  /**
   * Whether the sink needs no more flows of this protocol, so that the dump may end early. Undefined for sinks that
   * need all.
   */
  readonly full?: boolean;
  /**
   * A buffer of {@linkcode DATAGRAM_SIZE} bytes for receiving datagrams. The sink can then use the bytes without
   * copying them. The contents may change between two records.
   */
  readonly datagrams?: Uint8Array<ArrayBuffer> | undefined;

  /** Starts the flows of a protocol, such as `TCP`. Called once for each protocol, even if it has no flows. */
  openProtocol(name: string): void;
  /** Ends them. */
  closeProtocol(): void;

  /**
   * Calls `write`, or does what its last call for the same object did. Undefined for sinks that gain nothing by it. Callers use
   * {@linkcode writeShared}.
   */
  shared?<About extends object>(about: About, write: WriteAbout<About>): void;

  /**
   * The same for fields around a number, a whole one that is not negative. Callers use {@linkcode writeAround}.
   */
  around?<About extends object>(about: About, around: Around<About>, value: number): void;

  /** Starts a record. */
  openRecord(): void;
  /** Ends it. */
  closeRecord(): void;
  /** Discards the open record, because its message is malformed. */
  dropRecord(): void;

  /** Remembers the current position between two records for {@linkcode rewind}. */
  mark(): void;
  /**
   * Discards all records since {@linkcode mark}. If some have already left the sink, discards nothing and returns
   * `false`.
   */
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
   * The members of the structure from `start` to `end`. A sink that need not be fast calls `walkLayout(layout, view,
   * bytes, start, end, this)`.
   */
  structure(layout: Layout, view: DataView, bytes: Uint8Array, start: number, end: number): void;

  /** A whole number of at most 53 bits, negative ones included. */
  integer(key: Key, value: number): void;
  /**
   * An unsigned 64-bit number. Its halves are signed 32-bit integers (`low >>> 0` is unsigned), because these are
   * passed without allocating memory.
   */
  integer64(key: Key, low: number, high: number): void;
  /** The exact value of `value / 1000`: microseconds as milliseconds. */
  thousandths(key: Key, value: number): void;
  /** A 64-bit identifier, shown in hexadecimal. The halves are as for {@linkcode integer64}. */
  identifier(key: Key, low: number, high: number): void;
  /** Yes or no. */
  boolean(key: Key, value: boolean): void;
  /** The kernel sent its "no value". */
  null(key: Key): void;
  /** A word for a value. */
  name(key: Key, word: Word): void;
  /** A list of the words of the bits that are set in `value`. Bits without a word are skipped. */
  flags(key: Key, words: readonly (Word | undefined)[], value: number): void;
  /**
   * Text from outside. Bytes that are not UTF-8 are shown as U+FFFD; the decoder adds the exact bytes as `<name>_hex`.
   */
  text(key: Key, bytes: Uint8Array, start: number, end: number): void;
  /** Raw bytes, shown as lower-case hexadecimal digits. */
  hex(key: Key, bytes: Uint8Array, start: number, end: number): void;
  /** An IP address in network byte order: 4 bytes at `start`, or 16 if `v6`. */
  address(key: Key, v6: boolean, bytes: Uint8Array, start: number): void;
}
