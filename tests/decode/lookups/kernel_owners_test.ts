/**
 * What the kernel tells of tunnels, WireGuard and its file server, from made bytes.
 */
import { assertEquals } from "@std/assert";
import {
  encodeWireguardRequest,
  KernelOwners,
  type KernelSocket,
  parsePortList,
  readTunnel,
  readWireguardPort,
  type WireguardLink,
} from "../../../decode/lookups/kernel_owners.ts";

const u32 = (value: number) => [...new Uint8Array(Uint32Array.of(value).buffer)];
const text = (value: string) => [...new TextEncoder().encode(`${value}\0`)];

/** A netlink attribute. */
function attribute(number: number, payload: readonly number[]): number[] {
  const length = 4 + payload.length;
  return [length & 0xff, length >> 8, number, 0, ...payload, ...new Array(-length & 3).fill(0)];
}

/** A message of RTM_GETLINK, behind a header of netlink. */
function link(kind: string, data: readonly number[], flags = 1, others: readonly number[] = []): DataView {
  const bytes = [
    ...new Array(16).fill(0xee),
    ...[0, 0, 0, 0, ...u32(7), ...u32(flags), ...u32(0)],
    ...attribute(3, text("tun0")),
    ...attribute(18, [...attribute(1, text(kind)), ...attribute(2, data)]),
    ...others,
  ];
  return new DataView(Uint8Array.from(bytes).buffer);
}

function read(view: DataView): { readonly sockets: readonly KernelSocket[]; readonly wireguard: WireguardLink[] } {
  const wireguard: WireguardLink[] = [];
  const sockets = readTunnel(view, new Uint8Array(view.buffer), 16, view.byteLength, wireguard);
  return { sockets, wireguard };
}

const shown = (view: DataView) => read(view).sockets.map(({ kind, v6, port }) => [kind, v6, port]);

Deno.test("readTunnel finds ports of tunnels and whether their sockets are of IPv4, IPv6 or both", () => {
  assertEquals(shown(link("vxlan", attribute(15, [0x12, 0xb5]))), [["vxlan", false, 4789]]);
  assertEquals(shown(link("vxlan", [...attribute(16, new Array(16).fill(1)), ...attribute(15, [0x12, 0xb5])])), [
    ["vxlan", true, 4789],
  ]);
  assertEquals(shown(link("vxlan", [...attribute(25, [1]), ...attribute(15, [0x12, 0xb5])])), [["vxlan", null, 4789]]);
  assertEquals(shown(link("vxlan", [...attribute(25, [0]), ...attribute(15, [0x12, 0xb5])])), [["vxlan", false, 4789]]);
  assertEquals(shown(link("geneve", attribute(5, [0x17, 0xc1]))), [["geneve", false, 6081]]);
  assertEquals(shown(link("geneve", [...attribute(5, [0x17, 0xc1]), ...attribute(6, [])])), [["geneve", null, 6081]]);
  assertEquals(shown(link("geneve", [...attribute(5, [0x17, 0xc1]), ...attribute(7, new Array(16).fill(1))])), [
    ["geneve", true, 6081],
  ]);
  assertEquals(shown(link("bareudp", attribute(1, [0x19, 0xeb]))), [["bareudp", null, 6635]]);
  assertEquals(shown(link("gtp", [])), [["gtp", null, 3386], ["gtp", null, 2152]]);
  assertEquals(new TextDecoder().decode(read(link("gtp", [])).sockets[0]!.iface!), "tun0");
});

Deno.test("readTunnel finds none for interfaces that are down, moved, without a port, or no tunnels", () => {
  const port = attribute(15, [0x12, 0xb5]);
  assertEquals(shown(link("vxlan", port, 0)), []);
  assertEquals(shown(link("vxlan", port, 1, attribute(37, u32(3)))), []);
  assertEquals(shown(link("vxlan", [])), []);
  assertEquals(shown(link("vxlan", attribute(15, [1]))), []);
  assertEquals(shown(link("veth", port)), []);
});

Deno.test("WireGuard is asked for its port by the index of the interface", () => {
  const { sockets, wireguard } = read(link("wireguard", []));
  assertEquals([sockets, wireguard.map(({ index }) => index)], [[], [7]]);
  assertEquals([...encodeWireguardRequest(7)], [0, 1, 0, 0, 8, 0, 1, 0, 7, 0, 0, 0]);
  const answer = (attributes: readonly number[]) => new DataView(Uint8Array.from([0, 1, 0, 0, ...attributes]).buffer);
  const key = attribute(3, new Array(32).fill(9));
  const view = answer([...key, ...attribute(6, [0x6c, 0xca])]);
  assertEquals(readWireguardPort(view, 0, view.byteLength), 51820);
  const none = answer(key);
  assertEquals(readWireguardPort(none, 0, none.byteLength), 0);
});

Deno.test("parsePortList reads transports and ports of nfsd", () => {
  const text = "rdma 20049\ntcp 2049\nudp 2049\ntcp-bc 0x\n";
  assertEquals(parsePortList(text).map(({ kind, protocol, port }) => [kind, protocol, port]), [
    ["nfsd", "TCP", 2049],
    ["nfsd", "UDP", 2049],
  ]);
  assertEquals(parsePortList(""), []);
});

Deno.test("KernelOwners asks a namespace once, and matches protocol, port and version of IP", () => {
  const asked: number[] = [];
  const owners = new KernelOwners((namespace) => {
    asked.push(namespace);
    const iface = new TextEncoder().encode(`v${namespace}`);
    return {
      sockets: [{ kind: "vxlan", protocol: "UDP", v6: false, port: 4789, iface }],
      warnings: ["cannot tell which sockets belong to WireGuard: refused"],
    };
  });
  const message = (family: number, port: number) => {
    const view = new DataView(new ArrayBuffer(72));
    view.setUint8(0, family);
    view.setUint16(4, port);
    return view;
  };
  const count = (protocol: string, family: number, port: number, namespace = 0) =>
    owners.find(protocol, message(family, port), 0, namespace).length;
  assertEquals([count("UDP", 2, 4789), count("UDP", 10, 4789), count("UDP", 2, 4790), count("TCP", 2, 4789)], [
    ...[1, 0, 0, 0],
  ]);
  assertEquals(count("UDP", 2, 4789, 1), 1);
  assertEquals([asked, owners.warnings.length], [[0, 1], 1]);
});
