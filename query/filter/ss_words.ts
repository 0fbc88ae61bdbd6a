/**
 * The words of `ss` that compare with a value: `src dst sport dport dev fwmark cgroup`. With `!=` they hold for all other
 * sockets, including those without such a value.
 */
import { quote } from "../../decode/text/control_characters.ts";
import { LOCAL } from "../end_paths.ts";
import { parseAddress } from "./addresses/grammars.ts";
import { conditionOf } from "./conditions.ts";
import type { Context } from "./context.ts";
import { boundTo } from "./devices.ts";
import { type Condition, type Expression, not } from "./expression.ts";
import { LARGEST_NUMBER, parseNumber } from "./numbers.ts";
import type { Operator } from "./syntax.ts";
import { ValueError } from "./syntax_error.ts";

/** Whether a word accepts all operators. */
export const isOrdered = (word: string): boolean => word === "sport" || word === "dport";

/**
 * Reads the value of a word.
 *
 * @throws {ValueError} if it is not valid
 */
export function interpretWord(word: string, operator: Operator, value: string, context: Context): Expression {
  const text = `${word} ${operator} ${value}`;
  if (operator === "!=") return not(readWord(text, word, "=", value, context));
  return readWord(text, word, operator, value, context);
}

function readWord(text: string, word: string, operator: Operator, value: string, context: Context): Expression {
  switch (word) {
    case "dev":
      return boundTo(text, value, context);
    case "fwmark":
      return readMark(text, value);
    case "cgroup":
      return readCgroup(text, value, context);
    default: {
      const side = ["src", "sport", LOCAL].includes(word) ? "src" : "dst";
      return parseAddress({ text, side, port: isOrdered(word), operator, value }, context);
    }
  }
}

function readMark(text: string, value: string): Expression {
  const [mark = "", mask] = value.split(/\/(.*)/s);
  const condition: Condition = {
    kind: "mark",
    mark: parseNumber(mark, "a mark", LARGEST_NUMBER),
    mask: mask === undefined ? LARGEST_NUMBER : parseNumber(mask, "a mask", LARGEST_NUMBER),
  };
  return conditionOf(text, condition, ["inet"]);
}

function readCgroup(text: string, value: string, { names }: Context): Expression {
  const id = names.cgroup(value);
  if (id === null) throw new ValueError(`no control group ${quote(value)} is known`);
  return conditionOf(text, { kind: "cgroup", id }, ["inet"]);
}
