/**
 * Datagrams received by a second thread while this one is at work, through the asynchronous input of the C library:
 * see aio(7). A netlink dump is made by whoever receives it, which is a third of the time of a long one.
 */
import { EAGAIN, EINPROGRESS } from "../decode/errno.ts";
import { SystemError } from "../decode/errors.ts";
import { available, errno, libc } from "./libc.ts";

/** Datagrams that are received or asked for at the same time. */
const COUNT = 8;

/** Size of `struct aiocb`, and where its members lie, on 64-bit Linux; see `aio.h`. */
const AIOCB_SIZE = 168;
const AIO_BUF = 16;
const AIO_NBYTES = 24;
const SIGEV_NOTIFY = 44;
const SIGEV_NONE = 1;

/** Both arrays are in use by the other thread from `aio_read` to `aio_return`. */
interface Slot {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly control: Uint8Array<ArrayBuffer>;
  /** The address of `control`, as the list of one that `aio_suspend` takes. */
  readonly list: BigUint64Array<ArrayBuffer>;
  asked: boolean;
}

/** Whether the C library has what it takes: glibc since 2.34, which before kept it in a library of its own. */
export function canReadAhead(): boolean {
  return available("aio_read") && available("aio_error") && available("aio_return") && available("aio_suspend");
}

/** Keeps the arrays of those that are not disposed of, because the other thread may write into them. */
const open = new Set<ReadAhead>();

/** Receives from one socket, in order. */
export class ReadAhead {
  readonly #slots: readonly Slot[];
  /** The slot whose turn it is. */
  #next = 0;

  /**
   * @param fd a socket for which `O_NONBLOCK` is set, so that nothing waits where no answer is due
   * @param size the longest datagram; longer ones are cut to one byte more
   */
  constructor(fd: number, size: number) {
    this.#slots = Array.from({ length: COUNT }, () => makeSlot(fd, size + 1));
    open.add(this);
  }

  /**
   * Takes the next datagram and puts it at the start of `buffer`.
   *
   * @returns its length, or the negative number of an error: `EAGAIN` if nothing was there when it was asked for, and nothing
   * is being asked for now
   */
  receive(buffer: Uint8Array): number {
    this.#askAll();
    for (let i = 0; i < COUNT; i++) {
      const slot = this.#slots[this.#next]!;
      this.#next = (this.#next + 1) % COUNT;
      const result = take(slot);
      // A later one may have what came a moment after this one was told that there is nothing.
      if (result === -EAGAIN) continue;
      if (result > 0) buffer.set(slot.bytes.subarray(0, Math.min(result, buffer.length)));
      this.#askAll();
      return result;
    }
    return -EAGAIN;
  }

  /** Asks for datagrams in the order of turns: those that are asked for already are the first. */
  #askAll(): void {
    for (let i = 0; i < COUNT; i++) ask(this.#slots[(this.#next + i) % COUNT]!);
  }

  /** Waits for the other thread to be through. */
  [Symbol.dispose](): void {
    for (const slot of this.#slots) if (slot.asked) take(slot);
    open.delete(this);
  }
}

function makeSlot(fd: number, size: number): Slot {
  const bytes = new Uint8Array(size);
  const control = new Uint8Array(AIOCB_SIZE);
  const view = new DataView(control.buffer);
  view.setInt32(0, fd, true);
  view.setBigUint64(AIO_BUF, addressOf(bytes), true);
  view.setBigUint64(AIO_NBYTES, BigInt(size), true);
  view.setInt32(SIGEV_NOTIFY, SIGEV_NONE, true);
  return { bytes, control, list: new BigUint64Array([addressOf(control)]), asked: false };
}

function addressOf(bytes: Uint8Array<ArrayBuffer>): bigint {
  return BigInt(Deno.UnsafePointer.value(Deno.UnsafePointer.of(bytes)));
}

function ask(slot: Slot): void {
  if (slot.asked) return;
  if (libc.aio_read(slot.control) !== 0) throw new SystemError("receive from the kernel", errno());
  slot.asked = true;
}

/** Waits for a slot; returns the length of its datagram, or the negative number of an error. */
function take(slot: Slot): number {
  let error = libc.aio_error(slot.control);
  while (error === EINPROGRESS) {
    libc.aio_suspend(slot.list, 1, null);
    error = libc.aio_error(slot.control);
  }
  slot.asked = false;
  const length = libc.aio_return(slot.control);
  return error === 0 ? length : -error;
}
