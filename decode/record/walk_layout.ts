/**
 * Pushes the members of a structure into a sink, as its layout describes them.
 */
import { type Layout, type Step, UNKNOWN } from "./layout.ts";
import type { RecordSink } from "./record_sink.ts";
import { DecodeError } from "../kernel/errors.ts";
import { AF_INET, AF_INET6 } from "../kernel/address_family.ts";

/** Pushes the members of the structure at `start` that end before or at `end`. A member that is cut off is left out. */
export function walkLayout(
  layout: Layout,
  view: DataView,
  bytes: Uint8Array,
  start: number,
  end: number,
  sink: RecordSink,
): void {
  const { steps } = layout;
  const length = end - start;
  for (let i = 0; i < steps.length; i++) {
    const step = steps[i]!;
    if (step.needs <= length) writeMember(step, view, bytes, start, sink);
  }
}

/** Pushes one member of the structure at `start`. */
export function writeMember(step: Step, view: DataView, bytes: Uint8Array, start: number, sink: RecordSink): void {
  const at = start + step.offset;
  switch (step.kind) {
    case "u8":
    case "u16":
    case "u32":
    case "bits":
      return sink.integer(step.key, readMember(step, view, at) >>> 0);
    case "s32":
      return sink.integer(step.key, view.getInt32(at, true));
    case "u64":
      return sink.integer64(step.key, view.getInt32(at, true), view.getInt32(at + 4, true));
    case "milliseconds":
      return sink.thousandths(step.key, view.getUint32(at, true));
    case "port":
      return sink.integer(step.key, view.getUint16(at, false));
    case "identifier":
      return sink.identifier(step.key, view.getInt32(at, true), view.getInt32(at + 4, true));
    case "boolean":
      return sink.boolean(step.key, readMember(step, view, at) !== 0);
    case "nullable": {
      const value = readMember(step, view, at);
      return value === step.none ? sink.null(step.key) : sink.integer(step.key, value >>> 0);
    }
    case "enumeration": {
      const value = readMember(step, view, at);
      const word = step.words[value];
      sink.name(step.key, word ?? UNKNOWN);
      return word === undefined && step.raw !== step.key ? sink.integer(step.raw, value >>> 0) : undefined;
    }
    case "flags": {
      const value = readMember(step, view, at);
      sink.flags(step.key, step.words, value);
      return (value & ~step.known) === 0 || step.raw === step.key ? undefined : sink.integer(step.raw, value >>> 0);
    }
    case "address":
      return sink.address(step.key, isIPv6(bytes, start), bytes, at);
  }
}

/** The value of a member of at most 32 bits. The result is signed: use `>>> 0` to make it unsigned. */
function readMember(step: Step, view: DataView, at: number): number {
  const value = step.size === 1
    ? view.getUint8(at)
    : step.size === 2
    ? view.getUint16(at, true)
    : view.getInt32(at, true);
  return (value >>> step.shift) & step.mask;
}

/**
 * Whether the addresses of the structure at `start`, whose first byte is the address family, are IPv6.
 *
 * @throws {DecodeError} if the family is neither IPv4 nor IPv6
 */
export function isIPv6(bytes: Uint8Array, start: number): boolean {
  const family = bytes[start]!;
  if (family !== AF_INET6 && family !== AF_INET) {
    throw new DecodeError(`address family ${family} where an IP address is expected`, start);
  }
  return family === AF_INET6;
}

/** Pushes the bytes after the known members of the structure, if there are any. */
export function writeExtra(layout: Layout, bytes: Uint8Array, start: number, end: number, sink: RecordSink): void {
  if (end - start > layout.end) sink.hex(layout.extra, bytes, start + layout.end, end);
}
