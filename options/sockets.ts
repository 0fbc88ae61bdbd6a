/**
 * Which sockets the options choose: families, versions of IP, states.
 */
import { AF_INET, AF_INET6 } from "../decode/kernel/address_family.ts";
import type { FamilyEntry } from "../decode/families/family.ts";
import { families } from "../decode/families/registry.ts";
import { ALL_STATES, BOUND_INACTIVE_STATES, CONNECTED_STATES, LISTENING_STATES } from "../decode/kernel/tcp_states.ts";
import type { Filter } from "../query/filter/filter.ts";
import type { PlanChoice } from "./command.ts";
import type { ParsedArguments } from "./getopt.ts";
import { listNames } from "./option_table.ts";
import { unknownName, UsageError } from "./usage_error.ts";

/** What is to be listed, `owned` with the processes that hold it. */
export function parsePlan(parsed: ParsedArguments, owned: boolean, filter: Filter | null = null): PlanChoice {
  const { tables, listed, grouped } = parseTables(parsed);
  const versions = parsed.has("ipv4") || parsed.has("ipv6") || parsed.all("family").some((name) => /^inet/.test(name));
  const wholeInet = versions && ![...tables.keys()].some(({ domain }) => domain === "inet");
  if (wholeInet) {
    families.filter(({ domain }) => domain === "inet").forEach((family) => tables.set(family, ALL_TYPES));
  }
  const named = tables.size > 0;
  if (listed && !named) throw new UsageError("option -A leaves no protocol to list");
  // As in `ss`: by default, and after -A, all protocols show their connections; each by an option of its own, what it has.
  const chosen = parseStates(parsed) ?? (named && !listed ? null : CONNECTED_STATES);
  // States in the filter forget those of the options.
  const states = filter?.states ?? (filter?.namesStates === true ? ALL_STATES : chosen);
  const types = [...tables].filter(([, mask]) => mask !== ALL_TYPES).map(([family, mask]) => [family.name, mask]);
  return {
    families: families.filter((family) =>
      named ? tables.has(family) : family.domain !== "other" || owned && states === ALL_STATES
    ),
    addressFamilies: parseAddressFamilies(parsed),
    states,
    bpfMaps: parsed.has("bpf-maps"),
    ...parsed.has("twice") ? { twice: true } : {},
    named: named && !grouped && !wholeInet,
    ...types.length === 0 ? {} : { types: Object.fromEntries(types) },
  };
}

/** Every socket type. */
const ALL_TYPES = -1;

/** Families that options choose, and which socket types of each. */
interface Tables {
  readonly tables: Map<FamilyEntry, number>;
  /** Whether -A is among the options; the first forgets what was chosen before. */
  readonly listed: boolean;
  /**
   * Whether a group of protocols was chosen, or none: the kernel need not have all of a group, those that it lacks are not
   * missing.
   */
  readonly grouped: boolean;
}

export function parseTables({ typed }: ParsedArguments): Tables {
  const tables = new Map<FamilyEntry, number>();
  let listed = false;
  let grouped = false;
  for (const { option: { long }, value } of typed) {
    if (long === "family") {
      families.filter(({ domain }) => domain !== "inet" && domain === value).forEach((family) =>
        tables.set(family, ALL_TYPES)
      );
    } else if (long === "query") {
      if (!listed) tables.clear();
      listed = true;
      const names = value as readonly string[];
      for (const name of names) changeTables(tables, name);
      grouped ||= names.some((name) => name === "all" || name === "inet");
    } else {
      const family = families.find(({ option }) => option.long === long);
      if (family !== undefined) tables.set(family, ALL_TYPES);
    }
  }
  return { tables, listed, grouped: grouped || tables.size === 0 };
}

/** Adds what one name in the list of -A stands for, or takes it away. */
function changeTables(tables: Map<FamilyEntry, number>, item: string): void {
  const remove = item.startsWith("!");
  const name = remove ? item.slice(1) : item;
  const chosen = new Map<FamilyEntry, number>();
  for (const family of families) {
    const { option, domain, typeNames = {} } = family;
    const type = typeNames[name];
    if (name === "all" && domain !== "other" || name === option.long || name === "inet" && domain === "inet") {
      chosen.set(family, ALL_TYPES);
    } else if (type !== undefined) chosen.set(family, 1 << type);
  }
  if (chosen.size === 0) throw new UsageError(unknownName("protocol", name, listNames()));
  for (const [family, mask] of chosen) {
    const before = tables.get(family) ?? 0;
    const after = remove ? before & ~mask : before | mask;
    if (after === 0) tables.delete(family);
    else tables.set(family, after);
  }
}

function parseAddressFamilies(parsed: ParsedArguments): readonly number[] {
  const families = parsed.all("family");
  const ipv4 = parsed.has("ipv4") || families.includes("inet");
  const ipv6 = parsed.has("ipv6") || families.includes("inet6");
  if (ipv4 === ipv6) return [AF_INET, AF_INET6];
  return [ipv4 ? AF_INET : AF_INET6];
}

const STATES: Readonly<Record<string, number>> = {
  all: ALL_STATES,
  listening: LISTENING_STATES,
  "bound-inactive": BOUND_INACTIVE_STATES,
};

/** States that the options choose, `null` if none does; of several the last one counts, as in `ss`. */
function parseStates({ typed }: ParsedArguments): number | null {
  const chosen = typed.findLast(({ option }) => STATES[option.long] !== undefined);
  return chosen === undefined ? null : STATES[chosen.option.long]!;
}
