/**
 * The command of `--leaks`.
 */
import { ALL_STATES, TCP_TIME_WAIT } from "../decode/kernel/tcp_states.ts";
import { GRACE, parseReports, withOwners } from "./check.ts";
import type { DumpCommand, LeaksCommand } from "./command.ts";
import type { ParsedArguments } from "./getopt.ts";
import { UsageError } from "./usage_error.ts";

/** The command of `--leaks` for the sockets that `listing` lists; those in TIME-WAIT only if that state was typed. */
export function parseLeaks(parsed: ParsedArguments, listing: DumpCommand): LeaksCommand {
  const command = parsed.command ?? [];
  if (command.length === 0 || command[0] === "") {
    throw new UsageError("--leaks needs a command after --: ss2 --leaks -- COMMAND");
  }
  return {
    action: "leaks",
    listing: withOwners(parsed, listing, ALL_STATES & ~(1 << TCP_TIME_WAIT)),
    command,
    grace: parsed.get("grace") ?? GRACE,
    reports: parseReports(parsed),
    output: listing.output,
  };
}
