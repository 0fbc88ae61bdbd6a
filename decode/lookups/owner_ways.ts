/**
 * The ways in which a process holds a socket: by descriptors, by an io_uring, or by a mapping.
 */
import { fd, fds, type Holder, mapped, ringFd, ringFds } from "./owners.ts";
import type { RecordSink } from "../record/record_sink.ts";

/** The way of a holder that has mapped the socket. Other ways are descriptor numbers. */
export const MAPPED = -1;
/**
 * The way of a holder that registered the socket with an io_uring. Each descriptor of an io_uring has a number, this one or
 * below.
 */
const REGISTERED = -2;
/** The way of a holder that registered the socket with the io_uring of descriptor `ring`. */
export const registeredWith = (ring: number): number => REGISTERED - ring;

/** The io_uring of such a way. */
export const ringOf = (way: number): number => REGISTERED - way;

/** Pushes the descriptors of a holder one by one, between `open` and `close`. */
export interface DescribeWay {
  open(sink: RecordSink): void;
  /** @param inode of the socket; `null` for the descriptor of an io_uring that holds it */
  descriptor(holder: Holder, fd: number, inode: number | null, sink: RecordSink): void;
  close(sink: RecordSink): void;
}

/**
 * Pushes the ways in which a process holds a socket.
 *
 * @param entries of the index of owners: the inode, the holder, the way, and the place of the next entry
 * @param first place of the first entry of the process, and of its last one
 */
export function writeWays(entries: Int32Array, first: number, end: number, sink: RecordSink): void {
  let rings = false;
  let isMapped = false;
  sink.openList(fds);
  for (let at = first;; at = entries[at + 3]!) {
    const way = entries[at + 2]!;
    if (way >= 0) sink.integer(fd, way);
    else if (way === MAPPED) isMapped = true;
    else rings = true;
    if (at === end) break;
  }
  sink.closeList(fds);
  if (rings) writeRings(entries, first, end, sink);
  if (isMapped) sink.boolean(mapped, true);
}

function writeRings(entries: Int32Array, first: number, end: number, sink: RecordSink): void {
  sink.openList(ringFds);
  for (let at = first;; at = entries[at + 3]!) {
    const way = entries[at + 2]!;
    if (way <= REGISTERED) sink.integer(ringFd, ringOf(way));
    if (at === end) break;
  }
  sink.closeList(ringFds);
}

/** Pushes details of the same. */
export function describeWays(
  entries: Int32Array,
  first: number,
  end: number,
  holder: Holder,
  describe: DescribeWay,
  sink: RecordSink,
): void {
  describe.open(sink);
  for (let at = first;; at = entries[at + 3]!) {
    const way = entries[at + 2]!;
    if (way >= 0) describe.descriptor(holder, way, entries[at]! >>> 0, sink);
    else if (way <= REGISTERED) describe.descriptor(holder, ringOf(way), null, sink);
    if (at === end) break;
  }
  describe.close(sink);
}
