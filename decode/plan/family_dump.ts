/**
 * Lists one family at one vantage: its dumps, or files of `/proc/net` if the kernel refuses them.
 */
import type { Family } from "../families/family.ts";
import type { Question } from "../families/question.ts";
import { AF_INET, AF_INET6 } from "../kernel/address_family.ts";
import { DecodeError, isLack, KernelError, SystemError } from "../kernel/errors.ts";
import { ALL_STATES, TCP_BOUND_INACTIVE, TCP_CLOSE, TCP_LISTEN } from "../kernel/tcp_states.ts";
import type { Enricher, Extension, PreScan } from "../lookups/lookup.ts";
import { seenInPasses } from "../families/cookie_set.ts";
import { Dump } from "../netlink/dump.ts";
import type { SeenSockets } from "../netlink/socket_decoder.ts";
import { stepProcSockets } from "../proc/proc_sockets.ts";
import type { ProcFile } from "../proc/proc_file.ts";
import { NotingSink } from "../record/noting_sink.ts";
import { nowhere } from "../record/nowhere.ts";
import { type DumpError, newOutcome, type Outcome } from "../record/outcome.ts";
import type { RecordSink } from "../record/record_sink.ts";
import { acceptance, type Check, check } from "./acceptance.ts";
import { extendDecoder, extension, type Reader, readersOf, watchFor } from "./enrichment.ts";
import type { Plan, Vantage } from "./plan.ts";
import type { FamilyFilter, RecordPredicate } from "./record_filter.ts";
import { type Attempt, attemptsFor } from "./requests.ts";
import { describeFailures, type Failure, type Refusal, tellUndecided, warnOfDump } from "./warnings.ts";

/** A question to a family, where it is asked, and the sink for the answer. */
export interface Listing {
  readonly family: Family;
  readonly plan: Plan;
  readonly vantage: Vantage;
  readonly sink: RecordSink;
  readonly enrichers: readonly Enricher[];
  /** Examines each socket instead of the enrichers. */
  readonly see?: Extension | null;
}

/** A listing, with values derived from it. */
interface Asked extends Listing {
  readonly question: Question;
  readonly filter: FamilyFilter | null;
  readonly readers: readonly Reader[];
}

/** The results of the dumps of a family. */
interface Answers {
  dumps: number;
  records: number;
  readonly failures: Failure[];
  /** Filters that could not decide on some sockets. */
  readonly undecided: Set<RecordPredicate>;
}

/** Whether to stop asking for this protocol. */
export const isFull = (sink: RecordSink): boolean => sink.full === true;

/** Lists the sockets of a family at a vantage. Refusals of socket diagnostics as such are added to `refusals`. */
export function* stepFamily(listing: Listing, outcome: Outcome, refusals: Refusal[]): Generator<void> {
  const { family, plan, vantage, enrichers } = listing;
  const filter = plan.filter?.of(family) ?? null;
  const states = plan.states ?? family.defaultStates;
  const question: Question = { ...plan, states: states & (filter?.states ?? states) };
  if (isAbsent(listing, outcome)) return;
  if (filter !== null && (filter.excludesAll || question.states === 0)) {
    outcome.dumps++;
    return;
  }
  const asked: Asked = { ...listing, question, filter, readers: readersOf(family, enrichers) };
  const answers = yield* stepDumps(asked, outcome.warnings);
  outcome.records += answers.records;
  const refused = answers.records === 0 && answers.failures.length === answers.dumps &&
    answers.failures.every(({ error }) => isRefusal(error, plan));
  const files = refused ? family.procFiles?.(question) ?? [] : [];
  const found = files.length > 0 && vantage.proc !== null && (yield* stepFiles(asked, files, outcome));
  const cause = refused ? answers.failures.find(({ error }) => !isLack(error))?.error : undefined;
  // Without a netlink socket no family can be listed; one warning covers all.
  if (cause !== undefined && (found || cause instanceof SystemError && vantage.proc !== null)) {
    refusals.push({ family, cause: cause.message, listed: found });
    if (!found && plan.named === true) countFailures(answers, outcome);
    return;
  }
  if (found) return;
  if (files.length > 0 && answers.dumps === 0 && plan.named === true) tellMissingFiles(asked, files, outcome);
  tellUndecided(family, answers.undecided, outcome);
  tellFailures(asked, answers, outcome);
}

/** Whether this kernel release lacks the family. Warns if the family was named. */
function isAbsent({ family, plan, vantage }: Listing, outcome: Outcome): boolean {
  const absence = family.absence?.(vantage.source.release) ?? null;
  if (absence === null) return false;
  if (plan.named === true) {
    outcome.dumps++;
    outcome.failed++;
    outcome.warnings.push(`cannot list ${family.name} sockets: ${absence}`);
  }
  return true;
}

/** Asks for the dumps that answer the question, one after the other. */
function* stepDumps(asked: Asked, warnings: string[]): Generator<void, Answers> {
  const { family, plan, question, filter, vantage: { source }, sink, readers, enrichers } = asked;
  const decode = extendDecoder(family.openDecoder(source.release), enrichers);
  const ofStates = acceptance(family, plan, question, source);
  const checks = [false, true].map((inKernel) => check(filter, inKernel, ofStates, decode, readers));
  const answers: Answers = { dumps: 0, records: 0, failures: [], undecided: new Set() };
  const kernelFilter = source.live === false || plan.whole === true ? null : filter?.kernel ?? null;
  const requests = attemptsFor(family, question, kernelFilter);
  for (let request = requests.shift(); request !== undefined && !isFull(sink); request = requests.shift()) {
    for (const seen of passes(family, plan)) {
      const failed = answers.failures.length;
      const instead = yield* stepDump(asked, request, checks[Number(request.inKernel)]!, seen, answers, warnings);
      requests.unshift(...instead);
      yield;
      if (instead.length > 0 || answers.failures.length > failed || isFull(sink)) break;
    }
  }
  return answers;
}

/** The cookie sets that skip repeated sockets, one for each dump of a request. */
const passes = ({ cookieAt, listsAgain, openSeen }: Family, { twice }: Plan): (SeenSockets | null)[] =>
  openSeen === undefined ? seenInPasses(cookieAt, listsAgain === true, twice === true) : [openSeen()];

/** Runs one dump; returns its replacement if the kernel refuses it. */
function* stepDump(
  { family, vantage: { source }, sink, readers, enrichers, see = null }: Asked,
  request: Attempt,
  { accept, predicate }: Check,
  seen: SeenSockets | null,
  answers: Answers,
  warnings: string[],
): Generator<void, readonly Attempt[]> {
  const decode = extendDecoder(family.openDecoder(source.release), enrichers);
  let dump: Dump | null = null;
  try {
    dump = new Dump(source, request.message, decode, sink, accept, see ?? extension(readers), seen);
    while (dump.step() && !isFull(sink)) yield;
    warnOfDump(dump, family.name + request.part, warnings);
    answers.dumps++;
    if (predicate !== null && predicate.undecided > 0) answers.undecided.add(predicate);
  } catch (error) {
    if (!(error instanceof KernelError || error instanceof DecodeError || error instanceof SystemError)) throw error;
    if (request.instead !== undefined && error instanceof KernelError && dump?.records === 0) return request.instead;
    answers.dumps++;
    answers.failures.push({ part: request.part, error });
  } finally {
    // Runs also if the caller stops early.
    dump?.giveUp();
  }
  answers.records += dump?.records ?? 0;
  return [];
}

/** Lists sockets from `/proc/net`; returns whether any of the files exists. */
function* stepFiles(asked: Asked, files: readonly ProcFile[], outcome: Outcome): Generator<void, boolean> {
  const { family, plan, question, filter, vantage: { proc }, sink, readers } = asked;
  const wanted = { states: question.states, types: plan.types?.[family.name] ?? -1 };
  const filtering = filter?.openFilteringSink(sink) ?? null;
  const target = filtering ?? sink;
  const extended = readers.length === 0
    ? target
    : new NotingSink(target, readers.map((reader) => watchFor(reader, target)));
  const before = outcome.records;
  const found = yield* stepProcSockets(family.name, files, proc!, wanted, extended, outcome);
  if (filtering !== null) outcome.records = before + filtering.passed;
  if (filtering !== null && filtering.predicate !== null) tellUndecided(family, [filtering.predicate], outcome);
  if (plan.whole === true && outcome.records > before) {
    outcome.warnings.push(`${family.name} sockets come from /proc/net: the recording does not have them`);
  }
  return found;
}

/** Warns that only `/proc/net` lists the sockets of a named family, and that the file does not exist. */
function tellMissingFiles({ family, vantage }: Asked, files: readonly ProcFile[], outcome: Outcome): void {
  outcome.dumps++;
  outcome.failed++;
  const cause = vantage.proc === null ? "only /proc/net has them" : `there is no /proc/net/${files[0]!.name}`;
  outcome.warnings.push(`cannot list ${family.name} sockets: ${cause}`);
}

/** Counts the dumps and warns about those that failed. */
function tellFailures({ family, plan, vantage: { source } }: Asked, answers: Answers, outcome: Outcome): void {
  const { dumps, failures } = answers;
  const lacks = failures.length > 0 && failures.every(({ error }) => isLack(error));
  // A recording of one IP version does not count as lacking the other.
  if (lacks && source.live === false && failures.length < dumps) {
    outcome.dumps += dumps - failures.length;
    return;
  }
  if (lacks && failures.length === dumps && plan.named !== true) {
    outcome.unnamed.push(...failures.map(({ error }) => error));
    return;
  }
  countFailures(answers, outcome);
  if (failures.length > 0) outcome.warnings.push(describeFailures(family, failures, dumps, plan));
}

function countFailures({ dumps, failures }: Answers, outcome: Outcome): void {
  outcome.dumps += dumps;
  outcome.failed += failures.length;
  outcome.errors.push(...failures.map(({ error }) => error));
}

/**
 * Whether a dump was refused for a reason that does not apply to `/proc/net`: by the kernel, or because no netlink
 * socket can be opened.
 */
function isRefusal(error: DumpError, plan: Plan): boolean {
  if (error instanceof KernelError) return !(error.code === "EPERM" && plan.bpfMaps);
  return error instanceof SystemError;
}

/** States in which a socket has no peer. */
const LONELY_STATES = 1 << TCP_LISTEN | 1 << TCP_CLOSE | 1 << TCP_BOUND_INACTIVE;

/** Runs the pre-scans of the enrichers on the sockets of a family at one vantage, before any sockets are listed. */
export function* preScan(
  family: Family,
  plan: Plan,
  vantage: Vantage,
  enrichers: readonly Enricher[],
  number: number,
): Generator<void> {
  if (((plan.states ?? family.defaultStates) & ~LONELY_STATES) === 0) return;
  for (const enricher of enrichers) {
    const scan = enricher.preScan?.(family, number) ?? null;
    if (scan !== null) yield* stepAll(family, { ...vantage, proc: null }, [], scan);
  }
}

/** Reads sockets of a family without listing them. Errors are ignored: they occur again in the listing. */
export function* stepAll(
  family: Family,
  vantage: Vantage,
  enrichers: readonly Enricher[],
  { wanted, see, states = ALL_STATES }: Pick<PreScan, "wanted" | "states"> & { readonly see: Extension | null } =
    NO_SCAN,
): Generator<void> {
  const plan = { families: [], addressFamilies: [AF_INET, AF_INET6], states, bpfMaps: false, wanted };
  const undecoded: Family = { ...family, openDecoder: () => () => {}, kernelFiltersStates: true };
  yield* stepFamily({ family: undecoded, plan, vantage, sink: nowhere, enrichers, see }, newOutcome(), []);
}

const NO_SCAN = { wanted: () => false, see: null };
