/**
 * Writes output to a file descriptor: all of it, or an error.
 */
import { EAGAIN } from "../decode/kernel/errno.ts";
import { SystemError } from "../decode/kernel/errors.ts";
import { libc, uninterrupted, waitFor } from "./libc.ts";

/** Output could not be written. The {@linkcode SystemError} in `cause` has the reason. */
export class OutputError extends Error {
  /** The name of the class. */
  override readonly name = "OutputError";

  /**
   * Says what could not be written.
   *
   * @param fd the descriptor
   */
  constructor(override readonly cause: SystemError, readonly fd: number) {
    super(cause.message);
  }
}

/** The name belongs to something that output must not replace. */
export class NotAFileError extends Error {
  override readonly name = "NotAFileError";
}

export const STDOUT = 1;

const POLLOUT = 4;

/**
 * Writes all bytes to the descriptor `fd`, and waits while it is not ready.
 *
 * @param name its name in errors: `standard output`
 * @throws {OutputError} with code `EPIPE` if the reader has gone, with another code if the bytes cannot be written
 */
export function writeAll(fd: number, name: string, bytes: Uint8Array): void {
  const { write } = libc;
  let failure = 0;
  for (let rest = bytes as Uint8Array<ArrayBuffer>; rest.length > 0;) {
    const written = uninterrupted(() => write(fd, rest, BigInt(rest.length)));
    if (written >= 0) {
      rest = rest.subarray(written);
    } else if (written === -EAGAIN) {
      waitFor(fd, POLLOUT);
    } else if (written !== failure) {
      // On a busy machine `errno` was seen changed before it could be read. An error that comes twice is true.
      failure = written;
    } else {
      throw new OutputError(new SystemError(`write ${name}`, -written), fd);
    }
  }
}
