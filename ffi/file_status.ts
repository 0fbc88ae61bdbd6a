/**
 * Reads the status of a file; see statx(2).
 */
import { libc, uninterrupted } from "./libc.ts";

const STATX_TYPE_NLINK_INO = 0x105;
const AT_EMPTY_PATH = 0x1000;
/** Size of `struct statx`, and offsets of its members. */
const STATX_SIZE = 256;
const STX_NLINK = 16;
const STX_MODE = 28;
const STX_INO = 32;
const STX_DEV = 136;
const S_IFMT = 0o170000;

/** The status of a file. */
export interface FileStatus {
  /** One of `S_IF…`. */
  readonly type: number;
  /** Link count; for a directory it also counts what is in it. */
  readonly links: number;
  readonly inode: bigint;
  /** Device of the file system, major and minor number in one. */
  readonly device: bigint;
}

/**
 * Reads the status of the file at a path, or of the open file `directory` if the path is empty.
 *
 * @param path ends with a NUL
 * @returns the status, or the error number
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

/** Whether both are the same file. */
export const isSameFile = (one: FileStatus, other: FileStatus): boolean =>
  one.inode === other.inode && one.device === other.device;
