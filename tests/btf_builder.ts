/**
 * Makes types in the BPF Type Format for tests, as a compiler does; see `Documentation/bpf/btf.rst`.
 */

const SIGNED = 1;
const CHAR = 2;
const BOOL = 4;

/** A member of a structure: name, number of its type, first bit, and of a bit field its bits. */
export type Member = readonly [name: string, type: number, bit: number, bits?: number];

export class BtfBuilder {
  readonly #words: number[] = [];
  readonly #names = new Map([["", 0]]);
  #strings = "\0";
  #count = 0;

  #name(text: string): number {
    let at = this.#names.get(text);
    if (at === undefined) {
      this.#names.set(text, at = this.#strings.length);
      this.#strings += `${text}\0`;
    }
    return at;
  }

  /** Any type: the members of `struct btf_type`, and the words after it. */
  add(
    name: string,
    kind: number,
    count: number,
    sizeOrType: number,
    tail: readonly number[] = [],
    flag = false,
  ): number {
    const info = (flag ? 0x80000000 : 0) + kind * 0x1000000 + count;
    this.#words.push(this.#name(name), info, sizeOrType, ...tail);
    return ++this.#count;
  }

  integer(name: string, size: number, encoding = 0, bits = 8 * size, offset = 0): number {
    return this.add(name, 1, 0, size, [encoding << 24 | offset << 16 | bits]);
  }

  signed(name: string, size: number): number {
    return this.integer(name, size, SIGNED);
  }

  boolean(): number {
    return this.integer("_Bool", 1, BOOL);
  }

  pointer(to: number): number {
    return this.add("", 2, 0, to);
  }

  array(element: number, count: number, index: number): number {
    return this.add("", 3, 0, 0, [element, index, count]);
  }

  /** A structure, or with `kind` 5 a union. With `flag` the members can be bit fields. */
  struct(name: string, size: number, members: readonly Member[], flag = false, kind = 4): number {
    const tail = members.flatMap(([name, type, bit, bits = 0]) => [this.#name(name), type, bits * 0x1000000 + bit]);
    return this.add(name, kind, members.length, size, tail, flag);
  }

  union(name: string, size: number, members: readonly Member[]): number {
    return this.struct(name, size, members, false, 5);
  }

  enumeration(name: string, size: number, values: Readonly<Record<string, number>>, flag = false): number {
    const tail = Object.entries(values).flatMap(([name, value]) => [this.#name(name), value]);
    return this.add(name, 6, tail.length / 2, size, tail, flag);
  }

  wideEnumeration(name: string, values: Readonly<Record<string, bigint>>, flag = false): number {
    const tail = Object.entries(values).flatMap(([name, value]) => [
      this.#name(name),
      Number(BigInt.asUintN(32, value)),
      Number(BigInt.asUintN(32, value >> 32n)),
    ]);
    return this.add(name, 19, tail.length / 3, 8, tail, flag);
  }

  typedef(name: string, of: number): number {
    return this.add(name, 8, 0, of);
  }

  constant(of: number): number {
    return this.add("", 10, 0, of);
  }

  /** The whole BTF object, as for BPF_BTF_LOAD. */
  bytes(): Uint8Array<ArrayBuffer> {
    const types = Uint32Array.from(this.#words.map((word) => word >>> 0));
    const strings = new TextEncoder().encode(this.#strings);
    const bytes = new Uint8Array(24 + types.byteLength + strings.length);
    const view = new DataView(bytes.buffer);
    view.setUint16(0, 0xeb9f, true);
    view.setUint8(2, 1);
    [24, 0, types.byteLength, types.byteLength, strings.length].forEach((word, i) =>
      view.setUint32(4 + 4 * i, word, true)
    );
    bytes.set(new Uint8Array(types.buffer), 24);
    bytes.set(strings, 24 + types.byteLength);
    return bytes;
  }
}

/** Types, a value of one of them, and how its members must be shown. */
export interface BtfSample {
  readonly btf: Uint8Array<ArrayBuffer>;
  readonly type: number;
  readonly value: Uint8Array<ArrayBuffer>;
  readonly members: readonly (readonly [name: string, value: string])[];
}

/** A structure with members of every kind that the kernel accepts in a map, numbers at their ends. */
export function sampleOfAll(): BtfSample {
  const types = new BtfBuilder();
  const int = types.signed("int", 4);
  const u64 = types.integer("unsigned long long", 8);
  const s64 = types.signed("long long", 8);
  const u32 = types.integer("unsigned int", 4);
  const u16 = types.integer("unsigned short", 2);
  const s8 = types.signed("signed char", 1);
  const byte = types.integer("unsigned char", 1);
  const character = types.integer("unsigned char", 1, CHAR);
  const char = types.signed("char", 1);
  const bool = types.boolean();
  const wide = types.integer("unsigned __int128", 16);
  const double = types.add("double", 16, 0, 8);
  const mode = types.enumeration("mode", 4, { MODE_OFF: 0, MODE_ON: 7 });
  const grade = types.enumeration("grade", 4, { GRADE_BAD: -2, GRADE_GOOD: 2 }, true);
  const big = types.wideEnumeration("big", { BIG_ONE: 0x1_0000_0001n, BIG_TOP: 0xffff_ffff_ffff_ffffn });
  const name = types.array(char, 8, int);
  const raw = types.array(byte, 4, int);
  const ports = types.array(types.constant(types.typedef("port_t", u16)), 2, int);
  const peer = types.struct("peer", 8, [["ports", ports, 0], ["id", u32, 32]]);
  const peers = types.array(peer, 2, int);
  const either = types.union("", 4, [["word", u32, 0], ["raw", raw, 0], ["gcc", types.array(character, 4, int), 0]]);
  const bits = types.struct("bits", 4, [["low", int, 0, 3], ["", u32, 3, 5], ["high", u32, 8, 20]], true);
  const all = types.struct("all", 136, [
    ["wide", wide, 0],
    ["count", u64, 128],
    ["least", s64, 192],
    ["link", types.pointer(0), 256],
    ["ratio", double, 320],
    ["big", big, 384],
    ["top", big, 448],
    ["name", name, 512],
    ["peers", peers, 576],
    ["minus", int, 704],
    ["", either, 736],
    ["mode", mode, 768],
    ["grade", grade, 800],
    ["strange", mode, 832],
    ["flags", types.typedef("flags_t", bits), 864],
    ["ok", bool, 896],
    ["small", s8, 904],
    ["port", u16, 912],
    ["ended", types.array(u32, 2, int), 928],
    ["least32", int, 992],
    ["minus_one", s64, 1024],
  ]);
  const value = new Uint8Array(136);
  const view = new DataView(value.buffer);
  view.setBigUint64(0, 0x0123456789abcdefn, true);
  view.setBigUint64(8, 0xfedcba9876543210n, true);
  view.setBigUint64(16, 18446744073709551615n, true);
  view.setBigInt64(24, -9223372036854775808n, true);
  view.setBigUint64(32, 0xffff888012345678n, true);
  view.setFloat64(40, -0.5, true);
  view.setBigUint64(48, 0x1_0000_0001n, true);
  view.setBigUint64(56, 0xffff_ffff_ffff_ffffn, true);
  value.set(new TextEncoder().encode("né\0old"), 64);
  view.setUint16(72, 80, true);
  view.setUint16(74, 65535, true);
  view.setUint32(76, 4294967295, true);
  view.setUint16(80, 0, true);
  view.setUint16(82, 443, true);
  view.setUint32(84, 1, true);
  view.setInt32(88, -1, true);
  view.setUint32(92, 0x0403_0201, true);
  view.setUint32(96, 7, true);
  view.setInt32(100, -2, true);
  view.setUint32(104, 9, true);
  // -3 in three bits, five bits without a name, a million in 20.
  view.setUint32(108, 0b101 | 0b10001 << 3 | 1_000_000 << 8, true);
  value[112] = 1;
  view.setInt8(113, -128);
  view.setUint16(114, 40000, true);
  view.setUint32(116, 5, true);
  view.setUint32(120, 6, true);
  view.setInt32(124, -2147483648, true);
  view.setBigInt64(128, -1n, true);
  return {
    btf: types.bytes(),
    type: all,
    value,
    members: [
      ["wide", "0xfedcba98765432100123456789abcdef"],
      ["count", "18446744073709551615"],
      ["least", "-9223372036854775808"],
      ["link", "0xffff888012345678"],
      ["ratio", "-0.5"],
      ["big", "BIG_ONE"],
      ["top", "BIG_TOP"],
      ["name", "né"],
      ["peers[0].ports[0]", "80"],
      ["peers[0].ports[1]", "65535"],
      ["peers[0].id", "4294967295"],
      ["peers[1].ports[0]", "0"],
      ["peers[1].ports[1]", "443"],
      ["peers[1].id", "1"],
      ["minus", "-1"],
      ["word", "67305985"],
      ["raw", "01020304"],
      ["gcc", "01020304"],
      ["mode", "MODE_ON"],
      ["grade", "GRADE_BAD"],
      ["strange", "9"],
      ["flags.low", "-3"],
      ["flags.high", "1000000"],
      ["ok", "true"],
      ["small", "-128"],
      ["port", "40000"],
      ["ended[0]", "5"],
      ["ended[1]", "6"],
      ["least32", "-2147483648"],
      ["minus_one", "-1"],
    ],
  };
}
