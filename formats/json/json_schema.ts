/**
 * The type of a JSON Schema (draft 2020-12).
 */

/** A JSON Schema, as plain data. */
export interface Schema {
  /** The value of each keyword. */
  readonly [keyword: string]: unknown;
}
