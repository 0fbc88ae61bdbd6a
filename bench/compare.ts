/**
 * Compares a run of the bench with an earlier one, of which `--json` printed the results: the fastest runs, which a busy machine
 * disturbs least.
 */
import { type Measurement, minimum } from "./measure.ts";
import { table } from "./report.ts";

/** What is compared of a run. */
export interface Comparable {
  readonly machine: string;
  readonly sockets: number;
  readonly startUp?: readonly Timed[];
  readonly all?: readonly Timed[];
  readonly counts?: readonly Counted[];
}

type Timed = Pick<Measurement, "times"> & { readonly program: { readonly id: string; readonly name: string } };
type Counted = Pick<Timed, "program"> & { readonly instructions: number | null };

/** Changes below this are noise. */
const NOISE = 0.02;

/** Reads the results of an earlier run. @throws {Error} if the file does not hold any */
export function readResults(path: string): Comparable {
  let results: Partial<Comparable> | null;
  try {
    results = JSON.parse(Deno.readTextFileSync(path));
  } catch (error) {
    throw new Error(`cannot read ${path}: ${(error as Error).message}`);
  }
  const isRun = typeof results?.machine === "string" && (Array.isArray(results.all) || Array.isArray(results.counts));
  if (!isRun) throw new Error(`${path} is not what --json prints`);
  return results as Comparable;
}

interface Value {
  readonly name: string;
  readonly before: number;
  readonly now: number;
}

/** The values that both runs have. */
function pairs<T extends Pick<Timed, "program">>(
  before: readonly T[],
  now: readonly T[],
  valueOf: (one: T) => number | null | undefined,
): readonly Value[] {
  return now.flatMap((one) => {
    const other = before.find(({ program }) => program.id === one.program.id);
    const [earlier, later] = [other === undefined ? null : valueOf(other), valueOf(one)];
    return earlier == null || later == null ? [] : [{ name: one.program.name, before: earlier, now: later }];
  });
}

/** Tables of what has become faster and slower. */
export function compareText(before: Comparable, now: Comparable): string {
  const machines = before.machine === now.machine ? [] : [`Another machine: ${before.machine}`, ""];
  const sockets = before.sockets === now.sockets ? [] : [`Other sockets: ${before.sockets}, not ${now.sockets}`, ""];
  const time = (title: string, key: "all" | "startUp") =>
    section(title, "ms", pairs(before[key] ?? [], now[key] ?? [], ({ times }) => minimum(times)));
  return [
    ...["", "Compared with the earlier run", ""],
    ...machines,
    ...sockets,
    ...time("All sockets", "all"),
    ...time("Start", "startUp"),
    ...section(
      "Instructions",
      "million",
      pairs(before.counts ?? [], now.counts ?? [], (one) => {
        return one.instructions === null ? null : one.instructions / 1e6;
      }),
    ),
  ].join("\n");
}

function section(title: string, unit: string, values: readonly Value[]): string[] {
  if (values.length === 0) return [];
  const rows = values.map(({ name, before, now }) => {
    const change = now / before - 1;
    const verdict = Math.abs(change) < NOISE ? "same" : change < 0 ? "less" : "more";
    return [name, before.toFixed(1), now.toFixed(1), `${(100 * change).toFixed(1)} %`, verdict];
  });
  return [table([title, `before, ${unit}`, "now", "change", ""], rows), ""];
}
