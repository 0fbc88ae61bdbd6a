/**
 * The functions of the C library that the bench calls and the program does not, with their prototypes.
 */
import { succeed } from "../ffi/libc.ts";

const RLIMIT_NOFILE = 7;

/** Opens the C library. */
export function openLibc() {
  return Deno.dlopen("libc.so.6", {
    // int socket(int domain, int type, int protocol);
    socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
    // int bind(int fd, const struct sockaddr *address, socklen_t length);
    bind: { parameters: ["i32", "buffer", "u32"], result: "i32" },
    // int getsockname(int fd, struct sockaddr *address, socklen_t *length);
    getsockname: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
    // int listen(int fd, int backlog);
    listen: { parameters: ["i32", "i32"], result: "i32" },
    // int connect(int fd, const struct sockaddr *address, socklen_t length);
    connect: { parameters: ["i32", "buffer", "u32"], result: "i32" },
    // int accept(int fd, struct sockaddr *address, socklen_t *length);
    accept: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
    // ssize_t send(int fd, const void *buffer, size_t length, int flags);
    send: { parameters: ["i32", "buffer", "usize", "i32"], result: "i32" },
    // ssize_t recv(int fd, void *buffer, size_t length, int flags);
    recv: { parameters: ["i32", "buffer", "usize", "i32"], result: "i32" },
    // int shutdown(int fd, int how);
    shutdown: { parameters: ["i32", "i32"], result: "i32" },
    // int close(int fd);
    close: { parameters: ["i32"], result: "i32" },
    // int ioctl(int fd, unsigned long request, struct ifreq *argument);
    ioctl: { parameters: ["i32", "usize", "buffer"], result: "i32" },
    // int getrlimit(int resource, struct rlimit *limit);
    getrlimit: { parameters: ["i32", "buffer"], result: "i32" },
    // int setrlimit(int resource, const struct rlimit *limit);
    setrlimit: { parameters: ["i32", "buffer"], result: "i32" },
  }).symbols;
}

export type Libc = ReturnType<typeof openLibc>;

/** Lets this process open as many descriptors as it may without privilege; returns how many. */
export function raiseDescriptorLimit(libc: Libc): number {
  const limit = new BigUint64Array(2);
  succeed(libc.getrlimit(RLIMIT_NOFILE, limit), "read the limit of open files");
  const most = limit[1]!;
  limit[0] = most;
  succeed(libc.setrlimit(RLIMIT_NOFILE, limit), "raise the limit of open files");
  return Number(most);
}
