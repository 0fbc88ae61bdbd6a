/**
 * The sockets of this program itself: those of its runtime, and those that send its requests. They are never listed.
 */
import { AF_NETLINK, AF_UNIX } from "../decode/kernel/address_family.ts";
import { SOCK_DIAG_BY_FAMILY } from "../decode/families/sock_diag.ts";
import { readStatus } from "./file_status.ts";
import { libc } from "./libc.ts";

/** Size of `struct nlmsghdr`. */
const NLMSG_HDRLEN = 16;
const SOL_SOCKET = 1;
const SO_DOMAIN = 39;
const S_IFSOCK = 0o140000;
const F_GETFD = 1;
const FD_CLOEXEC = 1;
/** Number of descriptors to check. Those of the runtime are among the first. */
const DESCRIPTORS = 256;

/** Inodes by descriptor; `null` if not read yet. */
const own = new Map<number, { readonly inode: number; readonly domain: number } | null>();
const empty = new Uint8Array(1);

/** Marks a socket as the program's own, until {@linkcode forgetOwnSocket}. */
export function noteOwnSocket(fd: number): void {
  // Its inode is read only where it matters: each function of the C library costs time at the start.
  own.set(fd, null);
}

/** Reads the inode of a noted socket. */
function resolve(fd: number): void {
  const status = readStatus(fd, empty);
  if (typeof status === "number") own.delete(fd);
  else own.set(fd, { inode: Number(status.inode), domain: domainOf(fd) });
}

/** Call this when such a socket is closed. */
export const forgetOwnSocket = (fd: number): boolean => own.delete(fd);

/**
 * From now on the sockets of the runtime and the C library count as the program's own too. Not for use as a library: there they
 * belong to the calling program. Sockets inherited from another program do not count.
 */
export function noteRuntimeSockets(): void {
  runtime = true;
}

let runtime = false;

function findRuntimeSockets(): void {
  for (let fd = 3; fd < DESCRIPTORS; fd++) {
    const status = readStatus(fd, empty);
    // An inherited descriptor does not have the close-on-exec flag.
    const kept = typeof status === "number" || (libc.fcntl(fd, F_GETFD, 0) & FD_CLOEXEC) === 0;
    if (kept || status.type !== S_IFSOCK) own.delete(fd);
    else own.set(fd, { inode: Number(status.inode), domain: domainOf(fd) });
  }
}

/** The inodes of the program's own sockets, of all address families or of one. */
export function ownInodes(domain: number | null = null): readonly number[] {
  if (runtime) findRuntimeSockets();
  for (const [fd, socket] of own) if (socket === null) resolve(fd);
  return [...own.values()].flatMap((socket) =>
    socket !== null && (domain === null || socket.domain === domain) ? [socket.inode] : []
  );
}

function domainOf(fd: number): number {
  const value = new Int32Array(1);
  return libc.getsockopt(fd, SOL_SOCKET, SO_DOMAIN, value, new Uint32Array([4])) < 0 ? -1 : value[0]!;
}

/** Offset of the inode after the message header, for the families of which the program has sockets. */
const INODES: readonly (readonly [domain: number, offset: number])[] = [[AF_UNIX, 4], [AF_NETLINK, 16]];

/** The program's own sockets that the answer to a request would list. */
export interface OwnInAnswer {
  readonly inodes: readonly number[];
  /** Offset of the inode in each message. */
  readonly offset: number;
}

/** The program's own sockets that the answer to a request would list; `null` for none. */
export function ownInAnswer(request: Uint8Array): OwnInAnswer | null {
  const domain = request[4] === SOCK_DIAG_BY_FAMILY ? request[NLMSG_HDRLEN] : -1;
  const [, offset] = INODES.find(([family]) => family === domain) ?? [];
  if (offset === undefined) return null;
  const inodes = ownInodes(domain);
  return inodes.length === 0 ? null : { inodes, offset: NLMSG_HDRLEN + offset };
}

/** Removes the messages about the program's own sockets from a datagram; returns its new length. */
export function leaveOutOwn(buffer: Uint8Array, length: number, { inodes, offset }: OwnInAnswer): number {
  const view = new DataView(buffer.buffer, buffer.byteOffset, length);
  let end = 0;
  for (let at = 0, next = 0; at < length; at = next) {
    const size = length - at < NLMSG_HDRLEN ? 0 : view.getUint32(at, true);
    // Bytes that are not a message stay as they are.
    next = size < NLMSG_HDRLEN ? length : Math.min(length, at + (size + 3 & ~3));
    const told = size >= offset + 4 && at + offset + 4 <= length &&
      view.getUint16(at + 4, true) === SOCK_DIAG_BY_FAMILY;
    if (told && inodes.includes(view.getUint32(at + offset, true))) continue;
    if (end < at) buffer.copyWithin(end, at, next);
    end += next - at;
  }
  return end;
}

/** For files below `/proc/net` with own sockets: the part of a line before the inode. */
const FILES: Readonly<Record<string, readonly [domain: number, before: string]>> = {
  unix: [AF_UNIX, "^[0-9a-f]+: (?:\\S+ +){5}"],
  netlink: [AF_NETLINK, "^(?:\\S+ +){9}"],
};

/** Removes the lines about the program's own sockets from a file below `/proc/net`. */
export function leaveOutOwnLines(name: string, bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const [domain, before] = FILES[name] ?? [];
  const inodes = domain === undefined ? [] : ownInodes(domain);
  if (inodes.length === 0) return bytes;
  const own = new RegExp(`${before}(?:${inodes.join("|")})\\s*$`);
  const decoder = new TextDecoder();
  let end = 0;
  for (let at = 0, next = 0; at < bytes.length; at = next) {
    next = bytes.indexOf(LINE_BREAK, at) + 1 || bytes.length;
    if (own.test(decoder.decode(bytes.subarray(at, next)))) continue;
    bytes.copyWithin(end, at, next);
    end += next - at;
  }
  return bytes.subarray(0, end);
}

const LINE_BREAK = 10;
