/**
 * Prints text to standard output and messages to standard error.
 */
import { OutputError, STDOUT, writeAll } from "../ffi/output_descriptor.ts";
import type { Write } from "../formats/text/output_buffer.ts";

/** @throws {OutputError} if standard output cannot be written, a closed pipe included */
export const printToStandardOutput: Write = (bytes) => writeAll(STDOUT, "standard output", bytes);

/** Prints until the reader of the pipe goes away, and drops the rest. */
export function printWhileRead(): Write {
  let gone = false;
  return (bytes) => {
    if (gone) return;
    try {
      printToStandardOutput(bytes);
    } catch (error) {
      if (!(error instanceof OutputError && error.cause.code === "EPIPE")) throw error;
      gone = true;
    }
  };
}

/** Prints a line on standard error. A failure is ignored, because it cannot be reported. */
export function complain(message: string): void {
  try {
    Deno.stderr.writeSync(new TextEncoder().encode(`ss2: ${message}\n`));
  } catch {
    return;
  }
}

/** Prints text as UTF-8. */
export function printText(text: string, print: Write): void {
  print(new TextEncoder().encode(text));
}

/** A value as JSON, in one line if it is compact. */
export const jsonText = (value: unknown, compact: boolean): string =>
  JSON.stringify(value, null, compact ? 0 : 4) + "\n";
