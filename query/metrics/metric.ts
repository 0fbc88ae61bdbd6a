/**
 * Metrics as Prometheus and OpenMetrics define them: families of series.
 */

/** `counter`: only grows; `gauge`: how much there is now; `histogram`: a snapshot of values; `info`: labels that do not change. */
export type MetricKind = "counter" | "gauge" | "histogram" | "info";

/** The description of a metric. */
export interface Metric {
  /** Without the endings `_total` and `_info`; with the unit. */
  readonly name: string;
  readonly kind: MetricKind;
  /** A base unit, with which the name ends; "" for numbers of things. */
  readonly unit: string;
  /** One line. */
  readonly help: string;
}

/** Names and values of labels; no name stands twice. */
export type Labels = readonly (readonly [name: string, value: string])[];

/** How many values are at most as large as a bound. */
export interface Bucket {
  /** `Infinity` for the last one. */
  readonly atMost: number;
  readonly count: number;
}

/** The values of a histogram. */
export interface HistogramValue {
  /** Each includes those before it. */
  readonly buckets: readonly Bucket[];
  readonly sum: number;
}

/** One series. */
export interface Series {
  readonly labels: Labels;
  /** A histogram has a {@linkcode HistogramValue}, all others have a number. */
  readonly value: number | bigint | HistogramValue;
}

/** A metric and its series. */
export interface MetricFamily {
  readonly metric: Metric;
  readonly series: readonly Series[];
}

/** The text by which labels are compared. */
export const labelsText = (labels: Labels): string => JSON.stringify(labels);
