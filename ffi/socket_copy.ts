/**
 * Asks a socket of another process, which no dump shows, through a duplicate of its descriptor.
 */
import { GONE, type SocketCopyReader } from "../decode/plan/other_sockets.ts";
import type { ToldOfSocket } from "../decode/families/other.ts";
import { ENOTCONN, errnoText } from "../decode/kernel/errno.ts";
import type { OwnerIndex } from "../decode/lookups/owner_index.ts";
import { COPY_GONE, DescriptorCopies, lingers } from "./descriptor_copies.ts";
import { AT_FDCWD, cString } from "./file.ts";
import { readStatus } from "./file_status.ts";
import { errno, libc } from "./libc.ts";

const SOL_SOCKET = 1;
const SO_TYPE = 3;
const SO_ACCEPTCONN = 30;
const SO_PROTOCOL = 38;
const SO_DOMAIN = 39;
const SIOCGSKNS = 0x894cn;
/** Most duplicates made in one run. */
const LIMIT = 4096;
/** Size of `struct sockaddr_storage`. */
const ADDRESS_SIZE = 128;

const empty = new Uint8Array(1);
const value = new Int32Array(1);
const length = new Uint32Array(1);
const address = new Uint8Array(ADDRESS_SIZE);

/** Asks sockets of other processes. */
export class SocketCopies implements SocketCopyReader {
  readonly own = ownNamespace();
  /** Why the last failed socket could not be asked; "" if none failed. */
  obstacle = "";
  readonly #copies: DescriptorCopies;
  #made = 0;

  /** @param owners the holders of the sockets */
  constructor(owners: OwnerIndex) {
    this.#copies = new DescriptorCopies(owners);
  }

  read(pid: number, fd: number, inode: number): ToldOfSocket | typeof GONE | null {
    const copy = this.#copy(pid, fd, inode);
    if (copy === null || copy === GONE) return copy;
    const told = {
      netns: namespaceOf(copy),
      family: option(copy, SO_DOMAIN),
      type: option(copy, SO_TYPE),
      protocol: option(copy, SO_PROTOCOL),
      listens: option(copy, SO_ACCEPTCONN) === 1,
      local: addressBy(libc.getsockname, copy),
      ...remoteOf(copy),
    };
    libc.close(copy);
    return told;
  }

  /**
   * Opens the network namespace of a socket.
   *
   * @returns a descriptor, closed by the caller; {@linkcode GONE} if the socket has gone; `null` if it cannot be asked
   */
  openNamespace(pid: number, fd: number, inode: number): number | null {
    const copy = this.#copy(pid, fd, inode);
    if (copy === null || copy === GONE) return copy;
    const namespace = libc.ioctl(copy, SIOCGSKNS, empty);
    if (namespace < 0) this.obstacle = errnoText(errno());
    libc.close(copy);
    return namespace < 0 ? null : namespace;
  }

  /** A duplicate; {@linkcode GONE} if the socket has gone, `null` if it cannot be duplicated. */
  #copy(pid: number, fd: number, inode: number): number | null {
    if (fd < 0) return this.#fail("no descriptor leads to it");
    if (this.#made >= LIMIT) return this.#fail(`no more than ${LIMIT} are asked`);
    this.#made++;
    const copy = this.#copies.open(pid, fd, inode);
    if (copy === COPY_GONE) return GONE;
    if (copy < 0) return this.#fail(this.#copies.obstacle);
    const status = readStatus(copy, empty);
    if (typeof status === "number" || Number(status.inode) !== inode) {
      libc.close(copy);
      return GONE;
    }
    if (!lingers(copy)) return copy;
    libc.close(copy);
    return this.#fail("it lingers (SO_LINGER)");
  }

  #fail(why: string): null {
    this.obstacle = why;
    return null;
  }

  [Symbol.dispose](): void {
    this.#copies[Symbol.dispose]();
  }
}

/** The value of a numeric socket option; -1 on error. */
function option(copy: number, name: number): number {
  length[0] = value.byteLength;
  return libc.getsockopt(copy, SOL_SOCKET, name, value, length) < 0 ? -1 : value[0]!;
}

function addressBy(read: typeof libc.getsockname, copy: number): Uint8Array | null {
  length[0] = ADDRESS_SIZE;
  return read(copy, address, length) < 0 ? null : address.slice(0, Math.min(length[0]!, ADDRESS_SIZE));
}

/** The address of the peer. Sockets of kinds without connections do not report whether they are connected. */
function remoteOf(copy: number): Pick<ToldOfSocket, "connected" | "remote"> {
  const remote = addressBy(libc.getpeername, copy);
  return { remote, connected: remote !== null ? true : errno() === ENOTCONN ? false : null };
}

function namespaceOf(copy: number): number | null {
  const namespace = libc.ioctl(copy, SIOCGSKNS, empty);
  if (namespace < 0) return null;
  const status = readStatus(namespace, empty);
  libc.close(namespace);
  return typeof status === "number" ? null : Number(status.inode);
}

function ownNamespace(): number | null {
  const status = readStatus(AT_FDCWD, cString("/proc/thread-self/ns/net"));
  return typeof status === "number" ? null : Number(status.inode);
}

/** Prepares to ask sockets of other processes. */
export const openSocketCopies = (owners: OwnerIndex): SocketCopyReader => new SocketCopies(owners);
