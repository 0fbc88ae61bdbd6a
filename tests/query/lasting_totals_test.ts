/** Sums that last: an end that is told late, or twice, counts once. */
import { assertEquals } from "@std/assert";
import { families } from "../../decode/families/all_families.ts";
import { CLOSED } from "../../decode/record/event_keys.ts";
import type { Identity } from "../../decode/record/identity_sink.ts";
import { defineKey } from "../../decode/record/key.ts";
import { nowhere } from "../../decode/record/nowhere.ts";
import { newOutcome } from "../../decode/record/outcome.ts";
import { RecordSlots, selectSlots } from "../../decode/record/record_slots.ts";
import { EventTape } from "../../query/closed_sockets.ts";
import { LastingTotals, type Total } from "../../query/lasting_totals.ts";
import { Rounds } from "../../query/rounds.ts";
import { MOST_AWAITED } from "../../query/socket_memory.ts";

const sent = defineKey(null, "lasting_totals_sent", { type: "integer64", meaning: "A counter." });

const socket = (low: number): Identity => ({ protocol: 0, netns: 0, low, high: 0 });

/** Rounds that list some sockets of one group, with what they have sent. */
class Listed {
  now = 0;
  readonly rounds = new Rounds(families.slice(0, 1), null, new Set(), false, () => this.now);
  readonly totals: LastingTotals;
  readonly total: Total;
  readonly #slots = new RecordSlots(selectSlots([[sent]]));

  constructor(fromZero = false, isTold: (protocol: number) => boolean = () => true) {
    this.totals = new LastingTotals(this.rounds.counters.memory, [[sent]], Infinity, fromZero, isTold);
    this.rounds.lasting = this.totals;
    this.total = this.totals.totalOf("TCP", { calls: 0 } as never, new Uint8Array(1));
  }

  /** Lists sockets; returns how many were opened and closed. */
  round(after: number, ...sockets: readonly (readonly [low: number, sent: number])[]): [number, number] {
    this.now += after;
    this.begin(...sockets);
    const { opened, closed } = this.rounds.end({ ...newOutcome(), records: sockets.length });
    return [opened, closed];
  }

  /** Lists sockets, and is not ready. */
  begin(...sockets: readonly (readonly [low: number, sent: number])[]): void {
    this.rounds.start(nowhere);
    for (const [i, [low, bytes]] of sockets.entries()) {
      this.rounds.counters.memory.see(socket(low));
      this.#slots.openRecord();
      this.#slots.integer64(sent, bytes, 0);
      this.totals.take(this.total, i, this.#slots, [[0]]);
    }
  }

  /** The kernel tells the end of a socket; returns whether it was known. */
  end(low: number, bytes: number): boolean {
    const tape = new EventTape();
    tape.openRecord();
    tape.integer64(sent, bytes, 0);
    const known = this.totals.tellClosed("TCP", socket(low), tape);
    if (!known) this.totals.tellEvent("TCP", CLOSED, tape);
    return known;
  }

  get found(): [sum: bigint, closed: number] {
    return [this.total.sums[0]!, this.total.closed];
  }
}

Deno.test("LastingTotals counts a socket once whose end is told some rounds after it was listed", () => {
  const listed = new Listed();
  assertEquals(listed.round(0, [1, 1000], [2, 10]), [0, 0]);
  assertEquals(listed.round(5, [2, 20]), [0, 1]);
  for (let i = 0; i < 100; i++) assertEquals(listed.round(5, [2, 20]), [0, 0]);
  assertEquals(listed.found, [1020n, 0]);
  assertEquals(listed.end(1, 1500), true);
  assertEquals(listed.found, [1520n, 1]);
  // Told again, and listed again: nothing more.
  assertEquals(listed.end(1, 1500), true);
  assertEquals(listed.round(5, [1, 1500], [2, 20]), [0, 0]);
  assertEquals(listed.found, [1520n, 1]);
  // After ten seconds it is forgotten.
  listed.round(10_001, [2, 20]);
  listed.round(10_001, [2, 20]);
  assertEquals(listed.rounds.counters.memory.count, 1);
});

Deno.test("LastingTotals counts a socket once whose end is told an hour after it was listed, if it is told at all", () => {
  const listed = new Listed();
  listed.round(0, [1, 1000], [2, 10]);
  for (let i = 0; i < 60; i++) listed.round(60_000);
  assertEquals(listed.end(1, 1500), true);
  assertEquals(listed.found, [1510n, 1]);
  listed.round(60_000);
  listed.round(60_000);
  // The other one is remembered.
  assertEquals(listed.rounds.counters.memory.count, 1);
  // So many at most.
  listed.round(60_000, ...Array.from({ length: MOST_AWAITED + 500 }, (_, i) => [i + 10, 1] as const));
  for (let i = 0; i < 3; i++) listed.round(60_000);
  assertEquals(listed.rounds.counters.memory.count, MOST_AWAITED);
  const others = new Listed(false, () => false);
  others.round(0, [1, 1000]);
  others.round(60_000);
  others.round(60_000);
  assertEquals(others.rounds.counters.memory.count, 0);
});

Deno.test("LastingTotals goes on where a socket is listed again", () => {
  const listed = new Listed();
  listed.round(0, [1, 100]);
  listed.round(5);
  listed.round(5, [1, 150]);
  assertEquals(listed.found, [150n, 0]);
});

Deno.test("LastingTotals lets the sink for closed sockets forget its groups in each round", () => {
  const listed = new Listed();
  let forgotten = 0;
  listed.totals.receiveEnds(nowhere, () => forgotten++);
  listed.round(0, [1, 100]);
  listed.round(5, [1, 100]);
  assertEquals(forgotten, 2);
});

Deno.test("LastingTotals from zero leaves out what was counted before the end of the first listing", () => {
  const listed = new Listed(true);
  // A listing that was given up is not the first one.
  listed.begin([1, 1000]);
  assertEquals(listed.end(9, 70), false);
  listed.round(5, [1, 1500], [2, 10]);
  assertEquals(listed.found, [0n, 0]);
  listed.round(5, [1, 1501], [3, 40]);
  assertEquals(listed.found, [41n, 0]);
  assertEquals(listed.end(2, 30), true);
  assertEquals(listed.found, [61n, 1]);
});
