/**
 * Comparisons of fields with values. A field without a value passes none, not even `!=`. In a list, one element must pass; with
 * `!=`, every element must.
 */
import { quote } from "../../decode/text/control_characters.ts";
import {
  readableStates,
  spellState,
  stateSpellings,
  stateWords,
  TCP_BOUND_INACTIVE,
  TCP_CLOSE,
} from "../../decode/kernel/tcp_states.ts";
import { exists, rangeTest, testOfField } from "./conditions.ts";
import type { Context } from "./context.ts";
import { allOf, type Expression, not } from "./expression.ts";
import type { FieldNames } from "./field_names.ts";
import { comparePair } from "./field_pair.ts";
import { parseHost } from "./hosts.ts";
import { Pattern } from "./pattern.ts";
import { parsePossibleNumber, parsePossibleText } from "./possible_values.ts";
import type { NumberOperator } from "./quantity.ts";
import type { Operator } from "./syntax.ts";
import { unknownName, ValueError } from "./syntax_error.ts";
import {
  AddressTest,
  BeginningTest,
  BooleanTest,
  HexTest,
  IdentifierTest,
  NullTest,
  PatternTest,
  type Test,
  TextTest,
  WordTest,
} from "./value_tests.ts";

/** A comparison of a field. */
interface Comparison {
  readonly path: string;
  readonly operator: Operator;
  readonly value: string;
  readonly context: Context;
  readonly fieldNames: FieldNames;
}

/**
 * Reads a comparison of the field at `path`, which must exist, with a value.
 *
 * @throws {ValueError} if the field does not support this comparison
 */
export function compareField(comparison: Comparison): Expression {
  const { path, operator, value, fieldNames } = comparison;
  const number = /^(integer|integer64|decimal)$/.test(fieldNames.find(path)!.type);
  const pair = number && /^[a-z]/.test(value) && value !== "null"
    ? comparePair(path, operator, value, fieldNames)
    : null;
  if (pair !== null) return pair;
  if (operator === "!=" || operator === "!~") {
    const positive = compareField({ ...comparison, operator: operator === "!=" ? "=" : "~" });
    return allOf([exists(path), not(positive)]);
  }
  const text = `${path} ${operator} ${value}`;
  if (operator === "=" && value === "null" && fieldNames.isNullable(path)) {
    return testOfField(text, path, new NullTest());
  }
  if (path === "state" && operator === "=") {
    const word = spellState(value);
    const mask = stateWords.get(word);
    if (mask !== undefined) {
      return { kind: "condition", condition: { kind: "states", mask: printedAs(mask), words: [word] }, text };
    }
  }
  return testOfField(text, path, makeTest(comparison));
}

/** The states of sockets that are printed with one of these states. Bound, inactive sockets are printed as closed. */
const printedAs = (mask: number): number => (mask & 1 << TCP_CLOSE) === 0 ? mask : mask | 1 << TCP_BOUND_INACTIVE;

function makeTest(comparison: Comparison): Test {
  const { path, operator, value, fieldNames } = comparison;
  const { type, unit, range, rule } = fieldNames.find(path)!;
  switch (type) {
    case "integer":
    case "integer64":
    case "decimal":
      if (operator === "~") throw new ValueError(`${path} is a number: it takes = != > < >= <=`);
      return rangeTest(operator, parsePossibleNumber({ path, type, unit, range }, value, operator as NumberOperator));
    case "name":
    case "text":
      if (operator !== "=" && operator !== "~") throw new ValueError(`${path} is text: it takes = != ~ !~`);
      if (operator === "~") return matchText(comparison, fieldNames.words(path), rule?.longest);
      return type === "text" ? testText(comparison) : new WordTest([parseWord(path, value, fieldNames.words(path))]);
    default:
      if (operator !== "=") throw new ValueError(`${path} takes = and != only`);
      return testEquality(type, comparison);
  }
}

/** A regular expression; for states it is tried on every spelling. A text of `longest` bytes has no more UTF-16 units. */
function matchText({ path, value }: Comparison, words: readonly string[], longest = Infinity): Test {
  if (!words.includes("established")) {
    const pattern = parsePatternFor(path, value, words);
    if (pattern.least <= longest) return new PatternTest(pattern);
    throw new ValueError(`${path} has at most ${longest} bytes; ${quote(value)} needs at least ${pattern.least}`);
  }
  const pattern = parsePatternFor(path, value, words, readableStates);
  return new WordTest(words.filter((word) => readableStates(word).some((spelling) => pattern.test(spelling))));
}

/** Digits in the id of a container. */
const LONG_ID = 64;

/** Text that has these digits, or an id that begins with them. */
function matchLongId(before: string, digits: string, behind: string): Test {
  const escape = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
  const rest = `(?:[0-9a-f]{${LONG_ID - digits.length}})?`;
  return new PatternTest(new Pattern(`^${escape(before)}${digits}${rest}${escape(behind)}$`));
}

function testText({ path, value, context, fieldNames }: Comparison): Test {
  const { rule = {} } = fieldNames.find(path)!;
  const [, before, digits, behind] = rule.shortened?.exec(value) ?? [];
  if (digits !== undefined) return matchLongId(before!, digits, behind!);
  const bytes = parsePossibleText(path, rule, value, context);
  return rule.beginning?.test(value) === true ? new BeginningTest(bytes) : new TextTest(bytes);
}

function testEquality(type: string, { path, value, context }: Comparison): Test {
  switch (type) {
    case "boolean":
      if (value === "true" || value === "false") return new BooleanTest(value === "true");
      throw new ValueError(`${path} is true or false, not ${quote(value)}`);
    case "identifier":
      if (/^(0x[0-9a-f]{1,16}|[0-9]{1,20})$/i.test(value) && BigInt(value) < 1n << 64n) {
        return new IdentifierTest(BigInt(value));
      }
      throw new ValueError(`expected a number like 0x1f, not ${quote(value)}`);
    case "hex":
      if (/^([0-9a-f]{2})*$/i.test(value)) return new HexTest(value);
      throw new ValueError(`expected pairs of hexadecimal digits, not ${quote(value)}`);
    case "address": {
      const { networks, port, scope } = parseHost(value, context.names, []);
      if (port !== null) throw new ValueError("expected an address without a port");
      if (scope !== null) {
        throw new ValueError(`${path} has no interface; it is the address without ${quote(`%${scope}`)}`);
      }
      return new AddressTest(networks);
    }
    default:
      throw new ValueError(`${path} cannot be compared`);
  }
}

function parseWord(path: string, value: string, words: readonly string[]): string {
  if (words.length === 0 || words.includes(value)) return value;
  const lower = value.toLowerCase();
  if (words.includes(lower)) return lower;
  const typed = spellState(value);
  const state = stateSpellings.get(typed) ?? typed;
  if (words.includes("established") && words.includes(state)) return state;
  throw new ValueError(`${path} is never ${quote(value)}; ${unknownName("word", value, words)}`);
}

/**
 * Reads a regular expression for a field.
 *
 * @param words all possible values of the field, empty if they are not known
 * @param spell the spellings of a word
 * @throws {ValueError} if it is not valid, may take too long, or matches none of the words
 */
export function parsePatternFor(
  path: string,
  text: string,
  words: readonly string[],
  spell: (word: string) => readonly string[] = (word) => [word],
): Pattern {
  const pattern = new Pattern(text);
  if (words.length > 0 && !words.flatMap(spell).some((spelling) => pattern.test(spelling))) {
    throw new ValueError(`${path} is never like ${quote(text)}; there are ${words.join(" ")}`);
  }
  return pattern;
}
