/**
 * The privileges of this process, and the mounts that it reads, from `/proc`; see proc(5), capabilities(7).
 */
import { SystemError } from "../decode/kernel/errors.ts";
import { AT_FDCWD, readFile } from "./file.ts";
import { readStatus } from "./file_status.ts";
import { libc } from "./libc.ts";
import { findCgroups, readMounts } from "./mounts.ts";

/** The kernel's own file systems as this process sees them. */
export interface KernelMounts {
  /** Mount point of cgroups version 2, `null` if there is none. */
  readonly cgroup2: string | null;
  /** The `hidepid` option of `/proc`, `off` if it is not set. */
  readonly hidepid: string;
}

const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** The result of a read in `/proc`, `null` if the read fails. */
export function ifTold<Told>(read: () => Told): Told | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof SystemError) return null;
    throw error;
  }
}

/** The lines of a file in `/proc`, `null` if it cannot be read. */
const lines = (path: string): readonly string[] | null => ifTold(() => decode(readFile(path)).split("\n"));

/** Bit n for each effective capability n, `null` if `/proc` does not show them. */
export function effectiveCapabilities(): bigint | null {
  const line = lines("/proc/thread-self/status")?.find((line) => line.startsWith("CapEff:"));
  return line === undefined ? null : BigInt(`0x${line.slice("CapEff:".length).trim()}`);
}

/** Whether this user namespace does not map every user id to itself; `null` if `/proc` does not show it. */
export function inUserNamespace(): boolean | null {
  const map = lines("/proc/thread-self/uid_map");
  return map === null ? null : !/^\s*0\s+0\s+4294967295\s*$/.test(map.join("\n"));
}

/** The kernel's own file systems, `null` if `/proc` does not show them. */
export function kernelMounts(): KernelMounts | null {
  const mounts = ifTold(readMounts);
  if (mounts === null) return null;
  const cgroups = findCgroups(mounts);
  // The last mount on a mount point hides the ones before.
  const proc = mounts.findLast(({ type, directory }) => type === "proc" && decode(directory) === "/proc");
  return {
    cgroup2: cgroups === null ? null : decode(cgroups.directory),
    hidepid: /(?:^|,)hidepid=([^,]*)/.exec(proc?.options ?? "")?.[1] ?? "off",
  };
}

/** Whether a capability is effective; `false` if that is unknown. */
export const isCapable = (effective: bigint | null, capability: number): boolean =>
  effective !== null && (effective >> BigInt(capability) & 1n) === 1n;

/** Whether the effective user is root in this user namespace. */
export const isSuperuser = (): boolean => libc.geteuid() === 0;

/** Advice, in brackets, how to get a missing capability. Root is not told to use sudo. */
export const advice = (capability: string): string => isSuperuser() ? ` (needs ${capability})` : " (run with sudo)";

/** Whether SELinux is enabled. The kernel registers `selinuxfs` only then. */
export function hasSelinux(): boolean {
  const known = lines("/proc/filesystems");
  if (known !== null) return known.includes("nodev\tselinuxfs");
  // `/proc` mounted with `subset=pid` lacks that file.
  return typeof readStatus(AT_FDCWD, new TextEncoder().encode("/sys/fs/selinux/enforce\0")) !== "number";
}
