/**
 * Runs a plan: asks the kernel family by family and pushes the sockets.
 */
import type { Family } from "../families/family.ts";
import { InterfaceNames } from "../lookups/interfaces.ts";
import type { Enricher } from "../lookups/lookup.ts";
import type { DatagramSource } from "../netlink/datagram_source.ts";
import { newOutcome, type Outcome } from "../record/outcome.ts";
import type { RecordSink } from "../record/record_sink.ts";
import { isFull, preScan, stepFamily } from "./family_dump.ts";
import type { Plan, SocketHolders, Surroundings, Vantage } from "./plan.ts";
import { describeRefusals, type Refusal, wherePhrase } from "./warnings.ts";

const NO_SURROUNDINGS: Surroundings = { proc: null, holders: null };

/** Runs a plan, one datagram for each step. After each step the caller may take the output of the sink. */
export function stepPlan(
  plan: Plan,
  source: DatagramSource,
  sink: RecordSink,
  { proc, holders, enrichers }: Surroundings = NO_SURROUNDINGS,
): Generator<void, Outcome> {
  return stepVantages(plan, [{ source, proc, netns: null }], sink, holders, enrichers);
}

/** The same at several vantages: for each family, one vantage after the other. */
export function* stepVantages(
  plan: Plan,
  vantages: readonly Vantage[],
  sink: RecordSink,
  holders: SocketHolders | null,
  enrichers: readonly Enricher[] = [],
): Generator<void, Outcome> {
  const outcome = newOutcome();
  const refusals: Refusal[] = [];
  const everywhere = [...enrichers, ...holders === null ? [] : [holders.owners]];
  const enriched = vantages.map((vantage) => ({ vantage, enrichers: [...enrichersOf(vantage), ...everywhere] }));
  let isWhole = true;
  for (const family of plan.families) {
    sink.openProtocol(family.name);
    if (family.domain !== "other") yield* stepFamilyEverywhere(family, plan, enriched, sink, outcome, refusals);
    else if (!isFull(sink)) {
      yield* holders?.others?.step(family, plan, vantages, sink, outcome, enrichers) ?? [];
    }
    isWhole &&= !isFull(sink);
    sink.closeProtocol();
  }
  if (isWhole && outcome.failed === 0) holders?.unbound?.tell(plan, vantages, outcome);
  outcome.warnings.push(...describeRefusals(refusals));
  for (const { warnings = [] } of everywhere) outcome.lookupWarnings.push(...warnings);
  outcome.warnings.push(...outcome.lookupWarnings);
  for (const { source } of vantages) outcome.warnings.push(...source.warnings ?? []);
  return outcome;
}

/** The enrichers that depend on the vantage of a socket, in output order. */
function enrichersOf({ source, netns }: Vantage): readonly Enricher[] {
  return [
    ...source.interfaceName === undefined ? [] : [new InterfaceNames((index) => source.interfaceName!(index))],
    ...netns === null ? [] : [netns],
  ];
}

/** A vantage with its enrichers. */
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
  refusals: Refusal[],
): Generator<void> {
  const vantages = enriched.map(({ vantage }) => vantage);
  const warned = new Map<string, Vantage[]>();
  for (const [i, { vantage, enrichers }] of enriched.entries()) {
    yield* preScan(family, plan, vantage, enrichers, i);
    if (vantages.length > 1) vantage.source.restart();
  }
  for (const [i, { vantage, enrichers }] of enriched.entries()) {
    if (isFull(sink)) break;
    const here = newOutcome();
    for (const enricher of enrichers) enricher.enter?.(i);
    yield* stepFamily({ family, plan, vantage, sink, enrichers }, here, refusals);
    outcome.records += here.records;
    outcome.dumps += here.dumps;
    outcome.failed += here.failed;
    outcome.errors.push(...here.errors);
    outcome.unnamed.push(...here.unnamed);
    for (const warning of here.warnings) warned.set(warning, [...warned.get(warning) ?? [], vantage]);
    // Each vantage has its own socket and receive buffers. Close them, so that not all are open at the same time.
    if (vantages.length > 1) vantage.source.restart();
  }
  for (const [warning, where] of warned) outcome.warnings.push(warning + wherePhrase(where, vantages));
}

/** Runs a plan to its end. */
export function runPlan(
  plan: Plan,
  source: DatagramSource,
  sink: RecordSink,
  surroundings: Surroundings = NO_SURROUNDINGS,
): Outcome {
  return runSteps(stepPlan(plan, source, sink, surroundings));
}

/** Runs all steps. */
export function runSteps(steps: Generator<void, Outcome>): Outcome {
  while (true) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
