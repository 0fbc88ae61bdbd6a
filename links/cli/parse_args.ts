/**
 * The part of `parseArgs` of `@std/cli` that this project uses, for machines that cannot reach JSR.
 *
 * It uses no npm package, because importing one takes longer than the rest of the program's start.
 * `tests/links_test.ts` compares it with `minimist`, which gives the same results as `@std/cli`.
 */

export interface ParseOptions {
  /** Options without a value. */
  boolean?: readonly string[];
  /** Options with a value, and `"_"` so that words are not read as numbers. */
  string?: readonly string[];
  /** Other names of an option: `{ tcp: ["t"] }`. */
  alias?: Record<string, readonly string[]>;
  /** Called for each argument that is not a known option, including words. `false` leaves the argument out. */
  unknown?: (arg: string) => unknown;
}

export interface Args {
  _: string[];
  [name: string]: unknown;
}

/** Reads `-x`, `--name`, `--name=value`, `--name value`, words, and `--` before words that start with a hyphen. */
export function parseArgs(args: string[], options: ParseOptions = {}): Args {
  const { boolean = [], string = [], alias = {}, unknown } = options;
  const names = new Map<string, string[]>();
  for (const name of [...boolean, ...string]) {
    const group = [name, ...(alias[name] ?? [])];
    for (const one of group) names.set(one, group);
  }
  const result: Args = { _: [] };
  for (const name of boolean) for (const one of names.get(name)!) result[one] = false;
  const addWord = (word: string) => {
    if (unknown === undefined || unknown(word) !== false) result._.push(word);
  };
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === "--") {
      result._.push(...args.slice(i + 1));
      break;
    }
    const match = /^--?([^-=][^=]*)(?:=([^]*))?$/.exec(arg);
    if (match === null) {
      addWord(arg);
      continue;
    }
    const group = names.get(match[1]!);
    if (group === undefined) {
      unknown?.(arg);
      continue;
    }
    const flag = boolean.includes(group[0]!);
    let value: string | boolean | undefined = flag ? match[2] !== "false" : match[2];
    if (value === undefined) {
      const next = args[i + 1];
      const isValue = next !== undefined && !/^--?[^-]/.test(next);
      value = isValue ? next : "";
      if (isValue) i++;
    }
    for (const one of group) result[one] = value;
  }
  return result;
}
