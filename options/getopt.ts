/**
 * Parses arguments like getopt_long(3).
 */
import { parseArgs } from "@std/cli/parse-args";
import { quote } from "../decode/text/control_characters.ts";
import { nearest } from "../query/nearest.ts";
import type { Option } from "./option.ts";
import { allFormatNames, type Long, missing, options, type ValueOf } from "./option_table.ts";
import { UsageError } from "./usage_error.ts";

/** An option as it was typed. */
export interface TypedOption {
  readonly option: Option;
  /** The parsed value; `true` for an option without one. */
  readonly value: unknown;
}

/** The typed options in their order, and the other words. */
export class ParsedArguments {
  /** The words of the filter. */
  readonly words: readonly string[];
  /** The command of `--leaks`: the words after `--`; `null` without that option. */
  readonly command: readonly string[] | null;

  /** @param typed in the order in which they were typed; `after` are those of the words that stand after `--` */
  constructor(readonly typed: readonly TypedOption[], words: readonly string[], after: readonly string[] = []) {
    this.command = this.has("leaks") ? after : null;
    this.words = this.command === null ? words : words.slice(0, words.length - after.length);
  }

  has(long: Long): boolean {
    return this.typed.some(({ option }) => option.long === long);
  }

  /** The value of an option, the last one if it was repeated; `undefined` without it. */
  get<L extends Long>(long: L): ValueOf<L> | undefined {
    return this.all(long).at(-1);
  }

  /** The values of an option in their order. */
  all<L extends Long>(long: L): readonly ValueOf<L>[] {
    return this.typed.flatMap(({ option, value }) => option.long === long ? [value as ValueOf<L>] : []);
  }
}

/**
 * Reads arguments.
 *
 * @throws {UsageError} for an unknown option or a bad value
 */
export function parseArguments(args: readonly string[]): ParsedArguments {
  const expanded = expandArguments(args);
  const end = expanded.indexOf("--");
  const typed = expanded.slice(0, end < 0 ? undefined : end).flatMap(readOption);
  const { _: words } = parseArgs(expanded, {
    boolean: typed.filter(({ value }) => value === true).map(({ option }) => option.long),
    string: [...typed.filter(({ value }) => value !== true).map(({ option }) => option.long), "_"],
  });
  return new ParsedArguments(typed, words.map(String), end < 0 ? [] : expanded.slice(end + 1));
}

/** Whether an option requires a value. */
export const takesValue = ({ value }: Option): boolean => value !== undefined && !value.startsWith("[");

/** The option in an argument that {@linkcode expandArguments} made; nothing if it is a word. */
function readOption(arg: string): readonly TypedOption[] {
  const match = /^--([^=]+)(?:=([^]*))?$/.exec(arg);
  if (match === null) return [];
  const [, long = "", typed] = match;
  const option = options.find((option) => option.long === long)!;
  if (option.value === undefined && typed !== undefined) throw new UsageError(`option --${long} takes no value`);
  if (typed === undefined && !takesValue(option)) return [{ option, value: true }];
  const { parse = (text: string) => text } = option;
  return [{ option, value: parse(typed ?? "", `--${long}`) }];
}

/**
 * Does what getopt_long(3) does and `parseArgs` does not: splits combined short options (`-t4a`, `-tf inet6`), completes unambiguous abbreviations of long options (`--list`), and takes whatever follows an option as its value. Returns every option as `--LONG` or `--LONG=VALUE`.
 */
function expandArguments(args: readonly string[]): string[] {
  const result: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === "--") return [...result, ...args.slice(i)];
    if (arg.startsWith("--")) {
      const [typed = "", ...rest] = arg.slice(2).split("=");
      const option = findLong(typed);
      const next = args[i + 1];
      // An optional value is the next word, if there is one, or stands behind "=" only.
      const takesNext = takesValue(option) ||
        option.value?.startsWith("[=") === false && next !== undefined && /^[^-]/.test(next);
      const value = rest.length > 0 ? rest.join("=") : takesNext ? args[++i] ?? "" : undefined;
      result.push(`--${option.long}${value === undefined ? "" : `=${value}`}`);
      if (option.implies !== undefined) result.push(...option.implies.map((long) => `--${long}`));
    } else if (arg.length > 1 && arg.startsWith("-")) {
      const { expanded, needsValue } = expandBundle(arg);
      result.push(...expanded);
      if (needsValue) result[result.length - 1] += `=${args[++i] ?? ""}`;
    } else {
      result.push(arg);
    }
  }
  return result;
}

/** The short options in one argument; `needsValue` if the value of the last one is the next argument. */
function expandBundle(arg: string): { readonly expanded: readonly string[]; readonly needsValue: boolean } {
  if (arg[1] === "=") throw unknownOption(arg);
  const expanded: string[] = [];
  for (let n = 1; n < arg.length; n++) {
    const letter = arg[n]!;
    if (letter === "=") throw new UsageError(`option -${arg[n - 1]} takes no value`);
    const option = options.find(({ short, also }) => short === letter || also?.includes(letter));
    if (option === undefined) throw unknownOption(`-${letter}`);
    const value = arg.slice(n + 1);
    if (takesValue(option)) {
      const needsValue = value === "";
      return { expanded: [...expanded, `--${option.long}${needsValue ? "" : `=${value}`}`], needsValue };
    }
    expanded.push(`--${option.long}`);
  }
  return { expanded, needsValue: false };
}

/** All names of an option of more than one letter. */
const longNames = ({ long, also = [] }: Option): readonly string[] => [long, ...also.filter((name) => name.length > 1)];

/** The option for a long name, abbreviated or not. Abbreviations that `ss` accepts mean the same option. */
function findLong(typed: string): Option {
  const exact = options.find((option) => longNames(option).includes(typed));
  if (exact !== undefined) return exact;
  if (missing[`--${typed}`] !== undefined || typed === "") throw unknownOption(`--${typed}`);
  const meant = options.filter((option) => longNames(option).some((name) => name.startsWith(typed)));
  const ofSs = meant.filter(({ ss }) => ss === true);
  const candidates = ofSs.length > 0 ? ofSs : meant;
  if (candidates.length === 1) return candidates[0]!;
  if (candidates.length === 0) throw unknownOption(`--${typed}`);
  const names = candidates.map(({ long }) => `--${long}`);
  throw new UsageError(`option ${quote(`--${typed}`)} could be ${names.join(" or ")}`);
}

function unknownOption(name: string): UsageError {
  const instead = missing[name];
  if (instead !== undefined) return new UsageError(`${name} of ss is not here: ${instead}`);
  const format = name === "--jsonl" ? "ndjson" : name.slice(2);
  if (allFormatNames.includes(format)) return new UsageError(`unknown option ${quote(name)}: it is --format ${format}`);
  const near = name.startsWith("--") ? nearest(name.slice(2), options.map(({ long }) => long)) : undefined;
  return new UsageError(
    `unknown option ${quote(name)}${near === undefined ? "" : `, did you mean --${near}?`} (see --help)`,
  );
}
