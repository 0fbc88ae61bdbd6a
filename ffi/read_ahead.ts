/**
 * Datagrams received by a second thread while this one is at work, through the asynchronous input of the C library:
 * see aio(7). A netlink dump is made by whoever receives it, which is a third of the time of a long one.
 */
import { EAGAIN, EINPROGRESS, ENOBUFS } from "../decode/kernel/errno.ts";
import { available, libc } from "./libc.ts";

/** Datagrams that are asked for at once, by one call: it costs as much as one of them. Twice as many are received ahead. */
const GROUP = 16;

/** Size of `struct aiocb`, and where its members lie, on 64-bit Linux; see `aio.h`. */
const AIOCB_SIZE = 168;
const AIO_BUF = 16;
const AIO_NBYTES = 24;
const SIGEV_NOTIFY = 44;
const ERROR_CODE = 112;
const SIGEV_NONE = 1;
const LIO_NOWAIT = 1;

/** What the error code of a slot can be that the other thread has taken. */
const POSSIBLE: readonly number[] = [0, EINPROGRESS, ENOBUFS];

/** Both arrays are in use by the other thread from `lio_listio` to `aio_return`. */
interface Slot {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly control: Uint8Array<ArrayBuffer>;
  readonly view: DataView<ArrayBuffer>;
  /** The address of `control`, as the list of one that `aio_suspend` takes. */
  readonly list: BigUint64Array<ArrayBuffer>;
}

/** Slots that are asked for together, and again when all have been taken. */
interface Group {
  readonly slots: readonly Slot[];
  /** The addresses of their `control`. */
  readonly list: BigUint64Array<ArrayBuffer>;
  asked: boolean;
}

/** Whether the C library has what it takes: glibc since 2.34, which before kept it in a library of its own. */
export function canReadAhead(): boolean {
  return available("lio_listio") && available("aio_error") && available("aio_return") && available("aio_suspend");
}

/** Keeps the arrays of those that are not disposed of, because the other thread may write into them. */
const open = new Set<ReadAhead>();

/** Receives from one socket, in order. */
export class ReadAhead {
  /** Whether there is no thread to be had: what was asked for before is still to be taken, and no more is asked for. */
  refused = false;
  /** The group whose turn it is, and the one behind it. */
  #group: Group;
  #other: Group;
  /** The slot of the group whose turn it is. */
  #next = 0;

  /**
   * @param fd a socket for which `O_NONBLOCK` is set, so that nothing waits where no answer is due
   * @param size the longest datagram; longer ones are cut to one byte more
   */
  constructor(fd: number, size: number) {
    this.#group = makeGroup(fd, size + 1);
    this.#other = makeGroup(fd, size + 1);
    open.add(this);
  }

  /**
   * Takes the next datagram and puts it at the start of `buffer`.
   *
   * @returns its length, or the negative number of an error: `EAGAIN` if nothing was there when it was asked for
   */
  receive(buffer: Uint8Array): number {
    this.#ask(this.#group);
    this.#ask(this.#other);
    // A later one may have what came a moment after an earlier one was told that there is nothing.
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
    // Some may have been taken all the same. The others read like those for which there was nothing.
    for (const { view } of group.slots) {
      if (!POSSIBLE.includes(view.getInt32(ERROR_CODE, true))) view.setInt32(ERROR_CODE, EAGAIN, true);
    }
  }

  /** Goes on to the next slot. */
  #turn(): void {
    if (++this.#next < GROUP) return;
    this.#next = 0;
    this.#group.asked = false;
    [this.#group, this.#other] = [this.#other, this.#group];
  }

  /** Waits for the other thread to be through. */
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

/** Waits for a slot; returns the length of its datagram, or the negative number of an error. */
function take(slot: Slot): number {
  let error = libc.aio_error(slot.control);
  while (error === EINPROGRESS) {
    libc.aio_suspend(slot.list, 1, null);
    error = libc.aio_error(slot.control);
  }
  const length = libc.aio_return(slot.control);
  return error === 0 ? length : -error;
}
