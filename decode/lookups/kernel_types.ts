/**
 * Finds functions and members of structures in the kernel's own types, `/sys/kernel/btf/vmlinux`. These are more than a
 * hundred thousand, so only their positions are kept, and names are compared only where one is looked for.
 */
import {
  BTF_KIND_FUNC,
  BTF_KIND_FUNC_PROTO,
  BTF_KIND_PTR,
  COMPOUNDS,
  MEMBER_SIZE,
  readSections,
  TAIL_SIZES,
  TYPE_SIZE,
  WRAPPERS,
} from "./btf_types.ts";
import { DecodeError } from "../kernel/errors.ts";

/** A member: its offset in bytes from the start of the structure, and its type. */
export interface KernelMember {
  readonly offset: number;
  readonly type: number;
}

/** A function: its number, and the types of its parameters. */
export interface KernelFunction {
  readonly number: number;
  readonly parameters: readonly number[];
}

/** Bytes of a parameter in a BTF_KIND_FUNC_PROTO. */
const PARAMETER_SIZE = 8;
/** Nesting limit, above the kernel's own. */
const MAX_DEPTH = 64;
const WORD = 4;

/** Words of a type by kind: a fixed part, 0 for an unknown kind, and a part for each entry. */
const once = new Uint8Array(32);
const each = new Uint8Array(32);
for (const [kind, [fixed, repeated]] of Object.entries(TAIL_SIZES)) {
  once[Number(kind)] = (TYPE_SIZE + fixed) / WORD;
  each[Number(kind)] = repeated / WORD;
}

export class KernelTypes {
  /** The section of types. All its parts are words of four bytes. */
  readonly #words: Uint32Array;
  /** First word of each type, by number; type 0 is `void`. */
  readonly #starts: Uint32Array;
  #count = 1;
  /** The section of strings. Names are ASCII. */
  readonly #strings: string;

  /**
   * @param bytes BTF; its types start at a multiple of four
   * @throws {DecodeError} if the bytes are not BTF, or are of a newer kind
   */
  constructor(bytes: Uint8Array<ArrayBuffer>) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const { types, typesEnd, strings, stringsEnd } = readSections(view);
    if ((bytes.byteOffset + types) % WORD !== 0) throw new DecodeError("BTF that is not aligned", types);
    this.#words = new Uint32Array(bytes.buffer, bytes.byteOffset + types, Math.floor((typesEnd - types) / WORD));
    this.#starts = new Uint32Array(Math.floor((typesEnd - types) / TYPE_SIZE) + 1);
    this.#strings = new TextDecoder().decode(bytes.subarray(strings, stringsEnd));
    this.#findStarts();
  }

  #findStarts(): void {
    const words = this.#words;
    const starts = this.#starts;
    const { length } = words;
    let number = 1;
    let at = 0;
    // Most of this is interpreted, so it has no calls.
    while (at < length) {
      const info = words[at + 1]!;
      const kind = info >>> 24 & 0x1f;
      if (once[kind] === 0) throw new DecodeError(`BTF type of kind ${kind}`, at * WORD);
      starts[number++] = at;
      at += once[kind]! + each[kind]! * (info & 0xffff);
    }
    if (at > length) throw new DecodeError("end of BTF types", length * WORD);
    this.#count = number;
  }

  /** The function with a name. @throws {DecodeError} if there is none */
  functionNamed(name: string): KernelFunction {
    const words = this.#words;
    const string = this.#strings.indexOf(`\0${name}\0`) + 1;
    let start = string === 0 ? -1 : words.indexOf(string);
    for (; start >= 0; start = words.indexOf(string, start + 1)) {
      const number = this.#numberAt(start);
      if (number === 0 || kindOf(words[start + 1]!) !== BTF_KIND_FUNC) continue;
      return { number, parameters: this.#parametersOf(words[start + 2]!) };
    }
    throw new DecodeError(`BTF without the function ${name}`, 0);
  }

  /** The number of the type that starts at a word; 0 if none does. */
  #numberAt(start: number): number {
    let [low, high] = [1, this.#count];
    while (low < high) {
      const middle = low + high >> 1;
      if (this.#starts[middle]! < start) low = middle + 1;
      else high = middle;
    }
    return low < this.#count && this.#starts[low] === start ? low : 0;
  }

  #parametersOf(prototype: number): readonly number[] {
    const start = this.#startOf(prototype);
    const info = this.#words[start + 1]!;
    if (kindOf(info) !== BTF_KIND_FUNC_PROTO) throw new DecodeError("BTF function without parameters", start * WORD);
    return Array.from(
      { length: countOf(info) },
      (_, i) => this.#words[start + (TYPE_SIZE + PARAMETER_SIZE * i) / WORD + 1]!,
    );
  }

  /**
   * The member of a structure, or of the structure that a pointer points to. Members of unnamed structures inside belong to
   * it.
   *
   * @throws {DecodeError} if there is none
   */
  member(type: number, name: string): KernelMember {
    const start = this.#target(type);
    const found = this.#memberIn(start, `${name}\0`, 0);
    if (found === null) throw new DecodeError(`BTF without the member ${name}`, start * WORD);
    if (found.offset % 8 !== 0) throw new DecodeError(`bits of ${name}`, start * WORD);
    return { offset: found.offset / 8, type: found.type };
  }

  /** Like {@linkcode member}, with the offset in bits; `null` if there is none. */
  #memberIn(start: number, name: string, depth: number): KernelMember | null {
    const words = this.#words;
    const info = words[start + 1]!;
    if (!COMPOUNDS.includes(kindOf(info)) || depth > MAX_DEPTH) return null;
    for (let i = 0; i < countOf(info); i++) {
      const at = start + (TYPE_SIZE + MEMBER_SIZE * i) / WORD;
      const type = words[at + 1]!;
      // With the flag of the type the upper byte is the width of a bit field.
      const offset = info >>> 31 === 1 ? words[at + 2]! & 0xffffff : words[at + 2]!;
      if (this.#strings.startsWith(name, words[at]!)) return { offset, type };
      if (words[at] !== 0) continue;
      const inside = this.#memberIn(this.#resolve(type), name, depth + 1);
      if (inside !== null) return { offset: offset + inside.offset, type: inside.type };
    }
    return null;
  }

  /** Start of the type, or of what it points to, without names and qualifiers. */
  #target(type: number): number {
    const start = this.#resolve(type);
    return kindOf(this.#words[start + 1]!) === BTF_KIND_PTR ? this.#resolve(this.#words[start + 2]!) : start;
  }

  #resolve(type: number): number {
    for (let depth = 0; depth < MAX_DEPTH; depth++) {
      const start = this.#startOf(type);
      if (!WRAPPERS.includes(kindOf(this.#words[start + 1]!))) return start;
      type = this.#words[start + 2]!;
    }
    throw new DecodeError(`BTF type ${type} within itself`, 0);
  }

  #startOf(type: number): number {
    if (type === 0 || type >= this.#count) throw new DecodeError(`BTF type ${type} that is not there`, 0);
    return this.#starts[type]!;
  }
}

const kindOf = (info: number): number => info >>> 24 & 0x1f;
const countOf = (info: number): number => info & 0xffff;
