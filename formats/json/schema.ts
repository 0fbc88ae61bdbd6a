/**
 * A JSON Schema (draft 2020-12) of the output, made from the tables that the decoders use.
 */
import type { Family } from "../../decode/families/family.ts";
import { type Field, fieldTree } from "../../decode/reference/fields.ts";
import { runFields } from "../../query/run_fields.ts";
import { sourceText } from "./field_table.ts";
import type { Schema } from "./json_schema.ts";
import { META, metaLineSchemas, metaSchema } from "./meta.ts";

/** Keywords that JSON Schema does not define. They describe a field and restrict nothing. */
export const annotations: readonly string[] = ["x-unit", "x-metric", "x-since", "x-source", "x-privilege"];

/**
 * The schema of the whole document (`json`) or of each line (`ndjson`) for some families. Objects have no other members
 * than those named. Only `flows` and `protocol` are required. The schema allows the additions of `--meta`.
 *
 * @param others schemas of further lines
 */
export function schemaOf(
  families: readonly Family[],
  format: "json" | "ndjson" = "json",
  others: readonly Schema[] = [],
): Schema {
  const lines = format === "ndjson";
  const places = families.map(({ name }) => ({ name, flow: { $ref: `#/$defs/${name}` } }));
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: lines ? "A line of ss2 --format ndjson" : "The document of ss2 --format json",
    ...lines ? { type: "object", oneOf: [...places.map(({ flow }) => flow), ...metaLineSchemas, ...others] } : object({
      ...Object.fromEntries(places.map(({ name, flow }) => [name, flowsSchema(flow)])),
      [META]: metaSchema,
    }),
    $defs: Object.fromEntries(families.map((family) => [family.name, flowSchema(family, lines)])),
  };
}

const object = (properties: Schema): Schema => ({ type: "object", properties, additionalProperties: false });

const flowsSchema = (flow: Schema): Schema => ({
  ...object({ flows: { type: "array", items: flow } }),
  required: ["flows"],
});

/** Fields that describe the run. Flows have them if a column asks for them. */
const ofRun: Schema = Object.fromEntries(
  [...runFields].map(([name, { note: { meaning } }]) => [name, { description: meaning, type: "string" }]),
);

function flowSchema(family: Family, lines: boolean): Schema {
  const protocol = lines ? { protocol: { const: family.name } } : {};
  return {
    description: `A ${family.name} socket.`,
    ...object({ ...protocol, ...members(fieldTree(family)), ...ofRun }),
    ...lines ? { required: ["protocol"] } : {},
  };
}

/** The schemas of fields, by name. */
export function members(fields: readonly Field[]): Schema {
  return Object.fromEntries(fields.map((field) => [field.key.name, fieldSchema(field)]));
}

function fieldSchema(field: Field): Schema {
  const value = valueSchema(field);
  return {
    ...field.key.name === "" ? {} : { description: field.meaning },
    ...field.nullable ? orNull(value) : value,
    ...field.key.name === "" ? {} : notes(field),
  };
}

/** A value or null. If the schema lists all values, the list contains null too. */
function orNull(value: Schema): Schema {
  const { type, enum: words } = value;
  return { ...value, type: [type, "null"], ...Array.isArray(words) ? { enum: [...words, null] } : {} };
}

function notes(field: Field): Schema {
  const texts: readonly (readonly [string, string])[] = [
    ["x-unit", field.unit],
    ["x-metric", field.metric ?? ""],
    ["x-since", field.since],
    ["x-source", sourceText(field)],
    ["x-privilege", field.privilege],
  ];
  return Object.fromEntries(texts.filter(([, text]) => text !== ""));
}

function valueSchema({ type, range, words, children }: Field): Schema {
  switch (type) {
    case "integer":
    case "integer64":
      return { type: "integer", ...limits(range) };
    case "decimal":
      return { type: "number", ...limits(range) };
    case "boolean":
      return { type: "boolean" };
    case "name":
      return { type: "string", ...words.length > 0 ? { enum: words } : {} };
    case "identifier":
      return { type: "string", pattern: "^0x[0-9a-f]{1,16}$" };
    case "hex":
      return { type: "string", pattern: "^([0-9a-f]{2})*$" };
    case "address":
      return { type: "string", pattern: "^[0-9a-f.:]{2,45}$" };
    case "text":
      return { type: "string" };
    case "list":
      return { type: "array", ...children[0] === undefined ? {} : { items: fieldSchema(children[0]) } };
    case "object":
      // Members that are known only at run time.
      return children.length === 0 ? { type: "object" } : object(members(children));
  }
}

/** 64-bit numbers have no maximum: a reader of the schema may not be able to store it. */
function limits(range: Field["range"]): Schema {
  if (range === null) return {};
  return { minimum: range[0], ...range[1] === null ? {} : { maximum: range[1] } };
}
