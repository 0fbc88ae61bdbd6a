/**
 * The part of `parse` of `@std/yaml` that the program uses: block lists and block mappings whose scalars are text
 * (schema `failsafe`). It is small, so that the program needs no package. `tests/links_test.ts` compares it with
 * `js-yaml`. It refuses everything else: flow collections, anchors, tags, several documents.
 */

/** Reads one document of YAML. */
export function parse(text: string, _options: { readonly schema: "failsafe" }): unknown {
  return new Reader(text).document();
}

/** A line with content. */
interface Line {
  readonly number: number;
  readonly indent: number;
  /** The line without indentation and comment. */
  readonly text: string;
}

const KEY = /^((?:[^\s"'#,[\]{}&*!|>%@`:?-]|[?:-](?=\S))(?:[^:#]|:(?=\S)|(?<=\S)#)*?)\s*:(?=\s|$)\s*(.*)$/;
const ITEM = /^-(?:\s+(.*))?$/;
const ESCAPES: Readonly<Record<string, string>> = {
  ...{ "0": "\0", a: "\x07", b: "\b", t: "\t", "\t": "\t", n: "\n", v: "\v", f: "\f", r: "\r", e: "\x1b" },
  ...{ " ": " ", '"': '"', "/": "/", "\\": "\\", N: "\x85", _: "\xa0", L: "\u2028", P: "\u2029" },
};

class Reader {
  readonly #raw: readonly string[];
  /** Number of the next line. */
  #at = 0;
  /** The rest of a line whose start was read: the key after a hyphen. */
  #pending: Line | null = null;

  constructor(text: string) {
    this.#raw = text.replace(/^\ufeff/, "").split(/\r\n|[\r\n]/);
  }

  document(): unknown {
    if (this.#peek()?.text === "---") this.#next();
    const first = this.#peek();
    const value = first === null ? null : this.#block(first.indent);
    const end = this.#peek();
    if (end !== null && end.text !== "...") this.#fail("expected the end of the document", end);
    return value;
  }

  #fail(message: string, { number, indent }: Pick<Line, "number" | "indent">): never {
    throw new SyntaxError(`${message} at line ${number}, column ${indent + 1}`);
  }

  /** The next line that is neither empty nor a comment, without taking it. */
  #peek(): Line | null {
    if (this.#pending !== null) return this.#pending;
    for (; this.#at < this.#raw.length; this.#at++) {
      const raw = this.#raw[this.#at]!;
      const indent = /^ */.exec(raw)![0].length;
      const text = withoutComment(raw.slice(indent));
      if (text === "") continue;
      const line = { number: this.#at + 1, indent, text };
      if (text.startsWith("\t")) this.#fail("tab in the indentation", line);
      return line;
    }
    return null;
  }

  #next(): Line {
    const line = this.#peek()!;
    if (this.#pending === null) this.#at++;
    this.#pending = null;
    return line;
  }

  /** A list, a mapping or a scalar that starts at this column. */
  #block(indent: number): unknown {
    const line = this.#peek()!;
    if (ITEM.test(line.text)) return this.#list(indent);
    if (keyOf(line) !== null) return this.#mapping(indent);
    this.#next();
    return this.#scalar(line.text, line, indent - 1);
  }

  #list(indent: number): unknown[] {
    const items: unknown[] = [];
    for (let line = this.#peek(); line?.indent === indent; line = this.#peek()) {
      const match = ITEM.exec(line.text);
      if (match === null) break;
      this.#next();
      items.push(this.#value(match[1] ?? "", line, indent, line.text.length - (match[1] ?? "").length));
    }
    this.#expectEnd(indent);
    return items;
  }

  #mapping(indent: number): Record<string, unknown> {
    const fields = new Map<string, unknown>();
    for (let line = this.#peek(); line?.indent === indent; line = this.#peek()) {
      const match = keyOf(line);
      if (match === null) break;
      this.#next();
      if (fields.has(match.key)) this.#fail("duplicated mapping key", line);
      fields.set(match.key, this.#value(match.rest, line, indent, null));
    }
    this.#expectEnd(indent);
    return Object.fromEntries(fields);
  }

  #expectEnd(indent: number): void {
    const line = this.#peek();
    if (line !== null && line.indent > indent) this.#fail("bad indentation or entry", line);
  }

  /** The value after a hyphen or a key. `offset` is its start after a hyphen, `null` after a key. */
  #value(text: string, line: Line, indent: number, offset: number | null): unknown {
    if (text === "") {
      const next = this.#peek();
      // A list may start at the column of its key.
      const nested = next !== null &&
        (next.indent > indent || offset === null && next.indent === indent && ITEM.test(next.text));
      return nested ? this.#block(next!.indent) : null;
    }
    if (/^[|>]/.test(text)) return this.#blockScalar(text, line, indent);
    if (offset !== null) {
      const inner = { number: line.number, indent: indent + offset, text };
      if (ITEM.test(text) || keyOf(inner) !== null) {
        this.#pending = inner;
        return this.#block(inner.indent);
      }
    }
    return this.#scalar(text, line, indent);
  }

  /** A plain or quoted scalar; lines that are indented further continue a plain one. */
  #scalar(text: string, line: Line, indent: number): string {
    if (text.startsWith("'")) {
      const match = /^'((?:[^']|'')*)'$/.exec(text) ?? this.#fail("unexpected end of a quoted text", line);
      return match[1]!.replaceAll("''", "'");
    }
    if (text.startsWith('"')) return this.#doubleQuoted(text, line);
    const parts = [text];
    for (let next = this.#peek(); next !== null && next.indent > indent; next = this.#peek()) {
      parts.push(this.#next().text);
    }
    if (/^([[\]{},#&*!%@`]|[-?:](\s|$))/.test(text)) this.#fail("this form of YAML is not supported here", line);
    const joined = parts.join(" ");
    if (/:(\s|$)/.test(joined)) this.#fail("bad indentation of a mapping entry: quote a text with a colon", line);
    return joined;
  }

  #doubleQuoted(text: string, line: Line): string {
    const match = /^"((?:[^"\\]|\\.)*)"$/.exec(text) ?? this.#fail("unexpected end of a quoted text", line);
    return match[1]!.replaceAll(/\\(x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8}|.)/gi, (_all, code: string) => {
      if (code.length > 1) return String.fromCodePoint(parseInt(code.slice(1), 16));
      return ESCAPES[code] ?? this.#fail("unknown escape sequence", line);
    });
  }

  /** A text after `|`, which keeps its line breaks, or `>`, which folds them. */
  #blockScalar(header: string, line: Line, indent: number): string {
    const match = /^([|>])([-+]?)$/.exec(header) ?? this.#fail("this form of YAML is not supported here", line);
    const lines: string[] = [];
    let own = 0;
    for (; this.#at < this.#raw.length; this.#at++) {
      const raw = this.#raw[this.#at]!;
      const spaces = /^ */.exec(raw)![0].length;
      if (raw.trim() !== "" && spaces <= indent) break;
      if (own === 0 && raw.trim() !== "") own = spaces;
      if (raw.trim() !== "" && spaces < own) this.#fail("bad indentation of a text", line);
      lines.push(own === 0 ? "" : raw.slice(own));
    }
    const text = lines.join("\n");
    const body = text.replace(/\n*$/, "");
    const folded = match[1] === "|"
      ? body
      : body.replaceAll(/(?<=[^\n ])\n(\n*)(?=[^\n ])/g, (_all, more) => more || " ");
    const ending = match[2] === "-" || body === "" ? "" : match[2] === "+" ? text.slice(body.length) : "\n";
    return folded + ending;
  }
}

/** The key at the start of a line, and what follows it; `null` if there is none. */
function keyOf({ text }: Line): { readonly key: string; readonly rest: string } | null {
  const quoted = /^"((?:[^"\\])*)"\s*:(?=\s|$)\s*(.*)$/.exec(text) ?? /^'([^']*)'\s*:(?=\s|$)\s*(.*)$/.exec(text);
  const match = quoted ?? KEY.exec(text);
  return match === null ? null : { key: match[1]!, rest: match[2]! };
}

/** A line without its comment and the blanks at its end. A `#` within quotation marks at the start of a value is none. */
function withoutComment(text: string): string {
  return text.replace(
    /^((?:-\s+)*(?:[^\s"'#][^"'#]*?:\s+)?)("(?:[^"\\]|\\.)*"|'(?:[^']|'')*')?(.*)$/,
    (_all, start: string, quoted: string | undefined, rest: string) =>
      (start + (quoted ?? "") + ` ${rest}`.replace(/\s#.*$/, "").slice(1)).trimEnd(),
  ).trimEnd();
}
