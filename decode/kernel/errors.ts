/**
 * Errors of requests to the kernel and of decoding its answers.
 */
import { ENOENT, errnoCode, errnoText } from "./errno.ts";

/** The bytes violate the protocol. Never thrown for data from a newer or older kernel that is otherwise valid. */
export class DecodeError extends Error {
  /** The name of the class. */
  override readonly name = "DecodeError";

  /**
   * Takes the position of the malformed bytes.
   *
   * @param offset offset of the malformed bytes in the datagram
   */
  constructor(message: string, readonly offset: number) {
    super(`${message} at byte ${offset}`);
  }
}

/** A file is not a recording. The {@linkcode DecodeError} in `cause` has the reason. */
export class RecordingError extends Error {
  /** The name of the class. */
  override readonly name = "RecordingError";

  /**
   * Says which file it is.
   *
   * @param path the file, in quotes
   */
  constructor(path: string, override readonly cause: DecodeError) {
    super(`cannot read ${path}: ${cause.message}`);
  }
}

/** The kernel answered a request with an error (`NLMSG_ERROR`, or a negative result in `NLMSG_DONE`). */
export class KernelError extends Error {
  /** The name of the class. */
  override readonly name = "KernelError";
  /** Symbol of the error number: `ENOENT`. */
  readonly code: string;

  /**
   * Says what the kernel answered.
   *
   * @param errno positive error number
   * @param explanation text of the extended acknowledgement, `""` if the kernel gave none
   */
  constructor(readonly errno: number, readonly explanation: string) {
    const text = errno === ENOENT ? "no such protocol or socket (ENOENT)" : errnoText(errno);
    super(explanation === "" ? text : `${text}: ${explanation}`);
    this.code = errnoCode(errno);
  }
}

/** Error codes of kernels without diagnostics for the requested sockets; EINVAL if they do not know the number. */
const LACK: readonly string[] = ["ENOENT", "EINVAL", "EOPNOTSUPP", "EPROTONOSUPPORT", "EAFNOSUPPORT"];

/** Whether the error means that the kernel has no diagnostics for the requested sockets. */
export const isLack = (error: Error): boolean => error instanceof KernelError && LACK.includes(error.code);

/** A call to the operating system failed. */
export class SystemError extends Error {
  /** The name of the class. */
  override readonly name = "SystemError";
  /** Symbol of the error number: `ENOSPC`. */
  readonly code: string;

  /**
   * Says which call failed.
   *
   * @param action what was being done, as in "cannot …"
   * @param errno positive error number
   */
  constructor(readonly action: string, readonly errno: number) {
    super(`cannot ${action}: ${errnoText(errno)}`);
    this.code = errnoCode(errno);
  }
}

/** A network namespace does not exist, cannot be entered, or cannot be left again. */
export class NamespaceError extends Error {
  /** The name of the class. */
  override readonly name = "NamespaceError";
}
