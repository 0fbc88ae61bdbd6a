/**
 * Arguments as getopt_long(3) reads them.
 */
import { parseArgs } from "@std/cli/parse-args";
import { quote } from "../decode/text/control_characters.ts";
import { nearest } from "../query/nearest.ts";
import { type Option, options } from "./option_table.ts";
import { UsageError } from "./usage_error.ts";

/** The value of each option that was typed by its long name, and the words behind them. */
export interface Given {
  readonly [name: string]: unknown;
  readonly _: readonly (string | number)[];
}

const isOptional = ({ value }: Option) => value?.startsWith("[") === true;
/** Those with a value that can be left out are among them: their value is a word behind the options. */
export const booleans = options.filter((option) => option.value === undefined || isOptional(option)).map(({ long }) =>
  long
);
const withValue = options.filter((option) => option.value !== undefined && !isOptional(option));
const longNames = options.map((option) => option.long);

/**
 * Reads arguments; `expanded` as {@linkcode expandArguments} leaves them.
 *
 * @throws {UsageError} if there is no such option, or one that takes no value has one
 */
export function parseGiven(expanded: string[]): Given {
  const typed = new Set(expanded.map((arg) => /^--?([^=]*)/.exec(arg)?.[1]));
  const asked = options.filter(({ long, short }) => typed.has(long) || short !== undefined && typed.has(short));
  const names = asked.map(({ long }) => long);
  const withoutValue = names.filter((long) => booleans.includes(long));
  const given = parseArgs(expanded, {
    boolean: withoutValue,
    string: [...names.filter((long) => !booleans.includes(long)), "_"],
    alias: Object.fromEntries(asked.flatMap(({ long, short }) => short === undefined ? [] : [[long, [short]]])),
    unknown: (arg) => {
      if (arg.length > 1 && arg.startsWith("-")) throw new UsageError(unknownOption(arg));
    },
  }) as Given;
  for (const long of withoutValue) {
    if (expanded.some((arg) => arg.startsWith(`--${long}=`))) throw new UsageError(`option --${long} takes no value`);
  }
  return given;
}

/** Names in a list with commas between them. */
export const listed = (text: unknown): readonly string[] => text === undefined ? [] : String(text).split(",");

/**
 * Does what getopt_long(3) does and `parseArgs` does not: takes bundles of short options apart (`-t4a`, `-tf inet6`),
 * completes long options that are cut short where only one can be meant (`--list`), and takes whatever follows an option
 * for its value.
 */
export function expandArguments(args: readonly string[]): string[] {
  const result: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === "--") return [...result, ...args.slice(i)];
    if (arg.startsWith("--")) {
      const long = completeLong(arg);
      const optional = options.find((option) => isOptional(option) && long.startsWith(`--${option.long}=`));
      const takesNext = withValue.some((option) => long === `--${option.long}`) && i + 1 < args.length;
      if (optional !== undefined) result.push(`--${optional.long}`, long.slice(optional.long.length + 3));
      else result.push(takesNext ? `${long}=${args[++i]}` : long);
    } else if (arg.length > 1 && arg.startsWith("-")) {
      if (arg[1] === "=") throw new UsageError(`unknown option ${quote(arg)} (see --help)`);
      for (let n = 1; n < arg.length; n++) {
        const letter = arg[n]!;
        const option = options.find(({ short }) => short === letter);
        if (option?.value !== undefined) {
          const rest = arg.slice(n + 1);
          result.push(`--${option.long}=${rest === "" ? args[++i] ?? "" : rest}`);
          break;
        }
        if (letter === "=") throw new UsageError(`option -${arg[n - 1]} takes no value`);
        result.push(`-${letter}`);
      }
    } else {
      result.push(arg);
    }
  }
  return result;
}

function completeLong(arg: string): string {
  const [typed = "", ...value] = arg.slice(2).split("=");
  // `ss` has both.
  const name = typed === "socket" ? "query" : typed;
  if (name !== typed) return [`--${name}`, ...value].join("=");
  if (name === "" || longNames.includes(name)) return arg;
  const candidates = options.filter(({ long, whole }) => whole !== true && long.startsWith(name)).map(({ long }) =>
    long
  );
  if (candidates.length > 1) {
    throw new UsageError(`option ${quote(`--${name}`)} could be ${candidates.map((long) => `--${long}`).join(" or ")}`);
  }
  return candidates.length === 0 ? arg : [`--${candidates[0]}`, ...value].join("=");
}

function unknownOption(arg: string): string {
  const name = arg.split("=", 1)[0]!;
  const near = name.startsWith("--") ? nearest(name.slice(2), longNames) : undefined;
  return `unknown option ${quote(name)}${near === undefined ? "" : `, did you mean --${near}?`} (see --help)`;
}
