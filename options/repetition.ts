/**
 * How often `--watch` does something, and what it can print.
 */
import type { FormatEntry } from "../formats/format.ts";
import type { OutputOption, Repetition } from "./command.ts";
import type { ParsedArguments } from "./getopt.ts";
import { UsageError } from "./usage_error.ts";

/** Default of --watch in milliseconds. */
const INTERVAL = 2000;

/** Formats that can go on. */
const GOING_ON = ["ndjson", "csv", "tsv", "yaml", "table"];

/** The values of --watch, --rounds and --for. */
export function parseRepetition(parsed: ParsedArguments): Repetition {
  const interval = parsed.get("watch");
  return {
    interval: typeof interval === "number" ? interval : INTERVAL,
    rounds: parsed.get("rounds") ?? null,
    duration: parsed.get("for") ?? null,
  };
}

/** Refuses formats that are complete only at their end, unless each round replaces a file. */
export function checkGoingOn({ name }: FormatEntry, output: OutputOption): void {
  if (output !== null || GOING_ON.includes(name)) return;
  throw new UsageError(
    `--watch does not print ${name}, which would be complete only at the end: --format ndjson, or --output FILE, which each round replaces`,
  );
}
