/**
 * A sink that decides for each record whether it passes a filter. It tests the fields as they are pushed.
 */
import type { Key, Word } from "../../decode/record/key.ts";
import { type Layout, pickFields } from "../../decode/record/layout.ts";
import type { RecordPredicate } from "../../decode/plan/record_filter.ts";
import { type Condition, conditionsOf, type Expression, weaken } from "./expression.ts";
import { allLookups } from "../../decode/lookups/registry.ts";
import { DENIED, ownerStatus } from "../../decode/lookups/owners.ts";
import { pathsOf, testOf } from "./condition_tests.ts";
import { NumberCapture, orders } from "./field_pair.ts";
import { ExistsTest, type Test, WordTest } from "./value_tests.ts";
import { walkLayout } from "../../decode/record/walk_layout.ts";

/** A field test, and where its result goes. */
interface Slot {
  readonly test: Test;
  readonly index: number;
}

/** Finds the keys of a path, including those of lists and their elements. */
export type KeysOf = (path: string) => readonly Key[];

export class Predicate implements RecordPredicate {
  undecided = 0;
  /** 1 for each test that has passed for the record. */
  #results = new Uint8Array(0);
  /** The field tests, by key number. */
  readonly #slots: (Slot[] | undefined)[] = [];
  /** The tested fields of layouts, by layout number; `null` for none. */
  readonly #parts: (Layout | null | undefined)[] = [];
  readonly #decide: () => boolean;
  /** Whether the record could pass, depending on its unknown fields; `null` if every field is always known. */
  readonly #possible: (() => boolean) | null;
  /** Whether the record passes whatever its unknown fields and its owners are. */
  readonly #sure: () => boolean;
  /** Whether some condition can never be decided here. */
  readonly #unknown: boolean;
  /** The result that says whether the mark is known, -1 if it does not matter. */
  readonly #mark: number;
  /** The result that says whether owners cannot be seen, -1 if it does not matter. */
  readonly #denied: number;
  /** Whether the record passes whoever owns it. */
  readonly #certain: () => boolean;
  /** Whether the record can pass, whatever lookups will say, or those that touch the socket. */
  readonly #mayPass: Readonly<Record<"lookups" | "touching", () => boolean>>;
  /** The same if nothing that depends on owners is known, control groups and peers included. */
  readonly #certainWithoutLookups: () => boolean;

  /** @param protocol name of the records' family */
  constructor(expression: Expression, protocol: string, keysOf: KeysOf) {
    let count = 0;
    const addTest = (path: string, test: Test): number => {
      const index = count++;
      for (const { id } of keysOf(path)) (this.#slots[id] ??= []).push({ test, index });
      return index;
    };
    const add = (condition: Condition): () => boolean => {
      if (condition.kind === "pair") {
        const { left, right, operator } = condition;
        const [one, other] = [new NumberCapture(left.factor), new NumberCapture(right.factor)];
        const [first, second] = [addTest(left.path, one), addTest(right.path, other)];
        const holds = orders[operator];
        return () => this.#results[first] === 1 && this.#results[second] === 1 && holds(one.compare(other));
      }
      const { path, test } = testOf(condition, protocol);
      const index = addTest(path, test);
      return () => this.#results[index] === 1;
    };
    const kinds = conditionsOf(expression).map(({ kind }) => kind);
    this.#unknown = kinds.includes("autobound");
    this.#mark = kinds.includes("mark") ? addTest("mark", new ExistsTest()) : -1;
    this.#decide = this.#unknown ? () => false : build(expression, add);
    const doubtful = this.#unknown || this.#mark >= 0;
    this.#possible = doubtful ? build(weaken(expression, isKnown), add) : null;
    const isSeen = (condition: Condition) => isKnown(condition) && !isOfOwners(condition);
    this.#sure = doubtful ? build(weaken(expression, isSeen, false), add) : this.#decide;
    const ofOwners = !this.#unknown && conditionsOf(expression).some(isOfOwners);
    this.#denied = ofOwners ? addTest(ownerStatus.path, new WordTest([DENIED.text])) : -1;
    this.#certain = ofOwners
      ? build(weaken(expression, (condition) => !isOfOwners(condition), false), add)
      : this.#decide;
    this.#certainWithoutLookups = !this.#unknown && conditionsOf(expression).some(isLookedUp)
      ? build(weaken(expression, (condition) => !isLookedUp(condition), false), add)
      : this.#decide;
    const touching = conditionsOf(expression).some(isTouching);
    const weakened = (isUnknown: (condition: Condition) => boolean) =>
      touching && !this.#unknown
        ? build(weaken(expression, (condition) => isKnown(condition) && !isUnknown(condition)), add)
        : () => true;
    this.#mayPass = { lookups: weakened(isAdded), touching: weakened(isTouching) };
    this.#results = new Uint8Array(count);
  }

  mayPass(before: "lookups" | "touching"): boolean {
    return this.#mayPass[before]();
  }

  passes(doubtful = false): boolean {
    if (doubtful) return this.#certainWithoutLookups();
    if (this.#possible === null || !this.#unknown && this.#results[this.#mark] === 1) {
      return this.#denied >= 0 && this.#results[this.#denied] === 1 ? this.#certain() : this.#decide();
    }
    if (this.#sure()) return true;
    if (this.#possible()) this.undecided++;
    return false;
  }

  get obstacle(): string {
    return this.#unknown
      ? "only the kernel can tell which are autobound, and not if the filter joins that by or with a condition that only ss2 can check"
      : "their mark is unknown (it needs CAP_NET_ADMIN and socket diagnostics)";
  }

  openRecord(): void {
    this.#results.fill(0);
  }

  structure(layout: Layout, view: DataView, bytes: Uint8Array, start: number, end: number): void {
    let part = this.#parts[layout.id];
    if (part === undefined) part = this.#parts[layout.id] = this.#partOf(layout);
    if (part !== null) walkLayout(part, view, bytes, start, end, this);
  }

  #partOf(layout: Layout): Layout | null {
    const tested = (key: Key) => this.#slots[key.id] !== undefined;
    if (layout.steps.some(({ key, raw }) => tested(raw) && !tested(key))) return layout;
    return layout.steps.some(({ key }) => tested(key)) ? pickFields(layout, tested) : null;
  }

  openProtocol(): void {}
  closeProtocol(): void {}
  closeRecord(): void {}
  dropRecord(): void {}
  mark(): void {}
  rewind(): boolean {
    return true;
  }

  openObject(key: Key): void {
    this.#open(key);
  }

  closeObject(): void {}

  openList(key: Key): void {
    this.#open(key);
  }

  closeList(): void {}

  #open(key: Key): void {
    const slots = this.#slots[key.id];
    if (slots === undefined) return;
    for (let i = 0; i < slots.length; i++) if (slots[i]!.test.open()) this.#results[slots[i]!.index] = 1;
  }

  integer(key: Key, value: number): void {
    const slots = this.#slots[key.id];
    if (slots === undefined) return;
    for (let i = 0; i < slots.length; i++) if (slots[i]!.test.integer(value)) this.#results[slots[i]!.index] = 1;
  }

  integer64(key: Key, low: number, high: number): void {
    const slots = this.#slots[key.id];
    if (slots === undefined) return;
    for (let i = 0; i < slots.length; i++) if (slots[i]!.test.integer64(low, high)) this.#results[slots[i]!.index] = 1;
  }

  thousandths(key: Key, value: number): void {
    const slots = this.#slots[key.id];
    if (slots === undefined) return;
    for (let i = 0; i < slots.length; i++) if (slots[i]!.test.thousandths(value)) this.#results[slots[i]!.index] = 1;
  }

  identifier(key: Key, low: number, high: number): void {
    const slots = this.#slots[key.id];
    if (slots === undefined) return;
    for (let i = 0; i < slots.length; i++) if (slots[i]!.test.identifier(low, high)) this.#results[slots[i]!.index] = 1;
  }

  boolean(key: Key, value: boolean): void {
    const slots = this.#slots[key.id];
    if (slots === undefined) return;
    for (let i = 0; i < slots.length; i++) if (slots[i]!.test.boolean(value)) this.#results[slots[i]!.index] = 1;
  }

  null(key: Key): void {
    const slots = this.#slots[key.id];
    if (slots === undefined) return;
    for (let i = 0; i < slots.length; i++) if (slots[i]!.test.null()) this.#results[slots[i]!.index] = 1;
  }

  name(key: Key, word: Word): void {
    const slots = this.#slots[key.id];
    if (slots === undefined) return;
    for (let i = 0; i < slots.length; i++) if (slots[i]!.test.word(word)) this.#results[slots[i]!.index] = 1;
  }

  flags(key: Key, words: readonly (Word | undefined)[], value: number): void {
    if (this.#slots[key.id] === undefined) return;
    this.#open(key);
    for (let bit = 0; bit < words.length; bit++) {
      const word = words[bit];
      if (word !== undefined && (value >>> bit & 1) === 1) this.name(key, word);
    }
  }

  text(key: Key, bytes: Uint8Array, start: number, end: number): void {
    const slots = this.#slots[key.id];
    if (slots === undefined) return;
    for (let i = 0; i < slots.length; i++) {
      if (slots[i]!.test.text(bytes, start, end)) this.#results[slots[i]!.index] = 1;
    }
  }

  hex(key: Key, bytes: Uint8Array, start: number, end: number): void {
    const slots = this.#slots[key.id];
    if (slots === undefined) return;
    for (let i = 0; i < slots.length; i++) {
      if (slots[i]!.test.hex(bytes, start, end)) this.#results[slots[i]!.index] = 1;
    }
  }

  address(key: Key, v6: boolean, bytes: Uint8Array, start: number): void {
    const slots = this.#slots[key.id];
    if (slots === undefined) return;
    for (let i = 0; i < slots.length; i++) {
      if (slots[i]!.test.address(v6, bytes, start)) this.#results[slots[i]!.index] = 1;
    }
  }
}

/** Conditions that every record can decide. */
const isKnown = ({ kind }: Condition): boolean => kind !== "autobound" && kind !== "mark";

/** Conditions that owners decide. */
const isOfOwners = (condition: Condition): boolean => pathsOf(condition).some((path) => /^owners(\.|$)/.test(path));

/** Conditions that are decided by touching the socket. */
const isTouching = (condition: Condition): boolean =>
  pathsOf(condition).some((path) => /^(options|options_status|peer_cred)(\.|$)/.test(path));

/** Conditions that a lookup decides whose result is unknown if owners cannot be seen. */
const isLookedUp = (condition: Condition): boolean =>
  isTouching(condition) ||
  pathsOf(condition).some((path) => /^(owners|cgroup|unit|container|peer_owners|listener_owners)(\.|$)/.test(path));

/** Conditions that any lookup decides. */
const isAdded = (condition: Condition): boolean =>
  pathsOf(condition).some((path) => allLookups.some(({ keys }) => keys.some((key) => key.path === path)));

/** Compiles an expression into nested functions once, so that a record allocates nothing. */
function build(expression: Expression, add: (condition: Condition) => () => boolean): () => boolean {
  switch (expression.kind) {
    case "and":
    case "or": {
      const parts = expression.parts.map((part) => build(part, add));
      const stop = expression.kind === "or";
      return () => {
        for (let i = 0; i < parts.length; i++) if (parts[i]!() === stop) return stop;
        return !stop;
      };
    }
    case "not": {
      const part = build(expression.part, add);
      return () => !part();
    }
    case "constant": {
      const { value } = expression;
      return () => value;
    }
    case "condition":
      return add(expression.condition);
  }
}
