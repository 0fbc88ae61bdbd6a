/**
 * `--summary`: sums of the sockets of each network namespace, and of the machine.
 */
import { exactNumbers, ObjectSink } from "../decode/record/object_sink.ts";
import { noteRuntimeSockets } from "../ffi/own_sockets.ts";
import { procNet } from "../ffi/proc_net.ts";
import { writeSummary } from "../formats/summary.ts";
import type { Write } from "../formats/text/output_buffer.ts";
import type { DumpCommand } from "../options/command.ts";
import { openQuery } from "../query/pipeline.ts";
import { type ListForSummary, readSummary as collectSummary } from "../query/summary/read_summary.ts";
import { type Summary, summaryDocument, summaryLines } from "../query/summary/summary.ts";
import { loadParts, Session } from "../session.ts";
import type { CommandOf } from "./action.ts";
import { DONE, INCOMPLETE, NOTHING } from "./exit_status.ts";
import { fitTerminal, runOf } from "./list.ts";
import { complain, printText } from "./print.ts";
import { status } from "./verdict.ts";

/** Prints the summary. The exit status says whether all of it is known. */
export async function printSummary(command: CommandOf<"summary">, print: Write): Promise<number> {
  noteRuntimeSockets();
  const found = new Findings();
  const summary = await readSummary(command, found);
  const { format, open, formatOptions } = command.counts;
  if (format.name === "json") {
    const indent = formatOptions.compact === true ? 0 : 4;
    printText(`${JSON.stringify(summaryDocument(summary), exactNumbers, indent)}\n`, print);
  } else {
    const places = command.counts.namespaces !== null;
    writeSummary(summaryLines(summary), places, open, print, await fitTerminal(command.counts));
  }
  found.warnings.forEach(complain);
  return found.status;
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
