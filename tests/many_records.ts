/** Writes 100,000 recorded sockets in the format of its argument into nothing; `allocation_test.ts` watches it. */
import { tcp } from "../decode/tcp.ts";
import { formats } from "../formats/formats.ts";
import { readExchanges, readFixture, splitMessages } from "./pcap_source.ts";

const HEADER = 16;
const SOCKETS = 100_000;

const [exchange] = readExchanges(readFixture("tcp500.k61.pcap"));
const messages = splitMessages(exchange!.answers)
  .map((bytes) => ({ bytes, view: new DataView(bytes.buffer) }))
  .filter(({ view }) => view.getUint16(4, true) === 20);
const decode = tcp.openDecoder(6001);
const sink = formats.find(({ name }) => name === Deno.args[0])!.open(() => {}, {}, { families: [tcp] });
sink.openProtocol("TCP");
for (let i = 0; i < SOCKETS; i++) {
  const { bytes, view } = messages[i % messages.length]!;
  sink.openRecord();
  decode(view, bytes, HEADER, view.getUint32(0, true), sink);
  sink.closeRecord();
}
