/**
 * Reads the properties of the terminal on standard output. Needs no permission.
 */
import { environmentVariable } from "./environment.ts";

/** Width in columns of the terminal on standard output; `null` if it is not a terminal or reports no width. */
export function terminalWidth(): number | null {
  if (!Deno.stdout.isTerminal()) return null;
  try {
    const { columns } = Deno.consoleSize();
    return columns > 0 ? columns : null;
  } catch {
    // A terminal that reports no size.
    return null;
  }
}

/** Whether standard output is a terminal that has colours, and they are not disabled (by `NO_COLOR`, which Deno has read). */
export function wantsColor(): boolean {
  return Deno.stdout.isTerminal() && !Deno.noColor && environmentVariable("TERM") !== "dumb";
}
