/**
 * Counting by addresses, and by subnets: `dst/24` means the network of an address, as text.
 */
import { ForwardingSink } from "../decode/record/forwarding_sink.ts";
import { defineKey, type Key } from "../decode/record/key.ts";
import type { Layout } from "../decode/record/layout.ts";
import type { RecordSink } from "../decode/record/record_sink.ts";
import { walkLayout } from "../decode/record/walk_layout.ts";
import { putInteger, putIPv4, putIPv6 } from "../decode/text/digits.ts";

export interface Subnet {
  /** The address fields of the families. */
  readonly keys: readonly Key[];
  /** The field that holds the network. */
  readonly result: Key;
  /** Lengths of the prefixes. */
  readonly v4: number;
  readonly v6: number;
}

/** The IPv6 prefix length if only an IPv4 one is given: the network of one link. */
const LINK = 64;

/** The field and the prefix length of a text such as `dst/24`; `null` for other texts. */
export function parseSubnet(text: string): { readonly field: string; readonly length: number } | null {
  const [, field, digits] = /^([a-z0-9_.]+)\/([0-9]{1,3})$/.exec(text) ?? [];
  return field === undefined || Number(digits) > 128 ? null : { field, length: Number(digits) };
}

/** A subnet under a name; a length up to 32 is for IPv4. `null` if the fields are not addresses. */
export function defineSubnet(name: string, length: number, keys: readonly Key[]): Subnet | null {
  if (keys.length === 0 || keys.some(({ note }) => note.type !== "address")) return null;
  const result = defineKey(null, name, { type: "text", meaning: `Network of ${keys[0]!.path}.` });
  return { keys, result, v4: Math.min(length, 32), v6: length <= 32 ? LINK : length };
}

/** Replaces addresses by their networks. An IPv4-mapped address counts as IPv4. */
export class SubnetSink extends ForwardingSink {
  readonly #address = new Uint8Array(16);
  readonly #text = new Uint8Array(64);
  readonly #view = new DataView(this.#text.buffer);

  constructor(target: RecordSink, readonly subnets: readonly Subnet[]) {
    super(target);
  }

  override structure(layout: Layout, view: DataView, bytes: Uint8Array, start: number, end: number): void {
    walkLayout(layout, view, bytes, start, end, this);
  }

  override address(key: Key, v6: boolean, bytes: Uint8Array, start: number): void {
    super.address(key, v6, bytes, start);
    for (const { keys, result, ...lengths } of this.subnets) {
      if (!keys.includes(key)) continue;
      const mapped = v6 && isMapped(bytes, start);
      const wide = v6 && !mapped;
      const length = wide ? lengths.v6 : lengths.v4;
      this.#mask(bytes, mapped ? start + 12 : start, wide ? 16 : 4, length);
      let at = wide ? putIPv6(this.#view, 0, this.#address, 0) : putIPv4(this.#view, 0, this.#address, 0);
      this.#text[at++] = SLASH;
      at = putInteger(this.#view, at, length);
      this.to.text(result, this.#text, 0, at);
    }
  }

  /** Copies the first bits of an address. */
  #mask(bytes: Uint8Array, start: number, size: number, length: number): void {
    for (let i = 0; i < size; i++) {
      const bits = Math.max(0, Math.min(8, length - 8 * i));
      this.#address[i] = bytes[start + i]! & 0xff00 >> bits;
    }
  }
}

/** Passes on IPv4-mapped addresses as those of IPv4, so that both count as one. */
export class PlainAddressSink extends ForwardingSink {
  override structure(layout: Layout, view: DataView, bytes: Uint8Array, start: number, end: number): void {
    walkLayout(layout, view, bytes, start, end, this);
  }

  override address(key: Key, v6: boolean, bytes: Uint8Array, start: number): void {
    const mapped = v6 && isMapped(bytes, start);
    super.address(key, v6 && !mapped, bytes, mapped ? start + 12 : start);
  }
}

const SLASH = 47;

/** Whether sixteen bytes are an IPv4-mapped address (`::ffff:0:0/96`). */
function isMapped(bytes: Uint8Array, start: number): boolean {
  for (let i = 0; i < 10; i++) if (bytes[start + i] !== 0) return false;
  return bytes[start + 10] === 0xff && bytes[start + 11] === 0xff;
}
