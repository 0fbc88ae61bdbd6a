/**
 * A pipe through the C library, whose writing end a child process can inherit.
 */
import { errno } from "../../ffi/libc.ts";
import { CallError, libc } from "./libc.ts";

const O_NONBLOCK = 0o4000;
const FD_CLOEXEC = 1;
const F_SETFD = 2;

const EAGAIN = 11;

/** A pipe of which neither end ever waits. */
export class NonBlockingPipe implements Disposable {
  readonly #ends = new Int32Array(2);
  #writingOpen = true;

  constructor() {
    if (libc().pipe2(this.#ends, O_NONBLOCK) < 0) throw new CallError("pipe2", errno());
    libc().fcntl(this.#ends[0]!, F_SETFD, FD_CLOEXEC);
  }

  /** Descriptor that a child process has under the same number. */
  get writingEnd(): number {
    return this.#ends[1]!;
  }

  /** Leaves the writing end to the child alone, so that its end is seen. */
  closeWritingEnd(): void {
    if (this.#writingOpen) libc().close(this.#ends[1]!);
    this.#writingOpen = false;
  }

  /** What is there now, at most `size` bytes; `"empty"` if there is nothing yet, `"end"` if nothing will come. */
  read(size: number): Uint8Array | "empty" | "end" {
    const buffer = new Uint8Array(size);
    const length = libc().read(this.#ends[0]!, buffer, BigInt(size));
    if (length > 0) return buffer.subarray(0, length);
    if (length === 0) return "end";
    const error = errno();
    if (error !== EAGAIN) throw new CallError("read", error);
    return "empty";
  }

  [Symbol.dispose](): void {
    this.closeWritingEnd();
    libc().close(this.#ends[0]!);
  }
}
