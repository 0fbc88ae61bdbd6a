/**
 * Recorded datagrams with random changes: the program must end, with known errors at most, and its output must be
 * well-formed.
 */
import { assert, assertEquals } from "@std/assert";
import { DecodeError, KernelError } from "../../decode/kernel/errors.ts";
import { AF_INET, AF_INET6 } from "../../decode/kernel/address_family.ts";
import { families, familyCalled } from "../../decode/families/all_families.ts";
import { formats } from "../../formats/all_formats.ts";
import { cellValue, columnsFor, columnValue, exceptionsOf, parseCsv } from "../read_back.ts";
import { rowsIn } from "../read_page.ts";
import { MORE } from "../../query/columns.ts";
import { parse } from "@std/yaml";
import { type FlowObject, ObjectSink } from "../../decode/record/object_sink.ts";
import { readExchanges, readFixture } from "../pcap_source.ts";
import { runPlan } from "../../decode/plan/run_plan.ts";
import { collect, ipv4Plan } from "./flows.ts";
import { attribute, datagram, done, refusal, socket } from "./messages.ts";
import { ScriptedSource } from "./scripted_source.ts";

const tcp = familyCalled("tcp");

const SEED = 0x5eed;
/** Time for each test in milliseconds, and the number of rounds that even a slow machine must reach. */
const BUDGET = Number(Deno.env.get("SS2_FUZZ_MS") ?? 600);
const ROUNDS = 60;

/** Numbers from 0 to `below` - 1, always the same ones (mulberry32). */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ state >>> 15, 1 | state);
    value = (value + Math.imul(value ^ value >>> 7, 61 | value)) ^ value;
    return ((value ^ value >>> 14) >>> 0) % below;
  };
}

/** Answers without sequence numbers and port ids, which the source fills in again. */
function recorded(name: string): Uint8Array[] {
  return readExchanges(readFixture(`${name}.pcap`))[0]!.answers.map((answer) => {
    const bytes = answer.slice(0, 16384);
    const view = new DataView(bytes.buffer);
    let at = 0;
    while (at + 16 <= bytes.length && at + view.getUint32(at, true) <= bytes.length) {
      bytes.fill(0, at + 8, at + 16);
      if (view.getUint16(at + 4, true) === 18) bytes[at + 4] = 20;
      at += view.getUint32(at, true) + 3 & ~3;
    }
    return bytes.subarray(0, at);
  });
}

const refusals = [
  datagram(refusal(22, { text: "Unknown state" })),
  datagram(refusal(22, { text: "Unknown state", capped: true })),
  done(-1, "not permitted"),
  done(0, "filtered"),
];
/** A socket with texts that every format must escape. */
const texts = datagram(
  socket({ attributes: [attribute(4, [0x22, 0x5c, 0x0a, 0xff, 0xe2, 0x80, 0xa8]), attribute(30, [1])] }),
);

const corpus: readonly (readonly Uint8Array[])[] = [
  ...["tcp4.k61", "tcp4.k618", "tcp4-legacy.k61", "tcp4-bpfstore-all.k61", "tcp4-noext.k61"].map(recorded),
  ...refusals.map((end) => [texts, end]),
];

/** Values that lengths and numbers break at. */
const edges = [0, 1, 3, 4, 15, 16, 0x7f, 0x80, 0xfe, 0xff];

/** Changes one to eight bytes of one or two of the datagrams, and sometimes cuts one. */
function mutate(script: readonly Uint8Array[], random: (below: number) => number): Uint8Array[] {
  const changed = script.map((datagram) => datagram.slice());
  for (let i = random(2); i >= 0; i--) {
    const target = random(changed.length);
    const bytes = changed[target]!;
    // Often near the start, where the headers are; the fields that the source fills in stay as they are.
    const reach = random(3) === 0 ? Math.min(bytes.length, 700) : bytes.length;
    for (let k = random(8); k >= 0; k--) {
      const at = random(reach);
      if (at >= 8 && at < 16) continue;
      bytes[at] = random(2) === 0 ? edges[random(edges.length)]! : random(256);
    }
    if (random(8) === 0) changed[target] = bytes.slice(0, 1 + random(bytes.length));
  }
  return changed;
}

/** Calls `check` with mutated scripts until the budget is used up; the number of the round makes it repeatable. */
function fuzz(
  seed: number,
  check: (scripts: readonly (readonly Uint8Array[])[], release: number, round: number) => void,
): number {
  const end = performance.now() + BUDGET;
  let round = 0;
  for (; performance.now() < end || round < ROUNDS; round++) {
    const random = generator(seed + round);
    const scripts = [0, 1].map(() => mutate(corpus[random(corpus.length)]!, random));
    const release = [0, 6001, 6018, 7000][random(4)]!;
    try {
      check(scripts, release, round);
    } catch (error) {
      throw new Error(`round ${round} of seed ${seed}: ${error}`, { cause: error });
    }
  }
  return round;
}

const bothFamilies = { ...ipv4Plan, addressFamilies: [AF_INET, AF_INET6] };

Deno.test("runPlan over mutated datagrams ends with sockets, DecodeError or KernelError", () => {
  let malformed = 0;
  let refused = 0;
  let records = 0;
  const rounds = fuzz(SEED, (scripts, release) => {
    const source = new ScriptedSource(scripts, release);
    const { flows, outcome } = collect(source, bothFamilies);
    assertEquals(outcome.records, flows.length);
    assertEquals(outcome.dumps, 2);
    assert(source.receives < 200, `${source.receives} datagrams were asked for`);
    for (const error of outcome.errors) {
      assert(error instanceof DecodeError || error instanceof KernelError, String(error));
      if (error instanceof DecodeError) malformed++;
      else refused++;
    }
    records += flows.length;
  });
  assert(malformed > rounds / 20 && refused > rounds / 20 && records > rounds, `${malformed} ${refused} ${records}`);
});

for (const format of formats) {
  // One sink takes all rounds, because sinks treat frequent values differently.
  Deno.test(`${format.name} over mutated datagrams is well-formed and equals the objects of the same bytes`, () => {
    const pieces: string[] = [];
    const decoder = new TextDecoder("utf-8", { fatal: true });
    const sink = format.open((bytes) => pieces.push(decoder.decode(bytes, { stream: true })), { compact: true });
    const objects = new ObjectSink();
    // Whether a dump is repeated depends on what a sink has passed on, which differs between the two.
    sink.rewind = objects.rewind = () => false;
    const expected: FlowObject[] = [];
    const rounds = fuzz(SEED + 1000000, (scripts, release, round) => {
      const plan = { ...bothFamilies, families: [{ ...tcp, name: `TCP${round}` }] };
      runPlan(plan, new ScriptedSource(scripts, release), sink);
      runPlan(plan, new ScriptedSource(scripts, release), objects);
      expected.push(...objects.take());
    });
    sink.close();
    const text = pieces.join("") + decoder.decode();
    const plain = (flow: object) =>
      JSON.stringify(flow, (_, value) => typeof value === "bigint" ? Number(value) : value);
    if (format.name === "table") {
      const lines = text.trimEnd().split("\n").slice(1);
      assertEquals(lines.map((line) => line.split(" ", 1)[0]), expected.map(({ protocol }) => protocol));
      return;
    }
    if (format.name === "html") {
      assertEquals(rowsIn(text).map(({ protocol }) => protocol), expected.map(({ protocol }) => protocol));
      return;
    }
    if (format.name === "csv" || format.name === "tsv") {
      const columns = columnsFor(families);
      const rows = parseCsv(text, format.name === "csv" ? "," : "\t").slice(1);
      assertEquals(rows.length, expected.length);
      rows.forEach((row, r) =>
        assertEquals(
          plain(columns.map((column, c) => cellValue(column, row[c]!))),
          plain(
            columns.map((column) =>
              column.name === MORE ? exceptionsOf(expected[r]!, families) : columnValue(column, expected[r]!)
            ),
          ),
        )
      );
      return;
    }
    const flows = format.name === "ndjson"
      ? text.split("\n").slice(0, -1).map((line) => JSON.parse(line))
      : Object.entries((format.name === "json" ? JSON.parse : parse)(text) as Record<string, { flows: object[] }>)
        .flatMap(([protocol, { flows }]) => flows.map((flow) => ({ protocol, ...flow })));
    assertEquals(flows.length, expected.length);
    assert(flows.length > 10 * rounds, `only ${flows.length} flows in ${rounds} rounds`);
    flows.forEach((flow, i) => assertEquals(plain(flow), plain(expected[i]!)));
  });
}
