/**
 * What a socket belongs to, as people think of it: a unit, a program, or the service at a port.
 */
import { columnAt, type PageTable, textAt } from "../page_table.ts";

/** The service of each row. */
export interface Services {
  readonly names: readonly string[];
  /** By row: the place in `names`. */
  readonly of: Int32Array;
}

/** The values in a cell of a list, each once: `nginx,nginx` is one. */
export const valuesIn = (cell: string): readonly string[] => cell === "" ? [] : [...new Set(cell.split(","))];

/** The last result: all pictures of a page ask for the same. */
const made = new WeakMap<PageTable, Services>();

export function servicesOf(table: PageTable): Services {
  let known = made.get(table);
  if (known === undefined) made.set(table, known = findServices(table));
  return known;
}

function findServices(table: PageTable): Services {
  const column = (path: string) => columnAt(table, path);
  const [protocol, state] = [column("protocol"), column("state")];
  const [unit, comm] = [column("unit"), column("owners.comm") ?? column("process")];
  const [near, far] = [column("src_port"), column("dst_port")];
  const listening = new Set<string>();
  for (let row = 0; row < table.rows; row++) {
    const port = textAt(near, row);
    if (textAt(state, row) === "listening" && port !== "") listening.add(`${textAt(protocol, row)} ${port}`);
  }
  const numbers = new Map<string, number>();
  const of = new Int32Array(table.rows);
  for (let row = 0; row < table.rows; row++) {
    const name = textAt(unit, row) || valuesIn(textAt(comm, row))[0] ||
      portName(textAt(protocol, row), textAt(near, row), textAt(far, row), listening);
    let number = numbers.get(name);
    if (number === undefined) numbers.set(name, number = numbers.size);
    of[row] = number;
  }
  return { names: [...numbers.keys()], of };
}

/** A socket without a known process is named after the port of the service. */
function portName(protocol: string, near: string, far: string, listening: ReadonlySet<string>): string {
  if (near !== "" && listening.has(`${protocol} ${near}`)) return `${protocol} port ${near}`;
  if (far !== "" && far !== "0") return `${protocol} to port ${far}`;
  return near === "" || near === "0" ? protocol : `${protocol} port ${near}`;
}

/** The largest entries, and the sum of the others. */
export function largest<Entry>(
  entries: readonly Entry[],
  sizeOf: (entry: Entry) => number,
  most: number,
): { readonly first: readonly Entry[]; readonly others: readonly Entry[] } {
  const sorted = entries.toSorted((a, b) => sizeOf(b) - sizeOf(a));
  return { first: sorted.slice(0, most), others: sorted.slice(most) };
}
