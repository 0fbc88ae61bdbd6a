/**
 * Reads the properties of the terminal on standard output. Needs no permission.
 */

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

/** Whether standard output is a terminal and colours are not disabled (by `NO_COLOR`, which Deno has read). */
export function wantsColor(): boolean {
  return Deno.stdout.isTerminal() && !Deno.noColor;
}
