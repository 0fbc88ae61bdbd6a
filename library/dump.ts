/**
 * Lists sockets.
 */
import type { DumpOptions, HostOptions } from "./options.ts";
import type { Dumped } from "../decode/reference/dumped.ts";
import type { Outcome } from "../decode/record/outcome.ts";
import { ObjectSink } from "../decode/record/object_sink.ts";
import { openSink, parts, prepare, tell, withRunFields } from "./prepare.ts";
import { Session } from "../session.ts";
import type { RecordSink } from "../decode/record/record_sink.ts";
import { HostNameLookup } from "../ffi/resolver.ts";
import { openQueryWithHosts } from "../query/host_names.ts";
import { type Content, contentOf } from "../formats/format.ts";

/**
 * The sockets as objects, in the kernel's order. Fields are those of the JSON output; those of type `integer64` are
 * `bigint`. At most one datagram, about a hundred sockets, is in memory.
 *
 * @returns at the end of the iteration, the outcome; `warnings` says what may be missing
 * @throws {KernelError} after the sockets that could be read, if the kernel refused a request or broke off its answer
 * @throws {DecodeError} also after the sockets that could be read, if the answer is malformed
 * @throws {SystemError} if no netlink socket can be opened
 * @throws {NamespaceError} if a network namespace does not exist, or cannot be entered or left
 * @throws {UnsupportedError} on a system that is not Linux with glibc
 * @throws {RangeError} for an unknown word in `states`, or an unknown field
 */
export function* dumpObjects<const Options extends DumpOptions = DumpOptions>(
  options: Options = {} as Options,
): Generator<Dumped<Options>, Outcome> {
  const objects = new ObjectSink();
  const { run, query } = prepare(options);
  using session = new Session(run, parts);
  const { sink, finish } = openSink(objects, query, session);
  using steps = session.steps(sink);
  let step = steps.next();
  for (; step.done !== true; step = steps.next()) yield* objects.take() as Dumped<Options>[];
  finish();
  yield* objects.take() as Dumped<Options>[];
  const outcome = tell(step.value, options);
  if (outcome.errors.length > 0) throw outcome.errors[0];
  return outcome;
}

/**
 * Like {@linkcode dumpObjects}, with host names. Yields the flows when all names are known.
 *
 * @returns and throws as {@linkcode dumpObjects}
 */
export async function* dumpObjectsWithHosts<const Options extends HostOptions = HostOptions>(
  options: Options = {} as Options,
): AsyncGenerator<Dumped<Options>, Outcome> {
  const objects = new ObjectSink();
  const outcome = await dumpWithHosts(objects, options);
  yield* objects.take() as Dumped<Options>[];
  if (outcome.errors.length > 0) throw outcome.errors[0];
  return outcome;
}

/**
 * Pushes the sockets into a sink without creating objects.
 *
 * @returns the outcome; failed dumps are in `errors` and not thrown
 * @throws {SystemError} if no netlink socket can be opened
 * @throws {NamespaceError} if a network namespace does not exist, or cannot be entered or left
 * @throws {UnsupportedError} on a system that is not Linux with glibc
 * @throws {RangeError} for an unknown word in `states`, or an unknown field
 */
export function dump(sink: RecordSink, options: DumpOptions = {}): Outcome {
  const { run, query } = prepare(options);
  using session = new Session(run, parts);
  const opened = openSink(sink, query, session);
  const outcome = session.run(opened.sink);
  opened.finish();
  return tell(outcome, options);
}

/**
 * Like {@linkcode dump}, with host names if `hosts` is set. The sink then receives everything when all names are known.
 *
 * @returns and throws as {@linkcode dump}
 */
export async function dumpWithHosts(sink: RecordSink, options: HostOptions = {}): Promise<Outcome> {
  const { hosts = false, hostTimeout = 2000 } = options;
  if (!hosts) return dump(sink, options);
  const { run, query } = prepare(options, true);
  const lookup = new HostNameLookup(hostTimeout, "hostTimeout");
  using session = new Session(run, parts);
  const opened = openQueryWithHosts(withRunFields(sink, query, session), query, lookup.resolve);
  const outcome = session.run(opened.sink);
  await opened.finish();
  outcome.warnings.push(...lookup.warnings);
  return tell(outcome, options);
}

/** The content description that a format needs for a dump with these options. */
export function contentFor(options: HostOptions): Content {
  const { run: { plan, lookups = [] }, query } = prepare(options, true);
  return { families: plan.families, lookups, ...query === null ? {} : contentOf(query) };
}
