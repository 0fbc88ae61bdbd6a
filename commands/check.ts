/**
 * `--check`: tests rules on sockets, and says what is wrong, where, and what to do about it.
 */
import { noteRuntimeSockets } from "../ffi/own_sockets.ts";
import { findingsJson, findingsLines, findingsText } from "../formats/reports/findings.ts";
import { reports } from "../formats/reports/registry.ts";
import type { Write } from "../formats/text/output_buffer.ts";
import type { CheckCommand, ReportOption, SummaryCommand } from "../options/command.ts";
import type { CheckResult } from "../query/checks/judge.ts";
import { type CheckResults, runChecks } from "../query/checks/run_checks.ts";
import { openSession } from "../session.ts";
import { DONE, INCOMPLETE, NOTHING } from "./exit_status.ts";
import { runOf } from "./list.ts";
import { complain, printText } from "./print.ts";

/** Tests the rules. The exit status says whether all of them hold. */
export async function check(command: CheckCommand, print: Write): Promise<number> {
  const { listing, rules, grace } = command;
  noteRuntimeSockets();
  using session = await openSession(runOf(listing));
  const found = await runChecks(rules.filter(({ rule }) => rule.over !== "summary"), {
    families: listing.plan.families,
    list: (sink) => session.run(sink),
    wait: () => new Promise((resolve) => setTimeout(resolve, grace)),
  });
  const all = command.summary === null ? found : await withSums(command, command.summary, found);
  printText(textOf(command, all), print);
  await writeReports(command.reports, all.results, print);
  all.warnings.forEach(complain);
  return statusOf(all.results);
}

/** The results with those of the rules over sums. */
async function withSums({ rules }: CheckCommand, summary: SummaryCommand, found: CheckResults): Promise<CheckResults> {
  const { Findings, readSummary } = await import("./summary.ts");
  const { judgeSums } = await import("../query/checks/judge_sums.ts");
  const read = new Findings();
  const sums = await readSummary(summary, read);
  const over = rules.map(({ rule }) => rule).filter(({ over }) => over === "summary");
  const [obstacle = null] = read.warnings;
  return {
    results: [...found.results, ...judgeSums(over, sums, obstacle)],
    warnings: [...new Set([...found.warnings, ...read.warnings])],
  };
}

function textOf({ format, compact }: Pick<CheckCommand, "format" | "compact">, found: CheckResults): string {
  if (format === "json") return findingsJson(found, compact);
  return format === "ndjson" ? findingsLines(found) : findingsText(found);
}

/** Writes the reports. A file is replaced only when all of the new one is written. */
export async function writeReports(
  asked: readonly ReportOption[],
  results: readonly CheckResult[],
  print: Write,
): Promise<void> {
  for (const { name, file } of asked) {
    const text = (await reports[name]())(results);
    if (file === "-") printText(text, print);
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
