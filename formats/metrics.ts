/**
 * Metrics as text: the format of Prometheus (0.0.4), and OpenMetrics 1.0.
 */
import type { HistogramValue, Labels, Metric, MetricFamily, Series } from "../query/metrics/metric.ts";
import type { MetricFormat } from "./registry.ts";

/** How HTTP names them. */
export const contentTypes: Readonly<Record<MetricFormat, string>> = {
  prometheus: "text/plain; version=0.0.4; charset=utf-8",
  openmetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8",
};

/** The text of metrics. No line has a time, because node_exporter refuses files with times. */
export function metricsText(families: readonly MetricFamily[], format: MetricFormat): string {
  const text = families.map((family) => familyText(family, format)).join("");
  return format === "openmetrics" ? `${text}# EOF\n` : text;
}

function familyText({ metric, series }: MetricFamily, format: MetricFormat): string {
  const name = familyName(metric, format);
  const open = format === "openmetrics";
  const head = [
    `# HELP ${name} ${open ? escapeText(metric.help) : escapeHelp(metric.help)}`,
    `# TYPE ${name} ${typeOf(metric, format)}`,
    ...open && metric.unit !== "" ? [`# UNIT ${name} ${metric.unit}`] : [],
  ];
  return [...head, ...series.flatMap((one) => seriesLines(metric, one, format))].map((line) => `${line}\n`).join("");
}

/** Prometheus has counters and build information under the names of their series. */
function familyName({ name, kind }: Metric, format: MetricFormat): string {
  return format === "openmetrics" ? name : sampleName(name, kind);
}

const sampleName = (name: string, kind: Metric["kind"]): string =>
  kind === "counter" ? `${name}_total` : kind === "info" ? `${name}_info` : name;

/**
 * The text of Prometheus has no type for a histogram that is a snapshot, and none for information. `promtool` wants the
 * type histogram for series with `le`.
 */
function typeOf({ kind }: Metric, format: MetricFormat): string {
  if (format === "openmetrics") return kind === "histogram" ? "gaugehistogram" : kind;
  return kind === "info" ? "gauge" : kind;
}

function seriesLines({ name, kind }: Metric, { labels, value }: Series, format: MetricFormat): readonly string[] {
  if (typeof value === "object") return histogramLines(name, labels, value, format);
  return [`${sampleName(name, kind)}${labelsPart(labels)} ${value}`];
}

function histogramLines(
  name: string,
  labels: Labels,
  { buckets, sum }: HistogramValue,
  format: MetricFormat,
): readonly string[] {
  const prefix = format === "openmetrics" ? "g" : "";
  const bound = (atMost: number) => atMost === Infinity ? "+Inf" : boundText(atMost, format);
  return [
    ...buckets.map(({ atMost, count }) => `${name}_bucket${labelsPart([...labels, ["le", bound(atMost)]])} ${count}`),
    `${name}_${prefix}sum${labelsPart(labels)} ${sum}`,
    `${name}_${prefix}count${labelsPart(labels)} ${buckets.at(-1)?.count ?? 0}`,
  ];
}

/** OpenMetrics writes bounds with a decimal point, as floating-point numbers. */
const boundText = (bound: number, format: MetricFormat): string =>
  format === "openmetrics" && Number.isInteger(bound) ? bound.toFixed(1) : String(bound);

const labelsPart = (labels: Labels): string =>
  labels.length === 0 ? "" : `{${labels.map(([name, value]) => `${name}="${escapeText(value)}"`).join()}}`;

/** In label values, and in the help of OpenMetrics. */
const escapeText = (text: string): string => escapeHelp(text).replaceAll('"', '\\"');

const escapeHelp = (text: string): string => text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
