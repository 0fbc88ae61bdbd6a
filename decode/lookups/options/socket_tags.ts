/**
 * Which options a socket can have, by its address family, type and protocol. Numbers of levels mean different protocols in
 * different families, so the family comes first.
 */
import { AF_INET, AF_INET6, AF_NETLINK, AF_PACKET, AF_SMC, AF_TIPC } from "../../kernel/address_family.ts";
import { AF_UNIX, AF_VSOCK, AF_XDP } from "../../kernel/address_family.ts";
import { SOCK_DGRAM, SOCK_RAW } from "../../kernel/socket_types.ts";
import type { Tag } from "./option_table.ts";

const IPPROTO_ICMP = 1;
const IPPROTO_TCP = 6;
const IPPROTO_UDP = 17;
const IPPROTO_ICMPV6 = 58;
const IPPROTO_SCTP = 132;
const IPPROTO_UDPLITE = 136;
const IPPROTO_MPTCP = 262;
const AF_CAN = 29;
const AF_RDS = 21;
const AF_LLC = 26;
const AF_BLUETOOTH = 31;
const AF_KCM = 41;

const ofDomain: ReadonlyMap<number, readonly Tag[]> = new Map([
  [AF_UNIX, ["unix"]],
  [AF_NETLINK, ["netlink"]],
  [AF_PACKET, ["packet"]],
  [AF_VSOCK, ["vsock"]],
  [AF_XDP, ["xdp"]],
  [AF_TIPC, ["tipc"]],
  [AF_SMC, ["smc"]],
  [AF_KCM, ["kcm"]],
  [AF_RDS, ["rds"]],
  [AF_LLC, ["llc"]],
]);

const ofInet: ReadonlyMap<number, readonly Tag[]> = new Map([
  [IPPROTO_TCP, ["tcp"]],
  [IPPROTO_MPTCP, ["mptcp"]],
  [IPPROTO_SCTP, ["sctp"]],
  [IPPROTO_UDP, ["udp"]],
  [IPPROTO_UDPLITE, ["udp", "udplite"]],
]);

/** CAN_RAW, CAN_ISOTP, CAN_J1939 of `linux/can.h`. */
const ofCan: ReadonlyMap<number, readonly Tag[]> = new Map([[1, ["can_raw"]], [6, ["can_isotp"]], [7, ["can_j1939"]]]);
const BTPROTO_L2CAP = 0;

/** The tags of a socket. */
export function tagsOf(domain: number, type: number, protocol: number, listens: boolean): ReadonlySet<Tag> {
  const tags = new Set<Tag>(["all"]);
  const add = (some: readonly Tag[] | undefined) => some?.forEach((tag) => tags.add(tag));
  if (type === SOCK_DGRAM || type === SOCK_RAW) tags.add("dgram");
  add(ofDomain.get(domain));
  if (domain === AF_INET || domain === AF_INET6) addInet(domain === AF_INET6, type, protocol, add);
  if (domain === AF_CAN) add(ofCan.get(protocol));
  if (domain === AF_BLUETOOTH) add(protocol === BTPROTO_L2CAP ? ["bluetooth", "l2cap"] : ["bluetooth"]);
  if (listens && tags.has("tcp")) tags.add("listen");
  return tags;
}

function addInet(v6: boolean, type: number, protocol: number, add: (tags: readonly Tag[] | undefined) => void): void {
  add(v6 ? ["inet", "ipv6"] : ["inet", "ipv4"]);
  if (type === SOCK_RAW) {
    add(v6 ? ["raw6"] : ["raw"]);
    if (protocol === (v6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP)) add(v6 ? ["icmpv6"] : ["icmp"]);
  } else {
    add(ofInet.get(protocol));
    if (protocol === IPPROTO_UDP || protocol === IPPROTO_UDPLITE) add(v6 ? ["udp6"] : ["udp4"]);
  }
  if (!v6 && (type === SOCK_DGRAM || type === SOCK_RAW)) add(["dgram4"]);
}

const inet: readonly Tag[] = ["all", "inet", "ipv4", "ipv6"];
const datagrams: readonly Tag[] = [...inet, "dgram", "dgram4"];

/** The tags that sockets of a family can have. */
const ofFamilies: ReadonlyMap<string, readonly Tag[]> = new Map([
  ["TCP", [...inet, "tcp", "listen"]],
  ["MPTCP", [...inet, "mptcp"]],
  ["UDP", [...datagrams, "udp", "udp4", "udp6"]],
  ["UDPLITE", [...datagrams, "udp", "udp4", "udp6", "udplite"]],
  ["RAW", [...datagrams, "raw", "raw6", "icmp", "icmpv6"]],
  ["PING", datagrams],
  ["SCTP", [...inet, "sctp"]],
  ["DCCP", inet],
  ["UNIX", ["all", "dgram", "unix"]],
  ["NETLINK", ["all", "dgram", "netlink"]],
  ["PACKET", ["all", "dgram", "packet"]],
  ["VSOCK", ["all", "dgram", "vsock"]],
  ["XDP", ["all", "dgram", "xdp"]],
  ["TIPC", ["all", "dgram", "tipc"]],
  ["SMC", ["all", "smc"]],
]);

/** Whether sockets of a family can have an option with these tags. All can be in OTHER. */
export function canHave(family: string, tags: readonly Tag[]): boolean {
  const possible = ofFamilies.get(family);
  return possible === undefined || tags.some((tag) => possible.includes(tag));
}
