/**
 * Reads the calls that threads are blocked in (`/proc/PID/task/TID/syscall`).
 */
import { EACCES, ENOENT, EPERM, errnoText, ESRCH } from "../decode/kernel/errno.ts";
import { readWaitingCall, waitingCalls } from "../decode/kernel/waiting_calls.ts";
import type { Enricher } from "../decode/lookups/lookup.ts";
import type { OwnerIndex } from "../decode/lookups/owner_index.ts";
import { type Waiter, Waiters } from "../decode/lookups/waiters.ts";
import { Watchers } from "../decode/lookups/watchers.ts";
import { readNames, readNumber } from "./directory.ts";
import { advice } from "./privileges.ts";
import { copyProc, readProcOnce } from "./proc_file.ts";
import { findTable } from "./threads.ts";

const decoder = new TextDecoder();
const LINE_BREAK = 10;

/** The threads that wait for sockets, for one run. */
export const openWaiters = (
  owners: OwnerIndex | null,
  _vantages: unknown,
  before: readonly Enricher[],
): Waiters => new Waiters(owners, readWaiters, before.find((enricher) => enricher instanceof Watchers) ?? null);

/** As `WaiterReader`. */
function readWaiters(pid: number, tid: number | null): readonly Waiter[] | string {
  const names = readNames(`/proc/${pid}/task`);
  if (typeof names === "number") return -names === ENOENT || -names === ESRCH ? [] : errnoText(-names);
  const waiters: Waiter[] = [];
  for (const name of names) {
    const thread = readNumber(name, 0);
    if (tid !== null && tid !== thread) continue;
    const length = readProcOnce(`/proc/${pid}/task/${thread}/syscall`);
    if (length === -EACCES || length === -EPERM) return errnoText(-length) + advice("CAP_SYS_PTRACE");
    // The thread has gone, or is about to.
    if (length < 0) continue;
    const text = decoder.decode(copyProc(length)!);
    const waiting = readWaitingCall(text, waitingCalls[Deno.build.arch as "x86_64" | "aarch64"]);
    // A thread that has descriptors of its own waits on another file. 0: it does not share them.
    if (waiting === null || thread !== pid && tid === null && findTable([pid], thread) === 0) continue;
    const comm = copyProc(readProcOnce(`/proc/${pid}/task/${thread}/comm`)) ?? new Uint8Array(0);
    waiters.push({ pid, tid: thread, comm: comm.subarray(0, comm.lastIndexOf(LINE_BREAK)), ...waiting });
  }
  return waiters;
}

/** Why the calls of threads cannot be read here; `null` if those of this process can. */
export function waitersObstacle(): string | null {
  const length = readProcOnce("/proc/thread-self/syscall");
  if (length === -ENOENT) return "this kernel does not tell the calls of threads (CONFIG_HAVE_ARCH_TRACEHOOK)";
  return length < 0 ? errnoText(-length) : null;
}
