/** The hot path: nothing is allocated for a field or a record. */
import { assert, assertEquals } from "@std/assert";
import { formats } from "../../formats/all_formats.ts";
import { projectDirectory, run } from "../program.ts";

const script = `${projectDirectory}tests/many_records.ts`;

/** Times that young objects were collected; each frees about 1 MB. Some are owed to the start and to code not yet optimized. */
function collections(...args: readonly string[]): number {
  const words = [Deno.execPath(), "run", "--quiet", "--allow-read", "--v8-flags=--trace-gc", script, ...args];
  const { code, stdout } = run(words);
  assertEquals(code, 0);
  return stdout.match(/Scavenge/g)?.length ?? 0;
}

for (const format of formats) {
  Deno.test(`decoding and writing 100,000 sockets as ${format.name} allocates less than 100 bytes for each`, () => {
    const count = collections("tcp", "tcp500.k61", format.name);
    assert(count > 0 && count < 10, `${count} collections`);
  });
}

for (const family of ["unix", "netlink"]) {
  Deno.test(`decoding and writing 100,000 ${family} sockets allocates less than 100 bytes for each`, () => {
    const count = collections(family, `${family}.k61`, "ndjson");
    assert(count < 10, `${count} collections`);
  });
}

Deno.test("adding names, owners and other ends to 100,000 sockets allocates less than 100 bytes for each", () => {
  const count = collections("tcp", "tcp500.k61", "ndjson", "", "annotated");
  assert(count < 10, `${count} collections`);
});

Deno.test("checking 100,000 sockets by a filter of numbers, words, lists and addresses allocates less than 100 bytes for each", () => {
  const filter =
    "( tcp_info.rtt > 1h or tcp_info.bytes_acked > 1TB or cong_algo = reno or tcp_info.opts = ecn or dst 192.0.2.0/24 ) " +
    "and not ( uid = 7 or cookie = 0x1 )";
  const count = collections("tcp", "tcp500.k61", "ndjson", filter);
  assert(count < 10, `${count} collections`);
});
