/**
 * The command of `--summary`, which is made of listings.
 */
import { FULL, PAIR, QUEUE, usingPorts } from "../query/summary/read_summary.ts";
import type { DumpCommand, SummaryCommand } from "./command.ts";
import type { Environment } from "./filter.ts";
import type { ParsedArguments } from "./getopt.ts";
import { namesFormat } from "./output.ts";
import { checkGoingOn, parseRepetition } from "./repetition.ts";

/** Options that say where to look, and for which sockets. */
const GROUPS = /^(Protocols|Addresses|Network namespaces) /;

/** Reads the command line of a listing. */
export type ParseListing = (words: readonly string[]) => Promise<DumpCommand>;

/** The command of `--summary`; `prints` if it is printed itself. */
export async function parseSummary(
  parsed: ParsedArguments,
  parse: ParseListing,
  prints = true,
  environment?: Environment,
): Promise<SummaryCommand> {
  const repeated = prints && parsed.has("watch");
  const where = placing(parsed, GROUPS);
  const format = prints ? wordsOf(parsed.typed.filter(({ option }) => option.group === "Output")) : [];
  const unnamed = repeated && !namesFormat(parsed);
  const onTerminal = !parsed.has("output") && environment?.isTerminal?.() === true;
  const preferred = unnamed ? [`--format=${onTerminal ? "table" : "ndjson"}`] : [];
  const counts = await parse([...where, ...format, ...preferred, "--all", "--count-by", countedBy(parsed).join()]);
  if (repeated) checkGoingOn(counts.format, counts.output);
  return {
    action: "summary",
    counts,
    ...await parseTcpSums(parsed, counts, parse, FULL),
    repeated: repeated ? parseRepetition(parsed) : null,
    output: repeated ? null : counts.output,
  };
}

/** What sockets are counted by. */
export const countedBy = (parsed: ParsedArguments): readonly string[] => ["protocol", "state", ...namespaces(parsed)];

/**
 * The listings of TCP sockets for a summary, if TCP is counted.
 *
 * @param queues filter for the accept queues; `null` for all
 */
export async function parseTcpSums(
  parsed: ParsedArguments,
  { plan: { families } }: DumpCommand,
  parse: ParseListing,
  queues: string | null,
): Promise<Pick<SummaryCommand, "listeners" | "ports">> {
  if (families.every(({ name }) => name !== "TCP")) return { listeners: null, ports: null };
  const tcp = [...placing(parsed, /^(Addresses|Network namespaces) /), "--tcp"];
  const queue = [...QUEUE, ...namespaces(parsed)].join();
  const pairs = [...PAIR, ...namespaces(parsed)].join();
  return {
    listeners: await parse([...tcp, "--listening", "--columns", queue, ...queues === null ? [] : ["--", queues]]),
    ports: (first, last) => parse([...tcp, "--all", "--count-by", pairs, "--", usingPorts(first, last)]),
  };
}

const namespaces = (parsed: ParsedArguments): readonly string[] => parsed.has("net") ? ["netns.inode"] : [];

const placing = ({ typed }: ParsedArguments, groups: RegExp): readonly string[] =>
  wordsOf(typed.filter(({ option }) => groups.test(option.group)));

/** Options as words. */
export const wordsOf = (typed: ParsedArguments["typed"]): readonly string[] =>
  typed.map(({ option, value }) => value === true ? `--${option.long}` : `--${option.long}=${value}`);
