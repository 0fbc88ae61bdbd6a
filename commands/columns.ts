/**
 * `--list-columns`: the names of columns, one a line.
 */
import type { Write } from "../formats/text/output_buffer.ts";
import type { CommandOf } from "./action.ts";
import { DONE } from "./exit_status.ts";
import { printText } from "./print.ts";

/** Prints them. */
export function printColumns({ names }: CommandOf<"columns">, print: Write): number {
  printText(names.join("\n") + "\n", print);
  return DONE;
}
