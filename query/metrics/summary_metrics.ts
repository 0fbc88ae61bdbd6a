/**
 * The metrics of a summary: the kernel's own numbers, accept queues, and ephemeral ports.
 */
import { hostRows, namespaceRows, type SummaryRow } from "../../decode/proc/summary_rows.ts";
import type { Sum } from "../../decode/proc/kernel_sums.ts";
import type { AcceptQueue, NamespaceSummary, Summary } from "../summary/summary.ts";
import { type Labelled, limitSeries, mergeEqual } from "./limit_series.ts";
import type { Labels, Metric, MetricFamily, Series } from "./metric.ts";

/** Base units: the name, and how many of them one is. */
const units: Readonly<Record<string, { readonly unit: string; readonly factor: (pageSize: number) => number }>> = {
  ms: { unit: "seconds", factor: () => 1 / 1000 },
  pages: { unit: "bytes", factor: (pageSize) => pageSize },
};

/** The metric of a row of the summary. */
function metricOf({ group, name, file, sysctl, field, unit, kind }: SummaryRow, prefix: string): Metric {
  const base = units[unit]?.unit ?? unit;
  const where = sysctl
    ? `/proc/sys/${file}${field === 0 ? "" : `, word ${Number(field) + 1}`}`
    : `/proc/net/${file}, ${field}`;
  return {
    name: `${prefix}${group.replaceAll(".", "_")}_${name}${base === "" ? "" : `_${base}`}`,
    kind: kind === "counter" ? "counter" : "gauge",
    unit: base,
    help: `${meanings[kind]} (${where}).`,
  };
}

const meanings = {
  counter: "The kernel's counter",
  gauge: "How many there are now",
  limit: "How many there may be",
} as const;

/** A metric and the sum that it shows. */
interface KernelMetric {
  readonly metric: Metric;
  readonly row: SummaryRow;
}

const ofRows = (rows: readonly SummaryRow[], prefix: string): readonly KernelMetric[] =>
  rows.map((row) => ({ metric: metricOf(row, prefix), row }));

/** The kernel's numbers of each network namespace, and of the machine. */
export const namespaceMetrics: readonly KernelMetric[] = ofRows(namespaceRows, "ss2_");
export const hostMetrics: readonly KernelMetric[] = ofRows(hostRows, "ss2_host_");

const backlog: Metric = {
  name: "ss2_listener_backlog",
  kind: "gauge",
  unit: "",
  help: "Connections that wait to be accepted, of the TCP listeners of an address.",
};
const backlogLimit: Metric = {
  name: "ss2_listener_backlog_limit",
  kind: "gauge",
  unit: "",
  help: "How many may wait; the kernel takes one more.",
};
const listenerDrops: Metric = {
  name: "ss2_listener_drops",
  kind: "gauge",
  unit: "",
  help: "Connections dropped by the TCP listeners that are open now; it falls when one is closed.",
};
const portsUsed: Metric = {
  name: "ss2_ephemeral_ports_used",
  kind: "gauge",
  unit: "",
  help: "Ephemeral ports in use between two addresses and a remote port, for the ten with the most.",
};

/** The metrics of accept queues and ports. */
export const listedMetrics: readonly Metric[] = [backlog, backlogLimit, listenerDrops, portsUsed];

/** The label for a namespace; none if nobody asked for namespaces. */
export type PlaceLabels = (inode: number) => Labels;

/** How sums become series. */
export interface SummaryContext {
  readonly placeLabels: PlaceLabels;
  /** In bytes. */
  readonly pageSize: number;
  readonly maxSeries: number;
}

/** The families of a summary. A number that is not known has no series. */
export function summaryFamilies(summary: Summary, context: SummaryContext): readonly MetricFamily[] {
  const { placeLabels } = context;
  const labelsOf = ({ netns }: NamespaceSummary) => netns === null ? [] : placeLabels(netns.inode);
  return [
    ...queueFamilies(summary, context, labelsOf),
    ...kernelFamilies(
      namespaceMetrics,
      summary.namespaces.map((place) => ({ labels: labelsOf(place), sums: place.sums })),
      context.pageSize,
    ),
    ...kernelFamilies(hostMetrics, [{ labels: [], sums: summary.host }], context.pageSize),
  ];
}

function kernelFamilies(
  metrics: readonly KernelMetric[],
  places: readonly { readonly labels: Labels; readonly sums: readonly Sum[] }[],
  pageSize: number,
): readonly MetricFamily[] {
  return metrics.map(({ metric, row }) => ({
    metric,
    series: places.flatMap(({ labels, sums }): Series[] => {
      const sum = sums.find(({ group, name }) => group === row.group && name === row.name);
      return sum === undefined ? [] : [{ labels, value: inBaseUnits(sum, pageSize) }];
    }),
  }));
}

/** A count keeps all its digits. */
function inBaseUnits({ value, unit }: Sum, pageSize: number): number | bigint {
  const base = units[unit];
  return base === undefined ? value : Number(value) * base.factor(pageSize);
}

function queueFamilies(
  { namespaces }: Summary,
  { maxSeries }: SummaryContext,
  labelsOf: (place: NamespaceSummary) => Labels,
): readonly MetricFamily[] {
  const queues = namespaces.flatMap((place) =>
    place.acceptQueues.map((queue): Labelled<AcceptQueue> => ({
      labels: [...labelsOf(place), ["src", queue.src], ["src_port", String(queue.src_port)]],
      count: queue.backlog,
      value: queue,
    }))
  );
  const ports = namespaces.flatMap((place) =>
    place.ephemeralPorts.map(({ src, dst, dst_port, used }): Labelled<number> => ({
      labels: [...labelsOf(place), ["src", src], ["dst", dst], ["dst_port", String(dst_port)]],
      count: used,
      value: used,
    }))
  );
  const { kept } = limitSeries(mergeEqual(queues, addQueues), maxSeries, addQueues);
  const seriesOf = (number: (queue: AcceptQueue) => number | undefined): readonly Series[] =>
    kept.flatMap(({ labels, value }) => {
      const found = number(value);
      return found === undefined ? [] : [{ labels, value: found }];
    });
  return [
    { metric: backlog, series: seriesOf((queue) => queue.backlog) },
    { metric: backlogLimit, series: seriesOf((queue) => queue.backlog_limit) },
    { metric: listenerDrops, series: seriesOf((queue) => queue.drops) },
    { metric: portsUsed, series: limitSeries(ports, maxSeries, (used) => used.reduce((a, b) => a + b)).kept },
  ];
}

/** Listeners of one address (SO_REUSEPORT), each with a queue. */
function addQueues(queues: readonly AcceptQueue[]): AcceptQueue {
  const sum = (number: (queue: AcceptQueue) => number) => queues.reduce((total, queue) => total + number(queue), 0);
  const [first] = queues;
  return {
    ...first!,
    backlog: sum((queue) => queue.backlog),
    backlog_limit: sum((queue) => queue.backlog_limit),
    full: queues.some(({ full }) => full),
    ...queues.some(({ drops }) => drops === undefined) ? {} : { drops: sum(({ drops }) => drops!) },
  };
}
