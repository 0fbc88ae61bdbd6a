/**
 * The sockets that this program itself has open: those of its runtime, and those by which it asks. They are never listed.
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

/**
 * From now on what the runtime and the C library have open counts as the program's own too: for a program that is nothing but
 * this one. What another program has passed on to it does not.
 */
export function noteRuntimeSockets(): void {
  runtime = true;
}

let runtime = false;

function findRuntimeSockets(): void {
  for (let fd = 3; fd < DESCRIPTORS; fd++) {
    const status = readStatus(fd, empty);
    // A descriptor that was passed on is not closed when a program starts.
    const kept = typeof status === "number" || (libc.fcntl(fd, F_GETFD, 0) & FD_CLOEXEC) === 0;
    if (kept || status.type !== S_IFSOCK) own.delete(fd);
    else own.set(fd, { inode: Number(status.inode), domain: domainOf(fd) });
  }
}

/** The inodes of the own sockets, all or those of an address family. */
export function ownInodes(domain: number | null = null): readonly number[] {
  if (runtime) findRuntimeSockets();
  return [...own.values()].filter((socket) => domain === null || socket.domain === domain).map(({ inode }) => inode);
}

function domainOf(fd: number): number {
  const value = new Int32Array(1);
  return libc.getsockopt(fd, SOL_SOCKET, SO_DOMAIN, value, new Uint32Array([4])) < 0 ? -1 : value[0]!;
}

/** Where the inode stands in the answer of families of which the program has sockets, behind the header of a message. */
const INODES: readonly (readonly [domain: number, offset: number])[] = [[AF_UNIX, 4], [AF_NETLINK, 16]];

/** The own sockets that the answer to a request would tell of. */
export interface OwnInAnswer {
  readonly inodes: readonly number[];
  /** Where each message has its inode. */
  readonly offset: number;
}

/** What of the own sockets the answer to a request would tell; `null` for nothing. */
export function ownInAnswer(request: Uint8Array): OwnInAnswer | null {
  const domain = request[4] === SOCK_DIAG_BY_FAMILY ? request[NLMSG_HDRLEN] : -1;
  const [, offset] = INODES.find(([family]) => family === domain) ?? [];
  if (offset === undefined) return null;
  const inodes = ownInodes(domain);
  return inodes.length === 0 ? null : { inodes, offset: NLMSG_HDRLEN + offset };
}

/** Takes the messages about own sockets out of a datagram; returns its length without them. */
export function leaveOutOwn(buffer: Uint8Array, length: number, { inodes, offset }: OwnInAnswer): number {
  const view = new DataView(buffer.buffer, buffer.byteOffset, length);
  let end = 0;
  for (let at = 0, next = 0; at < length; at = next) {
    const size = length - at < NLMSG_HDRLEN ? 0 : view.getUint32(at, true);
    // What is no message stays as it is.
    next = size < NLMSG_HDRLEN ? length : Math.min(length, at + (size + 3 & ~3));
    const told = size >= offset + 4 && at + offset + 4 <= length &&
      view.getUint16(at + 4, true) === SOCK_DIAG_BY_FAMILY;
    if (told && inodes.includes(view.getUint32(at + offset, true))) continue;
    if (end < at) buffer.copyWithin(end, at, next);
    end += next - at;
  }
  return end;
}

/** Files below `/proc/net` with own sockets: what stands before the inode in a line. */
const FILES: Readonly<Record<string, readonly [domain: number, before: string]>> = {
  unix: [AF_UNIX, "^[0-9a-f]+: (?:\\S+ +){5}"],
  netlink: [AF_NETLINK, "^(?:\\S+ +){9}"],
};

/** Takes the lines about own sockets out of a file below `/proc/net`. */
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
