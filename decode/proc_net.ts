/**
 * Sockets listed in files below `/proc/net`, where the kernel has no diagnostics for them; mirrors the `seq_show`
 * functions of the kernel, see proc(5).
 */
import { DecodeError, SystemError } from "./errors.ts";
import type { ProcFile } from "./family.ts";
import type { Outcome } from "./plan.ts";
import type { ProcSource } from "./proc_source.ts";
import type { RecordSink } from "./record_sink.ts";

const NEWLINE = 10;

/**
 * Pushes the sockets in files of a family that are in the states asked for.
 *
 * @returns whether there was any of the files
 */
export function writeProcSockets(
  family: string,
  files: readonly ProcFile[],
  source: ProcSource,
  states: number,
  sink: RecordSink,
  outcome: Outcome,
): boolean {
  let found = false;
  for (const file of files) {
    try {
      const bytes = source.read(file.name);
      if (bytes === null) continue;
      found = true;
      outcome.dumps++;
      outcome.records += writeLines(file, bytes, states, sink);
    } catch (error) {
      if (!(error instanceof DecodeError || error instanceof SystemError)) throw error;
      found = true;
      outcome.failed++;
      outcome.errors.push(error);
      outcome.warnings.push(`cannot list ${family} sockets${file.part}: /proc/net/${file.name}: ${error.message}`);
    }
  }
  return found;
}

function writeLines(file: ProcFile, bytes: Uint8Array, states: number, sink: RecordSink): number {
  let records = 0;
  let line = 0;
  for (let start = 0; start < bytes.length; line++) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline < 0 ? bytes.length : newline;
    if (line >= file.headings && end > start && file.write(bytes, start, end, states, sink)) records++;
    start = end + 1;
  }
  return records;
}
