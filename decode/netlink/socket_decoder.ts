/**
 * Functions that a dump needs to handle its sockets.
 */
import type { RecordSink } from "../record/record_sink.ts";

/** Pushes the fields of the socket that the message payload from `start` to `end` describes. */
export type SocketDecoder = (view: DataView, bytes: Uint8Array, start: number, end: number, sink: RecordSink) => void;

/** The sockets received so far in a dump. */
export interface SeenSockets {
  /** Adds the socket in the message payload from `start` to `end`; returns whether it is new. */
  add(view: DataView, start: number, end: number): boolean;
  clear(): void;
}
