/** Events in recordings: those of any program, whole or cut, with the losses that this program writes. */
import { assert, assertEquals } from "@std/assert";
import { eventFamily } from "../../../decode/families/event_family.ts";
import { families } from "../../../decode/families/all_families.ts";
import { EventStream, EventWriter } from "../../../decode/plan/event_stream.ts";
import { ObjectSink } from "../../../decode/record/object_sink.ts";
import { encodeLoss, recordedEvents } from "../../../decode/recording/recorded_events.ts";
import { encodePacketHeader, INCOMING, PACKET_OVERHEAD, parsePcap } from "../../../decode/recording/pcap.ts";
import { NETLINK_SOCK_DIAG } from "../../../decode/families/sock_diag.ts";
import { projectDirectory } from "../../program.ts";

const tcp = eventFamily(families.find(({ name }) => name === "TCP")!)!;

/** The records of the events in the bytes of a recording, as JSON. */
function replay(bytes: Uint8Array): readonly string[] {
  const sink = new ObjectSink();
  const stream = new EventStream(sink);
  const writer = new EventWriter(tcp, 6018, stream, null, [], []);
  for (const { protocol, time, message, lost } of recordedEvents(parsePcap(bytes).packets)) {
    assertEquals(protocol, 6);
    stream.setTime(time);
    if (lost > 0) writer.lose(lost);
    else {
      stream.buffer.set(message);
      writer.take(message.length);
    }
  }
  return sink.take().map((record) =>
    JSON.stringify(record, (_, value) => typeof value === "bigint" ? String(value) : value)
  );
}

/** A packet of a recording with one message. */
function packet(message: Uint8Array, time: number): Uint8Array {
  const bytes = new Uint8Array(PACKET_OVERHEAD + message.length);
  encodePacketHeader(new DataView(bytes.buffer), INCOMING, NETLINK_SOCK_DIAG, time, message.length, message.length);
  bytes.set(message, PACKET_OVERHEAD);
  return bytes;
}

const recording = Deno.readFileSync(`${projectDirectory}tests/fixtures/tcp4-destroy.k618.pcap`);

Deno.test("recordedEvents cut at every byte gives a prefix of the events, and the same ones whole", () => {
  const loss = packet(encodeLoss(tcp.events!, 834), Date.UTC(2026, 11, 1, 9, 15, 2, 114));
  const bytes = new Uint8Array([...recording, ...loss]);
  const whole = replay(bytes);
  assert(whole.length > 1);
  assertEquals(
    whole.at(-1),
    '{"protocol":"TCP","event":"lost","time":"2026-12-01T09:15:02.114Z","lost":834}',
  );
  // The header of the file is 24 bytes long.
  for (let length = 24; length < bytes.length; length++) {
    const found = replay(bytes.subarray(0, length));
    assert(found.length < whole.length, `${length}`);
    assertEquals(found, whole.slice(0, found.length), `${length}`);
  }
});

Deno.test("EventWriter of a message cut at every byte shows nothing that was not sent", () => {
  const { message } = [...recordedEvents(parsePcap(recording).packets)][0]!;
  for (let length = 16; length < message.length; length++) {
    const sink = new ObjectSink();
    const stream = new EventStream(sink);
    const cut = message.slice(0, length);
    new DataView(cut.buffer).setUint32(0, length, true);
    stream.buffer.fill(0xa5).set(cut);
    let refused = "";
    try {
      new EventWriter(tcp, 6018, stream, null, [], []).take(length);
    } catch (error) {
      refused = (error as Error).name;
    }
    const [record] = sink.take();
    assertEquals([record === undefined, refused], refused === "" ? [false, ""] : [true, "DecodeError"], `${length}`);
    if (record !== undefined) assert(!JSON.stringify(record, (_, v) => `${v}`).includes("2779096485"), `${length}`);
  }
});
