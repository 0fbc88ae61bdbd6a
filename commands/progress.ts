/**
 * Shows the number of sockets so far on the terminal during a long run.
 */
import type { RecordSink } from "../decode/record/record_sink.ts";
import type { DumpCommand } from "../options/command.ts";
import { ProgressSink } from "../query/progress.ts";

/**
 * Wraps a sink to show progress on standard error; `null` if the output goes to the same terminal.
 */
export function openProgress({ query, output, quiet }: DumpCommand, target: RecordSink): ProgressSink | null {
  const heldBack = query !== null && (query.sort !== null || query.countBy !== null);
  if (Deno.stdout.isTerminal() && output === null && !heldBack && !quiet) return null;
  const encoder = new TextEncoder();
  return new ProgressSink(
    target,
    (text) => Deno.stderr.writeSync(encoder.encode(`\r\x1b[K${text}`)),
    () => performance.now(),
  );
}
