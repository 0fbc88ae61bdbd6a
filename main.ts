/**
 * The program `ss2`: reads the command line, asks the kernel, prints.
 */
import type { DatagramSource } from "./decode/datagram_source.ts";
import { type Outcome, runPlan } from "./decode/plan.ts";
import { RecordingError, SystemError } from "./decode/errors.ts";
import { UnsupportedError } from "./ffi/libc.ts";
import { openNetlinkSocket } from "./ffi/netlink_socket.ts";
import { procNet } from "./ffi/proc_net.ts";
import { openRecorder, openRecording } from "./ffi/recording.ts";
import { OutputError, STDOUT, writeAll } from "./ffi/output_descriptor.ts";
import { type Command, helpText, parseCommand, UsageError, version } from "./options.ts";

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
      print(new TextEncoder().encode(helpText()));
      return DONE;
    case "version":
      print(new TextEncoder().encode(`ss2 ${version}\n`));
      return DONE;
    case "dump":
      return dump(command);
  }
}

function dump(command: Command & { action: "dump" }): number {
  const source = openSource(command);
  const sink = command.format.open(print, { compact: command.compact });
  const outcome = runPlan(command.plan, source, sink, command.read === null ? procNet : null);
  sink.close();
  // Else left open: the process ends here, and looking up close(2) takes longer than all the rest of closing.
  if (command.record !== null) source[Symbol.dispose]();
  outcome.warnings.forEach(complain);
  if (outcome.dumps === 0 && outcome.warnings.length === 0) {
    complain(`${command.read === null ? "the kernel" : "the recording"} lists no sockets of these protocols`);
  }
  return status(outcome);
}

function openSource({ read, record }: Command & { action: "dump" }): DatagramSource {
  if (read !== null) return openRecording(read);
  const source = openNetlinkSocket();
  return record === null ? source : openRecorder(record, source);
}

function status(outcome: Outcome): number {
  if (outcome.failed === outcome.dumps && outcome.records === 0) return NOTHING;
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
