/**
 * Finds the socket that comes closest to a filter that no socket matches.
 */
import type { Family } from "../decode/families/family.ts";
import type { RecordPredicate } from "../decode/plan/record_filter.ts";
import { playFields, RecordTape } from "../decode/record/record_tape.ts";
import { type Condition, conditionsOf, type Expression, not } from "./filter/expression.ts";
import type { KeptRecord } from "./first_record.ts";
import { LISTENING_STATES, stateWords, tcpStateWords } from "../decode/kernel/tcp_states.ts";
import { wordsOf } from "./filter/condition_tests.ts";
import { testOfField } from "./filter/conditions.ts";
import { WordTest } from "./filter/value_tests.ts";
import { OwnFilter } from "./filter/filter.ts";

/** The weight of a condition. A port has the greatest. */
const weights: Readonly<Record<Condition["kind"], number>> = {
  port: 16,
  address: 8,
  field: 4,
  pair: 4,
  device: 4,
  mark: 4,
  cgroup: 4,
  autobound: 2,
  states: 1,
  domain: 0,
  protocol: 0,
};

/** The minimum weight of a near socket: the right state alone is not near. */
const NEAR = 2;

/** A part of the filter for the sockets of one family. */
interface Part {
  readonly part: Expression;
  readonly weight: number;
  /** Whether it holds. */
  readonly holds: Test;
  /** Whether it does not hold. Both are false if a deciding field is unknown. */
  readonly fails: Test;
}

/** A test of the record that is on the tape. */
type Test = boolean | RecordPredicate;

/** A socket that matches some parts of a filter. */
export interface NearMiss extends KeptRecord {
  /** The parts that it does not match. */
  readonly failed: readonly Expression[];
}

/** Keeps the socket whose matching parts have the greatest weight; the first of equals. */
export class NearMissSink extends RecordTape {
  #weight = NEAR - 1;
  /** The nearest socket; `null` if none is near. */
  found: NearMiss | null = null;
  #protocol = "";
  #parts: readonly Part[] = [];

  /**
   * @param parts the parts of the filter, all of which a socket has to pass
   * @param states the states that it has to be in, bit n for state n; `null` for what each family lists by default
   */
  constructor(
    readonly families: readonly Family[],
    readonly parts: readonly Expression[],
    readonly states: number | null,
  ) {
    super();
  }

  override openProtocol(name: string): void {
    this.#protocol = name;
    const family = this.families.find((family) => family.name === name);
    if (family === undefined) return void (this.#parts = []);
    const state = family.stateOf === null ? [] : [stateIn(this.states ?? family.defaultStates, name)];
    this.#parts = [...this.parts, ...state].map((part) => openPart(part, family));
  }

  override closeProtocol(): void {}
  override mark(): void {}
  override rewind(): boolean {
    return true;
  }

  protected override recordEnded(): void {
    const failed = this.#parts.filter(({ fails }) => this.#passes(fails));
    if (failed.length === 0) return;
    const weight = this.#parts.reduce((sum, { weight, holds }) => sum + (this.#passes(holds) ? weight : 0), 0);
    if (weight <= this.#weight) return;
    this.#weight = weight;
    const record = this.take();
    this.found = {
      protocol: this.#protocol,
      play: (sink) => playFields(record, sink),
      failed: failed.map(({ part }) => part),
    };
  }

  #passes(test: Test): boolean {
    if (typeof test === "boolean") return test;
    test.openRecord();
    this.play(test);
    return test.passes();
  }
}

const openPart = (part: Expression, family: Family): Part => ({
  part,
  weight: Math.max(0, ...conditionsOf(part).map(weightOf)),
  holds: openTest(part, family),
  fails: openTest(not(part), family),
});

function openTest(part: Expression, family: Family): Test {
  const own = new OwnFilter(part, family);
  return own.openPredicate(false) ?? !own.excludesAll;
}

const weightOf = (condition: Condition): number =>
  condition.kind === "field" && condition.path === STATE ? weights.states : weights[condition.kind];

const STATE = "state";

/** A test of the field, because a condition on states is left to the request. */
const stateIn = (states: number, protocol: string): Expression =>
  testOfField(`state ${nameOf(states)}`, STATE, new WordTest(wordsOf(states, protocol)));

/** A word that stands for the states, or the words of all of them. */
function nameOf(states: number): string {
  if (states === LISTENING_STATES) return "listening";
  const [name] = [...stateWords].find(([, mask]) => mask === states) ?? [];
  return name ?? tcpStateWords.filter((word, state) => word !== undefined && (states >>> state & 1) === 1).join(" ");
}
