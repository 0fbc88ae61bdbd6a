/**
 * A choice of fields.
 */
import type { Key } from "./key.ts";

/** Chooses fields, and the objects and lists that they are in. */
export type FieldChoice = (key: Key) => boolean;
