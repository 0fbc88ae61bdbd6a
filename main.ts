/**
 * The program `ss2`: reads the command line, asks the kernel, prints.
 */
import type { DatagramSource } from "./decode/netlink/datagram_source.ts";
import { families, loadFamilies } from "./decode/families/registry.ts";
import { NamespaceError, RecordingError, SystemError } from "./decode/kernel/errors.ts";
import type { RecordSink } from "./decode/record/record_sink.ts";
import { runSteps, type SocketHolders, stepVantages, type Vantage } from "./decode/plan/plan.ts";
import type { OwnerIndex } from "./decode/lookups/owner_index.ts";
import type { OpenedLookups } from "./ffi/lookups.ts";
import type { Vantages } from "./ffi/network_namespaces.ts";
import { UnsupportedError } from "./ffi/libc.ts";
import { openNetlinkSocket } from "./ffi/netlink_socket.ts";
import { procNet } from "./ffi/proc_net.ts";
import { NotAFileError, OutputError, STDOUT, writeAll } from "./ffi/output_descriptor.ts";
import type { Content, FormatOptions, OutputSink } from "./formats/format.ts";
import { type MetaStart, SCHEMA_VERSION } from "./formats/json/meta.ts";
import type { Write } from "./formats/text/output_buffer.ts";
import { parseCommand } from "./options/parse_command.ts";
import type { Environment } from "./options/filter.ts";
import { UsageError } from "./options/usage_error.ts";
import type { Outcome } from "./decode/record/outcome.ts";
import { type Command, type DumpCommand, type LookupReason, shownLookups } from "./options/command.ts";

const DONE = 0;
const INCOMPLETE = 1;
const NOTHING = 2;

const printToStandardOutput = (bytes: Uint8Array) => writeAll(STDOUT, "standard output", bytes);

/** A line on standard error; if that is gone there is nobody to tell. */
function complain(message: string): void {
  try {
    Deno.stderr.writeSync(new TextEncoder().encode(`ss2: ${message}\n`));
  } catch {
    return;
  }
}

/** Does what the command says; a file that was asked for is only there if something useful is in it. */
async function run(command: Command): Promise<number> {
  const output = "output" in command ? command.output : null;
  if (output === null) return await perform(command, printToStandardOutput);
  const { openOutputFile } = await import("./ffi/output_file.ts");
  using file = openOutputFile(output);
  const status = await perform(command, (bytes) => file.write(bytes));
  if (status !== NOTHING) file.commit();
  return status;
}

/** What few runs need is loaded by those that do: each module costs a tenth of a millisecond. */
async function perform(command: Command, print: Write): Promise<number> {
  switch (command.action) {
    case "help": {
      const { helpText } = await import("./commands/help.ts");
      return printText(helpText(), print);
    }
    case "version": {
      const { buildOf, versionText } = await import("./commands/version.ts");
      return printText(command.json ? jsonText(buildOf(), command.compact) : `${versionText()}\n`, print);
    }
    case "doctor": {
      const { examine, findingsText } = await import("./commands/doctor.ts");
      const findings = await examine();
      printText(command.json ? jsonText(findings, command.compact) : findingsText(findings), print);
      return findings.missing.length > 0 ? INCOMPLETE : DONE;
    }
    case "completion": {
      const { completionScript } = await import("./commands/completion.ts");
      return printText(await completionScript(command.shell), print);
    }
    case "man": {
      const { manualPage } = await import("./commands/manual.ts");
      return printText(await manualPage(), print);
    }
    case "fields":
      return printText(await fieldsText(command), print);
    case "columns":
      return printText(command.names.join("\n") + "\n", print);
    case "schema": {
      const { schemaOf } = await import("./formats/json/schema.ts");
      return printText(jsonText(schemaOf(command.families, command.format), command.compact), print);
    }
    case "explain": {
      const { explainPlan } = await import("./commands/explain.ts");
      printText(explainPlan(command.explained.plan, command.explained.filter), print);
      return command.stats ? await measure(command.explained, print) : DONE;
    }
    case "dump":
      return (await dump(command, print)).status;
  }
}

function printText(text: string, print: Write): number {
  print(new TextEncoder().encode(text));
  return DONE;
}

const jsonText = (value: unknown, compact: boolean) => JSON.stringify(value, null, compact ? 0 : 4) + "\n";

async function fieldsText({ families, format, compact }: Command & { action: "fields" }): Promise<string> {
  const { fieldEntries, fieldTable } = await import("./formats/json/field_table.ts");
  if (format === null) return fieldTable(families);
  const entries = fieldEntries(families);
  return format === "json" ? jsonText(entries, compact) : entries.map((entry) => jsonText(entry, true)).join("");
}

/** Lists sockets without printing them, and prints what was received for it. */
async function measure(command: DumpCommand, print: Write): Promise<number> {
  const { CountedSource } = await import("./decode/netlink/counted_source.ts");
  const count = { datagrams: 0, bytes: 0 };
  const { status, records } = await dump(command, () => {}, (source) => new CountedSource(source, count));
  printText(`\nreceived: ${count.bytes} bytes in ${count.datagrams} datagrams\nlisted: ${records} sockets\n`, print);
  return status;
}

/**
 * Lists sockets.
 *
 * @param watch what is put between those who ask and a source
 * @returns the exit status, and how many there were
 */
async function dump(
  command: DumpCommand,
  print: Write,
  watch: (source: DatagramSource) => DatagramSource = (source) => source,
): Promise<{ readonly status: number; readonly records: number }> {
  const opened = await openVantages(command);
  const vantages = opened.vantages.map((vantage) => ({ ...vantage, source: watch(vantage.source) }));
  const { plan, open } = command;
  const formatOptions = await fitTerminal(command);
  const live = command.read === null;
  const meta = formatOptions.meta === true ? await describe(command, vantages) : null;
  const content = {
    families: plan.families,
    lookups: shownLookups(command.lookups),
    ...meta === null ? {} : { meta },
    ...await readServices(command),
  };
  const { output, sink, finish } = await openOutput(
    command,
    (columns) => open(print, formatOptions, { ...content, ...columns }),
  );
  const openLookups = live ? await loadLookups(command) : null;
  const holders = live ? await readHolders(command) : null;
  const { enrichers, failures } = openLookups?.(holders?.owners ?? null) ?? { enrichers: [], failures: [] };
  const outcome = runSteps(stepVantages(plan, vantages, sink, holders, enrichers));
  const missed = failures.filter(({ name }) => isMissed(command.lookups.get(name))).map(({ reason }) => reason);
  outcome.warnings.push(...opened.warnings, ...missed, ...live ? [] : await missingInRecording(command));
  outcome.warnings.push(...await finish());
  const nothing = !live && outcome.dumps === 0 && outcome.warnings.length === 0;
  if (nothing) outcome.warnings.push("there are no sockets of these protocols in the recording");
  const { records, warnings } = outcome;
  if (meta === null) output.close();
  else output.close({ sockets: records, complete: warnings.length === 0, warnings });
  // Else left open: the process ends here, and looking up close(2) takes longer than all the rest of closing.
  if (command.record !== null) vantages.forEach(({ source }) => source[Symbol.dispose]());
  warnings.forEach(complain);
  const notice = output.notice ?? null;
  if (notice !== null) complain(notice);
  return { status: verdict(command, records, nothing ? NOTHING : status(outcome)), records };
}

/** The exit status where sockets, or none, are expected: 1 if that does not hold. */
function verdict({ expected, quiet }: DumpCommand, records: number, status: number): number {
  if (expected === null) return status;
  const holds = (records > 0) === (expected === "some");
  if (records > 0) return !holds ? INCOMPLETE : quiet ? DONE : status;
  // There may be some among those that are missing.
  if (status !== DONE) return quiet ? NOTHING : status;
  return holds ? DONE : INCOMPLETE;
}

/** What is known before the first socket; of a recording what it tells. */
async function describe({ words }: DumpCommand, [vantage]: readonly Vantage[]): Promise<MetaStart> {
  const options = [...words];
  const { version } = await import("./commands/version.ts");
  const start = { schema_version: SCHEMA_VERSION, version };
  const { RecordedSource } = await import("./decode/recording/recorded_source.ts");
  if (vantage?.source instanceof RecordedSource) {
    const { release, time } = vantage.source;
    const kernel = release === 0 ? {} : { kernel: `${Math.floor(release / 1000)}.${release % 1000}` };
    return { ...start, ...kernel, time: new Date(time).toISOString(), options };
  }
  const { readHost } = await import("./ffi/host.ts");
  const { name, release, namespace } = readHost();
  const netns = namespace === null ? {} : { netns: namespace };
  return { ...start, host: name, kernel: release, time: new Date().toISOString(), ...netns, options };
}

/** Tells a format that cares the width of the terminal, and whether there are to be colours. */
async function fitTerminal({ format, formatOptions: options, output }: DumpCommand): Promise<FormatOptions> {
  if (!format.honours.includes("width")) return options;
  const { terminalWidth, wantsColor } = await import("./ffi/terminal.ts");
  const toFile = output !== null;
  const width = options.wide === true || toFile ? null : terminalWidth();
  const { color = "auto" } = options;
  return {
    ...options,
    ...width === null ? {} : { width },
    color: color === "auto" ? wantsColor() && !toFile ? "always" : "never" : color,
  };
}

/** Reads what ports are called, for a format that shows it. */
async function readServices({ format, formatOptions }: DumpCommand): Promise<Partial<Content>> {
  if (!format.honours.includes("numeric") || formatOptions.numeric === true) return {};
  const { readServices } = await import("./ffi/services.ts");
  return { services: readServices() };
}

/** An output, and the sink before it. */
interface Opened {
  readonly output: Pick<OutputSink, "notice" | "close">;
  readonly sink: RecordSink;
  /** Pushes on what is held back; tells what is known to be missing. */
  finish(): Promise<readonly string[]>;
}

/** Takes one socket and prints nothing. */
async function quietly({ record }: DumpCommand): Promise<Opened> {
  const { LimitSink } = await import("./query/limit.ts");
  const { nowhere } = await import("./decode/record/nowhere.ts");
  const sink = new LimitSink(nowhere, 1, false, record === null);
  return { output: { close() {} }, sink, finish: () => Promise.resolve([]) };
}

/** Opens what the sockets are pushed to. */
async function openOutput(
  command: DumpCommand,
  open: (columns: Partial<Content>) => OutputSink,
): Promise<Opened> {
  const { query, lookups, resolveTimeout, quiet } = command;
  if (quiet) return await quietly(command);
  if (query === null && !lookups.has("hosts")) {
    const output = open({});
    return { output, sink: output, finish: () => Promise.resolve([]) };
  }
  const { openQuery } = await import("./query/pipeline.ts");
  const { contentOf } = await import("./formats/format.ts");
  const output = open(query === null ? {} : contentOf(query));
  if (!lookups.has("hosts")) {
    const { sink, finish } = openQuery(output, query!);
    return { output, sink, finish: () => Promise.resolve((finish(), [])) };
  }
  const { openQueryWithHosts } = await import("./query/host_names.ts");
  const warnings: string[] = [];
  const { sink, finish } = openQueryWithHosts(output, query, async (addresses) => {
    const { resolveHosts } = await import("./ffi/resolver.ts");
    const { names, late, failed } = await resolveHosts(addresses, resolveTimeout);
    const count = addresses.size;
    if (late > 0) {
      const limit = `within ${resolveTimeout / 1000} s (--resolve-timeout)`;
      warnings.push(`no answer ${limit} for the names of ${late} of ${count} addresses: they stay numbers`);
      abandoned = true;
    }
    if (failed > 0) warnings.push(`cannot look up the names of ${failed} of ${count} addresses: they stay numbers`);
    return names;
  });
  return { output, sink, finish: async () => (await finish(), warnings) };
}

/** Whether there are calls under way whose results nobody needs, and which would keep the process waiting. */
let abandoned = false;

/** Looks up who holds which socket, if that was asked for. */
async function readHolders({ owners: details, plan }: DumpCommand): Promise<SocketHolders | null> {
  if (details === null) return null;
  const { readOwners, readProtocolName } = await import("./ffi/owners.ts");
  const owners = readOwners(details);
  if (!plan.families.some(({ domain }) => domain === "other")) return { owners, others: null };
  const { HeldSockets } = await import("./decode/plan/other_sockets.ts");
  return { owners, others: new HeldSockets(owners, readProtocolName, await loadFamilies(families)) };
}

/** Loads what else is looked up; then starting it takes no time, in which processes could end. */
async function loadLookups({ lookups }: DumpCommand): Promise<(owners: OwnerIndex | null) => OpenedLookups> {
  if (lookups.size === 0) return () => ({ enrichers: [], failures: [] });
  const { loadLookups, openLookups } = await import("./ffi/lookups.ts");
  const loaded = await loadLookups(lookups.keys());
  return (owners) => openLookups(loaded, owners);
}

/** Whether there is to be a warning if it cannot be looked up. */
const isMissed = (reason: LookupReason | undefined) => reason !== undefined && reason !== "implied";

/** What was asked for and no recording tells. */
async function missingInRecording({ lookups }: DumpCommand): Promise<readonly string[]> {
  if (lookups.size === 0) return [];
  const { notRecorded } = await import("./decode/lookups/registry.ts");
  return notRecorded((name) => isMissed(lookups.get(name)));
}

/** Where to ask, and what is known to be missing there. */
async function openVantages(
  { read, record, namespaces }: DumpCommand,
): Promise<Pick<Vantages, "vantages" | "warnings">> {
  if (namespaces !== null) {
    const { openVantages } = await import("./ffi/network_namespaces.ts");
    return openVantages(namespaces.words, namespaces.limit);
  }
  const vantage = { source: await openSource(read, record), proc: read === null ? procNet : null, netns: null };
  return { vantages: [vantage], warnings: [] };
}

async function openSource(read: string | null, record: string | null): Promise<DatagramSource> {
  if (read === null && record === null) return openNetlinkSocket();
  const { openRecorder, openRecording } = await import("./ffi/recording.ts");
  return read === null ? openRecorder(record!, openNetlinkSocket()) : openRecording(read);
}

function status(outcome: Outcome): number {
  if (outcome.failed > 0 && outcome.failed === outcome.dumps && outcome.records === 0) return NOTHING;
  return outcome.warnings.length > 0 ? INCOMPLETE : DONE;
}

/** What the command line is told of this machine. */
const environment: Environment = {
  async readText(path) {
    const { readFile } = await import("./ffi/file.ts");
    return new TextDecoder().decode(readFile(path === "-" ? "/dev/stdin" : path));
  },
  async names(live) {
    const { currentNames, lastingNames } = await import("./ffi/filter_names.ts");
    return live ? currentNames : lastingNames;
  },
};

/** Runs the program; returns its exit status. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    return await run(await parseCommand(args, environment));
  } catch (error) {
    // The reader of a pipe has seen what it wanted.
    if (error instanceof OutputError && error.fd === STDOUT && error.cause.code === "EPIPE") return DONE;
    if (
      error instanceof UsageError || error instanceof OutputError || error instanceof SystemError ||
      error instanceof UnsupportedError || error instanceof RecordingError || error instanceof NotAFileError ||
      error instanceof NamespaceError
    ) {
      complain(error instanceof UsageError && error.place !== "" ? `${error.message}\n${error.place}` : error.message);
      return NOTHING;
    }
    throw error;
  }
}

// Without await at the top level, which would keep the bundler from putting modules together.
if (import.meta.main) {
  main(Deno.args).then((status) => {
    if (abandoned) Deno.exit(status);
    // Deno keeps compiled code for the next start only of programs that come to their end; what it does behind that, waiting
    // for its compilers and freeing memory, takes milliseconds and is of no use.
    addEventListener("unload", () => Deno.exit(status));
  });
}
