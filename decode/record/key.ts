/**
 * Keys and words: the place of a field in a record, and what the program calls a value. Both are made once, while
 * modules load, and known by identity and number afterwards, so that a sink can prepare what it writes for them.
 */

/** The type of a field's value, as every format presents it. It never changes from record to record. */
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

/** The least and the greatest value; greatest of 64 bits is `null`. */
export type Range = readonly [least: number, greatest: number | null];

/** What a text names, if the machine knows all such names. */
export type Named = "interface" | "network namespace" | "unit" | "user";

/** The possible values of a text. Comparing with any other value is a mistake. */
export interface TextRule {
  /** Most bytes of the text. */
  readonly longest?: number;
  /** Whether a longer one is cut to this length, as the kernel does with names of processes. */
  readonly cut?: boolean;
  /** The pattern of the whole text, and its description. */
  readonly form?: readonly [pattern: RegExp, words: string];
  /** Whose name it is. */
  readonly named?: Named;
  /** The pattern of a leading part that other programs accept for the whole text. */
  readonly beginning?: RegExp;
}

/** What a field is, for documentation, columns and schemas. */
export interface FieldNote {
  /** The type of its values. */
  readonly type: ValueType;
  /** The unit of the printed value, `""` if it has none. */
  readonly unit: string;
  /** One sentence on what the value says. */
  readonly meaning: string;
  /** The first kernel release that sent it, `""` if all do. */
  readonly since: string;
  /** Where it comes from: the C structure and member, or the attribute. */
  readonly source: string;
  /** The capability without which the kernel leaves it out, `""` for none. */
  readonly privilege: string;
  /** Whether it can be null: the kernel's "no value". Layouts know it of their rows. */
  readonly nullable?: boolean;
  /** For names, and lists of them: all that there can be, if that is known. Layouts know it of their rows. */
  readonly words?: readonly string[];
  /** For numbers, and lists of them: the least and the greatest. Layouts know it of their rows. */
  readonly range?: Range | null;
  /** For text, and lists of it. */
  readonly rule?: TextRule;
}

/** A field's place. Two definitions of one path give the same key, so protocols share keys and columns. */
export interface Key {
  /** Position in {@linkcode keys}: a sink keeps what it prepares for a key in an array at this index. */
  readonly id: number;
  /** Last part of the path; `""` for the element of a list. */
  readonly name: string;
  /** Dotted path from the record, elements of lists not counted: `tcp_info.rtt`. */
  readonly path: string;
  /** Enclosing object or list, `null` at the top of the record. */
  readonly parent: Key | null;
  /** Number of enclosing objects and lists below the record. */
  readonly depth: number;
  /** What the field is. */
  readonly note: FieldNote;
  /** For text: where the exact bytes go when they are not valid UTF-8 (`<name>_hex`). */
  readonly hex: Key | null;
}

const defined: Key[] = [];
const byPath = new Map<string, Key>();

/** Every key defined so far, in order of definition; index is {@linkcode Key.id}. */
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
      meaning: `Exact bytes of ${name}, only where they are not valid UTF-8.`,
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

/** One of the program's own words that a field can hold, `established` for example; made once, like a key. */
export interface Word {
  /** Position in {@linkcode words}. */
  readonly id: number;
  /** Printable ASCII without `"` and `\`. */
  readonly text: string;
}

const definedWords: Word[] = [];
const byText = new Map<string, Word>();

/** Every word defined so far; index is {@linkcode Word.id}. */
export const words: readonly Word[] = definedWords;

export function defineWord(text: string): Word {
  const known = byText.get(text);
  if (known !== undefined) return known;
  const word: Word = { id: definedWords.length, text };
  definedWords.push(word);
  byText.set(text, word);
  return word;
}
