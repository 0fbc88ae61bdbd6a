/**
 * Turns the options of the library into a run.
 */
import { loadAllParts, type Run, type Session } from "../session.ts";
import type { RecordSink } from "../decode/record/record_sink.ts";
import { neededKeys, openQuery, type Query } from "../query/pipeline.ts";
import { RecordedSource } from "../decode/recording/recorded_source.ts";
import { RunFieldsSink } from "../query/run_fields.ts";
import { readHost } from "../ffi/host.ts";
import type { Outcome } from "../decode/record/outcome.ts";
import type { DumpOptions, HostOptions } from "./options.ts";
import { lookupsOfQuery, queryByName, type QueryWords } from "../query/query_by_name.ts";
import { families } from "../decode/families/all_families.ts";
import type { Family } from "../decode/families/family.ts";
import { type LookupName, lookupsFor } from "../decode/lookups/registry.ts";
import { askedFields, askedKeys } from "../query/asked_fields.ts";
import type { Plan } from "../decode/plan/plan.ts";
import type { FamilyName } from "../decode/reference/dumped.ts";
import { AF_INET, AF_INET6 } from "../decode/kernel/address_family.ts";
import { ALL_STATES, CONNECTED_STATES, spellState, stateWords } from "../decode/kernel/tcp_states.ts";

/** All optional code, loaded in advance so that a dump is synchronous. */
export const parts = await loadAllParts();

/** Opens a query before a sink. The fields of the run are added after the query. */
export function openSink(sink: RecordSink, query: Query | null, session: Session): ReturnType<typeof openQuery> {
  return query === null ? { sink, counter: null, finish() {} } : openQuery(withRunFields(sink, query, session), query);
}

/** The sink with the columns `time` and `host` before it, if they were asked for. */
export function withRunFields(sink: RecordSink, query: Query | null, { vantages: [vantage] }: Session): RecordSink {
  const fields = query?.columns?.ofRun;
  if (fields === undefined) return sink;
  const source = vantage?.source;
  const time = new Date(source instanceof RecordedSource ? source.time : Date.now()).toISOString();
  return new RunFieldsSink(sink, fields, source?.live === false ? { time } : { time, host: readHost().name });
}

/** Passes the warnings to the caller's function. */
export function tell(outcome: Outcome, { warn }: DumpOptions): Outcome {
  if (warn !== undefined) outcome.warnings.forEach((warning) => warn(warning));
  return outcome;
}

/** How errors name the parts of a query. */
export const words: QueryWords = { columns: "columns", countBy: "countBy", sort: "sort", explode: "explode", hint: "" };

/** The query of the options, `null` if they ask for none. It has one order and one limit for all protocols. */
function namedQuery(options: HostOptions, families: readonly Family[], lookups: readonly LookupName[]): Query | null {
  const { columns, countBy, sort, limit } = options;
  if ([columns, countBy, sort, limit].every((part) => part === undefined)) return null;
  if (limit !== undefined && !(Number.isSafeInteger(limit) && limit > 0)) {
    throw new RangeError(`limit takes a number from 1 on, not ${limit}`);
  }
  return queryByName({ columns, countBy, sort, limit }, { families, lookups, words, tellsRun: true });
}

/** The run for these options and the query on its records; `withHosts` if host names can be looked up, `withRates` if it is repeated. */
export function prepare(
  options: HostOptions,
  withHosts = false,
  withRates = false,
): { readonly run: Run; readonly query: Query | null } {
  const lookups = selectLookups(options);
  checkSources(options, lookups);
  const plan = makePlan(options);
  const { source = null, read = null, record = null, filter, namespaces, namespaceLimit = Infinity } = options;
  const { threads = false, cmdline = false, context = false, ownersFrom } = options;
  const from = ownersFrom === undefined ? {} : { source: ownersFrom };
  if (lookups.has("hosts") && !withHosts) throw new RangeError("names of hosts need dumpWithHosts and hosts: true");
  if (lookups.has("rates") && !withRates) throw new RangeError("rates compare two listings, and this makes one");
  if (lookups.has("bpf-maps") && !plan.bpfMaps && read === null) {
    throw new RangeError("names in bpf_storages need bpfMaps: true");
  }
  // If names may not be read, the bytes are shown, so that is no warning.
  const implied = plan.bpfMaps && !lookups.has("bpf-maps") ? ["bpf-maps" as const] : [];
  const query = namedQuery(options, plan.families, [...lookups]);
  // A recording must be complete, whatever columns are shown now.
  const needed = query === null || record !== null ? null : neededKeys(query);
  const run = {
    plan: needed === null ? plan : { ...plan, wanted: askedFields(askedKeys(needed), filter ?? null) },
    source,
    read,
    record,
    namespaces: namespaces === undefined && !lookups.has("netns")
      ? null
      : { words: namespaces ?? [], limit: namespaceLimit },
    owners: lookups.has("owners") ? { ...from, threads, cmdline, context: context || lookups.has("contexts") } : null,
    lookups: [...lookups, ...implied],
    implied,
  };
  return { run, query: query === null ? null : { ...query, endsEarly: record === null } };
}

/** Refuses sources that exclude each other. */
function checkSources({ source, read, record }: DumpOptions, lookups: ReadonlySet<LookupName>): void {
  const sources = Object.entries({ source, read, record }).filter(([, value]) => value !== undefined);
  const names = sources.map(([name]) => name);
  if (record !== undefined && lookups.has("netns")) names.push("namespaces");
  if (names.length > 1) throw new RangeError(`${names.join(" and ")} exclude each other`);
}

/** Options that add one lookup each. */
const optionLookups = [
  ...([["route", "route"], ["nat", "nat"], ["groups", "groups"], ["socketMaps", "socket-maps"]] as const),
  ...([["watchers", "watchers"], ["waiters", "waiters"]] as const),
];

/** The lookups of `allContext`, those of `--all-context`. */
export const allContext = [
  "descriptors",
  "sockopts",
  "route",
  "nat",
  "groups",
  "socket-maps",
] as const satisfies readonly LookupName[];

/** The lookups for the options, the filter and the query. */
function selectLookups(options: HostOptions): ReadonlySet<LookupName> {
  const { filter, namespaces, processes, users, cgroups, peers, contexts, descriptors, sockopts, hosts } = options;
  const named = new Set<LookupName>([
    ...lookupsOfQuery(options),
    ...filter === undefined ? [] : lookupsFor(new Set(filter.paths)),
    ...processes === true || filter?.readsOwners === true ? ["owners"] as const : [],
    ...users === true ? ["users"] as const : [],
    ...cgroups === true ? ["cgroups"] as const : [],
    ...contexts === true ? ["contexts"] as const : [],
    ...descriptors === true ? ["descriptors"] as const : [],
    ...sockopts === undefined || sockopts === false ? [] : ["sockopts"] as const,
    ...sockopts === "all" ? ["all-sockopts"] as const : [],
    ...peers === true ? ["unix-peers", "peers"] as const : [],
    ...optionLookups.filter(([option]) => options[option] === true).map(([, lookup]) => lookup),
    ...options.allContext === true ? allContext : [],
    ...hosts === true ? ["hosts"] as const : [],
    ...namespaces === undefined ? [] : ["netns"] as const,
  ]);
  const owned = (["peers", "unix-peers", "contexts", "descriptors", "waiters", "sockopts", "all-sockopts"] as const)
    .some((name) => named.has(name));
  return owned ? named.add("owners") : named;
}

export function selectFamilies(
  options: DumpOptions,
): Pick<Plan, "families" | "addressFamilies"> & { readonly named: boolean } {
  const chosen = families.filter((family) => options[family.option.long as FamilyName] === true);
  const named = chosen.length > 0;
  const { ipv4 = false, ipv6 = false } = options;
  return {
    families: named ? chosen : families.filter(({ domain }) => domain !== "other"),
    named,
    addressFamilies: ipv4 === ipv6 ? [AF_INET, AF_INET6] : [ipv4 ? AF_INET : AF_INET6],
  };
}

function makePlan(options: DumpOptions): Plan {
  const choice = selectFamilies(options);
  const { bpfMaps = false, twice = false, filter, read, record } = options;
  if (twice && (read !== undefined || record !== undefined)) {
    throw new RangeError("twice excludes read and record");
  }
  const chosen = options.states?.reduce((mask, word) => mask | stateMask(word), 0) ?? filter?.states ??
    (filter?.namesStates === true ? ALL_STATES : null);
  return {
    ...choice,
    states: chosen ?? (choice.named ? null : CONNECTED_STATES),
    bpfMaps,
    ...twice ? { twice } : {},
    ...filter === undefined || filter.isEmpty ? {} : { filter },
    ...read === undefined && record === undefined ? {} : { whole: true },
  };
}

function stateMask(word: string): number {
  const mask = stateWords.get(spellState(word));
  if (mask === undefined) {
    throw new RangeError(`unknown state "${word}"; there are ${[...stateWords.keys()].join(" ")}`);
  }
  return mask;
}
