/**
 * The port on the input side: datagrams from the running kernel or from a recording.
 */

/** Sends requests and receives the answers, one datagram at a time. */
export interface DatagramSource extends Disposable {
  /** Netlink port id that answers are addressed to (`nlmsg_pid`); known once the first request has been sent. */
  readonly portId: number;
  /** Kernel release that the answers come from as `major * 1000 + minor`; 0 where unknown. */
  readonly release: number;
  /** `false` if the answers were recorded: then they hold what was asked for at that time. By default they are new. */
  readonly live?: boolean;
  /** What is known to be missing from the answers so far, one line each, beyond what the answers say themselves. */
  readonly warnings?: readonly string[];
  /**
   * The name of the interface with this index, without NUL, in the network namespace that is asked; `null` if there is none.
   * Not there if nobody can tell: in a recording.
   */
  interfaceName?(index: number): Uint8Array | null;
  /** Sends one request. The answer before it must have been received to its end, or been given up. */
  send(request: Uint8Array): void;
  /**
   * Waits for the next datagram and puts it at the start of `buffer`.
   *
   * @returns its length, which exceeds `buffer.length` when the end was cut off (`MSG_TRUNC`); 0 when no more can come;
   * {@linkcode OVERRUN} when the kernel had to drop datagrams (`ENOBUFS`).
   */
  receive(buffer: Uint8Array): number;
  /** Drops the rest of the answer, which may never end. The next request starts afresh. */
  restart(): void;
}

/** Result of {@linkcode DatagramSource.receive}: datagrams were lost. */
export const OVERRUN: number = -1;
