/**
 * Fields that records share are written once and copied: the output is the same as if they were written each time.
 */
import { assert, assertEquals } from "@std/assert";
import { defineElement, defineKey, type Key } from "../../../decode/record/key.ts";
import { ForwardingSink } from "../../../decode/record/forwarding_sink.ts";
import { type Around, type RecordSink, writeAround, writeShared } from "../../../decode/record/record_sink.ts";
import { openJson } from "../../../formats/json/json.ts";
import { openNdjson } from "../../../formats/json/ndjson.ts";
import { openYaml } from "../../../formats/yaml.ts";

const list = defineKey(null, "shared_test", { type: "list", meaning: "A list." });
const element = defineElement(list, "object");
const number = defineKey(element, "number", { type: "integer", meaning: "A number." });
const text = defineKey(element, "text", { type: "text", meaning: "Text." });
const numbers = defineKey(element, "numbers", { type: "list", meaning: "A list of numbers." });
const one = defineElement(numbers, "integer");
const other = defineKey(element, "other", { type: "text", meaning: "Other text." });

interface About {
  readonly number: number;
  readonly text: Uint8Array;
}

const write = ({ number: value, text: bytes }: About, sink: RecordSink) => {
  sink.integer(number, value);
  sink.text(text, bytes, 0, bytes.length);
};
const writeText = (key: Key) => ({ text: bytes }: About, sink: RecordSink) => sink.text(key, bytes, 0, bytes.length);
const [writeOther, writeAgain] = [writeText(other), writeText(text)];

/** Fields around a number in a list, which is the only one in it, and around one that has a name. */
const arounds: readonly Around<About>[] = [
  {
    before({ number: value }, sink) {
      sink.integer(number, value);
      sink.openList(numbers);
    },
    key: one,
    after(about, sink) {
      sink.closeList(numbers);
      writeShared(about, write, sink);
    },
  },
  { before: writeText(other), key: number, after: writeText(text) },
];

/** Texts of no byte, of what is escaped, and of more than what is handed on at once. */
const things: readonly About[] = [0, 3, 100, 70_000, 200_000].map((length, i) => ({
  number: i,
  text: new Uint8Array(length).map((_, at) =>
    at % 7 === 0 ? 0x22 : at % 11 === 0 ? 0xff : at % 13 === 0 ? 0x7f : 0x61 + at % 26
  ),
}));

function push(sink: RecordSink): void {
  sink.openProtocol("TCP");
  for (let i = 0; i < 60; i++) {
    if (i % 20 === 0) sink.mark();
    sink.openRecord();
    sink.openList(list);
    for (let n = 0; n < i % 4; n++) {
      const thing = things[(i * 7 + n) % things.length]!;
      sink.openObject(element);
      writeShared(thing, write, sink);
      // Another function of the same object is not taken for the first one.
      writeShared(thing, n % 2 === 0 ? writeOther : writeAgain, sink);
      // Likewise.
      writeAround(thing, arounds[(n * 3 + i) % 5 % 2]!, 10 ** (i % 10) - 1 + n, sink);
      sink.closeObject(element);
    }
    sink.closeList(list);
    if (i % 9 === 8) sink.dropRecord();
    else sink.closeRecord();
  }
  sink.closeProtocol();
}

for (const [name, open] of [["json", openJson], ["ndjson", openNdjson], ["yaml", openYaml]] as const) {
  for (const compact of [true, false]) {
    Deno.test(`${name}${compact ? ", compact," : ""} writes shared fields as any others`, () => {
      const output = (wrap: (sink: RecordSink) => RecordSink) => {
        let text = "";
        const decoder = new TextDecoder();
        const sink = open((bytes) => text += decoder.decode(bytes, { stream: true }), { compact }, { families: [] });
        push(wrap(sink));
        sink.close();
        return text;
      };
      const copied = output((sink) => sink);
      // A sink in between takes nothing together.
      const written = output((sink) => new ForwardingSink(sink));
      assert(written.length > 1_000_000);
      assertEquals(copied === written, true);
    });
  }
}
