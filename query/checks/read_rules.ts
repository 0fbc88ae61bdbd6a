/**
 * Reads rules from YAML. Every scalar is read as text, so that all versions of YAML give the same value.
 */
import { parse } from "@std/yaml/parse";
import { quote } from "../../decode/text/control_characters.ts";
import { nearest } from "../nearest.ts";
import { checkNames } from "./compile_rules.ts";
import { type Expectation, type Over, overs, type Rule, RuleError, severities, type Share } from "./rule.ts";

const KEYS = [
  ...["name", "severity", "filter", "over", "message", "why", "remedy", "expect"],
  ...["show", "still", "grows", "least", "beside", "share", "differ"],
];

/**
 * The rules in a text.
 *
 * @throws {RuleError} if it is not a list of rules
 */
export function readRules(text: string): readonly Rule[] {
  const document = parseYaml(text);
  if (!Array.isArray(document) || document.length === 0) throw new RuleError("expected a list of rules: - name: …");
  const rules = document.map((entry, i) => readRule(entry, i + 1));
  checkNames(rules);
  return rules;
}

function parseYaml(text: string): unknown {
  try {
    return parse(text, { schema: "failsafe" });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const [first = ""] = error.message.split("\n");
    throw new RuleError(`not valid YAML: ${first.replace(/[\s:]+$/, "")}`);
  }
}

function readRule(entry: unknown, number: number): Rule {
  if (typeof entry !== "object" || entry === null || Array.isArray(entry)) {
    throw new RuleError(`rule ${number} is not made of keys and values`);
  }
  const fields = new RuleFields(entry as Record<string, unknown>, number);
  const over = fields.oneOf("over", overs) ?? "sockets";
  const [message, least] = [fields.text("message"), fields.text("least")];
  const [show, still, grows] = [fields.list("show"), fields.list("still"), fields.list("grows")];
  const [beside, share, differ] = [fields.text("beside"), fields.text("share"), fields.text("differ")];
  fields.only("still", over, "two looks", "unit");
  fields.only("grows", over, "two looks", "unit");
  fields.only("least", over, "local address", "unit");
  fields.only("beside", over, "local address");
  if (over === "summary") fields.checkSums();
  return {
    name: fields.needed("name"),
    severity: fields.oneOf("severity", severities) ?? "warning",
    filter: over === "summary" && share !== undefined ? fields.filter() ?? "" : fields.needed("filter"),
    over,
    message: message ?? fields.needed("name"),
    why: fields.text("why") ?? "",
    remedy: fields.text("remedy") ?? "",
    expect: fields.expectation(),
    ...show === undefined ? {} : { show },
    ...still === undefined ? {} : { still },
    ...grows === undefined ? {} : { grows },
    ...least === undefined ? {} : { least: fields.number("least", least) },
    ...beside === undefined ? {} : { beside },
    ...share === undefined ? {} : { share: fields.share(share) },
    ...differ === undefined ? {} : { differ },
  };
}

/** Values that YAML 1.1 does not read as text: booleans, null, numbers in all notations, times. */
const NOT_TEXT = new RegExp(
  "^(" + [
    "y|n|yes|no|on|off|true|false|null|~|[-+]?\\.inf|\\.nan",
    "[-+]?(0x[0-9a-f_]+|0o[0-7_]+|0b[01_]+|[0-9][0-9_:.]*(e[-+]?[0-9]+)?|\\.[0-9][0-9_]*(e[-+]?[0-9]+)?)",
    "[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}.*",
  ].join("|") + ")$",
  "i",
);

/** The keys and values of one rule. */
class RuleFields {
  readonly #place: string;

  constructor(readonly fields: Record<string, unknown>, number: number) {
    const { name } = fields;
    this.#place = typeof name === "string" && name !== "" ? `rule ${quote(name)}` : `rule ${number}`;
    const unknown = Object.keys(fields).find((key) => !KEYS.includes(key));
    if (unknown === undefined) return;
    const near = nearest(unknown, KEYS);
    throw this.error(
      `unknown key ${quote(unknown)}${
        near === undefined ? `; there are ${KEYS.join(" ")}` : `, did you mean ${near}?`
      }`,
    );
  }

  error(message: string): RuleError {
    return new RuleError(`${this.#place}: ${message}`);
  }

  text(key: string): string | undefined {
    if (!Object.hasOwn(this.fields, key)) return undefined;
    const value = this.fields[key];
    if (typeof value !== "string" || value.trim() === "") throw this.error(`${key} needs a text`);
    return value.trim();
  }

  /** A required text, which every version of YAML must read as text. */
  needed(key: "name" | "filter"): string {
    const value = this.text(key);
    if (value === undefined) throw this.error(`${key} is missing`);
    if (!NOT_TEXT.test(value) || key === "filter" && /^[1-9][0-9]*$/.test(value)) return value;
    throw this.error(`${key} ${quote(value)} is no text for readers of YAML 1.1`);
  }

  oneOf<Word extends string>(key: string, words: readonly Word[]): Word | undefined {
    const value = this.text(key);
    const found = words.find((word) => word === value);
    if (value === undefined || found !== undefined) return found;
    throw this.error(`${key} is ${words.join(", ")}, not ${quote(value)}`);
  }

  /** Names separated by commas. */
  list(key: string): readonly string[] | undefined {
    return this.text(key)?.split(",").map((name) => name.trim());
  }

  expectation(): Expectation {
    const value = this.text("expect") ?? "none";
    if (value === "none" || value === "some") return value;
    if (/^(0|[1-9][0-9]{0,14})$/.test(value)) return Number(value);
    throw this.error(`expect is none, some or a number, not ${quote(value)}`);
  }

  number(key: string, value: string): number {
    if (/^[1-9][0-9]{0,14}$/.test(value)) return Number(value);
    throw this.error(`${key} is a number from 1 on, not ${quote(value)}`);
  }

  share(value: string): Share {
    const match = /^([\w.-]+)\s*>\s*([0-9]{1,3}(?:\.[0-9]+)?)\s*%\s*of\s+([\w.-]+)$/.exec(value);
    if (match === null) throw this.error(`share is FIELD > N% of FIELD, not ${quote(value)}`);
    return { part: match[1]!, percent: Number(match[2]), whole: match[3]! };
  }

  /** A rule over sums compares these, by a filter or a share. */
  checkSums(): void {
    const isThere = (key: string) => Object.hasOwn(this.fields, key);
    if (!isThere("share") && !isThere("filter")) throw this.error("over: summary needs filter or share");
    const idle = ["show", "differ"].find(isThere);
    if (idle !== undefined) throw this.error(`${idle} does nothing with over: summary`);
  }

  filter(): string | undefined {
    return Object.hasOwn(this.fields, "filter") ? this.needed("filter") : undefined;
  }

  /** Refuses a key that is only valid with some values of `over`. */
  only(key: string, over: Over, ...needed: readonly Over[]): void {
    if (needed.includes(over) || !Object.hasOwn(this.fields, key)) return;
    throw this.error(`${key} needs over: ${needed.join(" or ")}`);
  }
}
