/**
 * `--summary`: sums of the sockets of each network namespace, and of the machine.
 */
import { readProtocols, readSums, type Sum } from "../decode/proc/kernel_sums.ts";
import { hostRows, namespaceRows } from "../decode/proc/summary_rows.ts";
import { exactNumbers, type FlowObject, ObjectSink } from "../decode/record/object_sink.ts";
import type { Vantage } from "../decode/plan/plan.ts";
import { noteRuntimeSockets } from "../ffi/own_sockets.ts";
import { procNet } from "../ffi/proc_net.ts";
import { writeSummary } from "../formats/summary.ts";
import type { Write } from "../formats/text/output_buffer.ts";
import type { DumpCommand } from "../options/command.ts";
import { openQuery } from "../query/pipeline.ts";
import {
  summarize,
  type Summary,
  summaryDocument,
  summaryLines,
  type SummaryPlace,
  unlisted,
} from "../query/summary/summary.ts";
import { openSession } from "../session.ts";
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
export async function readSummary(command: CommandOf<"summary">, found: Findings): Promise<Summary> {
  const { counts, listeners, ports } = command;
  let places: readonly SummaryPlace[] = [];
  const counted = await collect(
    counts,
    found,
    (vantages) => places = vantages.map((vantage) => placeOf(vantage, found)),
  );
  const limits = places.flatMap(({ kept }) => kept).filter(({ group }) => group === "limits");
  const bounds = (name: string) => limits.filter((limit) => limit.name === name).map(({ value }) => Number(value));
  const [first, last] = [bounds("first_ephemeral_port"), bounds("last_ephemeral_port")];
  const known = first.length > 0 && last.length > 0;
  const listed = {
    protocols: counts.plan.families.map(({ name }) => name),
    counts: counted,
    listeners: listeners === null ? [] : await collect(listeners, found),
    ports: ports === null || !known ? [] : await collect(await ports(Math.min(...first), Math.max(...last)), found),
  };
  for (const protocol of new Set(places.flatMap((place) => unlisted(place, listed)))) {
    found.add(INCOMPLETE, [`there are ${protocol} sockets, but this kernel has no diagnostics for them`]);
  }
  return summarize(places, sumsOf(hostRows, { proc: procNet }, found), listed);
}

/** The records of a listing. */
async function collect(
  command: DumpCommand,
  found: Findings,
  look: (vantages: readonly Vantage[]) => void = () => {},
): Promise<readonly FlowObject[]> {
  using session = await openSession(runOf(command));
  const objects = new ObjectSink();
  const { sink, finish } = openQuery(objects, command.query!);
  const outcome = session.run(sink);
  finish();
  look(session.vantages);
  found.add(status(outcome), outcome.warnings);
  return objects.take();
}

function placeOf(vantage: Vantage, found: Findings): SummaryPlace {
  const { netns } = vantage;
  const name = netns?.name ?? null;
  return {
    inode: netns?.inode ?? 0,
    name: name === null ? null : new TextDecoder().decode(name),
    kept: sumsOf(namespaceRows, vantage, found),
    protocols: attempt(() => readProtocols(vantage.proc!), "protocols", found),
  };
}

function attempt<T>(read: () => T, file: string, found: Findings): T | null {
  try {
    return read();
  } catch (error) {
    found.add(INCOMPLETE, [`cannot read ${file}: ${(error as Error).message}`]);
    return null;
  }
}

function sumsOf(rows: typeof hostRows, { proc }: Pick<Vantage, "proc">, found: Findings): readonly Sum[] {
  return readSums(rows, (file, sysctl) => attempt(() => sysctl ? proc!.sysctl(file) : proc!.read(file), file, found));
}
