/**
 * The metrics of listed sockets: one row each, with the fields that they read.
 */
import type { Key } from "../../decode/record/key.ts";
import type { RecordSlots } from "../../decode/record/record_slots.ts";
import { type Collector, type Measure, numberAt, type Places, wordAt } from "../measure.ts";
import type { HistogramValue, Metric } from "./metric.ts";

/** A metric of sockets. */
export interface SocketMetric extends Metric {
  readonly kind: "gauge" | "histogram";
  /** Paths of the fields; the last one is the state. */
  readonly fields: readonly string[];
  /** Of a histogram: the upper bounds of its buckets. */
  readonly bounds?: readonly number[];
  /** The value of a socket from its fields; `null` for a socket that does not count. */
  readonly value: (numbers: readonly (number | null)[]) => number | null;
}

/** What is added up for a metric. */
export interface MetricCollector extends Collector {
  /** `null` if no socket has a value. */
  readonly value: number | HistogramValue | null;
}

const MILLISECONDS = 1000;
/** The fields with decimals are read in thousandths. */
const THOUSANDTHS = 1000;

const first = ([value]: readonly (number | null)[]): number | null => value ?? null;

/** The metrics, in the order in which they are printed. */
export const socketMetrics: readonly SocketMetric[] = [
  {
    name: "ss2_socket_receive_queue_bytes",
    kind: "gauge",
    unit: "bytes",
    help: "Data received and not yet read, over all sockets but listeners.",
    fields: ["recv_q", "state"],
    value: first,
  },
  {
    name: "ss2_socket_send_queue_bytes",
    kind: "gauge",
    unit: "bytes",
    help: "Data sent and not yet acknowledged or taken, over all sockets but listeners.",
    fields: ["send_q", "state"],
    value: first,
  },
  {
    name: "ss2_socket_drops",
    kind: "gauge",
    unit: "",
    help: "Packets dropped by the sockets that are open now, but listeners; it falls when one is closed.",
    fields: ["skmeminfo.drops", "state"],
    value: first,
  },
  {
    name: "ss2_tcp_rtt_seconds",
    kind: "histogram",
    unit: "seconds",
    help: "Smoothed round-trip time of the TCP connections that are open now; those without a sample do not count.",
    fields: ["tcp_info.rtt", "state"],
    bounds: [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
    value: ([rtt]) => rtt === null || rtt === undefined || rtt === 0 ? null : rtt / THOUSANDTHS / MILLISECONDS,
  },
  {
    name: "ss2_tcp_congestion_window_segments",
    kind: "histogram",
    unit: "segments",
    help: "Congestion window of the TCP connections that are open now.",
    fields: ["tcp_info.snd_cwnd", "state"],
    bounds: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000],
    value: first,
  },
  {
    name: "ss2_tcp_unacknowledged_segments",
    kind: "histogram",
    unit: "segments",
    help: "Segments sent and not yet acknowledged, of the TCP connections that are open now.",
    fields: ["tcp_info.unacked", "state"],
    bounds: [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000],
    value: first,
  },
  {
    name: "ss2_tcp_retransmission_ratio",
    kind: "histogram",
    unit: "ratio",
    help: "Part of the sent bytes that were sent again, of the TCP connections that are open now and have sent any.",
    fields: ["tcp_info.bytes_retrans", "tcp_info.bytes_sent", "state"],
    bounds: [0, 0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5],
    value: ([again, sent]) => !sent || again === null || again === undefined ? null : again / sent,
  },
];

/** The states in which a socket has other numbers in these fields, or none: of a queue, and of a connection. */
const LISTENERS: readonly string[] = ["listening"];
const UNCONNECTED: readonly string[] = ["listening", "unconnected", "bound-inactive"];

/** The measure of a metric. `keysOf` finds the keys of a field in the listed families. */
export function measureOf(metric: SocketMetric, keysOf: (path: string) => readonly Key[]): Measure {
  const { fields, bounds, value } = metric;
  return {
    fields: fields.map(keysOf),
    open: () =>
      bounds === undefined ? new SumCollector(value, LISTENERS) : new HistogramCollector(value, UNCONNECTED, bounds),
  };
}

abstract class ValueCollector implements MetricCollector {
  protected count = 0;
  protected sum = 0;
  readonly #value: SocketMetric["value"];
  /** The values of the fields of one record. */
  readonly #numbers: (number | null)[] = [];

  constructor(value: SocketMetric["value"], readonly unused: readonly string[]) {
    this.#value = value;
  }

  abstract readonly value: number | HistogramValue | null;

  add(slots: RecordSlots, fields: readonly Places[]): void {
    const last = fields.length - 1;
    if (this.unused.includes(wordAt(slots, fields[last]!))) return;
    for (let i = 0; i < last; i++) this.#numbers[i] = numberAt(slots, fields[i]!);
    const value = this.#value(this.#numbers);
    if (value !== null) this.take(value);
  }

  protected take(value: number): void {
    this.count++;
    this.sum += value;
  }

  merge(other: this): void {
    this.count += other.count;
    this.sum += other.sum;
  }
}

class SumCollector extends ValueCollector {
  get value(): number | null {
    return this.count === 0 ? null : this.sum;
  }
}

class HistogramCollector extends ValueCollector {
  readonly #bounds: readonly number[];
  /** How many values are above the bound before and not above this one; the last one has no bound. */
  readonly #counts: number[];

  constructor(value: SocketMetric["value"], unused: readonly string[], bounds: readonly number[]) {
    super(value, unused);
    this.#bounds = bounds;
    this.#counts = new Array(bounds.length + 1).fill(0);
  }

  protected override take(value: number): void {
    super.take(value);
    let bucket = 0;
    while (bucket < this.#bounds.length && value > this.#bounds[bucket]!) bucket++;
    this.#counts[bucket]!++;
  }

  override merge(other: this): void {
    super.merge(other);
    other.#counts.forEach((count, i) => this.#counts[i]! += count);
  }

  get value(): HistogramValue | null {
    if (this.count === 0) return null;
    let count = 0;
    const buckets = this.#counts.map((here, i) => ({ atMost: this.#bounds[i] ?? Infinity, count: count += here }));
    return { buckets, sum: this.sum };
  }
}
