/**
 * Standard output for a program that must go on while nobody reads: bytes wait in memory and are written in another thread.
 */
import { errnoCalled } from "../decode/kernel/errno.ts";
import { SystemError } from "../decode/kernel/errors.ts";
import { OutputError, STDOUT } from "./output_descriptor.ts";

/** Bytes that may wait. */
const MOST = 8 * 1024 * 1024;
/** Pause in milliseconds before standard output is tried again, if it does not wait by itself. */
const PAUSE = 10;

export class OutputQueue {
  #waiting: Uint8Array[] = [];
  #length = 0;
  #writing: Promise<void> | null = null;
  #failure: Error | null = null;

  /** Whether so much waits that nothing should be added. */
  get full(): boolean {
    return this.#length >= MOST;
  }

  /** Bytes that are not written yet. */
  get length(): number {
    return this.#length;
  }

  /**
   * Adds bytes, which are the caller's again when it returns.
   *
   * @throws {OutputError} if output could not be written before
   */
  write = (bytes: Uint8Array): void => {
    this.check();
    this.#waiting.push(bytes.slice());
    this.#length += bytes.length;
    this.#writing ??= this.#writeAll();
  };

  /** @throws {OutputError} if output could not be written */
  check(): void {
    if (this.#failure !== null) throw this.#failure;
  }

  /**
   * Waits until everything is written, or for some milliseconds.
   *
   * @throws {OutputError} if it cannot be written
   */
  async drain(milliseconds: number): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((resolve) => timer = setTimeout(resolve, milliseconds));
    await Promise.race([this.#writing, late]);
    clearTimeout(timer);
    this.check();
  }

  async #writeAll(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        let piece = this.#waiting.shift()!;
        while (piece.length > 0) {
          const written = await writeSome(piece);
          this.#length -= written;
          piece = piece.subarray(written);
        }
      }
    } catch (error) {
      this.#failure = new OutputError(
        new SystemError("write standard output", errnoCalled((error as { code?: string }).code ?? "")),
        STDOUT,
      );
    }
    this.#writing = null;
  }
}

/** Writes what fits; 0 if standard output takes nothing at the moment. */
async function writeSome(piece: Uint8Array): Promise<number> {
  try {
    return await Deno.stdout.write(piece);
  } catch (error) {
    if (!(error instanceof Deno.errors.WouldBlock)) throw error;
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
    return 0;
  }
}
