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
import type { Family } from "./decode/families/family.ts";
import { families, familyCalled } from "./decode/families/all_families.ts";
import { eventFamily } from "./decode/families/event_family.ts";
import { type Field, fieldsOf } from "./decode/reference/fields.ts";
import type { Dumped, FamilyName } from "./decode/reference/dumped.ts";
import type { KillOutcome } from "./decode/plan/kill_sockets.ts";
import type { Plan } from "./decode/plan/plan.ts";
import type { Outcome } from "./decode/record/outcome.ts";
import type { RecordSink } from "./decode/record/record_sink.ts";
import { AF_INET, AF_INET6 } from "./decode/kernel/address_family.ts";
import { ALL_STATES, CONNECTED_STATES, spellState, stateWords, TCP_LISTEN } from "./decode/kernel/tcp_states.ts";
import { RecordedSource } from "./decode/recording/recorded_source.ts";
import { currentNames, lastingNames } from "./ffi/filter_names.ts";
import { readInput } from "./ffi/file.ts";
import { environmentVariable } from "./ffi/environment.ts";
import { readHost } from "./ffi/host.ts";
import { openRecordedBytes } from "./ffi/recording.ts";
import { procNet } from "./ffi/proc_net.ts";
import { SocketEvents } from "./ffi/socket_events.ts";
import { HostNameLookup } from "./ffi/resolver.ts";
import { compareListings, type Listing } from "./formats/diff/compare_listings.ts";
import { isRecording, readListing } from "./formats/diff/saved_listing.ts";
import { type DiffEvent, pathsByName, recordOf } from "./query/diff.ts";
import { type Content, contentOf } from "./formats/format.ts";
import { askedFields, askedKeys } from "./query/asked_fields.ts";
import { compileRule, isApplicable } from "./query/checks/compile_rules.ts";
import { defaultRules } from "./query/checks/default_rules.ts";
import type { Rule } from "./query/checks/rule.ts";
import { type CheckResults, runChecks } from "./query/checks/run_checks.ts";
import type { Context } from "./query/filter/context.ts";
import { type Filter, readFilter } from "./query/filter/filter.ts";
import { closeSockets, namesSubflows } from "./query/close_sockets.ts";
import { openQueryWithHosts } from "./query/host_names.ts";
import { type KeptSocket, KillSink } from "./query/kill_sink.ts";
import { neededKeys, openQuery, type Query } from "./query/pipeline.ts";
import { lookupsOfQuery, queryByName, type QueryWords } from "./query/query_by_name.ts";
import { RunFieldsSink } from "./query/run_fields.ts";
import { isOfSession, parseSession } from "./query/ssh_session.ts";
import { FULL, type ListForSummary, PAIR, QUEUE, readSummary, usingPorts } from "./query/summary/read_summary.ts";
import type { Summary } from "./query/summary/summary.ts";
import { type FieldObject, type FlowObject, ObjectSink } from "./decode/record/object_sink.ts";
import type { Schema } from "./formats/json/json_schema.ts";
import { schemaOf } from "./formats/json/schema.ts";
import { loadAllParts, type Run, Session } from "./session.ts";

export { type DatagramSource, OVERRUN } from "./decode/netlink/datagram_source.ts";
export { type Field, units } from "./decode/reference/fields.ts";
export type { Count, Dumped, FamilyName, FlowOf, NamedIn } from "./decode/reference/dumped.ts";
export type { Named, Range, TextRule } from "./decode/record/key.ts";
export { escapeControls } from "./decode/text/control_characters.ts";
export { RecordedSource } from "./decode/recording/recorded_source.ts";
export { DecodeError, KernelError, NamespaceError, RecordingError, SystemError } from "./decode/kernel/errors.ts";
export { type FieldNote, type Key, keys, type Metric, type ValueType, type Word, words } from "./decode/record/key.ts";
export { type Layout } from "./decode/record/layout.ts";
export { DATAGRAM_SIZE, type RecordSink, type WriteAbout } from "./decode/record/record_sink.ts";
export type { Schema } from "./formats/json/json_schema.ts";
export type { FoundSocket } from "./query/checks/found_socket.ts";
export type { CheckResult } from "./query/checks/judge.ts";
export { type Expectation, type Over, type Rule, RuleError, type Severity, type Share } from "./query/checks/rule.ts";
export type { CheckResults } from "./query/checks/run_checks.ts";
export type { Filter } from "./query/filter/filter.ts";
export { FilterSyntaxError } from "./query/filter/syntax_error.ts";
export type { KillOutcome } from "./decode/plan/kill_sockets.ts";
export type { KillResult } from "./decode/lookups/kill.ts";
export type { Sum } from "./decode/proc/kernel_sums.ts";
export type { SumKind } from "./decode/proc/summary_rows.ts";
export type { AcceptQueue, EphemeralPorts, NamespaceSummary, Summary } from "./query/summary/summary.ts";
export { UnsupportedError } from "./ffi/libc.ts";
export { openRecorder, openRecording } from "./ffi/recording.ts";
export { ListingError } from "./formats/diff/saved_json.ts";
export type { DiffEvent } from "./query/diff.ts";
export { OutputError } from "./ffi/output_descriptor.ts";
export { type SocketEvent, SocketEvents } from "./ffi/socket_events.ts";
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

/** Options of a dump. Families are selected by name, as in `{ tcp: true }`; all if none is named. */
export interface DumpOptions extends Readonly<Partial<Record<FamilyName, boolean>>> {
  /** IPv4 sockets only. Both versions if neither or both are set. */
  readonly ipv4?: boolean;
  /** IPv6 sockets only. */
  readonly ipv6?: boolean;
  /**
   * States as after `state` on the command line: `["all"]`, `["listening"]`. Default: connections; all sockets of named families that have no connections.
   */
  readonly states?: readonly string[];
  /**
   * Filter from {@linkcode parseFilter}. Its states apply unless `states` is set. Processes, users, control groups or namespaces that it compares are looked up and added to the flows.
   */
  readonly filter?: Filter;
  /** Also the values that BPF programs keep with sockets; needs CAP_BPF, and CAP_SYS_ADMIN for names in them. */
  readonly bpfMaps?: boolean;
  /** Asks the kernel twice, to find sockets that the first answer missed while others came and went. */
  readonly twice?: boolean;
  /** Adds the processes that hold each socket. */
  readonly processes?: boolean;
  /** Also adds threads that have their own descriptors. */
  readonly threads?: boolean;
  /** Where to read descriptors: in `/proc`, or by a BPF program. Default: what is faster here. */
  readonly ownersFrom?: "proc" | "bpf";
  /** Also adds their command lines. */
  readonly cmdline?: boolean;
  /** Also adds their SELinux contexts. */
  readonly context?: boolean;
  /** Also adds the SELinux contexts of the sockets. */
  readonly contexts?: boolean;
  /** Also adds the peers of connections within the machine and the processes that hold them. */
  readonly peers?: boolean;
  /** Adds user names. */
  readonly users?: boolean;
  /** Adds control group paths, systemd units and containers. */
  readonly cgroups?: boolean;
  /**
   * Network namespaces to ask, as after `-N` on the command line: names, PIDs, paths, `all`. Each flow then has `netns`. Default: the namespace of the caller, or of your own `source`, without `netns`.
   */
  readonly namespaces?: readonly string[];
  /** Maximum number of namespaces; unlimited by default. */
  readonly namespaceLimit?: number;
  /** Only these fields, by dotted path; with `+` before each, fields added to the default. */
  readonly columns?: readonly string[];
  /** Sorts by this field: `"tcp_info.rtt"`, or `"tcp_info.rtt:desc"` for the largest first. Keeps all flows in memory. */
  readonly sort?: string | readonly string[];
  /** Maximum number of flows or counts. */
  readonly limit?: number;
  /** Yields counts instead of flows: `count` for each combination of these fields. */
  readonly countBy?: readonly string[];
  /**
   * Called with each warning at the end of the dump; they are also in {@linkcode Outcome.warnings}. {@linkcode parseFilter} calls it with hints about filters that may not mean what was intended.
   */
  readonly warn?: (warning: string) => void;
  /** A recording (pcap) to decode instead of asking the kernel. No lookups are possible. */
  readonly read?: string;
  /** A file to save the kernel's answers to. The kernel is asked for everything, so that the file can be read with other options. */
  readonly record?: string;
  /**
   * The source to ask. Default: a netlink socket in the caller's network namespace, closed at the end. Your own source stays open.
   */
  readonly source?: DatagramSource;
}

/** Options of an asynchronous dump, which can look up host names. */
export interface HostOptions extends DumpOptions {
  /** Adds host names as `src_host` and `dst_host`. This may query name servers. */
  readonly hosts?: boolean;
  /** Time limit in milliseconds for all host names; 2000 by default. Then the rest stay numbers. */
  readonly hostTimeout?: number;
}

/**
 * The sockets as objects, in the kernel's order. Fields are those of the JSON output; those of type `integer64` are
 * `bigint`. At most one datagram, about a hundred sockets, is in memory.
 *
 * @returns at the end of the iteration, the outcome; `warnings` says what may be missing
 * @throws {KernelError} after the sockets that could be read, if the kernel refused a request or broke off its answer
 * @throws {DecodeError} also after the sockets that could be read, if the answer is malformed
 * @throws {SystemError} if no netlink socket can be opened
 * @throws {NamespaceError} if a network namespace does not exist, or cannot be entered or left
 * @throws {UnsupportedError} on a system that is not Linux with glibc
 * @throws {RangeError} for an unknown word in `states`, or an unknown field
 */
export function* dumpObjects<const Options extends DumpOptions = DumpOptions>(
  options: Options = {} as Options,
): Generator<Dumped<Options>, Outcome> {
  const objects = new ObjectSink();
  const { run, query } = prepare(options);
  using session = new Session(run, parts);
  const { sink, finish } = openSink(objects, query, session);
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
 * Like {@linkcode dumpObjects}, with host names. Yields the flows when all names are known.
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
 * Pushes the sockets into a sink without creating objects.
 *
 * @returns the outcome; failed dumps are in `errors` and not thrown
 * @throws {SystemError} if no netlink socket can be opened
 * @throws {NamespaceError} if a network namespace does not exist, or cannot be entered or left
 * @throws {UnsupportedError} on a system that is not Linux with glibc
 * @throws {RangeError} for an unknown word in `states`, or an unknown field
 */
export function dump(sink: RecordSink, options: DumpOptions = {}): Outcome {
  const { run, query } = prepare(options);
  using session = new Session(run, parts);
  const opened = openSink(sink, query, session);
  const outcome = session.run(opened.sink);
  opened.finish();
  return tell(outcome, options);
}

/**
 * Like {@linkcode dump}, with host names if `hosts` is set. The sink then receives everything when all names are known.
 *
 * @returns and throws as {@linkcode dump}
 */
export async function dumpWithHosts(sink: RecordSink, options: HostOptions = {}): Promise<Outcome> {
  const { hosts = false, hostTimeout = 2000 } = options;
  if (!hosts) return dump(sink, options);
  const { run, query } = prepare(options, true);
  const lookup = new HostNameLookup(hostTimeout, "hostTimeout");
  using session = new Session(run, parts);
  const opened = openQueryWithHosts(withRunFields(sink, query, session), query, lookup.resolve);
  const outcome = session.run(opened.sink);
  await opened.finish();
  outcome.warnings.push(...lookup.warnings);
  return tell(outcome, options);
}

/** Options of a comparison. */
export interface DiffOptions extends DumpOptions {
  /** Fields whose values make two sockets the same, in place of the identity of each protocol. */
  readonly by?: readonly string[];
  /** Fields that are compared, or `"all"`; by default those that do not move by nature. */
  readonly changes?: readonly string[] | "all";
}

/** A difference: `event` (`opened`, `closed`, `changed`, `replaced`) and `time`, then the socket. */
export interface DiffRecord extends FieldObject {
  /** What happened. */
  event: DiffEvent;
  /** When the second listing was made, in UTC. */
  time: string;
}

/**
 * What changed since a saved listing (JSON, NDJSON, YAML; best with `--meta`) or a recording. That it was listed with the same
 * options is up to the caller. What a listing may lack is not told of the other.
 *
 * @param before the contents of the file
 * @returns at the end of the iteration, what is not known, one line each; these lines also go to `warn`
 * @throws {ListingError} if the file is not a listing, or cannot be compared
 * @throws as {@linkcode dumpObjects}; and {@linkcode RangeError} for options that leave out sockets or fields
 */
export async function* diff(
  before: Uint8Array,
  options: DiffOptions = {},
): AsyncGenerator<DiffRecord, readonly string[]> {
  const { by, changes, read, warn, ...listed } = options;
  for (const name of ["columns", "countBy", "sort", "limit", "record"] as const) {
    if (options[name] !== undefined) throw new RangeError(`a comparison cannot have ${name}`);
  }
  const { run: { plan: { families }, namespaces } } = prepare(listed);
  const paths = (typed: readonly string[], option: string) => pathsByName(typed, families, option);
  const old = await readSide("the saved listing", before, listed);
  const now = read === undefined ? listNow(listed) : await readSide("the listing of read", readInput(read), listed);
  const { differences, warnings } = compareListings(old, now, {
    families,
    by: by === undefined ? null : paths(by, "by"),
    changes: changes === undefined ? null : changes === "all" ? changes : paths(changes, "changes"),
    elsewhere: namespaces !== null && namespaces !== undefined,
    ownersDecide: listed.filter?.readsOwners === true,
  });
  if (warn !== undefined) warnings.forEach((warning) => warn(warning));
  const time = now.meta?.time ?? new Date().toISOString();
  for (const difference of differences) yield recordOf(difference, time) as DiffRecord;
  return warnings;
}

/** A listing from the contents of a file. */
async function readSide(name: string, bytes: Uint8Array, options: DumpOptions): Promise<Listing> {
  if (!isRecording(bytes)) return await readListing(name, bytes);
  const { namespaces: _, ...rest } = options;
  using source = openRecordedBytes(bytes, name);
  const { flows, warnings } = listOnce({ ...rest, source });
  return { name, flows, meta: { time: new Date(source.time).toISOString() }, recorded: true, warnings };
}

function listNow(options: DumpOptions): Listing {
  const { name: host, boot, namespace } = readHost();
  const time = new Date().toISOString();
  const { flows, warnings } = listOnce(options);
  const meta = {
    host,
    time,
    ...boot === null ? {} : { boot_id: boot },
    ...namespace === null ? {} : { netns: namespace },
  };
  return { name: "the listing now", flows, meta, recorded: false, warnings };
}

function listOnce(options: DumpOptions): Pick<Listing, "flows" | "warnings"> {
  const dump = dumpObjects(options);
  const flows: FlowObject[] = [];
  let step = dump.next();
  for (; step.done !== true; step = dump.next()) flows.push(step.value as FlowObject);
  return { flows, warnings: step.value.warnings };
}

/** The content description that a format needs for a dump with these options. */
export function contentFor(options: HostOptions): Content {
  const { run: { plan, lookups = [] }, query } = prepare(options, true);
  return { families: plan.families, lookups, ...query === null ? {} : contentOf(query) };
}

/** All optional code, loaded in advance so that a dump is synchronous. */
const parts = await loadAllParts();

/** Opens a query before a sink. The fields of the run are added after the query. */
function openSink(sink: RecordSink, query: Query | null, session: Session): ReturnType<typeof openQuery> {
  return query === null ? { sink, finish() {} } : openQuery(withRunFields(sink, query, session), query);
}

/** The sink with the columns `time` and `host` before it, if they were asked for. */
function withRunFields(sink: RecordSink, query: Query | null, { vantages: [vantage] }: Session): RecordSink {
  const fields = query?.columns?.ofRun;
  if (fields === undefined) return sink;
  const source = vantage?.source;
  const time = new Date(source instanceof RecordedSource ? source.time : Date.now()).toISOString();
  return new RunFieldsSink(sink, fields, source?.live === false ? { time } : { time, host: readHost().name });
}

/** Passes the warnings to the caller's function. */
function tell(outcome: Outcome, { warn }: DumpOptions): Outcome {
  if (warn !== undefined) outcome.warnings.forEach((warning) => warn(warning));
  return outcome;
}

/** How errors name the parts of a query. */
const words: QueryWords = { columns: "columns", countBy: "countBy", sort: "sort", explode: "explode", hint: "" };

/** The query of the options, `null` if they ask for none. It has one order and one limit for all protocols. */
function namedQuery(options: HostOptions, families: readonly Family[], lookups: readonly LookupName[]): Query | null {
  const { columns, countBy, sort, limit } = options;
  if ([columns, countBy, sort, limit].every((part) => part === undefined)) return null;
  if (limit !== undefined && !(Number.isSafeInteger(limit) && limit > 0)) {
    throw new RangeError(`limit takes a number from 1 on, not ${limit}`);
  }
  return queryByName({ columns, countBy, sort, limit }, { families, lookups, words, tellsRun: true });
}

/** The run for these options and the query on its records; `withHosts` if host names can be looked up. */
function prepare(options: HostOptions, withHosts = false): { readonly run: Run; readonly query: Query | null } {
  const lookups = selectLookups(options);
  checkSources(options, lookups);
  const plan = makePlan(options);
  const { source = null, read = null, record = null, filter, namespaces, namespaceLimit = Infinity } = options;
  const { threads = false, cmdline = false, context = false, ownersFrom } = options;
  const from = ownersFrom === undefined ? {} : { source: ownersFrom };
  if (lookups.has("hosts") && !withHosts) throw new RangeError("names of hosts need dumpWithHosts and hosts: true");
  if (lookups.has("rates")) throw new RangeError("rates compare two listings, and this makes one");
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

/** The lookups for the options, the filter and the query. */
function selectLookups(options: HostOptions): ReadonlySet<LookupName> {
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

/** Options of {@linkcode events}. */
export interface EventOptions
  extends Pick<DumpOptions, "ipv4" | "ipv6" | "filter" | "namespaces" | "namespaceLimit" | "limit" | "warn"> {
  /** TCP sockets; the default if `udp` is not set. */
  readonly tcp?: boolean;
  /** UDP sockets. */
  readonly udp?: boolean;
}

/**
 * Sockets as they are closed, from the moment of the call. An event has the fields of `ss2 -E`. Leaving the loop, or disposing of
 * the result, closes everything.
 *
 * ```ts
 * import { events } from "./mod.ts";
 *
 * using closed = events({ tcp: true, limit: 10 });
 * setTimeout(() => closed.return(), 100);
 * for await (const { time, src, dst, lost } of closed) console.log(time, src, dst, lost);
 * ```
 *
 * @throws {SystemError} if the kernel refuses
 * @throws {NamespaceError} if a network namespace does not exist, or cannot be entered or left
 * @throws {RangeError} if the filter needs what no event tells
 */
export function events(options: EventOptions = {}): SocketEvents {
  const { udp = false, tcp = !udp, filter, namespaces, namespaceLimit = Infinity, limit = Infinity } = options;
  const { families: chosen, addressFamilies } = selectFamilies({ ...options, tcp, udp });
  const told = chosen.flatMap((family) => eventFamily(family) ?? []);
  if (filter !== undefined && (filter.states !== null || filter.namesStates)) {
    throw new RangeError("a filter of events cannot name states");
  }
  for (const family of told) {
    const [lacking] = filter?.of(family).lacks ?? [];
    if (lacking !== undefined) throw new RangeError(`an event of ${family.name} has no ${lacking}`);
  }
  const plan = { families: told, addressFamilies, ...filter === undefined ? {} : { filter } };
  const places = namespaces === undefined ? null : { words: namespaces, limit: namespaceLimit };
  return new SocketEvents({ plan, namespaces: places, families, recording: null }, limit, options.warn ?? (() => {}));
}

/** Options of {@linkcode check}. */
export interface CheckOptions extends DumpOptions {
  /** The built-in rules by default. */
  readonly rules?: readonly Rule[];
  /** Milliseconds between two looks, for rules that need two; 1000 by default. */
  readonly grace?: number;
}

/**
 * Tests rules on the sockets that the options select, in every state unless `states` or a filter name some. The processes that
 * hold sockets are looked up.
 *
 * @throws {RuleError} if a rule is not valid
 * @throws {SystemError} if no netlink socket can be opened
 * @throws {NamespaceError} if a network namespace does not exist, or cannot be entered or left
 */
export async function check(options: CheckOptions = {}): Promise<CheckResults> {
  const { rules = defaultRules, grace = 1000, ...listed } = options;
  const context: Context = {
    families,
    addressLengths: [4, 16],
    names: currentNames,
    elsewhere: listed.namespaces !== undefined,
  };
  const compiled = rules.map((rule) => compileRule(rule, context));
  const { run } = prepare({ ...listed, processes: true });
  const everyState = listed.states === undefined && listed.filter?.states == null &&
    listed.filter?.namesStates !== true;
  const plan = everyState ? { ...run.plan, states: ALL_STATES } : run.plan;
  const lookups = new Set([...run.lookups ?? [], ...compiled.flatMap(({ lookups }) => lookups)]);
  using session = new Session({ ...run, plan, lookups: [...lookups] }, parts);
  // Sums are not of the sockets that are listed here.
  return await runChecks(compiled.filter((rule) => isApplicable(rule, plan.families)), {
    families: plan.families,
    list: (sink) => session.run(sink),
    wait: () => new Promise((resolve) => setTimeout(resolve, grace)),
  });
}

/** Options of {@linkcode kill}. Listeners are closed only if a listening state is in `states` or in the filter. */
export interface KillOptions extends DumpOptions {
  /** Which sockets to close; not only states. */
  readonly filter: Filter;
  /** Closes nothing. */
  readonly dryRun?: boolean;
  /** If more sockets pass, none is closed; 100 by default. */
  readonly max?: number;
  /** Also closes the connection of the SSH session that this process belongs to. */
  readonly mySessionToo?: boolean;
}

/** What {@linkcode kill} has done. */
export interface KillResults {
  /** The sockets that passed, with what has become of them. */
  readonly sockets: readonly (KillOutcome & { readonly flow: FlowObject })[];
  /** What is not known about the results, one line each. */
  readonly warnings: readonly string[];
}

/**
 * Closes the sockets that pass a filter. It first lists all of them; if some may be missing from the list, it closes none. Needs
 * CAP_NET_ADMIN in the network namespace of the sockets.
 *
 * @throws {RangeError} if nothing but states is in the filter, more than `max` sockets pass, or options do not fit
 * @throws {Error} if the list may be incomplete, or SSH_CONNECTION does not name a connection
 * @throws {SystemError} if no netlink socket can be opened
 * @throws {NamespaceError} if a network namespace does not exist, or cannot be entered or left
 */
export function kill(options: KillOptions): KillResults {
  const { filter, dryRun = false, max = 100, mySessionToo = false, ...listed } = options;
  if (filter.isEmpty) throw new RangeError("kill needs a filter, so that it does not close everything");
  for (const name of ["read", "record", "countBy", "limit", "source", "columns", "sort"] as const) {
    if (listed[name] !== undefined) throw new RangeError(`kill and ${name} exclude each other`);
  }
  const { run } = prepare({ ...listed, filter });
  const named = listed.states !== undefined || filter.states !== null ? run.plan.states : null;
  const listeners = named !== null && named !== ALL_STATES && (named & 1 << TCP_LISTEN) !== 0;
  const { states } = run.plan;
  const plan = listeners || states === null ? run.plan : { ...run.plan, states: states & ~(1 << TCP_LISTEN) };
  using session = new Session({ ...run, plan }, parts);
  const sockets = withoutSshSession(listSockets(session), mySessionToo);
  if (dryRun) return { sockets: sockets.map(({ flow }) => ({ flow, result: "dry-run", errno: null })), warnings: [] };
  if (sockets.length > max) throw new RangeError(`${sockets.length} sockets pass, more than ${max}: none was closed`);
  const subflows = namesSubflows(filter.paths);
  const { outcomes, warnings } = closeSockets(sockets, { plan, vantages: session.vantages, subflows });
  return { sockets: sockets.map(({ flow }, i) => ({ flow, ...outcomes[i]! })), warnings };
}

/** All sockets of a session. */
function listSockets(session: Session): readonly KeptSocket[] {
  const sink = new KillSink();
  const { errors, warnings } = session.run(sink);
  if (errors.length > 0) throw errors[0];
  if (warnings.length > 0) throw new Error(`none was closed, because some may be missing: ${warnings.join("; ")}`);
  return sink.sockets;
}

function withoutSshSession(sockets: readonly KeptSocket[], mySessionToo: boolean): readonly KeptSocket[] {
  const text = environmentVariable("SSH_CONNECTION");
  if (mySessionToo || text === null) return sockets;
  const connection = parseSession(text);
  if (connection === null) throw new Error("SSH_CONNECTION does not name a connection; see mySessionToo");
  return sockets.filter(({ flow }) => !isOfSession(flow, connection));
}

/** Options of {@linkcode summary}: which sockets are counted, and where. */
export type SummaryOptions = Pick<DumpOptions, FamilyName | "ipv4" | "ipv6" | "namespaces" | "namespaceLimit" | "warn">;

/**
 * Sums of the sockets of each network namespace and of the machine, as `-s` prints them (`docs/summary.md`).
 *
 * @throws {SystemError} if no netlink socket can be opened
 * @throws {NamespaceError} if a network namespace does not exist, or cannot be entered or left
 */
export async function summary(options: SummaryOptions = {}): Promise<Summary> {
  const { ipv4 = false, ipv6 = false, namespaces, namespaceLimit, warn = () => {} } = options;
  const where = {
    ...{ ipv4, ipv6 },
    ...namespaces === undefined ? {} : { namespaces },
    ...namespaceLimit === undefined ? {} : { namespaceLimit },
  };
  const tcp = { ...where, tcp: true };
  const netns = namespaces === undefined ? [] : ["netns.inode"];
  const counted = selectFamilies(options).families;
  const list = (listed: DumpOptions) => Promise.resolve(listForSummary(listed));
  const hasTcp = counted.some(({ name }) => name === "TCP");
  return await readSummary(
    {
      protocols: counted.map(({ name }) => name),
      counts: () => list({ ...options, states: ["all"], countBy: ["protocol", "state", ...netns] }),
      listeners: hasTcp
        ? () => list({ ...tcp, states: ["listening"], columns: [...QUEUE, ...netns], filter: parseFilter(FULL, tcp) })
        : null,
      ports: hasTcp
        ? (first, last) => {
          const filter = parseFilter(usingPorts(first, last), tcp);
          return list({ ...tcp, states: ["all"], countBy: [...PAIR, ...netns], filter });
        }
        : null,
    },
    procNet,
    { listed: ({ warnings }) => warnings.forEach((warning) => warn(warning)), warn },
  );
}

function listForSummary(options: DumpOptions): ListForSummary {
  const { run, query } = prepare(options);
  return (look) => {
    using session = new Session(run, parts);
    const objects = new ObjectSink();
    const { sink, finish } = openSink(objects, query, session);
    const outcome = session.run(sink);
    finish();
    look(session.vantages);
    return { flows: objects.take(), outcome };
  };
}

/**
 * All fields of a family in output order; an object or list comes before its members.
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
 * Parses a filter in the language of the command line (`docs/filters.md`). It may look up services, hosts, interfaces and control groups on the machine; with your own `source`, services and hosts only.
 *
 * @param options the dump that it is for; the filter can name the fields of its families
 * @throws {FilterSyntaxError} if it is not valid
 * @throws {RangeError} if it compares host names, which are looked up after the filter
 */
export function parseFilter(text: string, options: DumpOptions = {}): Filter {
  const { families: listed, addressFamilies } = selectFamilies(options);
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

function selectFamilies(
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
