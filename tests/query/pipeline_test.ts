/** Sorting, limiting and counting, compared with the same operations on the full objects. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "../packages/fast_check.ts";
import { families, familyCalled } from "../../decode/families/all_families.ts";
import type { Family } from "../../decode/families/family.ts";
import { fieldsOf } from "../../decode/reference/fields.ts";
import { defineElement, defineKey, type Key } from "../../decode/record/key.ts";
import type { Plan } from "../../decode/plan/plan.ts";
import { runPlan } from "../../decode/plan/run_plan.ts";
import type { RecordSink } from "../../decode/record/record_sink.ts";
import { openQuery, type Query } from "../../query/pipeline.ts";
import { choose, type ColumnChoice, ColumnNames } from "../../query/column_choice.ts";
import { formats } from "../../formats/all_formats.ts";
import { type CountChoice, countKey, CountSink, protocolKey } from "../../query/count.ts";
import { SelectFields } from "../../query/select_fields.ts";
import { LimitSink } from "../../query/limit.ts";
import { type FieldValue, type FlowObject, ObjectSink } from "../../decode/record/object_sink.ts";
import { ForwardingTape } from "../../decode/record/forwarding_tape.ts";
import { SortSink } from "../../query/sort.ts";
import { parseCommand } from "../../options/parse_command.ts";
import { UsageError } from "../../options/usage_error.ts";
import { ipv4Plan } from "../decode/flows.ts";
import { parseExact } from "../exact_json.ts";
import { generatedFlows, PROPERTY, type Push, runs } from "../generated_records.ts";
import { openRecording } from "../pcap_source.ts";
import { objects, parseCsv, written } from "../read_back.ts";

const tcp = familyCalled("tcp");

const recorded = (family: Family, recording: string): Push => (sink) =>
  void runPlan({ ...ipv4Plan, families: [family] }, openRecording(recording), sink);
const tcpFlows = recorded(tcp, "tcp4.k618");

/** Counts by some columns. */
const plainCounts = ({ columns, shown }: ColumnChoice): CountChoice => ({
  columns,
  shown,
  aggregates: [],
  printed: [...columns, { name: countKey.path, key: countKey }],
});

const nothing: Query = {
  columns: null,
  countBy: null,
  sort: null,
  limit: null,
  explode: null,
  ofEach: false,
  endsEarly: true,
};

/** The objects behind a query. */
function queried(push: Push, query: Partial<Query>): FlowObject[] {
  const objects = new ObjectSink();
  const output = Object.assign(objects, { close: () => {} });
  const { sink, finish } = openQuery(output, { ...nothing, ...query });
  push(sink);
  finish();
  return objects.take();
}

const keyOf = (family: Family, name: string): Key => new ColumnNames([family]).find(name)!.single!;

// deno-lint-ignore no-explicit-any
const at = (flow: FlowObject, path: string) => path.split(".").reduce((object: any, name) => object?.[name], flow);

/** Keeps records and plays them again at once. */
class Echo extends ForwardingTape {
  protected override recordEnded(): void {
    this.push();
  }
}

Deno.test("RecordTape plays again what was pushed, byte for byte, in every format", () => {
  for (const [name, recording] of [["TCP", "tcp4.k618"], ["UNIX", "unix.k618"], ["PACKET", "packet.k618"]] as const) {
    const push = recorded(families.find((family) => family.name === name)!, recording);
    for (const format of ["json", "ndjson", "yaml", "csv", "tsv"]) {
      assertEquals(written(format, (sink) => push(new Echo(sink))), written(format, push), format);
    }
  }
  const property = fc.property(generatedFlows(tcp), (push) => {
    assertEquals(written("ndjson", (sink) => push(new Echo(sink))), written("ndjson", push));
  });
  fc.assert(property, PROPERTY);
});

for (
  const [name, recording] of [
    ["TCP", "tcp4.k618"],
    ["TCP", "tcp500.k61"],
    ["UDP", "udp4.k618"],
    ["UNIX", "unix.k618"],
    ["NETLINK", "netlink.k618"],
  ] as const
) {
  const family = families.find((candidate) => candidate.name === name)!;
  const push = recorded(family, recording);
  const full = objects(push);
  const types = ["integer", "integer64", "decimal", "name", "boolean", "text", "identifier"];
  const paths = fieldsOf(family).filter(({ path, type }) =>
    types.includes(type) && new ColumnNames([family]).find(path)?.single !== null
  ).map(({ path }) => path);

  Deno.test(`records of ${recording} sorted by any field, limited or not, are the sorted objects`, () => {
    const property = fc.property(
      fc.constantFrom(...paths),
      fc.boolean(),
      fc.option(fc.integer({ min: 1, max: full.length + 3 })),
      (path, descending, limit) => {
        const key = keyOf(family, path);
        const value = (flow: FlowObject) => {
          const found = at(flow, path) ?? undefined;
          return found !== undefined && key.note.type === "identifier" ? BigInt(found) : found;
        };
        const sign = descending ? -1 : 1;
        const expected = full.toSorted((a, b) => {
          const [left, right] = [value(a), value(b)];
          if (left === undefined || right === undefined) {
            return Number(left === undefined) - Number(right === undefined);
          }
          return left === right ? 0 : left < right ? -sign : sign;
        }).slice(0, limit ?? undefined);
        assertEquals(queried(push, { sort: [{ key, descending }], limit }), expected, path);
        const shown = new ColumnNames([family]).find("inode")!;
        const columns = choose([shown]);
        assertEquals(
          queried(push, { sort: [{ key, descending }], limit, columns }),
          expected.map(({ protocol, inode }) => ({ protocol, ...inode === undefined ? {} : { inode } }) as FlowObject),
        );
      },
    );
    fc.assert(property, { ...PROPERTY, numRuns: runs(40) });
  });

  Deno.test(`records of ${recording} counted by any fields are the counted objects`, () => {
    const names = ["protocol", ...paths, "skmeminfo.rcvbuf"].filter((path) =>
      new ColumnNames([family]).find(path) !== null
    );
    const property = fc.property(fc.shuffledSubarray([...new Set(names)], { minLength: 1, maxLength: 3 }), (chosen) => {
      const found = choose(chosen.map((path) => new ColumnNames([family]).find(path)!));
      const columns = found.columns.map((column) =>
        column.name === "protocol" ? { ...column, key: protocolKey } : column
      );
      const expected = new Map<string, number>();
      const text = (flow: FlowObject) => chosen.map((path) => String(at(flow, path))).join("|");
      for (const flow of full) expected.set(text(flow), (expected.get(text(flow)) ?? 0) + 1);
      const counts = queried(push, { countBy: plainCounts({ columns, shown: found.shown }) });
      const rows = counts.map((row) =>
        [
          chosen.map((path) => String(at(row, path))).join("|"),
          Number(row["count"]),
        ] as const
      );
      // The object sink puts a protocol into each record.
      if (!chosen.includes("protocol")) counts.forEach((row) => assertEquals(row.protocol, "counts"));
      assertEquals(rows.map(([values]) => values), [...expected.keys()]);
      assertEquals(rows.map(([, count]) => count), [...expected.values()]);
    });
    fc.assert(property, { ...PROPERTY, numRuns: runs(30) });
  });

  Deno.test(`the first records of ${recording} are those of the full objects`, () => {
    for (const limit of [1, 2, full.length - 1, full.length, full.length + 1].filter((limit) => limit > 0)) {
      assertEquals(queried(push, { limit }), full.slice(0, limit));
    }
  });
}

/** Pushes records with one value each. */
const pushValues = (protocol: string, key: Key, write: readonly ((sink: RecordSink) => void)[]): Push => (sink) => {
  sink.openProtocol(protocol);
  for (const push of write) {
    sink.openRecord();
    push(sink);
    sink.closeRecord();
  }
  sink.closeProtocol();
  assert(key.id >= 0);
};

Deno.test("SortSink sorts 64-bit numbers to the last digit, absent and null last in both directions", () => {
  const key = defineKey(null, "sort_test_64", { type: "integer64" });
  const push = pushValues("TCP", key, [
    (sink) => sink.integer64(key, -1, -1),
    () => {},
    (sink) => sink.integer64(key, -2, -1),
    (sink) => sink.integer64(key, 5, 0),
    (sink) => sink.null(key),
    (sink) => sink.integer64(key, 0, -0x80000000),
  ]);
  const values = (descending: boolean) =>
    queried(push, { sort: [{ key, descending }] }).map((flow) => String(flow["sort_test_64"]));
  const numbers = ["5", "9223372036854775808", "18446744073709551614", "18446744073709551615"];
  assertEquals(values(false), [...numbers, "undefined", "null"]);
  assertEquals(values(true), [...numbers.reverse(), "undefined", "null"]);
});

Deno.test("SortSink sorts addresses by their bytes, those of IPv4 before those of IPv6", () => {
  const key = keyOf(tcp, "src");
  const address = (...bytes: number[]) => (sink: RecordSink) =>
    sink.address(key, bytes.length > 4, Uint8Array.from(bytes), 0);
  const v6 = (last: number) => address(0xfd, ...new Array(14).fill(0), last);
  const push = pushValues("TCP", key, [v6(9), address(10, 0, 0, 10), v6(1), address(9, 0, 0, 1), address(10, 0, 0, 9)]);
  assertEquals(queried(push, { sort: [{ key, descending: false }] }).map(({ src }) => src), [
    "9.0.0.1",
    "10.0.0.9",
    "10.0.0.10",
    "fd00::1",
    "fd00::9",
  ]);
});

Deno.test("SortSink keeps about twice the limit, and the records of one value in their order", () => {
  const key = defineKey(null, "sort_test_number", { type: "integer" });
  const place = defineKey(null, "sort_test_place", { type: "integer" });
  const sink = new ObjectSink();
  const sorter = new SortSink(sink, [{ key, descending: true }], 3, false);
  sorter.openProtocol("TCP");
  for (let i = 0; i < 5000; i++) {
    sorter.openRecord();
    sorter.integer(key, i % 100);
    sorter.integer(place, i);
    sorter.closeRecord();
  }
  sorter.closeProtocol();
  sorter.finish();
  assertEquals(sink.take().map((flow) => flow["sort_test_place"]), [99, 199, 299]);
});

Deno.test("SortSink and CountSink forget the records since mark, and a dropped record", () => {
  const key = defineKey(null, "sort_test_number", { type: "integer" });
  const write = (sink: RecordSink, ...values: number[]) => {
    for (const value of values) {
      sink.openRecord();
      sink.integer(key, value);
      sink.closeRecord();
    }
  };
  const run = (sink: SortSink | CountSink | LimitSink) => {
    sink.openProtocol("TCP");
    write(sink, 3, 1);
    sink.mark();
    write(sink, 1, 2, 0);
    sink.openRecord();
    sink.integer(key, 7);
    sink.dropRecord();
    assert(sink.rewind());
    write(sink, 1);
    sink.closeProtocol();
    if (!(sink instanceof LimitSink)) sink.finish();
  };
  const objects = new ObjectSink();
  run(new SortSink(objects, [{ key, descending: false }], null, false));
  assertEquals(objects.take().map((flow) => flow["sort_test_number"]), [1, 1, 3]);
  run(new CountSink(objects, plainCounts({ columns: [{ name: "sort_test_number", key }], shown: new Set([key]) })));
  assertEquals(objects.take().map(({ sort_test_number, count }) => [sort_test_number, count]), [[3, 1], [1, 2]]);
  run(new LimitSink(objects, 3, false));
  assertEquals(objects.take().map((flow) => flow["sort_test_number"]), [3, 1, 1]);
});

Deno.test("a dump ends early, without a warning, when the limit is reached", () => {
  const source = openRecording("tcp500.k61", { datagramSize: 2000 });
  let received = 0;
  const receive = source.receive.bind(source);
  source.receive = (buffer) => {
    received++;
    return receive(buffer);
  };
  const sink = new ObjectSink();
  const outcome = runPlan(ipv4Plan, source, new LimitSink(sink, 5, false));
  assertEquals([outcome.warnings, outcome.failed, sink.take().length], [[], 0, 5]);
  assert(received < 5, `${received} datagrams`);
});

Deno.test("a limit of all protocols leaves the others empty, a limit of each does not", () => {
  const push = (sink: RecordSink) => {
    for (const name of ["TCP", "UDP"]) {
      pushValues(name, countKey, [1, 2, 3].map((n) => (to) => to.integer(countKey, n)))(sink);
    }
  };
  const count = (query: Partial<Query>) => queried(push, query).map(({ protocol }) => protocol);
  assertEquals(count({ limit: 2 }), ["TCP", "TCP"]);
  assertEquals(count({ limit: 2, ofEach: true }), ["TCP", "TCP", "UDP", "UDP"]);
  const sort = [{ key: countKey, descending: true }];
  assertEquals(count({ limit: 3, sort }), ["TCP", "UDP", "TCP"]);
  assertEquals(count({ limit: 1, sort, ofEach: true }), ["TCP", "UDP"]);
  assertEquals(count({ sort: [{ key: null, descending: true }], limit: 4 }), ["UDP", "UDP", "UDP", "TCP"]);
});

Deno.test("runPlan asks for no further family when the sink is full", () => {
  const plan: Plan = { ...ipv4Plan, families: families.filter(({ name }) => ["TCP", "UDP"].includes(name)) };
  const source = openRecording("tcp4.k618", { anyFamily: true });
  const opened: string[] = [];
  const sink = new LimitSink(new ObjectSink(), 1, false);
  const openProtocol = sink.openProtocol.bind(sink);
  sink.openProtocol = (name) => {
    opened.push(name);
    openProtocol(name);
  };
  runPlan(plan, source, sink);
  assertEquals([source.requests, opened], [1, ["TCP", "UDP"]]);
});

Deno.test("counts are a document of their own in json and yaml, and rows without a protocol elsewhere", () => {
  const { shown, columns } = choose([new ColumnNames([tcp]).find("state")!]);
  const countBy = plainCounts({ columns, shown });
  const text = (name: string, push: Push, compact = false) => {
    const pieces: string[] = [];
    const output = formats.find((format) => format.name === name)!.open(
      (bytes) => pieces.push(new TextDecoder().decode(bytes)),
      { compact },
      { counts: true, columns: [...columns, { name: "count", key: countKey }] },
    );
    const { sink, finish } = openQuery(output, { ...nothing, countBy });
    push(sink);
    finish();
    output.close();
    return pieces.join("");
  };
  const expected = new Map<FieldValue, number>();
  for (const { state } of objects(tcpFlows)) expected.set(state!, (expected.get(state!) ?? 0) + 1);
  const rows = [...expected].map(([state, count]) => ({ state, count }));
  assertEquals(parseExact(text("json", tcpFlows)), { counts: rows });
  assertEquals(text("json", tcpFlows, true), JSON.stringify({ counts: rows }) + "\n");
  assertEquals(text("json", tcpFlows), JSON.stringify({ counts: rows }, null, 4) + "\n");
  assertEquals(text("ndjson", tcpFlows), rows.map((row) => JSON.stringify(row) + "\n").join(""));
  assertEquals(
    text("yaml", tcpFlows),
    "counts:\n" + rows.map(({ state, count }) => `  - state: "${state}"\n    count: ${count}\n`).join(""),
  );
  assertEquals(parseCsv(text("csv", tcpFlows)), [
    ["state", "count"],
    ...rows.map(({ state, count }) => [String(state), String(count)]),
  ]);
  assertEquals(text("json", () => {}, true), '{"counts":[]}\n');
  assertEquals(text("yaml", () => {}), "counts: []\n");
});

Deno.test("counting by what is in lists counts each element once a socket, with every combination of two lists", () => {
  const define = (name: string) => {
    const list = defineKey(null, name, { type: "list" });
    const element = defineElement(list, "object");
    return {
      list,
      element,
      comm: defineKey(element, "comm", { type: "text" }),
      id: defineKey(element, "id", { type: "integer" }),
    };
  };
  const [ours, theirs] = [define("count_test_ours"), define("count_test_theirs")];
  const pushList = (sink: RecordSink, { list, element, comm, id }: typeof ours, names: readonly string[]) => {
    sink.openList(list);
    names.forEach((name, i) => {
      const bytes = new TextEncoder().encode(name);
      sink.openObject(element);
      sink.text(comm, bytes, 0, bytes.length);
      sink.integer(id, i);
      sink.closeObject(element);
    });
    sink.closeList(list);
  };
  const counted = (...lists: readonly (typeof ours)[]) => {
    const keys = lists.flatMap(({ list, element, comm }) => [list, element, comm]);
    const objects = new ObjectSink();
    const columns = lists.map(({ comm }) => ({ name: comm.path, key: comm }));
    const counter = new CountSink(objects, plainCounts({ columns, shown: new Set(keys) }));
    const sink = new SelectFields(counter.entry, new Set(keys));
    sink.openProtocol("TCP");
    for (const [a, b] of [[["x", "x", "y"], ["z"]], [["x"], ["z", "w"]], [[], ["z"]]] as const) {
      sink.openRecord();
      pushList(sink, ours, a);
      pushList(sink, theirs, b);
      sink.closeRecord();
    }
    sink.closeProtocol();
    counter.finish();
    // deno-lint-ignore no-explicit-any
    const name = (flow: any, { list }: typeof ours) => flow[list.name].map(({ comm }: any) => comm).join("+");
    return objects.take().map((flow) => [...lists.map((list) => name(flow, list)), flow["count"]]);
  };
  assertEquals(counted(ours), [["x", 2], ["y", 1], ["", 1]]);
  assertEquals(counted(ours, theirs), [["x", "z", 2], ["y", "z", 1], ["x", "w", 1], ["", "z", 1]]);
});

Deno.test("sums, averages and percentiles beside counts are those of the objects, in the columns that were typed", async () => {
  const typed = "avg(recv_q),state,count,sum(tcp_info.bytes_acked),min(rtt),p50(rtt),p95(rtt),max(rtt)";
  const command = await parseCommand(["-t", "--count-by", "state", "--columns", typed, "--sort", "p95(rtt):desc"]);
  assert(command.action === "dump" && command.query !== null);
  assertEquals(command.query.countBy!.printed.map(({ name }) => name), typed.split(","));
  const push = recorded(tcp, "tcp500.k61");
  const found = queried(push, { ...command.query });
  // deno-lint-ignore no-explicit-any
  const of = (state: unknown): any[] => objects(push).filter((flow) => flow["state"] === state);
  assert(found.length > 1);
  for (const counts of found) {
    const flows = of(counts["state"]);
    assertEquals(counts["count"], flows.length);
    const times = flows.flatMap(({ tcp_info }) => tcp_info === undefined ? [] : [tcp_info.rtt]).sort((a, b) => a - b);
    const rank = (percent: number) => times[Math.ceil(percent * times.length / 100) - 1];
    assertEquals(
      ["min(rtt)", "p50(rtt)", "p95(rtt)", "max(rtt)"].map((name) => counts[name]),
      [times[0], rank(50), rank(95), times.at(-1)],
    );
    const queues = flows.reduce((sum, flow) => sum + flow.recv_q, 0) / flows.length;
    assertEquals(counts["avg(recv_q)"], Math.round(1000 * queues) / 1000);
    const acked = flows.flatMap(({ tcp_info }) => tcp_info?.bytes_acked ?? []);
    assertEquals(counts["sum(tcp_info.bytes_acked)"], acked.length === 0 ? undefined : acked.reduce((a, b) => a + b));
  }
  const greatest = found.map((counts) => counts["p95(rtt)"] as number | undefined).filter((time) => time !== undefined);
  assertEquals(greatest, greatest.toSorted((a, b) => b - a));
});

Deno.test("parseCommand refuses what cannot be done", async () => {
  const message = async (...args: string[]) =>
    (await assertRejects(() => parseCommand(["-t", ...args]), UsageError)).message;
  assertEquals(
    await message("--sort", "tcp_info.rt:desc"),
    'unknown column "tcp_info.rt" in --sort, did you mean tcp_info.rto?',
  );
  assertEquals(
    await message("--sort", "src:down"),
    '--sort takes the name of a column, with :asc or :desc after it, not "src:down"',
  );
  assertEquals(
    await message("--sort", "tcp_info.opts"),
    "--sort cannot sort by tcp_info.opts, because it has more than one value",
  );
  assertEquals(
    await message("--sort", "tcp_info"),
    "--sort cannot sort by tcp_info, because it has more than one value",
  );
  assertEquals(await message("--sort", "opts"), "--sort cannot sort by opts, because it has more than one value");
  assertEquals(
    await message("--csv", "--sort", "pid"),
    "--sort cannot sort by pid, because it has more than one value",
  );
  assertEquals(await message("--limit", "0"), '--limit takes a number from 1 on, not "0"');
  assertEquals(await message("--limit", "x"), '--limit takes a number from 1 on, not "x"');
  assertEquals(
    await message("--count-by", "state", "--sort", "src"),
    "--sort src is neither count, nor among --count-by, nor of the numbers in --columns",
  );
  assertEquals(
    await message("--count-by", "state", "--columns", "src"),
    "--columns src is neither count nor among --count-by; numbers of other fields are sum(…) min(…) max(…) avg(…) p50(…) p95(…) p99(…)",
  );
  assertEquals(
    await message("-p", "--csv", "--explode", "owners", "--count-by", "state"),
    "--explode owners does nothing for --count-by without a field of the owners, such as pid",
  );
});
