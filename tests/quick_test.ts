/**
 * What the quick tests are.
 */
import { assert, assertEquals } from "@std/assert";
import { allTests, quickTests } from "./quick.ts";

Deno.test("the quick tests are most of decode, query, formats and options, and none that makes sockets, starts the program or builds", () => {
  const quick = quickTests();
  for (const room of ["decode", "query", "formats", "options"]) {
    const all = [...allTests(`tests/${room}/`)];
    assert(all.filter((path) => quick.includes(path)).length > all.length / 2, room);
  }
  const slow = [...allTests("tests/live/"), "tests/process_test.ts", "tests/packed_test.ts", "tests/compile_test.ts"];
  assertEquals(quick.filter((path) => slow.includes(path)), []);
});
