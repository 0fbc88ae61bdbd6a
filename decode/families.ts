/**
 * The registry of socket families: one line each.
 */
import type { RecordSink } from "./record_sink.ts";
import { tcp } from "./tcp.ts";

/** What is asked for, in terms that all families understand. */
export interface Question {
  /** AF_INET, AF_INET6 or both. */
  readonly addressFamilies: readonly number[];
  /** Bit n asks for sockets in state n. */
  readonly states: number;
  /** Asks for the values of BPF socket maps too; needs CAP_BPF. */
  readonly bpfMaps: boolean;
}

/** One dump to ask the kernel for. */
export interface DumpRequest {
  /** The part of the family's sockets that it is about, as it stands in a warning: ` over IPv4`, `""` for all. */
  readonly part: string;
  /** Without a sequence number. */
  readonly message: Uint8Array<ArrayBuffer>;
  /** What to ask if the kernel refuses it. */
  readonly instead?: readonly DumpRequest[];
}

/** Pushes the fields of the socket that the message payload from `start` to `end` describes. */
export type SocketDecoder = (view: DataView, bytes: Uint8Array, start: number, end: number, sink: RecordSink) => void;

/** A protocol whose sockets the kernel lists. */
export interface Family {
  /** Member of the output document, `TCP` for example; in lower case the name of its option. */
  readonly name: string;
  encodeRequests(question: Question): readonly DumpRequest[];
  /** Makes the decoder for answers of a kernel; `release` as in `DatagramSource`. */
  openDecoder(release: number): SocketDecoder;
}

/** All families, in the order of the output. */
export const families: readonly Family[] = [tcp];
