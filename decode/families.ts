/**
 * The registry of socket families: one line each.
 */
import type { RecordSink } from "./record_sink.ts";
import { tcp } from "./tcp.ts";

/** What a request for a dump asks, in terms that all families understand. */
export interface DumpRequest {
  /** Address family: AF_INET or AF_INET6. */
  readonly family: number;
  /** Bit n asks for sockets in state n. */
  readonly states: number;
  readonly bpfMaps: boolean;
}

/** Pushes the fields of the socket that the message payload from `start` to `end` describes. */
export type SocketDecoder = (view: DataView, bytes: Uint8Array, start: number, end: number, sink: RecordSink) => void;

/** A protocol whose sockets the kernel lists. */
export interface Family {
  /** Member of the output document, `TCP` for example; in lower case the name of its option. */
  readonly name: string;
  /** Encodes the request for a dump, without a sequence number. */
  encodeRequest(request: DumpRequest): Uint8Array<ArrayBuffer>;
  /** Makes the decoder for answers of a kernel; `release` as in `DatagramSource`. */
  openDecoder(release: number): SocketDecoder;
}

/** All families, in the order of the output. */
export const families: readonly Family[] = [tcp];
