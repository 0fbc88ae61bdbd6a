/**
 * Rates of counters: what was counted between two listings, per second. There is one for each counter outside of lists.
 */
import { defineKey, type Key } from "../record/key.ts";
import type { Lookup } from "./lookup.ts";

/** The object with all rates of a socket. */
export const rates: Key = defineKey(null, "rates", {
  type: "object",
  meaning: "What was counted between two listings, per second. Only for sockets that both have; only with --rates.",
  source: "two listings",
});

/** Retransmissions as a share of what was sent. */
export const retransRatio: Key = defineKey(rates, "retrans_ratio", {
  type: "decimal",
  meaning: "Share of bytes_retrans in bytes_sent between two listings, from 0 to 1; left out if nothing was sent.",
  source: "two listings",
});

const keys: Key[] = [rates];
const counters: Key[] = [];
const rateKeys = new Map<Key, Key>();

/** Names of rates that differ from those of their counters. */
const names: Readonly<Record<string, string>> = { total_retrans: "retrans" };

/** The key of the rate of a counter, made at the first call. */
export function rateOf(counter: Key): Key {
  const known = rateKeys.get(counter);
  if (known !== undefined) return known;
  const name = names[counter.name] ?? counter.name;
  const { unit } = counter.note;
  const key = defineKey(rates, name, {
    type: "decimal",
    unit: unit === "" ? "1/s" : `${unit}/s`,
    meaning: `Rate of ${counter.name} between two listings.`,
    source: "two listings",
  });
  rateKeys.set(counter, key);
  counters.push(counter);
  if (!keys.includes(key)) keys.push(key);
  return key;
}

/** The keys of the rates of a family with these counters. */
export function ratesOf(counters: readonly Key[]): readonly Key[] {
  const made = [...new Set(counters.map(rateOf))];
  if (made.length === 0) return [];
  const hasRatio = ["bytes_sent", "bytes_retrans"].every((name) =>
    counters.some(({ path }) => path === `tcp_info.${name}`)
  );
  if (!hasRatio) return [rates, ...made];
  if (!keys.includes(retransRatio)) keys.push(retransRatio);
  return [rates, ...made, retransRatio];
}

/** The fields of rates. The rates of a family are known when its fields are. */
export const measured: Lookup<"rates"> = { name: "rates", from: counters, keys, isFor: () => true };
