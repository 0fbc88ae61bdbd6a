/**
 * The interface for all input: datagrams from the running kernel or from a recording.
 */

/** Sends requests and receives the answers, one datagram at a time. */
export interface DatagramSource extends Disposable {
  /** Netlink port id (`nlmsg_pid`) of the answers. It is known after the first request. */
  readonly portId: number;
  /** Release of the kernel that answers, as `major * 1000 + minor`; 0 if unknown. */
  readonly release: number;
  /** `false` if the answers were recorded. A recording contains only what was asked for at that time. */
  readonly live?: boolean;
  /** What is known to be missing from the answers so far, one line each, if the answers do not say so themselves. */
  readonly warnings?: readonly string[];
  /**
   * The name of the interface with this index in the network namespace that is asked, without NUL; `null` if there is
   * none. Undefined if names are unknown, as in a recording.
   */
  interfaceName?(index: number): Uint8Array | null;
  /** Keeps a line of text beside the answers, in a recording that is being made. */
  note?(line: string): void;
  /** The lines that a recording has beside the answers. */
  readonly notes?: readonly string[];
  /** Sends one request. The previous answer must have been received completely or been given up. */
  send(request: Uint8Array): void;
  /**
   * Waits for the next datagram and puts it at the start of `buffer`.
   *
   * @returns its length, which exceeds `buffer.length` if the end was cut off (`MSG_TRUNC`); 0 if nothing more can
   * come; {@linkcode OVERRUN} if the kernel had to drop datagrams (`ENOBUFS`).
   */
  receive(buffer: Uint8Array): number;
  /** Drops the rest of the answer, which may never end, so that the next request can be sent. */
  restart(): void;
}

/** Result of {@linkcode DatagramSource.receive}: datagrams were lost. */
export const OVERRUN: number = -1;
