/**
 * The C library: the functions that are called, with their prototypes, and how their errors are read.
 *
 * It is opened on first use, never while modules load.
 */
import { EINTR } from "../decode/kernel/errno.ts";
import { SystemError } from "../decode/kernel/errors.ts";

/** This machine lacks a usable C library, or a feature that was requested. */
export class UnsupportedError extends Error {
  /** The name of the class. */
  override readonly name = "UnsupportedError";
}

/**
 * Results of type `ssize_t` are declared 32-bit: every length passed is far below 2^31, and a 64-bit result would
 * make a BigInt at each call.
 */
const symbols = {
  // int socket(int domain, int type, int protocol);
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
  // int getsockname(int fd, struct sockaddr *address, socklen_t *length);
  getsockname: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  // int setsockopt(int fd, int level, int option, const void *value, socklen_t length);
  setsockopt: { parameters: ["i32", "i32", "i32", "buffer", "u32"], result: "i32" },
  // int getsockopt(int fd, int level, int option, void *value, socklen_t *length);
  getsockopt: { parameters: ["i32", "i32", "i32", "buffer", "buffer"], result: "i32" },
  getsockoptOften: {
    name: "getsockopt",
    parameters: ["i32", "i32", "i32", "buffer", "buffer"],
    result: "i32",
  },
  // int getpeername(int fd, struct sockaddr *address, socklen_t *length);
  getpeername: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  // int fcntl(int fd, int command, int value);
  fcntl: { parameters: ["i32", "i32", "i32"], result: "i32" },
  // int connect(int fd, const struct sockaddr *address, socklen_t length);
  connect: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  // ssize_t send(int fd, const void *buffer, size_t length, int flags);
  send: { parameters: ["i32", "buffer", "usize", "i32"], result: "i32" },
  // ssize_t recv(int fd, void *buffer, size_t length, int flags);
  recv: { parameters: ["i32", "buffer", "usize", "i32"], result: "i32" },
  // int lio_listio(int mode, struct aiocb *const list[], int count, struct sigevent *event);
  lio_listio: { parameters: ["i32", "buffer", "i32", "pointer"], result: "i32" },
  // int aio_error(const struct aiocb *control);
  aio_error: { parameters: ["buffer"], result: "i32" },
  // ssize_t aio_return(struct aiocb *control);
  aio_return: { parameters: ["buffer"], result: "i32" },
  // int aio_suspend(const struct aiocb *const list[], int count, const struct timespec *timeout);
  aio_suspend: { parameters: ["buffer", "i32", "pointer"], result: "i32" },
  // ssize_t write(int fd, const void *buffer, size_t count);
  write: { parameters: ["i32", "buffer", "usize"], result: "i32" },
  // int openat(int directory, const char *path, int flags);
  openat: { parameters: ["i32", "buffer", "i32"], result: "i32" },
  // int open(const char *path, int flags, mode_t mode);
  create: { name: "open", parameters: ["buffer", "i32", "u32"], result: "i32" },
  // int creat(const char *path, mode_t mode);
  creat: { parameters: ["buffer", "u32"], result: "i32" },
  // int open_by_handle_at(int mount, struct file_handle *handle, int flags);
  open_by_handle_at: { parameters: ["i32", "buffer", "i32"], result: "i32" },
  // ssize_t read(int fd, void *buffer, size_t count);
  read: { parameters: ["i32", "buffer", "usize"], result: "i32" },
  // ssize_t pread(int fd, void *buffer, size_t count, off_t offset);
  pread: { parameters: ["i32", "buffer", "usize", "i64"], result: "i32" },
  // FILE *fopen(const char *path, const char *mode);
  fopen: { parameters: ["buffer", "buffer"], result: "pointer" },
  // size_t fread(void *buffer, size_t size, size_t count, FILE *file);
  fread: { parameters: ["buffer", "usize", "usize", "pointer"], result: "u32" },
  // int fclose(FILE *file);
  fclose: { parameters: ["pointer"], result: "i32" },
  // ssize_t getdents64(int fd, void *entries, size_t length);
  getdents64: { parameters: ["i32", "buffer", "usize"], result: "i32" },
  // ssize_t readlinkat(int directory, const char *path, char *buffer, size_t size);
  readlinkat: { parameters: ["i32", "buffer", "buffer", "usize"], result: "i32" },
  // int statx(int directory, const char *path, int flags, unsigned int mask, struct statx *status);
  statx: { parameters: ["i32", "buffer", "i32", "u32", "buffer"], result: "i32" },
  // char *realpath(const char *path, char *resolved);
  realpath: { parameters: ["buffer", "buffer"], result: "pointer" },
  // int linkat(int from_directory, const char *from, int to_directory, const char *to, int flags);
  linkat: { parameters: ["i32", "buffer", "i32", "buffer", "i32"], result: "i32" },
  // int rename(const char *from, const char *to);
  rename: { parameters: ["buffer", "buffer"], result: "i32" },
  // int unlink(const char *path);
  unlink: { parameters: ["buffer"], result: "i32" },
  // int fsync(int fd);
  fsync: { parameters: ["i32"], result: "i32" },
  // int fchmod(int fd, mode_t mode);
  fchmod: { parameters: ["i32", "u32"], result: "i32" },
  // ssize_t getxattr(const char *path, const char *name, void *value, size_t size);
  getxattr: { parameters: ["buffer", "buffer", "buffer", "usize"], result: "i32" },
  // char *getenv(const char *name);
  getenv: { parameters: ["buffer"], result: "pointer" },
  // int getpagesize(void);
  getpagesize: { parameters: [], result: "i32" },
  // uid_t geteuid(void);
  geteuid: { parameters: [], result: "u32" },
  // struct passwd *getpwuid(uid_t uid);
  getpwuid: { parameters: ["u32"], result: "pointer" },
  // int getpwnam_r(const char *name, struct passwd *entry, char *buffer, size_t size, struct passwd **result);
  getpwnam_r: { parameters: ["buffer", "buffer", "buffer", "usize", "buffer"], result: "i32" },
  // void setservent(int stay_open);
  setservent: { parameters: ["i32"], result: "void" },
  // struct servent *getservent(void);
  getservent: { parameters: [], result: "pointer" },
  // void endservent(void);
  endservent: { parameters: [], result: "void" },
  // void setprotoent(int stay_open);
  setprotoent: { parameters: ["i32"], result: "void" },
  // struct protoent *getprotoent(void);
  getprotoent: { parameters: [], result: "pointer" },
  // void endprotoent(void);
  endprotoent: { parameters: [], result: "void" },
  // int ioctl(int fd, unsigned long request, void *value);
  ioctl: { parameters: ["i32", "usize", "buffer"], result: "i32" },
  // int setns(int fd, int type);
  setns: { parameters: ["i32", "i32"], result: "i32" },
  // long syscall(long number, pid_t one, pid_t other, int type, unsigned long index, unsigned long other_index);
  kcmp: { name: "syscall", parameters: ["isize", "i32", "i32", "i32", "usize", "usize"], result: "i32" },
  // long syscall(long number, pid_t pid, unsigned int flags);
  pidfd_open: { name: "syscall", parameters: ["isize", "i32", "u32"], result: "i32" },
  // long syscall(long number, int pidfd, int fd, unsigned int flags);
  pidfd_getfd: { name: "syscall", parameters: ["isize", "i32", "i32", "u32"], result: "i32" },
  // long syscall(long number, int command, union bpf_attr *attributes, unsigned int size);
  bpf: { name: "syscall", parameters: ["isize", "i32", "buffer", "u32"], result: "i32" },
  // struct servent *getservbyname(const char *name, const char *protocol);
  getservbyname: { parameters: ["buffer", "buffer"], result: "pointer" },
  // int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **result);
  getaddrinfo: { parameters: ["buffer", "buffer", "buffer", "buffer"], result: "i32" },
  // void freeaddrinfo(struct addrinfo *result);
  freeaddrinfo: { parameters: ["pointer"], result: "void" },
  // unsigned int if_nametoindex(const char *name);
  if_nametoindex: { parameters: ["buffer"], result: "u32" },
  // int poll(struct pollfd *fds, nfds_t count, int timeout);
  poll: { parameters: ["buffer", "usize", "i32"], result: "i32" },
  // The same in another thread, so that this one goes on.
  pollAside: { name: "poll", parameters: ["buffer", "usize", "i32"], result: "i32", nonblocking: true },
  // int close(int fd);
  close: { parameters: ["i32"], result: "i32" },
  closeOften: { name: "close", parameters: ["i32"], result: "i32" },
  // int uname(struct utsname *name);
  uname: { parameters: ["buffer"], result: "i32" },
  // int mkdir(const char *path, mode_t mode);
  mkdir: { parameters: ["buffer", "u32"], result: "i32" },
  // int rmdir(const char *path);
  rmdir: { parameters: ["buffer"], result: "i32" },
  // int kill(pid_t pid, int signal);
  kill: { parameters: ["i32", "i32"], result: "i32" },
  // pid_t getpgrp(void);
  getpgrp: { parameters: [], result: "i32" },
  // int prctl(int option, unsigned long argument, ...);
  prctl: { parameters: ["i32", "usize"], result: "i32" },
  // int posix_spawnattr_init(posix_spawnattr_t *attributes);
  posix_spawnattr_init: { parameters: ["buffer"], result: "i32" },
  // int posix_spawnattr_setflags(posix_spawnattr_t *attributes, short flags);
  posix_spawnattr_setflags: { parameters: ["buffer", "i16"], result: "i32" },
  // int posix_spawnattr_setsigdefault(posix_spawnattr_t *attributes, const sigset_t *signals);
  posix_spawnattr_setsigdefault: { parameters: ["buffer", "buffer"], result: "i32" },
  // int posix_spawnattr_setsigmask(posix_spawnattr_t *attributes, const sigset_t *signals);
  posix_spawnattr_setsigmask: { parameters: ["buffer", "buffer"], result: "i32" },
  // int posix_spawnp(pid_t *pid, const char *file, const posix_spawn_file_actions_t *actions,
  //                  const posix_spawnattr_t *attributes, char *const arguments[], char *const environment[]);
  posix_spawnp: {
    parameters: ["buffer", "buffer", "pointer", "buffer", "buffer", "pointer"],
    result: "i32",
  },
  // pid_t waitpid(pid_t pid, int *status, int options);
  waitpid: { parameters: ["i32", "buffer", "i32"], result: "i32" },
  // int *__errno_location(void);
  __errno_location: { parameters: [], result: "pointer" },
} as const satisfies Deno.ForeignLibraryInterface;

type Symbols = Deno.DynamicLibrary<typeof symbols>["symbols"];

/** Functions called for every process or descriptor: these calls must be fast. */
const often: readonly (keyof Symbols)[] = [
  "openat",
  "read",
  "pread",
  "readlinkat",
  "statx",
  "getdents64",
  "closeOften",
  "getsockoptOften",
  "getxattr",
  "kcmp",
  "pollAside",
];

/** Functions that nearly every run calls. One lookup of all takes as long as the lookup of one. */
const usual: readonly (keyof Symbols)[] = [
  "__errno_location",
  "uname",
  "socket",
  "setsockopt",
  "connect",
  "getsockname",
  "send",
  "recv",
  "write",
  "close",
];

/**
 * The functions of the C library. Each is looked up at its first use, the {@linkcode usual} ones together.
 *
 * Using one throws {@linkcode UnsupportedError} on anything but Linux on x86_64 or aarch64 with a C library named
 * `libc.so.6` (glibc).
 */
export const libc: Symbols = Object.defineProperties(
  {},
  Object.fromEntries(
    (Object.keys(symbols) as (keyof Symbols)[]).map((name) => [name, {
      configurable: true,
      get(this: object) {
        const value = lookUp(name);
        Object.defineProperty(this, name, { value });
        return value;
      },
    }]),
  ),
) as Symbols;

/** Address of this thread's `errno`. Looked up before any function is called, because the lookup itself changes `errno`. */
let errnoPointer: Deno.UnsafePointerView | null = null;

function lookUp(name: keyof Symbols): (...args: never[]) => unknown {
  const { os, arch } = Deno.build;
  if (os !== "linux" || (arch !== "x86_64" && arch !== "aarch64")) {
    throw new UnsupportedError(`this is ${os} on ${arch}; the program needs Linux on x86_64 or aarch64`);
  }
  try {
    errnoPointer ??= new Deno.UnsafePointerView(open("__errno_location")() as Deno.PointerObject);
    return open(name);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) {
      throw new UnsupportedError("not allowed to call the C library (run with --allow-ffi)");
    }
    throw new UnsupportedError("cannot use the C library libc.so.6; the program needs Linux with glibc");
  }
}

type Call = (...args: never[]) => unknown;

const opened = new Map<keyof Symbols, Call>();

function open(name: keyof Symbols): Call {
  const known = opened.get(name);
  if (known !== undefined) return known;
  const names = usual.includes(name) ? usual : [name];
  const functions = Object.fromEntries(
    names.map((name) => [name, often.includes(name) ? symbols[name] : rarely(name)]),
  );
  const library = Deno.dlopen("libc.so.6", functions).symbols;
  for (const name of names) {
    const call = library[name] as Call;
    opened.set(name, often.includes(name) ? call : (...args) => call(...args, nothing as never));
  }
  return opened.get(name)!;
}

/**
 * A function with a structure as an extra parameter at the end, which it ignores. For a function without one Deno compiles a fast
 * call, which takes up to half a millisecond.
 */
function rarely(name: keyof Symbols): Deno.ForeignFunction {
  const symbol: Deno.ForeignFunction = symbols[name];
  return { ...symbol, parameters: [...symbol.parameters, { struct: ["i32"] }] };
}

const nothing = new Uint8Array(4);

/** Whether this version of the C library has a function. */
export function available(name: keyof Symbols): boolean {
  try {
    return libc[name] !== undefined;
  } catch (error) {
    if (error instanceof UnsupportedError) return false;
    throw error;
  }
}

/** The error number of the last call. Read it before any other call. */
export function errno(): number {
  // Nothing was called through this module yet.
  if (errnoPointer === null) libc.__errno_location();
  return errnoPointer!.getInt32();
}

/**
 * Repeats a call as long as a signal interrupts it.
 *
 * @returns the result of the call, or the negative error number
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
 * Returns the result of a call that must not fail.
 *
 * @throws {SystemError} if the result is negative
 */
export function succeed(result: number, action: string): number {
  if (result < 0) throw new SystemError(action, errno());
  return result;
}

/** Waits until a descriptor is ready for one of the `POLL…` events. */
export function waitFor(fd: number, events: number): void {
  const waiting = new Int32Array([fd, events]);
  uninterrupted(() => libc.poll(waiting, 1n, -1));
}
