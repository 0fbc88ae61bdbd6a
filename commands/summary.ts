/**
 * Sums of the sockets of each network namespace, and of the machine.
 */
import { exactNumbers, ObjectSink } from "../decode/record/object_sink.ts";
import { procNet } from "../ffi/proc_net.ts";
import { type LinesChoice, writeSummary } from "../formats/summary.ts";
import type { FormatOptions } from "../formats/format.ts";
import type { Write } from "../formats/text/output_buffer.ts";
import type { DumpCommand } from "../options/command.ts";
import { openQuery } from "../query/pipeline.ts";
import { type ListForSummary, readSummary as collectSummary } from "../query/summary/read_summary.ts";
import { type Summary, summaryDocument, type SummaryLine, summaryLines } from "../query/summary/summary.ts";
import { loadParts, Session } from "../session.ts";
import type { CommandOf } from "./action.ts";
import { DONE, INCOMPLETE, NOTHING } from "./exit_status.ts";
import { describe, runOf } from "./list.ts";
import { printText } from "./print.ts";
import { status } from "./verdict.ts";

/** What a summary says besides its numbers. */
export type AboutSummary = Pick<LinesChoice, "time" | "about">;

/** What a report says of a run that read a summary; nothing in other formats. */
export async function aboutRun(
  command: DumpCommand,
  { status, warnings }: Findings,
): Promise<Pick<LinesChoice, "about">> {
  if (command.format.report !== true) return {};
  const end = { sockets: 0, complete: status === DONE, warnings: [...warnings] };
  return { about: { start: await describe(command, []), end } };
}

/**
 * Writes a summary as the command wants it.
 *
 * @param lines those of the long form to write; all by default
 */
export function putSummary(
  { format, open, namespaces }: DumpCommand,
  summary: Summary,
  said: AboutSummary,
  options: FormatOptions,
  print: Write,
  lines: Iterable<SummaryLine> = summaryLines(summary),
): void {
  if (format.name === "json") {
    const indent = options.compact === true ? 0 : 4;
    return printText(`${JSON.stringify(summaryDocument(summary), exactNumbers, indent)}\n`, print);
  }
  writeSummary(lines, { places: namespaces !== null, ...said }, open, print, options);
}

/** What is missing from the summary. */
export class Findings {
  readonly warnings = new Set<string>();
  #statuses: number[] = [];

  add(status: number, warnings: readonly string[]): void {
    this.#statuses.push(status);
    warnings.forEach((warning) => this.warnings.add(warning));
  }

  get status(): number {
    if (this.#statuses.every((status) => status === NOTHING)) return NOTHING;
    return this.warnings.size > 0 || this.#statuses.some((status) => status !== DONE) ? INCOMPLETE : DONE;
  }
}

/** Reads the sums. */
export function readSummary({ counts, listeners, ports }: CommandOf<"summary">, found: Findings): Promise<Summary> {
  const protocols = counts.plan.families.map(({ name }) => name);
  return collectSummary(
    {
      protocols,
      counts: () => openListing(counts),
      listeners: listeners === null ? null : () => openListing(listeners),
      ports: ports === null ? null : async (first, last) => await openListing(await ports(first, last)),
    },
    procNet,
    {
      listed: (outcome) => found.add(status(outcome), outcome.warnings),
      warn: (warning) => found.add(INCOMPLETE, [warning]),
    },
  );
}

/** Opens one of the listings. */
export async function openListing(command: DumpCommand): Promise<ListForSummary> {
  const run = runOf(command);
  const parts = await loadParts(run);
  return (look) => {
    using session = new Session(run, parts);
    const objects = new ObjectSink();
    const { sink, finish } = openQuery(objects, command.query!);
    const outcome = session.run(sink);
    finish();
    look(session.vantages);
    return { flows: objects.take(), outcome };
  };
}
