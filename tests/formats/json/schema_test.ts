/**
 * The schema takes what the program prints, and refuses what it never prints.
 */
import { assert, assertEquals } from "@std/assert";
import { families } from "../../../decode/families/all_families.ts";
import { type Field, fieldTree } from "../../../decode/reference/fields.ts";
import { schemaOf } from "../../../formats/json/schema.ts";
import { schema } from "../../../mod.ts";
import { recordedFlows } from "../../decode/flows.ts";
import { compile } from "../../schema.ts";

const document = compile(schemaOf(families));
const line = compile(schemaOf(families, "ndjson"));

type Value = string | number | boolean | null | Value[] | { [name: string]: Value };

/** A value that a field can have, the widest there is. */
function sample({ type, range, words, children }: Field): Value {
  switch (type) {
    case "integer":
    case "integer64":
    case "decimal":
      return range?.[1] ?? 18446744073709551615;
    case "boolean":
      return true;
    case "name":
      return words.at(-1) ?? "any";
    case "identifier":
      return "0xffffffffffffffff";
    case "hex":
      return "00ff";
    case "address":
      return "2001:db8::ffff:1.2.3.4";
    case "text":
      return "any text \ufffd";
    case "list":
      return children.map(sample);
    case "object":
      return sampleObject(children);
  }
}

const sampleObject = (fields: readonly Field[]): { [name: string]: Value } =>
  Object.fromEntries(fields.map((field) => [field.key.name, sample(field)]));

/** Values that a field never has. */
function wrong({ type, range, words, nullable }: Field): Value[] {
  const never: Value[] = [
    ...nullable ? [] : [null],
    ...type === "object" ? [[]] : [{}],
    ...type === "list" ? [] : [[]],
  ];
  if (range !== null) never.push(range[0] - 1, ...range[1] === null ? [] : [range[1] + 1]);
  switch (type) {
    case "integer":
    case "integer64":
      return [...never, "1", 1.5, true];
    case "decimal":
      return [...never, "1.000", false];
    case "boolean":
      return [...never, 1, "true"];
    case "name":
      return [...never, 1, ...words.length > 0 ? ["nonsense", ""] : []];
    case "identifier":
      return [...never, 255, "255", "0x", "0xFF", "0x12345678123456789"];
    case "hex":
      return [...never, 0, "0", "0g", "0A"];
    case "address":
      return [...never, 0, "", "localhost"];
    default:
      return [...never, 1];
  }
}

/** Changes a value in its place, and says how. */
type Change = readonly [what: string, apply: () => () => void];

/** Every way to spoil the members of `object`: an added key, a value of a wrong type. Each can be undone. */
function* changes(object: { [name: string]: Value }, fields: readonly Field[], path: string): Generator<Change> {
  const set = (name: string, value: Value) => () => {
    const before = object[name];
    object[name] = value;
    return () => before === undefined ? delete object[name] : object[name] = before;
  };
  yield [`${path} with a key that nothing describes`, set("undocumented", 1)];
  for (const field of fields) {
    const { name } = field.key;
    for (const value of wrong(field)) yield [`${path}.${name} as ${JSON.stringify(value)}`, set(name, value)];
    yield* inside(object[name]!, field, `${path}.${name}`);
  }
}

function* inside(value: Value, { type, children }: Field, path: string): Generator<Change> {
  if (type === "object") return yield* changes(value as { [name: string]: Value }, children, path);
  if (type !== "list") return;
  const list = value as Value[];
  for (const element of children) {
    for (const never of wrong(element)) {
      yield [`${path}[] as ${JSON.stringify(never)}`, () => {
        list.push(never);
        return () => list.pop();
      }];
    }
    yield* inside(list[0]!, element, `${path}[]`);
  }
}

for (const family of families) {
  const { name } = family;
  Deno.test(`the schema takes a ${name} flow with every field, and none with an added key or a value of a wrong type`, () => {
    const fields = fieldTree(family);
    const flow = sampleObject(fields);
    const whole = { [name]: { flows: [flow] } };
    assert(document(whole), JSON.stringify(document.errors));
    let count = 0;
    for (const [what, apply] of changes(flow, fields, name)) {
      const undo = apply();
      assertEquals(document(whole), false, `the schema takes ${what}`);
      undo();
      count++;
    }
    assert(count > fields.length);
    assert(document(whole), "nothing was undone");
    const record = { protocol: name, ...flow };
    assert(line(record), JSON.stringify(line.errors));
    assertEquals(line({ ...record, undocumented: 1 }), false);
    assertEquals(line({ ...record, protocol: "NONE" }), false);
    assertEquals(line(flow), false);
  });

  Deno.test(`the schema describes every field of ${name}`, () => {
    const check = (value: unknown) => {
      if (typeof value !== "object" || value === null) return;
      const { properties } = value as { properties?: Record<string, { description?: string }> };
      for (const [key, field] of Object.entries(properties ?? {})) {
        assert(field.description, `${key} has no description`);
      }
      for (const inner of Object.values(properties ?? value)) check(inner);
    };
    check((schemaOf(families)["$defs"] as Record<string, unknown>)[name]);
  });
}

Deno.test("the schema takes a document without flows, and none without its list or with another member", () => {
  const empty = Object.fromEntries(families.map(({ name }) => [name, { flows: [] }]));
  assert(document(empty));
  assert(document({}));
  for (const wrong of [[], null, { TCP: [] }, { TCP: {} }, { TCP: { flows: [], count: 0 } }, { NONE: { flows: [] } }]) {
    assertEquals(document(wrong), false, JSON.stringify(wrong));
  }
});

Deno.test("the schema takes the longest numbers whatever a reader makes of them, and null only where it says so", () => {
  const flow = recordedFlows("tcp4.k618").find((flow) =>
    (flow["tcp_info"] as Record<string, unknown>)?.["pacing_rate"]
  )!;
  const text = JSON.stringify(flow, (_, value) => typeof value === "bigint" ? Number(value) : value);
  const variant = (name: string, value: string) =>
    JSON.parse(text.replace(new RegExp(`"${name}":[^,}]+`), `"${name}":${value}`));
  assert(line(variant("pacing_rate", "18446744073709551615")));
  assertEquals(line(variant("pacing_rate", "-1")), false);
  assert(line(variant("snd_ssthresh", "null")));
  assertEquals(line(variant("snd_cwnd", "null")), false);
});

Deno.test("the schema takes what --meta adds, and nothing else beside the protocols", () => {
  const start = {
    schema_version: 1,
    version: "0.1.0",
    time: "2026-01-31T12:00:00.000Z",
    netns: 4026531833,
    options: ["-t"],
  };
  const end = { sockets: 0, complete: false, warnings: ["one"] };
  assert(document({ TCP: { flows: [] }, meta: { ...start, host: "h", kernel: "6.18", ...end } }));
  assert(document({ meta: { ...start, ...end } }));
  assert(line({ meta: start }));
  assert(line({ meta: end }));
  const spoilt = [start, end, { ...start, ...end, netns: "1" }, { ...start, ...end, time: "now" }, {
    ...start,
    ...end,
    user: "x",
  }];
  for (const meta of spoilt) assertEquals(document({ meta }), false, JSON.stringify(meta));
  for (const meta of [{ ...start, ...end }, {}, { ...end, complete: 1 }]) {
    assertEquals(line({ meta }), false, JSON.stringify(meta));
  }
  assertEquals(line({ meta: start, protocol: "TCP" }), false);
});

Deno.test("schema of the library is that of all families", () => {
  assertEquals([schema(), schema("ndjson")], [schemaOf(families), schemaOf(families, "ndjson")]);
});
