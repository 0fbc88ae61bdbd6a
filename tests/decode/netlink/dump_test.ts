/**
 * A dump from a scripted kernel: errors, warnings, interruptions, losses, foreign messages.
 */
import { familyCalled } from "../../../decode/families/all_families.ts";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { OVERRUN } from "../../../decode/netlink/datagram_source.ts";
import { Dump } from "../../../decode/netlink/dump.ts";
import { DecodeError, KernelError, SystemError } from "../../../decode/kernel/errors.ts";
import {
  NLM_F_DUMP_INTR,
  NLMSG_NOOP,
  NLMSG_OVERRUN,
  readError,
  readExplanation,
} from "../../../decode/netlink/message.ts";
import { NdjsonSink } from "../../../formats/json/ndjson.ts";
import { ObjectSink } from "../../../decode/record/object_sink.ts";
import { EventLog } from "../event_log.ts";
import { bytesOf, datagram, done, join, message, NLM_F_MULTI, refusal, socket, socketPayload } from "../messages.ts";
import { type Answer, ScriptedSource } from "../scripted_source.ts";
import { encodeOne } from "../flows.ts";

const tcp = familyCalled("tcp");

const REQUEST = { addressFamilies: [2], states: -1, bpfMaps: false };
const EPERM = 1;
const EINVAL = 22;

/** Runs a dump to its end; the sink grants `rewind` unless told otherwise. */
function run(scripts: readonly (readonly Answer[])[], log = new EventLog()) {
  const source = new ScriptedSource(scripts);
  const dump = new Dump(source, encodeOne(REQUEST), tcp.openDecoder(6018), log);
  let steps = 1;
  while (dump.step()) steps++;
  return { dump, source, steps, inodes: inodesIn(log) };
}

const inodesIn = (log: EventLog) =>
  log.events.filter((event) => event.startsWith("inode ")).map((event) => Number(event.slice(6)));

const one = (inode: number) => socket({ inode });

/** What a dump throws. */
function failure<E extends Error>(
  scripts: readonly (readonly Answer[])[],
  // deno-lint-ignore no-explicit-any
  errorClass: new (...args: any[]) => E,
  log = new EventLog(),
): E {
  return assertThrows(() => run(scripts, log), errorClass);
}

Deno.test("Dump sends the request once with a new sequence number, and counts sockets and datagrams", () => {
  const first = run([[datagram(one(1), one(2)), datagram(one(3)), done()]]);
  assertEquals(first.inodes, [1, 2, 3]);
  assertEquals([first.dump.records, first.dump.datagrams, first.dump.received], [3, 3, 3 * 88 + 20]);
  assertEquals([first.dump.incomplete, first.dump.warnings], [false, []]);
  assertEquals([first.source.requests.length, first.steps], [1, 3]);
  const second = run([[done()]]);
  const sequence = (source: ScriptedSource) => new DataView(source.requests[0]!.buffer).getUint32(8, true);
  assert(sequence(first.source) !== sequence(second.source) && sequence(first.source) > 0);
});

Deno.test("Dump takes NLMSG_DONE in the datagram of the last sockets and reads nothing behind it", () => {
  const { inodes, source } = run([[datagram(one(1), done(), one(2)), datagram(one(3))]]);
  assertEquals(inodes, [1]);
  assertEquals(source.receives, 1);
});

for (
  const [what, options] of [
    ["the whole request", {}],
    ["a request with attributes", { request: message(20, 0x301, new Uint8Array(61)) }],
    ["the header of the request only (NLM_F_CAPPED)", { capped: true }],
  ] as const
) {
  Deno.test(`Dump.step throws KernelError for NLMSG_ERROR with ${what}, with and without explanation`, () => {
    const plain = failure([[refusal(EPERM, options)]], KernelError);
    assertEquals([plain.errno, plain.code, plain.explanation], [EPERM, "EPERM", ""]);
    assertEquals(plain.message, "operation not permitted (EPERM)");
    const told = failure([[refusal(EINVAL, { ...options, text: "Unknown state" })]], KernelError);
    assertEquals([told.errno, told.code, told.explanation], [EINVAL, "EINVAL", "Unknown state"]);
    assertEquals(told.message, "invalid argument (EINVAL): Unknown state");
  });
}

Deno.test("Dump.step throws KernelError for an error number without a name", () => {
  const error = failure([[refusal(517)]], KernelError);
  assertEquals([error.errno, error.code, error.message], [517, "errno 517", "error 517"]);
});

Deno.test("Dump.step throws KernelError for a negative result in NLMSG_DONE, and keeps the sockets before it", () => {
  const log = new EventLog();
  const plain = failure([[datagram(one(1)), done(-2)]], KernelError, log);
  assertEquals([plain.code, plain.explanation], ["ENOENT", ""]);
  assertEquals(inodesIn(log), [1]);
  const told = failure([[done(-EPERM, "BPF storage needs CAP_BPF")]], KernelError);
  assertEquals([told.code, told.explanation], ["EPERM", "BPF storage needs CAP_BPF"]);
});

Deno.test("Dump.step takes the extended acknowledgement of a good NLMSG_DONE or NLMSG_ERROR as a warning", () => {
  assertEquals(run([[datagram(one(1)), done(0, "Dump was filtered")]]).dump.warnings, ["Dump was filtered"]);
  assertEquals(run([[refusal(0, { capped: true, text: "Deprecated" })]]).dump.warnings, ["Deprecated"]);
  assertEquals(run([[refusal(0, { capped: true })]]).dump.warnings, []);
});

Deno.test("Dump.step takes an NLMSG_DONE with fewer than 4 bytes of payload as success", () => {
  for (let length = 0; length < 4; length++) {
    const { dump, inodes } = run([[datagram(one(1)), message(3, NLM_F_MULTI, new Uint8Array(length).fill(0xff))]]);
    assertEquals([inodes, dump.warnings, dump.incomplete], [[1], [], false]);
  }
});

Deno.test("Dump.step refuses an NLMSG_ERROR that is too short to hold an error number", () => {
  for (let length = 0; length < 4; length++) {
    failure([[datagram(one(1)), message(2, 0, new Uint8Array(length).fill(0xff))]], DecodeError);
  }
});

Deno.test("readExplanation ends quietly at lengths that do not fit, wherever the message is cut", () => {
  // With its NUL a multiple of 4, so that there is no padding behind it.
  const text = "Unknown sets of";
  for (const capped of [false, true]) {
    const whole = refusal(EINVAL, { capped, text });
    for (let length = 16; length <= whole.length; length++) {
      const cut = whole.slice(0, length);
      const view = new DataView(cut.buffer);
      const explanation = readExplanation(view, cut, 0, length);
      assertEquals(explanation, length === whole.length ? text : "", `${length} bytes`);
      const error = readError(view, cut, 0, length);
      assertEquals(error?.errno ?? null, length < 20 ? null : EINVAL, `${length} bytes`);
    }
  }
});

for (const length of [0, 1, 15, 73, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff]) {
  Deno.test(`Dump.step throws KernelError if NLMSG_ERROR repeats a request of impossible length ${length}`, () => {
    const refused = refusal(EINVAL, { text: "Unknown state" });
    refused.set(bytesOf(length, 4), 20);
    const error = failure([[refused]], KernelError);
    assertEquals(error.errno, EINVAL);
  });
}

Deno.test("readExplanation shows bytes that are not UTF-8 as U+FFFD and ends at the first NUL", () => {
  const message = refusal(EINVAL, { capped: true, text: "a\0b" });
  const explanation = (bytes: Uint8Array<ArrayBuffer>) =>
    readExplanation(new DataView(bytes.buffer), bytes, 0, bytes.length);
  assertEquals(explanation(message.slice()), "a");
  const bad = message.slice();
  bad[bad.lastIndexOf(0x61)] = 0xff;
  assertEquals(explanation(bad), "\ufffd");
});

Deno.test("Dump asks again for a dump marked NLM_F_DUMP_INTR and shows the sockets of the second answer only", () => {
  const { dump, source, inodes } = run([
    [datagram(one(1), socket({ inode: 2 }, NLM_F_MULTI | NLM_F_DUMP_INTR)), datagram(one(3)), done()],
    [datagram(one(4)), done()],
  ]);
  assertEquals(inodes, [4]);
  assertEquals([source.requests.length, dump.records, dump.interrupted, dump.incomplete], [2, 1, false, false]);
});

Deno.test("Dump notices NLM_F_DUMP_INTR on NLMSG_DONE too", () => {
  const { source, inodes } = run([[datagram(one(1)), done(0, "", NLM_F_DUMP_INTR)], [datagram(one(2)), done()]]);
  assertEquals([source.requests.length, inodes], [2, [2]]);
});

Deno.test("Dump asks at most three times again, and then reports the interruption", () => {
  const { dump, source, inodes } = run([[datagram(one(1)), done(0, "", NLM_F_DUMP_INTR)]]);
  assertEquals([source.requests.length, inodes], [4, [1]]);
  assertEquals([dump.records, dump.interrupted, dump.incomplete], [1, true, true]);
  const numbers = source.requests.map((request) => new DataView(request.buffer).getUint32(8, true));
  assertEquals(new Set(numbers).size, 4);
});

Deno.test("Dump does not ask again for an interrupted dump of which something has left the sink", () => {
  const script = [[datagram(one(1)), done(0, "", NLM_F_DUMP_INTR)]];
  const { dump, source, inodes } = run(script, new EventLog(false));
  assertEquals([source.requests.length, inodes, dump.interrupted], [1, [1], true]);

  const sink = new ObjectSink();
  const interrupted = new ScriptedSource([
    [datagram(one(1)), datagram(one(2)), done(0, "", NLM_F_DUMP_INTR)],
    [datagram(one(3)), done()],
  ]);
  const taking = new Dump(interrupted, encodeOne(REQUEST), tcp.openDecoder(6018), sink);
  const flows = [];
  do flows.push(...sink.take()); while (taking.step());
  flows.push(...sink.take());
  assertEquals(flows.map((flow) => flow["inode"]), [1, 2]);
  assertEquals([interrupted.requests.length, taking.interrupted], [1, true]);
});

Deno.test("Dump does not ask again once a format has handed output on, and no line is printed twice", () => {
  const many = Array.from(
    { length: 60 },
    (_, i) => datagram(...Array.from({ length: 10 }, (_, k) => one(10 * i + k + 1))),
  );
  const source = new ScriptedSource([[...many, done(0, "", NLM_F_DUMP_INTR)]]);
  const pieces: Uint8Array[] = [];
  const sink = new NdjsonSink((bytes) => pieces.push(bytes.slice()));
  sink.openProtocol("TCP");
  const dump = new Dump(source, encodeOne(REQUEST), tcp.openDecoder(6018), sink);
  while (dump.step());
  sink.close();
  assert(pieces.length > 1);
  const lines = new TextDecoder().decode(join(...pieces)).trimEnd().split("\n");
  assertEquals(lines.map((line) => JSON.parse(line).inode), Array.from({ length: 600 }, (_, i) => i + 1));
  assertEquals([source.requests.length, dump.interrupted], [1, true]);
});

Deno.test("Dump asks again after an overrun of the receive buffer while nothing has left the sink", () => {
  const { dump, source, inodes } = run([[datagram(one(1)), OVERRUN, datagram(one(2)), done()], [
    datagram(one(3)),
    done(),
  ]]);
  assertEquals([source.requests.length, inodes], [2, [3]]);
  assertEquals([dump.overrun, dump.incomplete], [false, false]);
});

Deno.test("Dump reports ENOBUFS as overrun if it cannot ask again, with the sockets that it has", () => {
  const script = [[datagram(one(1)), OVERRUN, datagram(one(2)), done()]];
  const { dump, source, inodes } = run(script, new EventLog(false));
  assertEquals([dump.overrun, dump.incomplete, source.requests.length], [true, true, 1]);
  assertEquals(inodes[0], 1);
  assertEquals(run([[OVERRUN, done()]]).source.requests.length, 4);
});

Deno.test("Dump that is asked again after an overrun is not refused by a kernel that is still busy with the first answer", () => {
  const source = new ScriptedSource(
    [[datagram(one(1)), OVERRUN, datagram(one(2)), done()], [datagram(one(3)), done()]],
    6018,
    true,
  );
  const log = new EventLog();
  const dump = new Dump(source, encodeOne(REQUEST), tcp.openDecoder(6018), log);
  while (dump.step());
  // Either all of it the second time, or what there is with the overrun reported.
  assertEquals(dump.overrun ? inodesIn(log)[0] : inodesIn(log), dump.overrun ? 1 : [3]);
});

Deno.test("Dump takes NLMSG_OVERRUN as lost datagrams and passes NLMSG_NOOP over", () => {
  const noop = message(NLMSG_NOOP, NLM_F_MULTI);
  const quiet = run([[datagram(noop, one(1), message(NLMSG_NOOP, 0, [1, 2, 3, 4])), done()]]);
  assertEquals([quiet.inodes, quiet.dump.incomplete], [[1], false]);
  const script = [[datagram(one(1), message(NLMSG_OVERRUN, 0), one(2)), done()]];
  const lossy = run(script, new EventLog(false));
  assertEquals([lossy.inodes, lossy.dump.overrun], [[1, 2], true]);
  const again = run([...script, [datagram(one(3)), done()]]);
  assertEquals([again.inodes, again.dump.overrun], [[3], false]);
});

/** A datagram of `length` bytes of sockets with the inodes 1, 2, 3 and so on. */
function large(length: number): Uint8Array {
  const messages = Array.from({ length: Math.ceil(length / 88) }, (_, i) => one(i + 1));
  return datagram(...messages).slice(0, length);
}

Deno.test("Dump counts the bytes of a datagram that did not fit its buffer and keeps the whole messages", () => {
  const size = 65536;
  const script = [[large(size + 100), done()]];
  const { dump, inodes } = run(script, new EventLog(false));
  assertEquals([dump.truncated, dump.incomplete, dump.received], [100, true, size + 120]);
  assertEquals(inodes.length, Math.floor(size / 88));
  const again = run([...script, [datagram(one(7)), done()]]);
  assertEquals([again.inodes, again.dump.truncated, again.source.requests.length], [[7], 0, 2]);
  const exact = run([[large(size - size % 88), done()]]);
  assertEquals([exact.inodes.length, exact.dump.truncated], [Math.floor(size / 88), 0]);
});

Deno.test("Dump passes messages with another sequence number or port id over, errors among them", () => {
  const addressed = (bytes: Uint8Array, sequence: number, port: number) => {
    const copy = bytes.slice();
    copy.set(bytesOf(sequence, 4), 8);
    copy.set(bytesOf(port, 4), 12);
    return copy;
  };
  const foreign = [
    addressed(one(1), 0xdeadbeef, 0),
    addressed(one(2), 0, 0xdeadbeef),
    addressed(refusal(EPERM), 0xdeadbeef, 0),
    addressed(done(-EPERM), 0, 78),
    addressed(message(999, 0), 0xdeadbeef, 0),
    addressed(socket({}, NLM_F_DUMP_INTR), 0xdeadbeef, 0),
    addressed(socket({ family: 99 }), 0xdeadbeef, 0),
  ];
  const { dump, inodes } = run([[...foreign, datagram(...foreign, one(3)), done()]]);
  assertEquals([inodes, dump.records, dump.interrupted], [[3], 1, false]);
});

Deno.test("Dump.step throws DecodeError if the answer ends without NLMSG_DONE", () => {
  const log = new EventLog();
  const error = failure([[datagram(one(1))]], DecodeError, log);
  assertEquals(error.message, "answer ends without NLMSG_DONE at byte 0");
  assertEquals(inodesIn(log), [1]);
});

Deno.test("Dump takes socket messages that are only a header for nothing", () => {
  const { dump, inodes } = run([[datagram(message(20, NLM_F_MULTI), one(1), message(20, NLM_F_MULTI)), done()]]);
  assertEquals([inodes, dump.records], [[1], 1]);
});

Deno.test("Dump.step throws DecodeError for a message of unknown type, and names it", () => {
  for (const type of [0, 5, 18, 19, 21, 999]) {
    const error = failure([[datagram(one(1), message(type, 0, new Uint8Array(72)))]], DecodeError);
    assertEquals([error.message, error.offset], [`message of type ${type} at byte 88`, 88]);
  }
});

Deno.test("Dump.step throws DecodeError for a socket message that is too short or of another address family", () => {
  const short = failure([[message(20, 2, socketPayload().slice(0, 71))]], DecodeError);
  assertEquals(short.message, "socket message of 71 bytes at byte 16");
  const log = new EventLog();
  failure([[datagram(one(1), socket({ family: 1 }))]], DecodeError, log);
  // Of the bad socket nothing is left.
  assertEquals([inodesIn(log), log.events.at(-1)], [[1], "close record"]);
});

Deno.test("Dump.step throws DecodeError for a few bytes behind the last message", () => {
  const error = failure([[join(datagram(one(1)), [1, 2, 3, 4, 5])]], DecodeError);
  assertEquals([error.message, error.offset], ["5 stray bytes at byte 88", 88]);
});

Deno.test("Dump.step lets errors of the source pass", () => {
  const error = failure([[new SystemError("receive from the kernel", 12)]], SystemError);
  assertEquals([error.code, error.message], ["ENOMEM", "cannot receive from the kernel: out of memory (ENOMEM)"]);
});

Deno.test("Dump decodes in a buffer of its own: two dumps in turn do not mix", () => {
  const logs = [new EventLog(), new EventLog()];
  const dumps = logs.map((log, i) =>
    new Dump(
      new ScriptedSource([[datagram(one(10 * i + 1)), datagram(one(10 * i + 2)), done()]]),
      encodeOne(REQUEST),
      tcp.openDecoder(6018),
      log,
    )
  );
  let going = true;
  while (going) going = dumps.map((dump) => dump.step()).includes(true);
  assertEquals(logs.map(inodesIn), [[1, 2], [11, 12]]);
});
