/**
 * Writes 100,000 recorded sockets into nothing; `allocation_test.ts` watches it. Arguments: the family, by its long option,
 * the recording, the format, a filter by which each is checked first, and `annotated` for everything that can be looked up.
 */
import { families } from "../decode/families/all_families.ts";
import { CgroupNames } from "../decode/lookups/cgroups.ts";
import { InterfaceNames } from "../decode/lookups/interfaces.ts";
import { OwnerIndex } from "../decode/lookups/owner_index.ts";
import { PairedPeers } from "../decode/lookups/paired_peers.ts";
import { UserNames } from "../decode/lookups/users.ts";
import { readFilter } from "../query/filter/filter.ts";
import { noNames } from "../decode/lookups/names.ts";
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
const enrichers = Deno.args[4] === "annotated" ? annotate() : [];
const readers = enrichers.map((enricher) => [enricher, enricher.readerOf(family)!] as const);
sink.openProtocol(family.name);
for (let i = 0; i < SOCKETS; i++) {
  const { bytes, view } = messages[i % messages.length]!;
  if (predicate !== null) {
    predicate.openRecord();
    decode(view, bytes, HEADER, view.getUint32(0, true), predicate);
    if (!predicate.passes()) continue;
  }
  sink.openRecord();
  const end = view.getUint32(0, true);
  decode(view, bytes, HEADER, end, sink);
  for (const [enricher, read] of readers) enricher.write(read(view, HEADER, end), sink);
  sink.closeRecord();
}

/** Names for all numbers, owners for all sockets. */
function annotate() {
  const name = new TextEncoder().encode("/system.slice/some.service");
  const owners = new OwnerIndex();
  const program = { comm: name, exe: name, cmdline: null, cmdlineCut: false, cgroup: null, context: null };
  owners.holders.push({ ...program, pid: 1, tid: null, uid: 0, user: name, startTime: 0, netns: 0 });
  const peers = new PairedPeers(owners);
  const preScan = peers.preScan(family, 0)!;
  for (const { view } of messages) {
    const end = view.getUint32(0, true);
    owners.add(family.inodeOf(view, HEADER, end), 0, 3);
    preScan.see(view, HEADER, end, sink);
  }
  const interfaces = new InterfaceNames(() => name);
  return [interfaces, new UserNames(() => name), new CgroupNames({ lookUp: () => name }, null), peers, owners];
}
