/** Formats: the same records through each of them, read back by another reader and compared with the object sink. */
import { familyCalled } from "../../decode/families/all_families.ts";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { defineElement, defineKey, defineWord } from "../../decode/record/key.ts";
import {
  defineLayout,
  enumeration,
  flags,
  identifier,
  milliseconds,
  nullable,
  row,
} from "../../decode/record/layout.ts";
import { runPlan } from "../../decode/plan/run_plan.ts";
import type { RecordSink } from "../../decode/record/record_sink.ts";
import { AF_INET } from "../../decode/kernel/address_family.ts";
import { type Format, formats } from "../../formats/all_formats.ts";
import { type FieldValue, type FlowObject, ObjectSink } from "../../decode/record/object_sink.ts";
import { openRecording } from "../pcap_source.ts";
import { assertOutput } from "../schema.ts";
import { walkLayout } from "../../decode/record/walk_layout.ts";

const tcp = familyCalled("tcp");

const json = formats.find((format) => format.name === "json")!;
const ndjson = formats.find((format) => format.name === "ndjson")!;
/** Those that print every field; `table_test.ts` and `html/page_test.ts` have the same for the others. */
const complete = formats.filter(({ name }) => name !== "table" && name !== "html");

const plan = { families: [tcp], addressFamilies: [AF_INET], states: -1, bpfMaps: false };
const recordings = ["tcp4.k61", "tcp4.k618", "tcp500.k61", "tcp4-bpfstore-all.k61", "tcp4-unpriv.k618"];

function objectsOf(push: (sink: RecordSink) => void): FlowObject[] {
  const sink = new ObjectSink();
  push(sink);
  return sink.take();
}

function textOf(format: Format, push: (sink: RecordSink) => void, compact = false): string {
  const pieces: Uint8Array[] = [];
  const sink = format.open((bytes) => pieces.push(bytes.slice()), { compact });
  push(sink);
  sink.close();
  return new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(pieces.flatMap((piece) => [...piece])));
}

/** Reads JSON with numbers beyond 53 bits as bigint. */
function parseExact(text: string): FieldValue {
  return JSON.parse(text, (_key, value, context?: { source?: string }) => {
    const source = context?.source ?? "";
    return typeof value === "number" && /^\d+$/.test(source) && !Number.isSafeInteger(value) ? BigInt(source) : value;
  });
}

/** Makes bigints that a JSON reader would give as numbers into numbers. */
function likeJson(value: FieldValue): FieldValue {
  if (typeof value === "bigint") return value <= 9007199254740991n ? Number(value) : value;
  if (Array.isArray(value)) return value.map(likeJson);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, likeJson(field)]));
}

function withoutProtocol({ protocol: _, ...rest }: FlowObject): FieldValue {
  return likeJson(rest);
}

for (const name of recordings) {
  const push = (sink: RecordSink) => {
    const outcome = runPlan(plan, openRecording(name), sink);
    assertEquals(outcome.warnings, []);
  };

  Deno.test(`json, compact and not, and ndjson of recording ${name} equal the object sink`, () => {
    const objects = objectsOf(push);
    assert(objects.length > 2);
    const document = { TCP: { flows: objects.map(withoutProtocol) } };
    const pretty = textOf(json, push);
    assertEquals(parseExact(pretty), document);
    const compact = textOf(json, push, true);
    assertEquals(parseExact(compact), document);
    assert(!/\s/.test(compact.trimEnd().replaceAll(/"(?:[^"\\]|\\.)*"/g, "")), "no white space between tokens");
    assertOutput("json", pretty);
    assertOutput("ndjson", textOf(ndjson, push));
    const lines = textOf(ndjson, push).split("\n");
    assertEquals(lines.pop(), "");
    assertEquals(lines.map(parseExact), objects.map(likeJson));
    for (const line of lines) assert(line.startsWith('{"protocol":"TCP","family":'), line.slice(0, 40));
  });

  Deno.test(`json of recording ${name} is laid out as Python's json.dumps with an indent of four`, () => {
    const pretty = textOf(json, push);
    let depth = 0;
    for (const line of pretty.trimEnd().split("\n")) {
      if (/^\s*[}\]]/.test(line)) depth--;
      assertEquals(/^ */.exec(line)![0].length, depth * 4, line);
      if (/[{[]$/.test(line)) depth++;
      assert(!/[,:]\s*$/.test(line) || line.endsWith(","), line);
    }
    assertEquals(depth, 0);
    assert(pretty.endsWith("\n}\n"));
  });
}

Deno.test("json of no flows is a document with an empty list", () => {
  const push = (sink: RecordSink) => {
    sink.openProtocol("TCP");
    sink.closeProtocol();
    sink.openProtocol("UNIX");
    sink.closeProtocol();
  };
  assertEquals(
    textOf(json, push),
    '{\n    "TCP": {\n        "flows": []\n    },\n    "UNIX": {\n        "flows": []\n    }\n}\n',
  );
  assertEquals(textOf(json, push, true), '{"TCP":{"flows":[]},"UNIX":{"flows":[]}}\n');
  assertEquals(textOf(ndjson, push), "");
  assertEquals(textOf(json, () => {}), "{}\n");
});

// Keys of a made-up structure with every kind of member, under names of their own.
const object = defineKey(null, "test_object", { type: "object" });
const words = ["zero", "one", undefined, "three"];
const layout = defineLayout("test_struct", "", object, [
  row("u8", "a", "u8", "", ""),
  row("u8", "b", "low", "", "", { bits: [0, 4] }),
  row("u8", "c", "high", "", "", { bits: [4, 4] }),
  row("u16", "d", "u16", "", ""),
  row("u32", "e", "u32", "", ""),
  row("s32", "f", "s32", "", ""),
  row("be16", "g", "port", "", ""),
  row("u8", "h", "word", "", "", { show: enumeration(words) }),
  row("u8", "i", "list", "", "", { show: flags(words) }),
  row("u32", "j", "ms", "", "", { show: milliseconds }),
  row("u32", "k", "limit", "", "", { show: nullable(0xffffffff) }),
  row("u64", "l", "u64", "", ""),
  row("u64", "m", "number", "", "", { show: identifier }),
  row("u32", "n", "mask", "", "", { show: flags(["bit0", "bit1"]) }),
]);
const text = defineKey(null, "cong_algo", { type: "text" });
const list = defineKey(null, "test_list", { type: "list" });
const element = defineElement(list, "object");
const flag = defineKey(element, "flag", { type: "boolean" });
const names = defineKey(null, "test_names", { type: "list" });
const nameElement = defineElement(names, "name");

/** Random numbers that are the same in every run. */
function* randomBytes(): Generator<number> {
  for (let state = 1;;) {
    state = Math.imul(state, 1103515245) + 12345 & 0x7fffffff;
    yield state >>> 16 & 0xff;
  }
}

Deno.test("structure of every format writes what walkLayout pushes, for random members and every length", () => {
  const random = randomBytes();
  const next = () => random.next().value as number;
  const bytes = new Uint8Array(layout.size + 4);
  const view = new DataView(bytes.buffer);
  const cases: Uint8Array[] = [];
  for (let i = 0; i < 400; i++) {
    // Zeros, ones, all bits and small values are more frequent than by chance.
    cases.push(Uint8Array.from(bytes, () => [0, 0, 0xff, next() & 15, next()][next() % 5]!));
  }
  const run = (sink: RecordSink, walk: typeof sink.structure) => {
    sink.openProtocol("TCP");
    cases.forEach((content, i) => {
      bytes.set(content);
      sink.openRecord();
      sink.openObject(object);
      walk.call(sink, layout, view, bytes, 4, 4 + (i < 100 ? i % (layout.size + 1) : layout.size));
      sink.closeObject(object);
      sink.closeRecord();
    });
    sink.closeProtocol();
  };
  for (const format of formats) {
    const fast = textOf(format, (sink) => run(sink, sink.structure));
    const plain = textOf(
      format,
      (sink) => run(sink, (from, data, content, start, end) => walkLayout(from, data, content, start, end, sink)),
    );
    assertEquals(fast, plain);
    if (format === json) {
      const objects = objectsOf((sink) => run(sink, sink.structure)).map(withoutProtocol);
      assertEquals(parseExact(fast), { TCP: { flows: objects } });
    }
  }
});

Deno.test("text with every byte, control characters and bad UTF-8 is valid JSON without control characters", () => {
  const hostile = [
    Uint8Array.from({ length: 256 }, (_, i) => i),
    new TextEncoder().encode(
      '"quoted", \\ back\nnew\r\ttab \x1b[31m \x7f \u0085 \u009b \u2028\u2029 \u202e\u2066 ü € 𝄞',
    ),
    Uint8Array.of(0xc3, 0x28, 0xe2, 0x82, 0xf0, 0x9f, 0x98, 0xed, 0xa0, 0x80, 0xc0, 0x80, 0xf8, 0x88),
    new Uint8Array(0),
  ];
  for (const bytes of hostile) {
    for (const format of [json, ndjson]) {
      const output = textOf(format, (sink) => {
        sink.openProtocol("TCP");
        sink.openRecord();
        sink.text(text, bytes, 0, bytes.length);
        sink.closeRecord();
        sink.closeProtocol();
      });
      // deno-lint-ignore no-control-regex
      assert(!/[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/.test(output), JSON.stringify(output));
      const parsed = JSON.parse(output);
      const flow = format === json ? parsed.TCP.flows[0] : parsed;
      assertEquals(flow.cong_algo, new TextDecoder().decode(bytes));
    }
  }
});

Deno.test("records larger than the buffer are written whole", () => {
  const bytes = new Uint8Array(300000).fill(0x41);
  for (const format of complete) {
    const output = textOf(format, (sink) => {
      sink.openProtocol("TCP");
      for (let i = 0; i < 3; i++) {
        sink.openRecord();
        sink.text(text, bytes, 0, bytes.length);
        sink.hex(defineKey(null, "cong_algo_hex", { type: "hex" }), bytes, 0, 10);
        sink.closeRecord();
      }
      sink.closeProtocol();
    });
    assertEquals(output.match(/A{300000}/g)?.length, 3);
    assertEquals(output.match(/\b41414141414141414141\b/g)?.length, 3);
  }
});

Deno.test("a dropped record leaves no trace", () => {
  for (const format of formats) {
    const push = (drop: boolean) => (sink: RecordSink) => {
      sink.openProtocol("TCP");
      for (let i = 0; i < 4; i++) {
        if (drop && i !== 2) {
          sink.openRecord();
          sink.openList(list);
          sink.openObject(element);
          sink.boolean(flag, true);
          sink.dropRecord();
        }
        sink.openRecord();
        sink.openList(list);
        sink.openObject(element);
        sink.boolean(flag, i % 2 === 0);
        sink.closeObject(element);
        sink.closeList(list);
        sink.openList(names);
        sink.name(nameElement, defineWord("unknown"));
        sink.closeList(names);
        sink.closeRecord();
      }
      sink.closeProtocol();
    };
    assertEquals(textOf(format, push(true)), textOf(format, push(false)));
  }
});

Deno.test("rewind forgets the records since mark, unless some have left", () => {
  const bytes = new Uint8Array(1000).fill(0x42);
  const write = (sink: RecordSink, count: number) => {
    for (let i = 0; i < count; i++) {
      sink.openRecord();
      sink.text(text, bytes, 0, bytes.length);
      sink.closeRecord();
    }
  };
  for (const format of complete) {
    const kept = textOf(format, (sink) => {
      sink.openProtocol("TCP");
      write(sink, 2);
      sink.mark();
      write(sink, 5);
      assert(sink.rewind());
      write(sink, 1);
      sink.closeProtocol();
    });
    const plain = textOf(format, (sink) => {
      sink.openProtocol("TCP");
      write(sink, 3);
      sink.closeProtocol();
    });
    assertEquals(kept, plain);
    const left = textOf(format, (sink) => {
      sink.openProtocol("TCP");
      sink.mark();
      write(sink, 500);
      assertEquals(sink.rewind(), false);
      sink.closeProtocol();
    });
    assertEquals(left.match(/B{1000}/g)?.length, 500);
  }
  const objects = objectsOf((sink) => {
    sink.openProtocol("TCP");
    write(sink, 2);
    sink.mark();
    write(sink, 5);
    assert(sink.rewind());
  });
  assertEquals(objects.length, 2);
});

Deno.test("json prints 64-bit numbers digit by digit and decimals with a point", () => {
  const output = textOf(json, (sink) => runPlan(plan, openRecording("tcp4.k618"), sink));
  assertStringIncludes(output, '"max_pacing_rate": 18446744073709551615,');
  assertStringIncludes(output, '"max_pacing_rate": 12500000,');
  assertEquals(output.match(/"(rto|ato|rtt|rttvar|rcv_rtt)": \d+(?!\.\d)[,\n]/), null);
});

Deno.test("flags of one key are named by the words of each call", () => {
  const key = defineKey(null, "sockopts", { type: "list" });
  for (const format of complete) {
    const output = textOf(format, (sink) => {
      sink.openProtocol("TCP");
      for (const [word] of [["ours"], ["theirs"]]) {
        sink.openRecord();
        sink.flags(key, [defineWord(word!)], 1);
        sink.closeRecord();
      }
      sink.closeProtocol();
    });
    assertEquals([output.match(/ours/g)?.length, output.match(/theirs/g)?.length], [1, 1], format.name);
  }
});

for (const name of ["yaml", "csv", "tsv"]) {
  Deno.test(`${name} of four recorded sockets is byte for byte what it was`, () => {
    const format = formats.find((format) => format.name === name)!;
    const pieces: string[] = [];
    const sink = format.open((bytes) => pieces.push(new TextDecoder().decode(bytes)), {}, { families: [tcp] });
    runPlan(plan, openRecording("tcp4-bpfstore-all.k61"), sink);
    sink.close();
    const golden = new URL(`../fixtures/golden.${name}`, import.meta.url);
    assertEquals(pieces.join(""), Deno.readTextFileSync(golden));
  });
}

/** Structures of which some recur and some do not, as sockets that are busy and sockets that are idle. */
function* mixedStructures(): Generator<{ bytes: Uint8Array<ArrayBuffer>; length: number }> {
  let seed = 1;
  const random = (limit: number) => (seed = Math.imul(seed, 1664525) + 1013904223 >>> 0) % limit;
  const numbers = [0, 1, 9, 10, 1448, 65535, 0x7fffffff, 0xffffffff];
  for (let i = 0; i < 6000; i++) {
    const bytes = new Uint8Array(48);
    const view = new DataView(bytes.buffer);
    bytes[0] = 2;
    bytes[1] = random(i % 50 === 0 ? 256 : 4);
    view.setUint16(2, random(8), true);
    view.setUint32(4, numbers[random(numbers.length)]!, true);
    view.setUint32(8, i % 7 === 0 ? random(0x10000) : 5, true);
    view.setUint32(12, numbers[random(numbers.length)]!, true);
    view.setUint32(16, i < 3000 ? i : 0, true);
    view.setUint32(20, i < 3000 ? 0 : random(0xffffffff), true);
    view.setUint32(24, random(3), true);
    bytes.set([10, 0, random(2), random(256)], 32);
    yield { bytes, length: i % 13 === 0 ? random(49) : 48 };
  }
}

for (const compact of [true, false]) {
  Deno.test(`json: structures whose words recur are written like those that occur once${compact ? ", compact" : ""}`, () => {
    const object = defineKey(null, "mixed", { type: "object" });
    const layout = defineLayout("mixed", "", object, [
      row("u8", "a", "family", "", ""),
      row("u8", "b", "b", "", "", { show: enumeration(["one", "two", undefined, "three"]) }),
      row("u16", "c", "c", "", "", { show: flags(["x", "y"]) }),
      row("u32", "d", "d", "", "", { show: nullable(0x7fffffff) }),
      row("u32", "e", "e", "", "", { show: milliseconds }),
      row("u32", "f", "f", "", ""),
      row("u64", "g", "g", "", ""),
      row("u32", "h", "h", "", ""),
      row("address", "i", "i", "", ""),
      row("u32", "j", "j", "", ""),
    ], { order: ["i", "family", "b", "c", "d", "g", "h", "f", "e", "j"] });
    const push = (sink: RecordSink) => {
      sink.openProtocol("X");
      for (const { bytes, length } of mixedStructures()) {
        sink.openRecord();
        sink.openObject(object);
        sink.structure(layout, new DataView(bytes.buffer), bytes, 0, length);
        sink.closeObject(object);
        sink.closeRecord();
      }
      sink.closeProtocol();
    };
    const document = parseExact(textOf(json, push, compact)) as { X: { flows: FieldValue[] } };
    assertEquals(document.X.flows, objectsOf(push).map(withoutProtocol));
  });
}
