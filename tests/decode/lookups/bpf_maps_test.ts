/**
 * Names in the values that BPF programs keep with sockets, added to recorded answers.
 */
import { assertEquals } from "@std/assert";
import { BpfMapNames, type BpfMapReader } from "../../../decode/lookups/bpf_names.ts";
import { SystemError } from "../../../decode/kernel/errors.ts";
import { runPlan } from "../../../decode/plan/run_plan.ts";
import { type FlowObject, ObjectSink } from "../../../decode/record/object_sink.ts";
import { BtfBuilder } from "../../btf_builder.ts";
import { openRecording } from "../../pcap_source.ts";
import { assertRecords } from "../../schema.ts";
import { ipv4Plan, recordedFlows } from "../flows.ts";

const RECORDING = "tcp4-bpfstore-all.k61";

/** The flows of the recording with names, what was warned of, and the maps that were asked for. */
function named(read: BpfMapReader): { flows: FlowObject[]; warnings: readonly string[]; asked: number[] } {
  const asked: number[] = [];
  const names = new BpfMapNames((id) => {
    asked.push(id);
    return read(id);
  });
  const sink = new ObjectSink();
  const { warnings } = runPlan(ipv4Plan, openRecording(RECORDING), sink, {
    proc: null,
    holders: null,
    enrichers: [names],
  });
  const flows = sink.take();
  assertRecords(flows);
  return { flows, warnings, asked };
}

const storagesOf = (flows: readonly FlowObject[]) => flows.map(({ bpf_storages }) => bpf_storages);

/** Without what was added. */
const plain = (flows: readonly FlowObject[]) =>
  flows.map(({ bpf_storages, ...rest }) => ({
    ...rest,
    ...bpf_storages === undefined
      ? {}
      : { bpf_storages: (bpf_storages as FlowObject[]).map(({ map_id, value }) => ({ map_id, value })) },
  }));

/** Types of a structure with two halves of as many bytes. */
function halves(size: number): { btf: Uint8Array; valueType: number; valueSize: number } {
  const types = new BtfBuilder();
  const half = types.integer("half", size / 2);
  return {
    valueType: types.struct("whole", size, [["first", half, 0], ["second", half, 4 * size]]),
    btf: types.bytes(),
    valueSize: size,
  };
}

const bytesOf = (text: string) => new TextEncoder().encode(text);

Deno.test("BpfMapNames adds names of maps and members to the values, asks once for each map, and changes nothing else", () => {
  const { flows, warnings, asked } = named((id) =>
    id === 3 ? { name: bytesOf("marks"), ...halves(4) } : { name: bytesOf(""), ...halves(8) }
  );
  assertEquals(warnings, []);
  assertEquals(asked.toSorted(), [3, 4]);
  assertEquals(plain(flows), recordedFlows(RECORDING));
  const members = (first: string, second: string) => [
    { name: "first", value: first },
    { name: "second", value: second },
  ];
  assertEquals(storagesOf(flows), [
    [{ map_id: 3, map_name: "marks", value: "0100feca", members: members("1", "51966") }],
    undefined,
    undefined,
    [
      { map_id: 4, value: "8877665544332211", members: members("1432778632", "287454020") },
      { map_id: 3, map_name: "marks", value: "0200feca", members: members("2", "51966") },
    ],
  ]);
});

Deno.test("BpfMapNames leaves the bytes of maps that have gone, or have no types, as they are", () => {
  const gone = named(() => null);
  assertEquals([gone.flows, gone.warnings], [recordedFlows(RECORDING), []]);
  assertEquals(gone.asked.toSorted(), [3, 4]);
  const untyped = named(() => ({ name: bytesOf("m"), valueSize: 4, btf: null, valueType: 0 }));
  assertEquals(storagesOf(untyped.flows)[0], [{ map_id: 3, map_name: "m", value: "0100feca" }]);
  assertEquals(untyped.warnings, []);
});

Deno.test("BpfMapNames warns once of a map that cannot be read, and of types that are none", () => {
  const refused = named((id) => {
    if (id === 3) throw new SystemError("open it", 24);
    const { btf, ...rest } = halves(8);
    return { name: bytesOf("cut"), ...rest, btf: btf.subarray(0, -1) };
  });
  assertEquals(plain(refused.flows), recordedFlows(RECORDING));
  assertEquals(storagesOf(refused.flows)[3], [
    { map_id: 4, map_name: "cut", value: "8877665544332211" },
    { map_id: 3, value: "0200feca" },
  ]);
  assertEquals(refused.warnings.toSorted(), [
    "cannot tell the members of values in BPF map 3: cannot open it: too many open files (EMFILE)",
    `cannot tell the members of values in BPF map 4: end of BTF at byte ${halves(8).btf.length - 1}`,
  ]);
});

Deno.test("BpfMapNames shows the members that a shorter value still has", () => {
  const { flows } = named(() => ({ name: bytesOf("m"), ...halves(8) }));
  assertEquals(storagesOf(flows)[0], [
    { map_id: 3, map_name: "m", value: "0100feca", members: [{ name: "first", value: "3405643777" }] },
  ]);
});
