/**
 * Accept queues of listeners against their limits.
 */
import { columnAt, numberAt, numbersOf, textAt } from "../page_table.ts";
import { counted, type Draw, grouped } from "./figure.ts";
import { largest, servicesOf } from "./services.ts";
import { bars } from "./svg.ts";

const MOST = 12;
/** Queues that are shown even if they are empty. */
const LEAST = 4;

export const acceptQueues: Draw = (table) => {
  const [waiting, limit] = [columnAt(table, "backlog"), columnAt(table, "backlog_limit")];
  if (waiting === undefined || limit === undefined) return null;
  const [local, services] = [columnAt(table, "local"), servicesOf(table)];
  const [lengths, limits] = [numbersOf(waiting), numbersOf(limit)];
  const queues: { label: string; length: number; limit: number }[] = [];
  for (let row = 0; row < table.rows; row++) {
    const [length, most] = [numberAt(waiting, lengths, row), numberAt(limit, limits, row)];
    if (Number.isNaN(length) || Number.isNaN(most)) continue;
    const service = services.names[services.of[row]!]!;
    // Without a known process the service is named after its port.
    const label = / port \d+$/.test(service) ? textAt(local, row) : `${service} ${textAt(local, row)}`;
    queues.push({ label, length, limit: most });
  }
  const question = "Do connections wait to be accepted?";
  const id = "accept-queues";
  if (queues.length === 0) {
    const answer = "No listening socket with an accept queue is on this page (-a and -l list them).";
    return { id, question, answer, svg: "", numbers: null };
  }
  // The kernel takes one connection more than the limit.
  const full = queues.filter(({ length, limit }) => length > limit).length;
  const some = queues.filter(({ length }) => length > 0).length;
  const share = ({ length, limit }: typeof queues[number]) => length / (limit + 1);
  const { first } = largest(queues, share, Math.min(MOST, Math.max(LEAST, some)));
  return {
    id,
    question,
    answer: `${counted(queues.length, "listener")}: ${
      some === 0 ? "nothing waits" : `${grouped(some)} with a queue, ${grouped(full)} full`
    }.`,
    svg: bars(
      question,
      first.map(({ label, length, limit }) => ({
        label,
        value: `${grouped(length)} of ${grouped(limit)}`,
        parts: [
          {
            value: Math.min(1, length / (limit + 1)),
            colour: length > limit ? "c3" : "c0",
            title: `${label}: ${grouped(length)} wait, the limit is ${grouped(limit)}`,
          },
          { value: Math.max(0, 1 - length / (limit + 1)), colour: "track", title: `${label}: free` },
        ],
      })),
      full === 0 ? [] : [["waiting", "c0"], ["full", "c3"], ["free", "track"]],
      1,
    ),
    numbers: {
      head: ["listener", "waiting", "limit"],
      rows: first.map(({ label, length, limit }) => [label, length, limit]),
    },
  };
};
