/**
 * `--schema`: the JSON Schema of the output.
 */
import { roundSchema } from "../formats/json/round_schema.ts";
import type { Schema } from "../formats/json/json_schema.ts";
import { schemaOf } from "../formats/json/schema.ts";
import type { Write } from "../formats/text/output_buffer.ts";
import type { CommandOf } from "./action.ts";
import { DONE } from "./exit_status.ts";
import { jsonText, printText } from "./print.ts";

/** Prints it. */
export async function printSchema(command: CommandOf<"schema">, print: Write): Promise<number> {
  printText(jsonText(await schemaFor(command), command.compact), print);
  return DONE;
}

async function schemaFor({ of, families, format, rounds }: CommandOf<"schema">): Promise<Schema> {
  switch (of) {
    case "sockets":
      return schemaOf(families, format, rounds ? [roundSchema] : []);
    case "check":
      return (await import("../formats/json/findings_schema.ts")).findingsSchema(format);
    case "summary":
      return (await import("../formats/json/summary_schema.ts")).summarySchema(families, format);
  }
}
