/** A store of records gives back what was put into it, also of records longer than a piece, and after some were forgotten. */
import { assert, assertEquals } from "@std/assert";
import { RecordStore } from "../../../decode/record/record_store.ts";

/** A record of some numbers and bytes, which `seed` tells apart. */
const record = (seed: number, count: number, length: number) => ({
  numbers: Int32Array.from({ length: count }, (_, i) => seed * 31 + i),
  bytes: Uint8Array.from({ length }, (_, i) => seed + i),
});

Deno.test("RecordStore gives back every record, whatever its size", () => {
  const store = new RecordStore();
  const sizes = [[0, 0], [4, 1], [400, 1001], [4, 3_000_000], [8, 2], [300_000, 7], [120, 333]] as const;
  const records = Array.from({ length: 2000 }, (_, i) => {
    const [count, length] = sizes[i < 14 ? i % sizes.length : [0, 1, 2, 4, 6][i % 5]!]!;
    return record(i, count, length);
  });
  const positions = records.map(({ numbers, bytes }) => store.add(numbers, numbers.length, bytes, bytes.length));
  positions.slice(1).forEach((position, i) => assert(position > positions[i]!));
  const expect = (i: number, { numbers, bytes } = records[i]!) => {
    const { calls, bytes: kept } = store.get(positions[i]!);
    assertEquals(calls.length === numbers.length && calls.every((number, n) => number === numbers[n]), true, `${i}`);
    assertEquals(kept.length === bytes.length && kept.every((byte, n) => byte === bytes[n]), true, `${i}`);
  };
  records.forEach((_, i) => expect(i));
  // What was forgotten is written over; what was before stays.
  store.truncate(positions[1000]!);
  const other = record(7, 40, 99);
  assertEquals(store.add(other.numbers, 40, other.bytes, 99), positions[1000]);
  expect(999);
  expect(1000, other);
  // A piece for a long record takes many short ones.
  const long = record(3, 4, 9_000_000);
  const first = store.add(long.numbers, 4, long.bytes, long.bytes.length);
  store.truncate(first);
  const places = Array.from({ length: 9000 }, () => store.add(other.numbers, 40, other.bytes, 99));
  assert(places.every((place) => store.get(place).bytes[98] === other.bytes[98]));
  store.truncate(positions[0]!);
  assertEquals(store.add(other.numbers, 40, other.bytes, 99), positions[0]);
  expect(0, other);
});

Deno.test("RecordStore takes only the first numbers and bytes, and gives copies of its own", () => {
  const store = new RecordStore();
  const { numbers, bytes } = record(1, 8, 20);
  const position = store.add(numbers, 4, bytes, 5);
  numbers.fill(0);
  bytes.fill(0);
  const { calls, bytes: kept } = store.get(position);
  assertEquals([[...calls], [...kept]], [[31, 32, 33, 34], [1, 2, 3, 4, 5]]);
  calls.fill(9);
  kept.fill(9);
  assertEquals([...store.get(position).bytes], [1, 2, 3, 4, 5]);
});
