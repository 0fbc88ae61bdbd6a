/**
 * The errors that asking the kernel and decoding its answers can end with.
 */
import { ENOENT, errnoCode, errnoText } from "./errno.ts";

/** The bytes are not what the protocol allows. Never thrown for something that is merely newer or older than us. */
export class DecodeError extends Error {
  /** The name of the class. */
  override readonly name = "DecodeError";

  /**
   * Says where the trouble is.
   *
   * @param offset where in the datagram it begins
   */
  constructor(message: string, readonly offset: number) {
    super(`${message} at byte ${offset}`);
  }
}

/** A file is no recording; the reason is the {@linkcode DecodeError} in `cause`. */
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

/** Codes by which kernels say that they have no diagnostics for what was asked; EINVAL if they do not know its number. */
const LACK: readonly string[] = ["ENOENT", "EINVAL", "EOPNOTSUPP", "EPROTONOSUPPORT", "EAFNOSUPPORT"];

/** Whether a kernel says by an error that it has no diagnostics for what was asked. */
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

/** A network namespace is not there, cannot be entered, or not be left again. */
export class NamespaceError extends Error {
  /** The name of the class. */
  override readonly name = "NamespaceError";
}
