/**
 * Congestion controls. Mirrors their structures in `linux/inet_diag.h`.
 */
import { defineKey } from "../../record/key.ts";
import { defineLayout, type Layout, nullable, row } from "../../record/layout.ts";

export const vegasKey = defineKey(null, "vegasinfo", {
  type: "object",
  meaning: "State of the delay-based congestion controls (vegas, veno, yeah, nv, illinois, westwood).",
  source: "INET_DIAG_VEGASINFO",
});

export const TCPVEGAS_INFO: Layout = defineLayout("tcpvegas_info", "linux/inet_diag.h", vegasKey, [
  row("u32", "tcpv_enabled", "enabled", "", "Not 0 while the delay-based mode is on."),
  row("u32", "tcpv_rttcnt", "rttcnt", "", "Samples in this round."),
  row("u32", "tcpv_rtt", "rtt", "us", "Base or average round-trip time, depending on the algorithm."),
  row("u32", "tcpv_minrtt", "minrtt", "us", "Smallest round-trip time; null before the first sample.", {
    show: nullable(0x7fffffff),
  }),
]);

export const dctcpKey = defineKey(null, "dctcpinfo", {
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

export const bbrKey = defineKey(null, "bbrinfo", {
  type: "object",
  meaning: "State of congestion control bbr.",
  since: "4.9",
  source: "INET_DIAG_BBRINFO",
});

export const TCP_BBR_INFO: Layout = defineLayout("tcp_bbr_info", "linux/inet_diag.h", bbrKey, [
  row("u32x2", "bbr_bw_lo", "bw", "bytes/s", "Bandwidth as estimated (bbr_bw_lo and bbr_bw_hi)."),
  row("u32", "bbr_min_rtt", "min_rtt", "us", "Smallest recent round-trip time; null before the first sample.", {
    show: nullable(0xffffffff),
  }),
  row("u32", "bbr_pacing_gain", "pacing_gain", "1/256", "Factor of the pacing rate."),
  row("u32", "bbr_cwnd_gain", "cwnd_gain", "1/256", "Factor of the congestion window."),
]);

/** Name of the congestion control, for every protocol that has one. */
export const congestionKey = defineKey(null, "cong_algo", {
  source: "INET_DIAG_CONG",
  type: "text",
  // TCP_CA_NAME_MAX without the NUL.
  rule: { longest: 15, named: "congestion control" },
  meaning: "Name of the congestion control.",
});
