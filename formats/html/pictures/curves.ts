/**
 * Curves over time. Each has a colour and a pattern of its own.
 */
import { escapeHtml } from "../escape.ts";
import { box, legendOf, line, picture, shortened, text, WIDTH } from "./svg.ts";

export interface Curve {
  readonly name: string;
  /** One for each time. */
  readonly values: readonly number[];
}

const LEFT = 74;
const RIGHT = WIDTH - 8;
const HEIGHT = 96;
/** Between two charts, for the name of the second. */
const GAP = 26;
const LETTERS = 24;

/** One chart below the other, with the same times in milliseconds since 1970, and one legend. */
export function curves(
  title: string,
  times: readonly number[],
  charts: readonly (readonly [name: string, curves: readonly Curve[]])[],
  textOf: (value: number) => string,
): string {
  const [keys, top] = legendOf(charts[0]![1].map(({ name }, i) => [shortened(name, LETTERS), `c${i}`]));
  const parts = charts.flatMap(([name, lines], i) => chart(name, times, lines, textOf, top + i * (HEIGHT + GAP) + 14));
  const bottom = top + charts.length * (HEIGHT + GAP);
  const clock = (time: number) => new Date(time).toISOString().slice(11, 19);
  return picture(title, bottom + 12, [
    ...keys,
    ...parts,
    text(LEFT, bottom + 6, clock(times[0]!), "value"),
    text(RIGHT, bottom + 6, `${clock(times.at(-1)!)} UTC`, "value", "end"),
  ]);
}

function chart(
  name: string,
  times: readonly number[],
  lines: readonly Curve[],
  textOf: (value: number) => string,
  top: number,
): readonly string[] {
  const most = Math.max(...lines.flatMap(({ values }) => values)) || 1;
  const [first, last] = [times[0]!, times.at(-1)!];
  const x = (time: number) => LEFT + (RIGHT - LEFT) * (last === first ? 0.5 : (time - first) / (last - first));
  const y = (value: number) => top + HEIGHT * (1 - value / most);
  return [
    name === "" ? "" : text(LEFT, top - 4, name),
    line(LEFT, top + HEIGHT, RIGHT, top + HEIGHT, "axis"),
    text(LEFT - 6, top + 5, textOf(most), "value", "end"),
    text(LEFT - 6, top + HEIGHT, "0", "value", "end"),
    ...lines.map(({ name, values }, i) => {
      const points = values.map((value, j) => `${x(times[j]!).toFixed(1)} ${y(value).toFixed(1)}`);
      return `<path d="M${points.join("L")}" class="curve l${i}"><title>${escapeHtml(name)}</title></path>`;
    }),
    // The end of each curve can be seen even if it has no length.
    ...lines.map(({ name, values }, i) =>
      box(x(last) - 2, y(values.at(-1)!) - 2, 4, 4, `c${i}`, `${name}: ${textOf(values.at(-1)!)}`)
    ),
  ];
}
