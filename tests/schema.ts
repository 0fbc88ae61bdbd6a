/**
 * Validates output against its schema with an independent JSON Schema validator.
 */
import { assertEquals } from "@std/assert";
import { Ajv2020, type ValidateFunction } from "./packages/ajv.ts";
import { families } from "../decode/families/all_families.ts";
import { annotations, schemaOf } from "../formats/json/schema.ts";

/** A validator that takes no schema that is doubtful. */
export function compile(schema: object): ValidateFunction {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true });
  ajv.addVocabulary([...annotations]);
  return ajv.compile(schema);
}

/** Validators of documents, by the name of the only family in them; made when they are first needed. */
const validators = new Map<string, ValidateFunction>();

function validatorOf(name: string): ValidateFunction {
  const known = validators.get(name);
  if (known !== undefined) return known;
  const family = families.find((candidate) => candidate.name === name);
  if (family === undefined) throw new TypeError(`there is no family ${name}`);
  const validator = compile(schemaOf([family]));
  validators.set(name, validator);
  return validator;
}

/** The value as `JSON.parse` would give it: whole numbers of any length are numbers. */
function plain(value: unknown): unknown {
  if (typeof value === "bigint") return Number(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)]));
}

/** Asserts that these flows of a protocol are as the schema says; `bigint` passes for a whole number. */
export function assertFlows(protocol: string, flows: readonly unknown[]): void {
  const validate = validatorOf(protocol);
  validate({ [protocol]: { flows: plain(flows) } });
  assertEquals(validate.errors ?? [], [], `${protocol} flows that are not as the schema says`);
}

/** Asserts that flows that name their protocol, as objects or lines of NDJSON, are as the schema says. */
export function assertRecords(records: readonly { readonly [name: string]: unknown }[]): void {
  const groups = Map.groupBy(records, ({ protocol }) => String(protocol));
  for (const [protocol, group] of groups) assertFlows(protocol, group.map(({ protocol: _, ...flow }) => flow));
}

/** Asserts that what a format printed is as the schema says; it may tell of its run. */
export function assertOutput(format: string, text: string): void {
  if (format === "ndjson") {
    const records = text.split("\n").slice(0, -1).map((line) => JSON.parse(line));
    for (const record of records.filter(({ protocol }) => protocol === undefined)) {
      const validate = compile(schemaOf([], "ndjson"));
      validate(record);
      assertEquals(validate.errors ?? [], []);
    }
    return assertRecords(records.filter(({ protocol }) => protocol !== undefined));
  }
  if (format !== "json") return;
  const { meta, ...protocols } = JSON.parse(text);
  if (meta !== undefined) {
    const validate = compile(schemaOf([]));
    validate({ meta });
    assertEquals(validate.errors ?? [], []);
  }
  for (const [protocol, { flows, ...rest }] of Object.entries<{ flows: unknown[] }>(protocols)) {
    assertEquals(rest, {});
    assertFlows(protocol, flows);
  }
}
