/**
 * Runs the TCP family on a source and returns the result.
 */
import { familyCalled } from "../../decode/families/all_families.ts";
import type { DatagramSource } from "../../decode/netlink/datagram_source.ts";
import type { Plan } from "../../decode/plan/plan.ts";
import { runPlan } from "../../decode/plan/run_plan.ts";
import type { RecordSink } from "../../decode/record/record_sink.ts";
import { AF_INET } from "../../decode/kernel/address_family.ts";
import { ALL_STATES } from "../../decode/kernel/tcp_states.ts";
import { formats } from "../../formats/all_formats.ts";
import { type FlowObject, ObjectSink } from "../../decode/record/object_sink.ts";
import { openRecording, type PcapOptions } from "../pcap_source.ts";
import { assertOutput, assertRecords } from "../schema.ts";
import type { Question } from "../../decode/families/question.ts";
import type { Outcome } from "../../decode/record/outcome.ts";

const tcp = familyCalled("tcp");

/** All TCP sockets over IPv4. */
export const ipv4Plan: Plan = {
  families: [tcp],
  addressFamilies: [AF_INET],
  states: ALL_STATES,
  bpfMaps: false,
  named: true,
};

/** The TCP request for one address family. */
export function encodeOne(question: Question): Uint8Array<ArrayBuffer> {
  const [request, ...others] = tcp.encodeRequests(question);
  if (request === undefined || others.length > 0) throw new Error("not one request");
  return request.message;
}

/** The flows of a source, which must match the schema, and the outcome. */
export function collect(source: DatagramSource, plan: Plan = ipv4Plan): { flows: FlowObject[]; outcome: Outcome } {
  const sink = new ObjectSink();
  const outcome = runPlan(plan, source, sink);
  const flows = sink.take();
  assertRecords(flows);
  return { flows, outcome };
}

/** The flows of a recording, which must decode without a warning. */
export function recordedFlows(name: string, options: PcapOptions = {}): FlowObject[] {
  const { flows, outcome } = collect(openRecording(name, options));
  if (outcome.warnings.length > 0) throw new Error(outcome.warnings.join("\n"));
  return flows;
}

/** The output of a format for a source. It must match the schema. */
export function printed(format: string, source: DatagramSource, plan: Plan = ipv4Plan): string {
  const pieces: Uint8Array[] = [];
  const sink = formats.find(({ name }) => name === format)!.open((bytes) => pieces.push(bytes.slice()), {
    compact: false,
  });
  runPlan(plan, source, sink as RecordSink);
  sink.close();
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const text = pieces.map((piece) => decoder.decode(piece, { stream: true })).join("") + decoder.decode();
  assertOutput(format, text);
  return text;
}

/** The value at a dotted path: `tcp_info.rtt`. */
export function at(flow: FlowObject, path: string): unknown {
  // deno-lint-ignore no-explicit-any
  return path.split(".").reduce((value: any, name) => value?.[name], flow);
}

/** The only flow with this local port, and this remote port if given. */
export function flowAt(flows: readonly FlowObject[], localPort: number, remotePort?: number): FlowObject {
  const found = flows.filter((flow) =>
    flow["src_port"] === localPort && (remotePort === undefined || flow["dst_port"] === remotePort)
  );
  if (found.length !== 1) throw new Error(`${found.length} flows from port ${localPort} to ${remotePort}`);
  return found[0]!;
}
