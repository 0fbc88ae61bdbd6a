/**
 * The listing of sockets.
 */
import type { DatagramSource } from "../decode/netlink/datagram_source.ts";
import type { OwnersSource } from "../decode/lookups/owners.ts";
import type { Vantage } from "../decode/plan/plan.ts";
import type { RecordSink } from "../decode/record/record_sink.ts";
import type { ProgressSink } from "../query/progress.ts";
import type { Outcome } from "../decode/record/outcome.ts";
import { noteRuntimeSockets } from "../ffi/own_sockets.ts";
import { type MetaEnd, type MetaStart, SCHEMA_VERSION } from "../formats/json/meta.ts";
import type { Content, FormatOptions, Report } from "../formats/format.ts";
import type { Write } from "../formats/text/output_buffer.ts";
import { type DumpCommand, shownLookups } from "../options/command.ts";
import { openSession, type Run } from "../session.ts";
import { NOTHING } from "./exit_status.ts";
import { type Opened, openOutput } from "./output.ts";
import { complain } from "./print.ts";
import { status, verdict } from "./verdict.ts";

/** Lists sockets. The exit status says whether the listing is complete, or whether the expectation of the command holds. */
export async function list(command: DumpCommand, print: Write, abandon: () => void): Promise<number> {
  return (await listSockets(command, print, abandon)).status;
}

/**
 * Lists sockets.
 *
 * @param watch wraps the source
 * @returns the exit status and the number of sockets
 */
export async function listSockets(
  command: DumpCommand,
  print: Write,
  abandon: () => void,
  watch?: (source: DatagramSource) => DatagramSource,
  { told = {}, trustsLookups = false, before = (sink) => sink, report, warnings: known = [] }: Special = {},
): Promise<{ readonly status: number; readonly records: number; readonly warnings: readonly string[] }> {
  noteRuntimeSockets();
  const first = command.rates === null
    ? null
    : await (await import("./rates.ts")).listCounters(command, command.rates, runOf);
  using session = await openSession(runOf(command, watch));
  const { output, sink: shown, finish, meta } = await openListing(command, session.vantages, print, abandon, {
    ...report === undefined ? {} : { report },
  });
  const sink = before(shown);
  const progress = await openProgress(command, sink);
  let outcome: Outcome;
  try {
    outcome = session.run(first?.open(progress ?? sink) ?? progress ?? sink);
    outcome.records = first?.passed ?? outcome.records;
  } finally {
    progress?.end();
  }
  if (trustsLookups) outcome.warnings = outcome.warnings.filter((text) => !outcome.lookupWarnings.includes(text));
  outcome.warnings.push(...first?.warnings.filter((text) => !outcome.warnings.includes(text)) ?? []);
  outcome.warnings.push(...await finish());
  outcome.warnings.push(...known.filter((text) => !outcome.warnings.includes(text)));
  const nothing = command.read !== null && outcome.dumps === 0;
  if (nothing && outcome.warnings.length === 0) outcome.warnings.push(await describeNothing(outcome));
  const { records, warnings } = outcome;
  if (!meta) output.close();
  else output.close({ ...endOf(outcome, session.ownersSource), ...told });
  warnings.forEach(complain);
  outcome.notices.forEach(complain);
  const advice = adviceFor(command, records);
  if (advice !== null) complain(advice);
  return { status: verdict(command, records, nothing ? NOTHING : status(outcome)), records, warnings };
}

/** What is different for an action that lists sockets among others. */
export interface Special {
  /** What else `--meta` says at the end. */
  readonly told?: Pick<MetaEnd, "leaks_from">;
  /** Whether it has been told otherwise what lookups could not find out. */
  readonly trustsLookups?: boolean;
  /** Puts another sink before that of the output. */
  readonly before?: (sink: RecordSink) => RecordSink;
  /** What a report says in addition, and what is known to be missing from that. */
  readonly report?: Report;
  readonly warnings?: readonly string[];
}

/** The output of a listing. */
export async function openListing(
  command: DumpCommand,
  vantages: readonly Vantage[],
  print: Write,
  abandon: () => void,
  said: Pick<Content, "report" | "rounds" | "title"> = {},
): Promise<Opened & { readonly meta: boolean }> {
  const { plan, open } = command;
  const formatOptions = await fitTerminal(command);
  const tells = formatOptions.meta === true || command.format.report === true;
  const meta = tells ? await describe(command, vantages) : null;
  const content = {
    families: plan.families,
    lookups: shownLookups(command.lookups),
    ...meta === null ? {} : { meta },
    ...said,
    ...await readServices(command),
  };
  const opened = await openOutput(
    formatOptions.width === undefined ? command : await inOrder(command),
    (columns) => open(print, formatOptions, { ...content, ...columns }),
    await runFieldsOf(command, vantages),
    abandon,
  );
  return { ...opened, meta: meta !== null };
}

/** The part of `--meta` that is known after the last socket. */
export const endOf = ({ records, warnings }: Outcome, source: OwnersSource | null): MetaEnd => ({
  sockets: records,
  complete: warnings.length === 0,
  warnings,
  ...source === null ? {} : { owners_from: source },
});

/** The command with a readable default order, unless it has one. */
async function inOrder(command: DumpCommand): Promise<DumpCommand> {
  const { inUsualOrder } = await import("../query/usual_order.ts");
  return { ...command, query: inUsualOrder(command.query, command.plan.families) };
}

/** Shows progress, if there is a terminal that the output does not use. */
async function openProgress(command: DumpCommand, sink: RecordSink): Promise<ProgressSink | null> {
  if (!Deno.stderr.isTerminal()) return null;
  const { openProgress } = await import("./progress.ts");
  return openProgress(command, sink);
}

/** Number of sockets from which JSON on a terminal is too long to read. */
const MANY = 20;

/** The hint after a long JSON document on a terminal; `null` for none. */
function adviceFor({ formatNamed, format, output, quiet }: DumpCommand, records: number): string | null {
  const long = !formatNamed && format.name === "json" && output === null && !quiet && records > MANY;
  if (!long || !Deno.stdout.isTerminal()) return null;
  return "--table prints a table for reading; SS2_FORMAT=table makes it the default on terminals";
}

/** Says that a recording has none of the requested sockets, and why if the kernel had refused them. */
async function describeNothing({ unnamed }: Outcome): Promise<string> {
  const { NOT_RECORDED } = await import("../decode/recording/recorded_source.ts");
  const refusal = unnamed.find(({ message }) => !message.endsWith(NOT_RECORDED));
  const nothing = "there are no sockets of these protocols in the recording";
  return refusal === undefined ? nothing : `${nothing}: the kernel refused the request: ${refusal.message}`;
}

/** The run for a command. */
export function runOf(command: DumpCommand, watch?: Run["watch"], keptOwners?: Run["keptOwners"]): Run {
  const { plan, read, record, namespaces, owners, lookups } = command;
  return {
    plan,
    read,
    record,
    namespaces,
    owners,
    lookups: [...lookups.keys()],
    implied: [...lookups.keys()].filter((lookup) => lookups.get(lookup) === "implied"),
    ...watch === undefined ? {} : { watch },
    ...keptOwners === undefined ? {} : { keptOwners },
  };
}

/** The part of `--meta` that is known before the first socket; from the recording, if there is one. */
export async function describe({ words }: DumpCommand, [vantage]: readonly Vantage[]): Promise<MetaStart> {
  const options = [...words];
  const { version } = await import("./version.ts");
  const start = { schema_version: SCHEMA_VERSION, version };
  const { RecordedSource } = await import("../decode/recording/recorded_source.ts");
  if (vantage?.source instanceof RecordedSource) {
    const { release, time } = vantage.source;
    const kernel = release === 0 ? {} : { kernel: `${Math.floor(release / 1000)}.${release % 1000}` };
    return { ...start, ...kernel, time: new Date(time).toISOString(), options };
  }
  const { readHost } = await import("../ffi/host.ts");
  const { name, release, namespace, boot } = readHost();
  return {
    ...start,
    host: name,
    kernel: release,
    ...boot === null ? {} : { boot_id: boot },
    time: new Date().toISOString(),
    ...namespace === null ? {} : { netns: namespace },
    options,
  };
}

/** What adds fields of the run to records, if such were asked for. */
async function runFieldsOf(
  command: DumpCommand,
  vantages: readonly Vantage[],
): Promise<(output: RecordSink) => RecordSink> {
  const fields = (command.query?.columns ?? command.query?.countBy)?.ofRun;
  if (fields === undefined) return (output) => output;
  const { RunFieldsSink } = await import("../query/run_fields.ts");
  const values = await describe(command, vantages);
  return (output) => new RunFieldsSink(output, fields, values);
}

/** What decides how records look. */
export type ShownBy = Pick<DumpCommand, "format" | "formatOptions" | "output">;

/** Sets the terminal width and colours for formats that use them. */
export async function fitTerminal({ format, formatOptions: options, output }: ShownBy): Promise<FormatOptions> {
  if (!format.honours.includes("width")) return options;
  const { terminalWidth, wantsColor } = await import("../ffi/terminal.ts");
  const toFile = output !== null;
  const width = options.wide === true || toFile ? null : terminalWidth();
  const { color = "auto" } = options;
  return {
    ...options,
    ...width === null ? {} : { width },
    color: color === "auto" ? wantsColor() && !toFile ? "always" : "never" : color,
  };
}

/** Reads the service names of ports for formats that show them. */
export async function readServices({ format, formatOptions }: ShownBy): Promise<Partial<Content>> {
  if (!format.honours.includes("numeric") || formatOptions.numeric === true) return {};
  const { readServices } = await import("../ffi/services.ts");
  return { services: readServices() };
}
