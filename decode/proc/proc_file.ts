import type { ProcSource } from "./proc_source.ts";
import type { RecordSink } from "../record/record_sink.ts";

/** Which of the sockets in a file are wanted. */
export interface Wanted {
  /** Bit n for sockets in state n, in the numbering of `tcp_states.ts`. */
  readonly states: number;
  /** Bit n for sockets of type n (SOCK_STREAM …). */
  readonly types: number;
}

/** A file below `/proc/net` that lists sockets, one a line. */
export interface ProcFile {
  /** Name below `/proc/net`: `tcp6`. */
  readonly name: string;
  /** As in `DumpRequest.part`. */
  readonly part: string;
  /** Number of lines before the first socket. */
  readonly headings: number;
  /** Called before the first line, to read other files about the same sockets. */
  begin?(source: ProcSource): void;
  /**
   * Whether the line from `start` to `end` looks like a socket. If not, it belongs to the line before. Undefined if
   * each line is a socket.
   */
  begins?(bytes: Uint8Array, start: number, end: number): boolean;
  /**
   * Pushes the socket in the line from `start` to `end` (without its line break) as a record of its own, if it is wanted.
   *
   * @returns whether there was one to push
   * @throws {DecodeError} if the line is malformed, before anything is pushed
   */
  write(bytes: Uint8Array, start: number, end: number, wanted: Wanted, sink: RecordSink): boolean;
}
