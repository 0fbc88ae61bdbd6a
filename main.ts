/**
 * The program `ss2`: reads the command line, asks the kernel, prints.
 */
import type { DatagramSource } from "./decode/datagram_source.ts";
import { RecordingError, SystemError } from "./decode/errors.ts";
import { type Held, type Outcome, runPlan } from "./decode/plan.ts";
import { UnsupportedError } from "./ffi/libc.ts";
import { openNetlinkSocket } from "./ffi/netlink_socket.ts";
import { procNet } from "./ffi/proc_net.ts";
import { OutputError, STDOUT, writeAll } from "./ffi/output_descriptor.ts";
import { terminalWidth, wantsColor } from "./ffi/terminal.ts";
import { arrange } from "./formats/arrange.ts";
import { countKey } from "./formats/count_sink.ts";
import type { Content, Format, FormatOptions } from "./formats/formats.ts";
import { type Command, helpText, type OwnersOption, parseCommand, UsageError, version } from "./options.ts";

const DONE = 0;
const INCOMPLETE = 1;
const NOTHING = 2;

const print = (bytes: Uint8Array) => writeAll(STDOUT, "standard output", bytes);

/** A line on standard error; if that is gone there is nobody to tell. */
function complain(message: string): void {
  try {
    Deno.stderr.writeSync(new TextEncoder().encode(`ss2: ${message}\n`));
  } catch {
    return;
  }
}

/** What few runs need is loaded by those that do: each module costs a tenth of a millisecond. */
async function run(command: Command): Promise<number> {
  switch (command.action) {
    case "help":
      return printText(helpText());
    case "version":
      return printText(`ss2 ${version}\n`);
    case "fields":
      return printText(await fieldsText(command));
    case "columns":
      return printText(command.names.join("\n") + "\n");
    case "schema": {
      const { schemaOf } = await import("./formats/schema.ts");
      return printText(jsonText(schemaOf(command.families, command.format), command.compact));
    }
    case "dump":
      return await dump(command);
  }
}

function printText(text: string): number {
  print(new TextEncoder().encode(text));
  return DONE;
}

const jsonText = (value: unknown, compact: boolean) => JSON.stringify(value, null, compact ? 0 : 4) + "\n";

async function fieldsText({ families, format, compact }: Command & { action: "fields" }): Promise<string> {
  const { fieldEntries, fieldTable } = await import("./formats/field_table.ts");
  if (format === null) return fieldTable(families);
  const entries = fieldEntries(families);
  return format === "json" ? jsonText(entries, compact) : entries.map((entry) => jsonText(entry, true)).join("");
}

async function dump(command: Command & { action: "dump" }): Promise<number> {
  const source = await openSource(command);
  const { plan, owners, format } = command;
  const formatOptions = fitTerminal(format, command.formatOptions);
  const live = command.read === null;
  const output = format.open(print, formatOptions, contentOf(command));
  const { sink, close } = arrange(output, command.arrangement);
  const held = live ? await readHeld(command) : null;
  const outcome = runPlan(plan, source, sink, { proc: live ? procNet : null, held });
  if (!live && owners !== null) outcome.warnings.push("a recording does not tell who holds the sockets: no owners");
  close();
  // Else left open: the process ends here, and looking up close(2) takes longer than all the rest of closing.
  if (command.record !== null) source[Symbol.dispose]();
  outcome.warnings.forEach(complain);
  const notice = output.notice ?? null;
  if (notice !== null) complain(notice);
  if (!live && outcome.dumps === 0 && outcome.warnings.length === 0) {
    complain("there are no sockets of these protocols in the recording");
    return NOTHING;
  }
  return status(outcome);
}

/** Tells a format that cares the width of the terminal, and whether there are to be colours. */
function fitTerminal({ honours }: Format, options: FormatOptions): FormatOptions {
  if (!honours.includes("width")) return options;
  const width = options.wide === true ? null : terminalWidth();
  const { color = "auto" } = options;
  return {
    ...options,
    ...width === null ? {} : { width },
    color: color === "auto" ? wantsColor() ? "always" : "never" : color,
  };
}

/** What the format is told of the records. */
function contentOf({ plan, owners, arrangement }: Command & { action: "dump" }): Content {
  const { columns, countBy } = arrangement;
  const content = { families: plan.families, owners: owners !== null };
  if (countBy !== null) {
    return { ...content, counts: true, columns: [...countBy.columns, { name: countKey.path, key: countKey }] };
  }
  return columns === null ? content : { ...content, columns: columns.columns };
}

/** Looks up who holds which socket, if that was asked for. */
async function readHeld({ owners }: { owners: OwnersOption }): Promise<Held | null> {
  if (owners === null) return null;
  const { readOwners, readProtocolName } = await import("./ffi/owners.ts");
  return { owners: readOwners(owners === "cmdline"), readProtocolName };
}

async function openSource({ read, record }: Command & { action: "dump" }): Promise<DatagramSource> {
  if (read === null && record === null) return openNetlinkSocket();
  const { openRecorder, openRecording } = await import("./ffi/recording.ts");
  return read === null ? openRecorder(record!, openNetlinkSocket()) : openRecording(read);
}

function status(outcome: Outcome): number {
  if (outcome.failed > 0 && outcome.failed === outcome.dumps && outcome.records === 0) return NOTHING;
  return outcome.warnings.length > 0 ? INCOMPLETE : DONE;
}

/** Runs the program; returns its exit status. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    return await run(parseCommand(args));
  } catch (error) {
    // The reader of a pipe has seen what it wanted.
    if (error instanceof OutputError && error.fd === STDOUT && error.cause.code === "EPIPE") return DONE;
    if (
      error instanceof UsageError || error instanceof OutputError || error instanceof SystemError ||
      error instanceof UnsupportedError || error instanceof RecordingError
    ) {
      complain(error.message);
      return NOTHING;
    }
    throw error;
  }
}

if (import.meta.main) {
  const status = await main(Deno.args);
  // Deno keeps compiled code for the next start only of programs that come to their end; what it does behind that, waiting
  // for its compilers and freeing memory, takes milliseconds and is of no use.
  addEventListener("unload", () => Deno.exit(status));
}
