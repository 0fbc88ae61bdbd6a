/** Selecting columns, compared with the same fields of the full objects, in every format. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "../packages/fast_check.ts";
import { AF_INET } from "../../decode/kernel/address_family.ts";
import type { Family } from "../../decode/families/family.ts";
import { families, familyCalled } from "../../decode/families/all_families.ts";
import { fieldsOf } from "../../decode/reference/fields.ts";
import { defineKey } from "../../decode/record/key.ts";
import { defineLayout, enumeration, flags, row } from "../../decode/record/layout.ts";
import { comm, ownerKeys } from "../../decode/lookups/owners.ts";
import { runPlan } from "../../decode/plan/run_plan.ts";
import type { RecordSink } from "../../decode/record/record_sink.ts";
import { ALL_STATES } from "../../decode/kernel/tcp_states.ts";
import { choose, type ColumnChoice, ColumnNames } from "../../query/column_choice.ts";
import { SelectFields } from "../../query/select_fields.ts";
import { columnsOf, singleColumns } from "../../query/columns.ts";
import type { FieldObject, FieldValue, FlowObject } from "../../decode/record/object_sink.ts";
import { parseCommand } from "../../options/parse_command.ts";
import { UsageError } from "../../options/usage_error.ts";
import { parseExact } from "../exact_json.ts";
import { generatedFlows, PROPERTY, type Push, runs } from "../generated_records.ts";
import { openRecording } from "../pcap_source.ts";
import { cellValue, columnValue, objects, parseCsv, plain, written } from "../read_back.ts";

const tcp = familyCalled("tcp");

const recordings: readonly (readonly [family: string, recording: string])[] = [
  ["TCP", "tcp4.k618"],
  ["TCP", "tcp4-bpfstore-all.k61"],
  ["MPTCP", "mptcp4.k618"],
  ["UDP", "udp4.k618"],
  ["SCTP", "sctp4.k61"],
  ["UNIX", "unix.k618"],
  ["NETLINK", "netlink.k618"],
  ["PACKET", "packet.k618"],
  ["XDP", "xdp.k61"],
  ["TIPC", "tipc.k61"],
  ["SMC", "smc.k61"],
  ["VSOCK", "vsock.k61"],
];

const familyOf = (name: string): Family => families.find((family) => family.name === name)!;

/** Pushes what a recording holds of a family. */
const recorded = (family: Family, recording: string): Push => (sink) => {
  const plan = { families: [family], addressFamilies: [AF_INET], states: ALL_STATES, bpfMaps: false };
  runPlan(plan, openRecording(recording), sink);
};

const choice = (family: Family, names: readonly string[]): ColumnChoice => {
  const known = new ColumnNames([family]);
  return choose(names.map((name) => known.find(name)!));
};

/** What is left of a flow if only some paths are shown. */
function leftOf(object: FieldObject, names: readonly string[], prefix = ""): FieldObject {
  const left: FieldObject = {};
  for (const [name, value] of Object.entries(object)) {
    const path = prefix + name;
    if (path === "protocol" || names.includes(path) || names.includes(`${path}.*`)) left[name] = value;
    else if (names.some((chosen) => chosen.startsWith(`${path}.`))) {
      const inner = (member: FieldValue) => leftOf(member as FieldObject, names, `${path}.`);
      left[name] = Array.isArray(value) ? value.map(inner) : inner(value);
    }
  }
  return left;
}

/** Some names of columns of a family, in any order. */
const someNames = (family: Family): fc.Arbitrary<string[]> =>
  fc.shuffledSubarray(
    fieldsOf(family).flatMap(({ path, children }) => children.length > 0 ? [path, `${path}.*`] : [path]),
    { minLength: 1, maxLength: 12 },
  );

function assertChosen(family: Family, push: Push, names: readonly string[]): void {
  const { shown, columns: chosen } = choice(family, names);
  const columns = singleColumns(chosen);
  const filtered = (sink: RecordSink) => push(new SelectFields(sink, shown));
  const full = objects(push);
  const expected = full.map((flow) => leftOf(flow, names));
  assertEquals(objects(filtered), expected as FlowObject[]);
  const lines = written("ndjson", filtered).trimEnd().split("\n").filter((line) => line !== "");
  assertEquals(lines.map(parseExact), expected.map((flow) => plain(flow)!));
  const document = parseExact(written("json", filtered)) as { [name: string]: { flows: FieldValue[] } };
  assertEquals(document[family.name]!.flows, expected.map(({ protocol: _, ...rest }) => plain(rest)!));
  const [header, ...rows] = parseCsv(written("csv", filtered, {}, { columns: chosen }));
  assertEquals(header, columns.map(({ name }) => name));
  assertEquals(rows.length, expected.length);
  rows.forEach((row, r) =>
    columns.forEach((column, c) => {
      // Inside of lists only what was chosen is shown.
      const value = plain(columnValue(column, expected[r] as FlowObject));
      if (ownerKeys.includes(column.key!) || column.name === "owners") return;
      assertEquals(plain(cellValue(column, row[c]!)), value, `${column.name} of row ${r}`);
    })
  );
}

for (const [name, recording] of recordings) {
  const family = familyOf(name);
  Deno.test(`any columns of recording ${recording} are those of the full objects, in every format`, () => {
    const push = recorded(family, recording);
    assert(objects(push).length > 0);
    const property = fc.property(someNames(family), (names) => assertChosen(family, push, names));
    fc.assert(property, { ...PROPERTY, numRuns: runs(25) });
  });
}

Deno.test("any columns of generated flows are those of the full objects, in every format", () => {
  for (const family of [tcp, familyOf("UNIX"), familyOf("PACKET")]) {
    const property = fc.property(generatedFlows(family), someNames(family), (push, names) => {
      // Texts that are hostile are read back elsewhere.
      const { shown } = choice(family, names);
      const expected = objects(push).map((flow) => leftOf(flow, names));
      assertEquals(objects((sink) => push(new SelectFields(sink, shown))), expected as FlowObject[]);
    });
    fc.assert(property, PROPERTY);
  }
});

Deno.test("structure of the filter passes on what its walk does, numbers of unknown words with their words and alone", () => {
  const object = defineKey(null, "columns_test", { type: "object" });
  const layout = defineLayout("columns_test", "", object, [
    row("u8", "a", "word", "", "", { show: enumeration(["zero", "one"]) }),
    row("u8", "b", "list", "", "", { show: flags(["x", "y"]) }),
    row("u8", "c", "number", "", ""),
  ]);
  const keys = layout.steps.flatMap(({ key, raw }) => key === raw ? [key] : [key, raw]);
  const bytes = Uint8Array.of(7, 5, 9, 1, 3, 8);
  const push: Push = (sink) => {
    sink.openProtocol("TCP");
    for (const start of [0, 3]) {
      sink.openRecord();
      sink.openObject(object);
      sink.structure(layout, new DataView(bytes.buffer), bytes, start, start + 3);
      sink.closeObject(object);
      sink.closeRecord();
    }
    sink.closeProtocol();
  };
  const full = objects(push);
  assertEquals(full[0]!["columns_test"], { word: "unknown", word_raw: 7, list: ["x"], list_raw: 5, number: 9 });
  for (let chosen = 1; chosen < 1 << keys.length; chosen++) {
    const some = keys.filter((_, i) => (chosen >> i & 1) === 1);
    const left = (sink: RecordSink) => push(new SelectFields(sink, new Set([object, ...some])));
    const expected = full.map((flow) => leftOf(flow, some.map(({ path }) => path)));
    assertEquals(objects(left), expected as FlowObject[]);
    const lines = written("ndjson", left).trimEnd().split("\n");
    assertEquals(lines.map(parseExact), expected.map((flow) => plain(flow)!));
    // In the order of the rows and in the other one.
    for (const order of [some, some.toReversed()]) {
      const columns = order.map((key) => ({ name: key.path, key }));
      const rows = parseCsv(written("csv", left, {}, { columns })).slice(1);
      rows.forEach((cells, r) =>
        columns.forEach((column, c) =>
          assertEquals(cellValue(column, cells[c]!), columnValue(column, expected[r] as FlowObject), column.name)
        )
      );
    }
  }
});

Deno.test("ColumnNames: an object stands for its members, what is in objects of a list for its values there", () => {
  const columns = (...names: string[]) => choice(tcp, names).columns.map(({ name }) => name);
  assertEquals(columns("meminfo", "src", "meminfo.r"), ["meminfo.r", "meminfo.w", "meminfo.f", "meminfo.t", "src"]);
  assertEquals(columns("owners.pid", "pid", "owners.comm"), ["owners.pid", "pid", "owners.comm"]);
  assertEquals(columns("protocol", "unknown.type", "protocol"), ["protocol", "unknown.type"]);
  const known = new ColumnNames([tcp]);
  assertEquals(known.find("tcp_info.nothing"), null);
  assertEquals(known.find("src.*"), null);
  assertEquals(known.find(""), null);
  assertEquals(known.byDefault(["owners"]).columns, columnsOf([tcp], ["owners"]));
  assert(known.byDefault(["owners"]).shown.includes(comm) && !known.byDefault([]).shown.includes(comm));
});

Deno.test("ColumnNames has what the families have, each once", () => {
  const { names } = new ColumnNames(families);
  assertEquals(names.length, new Set(names).size);
  const known = new ColumnNames(families);
  for (const name of names) assert(known.find(name) !== null, name);
  for (const { name } of columnsOf(families, ["owners"])) assert(names.includes(name) || name === "more", name);
});

const plainly = { cmdline: false, threads: false, context: false };

Deno.test("+NAME adds to what is shown by default", async () => {
  const command = await parseCommand(["-t", "--csv", "--columns", "+pid,+src"]);
  assert(command.action === "dump" && command.query !== null && command.query.columns !== null);
  assertEquals(command.owners, plainly);
  assertEquals(command.query.columns.columns.map(({ name }) => name), [
    ...columnsOf([tcp]).map(({ name }) => name).slice(0, -1),
    "pid",
    "more",
  ]);
  assertEquals(command.query.columns.added?.map(({ name }) => name), ["pid", "src"]);
});

Deno.test("columns of the processes that hold a socket ask for them, others do not", async () => {
  const owners = async (...args: string[]) => {
    const command = await parseCommand(["-t", ...args]);
    return command.action === "dump" ? command.owners : undefined;
  };
  for (const name of ["owners", "owners.*", "owners.pid", "owner_status"]) {
    assertEquals(await owners("--columns", `src,${name}`), plainly, name);
    assertEquals(await owners("--cmdline", "--columns", name), { ...plainly, cmdline: true }, name);
  }
  for (const name of ["pid", "process"]) assertEquals(await owners("--csv", "--columns", name), plainly, name);
  assertEquals(await owners("--columns", "uid"), null);
});

Deno.test("a field that several of the columns stand for has one column in csv", () => {
  const [header, row] = parseCsv(written("csv", recorded(tcp, "tcp4.k618"), {}, {
    columns: choice(tcp, ["local", "src", "container", "container.id"]).columns,
  }));
  const names = ["src", "src_port", "container.id", "container.id_hex", "container.runtime"];
  assertEquals(header!.slice(0, 5), names);
  assertEquals(new Set(header).size, header!.length);
  assert(row![0] !== "" && row![1] !== "");
});

Deno.test("names of ss are names of columns, for families that have the field", () => {
  const known = new ColumnNames([tcp]);
  for (const [name, path] of [["cwnd", "tcp_info.snd_cwnd"], ["mss", "tcp_info.snd_mss"]] as const) {
    assertEquals(known.find(name)!.columns.map(({ name }) => name), [path]);
    assertEquals(known.find(name)!.single!.path, path);
  }
  assertEquals(new ColumnNames([familyCalled("udp")]).find("cwnd"), null);
});

Deno.test("parseCommand refuses columns that are not there and names near ones", async () => {
  const message = async (...args: string[]) =>
    (await assertRejects(() => parseCommand(["-t", ...args]), UsageError)).message;
  assertEquals(
    await message("--columns", "tcp_info.rtx"),
    'unknown column "tcp_info.rtx" in --columns, did you mean tcp_info.rto?',
  );
  assertEquals(
    await message("--columns", "vfs.inode"),
    '"vfs.inode" in --columns is a field of UNIX, which is not asked for',
  );
  assertEquals(
    await message("--columns", "state_raw,unknown.type,enabled"),
    '"enabled" in --columns can be vegasinfo.enabled, dctcpinfo.enabled: type one of them',
  );
  assertEquals(
    await message("--columns", "src,+pid"),
    "--columns takes names, or names with + before each of them, not both",
  );
  assertEquals(
    await message("--csv", "-p", "--explode", "owners", "--columns", "src,state"),
    "--explode owners does nothing without a field of the owners among --columns, such as pid",
  );
});
