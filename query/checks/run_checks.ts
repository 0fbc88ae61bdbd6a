/**
 * Runs rules: looks at all sockets once, and again if a rule needs that.
 */
import type { Family } from "../../decode/families/family.ts";
import type { Outcome } from "../../decode/record/outcome.ts";
import { sharedCookies } from "../../decode/record/identity.ts";
import type { RecordSink } from "../../decode/record/record_sink.ts";
import type { CompiledRule } from "./compile_rules.ts";
import { Counters, RatesSink } from "../rates.ts";
import type { Summary } from "../summary/summary.ts";
import { type CheckResult, judge } from "./judge.ts";
import { judgeSums, type SumsLook } from "./judge_sums.ts";
import { TWICE } from "./rule.ts";
import { Look, RulesSink } from "./rules_sink.ts";

/** What checks need of a run. */
export interface Looking {
  readonly families: readonly Family[];
  /** Lists all sockets. */
  list(sink: RecordSink): Outcome;
  /** Reads the sums; `null` if there are none of what is listed. */
  readonly sums: (() => Promise<SumsRead>) | null;
  /** Waits between two looks. */
  wait(): Promise<void>;
}

/** The sums, and what is missing from them. */
export interface SumsRead {
  readonly summary: Summary;
  readonly warnings: readonly string[];
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
    const { filter, unrated, beside, doubt } = compiled;
    this.first = new Look(unrated ?? filter, families);
    this.beside = beside === null ? null : new Look(beside, families);
    this.doubt = doubt === null ? null : new Look(doubt, families, false);
  }

  /** The looks of the first listing. */
  get atFirst(): readonly Look[] {
    return [this.first, this.beside, this.doubt].filter((look) => look !== null);
  }

  /** Whether the sockets have to pass in two looks. */
  get isTwice(): boolean {
    const { rule, unrated } = this.compiled;
    return TWICE.includes(rule.over) || unrated !== null;
  }

  /** Opens the second look, unless there cannot be enough in both. */
  openSecond(): readonly Look[] {
    const { compiled: { filter }, first, families } = this;
    if (!this.isTwice || first.count < this.#fewest) return [];
    return [this.second = new Look(filter, families)];
  }

  /** With fewer sockets than this nothing is found. */
  get #fewest(): number {
    const { over, least = 1 } = this.compiled.rule;
    return over === "unit" ? least : 1;
  }

  result(outcomes: readonly Outcome[], apart: number): CheckResult {
    const { compiled: { rule, paths }, first, second, beside } = this;
    return judge(rule, paths, {
      flows: this.isTwice && second === null ? [] : first.flows,
      later: second?.flows ?? null,
      apart,
      beside: beside?.flows ?? [],
      shared: sharedCookies(this.families),
      obstacle: this.#obstacle(outcomes),
    });
  }

  /** Why the result may be wrong; `null` if everything is known. */
  #obstacle(outcomes: readonly Outcome[]): string | null {
    const { compiled: { rule, lookups }, first, second, beside, doubt } = this;
    const ofDumps = outcomes.flatMap(({ warnings, lookupWarnings }) =>
      warnings.filter((warning) => !lookupWarnings.includes(warning))
    );
    const ofLookups = outcomes.flatMap(({ lookupWarnings }) => lookupWarnings);
    const looksUp = lookups.some((name) => name !== "owners");
    const undecided = [first, second, beside].map((look) => look?.obstacle ?? null);
    return ofDumps[0] ?? undecided.find((reason) => reason !== null) ??
      (doubt !== null && doubt.count > 0 && (rule.over !== "unit" || first.count >= this.#fewest)
        ? ofLookups[0] ?? OWNERS_UNKNOWN
        : null) ??
      (looksUp ? ofLookups[0] ?? null : null);
  }
}

const OWNERS_UNKNOWN = "the processes that hold some sockets are not known";

/** Tests rules. */
export async function runChecks(rules: readonly CompiledRule[], looking: Looking): Promise<CheckResults> {
  const { families, wait } = looking;
  const looks = rules.filter(({ sums }) => sums === null).map((rule) => new RuleLooks(rule, families));
  const ofSums = looking.sums === null ? [] : rules.filter(({ sums }) => sums !== null);
  const compare = looks.some(({ compiled }) => compiled.unrated !== null) ? new Counters(families) : null;
  const list = (all: readonly Look[]) => {
    const sink = new RulesSink(all);
    return looking.list(compare === null ? sink : new RatesSink(sink, families, compare, clock));
  };
  const start = clock();
  const outcomes = looks.length === 0 ? [] : [list(looks.flatMap(({ atFirst }) => atFirst))];
  const sums = ofSums.length === 0 ? [] : [await readSums(looking.sums!)];
  const second = looks.flatMap((look) => look.openSecond());
  const rated = ofSums.some(({ unrated }) => unrated !== null);
  if (second.length > 0 || rated) await wait();
  if (second.length > 0) outcomes.push(list(second));
  const apart = Math.round(clock() - start) / 1000;
  if (rated) sums.push(await readSums(looking.sums!));
  const results = [
    ...looks.map((look) => look.result(outcomes, apart)),
    ...sums.length === 0 ? [] : judgeSums(ofSums, sums[0]!, sums[1] ?? null, families),
  ];
  const order = new Map(rules.map(({ rule }, i) => [rule.name, i]));
  return {
    results: results.sort((one, other) => order.get(one.rule.name)! - order.get(other.rule.name)!),
    warnings: [
      ...new Set([...outcomes.flatMap(({ warnings }) => warnings), ...sums.flatMap(({ warnings }) => warnings)]),
    ],
  };
}

const clock = () => performance.now();

async function readSums(read: () => Promise<SumsRead>): Promise<SumsLook & SumsRead> {
  const { summary, warnings } = await read();
  return { summary, warnings, obstacle: warnings[0] ?? null, time: clock() };
}
