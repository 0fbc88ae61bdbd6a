/**
 * The library: the kernel's view of its sockets for Deno programs. Needs `--allow-ffi`, Linux and glibc.
 *
 * ```ts
 * import { dumpObjects } from "./mod.ts";
 *
 * for (const flow of dumpObjects({ tcp: true, states: ["listening"] })) {
 *   console.log(flow.src, flow.src_port);
 * }
 * ```
 *
 * @module
 */
import { type LookupName, lookupsFor } from "./decode/lookups/registry.ts";
import type { DatagramSource } from "./decode/netlink/datagram_source.ts";
import { families, familyCalled } from "./decode/families/all_families.ts";
import { type Field, fieldsOf } from "./decode/reference/fields.ts";
import type { Flow, FlowsByFamily } from "./decode/reference/flow_types.ts";
import type { Plan } from "./decode/plan/plan.ts";
import type { Outcome } from "./decode/record/outcome.ts";
import type { RecordSink } from "./decode/record/record_sink.ts";
import { AF_INET, AF_INET6 } from "./decode/kernel/address_family.ts";
import { ALL_STATES, CONNECTED_STATES, stateWords } from "./decode/kernel/tcp_states.ts";
import { currentNames, lastingNames } from "./ffi/filter_names.ts";
import { HostNameLookup } from "./ffi/resolver.ts";
import { type Content, contentOf } from "./formats/format.ts";
import { askedFields, askedKeys } from "./query/column_choice.ts";
import { type Filter, readFilter } from "./query/filter/filter.ts";
import { openQueryWithHosts } from "./query/host_names.ts";
import { neededKeys, openQuery, type Query } from "./query/pipeline.ts";
import { lookupsOfQuery, queryByName } from "./query/query_by_name.ts";
import { type FieldValue, ObjectSink } from "./decode/record/object_sink.ts";
import type { Schema } from "./formats/json/json_schema.ts";
import { schemaOf } from "./formats/json/schema.ts";
import { loadAllParts, type Run, Session } from "./session.ts";

export { type DatagramSource, OVERRUN } from "./decode/netlink/datagram_source.ts";
export { type Field, units } from "./decode/reference/fields.ts";
export type { Named, Range, TextRule } from "./decode/record/key.ts";
export { escapeControls } from "./decode/text/control_characters.ts";
export { RecordedSource } from "./decode/recording/recorded_source.ts";
export { DecodeError, KernelError, NamespaceError, RecordingError, SystemError } from "./decode/kernel/errors.ts";
export { type FieldNote, type Key, keys, type ValueType, type Word, words } from "./decode/record/key.ts";
export { type Layout } from "./decode/record/layout.ts";
export { DATAGRAM_SIZE, type RecordSink } from "./decode/record/record_sink.ts";
export type { Schema } from "./formats/json/json_schema.ts";
export type { Filter } from "./query/filter/filter.ts";
export { FilterSyntaxError } from "./query/filter/syntax_error.ts";
export { UnsupportedError } from "./ffi/libc.ts";
export { openRecorder, openRecording } from "./ffi/recording.ts";
export { OutputError } from "./ffi/output_descriptor.ts";
export { openNetlinkSocket } from "./ffi/netlink_socket.ts";
export type { MetaEnd, MetaStart } from "./formats/json/meta.ts";
export type { Color, Content, FormatEntry, FormatOptions, OpenOutput, OutputSink } from "./formats/format.ts";
export { type Format, formats } from "./formats/all_formats.ts";
export type { Write } from "./formats/text/output_buffer.ts";
export {
  exactNumbers,
  type FieldObject,
  type FieldValue,
  type FlowObject,
  ObjectSink,
} from "./decode/record/object_sink.ts";
export type * from "./decode/reference/flow_types.ts";
export { walkLayout } from "./decode/record/walk_layout.ts";
export type { DumpError, Outcome } from "./decode/record/outcome.ts";

/** Names of the families, as their options on the command line. */
export type FamilyName = keyof FlowsByFamily;

/** Which sockets a dump is about: families by name, as in `{ tcp: true }`; with none chosen all that there are. */
export interface DumpOptions extends Readonly<Partial<Record<FamilyName, boolean>>> {
  /** Only sockets of IPv4; both versions if neither or both are chosen. */
  readonly ipv4?: boolean;
  /** Only sockets of IPv6. */
  readonly ipv6?: boolean;
  /**
   * Words as after `state` on the command line: `["all"]`, `["listening"]`. By default connections, and of families that
   * were chosen and have none, all sockets.
   */
  readonly states?: readonly string[];
  /**
   * Which sockets; made by {@linkcode parseFilter}. States in it count unless `states` are given; what it reads of processes,
   * users, control groups or namespaces is looked up and added.
   */
  readonly filter?: Filter;
  /** Also the values that BPF programs keep with sockets; needs CAP_BPF, and CAP_SYS_ADMIN for names in them. */
  readonly bpfMaps?: boolean;
  /** Whether the kernel is asked twice, for sockets that its first answer missed while others came and went. */
  readonly twice?: boolean;
  /** Also the processes that hold each socket. */
  readonly processes?: boolean;
  /** With them, also their threads that have descriptors of their own. */
  readonly threads?: boolean;
  /** With them, also their command lines. */
  readonly cmdline?: boolean;
  /** With them, also their SELinux contexts. */
  readonly context?: boolean;
  /** With them, also the SELinux contexts of the sockets. */
  readonly contexts?: boolean;
  /** With them, also the other ends of connections within the machine, and who holds those. */
  readonly peers?: boolean;
  /** Also the names of users. */
  readonly users?: boolean;
  /** Also paths, units and containers of control groups. */
  readonly cgroups?: boolean;
  /**
   * Network namespaces to ask, as after `-N` on the command line: names, numbers of processes, paths, `all`. Each flow tells
   * its `netns` then. By default the caller's own, which is not told; that of the source, if there is one of your own.
   */
  readonly namespaces?: readonly string[];
  /** No more than so many of them; by default any number. */
  readonly namespaceLimit?: number;
  /** Only these fields, by their dotted paths; or each with `+` before it, added to what is there by default. */
  readonly columns?: readonly string[];
  /** In the order of these fields: `"tcp_info.rtt"`, or `"tcp_info.rtt:desc"` for the largest first. All flows are in memory then. */
  readonly sort?: string | readonly string[];
  /** No more than so many flows, or counts. */
  readonly limit?: number;
  /** Counts in place of flows: how many there are of each value of these fields, as `count` beside them. */
  readonly countBy?: readonly string[];
  /**
   * Is called with each warning when the dump is over; they are in {@linkcode Outcome.warnings} too. Is told by
   * {@linkcode parseFilter} what may not mean what somebody thinks.
   */
  readonly warn?: (warning: string) => void;
  /** A recording (pcap) to decode in place of asking the kernel; nothing can be looked up beside it. */
  readonly read?: string;
  /** A file to keep what the kernel answers in. It is to serve for other questions too, so the kernel is asked for everything. */
  readonly record?: string;
  /**
   * Where to ask; by default a netlink socket, opened in the caller's network namespace and closed at the end. A source of
   * your own stays open.
   */
  readonly source?: DatagramSource;
}

/** A dump that also looks up names of hosts, for which it has to wait. */
export interface HostOptions extends DumpOptions {
  /** Also the names of hosts, as `src_host` and `dst_host`: this may ask name servers. */
  readonly hosts?: boolean;
  /** Milliseconds after which addresses stay numbers; 2000 by default. */
  readonly hostTimeout?: number;
}

/** How many flows there are of some values: `count`, and the values by the names of their fields. */
export type Count = { count: number } & { [name: string]: FieldValue };

/** What a dump with some options yields: flows of the families that were named, or counts. */
export type Dumped<Options> = Options extends { readonly countBy: readonly string[] } ? Count : FlowOf<Options>;

/** Flows of the families that are `true` in some options; of any family where none is, or where that is not known. */
export type FlowOf<Options> = [NamedIn<Options>] extends [FamilyName] ? [NamedIn<Options>] extends [never] ? Flow
  : FlowsByFamily[NamedIn<Options>]
  : Flow;

/** The families that options name; `"unknown"` is among them if one may be named or not. */
export type NamedIn<Options> = {
  [Name in FamilyName & keyof Options]: Options[Name] extends true ? Name
    : Options[Name] extends false | undefined ? never
    : "unknown";
}[FamilyName & keyof Options];

/**
 * The sockets as objects, in the kernel's order. Fields are those of the JSON output; those of type `integer64` are
 * `bigint`. At most one datagram's worth, some hundred sockets, is in memory.
 *
 * @returns (when the iteration is done) how it went: doubts about completeness are in `warnings`
 * @throws {KernelError} after the sockets that could be read, if the kernel refused a request or broke off its answer
 * @throws {DecodeError} likewise, if the answer is malformed
 * @throws {SystemError} if there is no netlink socket to be had
 * @throws {NamespaceError} if a network namespace is not there, cannot be entered, or not be left again
 * @throws {UnsupportedError} on a system that is not Linux with glibc
 * @throws {RangeError} for an unknown word in `states`, or an unknown field
 */
export function* dumpObjects<const Options extends DumpOptions = DumpOptions>(
  options: Options = {} as Options,
): Generator<Dumped<Options>, Outcome> {
  const objects = new ObjectSink();
  const { run, query } = prepare(options);
  const { sink, finish } = query === null ? { sink: objects, finish() {} } : openQuery(objects, query);
  using session = new Session(run, parts);
  using steps = session.steps(sink);
  let step = steps.next();
  for (; step.done !== true; step = steps.next()) yield* objects.take() as Dumped<Options>[];
  finish();
  yield* objects.take() as Dumped<Options>[];
  const outcome = tell(step.value, options);
  if (outcome.errors.length > 0) throw outcome.errors[0];
  return outcome;
}

/**
 * The same with names of hosts, which are there when all flows are.
 *
 * @returns and throws as {@linkcode dumpObjects}
 */
export async function* dumpObjectsWithHosts<const Options extends HostOptions = HostOptions>(
  options: Options = {} as Options,
): AsyncGenerator<Dumped<Options>, Outcome> {
  const objects = new ObjectSink();
  const outcome = await dumpWithHosts(objects, options);
  yield* objects.take() as Dumped<Options>[];
  if (outcome.errors.length > 0) throw outcome.errors[0];
  return outcome;
}

/**
 * Pushes the sockets into a sink, without an object for any of them.
 *
 * @returns how it went; failed dumps are told in `errors` and not thrown
 * @throws {SystemError} if there is no netlink socket to be had
 * @throws {NamespaceError} if a network namespace is not there, cannot be entered, or not be left again
 * @throws {UnsupportedError} on a system that is not Linux with glibc
 * @throws {RangeError} for an unknown word in `states`, or an unknown field
 */
export function dump(sink: RecordSink, options: DumpOptions = {}): Outcome {
  const { run, query } = prepare(options);
  const opened = query === null ? { sink, finish() {} } : openQuery(sink, query);
  using session = new Session(run, parts);
  const outcome = session.run(opened.sink);
  opened.finish();
  return tell(outcome, options);
}

/**
 * The same with names of hosts, if `hosts` are asked for: then the sink receives everything when they are there.
 *
 * @returns and throws as {@linkcode dump}
 */
export async function dumpWithHosts(sink: RecordSink, options: HostOptions = {}): Promise<Outcome> {
  const { hosts = false, hostTimeout = 2000 } = options;
  if (!hosts) return dump(sink, options);
  const { run, query } = prepare(options, true);
  const lookup = new HostNameLookup(hostTimeout, "hostTimeout");
  const opened = openQueryWithHosts(sink, query, lookup.resolve);
  using session = new Session(run, parts);
  const outcome = session.run(opened.sink);
  await opened.finish();
  outcome.warnings.push(...lookup.warnings);
  return tell(outcome, options);
}

/** What a format is to be told before a dump with these options is pushed into it. */
export function contentFor(options: HostOptions): Content {
  const { run: { plan, lookups = [] }, query } = prepare(options, true);
  return { families: plan.families, lookups, ...query === null ? {} : contentOf(query) };
}

/** The code of all that a run can have, so that a run need not wait for it. */
const parts = await loadAllParts();

/** Hands warnings on. */
function tell(outcome: Outcome, { warn }: DumpOptions): Outcome {
  if (warn !== undefined) outcome.warnings.forEach((warning) => warn(warning));
  return outcome;
}

/** The run that options ask for, and what is done to its records; `withHosts` if names of hosts can be had. */
function prepare(options: HostOptions, withHosts = false): { readonly run: Run; readonly query: Query | null } {
  const lookups = chosenLookups(options);
  checkPlaces(options, lookups);
  const plan = makePlan(options);
  const { source = null, read = null, record = null, filter, namespaces, namespaceLimit = Infinity } = options;
  const { threads = false, cmdline = false, context = false } = options;
  if (lookups.has("hosts") && !withHosts) throw new RangeError("names of hosts need dumpWithHosts and hosts: true");
  if (lookups.has("bpf-maps") && !plan.bpfMaps && read === null) {
    throw new RangeError("names in bpf_storages need bpfMaps: true");
  }
  // Without the privilege for names the bytes are there.
  const implied = plan.bpfMaps && !lookups.has("bpf-maps") ? ["bpf-maps" as const] : [];
  const query = queryByName(options, plan.families, [...lookups]);
  // What is recorded is to serve for other questions too.
  const needed = query === null || record !== null ? null : neededKeys(query);
  const run = {
    plan: needed === null ? plan : { ...plan, wanted: askedFields(askedKeys(needed), filter ?? null) },
    source,
    read,
    record,
    namespaces: namespaces === undefined && !lookups.has("netns")
      ? null
      : { words: namespaces ?? [], limit: namespaceLimit },
    owners: lookups.has("owners") ? { threads, cmdline, context: context || lookups.has("contexts") } : null,
    lookups: [...lookups, ...implied],
    implied,
  };
  return { run, query: query === null ? null : { ...query, endsEarly: record === null } };
}

/** Refuses places to ask that exclude each other. */
function checkPlaces({ source, read, record }: DumpOptions, lookups: ReadonlySet<LookupName>): void {
  const places = Object.entries({ source, read, record }).filter(([, place]) => place !== undefined);
  const names = places.map(([name]) => name);
  if (record !== undefined && lookups.has("netns")) names.push("namespaces");
  if (names.length > 1) throw new RangeError(`${names.join(" and ")} exclude each other`);
}

/** What is looked up for options, and for what the filter and the query name. */
function chosenLookups(options: HostOptions): ReadonlySet<LookupName> {
  const { filter, namespaces, processes, users, cgroups, peers, contexts, hosts } = options;
  const named = new Set<LookupName>([
    ...lookupsOfQuery(options),
    ...filter === undefined ? [] : lookupsFor(new Set(filter.paths)),
    ...processes === true || filter?.readsOwners === true ? ["owners"] as const : [],
    ...users === true ? ["users"] as const : [],
    ...cgroups === true ? ["cgroups"] as const : [],
    ...contexts === true ? ["contexts"] as const : [],
    ...peers === true ? ["unix-peers", "peers"] as const : [],
    ...hosts === true ? ["hosts"] as const : [],
    ...namespaces === undefined ? [] : ["netns"] as const,
  ]);
  const owned = (["peers", "unix-peers", "contexts"] as const).some((name) => named.has(name));
  return owned ? named.add("owners") : named;
}

/**
 * Everything that the sockets of a family can have, in the order of the output, each object and list before what is in it.
 *
 * @throws {RangeError} for an unknown family
 */
export function fields(family: FamilyName): readonly Field[] {
  return fieldsOf(familyCalled(family));
}

/** The JSON Schema (draft 2020-12) of a document of the format `json`, or of a line of `ndjson`, with all families. */
export function schema(format: "json" | "ndjson" = "json"): Schema {
  return schemaOf(families, format);
}

/**
 * Reads a filter, in the language of the command line (`docs/filters.md`). It may ask the machine what services, hosts,
 * interfaces and control groups are called; with a `source` of one's own only services and hosts.
 *
 * @param options the dump that it is for: of its families the fields can be named
 * @throws {FilterSyntaxError} if it cannot be understood
 * @throws {RangeError} if it reads names of hosts, which are not known when it is applied
 */
export function parseFilter(text: string, options: DumpOptions = {}): Filter {
  const { families: listed, addressFamilies } = chooseFamilies(options);
  const filter = readFilter(text, {
    families: listed,
    unlisted: families,
    addressLengths: addressFamilies.map((family) => family === AF_INET6 ? 16 : 4),
    names: options.source === undefined && options.read === undefined ? currentNames : lastingNames,
    elsewhere: options.namespaces !== undefined,
    ...options.warn === undefined ? {} : { warn: options.warn },
  });
  if (lookupsFor(new Set(filter.paths)).includes("hosts")) {
    throw new RangeError("a filter cannot read src_host and dst_host: names come after it");
  }
  return filter;
}

function chooseFamilies(
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
  const choice = chooseFamilies(options);
  const { bpfMaps = false, twice = false, filter, read, record } = options;
  if (twice && (read !== undefined || record !== undefined)) {
    throw new RangeError("twice goes neither with read nor with record");
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
  const mask = stateWords.get(word);
  if (mask === undefined) {
    throw new RangeError(`unknown state "${word}"; there are ${[...stateWords.keys()].join(" ")}`);
  }
  return mask;
}
