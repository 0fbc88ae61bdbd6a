/**
 * The filter grammar: parses text into a tree of words with their positions. It is the grammar of `ss` (ss(8),
 * `misc/ssfilter.y` of iproute2) plus field comparisons, with the usual precedence of `not`, `and`, `or`.
 *
 *     filter     = { state-word } [ either ]
 *     either     = both { ("or" | "|" | "||") both }
 *     both       = term { ["and" | "&" | "&&"] term }
 *     term       = ("not" | "!") term | "(" either ")" | state-word { state-word } | "autobound" | "exists" NAME
 *                | NAME OPERATOR VALUE | NAME "in" VALUE { "," VALUE } | WORD VALUE | BARE
 *     state-word = ("state" | "exclude" | "excl") STATE
 */
import { quote } from "../../decode/text/control_characters.ts";
import { comparedWords } from "./compared_words.ts";
import { FilterSyntaxError } from "./syntax_error.ts";

/** A part of the text, without quotes and backslashes. */
export interface Piece {
  readonly text: string;
  readonly start: number;
}

export type Operator = "=" | "!=" | ">" | "<" | ">=" | "<=" | "~" | "!~";

/** `state NAME` or `exclude NAME`. */
export interface StateWord {
  readonly include: boolean;
  readonly name: Piece;
}

export type Syntax =
  | { readonly kind: "and" | "or"; readonly parts: readonly Syntax[] }
  | { readonly kind: "not"; readonly part: Syntax }
  | { readonly kind: "states"; readonly words: readonly StateWord[] }
  | { readonly kind: "autobound"; readonly name: Piece }
  | { readonly kind: "exists"; readonly name: Piece }
  /** A word without operator and value; the text after it begins at `end`. */
  | { readonly kind: "bare"; readonly name: Piece; readonly end: number }
  | { readonly kind: "compare"; readonly name: Piece; readonly operator: Operator; readonly value: Piece };

/** A filter: the states at its start, and the condition on sockets in these states. */
export interface ParsedFilter {
  readonly states: readonly StateWord[];
  readonly condition: Syntax | null;
}

const symbols: ReadonlyMap<string, Operator> = new Map([
  ["==", "="],
  ["!=", "!="],
  ["!~", "!~"],
  [">=", ">="],
  ["<=", "<="],
  ["=", "="],
  [">", ">"],
  ["<", "<"],
  ["~", "~"],
]);

const operatorWords: ReadonlyMap<string, Operator> = new Map([
  ["eq", "="],
  ["ne", "!="],
  ["neq", "!="],
  ["gt", ">"],
  ["lt", "<"],
  ["ge", ">="],
  ["geq", ">="],
  ["le", "<="],
  ["leq", "<="],
]);

/** All spellings of operators. */
export const operatorNames: readonly string[] = [...symbols.keys(), ...operatorWords.keys()];

const isJoin = (word: string): boolean => word === "and" || word === "or";

/** Maximum nesting of parentheses and negations. */
const DEEPEST = 200;

const BLANK = /\s/;
/** Characters that a name cannot contain. */
const ENDS_NAME = /[\s()=!<>~&|"']/;

/**
 * Reads a filter.
 *
 * @throws {FilterSyntaxError} if it is not valid
 */
export function parseSyntax(text: string): ParsedFilter {
  return new Parser(text).parse();
}

class Parser {
  #at = 0;
  #depth = 0;

  constructor(readonly text: string) {}

  parse(): ParsedFilter {
    const { states, condition } = this.#parseWhole();
    this.#skipBlanks();
    if (this.#at < this.text.length) this.#fail('")" without a "(" before it', this.#at);
    return { states, condition };
  }

  #parseWhole(): ParsedFilter {
    const states = this.#readStates();
    if (this.#atEnd()) return { states, condition: null };
    if (states.length === 0) return { states, condition: this.#parseEither() };
    // Before `and` or `or` they are an ordinary condition; otherwise they apply to the whole filter, as in `ss`.
    if (!this.#sees("and") && !this.#sees("or")) return { states, condition: this.#parseEither() };
    this.#at = 0;
    return { states: [], condition: this.#parseEither() };
  }

  #parseEither(): Syntax {
    const parts = [this.#parseBoth()];
    while (this.#takes("or")) parts.push(this.#parseBoth());
    return parts.length === 1 ? parts[0]! : { kind: "or", parts };
  }

  #parseBoth(): Syntax {
    const parts = [this.#parseTerm()];
    while (this.#takes("and") || !(this.#atEnd() || this.text[this.#at] === ")" || this.#sees("or"))) {
      parts.push(this.#parseTerm());
    }
    return parts.length === 1 ? parts[0]! : { kind: "and", parts };
  }

  #parseTerm(): Syntax {
    this.#skipBlanks();
    const start = this.#at;
    if (++this.#depth > DEEPEST) this.#fail(`more than ${DEEPEST} conditions inside each other`, start);
    const term = this.#parseOneTerm(start);
    this.#depth--;
    return term;
  }

  #parseOneTerm(start: number): Syntax {
    if (this.text[start] === "(") {
      this.#at++;
      const inside = this.#parseEither();
      this.#skipBlanks();
      if (this.text[this.#at] !== ")") this.#fail('expected ")" for the "(" here', start);
      this.#at++;
      return inside;
    }
    if (this.text[start] === "!" && !"=~".includes(this.text[start + 1] ?? " ")) {
      this.#at++;
      return { kind: "not", part: this.#parseTerm() };
    }
    const name = this.#readName();
    if (name.text === "" || isJoin(name.text)) {
      const found = start >= this.text.length ? "" : `, not ${quote(name.text || this.text[start]!)}`;
      this.#fail(`expected a condition${found}`, start);
    }
    if (name.text === "not") return { kind: "not", part: this.#parseTerm() };
    if (name.text === "autobound") return { kind: "autobound", name };
    if (name.text === "exists") {
      this.#skipBlanks();
      const field = this.#readName();
      if (field.text === "") this.#fail('expected the name of a field after "exists"', field.start);
      return { kind: "exists", name: field };
    }
    this.#at = start;
    const states = this.#readStates();
    if (states.length > 0) return { kind: "states", words: states };
    return this.#parseComparison(this.#readName());
  }

  #parseComparison(name: Piece): Syntax {
    if (this.#takesIn()) return this.#parseList(name);
    const operator = this.#takeOperator();
    if (operator === null && !comparedWords.includes(name.text)) {
      this.#skipBlanks();
      return { kind: "bare", name, end: this.#at };
    }
    return { kind: "compare", name, operator: operator ?? "=", value: this.#readValue(operator ?? "=", name) };
  }

  /** Values separated by commas; blanks may follow a comma. */
  #parseList(name: Piece): Syntax {
    const parts: Syntax[] = [];
    for (let more = true; more;) {
      const { text, start } = this.#readValue("=", name);
      let at = start;
      const items = text.split(",");
      more = items.length > 1 && items.at(-1) === "";
      if (more) items.pop();
      for (const item of items) {
        if (item === "") this.#fail(`expected a value for ${quote(name.text)}`, at);
        parts.push({ kind: "compare", name, operator: "=", value: { text: item, start: at } });
        at += item.length + 1;
      }
    }
    return parts.length === 1 ? parts[0]! : { kind: "or", parts };
  }

  #takesIn(): boolean {
    this.#skipBlanks();
    const start = this.#at;
    if (this.#readName().text === "in") return true;
    this.#at = start;
    return false;
  }

  /** Consecutive `state NAME` and `exclude NAME`, but not `state` compared as a field. */
  #readStates(): StateWord[] {
    const words: StateWord[] = [];
    while (true) {
      this.#skipBlanks();
      const start = this.#at;
      const { text } = this.#readName();
      if (
        !["state", "exclude", "excl"].includes(text) ||
        text === "state" && (this.#takesIn() || this.#takeOperator() !== null)
      ) {
        this.#at = start;
        return words;
      }
      this.#skipBlanks();
      const name = this.#readName();
      if (name.text === "") this.#fail(`${quote(text)} needs the name of a state`, name.start);
      words.push({ include: text === "state", name });
    }
  }

  #skipBlanks(): void {
    while (this.#at < this.text.length && BLANK.test(this.text[this.#at]!)) this.#at++;
  }

  #atEnd(): boolean {
    this.#skipBlanks();
    return this.#at >= this.text.length;
  }

  #readName(): Piece {
    const start = this.#at;
    while (this.#at < this.text.length && !ENDS_NAME.test(this.text[this.#at]!)) this.#at++;
    return { text: this.text.slice(start, this.#at), start };
  }

  /** Length of the joining operator at this position, 0 for none. */
  #joinLength(join: "and" | "or"): number {
    const symbol = join === "and" ? "&" : "|";
    if (this.text[this.#at] === symbol) return this.text[this.#at + 1] === symbol ? 2 : 1;
    const start = this.#at;
    const { text } = this.#readName();
    this.#at = start;
    return text === join ? join.length : 0;
  }

  #sees(join: "and" | "or"): boolean {
    this.#skipBlanks();
    return this.#joinLength(join) > 0;
  }

  #takes(join: "and" | "or"): boolean {
    this.#skipBlanks();
    const length = this.#joinLength(join);
    this.#at += length;
    return length > 0;
  }

  /** Reads an operator; if there is none, returns `null` and reads nothing. */
  #takeOperator(): Operator | null {
    this.#skipBlanks();
    const start = this.#at;
    for (const length of [2, 1]) {
      const operator = symbols.get(this.text.slice(start, start + length));
      if (operator === undefined) continue;
      this.#at += length;
      return operator;
    }
    const operator = operatorWords.get(this.#readName().text) ?? null;
    if (operator === null) this.#at = start;
    return operator;
  }

  /**
   * Reads a value: in quotes, or up to a blank, an unmatched closing parenthesis, or a joining operator. A regular expression
   * keeps its backslashes and may contain such operators.
   */
  #readValue(operator: Operator, name: Piece): Piece {
    this.#skipBlanks();
    const start = this.#at;
    const pattern = operator === "~" || operator === "!~";
    const first = this.text[start];
    if (first === '"' || first === "'") return this.#readQuoted(first, pattern);
    let text = "";
    let open = 0;
    while (this.#at < this.text.length) {
      const letter = this.text[this.#at]!;
      if (BLANK.test(letter) || letter === ")" && open === 0) break;
      if (!pattern && open === 0 && (letter === "&" || letter === "|")) break;
      if (letter === "(") open++;
      if (letter === ")") open--;
      this.#at++;
      const escaped = letter === "\\" ? this.text[this.#at] : undefined;
      if (escaped === undefined) text += letter;
      else {
        text += pattern ? letter + escaped : escaped;
        this.#at++;
      }
    }
    // Such a word needs quotes to be a value.
    if (text === "" || !pattern && isJoin(text)) this.#fail(`expected a value for ${quote(name.text)}`, start);
    return { text, start };
  }

  #readQuoted(mark: string, pattern: boolean): Piece {
    const start = this.#at;
    let text = "";
    while (true) {
      const letter = this.text[++this.#at];
      if (letter === undefined) this.#fail(`expected ${mark} for the ${mark} here`, start);
      if (letter === mark) break;
      if (letter !== "\\") text += letter;
      else {
        const escaped = this.text[++this.#at] ?? "";
        text += pattern ? letter + escaped : escaped;
      }
    }
    this.#at++;
    return { text, start };
  }

  #fail(message: string, offset: number): never {
    throw new FilterSyntaxError(message, this.text, Math.min(offset, this.text.trimEnd().length));
  }
}
