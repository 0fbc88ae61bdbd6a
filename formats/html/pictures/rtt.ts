/**
 * How long the way to the peers is: a histogram of round-trip times with a logarithmic scale.
 */
import { columnAt, numberAt, numbersOf, textAt } from "../page_table.ts";
import { counted, type Draw, grouped, timeText } from "./figure.ts";
import { box, line, picture, text, WIDTH } from "./svg.ts";

/** The upper ends of the bins in milliseconds: 1, 2, 5 and their decades. */
const ENDS = [-3, -2, -1, 0, 1, 2, 3].flatMap((decade) => [1, 2, 5].map((first) => first * 10 ** decade));
const HEIGHT = 170;
const BOTTOM = 140;
const TOP = 16;

export const rtt: Draw = (table) => {
  const column = columnAt(table, "tcp_info.rtt");
  if (column === undefined) return null;
  const [numbers, state] = [numbersOf(column), columnAt(table, "state")];
  const values: number[] = [];
  for (let row = 0; row < table.rows; row++) {
    const value = numberAt(column, numbers, row);
    // A listener has a value without a measurement.
    if (value > 0 && textAt(state, row) !== "listening") values.push(value);
  }
  const question = "How long is the way to the peers and back?";
  const none = { id: "rtt", question, svg: "", numbers: null };
  if (values.length === 0) return { ...none, answer: "No socket on this page has a measured round-trip time." };
  values.sort((a, b) => a - b);
  const percentile = (part: number) => timeText(values[Math.ceil(part * values.length) - 1]!);
  const counts = new Array<number>(ENDS.length + 1).fill(0);
  for (const value of values) counts[binOf(value)]!++;
  const [first, last] = [counts.findIndex((count) => count > 0), counts.findLastIndex((count) => count > 0)];
  const bins = counts.map((count, bin) => ({ count, bin })).slice(first, last + 1);
  return {
    id: "rtt",
    question,
    answer: `${counted(values.length, "connection")}: half within ${percentile(0.5)}, 95 % within ${
      percentile(0.95)
    }, the longest ${percentile(1)}.`,
    svg: histogram(question, bins),
    numbers: {
      head: ["round-trip time", "connections"],
      rows: bins.map(({ bin, count }) => [binText(bin), count]),
    },
  };
};

const binOf = (value: number): number => {
  const bin = ENDS.findIndex((end) => value <= end);
  return bin < 0 ? ENDS.length : bin;
};

const binText = (bin: number): string =>
  bin === ENDS.length
    ? `more than ${timeText(ENDS[bin - 1]!)}`
    : bin === 0
    ? `up to ${timeText(ENDS[0]!)}`
    : `${timeText(ENDS[bin - 1]!)} to ${timeText(ENDS[bin]!)}`;

function histogram(title: string, bins: readonly { readonly count: number; readonly bin: number }[]): string {
  const most = Math.max(...bins.map(({ count }) => count));
  const step = Math.min(60, (WIDTH - 20) / bins.length);
  const parts = bins.flatMap(({ bin, count }, i) => {
    const height = count === 0 ? 0 : Math.max(1, (BOTTOM - TOP) * count / most);
    const x = 10 + i * step;
    const end = bin === ENDS.length ? "more" : timeText(ENDS[bin]!);
    return [
      box(x + 1, BOTTOM - height, step - 2, height, "c0", `${binText(bin)}: ${grouped(count)}`),
      count === 0 || step < 24 ? "" : text(x + step / 2, BOTTOM - height - 4, grouped(count), "value", "middle"),
      // Labels of neighbours would overlap.
      i % Math.ceil(44 / step) === 0 ? text(x + step, BOTTOM + 16, end, "value", "middle") : "",
    ];
  });
  return picture(title, HEIGHT, [line(8, BOTTOM, WIDTH - 8, BOTTOM, "axis"), ...parts]);
}
