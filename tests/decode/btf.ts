/**
 * A reader of BTF, the type information that the kernel carries of itself; see `Documentation/bpf/btf.rst`.
 */

const MAGIC = 0xeb9f;
const KIND_INT = 1;
const KIND_PTR = 2;
const KIND_ARRAY = 3;
const KIND_STRUCT = 4;
const KIND_UNION = 5;
const KIND_ENUM = 6;
const KIND_FUNC_PROTO = 13;
const KIND_VAR = 14;
const KIND_DATASEC = 15;
const KIND_FLOAT = 16;
const KIND_DECL_TAG = 17;
const KIND_ENUM64 = 19;
/** Typedef, volatile, const, restrict, type tag: another name or a property of a type. */
const TRANSPARENT = new Set([8, 9, 10, 11, 18]);
const TYPE_HEADER = 12;
const POINTER_SIZE = 8;

/** A member of a structure, positions in bits from its start. */
export interface BtfMember {
  readonly name: string;
  readonly bitOffset: number;
  /** Size in bits: of a bit member that of the member, else that of its type. */
  readonly bitSize: number;
  /** Members of a structure inside. */
  readonly members: readonly BtfMember[];
}

export interface BtfStruct {
  readonly size: number;
  readonly members: readonly BtfMember[];
}

/** Bytes behind the header of a type. */
function extraLength(kind: number, count: number): number {
  switch (kind) {
    case KIND_INT:
    case KIND_VAR:
    case KIND_DECL_TAG:
      return 4;
    case KIND_ARRAY:
      return 12;
    case KIND_STRUCT:
    case KIND_UNION:
    case KIND_DATASEC:
    case KIND_ENUM64:
      return 12 * count;
    case KIND_ENUM:
    case KIND_FUNC_PROTO:
      return 8 * count;
    default:
      return 0;
  }
}

export class Btf {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #strings: number;
  /** Where each type starts, by its number; 0 is void. */
  readonly #types: number[] = [0];

  /** @throws {Error} if the bytes are not little-endian BTF of version 1 */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    const view = this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (view.getUint16(0, true) !== MAGIC || view.getUint8(2) !== 1) throw new Error("not BTF");
    const header = view.getUint32(4, true);
    const start = header + view.getUint32(8, true);
    const end = start + view.getUint32(12, true);
    this.#strings = header + view.getUint32(16, true);
    for (let at = start; at < end; at += TYPE_HEADER + extraLength(this.#kind(at), this.#count(at))) {
      this.#types.push(at);
    }
  }

  #kind(at: number): number {
    return this.#view.getUint32(at + 4, true) >>> 24 & 0x1f;
  }

  #count(at: number): number {
    return this.#view.getUint32(at + 4, true) & 0xffff;
  }

  #string(offset: number): string {
    const start = this.#strings + offset;
    return new TextDecoder().decode(this.#bytes.subarray(start, this.#bytes.indexOf(0, start)));
  }

  #sizeOf(type: number): number {
    const at = this.#types[type]!;
    const kind = this.#kind(at);
    if (kind === KIND_PTR) return POINTER_SIZE;
    if (kind === KIND_ARRAY) {
      return this.#sizeOf(this.#view.getUint32(at + 12, true)) * this.#view.getUint32(at + 20, true);
    }
    if (TRANSPARENT.has(kind)) return this.#sizeOf(this.#view.getUint32(at + 8, true));
    if ([KIND_INT, KIND_STRUCT, KIND_UNION, KIND_ENUM, KIND_ENUM64, KIND_FLOAT].includes(kind)) {
      return this.#view.getUint32(at + 8, true);
    }
    throw new Error(`type ${type} of kind ${kind} has no size`);
  }

  #membersOf(type: number, base: number): BtfMember[] {
    const at = this.#types[type]!;
    const kind = this.#kind(at);
    if (type === 0) return [];
    if (TRANSPARENT.has(kind)) return this.#membersOf(this.#view.getUint32(at + 8, true), base);
    if (kind !== KIND_STRUCT && kind !== KIND_UNION) return [];
    const hasBitSizes = this.#view.getUint32(at + 4, true) >>> 31 === 1;
    return Array.from({ length: this.#count(at) }, (_, i) => {
      const member = at + TYPE_HEADER + 12 * i;
      const inner = this.#view.getUint32(member + 4, true);
      const place = this.#view.getUint32(member + 8, true);
      const bitOffset = base + (hasBitSizes ? place & 0xffffff : place);
      return {
        name: this.#string(this.#view.getUint32(member, true)),
        bitOffset,
        bitSize: (hasBitSizes ? place >>> 24 : 0) || 8 * this.#sizeOf(inner),
        members: this.#membersOf(inner, bitOffset),
      };
    });
  }

  /** All structures with one of these names; the kernel may have several of one name. */
  structs(names: ReadonlySet<string>): ReadonlyMap<string, BtfStruct[]> {
    const found = new Map<string, BtfStruct[]>();
    this.#types.forEach((at, type) => {
      if (type === 0 || this.#kind(at) !== KIND_STRUCT) return;
      const name = this.#string(this.#view.getUint32(at, true));
      if (!names.has(name)) return;
      found.set(name, [...found.get(name) ?? [], {
        size: this.#view.getUint32(at + 8, true),
        members: this.#membersOf(type, 0),
      }]);
    });
    return found;
  }

  /** The number of the first structure with a name; 0 if there is none. */
  structNumber(name: string): number {
    const number = this.#types.findIndex((at, type) =>
      type > 0 && this.#kind(at) === KIND_STRUCT && this.#string(this.#view.getUint32(at, true)) === name
    );
    return Math.max(0, number);
  }

  /** The values of all enumerators whose names match; one name may have several. */
  enumerators(pattern: RegExp): ReadonlyMap<string, ReadonlySet<number>> {
    const found = new Map<string, Set<number>>();
    this.#types.forEach((at, type) => {
      if (type === 0 || this.#kind(at) !== KIND_ENUM) return;
      for (let i = 0; i < this.#count(at); i++) {
        const entry = at + TYPE_HEADER + 8 * i;
        const name = this.#string(this.#view.getUint32(entry, true));
        if (!pattern.test(name)) continue;
        const values = found.get(name) ?? new Set();
        found.set(name, values.add(this.#view.getInt32(entry + 4, true)));
      }
    });
    return found;
  }
}
