/**
 * A listing in a format that is a report: rules are tested and sums are read before it.
 */
import { noteRuntimeSockets } from "../ffi/own_sockets.ts";
import type { Report } from "../formats/format.ts";
import type { Write } from "../formats/text/output_buffer.ts";
import type { ReportCommand } from "../options/command.ts";
import { readSums, statusOf, testRules, writeReports } from "./check.ts";
import { NOTHING } from "./exit_status.ts";
import { listSockets } from "./list.ts";

/** Prints the report. */
export async function printReport(command: ReportCommand, print: Write, abandon: () => void): Promise<number> {
  noteRuntimeSockets();
  const { listing, judges, reports, output } = command;
  const { report, warnings } = await findOut(command);
  const { status } = await listSockets(listing, print, abandon, undefined, { report, warnings });
  const { results } = report.checks!;
  await writeReports(reports, results, output, print);
  return judges && status !== NOTHING ? statusOf(results) : status;
}

async function findOut(
  { rules, untested, checked, grace, summary }: ReportCommand,
): Promise<{ readonly report: Report; readonly warnings: readonly string[] }> {
  const sums = summary === null ? null : await readSums(summary);
  // The first look is what the page shows.
  const looks = [sums];
  const { results, warnings } = await testRules(
    { listing: checked, rules, grace },
    summary === null ? null : async () => looks.pop() ?? await readSums(summary),
  );
  return {
    report: { checks: { results, warnings, untested: untestedText(untested) }, summary: sums?.summary ?? null },
    warnings: [...new Set([...warnings, ...sums?.warnings ?? []])],
  };
}

const untestedText = (names: readonly string[]): string =>
  names.length === 0
    ? ""
    : `A recording has one answer to each request, without processes and sums, so these rules were not tested: ${
      names.join(", ")
    }.`;
