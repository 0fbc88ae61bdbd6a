/**
 * `--format prometheus` and `--format openmetrics`: metrics of all sockets.
 */
import type { Write } from "../formats/text/output_buffer.ts";
import type { MetricsCommand } from "../options/command.ts";
import { NOTHING } from "./exit_status.ts";
import { complain, printText } from "./print.ts";
import { scrape } from "./scrape.ts";

/** Prints the metrics. The exit status says whether all of them are known. */
export async function printMetrics(command: MetricsCommand, print: Write): Promise<number> {
  if (command.repeat !== null) return await (await import("./watch_metrics.ts")).watchMetrics(command, command.repeat);
  const { text, found } = await scrape(command, command.format);
  if (found.status !== NOTHING) printText(text, print);
  found.warnings.forEach(complain);
  return found.status;
}
