/**
 * The interface to `/proc/net`, which lists sockets for which the kernel has no diagnostics, and to the settings beside it.
 */

export interface ProcSource {
  /**
   * The contents of a file below `/proc/net`, in the network namespace of the caller; `null` if there is none.
   *
   * @throws {SystemError} if it cannot be read
   */
  read(name: string): Uint8Array | null;

  /**
   * The contents of a file below `/proc/sys`, in the same network namespace; `null` if there is none.
   *
   * @throws {SystemError} if it cannot be read
   */
  sysctl(name: string): Uint8Array | null;
}
