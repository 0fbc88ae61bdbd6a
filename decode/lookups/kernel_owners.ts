/**
 * Sockets that the kernel itself owns: those of tunnels, known by the ports of interfaces (`linux/if_link.h`,
 * `linux/wireguard.h`), those of its file servers, and its ends of netlink.
 */
import type { Lookup } from "./lookup.ts";
import { findPayload, payloadEnd, writeText } from "../netlink/attribute.ts";
import { inodeKey } from "../families/sock_diag.ts";
import { AF_INET6 } from "../kernel/address_family.ts";
import { defineElement, defineKey, defineWord, type Word } from "../record/key.ts";
import type { RecordSink } from "../record/record_sink.ts";

/** Kinds of owners. */
const kinds = ["vxlan", "geneve", "bareudp", "gtp", "wireguard", "nfsd", "lockd", "netlink"] as const;

/** What part of the kernel owns a socket. */
export type KernelKind = typeof kinds[number];

const words = Object.fromEntries(kinds.map((kind) => [kind, defineWord(kind)])) as Readonly<Record<KernelKind, Word>>;

const owner = defineKey(null, "kernel_owner", {
  type: "object",
  meaning: "The part of the kernel that owns the socket, if no process holds it; only with -p.",
  source: "RTM_GETLINK",
});
const kindKey = defineKey(owner, "kind", {
  type: "name",
  words: kinds,
  meaning:
    "Kind of the owner: a tunnel, nfsd, lockd of NFS, or the kernel's end of netlink. Tunnels are found by their port.",
  source: "IFLA_INFO_KIND, /proc/fs/nfsd/portlist",
});
const ifaceKey = defineKey(owner, "iface", {
  type: "text",
  rule: { longest: 15, named: "interface" },
  meaning: "Interface of the tunnel, if only one can use the socket.",
  source: "IFLA_IFNAME",
});
const ifacesKey = defineKey(owner, "ifaces", {
  type: "list",
  rule: { longest: 15, named: "interface" },
  meaning: "Interfaces of the tunnels, if several share the port.",
  source: "IFLA_IFNAME",
});
const ifacesElement = defineElement(ifacesKey, "text");

/** Sockets of the kernel. */
export const kernelOwnership: Lookup<"owners"> = {
  name: "owners",
  from: [inodeKey],
  keys: [owner, kindKey, ifaceKey, ifacesKey, ifacesElement],
  isFor: ({ name, domain }) => ["TCP", "UDP"].includes(name) || domain === "netlink",
};

/** A socket that the kernel owns. */
export interface KernelSocket {
  readonly kind: KernelKind;
  readonly protocol: "TCP" | "UDP";
  /** Whether it is one of IPv6; `null` if there can be one of each. */
  readonly v6: boolean | null;
  readonly port: number;
  /** Name of the interface; `null` for servers. */
  readonly iface: Uint8Array | null;
}

/** The request and the messages of RTM_GETLINK. */
export const RTM_GETLINK = 18;
/** `struct ifinfomsg`, all 0: all interfaces; and IFLA_EXT_MASK, to leave out statistics. */
export const ALL_LINKS: Uint8Array = Uint8Array.of(...new Array(16).fill(0), 8, 0, 29, 0, 8, 0, 0, 0);
const IFINFOMSG_SIZE = 16;
const IFI_INDEX = 4;
const IFI_FLAGS = 8;
const IFF_UP = 1;
const IFLA_IFNAME = 3;
const IFLA_LINKINFO = 18;
const IFLA_LINK_NETNSID = 37;
const IFLA_INFO_KIND = 1;
const IFLA_INFO_DATA = 2;

/** Numbers of the attributes of a tunnel: port, addresses of IPv6, and the one for tunnels with an address in each packet. */
interface TunnelAttributes {
  readonly port: number;
  readonly v6: readonly number[];
  readonly external: number;
}
const tunnels: Readonly<Record<"vxlan" | "geneve", TunnelAttributes>> = {
  vxlan: { port: 15, v6: [16, 17], external: 25 },
  geneve: { port: 5, v6: [7], external: 6 },
};
const IFLA_BAREUDP_PORT = 1;
/** Ports of GTP version 0 and 1, which are fixed. */
const GTP_PORTS = [3386, 2152];

/** An interface of WireGuard, whose port another question tells. */
export interface WireguardLink {
  readonly index: number;
  readonly iface: Uint8Array;
}

/** The sockets of the tunnel in a message of RTM_GETLINK; the interfaces of WireGuard are added to a list. */
export function readTunnel(
  view: DataView,
  bytes: Uint8Array,
  start: number,
  end: number,
  wireguard: WireguardLink[],
): readonly KernelSocket[] {
  const from = start + IFINFOMSG_SIZE;
  const info = findPayload(view, from, end, IFLA_LINKINFO, 0);
  const name = findPayload(view, from, end, IFLA_IFNAME, 0);
  // The socket of an interface that has been moved stays in the namespace where it was made.
  if (info < 0 || name < 0 || findPayload(view, from, end, IFLA_LINK_NETNSID, 4) >= 0) return [];
  const kindAt = findPayload(view, info, payloadEnd(view, info), IFLA_INFO_KIND, 0);
  if (kindAt < 0) return [];
  const kind = new TextDecoder().decode(textAt(bytes, kindAt, payloadEnd(view, kindAt)));
  const iface = textAt(bytes, name, payloadEnd(view, name)).slice();
  const isUp = (view.getUint32(start + IFI_FLAGS, true) & IFF_UP) !== 0;
  if (kind === "gtp") return GTP_PORTS.map((port) => ({ kind, protocol: "UDP", v6: null, port, iface }));
  // The others have a socket only while they are up.
  if (!isUp) return [];
  if (kind === "wireguard") wireguard.push({ index: view.getInt32(start + IFI_INDEX, true), iface });
  const data = findPayload(view, info, payloadEnd(view, info), IFLA_INFO_DATA, 0);
  if (data < 0) return [];
  const dataEnd = payloadEnd(view, data);
  const portIn = (attribute: number) => {
    const at = findPayload(view, data, dataEnd, attribute, 2);
    return at < 0 ? 0 : view.getUint16(at);
  };
  const made = (kind: KernelKind, port: number, v6: boolean | null): readonly KernelSocket[] =>
    port === 0 ? [] : [{ kind, protocol: "UDP", v6, port, iface }];
  if (kind === "bareudp") return made(kind, portIn(IFLA_BAREUDP_PORT), null);
  if (kind !== "vxlan" && kind !== "geneve") return [];
  const { port, v6, external } = tunnels[kind];
  const isThere = (attribute: number) => findPayload(view, data, dataEnd, attribute, 0) >= 0;
  // A flag of vxlan, and an attribute without a value of geneve.
  const flag = findPayload(view, data, dataEnd, external, 0);
  const both = flag >= 0 && (payloadEnd(view, flag) === flag || bytes[flag] === 1);
  return made(kind, portIn(port), both ? null : v6.some(isThere));
}

/** Bytes up to a NUL. */
function textAt(bytes: Uint8Array, start: number, end: number): Uint8Array {
  const nul = bytes.indexOf(0, start);
  return bytes.subarray(start, nul < 0 || nul > end ? end : nul);
}

/** WG_CMD_GET_DEVICE with the index of an interface. */
export const encodeWireguardRequest = (index: number): Uint8Array =>
  Uint8Array.of(0, 1, 0, 0, 8, 0, WGDEVICE_A_IFINDEX, 0, ...new Uint8Array(Uint32Array.of(index).buffer));
const WGDEVICE_A_IFINDEX = 1;
const WGDEVICE_A_LISTEN_PORT = 6;
const GENL_HDRLEN = 4;

/** The port in a message of WG_CMD_GET_DEVICE, which has keys too; 0 if it has none. */
export function readWireguardPort(view: DataView, start: number, end: number): number {
  const at = findPayload(view, start + GENL_HDRLEN, end, WGDEVICE_A_LISTEN_PORT, 2);
  return at < 0 ? 0 : view.getUint16(at, true);
}

/** The sockets in `/proc/fs/nfsd/portlist`: a transport and a port on each line. */
export const parsePortList = (text: string): readonly KernelSocket[] =>
  [...text.matchAll(/^(tcp|udp)\S* (\d+)$/gm)].map(([, transport, port]) => ({
    kind: "nfsd",
    protocol: transport === "tcp" ? "TCP" : "UDP",
    v6: null,
    port: Number(port),
    iface: null,
  }));

/** What the kernel owns in a namespace, and what could not be asked. */
export interface KernelSockets {
  readonly sockets: readonly KernelSocket[];
  readonly warnings: readonly string[];
}

/** Offsets in `struct inet_diag_msg`. */
const FAMILY = 0;
const SPORT = 4;

/** Finds the owner of a socket that no process holds. A namespace is asked when it has the first such socket. */
export class KernelOwners {
  readonly warnings: string[] = [];
  readonly #known = new Map<number, readonly KernelSocket[]>();

  constructor(readonly read: (namespace: number) => KernelSockets) {}

  /** The kernel's sockets like the one in a message of the family `protocol`. */
  find(protocol: string, view: DataView, start: number, namespace: number): readonly KernelSocket[] {
    let known = this.#known.get(namespace);
    if (known === undefined) {
      const { sockets, warnings } = this.read(namespace);
      this.warnings.push(...warnings.filter((warning) => !this.warnings.includes(warning)));
      this.#known.set(namespace, known = sockets);
    }
    const v6 = view.getUint8(start + FAMILY) === AF_INET6;
    const port = view.getUint16(start + SPORT);
    return known.filter((socket) =>
      socket.protocol === protocol && socket.port === port && (socket.v6 === null || socket.v6 === v6)
    );
  }
}

/** Pushes the owner of a socket; `found` has at least one. */
export function writeKernelOwner(found: readonly KernelSocket[], sink: RecordSink): void {
  sink.openObject(owner);
  sink.name(kindKey, words[found[0]!.kind]);
  const named = found.flatMap(({ iface }) => iface ?? []);
  if (named.length === 1) writeText(ifaceKey, named[0]!, 0, named[0]!.length, sink);
  else if (named.length > 1) {
    sink.openList(ifacesKey);
    for (const name of named) sink.text(ifacesElement, name, 0, name.length);
    sink.closeList(ifacesKey);
  }
  sink.closeObject(owner);
}

/** The kernel's end of netlink. */
export const NETLINK_OWNER: readonly KernelSocket[] = [
  { kind: "netlink", protocol: "UDP", v6: null, port: 0, iface: null },
];
