/**
 * Addresses, routes and rules of the network namespace that a test is in; mirrors `linux/rtnetlink.h`, `linux/fib_rules.h`.
 */
import { AF_NETLINK } from "../../decode/kernel/address_family.ts";
import { SOCK_RAW } from "../../decode/kernel/socket_types.ts";
import { CallError } from "./libc.ts";
import { addressBytes, AF_INET, AF_INET6, netlinkAddress, openSocket } from "./sockets.ts";

const NLM_F_REQUEST = 1;
const NLM_F_ACK = 4;
export const NLM_F_EXCL = 0x200;
export const NLM_F_CREATE = 0x400;
const RTM_NEWADDR = 20;
const RTM_DELADDR = 21;
const RTM_NEWROUTE = 24;
const RTM_DELROUTE = 25;
const RTM_NEWRULE = 32;

/** An attribute, padded to a multiple of 4. */
export function attribute(type: number, value: ArrayLike<number>): number[] {
  const length = 4 + value.length;
  return [
    length & 0xff,
    length >>> 8,
    type & 0xff,
    type >>> 8,
    ...Array.from(value),
    ...new Array(-length & 3).fill(0),
  ];
}

export const u16 = (value: number): number[] => [value & 0xff, value >>> 8 & 0xff];
export const u32 = (value: number): number[] => [...u16(value & 0xffff), ...u16(value >>> 16)];

/** A netlink message that is a request. */
export function netlinkMessage(type: number, flags: number, payload: readonly number[], sequence = 0): number[] {
  return [
    ...u32(16 + payload.length),
    ...u16(type),
    ...u16(NLM_F_REQUEST | flags),
    ...u32(sequence),
    ...u32(0),
    ...payload,
  ];
}

/** Sends a request for a change, and throws what the kernel says against it. */
export function rtnetlink(type: number, flags: number, header: readonly number[], attributes: readonly number[]): void {
  const message = netlinkMessage(type, NLM_F_ACK | flags, [...header, ...attributes]);
  using socket = openSocket(AF_NETLINK, SOCK_RAW, 0);
  socket.sendTo(Uint8Array.from(message), netlinkAddress(0));
  // The kernel has answered by the time the call returns: `struct nlmsghdr` and an error number.
  const error = new DataView(socket.receiveFrom()!.data.buffer).getInt32(16, true);
  if (error !== 0) throw new CallError(`rtnetlink ${type}`, -error);
}

const familyOf = (address: string) => address.includes(":") ? AF_INET6 : AF_INET;
const bytesOf = (address: string) => addressBytes(familyOf(address), address);
const NODAD = 2;

const ifaddrmsg = (address: string, prefix: number, index: number) => [
  ...[familyOf(address), prefix, NODAD, 0],
  ...u32(index),
];

/** Gives an interface an address; one of IPv6 can be used at once. */
export function addAddress(index: number, address: string, prefix: number): void {
  const [IFA_ADDRESS, IFA_LOCAL] = [1, 2];
  const value = bytesOf(address);
  const attributes = [...attribute(IFA_ADDRESS, value), ...attribute(IFA_LOCAL, value)];
  rtnetlink(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, ifaddrmsg(address, prefix, index), attributes);
}

/** Takes it away again. */
export const removeAddress = (index: number, address: string, prefix: number): void =>
  rtnetlink(RTM_DELADDR, 0, ifaddrmsg(address, prefix, index), attribute(2, bytesOf(address)));

export interface RouteSpec {
  /** Address and prefix length. */
  readonly to: readonly [string, number];
  readonly device?: number;
  readonly gateway?: string;
  readonly table?: number;
  /** As in `rtm_type`; 1 for unicast. */
  readonly type?: number;
  readonly mtu?: number;
  readonly congestion?: string;
}

function routeRequest({ to: [address, prefix], device, gateway, table = 254, type = 1, ...metrics }: RouteSpec) {
  const [RTA_DST, RTA_OIF, RTA_GATEWAY, RTA_METRICS, RTA_TABLE, RTA_VIA] = [1, 4, 5, 8, 15, 18];
  const family = familyOf(address);
  const [RTPROT_STATIC, SCOPE_UNIVERSE, SCOPE_LINK] = [4, 0, 253];
  const scope = gateway === undefined && type === 1 ? SCOPE_LINK : SCOPE_UNIVERSE;
  const values = [
    ...metrics.mtu === undefined ? [] : attribute(2, u32(metrics.mtu)),
    ...metrics.congestion === undefined ? [] : attribute(16, new TextEncoder().encode(`${metrics.congestion}\0`)),
  ];
  const via = gateway !== undefined && familyOf(gateway) !== family;
  return {
    header: [family, prefix, 0, 0, 0, RTPROT_STATIC, scope, type, 0, 0, 0, 0],
    attributes: [
      ...prefix === 0 ? [] : attribute(RTA_DST, bytesOf(address)),
      ...device === undefined ? [] : attribute(RTA_OIF, u32(device)),
      ...gateway === undefined
        ? []
        : via
        ? attribute(RTA_VIA, [...u16(familyOf(gateway)), ...bytesOf(gateway)])
        : attribute(RTA_GATEWAY, bytesOf(gateway)),
      ...attribute(RTA_TABLE, u32(table)),
      ...values.length === 0 ? [] : attribute(RTA_METRICS, values),
    ],
  };
}

export function addRoute(route: RouteSpec): void {
  const { header, attributes } = routeRequest(route);
  rtnetlink(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, header, attributes);
}

export function removeRoute(route: RouteSpec): void {
  const { header, attributes } = routeRequest(route);
  rtnetlink(RTM_DELROUTE, 0, header, attributes);
}

/** What a rule looks at. */
export interface RuleSpec {
  readonly table: number;
  readonly mark?: number;
  readonly uid?: number;
  readonly tcpPort?: number;
}

/** Adds a rule of IPv4 that chooses a routing table. */
export function addRule({ table, mark, uid, tcpPort }: RuleSpec): void {
  const [FRA_FWMARK, FRA_TABLE, FRA_UID_RANGE, FRA_IP_PROTO, FRA_DPORT_RANGE] = [10, 15, 20, 22, 24];
  const FR_ACT_TO_TBL = 1;
  rtnetlink(RTM_NEWRULE, NLM_F_CREATE | NLM_F_EXCL, [AF_INET, 0, 0, 0, 0, 0, 0, FR_ACT_TO_TBL, 0, 0, 0, 0], [
    ...attribute(FRA_TABLE, u32(table)),
    ...mark === undefined ? [] : attribute(FRA_FWMARK, u32(mark)),
    ...uid === undefined ? [] : attribute(FRA_UID_RANGE, [...u32(uid), ...u32(uid)]),
    ...tcpPort === undefined
      ? []
      : [...attribute(FRA_IP_PROTO, [6]), ...attribute(FRA_DPORT_RANGE, [...u16(tcpPort), ...u16(tcpPort)])],
  ]);
}
