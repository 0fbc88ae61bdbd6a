/**
 * The JSON Schema of what `--summary` prints.
 */
import type { Family } from "../../decode/families/family.ts";
import type { Field } from "../../decode/reference/fields.ts";
import { sumFields, sumsFamily } from "../../query/checks/sums_family.ts";
import type { Schema } from "./json_schema.ts";
import { members } from "./schema.ts";

const netns: Schema = {
  description: "The network namespace (-N).",
  type: "object",
  properties: { inode: { type: "integer", minimum: 0 }, name: { type: "string" }, name_hex: { type: "string" } },
  required: ["inode"],
  additionalProperties: false,
};

const object = (properties: Schema, required: readonly string[] = []): Schema => ({
  type: "object",
  properties,
  required,
  additionalProperties: false,
});

/** A line of the long form. */
const line: Schema = object({
  netns,
  group: { description: "What the number belongs to.", type: "string" },
  name: { description: "What is counted.", type: "string" },
  value: { description: "The number.", type: "integer", minimum: 0 },
  unit: { description: "Its unit, if it has one.", type: "string" },
  kind: {
    description: "counter: it only grows; gauge: how many there are now; limit: how many there may be.",
    enum: ["counter", "gauge", "limit"],
  },
}, ["group", "name", "value", "kind"]);

/** The schema of the whole document (`json`), or of each line (`ndjson`), for the sums of some families. */
export function summarySchema(families: readonly Family[], format: "json" | "ndjson"): Schema {
  const dialect = { $schema: "https://json-schema.org/draft/2020-12/schema" };
  if (format === "ndjson") return { ...dialect, title: "A line of ss2 -s --format ndjson", ...line };
  const fields = sumFields(sumsFamily(families));
  const host = fields.find(({ key }) => key.name === "host")!;
  return {
    ...dialect,
    title: "The document of ss2 -s --json",
    ...object({
      summary: {
        description: "The sums of each network namespace.",
        type: "array",
        items: object({ netns, ...members(fields.filter(isOfNamespace).map(printed)) }, ["sockets"]),
      },
      host: { description: host.meaning, ...object(members(host.children)) },
    }, ["summary", "host"]),
  };
}

/** Rates and the numbers of the machine are not with those of namespaces. */
const isOfNamespace = ({ key }: Field): boolean => key.name !== "host" && key.name !== "rates";

/** A field without what only rules know. */
const printed = (field: Field): Field => ({
  ...field,
  children: field.children.filter(({ path }) => path !== "limits.ephemeral_ports").map(printed),
});
