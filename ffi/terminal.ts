/**
 * What there is to know of the terminal that standard output may be. Needs no permission.
 */

/** Columns of the terminal that standard output is; `null` if it is none, or does not tell. */
export function terminalWidth(): number | null {
  if (!Deno.stdout.isTerminal()) return null;
  try {
    const { columns } = Deno.consoleSize();
    return columns > 0 ? columns : null;
  } catch {
    // A terminal without a size.
    return null;
  }
}

/** Whether standard output is a terminal whose user does not refuse colours (by `NO_COLOR`, which Deno has read). */
export function wantsColor(): boolean {
  return Deno.stdout.isTerminal() && !Deno.noColor;
}
