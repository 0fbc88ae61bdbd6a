/**
 * Questions for the route to a destination, and for the rules that choose a routing table; mirrors `linux/rtnetlink.h` and
 * `linux/fib_rules.h`.
 */
import { AF_INET, AF_INET6 } from "../kernel/address_family.ts";
import { findAttribute } from "../netlink/attribute.ts";
import { encodeAttribute } from "../netlink/message.ts";
import { isAny, isMapped, PAIR, PORTS } from "./inet_ends.ts";

export const RTM_GETROUTE = 26;
export const RTM_GETRULE = 34;
/** Size of `struct rtmsg` and of `struct fib_rule_hdr`. */
export const RTM_HEADER = 12;
/** Offset of `rtm_type`. */
export const RTM_TYPE = 7;

const RTA_DST = 1;
const RTA_SRC = 2;
const RTA_OIF = 4;
const RTA_MARK = 16;
const RTA_UID = 25;
const RTA_IP_PROTO = 27;
const RTA_SPORT = 28;
const RTA_DPORT = 29;
/** Asks for the number of the table. */
const RTM_F_LOOKUP_TABLE = 0x1000;

/**
 * What decides about the route of a socket, as numbers: both ends, and then these. The ports and the protocol are 0 where
 * they do not matter.
 */
export const DEVICE = PAIR;
export const MARK = PAIR + 1;
export const USER = PAIR + 2;
export const TOS = PAIR + 3;
export const PROTOCOL = PAIR + 4;
export const NETNS = PAIR + 5;
/** Count of these numbers. */
export const ROUTE_TUPLE = PAIR + 6;

/** Encodes the payload of RTM_GETROUTE. */
export function encodeRouteRequest(tuple: Int32Array): Uint8Array {
  const v4 = isMapped(tuple, 4);
  const hasSource = !isAny(tuple);
  const bits = v4 ? 32 : 128;
  const header = new Uint8Array(RTM_HEADER);
  header.set([v4 ? AF_INET : AF_INET6, bits, hasSource ? bits : 0, tuple[TOS]! & 0xfc]);
  new DataView(header.buffer).setUint32(8, RTM_F_LOOKUP_TABLE, true);
  const attributes = [
    encodeAttribute(RTA_DST, addressBytes(tuple, 4, v4)),
    ...hasSource ? [encodeAttribute(RTA_SRC, addressBytes(tuple, 0, v4))] : [],
    ...tuple[DEVICE] === 0 ? [] : [encodeAttribute(RTA_OIF, number(tuple[DEVICE]!))],
    ...tuple[MARK] === 0 ? [] : [encodeAttribute(RTA_MARK, number(tuple[MARK]!))],
    encodeAttribute(RTA_UID, number(tuple[USER]!)),
    ...tuple[PROTOCOL] === 0 ? [] : encodePorts(tuple),
  ];
  return concat([header, ...attributes]);
}

function encodePorts(tuple: Int32Array): readonly Uint8Array[] {
  const ports = tuple[PORTS]!;
  const port = (value: number) => Uint8Array.of(value >>> 8 & 0xff, value & 0xff);
  return [
    encodeAttribute(RTA_IP_PROTO, Uint8Array.of(tuple[PROTOCOL]!)),
    // 0 is refused.
    ...ports >>> 16 === 0 ? [] : [encodeAttribute(RTA_SPORT, port(ports >>> 16))],
    ...(ports & 0xffff) === 0 ? [] : [encodeAttribute(RTA_DPORT, port(ports & 0xffff))],
  ];
}

const number = (value: number): Uint8Array => new Uint8Array(Int32Array.of(value).buffer);

/** The address at `place` of a tuple, in network order. */
function addressBytes(tuple: Int32Array, place: number, v4: boolean): Uint8Array {
  return new Uint8Array(tuple.slice(v4 ? place + 3 : place, place + 4).buffer);
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** The payload of a dump of the rules of an address family. */
export function encodeRulesRequest(family: number): Uint8Array {
  const header = new Uint8Array(RTM_HEADER);
  header[0] = family;
  return header;
}

const FRA_FWMARK = 10;
/** Attributes of rules that ask for the protocol or for ports. */
const BY_PORTS = [22, 23, 24];

/** Whether a rule looks at the mark of packets, and whether at their protocol and ports. */
export function readRule(view: DataView, start: number, end: number): { byMark: boolean; byPorts: boolean } {
  const has = (attribute: number) => findAttribute(view, start + RTM_HEADER, end, attribute) >= 0;
  return { byMark: has(FRA_FWMARK), byPorts: BY_PORTS.some(has) };
}
