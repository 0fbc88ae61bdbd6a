/**
 * A file that the user has named, which may be larger than memory; see pread(2).
 */
import { SystemError } from "../decode/kernel/errors.ts";
import { quote } from "../decode/text/control_characters.ts";
import { AT_FDCWD, cString, type FileReader, O_RDONLY_CLOEXEC, readerOf, STDIN } from "./file.ts";
import { libc, uninterrupted } from "./libc.ts";

/** Bytes of the first read. */
const HEAD = 65536;

/** An open file. */
export class InputFile implements Disposable {
  readonly #fd: number;
  readonly #name: string;
  readonly #read: FileReader;
  #head: Uint8Array<ArrayBuffer> | null = null;
  #at = 0;

  /**
   * @param path `-` for standard input
   * @throws {SystemError} if it cannot be opened
   */
  constructor(path: string) {
    const name = cString(path);
    const { openat } = libc;
    this.#name = path === "-" ? "standard input" : quote(path);
    this.#fd = path === "-" ? STDIN : uninterrupted(() => openat(AT_FDCWD, name, O_RDONLY_CLOEXEC));
    if (this.#fd < 0) throw new SystemError(`open ${this.#name}`, -this.#fd);
    this.#read = readerOf(this.#fd, this.#name);
  }

  /** The first bytes, which {@linkcode read} reads too. */
  get head(): Uint8Array<ArrayBuffer> {
    if (this.#head !== null) return this.#head;
    const buffer = new Uint8Array(HEAD);
    return this.#head = buffer.subarray(0, this.#read(buffer));
  }

  /** As {@linkcode FileReader}. @throws {SystemError} if it cannot be read */
  read(buffer: Uint8Array<ArrayBuffer>): number {
    const { head } = this;
    const piece = head.subarray(this.#at, this.#at + buffer.length);
    if (piece.length === 0) return this.#read(buffer);
    buffer.set(piece);
    this.#at += piece.length;
    return piece.length;
  }

  /** Reads bytes again, from a position in the file; `null` if they can only be read once. */
  get texts(): { get(position: number, length: number): Uint8Array } | null {
    return this.#fd !== STDIN && this.#pread(new Uint8Array(1), 0) >= 0 ? { get: this.#get } : null;
  }

  readonly #get = (position: number, length: number): Uint8Array => {
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length;) {
      const count = this.#pread(bytes.subarray(at), position + at);
      if (count < 0) throw new SystemError(`read ${this.#name}`, -count);
      if (count === 0) return bytes.subarray(0, at);
      at += count;
    }
    return bytes;
  };

  #pread(buffer: Uint8Array<ArrayBuffer>, position: number): number {
    const { pread } = libc;
    return uninterrupted(() => pread(this.#fd, buffer, BigInt(buffer.length), BigInt(position)));
  }

  [Symbol.dispose](): void {
    if (this.#fd !== STDIN) libc.close(this.#fd);
  }
}
