/**
 * Checks the rules in option rows: what options need, exclude and affect.
 */
import type { ParsedArguments, TypedOption } from "./getopt.ts";
import { type Option, shownName } from "./option.ts";
import { options } from "./option_table.ts";
import { UsageError } from "./usage_error.ts";

/** The option that prints something other than sockets; `null` for sockets. */
export function askedAction({ typed }: ParsedArguments): Option | null {
  // --help wins over everything else.
  const actions = typed.map(({ option }) => option).filter(({ long, honours }) =>
    honours !== undefined || long === "help"
  );
  const help = actions.find(({ long }) => long === "help");
  const [action, other] = new Set(actions);
  if (help !== undefined || action === undefined) return help ?? null;
  if (other === undefined) return action;
  // --schema --check: the schema of what that prints.
  if (action.honours?.includes(other.long) === true) return action;
  if (other.honours?.includes(action.long) === true) return other;
  throw excluded(action, other, "");
}

/**
 * Refuses options that have no effect on `action`. Options of `ss` are always accepted, as in `ss`.
 *
 * @throws {UsageError} for the first of them
 */
export function checkAction({ typed, words }: ParsedArguments, action: Option): void {
  const { long, honours = [], value } = action;
  const idle = typed.find(({ option }) => option.ss !== true && option !== action && !honours.includes(option.long));
  if (idle !== undefined) throw new UsageError(`--${idle.option.long} does nothing for --${long}`);
  const other = typed.find(({ option: { excludes = {} } }) => long in excludes)?.option;
  if (other !== undefined) throw excluded(other, action, other.excludes![long]!);
  if (words.length > 0 && value?.startsWith("[") !== true) throw new UsageError(`a filter does nothing for --${long}`);
}

/**
 * Refuses options typed with one that they exclude, or without any that they need.
 *
 * @param implied long names of needed options that another request already covers
 * @throws {UsageError} for the first of them
 */
export function checkRules({ typed }: ParsedArguments, implied: readonly string[] = []): void {
  const longs = new Set([...implied, ...typed.map(({ option }) => option.long)]);
  for (const { option } of typed) {
    const { needs } = option;
    const isJoined = ({ joins = [] }: Option): boolean => joins.some((long) => longs.has(long));
    const { excludes = {} } = isJoined(option) ? {} : option;
    const other = Object.keys(excludes).find((long) => longs.has(long) && !isJoined(rowOf(long)));
    if (other !== undefined) throw excluded(option, rowOf(other), excludes[other]!);
    if (needs !== undefined && !needs.some((long) => longs.has(long))) {
      throw new UsageError(`${shownName(option)} does nothing without ${shownName(rowOf(needs[0]!))}`);
    }
  }
}

/** Refuses format options that have no effect on the format; {@linkcode FormatEntry.honours} tells which do. */
export function checkFormat({ typed }: ParsedArguments, name: string, honours: readonly string[]): void {
  const isIdle = ({ option: { ss, setting } }: TypedOption) =>
    ss !== true && setting !== undefined && !honours.includes(setting);
  const idle = typed.find(isIdle);
  if (idle !== undefined) throw new UsageError(`--${idle.option.long} does nothing for --format ${name}`);
}

const rowOf = (long: string): Option => options.find((option) => option.long === long)!;

const excluded = (one: Option, other: Option, reason: string): UsageError =>
  new UsageError(`${shownName(one)} and ${shownName(other)} exclude each other${reason === "" ? "" : `: ${reason}`}`);
