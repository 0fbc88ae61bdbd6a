/**
 * Reads the YAML that this program writes: block style, all text in double quotes. A general YAML reader would lose
 * digits of large numbers, and would obey anchors and tags in a file from outside.
 */
import type { FieldObject, FieldValue } from "../../decode/record/object_sink.ts";
import { DEEPEST, ListingError, numberOf, type Saved } from "./saved_json.ts";

/** A line with its indentation, the hyphens of list elements counted as blanks. */
const LINE = /^( *)((?:- )*)(.*)$/;
const KEY = /^([A-Za-z_][A-Za-z0-9_]*|"(?:[^"\\]|\\.)*"):(?: (.*))?$/;
const NUMBER = /^-?\d+(\.\d+)?$/;
const INDENT = 2;

interface Line {
  readonly number: number;
  readonly indent: number;
  /** Whether it starts an element of a list. */
  readonly element: boolean;
  readonly text: string;
}

/**
 * Parses a document.
 *
 * @throws {ListingError} if it is not one that this program writes
 */
export function parseSavedYaml(text: string): Saved {
  const reader = new Reader(text);
  const value = reader.value(0, 0);
  reader.expectEnd();
  return value;
}

class Reader {
  readonly #lines: readonly Line[];
  #at = 0;

  constructor(text: string) {
    this.#lines = text.split("\n").flatMap((line, i) => line === "" ? [] : linesOf(line, i + 1));
  }

  expectEnd(): void {
    const line = this.#lines[this.#at];
    if (line !== undefined) throw fault(line);
  }

  /** The object or list whose lines have this indentation. */
  value(indent: number, depth: number): FieldValue {
    const line = this.#lines[this.#at];
    if (line === undefined || line.indent !== indent) {
      throw line === undefined ? new ListingError("it is cut short") : fault(line);
    }
    if (depth > DEEPEST) throw new ListingError(`line ${line.number}: too many objects inside each other`);
    return line.element ? this.#list(indent, depth) : this.#object(indent, depth);
  }

  #list(indent: number, depth: number): FieldValue[] {
    const list: FieldValue[] = [];
    while (this.#isAt(indent, true)) {
      const { text } = this.#lines[this.#at++]!;
      const next = this.#lines[this.#at];
      list.push(
        text === "" && next !== undefined
          ? this.value(next.indent, depth + 1)
          : scalar(text, this.#lines[this.#at - 1]!),
      );
    }
    return list;
  }

  #object(indent: number, depth: number): FieldObject {
    const object: FieldObject = {};
    while (this.#isAt(indent, false)) {
      const line = this.#lines[this.#at++]!;
      const [, name, text] = KEY.exec(line.text) ?? [];
      if (name === undefined) throw fault(line);
      const next = this.#lines[this.#at];
      const value = text !== undefined
        ? scalar(text, line)
        : next !== undefined && next.indent > indent
        ? this.value(next.indent, depth + 1)
        : null;
      if (value === null && text === undefined) throw fault(line);
      Object.defineProperty(object, name.startsWith('"') ? unquote(name, line) : name, {
        value,
        configurable: true,
        enumerable: true,
        writable: true,
      });
    }
    return object;
  }

  #isAt(indent: number, element: boolean): boolean {
    const line = this.#lines[this.#at];
    return line !== undefined && line.indent === indent && line.element === element;
  }
}

/** A line; the text after each hyphen counts as another line. */
function linesOf(text: string, number: number): readonly Line[] {
  const [, blanks = "", hyphens = "", rest = ""] = LINE.exec(text) ?? [];
  const elements = hyphens.length / INDENT;
  const lines = Array.from({ length: elements }, (_, i): Line => ({
    number,
    indent: blanks.length + INDENT * i,
    element: true,
    text: i === elements - 1 && !KEY.test(rest) ? rest : "",
  }));
  if (elements > 0 && !KEY.test(rest)) return lines;
  return [...lines, { number, indent: blanks.length + hyphens.length, element: false, text: rest }];
}

function scalar(text: string, line: Line): FieldValue {
  if (text.startsWith('"')) return unquote(text, line);
  if (NUMBER.test(text)) return numberOf(text);
  switch (text) {
    case "true":
    case "false":
      return text === "true";
    case "null":
      return null;
    case "[]":
      return [];
    case "{}":
      return {};
    default:
      throw fault(line);
  }
}

/** Text between quotes: that of JSON, and `\U` with eight digits. */
function unquote(text: string, line: Line): string {
  const json = text.replaceAll(/\\(U([0-9a-fA-F]{8})|.)/g, (all, _, digits?: string) => {
    if (digits === undefined) return all;
    const code = parseInt(digits, 16);
    return code > 0x10ffff ? all : String.fromCodePoint(code);
  });
  try {
    return JSON.parse(json) as string;
  } catch {
    throw fault(line);
  }
}

const fault = ({ number }: Line): ListingError => new ListingError(`line ${number} is not the YAML that ss2 writes`);
