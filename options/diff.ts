/**
 * `--diff`: which listings are compared, and whether both were made with the same options.
 */
import { quote } from "../decode/text/control_characters.ts";
import { type DiffFormat, diffFormats } from "../formats/diff/print_diff.ts";
import type { FormatEntry } from "../formats/format.ts";
import { formats } from "../formats/registry.ts";
import { pathsByName } from "../query/diff.ts";
import { QueryError } from "../query/query_by_name.ts";
import type { DiffCommand, DumpCommand } from "./command.ts";
import { parseArguments, type ParsedArguments } from "./getopt.ts";
import { asksOwners } from "./lookups.ts";
import { parseFormat } from "./output.ts";
import { alternatives } from "./option.ts";
import type { Long } from "./option_table.ts";
import { parsePlan } from "./sockets.ts";
import { UsageError } from "./usage_error.ts";

/** The format of the differences. */
function parseDiffFormat(parsed: ParsedArguments): DiffFormat {
  const { name } = parseFormat(parsed);
  const found = diffFormats.find((format) => format === name);
  if (found !== undefined) return found;
  throw new UsageError(`--diff prints ${alternatives(diffFormats)}, not ${quote(name)}`);
}

/** The listing has all fields, as JSON has; of its settings only those of the differences can be typed. */
export const comparedFormat: FormatEntry = {
  ...formats[0]!,
  name: "json with --diff",
  honours: ["compact", "noHeader"],
};

/** The command that compares a listing. */
export function parseDiff(parsed: ParsedArguments, compared: DumpCommand): DiffCommand {
  const { plan: { families }, lookups, output } = compared;
  const format = parseDiffFormat(parsed);
  const paths = (option: "by" | "changes") => {
    const typed = parsed.get(option);
    return typed === undefined ? null : pathsByName(typed, families, `--${option}`, new Set(lookups.keys()));
  };
  try {
    const changes = parsed.get("changes")?.join() === "all" ? "all" : paths("changes");
    return {
      action: "diff",
      compared,
      before: parsed.get("diff")!,
      by: paths("by"),
      changes,
      format,
      quiet: parsed.has("quiet"),
      output,
    };
  } catch (error) {
    throw error instanceof QueryError ? new UsageError(error.message) : error;
  }
}

/** Options that select sockets or add fields. */
const COMPARED: readonly Long[] = [
  ...[
    "net",
    "processes",
    "threads",
    "context",
    "contexts",
    "cmdline",
    "peers",
    "descriptors",
    "sockopts",
    "cgroup",
    "route",
    "nat",
    "groups",
    "socket-maps",
    "watchers",
    "waiters",
    "resolve",
    "bpf-maps",
  ] as const,
  ...["allow"] as const,
];

/** Options by which a listing does not have all sockets, or not all fields. */
const LIMITING: readonly Long[] = [
  "columns",
  "limit",
  "count-by",
  "filter-file",
  "allow-file",
  "explain",
  "leaks",
  "kill",
];

/**
 * Why the listing that was made by the words `then` cannot be compared with one that is made by the words `now`; `null` if it
 * can.
 */
export function optionsDiffer(then: readonly string[], now: readonly string[]): string | null {
  let before: ParsedArguments;
  let planBefore: string;
  try {
    before = parseArguments(then);
    planBefore = planText(before);
  } catch (error) {
    if (error instanceof UsageError) return `it was listed with options that cannot be read: ${error.message}`;
    throw error;
  }
  const after = parseArguments(now);
  const limiting = LIMITING.find((long) => before.has(long) || after.has(long));
  if (limiting !== undefined) return `with --${limiting} it is not known what else there was`;
  const shown = `ss2 ${then.map(word).join(" ")}`;
  const [one, other] = [before, after].map(({ words }) => words.join(" ").trim().replaceAll(/\s+/g, " "));
  if (one !== other) return `it was listed with another filter: ${shown}`;
  if (planBefore !== planText(after)) return `it was listed with other protocols, addresses or states: ${shown}`;
  const option = COMPARED.find((long) => JSON.stringify(before.all(long)) !== JSON.stringify(after.all(long)));
  return option === undefined ? null : `it was listed ${before.has(option) ? "with" : "without"} --${option}: ${shown}`;
}

/** A word as it can be typed. */
const word = (text: string): string => /^[\w@%+=:,./-]+$/.test(text) ? text : quote(text);

function planText(parsed: ParsedArguments): string {
  const { families, addressFamilies, states, types } = parsePlan(parsed, asksOwners(parsed));
  return JSON.stringify([families.map(({ name }) => name), addressFamilies, states, types]);
}
