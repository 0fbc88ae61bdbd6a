/**
 * Reads files through the C library.
 */
import { quote } from "../decode/text/control_characters.ts";
import { EAGAIN } from "../decode/kernel/errno.ts";
import { SystemError } from "../decode/kernel/errors.ts";
import { libc, uninterrupted, waitFor } from "./libc.ts";

/** Stands for the working directory where a directory descriptor is expected. */
export const AT_FDCWD = -100;

/** A string that ends with a NUL, for the C library. */
export const cString = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(`${text}\0`);

export const STDIN = 0;
/** See poll(2). */
const POLLIN = 1;

export const O_RDONLY_CLOEXEC = 0o2000000;
/** Bytes per read. The kernel makes files in `/proc` line by line as they are read. */
const PIECE = 65536;

/** Puts the next bytes of a file at the start of `buffer`; returns their count, 0 at the end of the file. */
export type FileReader = (buffer: Uint8Array<ArrayBuffer>) => number;

/**
 * Opens a file, lets `use` read it, and closes it.
 *
 * @param directory descriptor of the directory that `path` is relative to; the working directory by default
 * @throws {SystemError} if the file cannot be opened or read
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

/** Like {@linkcode withFile} for an input file named by the user; `-` is standard input. */
export const withInput = <T>(path: string, use: (read: FileReader) => T): T =>
  path === "-" ? use(readerOf(STDIN, "standard input")) : withFile(path, use);

/** Reads an open file, of which `name` is the name in errors. */
export function readerOf(fd: number, name: string): FileReader {
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

/** The contents of a file. Parameters and errors as for {@linkcode withFile}. */
export const readFile = (path: string, directory: number = AT_FDCWD): Uint8Array<ArrayBuffer> =>
  withFile(path, readToEnd, directory);

/** The contents of an input file, opened as by {@linkcode withInput}. */
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
