/**
 * Sockets with options of distinctive values, and the fields that show them.
 */
import { AF_NETLINK, AF_UNIX } from "../../decode/kernel/address_family.ts";
import { SOCK_RAW, SOCK_STREAM } from "../../decode/kernel/socket_types.ts";
import { CallError, openSocket, openTcp, type Socket } from "./sockets.ts";
import { AF_INET, AF_INET6, netlinkAddress, SOCK_DGRAM, unixAddress } from "./sockets.ts";
import { openPacket } from "./packet_sockets.ts";

/** Level, number, what is set, the field, and what it shows then. */
type Setting = readonly [
  level: number,
  option: number,
  value: number | readonly number[],
  field: string,
  shown: unknown,
];

const SOL_SOCKET = 1;
const TCP = 6;
const IP = 0;
const IPV6 = 41;
const UDP = 17;
const PACKET = 263;
const NETLINK = 270;

const bytesOf = (words: readonly (number | bigint)[]) => [
  ...new Uint8Array(BigInt64Array.from(words.map(BigInt)).buffer),
];
const ints = (...words: number[]) => [...new Uint8Array(Int32Array.from(words).buffer)];
const text = (value: string) => [...new TextEncoder().encode(value)];

const general: readonly Setting[] = [
  [SOL_SOCKET, 12, 5, "priority", 5],
  [SOL_SOCKET, 36, 0x1234abcd, "mark", 0x1234abcd],
  [SOL_SOCKET, 7, 50000, "sndbuf", 100000],
  [SOL_SOCKET, 8, 60000, "rcvbuf", 120000],
  [SOL_SOCKET, 13, ints(1, 0), "linger", { on: true, time: 0 }],
  [SOL_SOCKET, 20, bytesOf([1, 500_000]), "rcvtimeo", 1500],
  [SOL_SOCKET, 21, bytesOf([2, 252_000]), "sndtimeo", 2252],
  [SOL_SOCKET, 29, 1, "timestamp", true],
  [SOL_SOCKET, 45, 1, "select_err_queue", true],
  [SOL_SOCKET, 44, 1, "lock_filter", true],
];

const connection: readonly Setting[] = [
  // This sets the priority too.
  [IP, 1, 0x10, "tos", 0x10],
  ...general,
  [SOL_SOCKET, 2, 1, "reuseaddr", 1],
  [SOL_SOCKET, 9, 1, "keepalive", true],
  [SOL_SOCKET, 10, 1, "oobinline", true],
  [SOL_SOCKET, 15, 1, "reuseport", true],
  [SOL_SOCKET, 18, 777, "rcvlowat", 777],
  [SOL_SOCKET, 25, text("lo\0"), "bindtodevice", "lo"],
  [SOL_SOCKET, 46, 55, "busy_poll", 55],
  [SOL_SOCKET, 47, bytesOf([123_456_789_012]), "max_pacing_rate", 123_456_789_012],
  [SOL_SOCKET, 60, 1, "zerocopy", true],
  [SOL_SOCKET, 61, ints(1, 2), "txtime", { clockid: 1, flags: ["report_errors"] }],
  [TCP, 1, 1, "nodelay", true],
  [TCP, 3, 1, "cork", true],
  [TCP, 4, 77, "keepidle", 77],
  [TCP, 5, 13, "keepintvl", 13],
  [TCP, 6, 5, "keepcnt", 5],
  [TCP, 7, 4, "syncnt", 4],
  [TCP, 8, 33, "linger2", 33],
  [TCP, 13, text("reno\0"), "congestion", "reno"],
  [TCP, 16, 1, "thin_lto", true],
  [TCP, 18, 12345, "user_timeout", 12345],
  [TCP, 25, 4444, "notsent_lowat", 4444],
  [TCP, 36, 1, "inq", true],
  [TCP, 44, 5000, "rto_max_ms", 5000],
  // The kernel counts in ticks.
  [TCP, 45, 120_000, "rto_min_us", 120_000],
  [TCP, 46, 40_000, "delack_max_us", 40_000],
  [IP, 2, 33, "ttl", 33],
  [IP, 8, 1, "pktinfo", true],
  [IP, 10, 3, "mtu_discover", "probe"],
  [IP, 12, 1, "recvttl", true],
  [IP, 15, 1, "freebind", true],
  [IP, 19, 1, "transparent", true],
  [IP, 21, 12, "minttl", 12],
  [IP, 24, 1, "bind_address_no_port", true],
  [IP, 51, ints(50000 << 16 | 40000), "local_port_range", { low: 40000, high: 50000 }],
];

const listener: readonly Setting[] = [
  [TCP, 2, 1234, "maxseg", 1234],
  [TCP, 9, 7, "defer_accept", 7],
  [TCP, 23, 6, "fastopen", 6],
  [TCP, 27, 2, "save_syn", 2],
];

const datagrams: readonly Setting[] = [
  [SOL_SOCKET, 6, 1, "broadcast", true],
  [SOL_SOCKET, 11, 1, "no_check", true],
  [SOL_SOCKET, 40, 1, "rxq_ovfl", true],
  [SOL_SOCKET, 75, 1, "rcvmark", true],
  [UDP, 103, 1400, "segment", 1400],
  [UDP, 104, 1, "gro", true],
  [IP, 23, 1, "checksum", true],
  [IP, 32, [127, 0, 0, 1], "multicast_if_addr", "127.0.0.1"],
  [IP, 33, 7, "multicast_ttl", 7],
  [IP, 34, 0, "multicast_loop", false],
  [IP, 49, 0, "multicast_all", false],
  [IP, 50, [0, 0, 0, 1], "unicast_if", 1],
];

const datagrams6: readonly Setting[] = [
  [IPV6, 16, 44, "unicast_hops", 44],
  [IPV6, 17, 1, "multicast_if", 1],
  [IPV6, 18, 9, "multicast_hops", 9],
  [IPV6, 26, 1, "v6only", true],
  [IPV6, 62, 1, "dontfrag", true],
  [IPV6, 66, 1, "recvtclass", true],
  [IPV6, 67, 0x20, "tclass", 0x20],
  [IPV6, 72, 2, "addr_preferences", ["public", "home"]],
  [IPV6, 73, 6, "minhopcount", 6],
  [UDP, 101, 1, "no_check6_tx", true],
];

const packets: readonly Setting[] = [
  [PACKET, 8, 1, "auxdata", true],
  [PACKET, 10, 2, "version", "tpacket_v3"],
  [PACKET, 12, 128, "reserve", 128],
  [PACKET, 14, 1, "loss", true],
  [PACKET, 20, 1, "qdisc_bypass", true],
  [PACKET, 23, 1, "ignore_outgoing", true],
];

const messages: readonly Setting[] = [
  [NETLINK, 1, 9, "memberships", [9]],
  [NETLINK, 5, 1, "no_enobufs", true],
  [NETLINK, 10, 1, "cap_ack", true],
  [NETLINK, 12, 1, "strict_chk", true],
];

const unix: readonly Setting[] = [
  [SOL_SOCKET, 16, 1, "passcred", true],
  [SOL_SOCKET, 42, 11, "peek_off", 11],
];

const ENOPROTOOPT = 92;
const EINVAL = 22;

/** A socket with settings, and the fields that it should have: those that this kernel knows. */
export interface SetSocket {
  readonly socket: Socket;
  readonly shown: Readonly<Record<string, unknown>>;
}

function set(socket: Socket, settings: readonly Setting[]): SetSocket {
  const shown: Record<string, unknown> = {};
  for (const [level, option, value, field, expected] of settings) {
    try {
      if (typeof value === "number") socket.setInteger(level, option, value);
      else socket.setBytes(level, option, Uint8Array.from(value));
      shown[field] = expected;
    } catch (error) {
      const unknown = error instanceof CallError && (error.errno === ENOPROTOOPT || error.errno === EINVAL);
      if (!unknown) throw error;
    }
  }
  return { socket, shown };
}

/** Sockets of the calling process with 60 and more options of distinctive values. */
export function openSetSockets(): readonly SetSocket[] {
  const server = openTcp(AF_INET).bind("127.0.0.1").listen(3);
  const client = openTcp(AF_INET);
  const set1 = set(client, connection.filter(([level, option]) => !(level === IP && option === 51)));
  const raw = openSocket(AF_INET, SOCK_RAW, 1);
  const bound = openTcp(AF_INET);
  const ranged = set(bound, connection.filter(([level, option]) => level === IP && option === 51));
  const named = openSocket(AF_UNIX, SOCK_STREAM).bindTo(unixAddress("\0options"));
  return [
    set(server, listener),
    { ...set1, socket: client.connect("127.0.0.1", server.localPort) },
    { ...ranged, socket: bound.bind("127.0.0.1").listen(1) },
    set(openSocket(AF_INET, SOCK_DGRAM).bind("127.0.0.1"), [...general.slice(0, 4), ...datagrams]),
    set(openSocket(AF_INET6, SOCK_DGRAM).bind("::1"), datagrams6),
    set(raw, [[255, 1, 5, "icmp_filter", 5], [IP, 3, 1, "hdrincl", true]]),
    set(openPacket(SOCK_RAW, 0), packets),
    set(openSocket(AF_NETLINK, SOCK_RAW).bindTo(netlinkAddress(0)), messages),
    set(named.listen(1), unix),
  ];
}
