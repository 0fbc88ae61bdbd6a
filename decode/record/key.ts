/**
 * Keys and words. A key is a field's place in a record; a word is the program's name for a value. Each is made once and
 * has a number, so that a sink can prepare its text in advance.
 */

/** The type of a field's value. It is the same in every record and every format. */
export type ValueType =
  | "address"
  | "boolean"
  | "decimal"
  | "hex"
  | "identifier"
  | "integer"
  | "integer64"
  | "list"
  | "name"
  | "object"
  | "text";

/** The smallest and the largest value; the largest is `null` for 64-bit numbers. */
export type Range = readonly [least: number, greatest: number | null];

/**
 * How a number moves: a counter only grows and starts again at 0 when the socket is used anew; a gauge goes up and down.
 */
export type Metric = "counter" | "gauge";

/** What kind of thing a text names, if the machine knows all such names. */
export type Named = "congestion control" | "interface" | "network namespace" | "unit" | "user";

/** The possible values of a text. Comparing with any other value is a mistake. */
export interface TextRule {
  /** Most bytes of the text. */
  readonly longest?: number;
  /** Whether longer text is cut to this length, as the kernel does with process names. */
  readonly cut?: boolean;
  /** The pattern of the whole text, and its description. */
  readonly form?: readonly [pattern: RegExp, words: string];
  /** What it names. */
  readonly named?: Named;
  /** The pattern of a leading part that other programs accept for the whole text. */
  readonly beginning?: RegExp;
  /** The pattern of a text with the first digits of a long id in it: what is before them, they, and what is behind them. */
  readonly shortened?: RegExp;
}

/** The description of a field, for documentation, columns and schemas. */
export interface FieldNote {
  /** The type of its values. */
  readonly type: ValueType;
  /** The unit of the printed value; `""` for none. */
  readonly unit: string;
  /** The meaning of the value. */
  readonly meaning: string;
  /** The first kernel release that sent it; `""` if all do. */
  readonly since: string;
  /** The C structure and member, or the attribute, that it comes from. */
  readonly source: string;
  /** The capability without which the kernel leaves it out; `""` for none. */
  readonly privilege: string;
  /** Whether it is a counter. Other numbers with a unit are gauges. */
  readonly metric?: "counter";
  /** Whether it can be null: the kernel's "no value". Layouts set it from their rows. */
  readonly nullable?: boolean;
  /** For names and lists of names: all possible ones, if they are known. Layouts set it from their rows. */
  readonly words?: readonly string[];
  /** For numbers and lists of numbers: the smallest and the largest. Layouts set it from their rows. */
  readonly range?: Range | null;
  /** For text and lists of texts: the possible values. */
  readonly rule?: TextRule;
}

/** A field's place. Two definitions of one path give the same key, so protocols share keys and columns. */
export interface Key {
  /** Index in {@linkcode keys}. A sink uses it as the index of what it prepares for the key. */
  readonly id: number;
  /** The last part of the path; `""` for the element of a list. */
  readonly name: string;
  /** Dotted path from the record, without elements of lists: `tcp_info.rtt`. */
  readonly path: string;
  /** The enclosing object or list; `null` at the top of the record. */
  readonly parent: Key | null;
  /** Number of enclosing objects and lists below the record. */
  readonly depth: number;
  /** The description of the field. */
  readonly note: FieldNote;
  /** For text: the field for the exact bytes if they are not valid UTF-8 (`<name>_hex`). */
  readonly hex: Key | null;
}

const defined: Key[] = [];
const byPath = new Map<string, Key>();

/** All keys defined so far, by {@linkcode Key.id}. */
export const keys: readonly Key[] = defined;

function add(parent: Key | null, name: string, note: FieldNote): Key {
  const prefix = parent === null ? "" : parent.path;
  const path = prefix === "" || name === "" ? prefix + name : `${prefix}.${name}`;
  const place = `${parent === null ? "" : parent.id}/${name}`;
  const known = byPath.get(place);
  if (known !== undefined) {
    if (known.note.type !== note.type) {
      throw new TypeError(`field "${path}" cannot be both ${known.note.type} and ${note.type}`);
    }
    return known;
  }
  const hex = note.type === "text" && name !== ""
    ? add(parent, `${name}_hex`, {
      ...note,
      type: "hex",
      unit: "",
      rule: {},
      meaning: `Exact bytes of ${name}; only there if they are not valid UTF-8.`,
    })
    : null;
  const key: Key = {
    id: defined.length,
    name,
    path,
    parent,
    depth: parent === null ? 0 : parent.depth + 1,
    note,
    hex,
  };
  defined.push(key);
  byPath.set(place, key);
  return key;
}

const plain: FieldNote = { type: "object", unit: "", meaning: "", since: "", source: "", privilege: "" };

/**
 * Defines a field of a record, or of the object or list element `parent`.
 *
 * @throws {TypeError} if the same path was defined with another type: a field never changes its type.
 */
export function defineKey(parent: Key | null, name: string, note: Partial<FieldNote> & { type: ValueType }): Key {
  return add(parent, name, { ...plain, ...note });
}

/** Defines the element of the list `list`. */
export function defineElement(list: Key, type: ValueType): Key {
  return add(list, "", { ...plain, type });
}

/** The outermost list that is the field or contains it; `null` for none. The words of flags are a list and one value. */
export function outerList(key: Key): Key | null {
  const outer = key.parent === null ? null : outerList(key.parent);
  return outer ?? (key.note.type === "list" ? key : null);
}

/** The element of a list; `undefined` for other fields. */
export const elementOf = (list: Key): Key | undefined =>
  defined.find(({ parent, name }) => parent === list && name === "");

/** One of the program's words for a value, such as `established`. */
export interface Word {
  /** Index in {@linkcode words}. */
  readonly id: number;
  /** Printable ASCII without `"` and `\`. */
  readonly text: string;
}

const definedWords: Word[] = [];
const byText = new Map<string, Word>();

/** All words defined so far, by {@linkcode Word.id}. */
export const words: readonly Word[] = definedWords;

export function defineWord(text: string): Word {
  const known = byText.get(text);
  if (known !== undefined) return known;
  const word: Word = { id: definedWords.length, text };
  definedWords.push(word);
  byText.set(text, word);
  return word;
}
