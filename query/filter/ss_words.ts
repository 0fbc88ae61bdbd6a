/**
 * The words of `ss` that are compared with a value: `src dst sport dport dev fwmark cgroup`. With `!=` they hold for all other
 * sockets, whether these have such a value or not.
 */
import { quote } from "../../decode/text/control_characters.ts";
import type { Domain } from "../../decode/families/family.ts";
import { parseAddress } from "./addresses/grammars.ts";
import { conditionOf, ofDomains, testOfField } from "./conditions.ts";
import type { Context } from "./context.ts";
import { parseDevice } from "./devices.ts";
import { allOf, type Condition, type Expression, not } from "./expression.ts";
import { isNumber, LARGEST_NUMBER, parseNumber } from "./numbers.ts";
import type { Operator } from "./syntax.ts";
import { ValueError } from "./syntax_error.ts";
import { TextTest } from "./value_tests.ts";

/** Domains whose sockets can be bound to an interface. */
const WITH_DEVICES: readonly Domain[] = ["inet", "smc", "link", "xdp"];

/** Whether a word takes all operators. */
export const isOrdered = (word: string): boolean => word === "sport" || word === "dport";

/**
 * Reads the value of a word.
 *
 * @throws {ValueError} if it is none
 */
export function interpretWord(word: string, operator: Operator, value: string, context: Context): Expression {
  const text = `${word} ${operator} ${value}`;
  if (operator === "!=") return not(readWord(text, word, "=", value, context));
  return readWord(text, word, operator, value, context);
}

function readWord(text: string, word: string, operator: Operator, value: string, context: Context): Expression {
  switch (word) {
    case "dev":
      return readBinding(text, value, context);
    case "fwmark":
      return readMark(text, value);
    case "cgroup":
      return readCgroup(text, value, context);
    default: {
      const side = word === "src" || word === "sport" ? "src" : "dst";
      return parseAddress({ text, side, port: isOrdered(word), operator, value }, context);
    }
  }
}

function readBinding(text: string, value: string, { elsewhere, names }: Context): Expression {
  if (elsewhere === true && !isNumber(value)) {
    return allOf([ofDomains(...WITH_DEVICES), testOfField(text, "iface", new TextTest(value))]);
  }
  return conditionOf(text, { kind: "device", index: parseDevice(value, names) }, WITH_DEVICES);
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
