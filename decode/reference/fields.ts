/**
 * The fields that sockets of a family can have, collected from the decoding tables. The field reference, the schema and
 * columns use them.
 */
import { options } from "../lookups/options/option_kinds.ts";
import { ratesOf } from "../lookups/rates.ts";
import { allLookups, type LookupName } from "../lookups/registry.ts";
import type { Attribute, AttributeTable, Payload } from "../netlink/attribute.ts";
import type { Family } from "../families/family.ts";
import { type FieldNote, type Key, keys, type Metric, type Range, type ValueType } from "../record/key.ts";
import { type Layout, type Step, UNKNOWN } from "../record/layout.ts";

/** A field of a family's records, or the element of a list in them. */
export interface Field extends Omit<FieldNote, "metric"> {
  /** Its place in a record. */
  readonly key: Key;
  /** Dotted path, without elements of lists: `md5sig.addr`. */
  readonly path: string;
  /** The first kernel release that sent it, or that sent the object containing it if that is later; `""` if all do. */
  readonly since: string;
  /** The attribute that contains it; `null` for members of the fixed part of a message. */
  readonly attribute: { readonly name: string; readonly number: number } | null;
  /** Whether it can be null: the kernel's "no value". */
  readonly nullable: boolean;
  /** Whether the number only grows, or goes up and down; `null` for numbers that are not quantities, and for all else. */
  readonly metric: Metric | null;
  /** For names: all possible ones in the order of their values; empty if they are not known. */
  readonly words: readonly string[];
  /** For numbers: the smallest and the largest that the kernel can store; the largest is `null` for 64 bits. */
  readonly range: Range | null;
  /** Members of an object in output order; for a list, its element. */
  readonly children: readonly Field[];
}

/** The units of fields and their meanings. */
export const units: ReadonlyMap<string, string> = new Map([
  ["bits", "bits"],
  ["bytes", "bytes"],
  ["bytes/s", "bytes a second"],
  ["ms", "milliseconds"],
  ["us", "microseconds"],
  ["ns", "nanoseconds"],
  ["s", "seconds"],
  ["segments", "TCP segments"],
  ["packets", "packets"],
  ["messages", "messages"],
  ["connections", "connections"],
  ["chunks", "SCTP chunks"],
  ["streams", "SCTP streams"],
  ["frames", "frames of a ring"],
  ["blocks", "blocks of a ring"],
  ["descriptors", "descriptors of a ring"],
  ["pages", "pages of memory"],
  ["instructions", "instructions of a program"],
  ["ticks", "ticks of the kernel's clock (`CONFIG_HZ` a second)"],
  ["us/s", "microseconds a second"],
  ["ms/s", "milliseconds a second"],
  ["segments/s", "TCP segments a second"],
  ["packets/s", "packets a second"],
  ["messages/s", "messages a second"],
  ["chunks/s", "SCTP chunks a second"],
  ["descriptors/s", "descriptors of a ring a second"],
  ["1/s", "times a second"],
  ["1/256", "parts of 256"],
  ["1/1024", "parts of 1024"],
]);

/** The top-level fields of a family in output order. {@linkcode Field.children} has the fields inside them. */
export function fieldTree(family: Family): readonly Field[] {
  let known = trees.get(family);
  if (known === undefined) trees.set(family, known = makeTree(family));
  return known;
}

/** Formats, columns and filters of one run each ask for them. */
const trees = new WeakMap<Family, readonly Field[]>();

function makeTree(family: Family): readonly Field[] {
  const tree = new Tree();
  const { layouts, attributes, keys, first = [] } = family.describe();
  for (const key of first) tree.addKey(key, null);
  for (const layout of layouts) tree.addLayout(layout, null);
  for (const table of attributes) tree.addTable(table);
  const canLookUp = (name: LookupName | null) => family.lookedUp?.includes(name) !== false;
  const added = allLookups.filter(({ name, isFor }) => name !== "rates" && isFor(family) && canLookUp(name));
  for (const key of keys) tree.addKey(key, null);
  for (const lookup of added) {
    const add = () => {
      if (lookup.attributesOf === undefined) lookup.keys.forEach((key) => tree.addKey(key, null));
      else tree.addAttributes(lookup.attributesOf(family));
    };
    if (lookup.object === undefined) add();
    else tree.addLater(lookup.object, add);
  }
  if (canLookUp("rates")) { for (const key of ratesOf(countersIn(tree.roots))) tree.addKey(key, null); }
  return tree.roots;
}

/** The counters among fields, except those in lists, and in options: another field counts the same. */
export const countersIn = (fields: readonly Pick<Field, "key" | "type" | "metric" | "children">[]): readonly Key[] =>
  // The fields of options are made when they are looked at.
  fields.flatMap((field) =>
    field.metric === "counter"
      ? [field.key]
      : field.type === "object" && field.key !== options
      ? countersIn(field.children)
      : []
  );

/** All fields of a family in output order. Objects and lists come before their contents. */
export function fieldsOf(family: Family): readonly Field[] {
  return flatten(fieldTree(family), () => true);
}

/** The same without those in {@linkcode Lookup.object}, unless a lookup that adds some is among `lookups`. */
export function fieldsFor(family: Family, lookups: readonly LookupName[]): readonly Field[] {
  const far = farObjects(lookups);
  return flatten(fieldTree(family), ({ key }) => !far.has(key));
}

/** The objects whose fields none of these lookups adds: there are many, and they are made when they are looked at. */
export function farObjects(lookups: readonly LookupName[]): ReadonlySet<Key> {
  const found = new Set(allLookups.flatMap(({ object }) => object ?? []));
  for (const { name, object } of allLookups) {
    if (object !== undefined && name !== null && lookups.includes(name)) found.delete(object);
  }
  return found;
}

function flatten(fields: readonly Field[], isOpened: (field: Field) => boolean): readonly Field[] {
  return fields.flatMap((field) => [
    ...field.key.name === "" ? [] : [field],
    ...isOpened(field) ? flatten(field.children, isOpened) : [],
  ]);
}

/** A field under construction. */
interface Draft extends Omit<Field, "children"> {
  nullable: boolean;
  words: readonly string[];
  range: Range | null;
  readonly children: Draft[];
}

/** The members of an object that are made when they are looked at. */
class LateMembers {
  readonly #members: Draft[];
  #pending: (() => void)[] = [];

  constructor(members: Draft[]) {
    this.#members = members;
  }

  add(make: () => void): void {
    this.#pending.push(make);
  }

  get members(): Draft[] {
    const pending = this.#pending;
    this.#pending = [];
    for (const make of pending) make();
    return this.#members;
  }
}

/** The possible values of a field. */
interface Values {
  readonly nullable?: boolean;
  readonly words?: readonly string[];
  readonly range?: Range | null;
}

/** Fields by key. If several tables have a key, it is one field with the values of all of them. */
class Tree {
  readonly roots: Draft[] = [];
  readonly #drafts = new Map<Key, Draft>();
  readonly #late = new Map<Key, LateMembers>();

  /** Adds members of an object when somebody looks at them. */
  addLater(object: Key, add: () => void): void {
    let late = this.#late.get(object);
    if (late === undefined) {
      this.addKey(object, null);
      const draft = this.#drafts.get(object)!;
      const made = new LateMembers(draft.children);
      Object.defineProperty(draft, "children", { enumerable: true, get: () => made.members });
      this.#late.set(object, late = made);
    }
    late.add(add);
  }

  addTable(table: AttributeTable): void {
    this.addAttributes(table.attributes);
    const { list, type, hex } = table.unknown;
    this.addKey(list, null);
    this.#add(type, type.note, null, { range: [0, 0x3fff] });
    this.addKey(hex, null);
  }

  addAttributes(attributes: readonly Attribute[]): void {
    for (const attribute of attributes) this.#addPayload(attribute.payload, attribute);
  }

  #addPayload({ key, kind, layout, attributes, keys }: Payload, attribute: Attribute): void {
    if (key !== null) this.#add(key, { ...key.note, source: attribute.name }, attribute);
    for (const inner of keys) this.addKey(inner, attribute);
    if (layout !== null) {
      this.addLayout(layout, attribute);
      // In a list of structures only the next structure follows, so there are no extra bytes.
      if (kind !== "structures" && layout.options.exact !== true) this.#addExtra(layout, attribute);
    }
    if (attributes !== null) this.addTable(attributes);
  }

  #addExtra({ extra, steps, object, name }: Layout, attribute: Attribute): void {
    const { since = "", privilege = "" } = object === extra.parent ? steps[0]?.note ?? {} : {};
    this.#add(extra, { ...extra.note, since, privilege, source: name }, attribute);
  }

  addLayout(layout: Layout, attribute: Attribute | null): void {
    for (const step of layout.steps) {
      this.#add(step.key, step.note, attribute, valuesOf(step));
      if (step.raw === step.key) continue;
      const { since, source, privilege } = step.note;
      this.#add(step.raw, { ...step.raw.note, since, source, privilege }, attribute, { range: rangeOf(step) });
    }
  }

  /** Adds a field that is described only by its key. */
  addKey(key: Key, attribute: Attribute | null): void {
    this.#add(key, key.note.source === "" ? { ...key.note, source: attribute?.name ?? "" } : key.note, attribute);
  }

  #add(key: Key, note: FieldNote, attribute: Attribute | null, values: Values = {}): Draft {
    const { nullable = note.nullable ?? false, words = note.words ?? [], range = note.range ?? null } = values;
    // This comes first: adding a list adds its element too, which may be this key.
    const parent = key.parent === null ? null : this.#drafts.get(key.parent) ??
      this.#add(key.parent, { ...key.parent.note, source: key.parent.note.source || note.source }, attribute);
    const known = this.#drafts.get(key);
    if (known !== undefined) {
      known.nullable ||= nullable;
      known.words = union(known.words, words);
      known.range = widen(known.range, range);
      const element = known.children[0];
      if (element?.key.name === "") element.words = union(element.words, words);
      return known;
    }
    const draft: Draft = {
      ...note,
      type: key.note.type,
      since: note.since || (parent?.since ?? ""),
      privilege: note.privilege || (parent?.privilege ?? ""),
      key,
      path: key.path,
      attribute: attribute === null ? null : { name: attribute.name, number: attribute.number },
      metric: note.metric ?? (isNumber(key.note.type) && note.unit !== "" ? "gauge" : null),
      nullable,
      words,
      range,
      children: [],
    };
    this.#drafts.set(key, draft);
    (parent?.children ?? this.roots).push(draft);
    if (key.note.type === "list") {
      const element = keys.find((candidate) => candidate.parent === key && candidate.name === "");
      if (element !== undefined) this.#add(element, { ...note, type: element.note.type }, attribute, { words, range });
    }
    if (key.hex !== null) {
      const { since, source, privilege } = note;
      this.#add(key.hex, { ...key.hex.note, since, source, privilege }, attribute);
    }
    return draft;
  }
}

const isNumber = (type: ValueType): boolean => type === "integer" || type === "integer64" || type === "decimal";

const union = (some: readonly string[], others: readonly string[]): readonly string[] =>
  [...new Set([...some, ...others])].sort((a, b) => Number(a === UNKNOWN.text) - Number(b === UNKNOWN.text));

/** The smallest range that contains both. */
export function widen(one: Range | null, other: Range | null): Range | null {
  if (one === null || other === null) return one ?? other;
  return [
    Math.min(one[0], other[0]),
    one[1] === null || other[1] === null ? null : Math.max(one[1], other[1]),
  ];
}

function valuesOf(step: Step): Values {
  const words = step.words.flatMap((word) => word === undefined ? [] : [word.text]);
  return {
    nullable: step.kind === "nullable",
    words: step.kind === "enumeration" ? union(words, [UNKNOWN.text]) : words,
    range: step.raw === step.key ? rangeOf(step) : null,
  };
}

/** The range of numbers that a member can store; `null` if it is not shown as a number. */
function rangeOf(step: Step): Range | null {
  switch (step.kind) {
    case "s32":
      return [-0x80000000, 0x7fffffff];
    case "u64":
      return [0, null];
    case "milliseconds":
      return [0, 0xffffffff / 1000];
    case "u8":
    case "u16":
    case "u32":
    case "bits":
    case "port":
    case "nullable":
    case "enumeration":
    case "flags":
      return [0, step.mask === -1 ? 2 ** (8 * step.size) - 1 : step.mask >>> 0];
    case "identifier":
    case "boolean":
    case "address":
      return null;
  }
}
