/**
 * Assembles one run: source, network namespaces, owners and other lookups. Used by the program and the library.
 */
import type { LookupName } from "./decode/lookups/registry.ts";
import type { Family } from "./decode/families/family.ts";
import { families, loadFamilies } from "./decode/families/registry.ts";
import type { Enricher } from "./decode/lookups/lookup.ts";
import type { OwnerIndex } from "./decode/lookups/owner_index.ts";
import type { DatagramSource } from "./decode/netlink/datagram_source.ts";
import type { OtherSockets, Plan, SocketHolders, Unbound, Vantage } from "./decode/plan/plan.ts";
import type { LookupNoter } from "./decode/plan/noted_lookups.ts";
import { runSteps, stepVantages } from "./decode/plan/run_plan.ts";
import type { Outcome } from "./decode/record/outcome.ts";
import type { RecordSink } from "./decode/record/record_sink.ts";
import type { OpenedLookups } from "./ffi/lookups.ts";
import type { KeptOwners } from "./ffi/owners.ts";
import { openNetlinkSocket } from "./ffi/netlink_socket.ts";
import type { Vantages } from "./ffi/network_namespaces.ts";
import { ALL_STATES } from "./decode/kernel/tcp_states.ts";
import type { OwnerDetails, OwnersSource } from "./decode/lookups/owners.ts";
import { procNet } from "./ffi/proc_net.ts";

/** What to list, where to ask, and what to look up. */
export interface Run {
  readonly plan: Plan;
  /** The caller's own source, which stays open. The default is the running kernel. */
  readonly source?: DatagramSource | null;
  /** Recording to decode instead of asking the kernel. */
  readonly read?: string | null;
  /** File to save the kernel's answers to. */
  readonly record?: string | null;
  /** Network namespaces to ask; `null` for the own one, without a `netns` field. */
  readonly namespaces?: { readonly words: readonly string[]; readonly limit: number } | null;
  /** What to look up about the processes that hold sockets; `null` for nothing. */
  readonly owners?: OwnerDetails | null;
  /** The lookups of the run, owners included. */
  readonly lookups?: readonly LookupName[];
  /** The lookups that cause no warning if they fail. */
  readonly implied?: readonly LookupName[];
  /** Owners that are kept from run to run, for a run that is repeated. */
  readonly keptOwners?: KeptOwners;
  /** What is put between those who ask and a source. */
  readonly watch?: (source: DatagramSource) => DatagramSource;
}

/** Code that only some runs need. */
export interface SessionParts {
  readonly namespaces?: typeof import("./ffi/network_namespaces.ts");
  /** All families; only needed to search for all namespaces. */
  readonly families?: readonly Family[];
  readonly recording?: typeof import("./ffi/recording.ts");
  readonly owners?: typeof import("./ffi/owners.ts");
  /** Starts a BPF iterator over descriptors. */
  readonly taskFiles?: typeof import("./ffi/task_files.ts")["openTaskFiles"];
  /** Whether the control groups of some sockets of a plan can only be found through their owners. */
  readonly findsByOwners?: (plan: Plan) => boolean;
  /** Finds the sockets that no family lists. */
  readonly others?: (owners: OwnerIndex) => OtherSockets;
  /** Counts the sockets of listed families that no dump shows. */
  readonly unbound?: (owners: OwnerIndex) => Unbound;
  /** Starts loaded lookups. */
  readonly lookups?: (
    names: readonly LookupName[],
    owners: OwnerIndex | null,
    vantages: readonly Vantage[],
  ) => OpenedLookups;
  readonly notRecorded?: typeof import("./decode/lookups/registry.ts")["notRecorded"];
  /** What lookups find, in recordings. */
  readonly noted?: typeof import("./decode/plan/noted_lookups.ts");
}

/** Whether the running machine is asked, so that lookups are possible. */
const isLive = ({ source = null, read = null }: Run) => read === null && source?.live !== false;

/** Loads the code that a run needs. Loading the rest would slow down the start. */
export async function loadParts(run: Run): Promise<SessionParts> {
  const { namespaces = null, read = null, record = null, plan } = run;
  const live = isLive(run);
  const isUnix = plan.families.some(({ domain }) => domain === "unix");
  const lookups = (run.lookups ?? []).filter((name) => isUnix || name !== "unix-peers");
  return {
    ...namespaces === null ? {} : await loadNamespaces(namespaces.words),
    ...read === null && record === null ? {} : { recording: await import("./ffi/recording.ts") },
    ...live ? await loadHolding(run) : {},
    ...lookups.length === 0 ? {} : live ? await loadLookups(lookups) : await loadNotRecorded(),
    ...lookups.length === 0 || live && record === null ? {} : await loadNoted(),
  };
}

/** Loads the search for network namespaces. Namespaces that only a socket keeps alive are found among all sockets. */
async function loadNamespaces(words: readonly string[]): Promise<SessionParts> {
  const namespaces = await import("./ffi/network_namespaces.ts");
  return { namespaces, families: words.includes(namespaces.ALL) ? await loadFamilies(families) : [] };
}

/** Loads the owner lookup, if it is needed. */
async function loadHolding(run: Run): Promise<SessionParts> {
  const { plan, owners = null, lookups = [] } = run;
  const cgroups = lookups.includes("cgroups") ? await loadCgroups() : {};
  const needed = owners !== null || findsCgroupsByOwners(run, cgroups);
  if (!needed) return cgroups;
  const parts = await loadOwners(findsOthers(plan), owners !== null && countsUnbound(run));
  return { ...cgroups, ...parts, ...parts.owners!.wantsTaskFiles(owners ?? {}) ? await loadTaskFiles() : {} };
}

async function loadTaskFiles(): Promise<SessionParts> {
  const { openTaskFiles } = await import("./ffi/task_files.ts");
  return { taskFiles: openTaskFiles };
}

/** Whether owners are read for the control groups that nothing else tells; only if control groups were asked for. */
const findsCgroupsByOwners = ({ plan, lookups = [], implied = [] }: Run, { findsByOwners }: SessionParts): boolean =>
  lookups.includes("cgroups") && !implied.includes("cgroups") && findsByOwners?.(plan) === true;

async function loadCgroups(): Promise<SessionParts> {
  const [{ tellsCgroup }, { hasCgroups }] = await Promise.all([
    import("./decode/lookups/cgroups.ts"),
    import("./ffi/cgroups.ts"),
  ]);
  return { findsByOwners: ({ families }) => !families.every(tellsCgroup) || !hasCgroups() };
}

/** Loads all code, for callers that open sessions synchronously. */
export async function loadAllParts(): Promise<SessionParts> {
  const { allLookups, notRecorded } = await import("./decode/lookups/registry.ts");
  return {
    ...await loadNamespaces(["all"]),
    recording: await import("./ffi/recording.ts"),
    ...await loadOwners(true, true),
    ...await loadTaskFiles(),
    ...await loadCgroups(),
    ...await loadLookups(allLookups.flatMap(({ name }) => name === null ? [] : [name])),
    notRecorded,
    ...await loadNoted(),
  };
}

const loadNoted = async (): Promise<SessionParts> => ({ noted: await import("./decode/plan/noted_lookups.ts") });

const findsOthers = ({ families }: Plan) => families.some(({ domain }) => domain === "other");

/** Whether all sockets of some protocols are listed, but not those found only through their holder. Kept owners do not know it. */
const countsUnbound = ({ plan, keptOwners }: Run): boolean =>
  plan.states === ALL_STATES && plan.filter === undefined && !findsOthers(plan) && keptOwners === undefined;

async function loadOwners(withOthers: boolean, withUnbound: boolean): Promise<SessionParts> {
  const owners = await import("./ffi/owners.ts");
  return {
    owners,
    ...withOthers ? await loadOthers(owners) : {},
    ...withUnbound ? await loadUnbound(owners) : {},
  };
}

async function loadUnbound({ readProtocolName }: NonNullable<SessionParts["owners"]>): Promise<SessionParts> {
  const [{ UnboundSockets }, { openSocketCopies }] = await Promise.all([
    import("./decode/plan/unbound_sockets.ts"),
    import("./ffi/socket_copy.ts"),
  ]);
  return { unbound: (index) => new UnboundSockets(index, readProtocolName, () => openSocketCopies(index)) };
}

async function loadOthers({ readProtocolName }: NonNullable<SessionParts["owners"]>): Promise<SessionParts> {
  const [{ UnlistedSockets }, { openSocketCopies }, all] = await Promise.all([
    import("./decode/plan/other_sockets.ts"),
    import("./ffi/socket_copy.ts"),
    loadFamilies(families),
  ]);
  return { others: (index) => new UnlistedSockets(index, readProtocolName, () => openSocketCopies(index), all) };
}

async function loadLookups(names: readonly LookupName[]): Promise<SessionParts> {
  const { loadLookups, openLookups } = await import("./ffi/lookups.ts");
  const loaded = await loadLookups(names);
  return {
    lookups: (names, owners, vantages) =>
      openLookups(loaded.filter(([name]) => names.includes(name)), owners, vantages),
  };
}

async function loadNotRecorded(): Promise<SessionParts> {
  const { notRecorded } = await import("./decode/lookups/registry.ts");
  return { notRecorded };
}

/** The lookups of a run. */
interface Started {
  readonly holders: SocketHolders | null;
  readonly enrichers: readonly Enricher[];
  /** Why some lookups are not available. */
  readonly failures: readonly { readonly name: LookupName; readonly reason: string }[];
  /** What a recording lacks, one line each. */
  readonly missing?: readonly string[];
  /** Called after the last socket. */
  readonly end?: () => void;
}

/** The open resources of a run. It can be run repeatedly, one run at a time, until it is disposed. */
export class Session implements Disposable {
  readonly vantages: readonly Vantage[];
  readonly #run: Run;
  readonly #parts: SessionParts;
  readonly #opened: Vantages;
  #ownersSource: OwnersSource | null = null;

  /**
   * @throws {SystemError} if no netlink socket can be opened, or a file cannot be read or written
   * @throws {NamespaceError} if a network namespace does not exist, or cannot be entered or left
   * @throws {RecordingError} if the file is not a recording
   * @throws {UnsupportedError} on a system that is not Linux with glibc
   */
  constructor(run: Run, parts: SessionParts) {
    this.#run = run;
    this.#parts = parts;
    this.#opened = openVantages(run, parts);
    const { watch } = run;
    const { vantages } = this.#opened;
    this.vantages = watch === undefined
      ? vantages
      : vantages.map((vantage) => ({ ...vantage, source: watch(vantage.source) }));
  }

  /** Pushes all sockets into a sink, one datagram at a time. Owners are those at the start. */
  *steps(sink: RecordSink): Generator<void, Outcome> {
    const { plan } = this.#run;
    const { holders, enrichers, failures, missing = [], end } = this.#openLookups();
    try {
      const outcome = yield* stepVantages(plan, this.vantages, sink, holders, enrichers);
      end?.();
      const missed = failures.filter(({ name }) => this.#isMissed(name)).map(({ reason }) => reason);
      outcome.lookupWarnings.push(...missed);
      outcome.warnings.push(...this.#opened.warnings, ...missed, ...missing);
      return outcome;
    } finally {
      for (const enricher of enrichers) enricher[Symbol.dispose]?.();
    }
  }

  /** Runs {@linkcode steps} to the end. */
  run(sink: RecordSink): Outcome {
    return runSteps(this.steps(sink));
  }

  /** Starts the lookups, or takes what a recording has of them. */
  #openLookups(): Started {
    const { lookups = [] } = this.#run;
    if (!isLive(this.#run)) return this.#readNotes();
    const owners = this.#readOwners();
    const { enrichers = [], failures = [] } = this.#parts.lookups?.(lookups, owners, this.vantages) ?? {};
    const started = { holders: owners === null ? null : this.#holders(owners), enrichers, failures };
    const { source } = this.#opened.vantages[0]!;
    return source.note === undefined || this.#parts.noted === undefined
      ? started
      : this.#note(started, new this.#parts.noted.LookupNoter((line) => source.note!(line)));
  }

  /** Puts what the lookups find into the recording too. */
  #note({ holders, enrichers, failures }: Started, noter: LookupNoter): Started {
    const { lookups = [], owners } = this.#run;
    const noted = {
      enrichers: enrichers.map((enricher) => noter.wrap(enricher)),
      holders: holders === null ? null : { ...holders, owners: noter.wrap(holders.owners) },
      failures,
      end: () => noter.end(failures, this.#ownersSource),
    };
    noter.begin(lookups, owners ?? {});
    return noted;
  }

  /** The lookups that a recording has. */
  #readNotes(): Started {
    const { lookups = [], owners = null } = this.#run;
    const { noted, notRecorded } = this.#parts;
    if (noted === undefined) return { holders: null, enrichers: [], failures: [] };
    const notes = new noted.NotedLookups(this.#opened.vantages[0]!.source.notes ?? []);
    this.#ownersSource = owners === null ? null : notes.ownersSource;
    const all = notes.open(lookups, owners ?? {}, (name) => this.#isMissed(name));
    const holding = owners === null ? undefined : all.find(({ lookup }) => lookup.name === "owners");
    return {
      enrichers: all.filter(({ lookup }) => lookup.name !== "owners"),
      holders: holding === undefined ? null : { owners: holding, others: null },
      failures: notes.failures,
      missing: [
        ...notes.missing(lookups, owners ?? {}),
        ...notRecorded!((name) => this.#isMissed(name) && !notes.has(name)),
      ],
    };
  }

  /** Looks up who holds which socket, if requested or needed; else `null`. */
  #readOwners(): OwnerIndex | null {
    const { owners = null, lookups = [] } = this.#run;
    const cgroup = lookups.includes("cgroups");
    if (owners === null && !findsCgroupsByOwners(this.#run, this.#parts)) return null;
    const { readOwners } = this.#parts.owners!;
    const kept = findsOthers(this.#run.plan) ? undefined : this.#run.keptOwners;
    const details = { ...owners, cgroup };
    const taskFiles = this.#parts.taskFiles ?? null;
    const index = kept === undefined ? readOwners(details, taskFiles) : kept.read(details, taskFiles);
    this.#ownersSource = index.source;
    return index;
  }

  /** Where the descriptors of processes were read in the last run; `null` if they were not. */
  get ownersSource(): OwnersSource | null {
    return this.#ownersSource;
  }

  /** The owner details to show; `null` if owners are only needed for another lookup. */
  #holders(owners: OwnerIndex): SocketHolders | null {
    const { plan, owners: asked = null } = this.#run;
    if (asked === null) return null;
    return {
      owners,
      others: findsOthers(plan) ? this.#parts.others!(owners) : null,
      ...countsUnbound(this.#run) ? { unbound: this.#parts.unbound!(owners) } : {},
    };
  }

  /** Whether a lookup was requested explicitly, so that its failure causes a warning. */
  #isMissed(name: LookupName): boolean {
    const { lookups = [], implied = [] } = this.#run;
    return lookups.includes(name) && !implied.includes(name);
  }

  /** Closes everything it opened. */
  [Symbol.dispose](): void {
    this.#opened[Symbol.dispose]();
  }
}

/** Loads the code that a run needs and opens the run. */
export const openSession = async (run: Run): Promise<Session> => new Session(run, await loadParts(run));

/** Where to ask, and what closes that again. */
function openVantages(run: Run, { namespaces, families, recording }: SessionParts): Vantages {
  const { source: own = null, read = null, record = null, namespaces: asked = null } = run;
  if (asked !== null && own === null && read === null) {
    return namespaces!.openVantages(asked.words, asked.limit, families!);
  }
  const opened = own ?? (read === null ? openNetlinkSocket() : recording!.openRecording(read));
  const source = record === null ? opened : recording!.openRecorder(record, opened);
  return {
    vantages: [{ source, proc: own === null && read === null ? procNet : null, netns: null }],
    warnings: [],
    [Symbol.dispose]: () => {
      if (source !== own) source[Symbol.dispose]();
    },
  };
}
