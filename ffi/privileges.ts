/**
 * What this process may do and where it looks, from `/proc`; see proc(5), capabilities(7).
 */
import { SystemError } from "../decode/kernel/errors.ts";
import { readFile } from "./file.ts";
import { libc } from "./libc.ts";
import { findCgroups, readMounts } from "./mounts.ts";

/** Where the kernel's own file systems are mounted, as this process sees it. */
export interface KernelMounts {
  /** Directory of the cgroups of version 2, `null` without one. */
  readonly cgroup2: string | null;
  /** The `hidepid` of `/proc`, `off` without one. */
  readonly hidepid: string;
}

const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** What is read from `/proc`, `null` if it cannot be. */
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

/** Bit n for each effective capability n, `null` where `/proc` does not tell. */
export function effectiveCapabilities(): bigint | null {
  const line = lines("/proc/thread-self/status")?.find((line) => line.startsWith("CapEff:"));
  return line === undefined ? null : BigInt(`0x${line.slice("CapEff:".length).trim()}`);
}

/** Whether this is a user namespace in which not everybody has the number he has outside; `null` where `/proc` does not tell. */
export function inUserNamespace(): boolean | null {
  const map = lines("/proc/thread-self/uid_map");
  return map === null ? null : !/^\s*0\s+0\s+4294967295\s*$/.test(map.join("\n"));
}

/** Where the kernel's own file systems are mounted, `null` where `/proc` does not tell. */
export function kernelMounts(): KernelMounts | null {
  const mounts = ifTold(readMounts);
  if (mounts === null) return null;
  const cgroups = findCgroups(mounts);
  // The last one that is mounted there is the one that is seen.
  const proc = mounts.findLast(({ type, directory }) => type === "proc" && decode(directory) === "/proc");
  return {
    cgroup2: cgroups === null ? null : decode(cgroups.directory),
    hidepid: /(?:^|,)hidepid=([^,]*)/.exec(proc?.options ?? "")?.[1] ?? "off",
  };
}

/** Whether a capability is among the effective ones; `false` where they are not known. */
export const isCapable = (effective: bigint | null, capability: number): boolean =>
  effective !== null && (effective >> BigInt(capability) & 1n) === 1n;

/** Whether this process is run by root, in its user namespace. */
export const isSuperuser = (): boolean => libc.geteuid() === 0;

/** What to do about something that a capability would permit, in brackets: sudo is no advice for root. */
export const advice = (capability: string): string => isSuperuser() ? ` (needs ${capability})` : " (run with sudo)";
