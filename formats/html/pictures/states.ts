/**
 * States by service.
 */
import { columnAt, type PageTable, textAt } from "../page_table.ts";
import { counted, type Draw, grouped } from "./figure.ts";
import { largest, servicesOf } from "./services.ts";
import { bars } from "./svg.ts";

/** Groups of states, and their colours. */
const GROUPS: readonly (readonly [name: string, colour: string, states: readonly string[]])[] = [
  ["established", "c0", ["established"]],
  ["listening", "c1", ["listening"]],
  ["opening", "c2", ["syn-sent", "syn-recv", "new-syn-recv"]],
  ["close-wait", "c3", ["close-wait"]],
  ["closing", "c4", ["fin-wait-1", "fin-wait-2", "closing", "last-ack"]],
  ["time-wait", "c5", ["time-wait"]],
  ["unconnected", "c6", ["unconnected", "bound-inactive"]],
];
const OTHER = ["other", "c7", []] as const;
const MOST = 12;

const groupOf = (state: string): number => {
  const group = GROUPS.findIndex(([, , states]) => states.includes(state));
  return group < 0 ? GROUPS.length : group;
};

export const states: Draw = (table) => {
  const state = columnAt(table, "state");
  if (state === undefined || table.rows === 0) return null;
  const groups = [...GROUPS, OTHER];
  const groupsOf = state.texts.map(groupOf);
  const services = servicesOf(table);
  const entries = services.names.map((name) => ({ name, total: 0, counts: groups.map(() => 0) }));
  const totals = groups.map(() => 0);
  for (let row = 0; row < table.rows; row++) {
    const [entry, group] = [entries[services.of[row]!]!, groupsOf[state.cells[row]!]!];
    entry.total++;
    entry.counts[group]!++;
    totals[group]!++;
  }
  const { first, others } = largest(entries, ({ total }) => total, MOST);
  const rest = others.reduce((sum, { counts }) => sum.map((count, i) => count + counts[i]!), groups.map(() => 0));
  const total = rest.reduce((sum, count) => sum + count, 0);
  const shown = total === 0 ? first : [...first, { name: counted(others.length, "other"), total, counts: rest }];
  const used = groups.map((group, i) => [group, i] as const).filter(([, i]) => totals[i]! > 0);
  const question = "Which service has sockets in which states?";
  return {
    id: "states",
    question,
    answer: `${counted(table.rows, "socket")}: ${
      used.map(([[name], i]) => `${grouped(totals[i]!)} ${name}`).join(", ")
    }.`,
    svg: bars(
      question,
      shown.map(({ name, total, counts }) => ({
        label: name,
        value: grouped(total),
        parts: used.map(([[group, colour], i]) => ({
          value: counts[i]!,
          colour,
          title: `${name}: ${grouped(counts[i]!)} ${group}`,
        })),
      })),
      used.map(([[name, colour]]) => [name, colour]),
    ),
    numbers: {
      head: ["service", ...used.map(([[name]]) => name), "all"],
      rows: shown.map(({ name, total, counts }) => [name, ...used.map(([, i]) => counts[i]!), total]),
    },
  };
};

/** How many sockets there are, by protocol and by state; `""` for sockets without a state. */
export function countStates(table: PageTable): ReadonlyMap<string, ReadonlyMap<string, number>> {
  const [protocol, state] = [columnAt(table, "protocol"), columnAt(table, "state")];
  const counts = new Map<string, Map<string, number>>();
  for (let row = 0; row < table.rows; row++) {
    const [first, second] = [textAt(protocol, row), textAt(state, row)];
    let known = counts.get(first);
    if (known === undefined) counts.set(first, known = new Map());
    known.set(second, (known.get(second) ?? 0) + 1);
  }
  return counts;
}
