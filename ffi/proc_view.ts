/**
 * Why `/proc` may not show all processes; see proc(5), pid_namespaces(7).
 */
import { ENOENT } from "../decode/kernel/errno.ts";
import { AT_FDCWD } from "./file.ts";
import { readStatus } from "./file_status.ts";
import { readMounts } from "./mounts.ts";
import { advice, effectiveCapabilities, ifTold, inUserNamespace, isCapable } from "./privileges.ts";
import { copyProc, readProc, readProcLink } from "./proc_file.ts";

/** The initial PID namespace. Its inode is fixed, see `PROC_PID_INIT_INO` in `linux/proc_ns.h`. */
const INITIAL_PID_NAMESPACE = "pid:[4026531836]";
/** Values of `hidepid` that do not list the processes of other users. */
const HIDING = ["2", "invisible", "4", "ptraceable"];

export const CAP_SYS_PTRACE = 19;

const decoder = new TextDecoder();

/** Whether `/proc` is mounted. */
export const hasProc = (): boolean => readProcLink(AT_FDCWD, "/proc/thread-self") >= 0 || exists("/proc/1");

/** Message if `/proc` is not mounted. */
export const NO_PROC = "there is no /proc (mount -t proc proc /proc)";

/** Message in a PID namespace other than the initial one. */
export const OUTSIDE = "processes outside this PID namespace are not visible";

/** Why processes may be missing, one phrase each; empty if all processes of the machine are visible. */
export function whyProcessesAreMissing(): readonly string[] {
  if (!hasProc()) return [NO_PROC];
  const reasons: string[] = [];
  const namespace = pidNamespace();
  if (namespace !== null && namespace !== INITIAL_PID_NAMESPACE) {
    reasons.push(OUTSIDE);
  }
  const hidepid = hiding();
  if (hidepid !== null) {
    reasons.push(`processes of other users are hidden by hidepid=${hidepid}${advice("CAP_SYS_PTRACE")}`);
  }
  return reasons;
}

/** The PID namespace of `/proc`: that of process 1, or of this process without permission to read it. `null` if unknown. */
function pidNamespace(): string | null {
  for (const path of ["/proc/1/ns/pid", "/proc/thread-self/ns/pid"]) {
    const target = copyProc(readProcLink(AT_FDCWD, path));
    if (target !== null) return decoder.decode(target);
  }
  return null;
}

/** Whether this process is in the initial PID namespace, and `/proc` is of that. */
export function isInInitialPidNamespace(): boolean {
  const target = copyProc(readProcLink(AT_FDCWD, "/proc/thread-self/ns/pid"));
  return target !== null && decoder.decode(target) === INITIAL_PID_NAMESPACE;
}

/** The `hidepid` value that hides processes from this one; `null` if none does. */
function hiding(): string | null {
  const hidepid = procOption("hidepid");
  if (hidepid === null || !HIDING.includes(hidepid)) return exists("/proc/1") ? null : "an unknown value";
  if (isCapable(effectiveCapabilities(), CAP_SYS_PTRACE) && inUserNamespace() === false) return null;
  const group = procOption("gid");
  return group !== null && hidepid !== "4" && hidepid !== "ptraceable" && isMember(group) ? null : hidepid;
}

/** The value of a mount option of `/proc`, `null` if it is not set. */
export function procOption(name: string): string | null {
  const mounts = ifTold(readMounts) ?? [];
  // The last mount on a mount point hides the ones before.
  const mount = mounts.findLast(({ type, directory }) => type === "proc" && decoder.decode(directory) === "/proc");
  return new RegExp(`(?:^|,)${name}=([^,]*)`).exec(mount?.options ?? "")?.[1] ?? null;
}

/** Whether this process is in a group. */
function isMember(group: string): boolean {
  const status = copyProc(readProc(AT_FDCWD, "/proc/thread-self/status"));
  const groups = /^(?:Gid|Groups):.*$/gm;
  return (decoder.decode(status ?? new Uint8Array()).match(groups) ?? []).some((line) =>
    line.split(/\s+/).slice(1).includes(group)
  );
}

const exists = (path: string) => readStatus(AT_FDCWD, new TextEncoder().encode(`${path}\0`)) !== ENOENT;
