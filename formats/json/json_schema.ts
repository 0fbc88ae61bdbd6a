/**
 * JSON Schemas (draft 2020-12) as plain data.
 */

/** A JSON Schema, as plain data. */
export interface Schema {
  /** Values of keywords. */
  readonly [keyword: string]: unknown;
}
