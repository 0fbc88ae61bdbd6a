/**
 * The share of retransmitted bytes against the round-trip time.
 */
import { columnAt, numberAt, numbersOf, type PageTable, textAt } from "../page_table.ts";
import { counted, type Draw, grouped, timeText } from "./figure.ts";
import { largest } from "./services.ts";
import { circle, line, picture, text, WIDTH } from "./svg.ts";

const [LEFT, RIGHT, TOP, BOTTOM] = [44, WIDTH - 12, 14, 168];
const [COLUMNS, ROWS] = [56, 24];
const MOST = 10;

interface Point {
  readonly label: string;
  readonly rtt: number;
  /** Percent of the bytes that were sent. */
  readonly share: number;
}

export const retransmissions: Draw = (table) => {
  const points = pointsOf(table);
  if (points === null) return null;
  const question = "Are bytes sent again, and is that a matter of distance?";
  const id = "retransmissions";
  if (points.length === 0) {
    const answer = "No socket on this page has sent bytes and measured a round-trip time.";
    return { id, question, answer, svg: "", numbers: null };
  }
  const lossy = points.filter(({ share }) => share > 0);
  const worst = lossy.reduce((most, { share }) => Math.max(most, share), 0);
  const { first } = largest(lossy, ({ share }) => share, MOST);
  return {
    id,
    question,
    answer: lossy.length === 0
      ? `${counted(points.length, "connection")}: nothing was sent again.`
      : `${grouped(lossy.length)} of ${counted(points.length, "connection")} sent bytes again, at most ${
        percent(worst)
      } of what was sent.`,
    svg: lossy.length === 0 ? "" : scatter(question, points, worst),
    numbers: lossy.length === 0 ? null : {
      head: ["connection", "sent again", "round-trip time"],
      rows: first.map(({ label, share, rtt }) => [label, percent(share), timeText(rtt)]),
    },
  };
};

const percent = (share: number): string => `${Number(share.toPrecision(3))} %`;

function pointsOf(table: PageTable): readonly Point[] | null {
  const column = (path: string) => columnAt(table, path);
  const [rtt, sent, again] = [column("tcp_info.rtt"), column("tcp_info.bytes_sent"), column("tcp_info.bytes_retrans")];
  if (rtt === undefined || sent === undefined || again === undefined) return null;
  const [times, sents, agains] = [numbersOf(rtt), numbersOf(sent), numbersOf(again)];
  const [local, remote] = [column("local"), column("remote")];
  const points: Point[] = [];
  for (let row = 0; row < table.rows; row++) {
    const [time, bytes] = [numberAt(rtt, times, row), numberAt(sent, sents, row)];
    const share = 100 * numberAt(again, agains, row) / bytes;
    if (!(time > 0 && bytes > 0 && share >= 0)) continue;
    points.push({ label: `${textAt(local, row)} to ${textAt(remote, row)}`, rtt: time, share });
  }
  return points;
}

/** Points near each other are one circle, whose size says how many they are. */
function scatter(title: string, points: readonly Point[], worst: number): string {
  const logs = points.map(({ rtt }) => Math.log10(rtt));
  const first = Math.floor(logs.reduce((least, log) => Math.min(least, log), Infinity));
  const last = Math.max(first + 1, Math.ceil(logs.reduce((most, log) => Math.max(most, log), -Infinity)));
  const most = niceEnd(worst);
  const bins = new Map<number, number>();
  points.forEach(({ share }, i) => {
    const x = Math.min(COLUMNS - 1, Math.floor(COLUMNS * (logs[i]! - first) / (last - first)));
    const y = Math.min(ROWS - 1, Math.floor(ROWS * share / most));
    const bin = y * COLUMNS + x;
    bins.set(bin, (bins.get(bin) ?? 0) + 1);
  });
  const circles = [...bins].map(([bin, count]) => {
    const [x, y] = [bin % COLUMNS + 0.5, Math.floor(bin / COLUMNS) + 0.5];
    const share = `${percent(most * (y - 0.5) / ROWS)} to ${percent(most * (y + 0.5) / ROWS)}`;
    return circle(
      LEFT + (RIGHT - LEFT) * x / COLUMNS,
      BOTTOM - (BOTTOM - TOP) * y / ROWS,
      Math.min(7, 2.5 + Math.log2(count) / 2),
      "point",
      `${counted(count, "connection")}, ${share} sent again`,
    );
  });
  const decades = Array.from({ length: last - first + 1 }, (_, i) => {
    const x = LEFT + (RIGHT - LEFT) * i / (last - first);
    return line(x, TOP, x, BOTTOM, "grid") + text(x, BOTTOM + 16, timeText(10 ** (first + i)), "value", "middle");
  });
  const shares = [0, 0.5, 1].map((part) => {
    const y = BOTTOM - (BOTTOM - TOP) * part;
    return line(LEFT, y, RIGHT, y, part === 0 ? "axis" : "grid") +
      text(LEFT - 5, y + 4, percent(most * part), "value", "end");
  });
  const name = text((LEFT + RIGHT) / 2, BOTTOM + 32, "round-trip time", "value", "middle");
  return picture(title, BOTTOM + 38, [...decades, ...shares, name, ...circles]);
}

/** The end of a scale: 1, 2 or 5 and a power of ten, at least as large. */
function niceEnd(value: number): number {
  const decade = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((first) => first * decade).find((end) => end >= value)!;
}
