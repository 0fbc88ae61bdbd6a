/**
 * TCP: state of the protocol, congestion controls, signatures and upper layer protocols; mirrors `linux/tcp.h`,
 * `linux/tls.h` and `linux/mptcp.h`. The kernel's side is `net/ipv4/tcp_diag.c` and `tcp_get_info()` in `net/ipv4/tcp.c`.
 */
import {
  type AttributeTable,
  defineAttributes,
  filler,
  nest,
  present,
  scalar,
  structure,
  structures,
  text,
} from "../../netlink/attribute.ts";
import { type FamilyCode, madeOnce, NEWEST_KERNEL } from "../family.ts";
import {
  ALL_EXTENSIONS,
  defineInetAttributes,
  defineInetFamily,
  encodeTcpDiagRequest,
  extensionsFor,
  INET_DIAG_BBRINFO,
  INET_DIAG_CONG,
  INET_DIAG_DCTCPINFO,
  INET_DIAG_INFO,
  INET_DIAG_MD5SIG,
  INET_DIAG_ULP_INFO,
  INET_DIAG_VEGASINFO,
} from "./inet_diag.ts";
import { defineElement, defineKey } from "../../record/key.ts";
import {
  defineLayout,
  enumeration,
  flags,
  hidden,
  type Layout,
  milliseconds,
  nullable,
  type Row,
  row,
} from "../../record/layout.ts";
import { procTcpKeys, tcpFiles } from "./proc_inet.ts";
import { CONNECTED_STATES, tcpStateWords } from "../../kernel/tcp_states.ts";

export const IPPROTO_TCP = 6;

/** The object that `struct tcp_info` is. */
export const infoKey = defineKey(null, "tcp_info", {
  type: "object",
  meaning: "State of the protocol; not there for time-wait, syn-recv and bound-inactive sockets.",
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

/** `struct tcp_info` as far as all kernels agree on it: 276 bytes. */
const tcpInfoRows: readonly Row[] = [
  row("u8", "tcpi_state", "state", "", "State of the connection.", { show: enumeration(tcpStateWords) }),
  row("u8", "tcpi_ca_state", "ca_state", "", "Number of the congestion control's state."),
  row("u8", "tcpi_ca_state", "ca_state_name", "", "State of congestion control.", {
    again: true,
    show: enumeration(congestionStates),
  }),
  row("u8", "tcpi_retransmits", "retransmits", "", "Timeouts in a row since data was last acknowledged."),
  row("u8", "tcpi_probes", "probes", "", "Unanswered window or keepalive probes."),
  row("u8", "tcpi_backoff", "backoff", "", "Times that the timeout has been doubled."),
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
  row("u32", "tcpi_rcv_mss", "rcv_mss", "bytes", "Size of segments received, as estimated."),
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
  row("u32", "tcpi_lost", "lost", "segments", "Segments taken for lost."),
  row("u32", "tcpi_retrans", "retrans", "segments", "Retransmitted segments in flight."),
  row("u32", "tcpi_fackets", "fackets", "segments", "Unused, 0 in current kernels."),
  row("u32", "tcpi_last_data_sent", "last_data_sent", "ms", "Time since data was sent."),
  row("u32", "tcpi_last_ack_sent", "last_ack_sent", "ms", "Unused, always 0."),
  row("u32", "tcpi_last_data_recv", "last_data_recv", "ms", "Time since data was received."),
  row("u32", "tcpi_last_ack_recv", "last_ack_recv", "ms", "Time since an acknowledgement was received."),
  row("u32", "tcpi_pmtu", "pmtu", "bytes", "Path MTU."),
  row("u32", "tcpi_rcv_ssthresh", "rcv_ssthresh", "bytes", "Limit of the window that this side announces, for now."),
  row("u32", "tcpi_rtt", "rtt", "ms", "Smoothed round-trip time.", usec),
  row("u32", "tcpi_rttvar", "rttvar", "ms", "Mean deviation of the round-trip time.", usec),
  row("u32", "tcpi_snd_ssthresh", "snd_ssthresh", "segments", "Slow-start threshold; null while there is none.", {
    show: nullable(0x7fffffff),
  }),
  row("u32", "tcpi_snd_cwnd", "snd_cwnd", "segments", "Congestion window."),
  row("u32", "tcpi_advmss", "advmss", "bytes", "Segment size announced to the peer."),
  row("u32", "tcpi_reordering", "reordering", "segments", "Reordering that is tolerated."),
  row(
    "u32",
    "tcpi_rcv_rtt",
    "rcv_rtt",
    "ms",
    "Round-trip time as the receiver sees it; 0 before the first sample.",
    usec,
  ),
  row("u32", "tcpi_rcv_space", "rcv_space", "bytes", "Space that tuning of the receive buffer aims at."),
  row(
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
  row("u64", "tcpi_bytes_acked", "bytes_acked", "bytes", "Data acknowledged by the peer.", v4_1),
  row("u64", "tcpi_bytes_received", "bytes_received", "bytes", "Data received in order.", v4_1),
  row("u32", "tcpi_segs_out", "segs_out", "segments", "Segments sent.", v4_2),
  row("u32", "tcpi_segs_in", "segs_in", "segments", "Segments received.", v4_2),
  row("u32", "tcpi_notsent_bytes", "notsent_bytes", "bytes", "Data written and not yet sent.", v4_6),
  row("u32", "tcpi_min_rtt", "min_rtt", "us", "Smallest round-trip time of late; null before the first sample.", {
    ...v4_6,
    show: nullable(0xffffffff),
  }),
  row("u32", "tcpi_data_segs_in", "data_segs_in", "segments", "Segments with data received.", v4_6),
  row("u32", "tcpi_data_segs_out", "data_segs_out", "segments", "Segments with data sent.", v4_6),
  row("u64", "tcpi_delivery_rate", "delivery_rate", "bytes/s", "Latest rate at which data reached the peer.", {
    since: "4.9",
  }),
  row("u64", "tcpi_busy_time", "busy_time", "us", "Time with data to send.", v4_10),
  row(
    "u64",
    "tcpi_rwnd_limited",
    "rwnd_limited",
    "us",
    "Part of busy_time spent waiting for the peer's window.",
    v4_10,
  ),
  row(
    "u64",
    "tcpi_sndbuf_limited",
    "sndbuf_limited",
    "us",
    "Part of busy_time spent waiting for space in the send buffer.",
    v4_10,
  ),
  row("u32", "tcpi_delivered", "delivered", "segments", "Segments that reached the peer.", v4_18),
  row(
    "u32",
    "tcpi_delivered_ce",
    "delivered_ce",
    "segments",
    "Segments that reached the peer with a congestion mark.",
    v4_18,
  ),
  row("u64", "tcpi_bytes_sent", "bytes_sent", "bytes", "Data sent, retransmissions included.", v4_19),
  row("u64", "tcpi_bytes_retrans", "bytes_retrans", "bytes", "Data retransmitted.", v4_19),
  row("u32", "tcpi_dsack_dups", "dsack_dups", "", "Duplicates reported by DSACK.", v4_19),
  row("u32", "tcpi_reord_seen", "reord_seen", "", "Times that reordering was noticed.", v4_19),
  row("u32", "tcpi_rcv_ooopack", "rcv_ooopack", "segments", "Segments received out of order.", v5_4),
  row("u32", "tcpi_snd_wnd", "snd_wnd", "bytes", "Window that the peer announces.", v5_4),
  row("u32", "tcpi_rcv_wnd", "rcv_wnd", "bytes", "Window that this side announces.", v6_2),
  row("u32", "tcpi_rehash", "rehash", "", "Times that another path was tried after timeouts.", v6_2),
  row("u16", "tcpi_total_rto", "total_rto", "", "Timeouts, those of SYN included.", v6_7),
  row("u16", "tcpi_total_rto_recoveries", "total_rto_recoveries", "", "Recoveries after timeouts.", v6_7),
  row("u32", "tcpi_total_rto_time", "total_rto_time", "ms", "Time spent in those recoveries.", v6_7),
  row("u32", "tcpi_received_ce", "received_ce", "segments", "Segments received with a congestion mark.", v6_18),
  row(
    "u32",
    "tcpi_delivered_e1_bytes",
    "delivered_e1_bytes",
    "bytes",
    "Data that reached the peer marked ECT(1).",
    v6_18,
  ),
  row(
    "u32",
    "tcpi_delivered_e0_bytes",
    "delivered_e0_bytes",
    "bytes",
    "Data that reached the peer marked ECT(0).",
    v6_18,
  ),
  row(
    "u32",
    "tcpi_delivered_ce_bytes",
    "delivered_ce_bytes",
    "bytes",
    "Data that reached the peer with a congestion mark.",
    v6_18,
  ),
  row("u32", "tcpi_received_e1_bytes", "received_e1_bytes", "bytes", "Data received marked ECT(1).", v6_18),
  row("u32", "tcpi_received_e0_bytes", "received_e0_bytes", "bytes", "Data received marked ECT(0).", v6_18),
  row("u32", "tcpi_received_ce_bytes", "received_ce_bytes", "bytes", "Data received with a congestion mark.", v6_18),
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

/** The last four bytes since 7.0, which changed them without a change of length. */
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

/** `struct tcp_info` that ends with `tail`; `adapt` says what rows the rows before it become. */
export const defineTcpInfo = (tail: readonly Row[], adapt: (row: Row) => readonly Row[] = (row) => [row]): Layout =>
  defineLayout("tcp_info", "linux/tcp.h", infoKey, [...tcpInfoRows.flatMap(adapt), ...tail]);

/** `struct tcp_info` of kernels up to 6.19. */
export const TCP_INFO: Layout = defineTcpInfo(tail6_18);
/** `struct tcp_info` since 7.0. */
export const tcpInfo7_0 = (): Layout => defineTcpInfo(tail7_0);
/** `struct tcp_info` of an unknown kernel: the last four bytes are not interpreted. */
export const tcpInfoCommon = (): Layout => defineTcpInfo([]);

const vegasKey = defineKey(null, "vegasinfo", {
  type: "object",
  meaning: "State of the delay-based congestion controls (vegas, veno, yeah, nv, illinois, westwood).",
  source: "INET_DIAG_VEGASINFO",
});

export const TCPVEGAS_INFO: Layout = defineLayout("tcpvegas_info", "linux/inet_diag.h", vegasKey, [
  row("u32", "tcpv_enabled", "enabled", "", "Not 0 while the delay-based mode is on."),
  row("u32", "tcpv_rttcnt", "rttcnt", "", "Samples in this round."),
  row("u32", "tcpv_rtt", "rtt", "us", "Base or average round-trip time, as the algorithm has it."),
  row("u32", "tcpv_minrtt", "minrtt", "us", "Smallest round-trip time; null before the first sample.", {
    show: nullable(0x7fffffff),
  }),
]);

const dctcpKey = defineKey(null, "dctcpinfo", {
  type: "object",
  meaning: "State of congestion control dctcp.",
  since: "3.18",
  source: "INET_DIAG_DCTCPINFO",
});

export const TCP_DCTCP_INFO: Layout = defineLayout("tcp_dctcp_info", "linux/inet_diag.h", dctcpKey, [
  row("u16", "dctcp_enabled", "enabled", "", "0 if the connection has no ECN and dctcp acts like reno."),
  row("u16", "dctcp_ce_state", "ce_state", "", "Congestion mark of the packet received last."),
  row("u32", "dctcp_alpha", "alpha", "1/1024", "Part of the data that is marked, as estimated."),
  row("u32", "dctcp_ab_ecn", "ab_ecn", "bytes", "Marked data acknowledged in this window."),
  row("u32", "dctcp_ab_tot", "ab_tot", "bytes", "Data acknowledged in this window."),
]);

const bbrKey = defineKey(null, "bbrinfo", {
  type: "object",
  meaning: "State of congestion control bbr.",
  since: "4.9",
  source: "INET_DIAG_BBRINFO",
});

export const TCP_BBR_INFO: Layout = defineLayout("tcp_bbr_info", "linux/inet_diag.h", bbrKey, [
  row("u32x2", "bbr_bw_lo", "bw", "bytes/s", "Bandwidth as estimated (bbr_bw_lo and bbr_bw_hi)."),
  row("u32", "bbr_min_rtt", "min_rtt", "us", "Smallest round-trip time of late; null before the first sample.", {
    show: nullable(0xffffffff),
  }),
  row("u32", "bbr_pacing_gain", "pacing_gain", "1/256", "Factor of the pacing rate."),
  row("u32", "bbr_cwnd_gain", "cwnd_gain", "1/256", "Factor of the congestion window."),
]);

const md5Key = defineKey(null, "md5sig", {
  type: "list",
  meaning: "Peers whose segments must be signed with MD5 (RFC 2385). The keys themselves are secrets and never shown.",
  since: "4.14",
  source: "INET_DIAG_MD5SIG",
  privilege: "CAP_NET_ADMIN",
});

/** `struct tcp_diag_md5sig` without the key in it. */
export const TCP_DIAG_MD5SIG: Layout = defineLayout("tcp_diag_md5sig", "linux/tcp.h", defineElement(md5Key, "object"), [
  hidden("tcpm_family", 1),
  row("u8", "tcpm_prefixlen", "prefixlen", "bits", "Length of the prefix of addresses that the key is for."),
  row("u16", "tcpm_keylen", "keylen", "bytes", "Length of the key."),
  row("address", "tcpm_addr", "addr", "", "Address of the peer."),
  hidden("tcpm_key", 80),
], { order: ["addr", "prefixlen", "keylen"] });

const ulpKey = defineKey(null, "ulp", {
  type: "object",
  meaning: "Protocol on top of TCP in the kernel.",
  since: "5.4",
  source: "INET_DIAG_ULP_INFO",
  privilege: "CAP_NET_ADMIN before 6.15",
});
const tlsKey = defineKey(ulpKey, "tls", {
  type: "object",
  meaning: "Kernel TLS.",
  since: "5.4",
  source: "INET_ULP_INFO_TLS",
});
const subflowKey = defineKey(ulpKey, "mptcp", {
  type: "object",
  meaning: "Multipath TCP: the part of this connection in a larger one.",
  since: "5.7",
  source: "INET_ULP_INFO_MPTCP",
});

const tlsConfigurations = enumeration(["base", "sw", "hw", "hw-record"], 1);

/** `TLS_INFO_*` of `linux/tls.h`. */
const tlsAttributes: AttributeTable = defineAttributes(tlsKey, [
  scalar(1, "TLS_INFO_VERSION", "u16", "version", "Version of TLS.", {
    parent: tlsKey,
    since: "5.4",
    show: enumeration(["1.2", "1.3"], 0x303),
  }),
  scalar(2, "TLS_INFO_CIPHER", "u16", "cipher", "Cipher.", {
    parent: tlsKey,
    since: "5.4",
    show: enumeration([
      "aes-gcm-128",
      "aes-gcm-256",
      "aes-ccm-128",
      "chacha20-poly1305",
      "sm4-gcm",
      "sm4-ccm",
      "aria-gcm-128",
      "aria-gcm-256",
    ], 51),
  }),
  scalar(3, "TLS_INFO_TXCONF", "u16", "txconf", "Where sent records are encrypted.", {
    parent: tlsKey,
    since: "5.4",
    show: tlsConfigurations,
  }),
  scalar(4, "TLS_INFO_RXCONF", "u16", "rxconf", "Where received records are decrypted.", {
    parent: tlsKey,
    since: "5.4",
    show: tlsConfigurations,
  }),
  {
    number: 5,
    name: "TLS_INFO_ZC_RO_TX",
    payload: present(defineKey(tlsKey, "zc_ro_tx", {
      source: "TLS_INFO_ZC_RO_TX",
      type: "boolean",
      meaning: "Read-only data is sent without a copy.",
      since: "5.19",
    })),
  },
  {
    number: 6,
    name: "TLS_INFO_RX_NO_PAD",
    payload: present(defineKey(tlsKey, "rx_no_pad", {
      source: "TLS_INFO_RX_NO_PAD",
      type: "boolean",
      meaning: "Received records are expected to have no padding.",
      since: "6.0",
    })),
  },
  scalar(7, "TLS_INFO_TX_MAX_PAYLOAD_LEN", "u16", "tx_max_payload_len", "Most data in a sent record.", {
    parent: tlsKey,
    unit: "bytes",
    since: "6.19",
  }),
]);

const sequencePrivilege = { parent: subflowKey, since: "5.7", privilege: "CAP_NET_ADMIN" };

/** `MPTCP_SUBFLOW_ATTR_*` of `linux/mptcp.h`. */
const subflowAttributes: AttributeTable = defineAttributes(subflowKey, [
  scalar(8, "MPTCP_SUBFLOW_ATTR_FLAGS", "u32", "flags", "Properties of the subflow.", {
    parent: subflowKey,
    since: "5.7",
    show: flags([
      "mcap_rem",
      "mcap_loc",
      "join_rem",
      "join_loc",
      "bkup_rem",
      "bkup_loc",
      "fully_established",
      "connected",
      "mapvalid",
    ]),
  }),
  scalar(1, "MPTCP_SUBFLOW_ATTR_TOKEN_REM", "u32", "token_rem", "Token of the peer.", {
    parent: subflowKey,
    since: "5.7",
  }),
  scalar(2, "MPTCP_SUBFLOW_ATTR_TOKEN_LOC", "u32", "token_loc", "Token of this side, the same on the MPTCP socket.", {
    parent: subflowKey,
    since: "5.7",
  }),
  scalar(9, "MPTCP_SUBFLOW_ATTR_ID_REM", "u8", "id_rem", "Number of the peer's address.", {
    parent: subflowKey,
    since: "5.7",
  }),
  scalar(10, "MPTCP_SUBFLOW_ATTR_ID_LOC", "u8", "id_loc", "Number of this side's address.", {
    parent: subflowKey,
    since: "5.7",
  }),
  scalar(
    3,
    "MPTCP_SUBFLOW_ATTR_RELWRITE_SEQ",
    "u32",
    "relwrite_seq",
    "Write sequence relative to the subflow's start.",
    sequencePrivilege,
  ),
  scalar(
    4,
    "MPTCP_SUBFLOW_ATTR_MAP_SEQ",
    "u64",
    "map_seq",
    "Data sequence number at which the current mapping starts.",
    sequencePrivilege,
  ),
  scalar(
    5,
    "MPTCP_SUBFLOW_ATTR_MAP_SFSEQ",
    "u32",
    "map_sfseq",
    "Subflow sequence number at which the current mapping starts.",
    sequencePrivilege,
  ),
  scalar(
    6,
    "MPTCP_SUBFLOW_ATTR_SSN_OFFSET",
    "u32",
    "ssn_offset",
    "Distance of TCP and subflow sequence numbers.",
    sequencePrivilege,
  ),
  scalar(7, "MPTCP_SUBFLOW_ATTR_MAP_DATALEN", "u16", "map_datalen", "Length of the current mapping.", {
    ...sequencePrivilege,
    unit: "bytes",
  }),
  { number: 11, name: "MPTCP_SUBFLOW_ATTR_PAD", payload: filler },
]);

/** `INET_ULP_INFO_*` of `linux/inet_diag.h`. */
const ulpAttributes: AttributeTable = defineAttributes(ulpKey, [
  {
    number: 1,
    name: "INET_ULP_INFO_NAME",
    payload: text(defineKey(ulpKey, "name", {
      source: "INET_ULP_INFO_NAME",
      type: "text",
      // TCP_ULP_NAME_MAX without the NUL.
      rule: { longest: 15 },
      meaning: "Name of the protocol: tls, mptcp, espintcp and others.",
      since: "5.4",
    })),
  },
  { number: 2, name: "INET_ULP_INFO_TLS", payload: nest(tlsKey, tlsAttributes) },
  { number: 3, name: "INET_ULP_INFO_MPTCP", payload: nest(subflowKey, subflowAttributes) },
]);

/** Name of the congestion control, of every protocol that has one. */
export const congestionKey = defineKey(null, "cong_algo", {
  source: "INET_DIAG_CONG",
  type: "text",
  // TCP_CA_NAME_MAX without the NUL.
  rule: { longest: 15 },
  meaning: "Name of the congestion control.",
});

const defineTcpAttributes = (info: Layout): AttributeTable =>
  defineInetAttributes([
    { number: INET_DIAG_CONG, name: "INET_DIAG_CONG", payload: text(congestionKey) },
    { number: INET_DIAG_INFO, name: "INET_DIAG_INFO", payload: structure(infoKey, info) },
    { number: INET_DIAG_VEGASINFO, name: "INET_DIAG_VEGASINFO", payload: structure(vegasKey, TCPVEGAS_INFO) },
    { number: INET_DIAG_DCTCPINFO, name: "INET_DIAG_DCTCPINFO", payload: structure(dctcpKey, TCP_DCTCP_INFO) },
    { number: INET_DIAG_BBRINFO, name: "INET_DIAG_BBRINFO", payload: structure(bbrKey, TCP_BBR_INFO) },
    { number: INET_DIAG_ULP_INFO, name: "INET_DIAG_ULP_INFO", payload: nest(ulpKey, ulpAttributes) },
    { number: INET_DIAG_MD5SIG, name: "INET_DIAG_MD5SIG", payload: structures(md5Key, TCP_DIAG_MD5SIG) },
  ]);

/** The attributes of TCP sockets of a kernel; `release` as in {@linkcode DatagramSource.release}. */
export const tcpAttributes: (release: number) => AttributeTable = madeOnce((release) =>
  defineTcpAttributes(release === 0 ? tcpInfoCommon() : release < 7000 ? TCP_INFO : tcpInfo7_0())
);

const inetTcp = defineInetFamily({
  defaultStates: CONNECTED_STATES,
  kernelFiltersStates: true,
  paired: true,
  protocol: { protocol: IPPROTO_TCP, extensions: ALL_EXTENSIONS },
  attributes: tcpAttributes,
  procFiles: (question) => tcpFiles(question, () => TCP_INFO),
});

/** TCP over IPv4 and IPv6. */
export const tcp: FamilyCode = {
  ...inetTcp,
  encodeRequests(question) {
    const requests = inetTcp.encodeRequests(question);
    if (requests.length < 2) return requests;
    // The kernel keeps the sockets of both versions in the same tables, and walks all of them for each request.
    const extensions = extensionsFor(question, () => tcpAttributes(NEWEST_KERNEL));
    return [{ part: "", message: encodeTcpDiagRequest(question, extensions), instead: requests }];
  },
  describe() {
    const { attributes, keys, ...rest } = inetTcp.describe();
    return {
      ...rest,
      // The last bytes of tcp_info before 7.0 hold the same fields in other sizes.
      attributes: [...attributes, tcpAttributes(NEWEST_KERNEL - 1)],
      keys: [...keys, ...procTcpKeys(TCP_INFO)],
    };
  },
};
