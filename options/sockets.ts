/**
 * The sockets that options select: families, IP versions, states.
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

/** What to list; `owned` if the processes that hold it are looked up. */
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
  // States in the filter override those of the options.
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

/** The selected families, with the socket types of each. */
interface Tables {
  readonly tables: Map<FamilyEntry, number>;
  /** Whether -A was typed; the first one resets the selection. */
  readonly listed: boolean;
  /**
   * Whether a group of protocols, or none, was selected. Protocols of a group that the kernel lacks are not reported as missing.
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

/** Adds or removes what one name in the list of -A stands for. */
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

/** The states selected by options, `null` if none; the last option counts, as in `ss`. */
function parseStates({ typed }: ParsedArguments): number | null {
  const chosen = typed.findLast(({ option }) => STATES[option.long] !== undefined);
  return chosen === undefined ? null : STATES[chosen.option.long]!;
}
