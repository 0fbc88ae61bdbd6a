/**
 * Runs a command that may not duplicate descriptors of other processes: `refuse_duplicates.ts ERRNO COMMAND…`.
 */
import { runRefusing } from "./seccomp.ts";

const PIDFD_GETFD = 438;

const [errno = "", ...command] = Deno.args;
runRefusing(PIDFD_GETFD, null, Number(errno), command);
