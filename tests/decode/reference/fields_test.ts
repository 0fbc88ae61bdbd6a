/**
 * The fields of families as their tables describe them: complete, in order, and the same as what decoding pushes.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { allLookups } from "../../../decode/lookups/registry.ts";
import {
  custom,
  defineAttributes,
  nests,
  rawBytes,
  scalar,
  structure,
  text,
} from "../../../decode/netlink/attribute.ts";
import { families, familyCalled } from "../../../decode/families/all_families.ts";
import type { Description, Family } from "../../../decode/families/family.ts";
import { type Field, fieldsOf, fieldTree, units } from "../../../decode/reference/fields.ts";
import { defineElement, defineKey } from "../../../decode/record/key.ts";
import { defineLayout, enumeration, flags, nullable, row } from "../../../decode/record/layout.ts";
import type { FieldValue } from "../../../decode/record/object_sink.ts";
import { recordedFlows } from "../flows.ts";

const tcp = familyCalled("tcp");

for (const family of families) {
  Deno.test(`every field of ${family.name} has a meaning, a source, a unit that is known, and a place of its own`, () => {
    const fields = fieldsOf(family);
    assert(fields.length > 0);
    for (const { path, meaning, source, unit, since, privilege } of fields) {
      assertMatch(meaning, /^[A-Z0-9`][^\n|]*[.)]$/, `${path} has no sentence for a meaning: "${meaning}"`);
      assert(source !== "", `${path} has no source`);
      assert(unit === "" || units.has(unit), `${path} has the unit "${unit}"`);
      assertMatch(since, /^(\d+\.\d+(\.\d+)?)?$/, `${path} is since "${since}"`);
      assertMatch(privilege, /^(CAP_[A-Z_]+( .*)?)?$/, `${path} needs "${privilege}"`);
      assertEquals(/ {2}|\s$/.test(meaning + source), false, `${path}: two spaces in "${meaning}" or "${source}"`);
    }
    const paths = fields.map(({ path }) => path);
    assertEquals(paths.filter((path, i) => paths.indexOf(path) !== i), [], "fields that are there twice");
    for (const { path } of fields) {
      const parent = path.slice(0, Math.max(0, path.lastIndexOf(".")));
      assert(parent === "" || paths.indexOf(parent) < paths.indexOf(path), `${path} stands before ${parent}`);
    }
  });

  Deno.test(`no field of ${family.name} is called protocol, which lines of NDJSON have already`, () => {
    assertEquals(fieldTree(family).filter(({ key }) => key.name === "protocol").map(({ path }) => path), []);
  });

  Deno.test(`lists of ${family.name} have an element, objects members, and names the words that go with a number`, () => {
    const check = (fields: readonly Field[]) => {
      for (const { type, path, children, words, key } of fields) {
        if (type === "list") assertEquals(children.map(({ key }) => key.name), [""], `${path} has no element`);
        else if (type === "object") assert(children.length > 0, `${path} has no members`);
        else assertEquals(children.length, 0, `${path} is ${type} and has members`);
        if (type === "name" && fields.some((other) => other.key.name === `${key.name}_raw`)) {
          assertEquals(words.at(-1), "unknown", path);
        }
        check(children);
      }
    };
    check(fieldTree(family));
  });
}

/** Paths of an object's fields in their order, lists without a number. */
function pathsIn(value: FieldValue, path: string): string[] {
  if (Array.isArray(value)) return [...new Set(value.flatMap((item) => pathsIn(item, path)))];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const inside = path === "" ? name : `${path}.${name}`;
    return [inside, ...pathsIn(inner, inside)];
  });
}

for (const name of ["tcp4.k61", "tcp4.k618", "tcp500.k61", "tcp4-bpfstore-all.k61"]) {
  Deno.test(`fieldsOf lists what recording ${name} has, in the order of the output`, () => {
    const order = fieldsOf(tcp).map(({ path }) => path);
    // The two that 7.0 sends the other way round than kernels before it.
    const moved = ["tcp_info.accecn_opt_seen", "tcp_info.accecn_fail_mode"];
    for (const { protocol: _, ...flow } of recordedFlows(name)) {
      const paths = pathsIn(flow, "").filter((path) => !moved.includes(path));
      assertEquals(order.filter((path) => paths.includes(path)), paths);
    }
  });
}

Deno.test("fieldsOf knows of TCP what can be null, words, ranges, and what an object hands on to its members", () => {
  const fields = fieldsOf(tcp);
  const at = (path: string) => fields.find((field) => field.path === path)!;
  assertEquals(fields.filter(({ nullable }) => nullable).map(({ path }) => path), [
    "tcp_info.snd_ssthresh",
    "tcp_info.min_rtt",
    "vegasinfo.minrtt",
    "bbrinfo.min_rtt",
  ]);
  assertEquals(at("family").words, ["inet", "inet6", "unknown"]);
  assertEquals(at("shutdown_names").words, ["receive", "send"]);
  assertEquals(at("shutdown_names").children[0]!.words, ["receive", "send"]);
  assertEquals(at("src_port").range, [0, 65535]);
  assertEquals(at("skmeminfo.fwd_alloc").range, [-0x80000000, 0x7fffffff]);
  assertEquals(at("tcp_info.snd_wscale").range, [0, 15]);
  assertEquals(at("tcp_info.pacing_rate").range, [0, null]);
  assertEquals(at("tcp_info.accecn_fail_mode_raw").range, [0, 65535], "as wide as in the older kernel");
  assertEquals([at("md5sig.addr").since, at("md5sig.addr").privilege], ["4.14", "CAP_NET_ADMIN"]);
  assertEquals([at("mark_extra").since, at("mark_extra").privilege], ["4.9", "CAP_NET_ADMIN"]);
  assertEquals([at("tcp_info.rtt").source, at("tcp_info.rtt").attribute], [
    "tcp_info.tcpi_rtt",
    { name: "INET_DIAG_INFO", number: 2 },
  ]);
});

/** A family of which only the description is there. */
const described = (description: Partial<Description>): Family => ({
  ...tcp,
  describe: () => ({ layouts: [], attributes: [], keys: [], ...description }),
});

/** Without what is not the family's own. */
const annotated = allLookups.flatMap(({ keys }) => keys.flatMap(({ path }) => [path, `${path}_hex`]));
const unannotated = (fields: readonly Field[]) => fields.filter(({ path }) => !annotated.includes(path));
const ownFields = (family: Family) => unannotated(fieldsOf(family));
const ownTree = (family: Family) => unannotated(fieldTree(family));

Deno.test("fieldsOf walks payloads of every kind, and puts what is in an object behind it wherever it was found", () => {
  const thing = defineKey(null, "fields_thing", { type: "object", meaning: "A.", since: "3.1" });
  const items = defineKey(null, "fields_items", { type: "list", meaning: "B.", privilege: "CAP_BPF" });
  const item = defineElement(items, "object");
  const things = defineLayout("thing", "a.h", thing, [row("u8", "a", "kind", "", "C.", { show: enumeration(["x"]) })]);
  const list = defineKey(null, "fields_list", { type: "list", meaning: "D." });
  defineElement(list, "name");
  const table = defineAttributes(null, [
    { number: 1, name: "F_THING", payload: structure(thing, things) },
    {
      number: 2,
      name: "F_ITEMS",
      payload: nests(items, defineAttributes(item, [scalar(1, "F_N", "u8", "n", "E.", { parent: item })])),
    },
    { number: 3, name: "F_TEXT", payload: text(defineKey(null, "fields_text", { type: "text", meaning: "F." })) },
    { number: 4, name: "F_BYTES", payload: rawBytes(defineKey(thing, "bytes", { type: "hex", meaning: "G." })) },
    {
      number: 5,
      name: "F_LIST",
      payload: custom(list, () => {}, [defineKey(null, "fields_beside", { type: "integer", meaning: "H." })]),
    },
  ]);
  // Before its list in the description, which then comes with it.
  const early = defineKey(null, "fields_early", { type: "list", meaning: "J.", source: "E" });
  const earlyElement = defineElement(early, "object");
  const member = defineLayout("early", "a.h", earlyElement, [row("u8", "m", "m", "", "K.")]);
  assertEquals(
    ownTree(described({ layouts: [member], keys: [early] })).map(({ path, children }) => [
      path,
      ...children.map(({ key, children }) => [key.name, ...children.map(({ path }) => path)]),
    ]),
    [["fields_early", ["", "fields_early.m"]]],
  );
  const late = defineKey(thing, "late", { type: "integer", meaning: "I.", source: "L", nullable: true });
  const fields = ownFields(described({ attributes: [table], keys: [late] }));
  assertEquals(
    fields.map(({ path, since, source, privilege }) => [path, since, source, privilege].join(" ").trim()),
    [
      "fields_thing 3.1 F_THING",
      "fields_thing.kind 3.1 thing.a",
      "fields_thing.kind_raw 3.1 thing.a",
      "fields_thing.bytes 3.1 F_BYTES",
      "fields_thing.late 3.1 L",
      "fields_thing_extra  thing",
      "fields_items  F_ITEMS CAP_BPF",
      "fields_items.n  F_N CAP_BPF",
      "fields_items.n_extra  F_N CAP_BPF",
      "fields_items.unknown  nlattr CAP_BPF",
      "fields_items.unknown.type  nlattr.nla_type CAP_BPF",
      "fields_items.unknown.hex  nlattr CAP_BPF",
      "fields_text  F_TEXT",
      "fields_text_hex  F_TEXT",
      "fields_list  F_LIST",
      "fields_beside  F_LIST",
      "unknown  nlattr",
      "unknown.type  nlattr.nla_type",
      "unknown.hex  nlattr",
    ],
  );
  assertEquals(fields.filter(({ nullable }) => nullable).map(({ path }) => path), ["fields_thing.late"]);
});

Deno.test("fieldsOf takes the meaning of a shared field from the family's own table, and widens what two tables say", () => {
  const one = defineLayout("one", "a.h", null, [row("u8", "a", "fields_shared", "bytes", "First.")]);
  const other = defineLayout("other", "a.h", null, [
    row("u32", "a", "fields_shared", "ms", "Second.", { show: nullable(7) }),
    row("u8", "b", "fields_flags", "", "Third.", { show: flags(["p"]) }),
  ]);
  const third = defineLayout("third", "a.h", null, [row("u16", "b", "fields_flags", "", "", { show: flags(["q"]) })]);
  const summary = (...layouts: (typeof one)[]) =>
    ownFields(described({ layouts })).map(({ meaning, unit, range, nullable, words }) =>
      JSON.stringify([meaning, unit, range, nullable, words])
    );
  assertEquals(summary(one), ['["First.","bytes",[0,255],false,[]]']);
  assertEquals(summary(other)[0], '["Second.","ms",[0,4294967295],true,[]]');
  assertEquals(summary(one, other)[0], '["First.","bytes",[0,4294967295],true,[]]');
  assertEquals(summary(other, third)[1], '["Third.","",null,false,["p","q"]]');
});
