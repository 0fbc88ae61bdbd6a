/**
 * `--check`: tests rules on sockets, and says what is wrong, where, and what to do about it.
 */
import { noteRuntimeSockets } from "../ffi/own_sockets.ts";
import { findingsJson, findingsLines, findingsText } from "../formats/reports/findings.ts";
import { reports } from "../formats/reports/registry.ts";
import type { Write } from "../formats/text/output_buffer.ts";
import type { CheckCommand, OutputOption, ReportOption, SummaryCommand } from "../options/command.ts";
import type { CheckResult } from "../query/checks/judge.ts";
import { type CheckResults, runChecks, type SumsRead } from "../query/checks/run_checks.ts";
import { openSession } from "../session.ts";
import { DONE, INCOMPLETE, NOTHING } from "./exit_status.ts";
import { runOf } from "./list.ts";
import { complain, printText, printWhileRead } from "./print.ts";

/** Tests the rules. The exit status says whether all of them hold. */
export async function check(command: CheckCommand, print: Write): Promise<number> {
  const { summary } = command;
  noteRuntimeSockets();
  const found = await testRules(command, summary === null ? null : () => readSums(summary));
  printText(textOf(command, found), print);
  await writeReports(command.reports, found.results, command.output, print);
  found.warnings.forEach(complain);
  return statusOf(found.results);
}

/** Tests the rules of a command, those over sums with what `sums` reads. */
export async function testRules(
  { listing, rules, grace }: Pick<CheckCommand, "listing" | "rules" | "grace">,
  sums: (() => Promise<SumsRead>) | null,
): Promise<CheckResults> {
  using session = await openSession(runOf(listing));
  return await runChecks(rules, {
    families: listing.plan.families,
    list: (sink) => session.run(sink),
    sums,
    wait: () => new Promise((resolve) => setTimeout(resolve, grace)),
  });
}

/** Reads sums. */
export async function readSums(command: SummaryCommand): Promise<SumsRead> {
  const { Findings, readSummary } = await import("./summary.ts");
  const found = new Findings();
  return { summary: await readSummary(command, found), warnings: [...found.warnings] };
}

function textOf({ format, compact }: Pick<CheckCommand, "format" | "compact">, found: CheckResults): string {
  if (format === "json") return findingsJson(found, compact);
  return format === "ndjson" ? findingsLines(found) : findingsText(found);
}

/**
 * Writes the reports. A file is replaced only when all of the new one is written.
 *
 * @param output the file of the output, which `print` writes to; `null` for standard output
 */
export async function writeReports(
  asked: readonly ReportOption[],
  results: readonly CheckResult[],
  output: OutputOption,
  print: Write,
): Promise<void> {
  for (const { name, file } of asked) {
    const text = (await reports[name]())(results);
    if (file === "-") printText(text, output === null ? print : printWhileRead());
    else {
      const { openOutputFile } = await import("../ffi/output_file.ts");
      using opened = openOutputFile(file);
      printText(text, (bytes) => opened.write(bytes));
      opened.commit();
    }
  }
}

/** 0 if all rules hold, 1 if one does not, 2 if that is unknown. */
export function statusOf(results: readonly CheckResult[]): number {
  if (results.some(({ result }) => result === "fails")) return INCOMPLETE;
  return results.some(({ result }) => result === "unknown") ? NOTHING : DONE;
}
