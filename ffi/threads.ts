/**
 * The threads of a process, and which of them share descriptors; see kcmp(2).
 */
import { AT_FDCWD } from "./file.ts";
import { errno, libc } from "./libc.ts";
import { proc, readProc } from "./proc_file.ts";

const SYS_KCMP = Deno.build.arch === "aarch64" ? 272n : 312n;
/** `linux/kcmp.h`: compares the descriptor tables of two processes or threads. */
const KCMP_FILES = 2;

/** Whether the first thread of a process has ended. */
export function hasEnded(pid: number): boolean {
  const length = readProc(AT_FDCWD, `/proc/${pid}/stat`);
  const state = proc[proc.lastIndexOf(0x29, Math.max(0, length - 1)) + 2];
  return state === ZOMBIE || state === DEAD;
}

const ZOMBIE = "Z".charCodeAt(0);
const DEAD = "X".charCodeAt(0);

/** The first of `threads` that shares its descriptor table with `tid`; 0 for none, or a negative error number. */
export function findTable(threads: readonly number[], tid: number): number {
  const { kcmp } = libc;
  for (const other of threads) {
    const order = kcmp(SYS_KCMP, other, tid, KCMP_FILES, 0n, 0n);
    if (order === 0) return other;
    if (order < 0) return -errno();
  }
  return 0;
}
