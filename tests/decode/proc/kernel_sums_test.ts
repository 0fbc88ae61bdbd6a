/** Sums in files of the kernel. */
import { assertEquals } from "@std/assert";
import { readProtocols, readSums } from "../../../decode/proc/kernel_sums.ts";
import { hostRows, namespaceRows } from "../../../decode/proc/summary_rows.ts";

const encoder = new TextEncoder();

const sums = (rows: typeof hostRows, files: Readonly<Record<string, string>>) =>
  readSums(rows, (file, sysctl) => {
    const text = files[sysctl ? `sys/${file}` : file];
    return text === undefined ? null : encoder.encode(text);
  }).map(({ group, name, value }) => [`${group}.${name}`, value]);

Deno.test("readSums reads the three forms of files and the words of settings, and leaves out what is not there", () => {
  assertEquals(
    sums(namespaceRows, {
      sockstat: "sockets: used 20\nTCP: inuse 1 orphan 0 tw 0 alloc 26 mem 363\n",
      snmp: "Tcp: RtoAlgorithm MaxConn InSegs RetransSegs\nTcp: 1 -1 18446744073709551615 7\nUdp: NoPorts\nUdp: 3\n",
      snmp6: "Ip6InReceives                   \t4\nUdp6NoPorts                     \t5\n",
      netstat: "TcpExt: ListenDrops\nTcpExt: 9\nMPTcpExt: MPCapableSYNRX\nMPTcpExt: 2\n",
      "sys/net/ipv4/ip_local_port_range": "32768\t60999\n",
      "sys/net/core/somaxconn": "4096\n",
    }),
    [
      ["sockets.used", 20n],
      ["tcp.segments_in", 18446744073709551615n],
      ["tcp.segments_retransmitted", 7n],
      ["tcp.listen_drops", 9n],
      ["udp.no_port", 3n],
      ["udp6.no_port", 5n],
      ["mptcp.connections_in", 2n],
      ["limits.accept_queue", 4096n],
      ["limits.first_ephemeral_port", 32768n],
      ["limits.last_ephemeral_port", 60999n],
    ],
  );
  assertEquals(sums(hostRows, { "sys/net/ipv4/tcp_mem": "10\t20\t30\n" }), [
    ["tcp.memory_unpressed", 10n],
    ["tcp.memory_pressed", 20n],
    ["tcp.memory_most", 30n],
  ]);
  assertEquals(
    sums(namespaceRows, { snmp: "Tcp: InSegs", netstat: "TcpExt:\nTcpExt: x\n", sockstat: "\n:\n", snmp6: "a b" }),
    [],
  );
});

Deno.test("readProtocols adds up both versions of IP", () => {
  const text =
    "protocol  size sockets  memory press\nTCPv6 2000 3 -1 NI\nTCP 1900 4 -1 no\nUDP-Lite 900 1 0 NI\nAF_VSOCK 1 0 -1\n";
  const proc = { read: () => encoder.encode(text), sysctl: () => null };
  assertEquals([...readProtocols(proc)!], [["TCP", 7], ["UDPLITE", 1], ["VSOCK", 0]]);
  assertEquals(readProtocols({ read: () => null, sysctl: () => null }), null);
});
