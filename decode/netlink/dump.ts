/**
 * A dump: one request and the datagrams that answer it, up to the message that ends them.
 */
import { type DatagramSource, OVERRUN } from "./datagram_source.ts";
import { DecodeError } from "../kernel/errors.ts";
import {
  NLM_F_DUMP_INTR,
  NLMSG_DONE,
  NLMSG_ERROR,
  NLMSG_HDRLEN,
  NLMSG_NOOP,
  NLMSG_OVERRUN,
  readError,
  readExplanation,
  readType,
  setSequence,
} from "./message.ts";
import { DATAGRAM_SIZE, type RecordSink } from "../record/record_sink.ts";
import type { SeenSockets, SocketDecoder } from "./socket_decoder.ts";
import { type MessageReceiver, walkMessages } from "./walk_messages.ts";

/** How often an interrupted dump is requested again. */
const RETRIES = 3;

/** Starts at a number that is unlikely to occur by chance in a damaged answer. */
let lastSequence = 0x73733200;

/** Says whether the socket in the message payload from `start` to `end` is pushed. */
export type Acceptance = (view: DataView, bytes: Uint8Array, start: number, end: number) => boolean;

/** A dump in progress. Errors of the kernel and of decoding are thrown by {@linkcode Dump.step}. */
export class Dump implements MessageReceiver {
  /** Sockets pushed so far. */
  records = 0;
  /** Datagrams received so far, and their bytes. */
  datagrams = 0;
  received = 0;
  /** The kernel reports that the sockets changed during the dump: some may be missing or listed twice. */
  interrupted = false;
  /** Datagrams were lost: sockets are missing. */
  overrun = false;
  /** Bytes of datagrams that did not fit the buffer: sockets are missing. */
  truncated = 0;
  /** Warnings of the kernel in the extended acknowledgement. */
  readonly warnings: string[] = [];

  readonly #buffer: Uint8Array<ArrayBuffer>;
  readonly #view: DataView;
  /** Type of the sockets in the answer: that of the request. */
  readonly #type: number;
  #sequence = 0;
  #retries = RETRIES;
  #ended = false;

  /** Sends the request. The dump uses `source` alone until it is done. */
  constructor(
    readonly source: DatagramSource,
    readonly request: Uint8Array<ArrayBuffer>,
    readonly decode: SocketDecoder,
    readonly sink: RecordSink,
    /** Says which sockets are pushed; `null` for all. */
    readonly accept: Acceptance | null = null,
    /** Adds fields to each socket; `null` for none. */
    readonly extend: ((view: DataView, start: number, end: number, sink: RecordSink) => void) | null = null,
    /** Skips sockets that are listed again; `null` if none are. */
    readonly seen: SeenSockets | null = null,
  ) {
    this.#buffer = sink.datagrams ?? new Uint8Array(DATAGRAM_SIZE);
    this.#view = new DataView(this.#buffer.buffer, this.#buffer.byteOffset, this.#buffer.length);
    this.#type = readType(request);
    this.#start();
  }

  /** Whether the dump has ended but is known to lack sockets or to list some twice. */
  get incomplete(): boolean {
    return this.interrupted || this.overrun || this.truncated > 0;
  }

  #start(): void {
    this.records = 0;
    this.interrupted = false;
    this.overrun = false;
    this.truncated = 0;
    this.warnings.length = 0;
    this.seen?.clear();
    this.#ended = false;
    this.#sequence = ++lastSequence;
    setSequence(this.request, this.#sequence);
    this.sink.mark();
    this.source.send(this.request);
  }

  /**
   * Receives one datagram and pushes its sockets.
   *
   * @returns whether there is more to come
   * @throws {KernelError} if the kernel refused the request or ended the dump with an error
   * @throws {DecodeError} if the datagram is malformed
   */
  step(): boolean {
    const length = this.source.receive(this.#buffer);
    if (length === OVERRUN) {
      this.overrun = true;
      return this.#again();
    }
    if (length === 0) throw new DecodeError("answer ends without NLMSG_DONE", 0);
    this.datagrams++;
    this.received += length;
    if (length > DATAGRAM_SIZE) this.truncated += length - DATAGRAM_SIZE;
    if (walkMessages(this.#view, Math.min(length, DATAGRAM_SIZE), length > DATAGRAM_SIZE, this)) return true;
    return this.incomplete && this.#again();
  }

  /** Makes the source ready for another request, even in the middle of this dump. */
  giveUp(): void {
    if (!this.#ended) this.source.restart();
    this.#ended = true;
  }

  /** Starts over if nothing has been printed yet, so that nothing is printed twice. */
  #again(): boolean {
    if (this.#retries === 0 || !this.sink.rewind()) return false;
    this.#retries--;
    this.giveUp();
    this.#start();
    return true;
  }

  /** Handles a message of the current datagram; returns whether the dump continues. */
  message(start: number, end: number): boolean {
    const view = this.#view;
    const answers = view.getUint32(start + 8, true) === this.#sequence &&
      view.getUint32(start + 12, true) === this.source.portId;
    if (!answers) return true;
    const type = view.getUint16(start + 4, true);
    if ((view.getUint16(start + 6, true) & NLM_F_DUMP_INTR) !== 0) this.interrupted = true;
    if (type !== this.#type) return !this.#isLast(type, start, end);
    this.#push(start + NLMSG_HDRLEN, end);
    return true;
  }

  #push(start: number, end: number): void {
    if (this.sink.full === true) return;
    if (start === end) return; // TIPC sends messages that are only a header.
    if (this.accept !== null && !this.accept(this.#view, this.#buffer, start, end)) return;
    if (this.seen !== null && !this.seen.add(this.#view, start, end)) return;
    this.sink.openRecord();
    try {
      this.decode(this.#view, this.#buffer, start, end, this.sink);
      if (this.extend !== null) this.extend(this.#view, start, end, this.sink);
    } catch (error) {
      this.sink.dropRecord();
      throw error;
    }
    this.sink.closeRecord();
    this.records++;
  }

  /** Handles messages that are not sockets; returns whether this one ends the dump. */
  #isLast(type: number, start: number, end: number): boolean {
    switch (type) {
      case NLMSG_NOOP:
        return false;
      case NLMSG_OVERRUN:
        this.overrun = true;
        return false;
      case NLMSG_ERROR:
      case NLMSG_DONE: {
        if (type === NLMSG_ERROR && end - start < NLMSG_HDRLEN + 4) {
          throw new DecodeError("error message without a number", start);
        }
        this.#ended = true;
        const error = readError(this.#view, this.#buffer, start, end);
        if (error !== null) throw error;
        const warning = readExplanation(this.#view, this.#buffer, start, end);
        if (warning !== "") this.warnings.push(warning);
        return true;
      }
      default:
        throw new DecodeError(`message of type ${type}`, start);
    }
  }
}
