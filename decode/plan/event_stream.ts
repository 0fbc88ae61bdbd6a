/**
 * Turns messages about destroyed sockets into records: the event and its time, then the fields of the socket.
 */
import type { Family } from "../families/family.ts";
import { isEvent } from "../families/sock_diag.ts";
import type { Enricher, Extension } from "../lookups/lookup.ts";
import { NLMSG_HDRLEN } from "../netlink/message.ts";
import type { SocketDecoder } from "../netlink/socket_decoder.ts";
import { type MessageReceiver, walkMessages } from "../netlink/walk_messages.ts";
import { CLOSED, eventKey, LOST, lostKey, timeKey } from "../record/event_keys.ts";
import type { Word } from "../record/key.ts";
import { DATAGRAM_SIZE, type RecordSink } from "../record/record_sink.ts";
import { extension, readersOf } from "./enrichment.ts";
import type { RecordFilter, RecordPredicate } from "./record_filter.ts";

/** Bytes of a time in UTC with milliseconds, as in ISO 8601. */
const TIME_SIZE = 24;

const encoder = new TextEncoder();

/** The records of all events of a run. */
export class EventStream {
  /** Records so far that say that a socket was closed. */
  closed = 0;
  /** Events that are known to be missing. */
  lost = 0;
  /** The buffer that datagrams are received into. */
  readonly buffer: Uint8Array<ArrayBuffer>;
  readonly view: DataView<ArrayBuffer>;
  #protocol = "";
  /** The time as text, and the millisecond it is for. */
  readonly #time = new Uint8Array(TIME_SIZE);
  #millisecond = -1;

  /** @param limit the maximum number of records that say that a socket was closed */
  constructor(readonly sink: RecordSink, readonly limit: number = Infinity) {
    this.buffer = sink.datagrams ?? new Uint8Array(DATAGRAM_SIZE);
    this.view = new DataView(this.buffer.buffer, this.buffer.byteOffset, this.buffer.length);
  }

  get full(): boolean {
    return this.closed >= this.limit;
  }

  /** Sets the time of the records to come, in milliseconds since 1970. */
  setTime(time: number): void {
    const millisecond = Math.floor(time);
    if (millisecond === this.#millisecond) return;
    this.#millisecond = millisecond;
    encoder.encodeInto(new Date(millisecond).toISOString(), this.#time);
  }

  /** The time of the records to come. */
  get time(): number {
    return this.#millisecond;
  }

  /** Starts a record. */
  open(protocol: string, event: Word): void {
    if (protocol !== this.#protocol) {
      if (this.#protocol !== "") this.sink.closeProtocol();
      this.sink.openProtocol(protocol);
      this.#protocol = protocol;
    }
    this.sink.openRecord();
    this.writeHead(event, this.sink);
  }

  /** Pushes the fields that all events have. */
  writeHead(event: Word, sink: RecordSink): void {
    sink.name(eventKey, event);
    sink.text(timeKey, this.#time, 0, TIME_SIZE);
  }

  end(): void {
    if (this.#protocol !== "") this.sink.closeProtocol();
    this.#protocol = "";
  }
}

/** The events of one family in one network namespace. */
export class EventWriter implements MessageReceiver {
  readonly #decode: SocketDecoder;
  readonly #predicate: RecordPredicate | null;
  readonly #extend: Extension | null;
  readonly #where: readonly Enricher[];

  /**
   * @param family made by `eventFamily`
   * @param release as in `DatagramSource`
   * @param where the enrichers that say where the socket was; records of losses get their fields too
   * @param enrichers the other ones
   */
  constructor(
    readonly family: Family,
    release: number,
    readonly stream: EventStream,
    filter: RecordFilter | null,
    where: readonly Enricher[],
    enrichers: readonly Enricher[],
  ) {
    this.#decode = family.openDecoder(release);
    this.#predicate = filter?.of(family).openPredicate(false) ?? null;
    this.#where = where;
    this.#extend = extension(readersOf(family, [...enrichers, ...where]));
  }

  /**
   * Pushes the events in the datagram of `length` bytes in the buffer of the stream.
   *
   * @throws {DecodeError} if it is malformed
   */
  take(length: number): void {
    walkMessages(this.stream.view, Math.min(length, DATAGRAM_SIZE), length > DATAGRAM_SIZE, this);
  }

  message(start: number, end: number): boolean {
    const { stream } = this;
    if (stream.full) return false;
    if (!isEvent(stream.view, start) || !this.#passes(start + NLMSG_HDRLEN, end)) return true;
    stream.open(this.family.name, CLOSED);
    try {
      this.#write(start + NLMSG_HDRLEN, end, stream.sink);
    } catch (error) {
      stream.sink.dropRecord();
      throw error;
    }
    stream.sink.closeRecord();
    stream.closed++;
    return true;
  }

  #write(start: number, end: number, sink: RecordSink): void {
    const { view, buffer } = this.stream;
    this.#decode(view, buffer, start, end, sink);
    if (this.#extend !== null) this.#extend(view, start, end, sink);
  }

  #passes(start: number, end: number): boolean {
    const predicate = this.#predicate;
    if (predicate === null) return true;
    predicate.openRecord();
    this.stream.writeHead(CLOSED, predicate);
    this.#write(start, end, predicate);
    return predicate.passes();
  }

  /** Says that `count` events are missing here. */
  lose(count: number): void {
    const { stream } = this;
    stream.lost += count;
    stream.open(this.family.name, LOST);
    stream.sink.integer(lostKey, count);
    for (const enricher of this.#where) enricher.write(enricher.none, stream.sink);
    stream.sink.closeRecord();
  }
}
