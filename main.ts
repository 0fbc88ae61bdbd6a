/**
 * The program `ss2`: reads the command line, asks the kernel, prints.
 */
import type { DatagramSource } from "./decode/datagram_source.ts";
import { RecordingError, SystemError } from "./decode/errors.ts";
import { type Held, type Outcome, runPlan } from "./decode/plan.ts";
import { UnsupportedError } from "./ffi/libc.ts";
import { openNetlinkSocket } from "./ffi/netlink_socket.ts";
import { readOwners, readProtocolName } from "./ffi/owners.ts";
import { procNet } from "./ffi/proc_net.ts";
import { openRecorder, openRecording } from "./ffi/recording.ts";
import { OutputError, STDOUT, writeAll } from "./ffi/output_descriptor.ts";
import { arrange } from "./formats/arrange.ts";
import { countKey } from "./formats/count_sink.ts";
import { fieldEntries, fieldTable } from "./formats/field_table.ts";
import type { Content } from "./formats/formats.ts";
import { schemaOf } from "./formats/schema.ts";
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

function run(command: Command): number {
  switch (command.action) {
    case "help":
      return printText(helpText());
    case "version":
      return printText(`ss2 ${version}\n`);
    case "fields":
      return printText(fieldsText(command));
    case "columns":
      return printText(command.names.join("\n") + "\n");
    case "schema":
      return printText(jsonText(schemaOf(command.families, command.format), command.compact));
    case "dump":
      return dump(command);
  }
}

function printText(text: string): number {
  print(new TextEncoder().encode(text));
  return DONE;
}

const jsonText = (value: unknown, compact: boolean) => JSON.stringify(value, null, compact ? 0 : 4) + "\n";

function fieldsText({ families, format, compact }: Command & { action: "fields" }): string {
  if (format === null) return fieldTable(families);
  const entries = fieldEntries(families);
  return format === "json" ? jsonText(entries, compact) : entries.map((entry) => jsonText(entry, true)).join("");
}

function dump(command: Command & { action: "dump" }): number {
  const source = openSource(command);
  const { plan, owners, format, formatOptions } = command;
  const live = command.read === null;
  const output = format.open(print, formatOptions, contentOf(command));
  const { sink, close } = arrange(output, command.arrangement);
  const held = live ? readHeld(command) : null;
  const outcome = runPlan(plan, source, sink, { proc: live ? procNet : null, held });
  if (!live && owners !== null) outcome.warnings.push("a recording does not tell who holds the sockets: no owners");
  close();
  // Else left open: the process ends here, and looking up close(2) takes longer than all the rest of closing.
  if (command.record !== null) source[Symbol.dispose]();
  outcome.warnings.forEach(complain);
  if (!live && outcome.dumps === 0 && outcome.warnings.length === 0) {
    complain("there are no sockets of these protocols in the recording");
    return NOTHING;
  }
  return status(outcome);
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
function readHeld({ owners }: { owners: OwnersOption }): Held | null {
  return owners === null ? null : { owners: readOwners(owners === "cmdline"), readProtocolName };
}

function openSource({ read, record }: Command & { action: "dump" }): DatagramSource {
  if (read !== null) return openRecording(read);
  const source = openNetlinkSocket();
  return record === null ? source : openRecorder(record, source);
}

function status(outcome: Outcome): number {
  if (outcome.failed > 0 && outcome.failed === outcome.dumps && outcome.records === 0) return NOTHING;
  return outcome.warnings.length > 0 ? INCOMPLETE : DONE;
}

/** Runs the program; returns its exit status. */
export function main(args: readonly string[]): number {
  try {
    return run(parseCommand(args));
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
  const status = main(Deno.args);
  // Deno keeps compiled code for the next start only of programs that come to their end; what it does behind that, waiting
  // for its compilers and freeing memory, takes milliseconds and is of no use.
  addEventListener("unload", () => Deno.exit(status));
}
