/**
 * Helpers for tests of one family: decoded recordings, cut messages, structures compared with the interface table.
 */
import { assert, assertEquals } from "@std/assert";
import { AF_INET, AF_INET6 } from "../../decode/kernel/address_family.ts";
import { DecodeError } from "../../decode/kernel/errors.ts";
import type { Family } from "../../decode/families/family.ts";
import type { Layout } from "../../decode/record/layout.ts";
import { NLMSG_HDRLEN } from "../../decode/netlink/message.ts";
import { SOCK_DIAG_BY_FAMILY } from "../../decode/families/sock_diag.ts";
import type { FlowObject } from "../../decode/record/object_sink.ts";
import { type Exchange, openRecording, readExchanges, readFixture, splitMessages } from "../pcap_source.ts";
import { EventLog } from "./event_log.ts";
import { collect } from "./flows.ts";

interface Field {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
}

/** The interface table. */
export const uapi: {
  readonly ethertypeNames: Readonly<Record<string, string>>;
  readonly structs: Readonly<Record<string, { readonly size: number; readonly fields: readonly Field[] }>>;
  readonly attributes: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly constants: Readonly<Record<string, Readonly<Record<string, number>>>>;
} = JSON.parse(new TextDecoder().decode(readFixture("uapi.json")));

/** Asserts that the structure `name` has the layout of the interface table. */
export function assertLiesAsInTable(layout: Layout, name = layout.name): void {
  const struct = uapi.structs[name]!;
  const places = ({ name, offset, size }: Field) => [name, offset, size];
  assertEquals(
    layout.members.map(({ member, offset, size }) => places({ name: member, offset, size })),
    struct.fields.map(places),
  );
  assertEquals(layout.size, struct.size);
}

/** Asserts that the attributes of the family are exactly those of the module. */
export function assertKnowsAttributes(family: Family, namespace: string): void {
  const [table, ...others] = family.describe().attributes;
  assertEquals(others, []);
  const sort = (pairs: [string, number][]) => pairs.sort(([, a], [, b]) => a - b);
  assertEquals(
    sort(table!.attributes.map(({ name, number }): [string, number] => [name, number])),
    sort(Object.entries(uapi.attributes[namespace]!).filter(([name]) => !name.endsWith("_NONE"))),
  );
}

/** A member of a request, byte by byte from its low end. */
export function requestMember(request: Uint8Array, structure: string, member: string): number {
  const { offset, size } = uapi.structs[structure]!.fields.find(({ name }) => name === member)!;
  let value = 0;
  for (let i = size - 1; i >= 0; i--) value = value * 256 + request[NLMSG_HDRLEN + offset + i]!;
  return value;
}

/** The one exchange of a recording. */
export function exchangeOf(recording: string): Exchange {
  const [exchange, ...others] = readExchanges(readFixture(`${recording}.pcap`));
  assertEquals(others, []);
  return exchange!;
}

/** The flows of a recording. They must decode without warnings and without unknown parts. */
export function flowsOf(family: Family, recording: string, states = -1): FlowObject[] {
  const { flows, outcome } = collect(openRecording(recording), planFor(family, states));
  assertEquals([outcome.warnings, outcome.failed, outcome.records], [[], 0, flows.length]);
  for (const flow of flows) assertKnown(flow, recording);
  return flows;
}

/** A plan for nothing but this family. */
export const planFor = (family: Family, states: number | null = -1, types?: number) => ({
  families: [family],
  addressFamilies: [AF_INET, AF_INET6],
  states,
  bpfMaps: false,
  named: true,
  ...types === undefined ? {} : { types: { [family.name]: types } },
});

function assertKnown(value: unknown, place: string): void {
  if (Array.isArray(value)) return value.forEach((item) => assertKnown(item, place));
  if (value !== null && typeof value === "object") {
    for (const [name, item] of Object.entries(value)) {
      assert(!/^unknown$|_raw$|_extra$/.test(name), `${place}.${name}`);
      assertKnown(item, `${place}.${name}`);
    }
  }
  assert(value !== "unknown", place);
}

/** The payloads of the sockets in a recording. */
export function payloadsOf(recording: string): Uint8Array<ArrayBuffer>[] {
  return splitMessages(exchangeOf(recording).answers)
    .filter((message) => message[4] === SOCK_DIAG_BY_FAMILY)
    .map((message) => message.slice(NLMSG_HDRLEN, new DataView(message.buffer).getUint32(0, true)));
}

/** The events of a payload, in a buffer that holds nothing else. */
function eventsOf(family: Family, payload: Uint8Array<ArrayBuffer>): string[] | DecodeError {
  const exact = payload.slice();
  const log = new EventLog();
  log.openRecord();
  try {
    family.openDecoder(6018)(new DataView(exact.buffer), exact, 0, exact.length, log);
  } catch (error) {
    // Anything else, a RangeError for example, fails the test.
    if (error instanceof DecodeError) return error;
    throw error;
  }
  return log.events;
}

/**
 * Asserts that every message of a recording, cut at any byte, gives a part of its events or a `DecodeError`. Returns
 * how many cuts gave which.
 */
export function cutEverywhere(family: Family, recording: string): { parts: number; refused: number } {
  let parts = 0;
  let refused = 0;
  for (const payload of payloadsOf(recording)) {
    const whole = eventsOf(family, payload);
    assert(Array.isArray(whole));
    for (let length = 0; length < payload.length; length++) {
      const events = eventsOf(family, payload.slice(0, length));
      if (events instanceof DecodeError) {
        refused++;
        assert(events.offset <= length);
        continue;
      }
      parts++;
      let at = 0;
      for (const event of events) {
        at = whole.indexOf(event, at) + 1;
        assert(at > 0, `${event} in a message of ${payload.length} bytes cut at ${length}`);
      }
    }
  }
  return { parts, refused };
}

/** Asserts that every attribute in a recording, with its payload cut at any byte, gives fewer fields. */
export function cutAttributes(family: Family, recording: string, fixed: number): number {
  let cuts = 0;
  for (const payload of payloadsOf(recording)) {
    const view = new DataView(payload.buffer);
    for (let at = fixed; at < payload.length;) {
      const length = view.getUint16(at, true);
      const paths = (events: string[] | DecodeError) => {
        assert(Array.isArray(events));
        return events.map((event) => event.split(" ").slice(0, event.startsWith("open") ? 3 : 1).join(" "));
      };
      const one = (size: number) => {
        const bytes = new Uint8Array(fixed + size);
        bytes.set(payload.subarray(0, fixed));
        bytes.set(payload.subarray(at, at + size), fixed);
        new DataView(bytes.buffer).setUint16(fixed, size, true);
        return paths(eventsOf(family, bytes));
      };
      const whole = one(length);
      for (let size = 4; size < length; size++, cuts++) {
        const cut = one(size);
        let from = 0;
        for (const path of cut) {
          from = whole.indexOf(path, from) + 1;
          assert(from > 0, `${path} in attribute ${view.getUint16(at + 2, true)} of ${size} bytes`);
        }
      }
      at += (length + 3) & ~3;
    }
  }
  return cuts;
}

/**
 * Changes random bytes of recorded messages, from a fixed seed. The result must be fields or a `DecodeError`. Returns
 * how many messages gave which.
 */
export function mutate(family: Family, recording: string, rounds: number): { decoded: number; refused: number } {
  let state = 0x2545f491;
  const random = (limit: number) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
  const payloads = payloadsOf(recording);
  let refused = 0;
  for (let round = 0; round < rounds; round++) {
    const bytes = payloads[random(payloads.length)]!.slice();
    for (let changes = 1 + random(4); changes > 0; changes--) {
      bytes[random(bytes.length)] = random(3) === 0 ? 0xff : random(256);
    }
    if (eventsOf(family, bytes.slice(0, bytes.length - random(3))) instanceof DecodeError) refused++;
  }
  return { decoded: rounds - refused, refused };
}

/** A line of the ground truth. */
export interface Truth {
  readonly name: string;
  readonly ino: number;
  readonly uid: number;
  readonly type: number;
  readonly cookie: string;
  readonly local?: string;
  readonly peer?: string;
  readonly rcvbuf: number;
  readonly sndbuf: number;
}

/** The ground truth of a kernel's sockets whose names start with `prefix`. */
export function readTruth(kernel: string, prefix: string): Truth[] {
  const lines = new TextDecoder().decode(readFixture(`truth.${kernel}.jsonl`)).trim().split("\n");
  return lines.map((line): Truth => JSON.parse(line)).filter(({ name }) => name.startsWith(prefix));
}

/** Each socket of the ground truth with its flow, found by inode; what can be compared in every family is. */
export function pairUp(truths: readonly Truth[], flows: readonly FlowObject[]): [Truth, FlowObject][] {
  return truths.map((truth) => {
    const found = flows.filter((flow) => flow["inode"] === truth.ino);
    assertEquals(found.length, 1, `${truth.name} is there ${found.length} times`);
    const flow = found[0]!;
    assertEquals(flow["cookie"], `0x${BigInt(`0x${truth.cookie}`).toString(16)}`, truth.name);
    assertEquals(flow["type"], { 1: "stream", 2: "dgram", 3: "raw", 5: "seqpacket" }[truth.type], truth.name);
    return [truth, flow];
  });
}

/** Lines that the recorded `ss` prints for the recorded bytes. */
export function replayOf(recording: string): string[] {
  const text = new TextDecoder().decode(readFixture(`${recording}.ss-replay.txt`));
  return text.split("\n").filter((line) => line !== "" && !line.startsWith("#")).map((line) =>
    line.trim().replace(/ +/g, " ")
  );
}
