/**
 * Selects the sockets of an answer by state, type and filter.
 */
import type { Family } from "../families/family.ts";
import type { Question } from "../families/question.ts";
import { TCP_BOUND_INACTIVE, TCP_CLOSE } from "../kernel/tcp_states.ts";
import type { DatagramSource } from "../netlink/datagram_source.ts";
import type { Acceptance } from "../netlink/dump.ts";
import type { SocketDecoder } from "../netlink/socket_decoder.ts";
import { extension, type Reader } from "./enrichment.ts";
import type { Plan } from "./plan.ts";
import type { FamilyFilter, RecordPredicate } from "./record_filter.ts";

/** Selects sockets where the kernel does not; `null` for all. */
export function acceptance(
  family: Family,
  plan: Plan,
  { states }: Question,
  source: DatagramSource,
): Acceptance | null {
  const types = plan.types?.[family.name];
  const stateOf = family.kernelFiltersStates && source.live !== false ? null : family.stateOf;
  const typeOf = types === undefined ? undefined : family.typeOf;
  if (stateOf === null && typeOf === undefined) return null;
  // The kernel reports bound, inactive Internet sockets as closed.
  const bound = family.domain === "inet" && (states >> TCP_BOUND_INACTIVE & 1) === 1;
  const shown = bound ? states | 1 << TCP_CLOSE : states;
  return (view, _bytes, start, end) =>
    (stateOf === null || (shown >> stateOf(view, start, end) & 1) === 1) &&
    (typeOf === undefined || (types! >> typeOf(view, start, end) & 1) === 1);
}

/** Which sockets of an answer are pushed, and the filter that decides if the message alone does not. */
export interface Check {
  readonly accept: Acceptance | null;
  readonly predicate: RecordPredicate | null;
}

/** Decodes a socket into the filter first, and into the output only if it passes. */
export function check(
  filter: FamilyFilter | null,
  inKernel: boolean,
  ofMessage: Acceptance | null,
  decode: SocketDecoder,
  readers: readonly Reader[],
): Check {
  const predicate = filter?.openPredicate(inKernel) ?? null;
  if (predicate === null) return { accept: ofMessage, predicate };
  const read = readers.filter(({ enricher }) => enricher.lookup.keys.some((key) => filter!.reads(key)));
  const extend = extension(read.filter(({ enricher }) => enricher.touches !== true));
  const touch = extension(read.filter(({ enricher }) => enricher.touches === true));
  const counting = read.map(({ enricher }) => enricher).filter(({ unresolved }) => unresolved !== undefined);
  const before = counting.map(() => 0);
  const accept: Acceptance = (view, bytes, start, end) => {
    if (ofMessage !== null && !ofMessage(view, bytes, start, end)) return false;
    for (let i = 0; i < counting.length; i++) before[i] = counting[i]!.unresolved!;
    predicate.openRecord();
    decode(view, bytes, start, end, predicate);
    if (touch !== null && !predicate.mayPass("lookups")) return false;
    if (extend !== null) extend(view, start, end, predicate);
    if (touch !== null) {
      if (!predicate.mayPass("touching")) return false;
      touch(view, start, end, predicate);
    }
    let doubtful = false;
    for (let i = 0; i < counting.length; i++) doubtful ||= counting[i]!.unresolved! > before[i]!;
    if (!predicate.passes(doubtful)) return false;
    // The output needs its own lookup.
    for (let i = 0; i < counting.length; i++) counting[i]!.unresolved = before[i]!;
    return true;
  };
  return { accept, predicate };
}
