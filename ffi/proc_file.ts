/**
 * Reads small files and links below the directory of a process into one shared buffer, because a run reads several for each of
 * many thousand processes. See proc(5).
 */
import { AT_FDCWD, cString } from "./file.ts";
import { libc, uninterrupted } from "./libc.ts";

const O_RDONLY_CLOEXEC = 0o2000000;

/** The bytes read last. The next read overwrites them. */
export const proc = new Uint8Array(65536);
const PROC_SIZE = BigInt(proc.length);

/** Paths relative to a directory of descriptors, ending with a NUL. */
const paths = new Map<string, Uint8Array<ArrayBuffer>>();

function pathOf(path: string): Uint8Array<ArrayBuffer> {
  let bytes = paths.get(path);
  if (bytes === undefined) paths.set(path, bytes = cString(path));
  return bytes;
}

/**
 * Reads a file into {@linkcode proc}, at most as much as fits.
 *
 * @param directory descriptor of the directory that `path` is relative to
 * @returns the length read, or a negative error number
 */
export const readProc = (directory: number, path: string): number => readPath(directory, pathOf(path));

/** The same for an absolute path that is read once, and so is not kept. */
export const readProcOnce = (path: string): number => readPath(AT_FDCWD, cString(path));

function readPath(directory: number, path: Uint8Array<ArrayBuffer>): number {
  const { openat, read, closeOften: close } = libc;
  const fd = uninterrupted(() => openat(directory, path, O_RDONLY_CLOEXEC));
  if (fd < 0) return fd;
  let length = 0;
  while (length < proc.length) {
    const rest = length === 0 ? proc : proc.subarray(length);
    const count = uninterrupted(() => read(fd, rest, BigInt(rest.length)));
    if (count < 0) length = count;
    if (count <= 0) break;
    length += count;
  }
  close(fd);
  return length;
}

/** Reads the target of a symbolic link into {@linkcode proc}; returns its length, or a negative number on failure. */
export const readProcLink = (directory: number, path: string): number =>
  libc.readlinkat(directory, pathOf(path), proc, PROC_SIZE);

/** A copy of the bytes just read; `null` if there are none. */
export const copyProc = (length: number): Uint8Array | null => length < 0 ? null : proc.slice(0, length);
