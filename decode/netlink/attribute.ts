/**
 * Netlink attributes as tables, and the walk over a block of them; mirrors `linux/netlink.h` (`struct nlattr`).
 */
import { DecodeError } from "../kernel/errors.ts";
import { defineElement, defineKey, type Key } from "../record/key.ts";
import { defineLayout, type Layout, type Row, row, type RowOptions } from "../record/layout.ts";
import type { RecordSink } from "../record/record_sink.ts";
import { isUtf8 } from "../text/utf8.ts";
import { writeExtra } from "../record/walk_layout.ts";
import type { NumberReader } from "./number_reader.ts";
import type { FieldChoice } from "../record/field_choice.ts";

export const NLA_HDRLEN = 4;
/** Number of an attribute without the flags NLA_F_NESTED and NLA_F_NET_BYTEORDER. */
export const NLA_TYPE_MASK = 0x3fff;

/** Next multiple of 4: where the next message or attribute starts. */
export const align4 = (length: number): number => (length + 3) & ~3;

/** Kinds of payloads; see the functions below. They are literals for the same reason as `StepKind`. */
type PayloadKind =
  | "structure"
  | "inline"
  | "structures"
  | "text"
  | "bytes"
  | "present"
  | "nest"
  | "inlineNest"
  | "nests"
  | "custom"
  | "filler";

/** Pushes a payload that no other kind describes. */
export type PayloadWriter = (
  view: DataView,
  bytes: Uint8Array,
  start: number,
  end: number,
  sink: RecordSink,
) => void;

/** The payload of an attribute. All kinds have the same properties, which makes reading them fast. */
export interface Payload {
  readonly kind: PayloadKind;
  /** The field for the payload; `null` if its members become fields of the enclosing object. */
  readonly key: Key | null;
  readonly layout: Layout | null;
  readonly attributes: AttributeTable | null;
  readonly write: PayloadWriter | null;
  /** Other fields that `write` pushes. */
  readonly keys: readonly Key[];
  /** Structures whose members `write` pushes; the family describes them elsewhere. */
  readonly parts: readonly Layout[];
}

const payload = (
  kind: PayloadKind,
  key: Key | null,
  layout: Layout | null,
  attributes: AttributeTable | null,
  write: PayloadWriter | null = null,
  keys: readonly Key[] = [],
  parts: readonly Layout[] = [],
): Payload => ({
  kind,
  key,
  layout,
  attributes,
  write,
  keys,
  parts,
});

/** A structure as the object `key`. */
export const structure = (key: Key, layout: Layout): Payload => payload("structure", key, layout, null);
/** A structure whose members become fields of the enclosing object. It usually has one member. */
export const inline = (layout: Layout): Payload => payload("inline", null, layout, null);
/** Structures back to back, as a list of objects; the layout is that of the list's element. */
export const structures = (list: Key, layout: Layout): Payload => payload("structures", list, layout, null);
/** A string, up to the first NUL or the end of the payload. */
export const text = (key: Key): Payload => payload("text", key, null, null);
export const rawBytes = (key: Key): Payload => payload("bytes", key, null, null);
/** No payload: its presence is the value. */
export const present = (key: Key): Payload => payload("present", key, null, null);
/** Nested attributes, as the object `key`. */
export const nest = (key: Key, attributes: AttributeTable): Payload => payload("nest", key, null, attributes);
/** Nested attributes whose fields become fields of the enclosing object. */
export const inlineNest = (attributes: AttributeTable): Payload => payload("inlineNest", null, null, attributes);
/** Attributes that each hold attributes, as a list of objects. */
export const nests = (list: Key, attributes: AttributeTable): Payload => payload("nests", list, null, attributes);
/** A payload that `write` decodes into the field `key`, the fields `keys` and members of `parts`. */
export const custom = (
  key: Key,
  write: PayloadWriter,
  keys: readonly Key[] = [],
  parts: readonly Layout[] = [],
): Payload => payload("custom", key, null, null, write, keys, parts);
/** A payload without information, or with nothing new. */
export const filler: Payload = payload("filler", null, null, null);

/** The request bits that ask for attributes, by the number of the attribute. */
export type AskingBits = Readonly<Record<number, number>>;

/**
 * The request bits for the attributes that may contain wanted fields. Without a choice, or if unknown attributes are
 * wanted, all bits.
 */
export function bitsFor(bits: AskingBits, makeTable: () => AttributeTable, wanted?: FieldChoice): number {
  const all = Object.values(bits).reduce((mask, bit) => mask | bit, 0);
  if (wanted === undefined) return all;
  const { attributes, unknown } = makeTable();
  if (wanted(unknown.list)) return all;
  return attributes.reduce(
    (mask, { payload, number }) => carries(payload, wanted) ? mask | (bits[number] ?? 0) : mask,
    0,
  );
}

function carries({ key, keys, layout, parts, attributes }: Payload, wanted: FieldChoice): boolean {
  const layouts = layout === null ? parts : [layout, ...parts];
  const members = layouts.flatMap(({ extra, steps }) => [extra, ...steps.flatMap(({ key, raw }) => [key, raw])]);
  const all = [...key === null ? [] : [key], ...keys, ...members];
  if (all.some((one) => wanted(one) || one.hex !== null && wanted(one.hex))) return true;
  return attributes !== null &&
    (wanted(attributes.unknown.list) || attributes.attributes.some(({ payload }) => carries(payload, wanted)));
}

export interface Attribute {
  readonly number: number;
  /** Name in the header. */
  readonly name: string;
  readonly payload: Payload;
}

/** An attribute that carries one number, as a field of the record or of the object `parent`. */
export function scalar(
  number: number,
  name: string,
  storage: "u8" | "u16" | "u32" | "s32" | "u64",
  field: string,
  meaning: string,
  options: RowOptions & { readonly unit?: string; readonly parent?: Key; readonly exact?: boolean } = {},
): Attribute {
  const { unit = "", parent = null, exact = false } = options;
  const member: Row = row(storage, name, field, unit, meaning, options);
  return {
    number,
    name,
    payload: inline(defineLayout(name, "", parent, [member], { extra: field, exact })),
  };
}

/** The fields for attributes without a row in the table. */
interface UnknownKeys {
  readonly list: Key;
  readonly element: Key;
  readonly type: Key;
  readonly hex: Key;
}

/** The attributes of one block, in the order in which they are shown. */
export class AttributeTable {
  /** Used during a walk: start and end of the payload of each attribute number; 0 if it is absent. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** Used during a walk: offsets of the attributes without a row in the table. */
  readonly unknownAttributes: number[] = [];
  #unknown: UnknownKeys | null = null;

  constructor(
    readonly object: Key | null,
    readonly attributes: readonly Attribute[],
    readonly unknownName: string,
  ) {
    let count = 0;
    for (const { number } of attributes) count = Math.max(count, number + 1);
    this.starts = new Int32Array(count);
    this.ends = new Int32Array(count);
  }

  /** Made at first use: kernels seldom send unknown attributes. */
  get unknown(): UnknownKeys {
    return this.#unknown ??= defineUnknown(this.object, this.unknownName);
  }
}

function defineUnknown(object: Key | null, name: string): UnknownKeys {
  const list = defineKey(object, name, {
    type: "list",
    meaning: "Attributes that the kernel sent and this program does not know.",
    source: "nlattr",
  });
  const element = defineElement(list, "object");
  return {
    list,
    element,
    type: defineKey(element, "type", {
      type: "integer",
      meaning: "Number of an attribute that this program does not know.",
      source: "nlattr.nla_type",
    }),
    hex: defineKey(element, "hex", {
      type: "hex",
      meaning: "Payload of an attribute that this program does not know, byte by byte.",
      source: "nlattr",
    }),
  };
}

/**
 * Defines the attributes of the record or of the object `object`.
 *
 * @param unknown the field for attributes without a row; tables that share one object need different names
 */
export const defineAttributes = (
  object: Key | null,
  attributes: readonly Attribute[],
  unknown = "unknown",
): AttributeTable => new AttributeTable(object, attributes, unknown);

/**
 * Pushes the attributes between `start` and `end` in the order of the table. If an attribute occurs twice, the last one
 * counts, as in the kernel's own parser.
 *
 * @throws {DecodeError} if a length does not fit
 */
export function walkAttributes(
  table: AttributeTable,
  view: DataView,
  bytes: Uint8Array,
  start: number,
  end: number,
  sink: RecordSink,
): void {
  const { starts, ends, unknownAttributes, attributes } = table;
  unknownAttributes.length = 0;
  /** Number of attributes that were found and not pushed yet. */
  let pending = 0;
  for (let at = start; end - at >= NLA_HDRLEN;) {
    const length = view.getUint16(at, true);
    if (length < NLA_HDRLEN || length > end - at) {
      starts.fill(0);
      throw new DecodeError(`attribute of length ${length}`, at);
    }
    const number = view.getUint16(at + 2, true) & NLA_TYPE_MASK;
    if (number < starts.length) {
      if (starts[number] === 0) pending++;
      starts[number] = at + NLA_HDRLEN;
      ends[number] = at + length;
    } else {
      unknownAttributes.push(at);
    }
    at += align4(length);
  }
  for (let i = 0; i < attributes.length && pending > 0; i++) {
    const attribute = attributes[i]!;
    const from = starts[attribute.number]!;
    if (from === 0) continue;
    // `starts` must be all 0 when the walk ends or fails.
    starts[attribute.number] = 0;
    pending--;
    try {
      writePayload(attribute.payload, view, bytes, from, ends[attribute.number]!, sink);
    } catch (error) {
      starts.fill(0);
      throw error;
    }
  }
  // The rest are numbers that are below the highest known one and have no row.
  for (let number = 0; pending > 0; number++) {
    if (starts[number] === 0) continue;
    unknownAttributes.push(starts[number]! - NLA_HDRLEN);
    starts[number] = 0;
    pending--;
  }
  if (unknownAttributes.length > 0) writeUnknown(table, view, bytes, sink);
}

/**
 * Start of the attribute `number` between `start` and `end`; -1 if it is absent. If it occurs twice, the last one
 * counts, as in {@linkcode walkAttributes}.
 *
 * @throws {DecodeError} if a length does not fit
 */
export function findAttribute(view: DataView, start: number, end: number, number: number): number {
  let found = -1;
  for (let at = start; end - at >= NLA_HDRLEN;) {
    const length = view.getUint16(at, true);
    if (length < NLA_HDRLEN || length > end - at) throw new DecodeError(`attribute of length ${length}`, at);
    if ((view.getUint16(at + 2, true) & NLA_TYPE_MASK) === number) found = at;
    at += align4(length);
  }
  return found;
}

/**
 * Start of the payload of the attribute `number` between `start` and `end`; -1 if it is absent or shorter than `size`.
 *
 * @throws {DecodeError} if a length does not fit
 */
export function findPayload(view: DataView, start: number, end: number, number: number, size: number): number {
  const at = findAttribute(view, start, end, number);
  return at < 0 || view.getUint16(at, true) < NLA_HDRLEN + size ? -1 : at + NLA_HDRLEN;
}

/** End of the payload that starts at `start`. */
export const payloadEnd = (view: DataView, start: number): number =>
  start - NLA_HDRLEN + view.getUint16(start - NLA_HDRLEN, true);

/**
 * Calls `visit` with the payload of each attribute between `start` and `end`, and its number.
 *
 * @throws {DecodeError} if a length does not fit
 */
export function walkNested(
  view: DataView,
  start: number,
  end: number,
  visit: (start: number, end: number, number: number) => void,
): void {
  for (let at = start; end - at >= NLA_HDRLEN;) {
    const length = view.getUint16(at, true);
    if (length < NLA_HDRLEN || length > end - at) throw new DecodeError(`attribute of length ${length}`, at);
    visit(at + NLA_HDRLEN, at + length, view.getUint16(at + 2, true) & NLA_TYPE_MASK);
    at += align4(length);
  }
}

/**
 * Reads the first 32 bits of an attribute after a fixed part of `body` bytes; `none` if it is absent or shorter. The
 * lengths of the attributes must be valid.
 */
export const numberInAttribute = (body: number, number: number, none: number): NumberReader => (view, start, end) => {
  const at = findAttribute(view, start + body, end, number);
  return at < 0 || view.getUint16(at, true) < NLA_HDRLEN + 4 ? none : view.getUint32(at + NLA_HDRLEN, true);
};

/** Pushes the payload from `start` to `end`. */
export function writePayload(
  payload: Payload,
  view: DataView,
  bytes: Uint8Array,
  start: number,
  end: number,
  sink: RecordSink,
): void {
  switch (payload.kind) {
    case "structure":
      sink.openObject(payload.key!);
      sink.structure(payload.layout!, view, bytes, start, end);
      sink.closeObject(payload.key!);
      return writeExtra(payload.layout!, bytes, start, end, sink);
    case "inline":
      sink.structure(payload.layout!, view, bytes, start, end);
      return writeExtra(payload.layout!, bytes, start, end, sink);
    case "structures":
      return writeStructures(payload.key!, payload.layout!, view, bytes, start, end, sink);
    case "text": {
      let stop = start;
      while (stop < end && bytes[stop] !== 0) stop++;
      return writeText(payload.key!, bytes, start, stop, sink);
    }
    case "bytes":
      return sink.hex(payload.key!, bytes, start, end);
    case "present":
      return sink.boolean(payload.key!, true);
    case "nest":
      sink.openObject(payload.key!);
      walkAttributes(payload.attributes!, view, bytes, start, end, sink);
      return sink.closeObject(payload.key!);
    case "inlineNest":
      return walkAttributes(payload.attributes!, view, bytes, start, end, sink);
    case "nests":
      return writeNests(payload.key!, payload.attributes!, view, bytes, start, end, sink);
    case "custom":
      return payload.write!(view, bytes, start, end, sink);
  }
}

/** Pushes text from outside, and its exact bytes beside it if they are not valid UTF-8. */
export function writeText(key: Key, bytes: Uint8Array, start: number, end: number, sink: RecordSink): void {
  sink.text(key, bytes, start, end);
  if (key.hex !== null && !isUtf8(bytes, start, end)) sink.hex(key.hex, bytes, start, end);
}

function writeStructures(
  list: Key,
  layout: Layout,
  view: DataView,
  bytes: Uint8Array,
  start: number,
  end: number,
  sink: RecordSink,
): void {
  const element = layout.object!;
  sink.openList(list);
  for (let at = start; end - at >= layout.size; at += layout.size) {
    sink.openObject(element);
    sink.structure(layout, view, bytes, at, at + layout.size);
    sink.closeObject(element);
  }
  sink.closeList(list);
}

function writeNests(
  list: Key,
  attributes: AttributeTable,
  view: DataView,
  bytes: Uint8Array,
  start: number,
  end: number,
  sink: RecordSink,
): void {
  const element = attributes.object!;
  sink.openList(list);
  for (let at = start; end - at >= NLA_HDRLEN;) {
    const length = view.getUint16(at, true);
    if (length < NLA_HDRLEN || length > end - at) throw new DecodeError(`attribute of length ${length}`, at);
    sink.openObject(element);
    walkAttributes(attributes, view, bytes, at + NLA_HDRLEN, at + length, sink);
    sink.closeObject(element);
    at += align4(length);
  }
  sink.closeList(list);
}

function writeUnknown(table: AttributeTable, view: DataView, bytes: Uint8Array, sink: RecordSink): void {
  const { list, element, type, hex } = table.unknown;
  sink.openList(list);
  for (const at of table.unknownAttributes) {
    sink.openObject(element);
    sink.integer(type, view.getUint16(at + 2, true) & NLA_TYPE_MASK);
    sink.hex(hex, bytes, at + NLA_HDRLEN, at + view.getUint16(at, true));
    sink.closeObject(element);
  }
  sink.closeList(list);
}
