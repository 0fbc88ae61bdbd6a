/**
 * `-E`: prints sockets as they are closed.
 */
import { families, loadFamilies } from "../decode/families/registry.ts";
import { EventStream, EventWriter } from "../decode/plan/event_stream.ts";
import { readPcap } from "../decode/recording/pcap.ts";
import { recordedEvents } from "../decode/recording/recorded_events.ts";
import { readRelease } from "../decode/recording/recorded_source.ts";
import { DecodeError, RecordingError } from "../decode/kernel/errors.ts";
import { quote } from "../decode/text/control_characters.ts";
import { EventRun } from "../ffi/event_run.ts";
import { withInput } from "../ffi/file.ts";
import { kernelReleaseName, parseKernelRelease } from "../ffi/kernel_release.ts";
import { OutputQueue } from "../ffi/output_queue.ts";
import { STDOUT } from "../ffi/output_descriptor.ts";
import { RecordingFile } from "../ffi/recording.ts";
import type { OutputSink } from "../formats/format.ts";
import type { Write } from "../formats/text/output_buffer.ts";
import type { EventsCommand } from "../options/command.ts";
import { openQuery } from "../query/pipeline.ts";
import { DONE, INCOMPLETE, NOTHING } from "./exit_status.ts";
import { fitTerminal, readServices } from "./list.ts";
import { complain } from "./print.ts";
import { StopSignals } from "./stop_signals.ts";

/** Longest wait in milliseconds: after it the time, the signals and the namespaces are looked at. */
const TICK = 100;
/** Milliseconds that a reader has at the end to read what is left. */
const LAST_WAIT = 2000;
/** The longest time that a timer takes. */
const NO_LIMIT = 2 ** 31 - 1;

/** Prints events until the time, the limit, a signal or the end of the recording. */
export async function printEvents(command: EventsCommand, print: Write, abandon: () => void): Promise<number> {
  const queue = command.output === null ? new OutputQueue() : null;
  const { output, stream } = await openStream(command, queue?.write ?? print);
  const warnings = command.read === null
    ? await follow(command, stream, output, queue)
    : replay(command, command.read, stream);
  stream.end();
  output.close();
  if (queue !== null) {
    await queue.drain(command.read === null ? LAST_WAIT : NO_LIMIT);
    if (queue.length > 0) {
      warnings.push(`standard output is blocked: ${queue.length} bytes are not written`);
      abandon();
    }
  }
  if (stream.lost > 0) warnings.push(`${stream.lost} events were lost`);
  warnings.forEach(complain);
  if (command.read !== null && stream.closed + stream.lost === 0 && warnings.length > 0) return NOTHING;
  return warnings.length > 0 ? INCOMPLETE : DONE;
}

/** The chain of sinks for the records. */
async function openStream(
  command: EventsCommand,
  write: Write,
): Promise<{ readonly output: OutputSink; readonly stream: EventStream }> {
  const { open, plan, query, limit, namespaces } = command;
  const { contentOf } = await import("../formats/format.ts");
  const output = open(write, await fitTerminal(command), {
    families: plan.families,
    lookups: namespaces === null ? [] : ["netns"],
    stream: true,
    ...query === null ? {} : contentOf(query),
    ...await readServices(command),
  });
  const sink = query === null ? output : openQuery(output, query).sink;
  return { output, stream: new EventStream(sink, limit ?? Infinity) };
}

/** Follows the running kernel; returns what is known to be missing. */
async function follow(
  command: EventsCommand,
  stream: EventStream,
  output: OutputSink,
  queue: OutputQueue | null,
): Promise<string[]> {
  const { plan, namespaces, record, duration } = command;
  using signals = new StopSignals();
  using recording = record === null ? null : new RecordingFile(record, parseKernelRelease(kernelReleaseName()));
  const all = namespaces === null ? [] : await loadFamilies(families);
  using run = new EventRun({ plan, namespaces, families: all, recording }, stream);
  const end = performance.now() + (duration ?? Infinity);
  while (!signals.received && !stream.full && !run.ended) {
    run.take(queue?.full === true);
    output.flush?.();
    queue?.check();
    const left = end - performance.now();
    if (left <= 0) break;
    if (stream.full) break;
    if (await run.wait(queue === null ? -1 : STDOUT, Math.ceil(Math.min(left, TICK)))) break;
  }
  run.finish(queue?.full === true);
  return run.warnings;
}

/** Prints the events in a recording; returns what is known to be missing. */
function replay({ plan }: EventsCommand, path: string, stream: EventStream): string[] {
  const { packets, damage } = readPackets(path);
  const release = packets.reduce((found, packet) => readRelease(packet) || found, 0);
  const writers = new Map(
    plan.families.map((family) => [
      family.events!.protocol,
      new EventWriter(family, release, stream, plan.filter ?? null, [], []),
    ]),
  );
  const warnings: string[] = [];
  let events = 0;
  for (const { protocol, time, message, lost } of recordedEvents(packets)) {
    events++;
    const writer = writers.get(protocol);
    if (writer === undefined || stream.full) continue;
    stream.setTime(time);
    if (lost > 0) writer.lose(lost);
    else if (isAsked(message, plan)) takeMessage(writer, message, warnings);
  }
  if (damage !== null) {
    warnings.push(`recording ${quote(path)} is damaged: ${damage.message}; what comes behind is missing`);
  } else if (events === 0) warnings.push(`there are no events in the recording ${quote(path)}`);
  return warnings;
}

function readPackets(path: string): ReturnType<typeof readPcap> {
  try {
    return withInput(path, readPcap);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw new RecordingError(quote(path), error);
  }
}

/** Offset of the address family in a message. */
const FAMILY = 16;

const isAsked = (message: Uint8Array, { addressFamilies }: { readonly addressFamilies: readonly number[] }): boolean =>
  addressFamilies.includes(message[FAMILY] ?? 0);

function takeMessage(writer: EventWriter, message: Uint8Array, warnings: string[]): void {
  const { buffer } = writer.stream;
  buffer.set(message.subarray(0, buffer.length));
  try {
    writer.take(message.length);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    warnings.push(`${writer.family.name} event: ${error.message}`);
  }
}
