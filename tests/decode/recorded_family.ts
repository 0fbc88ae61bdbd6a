/**
 * Runs any family against recordings and single messages, for the tests of families.
 */
import { AF_INET } from "../../decode/kernel/address_family.ts";
import { DecodeError } from "../../decode/kernel/errors.ts";
import type { Family } from "../../decode/families/family.ts";
import type { Layout } from "../../decode/record/layout.ts";
import { NLMSG_HDRLEN } from "../../decode/netlink/message.ts";
import type { Plan } from "../../decode/plan/plan.ts";
import { ALL_STATES } from "../../decode/kernel/tcp_states.ts";
import type { FieldValue, FlowObject } from "../../decode/record/object_sink.ts";
import { openRecording, type PcapOptions, readExchanges, readFixture, splitMessages } from "../pcap_source.ts";
import { EventLog } from "./event_log.ts";
import { collect } from "./flows.ts";

export interface UapiField {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
}

type Numbers = Readonly<Record<string, number>>;

/** The table of the kernel's interface. */
export const uapi: {
  readonly structs: Readonly<Record<string, { readonly size: number; readonly fields: readonly UapiField[] }>>;
  readonly attributes: Readonly<Record<string, Numbers>>;
  readonly constants: Readonly<Record<string, Numbers>>;
} = JSON.parse(new TextDecoder().decode(readFixture("uapi.json")));

/** Name, offset and size of the members, and the size of the whole, as a layout has them. */
export function layoutPlaces(layout: Layout): (string | number)[][] {
  return [...layout.members.map(({ member, offset, size }) => [member, offset, size]), ["", layout.size]];
}

/** The same as the table of the kernel's interface has it. */
export function uapiPlaces(name: string): (string | number)[][] {
  const { fields, size } = uapi.structs[name]!;
  return [...fields.map((field) => [field.name, field.offset, field.size]), ["", size]];
}

/** All sockets of a family. */
export const planFor = (family: Family, states: number | null = ALL_STATES): Plan => ({
  families: [family],
  addressFamilies: [AF_INET],
  states,
  bpfMaps: false,
  named: true,
});

/** The flows of a recording, which must decode without a warning. */
export function familyFlows(family: Family, name: string, options: PcapOptions = {}): FlowObject[] {
  const { flows, outcome } = collect(openRecording(name, options), planFor(family));
  if (outcome.warnings.length > 0 || outcome.records !== flows.length) throw new Error(outcome.warnings.join("\n"));
  return flows;
}

/** The sockets in a recording as payloads of messages, each in memory of its own. */
export function recordedPayloads(name: string): Uint8Array<ArrayBuffer>[] {
  return splitMessages(readExchanges(readFixture(`${name}.pcap`))[0]!.answers)
    .filter((message) => message[4] === 20)
    // The padding behind a message is not part of it.
    .map((message) => message.slice(NLMSG_HDRLEN, new DataView(message.buffer).getUint32(0, true)));
}

/** The request of a recording. */
export const recordedRequest = (name: string): Uint8Array => readExchanges(readFixture(`${name}.pcap`))[0]!.request!;

/** The events of a message payload, or its `DecodeError`. Other errors are thrown. */
export function eventsOf(family: Family, payload: Uint8Array<ArrayBuffer>): string[] | DecodeError {
  const exact = payload.slice();
  const log = new EventLog();
  try {
    family.openDecoder(6018)(new DataView(exact.buffer), exact, 0, exact.length, log);
  } catch (error) {
    if (error instanceof DecodeError) return error;
    throw error;
  }
  return log.events;
}

/** Names of all fields in a value, those of objects and lists inside included. */
export function fieldNames(value: FieldValue): string[] {
  if (Array.isArray(value)) return value.flatMap(fieldNames);
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([name, inner]) => [name, ...fieldNames(inner)]);
}

/** Text without what depends on the width of columns. */
export const tokens = (text: string): string[] => text.split(/\s+/).filter((token) => token !== "");

/** Lines that `ss` printed from a recording, without headings and processes. */
export function replayedText(name: string): string {
  const text = new TextDecoder().decode(readFixture(`${name}.ss-replay.txt`));
  return text.split("\n").filter((line) => !line.startsWith("#")).join("\n").replaceAll(/users:\(\(.*?\)\)/g, "");
}

/** Memory of a socket as `ss` prints it. */
export function skmemText(flow: FlowObject): string {
  const { rmem_alloc, rcvbuf, wmem_alloc, sndbuf, fwd_alloc, wmem_queued, optmem, backlog, drops } =
    flow["skmeminfo"] as Record<string, number>;
  return `skmem:(r${rmem_alloc},rb${rcvbuf},t${wmem_alloc},tb${sndbuf},f${fwd_alloc},w${wmem_queued},o${optmem},` +
    `bl${backlog},d${drops})`;
}
