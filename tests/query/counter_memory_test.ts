import { assertEquals } from "@std/assert";
import { defineKey } from "../../decode/record/key.ts";
import { RecordSlots, selectSlots } from "../../decode/record/record_slots.ts";
import { CounterMemory } from "../../query/counter_memory.ts";

const wide = defineKey(null, "counter_memory_wide", { type: "integer64", meaning: "A counter." });
const narrow = defineKey(null, "counter_memory_narrow", { type: "integer", meaning: "A counter." });

/** What is counted from record to record of a socket: of each, the 64-bit counter and the 32-bit one. */
function deltas(...records: readonly (readonly [wide: bigint | null, narrow: number | null])[]): readonly number[][] {
  const memory = new CounterMemory([true, false]);
  const slots = new RecordSlots(selectSlots([[wide], [narrow]]));
  return records.map(([large, small]) => {
    slots.openRecord();
    if (large !== null) {
      slots.integer64(wide, Number(BigInt.asIntN(32, large)), Number(BigInt.asIntN(32, large >> 32n)));
    }
    if (small !== null) slots.integer(narrow, small);
    slots.closeRecord();
    return [...memory.compare(7, slots, [[0], [1]])];
  });
}

Deno.test("CounterMemory says what was counted since, all of it at first", () => {
  assertEquals(deltas([5n, 7], [5n, 9], [15n, 9]), [[5, 7], [0, 2], [10, 0]]);
});

Deno.test("CounterMemory keeps the last digit of counters that a number has no room for", () => {
  const large = 2n ** 62n + 1n;
  assertEquals(deltas([large, 0], [large + 3n, 0], [large + 2n ** 40n, 0]).slice(1), [[3, 0], [2 ** 40 - 3, 0]]);
  assertEquals(deltas([2n ** 32n - 1n, 0], [2n ** 32n, 0])[1], [1, 0]);
});

Deno.test("CounterMemory knows full 32 bits from a socket that is used anew, for all its counters", () => {
  assertEquals(deltas([100n, 0xffff_fff0], [200n, 0x10])[1], [100, 0x20]);
  // What is 5 now was counted anew, also where the counter has not fallen.
  assertEquals(deltas([100n, 3], [5n, 5])[1], [5, 5]);
  assertEquals(deltas([100n, 2_000_000_000], [150n, 5])[1], [150, 5]);
});

Deno.test("CounterMemory takes a counter that a record lacks for one that has counted nothing more", () => {
  assertEquals(deltas([100n, 3], [null, null], [130n, 4]), [[100, 3], [0, 0], [30, 1]]);
});
