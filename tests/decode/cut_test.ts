/**
 * Bytes that are cut off, followed by garbage, or grouped into other datagrams: only received bytes are read, and the
 * result does not depend on how the kernel filled its datagrams.
 */
import { familyCalled } from "../../decode/families/all_families.ts";
import { assert, assertEquals } from "@std/assert";
import { type AttributeTable, defineAttributes, NLA_HDRLEN, walkAttributes } from "../../decode/netlink/attribute.ts";
import { DecodeError } from "../../decode/kernel/errors.ts";
import type { Layout } from "../../decode/record/layout.ts";
import { NLMSG_HDRLEN } from "../../decode/netlink/message.ts";
import { stepPlan } from "../../decode/plan/run_plan.ts";
import type { FieldObject, FieldValue, FlowObject } from "../../decode/record/object_sink.ts";
import { ObjectSink } from "../../decode/record/object_sink.ts";
import { openRecording, type PcapOptions, readExchanges, readFixture, splitMessages } from "../pcap_source.ts";
import { EventLog } from "./event_log.ts";
import { collect, ipv4Plan, printed, recordedFlows } from "./flows.ts";
import { allLayouts, attributeTables, TCP_INFO } from "./layouts.ts";
import { attribute, bytesOf, datagram, done, join, message, socket, socketPayload } from "./messages.ts";
import { ScriptedSource } from "./scripted_source.ts";
import { walkLayout } from "../../decode/record/walk_layout.ts";

const tcp = familyCalled("tcp");

/** Bytes from a generator with a fixed seed (xorshift32), never 0. */
function noise(length: number, seed: number): Uint8Array<ArrayBuffer> {
  let state = seed | 1;
  return Uint8Array.from({ length }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 8 & 0xff) || 1;
  });
}

/** The sockets in recordings, as payloads of messages. */
function payloads(...names: readonly string[]): Uint8Array<ArrayBuffer>[] {
  return names.flatMap((name) => splitMessages(readExchanges(readFixture(`${name}.pcap`))[0]!.answers))
    .filter((message) => message.length > 36)
    .map((message) => message.slice(NLMSG_HDRLEN));
}

/** Runs a decoder on exactly these bytes, in a buffer without other bytes. */
function decodeExactly(
  bytes: Uint8Array<ArrayBuffer>,
  decode: (view: DataView, bytes: Uint8Array, log: EventLog) => void,
): string[] | DecodeError {
  const exact = bytes.slice();
  const log = new EventLog();
  try {
    decode(new DataView(exact.buffer), exact, log);
  } catch (error) {
    // Anything else, a RangeError for example, fails the test.
    if (error instanceof DecodeError) return error;
    throw error;
  }
  return log.events;
}

/** Whether `part` is `whole` with some elements left out. */
function isSubsequence(part: readonly string[], whole: readonly string[]): boolean {
  let at = 0;
  for (const event of part) {
    at = whole.indexOf(event, at) + 1;
    if (at === 0) return false;
  }
  return true;
}

/** Whether everything in a cut record is in the whole record too. */
function isPart(part: FieldValue, whole: FieldValue): boolean {
  if (Array.isArray(part)) return Array.isArray(whole) && part.every((item, i) => isPart(item, whole[i]!));
  if (part !== null && typeof part === "object") {
    if (whole === null || typeof whole !== "object" || Array.isArray(whole)) return false;
    return Object.entries(part as FieldObject).every(([name, value]) =>
      whole[name] !== undefined && isPart(value, whole[name])
    );
  }
  return part === whole;
}

/** The datagrams that hold the whole answer of a recording. */
const answerOf = (name: string) =>
  readExchanges(readFixture(`${name}.pcap`))[0]!.answers.map((answer) => answer.slice());

/** Sequence number and port id 0, which the scripted source replaces. */
function unaddressed(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const view = new DataView(bytes.buffer);
  for (let at = 0; at + NLMSG_HDRLEN <= bytes.length; at += (view.getUint32(at, true) + 3) & ~3) {
    bytes.fill(0, at + 8, at + 16);
  }
  return bytes;
}

for (const layout of allLayouts) {
  Deno.test(`walkLayout of ${layout.name}, ${layout.size} bytes, cut at every byte leaves out the cut members only`, () => {
    for (const family of [2, 10]) {
      const bytes = noise(layout.size, 7);
      bytes[0] = family;
      const walk = (length: number) =>
        decodeExactly(bytes.slice(0, length), (view, bytes, log) => walkLayout(layout, view, bytes, 0, length, log));
      const whole = walk(layout.size);
      assert(Array.isArray(whole) && whole.length >= layout.steps.length);
      let before: string[] = [];
      for (let length = 0; length <= layout.size; length++) {
        const events = walk(length);
        assert(Array.isArray(events));
        assert(isSubsequence(events, whole), `${layout.name} of ${length} bytes`);
        assert(isSubsequence(before, events), `${layout.name} of ${length} bytes shows less than of ${length - 1}`);
        before = events;
      }
      assertEquals(before, whole);
      assertEquals(walk(0), []);
    }
  });
}

Deno.test("walkLayout of tcp_info shows exactly the members that end within each length that kernels have sent", () => {
  const bytes = noise(TCP_INFO.size, 3);
  const last = (length: number) => {
    const log = new EventLog();
    walkLayout(TCP_INFO, new DataView(bytes.buffer), bytes, 0, length, log);
    return log.events.at(-1)!.split(" ")[0];
  };
  assertEquals(
    [104, 120, 136, 144, 160, 168, 192, 200, 224, 232, 240, 248].map(last),
    [
      "total_retrans",
      "max_pacing_rate",
      "bytes_received",
      "segs_in",
      "data_segs_out",
      "delivery_rate",
      "sndbuf_limited",
      "delivered_ce",
      "reord_seen",
      "snd_wnd",
      "rehash",
      "total_rto_time",
    ].map((name) => `tcp_info.${name}`),
  );
});

/** An attribute block with every attribute of the table once, payloads of noise or of attributes within. */
function everyAttribute(table: AttributeTable, seed: number): Uint8Array<ArrayBuffer> {
  return join(...table.attributes.map(({ number, payload }) => {
    if (payload.attributes !== null) {
      const inner = everyAttribute(payload.attributes, seed + number);
      // A list of nests has one more level of attributes.
      return attribute(number, payload.key!.note.type === "list" ? attribute(1, inner) : inner);
    }
    const bytes = noise((payload.layout as Layout | null)?.size ?? 12, seed + number);
    if (payload.layout?.name === "tcp_diag_md5sig") bytes[0] = 2;
    return attribute(number, bytes);
  }));
}

for (const [prefix, table] of attributeTables()) {
  Deno.test(`walkAttributes of ${prefix}* cut at every byte gives fewer fields or a DecodeError`, () => {
    const block = everyAttribute(table, 11);
    const walk = (length: number) =>
      decodeExactly(block.slice(0, length), (view, bytes, log) => walkAttributes(table, view, bytes, 0, length, log));
    const whole = walk(block.length);
    assert(Array.isArray(whole) && whole.length >= table.attributes.length - 2);
    let refused = 0;
    for (let length = 0; length < block.length; length++) {
      const events = walk(length);
      if (events instanceof DecodeError) refused++;
      else assert(isSubsequence(events, whole), `${prefix} of ${length} bytes`);
    }
    assert(refused > block.length / 3, `only ${refused} of ${block.length} lengths refused`);
  });

  Deno.test(`walkAttributes of ${prefix}* takes payloads cut at every byte: fewer fields, or a DecodeError`, () => {
    for (const { number, name } of table.attributes) {
      const block = everyAttribute(
        defineAttributes(table.object, table.attributes.filter((one) => one.number === number), table.unknownName),
        5,
      );
      const length = new DataView(block.buffer).getUint16(0, true);
      const walk = (cut: number) => {
        const bytes = block.slice(0, NLA_HDRLEN + cut);
        bytes.set(bytesOf(bytes.length, 2));
        return decodeExactly(bytes, (view, bytes, log) => walkAttributes(table, view, bytes, 0, bytes.length, log));
      };
      const whole = walk(length - NLA_HDRLEN);
      assert(Array.isArray(whole), name);
      const fields = (events: readonly string[]) => events.map((event) => event.split(" ")[0]!);
      for (let cut = 0; cut < length - NLA_HDRLEN; cut++) {
        const events = walk(cut);
        // Texts and raw bytes may be shorter; all other values are the same or absent.
        if (Array.isArray(events)) assert(isSubsequence(fields(events), fields(whole)), `${name} of ${cut} bytes`);
      }
    }
  });
}

Deno.test("walkAttributes takes a last attribute without padding", () => {
  const block = join(attribute(5, [16]), attribute(8, [3]));
  const table = attributeTables().get("INET_DIAG_")!;
  const walk = (bytes: Uint8Array<ArrayBuffer>) =>
    decodeExactly(bytes, (view, bytes, log) => walkAttributes(table, view, bytes, 0, bytes.length, log));
  const expected = ["shutdown 3", "shutdown_names receive+send", "tos 16"];
  assertEquals(walk(block), expected);
  assertEquals(walk(block.slice(0, -3)), expected);
});

Deno.test("tcp's decoder, given every recorded message cut at every byte, shows a part of the whole or a DecodeError", () => {
  const decode = tcp.openDecoder(6018);
  const run = (bytes: Uint8Array<ArrayBuffer>): FlowObject | DecodeError => {
    const sink = new ObjectSink();
    const exact = bytes.slice();
    sink.openRecord();
    try {
      decode(new DataView(exact.buffer), exact, 0, exact.length, sink);
    } catch (error) {
      if (error instanceof DecodeError) return error;
      throw error;
    }
    sink.closeRecord();
    return sink.take()[0]!;
  };
  // One message of each length and one of each special kind; the others differ in numbers only.
  const seen = new Set<string>();
  const some = payloads("tcp4.k61", "tcp4.k618", "tcp4-legacy.k61", "tcp4-bpfstore-all.k61", "tcp4-destroy.k618")
    .filter((payload) => {
      const kind = `${payload.length} ${payload[0]} ${payload[1]}`;
      return !seen.has(kind) && seen.add(kind);
    });
  assert(some.length >= 40, `only ${some.length} messages`);
  let parts = 0;
  let refused = 0;
  for (const payload of some) {
    const whole = run(payload);
    assert(!(whole instanceof DecodeError));
    for (let length = 0; length < payload.length; length++) {
      const flow = run(payload.slice(0, length));
      if (flow instanceof DecodeError) {
        refused++;
        assert(flow.offset <= length);
        continue;
      }
      parts++;
      assert(length >= 72 && isPart(flow, whole), `a message of ${payload.length} bytes cut at ${length}`);
    }
  }
  assert(parts > 500 && refused > 10000, `${parts} parts, ${refused} refused`);
});

Deno.test("Dump.step, given a datagram cut at every byte, pushes a prefix of its sockets and then throws DecodeError", () => {
  const [first, ...others] = answerOf("tcp4.k618").map(unaddressed);
  assert(others.length > 1);
  const whole = collect(new ScriptedSource([[first!, done()]])).flows;
  assertEquals(whole.length, 7);
  let boundaries = 0;
  for (let length = 1; length < first!.length; length++) {
    const { flows, outcome } = collect(new ScriptedSource([[first!.slice(0, length), done()]]));
    assertEquals(flows, whole.slice(0, flows.length), `cut at ${length}`);
    if (outcome.failed === 0) {
      boundaries++;
      assertEquals(outcome.warnings, []);
    } else {
      assert(outcome.errors[0] instanceof DecodeError, `cut at ${length}: ${outcome.errors[0]}`);
    }
  }
  // A cut between two messages cannot be noticed: the dump continues with the next datagram.
  assertEquals(boundaries, 6);
});

/** Output of a recording in all formats together, and its objects. */
const outputs = (name: string, options: PcapOptions) =>
  ["json", "ndjson"].map((format) => printed(format, openRecording(name, options))).join("\f");

for (
  const [what, tail] of [
    ["0xff", (buffer: Uint8Array, length: number) => void buffer.fill(0xff, length)],
    ["random bytes", (buffer: Uint8Array, length: number) => buffer.set(noise(4096, length), length)],
    ["the bytes before", (buffer: Uint8Array, length: number) => void buffer.copyWithin(length, 0, length)],
  ] as const
) {
  for (const name of ["tcp4.k61", "tcp4.k618", "tcp4-bpfstore-all.k61", "tcp4-noext.k61", "tcp500.k61"]) {
    Deno.test(`${name}: the output is the same with ${what} behind each datagram`, () => {
      let poisoned = 0;
      const counting = (buffer: Uint8Array, length: number) => {
        poisoned++;
        tail(buffer, length);
      };
      assertEquals(outputs(name, { tail: counting }), outputs(name, {}));
      assert(poisoned > 3);
    });
  }
}

for (const name of ["tcp4.k61", "tcp4.k618"]) {
  Deno.test(`${name}: the output is the same in datagrams of every size from one message to 32 KiB`, () => {
    const expected = outputs(name, {});
    const flows = recordedFlows(name);
    const counts = new Set<number>();
    for (let size = 1; size <= 32768; size = Math.ceil(size * 1.6)) {
      const source = openRecording(name, { datagramSize: size, unpadded: size % 2 === 1 });
      const { flows: regrouped, outcome } = collect(source);
      assertEquals(regrouped, flows, `datagrams of ${size} bytes`);
      assertEquals(outcome.warnings, []);
      counts.add(outcome.records);
    }
    for (const datagramSize of [1, 1000, 4096, 32768]) assertEquals(outputs(name, { datagramSize }), expected);
    assertEquals([...counts], [flows.length]);
  });
}

Deno.test("tcp4-smallbuf.k61 and tcp4.k61, received through different buffers, show the same sockets", () => {
  const identity = (flow: FlowObject) => [flow["cookie"], flow["state"], flow["src_port"], flow["dst_port"]].join(" ");
  const small = recordedFlows("tcp4-smallbuf.k61").map(identity).sort();
  assertEquals(small, recordedFlows("tcp4.k61").map(identity).sort());
  assertEquals(small.length, 138);
});

Deno.test("Dump.step takes a last message without padding", () => {
  const unpadded = socket({ attributes: [attribute(5, [16]).slice(0, 5)] });
  assertEquals(unpadded.length % 4, 1);
  const { flows, outcome } = collect(new ScriptedSource([[join(datagram(socket()), unpadded), done()]]));
  assertEquals(outcome.warnings, []);
  assertEquals(flows.map((flow) => flow["tos"]), [undefined, 16]);
});

Deno.test("Dump.step refuses a message that is longer than its datagram or shorter than a header", () => {
  for (const length of [0, 15, 17, 200, 0x80000000, 0xffffffff]) {
    const lying = message(20, 2, socketPayload());
    lying.set(bytesOf(length, 4));
    if (length === 17) lying.set(bytesOf(89, 4));
    const { flows, outcome } = collect(new ScriptedSource([[join(datagram(socket()), lying), done()]]));
    assertEquals([flows.length, outcome.failed], [1, 1], `length ${length}`);
    assert(outcome.errors[0] instanceof DecodeError);
    assertEquals(outcome.errors[0].offset, 88);
  }
});

Deno.test("stepPlan gives control back after each datagram, with its sockets complete", () => {
  const sink = new ObjectSink();
  const counts: number[] = [];
  const steps = stepPlan(ipv4Plan, openRecording("tcp4.k618"), sink);
  while (steps.next().done !== true) counts.push(sink.take().length);
  assertEquals(counts, [7, 62, 22, 0]);
});
