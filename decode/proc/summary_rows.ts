/**
 * The numbers of `--summary` that the kernel counts itself, one row each: the file, and the meaning. Mirrors
 * `net/ipv4/proc.c` (`/proc/net/snmp`, `netstat`, `sockstat`), `net/ipv6/proc.c` and the sysctls of
 * `Documentation/networking/ip-sysctl.rst`.
 */

/** `counter`: only grows, since the namespace was made or the machine started; `gauge`: how many there are now; `limit`: how many there may be. */
export type SumKind = "counter" | "gauge" | "limit";

export interface SummaryRow {
  /** Path of the object in the document: `tcp`. */
  readonly group: string;
  readonly name: string;
  /** File below `/proc/net`, or with {@linkcode sysctl} below `/proc/sys`. */
  readonly file: string;
  readonly sysctl?: true;
  /** `NAME.FIELD` in a file of `/proc/net`; the number of the word in a sysctl. */
  readonly field: string | number;
  readonly unit: string;
  readonly kind: SumKind;
}

const from =
  (file: string, section: string, group: string, kind: SumKind) =>
  (name: string, field: string, unit = ""): SummaryRow => ({
    group,
    name,
    file,
    field: `${section}.${field}`,
    unit,
    kind,
  });
const tcp = from("snmp", "Tcp", "tcp", "counter");
const tcpExt = from("netstat", "TcpExt", "tcp", "counter");
const udp = from("snmp", "Udp", "udp", "counter");
const udp6 = (name: string, field: string): SummaryRow => ({
  ...udp(name, field),
  group: "udp6",
  file: "snmp6",
  field: `Udp6${field}`,
});
const mptcp = from("netstat", "MPTcpExt", "mptcp", "counter");
const limit = (name: string, file: string, field = 0, unit = ""): SummaryRow => ({
  group: "limits",
  name,
  file,
  sysctl: true,
  field,
  unit,
  kind: "limit",
});

/** Numbers of a network namespace. */
export const namespaceRows: readonly SummaryRow[] = [
  from("sockstat", "sockets", "sockets", "gauge")("used", "used"),
  tcp("opened_actively", "ActiveOpens"),
  tcp("opened_passively", "PassiveOpens"),
  tcp("attempts_failed", "AttemptFails"),
  tcp("reset_while_established", "EstabResets"),
  tcp("segments_in", "InSegs"),
  tcp("segments_out", "OutSegs"),
  tcp("segments_retransmitted", "RetransSegs"),
  tcp("errors_in", "InErrs"),
  tcp("resets_sent", "OutRsts"),
  tcpExt("listen_overflows", "ListenOverflows"),
  tcpExt("listen_drops", "ListenDrops"),
  tcpExt("syn_queue_full_dropped", "TCPReqQFullDrop"),
  tcpExt("syn_queue_full_cookies", "TCPReqQFullDoCookies"),
  tcpExt("timeouts", "TCPTimeouts"),
  tcpExt("syn_retransmitted", "TCPSynRetrans"),
  tcpExt("retransmissions_lost", "TCPLostRetransmit"),
  tcpExt("aborted_on_timeout", "TCPAbortOnTimeout"),
  tcpExt("aborted_on_memory", "TCPAbortOnMemory"),
  tcpExt("memory_pressures", "TCPMemoryPressures"),
  tcpExt("memory_pressure_time", "TCPMemoryPressuresChrono", "ms"),
  tcpExt("backlog_dropped", "TCPBacklogDrop"),
  tcpExt("receive_queue_dropped", "TCPRcvQDrop"),
  tcpExt("receive_queue_pruned", "PruneCalled"),
  tcpExt("zero_window_dropped", "TCPZeroWindowDrop"),
  tcpExt("time_wait_overflows", "TCPTimeWaitOverflow"),
  udp("datagrams_in", "InDatagrams"),
  udp("datagrams_out", "OutDatagrams"),
  udp("no_port", "NoPorts"),
  udp("errors_in", "InErrors"),
  udp("receive_buffer_errors", "RcvbufErrors"),
  udp("send_buffer_errors", "SndbufErrors"),
  udp("memory_errors", "MemErrors"),
  udp6("datagrams_in", "InDatagrams"),
  udp6("datagrams_out", "OutDatagrams"),
  udp6("no_port", "NoPorts"),
  udp6("errors_in", "InErrors"),
  udp6("receive_buffer_errors", "RcvbufErrors"),
  udp6("send_buffer_errors", "SndbufErrors"),
  udp6("memory_errors", "MemErrors"),
  mptcp("connections_in", "MPCapableSYNRX"),
  mptcp("connections_out", "MPCapableSYNTX"),
  mptcp("joins_in", "MPJoinSynRx"),
  mptcp("joins_out", "MPJoinSynTx"),
  mptcp("fallbacks_in", "MPCapableFallbackACK"),
  mptcp("fallbacks_out", "MPCapableFallbackSYNACK"),
  limit("accept_queue", "net/core/somaxconn"),
  limit("syn_backlog", "net/ipv4/tcp_max_syn_backlog"),
  limit("time_wait", "net/ipv4/tcp_max_tw_buckets"),
  limit("first_ephemeral_port", "net/ipv4/ip_local_port_range"),
  limit("last_ephemeral_port", "net/ipv4/ip_local_port_range", 1),
  { ...limit("conntrack_entries", "net/netfilter/nf_conntrack_count"), kind: "gauge" },
  limit("conntrack_entries_most", "net/netfilter/nf_conntrack_max"),
];

const host = from("sockstat", "TCP", "tcp", "gauge");
const hostLimit = (group: string, name: string, file: string, field = 0, unit = ""): SummaryRow => ({
  ...limit(name, file, field, unit),
  group,
});

/**
 * Numbers of the whole machine, which are the same in every namespace. The memory limits exist only in the initial
 * namespace.
 */
export const hostRows: readonly SummaryRow[] = [
  host("allocated", "alloc"),
  host("orphans", "orphan"),
  hostLimit("tcp", "orphans_most", "net/ipv4/tcp_max_orphans"),
  host("memory", "mem", "pages"),
  hostLimit("tcp", "memory_unpressed", "net/ipv4/tcp_mem", 0, "pages"),
  hostLimit("tcp", "memory_pressed", "net/ipv4/tcp_mem", 1, "pages"),
  hostLimit("tcp", "memory_most", "net/ipv4/tcp_mem", 2, "pages"),
  from("sockstat", "UDP", "udp", "gauge")("memory", "mem", "pages"),
  hostLimit("udp", "memory_most", "net/ipv4/udp_mem", 2, "pages"),
  { ...hostLimit("files", "open", "fs/file-nr"), kind: "gauge" },
  hostLimit("files", "most", "fs/file-nr", 2),
];
