/**
 * The C library: the functions that are called, with their prototypes, and how their errors are read.
 *
 * It is opened on first use, never while modules load.
 */
import { EINTR } from "../decode/errno.ts";
import { SystemError } from "../decode/errors.ts";

/** This machine has no C library that can be used. */
export class UnsupportedError extends Error {
  override readonly name = "UnsupportedError";
}

/**
 * Results of type `ssize_t` are declared 32-bit: every length passed is far below 2^31, and a 64-bit result would
 * be a BigInt at each call.
 */
const symbols = {
  // int socket(int domain, int type, int protocol);
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
  // int getsockname(int fd, struct sockaddr *address, socklen_t *length);
  getsockname: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  // int setsockopt(int fd, int level, int option, const void *value, socklen_t length);
  setsockopt: { parameters: ["i32", "i32", "i32", "buffer", "u32"], result: "i32" },
  // ssize_t sendto(int fd, const void *buffer, size_t length, int flags, const struct sockaddr *to, socklen_t length);
  sendto: { parameters: ["i32", "buffer", "usize", "i32", "buffer", "u32"], result: "i32" },
  // ssize_t recvfrom(int fd, void *buffer, size_t length, int flags, struct sockaddr *from, socklen_t *length);
  recvfrom: { parameters: ["i32", "buffer", "usize", "i32", "buffer", "buffer"], result: "i32" },
  // ssize_t write(int fd, const void *buffer, size_t count);
  write: { parameters: ["i32", "buffer", "usize"], result: "i32" },
  // int poll(struct pollfd *fds, nfds_t count, int timeout);
  poll: { parameters: ["buffer", "usize", "i32"], result: "i32" },
  // int close(int fd);
  close: { parameters: ["i32"], result: "i32" },
  // int uname(struct utsname *name);
  uname: { parameters: ["buffer"], result: "i32" },
  // int *__errno_location(void);
  __errno_location: { parameters: [], result: "pointer" },
} as const satisfies Deno.ForeignLibraryInterface;

type Symbols = Deno.DynamicLibrary<typeof symbols>["symbols"];

/**
 * The functions of the C library. Each is looked up when it is first used, because that takes half a millisecond.
 *
 * Using one throws {@linkcode UnsupportedError} on anything but Linux on x86_64 or aarch64 with a C library named
 * `libc.so.6` (glibc).
 */
export const libc: Symbols = Object.defineProperties(
  {},
  Object.fromEntries(
    Object.keys(symbols).map((name) => [name, {
      configurable: true,
      get(this: object) {
        const value = open(name as keyof Symbols);
        Object.defineProperty(this, name, { value });
        return value;
      },
    }]),
  ),
) as Symbols;

function open<Name extends keyof Symbols>(name: Name): Symbols[Name] {
  const { os, arch } = Deno.build;
  if (os !== "linux" || (arch !== "x86_64" && arch !== "aarch64")) {
    throw new UnsupportedError(`this is ${os} on ${arch}; the program needs Linux on x86_64 or aarch64`);
  }
  try {
    return Deno.dlopen("libc.so.6", { [name]: symbols[name] }).symbols[name] as Symbols[Name];
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) {
      throw new UnsupportedError("not allowed to call the C library (run with --allow-ffi)");
    }
    throw new UnsupportedError("cannot use the C library libc.so.6; the program needs Linux with glibc");
  }
}

/** The error number of the call before; to be read first thing after it. */
export function errno(): number {
  return new Deno.UnsafePointerView(libc.__errno_location()!).getInt32();
}

/**
 * Repeats a call while a signal interrupts it.
 *
 * @returns its result, or the negative error number
 */
export function uninterrupted(call: () => number): number {
  while (true) {
    const result = call();
    if (result >= 0) return result;
    const error = errno();
    if (error !== EINTR) return -error;
  }
}

/**
 * The result of a call that must not fail.
 *
 * @throws {SystemError} if it is negative
 */
export function succeed(result: number, action: string): number {
  if (result < 0) throw new SystemError(action, errno());
  return result;
}
