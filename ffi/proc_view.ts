/**
 * Which processes this `/proc` shows, and why some may be missing in it; see proc(5), pid_namespaces(7).
 */
import { ENOENT } from "../decode/kernel/errno.ts";
import { AT_FDCWD } from "./file.ts";
import { readStatus } from "./file_status.ts";
import { readMounts } from "./mounts.ts";
import { advice, effectiveCapabilities, ifTold, inUserNamespace, isCapable } from "./privileges.ts";
import { copyProc, readProc, readProcLink } from "./proc_file.ts";

/** The PID namespace of the machine; its number is fixed, see `PROC_PID_INIT_INO` in `linux/proc_ns.h`. */
const INITIAL_PID_NAMESPACE = "pid:[4026531836]";
/** Values of hidepid with which processes of others are not even listed. */
const HIDING = ["2", "invisible", "4", "ptraceable"];

export const CAP_SYS_PTRACE = 19;

const decoder = new TextDecoder();

/** Whether `/proc` is mounted. */
export const hasProc = (): boolean => readProcLink(AT_FDCWD, "/proc/thread-self") >= 0 || exists("/proc/1");

/** What `/proc` is without. */
export const NO_PROC = "there is no /proc (mount -t proc proc /proc)";

/** What is said in a PID namespace below that of the machine. */
export const OUTSIDE = "processes outside of this PID namespace are not in sight";

/** Why processes may be missing, one phrase each; none where all processes of the machine are in sight. */
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

/** The PID namespace of `/proc`, `null` if that is not told: process 1 is in it, and without permission this one is asked. */
function pidNamespace(): string | null {
  for (const path of ["/proc/1/ns/pid", "/proc/thread-self/ns/pid"]) {
    const target = copyProc(readProcLink(AT_FDCWD, path));
    if (target !== null) return decoder.decode(target);
  }
  return null;
}

/** The `hidepid` that hides processes from this one; `null` if none does. */
function hiding(): string | null {
  const hidepid = procOption("hidepid");
  if (hidepid === null || !HIDING.includes(hidepid)) return exists("/proc/1") ? null : "an unknown value";
  if (isCapable(effectiveCapabilities(), CAP_SYS_PTRACE) && inUserNamespace() === false) return null;
  const group = procOption("gid");
  return group !== null && hidepid !== "4" && hidepid !== "ptraceable" && isMember(group) ? null : hidepid;
}

/** The value of an option that `/proc` is mounted with, `null` without it. */
export function procOption(name: string): string | null {
  const mounts = ifTold(readMounts) ?? [];
  // The last one that is mounted there is the one that is seen.
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
