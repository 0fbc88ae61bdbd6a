import { defineElement, defineKey, defineWord, type FieldNote, type Key, type ValueType, type Word } from "./key.ts";

/** Storage of a member: size in bytes, and alignment. */
const STORAGE = {
  u8: { size: 1, align: 1 },
  u16: { size: 2, align: 2 },
  be16: { size: 2, align: 2 },
  u32: { size: 4, align: 4 },
  s32: { size: 4, align: 4 },
  u64: { size: 8, align: 8 },
  /** `__be32[4]`: an IP address in network order, of the family that the first byte of the structure names. */
  address: { size: 16, align: 4 },
  /** Two `__u32`, low word first, that make one 64-bit number. */
  u32x2: { size: 8, align: 4 },
} as const;

export type Storage = keyof typeof STORAGE;

/** How a value is presented. */
export type Show =
  | { readonly as: "integer" }
  /** Microseconds in the kernel, milliseconds with three decimals in the output. */
  | { readonly as: "milliseconds" }
  | { readonly as: "identifier" }
  | { readonly as: "boolean" }
  /** `none` is the kernel's "no value", shown as null. */
  | { readonly as: "nullable"; readonly none: number }
  /** The word at the value's index; values without one are `unknown`, with the number in `<field>_raw`. */
  | { readonly as: "enumeration"; readonly words: Words }
  /** The words of the bits that are set; other bits make the whole number appear in `<field>_raw`. */
  | { readonly as: "flags"; readonly words: Words };

/** Words by value or bit. */
export type Words = readonly (Word | undefined)[];

export const milliseconds: Show = { as: "milliseconds" };
export const identifier: Show = { as: "identifier" };
export const boolean: Show = { as: "boolean" };
export const nullable = (none: number): Show => ({ as: "nullable", none });
/** Words of the values from `first` on; `undefined` for one without. */
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
  /** Bit member: number of its lowest bit and count of bits. One that starts above 0 shares the unit before it. */
  readonly bits?: readonly [first: number, count: number];
  /** A second view of the member above: takes no storage of its own. */
  readonly view?: boolean;
  /** Shown only if all these conditions hold: bits that mean something to whoever picks a variant ({@linkcode pickVariant}). */
  readonly when?: number;
  /** First kernel release that filled it, where the length alone cannot tell or a reader wants to know. */
  readonly since?: string;
  /** Bytes that the structure must have for this row, if more than its own end. */
  readonly needs?: number;
  readonly privilege?: string;
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

/** A member that is shown as `field`, in `unit` (of the output), meaning `meaning`. */
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

/** A member that is not shown: `size` bytes aligned to one. */
export function hidden(member: string, size: number): Row {
  return { storage: size, member, field: "", unit: "", meaning: "" };
}

/** The place of a member in a layout, for tests against a compiler and the kernel's type information. */
export interface MemberPlace {
  readonly member: string;
  readonly offset: number;
  readonly size: number;
  readonly bits: readonly [number, number] | null;
}

/**
 * What a step does. Literal words instead of named numbers: a literal becomes part of the machine code, but a constant of
 * another module would be read again for every field.
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
/** Stands for every value without a word. */
export const UNKNOWN: Word = defineWord("unknown");

/** A row prepared for the walk. */
export interface Step {
  readonly kind: StepKind;
  readonly key: Key;
  readonly offset: number;
  readonly size: number;
  /** Length that the structure must have for this step. */
  readonly needs: number;
  readonly shift: number;
  readonly mask: number;
  readonly none: number;
  readonly words: Words;
  /** Where the number of an unknown word goes; nowhere if it is `key`. */
  readonly raw: Key;
  /** Conditions under which it is taken; 0 for always. */
  readonly when: number;
  /** For kind `flags`: the bits that have a word. */
  readonly known: number;
  /** What the row says of the field; the note of the key is that of whoever defined it first, maybe for another family. */
  readonly note: FieldNote;
}

let layoutCount = 0;

const alignTo = (offset: number, align: number) => Math.ceil(offset / align) * align;

export interface LayoutOptions {
  /** Fields in the order in which they are shown, where that is not the order of the members. */
  readonly order?: readonly string[];
  /** Name that `_extra` is added to; by default that of the enclosing object, or the first field's. */
  readonly extra?: string;
}

/**
 * A C structure whose members are fields of one object (or of the record itself).
 *
 * Places, keys and steps are made at first use, because a run needs few of the structures.
 */
export class Layout {
  /** Number of the layout: a sink keeps what it prepares for one in an array at this index. */
  readonly id: number = layoutCount++;
  /** What {@linkcode pickVariant} has made so far, by conditions. */
  readonly variants: Layout[] = [];
  /**
   * The members as written in the table.
   *
   * @internal
   */
  readonly rows: readonly Row[];
  /**
   * What is special about them.
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
   * @param whole the layout of which this one has the steps whose `conditions` hold; `null` for all of its own rows
   * @param chosen the fields that it has of `whole`, in place of those whose `conditions` hold
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
   * The members and where they lie.
   *
   * @internal
   */
  get members(): readonly MemberPlace[] {
    return (this.#places ??= placeMembers(this.rows)).members;
  }

  /** End of the last member, which may be before the end of the structure. */
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

/** Lays members out by the rules of C. */
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
        meaning: `Number of ${item.field}, only where it holds something that this program has no word for.`,
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
    meaning: "Bytes that this kernel sent behind those that this program knows.",
  });
}

/** The layout with the steps that are taken if exactly the bits of `conditions` hold, so that the walk has none to check. */
export function pickVariant(layout: Layout, conditions: number): Layout {
  const { name, header, object, rows, options } = layout;
  return layout.variants[conditions] ??= new Layout(name, header, object, rows, options, layout, conditions);
}

/**
 * The layout with the steps of some fields only, and with the numbers of unknown words that are among these. Made anew by each
 * call.
 */
export function pickFields(layout: Layout, chosen: (key: Key) => boolean): Layout {
  const { name, header, object, rows, options } = layout;
  return new Layout(name, header, object, rows, options, layout, 0, chosen);
}
