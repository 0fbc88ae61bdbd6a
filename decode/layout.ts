/**
 * Layouts: C structures as tables of rows, and the walk that turns the bytes of one into events.
 *
 * Numbers are in the byte order of the machine that made them, little endian on every system supported, except
 * where a row says network order (`be16`, `address`). Offsets follow from the order of the rows by the rules of C.
 */
import { DecodeError } from "./errors.ts";
import { defineElement, defineKey, type Key, type ValueType } from "./key.ts";
import type { RecordSink } from "./record_sink.ts";

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
  | { readonly as: "enumeration"; readonly words: readonly (string | undefined)[] }
  /** The words of the bits that are set; other bits make the whole number appear in `<field>_raw`. */
  | { readonly as: "flags"; readonly words: readonly (string | undefined)[] };

export const milliseconds: Show = { as: "milliseconds" };
export const identifier: Show = { as: "identifier" };
export const boolean: Show = { as: "boolean" };
export const nullable = (none: number): Show => ({ as: "nullable", none });
export const enumeration = (words: readonly (string | undefined)[]): Show => ({ as: "enumeration", words });
export const flags = (words: readonly (string | undefined)[]): Show => ({ as: "flags", words });

/** Words of consecutive values from `first` on. */
export const wordsFrom = (first: number, words: readonly string[]): readonly (string | undefined)[] => [
  ...new Array<undefined>(first).fill(undefined),
  ...words,
];

export interface RowOptions {
  readonly show?: Show;
  /** Bit member: number of its lowest bit and count of bits. One that starts above 0 shares the unit before it. */
  readonly bits?: readonly [first: number, count: number];
  /** A second view of the member above: takes no storage of its own. */
  readonly again?: boolean;
  /** Shown only if this holds for the structure at `start`. */
  readonly when?: (view: DataView, start: number) => boolean;
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

/** Where a member of a layout lies, for tests against a compiler and the kernel's type information. */
export interface MemberPlace {
  readonly member: string;
  readonly offset: number;
  readonly size: number;
  readonly bits: readonly [number, number] | null;
}

const INTEGER_U8 = 0;
const INTEGER_U16 = 1;
const INTEGER_U32 = 2;
const INTEGER_S32 = 3;
const INTEGER_U64 = 4;
const MILLISECONDS = 5;
const IDENTIFIER = 6;
const BOOLEAN = 7;
const NULLABLE = 8;
const ENUMERATION = 9;
const FLAGS = 10;
const PORT = 11;
const ADDRESS = 12;

const AF_INET = 2;
const AF_INET6 = 10;
const noWords: readonly (string | undefined)[] = [];

/** A row made ready for the walk. */
interface Step {
  readonly kind: number;
  readonly key: Key;
  readonly offset: number;
  readonly size: number;
  /** Length that the structure must have for this step. */
  readonly needs: number;
  readonly shift: number;
  readonly mask: number;
  readonly none: number;
  readonly words: readonly (string | undefined)[];
  /** Element of the list of words, for flags. */
  readonly element: Key;
  /** Where the number of an unknown word goes. */
  readonly raw: Key;
  readonly when: ((view: DataView, start: number) => boolean) | null;
}

/** A C structure whose members are fields of one object (or of the record itself). */
export interface Layout {
  /** Name of the C structure, and the header that defines it. */
  readonly name: string;
  readonly header: string;
  /** Size in bytes of the newest form that is known. */
  readonly size: number;
  readonly members: readonly MemberPlace[];
  readonly steps: readonly Step[];
  /** Where bytes behind the known structure go: `<name>_extra`. */
  readonly extra: Key;
  offsetOf(member: string): number;
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

function stepKind(storage: Storage, show: Show): number {
  switch (show.as) {
    case "milliseconds":
      return MILLISECONDS;
    case "identifier":
      return IDENTIFIER;
    case "boolean":
      return BOOLEAN;
    case "nullable":
      return NULLABLE;
    case "enumeration":
      return ENUMERATION;
    case "flags":
      return FLAGS;
  }
  switch (storage) {
    case "u8":
      return INTEGER_U8;
    case "u16":
      return INTEGER_U16;
    case "u32":
      return INTEGER_U32;
    case "s32":
      return INTEGER_S32;
    case "u64":
    case "u32x2":
      return INTEGER_U64;
    case "be16":
      return PORT;
    case "address":
      return ADDRESS;
  }
}

const alignTo = (offset: number, align: number) => Math.ceil(offset / align) * align;

export interface LayoutOptions {
  /** Fields in the order in which they are shown, where that is not the order of the members. */
  readonly order?: readonly string[];
  /** Name that `_extra` is added to; by default that of the enclosing object, or the first field's. */
  readonly extra?: string;
}

/**
 * Defines a layout.
 *
 * @param object the object whose fields the members are; `null` for the record itself
 * @param inline true if the members are fields beside others of `object` rather than an object of their own
 */
export function defineLayout(
  name: string,
  header: string,
  object: Key | null,
  rows: readonly Row[],
  options: LayoutOptions = {},
): Layout {
  const members: MemberPlace[] = [];
  const steps: Step[] = [];
  let offset = 0;
  let unit = 0;
  let widest = 1;
  for (const item of rows) {
    const { size, align } = typeof item.storage === "number" ? { size: item.storage, align: 1 } : STORAGE[item.storage];
    const shares = item.again === true || (item.bits !== undefined && item.bits[0] > 0);
    if (!shares) {
      unit = alignTo(offset, align);
      offset = unit + size;
      widest = Math.max(widest, align);
    }
    if (item.again !== true) members.push({ member: item.member, offset: unit, size, bits: item.bits ?? null });
    if (item.field === "" || typeof item.storage === "number") continue;
    const show = item.show ?? { as: "integer" };
    const source = name === item.member ? name : `${name}.${item.member}`;
    const note = {
      unit: item.unit,
      meaning: item.meaning,
      since: item.since ?? "",
      source,
      privilege: item.privilege ?? "",
    };
    const key = defineKey(object, item.field, { ...note, type: valueType(item.storage, show) });
    const named = show.as === "enumeration" || show.as === "flags";
    steps.push({
      kind: stepKind(item.storage, show),
      key,
      offset: unit,
      size,
      needs: Math.max(unit + size, item.needs ?? 0),
      shift: item.bits?.[0] ?? 0,
      mask: item.bits === undefined ? 0xffffffff : 2 ** item.bits[1] - 1,
      none: show.as === "nullable" ? show.none : 0,
      words: named ? show.words : noWords,
      element: show.as === "flags" ? defineElement(key, "name") : key,
      raw: named
        ? defineKey(object, `${item.field}_raw`, {
          ...note,
          type: "integer",
          meaning: `Number of ${item.field}, only where it holds something that this program has no word for.`,
        })
        : key,
      when: item.when ?? null,
    });
  }
  const order = options.order;
  if (order !== undefined) steps.sort((a, b) => order.indexOf(a.key.name) - order.indexOf(b.key.name));
  const size = alignTo(offset, widest);
  const first = steps[0]?.key.name ?? name;
  return {
    name,
    header,
    size,
    members,
    steps,
    extra: options.extra === undefined && object !== null && object.name !== ""
      ? defineExtra(object.parent, object.name, name)
      : defineExtra(object, options.extra ?? first, name),
    offsetOf(member) {
      const place = members.find((candidate) => candidate.member === member);
      if (place === undefined) throw new TypeError(`struct ${name} has no member ${member}`);
      return place.offset;
    },
  };
}

function defineExtra(parent: Key | null, name: string, source: string): Key {
  return defineKey(parent, `${name}_extra`, {
    type: "hex",
    source,
    meaning: `Bytes that this kernel sent behind the part of struct ${source} that this program knows.`,
  });
}

/** Pushes the members of the structure at `start` that lie before `end`; one that is cut ends it early. */
export function walkLayout(
  layout: Layout,
  view: DataView,
  bytes: Uint8Array,
  start: number,
  end: number,
  sink: RecordSink,
): void {
  const steps = layout.steps;
  const length = end - start;
  for (let i = 0; i < steps.length; i++) {
    const step = steps[i]!;
    if (step.needs > length) continue;
    if (step.when !== null && !step.when(view, start)) continue;
    const at = start + step.offset;
    switch (step.kind) {
      case INTEGER_U32:
        sink.integer(step.key, ((view.getUint32(at, true) >>> step.shift) & step.mask) >>> 0);
        break;
      case INTEGER_U8:
        sink.integer(step.key, (bytes[at]! >>> step.shift) & step.mask);
        break;
      case INTEGER_U64:
        sink.integer64(step.key, view.getUint32(at, true), view.getUint32(at + 4, true));
        break;
      case MILLISECONDS:
        sink.thousandths(step.key, view.getUint32(at, true));
        break;
      case INTEGER_U16:
        sink.integer(step.key, view.getUint16(at, true));
        break;
      case INTEGER_S32:
        sink.integer(step.key, view.getInt32(at, true));
        break;
      case PORT:
        sink.integer(step.key, view.getUint16(at, false));
        break;
      case IDENTIFIER:
        sink.identifier(step.key, view.getUint32(at, true), view.getUint32(at + 4, true));
        break;
      case BOOLEAN:
        sink.boolean(step.key, readMember(step, view, at) !== 0);
        break;
      case NULLABLE: {
        const value = readMember(step, view, at);
        if (value === step.none) sink.null(step.key);
        else sink.integer(step.key, value);
        break;
      }
      case ENUMERATION:
        writeEnumeration(step, readMember(step, view, at), sink);
        break;
      case FLAGS:
        writeFlags(step, readMember(step, view, at), sink);
        break;
      case ADDRESS:
        writeAddress(step, bytes, start, at, sink);
        break;
    }
  }
}

/** Pushes what lies behind the known part of the structure, if anything. */
export function writeExtra(layout: Layout, bytes: Uint8Array, start: number, end: number, sink: RecordSink): void {
  if (end - start > layout.size) sink.hex(layout.extra, bytes, start + layout.size, end);
}

function readMember(step: Step, view: DataView, at: number): number {
  const value = step.size === 1
    ? view.getUint8(at)
    : step.size === 2
    ? view.getUint16(at, true)
    : view.getUint32(at, true);
  return ((value >>> step.shift) & step.mask) >>> 0;
}

function writeEnumeration(step: Step, value: number, sink: RecordSink): void {
  const word = step.words[value];
  if (word !== undefined) return sink.name(step.key, word);
  sink.name(step.key, "unknown");
  sink.integer(step.raw, value);
}

function writeFlags(step: Step, value: number, sink: RecordSink): void {
  sink.openList(step.key);
  let rest = value;
  for (let bit = 0; bit < step.words.length && rest !== 0; bit++) {
    const word = step.words[bit];
    if (word === undefined || (value >>> bit & 1) === 0) continue;
    sink.name(step.element, word);
    rest &= ~(1 << bit);
  }
  sink.closeList(step.key);
  if (rest !== 0) sink.integer(step.raw, value);
}

function writeAddress(step: Step, bytes: Uint8Array, start: number, at: number, sink: RecordSink): void {
  const family = bytes[start];
  if (family === AF_INET6) sink.address(step.key, true, bytes, at);
  else if (family === AF_INET) sink.address(step.key, false, bytes, at);
  else throw new DecodeError(`address family ${family} where an IP address is expected`, start);
}
