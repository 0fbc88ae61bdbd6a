/**
 * The result of a plan or of a part of it.
 */
import type { DecodeError, KernelError, SystemError } from "../kernel/errors.ts";

/** What can end a dump. */
export type DumpError = KernelError | DecodeError | SystemError;

/** The result of a plan. */
export interface Outcome {
  /** Sockets pushed. */
  records: number;
  /** Dumps requested. Does not count families that the user did not name and the kernel lacks. */
  dumps: number;
  /** Requested dumps that failed. */
  failed: number;
  /** What is known to be missing or doubtful, one line each. */
  warnings: string[];
  /** Those of the warnings that are about what was looked up for sockets, their owners for example. */
  lookupWarnings: string[];
  /** Remarks for the user, although nothing requested is missing, one line each. */
  notices: string[];
  /** Why dumps failed. The warnings include these reasons. */
  errors: DumpError[];
  /** Why dumps failed that the user did not name. The warnings do not include these. */
  unnamed: DumpError[];
}

export const newOutcome = (): Outcome => ({
  records: 0,
  dumps: 0,
  failed: 0,
  warnings: [],
  lookupWarnings: [],
  notices: [],
  errors: [],
  unnamed: [],
});
