/**
 * The field reference: one line for each field for people, or one object for each field for programs.
 */
import type { Family } from "../../decode/families/family.ts";
import type { Metric } from "../../decode/record/key.ts";
import { type Field, fieldsOf } from "../../decode/reference/fields.ts";

/** Fills an empty column, so that every line has the same number of columns. */
const NOTHING = "-";

/** The type of a field in one word: `integer`, `name[]` for a list of names, `integer?` if it can be null. */
export function typeText({ type, children, nullable }: Field): string {
  const word = type === "list" ? `${children[0] === undefined ? "" : typeText(children[0])}[]` : type;
  return nullable ? `${word}?` : word;
}

/** Where a field comes from: attribute, structure and member, as the kernel's headers have them. */
export function sourceText({ source, attribute }: Field): string {
  return attribute === null || attribute.name === source ? source : `${attribute.name} ${source}`;
}

/**
 * The fields of families, one on each line: family, path, type, unit, release, meaning, source, privilege, metric. Two or more
 * spaces separate columns. Columns before the meaning have no spaces and are aligned; the others have single spaces
 * inside.
 */
export function fieldTable(families: readonly Family[]): string {
  const rows = families.flatMap((family) =>
    fieldsOf(family).map((field) => ({
      words: [family.name, field.path, typeText(field), field.unit || NOTHING, field.since || NOTHING],
      texts: [field.meaning, sourceText(field), field.privilege || NOTHING, field.metric ?? NOTHING],
    }))
  );
  const widths = (rows[0]?.words ?? []).map((_, column) => Math.max(...rows.map(({ words }) => words[column]!.length)));
  return rows.map(({ words, texts }) =>
    [...words.map((word, column) => word.padEnd(widths[column]!)), ...texts].join("  ") + "\n"
  ).join("");
}

/** The reference entry of a field, for programs. */
export interface FieldEntry {
  readonly family: string;
  readonly path: string;
  readonly type: string;
  readonly unit: string;
  /** `counter` for a number that only grows, `gauge` for one that goes up and down; `null` for others. */
  readonly metric: Metric | null;
  readonly nullable: boolean;
  /** All possible words; `null` if the field has none or they are not known. */
  readonly words: readonly string[] | null;
  readonly since: string;
  readonly attribute: string | null;
  readonly source: string;
  readonly privilege: string;
  readonly meaning: string;
}

/** The fields of families as objects. */
export function fieldEntries(families: readonly Family[]): readonly FieldEntry[] {
  return families.flatMap((family) =>
    fieldsOf(family).map((field) => ({
      family: family.name,
      path: field.path,
      type: field.type === "list" ? typeText(field) : field.type,
      unit: field.unit,
      metric: field.metric,
      nullable: field.nullable,
      words: field.words.length === 0 ? null : field.words,
      since: field.since,
      attribute: field.attribute?.name ?? null,
      source: field.source,
      privilege: field.privilege,
      meaning: field.meaning,
    }))
  );
}
