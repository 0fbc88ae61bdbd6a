/**
 * What the kernel tells of a file; see statx(2).
 */
import { libc, uninterrupted } from "./libc.ts";

const STATX_TYPE_NLINK_INO = 0x105;
const AT_EMPTY_PATH = 0x1000;
/** Size of `struct statx`, and where its members stand. */
const STATX_SIZE = 256;
const STX_NLINK = 16;
const STX_MODE = 28;
const STX_INO = 32;
const STX_DEV = 136;
const S_IFMT = 0o170000;

/** A file, whatever its names. */
export interface FileStatus {
  /** One of `S_IF…`. */
  readonly type: number;
  /** Number of its names, of a directory also of what is in it. */
  readonly links: number;
  readonly inode: bigint;
  /** The file system, as major and minor number in one. */
  readonly device: bigint;
}

/**
 * What a path leads to, or what an open file is if the path is empty.
 *
 * @param path with a NUL behind it
 * @returns it, or the number of the error
 */
export function readStatus(directory: number, path: Uint8Array<ArrayBuffer>): FileStatus | number {
  const status = new Uint8Array(STATX_SIZE);
  const flags = path.length === 1 ? AT_EMPTY_PATH : 0;
  const result = uninterrupted(() => libc.statx(directory, path, flags, STATX_TYPE_NLINK_INO, status));
  if (result < 0) return -result;
  const view = new DataView(status.buffer);
  return {
    type: view.getUint16(STX_MODE, true) & S_IFMT,
    links: view.getUint32(STX_NLINK, true),
    inode: view.getBigUint64(STX_INO, true),
    device: view.getBigUint64(STX_DEV, true),
  };
}

/** Whether two are the same file. */
export const isSameFile = (one: FileStatus, other: FileStatus): boolean =>
  one.inode === other.inode && one.device === other.device;
