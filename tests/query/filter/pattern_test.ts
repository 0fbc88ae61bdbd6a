/** Regular expressions of filters: they find what those of JavaScript find, in bounded time. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "../../packages/fast_check.ts";
import { Pattern } from "../../../query/filter/pattern.ts";
import { ValueError } from "../../../query/filter/syntax_error.ts";

Deno.test("Pattern finds what RegExp finds, whatever the pattern and the text", () => {
  const atom = fc.constantFrom(
    ...[
      "a",
      "b",
      "c",
      ".",
      "[ab]",
      "[^a]",
      "[]",
      "[^]",
      "[a-c\\]]",
      "[\\d-]",
      "[\\b]",
      "\\w",
      "\\W",
      "\\d",
      "\\s",
      "\\S",
    ],
    ...["\\x61", "\\u0062", "\\n", "\\.", "\\p", "\\cJ", "\\c", "\\0", "\\-", "{", "}", "]", "a{,2}", "^", "$", "\\b"],
    ...["\\B", "é", "\u{1f600}", "-", "/", "\\/", "x{", "{1", ","],
  );
  const { tree } = fc.letrec<{ tree: string }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      { weight: 3, arbitrary: atom },
      fc.array(tie("tree"), { maxLength: 4 }).map((parts) => parts.join("")),
      fc.array(tie("tree"), { minLength: 1, maxLength: 3 }).map((parts) => `(${parts.join("|")})`),
      fc.tuple(tie("tree"), fc.constantFrom("(?:", "(?i:", "(?s:", "(?m:", "(?s-i:", "(?<n>")).map(([part, open]) =>
        `${open}${part})`
      ),
      fc.tuple(tie("tree"), fc.constantFrom("*", "+", "?", "{2}", "{1,3}", "{0}", "{2,}", "*?", "+?", "??", "{1,2}?"))
        .map(([part, quantifier]) => `(?:${part})${quantifier}`),
      fc.tuple(atom, fc.constantFrom("*", "+", "?", "{2}", "{1,}")).map(([part, quantifier]) => part + quantifier),
    ),
  }));
  const text = fc.array(fc.constantFrom(..."aabbcABC.-]{}p\\ /1_é\n\r\u2028\0\u{1f600}", "\b"), { maxLength: 12 })
    .map((letters) => letters.join(""));
  let found = 0;
  let tried = 0;
  fc.assert(
    fc.property(
      tree,
      fc.array(text, { minLength: 4, maxLength: 4 }),
      fc.constantFrom("", "i", "s"),
      (source, texts, flags) => {
        let expected: RegExp;
        try {
          expected = new RegExp(source, flags);
        } catch {
          assertThrows(() => new Pattern(source, flags), ValueError);
          return;
        }
        const pattern = new Pattern(source, flags);
        for (const text of texts) {
          const finds = expected.test(text);
          tried++;
          if (finds) found++;
          assertEquals(pattern.test(text), finds, `/${source}/${flags} on ${JSON.stringify(text)}`);
        }
      },
    ),
    { seed: 6, numRuns: 4000 },
  );
  assert(tried > 8000 && found > tried / 10 && found < tried * 9 / 10, `${found} of ${tried} found`);
});

/** Letters in no order, so that a search meets a new set of places with each. */
function* coins(count: number): Generator<string> {
  for (let i = 0, state = 1; i < count; i++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    yield state >>> 16 & 1 ? "a" : "b";
  }
  yield "a";
}

Deno.test("Pattern ends on texts that others make for it not to", () => {
  const cases: [source: string, text: string, finds: boolean][] = [
    ["(a+)+$", `${"a".repeat(100_000)}b`, false],
    ["nginx.*worker", "nginx".repeat(400_000), false],
    ["(x+x+)+y", "x".repeat(100_000), false],
    [".*.*.*.*.*=", "a".repeat(100_000), false],
    ["^(a|a)*$", `${"a".repeat(100_000)}b`, false],
    ["(a?){50}a{50}", "a".repeat(50), true],
    ["[ab]*a[ab]{13}$", "ab".repeat(100_000), true],
    ["a[ab]{25}$", [...coins(50_000)].join("") + "b".repeat(25), true],
    ["^(([a-z])+.)+[A-Z]([a-z])+$", "a".repeat(100_000), false],
  ];
  for (const [source, text, finds] of cases) {
    const start = performance.now();
    assertEquals(new Pattern(source).test(text), finds, source);
    const time = performance.now() - start;
    // A hundred times what it takes; JavaScript's own search takes hours for most of these.
    assert(time < 20_000, `${source}: ${time} ms`);
  }
});

Deno.test("Pattern keeps no more of what others send than fits a bound, and still finds", () => {
  const pattern = new Pattern("\\W.?x$");
  let text = "";
  for (let i = 0; i < 60_000; i++) text += String.fromCharCode(i % 0xd000 + 200);
  assertEquals([pattern.test(text), pattern.test(`${text}\u4e00ax`), pattern.test("x")], [false, true, false]);
});

Deno.test("Pattern refuses what cannot be searched for in bounded time", () => {
  const cases: [source: string, message: string][] = [
    ["a(?=b)", '"(?=" looks around, which can take forever on some texts: not supported'],
    ["(?<!a)b", '"(?<!" looks around, which can take forever on some texts: not supported'],
    ["(a)\\1", '"\\\\1" refers back to a group, which can take forever on some texts: not supported'],
    ["(?<n>a)\\k<n>", '"\\\\k" refers back to a group, which can take forever on some texts: not supported'],
    ["(a{1000}){1000}", '"(a{1000}){1000}" repeats too much: it is too long'],
    [`${"(".repeat(300)}${")".repeat(300)}`, "more than 200 parentheses inside each other"],
    ["(", '"(" is not a regular expression: Unterminated group'],
  ];
  for (const [source, message] of cases) {
    assertEquals(assertThrows(() => new Pattern(source), ValueError).message, message);
  }
});
