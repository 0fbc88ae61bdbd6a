/**
 * Recordings of the Internet families with the ground truth from the program that opened the sockets, and tests for all
 * of these families.
 */
import { assert, assertEquals } from "@std/assert";
import { AF_INET } from "../../decode/kernel/address_family.ts";
import { DecodeError } from "../../decode/kernel/errors.ts";
import type { Family } from "../../decode/families/family.ts";
import type { Layout } from "../../decode/record/layout.ts";
import { NLMSG_HDRLEN } from "../../decode/netlink/message.ts";
import type { Plan } from "../../decode/plan/plan.ts";
import { SOCK_DIAG_BY_FAMILY } from "../../decode/families/sock_diag.ts";
import { ALL_STATES } from "../../decode/kernel/tcp_states.ts";
import type { FieldValue, FlowObject } from "../../decode/record/object_sink.ts";
import { openRecording, readExchanges, readFixture, splitMessages } from "../pcap_source.ts";
import { EventLog } from "./event_log.ts";
import { at, collect, printed } from "./flows.ts";

/** A member of a structure in the table of the kernel's interface. */
interface Field {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
  readonly type: string;
}

interface Struct {
  readonly size: number;
  readonly fields: readonly Field[];
  readonly variants?: readonly { readonly removes: readonly string[]; readonly fields: readonly Field[] }[];
  readonly sizesByKernel?: readonly { readonly size: number; readonly first: string; readonly last: string | null }[];
}

type Numbers = Readonly<Record<string, number>>;

/** The table of the kernel's interface. */
export const uapi: {
  readonly structs: Readonly<Record<string, Struct>>;
  readonly attributes: Readonly<Record<string, Numbers>>;
  readonly constants: Readonly<Record<string, Numbers>>;
} = JSON.parse(new TextDecoder().decode(readFixture("uapi.json")));

/** Name, offset and size of the members of a layout. */
export const layoutPlaces = (layout: Layout) =>
  layout.members.map(({ member, offset, size }) => [member, offset, size] as const);

/** Name, offset and size of the members in the table, in the order of their places. */
export const uapiPlaces = (fields: readonly Field[]) =>
  fields.map(({ name, offset, size }) => [name, offset, size] as const).sort(([, a], [, b]) => a - b);

/** Words at the values of constants: `undefined` where there is none. */
export function wordsAt(constants: string, expected: Readonly<Record<string, string>>): (string | undefined)[] {
  const numbers = uapi.constants[constants]!;
  const words: (string | undefined)[] = [];
  for (const [name, word] of Object.entries(expected)) words[numbers[name]!] = word;
  return Array.from(words);
}

export interface Truth {
  readonly name: string;
  readonly ino?: number;
  readonly uid: number;
  readonly proto: number;
  readonly cookie: string;
  readonly local: string;
  readonly peer?: string;
  readonly mark: number;
  readonly rcvbuf: number;
  readonly sndbuf: number;
  readonly prio: number;
  readonly tos: number;
  readonly dev?: string;
  readonly inq?: number;
  readonly outq?: number;
}

/** The sockets whose names start with `prefix`, and that the kernel lists. */
export function readTruth(kernel: string, prefix: string, unlisted: readonly string[] = []): Truth[] {
  const lines = new TextDecoder().decode(readFixture(`truth.${kernel}.jsonl`)).trim().split("\n");
  return lines.map((line): Truth => JSON.parse(line)).filter(({ name, ino }) =>
    name.startsWith(`${prefix}.`) && ino !== undefined && !unlisted.includes(name)
  );
}

/** All sockets of a family over IPv4. */
export const planFor = (family: Family, states: number | null = ALL_STATES): Plan => ({
  families: [family],
  addressFamilies: [AF_INET],
  states,
  bpfMaps: false,
  named: true,
});

/** The flows of a recording, which must decode without a warning. */
export function familyFlows(family: Family, recording: string, states: number | null = ALL_STATES): FlowObject[] {
  const { flows, outcome } = collect(openRecording(recording), planFor(family, states));
  assertEquals(outcome.warnings, []);
  return flows;
}

/** The one flow with this inode. */
export function flowWith(flows: readonly FlowObject[], inode: number | undefined): FlowObject {
  const found = flows.filter((flow) => flow["inode"] === inode);
  assertEquals(found.length, 1, `flows with inode ${inode}`);
  return found[0]!;
}

const endpoint = (flow: FlowObject, side: string) => `${flow[side]}:${flow[`${side}_port`]}`;

/** Asserts the fields that every Internet family has. */
export function assertCommon(flow: FlowObject, truth: Truth): void {
  const { name, uid, cookie, local, peer, mark, tos, prio, dev, rcvbuf } = truth;
  assertEquals(
    [flow["family"], flow["uid"], flow["cookie"], endpoint(flow, "src")],
    ["inet", uid, `0x${BigInt(`0x${cookie}`).toString(16)}`, local],
    name,
  );
  if (peer !== undefined) assertEquals(endpoint(flow, "dst"), peer, name);
  assertEquals([flow["mark"], flow["tos"], flow["class_id"]], [mark, tos, prio], name);
  assertEquals(flow["iface_idx"], dev === undefined ? 0 : 1, name);
  assertEquals(at(flow, "skmeminfo.rcvbuf"), rcvbuf, name);
}

/** Names of all fields in a value, those of objects and lists inside included. */
export function fieldNames(value: FieldValue): string[] {
  if (Array.isArray(value)) return value.flatMap(fieldNames);
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([name, inner]) => [name, ...fieldNames(inner)]);
}

/** Lines that `ss` printed from the bytes of a recording. */
export const replayedLines = (recording: string): string[] =>
  new TextDecoder().decode(readFixture(`${recording}.ss-replay.txt`)).trimEnd().split("\n").slice(1);

/** The items `name:value` in a line of `ss`. */
export const itemsOf = (line: string): Record<string, string> =>
  Object.fromEntries([...line.matchAll(/(?<=\s)([a-z_0-9]+):(\S+)/g)].map(([, name, value]) => [name!, value!]));

/** Payloads of the sockets in a recording, each in memory of its own. */
function recordedPayloads(recording: string): Uint8Array<ArrayBuffer>[] {
  return splitMessages(readExchanges(readFixture(`${recording}.pcap`))[0]!.answers)
    .filter((message) => message[4] === SOCK_DIAG_BY_FAMILY)
    .map((message) => message.slice(NLMSG_HDRLEN, new DataView(message.buffer).getUint32(0, true)));
}

/** The events of a message payload, or the error that it is refused with; any other error passes. */
function eventsOf(family: Family, release: number, payload: Uint8Array<ArrayBuffer>): string[] | DecodeError {
  const exact = payload.slice();
  const log = new EventLog();
  try {
    family.openDecoder(release)(new DataView(exact.buffer), exact, 0, exact.length, log);
  } catch (error) {
    if (error instanceof DecodeError) return error;
    throw error;
  }
  return log.events;
}

/** Whether `part` is `whole` with some elements left out. */
function isSubsequence(part: readonly string[], whole: readonly string[]): boolean {
  let from = 0;
  for (const event of part) {
    from = whole.indexOf(event, from) + 1;
    if (from === 0) return false;
  }
  return true;
}

/**
 * Defines the tests that every recording of a family must pass.
 *
 * @param comparable removes the events that a cut may change
 */
export function testRecording(
  family: Family,
  recording: string,
  count: number,
  comparable: (events: string[]) => string[] = (events) => events,
): void {
  const release = openRecording(recording).release;

  Deno.test(`${recording}: ${count} sockets, none with a field that is not known`, () => {
    const flows = familyFlows(family, recording);
    assertEquals(flows.length, count);
    const names = new Set(flows.flatMap(fieldNames));
    for (const name of names) assert(name !== "unknown" && !/_(raw|extra|hex)$/.test(name), name);
    assert(
      !JSON.stringify(flows, (_, value) => typeof value === "bigint" ? String(value) : value).includes('"unknown"'),
    );
  });

  Deno.test(`${recording}: JSON, NDJSON and objects hold the same`, () => {
    const flows = familyFlows(family, recording);
    const plain = (value: unknown) =>
      JSON.parse(JSON.stringify(value, (_, inner) => typeof inner === "bigint" ? Number(inner) : inner));
    const json = JSON.parse(printed("json", openRecording(recording), planFor(family)));
    assertEquals(json[family.name].flows, plain(flows.map(({ protocol: _, ...flow }) => flow)));
    const lines = printed("ndjson", openRecording(recording), planFor(family)).trim().split("\n");
    assertEquals(lines.map((line) => JSON.parse(line)), plain(flows));
  });

  Deno.test(`${recording}: the request is the recorded one, but for its states`, () => {
    const request = readExchanges(readFixture(`${recording}.pcap`))[0]!.request!;
    const [own, ...others] = family.encodeRequests({ addressFamilies: [AF_INET], states: ALL_STATES, bpfMaps: false });
    assertEquals(others, []);
    // Dumps take no notice of the cookie, which the recorder set to "none".
    const comparable = (message: Uint8Array) =>
      Uint8Array.from(message).fill(0, 8, 16).fill(0, NLMSG_HDRLEN + 4, NLMSG_HDRLEN + 8)
        .fill(0, NLMSG_HDRLEN + 48, NLMSG_HDRLEN + 56);
    assertEquals(comparable(own!.message), comparable(request));
  });

  Deno.test(`${recording}: every message cut at every byte gives fewer events or a DecodeError`, () => {
    let refused = 0;
    let parts = 0;
    for (const payload of recordedPayloads(recording)) {
      const whole = eventsOf(family, release, payload);
      assert(Array.isArray(whole));
      for (let length = 0; length < payload.length; length++) {
        const events = eventsOf(family, release, payload.slice(0, length));
        if (Array.isArray(events)) {
          parts++;
          assert(isSubsequence(comparable(events), whole), `${payload.length} bytes cut at ${length}`);
        } else {
          refused++;
        }
      }
    }
    assert(refused > 100 * count && parts >= count, `${refused} refused, ${parts} parts`);
  });
}
