/**
 * Fields for the translation of addresses (NAT) of a connection, as the kernel tracks it. See `net/netfilter/nf_conntrack_netlink.c`.
 */
import type { Lookup } from "./lookup.ts";
import { defineKey, defineWord, type FieldNote, type Key, type ValueType, type Word } from "../record/key.ts";
import { dstKey, srcKey } from "../families/sock_diag.ts";

const privilege = "CAP_NET_ADMIN";
const nat: Key = defineKey(null, "nat", {
  type: "object",
  meaning:
    "Translation of addresses and ports of the connection (NAT) in this network namespace, or in another that is listed; only with --nat.",
  source: "IPCTNL_MSG_CT_GET",
  privilege,
});

const field = (
  parent: Key,
  name: string,
  type: ValueType,
  source: string,
  meaning: string,
  more: Partial<FieldNote> = {},
): Key => defineKey(parent, name, { type, meaning, source, privilege, ...more });

/** Fields for one direction of a connection. */
export interface TupleKeys {
  readonly object: Key;
  readonly src: Key;
  readonly srcPort: Key;
  readonly dst: Key;
  readonly dstPort: Key;
}

function defineTuple(name: string, source: string, meaning: string): TupleKeys {
  const object = field(nat, name, "object", source, meaning);
  const port = { range: [0, 65535] as const };
  return {
    object,
    src: field(object, "src", "address", "CTA_IP_V4_SRC, CTA_IP_V6_SRC", "Their source address."),
    srcPort: field(object, "src_port", "integer", "CTA_PROTO_SRC_PORT", "Their source port.", port),
    dst: field(object, "dst", "address", "CTA_IP_V4_DST, CTA_IP_V6_DST", "Their destination address."),
    dstPort: field(object, "dst_port", "integer", "CTA_PROTO_DST_PORT", "Their destination port.", port),
  };
}

const DIRECTIONS = ["original", "reply"] as const;
/** The words for the directions. */
export const directionWords: readonly Word[] = DIRECTIONS.map(defineWord);

/** Fields of a translation, in output order. */
export const natKeys = {
  object: nat,
  direction: field(
    nat,
    "direction",
    "name",
    "IPCTNL_MSG_CT_GET",
    "Which of the two directions the packets are that this socket sends: that of the end that connected (original), or the other.",
    { words: DIRECTIONS },
  ),
  original: defineTuple(
    "original",
    "CTA_TUPLE_ORIG",
    "Packets of the end that connected, as they are before the translation.",
  ),
  reply: defineTuple("reply", "CTA_TUPLE_REPLY", "Packets of the other end, as they are before the translation."),
  netns: field(
    nat,
    "netns_inode",
    "integer",
    "IPCTNL_MSG_CT_GET",
    "Inode of the network namespace that translates, if it is not that of the socket.",
    { range: [0, 0xffff_ffff] },
  ),
  mark: field(nat, "mark", "integer", "CTA_MARK", "Mark of the connection.", { range: [0, 0xffff_ffff] }),
  zone: field(nat, "zone", "integer", "CTA_ZONE", "Zone of the connection, if not 0.", { range: [0, 65535] }),
  timeout: field(nat, "timeout", "integer", "CTA_TIMEOUT", "Time until the kernel forgets it.", { unit: "s" }),
} as const;

const STATUS = ["translated", "none", "ambiguous", "unconnected", "denied", "failed"] as const;
/** Why there is no translation. */
export const natStatus: Key = defineKey(null, "nat_status", {
  type: "name",
  meaning:
    "Whether a translation is known; only with --nat. translated: it is. none: when the listing began, the namespaces that are listed translated nothing for this connection. ambiguous: several translations fit. unconnected: the socket has no remote end. denied: connections are tracked and may not be read. failed: they could not be read, or only /proc/net has the socket.",
  source: "IPCTNL_MSG_CT_GET",
  words: STATUS,
});
/** The words for it. */
export const natWords = Object.fromEntries(STATUS.map((word) => [word, defineWord(word)])) as Readonly<
  Record<typeof STATUS[number], Word>
>;

const tupleKeys = ({ object, src, srcPort, dst, dstPort }: TupleKeys) => [object, src, srcPort, dst, dstPort];

/** Protocols that are translated, and their numbers; subflows of MPTCP are TCP. */
export const translatedProtocols: Readonly<Record<string, number>> = {
  TCP: 6,
  MPTCP: 6,
  UDP: 17,
  DCCP: 33,
  SCTP: 132,
  UDPLITE: 136,
};

/** Translation of the connection. */
export const translations: Lookup<"nat"> = {
  name: "nat",
  notRecorded: "a recording does not have translations of addresses: no nat",
  from: [srcKey, dstKey],
  keys: [
    natStatus,
    nat,
    natKeys.direction,
    ...tupleKeys(natKeys.original),
    ...tupleKeys(natKeys.reply),
    natKeys.netns,
    natKeys.mark,
    natKeys.zone,
    natKeys.timeout,
  ],
  isFor: ({ name }) => Object.hasOwn(translatedProtocols, name),
};
