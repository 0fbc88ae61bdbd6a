/**
 * Turns the syntax of a filter into its meaning: names become numbers, values become field tests.
 */
import { quote } from "../../decode/text/control_characters.ts";
import { ALL_STATES, spellState, stateWords } from "../../decode/kernel/tcp_states.ts";
import { nearest } from "../nearest.ts";
import { CONTAINER, LOCAL, REMOTE } from "../end_paths.ts";
import { comparePort } from "./addresses/port.ts";
import { compareNumber, conditionOf, exists, ofDomains, testOfField } from "./conditions.ts";
import type { Context } from "./context.ts";
import { allOf, anyOf, constant, type Expression, not } from "./expression.ts";
import { compareField, parsePatternFor } from "./field_comparison.ts";
import { FieldNames, keysOf } from "./field_names.ts";
import { LARGEST_NUMBER } from "./numbers.ts";
import { Pattern } from "./pattern.ts";
import { interpretWord, isOrdered } from "./ss_words.ts";
import { comparedWords } from "./compared_words.ts";
import type { Operator, ParsedFilter, Piece, StateWord, Syntax } from "./syntax.ts";
import { FilterSyntaxError, unknownName, ValueError } from "./syntax_error.ts";
import { PatternTest } from "./value_tests.ts";

/** The meaning of a filter. */
export interface Meaning {
  /** Bit n for sockets in state n; `null` if the filter does not start with states. */
  readonly states: number | null;
  readonly expression: Expression;
}

/**
 * Interprets a filter.
 *
 * @param text the text as typed; `parsed` is its syntax
 * @throws {FilterSyntaxError} if a name or value in it is not valid
 */
export function interpret(text: string, parsed: ParsedFilter, context: Context): Meaning {
  const { states, condition } = parsed;
  const interpreter = new Interpreter(text, context);
  return {
    states: states.length === 0 ? null : interpreter.readStates(states),
    expression: condition === null ? constant(true) : interpreter.read(condition),
  };
}

class Interpreter {
  readonly #fieldNames: FieldNames;

  constructor(readonly text: string, readonly context: Context) {
    this.#fieldNames = new FieldNames(context.families);
  }

  read(syntax: Syntax): Expression {
    switch (syntax.kind) {
      case "and":
        return allOf(syntax.parts.map((part) => this.read(part)));
      case "or":
        return anyOf(syntax.parts.map((part) => this.read(part)));
      case "not":
        return not(this.read(syntax.part));
      case "states": {
        const text = syntax.words.map(({ include, name }) => `${include ? "state" : "exclude"} ${name.text}`).join(" ");
        const mask = this.readStates(syntax.words);
        return { kind: "condition", condition: { kind: "states", mask, words: [] }, text };
      }
      case "autobound":
        return autobound();
      case "exists":
        return exists(this.#findField(syntax.name));
      case "bare":
        return this.#readBare(syntax.name, syntax.end);
      case "compare":
        return this.#readComparison(syntax.name, syntax.operator, syntax.value);
    }
  }

  /** The first `state` starts from no states, a first `exclude` from all of them. */
  readStates(words: readonly StateWord[]): number {
    let states: number | null = null;
    for (const { include, name } of words) {
      const word = spellState(name.text);
      const mask = stateWords.get(word);
      if (mask === undefined) this.#fail(unknownName("state", word, [...stateWords.keys()]), name);
      states = include ? (states ?? 0) | mask : (states ?? ALL_STATES) & ~mask;
    }
    return states ?? ALL_STATES;
  }

  #readComparison(name: Piece, operator: Operator, value: Piece): Expression {
    if (operator !== "~" && operator !== "!~" && comparedWords.includes(name.text)) {
      if (!isOrdered(name.text) && operator !== "=" && operator !== "!=") {
        this.#fail(`${name.text} takes = and != only`, name);
      }
      return this.#about(value, () => interpretWord(name.text, operator, value.text, this.context));
    }
    if (name.text === LOCAL || name.text === REMOTE) this.#fail(`${name.text} takes = and != only`, name);
    if (name.text === "protocol") return this.#readProtocol(operator, value);
    const isCell = name.text === CONTAINER && (operator === "=" || operator === "!=");
    const container = isCell ? containerCell.exec(value.text)?.groups : undefined;
    if (container !== undefined) return this.#readContainer(container, operator, name, value);
    const path = this.#findValue(name);
    const { context } = this;
    const fieldNames = this.#fieldNames;
    return this.#about(value, () => compareField({ path, operator, value: value.text, context, fieldNames }));
  }

  /** What the table shows of a container: runtime, pod and the first digits of the id. */
  #readContainer(
    { runtime, pod, id }: Readonly<Record<string, string | undefined>>,
    operator: Operator,
    name: Piece,
    value: Piece,
  ): Expression {
    const compare = (path: string, text: string | undefined, operator: Operator = "=") =>
      text === undefined ? [] : [this.#readComparison({ ...name, text: path }, operator, { ...value, text })];
    const same = allOf([
      ...compare(`${CONTAINER}.id`, id),
      ...compare(`${CONTAINER}.runtime`, runtime),
      ...compare(`${CONTAINER}.pod_uid`, pod === undefined ? undefined : `^${pod}`, "~"),
    ]);
    return operator === "=" ? same : allOf([exists(`${CONTAINER}.id`), not(same)]);
  }

  /** A port of either end, or a process name. */
  #readBare(name: Piece, end: number): Expression {
    const { text } = name;
    const compare = (word: string, operator: Operator = "=") =>
      this.#readComparison({ ...name, text: word }, operator, name);
    if (/^:?[0-9]+(,:?[0-9]+)*$/.test(text)) return this.#readPorts(name);
    if (stateWords.has(spellState(text))) {
      this.#fail(`expected an operator after ${quote(text)}, did you mean "state ${text}"?`, name);
    }
    if (text.startsWith("-") || this.#fieldNames.names.includes(text)) {
      const message = `expected an operator after ${quote(text)}: = != > < >= <= ~ !~ (a process is ${
        quote(`comm = ${text}`)
      })`;
      throw new FilterSyntaxError(message, this.text, Math.min(end, this.text.trimEnd().length));
    }
    if (/[:\/@]|^[0-9.]+$/.test(text)) {
      this.#fail(`expected src or dst before the address ${quote(text)}`, name);
    }
    const { families, unlisted = [] } = this.context;
    if ([...families, ...unlisted].some(({ option }) => option.long === text.toLowerCase())) {
      this.#fail(
        `${quote(text)} is a protocol: choose it with --${text.toLowerCase()}, or write "protocol = ${text}"`,
        name,
      );
    }
    if (/[*?,]/.test(text)) {
      const [start] = /^[\w.-]*/.exec(text)!;
      this.#fail(`${quote(text)} is not the name of a process; to search for one write "comm ~ ^${start}"`, name);
    }
    const near = nearest(text, [...otherWords, ...stateWords.keys()]);
    if (near === undefined) return compare("comm");
    return this.#fail(
      `unknown word ${quote(text)}, did you mean ${near}? (a process is ${quote(`comm = ${text}`)})`,
      name,
    );
  }

  /** Ports of either end, separated by commas. */
  #readPorts(name: Piece): Expression {
    let { start } = name;
    const ports = name.text.split(",").map((text) => {
      const port = { ...name, text, start };
      start += text.length + 1;
      return port;
    });
    return anyOf(
      ["sport", "dport"].flatMap((word) =>
        ports.map((port) => this.#readComparison({ ...name, text: word }, "=", port))
      ),
    );
  }

  #readProtocol(operator: Operator, value: Piece): Expression {
    const passes = this.#about(value, () => this.#protocolTest(operator, value.text));
    return {
      kind: "condition",
      condition: { kind: "protocol", passes },
      text: `protocol ${operator} ${value.text}`,
    };
  }

  #protocolTest(operator: Operator, value: string): (name: string) => boolean {
    const names = this.context.families.map(({ name }) => name);
    if (operator === "~" || operator === "!~") {
      const pattern = parsePatternFor("protocol", value, names);
      return (name) => pattern.test(name) === (operator === "~");
    }
    if (operator !== "=" && operator !== "!=") throw new ValueError("protocol takes = != ~ !~ only");
    const wanted = value.toUpperCase();
    if (!names.includes(wanted)) throw new ValueError(unknownName("protocol", wanted, names));
    return (name) => (name === wanted) === (operator === "=");
  }

  /** The path of the field that a name means. */
  #findField(name: Piece): string {
    const [path = name.text, ...others] = this.#fieldNames.resolve(name.text);
    if (others.length > 0) {
      this.#fail(`${quote(name.text)} can be ${[path, ...others].join(", ")}: name one of them`, name);
    }
    if (this.#fieldNames.find(path) !== null) return path;
    this.#refuseUnlisted(name, path);
    const names = [...this.#fieldNames.names, ...otherWords];
    const state = stateWords.has(spellState(name.text)) ? `state ${name.text}` : undefined;
    const hint = state ?? nearest(name.text, names);
    return this.#fail(
      `unknown field ${quote(name.text)}${hint === undefined ? " (see --fields)" : `, did you mean ${hint}?`}`,
      name,
    );
  }

  #refuseUnlisted(name: Piece, path: string): void {
    const { unlisted = [] } = this.context;
    const meant = path === name.text ? new FieldNames(unlisted).resolve(path) : [path];
    const having = unlisted.filter((family) => meant.some((one) => keysOf(family, one).length > 0))
      .map((family) => family.name);
    if (having.length === 0) return;
    const named = having.length > NAMED ? `${having.slice(0, NAMED).join(", ")} and others` : having.join(", ");
    const verb = having.length === 1 ? "which is not asked for" : "which are not asked for";
    this.#fail(`${quote(name.text)} is a field of ${named}, ${verb}`, name);
  }

  /** The same for a field that has a value of its own. */
  #findValue(name: Piece): string {
    const path = this.#findField(name);
    if (path === CONTAINER) return `${CONTAINER}.id`;
    if (this.#fieldNames.find(path)!.type !== "object") return path;
    const inside = this.#fieldNames.paths.find((other) => other.startsWith(`${path}.`)) ?? "";
    return this.#fail(`${quote(name.text)} has no value of its own; name a field in it, ${inside} for example`, name);
  }

  /** Turns an error about a value into one with its position in the text. */
  #about<Result>(value: Piece, read: () => Result): Result {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof ValueError)) throw error;
      return this.#fail(error.message, value);
    }
  }

  #fail(message: string, { start }: Piece): never {
    throw new FilterSyntaxError(message, this.text, start);
  }
}

/** The cell of a container with more than its id; `container = docker 3f4e…` needs quotes. */
const containerCell = /^(?=.* )(?:(?<runtime>[a-z][a-z-]+) )?(?:pod (?<pod>[0-9a-f]{8}) )?(?<id>[^ ]+)$/;

/** Words that are not fields. */
const otherWords: readonly string[] = [...comparedWords, "autobound", "exists", "state", "exclude"];

/** Maximum number of families in a message. */
const NAMED = 3;
const EPHEMERAL_VSOCK_PORT = 1024;
/** A netlink port id that the kernel chose is a process id or a negative 32-bit number. */
const FIRST_CHOSEN_PORT_ID = 2 ** 31;

/** For Internet protocols the kernel decides; for others the rule is that of `ss`. */
function autobound(): Expression {
  const text = "autobound";
  return anyOf([
    conditionOf(text, { kind: "autobound" }, ["inet"]),
    allOf([
      ofDomains("unix"),
      anyOf([not(exists("path_name")), testOfField(text, "path_name", new PatternTest(new Pattern("^@[0-9a-f]{5}$")))]),
    ]),
    allOf([ofDomains("link"), compareNumber(text, "iface_idx", "=", 0), compareNumber(text, "num", "=", 0)]),
    allOf([ofDomains("netlink"), compareNumber(text, "portid", ">=", FIRST_CHOSEN_PORT_ID)]),
    comparePort(text, "src", ">=", EPHEMERAL_VSOCK_PORT, LARGEST_NUMBER, ["vsock"]),
  ]);
}
