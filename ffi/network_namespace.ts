/**
 * A network namespace that this thread enters briefly; see setns(2).
 *
 * The kernel sets the namespace for each thread separately. A socket stays in the namespace in which it was made, so the thread has to be inside
 * only while it makes the socket.
 */
import { errnoText } from "../decode/kernel/errno.ts";
import { NamespaceError, SystemError } from "../decode/kernel/errors.ts";
import type { Netns } from "../decode/lookups/netns.ts";
import type { Inside } from "../decode/plan/plan.ts";
import { libc, uninterrupted } from "./libc.ts";

const CLONE_NEWNET = 0x40000000;

/** An open namespace. It exists while it is open, even if the last process leaves it. */
export class NetworkNamespace implements Disposable {
  /**
   * @param fd descriptor of the namespace; -1 for the one that this thread is in
   * @param home descriptor of the namespace to return to
   */
  constructor(
    readonly netns: Netns,
    readonly fd: number,
    readonly home: number,
  ) {}

  /**
   * Calls `action` inside the namespace, and returns its result.
   *
   * @throws {SystemError} if the namespace cannot be entered
   * @throws {NamespaceError} if this thread cannot return: then it is in the wrong namespace, and all its further results are wrong
   */
  inside = <T>(action: () => T): T => {
    if (this.fd < 0) return action();
    const error = enter(this.fd);
    if (error !== 0) throw new SystemError(`enter network namespace ${this.netns.text}`, error);
    try {
      return action();
    } finally {
      leave(this.home);
    }
  };

  [Symbol.dispose](): void {
    if (this.fd >= 0) libc.close(this.fd);
  }
}

/** Moves this thread into a namespace; returns the error number, 0 for none. */
export function enter(fd: number): number {
  const { setns } = libc;
  return Math.max(0, -uninterrupted(() => setns(fd, CLONE_NEWNET)));
}

/**
 * Moves this thread back.
 *
 * @throws {NamespaceError} if that fails
 */
export function leave(home: number): void {
  const error = enter(home);
  if (error !== 0) throw new NamespaceError(`cannot return to the own network namespace: ${errnoText(error)}`);
}

const AF_INET = 2;
const SOCK_DGRAM_CLOEXEC = 0o2000002;
const SOL_SOCKET = 1;
const SO_NETNS_COOKIE = 71;

/** The cookie of the namespace that `inside` enters, low half first; `null` if the kernel does not tell it. */
export function readNetnsCookie(inside: Inside): Int32Array | null {
  // A UDP socket without a port is in no listing.
  const fd = inside(() => libc.socket(AF_INET, SOCK_DGRAM_CLOEXEC, 0));
  if (fd < 0) return null;
  const cookie = new Int32Array(2);
  const length = Uint32Array.of(cookie.byteLength);
  const result = libc.getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, cookie, length);
  libc.close(fd);
  return result < 0 || length[0] !== cookie.byteLength ? null : cookie;
}
