/** Rounds of a listing that lack something. */
import { assertEquals } from "@std/assert";
import { families } from "../../decode/families/all_families.ts";
import { newOutcome } from "../../decode/record/outcome.ts";
import { nowhere } from "../../decode/record/nowhere.ts";
import { Rounds } from "../../query/rounds.ts";

Deno.test("Rounds: sockets count as closed only if nothing is missing that a round before had", () => {
  const rounds = new Rounds(families.slice(0, 1), null, null, false, () => 0);
  const end = (warnings: string[], lookupWarnings: string[] = [], failed = 0) => {
    rounds.start(nowhere);
    let closes = false;
    const outcome = { ...newOutcome(), failed, warnings: [...warnings, ...lookupWarnings], lookupWarnings };
    const { complete } = rounds.end(outcome, () => closes = true);
    return [complete, closes];
  };
  const hidden = (count: number) => `${count} namespaces may be missing`;
  assertEquals(end([hidden(1)]), [false, true]);
  assertEquals(end([hidden(2)], ["owners"]), [false, true]);
  assertEquals(end([hidden(2), "interrupted"]), [false, false]);
  assertEquals(end([hidden(2), "interrupted"]), [false, false]);
  assertEquals(end([], [], 1), [false, false]);
  assertEquals(end([]), [true, true]);
  // It may have been listed meanwhile.
  assertEquals(end([hidden(2)]), [false, false]);
});
