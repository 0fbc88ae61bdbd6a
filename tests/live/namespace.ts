/**
 * A network namespace of the test's own: only its sockets are there, so that a test can ask for exact counts.
 */
import { bringLoopbackUp, check, CLONE_NEWNET, cString, libc, O_CLOEXEC, unshare } from "./libc.ts";

/** Ports among those that the kernel chooses which tests bind to by number: the kernel must not choose them before. */
const NAMED_PORTS = "33333,45000,45678";

/** Entered by {@linkcode openNamespace}, left when it is disposed of; processes started in between are inside too. */
class Namespace implements Disposable {
  readonly #outside: number;

  constructor() {
    // The thread that runs JavaScript need not be the first one of the process.
    this.#outside = check("open", libc().open(cString("/proc/thread-self/ns/net"), O_CLOEXEC, 0));
    try {
      unshare(CLONE_NEWNET);
    } catch (error) {
      libc().close(this.#outside);
      throw error;
    }
    bringLoopbackUp();
    Deno.writeTextFileSync("/proc/sys/net/ipv4/ip_local_reserved_ports", NAMED_PORTS);
  }

  [Symbol.dispose](): void {
    check("setns", libc().setns(this.#outside, CLONE_NEWNET));
    libc().close(this.#outside);
  }
}

/** Moves the calling thread into a new network namespace with nothing but `lo`, which is up. Needs CAP_SYS_ADMIN. */
export function openNamespace(): Disposable {
  return new Namespace();
}

/** A descriptor of the namespace that the calling thread is in now. */
export class NamespaceDescriptor implements Disposable {
  readonly fd = check("open", libc().open(cString("/proc/thread-self/ns/net"), O_CLOEXEC, 0));

  /** Calls a function in the namespace, and returns to the one before. */
  inside<T>(action: () => T): T {
    using before = new NamespaceDescriptor();
    check("setns", libc().setns(this.fd, CLONE_NEWNET));
    try {
      return action();
    } finally {
      check("setns", libc().setns(before.fd, CLONE_NEWNET));
    }
  }

  [Symbol.dispose](): void {
    libc().close(this.fd);
  }
}
