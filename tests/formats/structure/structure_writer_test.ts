/** The loop that writes structures: numbers against the platform's own conversions, and where its memory ends. */
import { assertEquals, assertThrows } from "@std/assert";
import { wasmModule } from "../../../build/wasm.ts";
import { DecodeError } from "../../../decode/kernel/errors.ts";
import { defineKey } from "../../../decode/record/key.ts";
import {
  defineLayout,
  enumeration,
  identifier,
  type Layout,
  milliseconds,
  row,
} from "../../../decode/record/layout.ts";
import { DATAGRAM_SIZE } from "../../../decode/record/record_sink.ts";
import { NdjsonSink } from "../../../formats/json/ndjson.ts";
import { projectDirectory } from "../../program.ts";

const object = defineKey(null, "written", { type: "object" });
const numbers = defineLayout("written", "", object, [
  row("u64", "a", "quantity", "", ""),
  row("u64", "b", "id", "", "", { show: identifier }),
  row("u32", "c", "u32", "", ""),
  row("u32", "d", "ms", "", "", { show: milliseconds }),
  row("s32", "e", "s32", "", ""),
  row("be16", "f", "port", "", ""),
  row("u16", "g", "word", "", "", { show: enumeration(["zero", "one", undefined, "three"]) }),
]);

const addressed = defineLayout("addressed", "", object, [
  row("u8", "a", "family", "", ""),
  row("u8", "b", "b", "", ""),
  row("u16", "c", "c", "", ""),
  row("address", "d", "address", "", ""),
]);

/** Values around every power of ten and of two, which is where digits change, and some between. */
function* edges(): Generator<bigint> {
  for (let power = 1n; power < 1n << 64n; power *= 2n) {
    for (const offset of [-1n, 0n, 1n]) yield BigInt.asUintN(64, power + offset);
  }
  for (let power = 1n; power < 1n << 64n; power *= 10n) {
    for (const offset of [-1n, 0n, 1n]) yield BigInt.asUintN(64, power + offset);
  }
  for (let state = 1n, i = 0; i < 20000; i++) {
    state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n);
    yield state >> (state & 63n);
  }
}

/** What a sink prints of the structures that `fill` leaves in an array. */
function printed(layout: Layout, count: number, fill: (view: DataView, index: number) => void): string[] {
  const pieces: Uint8Array[] = [];
  const sink = new NdjsonSink((bytes) => pieces.push(bytes.slice()));
  const bytes = new Uint8Array(layout.size);
  const view = new DataView(bytes.buffer);
  sink.openProtocol("X");
  for (let i = 0; i < count; i++) {
    fill(view, i);
    sink.openRecord();
    sink.structure(layout, view, bytes, 0, bytes.length);
    sink.closeRecord();
  }
  sink.closeProtocol();
  sink.close();
  return new TextDecoder().decode(Uint8Array.from(pieces.flatMap((piece) => [...piece]))).trimEnd().split("\n");
}

const thousandths = (value: number) =>
  `${Math.floor(value / 1000)}.${String(value % 1000).padStart(3, "0").replace(/0{1,2}$/, "")}`;

Deno.test("numbers of every kind are written as the platform writes them, in all their digits", () => {
  const values = [...edges()];
  const lines = printed(numbers, values.length, (view, i) => {
    const value = values[i]!;
    view.setBigUint64(0, value, true);
    view.setBigUint64(8, value, true);
    const low = Number(BigInt.asUintN(32, value));
    for (const at of [16, 20, 24]) view.setUint32(at, low, true);
    view.setUint16(28, low & 0xffff, false);
    view.setUint16(30, low & 3, true);
  });
  lines.forEach((line, i) => {
    const value = values[i]!;
    const low = Number(BigInt.asUintN(32, value));
    const word = ["zero", "one", "unknown", "three"][low & 3];
    const raw = word === "unknown" ? `,"word_raw":2` : "";
    assertEquals(
      line,
      `{"protocol":"X","quantity":${value},"id":"0x${value.toString(16)}","u32":${low},"ms":${thousandths(low)},` +
        `"s32":${low | 0},"port":${low & 0xffff},"word":"${word}"${raw}}`,
    );
  });
});

Deno.test("addresses are written in the one form of RFC 5952", () => {
  const cases: readonly (readonly [number, string, string])[] = [
    [2, "c000020a", "192.0.2.10"],
    [2, "00000000", "0.0.0.0"],
    [2, "ffffffff", "255.255.255.255"],
    [10, "00000000000000000000000000000000", "::"],
    [10, "00000000000000000000000000000001", "::1"],
    [10, "20010db8000000010000000000000001", "2001:db8:0:1::1"],
    [10, "20010db8000100000000000100000001", "2001:db8:1::1:0:1"],
    [10, "20010db8000000010001000100010001", "2001:db8:0:1:1:1:1:1"],
    [10, "20010db8000000000001000000000001", "2001:db8::1:0:0:1"],
    [10, "fe800000000000000000000000000000", "fe80::"],
    [10, "00000000000000000000ffff7f000001", "::ffff:127.0.0.1"],
    [10, "0000000000000000ffff000000000001", "::ffff:0:0:1"],
    [10, "00000000000000010000ffff7f000001", "::1:0:ffff:7f00:1"],
    [10, "000a00b00c00d0000001002003004000", "a:b0:c00:d000:1:20:300:4000"],
  ];
  const lines = printed(addressed, cases.length, (view, i) => {
    const [family, hex] = cases[i]!;
    view.setUint8(0, family);
    hex.match(/../g)!.forEach((pair, at) => view.setUint8(4 + at, parseInt(pair, 16)));
  });
  lines.forEach((line, i) => assertEquals(JSON.parse(line).address, cases[i]![2]));
});

Deno.test("an address of another family is an error, after which the sink goes on", () => {
  const pieces: string[] = [];
  const sink = new NdjsonSink((bytes) => pieces.push(new TextDecoder().decode(bytes)));
  const bytes = new Uint8Array(addressed.size);
  const view = new DataView(bytes.buffer);
  sink.openProtocol("X");
  for (const family of [2, 99, 10]) {
    bytes[0] = family;
    sink.openRecord();
    if (family === 99) {
      assertThrows(() => sink.structure(addressed, view, bytes, 0, bytes.length), DecodeError, "address family 99");
      sink.dropRecord();
    } else {
      sink.structure(addressed, view, bytes, 0, bytes.length);
      sink.closeRecord();
    }
  }
  sink.closeProtocol();
  sink.close();
  assertEquals(pieces.join("").trimEnd().split("\n").map((line) => JSON.parse(line).address), ["0.0.0.0", "::"]);
});

Deno.test("structures in the sink's own array of datagrams are written as others are", () => {
  const write = (own: boolean) => {
    const pieces: string[] = [];
    const sink = new NdjsonSink((bytes) => pieces.push(new TextDecoder().decode(bytes)));
    const { datagrams } = sink;
    assertEquals(datagrams.length, DATAGRAM_SIZE);
    const bytes = own ? datagrams : new Uint8Array(DATAGRAM_SIZE);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    bytes.forEach((_, i) => bytes[i] = i * 7);
    sink.openProtocol("X");
    // To the last byte.
    for (const start of [0, 5, 1000, DATAGRAM_SIZE - numbers.size, DATAGRAM_SIZE - 9]) {
      sink.openRecord();
      sink.structure(numbers, view, bytes, start, Math.min(start + numbers.size, DATAGRAM_SIZE));
      sink.closeRecord();
    }
    sink.closeProtocol();
    sink.close();
    return pieces.join("");
  };
  assertEquals(write(true), write(false));
});

Deno.test("structures in a record of any length are written, and in those behind it", () => {
  const payload = defineKey(null, "payload", { type: "hex" });
  const pieces: string[] = [];
  const sink = new NdjsonSink((bytes) => pieces.push(new TextDecoder().decode(bytes)));
  const bytes = new Uint8Array(numbers.size).fill(1);
  const view = new DataView(bytes.buffer);
  const long = new Uint8Array(300_000);
  sink.openProtocol("X");
  for (const size of [0, 1, 70_000, 300_000, 2, 300_000, 3]) {
    sink.openRecord();
    sink.hex(payload, long, 0, size);
    sink.structure(numbers, view, bytes, 0, bytes.length);
    sink.closeRecord();
  }
  sink.closeProtocol();
  sink.close();
  const [first, ...others] = pieces.join("").trimEnd().split("\n").map((line) => JSON.parse(line));
  assertEquals(first.quantity, 72340172838076673);
  for (const other of others) assertEquals({ ...other, payload: "" }, first);
  assertEquals(others.map((other) => other.payload.length), [2, 140_000, 600_000, 4, 600_000, 6]);
});

Deno.test("the WebAssembly is what its source makes", async () => {
  assertEquals(await wasmModule(), Deno.readTextFileSync(`${projectDirectory}formats/structure/put_structure_wasm.ts`));
});
