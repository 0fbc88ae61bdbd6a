/**
 * The sockets that this program itself has open: those of its runtime, and those by which it asks. They are never listed.
 */
import { type FileStatus, readStatus } from "./file_status.ts";
import { libc } from "./libc.ts";

const SOL_SOCKET = 1;
const SO_DOMAIN = 39;
const S_IFSOCK = 0o140000;
const F_GETFD = 1;
const FD_CLOEXEC = 1;
/** Descriptors that are looked at; those of the runtime are among the first. */
const DESCRIPTORS = 256;

const own = new Map<number, { readonly inode: number; readonly domain: number }>();
const empty = new Uint8Array(1);

/** Notes that a socket is the program's own, until {@linkcode forgetOwnSocket}. */
export function noteOwnSocket(fd: number): void {
  const status = readStatus(fd, empty);
  if (typeof status !== "number") own.set(fd, { inode: Number(status.inode), domain: domainOf(fd) });
}

/** Is called when such a socket is closed. */
export const forgetOwnSocket = (fd: number): boolean => own.delete(fd);

/** Notes the sockets that the runtime has opened. What another program has passed on to this one is not among them. */
export function noteRuntimeSockets(): void {
  for (let fd = 3; fd < DESCRIPTORS; fd++) {
    const status: FileStatus | number = readStatus(fd, empty);
    // A descriptor that was passed on is not closed when a program starts.
    if (typeof status !== "number" && status.type === S_IFSOCK && (libc.fcntl(fd, F_GETFD, 0) & FD_CLOEXEC) !== 0) {
      own.set(fd, { inode: Number(status.inode), domain: domainOf(fd) });
    }
  }
}

/** The inodes of the own sockets, all or those of an address family. */
export const ownInodes = (domain: number | null = null): readonly number[] =>
  [...own.values()].filter((socket) => domain === null || socket.domain === domain).map(({ inode }) => inode);

function domainOf(fd: number): number {
  const value = new Int32Array(1);
  return libc.getsockopt(fd, SOL_SOCKET, SO_DOMAIN, value, new Uint32Array([4])) < 0 ? -1 : value[0]!;
}
