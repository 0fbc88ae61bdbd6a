/**
 * The program `ss2`: reads the command line, runs the command, and exits with a status.
 */
import type { ActionName, CommandOf } from "./commands/action.ts";
import { DONE, NOTHING } from "./commands/exit_status.ts";
import { complain, printToStandardOutput, printWhileRead } from "./commands/print.ts";
import { actions } from "./commands/registry.ts";
import { NamespaceError, RecordingError, SystemError } from "./decode/kernel/errors.ts";
import { UnsupportedError } from "./ffi/libc.ts";
import { NotAFileError, OutputError, STDOUT } from "./ffi/output_descriptor.ts";
import type { Write } from "./formats/text/output_buffer.ts";
import type { Environment } from "./options/filter.ts";
import type { Command } from "./options/command.ts";
import { parseCommand } from "./options/parse_command.ts";
import { UsageError } from "./options/usage_error.ts";

/** Runs the command. An output file that would contain nothing useful is not left behind. */
async function run(command: Command): Promise<number> {
  const output = "output" in command ? command.output : null;
  if (output === null) return await perform(command, hasVerdict(command) ? printWhileRead() : printToStandardOutput);
  const { openOutputFile } = await import("./ffi/output_file.ts");
  using file = openOutputFile(output, command.action === "metrics" ? command.mode : null);
  const status = await perform(command, (bytes) => file.write(bytes));
  if (status !== NOTHING) file.commit();
  return status;
}

async function perform<Name extends ActionName>(command: CommandOf<Name>, print: Write): Promise<number> {
  const action = await actions[command.action as Name]();
  return await action(command, print, () => abandoned = true);
}

/** Whether the status is an answer, which must be right even if the reader of the output goes away. */
const hasVerdict = (command: Command): boolean =>
  ["allow", "check", "diff", "kill", "leaks", "wait"].includes(command.action) ||
  command.action === "dump" && command.expected !== null || command.action === "report" && command.judges;

/** Whether calls are pending whose results nobody needs. They would delay the end of the process. */
let abandoned = false;

/** What the command line may ask about this machine. */
const environment: Environment = {
  async readText(path) {
    const { readInput } = await import("./ffi/file.ts");
    return new TextDecoder().decode(readInput(path));
  },
  async names(live) {
    const { currentNames, lastingNames } = await import("./ffi/filter_names.ts");
    return live ? currentNames : lastingNames;
  },
  async terminalFormat() {
    if (!Deno.stdout.isTerminal()) return null;
    const { environmentVariable } = await import("./ffi/environment.ts");
    return environmentVariable("SS2_FORMAT");
  },
  async compatible() {
    const { environmentVariable } = await import("./ffi/environment.ts");
    return environmentVariable("SS2_COMPAT");
  },
  isTerminal: () => Deno.stdout.isTerminal(),
  warn: complain,
};

/** Runs the program; returns its exit status. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    return await run(await parseCommand(args, environment));
  } catch (error) {
    // The reader of the pipe has closed it.
    if (error instanceof OutputError && error.fd === STDOUT && error.cause.code === "EPIPE") return DONE;
    if (
      error instanceof UsageError || error instanceof OutputError || error instanceof SystemError ||
      error instanceof UnsupportedError || error instanceof RecordingError || error instanceof NotAFileError ||
      error instanceof NamespaceError
    ) {
      complain(error instanceof UsageError && error.place !== "" ? `${error.message}\n${error.place}` : error.message);
      return NOTHING;
    }
    // A script that cannot be loaded, lack of memory, or a bug. Deno would end with status 1, which means something
    // else here.
    complain(describeUnexpected(error));
    return NOTHING;
  }
}

/** Describes an unexpected error in one line: what it is, and where it comes from if that is known. */
function describeUnexpected(error: unknown): string {
  if (!(error instanceof Error)) return `unexpected error: ${error}`;
  const message = error.message.trim().replaceAll(/\s*\n\s*/g, " ");
  const place = /\(?([^\s(]+:\d+:\d+)\)?$/m.exec(error.stack ?? "")?.[1];
  return `unexpected error: ${error.name}: ${message}${place === undefined ? "" : ` (${place})`}`;
}

// No top-level await, because with it the bundler could not merge modules.
if (import.meta.main) {
  main(Deno.args).then((status) => {
    if (abandoned) Deno.exit(status);
    // Deno caches compiled code only if the program ends by itself, so exit as late as possible. What Deno does after
    // that, waiting for its compilers and freeing memory, would only take more time.
    addEventListener("unload", () => Deno.exit(status));
  });
}
