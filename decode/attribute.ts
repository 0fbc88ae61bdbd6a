/**
 * Netlink attributes as tables, and the walk over a block of them; mirrors `linux/netlink.h` (`struct nlattr`).
 */
import { DecodeError } from "./errors.ts";
import { defineElement, defineKey, type FieldNote, type Key } from "./key.ts";
import { type Layout, walkLayout, writeExtra } from "./layout.ts";
import type { RecordSink } from "./record_sink.ts";
import { isUtf8 } from "./utf8.ts";

export const NLA_HDRLEN = 4;
/** Number of an attribute without the flags NLA_F_NESTED and NLA_F_NET_BYTEORDER. */
export const NLA_TYPE_MASK = 0x3fff;

/** Next multiple of 4: where the next message or attribute starts. */
export const align4 = (length: number): number => (length + 3) & ~3;

/** What an attribute carries. */
export type Payload =
  /** A structure as an object. */
  | { readonly object: Key; readonly layout: Layout }
  /** A structure, mostly of one member, whose members are fields beside the others. */
  | { readonly layout: Layout }
  /** Structures back to back, as a list of objects; the layout belongs to the element of the list. */
  | { readonly list: Key; readonly of: Layout }
  /** A string that ends at the first NUL or at the end of the payload. */
  | { readonly text: Key }
  | { readonly bytes: Key }
  /** No payload: being there is the value. */
  | { readonly present: Key }
  /** Attributes within, as an object. */
  | { readonly object: Key; readonly attributes: AttributeTable }
  /** Attributes that each hold attributes, as a list of objects. */
  | { readonly list: Key; readonly attributes: AttributeTable }
  /** Filler of the kernel that means nothing. */
  | { readonly filler: true };

export interface Attribute {
  readonly number: number;
  /** Name in the header. */
  readonly name: string;
  readonly payload: Payload;
}

/** The attributes of one block, in the order in which they are shown. */
export interface AttributeTable {
  readonly attributes: readonly Attribute[];
  /** Walk's notes: where the payload of each number starts and ends, 0 for not there. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** Walk's notes: offsets of the attributes that the table does not have. */
  readonly strangers: number[];
  readonly unknown: { readonly list: Key; readonly element: Key; readonly type: Key; readonly hex: Key };
}

/** Defines the attributes that may stand in the record, or in the object `object`. */
export function defineAttributes(object: Key | null, attributes: readonly Attribute[]): AttributeTable {
  const count = Math.max(...attributes.map((attribute) => attribute.number)) + 1;
  const list = defineKey(object, "unknown", {
    type: "list",
    meaning: "Attributes that this kernel sent and this program does not know.",
  });
  const element = defineElement(list, "object");
  return {
    attributes,
    starts: new Int32Array(count),
    ends: new Int32Array(count),
    strangers: [],
    unknown: {
      list,
      element,
      type: defineKey(element, "type", { type: "integer", meaning: "Number of the attribute." }),
      hex: defineKey(element, "hex", { type: "hex", meaning: "Its payload." }),
    },
  };
}

/** A field that an attribute carries, with its documentation. */
export function defineAttributeKey(
  parent: Key | null,
  name: string,
  source: string,
  note: Partial<FieldNote> & Pick<FieldNote, "type" | "meaning">,
): Key {
  return defineKey(parent, name, { ...note, source });
}

/**
 * Pushes the attributes between `start` and `end`, in the order of the table. Of an attribute that stands there twice
 * the last one counts, as in the kernel's own parser.
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
  const { starts, ends, strangers, attributes } = table;
  starts.fill(0);
  strangers.length = 0;
  for (let at = start; end - at >= NLA_HDRLEN;) {
    const length = view.getUint16(at, true);
    if (length < NLA_HDRLEN || length > end - at) throw new DecodeError(`attribute of length ${length}`, at);
    const number = view.getUint16(at + 2, true) & NLA_TYPE_MASK;
    if (number < starts.length) {
      starts[number] = at + NLA_HDRLEN;
      ends[number] = at + length;
    } else {
      strangers.push(at);
    }
    at += align4(length);
  }
  for (let i = 0; i < attributes.length; i++) {
    const attribute = attributes[i]!;
    const from = starts[attribute.number]!;
    if (from === 0) continue;
    starts[attribute.number] = 0;
    writePayload(attribute.payload, view, bytes, from, ends[attribute.number]!, sink);
  }
  // What is left in `starts` are numbers below the highest known one that have no row.
  for (let number = 0; number < starts.length; number++) {
    if (starts[number]! !== 0) strangers.push(starts[number]! - NLA_HDRLEN);
  }
  if (strangers.length > 0) writeStrangers(table, view, bytes, sink);
}

function writePayload(
  payload: Payload,
  view: DataView,
  bytes: Uint8Array,
  start: number,
  end: number,
  sink: RecordSink,
): void {
  if ("layout" in payload) {
    const object = "object" in payload ? payload.object : null;
    if (object !== null) sink.openObject(object);
    walkLayout(payload.layout, view, bytes, start, end, sink);
    if (object !== null) sink.closeObject(object);
    writeExtra(payload.layout, bytes, start, end, sink);
  } else if ("text" in payload) {
    const nul = bytes.indexOf(0, start);
    writeText(payload.text, bytes, start, nul < 0 || nul > end ? end : nul, sink);
  } else if ("of" in payload) {
    writeStructures(payload.list, payload.of, view, bytes, start, end, sink);
  } else if ("attributes" in payload) {
    if ("object" in payload) {
      sink.openObject(payload.object);
      walkAttributes(payload.attributes, view, bytes, start, end, sink);
      sink.closeObject(payload.object);
    } else {
      writeNests(payload.list, payload.attributes, view, bytes, start, end, sink);
    }
  } else if ("bytes" in payload) {
    sink.hex(payload.bytes, bytes, start, end);
  } else if ("present" in payload) {
    sink.boolean(payload.present, true);
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
  const element = elementOf(layout);
  sink.openList(list);
  for (let at = start; end - at >= layout.size; at += layout.size) {
    sink.openObject(element);
    walkLayout(layout, view, bytes, at, at + layout.size, sink);
    sink.closeObject(element);
  }
  sink.closeList(list);
}

/** The list element whose fields the members of `layout` are. */
function elementOf(layout: Layout): Key {
  return layout.steps[0]!.key.parent!;
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
  const element = attributes.unknown.list.parent!;
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

function writeStrangers(table: AttributeTable, view: DataView, bytes: Uint8Array, sink: RecordSink): void {
  const { list, element, type, hex } = table.unknown;
  sink.openList(list);
  for (const at of table.strangers) {
    sink.openObject(element);
    sink.integer(type, view.getUint16(at + 2, true) & NLA_TYPE_MASK);
    sink.hex(hex, bytes, at + NLA_HDRLEN, at + view.getUint16(at, true));
    sink.closeObject(element);
  }
  sink.closeList(list);
}
