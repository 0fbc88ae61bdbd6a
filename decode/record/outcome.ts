/**
 * How a plan or a part of it went.
 */
import type { DecodeError, KernelError, SystemError } from "../kernel/errors.ts";

/** What can end a dump. */
export type DumpError = KernelError | DecodeError | SystemError;

/** How a plan went. */
export interface Outcome {
  /** Sockets pushed. */
  records: number;
  /** Dumps asked for. A family that nobody named and the kernel does not have is not counted. */
  dumps: number;
  /** Those of them that failed. */
  failed: number;
  /** What is known to be missing or doubtful, one line each. */
  warnings: string[];
  /** What is worth a line though nothing that was asked for is missing. */
  notices: string[];
  /** Why the dumps failed; the warnings say it too. */
  errors: DumpError[];
  /** Why others failed that nobody named: no warning tells. */
  unnamed: DumpError[];
}

export const newOutcome = (): Outcome => ({
  records: 0,
  dumps: 0,
  failed: 0,
  warnings: [],
  notices: [],
  errors: [],
  unnamed: [],
});
