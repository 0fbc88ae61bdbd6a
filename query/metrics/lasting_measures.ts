/**
 * The metrics that do not fall when sockets are closed: one row each, with the field that is added up.
 */
import type { LastingTotals, Total } from "../lasting_totals.ts";
import type { Metric } from "./metric.ts";

/** A counter of sockets that are open or were since the start. */
export interface LastingMetric extends Metric {
  readonly kind: "counter";
  /** Path of the field. */
  readonly field: string;
}

const counter = (name: string, unit: string, what: string, field: string): LastingMetric => ({
  name,
  kind: "counter",
  unit,
  help: `${what} by TCP connections, also those that were closed since the start (-E).`,
  field,
});

/** The metrics, in the order in which they are printed. */
export const lastingMetrics: readonly LastingMetric[] = [
  counter("ss2_tcp_sent_bytes", "bytes", "Bytes sent, also again,", "tcp_info.bytes_sent"),
  counter("ss2_tcp_received_bytes", "bytes", "Bytes received", "tcp_info.bytes_received"),
  counter("ss2_tcp_retransmitted_bytes", "bytes", "Bytes sent again", "tcp_info.bytes_retrans"),
  counter("ss2_tcp_sent_segments", "segments", "Segments sent, also again,", "tcp_info.segs_out"),
  counter("ss2_tcp_received_segments", "segments", "Segments received", "tcp_info.segs_in"),
  counter("ss2_tcp_retransmitted_segments", "segments", "Segments sent again", "tcp_info.total_retrans"),
];

export const closedSockets: Metric = {
  name: "ss2_closed_sockets",
  kind: "counter",
  unit: "",
  help: "TCP and UDP sockets that were closed since the start (-E).",
};

export const lostEvents: Metric = {
  name: "ss2_lost_events",
  kind: "counter",
  unit: "",
  help: "Ends of sockets that were not told since the start (-E): what these counted last is missing.",
};

/** What was added up, and what was not told. */
export interface Lasting {
  readonly totals: LastingTotals;
  readonly lost: number;
}

/** The numbers of a total: of each metric, and closed sockets behind them. */
export const numbersOf = ({ sums, closed }: Total): readonly (number | bigint)[] => [...sums, closed];
