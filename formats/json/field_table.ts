/**
 * The reference of fields: one line a field to read and to search, or one object a field for programs.
 */
import type { Family } from "../../decode/families/family.ts";
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
 * The fields of families, one a line: family, path, type, unit, release, meaning, source, privilege. Columns are two spaces
 * or more apart and have only single spaces inside; those up to the meaning have none and are as wide as on the other lines.
 */
export function fieldTable(families: readonly Family[]): string {
  const rows = families.flatMap((family) =>
    fieldsOf(family).map((field) => ({
      words: [family.name, field.path, typeText(field), field.unit || NOTHING, field.since || NOTHING],
      texts: [field.meaning, sourceText(field), field.privilege || NOTHING],
    }))
  );
  const widths = (rows[0]?.words ?? []).map((_, column) => Math.max(...rows.map(({ words }) => words[column]!.length)));
  return rows.map(({ words, texts }) =>
    [...words.map((word, column) => word.padEnd(widths[column]!)), ...texts].join("  ") + "\n"
  ).join("");
}

/** What the reference says of a field, for programs. */
export interface FieldEntry {
  readonly family: string;
  readonly path: string;
  readonly type: string;
  readonly unit: string;
  readonly nullable: boolean;
  /** All words that there can be; `null` if it holds none, or they are not known. */
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
