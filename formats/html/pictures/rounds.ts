/**
 * What has happened from round to round: rates over time, and sockets that were opened and closed.
 */
import type { RoundPoint, Traffic } from "../../format.ts";
import { columnAt, numberAt, numbersOf, type PageTable } from "../page_table.ts";
import { counted, type Figure, grouped, sizeText } from "./figure.ts";
import { largest } from "./services.ts";
import { type Curve, curves } from "./curves.ts";
import { sumRates } from "./sums.ts";

/** Services with a curve of their own. */
const MOST = 5;

/** What services sent and received in the round of a page; `undefined` if it has no rates. */
export function trafficOf(table: PageTable): readonly Traffic[] | undefined {
  return columnAt(table, "rates.bytes_sent") === undefined ? undefined : sumRates(table);
}

/** Segments that were sent again in a second; NaN if the page does not tell. */
export function retransmittedIn(table: PageTable): number {
  const column = columnAt(table, "rates.retrans");
  if (column === undefined) return NaN;
  const numbers = numbersOf(column);
  let sum = 0;
  for (let row = 0; row < table.rows; row++) sum += numberAt(column, numbers, row) || 0;
  return sum;
}

/** The pictures of several rounds, the last of which is that of the page. */
export function roundFigures(points: readonly RoundPoint[]): readonly Figure[] {
  const later = points.filter(({ interval }) => interval !== undefined);
  if (later.length < 2) return [];
  const measured = later.filter(({ traffic }) => traffic !== undefined);
  return [...measured.length < 2 ? [] : [ratesOverTime(measured)], openedAndClosed(later)];
}

/** Says that sockets are missing from some rounds, so that their absence is not taken for a change. */
function incompleteText(points: readonly RoundPoint[]): string {
  const count = points.filter(({ complete }) => !complete).length;
  return count === 0 ? "" : ` ${counted(count, "round is", "rounds are")} incomplete: sockets are missing there.`;
}

const clock = (time: number): string => `${new Date(time).toISOString().slice(11, 19)} UTC`;

const total = (traffic: readonly Traffic[] | undefined, way: "sent" | "received"): number =>
  (traffic ?? []).reduce((sum, one) => sum + one[way], 0);

function ratesOverTime(points: readonly RoundPoint[]): Figure {
  const sums = new Map<string, number>();
  for (const { traffic = [] } of points) {
    for (const { name, sent, received } of traffic) sums.set(name, (sums.get(name) ?? 0) + sent + received);
  }
  const { first, others } = largest([...sums], ([, sum]) => sum, MOST);
  const names = first.map(([name]) => name);
  const curvesOf = (way: "sent" | "received"): readonly Curve[] => [
    ...names.map((name) => ({
      name,
      values: points.map(({ traffic }) => total(traffic?.filter((one) => one.name === name), way)),
    })),
    ...others.length === 0 ? [] : [{
      name: counted(others.length, "other"),
      values: points.map(({ traffic }) => total(traffic?.filter((one) => !names.includes(one.name)), way)),
    }],
  ];
  const question = "How much do services send and receive from round to round?";
  const id = "rates-over-time";
  if (sums.size === 0) {
    return { id, question, answer: "Nothing was sent or received from round to round.", svg: "", numbers: null };
  }
  const most = Math.max(...points.map(({ traffic }) => total(traffic, "sent") + total(traffic, "received")));
  const times = points.map(({ time }) => time);
  const textOf = (value: number) => `${sizeText(value)}/s`;
  return {
    id,
    question,
    answer: `${counted(points.length, "round")} from ${clock(times[0]!)} to ${clock(times.at(-1)!)}; at most ${
      textOf(most)
    } sent and received together.${incompleteText(points)}`,
    svg: curves(question, times, [["sent", curvesOf("sent")], ["received", curvesOf("received")]], textOf),
    numbers: {
      head: ["time", "bytes sent a second", "bytes received a second", "segments sent again a second"],
      rows: points.map(({ time, traffic, retransmitted = NaN }) => [
        clock(time),
        Math.round(total(traffic, "sent")),
        Math.round(total(traffic, "received")),
        Number.isNaN(retransmitted) ? "" : Math.round(retransmitted * 10) / 10,
      ]),
    },
  };
}

function openedAndClosed(points: readonly RoundPoint[]): Figure {
  const question = "How many sockets are opened and closed from round to round?";
  const [opened, closed] = (["opened", "closed"] as const).map((what) => points.map((point) => point[what]));
  const sum = (values: readonly number[] = []) => values.reduce((all, value) => all + value, 0);
  return {
    id: "opened-and-closed",
    question,
    answer: `${counted(sum(opened), "socket")} opened and ${grouped(sum(closed))} closed in ${
      counted(points.length, "round")
    }; those that lived between two rounds are in neither.${incompleteText(points)}`,
    svg: curves(
      question,
      points.map(({ time }) => time),
      [["", [{ name: "opened", values: opened! }, { name: "closed", values: closed! }]]],
      grouped,
    ),
    numbers: {
      head: ["time", "sockets", "opened", "closed"],
      rows: points.map(({ time, sockets, opened, closed }) => [clock(time), sockets, opened, closed]),
    },
  };
}
