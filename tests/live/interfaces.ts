/**
 * Interfaces of the network namespace that a test is in; mirrors `linux/rtnetlink.h`, `linux/if_link.h`.
 */
import { bytesOf } from "./libc.ts";
import { attribute, NLM_F_CREATE, NLM_F_EXCL, rtnetlink, u32 } from "./rtnetlink.ts";

const RTM_NEWLINK = 16;
const RTM_DELLINK = 17;
const IFLA_INFO_KIND = 1;
const IFLA_IFNAME = 3;
const IFLA_LINKINFO = 18;
const IFF_UP = 1;

/** `struct ifinfomsg`. */
const header = (index: number, flags = 0) => [0, 0, 0, 0, ...u32(index), ...u32(flags), ...u32(flags)];

/** Adds an interface of a kind that needs nothing else, such as `bridge` or `dummy`; the kernel chooses an index for 0. */
export function addInterface(name: string | Uint8Array, kind: string, index = 0): void {
  const info = attribute(IFLA_LINKINFO, attribute(IFLA_INFO_KIND, bytesOf(kind)));
  const attributes = [...attribute(IFLA_IFNAME, bytesOf(name)), ...info];
  rtnetlink(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, header(index), attributes);
}

/** Adds an interface with this index that is up; a bridge without ports takes all packets and sends none. */
export function addUpInterface(name: string, kind: string, index: number): void {
  addInterface(name, kind, index);
  bringUp(index);
}

/** Brings an interface up. */
export const bringUp = (index: number): void => rtnetlink(RTM_NEWLINK, 0, header(index, IFF_UP), []);

/** Adds a pair of interfaces that are connected, the second one in the network namespace of a descriptor; both are down. */
export function addVeth(name: string, index: number, peer: string, peerIndex: number, netns: number): void {
  const [IFLA_NET_NS_FD, IFLA_INFO_DATA, VETH_INFO_PEER] = [28, 2, 1];
  const other = [
    ...header(peerIndex),
    ...attribute(IFLA_IFNAME, bytesOf(peer)),
    ...attribute(IFLA_NET_NS_FD, u32(netns)),
  ];
  const info = [
    ...attribute(IFLA_INFO_KIND, bytesOf("veth")),
    ...attribute(IFLA_INFO_DATA, attribute(VETH_INFO_PEER, other)),
  ];
  const attributes = [...attribute(IFLA_IFNAME, bytesOf(name)), ...attribute(IFLA_LINKINFO, info)];
  rtnetlink(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, header(index), attributes);
}

export const removeInterface = (name: string | Uint8Array): void =>
  rtnetlink(RTM_DELLINK, 0, header(0), attribute(IFLA_IFNAME, bytesOf(name)));

/** Adds a tunnel that is down, with a number of its own and a port of UDP. */
export function addTunnel(kind: "vxlan", name: string, index: number, id: number, port: number): void {
  const [IFLA_INFO_DATA, IFLA_VXLAN_ID, IFLA_VXLAN_PORT] = [2, 1, 15];
  const data = [...attribute(IFLA_VXLAN_ID, u32(id)), ...attribute(IFLA_VXLAN_PORT, [port >> 8, port & 0xff])];
  const info = [...attribute(IFLA_INFO_KIND, bytesOf(kind)), ...attribute(IFLA_INFO_DATA, data)];
  const attributes = [...attribute(IFLA_IFNAME, bytesOf(name)), ...attribute(IFLA_LINKINFO, info)];
  rtnetlink(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, header(index), attributes);
}
