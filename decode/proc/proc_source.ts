/**
 * The interface to `/proc/net`, which lists sockets for which the kernel has no diagnostics.
 */

export interface ProcSource {
  /**
   * The contents of a file below `/proc/net`, in the network namespace of the caller; `null` if there is none.
   *
   * @throws {SystemError} if it cannot be read
   */
  read(name: string): Uint8Array | null;
}
