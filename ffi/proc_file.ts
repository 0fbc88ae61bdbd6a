/**
 * Small files and links below the directory of a process, read into one buffer that all share: there are several for each of
 * many thousand processes. See proc(5).
 */
import { cString } from "./file.ts";
import { libc, uninterrupted } from "./libc.ts";

const O_RDONLY_CLOEXEC = 0o2000000;

/** What was read last; nobody keeps it. */
export const proc = new Uint8Array(65536);
const PROC_SIZE = BigInt(proc.length);

/** Paths relative to a directory of descriptors, as the C library takes them. */
const paths = new Map<string, Uint8Array<ArrayBuffer>>();

function pathOf(path: string): Uint8Array<ArrayBuffer> {
  let bytes = paths.get(path);
  if (bytes === undefined) paths.set(path, bytes = cString(path));
  return bytes;
}

/**
 * Reads the start of a file into {@linkcode proc}, at most as much as that holds.
 *
 * @param directory descriptor of the directory from which `path` leads
 * @returns its length, or the negative number of an error
 */
export function readProc(directory: number, path: string): number {
  const { openat, read, close } = libc;
  const fd = uninterrupted(() => openat(directory, pathOf(path), O_RDONLY_CLOEXEC));
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

/** Reads where a symbolic link leads into {@linkcode proc}; returns its length, or a negative number if it cannot. */
export const readProcLink = (directory: number, path: string): number =>
  libc.readlinkat(directory, pathOf(path), proc, PROC_SIZE);

/** A copy of what was read; `null` for nothing. */
export const copyProc = (length: number): Uint8Array | null => length < 0 ? null : proc.slice(0, length);
