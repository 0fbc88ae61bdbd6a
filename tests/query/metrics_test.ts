/** The parts of metrics: labels, limits, texts, and sums that can be taken back. */
import { assertEquals } from "@std/assert";
import { defineKey, defineWord } from "../../decode/record/key.ts";
import { nowhere } from "../../decode/record/nowhere.ts";
import { metricsText } from "../../formats/metrics.ts";
import { CountSink } from "../../query/count.ts";
import { preferredFormat } from "../../query/metrics/accept.ts";
import { labelsOf } from "../../query/metrics/labels.ts";
import { limitSeries, mergeEqual } from "../../query/metrics/limit_series.ts";
import type { Metric } from "../../query/metrics/metric.ts";
import { namesOfPlaces } from "../../query/metrics/place_names.ts";
import { measureOf, type MetricCollector, type SocketMetric } from "../../query/metrics/socket_measures.ts";
import { parseMetrics } from "../exposition.ts";

const add = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0);
const series = (name: string, count: number) => ({ labels: [["a", name]] as const, count, value: count });

Deno.test("limitSeries keeps the largest, puts the rest together, and loses none", () => {
  const values = [series("x", 1), series("y", 5), series("z", 3), series("w", 1)];
  assertEquals(limitSeries(values, 4, add), { kept: values, merged: 0 });
  const { kept, merged } = limitSeries(values, 3, add);
  assertEquals(kept.map(({ labels, value }) => [labels[0]!.join(), value]), [["a,y", 5], ["a,z", 3], [
    "other,true",
    2,
  ]]);
  assertEquals(merged, 2);
  // There is always one.
  assertEquals(limitSeries(values, 0, add).kept.map(({ value }) => value), [10]);
  assertEquals(mergeEqual([...values, series("x", 9)], add).map(({ value }) => value), [10, 5, 3, 1]);
});

Deno.test("labelsOf makes names that Prometheus takes, and no label of what is empty or null", () => {
  const record = { state: "listening", tcp_info: { ca_state: 0 }, "dst/24": "10.0.0.0/24", owners: [{ comm: "a" }] };
  assertEquals(labelsOf(record), [
    ["state", "listening"],
    ["tcp_info_ca_state", "0"],
    ["dst_24", "10.0.0.0/24"],
    ["owners_comm", "a"],
  ]);
  assertEquals(labelsOf({ path_name: "", mark: null, opts: ["ts", "sack"] }), [["opts", "ts,sack"]]);
});

Deno.test("namesOfPlaces tells namespaces of the same name, without one, and with a number for a name apart", () => {
  const place = (inode: number, name: string | null) => ({
    netns: { inode, name: name === null ? null : new TextEncoder().encode(name) },
  });
  const places = [place(1, "a"), place(2, "a"), place(3, null), place(4, "b"), place(5, "3")];
  const labels = namesOfPlaces(places as unknown as Parameters<typeof namesOfPlaces>[0]);
  assertEquals([1, 2, 3, 4, 5].map((inode) => labels(inode)[0]![1]), ["1", "2", "3", "b", "5"]);
});

Deno.test("metricsText writes hostile labels, large numbers and histograms that a strict reader takes", () => {
  const metric = (name: string, kind: Metric["kind"], unit = ""): Metric => ({
    name,
    kind,
    unit,
    help: 'a "b" \\ c\nd',
  });
  const name = 'a"b\\c\nd\re{f="g"}';
  const families = [
    { metric: metric("ss2_x", "counter"), series: [{ labels: [["name", name] as const], value: 2n ** 64n - 1n }] },
    {
      metric: metric("ss2_y_seconds", "histogram", "seconds"),
      series: [{ labels: [], value: { buckets: [{ atMost: 1, count: 2 }, { atMost: Infinity, count: 3 }], sum: 0.5 } }],
    },
    { metric: metric("ss2_z", "info"), series: [{ labels: [["version", "1"] as const], value: 1 }] },
  ];
  const text = parseMetrics(metricsText(families, "prometheus"), false);
  const open = parseMetrics(metricsText(families, "openmetrics"), true);
  assertEquals(text.get("ss2_x_total")!.samples[0], {
    name: "ss2_x_total",
    labels: { name },
    value: "18446744073709551615",
  });
  assertEquals(open.get("ss2_x")!.samples[0]!.labels["name"], name);
  assertEquals(open.get("ss2_y_seconds")!.samples.map(({ labels }) => labels["le"]), [
    "1.0",
    "+Inf",
    undefined,
    undefined,
  ]);
  assertEquals([...text.values()].map(({ type }) => type), ["counter", "histogram", "gauge"]);
  assertEquals([...open.values()].map(({ type }) => type), ["counter", "gaugehistogram", "info"]);
});

Deno.test("preferredFormat is OpenMetrics only where it is named and not liked less", () => {
  const open = "application/openmetrics-text";
  for (const accept of [open, `${open};version=1.0.0,text/plain;q=0.5`, `text/plain;q=0.3, ${open}; q=0.3`]) {
    assertEquals(preferredFormat(accept), "openmetrics", accept);
  }
  for (const accept of ["", "*/*", "text/plain", `${open};q=0`, `${open};q=0.1,text/plain`, `${open};q=x,*/*`]) {
    assertEquals(preferredFormat(accept), "prometheus", accept);
  }
});

Deno.test("CountSink takes back sums and histograms of a dump that is repeated, and forgets a listing", () => {
  const state = defineKey(null, "metrics test state", { type: "name" });
  const queue = defineKey(null, "metrics test queue", { type: "integer", unit: "bytes" });
  const metric: SocketMetric = {
    ...{ name: "ss2_test_bytes", kind: "histogram", unit: "bytes", help: "Test." },
    fields: ["queue", "state"],
    bounds: [10],
    value: ([value]) => value ?? null,
  };
  const measures = [measureOf(metric, (path) => [path === "queue" ? queue : state])];
  const sink = new CountSink(nowhere, { columns: [], shown: new Set([state]), aggregates: [], measures, printed: [] });
  const socket = (word: string, value: number) => {
    sink.entry.openRecord();
    sink.entry.name(state, defineWord(word));
    sink.entry.integer(queue, value);
    sink.entry.closeRecord();
  };
  const found = () =>
    sink.groups.map(({ count, collectors }) => [count, (collectors[0] as MetricCollector).value] as const);
  const value = (sum: number, ...counts: number[]) => ({
    buckets: counts.map((count, i) => ({ atMost: [10, Infinity][i]!, count })),
    sum,
  });
  sink.entry.openProtocol("TCP");
  socket("established", 5);
  sink.entry.mark();
  socket("established", 50);
  socket("close-wait", 1);
  assertEquals(found(), [[2, value(55, 1, 2)], [1, value(1, 1, 1)]]);
  assertEquals(sink.entry.rewind(), true);
  assertEquals(found(), [[1, value(5, 1, 1)]]);
  socket("established", 10);
  // A listener has no value.
  socket("listening", 128);
  assertEquals(found(), [[2, value(15, 2, 2)], [1, null]]);
  // Another listing counts from the beginning.
  sink.reset();
  assertEquals(found(), []);
  socket("listening", 1);
  socket("established", 7);
  assertEquals(found(), [[1, null], [1, value(7, 1, 1)]]);
});
