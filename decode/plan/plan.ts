/**
 * A plan: what is asked for. Running it asks the kernel family by family and pushes what it answers.
 */
import { AF_INET, AF_INET6 } from "../kernel/address_family.ts";
import type { Enricher, Extension } from "../lookups/lookup.ts";
import type { DatagramSource } from "../netlink/datagram_source.ts";
import { type Acceptance, Dump } from "../netlink/dump.ts";
import { DecodeError, isLack, KernelError, SystemError } from "../kernel/errors.ts";
import type { Family } from "../families/family.ts";
import { InterfaceNames } from "../lookups/interfaces.ts";
import type { Netns } from "../lookups/netns.ts";
import type { OwnerIndex } from "../lookups/owner_index.ts";
import { stepProcSockets } from "../proc/proc_sockets.ts";
import type { ProcSource } from "../proc/proc_source.ts";
import type { FamilyFilter, RecordFilter, RecordPredicate } from "./record_filter.ts";
import type { RecordSink } from "../record/record_sink.ts";
import { NotingSink, type Watch } from "../record/noting_sink.ts";
import { nowhere } from "../record/nowhere.ts";
import { ALL_STATES, TCP_BOUND_INACTIVE, TCP_CLOSE, TCP_LISTEN } from "../kernel/tcp_states.ts";
import type { NumberReader } from "../netlink/number_reader.ts";
import type { SocketDecoder } from "../netlink/socket_decoder.ts";
import type { FieldChoice } from "../record/field_choice.ts";
import type { DumpRequest, KernelFilter, Question } from "../families/question.ts";
import { type DumpError, newOutcome, type Outcome } from "../record/outcome.ts";

export interface Plan {
  readonly families: readonly Family[];
  /** AF_INET, AF_INET6 or both. */
  readonly addressFamilies: readonly number[];
  /** Bit n asks for sockets in state n; `null` for what each family shows by default. */
  readonly states: number | null;
  /** Asks for the values of BPF socket maps too; needs CAP_BPF. */
  readonly bpfMaps: boolean;
  /** As in {@linkcode Question.wanted}. */
  readonly wanted?: FieldChoice;
  /** Whether the families were named: then one that the kernel does not have is worth a warning. Not so by default. */
  readonly named?: boolean;
  /** Families of which only some socket types are asked for: by name, bit n for type n (SOCK_STREAM …). */
  readonly types?: Readonly<Record<string, number>>;
  /** Which sockets are listed; by default all of these. */
  readonly filter?: RecordFilter;
  /** Whether the kernel is to send sockets that do not pass too, because its answers are recorded, or were. */
  readonly whole?: boolean;
}

/** Who holds which socket, where that was looked up. */
export interface SocketHolders {
  readonly owners: OwnerIndex;
  /** Those that no dump shows, if they are asked for. */
  readonly others: OtherSockets | null;
}

/** The sockets that processes hold and no family lists. */
export interface OtherSockets {
  /** Finds them at some vantages and pushes them. */
  step(family: Family, plan: Plan, vantages: readonly Vantage[], sink: RecordSink, outcome: Outcome): Generator<void>;
}

/** Where sockets are asked for: a network namespace of the running kernel, or a recording of one. */
export interface Vantage {
  readonly source: DatagramSource;
  /** Files for families that the kernel has no diagnostics for; `null` with a recording. */
  readonly proc: ProcSource | null;
  /** What is said of each socket's namespace; `null` if nobody asked. */
  readonly netns: Netns | null;
}

/** What belongs to the running kernel alone, besides the datagrams; nothing of it with a recording. */
export interface Surroundings {
  /** As in {@linkcode Vantage.proc}. */
  readonly proc: ProcSource | null;
  /** Adds its owners to each socket; `null` if nobody asked. */
  readonly holders: SocketHolders | null;
  /** Add what else was asked for, in the order of the output; by default nothing. */
  readonly enrichers?: readonly Enricher[];
}

const NO_SURROUNDINGS: Surroundings = { proc: null, holders: null };

/** Everything the plan asks for, one datagram at a time: the caller may take what the sink has after each step. */
export function stepPlan(
  plan: Plan,
  source: DatagramSource,
  sink: RecordSink,
  { proc, holders, enrichers }: Surroundings = NO_SURROUNDINGS,
): Generator<void, Outcome> {
  return stepVantages(plan, [{ source, proc, netns: null }], sink, holders, enrichers);
}

/** The same at several vantages: family by family, and each at one vantage after the other. */
export function* stepVantages(
  plan: Plan,
  vantages: readonly Vantage[],
  sink: RecordSink,
  holders: SocketHolders | null,
  enrichers: readonly Enricher[] = [],
): Generator<void, Outcome> {
  const outcome = newOutcome();
  const everywhere = [...enrichers, ...holders === null ? [] : [holders.owners]];
  const enriched = vantages.map((vantage) => ({ vantage, enrichers: [...enrichersOf(vantage), ...everywhere] }));
  for (const family of plan.families) {
    sink.openProtocol(family.name);
    if (family.domain !== "other") yield* stepFamilyEverywhere(family, plan, enriched, sink, outcome);
    else if (!isFull(sink)) yield* holders?.others?.step(family, plan, vantages, sink, outcome) ?? [];
    sink.closeProtocol();
  }
  for (const { warnings = [] } of everywhere) outcome.warnings.push(...warnings);
  for (const { source } of vantages) outcome.warnings.push(...source.warnings ?? []);
  return outcome;
}

/** What adds the fields that the vantage of a socket tells, in the order of the output. */
function enrichersOf({ source, netns }: Vantage): readonly Enricher[] {
  return [
    ...source.interfaceName === undefined ? [] : [new InterfaceNames((index) => source.interfaceName!(index))],
    ...netns === null ? [] : [netns],
  ];
}

/** A vantage, and all that adds fields to the sockets in it. */
interface EnrichedVantage {
  readonly vantage: Vantage;
  readonly enrichers: readonly Enricher[];
}

function* stepFamilyEverywhere(
  family: Family,
  plan: Plan,
  enriched: readonly EnrichedVantage[],
  sink: RecordSink,
  outcome: Outcome,
): Generator<void> {
  const vantages = enriched.map(({ vantage }) => vantage);
  const warned = new Map<string, Vantage[]>();
  for (const { vantage, enrichers } of enriched) {
    if (isFull(sink)) break;
    const here = newOutcome();
    if (((plan.states ?? family.defaultStates) & ~LONELY_STATES) !== 0) yield* survey(family, vantage, enrichers);
    yield* stepFamily(family, plan, vantage, sink, enrichers, here);
    outcome.records += here.records;
    outcome.dumps += here.dumps;
    outcome.failed += here.failed;
    outcome.errors.push(...here.errors);
    outcome.unnamed.push(...here.unnamed);
    for (const warning of here.warnings) warned.set(warning, [...warned.get(warning) ?? [], vantage]);
    // Each has a socket of its own and room for what it receives ahead: not for all of them at the same time.
    if (vantages.length > 1) vantage.source.restart();
  }
  for (const [warning, where] of warned) outcome.warnings.push(warning + wherePhrase(where, vantages));
}

/** Names the namespaces that a warning is about, unless it is about all that there are. */
function wherePhrase(where: readonly Vantage[], vantages: readonly Vantage[]): string {
  if (where.length === vantages.length) return "";
  const names = where.flatMap(({ netns }) => netns === null ? [] : [netns.text]);
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : "";
  return ` (network namespace${names.length > 1 ? "s" : ""} ${names.slice(0, NAMED).join(", ")}${more})`;
}

/** So many namespaces are named in one warning. */
const NAMED = 5;

/** Whether no more is to be asked for this protocol. */
const isFull = (sink: RecordSink) => sink.full === true;

/** Runs a plan to its end. */
export function runPlan(
  plan: Plan,
  source: DatagramSource,
  sink: RecordSink,
  surroundings: Surroundings = NO_SURROUNDINGS,
): Outcome {
  return runSteps(stepPlan(plan, source, sink, surroundings));
}

/** Takes all steps. */
export function runSteps(steps: Generator<void, Outcome>): Outcome {
  while (true) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

interface Failure {
  readonly part: string;
  readonly error: DumpError;
}

function* stepFamily(
  family: Family,
  plan: Plan,
  { source, proc }: Vantage,
  sink: RecordSink,
  enrichers: readonly Enricher[],
  outcome: Outcome,
  see: Extension | null = null,
): Generator<void> {
  const filter = plan.filter?.of(family) ?? null;
  const asked = plan.states ?? family.defaultStates;
  const question: Question = { ...plan, states: asked & (filter?.states ?? asked) };
  const absence = family.absence?.(source.release) ?? null;
  if (absence !== null) {
    if (plan.named !== true) return;
    outcome.dumps++;
    outcome.failed++;
    outcome.warnings.push(`cannot list ${family.name} sockets: ${absence}`);
    return;
  }
  if (filter !== null && (filter.excludesAll || question.states === 0)) {
    outcome.dumps++;
    return;
  }
  const decode = family.openDecoder(source.release);
  const readers = readersOf(family, enrichers);
  const extend = see ?? extension(readers);
  const ofStates = acceptance(family, plan, question, source);
  const checks = [false, true].map((inKernel) => check(filter, inKernel, ofStates, decode, readers));
  const failures: Failure[] = [];
  const undecided = new Set<RecordPredicate>();
  let dumps = 0;
  const before = outcome.records;
  const requests = attemptsFor(
    family,
    question,
    source.live === false || plan.whole === true ? null : filter?.kernel ?? null,
  );
  for (let request = requests.shift(); request !== undefined; request = requests.shift()) {
    if (isFull(sink)) break;
    const { accept, predicate } = checks[Number(request.inKernel)]!;
    let dump: Dump | null = null;
    try {
      dump = new Dump(source, request.message, decode, sink, accept, extend, family.openSeen?.() ?? null);
      while (dump.step() && !isFull(sink)) yield;
      warn(dump, family.name + request.part, outcome.warnings);
      dumps++;
      if (predicate !== null && predicate.undecided > 0) undecided.add(predicate);
    } catch (error) {
      if (!(error instanceof KernelError || error instanceof DecodeError || error instanceof SystemError)) throw error;
      if (request.instead !== undefined && error instanceof KernelError && dump?.records === 0) {
        requests.unshift(...request.instead);
        continue;
      }
      dumps++;
      failures.push({ part: request.part, error });
    } finally {
      // Also when the caller takes no more steps.
      dump?.giveUp();
    }
    outcome.records += dump?.records ?? 0;
    yield;
  }
  const refused = failures.length === dumps && failures.every(({ error }) => isRefusal(error, plan)) &&
    outcome.records === before;
  const files = refused ? family.procFiles?.(question) ?? [] : [];
  if (files.length > 0 && proc !== null) {
    const wanted = { states: question.states, types: plan.types?.[family.name] ?? -1 };
    const filtering = filter?.openFilteringSink(sink);
    const target = filtering ?? sink;
    const extended = readers.length === 0
      ? target
      : new NotingSink(target, readers.map((reader) => watchFor(reader, target)));
    const found = yield* stepProcSockets(family.name, files, proc, wanted, extended, outcome);
    if (filtering !== undefined) outcome.records = before + filtering.passed;
    if (filtering !== undefined && filtering.predicate !== null) tellUndecided(family, [filtering.predicate], outcome);
    if (found) return;
  }
  if (files.length > 0 && dumps === 0 && plan.named === true) {
    outcome.dumps++;
    outcome.failed++;
    const cause = proc === null ? "only /proc/net has them" : `there is no /proc/net/${files[0]!.name}`;
    outcome.warnings.push(`cannot list ${family.name} sockets: ${cause}`);
  }
  tellUndecided(family, undecided, outcome);
  const lacks = failures.length > 0 && failures.every(({ error }) => isLack(error));
  // What nobody named and the kernel does not have is not missing.
  if (lacks && plan.named !== true && failures.length === dumps) {
    outcome.unnamed.push(...failures.map(({ error }) => error));
    return;
  }
  // Nor is the other version of IP, where only one was recorded.
  if (lacks && source.live === false && failures.length < dumps) {
    outcome.dumps += dumps - failures.length;
    return;
  }
  outcome.dumps += dumps;
  outcome.failed += failures.length;
  outcome.errors.push(...failures.map(({ error }) => error));
  if (failures.length > 0) outcome.warnings.push(describe(family, failures, dumps, plan));
}

/** Says of how many sockets it is not known whether they pass. */
function tellUndecided(family: Family, predicates: Iterable<RecordPredicate>, outcome: Outcome): void {
  for (const { undecided, obstacle } of predicates) {
    if (undecided === 0) continue;
    outcome.warnings.push(`cannot tell whether ${undecided} ${family.name} sockets pass the filter: ${obstacle}`);
  }
}

/** A dump to ask for. */
interface Attempt extends Pick<DumpRequest, "part" | "message"> {
  /** What to ask if the kernel refuses it. */
  readonly instead?: readonly Attempt[];
  /** Whether the kernel is asked to check sockets. */
  readonly inKernel: boolean;
}

/** The dumps that answer a question; where the kernel refuses to check sockets, those that leave it to us. */
function attemptsFor(family: Family, question: Question, kernelFilter: KernelFilter | null): Attempt[] {
  const plain = family.encodeRequests(question).map(withoutFilter);
  if (kernelFilter === null) return plain;
  return family.encodeRequests({ ...question, kernelFilter }).map((request, i) => withFilter(request, plain[i]!));
}

const withoutFilter = ({ part, message, instead }: DumpRequest): Attempt => ({
  part,
  message,
  ...instead === undefined ? {} : { instead: instead.map(withoutFilter) },
  inKernel: false,
});

const withFilter = ({ part, message, instead }: DumpRequest, plain: Attempt): Attempt => ({
  part,
  message,
  instead: instead?.map((request, i) => withFilter(request, plain.instead![i]!)) ?? [plain],
  inKernel: true,
});

/** Which sockets of an answer are pushed, and who says so if it is not the message alone. */
interface Check {
  readonly accept: Acceptance | null;
  readonly predicate: RecordPredicate | null;
}

/** A socket is decoded into the filter first, and into the output only if it passes. */
function check(
  filter: FamilyFilter | null,
  inKernel: boolean,
  ofMessage: Acceptance | null,
  decode: SocketDecoder,
  readers: readonly Reader[],
): Check {
  const predicate = filter?.openPredicate(inKernel) ?? null;
  if (predicate === null) return { accept: ofMessage, predicate };
  const read = readers.filter(({ enricher }) => enricher.lookup.keys.some((key) => filter!.reads(key)));
  const extend = extension(read);
  const counting = read.find(({ enricher }) => enricher.unresolved !== undefined)?.enricher ?? null;
  const accept: Acceptance = (view, bytes, start, end) => {
    if (ofMessage !== null && !ofMessage(view, bytes, start, end)) return false;
    const unresolved = counting?.unresolved ?? 0;
    predicate.openRecord();
    decode(view, bytes, start, end, predicate);
    if (extend !== null) extend(view, start, end, predicate);
    if (!predicate.passes()) return false;
    // It is looked up once more for the output.
    if (counting !== null) counting.unresolved = unresolved;
    return true;
  };
  return { accept, predicate };
}

/** What adds fields to the sockets of a family, and how it reads its number in their messages. */
interface Reader {
  readonly enricher: Enricher;
  readonly read: NumberReader;
}

const readersOf = (family: Family, enrichers: readonly Enricher[]): readonly Reader[] =>
  enrichers.flatMap((enricher) => {
    const read = enricher.readerOf(family);
    return read === null ? [] : [{ enricher, read }];
  });

/** Adds to a record what the readers find. */
function extension(readers: readonly Reader[]): Extension | null {
  if (readers.length === 0) return null;
  return (view, start, end, sink) => {
    for (let i = 0; i < readers.length; i++) {
      const { enricher, read } = readers[i]!;
      enricher.write(read(view, start, end), sink);
    }
  };
}

/** Likewise for a record that does not come out of a message. */
const watchFor = ({ enricher }: Reader, sink: RecordSink): Watch => ({
  from: enricher.from,
  none: enricher.none,
  ended: (value) => enricher.write(value, sink),
});

/** States in which a socket has no peer. */
const LONELY_STATES = 1 << TCP_LISTEN | 1 << TCP_CLOSE | 1 << TCP_BOUND_INACTIVE;

/** Lets those look at all sockets of a family who need that. */
function* survey(family: Family, vantage: Vantage, enrichers: readonly Enricher[]): Generator<void> {
  for (const enricher of enrichers) {
    const survey = enricher.survey?.(family) ?? null;
    if (survey !== null) yield* stepAll(family, { ...vantage, proc: null }, [], survey);
  }
}

/** Goes over all sockets of a family without listing them; what fails will fail again when they are listed. */
export function* stepAll(
  family: Family,
  vantage: Vantage,
  enrichers: readonly Enricher[],
  { wanted, see }: { wanted: FieldChoice; see: Extension | null } = { wanted: () => false, see: null },
): Generator<void> {
  const all = { families: [], addressFamilies: [AF_INET, AF_INET6], states: ALL_STATES, bpfMaps: false, wanted };
  const undecoded: Family = { ...family, openDecoder: () => () => {}, kernelFiltersStates: true };
  yield* stepFamily(undecoded, all, vantage, nowhere, enrichers, newOutcome(), see);
}

/** Whether a dump was refused for a reason that does not keep one from looking into `/proc/net`. */
function isRefusal(error: DumpError, plan: Plan): boolean {
  return error instanceof KernelError && !(error.code === "EPERM" && plan.bpfMaps);
}

/** Which sockets of an answer are pushed, where the kernel does not choose: `null` for all. */
function acceptance(family: Family, plan: Plan, { states }: Question, source: DatagramSource): Acceptance | null {
  const types = plan.types?.[family.name];
  const stateOf = family.kernelFiltersStates && source.live !== false ? null : family.stateOf;
  const typeOf = types === undefined ? undefined : family.typeOf;
  if (stateOf === null && typeOf === undefined) return null;
  // Sockets of Internet protocols that are bound and inactive say that they are closed.
  const bound = family.domain === "inet" && (states >> TCP_BOUND_INACTIVE & 1) === 1;
  const shown = bound ? states | 1 << TCP_CLOSE : states;
  return (view, _bytes, start, end) =>
    (stateOf === null || (shown >> stateOf(view, start, end) & 1) === 1) &&
    (typeOf === undefined || (types! >> typeOf(view, start, end) & 1) === 1);
}

/** What went wrong with a family, in one line whatever it was. */
function describe(family: Family, failures: readonly Failure[], dumps: number, plan: Plan): string {
  const first = failures[0]!.error;
  const alike = failures.length === dumps && failures.every((failure) => failure.error.message === first.message);
  const what = alike
    ? `cannot list ${family.name} sockets: ${first.message}`
    : failures.map(({ part, error }) => `cannot list ${family.name} sockets${part}: ${error.message}`).join("; ");
  return what + advice(first, plan);
}

function advice(error: DumpError, plan: Plan): string {
  if (!(error instanceof KernelError)) return "";
  if (error.code === "EPERM" && plan.bpfMaps) return " (--bpf-maps needs CAP_BPF: run with sudo, or leave it out)";
  if (error.code === "ENOENT" && error.explanation === "") return " (the kernel lacks socket diagnostics for it)";
  return "";
}

function warn(dump: Dump, what: string, warnings: string[]): void {
  for (const warning of dump.warnings) warnings.push(`${what}: the kernel says: ${warning}`);
  if (dump.interrupted) {
    warnings.push(`${what}: sockets changed during the dump; some may be missing or there twice`);
  }
  if (dump.overrun) warnings.push(`${what}: the kernel had no memory for all of the answer; sockets are missing`);
  if (dump.truncated > 0) {
    warnings.push(`${what}: ${dump.truncated} bytes of the answer did not fit; sockets are missing`);
  }
}
