/**
 * Reads directories through the C library, with names as bytes; see getdents(2).
 */
import { AT_FDCWD } from "./file.ts";
import { libc, uninterrupted } from "./libc.ts";

/** Flags to open a directory and nothing but a directory. */
export const O_DIRECTORY_CLOEXEC = 0o2000000 | (Deno.build.arch === "aarch64" ? 0o40000 : 0o200000);
/** `struct linux_dirent64`: length of the record, and the name, which ends with a NUL. */
export const D_RECLEN = 16;
export const D_NAME = 19;
const SIZE = 32768;
const ZERO = 48;
const DOT = 46;

const encoder = new TextEncoder();

/** Opens a directory; returns its descriptor or a negative error number. */
export function openDirectory(path: string | Uint8Array): number {
  const { openat } = libc;
  const bytes = typeof path === "string" ? encoder.encode(`${path}\0`) : Uint8Array.of(...path, 0);
  return uninterrupted(() => openat(AT_FDCWD, bytes, O_DIRECTORY_CLOEXEC));
}

/** Reads entries of a directory; returns their length in bytes, 0 at the end, or a negative error number. */
export function readEntries(fd: number, buffer: Uint8Array<ArrayBuffer>): number {
  const { getdents64 } = libc;
  return uninterrupted(() => getdents64(fd, buffer, BigInt(buffer.length)));
}

/** The decimal number at `at`, up to the first other character; -1 if there is none. */
export function readNumber(bytes: Uint8Array, at: number): number {
  let value = -1;
  for (let digit = bytes[at]! - ZERO; digit >= 0 && digit <= 9; digit = bytes[++at]! - ZERO) {
    value = (value < 0 ? 0 : value * 10) + digit;
  }
  return value;
}

/** The names in a directory without `.` and `..`; a negative error number if it cannot be read. */
export function readNames(path: string): readonly Uint8Array<ArrayBuffer>[] | number {
  const fd = openDirectory(path);
  if (fd < 0) return fd;
  const names: Uint8Array<ArrayBuffer>[] = [];
  const buffer = new Uint8Array(SIZE);
  const view = new DataView(buffer.buffer);
  try {
    let length = readEntries(fd, buffer);
    for (; length > 0; length = readEntries(fd, buffer)) {
      for (let at = 0; at < length; at += view.getUint16(at + D_RECLEN, true)) {
        const start = at + D_NAME;
        const end = buffer.indexOf(0, start);
        const relative = end - start <= 2 && buffer[start] === DOT && (end - start === 1 || buffer[start + 1] === DOT);
        if (!relative) names.push(buffer.slice(start, end));
      }
    }
    return length < 0 ? length : names;
  } finally {
    libc.close(fd);
  }
}
