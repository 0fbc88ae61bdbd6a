/**
 * Fields for the route to the destination of a socket, and for what TCP remembers of that destination. See `net/ipv4/route.c`
 * and `net/ipv4/tcp_metrics.c`.
 */
import type { Lookup } from "./lookup.ts";
import { defineKey, defineWord, type FieldNote, type Key, type ValueType, type Word } from "../record/key.ts";
import { dstKey, ifaceIdxKey, srcKey, uidKey } from "../families/sock_diag.ts";
import { routingKeys } from "../families/inet/inet_diag.ts";

const route: Key = defineKey(null, "route", {
  type: "object",
  meaning: "The route that the kernel would choose now for packets of this socket; only with --route.",
  source: "RTM_GETROUTE",
});

const field = (name: string, type: ValueType, source: string, meaning: string, more: Partial<FieldNote> = {}): Key =>
  defineKey(route, name, { type, meaning, source, ...more });

const TYPES = [
  "unicast",
  "local",
  "broadcast",
  "anycast",
  "multicast",
  "blackhole",
  "unreachable",
  "prohibit",
] as const;
/** Words for `rtm_type`, by number. */
export const routeTypes: readonly (Word | undefined)[] = [undefined, ...TYPES.map(defineWord)];

/** Fields of the route, in output order. */
export const routeKeys = {
  object: route,
  type: field(
    "type",
    "name",
    "rtmsg.rtm_type",
    "What becomes of the packets: unicast ones go on to one destination, local ones stay on this machine.",
    {
      words: TYPES,
    },
  ),
  iface: field("iface", "text", "RTA_OIF", "Name of the interface that they leave by.", {
    rule: { longest: 15, named: "interface" },
  }),
  ifaceIdx: field("iface_idx", "integer", "RTA_OIF", "Index of that interface."),
  gateway: field(
    "gateway",
    "address",
    "RTA_GATEWAY, RTA_VIA",
    "The next router; left out if the destination is on the link.",
  ),
  src: field(
    "src",
    "address",
    "RTA_PREFSRC",
    "Source address of the route, if it is not the local address of the socket.",
  ),
  table: field("table", "integer", "RTA_TABLE", "Number of the routing table: 254 is main, 255 local.", {
    range: [0, 0xffff_ffff],
  }),
  expires: field(
    "expires",
    "integer",
    "rta_cacheinfo.rta_expires",
    "Time until a learned path MTU is forgotten, or an IPv6 route.",
    {
      unit: "ms",
    },
  ),
  congestion: field(
    "congestion",
    "text",
    "RTAX_CC_ALGO",
    "Congestion control for connections over the route, if it names one.",
  ),
} as const;

/** Numbers that a route can have: RTAX_ number, name, unit, meaning. */
const METRICS: readonly (readonly [number, string, string, string])[] = [
  [
    2,
    "mtu",
    "bytes",
    "Largest packet: of the route, or learned from routers (path MTU discovery). Else that of the interface counts.",
  ],
  [3, "window", "bytes", "Largest window to advertise."],
  [6, "ssthresh", "packets", "Slow start threshold to begin with."],
  [7, "cwnd", "packets", "Largest congestion window, if it is locked."],
  [8, "advmss", "bytes", "Segment size to advertise."],
  [9, "reordering", "packets", "Reordering to begin with."],
  [10, "hoplimit", "", "Hop limit of packets."],
  [11, "initcwnd", "packets", "Congestion window to begin with."],
  [13, "rto_min", "ms", "Least retransmission timeout."],
  [14, "initrwnd", "packets", "Receive window to begin with."],
  [15, "quickack", "", "Whether acknowledgements are sent at once."],
];

/** The metrics of a route by their RTAX_ number. */
export const routeMetrics: readonly { readonly number: number; readonly key: Key }[] = METRICS.map(
  ([number, name, unit, meaning]) => ({
    number,
    key: field(name, "integer", `RTAX_${name.toUpperCase()}`, `${meaning} Only if the route says so.`, { unit }),
  }),
);

const STATUS = [
  "resolved",
  "foreign",
  "unreachable",
  "prohibited",
  "discarded",
  "unconnected",
  "denied",
  "failed",
] as const;
/** Why there is no route. */
export const routeStatus: Key = defineKey(null, "route_status", {
  type: "name",
  meaning:
    "Whether the route is known; only with --route. resolved: it is. foreign: it is, but the local address is not of this machine (any more), and the route is that without it. unreachable: there is none. prohibited, discarded: a rule or route forbids the packets, or drops them (blackhole). unconnected: the socket has no destination. denied: routing depends on the mark, which the kernel does not tell without CAP_NET_ADMIN. failed: the kernel could not be asked, or only /proc/net has the socket.",
  source: "RTM_GETROUTE",
  words: STATUS,
});
/** The words for it. */
export const routeWords = Object.fromEntries(STATUS.map((word) => [word, defineWord(word)])) as Readonly<
  Record<typeof STATUS[number], Word>
>;

const metrics: Key = defineKey(null, "tcp_metrics", {
  type: "object",
  meaning:
    "What TCP remembers of earlier connections between the two addresses, and begins new ones with; only with --route. Left out if it remembers nothing.",
  since: "3.7",
  source: "TCP_METRICS_CMD_GET",
});
const remembered = (name: string, type: ValueType, unit: string, source: string, meaning: string): Key =>
  defineKey(metrics, name, { type, unit, meaning, source, since: "3.7" });

/** Fields of the cached metrics, in output order. */
export const cachedKeys = {
  object: metrics,
  age: remembered("age", "integer", "ms", "TCP_METRICS_ATTR_AGE", "Time since it was last updated."),
  rtt: remembered("rtt", "decimal", "ms", "TCP_METRIC_RTT_US", "Smoothed round-trip time."),
  rttvar: remembered("rttvar", "decimal", "ms", "TCP_METRIC_RTTVAR_US", "Its variation."),
  ssthresh: remembered("ssthresh", "integer", "packets", "TCP_METRIC_SSTHRESH", "Slow start threshold."),
  cwnd: remembered("cwnd", "integer", "packets", "TCP_METRIC_CWND", "Congestion window."),
  reordering: remembered("reordering", "integer", "packets", "TCP_METRIC_REORDERING", "Reordering."),
  fastopenMss: remembered(
    "fastopen_mss",
    "integer",
    "bytes",
    "TCP_METRICS_ATTR_FOPEN_MSS",
    "Segment size for TCP Fast Open.",
  ),
  fastopenDrops: remembered(
    "fastopen_syn_drops",
    "integer",
    "",
    "TCP_METRICS_ATTR_FOPEN_SYN_DROPS",
    "How often a SYN with data got no answer.",
  ),
} as const;

/** Route and cached metrics of the destination. */
export const routes: Lookup<"route"> = {
  name: "route",
  notRecorded: "a recording has no routes: no route",
  from: [srcKey, dstKey, ifaceIdxKey, uidKey, ...routingKeys],
  keys: [
    routeStatus,
    routeKeys.object,
    routeKeys.type,
    routeKeys.iface,
    routeKeys.ifaceIdx,
    routeKeys.gateway,
    routeKeys.src,
    routeKeys.table,
    ...routeMetrics.map(({ key }) => key),
    routeKeys.congestion,
    routeKeys.expires,
    ...Object.values(cachedKeys),
  ],
  isFor: ({ domain }) => domain === "inet",
};
