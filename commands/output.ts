/**
 * The sink of a listing: a format and the sinks before it.
 */
import type { RecordSink } from "../decode/record/record_sink.ts";
import type { Content, OutputSink } from "../formats/format.ts";
import type { DumpCommand } from "../options/command.ts";

/** An output and the first sink of its chain. */
export interface Opened {
  readonly output: Pick<OutputSink, "close">;
  readonly sink: RecordSink;
  /** Pushes on buffered records and passes what is known to be missing. */
  finish(): Promise<readonly string[]>;
}

/**
 * Opens the sink of a listing.
 *
 * @param open opens the format with the selected columns
 * @param before what stands before the format
 * @param abandon as in {@linkcode Action}
 */
export async function openOutput(
  command: DumpCommand,
  open: (columns: Partial<Content>) => OutputSink,
  before: (output: OutputSink) => RecordSink,
  abandon: () => void,
): Promise<Opened> {
  const { query, lookups, resolveTimeout, quiet } = command;
  if (quiet) return await quietly(command);
  if (query === null && !lookups.has("hosts")) {
    const output = open({});
    return { output, sink: output, finish: () => Promise.resolve([]) };
  }
  const { openQuery } = await import("../query/pipeline.ts");
  const { contentOf } = await import("../formats/format.ts");
  const output = open(query === null ? {} : contentOf(query));
  if (!lookups.has("hosts")) {
    const { sink, finish } = openQuery(before(output), query!);
    return { output, sink, finish: () => Promise.resolve((finish(), [])) };
  }
  const { openQueryWithHosts } = await import("../query/host_names.ts");
  const { HostNameLookup } = await import("../ffi/resolver.ts");
  const lookup = new HostNameLookup(resolveTimeout, "--resolve-timeout");
  const { sink, finish } = openQueryWithHosts(before(output), query, lookup.resolve);
  return {
    output,
    sink,
    async finish() {
      await finish();
      if (lookup.late) abandon();
      return lookup.warnings;
    },
  };
}

/** Takes one socket and prints nothing. */
async function quietly({ record }: DumpCommand): Promise<Opened> {
  const { LimitSink } = await import("../query/limit.ts");
  const { nowhere } = await import("../decode/record/nowhere.ts");
  const sink = new LimitSink(nowhere, 1, false, record === null);
  return { output: { close() {} }, sink, finish: () => Promise.resolve([]) };
}
