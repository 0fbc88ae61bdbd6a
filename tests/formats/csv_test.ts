/** The formats csv and tsv: what readers of CSV make of them is what the object sink has. */
import { hiddenKeys } from "../../decode/lookups/registry.ts";
import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import fc from "../packages/fast_check.ts";
import { writeText } from "../../decode/netlink/attribute.ts";
import { families, familyCalled } from "../../decode/families/all_families.ts";
import type { Family } from "../../decode/families/family.ts";
import { fieldsOf } from "../../decode/reference/fields.ts";
import { defineElement, defineKey, type Key } from "../../decode/record/key.ts";
import { OwnerIndex } from "../../decode/lookups/owner_index.ts";
import { runPlan } from "../../decode/plan/run_plan.ts";
import type { RecordSink } from "../../decode/record/record_sink.ts";
import { ownerKeys } from "../../decode/lookups/owners.ts";
import { columnsOf, MORE } from "../../query/columns.ts";
import { ExplodeSink } from "../../query/explode.ts";
import type { Content, FormatOptions } from "../../formats/format.ts";
import { ipv4Plan } from "../decode/flows.ts";
import { generatedFlows, hostileTexts, PROPERTY, type Push } from "../generated_records.ts";
import { openRecording } from "../pcap_source.ts";
import { pythonHas, without } from "../judges.ts";
import { cellValue, columnsFor, columnValue, exceptionsOf, objects, parseCsv, plain, written } from "../read_back.ts";
import { readByPython } from "../read_by_python.ts";

const tcp = familyCalled("tcp");

const NUMBER = /^-?[0-9]+(\.[0-9]+)?$/;
const BY_PYTHON = "import csv, json, sys; f = open(sys.argv[1], encoding='utf-8', newline=''); " +
  "json.dump(list(csv.reader(f, delimiter=sys.argv[2], strict=True)), sys.stdout)";

/** Checks that the rows say what the objects say, in columns that depend on the families only. */
function assertRows(text: string, push: Push, chosen: readonly Family[], delimiter = ","): string[][] {
  const columns = columnsFor(chosen);
  const [header, ...rows] = parseCsv(text, delimiter);
  assertEquals(header, columns.map(({ name }) => name));
  const expected = objects(push);
  assertEquals(rows.length, expected.length);
  rows.forEach((row, r) => {
    assertEquals(row.length, columns.length);
    columns.forEach((column, c) => {
      const cell = row[c]!;
      if (column.name === MORE) {
        return assertEquals(plain(cellValue(column, cell)), plain(exceptionsOf(expected[r]!, chosen)));
      }
      const where = `${column.name} of row ${r}: ${cell}`;
      assertEquals(plain(cellValue(column, cell)), plain(columnValue(column, expected[r]!)), where);
      if (["integer", "integer64", "decimal"].includes(column.key?.note.type ?? "")) {
        assert(cell === "" || NUMBER.test(cell) || /^'-?[0-9]{16,20}$/.test(cell), where);
        assert(!/^-?[0-9]{16,}/.test(cell), where);
      }
    });
  });
  return rows;
}

const content: Content = { families: [tcp] };

for (const name of ["tcp4.k61", "tcp4.k618", "tcp500.k61", "tcp4-bpfstore-all.k61", "tcp4-unpriv.k618"]) {
  const push = (sink: RecordSink) => void runPlan(ipv4Plan, openRecording(name), sink);

  Deno.test(`csv and tsv of recording ${name} equal the object sink`, () => {
    assertRows(written("csv", push, {}, content), push, [tcp]);
    assertRows(written("csv", push), push, families);
    assertRows(written("tsv", push, {}, content), push, [tcp], "\t");
    assertRows(written("csv", push, { delimiter: ";" }, content), push, [tcp], ";");
  });

  Deno.test({
    name: `csv of recording ${name} is read by Python's csv as by ours${without("python3")}`,
    ignore: !pythonHas("csv"),
    fn() {
      for (const delimiter of [",", ";"]) {
        const text = written("csv", push, { delimiter }, content);
        assertEquals(readByPython(BY_PYTHON, text, delimiter), parseCsv(text, delimiter));
      }
    },
  });
}

Deno.test("every field of a recorded socket has a column", () => {
  for (const name of ["tcp4.k61", "tcp4.k618", "tcp4-bpfstore-all.k61"]) {
    const columns = new Set(columnsFor([tcp]).map((column) => column.name));
    const visit = (value: object, prefix: string) => {
      for (const [member, inner] of Object.entries(value)) {
        const path = prefix + member;
        if (inner !== null && typeof inner === "object" && !Array.isArray(inner)) visit(inner, `${path}.`);
        else assert(columns.has(path) || /(_(raw|extra|hex)|unknown)$/.test(path), path);
      }
    };
    objects((sink) => runPlan(ipv4Plan, openRecording(name), sink)).forEach((flow) => visit(flow, ""));
  }
});

/** Families with fields of others in between and in another order. */
function mixedFamilies(): readonly Family[] {
  const own = ["own_first", "own_last"].map((name) => defineKey(null, `test_${name}`, { type: "integer" }));
  const { layouts, attributes } = tcp.describe();
  const turned = {
    ...tcp,
    name: "TURNED",
    describe: () => ({ layouts: layouts.slice(1), attributes, keys: own }),
  };
  return [tcp, turned, ...families.filter((family) => family !== tcp)];
}

Deno.test("csv of generated records equals the object sink, whatever the order of fields, families and delimiters", () => {
  const mixed = mixedFamilies();
  const flows = fc.tuple(...mixed.map(generatedFlows)).map((pushes) => (sink: RecordSink) =>
    pushes.forEach((push) => push(sink))
  );
  fc.assert(
    fc.property(flows, fc.constantFrom(",", ";", "\t", "|"), (push, delimiter) => {
      const text = written("csv", push, { delimiter }, { families: mixed });
      assertRows(text, push, mixed, delimiter);
      // deno-lint-ignore no-control-regex
      assert(!/[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e]/.test(text));
      assertEquals(text.split("\r\n").length, objects(push).length + 2);
      assertEquals(text.split("\n").length, objects(push).length + 2);
    }),
    { ...PROPERTY, numRuns: 30 },
  );
});

Deno.test({
  name: `csv of generated records is read by Python's csv as by ours${without("python3")}`,
  ignore: !pythonHas("csv"),
  fn() {
    for (const push of fc.sample(generatedFlows(tcp), { ...PROPERTY, numRuns: 8 })) {
      const text = written("csv", push, {}, content);
      assertEquals(readByPython(BY_PYTHON, text, ","), parseCsv(text));
    }
  },
});

Deno.test("the columns of csv follow from the families alone, in the order of their fields, each once", () => {
  const names = columnsOf([tcp]).map(({ name }) => name);
  const hidden = hiddenKeys(tcp, []);
  const isHidden = (key: Key | null): boolean => key !== null && (hidden.has(key) || isHidden(key.parent));
  const objectsAndElements = (path: string) =>
    fieldsOf(tcp).some((field) => field.path === path && field.type === "object") ||
    fieldsOf(tcp).some((field) => field.type === "list" && path.startsWith(`${field.path}.`));
  assertEquals(names, [
    "protocol",
    ...fieldsOf(tcp).filter(({ key }) => !isHidden(key)).map(({ path }) => path).filter((path) =>
      !objectsAndElements(path) && !/(_(raw|extra|hex)|\bunknown)$/.test(path)
    ),
    "more",
  ]);
  const all = columnsOf(families, ["owners"]).map(({ name }) => name);
  assertEquals(new Set(all).size, all.length);
  assertEquals(all[0], "protocol");
  const owned = all.indexOf("owner_status");
  assertEquals(all.slice(owned, owned + 4), ["owner_status", "pid", "process", "owners"]);
  assert(owned < all.findIndex((name) => name.startsWith("tcp_info.")));
  assertEquals(all.at(-1), "more");
  assertEquals(written("csv", () => {}, {}, content), names.join(",") + "\r\n");
  const text = written("csv", () => {}, { excel: true }, content);
  assertEquals(text, "\ufeff" + names.join(",") + "\r\n");
  assertEquals(written("csv", () => {}, { noHeader: true }, content), "");
});

const { key: textKey } = fieldsOf(tcp).find(({ path }) => path === "cong_algo")!;
const pushTexts = (sink: RecordSink) => {
  sink.openProtocol("TCP");
  for (const bytes of hostileTexts) {
    sink.openRecord();
    writeText(textKey, bytes, 0, bytes.length, sink);
    sink.closeRecord();
  }
  sink.closeProtocol();
};

Deno.test("hostile text is a cell on one line that is no formula, and its exact bytes can be had back", () => {
  const columns = columnsFor([tcp]);
  const at = columns.findIndex(({ key }) => key === textKey);
  for (const [name, delimiter] of [["csv", ","], ["tsv", "\t"]] as const) {
    const text = written(name, pushTexts, {}, content);
    assertEquals(text.split("\n").length, hostileTexts.length + 2);
    assertRows(text, pushTexts, [tcp], delimiter).forEach((row, i) => {
      const cell = row[at]!;
      assert(!/^[=+\-@\t\r\n\0＝＋－＠]/.test(cell), cell);
      const value = cellValue(columns[at]!, cell) ?? "";
      const more = row.at(-1) === "" ? {} : JSON.parse(row.at(-1)!);
      const hex: string = more[`${textKey.path}_hex`] ?? "";
      const exact = hex === ""
        ? new TextEncoder().encode(value as string)
        : Uint8Array.from(hex.match(/../g)!, (digits) => parseInt(digits, 16));
      assertEquals(exact, hostileTexts[i]!);
    });
  }
});

Deno.test("csv with rawText has text as it is, and nothing else changes", () => {
  const bare = written("csv", pushTexts, { rawText: true }, content);
  const guarded = parseCsv(written("csv", pushTexts, {}, content));
  const rows = parseCsv(bare);
  const at = columnsFor([tcp]).findIndex(({ key }) => key === textKey);
  rows.forEach((row, r) =>
    row.forEach((cell, c) => {
      if (c === at && guarded[r]![c] !== cell) assertEquals(guarded[r]![c], `'${cell}`);
      else assertEquals(guarded[r]![c], cell);
    })
  );
  assert(rows.some((row) => row[at] === "="));
  const push = (sink: RecordSink) => void runPlan(ipv4Plan, openRecording("tcp4.k618"), sink);
  assertEquals(written("csv", push, { rawText: true }, content), written("csv", push, {}, content));
});

/** The first row behind the header, by the names of columns. */
function firstRow(push: Push, options: FormatOptions = {}, of: Content = content): Record<string, string> {
  const [header, row] = parseCsv(written("csv", push, options, of), options.delimiter);
  return Object.fromEntries(header!.map((name, i) => [name, row![i]!]));
}

Deno.test("csv has numbers of more than 15 digits as text, lists with semicolons, and lists of objects as JSON", () => {
  const push = (sink: RecordSink) => void runPlan(ipv4Plan, openRecording("tcp4.k618"), sink);
  const row = firstRow(push);
  assertEquals(row["tcp_info.max_pacing_rate"], "'18446744073709551615");
  assertMatch(row["sockopts"]!, /^is_icsk;mc_loop/);
  assertMatch(row["cookie"]!, /^0x[0-9a-f]+$/);
  assertMatch(row["tcp_info.rto"]!, /^\d+\.\d+$/);
  const german = firstRow(push, { delimiter: ";", decimal: "," });
  assertMatch(german["tcp_info.rto"]!, /^\d+,\d+$/);
  assertEquals(german["sockopts"], row["sockopts"]);
  const stored = firstRow((sink) => void runPlan(ipv4Plan, openRecording("tcp4-bpfstore-all.k61"), sink));
  assert(Array.isArray(JSON.parse(stored["bpf_storages"]!)));
  assertThrows(() => written("csv", push, { decimal: "," }), RangeError);
  assertThrows(() => written("csv", push, { delimiter: '"' }), RangeError);
});

Deno.test("csv has hexadecimal digits that look like a number as text", () => {
  const { key } = fieldsOf(tcp).find(({ path }) => path === "tcp_info_extra")!;
  for (
    const [bytes, cell] of [[[0x12, 0x34], "'1234"], [[0x1e, 0x10], "'1e10"], [[0xab, 0x10], "ab10"], [[], ""]] as const
  ) {
    const row = firstRow(
      (sink) => {
        sink.openProtocol("TCP");
        sink.openRecord();
        sink.hex(key, Uint8Array.from(bytes), 0, bytes.length);
        sink.closeRecord();
        sink.closeProtocol();
      },
      {},
      { families: [tcp], columns: [{ name: key.path, key }] },
    );
    assertEquals(row["tcp_info_extra"], cell);
  }
});

const holder = (pid: number, name: string) => ({
  pid,
  comm: new TextEncoder().encode(name),
  exe: null,
  cmdline: null,
  cmdlineCut: false,
  cgroup: null,
  uid: 0,
  user: null,
  startTime: 1700000000000,
  netns: 0,
  tid: null,
  context: null,
});

/** Three sockets: of two processes, of one, of none; the owners come last or before another field. */
function pushOwned(early: boolean): Push {
  const owners = new OwnerIndex();
  owners.holders.push(holder(17, "=evil,\n"), holder(4711, "server"));
  owners.add(1, 0, 3);
  owners.add(1, 0, 5);
  owners.add(1, 1, 3);
  owners.add(2, 1, 4);
  const inode = fieldsOf(tcp).find(({ path }) => path === "inode")!.key;
  return (sink) => {
    sink.openProtocol("TCP");
    for (const number of [1, 2, 3]) {
      sink.openRecord();
      if (early) owners.write(number, sink);
      sink.integer(inode, number);
      if (!early) owners.write(number, sink);
      sink.closeRecord();
    }
    sink.closeProtocol();
  };
}

const ownersKey = ownerKeys.find(({ path, name }) => path === "owners" && name !== "")!;

const ownerCells = (text: string, delimiter = ",") => {
  const [header, ...rows] = parseCsv(text, delimiter);
  const names = ["inode", "owner_status", "pid", "process", "owners"];
  return rows.map((row) => {
    assertEquals(row.length, header!.length);
    const cells = names.map((name) => row[header!.indexOf(name)]!);
    const list = cells.pop()!;
    // deno-lint-ignore no-explicit-any
    return [...cells, list === "" ? "" : JSON.parse(list).map(({ pid, fds }: any) => `${pid}:${fds}`).join(" ")];
  });
};

Deno.test("csv has the first holder of a socket in columns of their own, and all of them in owners", () => {
  for (const early of [false, true]) {
    const text = written("csv", pushOwned(early), {}, { families: [tcp], lookups: ["owners"] });
    assertEquals(ownerCells(text), [
      ["1", "resolved", "17", "'=evil,\\u000a", "17:3,5 4711:3"],
      ["2", "resolved", "4711", "server", "4711:4"],
      ["3", "none", "", "", ""],
    ]);
  }
  assert(!written("csv", pushOwned(false), {}, content).includes("server"));
});

Deno.test("csv with explode has a row for each holder, and one where there is none", () => {
  for (const early of [false, true]) {
    for (const delimiter of [",", ";"]) {
      const exploded = (sink: RecordSink) => pushOwned(early)(new ExplodeSink(sink, [ownersKey]));
      const text = written("csv", exploded, { delimiter }, { families: [tcp], lookups: ["owners"] });
      assertEquals(ownerCells(text, delimiter), [
        ["1", "resolved", "17", "'=evil,\\u000a", "17:3,5"],
        ["1", "resolved", "4711", "server", "4711:3"],
        ["2", "resolved", "4711", "server", "4711:4"],
        ["3", "none", "", "", ""],
      ]);
    }
  }
});

Deno.test("csv leaves out fields that have no column, lists and all", () => {
  const list = defineKey(null, "test_strange", { type: "list" });
  const element = defineElement(list, "object");
  const member = defineKey(element, "member", { type: "text" });
  const row = firstRow((sink) => {
    sink.openProtocol("TCP");
    sink.openRecord();
    sink.openList(list);
    sink.openObject(element);
    sink.text(member, hostileTexts[0]!, 0, 5);
    sink.closeObject(element);
    sink.closeList(list);
    sink.name(fieldsOf(tcp)[0]!.key, { id: 0, text: "inet" });
    sink.closeRecord();
    sink.closeProtocol();
  });
  assertEquals(Object.values(row).filter((cell) => cell !== "").length, 2);
});
