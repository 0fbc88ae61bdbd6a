/**
 * System calls that can wait for a descriptor, which is their first argument. Mirrors `asm/unistd_64.h` of x86_64 and
 * `asm-generic/unistd.h` of aarch64.
 */

/** Names by number, for each architecture. */
export const waitingCalls: Readonly<Record<"x86_64" | "aarch64", Readonly<Record<number, string>>>> = {
  x86_64: {
    ...{ 0: "read", 1: "write", 3: "close", 19: "readv", 20: "writev", 40: "sendfile", 42: "connect", 43: "accept" },
    ...{ 44: "sendto", 45: "recvfrom", 46: "sendmsg", 47: "recvmsg", 48: "shutdown", 232: "epoll_wait" },
    ...{ 275: "splice", 281: "epoll_pwait", 288: "accept4", 299: "recvmmsg", 307: "sendmmsg", 426: "io_uring_enter" },
    ...{ 441: "epoll_pwait2" },
  },
  aarch64: {
    ...{ 22: "epoll_pwait", 57: "close", 63: "read", 64: "write", 65: "readv", 66: "writev", 71: "sendfile" },
    ...{ 76: "splice", 202: "accept", 203: "connect", 206: "sendto", 207: "recvfrom", 210: "shutdown", 211: "sendmsg" },
    ...{ 212: "recvmsg", 242: "accept4", 243: "recvmmsg", 269: "sendmmsg", 426: "io_uring_enter", 441: "epoll_pwait2" },
  },
};

/** A call that a thread is blocked in. */
export interface WaitingCall {
  readonly call: string;
  readonly fd: number;
}

/**
 * Reads `/proc/PID/task/TID/syscall`: the number of the call, six arguments, stack pointer and program counter; `null` for a
 * thread that runs, or is in another call.
 */
export function readWaitingCall(text: string, calls: Readonly<Record<number, string>>): WaitingCall | null {
  const [number = "", first, , , , , , stack] = text.trim().split(" ");
  const call = /^\d+$/.test(number) ? calls[Number(number)] : undefined;
  // A 32-bit program has its stack below 4 GB, and other numbers for its calls.
  if (call === undefined || stack === undefined || BigInt(stack) < 0x1_0000_0000n) return null;
  // Descriptors are 32-bit: the upper half of a register may hold anything.
  const fd = Number(BigInt(first!) & 0xffffffffn);
  return fd > 0x7fffffff ? null : { call, fd };
}
