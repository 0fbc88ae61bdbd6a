/**
 * JSON Schemas (draft 2020-12) as plain data.
 */

/** A JSON Schema, as plain data. */
export interface Schema {
  readonly [keyword: string]: unknown;
}
