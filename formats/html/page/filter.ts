/**
 * The filter that is typed on the page: words of the filter language where they are simple, else text to look for.
 */
import { ABSENT, type PageColumn, type PageTable } from "../page_table.ts";
import { isNumber } from "./order.ts";

/** Whether a row passes. */
export type Passes = (row: number) => boolean;

/** Names of fields that stand for others, as on the command line. */
const ALIASES: Readonly<Record<string, string>> = {
  sport: "src_port",
  dport: "dst_port",
  pid: "owners.pid",
  comm: "owners.comm",
  process: "owners.comm",
};

/** Fields that can be named without an operator: `state listening`, `dst 192.0.2.7`. */
const BARE: readonly string[] = ["state", "src", "dst", "sport", "dport"];

type Operator = "=" | "!=" | "<" | "<=" | ">" | ">=";

/** A condition as typed. */
type Term =
  | { readonly kind: "text"; readonly text: string; readonly not: boolean }
  | {
    readonly kind: "compare";
    readonly column: PageColumn;
    readonly operator: Operator;
    readonly value: string;
    readonly not: boolean;
  };

/** Reads what was typed. Conditions are all required. */
export function compileTyped(typed: string, table: PageTable): Passes {
  const tests = parseTerms(typed, table).map((term) => testOf(term, table));
  return (row) => tests.every((test) => test(row));
}

const TOKEN = /"[^"]*"?|[=!<>]=?|[^\s"=!<>]+/g;
const OPERATOR = /^(==?|!=|[<>]=?)$/;

/** The conditions in what was typed. */
export function parseTerms(typed: string, table: PageTable): readonly Term[] {
  const tokens = typed.match(TOKEN) ?? [];
  const terms: Term[] = [];
  let not = false;
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    const [next = "", value = ""] = tokens.slice(i + 1);
    if (/^(and|&&)$/i.test(token)) continue;
    if (/^(not|!)$/i.test(token) && next !== "") {
      not = !not;
      continue;
    }
    const column = columnNamed(token, table);
    if (column !== undefined && OPERATOR.test(next)) {
      // The value may still have to be typed.
      if (value !== "") {
        const operator = (next === "==" ? "=" : next) as Operator;
        terms.push({ kind: "compare", column, operator, value: unquoted(value), not });
      }
      i += 2;
    } else if (column !== undefined && BARE.includes(token.toLowerCase()) && next !== "") {
      terms.push({ kind: "compare", column, operator: "=", value: unquoted(next), not });
      i++;
    } else {
      terms.push({ kind: "text", text: unquoted(token), not });
    }
    not = false;
  }
  return terms;
}

const unquoted = (token: string): string => token.replace(/^"|"$/g, "");

/** The column of a name: its heading, its path, or the last part of that. */
function columnNamed(name: string, { columns }: PageTable): PageColumn | undefined {
  const lower = name.toLowerCase();
  const meant = ALIASES[lower] ?? lower;
  return columns.find(({ path }) => path === meant) ??
    columns.find((column) => column.name === lower) ??
    columns.find(({ path }) => path.endsWith(`.${meant}`));
}

/** Different values are tested once, however many rows have them. */
function testOf(term: Term, { columns }: PageTable): Passes {
  const { not } = term;
  if (term.kind === "text") {
    const wanted = term.text.toLowerCase();
    const hits = columns.map(({ texts, cells }) => ({
      cells,
      hit: Uint8Array.from(texts, (text) => text.toLowerCase().includes(wanted) ? 1 : 0),
    })).filter(({ hit }) => hit.includes(1));
    return (row) => hits.some(({ cells, hit }) => hit[cells[row]!] === 1) !== not;
  }
  const { column: { texts, cells, number }, operator, value } = term;
  const holds = number ? compareNumber(operator, value) : compareText(operator, value);
  // Without the value neither a condition nor its opposite holds.
  const isKnown = (text: string, i: number) => i !== ABSENT && (!number || isNumber(text));
  const hit = Uint8Array.from(texts, (text, i) => isKnown(text, i) && holds(text) !== not ? 1 : 0);
  return (row) => hit[cells[row]!] === 1;
}

const FACTORS: Readonly<Record<string, number>> = { "": 1, k: 1e3, m: 1e6, g: 1e9 };

function compareNumber(operator: Operator, typed: string): (text: string) => boolean {
  const match = /^:?(-?[0-9.]+)([kmg]?)$/i.exec(typed);
  const value = match === null ? NaN : Number(match[1]) * FACTORS[match[2]!.toLowerCase()]!;
  return (text) => {
    const number = Number(text);
    switch (operator) {
      case "=":
        return number === value;
      case "!=":
        return number !== value;
      case "<":
        return number < value;
      case "<=":
        return number <= value;
      case ">":
        return number > value;
      case ">=":
        return number >= value;
    }
  };
}

/** Text is equal to a pattern with `*`, or to one of the words between commas. */
function compareText(operator: Operator, typed: string): (text: string) => boolean {
  const wanted = typed.toLowerCase();
  const pattern = new RegExp(
    `^${wanted.split("*").map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&")).join(".*")}$`,
    "s",
  );
  const equals = (text: string) => [text, ...text.split(",")].some((one) => pattern.test(one.toLowerCase()));
  switch (operator) {
    case "=":
      return equals;
    case "!=":
      return (text) => !equals(text);
    case "<":
      return (text) => text.toLowerCase() < wanted;
    case "<=":
      return (text) => text.toLowerCase() <= wanted;
    case ">":
      return (text) => text.toLowerCase() > wanted;
    case ">=":
      return (text) => text.toLowerCase() >= wanted;
  }
}
