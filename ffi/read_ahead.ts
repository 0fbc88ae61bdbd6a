/**
 * Receives datagrams in a second thread while this one works, through the asynchronous I/O of the C library; see aio(7). The
 * receiving thread makes the netlink dump, which takes a third of the time of a long dump.
 */
import { EAGAIN, EINPROGRESS, ENOBUFS } from "../decode/kernel/errno.ts";
import { available, libc } from "./libc.ts";

/** Datagrams requested by one call, which costs as much as receiving one. Twice as many are received ahead. */
const GROUP = 16;

/** Size of `struct aiocb`, and offsets of its members, on 64-bit Linux; see `aio.h`. */
const AIOCB_SIZE = 168;
const AIO_BUF = 16;
const AIO_NBYTES = 24;
const SIGEV_NOTIFY = 44;
const ERROR_CODE = 112;
const SIGEV_NONE = 1;
const LIO_NOWAIT = 1;

/** Error codes that a slot can have after the other thread has taken it. */
const POSSIBLE: readonly number[] = [0, EINPROGRESS, ENOBUFS];

/** The other thread uses both arrays from `lio_listio` to `aio_return`. */
interface Slot {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly control: Uint8Array<ArrayBuffer>;
  readonly view: DataView<ArrayBuffer>;
  /** The address of `control`, as the list of one entry that `aio_suspend` takes. */
  readonly list: BigUint64Array<ArrayBuffer>;
}

/** Slots that are requested together, and requested again when all have been taken. */
interface Group {
  readonly slots: readonly Slot[];
  /** The addresses of the `control` of each slot. */
  readonly list: BigUint64Array<ArrayBuffer>;
  asked: boolean;
}

/** Whether the C library has these functions: glibc since 2.34, before that they were in a separate library. */
export function canReadAhead(): boolean {
  return available("lio_listio") && available("aio_error") && available("aio_return") && available("aio_suspend");
}

/** Keeps the arrays of all that are not disposed of, because the other thread may write into them. */
const open = new Set<ReadAhead>();

/** Receives the datagrams of one socket, in order. */
export class ReadAhead {
  /** Whether no second thread is available. Earlier requests must still be taken; no new ones are made. */
  refused = false;
  /** The current group, and the next one. */
  #group: Group;
  #other: Group;
  /** The current slot of the current group. */
  #next = 0;

  /**
   * @param fd a socket with `O_NONBLOCK`, so that nothing waits if no answer is due
   * @param size length of the longest datagram; longer ones are cut to one byte more
   */
  constructor(fd: number, size: number) {
    this.#group = makeGroup(fd, size + 1);
    this.#other = makeGroup(fd, size + 1);
    open.add(this);
  }

  /**
   * Takes the next datagram and puts it at the start of `buffer`.
   *
   * @returns its length, or a negative error number: `EAGAIN` if there was no datagram at the time of the request
   */
  receive(buffer: Uint8Array): number {
    this.#ask(this.#group);
    this.#ask(this.#other);
    // A datagram may arrive just after one slot got EAGAIN. Then a later slot has it.
    while (this.#group.asked) {
      const slot = this.#group.slots[this.#next]!;
      const result = take(slot);
      this.#turn();
      if (result === -EAGAIN) continue;
      if (result > 0) buffer.set(slot.bytes.subarray(0, Math.min(result, buffer.length)));
      return result;
    }
    return -EAGAIN;
  }

  #ask(group: Group): void {
    if (group.asked || this.refused) return;
    for (const { view } of group.slots) view.setInt32(ERROR_CODE, EAGAIN, true);
    this.refused = libc.lio_listio(LIO_NOWAIT, group.list, GROUP, null) !== 0;
    group.asked = true;
    if (!this.refused) return;
    // Some slots may have been taken anyway. The others look like slots that got EAGAIN.
    for (const { view } of group.slots) {
      if (!POSSIBLE.includes(view.getInt32(ERROR_CODE, true))) view.setInt32(ERROR_CODE, EAGAIN, true);
    }
  }

  /** Moves to the next slot. */
  #turn(): void {
    if (++this.#next < GROUP) return;
    this.#next = 0;
    this.#group.asked = false;
    [this.#group, this.#other] = [this.#other, this.#group];
  }

  /** Waits until the other thread has finished. */
  [Symbol.dispose](): void {
    while (this.#group.asked) {
      take(this.#group.slots[this.#next]!);
      this.#turn();
    }
    open.delete(this);
  }
}

function makeGroup(fd: number, size: number): Group {
  const slots = Array.from({ length: GROUP }, () => makeSlot(fd, size));
  return { slots, list: BigUint64Array.from(slots, ({ list }) => list[0]!), asked: false };
}

function makeSlot(fd: number, size: number): Slot {
  const bytes = new Uint8Array(size);
  const control = new Uint8Array(AIOCB_SIZE);
  const view = new DataView(control.buffer);
  view.setInt32(0, fd, true);
  view.setBigUint64(AIO_BUF, addressOf(bytes), true);
  view.setBigUint64(AIO_NBYTES, BigInt(size), true);
  view.setInt32(SIGEV_NOTIFY, SIGEV_NONE, true);
  return { bytes, control, view, list: new BigUint64Array([addressOf(control)]) };
}

function addressOf(bytes: Uint8Array<ArrayBuffer>): bigint {
  return BigInt(Deno.UnsafePointer.value(Deno.UnsafePointer.of(bytes)));
}

/** Waits for a slot; returns the length of its datagram, or a negative error number. */
function take(slot: Slot): number {
  let error = libc.aio_error(slot.control);
  while (error === EINPROGRESS) {
    libc.aio_suspend(slot.list, 1, null);
    error = libc.aio_error(slot.control);
  }
  const length = libc.aio_return(slot.control);
  return error === 0 ? length : -error;
}
