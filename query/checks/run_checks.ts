/**
 * Runs rules: looks at all sockets once, and again if a rule needs that.
 */
import type { Family } from "../../decode/families/family.ts";
import type { Outcome } from "../../decode/record/outcome.ts";
import type { RecordSink } from "../../decode/record/record_sink.ts";
import type { CompiledRule } from "./compile_rules.ts";
import { type CheckResult, judge } from "./judge.ts";
import { Look, RulesSink } from "./rules_sink.ts";

/** What checks need of a run. */
export interface Looking {
  readonly families: readonly Family[];
  /** Lists all sockets. */
  list(sink: RecordSink): Outcome;
  /** Waits between two looks. */
  wait(): Promise<void>;
}

/** The results of checks. */
export interface CheckResults {
  /** In the order of the rules. */
  readonly results: readonly CheckResult[];
  /** What is known to be missing, one line each. */
  readonly warnings: readonly string[];
}

/** What the filters of one rule have found. */
class RuleLooks {
  readonly first: Look;
  readonly beside: Look | null;
  /** Counts the sockets that might pass if their owners were known. */
  readonly doubt: Look | null;
  /** The second look; `null` if it is not needed. */
  second: Look | null = null;

  constructor(readonly compiled: CompiledRule, readonly families: readonly Family[]) {
    const { filter, beside, doubt } = compiled;
    this.first = new Look(filter, families);
    this.beside = beside === null ? null : new Look(beside, families);
    this.doubt = doubt === null ? null : new Look(doubt, families, false);
  }

  /** The looks of the first listing. */
  get atFirst(): readonly Look[] {
    return [this.first, this.beside, this.doubt].filter((look) => look !== null);
  }

  /** Opens the second look, unless nothing can be in both. */
  openSecond(): readonly Look[] {
    const { compiled: { rule, filter }, first, families } = this;
    if (rule.over !== "two looks" || first.count === 0) return [];
    return [this.second = new Look(filter, families)];
  }

  result(outcomes: readonly Outcome[], apart: number): CheckResult {
    const { compiled: { rule, paths }, first, second, beside } = this;
    return judge(rule, paths, {
      flows: first.flows,
      later: second?.flows ?? null,
      apart,
      beside: beside?.flows ?? [],
      obstacle: this.#obstacle(outcomes),
    });
  }

  /** Why the result may be wrong; `null` if everything is known. */
  #obstacle(outcomes: readonly Outcome[]): string | null {
    const { compiled: { lookups }, first, second, beside, doubt } = this;
    const ofDumps = outcomes.flatMap(({ warnings, lookupWarnings }) =>
      warnings.filter((warning) => !lookupWarnings.includes(warning))
    );
    const ofLookups = outcomes.flatMap(({ lookupWarnings }) => lookupWarnings);
    const looksUp = lookups.some((name) => name !== "owners");
    const undecided = [first, second, beside].map((look) => look?.obstacle ?? null);
    return ofDumps[0] ?? undecided.find((reason) => reason !== null) ??
      (doubt !== null && doubt.count > 0 ? ofLookups[0] ?? OWNERS_UNKNOWN : null) ??
      (looksUp ? ofLookups[0] ?? null : null);
  }
}

const OWNERS_UNKNOWN = "the processes that hold some sockets are not known";

/** Tests rules. */
export async function runChecks(rules: readonly CompiledRule[], looking: Looking): Promise<CheckResults> {
  const looks = rules.map((rule) => new RuleLooks(rule, looking.families));
  const start = performance.now();
  const outcomes = [looking.list(new RulesSink(looks.flatMap(({ atFirst }) => atFirst)))];
  const second = looks.flatMap((look) => look.openSecond());
  if (second.length > 0) {
    await looking.wait();
    outcomes.push(looking.list(new RulesSink(second)));
  }
  const apart = Math.round(performance.now() - start) / 1000;
  return {
    results: looks.map((look) => look.result(outcomes, apart)),
    warnings: [...new Set(outcomes.flatMap(({ warnings }) => warnings))],
  };
}
