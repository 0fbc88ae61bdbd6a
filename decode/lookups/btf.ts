/**
 * Reads types of C data in the BPF Type Format, as far as needed to find the members of a value. Mirrors `linux/btf.h`.
 */
import {
  BTF_KIND_ARRAY,
  BTF_KIND_ENUM,
  BTF_KIND_ENUM64,
  BTF_KIND_FLOAT,
  BTF_KIND_INT,
  BTF_KIND_PTR,
  BTF_KIND_STRUCT,
  BTF_KIND_UNION,
  COMPOUNDS,
  ENUMERATOR_SIZE,
  MEMBER_SIZE,
  readSections,
  TAIL_SIZES,
  TYPE_SIZE,
  WIDE_ENUMERATOR_SIZE,
  WRAPPERS,
} from "./btf_types.ts";
import { DecodeError } from "../kernel/errors.ts";

const POINTER_BITS = 64;
/** Nesting limit, above the kernel's own. */
const MAX_DEPTH = 64;
/** Limit for the members of one value, containers included. */
const MAX_PARTS = 16384;

const BTF_INT_SIGNED = 1;
const BTF_INT_BOOL = 4;

/** A name for a value. The value is two signed 32-bit halves. */
export interface Enumerator {
  readonly name: Uint8Array;
  readonly low: number;
  readonly high: number;
}

/** How to interpret the bits of a member. */
export type MemberKind = "signed" | "unsigned" | "boolean" | "pointer" | "float" | "wide" | "text" | "bytes";

/** A member of a value that has no members of its own. */
export interface BtfMember {
  /** Path of the member in C syntax, `peer.ports[2]`, in UTF-8; empty if the value has no members. */
  readonly name: Uint8Array;
  readonly kind: MemberKind;
  /**
   * First bit in the value, and count of bits. Everything but numbers of at most 64 bits starts and ends on a byte boundary.
   */
  readonly bit: number;
  readonly bits: number;
  /** Names of its values. */
  readonly enumerators: readonly Enumerator[];
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** `struct btf_type` at an offset. */
interface Type {
  readonly at: number;
  readonly kind: number;
  /** Count of members or enumerators. */
  readonly count: number;
  readonly kindFlag: boolean;
  /** Size in bytes, or the number of another type. */
  readonly sizeOrType: number;
}

/**
 * The members of a value of the type `type`, in declaration order.
 *
 * @param bytes the whole BTF object, as BPF_OBJ_GET_INFO_BY_FD returns it
 * @param size bytes of the value
 * @throws {DecodeError} if the bytes are not BTF or are of a newer kind, or if there are too many members
 */
export const membersOf = (bytes: Uint8Array, type: number, size: number): readonly BtfMember[] =>
  new Btf(bytes).membersOf(type, size);

class Btf {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  /** Offsets of the types by number. Type 0 is `void`. */
  readonly #types: number[] = [0];
  readonly #strings: number;
  readonly #stringsEnd: number;
  /** By offset of the type. */
  readonly #named = new Map<number, readonly Enumerator[]>();
  #members: BtfMember[] = [];
  #parts = 0;
  /** Size of the value in bits. */
  #limit = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const { types, typesEnd, strings, stringsEnd } = readSections(this.#view);
    this.#strings = strings;
    this.#stringsEnd = stringsEnd;
    this.#walkTypes(types, typesEnd);
  }

  #u32(at: number): number {
    return this.#view.getUint32(at, true);
  }

  #walkTypes(start: number, end: number): void {
    for (let at = start; at < end;) {
      if (end - at < TYPE_SIZE) throw new DecodeError("end of BTF types", at);
      const { kind, count } = this.#typeAt(at);
      const tail = TAIL_SIZES[kind];
      if (tail === undefined) throw new DecodeError(`BTF type of kind ${kind}`, at);
      this.#types.push(at);
      at += TYPE_SIZE + tail[0] + tail[1] * count;
      if (at > end) throw new DecodeError("end of BTF types", end);
    }
  }

  #typeAt(at: number): Type {
    const info = this.#u32(at + 4);
    return {
      at,
      kind: info >>> 24 & 0x1f,
      count: info & 0xffff,
      kindFlag: info >>> 31 === 1,
      sizeOrType: this.#u32(at + 8),
    };
  }

  /** Resolves a type through its names and qualifiers. */
  #type(number: number): Type {
    for (let depth = 0; depth < MAX_DEPTH; depth++) {
      const at = this.#types[number] ?? 0;
      if (at === 0) throw new DecodeError(`BTF type ${number} that is not there`, 0);
      const type = this.#typeAt(at);
      if (!WRAPPERS.includes(type.kind)) return type;
      number = type.sizeOrType;
    }
    throw new DecodeError(`BTF type ${number} within itself`, 0);
  }

  /** Size of a type in bits. */
  #bitsOf(number: number, depth: number): number {
    if (depth > MAX_DEPTH) throw new DecodeError(`BTF type ${number} within itself`, 0);
    const { kind, at, sizeOrType } = this.#type(number);
    switch (kind) {
      case BTF_KIND_PTR:
        return POINTER_BITS;
      case BTF_KIND_ARRAY:
        return this.#u32(at + TYPE_SIZE + 8) * this.#bitsOf(this.#u32(at + TYPE_SIZE), depth + 1);
      case BTF_KIND_INT:
      case BTF_KIND_STRUCT:
      case BTF_KIND_UNION:
      case BTF_KIND_ENUM:
      case BTF_KIND_ENUM64:
      case BTF_KIND_FLOAT:
        return 8 * sizeOrType;
    }
    throw new DecodeError(`BTF type of kind ${kind} as a value`, at);
  }

  membersOf(type: number, size: number): readonly BtfMember[] {
    this.#members = [];
    this.#parts = 0;
    this.#limit = 8 * size;
    this.#add(type, "", 0, 0, 0);
    return this.#members;
  }

  /** Adds the members of a type, or the type itself if it has none. `bits` is the width of a bit field, 0 for none. */
  #add(number: number, path: string, bit: number, bits: number, depth: number): void {
    if (depth > MAX_DEPTH) throw new DecodeError(`BTF type ${number} within itself`, 0);
    if (++this.#parts > MAX_PARTS) throw new DecodeError(`more than ${MAX_PARTS} members`, 0);
    const type = this.#type(number);
    if (bit + (bits || this.#bitsOf(number, depth)) > this.#limit) {
      throw new DecodeError("member behind the end of the value", type.at);
    }
    switch (type.kind) {
      case BTF_KIND_STRUCT:
      case BTF_KIND_UNION:
        return this.#addMembers(type, path, bit, depth);
      case BTF_KIND_ARRAY:
        return this.#addElements(type, path, bit, depth);
      case BTF_KIND_INT:
        return this.#addInteger(type, path, bit, bits);
      case BTF_KIND_ENUM:
      case BTF_KIND_ENUM64:
        return this.#push(path, type.kindFlag ? "signed" : "unsigned", bit, bits || 8 * type.sizeOrType, type);
      case BTF_KIND_PTR:
        return this.#push(path, "pointer", bit, POINTER_BITS);
      case BTF_KIND_FLOAT:
        return this.#push(path, [4, 8].includes(type.sizeOrType) ? "float" : "bytes", bit, 8 * type.sizeOrType);
    }
  }

  #addMembers({ at, count, kindFlag }: Type, path: string, bit: number, depth: number): void {
    for (let i = 0; i < count; i++) {
      const member = at + TYPE_SIZE + MEMBER_SIZE * i;
      const name = decoder.decode(this.#name(member));
      const type = this.#u32(member + 4);
      const offset = this.#u32(member + 8);
      // Unnamed bit fields are padding. Members of an unnamed structure belong to the enclosing one.
      if (name === "" && !COMPOUNDS.includes(this.#type(type).kind)) continue;
      const place = name === "" || path === "" ? path + name : `${path}.${name}`;
      const [from, bits] = kindFlag ? [offset & 0xffffff, offset >>> 24] : [offset, 0];
      this.#add(type, place, bit + from, bits, depth + 1);
    }
  }

  #addElements({ at }: Type, path: string, bit: number, depth: number): void {
    const element = this.#u32(at + TYPE_SIZE);
    const count = this.#u32(at + TYPE_SIZE + 8);
    const size = this.#bitsOf(element, depth);
    if (size === 0 || count === 0) return;
    const kind = this.#kindOfBytes(this.#type(element));
    if (kind !== null) return this.#push(path, kind, bit, count * size);
    for (let i = 0; i < count; i++) this.#add(element, `${path}[${i}]`, bit + i * size, 0, depth + 1);
  }

  /** How to show an array of bytes; `null` if the elements are not bytes, or are numeric or boolean bytes. */
  #kindOfBytes(element: Type): "text" | "bytes" | null {
    if (element.kind !== BTF_KIND_INT || element.sizeOrType !== 1) return null;
    if (decoder.decode(this.#name(element.at)) === "char") return "text";
    // Some compilers also set the character flag.
    return (this.#u32(element.at + TYPE_SIZE) >>> 24 & (BTF_INT_SIGNED | BTF_INT_BOOL)) === 0 ? "bytes" : null;
  }

  #addInteger({ at }: Type, path: string, bit: number, bits: number): void {
    const data = this.#u32(at + TYPE_SIZE);
    const encoding = data >>> 24;
    const width = bits || data & 0xff;
    const from = bit + (data >>> 16 & 0xff);
    const kind = (encoding & BTF_INT_BOOL) !== 0
      ? "boolean"
      : width > 64
      ? "wide"
      : (encoding & BTF_INT_SIGNED) !== 0
      ? "signed"
      : "unsigned";
    this.#push(path, kind, from, width);
  }

  #push(path: string, kind: MemberKind, bit: number, bits: number, named: Type | null = null): void {
    const whole = kind === "signed" || kind === "unsigned" || kind === "boolean";
    if (whole ? bits === 0 || bits > 64 : bit % 8 !== 0 || bits % 8 !== 0) {
      throw new DecodeError(`member of ${bits} bits at bit ${bit}`, 0);
    }
    if (bit + bits > this.#limit) throw new DecodeError("member behind the end of the value", 0);
    const enumerators = named === null ? [] : this.#enumeratorsOf(named);
    this.#members.push({ name: encoder.encode(path), kind, bit, bits, enumerators });
  }

  #enumeratorsOf(type: Type): readonly Enumerator[] {
    let enumerators = this.#named.get(type.at);
    if (enumerators === undefined) this.#named.set(type.at, enumerators = this.#readEnumerators(type));
    return enumerators;
  }

  #readEnumerators({ at, kind, count, kindFlag }: Type): readonly Enumerator[] {
    const size = kind === BTF_KIND_ENUM ? ENUMERATOR_SIZE : WIDE_ENUMERATOR_SIZE;
    return Array.from({ length: count }, (_, i) => {
      const enumerator = at + TYPE_SIZE + size * i;
      const low = this.#view.getInt32(enumerator + 4, true);
      const sign = kindFlag ? low >> 31 : 0;
      const high = kind === BTF_KIND_ENUM ? sign : this.#view.getInt32(enumerator + 8, true);
      return { name: this.#name(enumerator), low, high };
    });
  }

  /** The string whose offset is stored at `at`. */
  #name(at: number): Uint8Array {
    const start = this.#strings + this.#u32(at);
    const end = start < this.#stringsEnd ? this.#bytes.indexOf(0, start) : -1;
    if (end < 0 || end >= this.#stringsEnd) throw new DecodeError("end of BTF strings", this.#stringsEnd);
    return this.#bytes.subarray(start, end);
  }
}
