/**
 * Sums of sockets as bars: bytes by peer, rates by service, sockets in CLOSE-WAIT by owner.
 */
import type { Traffic as Sum } from "../../format.ts";
import { columnAt, numberAt, numbersOf, type PageTable, textAt } from "../page_table.ts";
import { counted, type Draw, grouped, sizeText, timeText } from "./figure.ts";
import { largest, servicesOf } from "./services.ts";
import { bars } from "./svg.ts";

const MOST = 12;

/** Adds two numbers of each socket by a name. Sockets with neither are left out. */
function sumBy(
  table: PageTable,
  nameOf: (row: number) => string,
  [out, into]: readonly [sent: string, received: string],
): readonly Sum[] {
  const [sent, received] = [columnAt(table, out), columnAt(table, into)];
  const [outs, intos] = [numbersOf(sent), numbersOf(received)];
  const sums = new Map<string, { name: string; sent: number; received: number }>();
  for (let row = 0; row < table.rows; row++) {
    const [one, other] = [numberAt(sent, outs, row), numberAt(received, intos, row)];
    const name = nameOf(row);
    if (name === "" || Number.isNaN(one) && Number.isNaN(other)) continue;
    let sum = sums.get(name);
    if (sum === undefined) sums.set(name, sum = { name, sent: 0, received: 0 });
    sum.sent += one || 0;
    sum.received += other || 0;
  }
  return [...sums.values()].filter(({ sent, received }) => sent + received > 0);
}

const total = ({ sent, received }: Sum): number => sent + received;

function sumBars(title: string, sums: readonly Sum[], unit: string): string {
  return bars(
    title,
    sums.map((sum) => ({
      label: sum.name,
      value: sizeText(total(sum)) + unit,
      parts: [
        { value: sum.sent, colour: "c0", title: `${sum.name}: ${sizeText(sum.sent)}${unit} sent` },
        { value: sum.received, colour: "c2", title: `${sum.name}: ${sizeText(sum.received)}${unit} received` },
      ],
    })),
    [["sent", "c0"], ["received", "c2"]],
  );
}

export const bytesByPeer: Draw = (table) => {
  const dst = columnAt(table, "dst");
  if (dst === undefined || columnAt(table, "tcp_info.bytes_sent") === undefined) return null;
  const state = columnAt(table, "state");
  const nameOf = (row: number) => textAt(state, row) === "listening" ? "" : textAt(dst, row);
  const sums = sumBy(table, nameOf, ["tcp_info.bytes_sent", "tcp_info.bytes_received"]);
  const question = "Which peers have exchanged the most bytes?";
  const id = "peers";
  if (sums.length === 0) {
    return { id, question, answer: "No connection on this page tells its bytes.", svg: "", numbers: null };
  }
  const { first } = largest(sums, total, MOST);
  return {
    id,
    question,
    answer: `${counted(sums.length, "peer")}; ${first[0]!.name} with ${
      sizeText(total(first[0]!))
    } over the connections that are open now.`,
    svg: sumBars(question, first, ""),
    numbers: {
      head: ["peer", "bytes sent", "bytes received"],
      rows: first.map(({ name, sent, received }) => [name, sent, received]),
    },
  };
};

/** What services send and receive in a second. */
export function sumRates(table: PageTable): readonly Sum[] {
  const services = servicesOf(table);
  const nameOf = (row: number) => services.names[services.of[row]!]!;
  return sumBy(table, nameOf, ["rates.bytes_sent", "rates.bytes_received"]);
}

export const rates: Draw = (table) => {
  if (columnAt(table, "rates.bytes_sent") === undefined) return null;
  const sums = sumRates(table);
  const question = "Which services send and receive now?";
  const id = "rates";
  if (sums.length === 0) {
    return { id, question, answer: "Nothing was sent or received while it was measured.", svg: "", numbers: null };
  }
  const { first } = largest(sums, total, MOST);
  return {
    id,
    question,
    answer: `${sizeText(sums.reduce((all, { sent }) => all + sent, 0))}/s sent and ${
      sizeText(sums.reduce((all, { received }) => all + received, 0))
    }/s received by ${counted(sums.length, "service")}.`,
    svg: sumBars(question, first, "/s"),
    numbers: {
      head: ["service", "bytes sent a second", "bytes received a second"],
      rows: first.map(({ name, sent, received }) => [name, Math.round(sent), Math.round(received)]),
    },
  };
};

export const closeWait: Draw = (table) => {
  const state = columnAt(table, "state");
  if (state === undefined || !table.columns.some(({ path }) => path.startsWith("tcp_info."))) return null;
  const services = servicesOf(table);
  const age = columnAt(table, "tcp_info.last_data_recv");
  const ages = numbersOf(age);
  const entries = new Map<string, { name: string; count: number; oldest: number }>();
  for (let row = 0; row < table.rows; row++) {
    if (textAt(state, row) !== "close-wait") continue;
    const name = services.names[services.of[row]!]!;
    const quiet = numberAt(age, ages, row) || 0;
    const known = entries.get(name);
    if (known === undefined) entries.set(name, { name, count: 1, oldest: quiet });
    else [known.count, known.oldest] = [known.count + 1, Math.max(known.oldest, quiet)];
  }
  const question = "Who does not close connections that the peer has closed?";
  const id = "close-wait";
  if (entries.size === 0) {
    return { id, question, answer: "No socket on this page is in CLOSE-WAIT.", svg: "", numbers: null };
  }
  const all = [...entries.values()];
  const { first } = largest(all, ({ count }) => count, MOST);
  const oldest = Math.max(...all.map((entry) => entry.oldest));
  return {
    id,
    question,
    answer: `${counted(all.reduce((sum, { count }) => sum + count, 0), "socket")} in CLOSE-WAIT; one has received ` +
      `nothing for ${timeText(oldest)}.`,
    svg: bars(
      question,
      first.map(({ name, count, oldest }) => ({
        label: name,
        value: `${grouped(count)}, ${timeText(oldest)}`,
        parts: [{
          value: count,
          colour: "c3",
          title: `${name}: ${grouped(count)}, silent for up to ${timeText(oldest)}`,
        }],
      })),
      [],
    ),
    numbers: {
      head: ["owner", "sockets in CLOSE-WAIT", "longest silence (ms)"],
      rows: first.map(({ name, count, oldest }) => [name, count, oldest]),
    },
  };
};
