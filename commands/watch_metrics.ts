/**
 * `--watch` with metrics: a file that is written anew in each round.
 */
import { openOutputFile } from "../ffi/output_file.ts";
import type { MetricsCommand, RepeatOption } from "../options/command.ts";
import { DONE, INCOMPLETE, NOTHING } from "./exit_status.ts";
import { openLastingOf, scrape } from "./scrape.ts";
import { complain, printText } from "./print.ts";
import { StopSignals } from "./stop_signals.ts";

/** Writes until the time, the number of rounds or a signal ends it. A round in which nothing could be listed leaves the file. */
export async function watchMetrics(command: MetricsCommand, repeat: RepeatOption): Promise<number> {
  const { file, interval, rounds, duration } = repeat;
  using signals = new StopSignals();
  using lasting = await openLastingOf(command);
  const end = performance.now() + (duration ?? Infinity);
  let told: ReadonlySet<string> = new Set();
  let worst = DONE;
  for (let number = 1; !signals.received; number++) {
    const started = performance.now();
    const { text, found } = await scrape(command, command.format, { lasting });
    const { status, warnings } = found;
    // What lasts is told once.
    for (const warning of warnings) if (!told.has(warning)) complain(warning);
    told = warnings;
    if (status !== NOTHING) write(text, file, command.mode);
    else if (number === 1) return NOTHING;
    worst = Math.max(worst, Math.min(status, INCOMPLETE));
    // Rounds take at most half of the time.
    const next = started + Math.max(interval, 2 * (performance.now() - started));
    if (number === rounds || next >= end) break;
    const left = Math.max(0, next - performance.now());
    await (lasting?.events.wait(left, signals) ?? signals.wait(left));
  }
  const missing = lasting?.events.takeMissing() ?? [];
  missing.forEach(complain);
  return missing.length > 0 ? INCOMPLETE : worst;
}

function write(text: string, path: string, mode: number | null): void {
  using file = openOutputFile(path, mode);
  printText(text, (bytes) => file.write(bytes));
  file.commit();
}
