/**
 * Opens sockets of every family that this kernel has, writes what they are to the file that is named, and keeps them open.
 * Each line of the file is a socket or a family that is missing; one that is whole ends with `{"done":true}`.
 */
import { openDatagrams, openPing, openRaw } from "./datagrams.ts";
import { versions } from "./inet.ts";
import { sleep } from "./libc.ts";
import { openSmc, openTipc, openVsock, openVsockPackets, openXdp } from "./machines.ts";
import { openNetlink } from "./netlink.ts";
import { openPacketOptions, openRings, PacketSockets } from "./packet.ts";
import { openBeginnings, openEndings, openEstablished, TcpSockets } from "./tcp.ts";
import { openCongestionControls, openKeys, openNegotiated, openOptions, openTls } from "./tcp_options.ts";
import { openDccp, openMptcp, openSctp } from "./transports.ts";
import { Collection } from "./truth.ts";
import { openUnixConnections, openUnixNames, openUnixPairs, UnixSockets } from "./unix.ts";

const [output = ""] = Deno.args;
const truths = new Collection();

for (const version of versions) {
  const tcp = new TcpSockets(truths, version);
  await openBeginnings(tcp);
  openEstablished(tcp);
  openOptions(tcp);
  openKeys(tcp);
  await truths.family("TLS", () => openTls(tcp), "setsockopt 6 31");
  openNegotiated(tcp);
  openCongestionControls(tcp);
  await openEndings(tcp);
  await truths.family("MPTCP", () => openMptcp(truths, version));
  openDatagrams(truths, version, 17, version.base + 3000);
  await truths.family("UDPLITE", () => openDatagrams(truths, version, 136, version.base + 4000));
  openRaw(truths, version);
  openPing(truths, version);
  await truths.family("SCTP", () => openSctp(truths, version));
  await truths.family("DCCP", () => openDccp(truths, version));
}
const directory = "/tmp/sockets";
Deno.mkdirSync(directory);
const unix = new UnixSockets(truths, directory);
openUnixConnections(unix);
openUnixNames(unix);
openUnixPairs(unix);
openNetlink(truths);
const packets = new PacketSockets(truths);
openRings(packets);
openPacketOptions(packets);
await truths.family("VSOCK", () => openVsock(truths));
await truths.family("VSOCK seqpacket", () => openVsockPackets(truths));
await truths.family("TIPC", () => openTipc(truths));
await truths.family("XDP", () => openXdp(truths));
await truths.family("SMC", () => openSmc(truths));

// Acknowledgements that are delayed and memory that is given back come to rest.
await sleep(3000);
const self = {
  pid: Deno.pid,
  comm: Deno.readTextFileSync("/proc/self/comm").trim(),
  cgroup_id: Deno.statSync("/sys/fs/cgroup/suite/inner").ino,
};
const lines = [...truths.collect(), self];
Deno.writeTextFileSync(output, [...lines, { done: true }].map((line) => `${JSON.stringify(line)}\n`).join(""));
await sleep(3_600_000);
