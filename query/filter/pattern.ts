/**
 * Regular expressions whose search time is bounded by the length of the text. Process names and arguments are untrusted, and
 * JavaScript's own search can take hours for a hundred letters. The search reads the text once, tracks the set of all places
 * in the pattern where a match could be (Thompson), and caches these sets.
 */
import { quote } from "../../decode/text/control_characters.ts";
import { type Assertion, parsePatternTree, type PatternTree } from "./pattern_syntax.ts";
import { ValueError } from "./syntax_error.ts";

/** Maximum number of places in a pattern. */
const LARGEST = 5000;
/** Maximum number of cached steps from set to set; at the limit the cache is cleared. */
const MOST_STEPS = 4000;
const ASCII = 128;

/** What comes before a position in the text. */
const START = 0;
const BREAK = 1;
const WORD = 2;
const OTHER = 3;
/** Stands for the end of the text, in place of a unit. */
const END = -1;

/** A place in the pattern: what it matches, and the place that follows. */
type Node =
  | { readonly kind: "unit"; readonly matches: RegExp; readonly next: number }
  | { readonly kind: "assert"; readonly assertion: Assertion; readonly next: number }
  | { readonly kind: "split"; readonly ways: readonly number[] }
  | { readonly kind: "match" };

/** The places reached, with what came before them. */
interface Reached {
  readonly places: readonly number[];
  readonly before: number;
  /** The set after the next unit, for ASCII units and others; `undefined` if not known yet. */
  readonly ascii: (Reached | undefined)[];
  readonly others: Map<number, Reached>;
}

const reach = (places: readonly number[], before: number): Reached => ({
  places,
  before,
  ascii: new Array(ASCII).fill(undefined),
  others: new Map(),
});

/** Stands for a text with a match. */
const FOUND: Reached = reach([], START);

/** A JavaScript regular expression without lookaround and backreferences. */
export class Pattern {
  readonly #nodes: Node[] = [{ kind: "match" }];
  readonly #first: number;
  /** The least number of UTF-16 units of a match. */
  readonly least: number;
  /** Cached sets. */
  readonly #reached = new Map<string, Reached>();
  #start: Reached;
  #steps = 0;

  /**
   * @param flags of `i`, `m`, `s`
   * @throws {ValueError} if it is not a regular expression, or not a supported one
   */
  constructor(readonly source: string, flags = "") {
    try {
      new RegExp(source, flags);
    } catch (error) {
      const reason = (error as Error).message.replace(/^.*: /s, "");
      throw new ValueError(`${quote(source)} is not a regular expression: ${reason}`);
    }
    const tree = parsePatternTree(source, flags);
    this.least = leastUnits(tree);
    this.#first = this.#add(tree, 0);
    this.#start = reach([this.#first], START);
  }

  /** Whether it matches somewhere in a text. */
  test(text: string): boolean {
    let reached = this.#start;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      reached = (unit < ASCII ? reached.ascii[unit] : reached.others.get(unit)) ?? this.#step(reached, unit);
      if (reached === FOUND) return true;
    }
    return (reached.others.get(END) ?? this.#step(reached, END)) === FOUND;
  }

  /** Adds a tree that continues at `next`; returns its first place. */
  #add(tree: PatternTree, next: number): number {
    switch (tree.kind) {
      case "all":
        return tree.parts.reduceRight((behind, part) => this.#add(part, behind), next);
      case "any":
        return this.#push({ kind: "split", ways: tree.parts.map((part) => this.#add(part, next)) });
      case "assert":
        return this.#push({ kind: "assert", assertion: tree.assertion, next });
      case "unit":
        return this.#push({ kind: "unit", matches: new RegExp(`^(?:${tree.source})$`, tree.flags), next });
      case "repeat":
        return this.#addRepeat(tree.part, tree.least, tree.most, next);
    }
  }

  #addRepeat(part: PatternTree, least: number, most: number, next: number): number {
    let at = next;
    if (most === Infinity) {
      const ways = [next];
      at = this.#push({ kind: "split", ways });
      ways.push(this.#add(part, at));
    } else {
      for (let i = least; i < most; i++) at = this.#push({ kind: "split", ways: [next, this.#add(part, at)] });
    }
    for (let i = 0; i < least; i++) at = this.#add(part, at);
    return at;
  }

  #push(node: Node): number {
    if (this.#nodes.length >= LARGEST) throw new ValueError(`${quote(this.source)} repeats too much: it is too long`);
    return this.#nodes.push(node) - 1;
  }

  /** The set after a unit; cached. */
  #step(from: Reached, unit: number): Reached {
    if (++this.#steps > MOST_STEPS) {
      this.#steps = 0;
      this.#reached.clear();
      this.#start = reach([this.#first], START);
    }
    const to = this.#lead(from, unit);
    if (unit >= 0 && unit < ASCII) from.ascii[unit] = to;
    else from.others.set(unit, to);
    return to;
  }

  #lead(from: Reached, unit: number): Reached {
    const letter = unit === END ? "" : String.fromCharCode(unit);
    const pending = [...from.places];
    const seen = new Set<number>(pending);
    // A match may begin at every position.
    const next = new Set<number>([this.#first]);
    const add = (place: number) => {
      if (!seen.has(place)) pending.push(place);
      seen.add(place);
    };
    for (let place = pending.pop(); place !== undefined; place = pending.pop()) {
      const node = this.#nodes[place]!;
      if (node.kind === "match") return FOUND;
      if (node.kind === "split") node.ways.forEach(add);
      else if (
        node.kind === "unit" ? unit !== END && node.matches.test(letter) : holds(node.assertion, from.before, unit)
      ) {
        if (node.kind === "unit") next.add(node.next);
        else add(node.next);
      }
    }
    const places = [...next].sort((a, b) => a - b);
    const before = sortOf(unit);
    const name = `${before} ${places.join(" ")}`;
    let to = this.#reached.get(name);
    if (to === undefined) this.#reached.set(name, to = reach(places, before));
    return to;
  }
}

function sortOf(unit: number): number {
  if (unit === 10 || unit === 13 || unit === 0x2028 || unit === 0x2029) return BREAK;
  return unit < ASCII && /^\w$/.test(String.fromCharCode(unit)) ? WORD : OTHER;
}

function holds(assertion: Assertion, before: number, unit: number): boolean {
  const edge = (before === WORD) !== (unit !== END && sortOf(unit) === WORD);
  switch (assertion) {
    case "start":
      return before === START;
    case "end":
      return unit === END;
    case "line-start":
      return before === START || before === BREAK;
    case "line-end":
      return unit === END || sortOf(unit) === BREAK;
    case "edge":
      return edge;
    case "no-edge":
      return !edge;
  }
}

function leastUnits(tree: PatternTree): number {
  switch (tree.kind) {
    case "all":
      return tree.parts.reduce((sum, part) => sum + leastUnits(part), 0);
    case "any":
      return Math.min(...tree.parts.map(leastUnits));
    case "repeat":
      return tree.least === 0 ? 0 : tree.least * leastUnits(tree.part);
    case "assert":
      return 0;
    case "unit":
      return 1;
  }
}
