/**
 * Bounds the number of series of a metric.
 */
import { type Labels, labelsText } from "./metric.ts";

/** What has labels, and can be added to another one. */
export interface Labelled<Value> {
  readonly labels: Labels;
  /** Decides what stays if there are too many: the largest. */
  readonly count: number;
  readonly value: Value;
}

/** The labels of what is left. */
export const OTHER: Labels = [["other", "true"]];

/** The labelled values, and how many others were put together. */
export interface Limited<Value> {
  readonly kept: readonly Labelled<Value>[];
  /** Sets of labels that are in the last one of them. */
  readonly merged: number;
}

/** Puts values with the same labels together; in the order of first appearance. */
export function mergeEqual<Value>(
  values: readonly Labelled<Value>[],
  merge: (values: readonly Value[]) => Value,
): readonly Labelled<Value>[] {
  const byLabels = new Map<string, Labelled<Value>[]>();
  for (const value of values) {
    const text = labelsText(value.labels);
    const same = byLabels.get(text);
    if (same === undefined) byLabels.set(text, [value]);
    else same.push(value);
  }
  return [...byLabels.values()].map((same) => same.length === 1 ? same[0]! : together(same[0]!.labels, same, merge));
}

/**
 * Keeps at most `most` sets of labels, at least one: the largest, and the rest as one with the label `other="true"`.
 */
export function limitSeries<Value>(
  values: readonly Labelled<Value>[],
  most: number,
  merge: (values: readonly Value[]) => Value,
): Limited<Value> {
  const limit = Math.max(1, most);
  if (values.length <= limit) return { kept: values, merged: 0 };
  const ordered = values.map((value) => ({ value, text: labelsText(value.labels) })).sort((a, b) =>
    b.value.count - a.value.count || (a.text < b.text ? -1 : 1)
  ).map(({ value }) => value);
  const rest = ordered.slice(limit - 1);
  return { kept: [...ordered.slice(0, limit - 1), together(OTHER, rest, merge)], merged: rest.length };
}

const together = <Value>(
  labels: Labels,
  values: readonly Labelled<Value>[],
  merge: (values: readonly Value[]) => Value,
): Labelled<Value> => ({
  labels,
  count: values.reduce((sum, { count }) => sum + count, 0),
  value: merge(values.map(({ value }) => value)),
});
