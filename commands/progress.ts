/**
 * How many sockets have come, on the terminal of a run that takes long.
 */
import type { RecordSink } from "../decode/record/record_sink.ts";
import type { DumpCommand } from "../options/command.ts";
import { ProgressSink } from "../query/progress.ts";

/**
 * Puts a sink before another that shows progress on standard error: `null` if what is printed goes to the same terminal meanwhile.
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
