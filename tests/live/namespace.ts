/**
 * A network namespace of the test's own: only its sockets are there, so that a test can ask for exact counts.
 */
import { CallError, cString } from "./sockets.ts";
import { errno } from "../../ffi/libc.ts";

const CLONE_NEWNET = 0x40000000;
const O_CLOEXEC = 0o2000000;
const AF_INET = 2;
const SOCK_DGRAM = 2;
const SIOCGIFFLAGS = 0x8913n;
const SIOCSIFFLAGS = 0x8914n;
const IFF_UP = 1;
/** Size of `struct ifreq`, and where the flags stand in it. */
const IFREQ_SIZE = 40;
const IFREQ_FLAGS = 16;

const symbols = {
  // int unshare(int flags);
  unshare: { parameters: ["i32"], result: "i32" },
  // int setns(int fd, int type);
  setns: { parameters: ["i32", "i32"], result: "i32" },
  // int open(const char *path, int flags);
  open: { parameters: ["buffer", "i32"], result: "i32" },
  // int socket(int domain, int type, int protocol);
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
  // int ioctl(int fd, unsigned long request, void *value);
  ioctl: { parameters: ["i32", "u64", "buffer"], result: "i32" },
  // int close(int fd);
  close: { parameters: ["i32"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

type Symbols = Deno.DynamicLibrary<typeof symbols>["symbols"];

let opened: Symbols | null = null;
const libc = (): Symbols => opened ??= Deno.dlopen("libc.so.6", symbols).symbols;

function check(call: string, result: number): number {
  if (result < 0) throw new CallError(call, errno());
  return result;
}

/** Entered by {@linkcode openNamespace}, left when it is disposed of; processes started in between are inside too. */
class Namespace implements Disposable {
  readonly #outside: number;

  constructor() {
    // The thread that runs JavaScript need not be the first one of the process.
    this.#outside = check("open", libc().open(cString("/proc/thread-self/ns/net"), O_CLOEXEC));
    try {
      check("unshare", libc().unshare(CLONE_NEWNET));
    } catch (error) {
      libc().close(this.#outside);
      throw error;
    }
    this.#bringUp("lo");
  }

  #bringUp(device: string): void {
    const socket = check("socket", libc().socket(AF_INET, SOCK_DGRAM, 0));
    const request = new Uint8Array(IFREQ_SIZE);
    request.set(cString(device));
    check("ioctl", libc().ioctl(socket, SIOCGIFFLAGS, request));
    request[IFREQ_FLAGS] = request[IFREQ_FLAGS]! | IFF_UP;
    check("ioctl", libc().ioctl(socket, SIOCSIFFLAGS, request));
    libc().close(socket);
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
