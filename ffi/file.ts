/**
 * Files read through the C library.
 */
import { quote } from "../decode/text/control_characters.ts";
import { EAGAIN } from "../decode/kernel/errno.ts";
import { SystemError } from "../decode/kernel/errors.ts";
import { libc, uninterrupted, waitFor } from "./libc.ts";

/** The working directory, in place of a descriptor of a directory. */
export const AT_FDCWD = -100;

/** A text as the C library takes it. */
export const cString = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(`${text}\0`);

const STDIN = 0;
/** See poll(2). */
const POLLIN = 1;

const O_RDONLY_CLOEXEC = 0o2000000;
/** Bytes read at once; files in `/proc` are made line by line while they are read. */
const PIECE = 65536;

/** Puts the next bytes of a file at the start of `buffer`; returns how many, 0 at its end. */
export type FileReader = (buffer: Uint8Array<ArrayBuffer>) => number;

/**
 * Opens a file, for as long as `use` reads it.
 *
 * @param directory descriptor of the directory from which `path` leads, if it is not the working directory
 * @throws {SystemError} if it cannot be opened or read
 */
export function withFile<T>(path: string, use: (read: FileReader) => T, directory: number = AT_FDCWD): T {
  const { openat, close } = libc;
  const name = cString(path);
  const fd = uninterrupted(() => openat(directory, name, O_RDONLY_CLOEXEC));
  if (fd < 0) throw new SystemError(`open ${quote(path)}`, -fd);
  try {
    return use(readerOf(fd, quote(path)));
  } finally {
    close(fd);
  }
}

/** The same for what a user names as input, where `-` is standard input. */
export const withInput = <T>(path: string, use: (read: FileReader) => T): T =>
  path === "-" ? use(readerOf(STDIN, "standard input")) : withFile(path, use);

function readerOf(fd: number, name: string): FileReader {
  const { read } = libc;
  return (buffer) => {
    while (true) {
      const count = uninterrupted(() => read(fd, buffer, BigInt(buffer.length)));
      if (count >= 0) return count;
      if (count !== -EAGAIN) throw new SystemError(`read ${name}`, -count);
      waitFor(fd, POLLIN);
    }
  };
}

/** The contents of a file; parameters and errors as those of {@linkcode withFile}. */
export const readFile = (path: string, directory: number = AT_FDCWD): Uint8Array<ArrayBuffer> =>
  withFile(path, readToEnd, directory);

/** The contents of what {@linkcode withInput} opens. */
export const readInput = (path: string): Uint8Array<ArrayBuffer> => withInput(path, readToEnd);

function readToEnd(read: FileReader): Uint8Array<ArrayBuffer> {
  let bytes = new Uint8Array(PIECE);
  let length = 0;
  while (true) {
    if (bytes.length - length < PIECE) {
      const larger = new Uint8Array(2 * bytes.length);
      larger.set(bytes);
      bytes = larger;
    }
    const count = read(bytes.subarray(length));
    if (count === 0) return bytes.subarray(0, length);
    length += count;
  }
}
