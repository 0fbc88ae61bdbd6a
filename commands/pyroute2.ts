/**
 * `--compat pyroute2`: lists sockets as the Python `ss2` does, for programs that read its output.
 */
import { ObjectSink } from "../decode/record/object_sink.ts";
import { noteRuntimeSockets } from "../ffi/own_sockets.ts";
import { pythonText } from "../formats/pyroute2.ts";
import type { Write } from "../formats/text/output_buffer.ts";
import type { PythonCommand } from "../options/command.ts";
import { openSession } from "../session.ts";
import { DONE, NOTHING } from "./exit_status.ts";
import { runOf } from "./list.ts";
import { openOutput } from "./output.ts";
import { complain, printText } from "./print.ts";
import { status } from "./verdict.ts";

/**
 * Lists. Its readers take a line on standard error for output, and every status but 0 for nothing: what is missing is
 * told only if nothing could be listed.
 */
export async function listAsPython(
  { listing, protocols }: PythonCommand,
  print: Write,
  abandon: () => void,
): Promise<number> {
  noteRuntimeSockets();
  using session = await openSession(runOf(listing));
  const objects = new ObjectSink();
  const opened = await openOutput(listing, () => Object.assign(objects, { close() {} }), (output) => output, abandon);
  const outcome = session.run(opened.sink);
  await opened.finish();
  if (status(outcome) === NOTHING) {
    outcome.warnings.forEach(complain);
    return NOTHING;
  }
  printText(pythonText(protocols, objects.take()), print);
  return DONE;
}
