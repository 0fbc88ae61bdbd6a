/**
 * The port to `/proc/net`, which lists sockets that the kernel has no diagnostics for.
 */

export interface ProcSource {
  /**
   * The contents of a file below `/proc/net`, in the network namespace of the caller; `null` if there is none.
   *
   * @throws {SystemError} if it cannot be read
   */
  read(name: string): Uint8Array | null;
}
