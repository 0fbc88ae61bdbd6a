/**
 * Parses regular expressions (JavaScript without flags, ECMA-262 with annex B) into a tree. Backreferences and lookaround are
 * not supported: they cannot be searched for in linear time.
 */
import { quote } from "../../decode/text/control_characters.ts";
import { ValueError } from "./syntax_error.ts";

/** Assertions: start and end (of a line with `m`), word boundary or not. */
export type Assertion = "start" | "end" | "line-start" | "line-end" | "edge" | "no-edge";

export type PatternTree =
  | { readonly kind: "all" | "any"; readonly parts: readonly PatternTree[] }
  | { readonly kind: "repeat"; readonly part: PatternTree; readonly least: number; readonly most: number }
  | { readonly kind: "assert"; readonly assertion: Assertion }
  /** One UTF-16 unit; the regular expression of `source` and `flags` tells which units match. */
  | { readonly kind: "unit"; readonly source: string; readonly flags: string };

const DEEPEST = 200;

const QUANTIFIER = /^(?:([*+?])|\{([0-9]+)(?:(,)([0-9]*))?\})\??/;
const ESCAPE = /^\\(?:x[0-9a-f]{2}|u[0-9a-f]{4}|c[a-z]|0[0-7]{0,2}|[^c]|(?=c))/is;
const GROUP = /^\((?:\?(?:(:)|<([^=!][^>]*)>|([a-z]*)(?:-([a-z]*))?:))?/;
const CLASS = /^\[(?:[^\]\\]|\\.)*\]/s;

/**
 * Reads a regular expression that JavaScript accepts.
 *
 * @param flags of `i`, `m`, `s`
 * @throws {ValueError} if it is nested too deeply, or cannot be searched for in linear time
 */
export function parsePatternTree(source: string, flags: string): PatternTree {
  return new PatternParser(source).parse(flags);
}

class PatternParser {
  #at = 0;
  #depth = 0;

  constructor(readonly source: string) {}

  parse(flags: string): PatternTree {
    return this.#parseAny(flags);
  }

  #parseAny(flags: string): PatternTree {
    if (++this.#depth > DEEPEST) throw new ValueError(`more than ${DEEPEST} parentheses inside each other`);
    const parts = [this.#parseAll(flags)];
    while (this.source[this.#at] === "|") {
      this.#at++;
      parts.push(this.#parseAll(flags));
    }
    this.#depth--;
    return parts.length === 1 ? parts[0]! : { kind: "any", parts };
  }

  #parseAll(flags: string): PatternTree {
    const parts: PatternTree[] = [];
    while (this.#at < this.source.length && !"|)".includes(this.source[this.#at]!)) {
      const part = this.#parseAssertion(flags) ?? this.#parseQuantified(this.#parseAtom(flags));
      parts.push(part);
    }
    return { kind: "all", parts };
  }

  #parseAssertion(flags: string): PatternTree | null {
    const line = flags.includes("m") ? "line-" : "";
    if (this.#take("^")) return { kind: "assert", assertion: `${line}start` };
    if (this.#take("$")) return { kind: "assert", assertion: `${line}end` };
    if (this.#take("\\b")) return { kind: "assert", assertion: "edge" };
    if (this.#take("\\B")) return { kind: "assert", assertion: "no-edge" };
    return null;
  }

  #parseQuantified(part: PatternTree): PatternTree {
    const match = QUANTIFIER.exec(this.source.slice(this.#at, this.#at + 64));
    if (match === null) return part;
    this.#at += match[0].length;
    const [, sign, least, comma, most] = match;
    if (sign !== undefined) {
      return { kind: "repeat", part, least: sign === "+" ? 1 : 0, most: sign === "?" ? 1 : Infinity };
    }
    const bound = comma === undefined ? least : most;
    return { kind: "repeat", part, least: Number(least), most: bound === "" ? Infinity : Number(bound) };
  }

  #parseAtom(flags: string): PatternTree {
    const { source } = this;
    switch (source[this.#at]) {
      case "(":
        return this.#parseGroup(flags);
      case "[":
        return this.#unit(CLASS.exec(source.slice(this.#at))![0], flags);
      case "\\":
        return this.#parseEscape(flags);
      case ".":
        return this.#unit(".", flags);
      default: {
        const letter = source[this.#at]!;
        return this.#unit(letter, flags, `[${/[\]^]/.test(letter) ? `\\${letter}` : letter}]`);
      }
    }
  }

  #parseEscape(flags: string): PatternTree {
    const rest = this.source.slice(this.#at, this.#at + 8);
    if (/^\\([1-9]|k<)/.test(rest)) this.#refuse(rest.slice(0, 2), "refers back to a group");
    const [text] = ESCAPE.exec(rest) ?? ["\\"];
    // The backslash of a `\c` that does not form a control character stands for itself.
    return this.#unit(text, flags, text === "\\" ? "\\\\" : text);
  }

  #parseGroup(flags: string): PatternTree {
    const rest = this.source.slice(this.#at);
    if (/^\(\?<?[=!]/.test(rest)) this.#refuse(/^\(\?<?[=!]/.exec(rest)![0], "looks around");
    const [head, , , on = "", off = ""] = GROUP.exec(rest)!;
    this.#at += head.length;
    const inside = [...new Set(flags + on)].filter((flag) => !off.includes(flag)).join("");
    const group = this.#parseAny(inside);
    this.#at++;
    return group;
  }

  #unit(text: string, flags: string, source: string = text): PatternTree {
    this.#at += text.length;
    return { kind: "unit", source, flags };
  }

  #take(text: string): boolean {
    if (!this.source.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #refuse(text: string, what: string): never {
    throw new ValueError(`${quote(text)} ${what}, which can take forever on some texts: not supported`);
  }
}
