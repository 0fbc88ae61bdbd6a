/** Recordings as sources: each request gets the answer that was recorded for it, and what is missing is told. */
import { familyCalled } from "../../../decode/families/all_families.ts";
import { encodeLoss } from "../../../decode/recording/recorded_events.ts";
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { AF_INET, AF_INET6 } from "../../../decode/kernel/address_family.ts";
import { DecodeError, KernelError } from "../../../decode/kernel/errors.ts";
import { encodeInetDiagRequests, encodeTcpDiagRequest } from "../../../decode/families/inet/inet_request.ts";
import {
  encodeFileHeader,
  encodePacketHeader,
  INCOMING,
  OUTGOING,
  PACKET_OVERHEAD,
} from "../../../decode/recording/pcap.ts";
import type { Plan } from "../../../decode/plan/plan.ts";
import { encodeRelease, RecordedSource } from "../../../decode/recording/recorded_source.ts";
import { ALL_STATES, tcpStateWords } from "../../../decode/kernel/tcp_states.ts";
import type { FlowObject } from "../../../decode/record/object_sink.ts";
import { openRecording, readFixture } from "../../pcap_source.ts";
import { collect, ipv4Plan } from "../flows.ts";
import { attribute, bytesOf, datagram, done, join, message, refusal, socket } from "../messages.ts";

const ipv6Plan: Plan = { ...ipv4Plan, addressFamilies: [AF_INET6] };
const bothPlan: Plan = { ...ipv4Plan, addressFamilies: [AF_INET, AF_INET6] };
const question = { addressFamilies: [AF_INET], states: ALL_STATES, bpfMaps: false };
const older = encodeTcpDiagRequest(question);
const modern = (family: number, protocol = 6, states = ALL_STATES) =>
  encodeInetDiagRequests({ addressFamilies: [family], states, bpfMaps: false }, { protocol, extensions: 255 })[0]!
    .message;

interface Sent {
  readonly direction: number;
  readonly bytes: Uint8Array;
  readonly length?: number;
  readonly family?: number;
}

/** Puts sequence number and port id into the messages of a datagram. */
function numbered(bytes: Uint8Array, sequence: number, portId: number): Uint8Array {
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  for (let at = 0; at + 16 <= copy.length; at += view.getUint32(at, true) + 3 & ~3) {
    view.setUint32(at + 8, sequence, true);
    view.setUint32(at + 12, portId, true);
  }
  return copy;
}
const sent = (bytes: Uint8Array, sequence = 1): Sent => ({ direction: OUTGOING, bytes: numbered(bytes, sequence, 0) });
const answered = (bytes: Uint8Array, sequence = 1, portId = 99): Sent => ({
  direction: INCOMING,
  bytes: numbered(bytes, sequence, portId),
});

function record(...packets: readonly Sent[]): Uint8Array<ArrayBuffer> {
  return join(
    encodeFileHeader(),
    ...packets.map(({ direction, bytes, length = bytes.length, family = 4 }) => {
      const header = new Uint8Array(PACKET_OVERHEAD);
      encodePacketHeader(new DataView(header.buffer), direction, family, 0, bytes.length, length);
      return join(header, bytes);
    }),
  );
}

const one = (inode: number, family = AF_INET) => datagram(socket({ inode, family }));
const inodes = (flows: readonly FlowObject[]) => flows.map((flow) => flow["inode"]);
/** Inodes and warnings that a recording gives for a plan. */
function read(pcap: Uint8Array, plan: Plan = bothPlan) {
  const { flows, outcome } = collect(new RecordedSource(pcap), plan);
  return { inodes: inodes(flows), warnings: outcome.warnings, outcome };
}

for (const name of ["tcp4.k61", "tcp4.k618", "tcp4-smallbuf.k61", "tcp500.k61"]) {
  Deno.test(`RecordedSource gives of ${name} what a test's own source gives, release apart`, () => {
    const expected = collect(openRecording(name, { release: 0 }));
    const actual = collect(new RecordedSource(readFixture(`${name}.pcap`)));
    assertEquals(actual, expected);
    assert(actual.flows.length > 90);
    assertEquals(actual.outcome.warnings, []);
  });
}

Deno.test("RecordedSource answers requests for one version of IP out of the older request for both", () => {
  const pcap = readFixture("tcp4-legacy.k61.pcap");
  const both = collect(new RecordedSource(pcap), bothPlan);
  const ipv4 = collect(new RecordedSource(pcap), ipv4Plan);
  const ipv6 = collect(new RecordedSource(pcap), ipv6Plan);
  for (const { outcome } of [both, ipv4, ipv6]) assertEquals(outcome.warnings, []);
  assertEquals(ipv4.flows, both.flows.filter((flow) => flow["family"] === "inet"));
  assertEquals(ipv6.flows, both.flows.filter((flow) => flow["family"] === "inet6"));
  const plain = collect(new RecordedSource(readFixture("tcp4.k61.pcap")), ipv4Plan);
  assertEquals(new Set(inodes(ipv4.flows)), new Set(inodes(plain.flows)));
});

Deno.test("RecordedSource refuses what was not recorded as a kernel that lacks it, and says that the recording does", () => {
  const { warnings, outcome } = read(readFixture("tcp4.k618.pcap"), ipv6Plan);
  assertEquals(warnings, [
    "cannot list TCP sockets: no such protocol or socket (ENOENT): not in the recording",
  ]);
  assert(outcome.errors[0] instanceof KernelError);
  assertEquals(outcome.errors[0].code, "ENOENT");
});

Deno.test("RecordedSource tells protocols apart, those above 255 by their attribute", () => {
  const MPTCP = 262;
  const pcap = record(
    sent(modern(AF_INET, MPTCP)),
    answered(one(1)),
    answered(done()),
    sent(modern(AF_INET, 17), 2),
    answered(one(2), 2),
    answered(done(), 2),
    sent(modern(AF_INET), 3),
    answered(one(3), 3),
    answered(done(), 3),
  );
  assertEquals(read(pcap, ipv4Plan), { ...read(pcap, ipv4Plan), inodes: [3], warnings: [] });
  const withoutTcp = pcap.subarray(
    0,
    pcap.length - record(sent(modern(AF_INET)), answered(one(3)), answered(done())).length + 24,
  );
  assertEquals(read(withoutTcp, ipv4Plan).inodes, []);
});

Deno.test("RecordedSource gives the two modern exchanges where the older request was refused or not made", () => {
  const v4 = [sent(modern(AF_INET), 2), answered(one(4), 2), answered(done(), 2)];
  const v6 = [sent(modern(AF_INET6), 3), answered(one(6, AF_INET6), 3), answered(done(), 3)];
  const refused = [sent(older), answered(refusal(22))];
  for (const pcap of [record(...v4, ...v6), record(...refused, ...v4, ...v6), record(...v6, ...refused, ...v4)]) {
    assertEquals([read(pcap).inodes, read(pcap).warnings], [[4, 6], []]);
    assertEquals([read(pcap, ipv6Plan).inodes, read(pcap, ipv6Plan).warnings], [[6], []]);
  }
});

Deno.test("RecordedSource takes of a request made several times the last answer that has an end", () => {
  const times = [[1], [2], [3]].map(([inode], i) => [sent(modern(AF_INET), i), answered(one(inode!), i)]);
  const ended = [...times[0]!, answered(done(), 0), ...times[1]!, answered(done(), 1), ...times[2]!];
  assertEquals([read(record(...ended), ipv4Plan).inodes, read(record(...ended), ipv4Plan).warnings], [[2], []]);
});

Deno.test("RecordedSource joins the answers of programs that asked at the same time by sequence number and port id", () => {
  const pcap = record(
    sent(modern(AF_INET), 7),
    answered(one(1), 7, 100),
    sent(modern(AF_INET6), 7),
    answered(one(6, AF_INET6), 7, 200),
    answered(one(2), 7, 100),
    answered(done(), 7, 200),
    answered(done(), 7, 100),
  );
  assertEquals([read(pcap).inodes, read(pcap).warnings], [[1, 2, 6], []]);
});

Deno.test("RecordedSource leaves out other netlink families, and finds requests by what they are in captures of nlmon", () => {
  const TO_KERNEL = 7;
  const TO_USER = 6;
  const pcap = record(
    { ...sent(modern(AF_INET)), family: 0 },
    { ...answered(one(9)), family: 0 },
    { ...sent(modern(AF_INET)), direction: TO_KERNEL },
    { ...answered(one(1)), direction: TO_USER },
    { ...answered(done()), direction: TO_USER },
  );
  assertEquals([read(pcap, ipv4Plan).inodes, read(pcap, ipv4Plan).warnings], [[1], []]);
});

Deno.test("RecordedSource passes over events of closed sockets, and says if there is nothing else", () => {
  const events = readFixture("tcp4-destroy.k618.pcap");
  assertThrows(
    () => new RecordedSource(events),
    DecodeError,
    "it has no listing, only events of closed sockets (-E): the first is at byte 24",
  );
  const loss = record({ direction: INCOMING, bytes: encodeLoss(familyCalled("tcp").events!, 5) });
  assertThrows(() => new RecordedSource(loss), DecodeError, "only events of closed sockets");
  const listing = readFixture("tcp4.k618.pcap");
  for (const mixed of [join(listing, events.subarray(24), loss.subarray(24)), join(events, listing.subarray(24))]) {
    assertEquals(collect(new RecordedSource(mixed)).flows, collect(new RecordedSource(listing)).flows);
    assertEquals(read(mixed, ipv4Plan).warnings, []);
  }
});

Deno.test("RecordedSource decodes answers without a request by what is in them", () => {
  const INET_DIAG_PROTOCOL = 10;
  const of = (inode: number, protocol: number, family = AF_INET) =>
    datagram(socket({ inode, family, attributes: [attribute(INET_DIAG_PROTOCOL, [protocol])] }));
  const event = (bytes: Uint8Array) => answered(bytes, 0, 0);
  const pcap = record(event(of(1, 6)), event(of(2, 17)), event(of(3, 6, AF_INET6)), event(of(4, 6)));
  assertEquals([read(pcap).inodes, read(pcap).warnings], [[1, 4, 3], [
    "the recording has answers without their request: sockets may be missing",
  ]]);
  for (const name of ["tcp4.k61", "tcp4.k618", "tcp4-legacy.k61", "tcp4-noext.k61"]) {
    const whole = readFixture(`${name}.pcap`);
    const request = 16 + new DataView(whole.buffer).getUint32(24 + 8, true);
    const answersOnly = join(whole.subarray(0, 24), whole.subarray(24 + request));
    assertEquals(read(answersOnly, ipv4Plan).inodes, read(whole, ipv4Plan).inodes, name);
  }
});

Deno.test("RecordedSource takes answers without a request that do not tell their protocol for the first one asked for", () => {
  const source = new RecordedSource(record(answered(one(1)), answered(done())));
  const buffer = new Uint8Array(65536);
  const ask = (protocol: number) => {
    source.send(modern(AF_INET, protocol));
    source.receive(buffer);
    return buffer[4];
  };
  assertEquals([ask(17), ask(6), ask(17)], [20, 2, 20]);
});

for (const name of ["tcp4.k61", "tcp4-legacy.k61"]) {
  Deno.test(`RecordedSource of ${name}: the sockets in each state are those that all sockets hold of it`, () => {
    const pcap = readFixture(`${name}.pcap`);
    const all = collect(new RecordedSource(pcap), ipv4Plan).flows;
    let found = 0;
    for (const [state, word] of tcpStateWords.entries()) {
      if (word === undefined || state > 11) continue;
      const { flows, outcome } = collect(new RecordedSource(pcap), { ...ipv4Plan, states: 1 << state });
      assertEquals(flows, all.filter((flow) => flow["state"] === word));
      assertEquals(outcome.warnings, []);
      found += flows.length;
    }
    assertEquals(found, all.length);
  });
}

Deno.test("RecordedSource warns of states and BPF maps that were not asked for when it was made", () => {
  const states = 1 << 1 | 1 << 6;
  const pcap = record(sent(modern(AF_INET, 6, states)), answered(one(1)), answered(done()));
  assertEquals(read(pcap, { ...ipv4Plan, states }).warnings, []);
  assertEquals(read(pcap, { ...ipv4Plan, states: states | 1 << 10 | 1 << 2 }).warnings, [
    "the recording was recorded without sockets in these states: syn-sent listening",
  ]);
  assertEquals(read(pcap, { ...ipv4Plan, states, bpfMaps: true }).warnings, [
    "the recording was recorded without the values of BPF maps",
  ]);
});

Deno.test("RecordedSource keeps the kernel's release, 0 where the recording does not tell it", () => {
  const exchange = [sent(modern(AF_INET)), answered(done())];
  const note = (bytes: Uint8Array): Sent => ({ direction: OUTGOING, bytes });
  for (const release of [2006, 6018, 7000]) {
    assertEquals(new RecordedSource(record(note(encodeRelease(release)), ...exchange)).release, release);
  }
  assertEquals(encodeRelease(0).length, 0);
  assertEquals(new RecordedSource(record(...exchange)).release, 0);
  for (const text of ["", "Linux", "Linux 6", "Linux 6.18.1", "Linux 66666.1", "\xff"]) {
    const other = message(1, 0, new TextEncoder().encode(text));
    assertEquals(new RecordedSource(record(note(other), ...exchange)).release, 0);
  }
});

Deno.test("RecordedSource says once that an answer has no end, unless it was not a dump", () => {
  const pcap = record(sent(modern(AF_INET)), answered(one(1)));
  assertEquals([read(pcap, ipv4Plan).inodes, read(pcap, ipv4Plan).warnings], [[1], [
    "the recording: the answer to the request at byte 24 has no end; sockets are missing",
  ]]);
  const lookup = modern(AF_INET);
  lookup[6] = 1;
  lookup[7] = 0;
  assertEquals(read(record(sent(lookup), answered(one(1))), ipv4Plan).warnings, [
    "the recording is a recorded lookup of one socket: all others are missing",
  ]);
});

/** A request for one socket, without NLM_F_DUMP; its states mean nothing. */
function lookupOf(family = AF_INET): Uint8Array {
  const lookup = modern(family, 6, 0);
  lookup[6] = 1;
  lookup[7] = 0;
  return lookup;
}

Deno.test("RecordedSource says of a lookup that found nothing that there was no such socket, not that the kernel lacks diagnostics", () => {
  const pcap = record(sent(lookupOf()), answered(refusal(2)));
  const warnings = ["the recording is a recorded lookup of one socket, which did not exist"];
  const { inodes, warnings: told, outcome } = read(pcap, ipv4Plan);
  assertEquals([inodes, told, outcome.failed], [[], warnings, 0]);
  // Also if nobody asks for it, and beside other protocols.
  const udpOnly = [sent(modern(AF_INET, 17), 2), answered(one(2), 2), answered(done(), 2)];
  const source = new RecordedSource(record(sent(lookupOf()), answered(refusal(2)), ...udpOnly));
  assertEquals(source.warnings, warnings);
});

Deno.test("RecordedSource gives rather a dump of all sockets than one with a filter or a lookup, wherever they stand", () => {
  const all = [sent(modern(AF_INET), 1), answered(one(1), 1), answered(done(), 1)];
  const lookup = [sent(lookupOf(), 2), answered(one(2), 2)];
  const filteredRequest = modern(AF_INET);
  // `idiag_sport` of the request.
  new DataView(filteredRequest.buffer).setUint16(16 + 8, 80, false);
  const filtered = [sent(filteredRequest, 3), answered(one(3), 3), answered(done(), 3)];
  for (const pcap of [record(...all, ...lookup, ...filtered), record(...filtered, ...lookup, ...all)]) {
    assertEquals([read(pcap, ipv4Plan).inodes, read(pcap, ipv4Plan).warnings], [[1], []]);
  }
  const { inodes, warnings } = read(record(...filtered, ...lookup), ipv4Plan);
  assertEquals([inodes, warnings], [[3], [
    "the recording is a recorded request with a filter: sockets that did not match are missing",
  ]]);
});

Deno.test("RecordedSource tells a refusal beside other answers unless it says that the kernel lacks a family", () => {
  const tcpAnswer = [sent(modern(AF_INET), 1), answered(one(1), 1), answered(done(), 1)];
  const told = (errno: number) =>
    read(record(...tcpAnswer, sent(modern(AF_INET, 132), 2), answered(refusal(errno), 2)), ipv4Plan);
  assertEquals([told(2).inodes, told(2).warnings], [[1], []]);
  const at = record(...tcpAnswer).length;
  assertEquals([told(1).inodes, told(1).warnings], [[1], [
    `the recording: the kernel refused the request at byte ${at}: operation not permitted (EPERM)`,
  ]]);
});

Deno.test("RecordedSource repeats the end that a kernel gave: an error, a loss, a warning", () => {
  const request = sent(modern(AF_INET));
  const NLMSG_OVERRUN = 4;
  assertStringIncludes(read(record(request, answered(refusal(1))), ipv4Plan).warnings[0]!, "EPERM");
  const lost = read(record(request, answered(one(1)), answered(message(NLMSG_OVERRUN, 0))), ipv4Plan);
  assertEquals([lost.inodes, lost.warnings.length], [[1], 1]);
  assertStringIncludes(lost.warnings[0]!, "sockets are missing");
  const warned = read(record(request, answered(done(0, "filtered"))), ipv4Plan);
  assertEquals(warned.warnings, ["TCP over IPv4: the kernel says: filtered"]);
});

Deno.test("RecordedSource gives the whole messages of datagrams that a snap length has cut, and counts these", () => {
  const whole = numbered(join(one(1), one(2)), 1, 99);
  for (let kept = 0; kept < whole.length; kept++) {
    const cut: Sent = { direction: INCOMING, bytes: whole.slice(0, kept), length: whole.length };
    const { inodes, warnings } = read(record(sent(modern(AF_INET)), answered(one(3)), cut, answered(done())), ipv4Plan);
    assertEquals(inodes, kept < one(1).length ? [3] : [3, 1]);
    assertEquals(warnings, [
      "the recording was recorded with too small a snap length: 1 of its datagrams are cut off",
    ], `cut at ${kept}`);
  }
});

Deno.test("RecordedSource fills buffers of any size with whole messages", () => {
  const source = new RecordedSource(readFixture("tcp4.k618.pcap"));
  const messages = (size: number) => {
    source.send(modern(AF_INET));
    const buffer = new Uint8Array(size);
    let text = "";
    for (let length = source.receive(buffer); length > 0; length = source.receive(buffer)) {
      assert(length <= size);
      text += [...buffer.subarray(0, length)].map((byte) => String.fromCharCode(byte)).join("");
    }
    return text;
  };
  const whole = messages(65536);
  for (const size of [700, 1024, 4096, 32768]) assertEquals(messages(size), whole);
});

Deno.test("RecordedSource of a recording cut at every byte gives whole sockets and one line, or refuses it", () => {
  const pcap = record(
    { direction: OUTGOING, bytes: encodeRelease(6018) },
    sent(older),
    answered(join(message(18, 2, one(1).subarray(16)), message(18, 2, one(2).subarray(16)))),
    answered(message(18, 2, one(3, AF_INET6).subarray(16))),
    answered(done()),
  );
  assertEquals([read(pcap).inodes, read(pcap).warnings], [[1, 2, 3], []]);
  let refused = 0;
  for (let end = 0; end < pcap.length; end++) {
    let source;
    try {
      source = new RecordedSource(pcap.subarray(0, end));
    } catch (error) {
      assert(error instanceof DecodeError);
      refused++;
      continue;
    }
    for (const plan of [bothPlan, ipv4Plan, ipv6Plan]) {
      const { flows, outcome } = collect(source, plan);
      assertEquals(
        inodes(flows),
        (plan === ipv6Plan ? [3] : plan === ipv4Plan ? [1, 2] : [1, 2, 3]).slice(0, flows.length),
      );
      assertEquals(outcome.warnings.length, 1, `${end}: ${outcome.warnings}`);
      assert(/ at byte \d+/.test(outcome.warnings[0]!));
      assertEquals(outcome.failed, 0);
    }
  }
  assert(refused < 200, `${refused} of ${pcap.length}`);
});

Deno.test("RecordedSource refuses recordings of a machine with the other byte order, and those without diagnostics", () => {
  const turned = modern(AF_INET);
  new DataView(turned.buffer).setUint32(0, turned.length, false);
  const bigEndian = record({ direction: OUTGOING, bytes: turned });
  assertStringIncludes(assertThrows(() => new RecordedSource(bigEndian), DecodeError).message, "big-endian");
  for (
    const empty of [
      record(),
      record({ ...sent(older), family: 0 }),
      record({ direction: OUTGOING, bytes: bytesOf(1, 4) }),
    ]
  ) {
    assertStringIncludes(
      assertThrows(() => new RecordedSource(empty), DecodeError).message,
      "no socket diagnostics message",
    );
  }
});

Deno.test("RecordedSource over changed bytes ends, with nothing worse than DecodeError and KernelError", () => {
  const pcap = readFixture("tcp4-legacy.k61.pcap").slice(0, 9000);
  let state = 1;
  const random = (below: number) => (state = Math.imul(state, 1103515245) + 12345 >>> 0) % below;
  let flows = 0;
  for (let round = 0; round < 300; round++) {
    const changed = pcap.slice();
    for (let i = random(20); i >= 0; i--) changed[random(random(2) === 0 ? 300 : changed.length)] = random(256);
    try {
      const { outcome } = collect(new RecordedSource(changed), [bothPlan, ipv4Plan][random(2)]);
      for (const error of outcome.errors) assert(error instanceof DecodeError || error instanceof KernelError);
      flows += outcome.records;
    } catch (error) {
      assert(error instanceof DecodeError, String(error));
    }
  }
  assert(flows > 300);
});
