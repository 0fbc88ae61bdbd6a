/**
 * The exit status that the outcome of a listing means.
 */
import type { Outcome } from "../decode/record/outcome.ts";
import type { DumpCommand } from "../options/command.ts";
import { DONE, INCOMPLETE, NOTHING } from "./exit_status.ts";

/** The exit status of a listing without a check. */
export function status(outcome: Outcome): number {
  if (outcome.failed > 0 && outcome.failed === outcome.dumps && outcome.records === 0) return NOTHING;
  return outcome.warnings.length > 0 ? INCOMPLETE : DONE;
}

/** The exit status of a check: 1 if it does not hold, 2 if that is unknown. */
export function verdict({ expected }: DumpCommand, records: number, status: number): number {
  if (expected === null) return status;
  const holds = (records > 0) === (expected === "some");
  if (records > 0) return holds ? DONE : INCOMPLETE;
  // The missing sockets may include some.
  if (status !== DONE) return NOTHING;
  return holds ? DONE : INCOMPLETE;
}
