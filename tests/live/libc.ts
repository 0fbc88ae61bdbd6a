/**
 * The C library as tests call it: namespaces, mounts, processes, pipes and sockets without any command or interpreter.
 *
 * The program's own table, `ffi/libc.ts`, has only what the program calls.
 */
import { errnoText } from "../../decode/kernel/errno.ts";
import { errno } from "../../ffi/libc.ts";

const symbols = {
  // int socket(int domain, int type, int protocol);
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
  // int socketpair(int domain, int type, int protocol, int ends[2]);
  socketpair: { parameters: ["i32", "i32", "i32", "buffer"], result: "i32" },
  // int bind(int fd, const struct sockaddr *address, socklen_t length);
  bind: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  // int listen(int fd, int backlog);
  listen: { parameters: ["i32", "i32"], result: "i32" },
  // int connect(int fd, const struct sockaddr *address, socklen_t length);
  connect: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  // int accept4(int fd, struct sockaddr *address, socklen_t *length, int flags);
  accept4: { parameters: ["i32", "buffer", "buffer", "i32"], result: "i32" },
  // int getsockname(int fd, struct sockaddr *address, socklen_t *length);
  getsockname: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  // ssize_t send(int fd, const void *buffer, size_t length, int flags);
  send: { parameters: ["i32", "buffer", "usize", "i32"], result: "i32" },
  // ssize_t sendto(int fd, const void *buffer, size_t length, int flags, const struct sockaddr *to, socklen_t to_length);
  sendto: { parameters: ["i32", "buffer", "usize", "i32", "buffer", "u32"], result: "i32" },
  // ssize_t recv(int fd, void *buffer, size_t length, int flags);
  recv: { parameters: ["i32", "buffer", "usize", "i32"], result: "i32" },
  // ssize_t recvfrom(int fd, void *buffer, size_t length, int flags, struct sockaddr *from, socklen_t *from_length);
  recvfrom: { parameters: ["i32", "buffer", "usize", "i32", "buffer", "buffer"], result: "i32" },
  // ssize_t sendmsg(int fd, const struct msghdr *message, int flags);
  sendmsg: { parameters: ["i32", "buffer", "i32"], result: "i32" },
  // ssize_t recvmsg(int fd, struct msghdr *message, int flags);
  recvmsg: { parameters: ["i32", "buffer", "i32"], result: "i32" },
  // int setsockopt(int fd, int level, int option, const void *value, socklen_t length);
  setsockopt: { parameters: ["i32", "i32", "i32", "buffer", "u32"], result: "i32" },
  // int getsockopt(int fd, int level, int option, void *value, socklen_t *length);
  getsockopt: { parameters: ["i32", "i32", "i32", "buffer", "buffer"], result: "i32" },
  // int shutdown(int fd, int how);
  shutdown: { parameters: ["i32", "i32"], result: "i32" },
  // int fcntl(int fd, int command, int value);
  fcntl: { parameters: ["i32", "i32", "i32"], result: "i32" },
  // int ioctl(int fd, unsigned long request, void *value);
  ioctl: { parameters: ["i32", "usize", "buffer"], result: "i32" },
  // int fchown(int fd, uid_t owner, gid_t group);
  fchown: { parameters: ["i32", "u32", "u32"], result: "i32" },
  // ssize_t readlink(const char *path, char *buffer, size_t size);
  readlink: { parameters: ["buffer", "buffer", "usize"], result: "i32" },
  // int inet_pton(int family, const char *text, void *address);
  inet_pton: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  // int epoll_create1(int flags);
  epoll_create1: { parameters: ["i32"], result: "i32" },
  // int epoll_ctl(int epoll, int operation, int fd, struct epoll_event *event);
  epoll_ctl: { parameters: ["i32", "i32", "i32", "buffer"], result: "i32" },
  // int epoll_wait(int epoll, struct epoll_event *events, int count, int timeout);
  epoll_wait: { parameters: ["i32", "buffer", "i32", "i32"], result: "i32" },
  // int pipe2(int ends[2], int flags);
  pipe2: { parameters: ["buffer", "i32"], result: "i32" },
  // int dup2(int from, int to);
  dup2: { parameters: ["i32", "i32"], result: "i32" },
  // int dup(int fd);
  dup: { parameters: ["i32"], result: "i32" },
  // int open(const char *path, int flags, mode_t mode);
  open: { parameters: ["buffer", "i32", "u32"], result: "i32" },
  // ssize_t read(int fd, void *buffer, size_t length);
  read: { parameters: ["i32", "buffer", "usize"], result: "i32" },
  // ssize_t write(int fd, const void *buffer, size_t length);
  write: { parameters: ["i32", "buffer", "usize"], result: "i32" },
  // int close(int fd);
  close: { parameters: ["i32"], result: "i32" },
  // int statx(int directory, const char *path, int flags, unsigned int mask, struct statx *status);
  statx: { parameters: ["i32", "buffer", "i32", "u32", "buffer"], result: "i32" },
  // int mkfifo(const char *path, mode_t mode);
  mkfifo: { parameters: ["buffer", "u32"], result: "i32" },
  // int unshare(int flags);
  unshare: { parameters: ["i32"], result: "i32" },
  // int setns(int fd, int type);
  setns: { parameters: ["i32", "i32"], result: "i32" },
  // int mount(const char *source, const char *target, const char *type, unsigned long flags, const void *data);
  mount: { parameters: ["buffer", "buffer", "buffer", "usize", "buffer"], result: "i32" },
  // int umount2(const char *target, int flags);
  umount2: { parameters: ["buffer", "i32"], result: "i32" },
  // int prctl(int option, unsigned long value, ...);
  prctl: { parameters: ["i32", "usize", "usize", "usize", "usize"], result: "i32" },
  // pid_t fork(void);
  fork: { parameters: [], result: "i32" },
  // int madvise(void *start, size_t length, int advice);
  madvise: { parameters: ["usize", "usize", "i32"], result: "i32" },
  // pid_t gettid(void);
  gettid: { parameters: [], result: "i32" },
  // pid_t waitpid(pid_t pid, int *status, int options);
  waitpid: { parameters: ["i32", "buffer", "i32"], result: "i32" },
  // int execvp(const char *file, char *const words[]);
  execvp: { parameters: ["buffer", "buffer"], result: "i32" },
  // pid_t setsid(void);
  setsid: { parameters: [], result: "i32" },
  // int pause(void);
  pause: { parameters: [], result: "i32" },
  // void _exit(int status);
  _exit: { parameters: ["i32"], result: "void" },
  // void (*signal(int number, void (*handler)(int)))(int);
  signal: { parameters: ["i32", "usize"], result: "usize" },
  // long syscall(long number, int one);
  syscall: { parameters: ["isize", "i32"], result: "i32" },
  // long syscall(long number, int command, union bpf_attr *attributes, unsigned int size);
  bpf: { name: "syscall", parameters: ["isize", "i32", "buffer", "u32"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

type Symbols = Deno.DynamicLibrary<typeof symbols>["symbols"];

let opened: Symbols | null = null;

/** The functions as they are; {@linkcode check} makes an error of a negative result. */
export const libc = (): Symbols => opened ??= Deno.dlopen("libc.so.6", symbols).symbols;

/** A call of a test failed; `errno` is its positive error number. */
export class CallError extends Error {
  override readonly name = "CallError";

  constructor(call: string, readonly errno: number) {
    super(`${call}: ${errnoText(errno)}`);
  }
}

/** The result of a call; throws {@linkcode CallError} if it is negative. */
export function check(call: string, result: number): number {
  if (result < 0) throw new CallError(call, errno());
  return result;
}

const encoder = new TextEncoder();

/** `text` in UTF-8, bytes as they are. */
export const bytesOf = (text: string | Uint8Array): Uint8Array<ArrayBuffer> =>
  typeof text === "string" ? encoder.encode(text) : new Uint8Array(text);

/** `text` as a C string. */
export const cString = (text: string | Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array([...bytesOf(text), 0]);

/** Where bytes lie in memory, while they are in use. */
export const addressOf = (bytes: BufferSource): bigint =>
  Deno.UnsafePointer.value(Deno.UnsafePointer.of(bytes as Uint8Array));

/** Stops this thread for a while; the kernel goes on. */
export function sleep(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

/** Waits until `holds` is true; a busy machine may take its time. */
export function waitUntil(what: string, holds: () => boolean): void {
  const end = Date.now() + 60_000;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`waited in vain: ${what}`);
    sleep(2);
  }
}

// Namespaces and mounts

export const CLONE_FILES = 0x400;
export const CLONE_NEWUSER = 0x10000000;
export const CLONE_NEWNET = 0x40000000;
export const O_CLOEXEC = 0o2000000;
export const MS_RDONLY = 1;
export const MS_NOSUID = 2;
export const MS_NODEV = 4;
export const MS_NOEXEC = 8;
export const MS_REMOUNT = 32;
export const MS_BIND = 4096;
export const MS_REC = 16384;
export const MS_PRIVATE = 1 << 18;
const MNT_DETACH = 2;

export const unshare = (flags: number): void => void check("unshare", libc().unshare(flags));

/** Moves the calling thread into the namespace of a kind that a file stands for. */
export function enterNamespace(path: string, kind = CLONE_NEWNET): void {
  const fd = check(`open ${path}`, libc().open(cString(path), O_CLOEXEC, 0));
  try {
    check(`setns ${path}`, libc().setns(fd, kind));
  } finally {
    libc().close(fd);
  }
}

/** mount(2); `flags` are those of `MS_BIND` and so on. */
export function mount(source: string, target: string, type: string | null, flags = 0, data = ""): void {
  const name = type === null ? null : cString(type);
  check(`mount ${target}`, libc().mount(cString(source), cString(target), name, BigInt(flags), cString(data)));
}

/** Takes away what is mounted at `target`, also while it is in use. */
export const unmount = (target: string): void =>
  void check(`umount ${target}`, libc().umount2(cString(target), MNT_DETACH));

export const mkfifo = (path: string): void => void check(`mkfifo ${path}`, libc().mkfifo(cString(path), 0o600));

const AF_INET = 2;
const SOCK_DGRAM = 2;
const SIOCGIFFLAGS = 0x8913n;
const SIOCSIFFLAGS = 0x8914n;
const SIOCSIFNAME = 0x8923n;
const IFF_UP = 1;
/** Size of `struct ifreq`, and where the flags, or the new name, stand in it. */
const IFREQ_SIZE = 40;
const IFREQ_FLAGS = 16;

/** Gives `lo` of the network namespace another name, if one is given, and brings it up. */
export function bringLoopbackUp(name = "lo"): void {
  const socket = check("socket", libc().socket(AF_INET, SOCK_DGRAM | O_CLOEXEC, 0));
  const request = new Uint8Array(IFREQ_SIZE);
  request.set(cString("lo"));
  if (name !== "lo") {
    request.set(cString(name), IFREQ_FLAGS);
    check("ioctl SIOCSIFNAME", libc().ioctl(socket, SIOCSIFNAME, request));
    request.fill(0).set(cString(name));
  }
  check("ioctl SIOCGIFFLAGS", libc().ioctl(socket, SIOCGIFFLAGS, request));
  request[IFREQ_FLAGS] = request[IFREQ_FLAGS]! | IFF_UP;
  check("ioctl SIOCSIFFLAGS", libc().ioctl(socket, SIOCSIFFLAGS, request));
  libc().close(socket);
}

// Processes

const PR_SET_PDEATHSIG = 1;
const SIGKILL = 9n;
const PR_CAPBSET_DROP = 24;
const MADV_DOFORK = 11;
/** The size of the address space of a process, less the last pages of any size. */
const ADDRESSES = 2n ** 48n - 2n ** 16n;
const SIGPIPE = 13;

/** Names the process, as `/proc/PID/comm` shows it, or this thread alone. */
export function setComm(name: string | Uint8Array, whose: "self" | "thread-self" = "self"): void {
  const fd = check("open comm", libc().open(cString(`/proc/${whose}/comm`), 1 | O_CLOEXEC, 0));
  const bytes = bytesOf(name);
  check("write comm", libc().write(fd, bytes, BigInt(bytes.length)));
  libc().close(fd);
}

/** Makes a process that runs `child` and ends; it has this thread only, so it must not wait for anything asynchronous. */
export function fork(child: () => void): number {
  // The engine keeps its memory from children. Where nothing is mapped, and at the kernel's own pages, this fails, but later.
  libc().madvise(0n, ADDRESSES, MADV_DOFORK);
  const pid = check("fork", libc().fork());
  if (pid !== 0) return pid;
  // Else it would stay when the test has ended.
  libc().prctl(PR_SET_PDEATHSIG, SIGKILL, 0n, 0n, 0n);
  try {
    child();
    libc()._exit(0);
  } catch (error) {
    const text = bytesOf(`${error}\n`);
    libc().write(2, text, BigInt(text.length));
    libc()._exit(1);
  }
  return pid;
}

/** The same, but waits until `child` has returned; what that returns runs then. */
export function forkUntilReady(child: () => () => void): number {
  const [ready, readying] = openPipe();
  const pid = fork(() => {
    const rest = child();
    close(readying);
    rest();
  });
  close(readying);
  readByte(ready);
  close(ready);
  return pid;
}

/** Waits for a signal. */
export const pause = (): void => void libc().pause();

/** Becomes another program, which finds signals as a shell leaves them. */
export function exec(words: readonly string[]): never {
  const strings = words.map(cString);
  const list = new BigUint64Array([...strings.map(addressOf), 0n]);
  libc().signal(SIGPIPE, 0n);
  libc().execvp(strings[0]!, list);
  throw new CallError(`exec ${words[0]}`, errno());
}

/** Waits for a child to end; returns its exit status, that of a shell for one that a signal ended. */
export function waitFor(pid: number): number {
  const status = new Int32Array(1);
  check("waitpid", libc().waitpid(pid, status, 0));
  const [value = 0] = status;
  return (value & 0x7f) === 0 ? value >> 8 & 0xff : 128 + (value & 0x7f);
}

/** Programs that are run from now on have no capabilities, whoever runs them. */
export function dropCapabilities(): void {
  for (let capability = 0; libc().prctl(PR_CAPBSET_DROP, BigInt(capability), 0n, 0n, 0n) === 0;) capability++;
}

/** Ends this thread, and the process only if it is the last one. */
export function endThread(): never {
  libc().syscall(Deno.build.arch === "x86_64" ? 60n : 93n, 0);
  throw new Error("a thread that has ended");
}

/** Writes a line of JSON to standard output. */
export function say(value: unknown): void {
  const line = bytesOf(`${JSON.stringify(value)}\n`);
  check("write", libc().write(1, line, BigInt(line.length)));
}

// Descriptors

const EPOLL_CTL_ADD = 1;

/** An epoll instance that no program inherits. */
export const openEpoll = (): number => check("epoll_create1", libc().epoll_create1(O_CLOEXEC));

/** Lets an epoll instance watch a descriptor for these events, bits `EPOLL…`. */
export function watch(epoll: number, fd: number, events: number): void {
  const event = new Uint8Array(16);
  new DataView(event.buffer).setUint32(0, events, true);
  check("epoll_ctl", libc().epoll_ctl(epoll, EPOLL_CTL_ADD, fd, event));
}

/** Waits until the first thread of a process is blocked in the system call of a name, of those in `waiting_calls.ts`. */
export function waitUntilBlocked(pid: number, calls: Readonly<Record<"x86_64" | "aarch64", number>>): void {
  const number = calls[Deno.build.arch as "x86_64" | "aarch64"];
  waitUntil(
    `process ${pid} in call ${number}`,
    () => Deno.readTextFileSync(`/proc/${pid}/task/${pid}/syscall`).startsWith(`${number} `),
  );
}

export const dup = (fd: number): number => check("dup", libc().dup(fd));

/** Makes one descriptor stand for what another one does. */
export const replace = (fd: number, other: number): void => void check("dup2", libc().dup2(other, fd));

export const close = (fd: number): void => void libc().close(fd);

/** Reading and writing end of a pipe, which no program inherits. */
export function openPipe(): readonly [number, number] {
  const ends = new Int32Array(2);
  check("pipe2", libc().pipe2(ends, O_CLOEXEC));
  return [ends[0]!, ends[1]!];
}

/** Waits for a byte, or for the end of all writers. */
export const readByte = (fd: number): number => check("read", libc().read(fd, new Uint8Array(1), 1n));

const SOL_SOCKET = 1;
const SCM_RIGHTS = 1;

/** `struct msghdr` of one byte and of `fds`, as control message; all parts stay reachable through the result. */
function message(
  fds: Int32Array,
): { header: BigUint64Array<ArrayBuffer>; control: Uint8Array<ArrayBuffer>; keep: unknown } {
  const byte = new Uint8Array(1);
  const part = new BigUint64Array([addressOf(byte), 1n]);
  const control = new Uint8Array(16 + Math.ceil(fds.length / 2) * 8);
  const view = new DataView(control.buffer);
  view.setBigUint64(0, BigInt(16 + 4 * fds.length), true);
  view.setInt32(8, SOL_SOCKET, true);
  view.setInt32(12, SCM_RIGHTS, true);
  fds.forEach((fd, i) => view.setInt32(16 + 4 * i, fd, true));
  const header = new BigUint64Array([0n, 0n, addressOf(part), 1n, addressOf(control), BigInt(control.length), 0n]);
  return { header, control, keep: [byte, part] };
}

/** Sends descriptors over a UNIX socket, with one byte. */
export function sendDescriptors(through: number, fds: readonly number[]): void {
  const { header } = message(Int32Array.from(fds));
  check("sendmsg", libc().sendmsg(through, header, 0));
}

/** Receives `count` descriptors that were sent over a UNIX socket. */
export function receiveDescriptors(through: number, count: number): number[] {
  const { header, control } = message(new Int32Array(count));
  check("recvmsg", libc().recvmsg(through, header, 0));
  const view = new DataView(control.buffer);
  return Array.from({ length: count }, (_, i) => view.getInt32(16 + 4 * i, true));
}

const O_RDWR = 2;
const O_NOCTTY = 0o400;
const TIOCSPTLCK = 0x40045431n;
const TIOCGPTN = 0x80045430n;
const TIOCSWINSZ = 0x5414n;
const TIOCSCTTY = 0x540en;
const TCGETS = 0x5401n;

/** A terminal so many columns wide for a program, and the end where its output appears. */
export function openTerminal(columns: number): { terminal: number; screen: number } {
  const open = (path: string) => check(`open ${path}`, libc().open(cString(path), O_RDWR | O_NOCTTY | O_CLOEXEC, 0));
  const screen = open("/dev/ptmx");
  const number = new Int32Array(1);
  check("ioctl TIOCSPTLCK", libc().ioctl(screen, TIOCSPTLCK, number));
  check("ioctl TIOCGPTN", libc().ioctl(screen, TIOCGPTN, number));
  const terminal = open(`/dev/pts/${number[0]}`);
  resizeTerminal(terminal, 24, columns);
  return { terminal, screen };
}

/** Gives a terminal another size, which its program is told of by SIGWINCH. */
export function resizeTerminal(end: number, rows: number, columns: number): void {
  check("ioctl TIOCSWINSZ", libc().ioctl(end, TIOCSWINSZ, new Uint16Array([rows, columns, 0, 0])));
}

/** The modes of a terminal, as text. */
export function terminalModes(end: number): string {
  const modes = new Uint8Array(64);
  check("ioctl TCGETS", libc().ioctl(end, TCGETS, modes));
  return modes.toHex();
}

/** Makes a terminal that of this process, whose keys such as Ctrl-C then send signals to it. */
export function takeTerminal(terminal: number): void {
  check("setsid", libc().setsid());
  check("ioctl TIOCSCTTY", libc().ioctl(terminal, TIOCSCTTY, new Int32Array(1)));
}

/** Writes all of some bytes. */
export function writeAll(to: number, bytes: Uint8Array<ArrayBuffer>): void {
  for (let written = 0; written < bytes.length;) {
    const rest = bytes.subarray(written);
    written += check("write", libc().write(to, rest, BigInt(rest.length)));
  }
}

/** Copies all that comes until the end, which a terminal shows as an error. `seen` gets each part too. */
export function copy(from: number, to: number, seen: (part: Uint8Array) => void = () => {}): void {
  const buffer = new Uint8Array(65536);
  while (true) {
    const length = libc().read(from, buffer, BigInt(buffer.length));
    if (length <= 0) return;
    const part = buffer.subarray(0, Number(length));
    writeAll(to, part);
    seen(part);
  }
}
