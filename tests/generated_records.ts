/**
 * Generated records: fields of a family in any order, with any values and with hostile text.
 */
import fc from "./packages/fast_check.ts";
import { writeText } from "../decode/netlink/attribute.ts";
import type { Family } from "../decode/families/family.ts";
import { type Field, fieldTree } from "../decode/reference/fields.ts";
import { defineWord } from "../decode/record/key.ts";
import type { RecordSink } from "../decode/record/record_sink.ts";

/** Pushes something into a sink. */
export type Push = (sink: RecordSink) => void;

/** Seed and number of cases of property tests. */
export const PROPERTY = { seed: 20261125, numRuns: runs(60) };

/** The number of runs, reduced for `test:quick`. */
export function runs(count: number): number {
  const share = Math.min(1, Number(Deno.env.get("SS2_FUZZ_MS") ?? 600) / 600);
  return Math.max(3, Math.round(count * share));
}

/** Names that an attacker might give to a process, a socket or an interface. */
export const hostileTexts: readonly Uint8Array[] = [
  ...[
    '=HYPERLINK("http://example.org","x")',
    "=",
    "+1+1",
    "-2",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "\0abstract",
    "＝1",
    "＋1",
    "－1",
    "＠x",
    "'quoted",
    "''",
    "a,b;c|d\te",
    'say "hi"',
    '"',
    "line\nbreak\r\nand\rmore",
    "\x1b]0;title\x07\x1b[31mred",
    "\x9b31m \x85 \u2028 \u2029",
    "\u202eright to left\u2066",
    "back\\slash \\u0041 \\\\",
    " blanks ",
    "off",
    "null",
    "22:22",
    "::",
    "@/tmp/x",
    "- item",
    "key: value # comment",
    "{}",
    "\ufeffmark",
    "\ufffe\uffff\ufdd0",
    "𝄞 \u{1fffe} ü €",
    "x".repeat(108),
    "=".repeat(108),
  ].map((text) => new TextEncoder().encode(text)),
  Uint8Array.of(0x3d, 0xff, 0xfe, 0xc3, 0x28),
  Uint8Array.of(0xe2, 0x82, 0x2c, 0xf0, 0x9f, 0x98, 0x0a, 0xed, 0xa0, 0x80),
  Uint8Array.from({ length: 108 }, (_, i) => 255 - i),
  new Uint8Array(0),
];

const bytes = fc.oneof(
  fc.constantFrom(...hostileTexts),
  fc.uint8Array({ maxLength: 24 }),
  fc.string({ unit: "binary", maxLength: 24 }).map((text) => new TextEncoder().encode(text)),
);
const half = fc.oneof(fc.constantFrom(0, -1, 1, 0x38d7e, 0x7fffffff), fc.integer());
const integer = fc.oneof(
  fc.nat(),
  fc.integer(),
  fc.constantFrom(0, 9, 10, 999999999999999, 1000000000000000, Number.MAX_SAFE_INTEGER),
);
const word = fc.constantFrom("off", "on", "no", "established", "unknown").map(defineWord);
const words = ["off", "yes", undefined, "x", "close-wait"].map((text) =>
  text === undefined ? undefined : defineWord(text)
);

function value({ key, children }: Field): fc.Arbitrary<Push> {
  switch (key.note.type) {
    case "integer":
      return integer.map((number) => (sink) => sink.integer(key, number));
    case "integer64":
      return fc.tuple(half, half).map(([low, high]) => (sink) => sink.integer64(key, low, high));
    case "decimal":
      return fc.nat(0xffffffff).map((number) => (sink) => sink.thousandths(key, number));
    case "identifier":
      return fc.tuple(half, half).map(([low, high]) => (sink) => sink.identifier(key, low, high));
    case "boolean":
      return fc.boolean().map((truth) => (sink) => sink.boolean(key, truth));
    case "name":
      return word.map((name) => (sink) => sink.name(key, name));
    case "hex":
      return fc.uint8Array({ maxLength: 12 }).map((data) => (sink) => sink.hex(key, data, 0, data.length));
    case "text":
      return bytes.map((data) => (sink) => writeText(key, data, 0, data.length, sink));
    case "address":
      return fc.tuple(fc.boolean(), fc.uint8Array({ minLength: 16, maxLength: 16 })).map(([v6, data]) => (sink) =>
        sink.address(key, v6, data, 0)
      );
    case "object":
      return members(children).map((push) => (sink) => {
        sink.openObject(key);
        push(sink);
        sink.closeObject(key);
      });
    case "list": {
      const [element] = children;
      if (element === undefined || element.type === "name") {
        return fc.nat(31).map((bits) => (sink) => sink.flags(key, words, bits));
      }
      return fc.array(value(element), { maxLength: 3 }).map((elements) => (sink) => {
        sink.openList(key);
        elements.forEach((push) => push(sink));
        sink.closeList(key);
      });
    }
  }
}

/** Some of the fields, in the order of the table or in any other. */
function members(fields: readonly Field[]): fc.Arbitrary<Push> {
  // The exact bytes of a text are pushed with it.
  const chosen = fields.filter((field) => !fields.some(({ key }) => key.hex === field.key));
  if (chosen.length === 0) return fc.constant(() => {});
  const values = fc.tuple(...chosen.map((field) => fc.option(value(field))));
  return fc.tuple(values, fc.boolean(), fc.nat()).map(([pushes, shuffled, turn]) => (sink) => {
    const some = pushes.filter((push) => push !== null);
    const start = shuffled ? turn % (some.length + 1) : 0;
    const order = [...some.slice(start), ...some.slice(0, start)];
    if (shuffled && turn % 2 === 1) order.reverse();
    order.forEach((push) => push(sink));
  });
}

/** Flows of a family. */
export function generatedFlows(family: Family): fc.Arbitrary<Push> {
  const record = members(fieldTree(family)).map((push) => (sink: RecordSink) => {
    sink.openRecord();
    push(sink);
    sink.closeRecord();
  });
  return fc.array(record, { maxLength: 4 }).map((records) => (sink) => {
    sink.openProtocol(family.name);
    records.forEach((push) => push(sink));
    sink.closeProtocol();
  });
}
