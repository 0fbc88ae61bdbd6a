/** Numbers, identifiers and addresses as text, against the platform's own conversions. */
import { assertEquals } from "@std/assert";
import {
  putHex,
  putIdentifier,
  putInteger,
  putInteger64,
  putIPv4,
  putIPv6,
  putThousandths,
} from "../../../decode/text/digits.ts";

const bytes = new Uint8Array(128);
const view = new DataView(bytes.buffer);
/** What `put` writes at an odd place, so that alignment cannot matter. */
function written(put: (out: DataView, at: number) => number): string {
  bytes.fill(0x21);
  return new TextDecoder().decode(bytes.subarray(3, put(view, 3)));
}

/** Values around every power of ten and of two, which is where digits and limbs change. */
function* edges(bits: number): Generator<bigint> {
  for (let power = 0n; power < BigInt(bits); power++) {
    for (const offset of [-1n, 0n, 1n]) yield BigInt.asUintN(bits, (1n << power) + offset);
  }
  for (let power = 1n; power < 1n << BigInt(bits); power *= 10n) {
    for (const offset of [-1n, 0n, 1n]) yield BigInt.asUintN(bits, power + offset);
  }
}

const halves = (value: bigint): [low: number, high: number] => [
  Number(BigInt.asIntN(32, value)),
  Number(BigInt.asIntN(32, value >> 32n)),
];

/** A sequence of 64-bit numbers that is the same in every run (xorshift). */
function* scattered(count: number): Generator<bigint> {
  let state = 0x9e3779b97f4a7c15n;
  for (let i = 0; i < count; i++) {
    state ^= BigInt.asUintN(64, state << 13n);
    state ^= state >> 7n;
    state ^= BigInt.asUintN(64, state << 17n);
    yield state >> (state & 63n);
  }
}

Deno.test("putInteger writes every number below 100,000 as String does", () => {
  for (let value = 0; value < 100000; value++) {
    assertEquals(written((out, at) => putInteger(out, at, value)), String(value));
  }
});

Deno.test("putInteger writes numbers up to 53 bits as String does, negative ones too", () => {
  for (const edge of edges(53)) {
    const value = Number(edge);
    assertEquals(written((out, at) => putInteger(out, at, value)), String(value));
    assertEquals(written((out, at) => putInteger(out, at, -value)), String(-value + 0));
  }
});

Deno.test("putInteger64 writes every digit of unsigned 64-bit numbers", () => {
  for (const source of [edges(64), scattered(20000), [18446744073709551615n, 18446744069414584320n, 0n]]) {
    for (const value of source) {
      assertEquals(written((out, at) => putInteger64(out, at, ...halves(value))), String(value));
    }
  }
});

Deno.test("putThousandths writes a thousandth exactly, with one to three decimals", () => {
  const expected = (value: number) =>
    `${Math.floor(value / 1000)}.${String(value % 1000).padStart(3, "0").replace(/0{1,2}$/, "")}`;
  for (let value = 0; value < 20000; value++) {
    assertEquals(written((out, at) => putThousandths(out, at, value)), expected(value));
  }
  for (const edge of edges(32)) {
    assertEquals(written((out, at) => putThousandths(out, at, Number(edge))), expected(Number(edge)));
  }
  for (const value of [2 ** 32, 12_000_000_000_345, 2 ** 53 - 1]) {
    assertEquals(written((out, at) => putThousandths(out, at, value)), expected(value));
  }
  assertEquals(expected(943) + expected(201000) + expected(40), "0.943201.00.04");
});

Deno.test("putIdentifier writes hexadecimal digits without leading zeros", () => {
  for (const source of [edges(64), scattered(2000)]) {
    for (const value of source) {
      assertEquals(written((out, at) => putIdentifier(out, at, ...halves(value))), `0x${value.toString(16)}`);
    }
  }
});

Deno.test("putHex writes two digits a byte", () => {
  const all = Uint8Array.from({ length: 32 }, (_, i) => i * 8 + 7);
  assertEquals(written((out, at) => putHex(out, at, all, 1, 4)), "0f171f");
  assertEquals(written((out, at) => putHex(out, at, all, 31, 32)), "ff");
});

Deno.test("putIPv4 writes dotted quads", () => {
  for (const text of ["0.0.0.0", "127.0.0.1", "255.255.255.255", "192.0.2.10", "10.99.100.9"]) {
    const address = Uint8Array.from(text.split("."), Number);
    assertEquals(written((out, at) => putIPv4(out, at, address, 0)), text);
  }
});

Deno.test("putIPv6 writes the one form of RFC 5952", () => {
  const parse = (groups: string) => Uint8Array.from(groups.match(/../g)!, (pair) => parseInt(pair, 16));
  const cases: [string, string][] = [
    ["00000000000000000000000000000000", "::"],
    ["00000000000000000000000000000001", "::1"],
    ["20010db8000000000000000000000001", "2001:db8::1"],
    ["20010db8000000010000000000000001", "2001:db8:0:1::1"],
    ["20010db8000100000000000100000001", "2001:db8:1::1:0:1"],
    ["20010db8000000010001000100010001", "2001:db8:0:1:1:1:1:1"],
    ["20010db8000100010001000100010000", "2001:db8:1:1:1:1:1:0"],
    ["20010db8000000000001000000000001", "2001:db8::1:0:0:1"],
    ["fe800000000000000000000000000000", "fe80::"],
    ["00010000000000000000000000000000", "1::"],
    ["00000000000000000000ffff7f000001", "::ffff:127.0.0.1"],
    ["0000000000000000ffff000000000001", "::ffff:0:0:1"],
    ["00000000000000010000ffff7f000001", "::1:0:ffff:7f00:1"],
    ["ffffffffffffffffffffffffffffffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
    ["000a00b00c00d0000001002003004000", "a:b0:c00:d000:1:20:300:4000"],
  ];
  for (const [groups, text] of cases) {
    assertEquals(written((out, at) => putIPv6(out, at, parse(groups), 0)), text);
  }
});
