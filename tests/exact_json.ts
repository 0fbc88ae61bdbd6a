/**
 * JSON as it is written: no digit of a number is lost, and how a number is written can be asked.
 */

export type Json = string | number | bigint | boolean | null | Json[] | { [name: string]: Json };
export type JsonObject = { [name: string]: Json };

type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;

function parse(text: string, reviveNumber: (source: string, value: number) => unknown): unknown {
  const reviver: Reviver = (_key, value, { source }) =>
    typeof value === "number" && source !== undefined ? reviveNumber(source, value) : value;
  return JSON.parse(text, reviver as (key: string, value: unknown) => unknown);
}

/** Parses `text`; integers that a number cannot hold become `bigint`. */
export function parseExact(text: string): Json {
  return parse(
    text,
    (source, value) => /^-?\d+$/.test(source) && !Number.isSafeInteger(value) ? BigInt(source) : value,
  ) as Json;
}

/** Parses `text` with `"integer"` or `"decimal"` in the place of each number, as it is written. */
export function parseForms(text: string): Json {
  return parse(text, (source) => /^-?\d+$/.test(source) ? "integer" : "decimal") as Json;
}

/** The flows of the protocol `name` in a document of the format `json`. */
export function flowsIn(document: Json, name = "TCP"): JsonObject[] {
  return ((document as JsonObject)[name] as JsonObject)["flows"] as JsonObject[];
}
