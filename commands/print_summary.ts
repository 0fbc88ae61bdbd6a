/**
 * `--summary`: prints sums, once or again and again.
 */
import { noteRuntimeSockets } from "../ffi/own_sockets.ts";
import type { Write } from "../formats/text/output_buffer.ts";
import type { CommandOf } from "./action.ts";
import { fitTerminal } from "./list.ts";
import { complain } from "./print.ts";
import { aboutRun, Findings, putSummary, readSummary } from "./summary.ts";

/** Prints the summary. The exit status says whether all of it is known. */
export async function printSummary(
  command: CommandOf<"summary">,
  print: Write,
  abandon: () => void,
): Promise<number> {
  noteRuntimeSockets();
  if (command.repeated !== null) {
    const { watchSummary } = await import("./watch_summary.ts");
    return await watchSummary(command, command.repeated, print, abandon);
  }
  const found = new Findings();
  const summary = await readSummary(command, found);
  const said = { time: null, ...await aboutRun(command.counts, found) };
  putSummary(command.counts, summary, said, await fitTerminal(command.counts), print);
  found.warnings.forEach(complain);
  return found.status;
}
