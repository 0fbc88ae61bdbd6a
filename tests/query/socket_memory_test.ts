/** The memory of a listing, against a plain map. */
import { assert, assertEquals } from "@std/assert";
import fc from "../packages/fast_check.ts";
import { SocketMemory } from "../../query/socket_memory.ts";
import { PROPERTY } from "../generated_records.ts";

type Socket = readonly [protocol: number, netns: number, high: number, low: number];

const small = fc.integer({ min: -2, max: 2 });
const sockets = fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), small, small, fc.integer({ min: -40, max: 40 })));

/** Lists sockets; returns those that are new and those that are gone. */
function list(memory: SocketMemory, names: Map<number, string>, listed: readonly Socket[]): [Set<string>, Set<string>] {
  const opened = new Set<string>();
  const closed = new Set<string>();
  memory.startRound();
  for (const [protocol, netns, high, low] of listed) {
    const name = [protocol, netns, high, low].join();
    if (memory.see({ protocol, netns, high, low })) opened.add(name);
    else assertEquals(names.get(memory.entry), name);
    assertEquals(memory.protocolOf(memory.entry), protocol);
    names.set(memory.entry, name);
  }
  memory.endRound(
    (entry) => closed.add(names.get(entry)!),
    (from, to) => names.set(to, names.get(from)!),
  );
  return [opened, closed];
}

Deno.test("SocketMemory tells what each listing opened and closed", () => {
  fc.assert(
    fc.property(fc.array(sockets, { maxLength: 8 }), (rounds) => {
      const memory = new SocketMemory();
      const names = new Map<number, string>();
      let before = new Set<string>();
      for (const listed of rounds) {
        const now = new Set(listed.map((socket) => socket.join()));
        const [opened, closed] = list(memory, names, listed);
        assertEquals(opened, now.difference(before));
        assertEquals(closed, before.difference(now));
        assertEquals(memory.count, now.size);
        before = now;
      }
    }),
    PROPERTY,
  );
});

Deno.test("SocketMemory grows, and takes at most 36 bytes a socket for 100,000", () => {
  const memory = new SocketMemory();
  for (let round = 0; round < 3; round++) {
    memory.startRound();
    let opened = 0;
    let closed = 0;
    for (let low = 0; low < 100_000; low++) {
      if (memory.see({ protocol: 0, netns: 0, high: 0, low: low + 50_000 * round })) opened++;
    }
    memory.endRound(() => closed++);
    assertEquals([opened, closed, memory.count], [round === 0 ? 100_000 : 50_000, round === 0 ? 0 : 50_000, 100_000]);
  }
  assert(memory.byteLength <= 2 * 36 * 100_000, `${memory.byteLength}`);
  const fresh = new SocketMemory();
  fresh.startRound();
  for (let low = 0; low < 100_000; low++) fresh.see({ protocol: 0, netns: 0, high: 0, low });
  assert(fresh.byteLength <= 36 * 100_000, `${fresh.byteLength}`);
});
