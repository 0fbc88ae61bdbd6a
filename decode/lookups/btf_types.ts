/**
 * The BPF Type Format: numbers, sizes and sections. Mirrors `linux/btf.h`.
 */
import { DecodeError } from "../kernel/errors.ts";

const BTF_MAGIC = 0xeb9f;
/** Size of `struct btf_header` in the first version. */
const HEADER_SIZE = 24;
/** Size of `struct btf_type`. */
export const TYPE_SIZE = 12;
/** Size of `struct btf_member` and of every other entry that a type can repeat. */
export const MEMBER_SIZE = 12;
export const ENUMERATOR_SIZE = 8;
export const WIDE_ENUMERATOR_SIZE = 12;

export const BTF_KIND_INT = 1;
export const BTF_KIND_PTR = 2;
export const BTF_KIND_ARRAY = 3;
export const BTF_KIND_STRUCT = 4;
export const BTF_KIND_UNION = 5;
export const BTF_KIND_ENUM = 6;
export const BTF_KIND_FWD = 7;
export const BTF_KIND_TYPEDEF = 8;
export const BTF_KIND_VOLATILE = 9;
export const BTF_KIND_CONST = 10;
export const BTF_KIND_RESTRICT = 11;
export const BTF_KIND_FUNC = 12;
export const BTF_KIND_FUNC_PROTO = 13;
export const BTF_KIND_VAR = 14;
export const BTF_KIND_DATASEC = 15;
export const BTF_KIND_FLOAT = 16;
export const BTF_KIND_DECL_TAG = 17;
export const BTF_KIND_TYPE_TAG = 18;
export const BTF_KIND_ENUM64 = 19;

/** Bytes after `struct btf_type`, by kind: a fixed part, and a part for each entry that the type counts. */
export const TAIL_SIZES: Readonly<Record<number, readonly [once: number, each: number]>> = {
  [BTF_KIND_INT]: [4, 0],
  [BTF_KIND_PTR]: [0, 0],
  [BTF_KIND_ARRAY]: [12, 0],
  [BTF_KIND_STRUCT]: [0, MEMBER_SIZE],
  [BTF_KIND_UNION]: [0, MEMBER_SIZE],
  [BTF_KIND_ENUM]: [0, ENUMERATOR_SIZE],
  [BTF_KIND_FWD]: [0, 0],
  [BTF_KIND_TYPEDEF]: [0, 0],
  [BTF_KIND_VOLATILE]: [0, 0],
  [BTF_KIND_CONST]: [0, 0],
  [BTF_KIND_RESTRICT]: [0, 0],
  [BTF_KIND_FUNC]: [0, 0],
  [BTF_KIND_FUNC_PROTO]: [0, 8],
  [BTF_KIND_VAR]: [4, 0],
  [BTF_KIND_DATASEC]: [0, 12],
  [BTF_KIND_FLOAT]: [0, 0],
  [BTF_KIND_DECL_TAG]: [4, 0],
  [BTF_KIND_TYPE_TAG]: [0, 0],
  [BTF_KIND_ENUM64]: [0, WIDE_ENUMERATOR_SIZE],
};

/** Kinds that only add a name or a qualifier to another type. */
export const WRAPPERS: readonly number[] = [
  BTF_KIND_TYPEDEF,
  BTF_KIND_VOLATILE,
  BTF_KIND_CONST,
  BTF_KIND_RESTRICT,
  BTF_KIND_TYPE_TAG,
];

/** Kinds with members. */
export const COMPOUNDS: readonly number[] = [BTF_KIND_STRUCT, BTF_KIND_UNION];

/** Offsets of the parts of a BTF object. */
export interface BtfSections {
  readonly types: number;
  readonly typesEnd: number;
  readonly strings: number;
  readonly stringsEnd: number;
}

/** @throws {DecodeError} if the bytes are not BTF, or cut off */
export function readSections(view: DataView): BtfSections {
  if (view.byteLength < HEADER_SIZE) throw new DecodeError("end of BTF", view.byteLength);
  const magic = view.getUint16(0, true);
  if (magic !== BTF_MAGIC) throw new DecodeError(`BTF of magic number ${magic}`, 0);
  const header = view.getUint32(4, true);
  const types = header + view.getUint32(8, true);
  const typesEnd = types + view.getUint32(12, true);
  const strings = header + view.getUint32(16, true);
  const stringsEnd = strings + view.getUint32(20, true);
  if (Math.max(typesEnd, stringsEnd) > view.byteLength) throw new DecodeError("end of BTF", view.byteLength);
  return { types, typesEnd, strings, stringsEnd };
}
