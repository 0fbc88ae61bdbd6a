/**
 * Writes values of BTF members as text.
 */
import { putHex, putIdentifier, putInteger64 } from "../text/digits.ts";
import type { BtfMember } from "./btf.ts";

/** More characters than any number needs. */
const ROOM = 64;
const MINUS = 45;

const encoder = new TextEncoder();

export class BtfText {
  /** The current text, up to {@linkcode end}. The next value overwrites it. */
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(256);
  end = 0;
  #view = new DataView(this.bytes.buffer);
  #low = 0;
  #high = 0;

  /** Writes a member of the value between `start` and `end`; returns `false` if the value ends before the member. */
  write(member: BtfMember, bytes: Uint8Array, start: number, end: number): boolean {
    const { kind, bit, bits } = member;
    if (bit + bits > 8 * (end - start)) return false;
    const from = start + (bit >>> 3);
    const to = from + (bits >>> 3);
    this.#reserve(2 * (bits >>> 3) + ROOM);
    switch (kind) {
      case "text":
        this.#putText(bytes, from, to);
        break;
      case "bytes":
        this.end = putHex(this.#view, 0, bytes, from, to);
        break;
      case "wide":
        this.#putWide(bytes, from, to);
        break;
      case "float":
        this.#putFloat(bytes, from, bits);
        break;
      default:
        this.#read(bytes, start, bit, bits);
        this.#putNumber(member);
    }
    return true;
  }

  #reserve(length: number): void {
    if (this.bytes.length >= length) return;
    this.bytes = new Uint8Array(length);
    this.#view = new DataView(this.bytes.buffer);
  }

  /** Reads bits in little-endian order, lowest first. */
  #read(bytes: Uint8Array, start: number, bit: number, bits: number): void {
    this.#low = 0;
    this.#high = 0;
    for (let i = 0; i < bits; i++) {
      const at = bit + i;
      const one = bytes[start + (at >>> 3)]! >>> (at & 7) & 1;
      if (i < 32) this.#low |= one << i;
      else this.#high |= one << i - 32;
    }
  }

  #putNumber({ kind, bits, enumerators }: BtfMember): void {
    if (kind === "signed") this.#extendSign(bits);
    for (let i = 0; i < enumerators.length; i++) {
      const { name, low, high } = enumerators[i]!;
      if (low === this.#low && high === this.#high) return this.#putText(name, 0, name.length);
    }
    if (kind === "pointer") {
      this.end = putIdentifier(this.#view, 0, this.#low, this.#high);
    } else if (kind === "boolean" && this.#high === 0 && (this.#low === 0 || this.#low === 1)) {
      this.#putWord(this.#low === 1 ? "true" : "false");
    } else if (kind === "signed" && this.#high < 0) {
      this.#putNegative();
    } else {
      this.end = putInteger64(this.#view, 0, this.#low, this.#high);
    }
  }

  #extendSign(bits: number): void {
    if (bits > 32) {
      this.#high = this.#high << 64 - bits >> 64 - bits;
    } else {
      this.#low = this.#low << 32 - bits >> 32 - bits;
      this.#high = this.#low >> 31;
    }
  }

  #putNegative(): void {
    this.#view.setUint8(0, MINUS);
    const low = -this.#low | 0;
    const high = ~this.#high + (low === 0 ? 1 : 0) | 0;
    this.end = putInteger64(this.#view, 1, low, high);
  }

  /** Writes a C string. It ends at the first NUL, if there is one. */
  #putText(bytes: Uint8Array, from: number, to: number): void {
    this.#reserve(to - from);
    let at = 0;
    for (let i = from; i < to && bytes[i] !== 0; i++) this.bytes[at++] = bytes[i]!;
    this.end = at;
  }

  #putWord(word: string): void {
    this.end = encoder.encodeInto(word, this.bytes).written;
  }

  /** Writes a number of more than 64 bits in hexadecimal. */
  #putWide(bytes: Uint8Array, from: number, to: number): void {
    let at = 0;
    this.bytes[at++] = 48;
    this.bytes[at++] = 120;
    for (let i = to - 1; i >= from; i--) at = putHex(this.#view, at, bytes, i, i + 1);
    this.end = at;
  }

  #putFloat(bytes: Uint8Array, from: number, bits: number): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset + from, bits >>> 3);
    this.#putWord(String(bits === 32 ? view.getFloat32(0, true) : view.getFloat64(0, true)));
  }
}
