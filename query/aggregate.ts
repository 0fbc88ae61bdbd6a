/**
 * Sums, averages and percentiles of a field, shown with counts: `sum(recv_q)`, `p95(rtt)`.
 */
import { defineKey, type Key } from "../decode/record/key.ts";
import type { RecordSink } from "../decode/record/record_sink.ts";
import * as slot from "../decode/record/record_slots.ts";

/** The aggregate functions. */
export const functions = ["sum", "min", "max", "avg", "p50", "p95", "p99"] as const;

export interface Aggregate {
  readonly function: typeof functions[number];
  readonly key: Key;
  /** The field that holds it. */
  readonly result: Key;
}

const NUMBERS: readonly string[] = ["integer", "integer64", "decimal"];

/** The function and the field of a text such as `sum(recv_q)`; `null` for other texts. */
export function parseAggregate(
  text: string,
): { readonly function: Aggregate["function"]; readonly field: string } | null {
  const [, name, field] = /^([a-z0-9]+)\(([^()]+)\)$/.exec(text) ?? [];
  const known = functions.find((one) => one === name);
  return known === undefined ? null : { function: known, field: field! };
}

/** An aggregate of a field under a name; `null` if the field is not a number or is in a list. */
export function defineAggregate(name: string, called: Aggregate["function"], key: Key | null): Aggregate | null {
  if (key === null || !NUMBERS.includes(key.note.type)) return null;
  const { type, unit } = key.note;
  const meaning = `${called} of ${key.path} of the sockets that have it.`;
  const note = { type: called === "avg" ? "decimal" as const : type, unit, meaning };
  return { function: called, key, result: defineKey(null, name, note) };
}

/** Collects the values of a field; values with decimals in thousandths. */
export class Tally {
  #count = 0;
  #sum: number | bigint = 0;
  #least: number | bigint = 0;
  #most: number | bigint = 0;
  /** All values; kept for percentiles only. */
  readonly #values: (number | bigint)[] = [];
  readonly #keeps: boolean;

  constructor(readonly aggregate: Aggregate) {
    this.#keeps = aggregate.function.startsWith("p");
  }

  /** Takes the value of a record, if it has one. */
  add(slots: slot.RecordSlots, place: number): void {
    const value = numberIn(slots, place);
    if (value === null) return;
    const first = this.#count++ === 0;
    // A number and a bigint cannot be added, but all values of a field have the same type.
    this.#sum = first ? value : (this.#sum as number) + (value as number);
    if (first || value < this.#least) this.#least = value;
    if (first || value > this.#most) this.#most = value;
    if (this.#keeps) this.#values.push(value);
  }

  /** Pushes the result; nothing if no record had a value, or if a sum needs more than 64 bits. */
  write(sink: RecordSink): void {
    const { aggregate: { function: called, result, key } } = this;
    if (this.#count === 0) return;
    if (called === "avg") {
      const thousandths = key.note.type === "decimal" ? 1 : 1000;
      return sink.thousandths(result, Math.round(Number(this.#sum) * thousandths / this.#count));
    }
    const value = this.#result(called);
    if (typeof value === "bigint") writeSum(sink, this.aggregate, value);
    else if (key.note.type === "decimal") sink.thousandths(result, value);
    else sink.integer(result, value);
  }

  #result(called: Aggregate["function"]): number | bigint {
    switch (called) {
      case "min":
        return this.#least;
      case "max":
        return this.#most;
      case "sum":
        return this.#sum;
      default: {
        // The smallest value that this percentage of all values does not exceed.
        this.#values.sort((a, b) => a < b ? -1 : a > b ? 1 : 0);
        return this.#values[Math.ceil(Number(called.slice(1)) * this.#count / 100) - 1]!;
      }
    }
  }
}

/** Pushes a sum of whole numbers; nothing if it needs more than 64 bits. */
export function writeSum(sink: RecordSink, { key, result }: Aggregate, sum: bigint): void {
  if (key.note.type !== "integer64" && sum <= Number.MAX_SAFE_INTEGER) sink.integer(result, Number(sum));
  else if (sum >> 64n === 0n) sink.integer64(result, low32(sum), low32(sum >> 32n));
}

const low32 = (value: bigint): number => Number(BigInt.asIntN(32, value));

/** The number in a slot; `null` for none. */
function numberIn({ kinds, low, high, numbers }: slot.RecordSlots, place: number): number | bigint | null {
  switch (kinds[place]) {
    case slot.SMALL:
      return low[place]!;
    case slot.INTEGER:
    case slot.THOUSANDTHS:
      return numbers[place]!;
    case slot.INTEGER64:
      return BigInt(high[place]! >>> 0) << 32n | BigInt(low[place]! >>> 0);
    default:
      return null;
  }
}
