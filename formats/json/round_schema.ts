/**
 * The line after each round of `--watch` in NDJSON.
 */
import type { Schema } from "./json_schema.ts";

const field = (type: "integer" | "number" | "boolean", description: string): Schema => ({
  description,
  type,
  ...type === "boolean" ? {} : { minimum: 0 },
});

/** Its schema. */
export const roundSchema: Schema = {
  description: "What a round was.",
  type: "object",
  properties: {
    event: { const: "round" },
    time: { description: "When it started, in UTC.", type: "string" },
    round: field("integer", "Its number, from 1 on."),
    interval: { ...field("number", "Time since the start of the round before; not in the first."), "x-unit": "s" },
    sockets: field("integer", "Sockets that pass the filter."),
    opened: field("integer", "Sockets that the round before did not have."),
    changed: field("integer", "Sockets of which something changed or was counted; not with whole listings."),
    closed: field("integer", "Sockets that the round before had and this one has not."),
    complete: field(
      "boolean",
      "Whether nothing is known to be missing. If something is that other rounds had, no socket counts as closed.",
    ),
  },
  required: ["event", "time", "round", "sockets", "opened", "closed", "complete"],
  additionalProperties: false,
};
