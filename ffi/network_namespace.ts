/**
 * One network namespace that this thread enters for a moment; see setns(2).
 *
 * The kernel has one for each thread. A socket stays in the one in which it was made, so a thread need not be inside for
 * longer than it takes to make it.
 */
import { errnoText } from "../decode/kernel/errno.ts";
import { NamespaceError, SystemError } from "../decode/kernel/errors.ts";
import type { Netns } from "../decode/lookups/netns.ts";
import { libc, uninterrupted } from "./libc.ts";

const CLONE_NEWNET = 0x40000000;

/** A namespace that is kept while it is open, even if the last process leaves it. */
export class NetworkNamespace implements Disposable {
  /**
   * @param fd by which to enter it; -1 for the one that this thread is in
   * @param home by which to return
   */
  constructor(
    readonly netns: Netns,
    readonly fd: number,
    readonly home: number,
  ) {}

  /**
   * Calls `action` inside, and returns what it does.
   *
   * @throws {SystemError} if it cannot be entered
   * @throws {NamespaceError} if this thread cannot return: then it is where it should not be, and nothing it finds is right
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

/** Moves this thread into a namespace; the number of the error, 0 for none. */
export function enter(fd: number): number {
  const { setns } = libc;
  return Math.max(0, -uninterrupted(() => setns(fd, CLONE_NEWNET)));
}

/**
 * Moves this thread back.
 *
 * @throws {NamespaceError} if it cannot
 */
export function leave(home: number): void {
  const error = enter(home);
  if (error !== 0) throw new NamespaceError(`cannot return to the own network namespace: ${errnoText(error)}`);
}
