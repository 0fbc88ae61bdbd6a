/** Random filters: the result is a filter or a FilterSyntaxError with a position in the text. */
import { assert, assertEquals } from "@std/assert";
import fc from "../../packages/fast_check.ts";
import { families } from "../../../decode/families/all_families.ts";
import { FilterSyntaxError } from "../../../query/filter/syntax_error.ts";
import { filterOf } from "./filtering.ts";

/** The share of the runs that there is time for: `test:quick` has less of it. */
const SHARE = Math.min(1, Number(Deno.env.get("SS2_FUZZ_MS") ?? 600) / 600);

/** Reads a filter and prepares it as a dump does; returns whether it is valid. */
function survives(text: string): boolean {
  try {
    const filter = filterOf(text);
    for (const family of families) {
      const own = filter.of(family);
      own.openPredicate(false);
      own.openPredicate(true);
    }
    return true;
  } catch (error) {
    assert(error instanceof FilterSyntaxError, `${JSON.stringify(text)}: ${error}`);
    assert(error.offset >= 0 && error.offset <= text.length, JSON.stringify(text));
    assertEquals(error.caret.split("\n").length, 2, JSON.stringify(text));
    // deno-lint-ignore no-control-regex
    assertEquals(/[\x00-\x1f\x7f-\x9f]/.test(error.message), false, JSON.stringify(text));
    return false;
  }
}

const pieces = [
  ..."()!=<>~&|'\"\\:/*[]@#-.,0 \t\n",
  ...["and", "or", "not", "state", "exclude", "exists", "autobound", "src", "dst", "sport", "dport", "dev", "fwmark"],
  ...["cgroup", "uid", "tcp_info.rtt", "owners.comm", "protocol", "listening", "unix:", "link:", "netlink:", "vsock:"],
  ...[
    "10.0.0.1",
    "::1",
    "[::1]:22",
    "/8",
    "0x1f",
    "50ms",
    "18446744073709551616",
    "tcp",
    "==",
    "!~",
    "(?",
    "\u0000",
    "\u{1f600}",
    "\ud800",
  ],
];

Deno.test("readFilter of words in any order throws nothing but FilterSyntaxError", () => {
  let read = 0;
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 12 }), fc.constantFrom("", " "), (words, blank) => {
      if (survives(words.join(blank))) read++;
    }),
    { seed: 4, numRuns: Math.ceil(20_000 * SHARE) },
  );
  assert(read > 100, `${read} were filters`);
});

Deno.test("readFilter of any text throws nothing but FilterSyntaxError", () => {
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 40 }), (text) => void survives(text)), {
    seed: 5,
    numRuns: Math.ceil(5000 * SHARE),
  });
});

Deno.test("readFilter of values of any kind for every field throws nothing but FilterSyntaxError", () => {
  const paths = [...new Set(families.flatMap(({ describe }) => describe().keys.map(({ path }) => path)))];
  for (const path of paths) {
    for (const operator of ["=", "!=", ">", "~"]) {
      for (const value of ["5", "x", "true", "null", "0xff", "10.0.0.1", "::", "''", "1.5s"]) {
        survives(`${path} ${operator} ${value}`);
      }
    }
    survives(`exists ${path}`);
  }
});
