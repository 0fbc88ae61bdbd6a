/**
 * All metrics of a scrape: of listed sockets, of the summary, and of the scrape itself.
 */
import { playFields } from "../../decode/record/record_tape.ts";
import { ObjectSink } from "../../decode/record/object_sink.ts";
import type { RecordSink } from "../../decode/record/record_sink.ts";
import { SelectFields } from "../select_fields.ts";
import type { CountChoice, Group } from "../count.ts";
import { PROTOCOL } from "../columns.ts";
import type { Summary } from "../summary/summary.ts";
import { labelsOf } from "./labels.ts";
import { closedSockets, type Lasting, lastingMetrics, lostEvents, numbersOf } from "./lasting_measures.ts";
import { type Labelled, limitSeries, mergeEqual, OTHER } from "./limit_series.ts";
import type { Labels, Metric, MetricFamily, Series } from "./metric.ts";
import { type MetricCollector, socketMetrics } from "./socket_measures.ts";
import { hostMetrics, listedMetrics, namespaceMetrics, type PlaceLabels, summaryFamilies } from "./summary_metrics.ts";

const gauge = (name: string, unit: string, help: string): Metric => ({ name, kind: "gauge", unit, help });

const sockets = gauge("ss2_sockets", "", "Number of sockets.");
const build: Metric = { name: "ss2_build", kind: "info", unit: "", help: "The program: its version." };
const complete = gauge("ss2_scrape_complete", "", "1 if nothing is known to be missing, else 0.");
const warnings = gauge("ss2_scrape_warnings", "", "How many things are known to be missing or doubtful.");
const duration = gauge("ss2_scrape_duration_seconds", "seconds", "How long listing and reading took.");
const merged = gauge(
  "ss2_scrape_merged_series",
  "",
  'Sets of labels that are in the series other="true" of ss2_sockets.',
);

/** The metrics of what lasts. */
const totalMetrics: readonly Metric[] = [...lastingMetrics, closedSockets];

/** All metrics, in the order in which they are printed. */
export const allMetrics: readonly Metric[] = [
  sockets,
  ...socketMetrics,
  ...totalMetrics,
  lostEvents,
  ...listedMetrics,
  ...namespaceMetrics.map(({ metric }) => metric),
  ...hostMetrics.map(({ metric }) => metric),
  merged,
  complete,
  warnings,
  duration,
  build,
];

/** The labels by default, and with namespaces. */
export const STATE = "state";
export const defaultLabels: readonly string[] = [PROTOCOL, STATE];

/** What a scrape found. */
export interface Scraped {
  readonly groups: readonly Group[];
  /** What the sockets were counted by. */
  readonly countBy: CountChoice;
  /** Whether these are the labels by default: then histograms have no state. */
  readonly byDefault: boolean;
  /** `null` for a recording, which has no sums of the kernel. */
  readonly summary: Summary | null;
  /** `null` without events. */
  readonly lasting: Lasting | null;
  readonly placeLabels: PlaceLabels;
  readonly pageSize: number;
  /** Series that a metric may have. */
  readonly maxSeries: number;
  /** How many things are known to be missing. */
  readonly warnings: number;
  readonly complete: boolean;
  readonly seconds: number;
  readonly version: string;
}

/** The families of a scrape; those without a series are left out. */
export function metricFamilies(scraped: Scraped): readonly MetricFamily[] {
  const { summary } = scraped;
  return [
    ...socketFamilies(scraped),
    ...scraped.lasting === null ? [] : lastingFamilies(scraped, scraped.lasting),
    ...summary === null ? [] : summaryFamilies(summary, scraped),
    { metric: complete, series: one(scraped.complete ? 1 : 0) },
    { metric: warnings, series: one(scraped.warnings) },
    { metric: duration, series: one(scraped.seconds) },
    { metric: build, series: labelled([["version", scraped.version]], 1) },
  ].filter(({ series }) => series.length > 0);
}

const labelled = (labels: Labels, value: number): readonly Series[] => [{ labels, value }];

const one = (value: number): readonly Series[] => labelled([], value);

function socketFamilies({ groups, countBy, byDefault, placeLabels, maxSeries }: Scraped): readonly MetricFamily[] {
  const labels = labelsOfGroups(groups, countBy, byDefault ? placeLabels : null);
  const counted = limitSeries(
    mergeEqual(groups.map(({ count }, i) => ({ labels: labels[i]!, count, value: count })), add),
    maxSeries,
    add,
  );
  return [
    { metric: sockets, series: counted.kept },
    ...socketMetrics.map((metric, i): MetricFamily => {
      const collected = groups.map(({ count, collectors }, group): Labelled<MetricCollector> => ({
        labels: byDefault && metric.bounds !== undefined ? withoutState(labels[group]!) : labels[group]!,
        count,
        value: collectors[i] as MetricCollector,
      }));
      // A histogram has a series for each bound, and three more.
      const most = metric.bounds === undefined ? maxSeries : Math.floor(maxSeries / (metric.bounds.length + 3));
      const merge = (all: readonly MetricCollector[]) => mergeCollectors(i, all, countBy);
      const valued = mergeEqual(collected, merge).filter(({ value }) => value.value !== null);
      return {
        metric,
        series: limitSeries(valued, most, merge).kept.map(({ labels, value }) => ({ labels, value: value.value! })),
      };
    }),
    { metric: merged, series: one(counted.merged) },
  ];
}

/** Groups that share labels count together. What there was no room for has labels of its own. */
function lastingFamilies(
  { groups, countBy, byDefault, placeLabels }: Scraped,
  { totals, lost }: Lasting,
): readonly MetricFamily[] {
  const labels = labelsOfGroups(groups, countBy, byDefault ? placeLabels : null);
  const counted = groups.flatMap(({ total }, i): Labelled<readonly (number | bigint)[]>[] =>
    total === undefined || total === totals.other ? [] : [{
      labels: byDefault ? withoutState(labels[i]!) : labels[i]!,
      count: 0,
      value: numbersOf(total),
    }]
  );
  const others = numbersOf(totals.other);
  const series = [
    ...mergeEqual(counted, addAll),
    ...others.some((number) => number > 0) ? [{ labels: OTHER, value: others }] : [],
  ];
  return [
    ...totalMetrics.map((metric, i) => ({
      metric,
      series: series.map(({ labels, value }) => ({ labels, value: value[i]! })),
    })),
    { metric: lostEvents, series: one(lost) },
  ];
}

const addAll = (all: readonly (readonly (number | bigint)[])[]): readonly bigint[] =>
  all[0]!.map((_, i) => all.reduce((sum, numbers) => sum + BigInt(numbers[i]!), 0n));

const add = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

/** A new collector with the values of all. */
function mergeCollectors(i: number, all: readonly MetricCollector[], { measures }: CountChoice): MetricCollector {
  const collector = measures![i]!.open() as MetricCollector;
  for (const one of all) collector.merge(one);
  return collector;
}

const withoutState = (labels: Labels): Labels => labels.filter(([name]) => name !== STATE);

/** The labels of each group. By default a namespace has one label. */
function labelsOfGroups(
  groups: readonly Group[],
  { shown, columns }: CountChoice,
  placeLabels: PlaceLabels | null,
): readonly Labels[] {
  const objects = new ObjectSink();
  // The fields of measures are on the tape too.
  const fields: RecordSink = new SelectFields(objects, shown);
  for (const { protocol, record } of groups) {
    objects.openProtocol(protocol);
    objects.openRecord();
    playFields(record, fields);
    objects.closeRecord();
  }
  const byProtocol = columns.some(({ name }) => name === PROTOCOL);
  return objects.take().map(({ protocol, ...record }) => {
    const { netns, ...rest } = record as { netns?: { inode?: number } };
    const place = placeLabels !== null && netns?.inode !== undefined ? placeLabels(netns.inode) : null;
    return labelsOf({
      ...byProtocol ? { protocol } : {},
      ...place === null ? record : rest,
      ...Object.fromEntries(place ?? []),
    });
  });
}
