/**
 * `--schema`: the JSON Schema of the output.
 */
import { roundSchema } from "../formats/json/round_schema.ts";
import { schemaOf } from "../formats/json/schema.ts";
import type { Write } from "../formats/text/output_buffer.ts";
import type { CommandOf } from "./action.ts";
import { DONE } from "./exit_status.ts";
import { jsonText, printText } from "./print.ts";

/** Prints it. */
export function printSchema({ families, format, compact, rounds }: CommandOf<"schema">, print: Write): number {
  printText(jsonText(schemaOf(families, format, rounds ? [roundSchema] : []), compact), print);
  return DONE;
}
