/** The table of descriptors finds what was added, whatever was looked for before. */
import { assert, assertEquals } from "@std/assert";
import { DescriptorTable, NOTHING } from "../../../decode/lookups/descriptor_table.ts";

/** Inodes above 31 bits, in runs, and far from each other; some have more than one entry. */
const inodes = Array.from(
  { length: 20_000 },
  (_, i) => i % 3 === 0 ? 50_000 + i : i % 3 === 1 ? 2 ** 32 - 1 - i : i * 2048,
);

/** The ways of an inode, in order. */
function waysOf(table: DescriptorTable, inode: number): readonly number[] {
  const last = table.last(inode);
  const ways: number[] = [];
  if (last === NOTHING) return ways;
  let at = last;
  do {
    at = table.entries[at + 3]!;
    assertEquals(table.entries[at]! >>> 0, inode);
    ways.push(table.entries[at + 2]!);
  } while (at !== last);
  return ways;
}

for (const reserved of [0, 100, 30_000, 10_000_000]) {
  Deno.test(`DescriptorTable with room for ${reserved} finds all entries of an inode in order, and no others`, () => {
    const table = new DescriptorTable();
    table.reserve(reserved);
    const expected = new Map<number, number[]>();
    inodes.forEach((inode, i) => {
      assertEquals(table.last(7), NOTHING);
      table.add(inode, i % 5, i);
      expected.set(inode, [...expected.get(inode) ?? [], i]);
      if (i % 4 === 0) {
        table.add(inodes[i >> 1]!, 1, i + 1_000_000);
        expected.get(inodes[i >> 1]!)!.push(i + 1_000_000);
      }
    });
    for (const [inode, ways] of expected) assertEquals(waysOf(table, inode), ways);
    assertEquals(waysOf(table, 7), []);
  });
}

Deno.test("DescriptorTable keeps marks while it grows, and forgets all when it is cleared", () => {
  const table = new DescriptorTable();
  table.mark(7);
  inodes.forEach((inode, i) => {
    table.add(inode, 0, i);
    if (i % 2 === 0) table.mark(inode);
  });
  const unmarked = new Set<number>();
  table.forEachUnmarked((at) => unmarked.add(table.entries[at]! >>> 0));
  const marked = new Set(inodes.filter((_, i) => i % 2 === 0));
  assertEquals(unmarked, new Set(inodes.filter((inode) => !marked.has(inode))));
  // A mark of an inode without entries is not kept for the next one in its place.
  table.add(7, 0, 0);
  table.forEachUnmarked((at) => unmarked.add(table.entries[at]! >>> 0));
  assert(unmarked.has(7));
  for (const inode of [7, ...inodes]) table.mark(inode);
  assertEquals(table.hasUnmarked(), false);
  table.unmark();
  assertEquals(table.hasUnmarked(), true);
  // The inode that was looked for last has another place afterwards.
  const [first, second] = [inodes[0]!, inodes[3]!];
  table.last(second);
  table.clear();
  assertEquals(table.last(second), NOTHING);
  table.add(first, 0, 1);
  table.add(second, 0, 2);
  assertEquals([waysOf(table, first), waysOf(table, second), waysOf(table, inodes[6]!)], [[1], [2], []]);
});
