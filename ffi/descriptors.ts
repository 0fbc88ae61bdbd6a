/**
 * Reads `/proc/PID/fdinfo/FD`; see proc_pid_fdinfo(5).
 */
import { EACCES, ENOENT, EPERM, errnoText, ESRCH } from "../decode/kernel/errno.ts";
import { type DescriptorInfo, Descriptors } from "../decode/lookups/descriptors.ts";
import type { OwnerIndex } from "../decode/lookups/owner_index.ts";
import type { Holder } from "../decode/lookups/owners.ts";
import { readNames } from "./directory.ts";
import { AT_FDCWD, cString } from "./file.ts";
import { readStatus } from "./file_status.ts";
import { advice } from "./privileges.ts";
import { proc, readProcOnce } from "./proc_file.ts";

const decoder = new TextDecoder();

/** Reads what the kernel says about a descriptor, as {@linkcode DescriptorReader}. */
function readDescriptor(holder: Holder, fd: number, inode: number | null): DescriptorInfo | string | null {
  const { pid, tid } = holder;
  let task = `/proc/${tid ?? pid}`;
  let length = readProcOnce(`${task}/fdinfo/${fd}`);
  // If the first thread of the process has ended, only the other threads have descriptors.
  if (length === -ENOENT && tid === null) {
    for (const other of otherThreads(pid)) {
      task = `/proc/${pid}/task/${other}`;
      length = readProcOnce(`${task}/fdinfo/${fd}`);
      if (length >= 0) break;
    }
  }
  if (length === -ENOENT || length === -ESRCH) return null;
  if (length < 0) {
    const refused = length === -EACCES || length === -EPERM;
    return errnoText(-length) + (refused ? advice("CAP_SYS_PTRACE") : "");
  }
  const text = decoder.decode(proc.subarray(0, length));
  const flags = /^flags:\t(\d+)$/m.exec(text);
  if (flags === null || inode !== null && inodeIn(text, `${task}/fd/${fd}`) !== inode) return null;
  const inFlight = /^scm_fds: (\d+)$/m.exec(text);
  return { flags: parseInt(flags[1]!, 8), inFlight: inFlight === null ? null : Number(inFlight[1]) };
}

/** The inode of the file, which the descriptor may not have been opened for. Linux 5.14 tells it beside the flags. */
function inodeIn(text: string, path: string): number | null {
  const told = /^ino:\t(\d+)$/m.exec(text);
  if (told !== null) return Number(told[1]);
  const status = readStatus(AT_FDCWD, cString(path));
  return typeof status === "number" ? null : Number(status.inode);
}

function otherThreads(pid: number): readonly number[] {
  const names = readNames(`/proc/${pid}/task`);
  return typeof names === "number"
    ? []
    : names.map((name) => Number(decoder.decode(name))).filter((tid) => tid !== pid);
}

/** Why nothing is told of descriptors here; `null` if it is. */
export function descriptorsObstacle(): string | null {
  const length = readProcOnce("/proc/self/fdinfo/0");
  return length >= 0 || length === -ENOENT && readProcOnce("/proc/self/stat") >= 0 ? null : errnoText(-length);
}

/** Starts the lookup of descriptors for one run. */
export const openDescriptors = (owners: OwnerIndex | null): Descriptors => new Descriptors(owners, readDescriptor);
