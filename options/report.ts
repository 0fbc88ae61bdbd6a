/**
 * The command of a format that is a report: the listing, rules to test and sums to read.
 */
import type { CompiledRule } from "../query/checks/compile_rules.ts";
import { parseReports, parseRules } from "./check.ts";
import type { DumpCommand, ReportCommand } from "./command.ts";
import type { Environment } from "./filter.ts";
import type { ParsedArguments } from "./getopt.ts";
import { type ParseListing, parseSummary } from "./summary.ts";
import { UsageError } from "./usage_error.ts";

/** Whether a listing in this format says what rules have found, too. */
export const isReport = ({ format, quiet, expected, query }: DumpCommand): boolean =>
  format.report === true && !quiet && expected === null && (query === null || query.countBy === null);

/** Options that ask for something else than a report of sockets. */
const OTHERWISE = [
  ...["allow", "allow-file", "count-by", "diff", "events", "fail-if-any", "fail-if-empty"] as const,
  ...["kill", "leaks", "quiet", "serve", "summary", "wait", "watch"] as const,
];

/** Refuses what would leave out the check that the exit status is about. */
export function checkJudged(parsed: ParsedArguments): void {
  const idle = OTHERWISE.find((long) => parsed.has(long));
  if (idle !== undefined) throw new UsageError(`--${idle} does nothing for --check`);
}

/** How a report is parsed. */
export interface ReportContext {
  /** Whether the exit status says what rules have found. */
  readonly judges: boolean;
  readonly parse: ParseListing;
  readonly environment: Environment | undefined;
}

/** @param listing what is listed; `asked` is the same with what its columns need */
export async function parseReport(
  parsed: ParsedArguments,
  listing: DumpCommand,
  asked: DumpCommand,
  { judges, parse, environment }: ReportContext,
): Promise<ReportCommand> {
  const { read, output } = listing;
  // Rules need other fields than the columns. What they look at is not recorded.
  const { wanted: _, ...plan } = listing.plan;
  const { rules, listing: checked, grace } = await parseRules(
    parsed,
    { ...listing, plan, query: null, rates: null, record: null },
    environment,
  );
  if (read === null) {
    const summary = await parseSummary(parsed, parse, false);
    const reports = parseReports(parsed);
    return { action: "report", listing: asked, rules, untested: [], checked, grace, summary, judges, reports, output };
  }
  const { owners, lookups } = listing;
  return {
    action: "report",
    listing: asked,
    rules: rules.filter(isRecorded),
    untested: rules.filter((rule) => !isRecorded(rule)).map(({ rule: { name } }) => name),
    checked: { ...checked, owners, lookups },
    grace,
    summary: null,
    judges,
    reports: [],
    output,
  };
}

/** Whether one answer of the kernel is enough to test a rule. */
const isRecorded = ({ rule: { over }, lookups, unrated }: CompiledRule): boolean =>
  (over === "sockets" || over === "local address") && lookups.length === 0 && unrated === null;
