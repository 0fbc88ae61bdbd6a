/** The format yaml: what readers of YAML 1.1 and 1.2 make of it is what readers of JSON make of the document of json. */
import { assert, assertEquals } from "@std/assert";
import { parse as parseByJsYaml } from "@std/yaml";
import fc from "../packages/fast_check.ts";
import { parse } from "../packages/yaml.ts";
import { writeText } from "../../decode/netlink/attribute.ts";
import { families, familyCalled } from "../../decode/families/all_families.ts";
import { fieldsOf } from "../../decode/reference/fields.ts";
import { defineElement, defineKey } from "../../decode/record/key.ts";
import { runPlan } from "../../decode/plan/run_plan.ts";
import type { RecordSink } from "../../decode/record/record_sink.ts";
import { yamlKey } from "../../formats/yaml.ts";
import { ipv4Plan } from "../decode/flows.ts";
import { parseExact } from "../exact_json.ts";
import { generatedFlows, hostileTexts, PROPERTY } from "../generated_records.ts";
import { openRecording } from "../pcap_source.ts";
import { pythonHas } from "../judges.ts";
import { plain, written } from "../read_back.ts";
import { readByPython } from "../read_by_python.ts";

const tcp = familyCalled("tcp");

/** Reads with every digit, by the rules of YAML 1.1 or 1.2. */
function parseExactly(text: string, version: "1.1" | "1.2"): unknown {
  return plain(parse(text, { version, intAsBigInt: true }));
}

const BY_PYTHON = "import json, sys, yaml; json.dump(yaml.safe_load(open(sys.argv[1], encoding='utf-8')), sys.stdout)";
const pyYaml = pythonHas("yaml");
const lacking = pyYaml ? "" : " (ignored: no Debian package python3-yaml)";

for (const name of ["tcp4.k61", "tcp4.k618", "tcp500.k61", "tcp4-bpfstore-all.k61", "tcp4-unpriv.k618"]) {
  const push = (sink: RecordSink) => void runPlan(ipv4Plan, openRecording(name), sink);

  Deno.test(`yaml of recording ${name} is the document of json for npm's yaml and js-yaml`, () => {
    const [text, json] = [written("yaml", push), written("json", push)];
    assertEquals(parseExactly(text, "1.2"), parseExact(json));
    assertEquals(parseByJsYaml(text), JSON.parse(json));
    for (const line of text.split("\n")) assert(/^ *(- )*[a-zA-Z"]|^$/.test(line) && !/[ \t]$/.test(line), line);
  });

  Deno.test({
    name: `yaml of recording ${name} is the document of json for PyYAML${lacking}`,
    ignore: !pyYaml,
    fn: () => assertEquals(readByPython(BY_PYTHON, written("yaml", push)), parseExact(written("json", push))),
  });
}

Deno.test("yaml of generated records is the document of json for readers of YAML 1.1 and 1.2", () => {
  fc.assert(
    fc.property(generatedFlows(tcp), (push) => {
      const [text, document] = [written("yaml", push), parseExact(written("json", push))];
      // deno-lint-ignore no-control-regex
      assert(!/[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\ufeff\ufdd0-\ufdef\ufffe\uffff]/.test(text));
      assertEquals(parseExactly(text, "1.2"), document);
      assertEquals(parseExactly(text, "1.1"), document);
      assertEquals(parseByJsYaml(text), JSON.parse(written("json", push)));
    }),
    PROPERTY,
  );
});

const text = defineKey(null, "test_text", { type: "text" });
const pushTexts = (sink: RecordSink) => {
  sink.openProtocol("TCP");
  for (const bytes of hostileTexts) {
    sink.openRecord();
    writeText(text, bytes, 0, bytes.length, sink);
    sink.closeRecord();
  }
  sink.closeProtocol();
};

Deno.test({
  name: `yaml of generated records and of hostile text is the document of json for PyYAML${lacking}`,
  ignore: !pyYaml,
  fn() {
    for (const push of [pushTexts, ...fc.sample(generatedFlows(tcp), { ...PROPERTY, numRuns: 8 })]) {
      assertEquals(readByPython(BY_PYTHON, written("yaml", push)), parseExact(written("json", push)));
    }
  },
});

Deno.test({
  name: `yaml's keys are strings for every reader, for every field of every family${lacking}`,
  ignore: !pyYaml,
  fn() {
    const fields = families.flatMap((family) => [family.name, ...fieldsOf(family).map(({ key }) => key.name)]);
    const names = [...new Set([...fields, "y", "No", "on", "OFF", "null", "true", "~", "1", "0x1", "a-b", "a b"])];
    const document = names.map((name) => `${yamlKey(name)}: 1\n`).join("");
    assertEquals(Object.keys(readByPython(BY_PYTHON, document) as object).sort(), names.toSorted());
    for (const version of ["1.1", "1.2"] as const) {
      assertEquals([...(parse(document, { version, mapAsMap: true }) as Map<unknown, 1>).keys()], names);
    }
    assertEquals(yamlKey("tcp_info"), "tcp_info");
    assertEquals(yamlKey("n"), '"n"');
  },
});

Deno.test("yaml of empty objects and lists, and of elements without fields", () => {
  const object = defineKey(null, "test_object", { type: "object" });
  const list = defineKey(object, "test_items", { type: "list" });
  const element = defineElement(list, "object");
  const inner = defineKey(element, "inner", { type: "list" });
  const number = defineElement(inner, "integer");
  const push = (sink: RecordSink) => {
    sink.openProtocol("TCP");
    sink.openRecord();
    sink.closeRecord();
    sink.openRecord();
    sink.openObject(object);
    sink.closeObject(object);
    sink.closeRecord();
    sink.openRecord();
    sink.openObject(object);
    sink.openList(list);
    sink.openObject(element);
    sink.closeObject(element);
    sink.openObject(element);
    sink.openList(inner);
    sink.integer(number, 1);
    sink.integer(number, 2);
    sink.closeList(inner);
    sink.closeObject(element);
    sink.closeList(list);
    sink.closeObject(object);
    sink.closeRecord();
    sink.closeProtocol();
    sink.openProtocol("UNIX");
    sink.closeProtocol();
  };
  const output = written("yaml", push);
  assertEquals(
    output,
    [
      "TCP:",
      "  flows:",
      "    - {}",
      "    - test_object: {}",
      "    - test_object:",
      "        test_items:",
      "          - {}",
      "          - inner:",
      "              - 1",
      "              - 2",
      "UNIX:",
      "  flows: []",
      "",
    ].join("\n"),
  );
  assertEquals(parseExactly(output, "1.2"), parseExact(written("json", push)));
  assertEquals(written("yaml", () => {}), "{}\n");
});
