/**
 * Writes 100,000 recorded sockets into nothing; `allocation_test.ts` watches it. Arguments: the family, by its long option,
 * the recording, the format, and a filter by which each is checked first.
 */
import { families } from "../decode/all_families.ts";
import { readFilter } from "../filters/filter.ts";
import { noNames } from "../filters/names.ts";
import { formats } from "../formats/all_formats.ts";
import { readExchanges, readFixture, splitMessages } from "./pcap_source.ts";

const HEADER = 16;
const SOCKETS = 100_000;

const [long = "tcp", recording = "tcp500.k61"] = Deno.args;
const family = families.find(({ option }) => option.long === long)!;
const [exchange] = readExchanges(readFixture(`${recording}.pcap`));
const messages = splitMessages(exchange!.answers)
  .map((bytes) => ({ bytes, view: new DataView(bytes.buffer) }))
  .filter(({ view }) => view.getUint16(4, true) === 20);
const decode = family.openDecoder(6001);
const sink = formats.find(({ name }) => name === Deno.args[2])!.open(() => {}, {}, { families: [family] });
const context = { families: [family], addressLengths: [4, 16], names: noNames };
const predicate = readFilter(Deno.args[3] ?? "", context).of(family).openPredicate(false);
sink.openProtocol(family.name);
for (let i = 0; i < SOCKETS; i++) {
  const { bytes, view } = messages[i % messages.length]!;
  if (predicate !== null) {
    predicate.openRecord();
    decode(view, bytes, HEADER, view.getUint32(0, true), predicate);
    if (!predicate.matches) continue;
  }
  sink.openRecord();
  decode(view, bytes, HEADER, view.getUint32(0, true), sink);
  sink.closeRecord();
}
