/**
 * Reads JSON from outside without losing digits.
 */
import { escapeControls } from "../../decode/text/control_characters.ts";
import type { FieldObject, FieldValue } from "../../decode/record/object_sink.ts";

/** A value in a saved text. Objects have no prototype, so that no name in them is special. */
export type Saved = FieldValue;

/** Maximum nesting of objects and lists: more than a record has. */
export const DEEPEST = 32;

/** A text is not a listing of this program. */
export class ListingError extends Error {
  /** Name of the error. */
  override readonly name = "ListingError";
}

type Reviver = (this: unknown, key: string, value: unknown, context: { readonly source?: string }) => unknown;

const reviver: Reviver = (_key, value, { source }) => {
  if (typeof value === "number" && source !== undefined) return numberOf(source);
  return value;
};

/** A number as it is written: integers that a JavaScript number cannot hold become `bigint`. */
export function numberOf(source: string): number | bigint {
  const value = Number(source);
  return Number.isSafeInteger(value) || !/^-?\d+$/.test(source) ? value : BigInt(source);
}

/** Digits of a number that JavaScript may not hold, or that are in a text. */
const MANY_DIGITS = /\d{16}/;

/**
 * Parses JSON.
 *
 * @throws {ListingError} if it is none
 */
export function parseSavedJson(text: string): Saved {
  let value: unknown;
  try {
    value = MANY_DIGITS.test(text)
      ? JSON.parse(text, reviver as (key: string, value: unknown) => unknown)
      : JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw new ListingError(escapeControls(error.message.replaceAll(/\s+/g, " ")));
    // The nesting was too deep for the stack.
    if (error instanceof RangeError) throw new ListingError("too many objects inside each other");
    throw error;
  }
  return value as Saved;
}

export const isObject = (value: Saved | undefined): value is FieldObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);
