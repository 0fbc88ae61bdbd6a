/**
 * The options of sockets that may be read, one row each, by level: `asm-generic/socket.h` and the headers of the protocols.
 *
 * Options are not here whose reading changes the socket (it clears an error, resets counters, frees a saved SYN, moves an
 * association), hands out keys or sequence numbers, or tells nothing of the socket. They are never read.
 */
import { boolean, enumeration, flags, row } from "../../record/layout.ts";
import { addressFamilyWords } from "../../kernel/address_family.ts";
import { socketTypeWords } from "../../kernel/socket_types.ts";
import { skMeminfoRows } from "../../families/sock_diag.ts";
import {
  bitNumbers,
  bits,
  bool,
  bytesOf,
  flowLabel,
  id64,
  int,
  intOf,
  ipv4,
  type Kind,
  listOf,
  memberOf,
  networkIndex,
  sockaddr,
  struct,
  textOf,
  timeval,
  u16,
  u64Of,
  u8,
  uint,
  uintOf,
  wordOf,
} from "./option_kinds.ts";

/** A kind of socket that has an option; see `socket_tags.ts`. */
export type Tag =
  | "all"
  | "inet"
  | "ipv4"
  | "ipv6"
  | "dgram"
  | "dgram4"
  | "raw"
  | "raw6"
  | "tcp"
  | "mptcp"
  | "listen"
  | "udp"
  | "udp4"
  | "udp6"
  | "udplite"
  | "icmp"
  | "icmpv6"
  | "sctp"
  | "unix"
  | "netlink"
  | "packet"
  | "vsock"
  | "xdp"
  | "tipc"
  | "smc"
  | "can_raw"
  | "can_isotp"
  | "can_j1939"
  | "kcm"
  | "rds"
  | "l2cap"
  | "bluetooth"
  | "llc";

/** Whether an option is shown by `--sockopts` (A), or only by `--sockopts=all` (B). */
export type Tier = "A" | "B";

/** Number, name in the header, field, how it is stored, sockets that have it, tier, first kernel release, meaning. */
type OptionRow = readonly [number, string, string, Kind, readonly Tag[], Tier, string, string];

const all: readonly Tag[] = ["all"];
const inet: readonly Tag[] = ["inet"];
const tcp: readonly Tag[] = ["tcp"];
const tcps: readonly Tag[] = ["tcp", "mptcp"];
const ipv4s: readonly Tag[] = ["ipv4"];
const ipv6s: readonly Tag[] = ["ipv6"];
const packet: readonly Tag[] = ["packet"];
const netlink: readonly Tag[] = ["netlink"];
const sctp: readonly Tag[] = ["sctp"];
const tipc: readonly Tag[] = ["tipc"];
const canRaw: readonly Tag[] = ["can_raw"];

const noWords = (count: number): readonly undefined[] => new Array(count).fill(undefined);
const seconds = intOf("s");
const bytes = intOf("bytes");
const microseconds = intOf("us");

/** SOF_TIMESTAMPING_* of `linux/net_tstamp.h`. */
const timestampingWords =
  "tx_hardware tx_software rx_hardware rx_software software sys_hardware raw_hardware opt_id tx_sched tx_ack opt_cmsg opt_tsonly opt_stats opt_pktinfo opt_tx_swhw bind_phc opt_id_tcp opt_rx_filter tx_completion"
    .split(" ");
const timestamping = struct("linux/net_tstamp.h", [
  row("u32", "flags", "flags", "", "What gets a time, and how it is reported (SOF_TIMESTAMPING_*).", {
    show: flags(timestampingWords),
  }),
  row("s32", "bind_phc", "bind_phc", "", "Number of the clock that times are taken from.", { since: "5.14" }),
], true);
const linger = struct("asm-generic/socket.h", [
  row("s32", "l_onoff", "on", "", "Whether close() treats unsent data in this way.", { show: boolean }),
  row("s32", "l_linger", "time", "s", "How long close() waits for unsent data; 0: it ends the connection with RST."),
]);
const txtime = struct("linux/net_tstamp.h", [
  row("s32", "clockid", "clockid", "", "Number of the clock, as in clock_gettime(2)."),
  row("u32", "flags", "flags", "", "How times are used.", { show: flags(["deadline_mode", "report_errors"]) }),
]);
/** The number of instructions, or the mark of a program that is not classic BPF. */
const filter = memberOf("linux/filter.h", [row("s32", "len", "len", "instructions", "")]);
const tcpAo = struct("linux/tcp.h", [
  row("u32", "set_current", "", "", "", { bits: [0, 1] }),
  row("u32", "ao_required", "ao_required", "", "Whether segments without a signature are dropped.", {
    bits: [2, 1],
    show: boolean,
  }),
  row("u32", "accept_icmps", "accept_icmps", "", "Whether ICMP errors are accepted.", { bits: [4, 1], show: boolean }),
  row("u16", "reserved2", "", "", ""),
  row("u8", "current_key", "current_key", "", "Id of the key that signs sent segments."),
  row("u8", "rnext", "rnext", "", "Id of the key that the peer should use."),
  row("u64", "pkt_good", "pkt_good", "segments", "Segments with a valid signature."),
  row("u64", "pkt_bad", "pkt_bad", "segments", "Segments with a wrong signature."),
  row("u64", "pkt_key_not_found", "pkt_key_not_found", "segments", "Segments signed with an unknown key."),
  row("u64", "pkt_ao_required", "pkt_ao_required", "segments", "Segments without a signature."),
  row("u64", "pkt_dropped_icmp", "pkt_dropped_icmp", "packets", "ICMP errors that were dropped."),
], true);
const portRange = struct("linux/in.h", [
  row("u16", "low", "low", "", "Lowest port; 0: that of the namespace."),
  row("u16", "high", "high", "", "Highest port; 0: that of the namespace."),
]);
const mtuDiscover = wordOf(["dont", "want", "do", "probe", "interface", "omit"]);
const fanoutTypes = ["hash", "lb", "cpu", "rollover", "rnd", "qm", "cbpf", "ebpf"];
const fanout = struct("linux/if_packet.h", [
  row("u16", "id", "id", "", "Number of the group; 0 without a group."),
  row("u8", "type", "type", "", "How the group selects the socket for a packet.", { show: enumeration(fanoutTypes) }),
  row("u8", "flags", "flags", "", "Flags of the group.", {
    show: flags([...noWords(4), "rollover", "uniqueid", "ignore_outgoing", "defrag"]),
  }),
]);
const rollover = struct("linux/if_packet.h", [
  row("u64", "tp_all", "all", "packets", "Packets that were passed on to another socket of the group."),
  row("u64", "tp_huge", "huge", "packets", "The same of large flows."),
  row("u64", "tp_failed", "failed", "packets", "Packets that no socket of the group had room for."),
]);
const xdpStats = struct("linux/if_xdp.h", [
  row("u64", "rx_dropped", "rx_dropped", "packets", "Packets dropped for other reasons than these."),
  row("u64", "rx_invalid_descs", "rx_invalid_descs", "descriptors", "Invalid descriptors of the fill ring."),
  row("u64", "tx_invalid_descs", "tx_invalid_descs", "descriptors", "Invalid descriptors of the send ring."),
  row("u64", "rx_ring_full", "rx_ring_full", "packets", "Packets dropped because the receive ring was full."),
  row("u64", "rx_fill_ring_empty_descs", "rx_fill_ring_empty_descs", "", "Times that the fill ring was empty."),
  row("u64", "tx_ring_empty_descs", "tx_ring_empty_descs", "", "Times that the send ring was empty."),
], true);
const tlsCiphers = [
  ...["aes-gcm-128", "aes-gcm-256", "aes-ccm-128", "chacha20-poly1305"],
  ...["sm4-gcm", "sm4-ccm", "aria-gcm-128", "aria-gcm-256"],
];
/** `struct tls_crypto_info`. It must never be longer: behind it the kernel returns the keys. */
const tls = struct("linux/tls.h", [
  row("u16", "version", "version", "", "Version of TLS.", { show: enumeration(["1.2", "1.3"], 0x303) }),
  row("u16", "cipher_type", "cipher", "", "Cipher.", { show: enumeration(tlsCiphers, 51) }),
]);
/** Members of SCTP's structures: the association that is asked for comes first. */
const association = row("u32", "assoc_id", "", "", "");
const sctpValue = memberOf("linux/sctp.h", [association, row("u32", "assoc_value", "value", "", "")]);
const rtoinfo = struct("linux/sctp.h", [
  association,
  row("u32", "srto_initial", "initial", "ms", "First retransmission timeout."),
  row("u32", "srto_max", "max", "ms", "Longest retransmission timeout."),
  row("u32", "srto_min", "min", "ms", "Shortest retransmission timeout."),
]);
const associnfo = struct("linux/sctp.h", [
  association,
  row("u16", "sasoc_asocmaxrxt", "asocmaxrxt", "", "Retransmissions after which the association fails."),
  row("u16", "sasoc_number_peer_destinations", "peer_destinations", "", "Addresses of the peer."),
  row("u32", "sasoc_peer_rwnd", "peer_rwnd", "bytes", "Window of the peer."),
  row("u32", "sasoc_local_rwnd", "local_rwnd", "bytes", "Window that is advertised."),
  row("u32", "sasoc_cookie_life", "cookie_life", "ms", "Life of cookies."),
]);
const initmsg = struct("linux/sctp.h", [
  row("u16", "sinit_num_ostreams", "num_ostreams", "streams", "Outgoing streams to ask for."),
  row("u16", "sinit_max_instreams", "max_instreams", "streams", "Incoming streams to allow."),
  row("u16", "sinit_max_attempts", "max_attempts", "", "Attempts to connect."),
  row("u16", "sinit_max_init_timeo", "max_init_timeo", "ms", "Longest timeout of an attempt."),
]);
const delayedSack = struct("linux/sctp.h", [
  association,
  row("u32", "sack_delay", "delay", "ms", "Delay of acknowledgements."),
  row("u32", "sack_freq", "freq", "packets", "Packets after which an acknowledgement is sent at once."),
]);
const btSecurity = struct("bluetooth", [
  row("u8", "level", "level", "", "Level of security.", {
    show: enumeration(["sdp", "low", "medium", "high", "fips"]),
  }),
  row("u8", "key_size", "key_size", "bytes", "Size of the key."),
]);
const l2cap = struct("bluetooth", [
  row("u16", "omtu", "omtu", "bytes", "Largest outgoing packet."),
  row("u16", "imtu", "imtu", "bytes", "Largest incoming packet."),
  row("u16", "flush_to", "flush_to", "ms", "Time after which packets are given up."),
  row("u8", "mode", "mode", "", "Mode."),
  row("u8", "fcs", "fcs", "", "Checksum."),
  row("u8", "max_tx", "max_tx", "", "Most transmissions of a packet."),
  row("u16", "txwin_size", "txwin_size", "packets", "Window."),
]);
const isotp = struct("linux/can/isotp.h", [
  row("u32", "flags", "flags", "", "CAN_ISOTP_*."),
  row("u32", "frame_txtime", "frame_txtime", "ns", "Time of sending a frame."),
  row("u8", "ext_address", "ext_address", "", "Extended address."),
  row("u8", "txpad_content", "txpad_content", "", "Padding of sent frames."),
  row("u8", "rxpad_content", "rxpad_content", "", "Padding of received frames."),
  row("u8", "rx_ext_address", "rx_ext_address", "", "Extended address of received frames."),
]);

const SOL_SOCKET: readonly OptionRow[] = [
  [1, "SO_DEBUG", "debug", bool, all, "B", "", "Whether debugging was asked for."],
  [2, "SO_REUSEADDR", "reuseaddr", int, all, "A", "", "1: the address may be reused at once; 2: in any state."],
  [3, "SO_TYPE", "type", wordOf(socketTypeWords), all, "A", "", "Type of the socket."],
  [5, "SO_DONTROUTE", "dontroute", bool, inet, "B", "", "Whether only hosts on the same link are reached."],
  [6, "SO_BROADCAST", "broadcast", bool, inet, "A", "", "Whether it may send to broadcast addresses."],
  [7, "SO_SNDBUF", "sndbuf", bytes, all, "A", "", "Limit of the send buffer: twice what was set."],
  [8, "SO_RCVBUF", "rcvbuf", bytes, all, "A", "", "Limit of the receive buffer: twice what was set."],
  [
    ...[9, "SO_KEEPALIVE", "keepalive", bool, ["tcp", "mptcp", "sctp", "smc", "rds"], "A", ""] as const,
    "Whether idle connections are probed.",
  ],
  [10, "SO_OOBINLINE", "oobinline", bool, ["tcp", "unix"], "B", "", "Whether urgent data stays in the stream."],
  [11, "SO_NO_CHECK", "no_check", bool, ["udp"], "B", "", "Whether UDP is sent without a checksum."],
  [12, "SO_PRIORITY", "priority", int, all, "A", "", "Priority of packets for queueing."],
  [13, "SO_LINGER", "linger", linger, all, "A", "", "What close() does with unsent data."],
  [15, "SO_REUSEPORT", "reuseport", bool, inet, "A", "3.9", "Whether several sockets share the port."],
  [16, "SO_PASSCRED", "passcred", bool, ["unix", "netlink"], "B", "", "Whether it receives credentials of senders."],
  [18, "SO_RCVLOWAT", "rcvlowat", bytes, all, "A", "", "Data that must be there before a reader is woken."],
  [20, "SO_RCVTIMEO_OLD", "rcvtimeo", timeval, all, "A", "", "When receiving and accepting give up; 0: never."],
  [21, "SO_SNDTIMEO_OLD", "sndtimeo", timeval, all, "A", "", "When sending and connecting give up; 0: never."],
  [25, "SO_BINDTODEVICE", "bindtodevice", textOf(16, "interface"), inet, "A", "3.8", "Interface that it is bound to."],
  [
    ...[26, "SO_GET_FILTER", "filter", filter, all, "B", "3.8"] as const,
    "Length of its classic BPF program; 0 without one, -1 for an eBPF program.",
  ],
  [29, "SO_TIMESTAMP_OLD", "timestamp", bool, all, "B", "", "Whether packets come with a time in microseconds."],
  [30, "SO_ACCEPTCONN", "acceptconn", bool, all, "A", "", "Whether it listens."],
  [31, "SO_PEERSEC", "peersec", textOf(256), ["unix", "tcp"], "B", "2.6.2", "Security label of the peer."],
  [34, "SO_PASSSEC", "passsec", bool, ["unix", "netlink"], "B", "2.6.18", "Whether it receives security labels."],
  [
    35,
    "SO_TIMESTAMPNS_OLD",
    "timestampns",
    bool,
    all,
    "B",
    "2.6.22",
    "Whether packets come with a time in nanoseconds.",
  ],
  [36, "SO_MARK", "mark", uint, all, "A", "2.6.25", "Mark of its packets for routing and firewall."],
  [37, "SO_TIMESTAMPING_OLD", "timestamping", timestamping, all, "B", "2.6.30", "Times that packets come with."],
  [38, "SO_PROTOCOL", "protocol", int, all, "A", "2.6.32", "Number of the protocol."],
  [39, "SO_DOMAIN", "domain", wordOf(addressFamilyWords), all, "A", "2.6.32", "Address family."],
  [40, "SO_RXQ_OVFL", "rxq_ovfl", bool, ["dgram"], "B", "2.6.33", "Whether packets come with the number of drops."],
  [41, "SO_WIFI_STATUS", "wifi_status", bool, packet, "B", "3.3", "Whether Wi-Fi reports acknowledgements."],
  [42, "SO_PEEK_OFF", "peek_off", int, ["unix", "udp", "tcp"], "B", "3.4", "Offset of the next MSG_PEEK; -1: off."],
  [43, "SO_NOFCS", "nofcs", bool, packet, "B", "3.4", "Whether the program supplies the checksum of frames."],
  [44, "SO_LOCK_FILTER", "lock_filter", bool, all, "B", "3.9", "Whether its filter cannot be changed."],
  [
    45,
    "SO_SELECT_ERR_QUEUE",
    "select_err_queue",
    bool,
    all,
    "B",
    "3.10",
    "Whether queued errors wake poll() with POLLPRI.",
  ],
  [46, "SO_BUSY_POLL", "busy_poll", microseconds, ["inet", "xdp"], "A", "3.11", "Time of busy polling for packets."],
  [
    ...[47, "SO_MAX_PACING_RATE", "max_pacing_rate", u64Of("bytes/s"), inet, "A", "5.0"] as const,
    "Limit of the pacing rate; 18446744073709551615: none.",
  ],
  [
    49,
    "SO_INCOMING_CPU",
    "incoming_cpu",
    int,
    ["inet", "unix"],
    "A",
    "3.19",
    "CPU that delivered last, or that was set.",
  ],
  [
    ...[55, "SO_MEMINFO", "skmeminfo", struct("linux/sock_diag.h", skMeminfoRows, true), all, "A", "4.12"] as const,
    "Memory of the socket (SK_MEMINFO_*).",
  ],
  [
    ...[56, "SO_INCOMING_NAPI_ID", "incoming_napi_id", uint, inet, "A", "4.12"] as const,
    "Number of the device queue that delivered last; 0: none.",
  ],
  [57, "SO_COOKIE", "cookie", id64, all, "A", "4.12", "The kernel's identifier of the socket."],
  [59, "SO_PEERGROUPS", "peer_groups", listOf(256), ["unix"], "B", "4.13", "Supplementary groups of the peer."],
  [
    ...[
      60,
      "SO_ZEROCOPY",
      "zerocopy",
      bool,
      ["tcp", "udp", "raw", "raw6", "rds", "vsock", "packet"],
      "A",
      "4.14",
    ] as const,
    "Whether data may be sent without copying (MSG_ZEROCOPY).",
  ],
  [61, "SO_TXTIME", "txtime", txtime, all, "B", "4.19", "How packets are sent at given times."],
  [
    62,
    "SO_BINDTOIFINDEX",
    "bindtoifindex",
    int,
    inet,
    "B",
    "5.1",
    "Index of the interface that it is bound to; 0: none.",
  ],
  [63, "SO_TIMESTAMP_NEW", "timestamp_new", bool, all, "B", "5.1", "Like timestamp, with 64-bit times."],
  [64, "SO_TIMESTAMPNS_NEW", "timestampns_new", bool, all, "B", "5.1", "Like timestampns, with 64-bit times."],
  [
    65,
    "SO_TIMESTAMPING_NEW",
    "timestamping_new",
    timestamping,
    all,
    "B",
    "5.1",
    "Like timestamping, with 64-bit times.",
  ],
  [
    69,
    "SO_PREFER_BUSY_POLL",
    "prefer_busy_poll",
    bool,
    ["inet", "xdp"],
    "B",
    "5.11",
    "Whether busy polling goes before interrupts.",
  ],
  [71, "SO_NETNS_COOKIE", "netns_cookie", id64, all, "A", "5.14", "The kernel's identifier of its network namespace."],
  [
    ...[72, "SO_BUF_LOCK", "buf_lock", bits(["sndbuf", "rcvbuf"]), all, "A", "5.14"] as const,
    "Buffers whose size the program has set: the kernel does not tune them.",
  ],
  [73, "SO_RESERVE_MEM", "reserve_mem", bytes, all, "B", "5.16", "Memory that was reserved."],
  [
    74,
    "SO_TXREHASH",
    "txrehash",
    int,
    tcp,
    "B",
    "5.18",
    "Whether a lost path makes it choose another; 255: that of the namespace.",
  ],
  [75, "SO_RCVMARK", "rcvmark", bool, ["dgram"], "B", "5.19", "Whether packets come with their mark."],
  [76, "SO_PASSPIDFD", "passpidfd", bool, ["unix"], "B", "6.5", "Whether it receives pidfds of senders."],
  [82, "SO_RCVPRIORITY", "rcvpriority", bool, ["dgram"], "B", "6.14", "Whether packets come with their priority."],
  [83, "SO_PASSRIGHTS", "passrights", bool, ["unix"], "B", "6.16", "Whether it accepts descriptors."],
];

const IPPROTO_TCP: readonly OptionRow[] = [
  [1, "TCP_NODELAY", "nodelay", bool, tcps, "A", "", "Whether small segments are sent at once (no Nagle)."],
  [
    ...[2, "TCP_MAXSEG", "maxseg", bytes, tcps, "A", ""] as const,
    "Largest segment; of a socket without connection: what was set.",
  ],
  [3, "TCP_CORK", "cork", bool, tcps, "A", "", "Whether partial segments are held back."],
  [4, "TCP_KEEPIDLE", "keepidle", seconds, ["tcp", "mptcp", "smc"], "A", "", "Idle time before the first probe."],
  [5, "TCP_KEEPINTVL", "keepintvl", seconds, tcps, "A", "", "Time between probes."],
  [6, "TCP_KEEPCNT", "keepcnt", int, tcps, "A", "", "Unanswered probes after which the connection ends."],
  [7, "TCP_SYNCNT", "syncnt", int, tcp, "A", "", "Most retransmissions of a SYN."],
  [8, "TCP_LINGER2", "linger2", seconds, tcp, "B", "", "Life of a closed connection that waits for a FIN; -1: none."],
  [9, "TCP_DEFER_ACCEPT", "defer_accept", seconds, ["listen"], "A", "", "How long accept() waits for data."],
  [10, "TCP_WINDOW_CLAMP", "window_clamp", bytes, tcp, "A", "", "Largest window that is advertised."],
  [
    11,
    "TCP_INFO",
    "tcp_info",
    bytesOf(512),
    tcp,
    "B",
    "",
    "The structure tcp_info, byte by byte; the field tcp_info has its members.",
  ],
  [12, "TCP_QUICKACK", "quickack", bool, tcp, "B", "", "Whether acknowledgements are sent at once now."],
  [
    ...[13, "TCP_CONGESTION", "congestion", textOf(16, "congestion control"), tcps, "B", "2.6.13"] as const,
    "Congestion control.",
  ],
  [
    16,
    "TCP_THIN_LINEAR_TIMEOUTS",
    "thin_lto",
    bool,
    tcp,
    "B",
    "2.6.34",
    "Whether thin streams retransmit without backoff.",
  ],
  [
    ...[18, "TCP_USER_TIMEOUT", "user_timeout", intOf("ms"), tcp, "A", "2.6.37"] as const,
    "How long data may be unacknowledged before the connection ends; 0: by retransmissions.",
  ],
  [19, "TCP_REPAIR", "repair", bool, tcp, "B", "3.5", "Whether the connection is being saved or restored."],
  [23, "TCP_FASTOPEN", "fastopen", int, ["listen"], "A", "3.6", "Length of the queue of Fast Open; 0: off."],
  [
    25,
    "TCP_NOTSENT_LOWAT",
    "notsent_lowat",
    uintOf("bytes"),
    tcps,
    "A",
    "3.12",
    "Unsent data up to which it is writable; 0: that of the namespace.",
  ],
  [26, "TCP_CC_INFO", "cc_info", bytesOf(64), tcp, "B", "4.1", "State of the congestion control, byte by byte."],
  [
    27,
    "TCP_SAVE_SYN",
    "save_syn",
    int,
    ["listen"],
    "B",
    "4.2",
    "Whether it keeps SYNs: 1 from the network header on, 2 from the link header on.",
  ],
  [
    30,
    "TCP_FASTOPEN_CONNECT",
    "fastopen_connect",
    bool,
    tcp,
    "A",
    "4.11",
    "Whether connect() waits for data to send with the SYN.",
  ],
  [31, "TCP_ULP", "ulp", textOf(16), tcp, "B", "4.13", "Upper layer protocol."],
  [34, "TCP_FASTOPEN_NO_COOKIE", "fastopen_no_cookie", bool, tcp, "B", "4.15", "Whether Fast Open needs no cookie."],
  [36, "TCP_INQ", "inq", bool, tcps, "B", "4.18", "Whether receiving tells how much more is there."],
  [37, "TCP_TX_DELAY", "tx_delay", uintOf("us"), tcp, "B", "5.3", "Delay that is added to sent packets."],
  [40, "TCP_AO_INFO", "tcp_ao", tcpAo, tcp, "A", "6.7", "Authentication option; keys are never read."],
  [
    43,
    "TCP_IS_MPTCP",
    "is_mptcp",
    bool,
    tcps,
    "A",
    "6.10",
    "Whether it uses MPTCP; false on an MPTCP socket that fell back to TCP.",
  ],
  [44, "TCP_RTO_MAX_MS", "rto_max_ms", intOf("ms"), tcp, "A", "6.15", "Longest retransmission timeout."],
  [45, "TCP_RTO_MIN_US", "rto_min_us", microseconds, tcp, "A", "6.15", "Shortest retransmission timeout."],
  [46, "TCP_DELACK_MAX_US", "delack_max_us", microseconds, tcp, "A", "6.15", "Longest delay of an acknowledgement."],
];

const IPPROTO_IP: readonly OptionRow[] = [
  [1, "IP_TOS", "tos", int, ipv4s, "B", "", "Type of service of sent packets."],
  [2, "IP_TTL", "ttl", int, ipv4s, "A", "", "Time to live of sent packets."],
  [3, "IP_HDRINCL", "hdrincl", bool, ["raw"], "B", "", "Whether the program supplies the IP header."],
  [4, "IP_OPTIONS", "ip_options", bytesOf(40), ipv4s, "B", "", "Options in the IP header of sent packets."],
  [
    5,
    "IP_ROUTER_ALERT",
    "router_alert",
    bool,
    ["raw"],
    "B",
    "",
    "Whether it receives packets with the option Router Alert.",
  ],
  [6, "IP_RECVOPTS", "recvopts", bool, ipv4s, "B", "", "Whether packets come with their IP options."],
  [7, "IP_RETOPTS", "retopts", bool, ipv4s, "B", "", "The same, as they were received."],
  [8, "IP_PKTINFO", "pktinfo", bool, ipv4s, "B", "", "Whether packets come with their destination and interface."],
  [10, "IP_MTU_DISCOVER", "mtu_discover", mtuDiscover, ipv4s, "A", "", "Discovery of the path MTU."],
  [11, "IP_RECVERR", "recverr", bool, ipv4s, "B", "", "Whether errors are queued with details."],
  [12, "IP_RECVTTL", "recvttl", bool, ipv4s, "B", "", "Whether packets come with their TTL."],
  [13, "IP_RECVTOS", "recvtos", bool, ipv4s, "B", "", "Whether packets come with their TOS."],
  [14, "IP_MTU", "mtu", bytes, ipv4s, "A", "", "Known path MTU of a connected socket."],
  [15, "IP_FREEBIND", "freebind", bool, ipv4s, "A", "", "Whether it may be bound to an address that does not exist."],
  [18, "IP_PASSSEC", "passsec", bool, ipv4s, "B", "2.6.17", "Whether packets come with their security label."],
  [19, "IP_TRANSPARENT", "transparent", bool, ipv4s, "A", "2.6.27", "Whether it may use foreign addresses."],
  [
    20,
    "IP_RECVORIGDSTADDR",
    "recvorigdstaddr",
    bool,
    ipv4s,
    "B",
    "2.6.29",
    "Whether packets come with their original destination.",
  ],
  [21, "IP_MINTTL", "minttl", int, ipv4s, "A", "2.6.34", "Lowest TTL of packets that are accepted (GTSM); 0: any."],
  [
    22,
    "IP_NODEFRAG",
    "nodefrag",
    bool,
    ["raw"],
    "B",
    "2.6.36",
    "Whether fragments of its packets are not put together.",
  ],
  [23, "IP_CHECKSUM", "checksum", bool, ["udp4"], "B", "4.0", "Whether packets come with their checksum."],
  [
    24,
    "IP_BIND_ADDRESS_NO_PORT",
    "bind_address_no_port",
    bool,
    inet,
    "A",
    "4.2",
    "Whether bind() leaves the choice of the port to connect().",
  ],
  [
    25,
    "IP_RECVFRAGSIZE",
    "recvfragsize",
    bool,
    ["dgram4"],
    "B",
    "4.10",
    "Whether packets come with the size of their largest fragment.",
  ],
  [
    26,
    "IP_RECVERR_RFC4884",
    "recverr_rfc4884",
    bool,
    ["dgram4"],
    "B",
    "5.9",
    "Whether queued errors have the extensions of RFC 4884.",
  ],
  [
    32,
    "IP_MULTICAST_IF",
    "multicast_if_addr",
    ipv4,
    ["dgram4"],
    "A",
    "",
    "Address of the interface for multicast packets.",
  ],
  [33, "IP_MULTICAST_TTL", "multicast_ttl", int, ["dgram4"], "A", "", "Time to live of multicast packets."],
  [
    34,
    "IP_MULTICAST_LOOP",
    "multicast_loop",
    bool,
    ["dgram4"],
    "B",
    "",
    "Whether its multicast packets come back to this machine.",
  ],
  [
    49,
    "IP_MULTICAST_ALL",
    "multicast_all",
    bool,
    ["dgram4"],
    "A",
    "2.6.31",
    "Whether it receives groups that other sockets have joined.",
  ],
  [
    50,
    "IP_UNICAST_IF",
    "unicast_if",
    networkIndex,
    ipv4s,
    "A",
    "3.3",
    "Index of the interface for sent packets; 0: by the routes.",
  ],
  [51, "IP_LOCAL_PORT_RANGE", "local_port_range", portRange, inet, "A", "6.3", "Ports to choose from."],
  [
    ...[80, "SO_ORIGINAL_DST", "original_dst", sockaddr(16), ["ipv4"], "A", ""] as const,
    "Where the connection was addressed before NAT, if it is tracked; the same as dst without NAT.",
  ],
];

const IPPROTO_IPV6: readonly OptionRow[] = [
  [7, "IPV6_CHECKSUM", "ipv6_checksum", int, ["raw6"], "B", "", "Offset of the checksum; -1: off."],
  [16, "IPV6_UNICAST_HOPS", "unicast_hops", int, ipv6s, "A", "", "Hop limit of sent packets."],
  [17, "IPV6_MULTICAST_IF", "multicast_if", int, ipv6s, "A", "", "Index of the interface for multicast packets."],
  [18, "IPV6_MULTICAST_HOPS", "multicast_hops", int, ipv6s, "A", "", "Hop limit of multicast packets."],
  [
    19,
    "IPV6_MULTICAST_LOOP",
    "multicast_loop",
    bool,
    ipv6s,
    "B",
    "",
    "Whether its multicast packets come back to this machine.",
  ],
  [
    22,
    "IPV6_ROUTER_ALERT",
    "router_alert",
    bool,
    ["raw6"],
    "B",
    "",
    "Whether it receives packets with the option Router Alert.",
  ],
  [23, "IPV6_MTU_DISCOVER", "mtu_discover", mtuDiscover, ipv6s, "A", "", "Discovery of the path MTU."],
  [24, "IPV6_MTU", "mtu", bytes, ipv6s, "A", "", "Known path MTU of a connected socket."],
  [25, "IPV6_RECVERR", "recverr", bool, ipv6s, "B", "", "Whether errors are queued with details."],
  [26, "IPV6_V6ONLY", "v6only", bool, ipv6s, "A", "", "Whether it is for IPv6 only."],
  [
    29,
    "IPV6_MULTICAST_ALL",
    "multicast_all",
    bool,
    ipv6s,
    "B",
    "4.20",
    "Whether it receives groups that other sockets have joined.",
  ],
  [
    30,
    "IPV6_ROUTER_ALERT_ISOLATE",
    "router_alert_isolate",
    bool,
    ["raw6"],
    "B",
    "5.1",
    "The same, in its namespace only.",
  ],
  [
    31,
    "IPV6_RECVERR_RFC4884",
    "recverr_rfc4884",
    bool,
    ipv6s,
    "B",
    "5.9",
    "Whether queued errors have the extensions of RFC 4884.",
  ],
  [32, "IPV6_FLOWLABEL_MGR", "flowlabel", flowLabel, ipv6s, "B", "3.14", "Flow label that it has reserved and uses."],
  [33, "IPV6_FLOWINFO_SEND", "flowinfo_send", bool, ipv6s, "B", "", "Whether it sends the flow label of an address."],
  [54, "IPV6_HOPOPTS", "hopopts", bytesOf(1024), ipv6s, "B", "2.6.14", "Hop-by-hop options of sent packets."],
  [
    49,
    "IPV6_RECVPKTINFO",
    "recvpktinfo",
    bool,
    ipv6s,
    "B",
    "2.6.14",
    "Whether packets come with their destination and interface.",
  ],
  [62, "IPV6_DONTFRAG", "dontfrag", bool, ipv6s, "A", "2.6.35", "Whether packets are never fragmented."],
  [67, "IPV6_TCLASS", "tclass", int, ipv6s, "B", "2.6.14", "Traffic class of sent packets."],
  [70, "IPV6_AUTOFLOWLABEL", "autoflowlabel", bool, ipv6s, "B", "3.17", "Whether flow labels are made by the kernel."],
  [
    ...[72, "IPV6_ADDR_PREFERENCES", "addr_preferences"] as const,
    bits(["tmp", "public", "coa", "cga", ...noWords(4), "pubtmp_default", ...noWords(1), "home", "noncga"]),
    ...[ipv6s, "B", "2.6.26", "Preferred kinds of source addresses."] as const,
  ],
  [
    73,
    "IPV6_MINHOPCOUNT",
    "minhopcount",
    int,
    ipv6s,
    "A",
    "2.6.35",
    "Lowest hop limit of packets that are accepted (GTSM); 0: any.",
  ],
  [75, "IPV6_TRANSPARENT", "transparent", bool, ipv6s, "A", "2.6.37", "Whether it may use foreign addresses."],
  [
    76,
    "IPV6_UNICAST_IF",
    "unicast_if",
    networkIndex,
    ipv6s,
    "A",
    "3.4",
    "Index of the interface for sent packets; 0: by the routes.",
  ],
  [
    78,
    "IPV6_FREEBIND",
    "freebind",
    bool,
    ipv6s,
    "A",
    "4.15",
    "Whether it may be bound to an address that does not exist.",
  ],
  [
    ...[80, "IP6T_SO_ORIGINAL_DST", "original_dst", sockaddr(28), ["ipv6"], "A", "3.7"] as const,
    "Where the connection was addressed before NAT, if it is tracked; the same as dst without NAT.",
  ],
  [2, "IPV6_2292PKTINFO", "pktinfo_2292", bool, ipv6s, "B", "", "Like recvpktinfo, in the form of RFC 2292."],
  [3, "IPV6_2292HOPOPTS", "hopopts_2292", bool, ipv6s, "B", "", "Like recvhopopts, in the form of RFC 2292."],
  [4, "IPV6_2292DSTOPTS", "dstopts_2292", bool, ipv6s, "B", "", "Like recvdstopts, in the form of RFC 2292."],
  [5, "IPV6_2292RTHDR", "rthdr_2292", bool, ipv6s, "B", "", "Like recvrthdr, in the form of RFC 2292."],
  [8, "IPV6_2292HOPLIMIT", "hoplimit_2292", bool, ipv6s, "B", "", "Like recvhoplimit, in the form of RFC 2292."],
  [11, "IPV6_FLOWINFO", "recv_flowinfo", bool, ipv6s, "B", "", "Whether packets come with their flow label."],
  [51, "IPV6_RECVHOPLIMIT", "recvhoplimit", bool, ipv6s, "B", "2.6.14", "Whether packets come with their hop limit."],
  [
    53,
    "IPV6_RECVHOPOPTS",
    "recvhopopts",
    bool,
    ipv6s,
    "B",
    "2.6.14",
    "Whether packets come with their hop-by-hop options.",
  ],
  [56, "IPV6_RECVRTHDR", "recvrthdr", bool, ipv6s, "B", "2.6.14", "Whether packets come with their routing header."],
  [
    58,
    "IPV6_RECVDSTOPTS",
    "recvdstopts",
    bool,
    ipv6s,
    "B",
    "2.6.14",
    "Whether packets come with their destination options.",
  ],
  [60, "IPV6_RECVPATHMTU", "recvpathmtu", bool, ipv6s, "B", "2.6.35", "Whether changes of the path MTU are reported."],
  [66, "IPV6_RECVTCLASS", "recvtclass", bool, ipv6s, "B", "2.6.14", "Whether packets come with their traffic class."],
  [
    74,
    "IPV6_RECVORIGDSTADDR",
    "recvorigdstaddr",
    bool,
    ipv6s,
    "B",
    "2.6.37",
    "Whether packets come with their original destination.",
  ],
  [
    77,
    "IPV6_RECVFRAGSIZE",
    "recvfragsize",
    bool,
    ipv6s,
    "B",
    "4.10",
    "Whether packets come with the size of their largest fragment.",
  ],
  [
    55,
    "IPV6_RTHDRDSTOPTS",
    "rthdrdstopts",
    bytesOf(1024),
    ipv6s,
    "B",
    "2.6.14",
    "Destination options before the routing header of sent packets.",
  ],
  [57, "IPV6_RTHDR", "rthdr", bytesOf(1024), ipv6s, "B", "2.6.14", "Routing header of sent packets."],
  [59, "IPV6_DSTOPTS", "dstopts", bytesOf(1024), ipv6s, "B", "2.6.14", "Destination options of sent packets."],
  [36, "IPV6_HDRINCL", "hdrincl", bool, ["raw6"], "B", "4.5", "Whether the program supplies the IP header."],
];

const IPPROTO_UDP: readonly OptionRow[] = [
  [1, "UDP_CORK", "cork", bool, ["udp"], "A", "", "Whether data is gathered to one packet."],
  [
    ...[100, "UDP_ENCAP", "encap"] as const,
    wordOf(["none", "espinudp_non_ike", "espinudp", "l2tpinudp", "gtp0", "gtp1u", "rxrpc", "espintcp"]),
    ...[["udp"], "A", "", "Protocol that the kernel takes out of its packets."] as const,
  ],
  [
    101,
    "UDP_NO_CHECK6_TX",
    "no_check6_tx",
    bool,
    ["udp6"],
    "B",
    "3.16",
    "Whether packets are sent without a checksum.",
  ],
  [
    102,
    "UDP_NO_CHECK6_RX",
    "no_check6_rx",
    bool,
    ["udp6"],
    "B",
    "3.16",
    "Whether packets without a checksum are accepted.",
  ],
  [
    103,
    "UDP_SEGMENT",
    "segment",
    bytes,
    ["udp"],
    "A",
    "4.18",
    "Size of the packets that large sends are cut into; 0: off.",
  ],
  [104, "UDP_GRO", "gro", bool, ["udp"], "A", "5.0", "Whether several packets may be received as one."],
];

const IPPROTO_UDPLITE: readonly OptionRow[] = [
  [
    10,
    "UDPLITE_SEND_CSCOV",
    "send_cscov",
    bytes,
    ["udplite"],
    "A",
    "2.6.20",
    "Part of sent packets that the checksum covers; 0: all.",
  ],
  [
    11,
    "UDPLITE_RECV_CSCOV",
    "recv_cscov",
    bytes,
    ["udplite"],
    "A",
    "2.6.20",
    "Part that the checksum of received packets must cover; 0: all.",
  ],
];

const SOL_RAW: readonly OptionRow[] = [
  [1, "ICMP_FILTER", "icmp_filter", uint, ["icmp"], "A", "", "Types of ICMP that are dropped, bit n for type n."],
];

const IPPROTO_ICMPV6: readonly OptionRow[] = [
  [
    1,
    "ICMPV6_FILTER",
    "icmpv6_filter",
    bytesOf(32),
    ["icmpv6"],
    "A",
    "",
    "Types of ICMPv6 that are dropped, bit n for type n.",
  ],
];

const SOL_PACKET: readonly OptionRow[] = [
  [
    7,
    "PACKET_COPY_THRESH",
    "copy_thresh",
    bytes,
    packet,
    "B",
    "",
    "Packets of this size and more are queued besides the ring.",
  ],
  [8, "PACKET_AUXDATA", "auxdata", bool, packet, "B", "2.6.21", "Whether packets come with details of their buffer."],
  [9, "PACKET_ORIGDEV", "origdev", bool, packet, "B", "2.6.23", "Whether the interface below a bond is reported."],
  [
    10,
    "PACKET_VERSION",
    "version",
    wordOf(["tpacket_v1", "tpacket_v2", "tpacket_v3"]),
    packet,
    "B",
    "2.6.27",
    "Version of the ring.",
  ],
  [12, "PACKET_RESERVE", "reserve", uintOf("bytes"), packet, "B", "2.6.27", "Room before packets in the ring."],
  [14, "PACKET_LOSS", "loss", bool, packet, "B", "2.6.27", "Whether malformed packets of the send ring are skipped."],
  [15, "PACKET_VNET_HDR", "vnet_hdr", bool, packet, "B", "2.6.27", "Whether packets have a virtio header."],
  [17, "PACKET_TIMESTAMP", "packet_timestamp", bits(timestampingWords), packet, "B", "2.6.35", "Times in the ring."],
  [18, "PACKET_FANOUT", "fanout", fanout, packet, "B", "3.1", "Group of sockets that share the packets."],
  [
    19,
    "PACKET_TX_HAS_OFF",
    "tx_has_off",
    bool,
    packet,
    "B",
    "3.3",
    "Whether packets of the send ring say where they start.",
  ],
  [
    20,
    "PACKET_QDISC_BYPASS",
    "qdisc_bypass",
    bool,
    packet,
    "A",
    "3.14",
    "Whether sent packets skip the queueing discipline.",
  ],
  [21, "PACKET_ROLLOVER_STATS", "rollover", rollover, packet, "A", "4.2", "What was passed on within the group."],
  [
    23,
    "PACKET_IGNORE_OUTGOING",
    "ignore_outgoing",
    bool,
    packet,
    "A",
    "4.20",
    "Whether sent packets are not captured.",
  ],
  [24, "PACKET_VNET_HDR_SZ", "vnet_hdr_sz", bytes, packet, "B", "6.6", "Size of the virtio header."],
];

const SOL_NETLINK: readonly OptionRow[] = [
  [3, "NETLINK_PKTINFO", "pktinfo", bool, netlink, "B", "2.6.14", "Whether messages come with their group."],
  [
    4,
    "NETLINK_BROADCAST_ERROR",
    "broadcast_error",
    bool,
    netlink,
    "B",
    "2.6.30",
    "Whether the sender learns of lost multicasts.",
  ],
  [5, "NETLINK_NO_ENOBUFS", "no_enobufs", bool, netlink, "B", "2.6.30", "Whether losses are not reported."],
  [
    8,
    "NETLINK_LISTEN_ALL_NSID",
    "listen_all_nsid",
    bool,
    netlink,
    "B",
    "4.2",
    "Whether it receives events of all namespaces that have an id here.",
  ],
  [
    9,
    "NETLINK_LIST_MEMBERSHIPS",
    "memberships",
    bitNumbers(1024),
    netlink,
    "B",
    "4.2",
    "Multicast groups that it has joined.",
  ],
  [10, "NETLINK_CAP_ACK", "cap_ack", bool, netlink, "B", "4.3", "Whether acknowledgements leave out the request."],
  [11, "NETLINK_EXT_ACK", "ext_ack", bool, netlink, "B", "4.12", "Whether errors have explanations."],
  [12, "NETLINK_GET_STRICT_CHK", "strict_chk", bool, netlink, "B", "4.20", "Whether requests are checked strictly."],
];

const AF_VSOCK: readonly OptionRow[] = [
  [
    0,
    "SO_VM_SOCKETS_BUFFER_SIZE",
    "buffer_size",
    u64Of("bytes"),
    ["vsock"],
    "A",
    "3.9",
    "Credit that the peer is given.",
  ],
  [1, "SO_VM_SOCKETS_BUFFER_MIN_SIZE", "buffer_min_size", u64Of("bytes"), ["vsock"], "B", "3.9", "Smallest credit."],
  [2, "SO_VM_SOCKETS_BUFFER_MAX_SIZE", "buffer_max_size", u64Of("bytes"), ["vsock"], "B", "3.9", "Largest credit."],
  [
    6,
    "SO_VM_SOCKETS_CONNECT_TIMEOUT_OLD",
    "connect_timeout",
    timeval,
    ["vsock"],
    "B",
    "3.9",
    "When connecting gives up.",
  ],
];

const SOL_XDP: readonly OptionRow[] = [
  [7, "XDP_STATISTICS", "stats", xdpStats, ["xdp"], "A", "4.18", "What was dropped."],
  [8, "XDP_OPTIONS", "xdp_options", bits(["zerocopy"]), ["xdp"], "A", "5.3", "Whether it works without copying."],
];

const SOL_MPTCP: readonly OptionRow[] = [
  [
    1,
    "MPTCP_INFO",
    "mptcp_info",
    bytesOf(256),
    ["mptcp"],
    "B",
    "5.16",
    "The structure mptcp_info, byte by byte; the field mptcp_info has its members.",
  ],
];

const SOL_TLS: readonly OptionRow[] = [
  [1, "TLS_TX", "tls_tx", tls, tcp, "B", "4.13", "TLS of sent data; keys are never read."],
  [2, "TLS_RX", "tls_rx", tls, tcp, "B", "5.12", "TLS of received data; keys are never read."],
  [3, "TLS_TX_ZEROCOPY_RO", "tls_zc_ro", uint, tcp, "B", "6.0", "Whether files are sent without copying."],
  [
    4,
    "TLS_RX_EXPECT_NO_PAD",
    "tls_rx_no_pad",
    uint,
    tcp,
    "B",
    "6.0",
    "Whether records are expected to have no padding.",
  ],
];

const IPPROTO_SCTP: readonly OptionRow[] = [
  [0, "SCTP_RTOINFO", "rtoinfo", rtoinfo, sctp, "A", "", "Retransmission timeouts."],
  [1, "SCTP_ASSOCINFO", "associnfo", associnfo, sctp, "A", "", "Limits of the association."],
  [2, "SCTP_INITMSG", "initmsg", initmsg, sctp, "A", "", "What new associations ask for."],
  [3, "SCTP_NODELAY", "nodelay", bool, sctp, "A", "", "Whether small packets are sent at once (no Nagle)."],
  [
    4,
    "SCTP_AUTOCLOSE",
    "autoclose",
    seconds,
    sctp,
    "B",
    "",
    "Idle time after which associations are closed; 0: never.",
  ],
  [
    6,
    "SCTP_PRIMARY_ADDR",
    "primary_addr",
    bytesOf(136),
    sctp,
    "A",
    "",
    "Primary address of the peer, as struct sctp_prim.",
  ],
  [
    9,
    "SCTP_PEER_ADDR_PARAMS",
    "peer_addr_params",
    bytesOf(160),
    sctp,
    "A",
    "",
    "Heartbeat, path MTU and delays, as struct sctp_paddrparams.",
  ],
  [11, "SCTP_EVENTS", "events", bytesOf(32), sctp, "B", "", "Events that are reported, one byte each."],
  [12, "SCTP_I_WANT_MAPPED_V4_ADDR", "v4mapped", bool, sctp, "B", "", "Whether IPv4 addresses are shown as IPv6."],
  [13, "SCTP_MAXSEG", "maxseg", sctpValue, sctp, "A", "", "Largest fragment in bytes; 0: by the path MTU."],
  [14, "SCTP_STATUS", "status", bytesOf(176), sctp, "B", "", "State of the association, as struct sctp_status."],
  [
    15,
    "SCTP_GET_PEER_ADDR_INFO",
    "peer_addr_info",
    bytesOf(160),
    sctp,
    "A",
    "",
    "State of a path, as struct sctp_paddrinfo.",
  ],
  [16, "SCTP_DELAYED_SACK", "delayed_sack", delayedSack, sctp, "B", "2.6", "Delay of acknowledgements."],
  [
    24,
    "SCTP_AUTH_ACTIVE_KEY",
    "auth_active_key",
    bytesOf(8),
    sctp,
    "B",
    "2.6.24",
    "Number of the key in use, as struct sctp_authkeyid; keys are never read.",
  ],
  [28, "SCTP_GET_ASSOC_NUMBER", "assoc_number", uint, sctp, "A", "2.6.31", "Number of associations."],
  [29, "SCTP_GET_ASSOC_ID_LIST", "assoc_ids", listOf(257), sctp, "A", "3.0", "Count of associations, and their ids."],
  [
    31,
    "SCTP_PEER_ADDR_THLDS",
    "peer_addr_thlds",
    bytesOf(144),
    sctp,
    "B",
    "3.6",
    "Failures after which a path is given up, as struct sctp_paddrthlds.",
  ],
  [36, "SCTP_REUSE_PORT", "sctp_reuseport", bool, sctp, "A", "4.19", "Whether several sockets share the port."],
  [113, "SCTP_PR_SUPPORTED", "pr_supported", sctpValue, sctp, "B", "4.10", "Whether data may be given up."],
  [117, "SCTP_RECONFIG_SUPPORTED", "reconfig_supported", sctpValue, sctp, "B", "4.11", "Whether streams may be reset."],
  [
    118,
    "SCTP_ENABLE_STREAM_RESET",
    "stream_reset",
    sctpValue,
    sctp,
    "B",
    "4.11",
    "Requests that may be made (SCTP_ENABLE_*).",
  ],
  [
    123,
    "SCTP_STREAM_SCHEDULER",
    "stream_scheduler",
    sctpValue,
    sctp,
    "B",
    "4.15",
    "Number of the scheduler of streams.",
  ],
  [
    125,
    "SCTP_INTERLEAVING_SUPPORTED",
    "interleaving_supported",
    sctpValue,
    sctp,
    "B",
    "4.16",
    "Whether messages may be interleaved.",
  ],
  [128, "SCTP_ASCONF_SUPPORTED", "asconf_supported", sctpValue, sctp, "B", "5.4", "Whether addresses may change."],
  [129, "SCTP_AUTH_SUPPORTED", "auth_supported", sctpValue, sctp, "B", "5.4", "Whether chunks may be authenticated."],
  [
    130,
    "SCTP_ECN_SUPPORTED",
    "ecn_supported",
    sctpValue,
    sctp,
    "B",
    "5.4",
    "Whether congestion may be reported by ECN.",
  ],
  [
    132,
    "SCTP_REMOTE_UDP_ENCAPS_PORT",
    "udp_encaps_port",
    bytesOf(144),
    sctp,
    "B",
    "5.11",
    "Port of UDP encapsulation, as struct sctp_udpencaps.",
  ],
  [
    133,
    "SCTP_PLPMTUD_PROBE_INTERVAL",
    "plpmtud",
    bytesOf(144),
    sctp,
    "B",
    "5.15",
    "Time between probes of the path MTU, as struct sctp_probeinterval.",
  ],
];

const SOL_TIPC: readonly OptionRow[] = [
  [
    127,
    "TIPC_IMPORTANCE",
    "importance",
    wordOf(["low", "medium", "high", "critical"]),
    tipc,
    "A",
    "",
    "Importance of its messages.",
  ],
  [
    128,
    "TIPC_SRC_DROPPABLE",
    "src_droppable",
    bool,
    tipc,
    "A",
    "",
    "Whether its messages may be dropped before they are sent.",
  ],
  [
    129,
    "TIPC_DEST_DROPPABLE",
    "dest_droppable",
    bool,
    tipc,
    "A",
    "",
    "Whether its messages may be dropped by the receiver.",
  ],
  [130, "TIPC_CONN_TIMEOUT", "conn_timeout", intOf("ms"), tipc, "A", "", "When connecting gives up."],
  [132, "TIPC_SOCK_RECVQ_DEPTH", "recvq_depth", intOf("messages"), tipc, "A", "", "Messages in its receive queue."],
  [
    135,
    "TIPC_GROUP_JOIN",
    "group",
    bytesOf(16),
    tipc,
    "A",
    "4.14",
    "Group that it has joined, as struct tipc_group_req.",
  ],
  [137, "TIPC_SOCK_RECVQ_USED", "recvq_used", intOf("bytes"), tipc, "A", "4.17", "Memory of its receive queue."],
];

const SOL_SMC: readonly OptionRow[] = [
  [1, "SMC_LIMIT_HS", "limit_hs", bool, ["smc"], "B", "5.18", "Whether handshakes are limited."],
];

const SOL_CAN_RAW: readonly OptionRow[] = [
  [1, "CAN_RAW_FILTER", "filters", bytesOf(512), canRaw, "A", "2.6.25", "Filters, as an array of struct can_filter."],
  [2, "CAN_RAW_ERR_FILTER", "err_filter", uint, canRaw, "A", "2.6.25", "Classes of errors that it receives."],
  [3, "CAN_RAW_LOOPBACK", "loopback", bool, canRaw, "A", "2.6.25", "Whether its frames come back to this machine."],
  [4, "CAN_RAW_RECV_OWN_MSGS", "recv_own_msgs", bool, canRaw, "A", "2.6.25", "Whether it receives its own frames."],
  [5, "CAN_RAW_FD_FRAMES", "fd_frames", bool, canRaw, "A", "3.6", "Whether it receives frames of CAN FD."],
  [6, "CAN_RAW_JOIN_FILTERS", "join_filters", bool, canRaw, "A", "4.1", "Whether frames must pass all filters."],
  [7, "CAN_RAW_XL_FRAMES", "xl_frames", bool, canRaw, "A", "6.2", "Whether it receives frames of CAN XL."],
];

const SOL_CAN_ISOTP: readonly OptionRow[] = [
  [1, "CAN_ISOTP_OPTS", "isotp", isotp, ["can_isotp"], "B", "5.10", "Options of ISO-TP."],
  [
    2,
    "CAN_ISOTP_RECV_FC",
    "recv_fc",
    bytesOf(3),
    ["can_isotp"],
    "B",
    "5.10",
    "Flow control: block size, separation time, wait frames.",
  ],
  [3, "CAN_ISOTP_TX_STMIN", "tx_stmin", uintOf("ns"), ["can_isotp"], "B", "5.10", "Least time between sent frames."],
  [
    4,
    "CAN_ISOTP_RX_STMIN",
    "rx_stmin",
    uintOf("ns"),
    ["can_isotp"],
    "B",
    "5.10",
    "Least time between received frames.",
  ],
  [5, "CAN_ISOTP_LL_OPTS", "ll_opts", bytesOf(3), ["can_isotp"], "B", "5.10", "Link layer: MTU, data length, flags."],
];

const SOL_CAN_J1939: readonly OptionRow[] = [
  [2, "SO_J1939_PROMISC", "j1939", int, ["can_j1939"], "B", "5.4", "Whether it receives all packets."],
  [3, "SO_J1939_SEND_PRIO", "send_prio", int, ["can_j1939"], "B", "5.4", "Priority of sent packets."],
  [4, "SO_J1939_ERRQUEUE", "errqueue", int, ["can_j1939"], "B", "5.4", "Whether errors are queued."],
];

const SOL_KCM: readonly OptionRow[] = [
  [1, "KCM_RECV_DISABLE", "recv_disable", bool, ["kcm"], "B", "4.6", "Whether it receives nothing."],
];

const SOL_RDS: readonly OptionRow[] = [
  [5, "RDS_RECVERR", "rds_recverr", bool, ["rds"], "B", "", "Whether errors are reported."],
  [8, "SO_RDS_TRANSPORT", "rds_transport", int, ["rds"], "B", "3.16", "Number of the transport."],
];

const SOL_BLUETOOTH: readonly OptionRow[] = [
  [4, "BT_SECURITY", "bt_security", btSecurity, ["bluetooth"], "A", "3.0", "Security of the link."],
  [
    7,
    "BT_DEFER_SETUP",
    "defer_setup",
    uint,
    ["bluetooth"],
    "A",
    "3.0",
    "Whether the program accepts connections itself.",
  ],
  [12, "BT_SNDMTU", "sndmtu", u16, ["bluetooth"], "A", "3.19", "Largest packet that is sent."],
  [13, "BT_RCVMTU", "rcvmtu", u16, ["bluetooth"], "A", "3.19", "Largest packet that is received."],
  [14, "BT_PHY", "phy", uint, ["bluetooth"], "A", "5.7", "Physical layers."],
  [15, "BT_MODE", "mode", u8, ["bluetooth"], "A", "5.7", "Mode."],
  [
    17,
    "BT_ISO_QOS",
    "iso_qos",
    bytesOf(64),
    ["bluetooth"],
    "A",
    "6.0",
    "Quality of service of an isochronous channel.",
  ],
];

const SOL_L2CAP: readonly OptionRow[] = [
  [1, "L2CAP_OPTIONS", "l2cap", l2cap, ["l2cap"], "B", "", "Options of L2CAP."],
];

const SOL_LLC: readonly OptionRow[] = [
  [1, "LLC_OPT_RETRY", "llc_retry", int, ["llc"], "B", "", "Most retries."],
  [2, "LLC_OPT_SIZE", "llc_size", bytes, ["llc"], "B", "", "Largest packet."],
  [3, "LLC_OPT_ACK_TMR_EXP", "llc_ack_timer", seconds, ["llc"], "B", "", "Time to wait for an acknowledgement."],
  [4, "LLC_OPT_P_TMR_EXP", "llc_p_timer", seconds, ["llc"], "B", "", "Time to wait for an answer to a poll."],
  [5, "LLC_OPT_REJ_TMR_EXP", "llc_reject_timer", seconds, ["llc"], "B", "", "Time to wait after a reject."],
  [6, "LLC_OPT_BUSY_TMR_EXP", "llc_busy_timer", seconds, ["llc"], "B", "", "Time to wait for a busy peer."],
  [7, "LLC_OPT_TX_WIN", "llc_tx_win", int, ["llc"], "B", "", "Window for sending."],
  [8, "LLC_OPT_RX_WIN", "llc_rx_win", int, ["llc"], "B", "", "Window for receiving."],
  [
    9,
    "LLC_OPT_PKTINFO",
    "llc_pktinfo",
    bool,
    ["llc"],
    "B",
    "",
    "Whether packets come with their destination and interface.",
  ],
];

/** The levels with their numbers, in the order of the output. */
const levels: readonly (readonly [level: number, rows: readonly OptionRow[]])[] = [
  [1, SOL_SOCKET],
  [6, IPPROTO_TCP],
  [0, IPPROTO_IP],
  [41, IPPROTO_IPV6],
  [17, IPPROTO_UDP],
  [136, IPPROTO_UDPLITE],
  [255, SOL_RAW],
  [58, IPPROTO_ICMPV6],
  [263, SOL_PACKET],
  [270, SOL_NETLINK],
  [40, AF_VSOCK],
  [283, SOL_XDP],
  [284, SOL_MPTCP],
  [282, SOL_TLS],
  [132, IPPROTO_SCTP],
  [271, SOL_TIPC],
  [286, SOL_SMC],
  [101, SOL_CAN_RAW],
  [106, SOL_CAN_ISOTP],
  [107, SOL_CAN_J1939],
  [281, SOL_KCM],
  [276, SOL_RDS],
  [274, SOL_BLUETOOTH],
  [6, SOL_L2CAP],
  [268, SOL_LLC],
];

/** An option of the table. */
export interface SocketOption {
  readonly level: number;
  readonly option: number;
  readonly constant: string;
  readonly field: string;
  readonly kind: Kind;
  readonly tags: readonly Tag[];
  readonly tier: Tier;
  readonly since: string;
  readonly meaning: string;
}

/** All options that may be read. */
export const socketOptions: readonly SocketOption[] = levels.flatMap(([level, rows]) =>
  rows.map(([option, constant, field, kind, tags, tier, since, meaning]) => ({
    ...{ level, option, constant, field, kind },
    ...{ tags, tier, since, meaning },
  }))
);
