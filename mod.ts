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
import type { Enricher, LookupName } from "./decode/lookups/lookup.ts";
import { lookupsFor } from "./decode/lookups/registry.ts";
import { CgroupNames } from "./decode/lookups/cgroups.ts";
import type { DatagramSource } from "./decode/netlink/datagram_source.ts";
import { families, familyCalled } from "./decode/families/all_families.ts";
import { type Field, fieldsOf } from "./decode/reference/fields.ts";
import { type Plan, runSteps, type SocketHolders, stepVantages } from "./decode/plan/plan.ts";
import { HeldSockets } from "./decode/plan/other_sockets.ts";
import { PairedPeers } from "./decode/lookups/paired_peers.ts";
import type { RecordSink } from "./decode/record/record_sink.ts";
import { AF_INET, AF_INET6 } from "./decode/kernel/address_family.ts";
import { ALL_STATES, CONNECTED_STATES, stateWords } from "./decode/kernel/tcp_states.ts";
import { UnixPeers } from "./decode/lookups/unix_peers.ts";
import { UserNames } from "./decode/lookups/users.ts";
import { openCgroups } from "./ffi/cgroups.ts";
import { currentNames, lastingNames } from "./ffi/filter_names.ts";
import { openNetlinkSocket } from "./ffi/netlink_socket.ts";
import { openVantages, type Vantages } from "./ffi/network_namespaces.ts";
import { readOwners, readProtocolName } from "./ffi/owners.ts";
import { procNet } from "./ffi/proc_net.ts";
import { userName } from "./ffi/users.ts";
import { type Filter, readFilter } from "./query/filter/filter.ts";
import { type FlowObject, ObjectSink } from "./decode/record/object_sink.ts";
import type { Schema } from "./formats/json/json_schema.ts";
import { schemaOf } from "./formats/json/schema.ts";
import type { Outcome } from "./decode/record/outcome.ts";

export { type DatagramSource, OVERRUN } from "./decode/netlink/datagram_source.ts";
export { type Field, units } from "./decode/reference/fields.ts";
export type { Range, TextRule } from "./decode/record/key.ts";
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
export { SelectFields } from "./query/select_fields.ts";
export type { Color, Content, FormatOptions, OutputSink } from "./formats/format.ts";
export { type Format, formats } from "./formats/all_formats.ts";
export type { Write } from "./formats/text/output_buffer.ts";
export { LimitSink } from "./query/limit.ts";
export { type FieldObject, type FieldValue, type FlowObject, ObjectSink } from "./decode/record/object_sink.ts";
export { type Order, SortSink } from "./query/sort.ts";
export { walkLayout } from "./decode/record/walk_layout.ts";
export type { DumpError, Outcome } from "./decode/record/outcome.ts";

/** Names of the families, as their options on the command line. */
export type FamilyName =
  | "tcp"
  | "mptcp"
  | "udp"
  | "udplite"
  | "raw"
  | "sctp"
  | "dccp"
  | "ping"
  | "unix"
  | "netlink"
  | "packet"
  | "vsock"
  | "xdp"
  | "tipc"
  | "smc";

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
  /** Also the values that BPF programs keep with sockets; needs CAP_BPF. */
  readonly bpfMaps?: boolean;
  /** Also the processes that hold each socket, unless there is a source of your own. */
  readonly processes?: boolean;
  /** With them, also their threads that have descriptors of their own. */
  readonly threads?: boolean;
  /** With them, also the other ends of connections within the machine, and who holds those. */
  readonly peers?: boolean;
  /** Also the names of users, unless there is a source of your own. */
  readonly users?: boolean;
  /** Also paths, units and containers of control groups, unless there is a source of your own. */
  readonly cgroups?: boolean;
  /**
   * Network namespaces to ask, as after `-N` on the command line: names, numbers of processes, paths, `all`. Each flow tells
   * its `netns` then. By default the caller's own, which is not told; that of the source, if there is one of your own.
   */
  readonly namespaces?: readonly string[];
  /** Where to ask, a recording for example; by default a netlink socket, opened in the caller's network namespace and closed at the end. */
  readonly source?: DatagramSource;
}

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
 * @throws {RangeError} for an unknown word in `states`
 */
export function* dumpObjects(chosen: DumpOptions = {}): Generator<FlowObject, Outcome> {
  const options = withLookups(chosen);
  const plan = makePlan(options);
  using vantages = vantagesFor(options);
  const sink = new ObjectSink();
  const holders = holdersFor(options);
  const steps = stepVantages(plan, vantages.vantages, sink, holders, enrichersFor(options, holders));
  while (true) {
    const step = steps.next();
    yield* sink.take();
    if (step.done !== true) continue;
    if (step.value.errors.length > 0) throw step.value.errors[0];
    step.value.warnings.push(...vantages.warnings);
    return step.value;
  }
}

/**
 * Pushes the sockets into a sink, without an object for any of them.
 *
 * @returns how it went; failed dumps are told in `errors` and not thrown
 * @throws {SystemError} if there is no netlink socket to be had
 * @throws {NamespaceError} if a network namespace is not there, cannot be entered, or not be left again
 * @throws {UnsupportedError} on a system that is not Linux with glibc
 * @throws {RangeError} for an unknown word in `states`
 */
export function dump(sink: RecordSink, chosen: DumpOptions = {}): Outcome {
  const options = withLookups(chosen);
  const plan = makePlan(options);
  using vantages = vantagesFor(options);
  const holders = holdersFor(options);
  const outcome = runSteps(stepVantages(plan, vantages.vantages, sink, holders, enrichersFor(options, holders)));
  outcome.warnings.push(...vantages.warnings);
  return outcome;
}

/** The options with all that their filter has to have looked up. */
function withLookups(options: DumpOptions): DumpOptions {
  const { filter, source, processes = false, peers = false, users = false, cgroups = false, namespaces } = options;
  if (filter === undefined || source !== undefined) return options;
  const lookups = lookupsFor(new Set(filter.paths));
  const reads = (lookup: LookupName) => lookups.includes(lookup);
  const readsPeers = reads("peers") || reads("unix-peers");
  const told = namespaces ?? (reads("netns") ? [] : undefined);
  return {
    ...options,
    processes: processes || filter.readsOwners || readsPeers,
    peers: peers || readsPeers,
    users: users || reads("users"),
    cgroups: cgroups || reads("cgroups"),
    ...told === undefined ? {} : { namespaces: told },
  };
}

/** Where to ask, and what closes that again. */
function vantagesFor({ source, namespaces }: DumpOptions): Vantages {
  if (source === undefined && namespaces !== undefined) return openVantages(namespaces, Infinity);
  const asked = source ?? openNetlinkSocket();
  return {
    vantages: [{ source: asked, proc: source === undefined ? procNet : null, netns: null }],
    warnings: [],
    [Symbol.dispose]: () => {
      if (source === undefined) asked[Symbol.dispose]();
    },
  };
}

function holdersFor({ source, processes = false, threads = false }: DumpOptions): SocketHolders | null {
  if (source !== undefined || !processes) return null;
  const owners = readOwners({ threads });
  return { owners, others: new HeldSockets(owners, readProtocolName, families) };
}

function enrichersFor(
  { source, users = false, cgroups = false, peers = false }: DumpOptions,
  holders: SocketHolders | null,
): readonly Enricher[] {
  if (source !== undefined) return [];
  const paths = cgroups ? openCgroups() : null;
  return [
    ...users ? [new UserNames(userName)] : [],
    ...paths === null ? [] : [new CgroupNames(paths)],
    ...peers && holders !== null ? [new UnixPeers(holders.owners), new PairedPeers(holders.owners)] : [],
  ];
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
  const { families, addressFamilies } = chooseFamilies(options);
  const filter = readFilter(text, {
    families,
    addressLengths: addressFamilies.map((family) => family === AF_INET6 ? 16 : 4),
    names: options.source === undefined ? currentNames : lastingNames,
    elsewhere: options.namespaces !== undefined,
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
  const { bpfMaps = false, filter } = options;
  const chosen = options.states?.reduce((mask, word) => mask | stateMask(word), 0) ?? filter?.states ??
    (filter?.namesStates === true ? ALL_STATES : null);
  return {
    ...choice,
    states: chosen ?? (choice.named ? null : CONNECTED_STATES),
    bpfMaps,
    ...filter === undefined || filter.isEmpty ? {} : { filter },
  };
}

function stateMask(word: string): number {
  const mask = stateWords.get(word);
  if (mask === undefined) {
    throw new RangeError(`unknown state "${word}"; there are ${[...stateWords.keys()].join(" ")}`);
  }
  return mask;
}
