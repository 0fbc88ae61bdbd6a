import { defineElement, defineKey, defineWord, type FieldNote, type Key, type ValueType, type Word } from "./key.ts";

/** How members are stored: size in bytes and alignment. */
const STORAGE = {
  u8: { size: 1, align: 1 },
  u16: { size: 2, align: 2 },
  be16: { size: 2, align: 2 },
  u32: { size: 4, align: 4 },
  s32: { size: 4, align: 4 },
  u64: { size: 8, align: 8 },
  /** `__be32[4]`: an IP address in network order. The first byte of the structure is its family. */
  address: { size: 16, align: 4 },
  /** Two `__u32` that form one 64-bit number, low word first. */
  u32x2: { size: 8, align: 4 },
} as const;

export type Storage = keyof typeof STORAGE;

/** How a value is shown. */
export type Show =
  | { readonly as: "integer" }
  /** Microseconds in the kernel, milliseconds with three decimals in the output. */
  | { readonly as: "milliseconds" }
  | { readonly as: "identifier" }
  | { readonly as: "boolean" }
  /** `none` is the kernel's "no value", shown as null. */
  | { readonly as: "nullable"; readonly none: number }
  /** The word for the value. A value without a word is shown as `unknown`, and its number as `<field>_raw`. */
  | { readonly as: "enumeration"; readonly words: Words }
  /** The words of the bits that are set. If a bit without a word is set, the whole number is shown as `<field>_raw`. */
  | { readonly as: "flags"; readonly words: Words };

/** Words, by value or by bit number. */
export type Words = readonly (Word | undefined)[];

export const milliseconds: Show = { as: "milliseconds" };
export const identifier: Show = { as: "identifier" };
export const boolean: Show = { as: "boolean" };
export const nullable = (none: number): Show => ({ as: "nullable", none });
/** The words of the values from `first` on; `undefined` for values without a word. */
export const enumeration = (words: readonly (string | undefined)[], first = 0): Show => ({
  as: "enumeration",
  words: defineWords(words, first),
});
export const flags = (words: readonly (string | undefined)[]): Show => ({ as: "flags", words: defineWords(words, 0) });

function defineWords(words: readonly (string | undefined)[], first: number): Words {
  const defined: (Word | undefined)[] = new Array(first + words.length);
  words.forEach((word, i) => {
    if (word !== undefined) defined[first + i] = defineWord(word);
  });
  return defined;
}

export interface RowOptions {
  readonly show?: Show;
  /**
   * For a bit field: its lowest bit and its number of bits. If it does not start at bit 0, it shares the storage of the
   * member before it.
   */
  readonly bits?: readonly [first: number, count: number];
  /** A second view of the member above. It has no storage of its own. */
  readonly view?: boolean;
  /**
   * The field is shown only if all these condition bits hold. The caller of {@linkcode pickVariant} defines their
   * meaning.
   */
  readonly when?: number;
  /** First kernel release that filled it; not set if all do. */
  readonly since?: string;
  /** Minimum length of the structure for this row, if it is beyond the row's own end. */
  readonly needs?: number;
  readonly privilege?: string;
  /** Whether it is a counter; see {@linkcode counter}. */
  readonly metric?: "counter";
}

/** One member of a C structure. */
export interface Row extends RowOptions {
  readonly storage: Storage | number;
  /** Name in the C structure. */
  readonly member: string;
  /** Name in the record; `""` for a member that is not shown (padding, secrets). */
  readonly field: string;
  readonly unit: string;
  readonly meaning: string;
}

/** A member that is shown as `field`. `unit` is the unit of the output. */
export function row(
  storage: Storage,
  member: string,
  field: string,
  unit: string,
  meaning: string,
  options: RowOptions = {},
): Row {
  return { storage, member, field, unit, meaning, ...options };
}

/** A member that is shown as a number that only grows while the socket is in use. */
export const counter: typeof row = (storage, member, field, unit, meaning, options = {}) =>
  row(storage, member, field, unit, meaning, { ...options, metric: "counter" });

/** A member that is not shown: `size` bytes without alignment. */
export function hidden(member: string, size: number): Row {
  return { storage: size, member, field: "", unit: "", meaning: "" };
}

/** Where a member lies. Tests compare it with a compiler and with the kernel's type information. */
export interface MemberPlace {
  readonly member: string;
  readonly offset: number;
  readonly size: number;
  readonly bits: readonly [number, number] | null;
}

/**
 * What a step does. These are literals, because the engine compiles a literal into the code; it would read a constant
 * of another module again for every field.
 */
export type StepKind =
  | "u8"
  | "u16"
  | "u32"
  | "s32"
  | "u64"
  | "bits"
  | "port"
  | "milliseconds"
  | "identifier"
  | "boolean"
  | "nullable"
  | "enumeration"
  | "flags"
  | "address";

const noWords: Words = [];
const integer: Show = { as: "integer" };
/** The word for every value that has no word of its own. */
export const UNKNOWN: Word = defineWord("unknown");

/** A row, prepared for decoding. */
export interface Step {
  readonly kind: StepKind;
  readonly key: Key;
  readonly offset: number;
  readonly size: number;
  /** Minimum length of the structure for this step. */
  readonly needs: number;
  readonly shift: number;
  readonly mask: number;
  readonly none: number;
  readonly words: Words;
  /** The field for the number if the word is unknown; if it is `key`, the number is not shown. */
  readonly raw: Key;
  /** The condition bits that must hold; 0 for none. */
  readonly when: number;
  /** For kind `flags`: the bits that have a word. */
  readonly known: number;
  /**
   * The description from this row. The note of the key is from its first definition, which may belong to another
   * family.
   */
  readonly note: FieldNote;
}

let layoutCount = 0;

const alignTo = (offset: number, align: number) => Math.ceil(offset / align) * align;

export interface LayoutOptions {
  /** The order in which fields are shown, if it is not the order of the members. */
  readonly order?: readonly string[];
  /** Whether its bytes always have the same length, so that there are never others behind the members. */
  readonly exact?: boolean;
  /** The name before `_extra`; by default that of the enclosing object or of the first field. */
  readonly extra?: string;
}

/**
 * A C structure whose members are fields of one object (or of the record itself).
 *
 * Offsets, keys and steps are computed at first use, because a run needs few of the structures.
 */
export class Layout {
  /** Number of the layout. A sink uses it as the index of what it prepares for the layout. */
  readonly id: number = layoutCount++;
  /** The results of {@linkcode pickVariant} so far, by conditions. */
  readonly variants: Layout[] = [];
  /**
   * The members as written in the table.
   *
   * @internal
   */
  readonly rows: readonly Row[];
  /**
   * The options of the table.
   *
   * @internal
   */
  readonly options: LayoutOptions;
  #places: Places | null = null;
  #steps: readonly Step[] | null = null;
  #extra: Key | null = null;

  /**
   * Stores the rows. Everything else is made at first use.
   *
   * @internal
   * @param name name of the C structure
   * @param header the header that defines it
   * @param object the object, or element of a list, whose fields the members are; `null` for the record itself
   * @param whole the layout from which this one takes the steps whose `conditions` hold; `null` to use its own rows
   * @param chosen selects the fields to take from `whole`; `conditions` are then ignored
   */
  constructor(
    readonly name: string,
    readonly header: string,
    readonly object: Key | null,
    rows: readonly Row[],
    options: LayoutOptions,
    readonly whole: Layout | null = null,
    readonly conditions = 0,
    readonly chosen: ((key: Key) => boolean) | null = null,
  ) {
    this.rows = rows;
    this.options = options;
  }

  /**
   * The members and their offsets.
   *
   * @internal
   */
  get members(): readonly MemberPlace[] {
    return (this.#places ??= placeMembers(this.rows)).members;
  }

  /** End of the last member. Padding may follow it. */
  get end(): number {
    return (this.#places ??= placeMembers(this.rows)).end;
  }

  /** Size in bytes of the newest known version. */
  get size(): number {
    return (this.#places ??= placeMembers(this.rows)).size;
  }

  /**
   * The decoding steps, in the order of output.
   *
   * @internal
   */
  get steps(): readonly Step[] {
    return this.#steps ??= this.#defineSteps();
  }

  /** The field for bytes after the known structure: `<name>_extra`. */
  get extra(): Key {
    return this.#extra ??= this.#defineExtra();
  }

  /** Offset of a member. */
  offsetOf(member: string): number {
    const place = this.members.find((candidate) => candidate.member === member);
    if (place === undefined) throw new TypeError(`struct ${this.name} has no member ${member}`);
    return place.offset;
  }

  #defineSteps(): readonly Step[] {
    const { object, whole, conditions, chosen } = this;
    if (whole !== null && chosen !== null) {
      return whole.steps.filter(({ key }) => chosen(key)).map((step) => chosen(step.raw) ? step : withoutRaw(step));
    }
    if (whole !== null) return whole.steps.filter((step) => (step.when & ~conditions) === 0);
    const { order } = this.options;
    const steps: Step[] = [];
    let place = -1;
    for (const item of this.rows) {
      if (item.view !== true) place++;
      if (item.field === "" || typeof item.storage === "number") continue;
      steps.push(defineStep(this.name, object, item, item.storage, this.members[place]!.offset));
    }
    if (order !== undefined) steps.sort((a, b) => order.indexOf(a.key.name) - order.indexOf(b.key.name));
    return steps;
  }

  #defineExtra(): Key {
    const { name, object, options } = this;
    if (options.extra === undefined && object !== null && object.name !== "") {
      return defineExtra(object.parent, object.name, name);
    }
    return defineExtra(object, options.extra ?? this.steps[0]?.key.name ?? name, name);
  }
}

const withoutRaw = (step: Step): Step => ({ ...step, raw: step.key });

interface Places {
  readonly members: readonly MemberPlace[];
  readonly end: number;
  readonly size: number;
}

/** Computes the offsets of members by the rules of C. */
function placeMembers(rows: readonly Row[]): Places {
  const members: MemberPlace[] = [];
  let end = 0;
  let unit = 0;
  let widest = 1;
  for (const { storage, member, bits, view } of rows) {
    if (view === true) continue;
    const { size, align } = typeof storage === "number" ? { size: storage, align: 1 } : STORAGE[storage];
    if (bits === undefined || bits[0] === 0) {
      unit = alignTo(end, align);
      end = unit + size;
      widest = Math.max(widest, align);
    }
    members.push({ member, offset: unit, size, bits: bits ?? null });
  }
  return { members, end, size: alignTo(end, widest) };
}

function defineStep(structure: string, object: Key | null, item: Row, storage: Storage, offset: number): Step {
  const { size } = STORAGE[storage];
  const show = item.show ?? integer;
  const note: FieldNote = {
    type: valueType(storage, show),
    unit: item.unit,
    meaning: item.meaning,
    since: item.since ?? "",
    source: structure === item.member ? structure : `${structure}.${item.member}`,
    privilege: item.privilege ?? "",
    ...item.metric === undefined ? {} : { metric: item.metric },
  };
  const key = defineKey(object, item.field, note);
  const named = show.as === "enumeration" || show.as === "flags";
  const words = named ? show.words : noWords;
  if (show.as === "flags") defineElement(key, "name");
  return {
    kind: stepKind(storage, show, item.bits !== undefined),
    key,
    offset,
    size,
    needs: Math.max(offset + size, item.needs ?? 0),
    shift: item.bits?.[0] ?? 0,
    mask: item.bits === undefined ? -1 : 2 ** item.bits[1] - 1,
    none: show.as === "nullable" ? show.none | 0 : 0,
    words,
    raw: named
      ? defineKey(object, `${item.field}_raw`, {
        ...note,
        type: "integer",
        unit: "",
        meaning: `Number of ${item.field}; only there if this program has no word for the value.`,
      })
      : key,
    when: item.when ?? 0,
    known: show.as === "flags" ? words.reduce((bits, word, bit) => word === undefined ? bits : bits | 1 << bit, 0) : 0,
    note,
  };
}

function valueType(storage: Storage, show: Show): ValueType {
  switch (show.as) {
    case "milliseconds":
      return "decimal";
    case "identifier":
      return "identifier";
    case "boolean":
      return "boolean";
    case "enumeration":
      return "name";
    case "flags":
      return "list";
    default:
      if (storage === "u64" || storage === "u32x2") return "integer64";
      return storage === "address" ? "address" : "integer";
  }
}

function stepKind(storage: Storage, show: Show, bits: boolean): StepKind {
  if (show.as !== "integer") return show.as;
  if (bits) return "bits";
  return storage === "be16" ? "port" : storage === "u32x2" ? "u64" : storage;
}

/**
 * Defines a layout.
 *
 * @param object the object, or element of a list, whose fields the members are; `null` for the record itself
 */
export function defineLayout(
  name: string,
  header: string,
  object: Key | null,
  rows: readonly Row[],
  options: LayoutOptions = {},
): Layout {
  return new Layout(name, header, object, rows, options);
}

function defineExtra(parent: Key | null, name: string, source: string): Key {
  return defineKey(parent, `${name}_extra`, {
    type: "hex",
    source,
    meaning: "Bytes that the kernel sent after those that this program knows.",
  });
}

/** The layout with the steps whose conditions hold, so that decoding need not check them. */
export function pickVariant(layout: Layout, conditions: number): Layout {
  const { name, header, object, rows, options } = layout;
  return layout.variants[conditions] ??= new Layout(name, header, object, rows, options, layout, conditions);
}

/**
 * The layout with the steps of the chosen fields only. `_raw` fields are left out unless they are chosen too. Each call
 * makes a new layout.
 */
export function pickFields(layout: Layout, chosen: (key: Key) => boolean): Layout {
  const { name, header, object, rows, options } = layout;
  return new Layout(name, header, object, rows, options, layout, 0, chosen);
}
