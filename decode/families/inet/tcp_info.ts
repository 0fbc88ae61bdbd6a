/**
 * State of TCP connections: `struct tcp_info`. Mirrors `linux/tcp.h`. Kernel side: `tcp_get_info()` in `net/ipv4/tcp.c`.
 */
import { tcpStateWords } from "../../kernel/tcp_states.ts";
import { defineKey } from "../../record/key.ts";
import {
  counter,
  defineLayout,
  enumeration,
  flags,
  type Layout,
  milliseconds,
  nullable,
  type Row,
  row,
} from "../../record/layout.ts";

/** The object for `struct tcp_info`. */
export const infoKey = defineKey(null, "tcp_info", {
  type: "object",
  meaning: "State of the protocol; left out for time-wait, syn-recv and bound-inactive sockets.",
  source: "INET_DIAG_INFO",
});

/** Bits of `tcpi_options`. */
const optionWords = ["ts", "sack", "wscale", "ecn", "ecnseen", "fastopen", "usec_ts", "tfo_child"];
const congestionStates = ["open", "disorder", "cwr", "recovery", "loss"];
const fastopenFailures = ["none", "cookie-unavailable", "data-not-acked", "syn-retransmitted"];
const acceptedOptions = ["not-seen", "empty", "counters", "failed"];
const ecnModes = ["disabled", "rfc3168", "accecn", "pending"];
const ecnFailures = ["ace-send", "ace-recv", "opt-send", "opt-recv"];

const usec = { show: milliseconds };
const v3_15 = { since: "3.15" };
const v4_1 = { since: "4.1" };
const v4_2 = { since: "4.2" };
const v4_6 = { since: "4.6" };
const v4_10 = { since: "4.10" };
const v4_18 = { since: "4.18" };
const v4_19 = { since: "4.19" };
const v5_4 = { since: "5.4" };
const v6_2 = { since: "6.2" };
const v6_7 = { since: "6.7" };
const v6_18 = { since: "6.18" };

/** The part of `struct tcp_info` that is the same in all kernels: 276 bytes. */
const tcpInfoRows: readonly Row[] = [
  row("u8", "tcpi_state", "state", "", "State of the connection.", { show: enumeration(tcpStateWords) }),
  row("u8", "tcpi_ca_state", "ca_state", "", "Number of the congestion control's state."),
  row("u8", "tcpi_ca_state", "ca_state_name", "", "State of congestion control.", {
    view: true,
    show: enumeration(congestionStates),
  }),
  row("u8", "tcpi_retransmits", "retransmits", "", "Consecutive timeouts since data was last acknowledged."),
  row("u8", "tcpi_probes", "probes", "", "Unanswered window or keepalive probes."),
  row("u8", "tcpi_backoff", "backoff", "", "Number of times that the timeout was doubled."),
  row("u8", "tcpi_options", "opts", "", "Options in use on this connection.", { show: flags(optionWords) }),
  row("u8", "tcpi_snd_wscale", "snd_wscale", "bits", "Shift of the window that the peer announces.", { bits: [0, 4] }),
  row("u8", "tcpi_rcv_wscale", "rcv_wscale", "bits", "Shift of the window that this side announces.", { bits: [4, 4] }),
  row(
    "u8",
    "tcpi_delivery_rate_app_limited",
    "delivery_rate_app_limited",
    "",
    "1 if delivery_rate was measured while the application sent less than it could.",
    { bits: [0, 1], since: "4.9", needs: 168 },
  ),
  row("u8", "tcpi_fastopen_client_fail", "fastopen_client_fail", "", "Why Fast Open failed on the active side.", {
    bits: [1, 2],
    since: "5.5",
    needs: 232,
    show: enumeration(fastopenFailures),
  }),
  row("u32", "tcpi_rto", "rto", "ms", "Retransmission timeout.", usec),
  row("u32", "tcpi_ato", "ato", "ms", "Delay of acknowledgements.", usec),
  row("u32", "tcpi_snd_mss", "snd_mss", "bytes", "Size of segments sent, without options."),
  row("u32", "tcpi_rcv_mss", "rcv_mss", "bytes", "Estimated size of received segments."),
  row(
    "u32",
    "tcpi_unacked",
    "unacked",
    "segments",
    "Segments in flight; for a listener, connections that wait to be accepted.",
  ),
  row(
    "u32",
    "tcpi_sacked",
    "sacked",
    "segments",
    "Segments reported by SACK; for a listener, the limit of waiting connections.",
  ),
  row("u32", "tcpi_lost", "lost", "segments", "Segments considered lost."),
  row("u32", "tcpi_retrans", "retrans", "segments", "Retransmitted segments in flight."),
  row("u32", "tcpi_fackets", "fackets", "segments", "Unused, 0 in current kernels."),
  row("u32", "tcpi_last_data_sent", "last_data_sent", "ms", "Time since data was sent."),
  row("u32", "tcpi_last_ack_sent", "last_ack_sent", "ms", "Unused, always 0."),
  row("u32", "tcpi_last_data_recv", "last_data_recv", "ms", "Time since data was received."),
  row("u32", "tcpi_last_ack_recv", "last_ack_recv", "ms", "Time since an acknowledgement was received."),
  row("u32", "tcpi_pmtu", "pmtu", "bytes", "Path MTU."),
  row("u32", "tcpi_rcv_ssthresh", "rcv_ssthresh", "bytes", "Current limit of the window that this side announces."),
  row("u32", "tcpi_rtt", "rtt", "ms", "Smoothed round-trip time.", usec),
  row("u32", "tcpi_rttvar", "rttvar", "ms", "Mean deviation of the round-trip time.", usec),
  row("u32", "tcpi_snd_ssthresh", "snd_ssthresh", "segments", "Slow-start threshold; null while there is none.", {
    show: nullable(0x7fffffff),
  }),
  row("u32", "tcpi_snd_cwnd", "snd_cwnd", "segments", "Congestion window."),
  row("u32", "tcpi_advmss", "advmss", "bytes", "Segment size announced to the peer."),
  row("u32", "tcpi_reordering", "reordering", "segments", "Distance of reordering that is tolerated."),
  row(
    "u32",
    "tcpi_rcv_rtt",
    "rcv_rtt",
    "ms",
    "Round-trip time as the receiver sees it; 0 before the first sample.",
    usec,
  ),
  row("u32", "tcpi_rcv_space", "rcv_space", "bytes", "Receive buffer space that automatic tuning aims at."),
  counter(
    "u32",
    "tcpi_total_retrans",
    "total_retrans",
    "segments",
    "Segments retransmitted since the connection was made.",
  ),
  row("u64", "tcpi_pacing_rate", "pacing_rate", "bytes/s", "Rate of pacing; 18446744073709551615 for no limit.", v3_15),
  row(
    "u64",
    "tcpi_max_pacing_rate",
    "max_pacing_rate",
    "bytes/s",
    "Limit of pacing (SO_MAX_PACING_RATE); 18446744073709551615 for none.",
    v3_15,
  ),
  counter("u64", "tcpi_bytes_acked", "bytes_acked", "bytes", "Data acknowledged by the peer.", v4_1),
  counter("u64", "tcpi_bytes_received", "bytes_received", "bytes", "Data received in order.", v4_1),
  counter("u32", "tcpi_segs_out", "segs_out", "segments", "Segments sent.", v4_2),
  counter("u32", "tcpi_segs_in", "segs_in", "segments", "Segments received.", v4_2),
  row("u32", "tcpi_notsent_bytes", "notsent_bytes", "bytes", "Data written and not yet sent.", v4_6),
  row("u32", "tcpi_min_rtt", "min_rtt", "us", "Smallest recent round-trip time; null before the first sample.", {
    ...v4_6,
    show: nullable(0xffffffff),
  }),
  counter("u32", "tcpi_data_segs_in", "data_segs_in", "segments", "Segments with data received.", v4_6),
  counter("u32", "tcpi_data_segs_out", "data_segs_out", "segments", "Segments with data sent.", v4_6),
  row("u64", "tcpi_delivery_rate", "delivery_rate", "bytes/s", "Latest rate at which data reached the peer.", {
    since: "4.9",
  }),
  counter("u64", "tcpi_busy_time", "busy_time", "us", "Time with data to send.", v4_10),
  counter(
    "u64",
    "tcpi_rwnd_limited",
    "rwnd_limited",
    "us",
    "Part of busy_time spent waiting for the peer's window.",
    v4_10,
  ),
  counter(
    "u64",
    "tcpi_sndbuf_limited",
    "sndbuf_limited",
    "us",
    "Part of busy_time spent waiting for space in the send buffer.",
    v4_10,
  ),
  counter("u32", "tcpi_delivered", "delivered", "segments", "Segments that reached the peer.", v4_18),
  counter(
    "u32",
    "tcpi_delivered_ce",
    "delivered_ce",
    "segments",
    "Segments that reached the peer with a congestion mark.",
    v4_18,
  ),
  counter("u64", "tcpi_bytes_sent", "bytes_sent", "bytes", "Data sent, retransmissions included.", v4_19),
  counter("u64", "tcpi_bytes_retrans", "bytes_retrans", "bytes", "Data retransmitted.", v4_19),
  counter("u32", "tcpi_dsack_dups", "dsack_dups", "", "Duplicates reported by DSACK.", v4_19),
  counter("u32", "tcpi_reord_seen", "reord_seen", "", "Number of times that reordering was detected.", v4_19),
  counter("u32", "tcpi_rcv_ooopack", "rcv_ooopack", "segments", "Segments received out of order.", v5_4),
  row("u32", "tcpi_snd_wnd", "snd_wnd", "bytes", "Window that the peer announces.", v5_4),
  row("u32", "tcpi_rcv_wnd", "rcv_wnd", "bytes", "Window that this side announces.", v6_2),
  counter("u32", "tcpi_rehash", "rehash", "", "Number of times that another path was tried after timeouts.", v6_2),
  counter("u16", "tcpi_total_rto", "total_rto", "", "Timeouts, including those of SYN.", v6_7),
  counter("u16", "tcpi_total_rto_recoveries", "total_rto_recoveries", "", "Recoveries after timeouts.", v6_7),
  counter("u32", "tcpi_total_rto_time", "total_rto_time", "ms", "Time spent in those recoveries.", v6_7),
  counter("u32", "tcpi_received_ce", "received_ce", "segments", "Segments received with a congestion mark.", v6_18),
  counter(
    "u32",
    "tcpi_delivered_e1_bytes",
    "delivered_e1_bytes",
    "bytes",
    "Data that reached the peer marked ECT(1).",
    v6_18,
  ),
  counter(
    "u32",
    "tcpi_delivered_e0_bytes",
    "delivered_e0_bytes",
    "bytes",
    "Data that reached the peer marked ECT(0).",
    v6_18,
  ),
  counter(
    "u32",
    "tcpi_delivered_ce_bytes",
    "delivered_ce_bytes",
    "bytes",
    "Data that reached the peer with a congestion mark.",
    v6_18,
  ),
  counter("u32", "tcpi_received_e1_bytes", "received_e1_bytes", "bytes", "Data received marked ECT(1).", v6_18),
  counter("u32", "tcpi_received_e0_bytes", "received_e0_bytes", "bytes", "Data received marked ECT(0).", v6_18),
  counter(
    "u32",
    "tcpi_received_ce_bytes",
    "received_ce_bytes",
    "bytes",
    "Data received with a congestion mark.",
    v6_18,
  ),
];

const failMode = "What stopped Accurate ECN.";
const optionSeen = "Form of the peer's Accurate ECN option.";

/** The last four bytes as 6.18 and 6.19 send them. */
const tail6_18: readonly Row[] = [
  row("u16", "tcpi_accecn_fail_mode", "accecn_fail_mode", "", failMode, { ...v6_18, show: flags(ecnFailures) }),
  row("u16", "tcpi_accecn_opt_seen", "accecn_opt_seen", "", optionSeen, {
    ...v6_18,
    show: enumeration(acceptedOptions),
  }),
];

/** The last four bytes since 7.0, which changed them but not the length. */
const tail7_0: readonly Row[] = [
  row("u32", "tcpi_ecn_mode", "ecn_mode", "", "Kind of ECN that was negotiated.", {
    bits: [0, 2],
    since: "7.0",
    show: enumeration(ecnModes),
  }),
  row("u32", "tcpi_accecn_opt_seen", "accecn_opt_seen", "", optionSeen, {
    bits: [2, 2],
    ...v6_18,
    show: enumeration(acceptedOptions),
  }),
  row("u32", "tcpi_accecn_fail_mode", "accecn_fail_mode", "", failMode, {
    bits: [4, 4],
    ...v6_18,
    show: flags(ecnFailures),
  }),
  row("u32", "tcpi_options2", "options2", "", "Further options, none of them known.", { bits: [8, 24], since: "7.0" }),
];

/** `struct tcp_info` ending with `tail`. `adapt` replaces each of the rows before it. */
export const defineTcpInfo = (tail: readonly Row[], adapt: (row: Row) => readonly Row[] = (row) => [row]): Layout =>
  defineLayout("tcp_info", "linux/tcp.h", infoKey, [...tcpInfoRows.flatMap(adapt), ...tail]);

/** `struct tcp_info` of kernels up to 6.19. */
export const TCP_INFO: Layout = defineTcpInfo(tail6_18);
/** `struct tcp_info` since 7.0. */
export const tcpInfo7_0 = (): Layout => defineTcpInfo(tail7_0);
/** `struct tcp_info` of an unknown kernel, without the last four bytes. */
export const tcpInfoCommon = (): Layout => defineTcpInfo([]);
