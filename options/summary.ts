/**
 * The command of `--summary`, which is made of listings.
 */
import { FULL, PAIR, QUEUE, usingPorts } from "../query/summary/read_summary.ts";
import type { DumpCommand, SummaryCommand } from "./command.ts";
import type { ParsedArguments } from "./getopt.ts";

/** Options that say where to look, and for which sockets. */
const GROUPS = /^(Protocols|Addresses|Network namespaces) /;

/** @param parse reads the command line of a listing */
export async function parseSummary(
  parsed: ParsedArguments,
  parse: (words: readonly string[]) => Promise<DumpCommand>,
): Promise<SummaryCommand> {
  const where = placing(parsed);
  const namespaces = parsed.has("net") ? ["netns.inode"] : [];
  const format = formatting(parsed);
  const counts = await parse([...where, ...format, "--all", "--count-by", ["protocol", "state", ...namespaces].join()]);
  const hasTcp = counts.plan.families.some(({ name }) => name === "TCP");
  const tcp = [...placing(parsed, /^(Addresses|Network namespaces) /), "--tcp"];
  const queue = [...QUEUE, ...namespaces].join();
  return {
    action: "summary",
    counts,
    listeners: hasTcp ? await parse([...tcp, "--listening", "--columns", queue, "--", FULL]) : null,
    ports: hasTcp
      ? (first, last) =>
        parse([
          ...tcp,
          "--all",
          "--count-by",
          [...PAIR, ...namespaces].join(),
          "--",
          usingPorts(first, last),
        ])
      : null,
    output: counts.output,
  };
}

const placing = ({ typed }: ParsedArguments, groups = GROUPS): readonly string[] =>
  wordsOf(typed.filter(({ option }) => groups.test(option.group)));

const formatting = ({ typed }: ParsedArguments): readonly string[] =>
  wordsOf(typed.filter(({ option }) => option.group === "Output"));

const wordsOf = (typed: ParsedArguments["typed"]): readonly string[] =>
  typed.map(({ option, value }) => value === true ? `--${option.long}` : `--${option.long}=${value}`);
