/**
 * All output formats with their code, for programs and tests that use any of them.
 */
import { families } from "../decode/families/all_families.ts";
import type { Content, FormatEntry, FormatOptions, OutputSink } from "./format.ts";
import { formats as entries } from "./registry.ts";
import type { Write } from "./text/output_buffer.ts";

/** An output format. */
export interface Format extends Omit<FormatEntry, "load"> {
  /** Opens an output that hands its bytes to `write`; by default its records can hold everything. */
  open(write: Write, options?: FormatOptions, content?: Partial<Content>): OutputSink;
}

async function loadFormat({ load, ...entry }: FormatEntry): Promise<Format> {
  const open = await load();
  return { ...entry, open: (write, options = {}, content = {}) => open(write, options, { families, ...content }) };
}

/** All formats; the first is the default. */
export const formats: readonly Format[] = await Promise.all(entries.map(loadFormat));
