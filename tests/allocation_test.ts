/** The hot path: nothing is allocated for a field or a record. */
import { assert, assertEquals } from "@std/assert";
import { formats } from "../formats/formats.ts";
import { projectDirectory, run } from "./program.ts";

for (const format of formats) {
  Deno.test(`decoding and writing 100,000 sockets as ${format.name} allocates less than 100 bytes for each`, () =>
    watch(format.name));
}

function watch(format: string): void {
  const script = `${projectDirectory}tests/many_records.ts`;
  const words = [Deno.execPath(), "run", "--quiet", "--allow-read", "--v8-flags=--trace-gc", script, format];
  const { code, stdout } = run(words);
  assertEquals(code, 0);
  // Each collection of young objects frees about 1 MB; some are owed to the start and to code not yet optimized.
  const collections = stdout.match(/Scavenge/g)?.length ?? 0;
  assert(collections > 0 && collections < 10, `${collections} collections`);
}
