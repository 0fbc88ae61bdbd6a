/**
 * What this process may do and where it looks, from `/proc`; see proc(5), capabilities(7).
 */
import { SystemError } from "../decode/errors.ts";
import { readFile } from "./file.ts";

/** Where the kernel's own file systems are mounted, as this process sees it. */
export interface Mounts {
  /** Directory of the cgroups of version 2, `null` without one. */
  readonly cgroup2: string | null;
  /** The `hidepid` of `/proc`, `off` without one. */
  readonly hidepid: string;
}

/** The lines of a file in `/proc`, `null` if it cannot be read. */
function lines(path: string): readonly string[] | null {
  try {
    return new TextDecoder().decode(readFile(path)).split("\n");
  } catch (error) {
    if (error instanceof SystemError) return null;
    throw error;
  }
}

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
export function readMounts(): Mounts | null {
  const mounts = lines("/proc/thread-self/mountinfo");
  if (mounts === null) return null;
  let cgroup2: string | null = null;
  let hidepid = "off";
  for (const mount of mounts) {
    const [place = "", file = ""] = mount.split(" - ");
    const path = unescape(place.split(" ")[4] ?? "");
    const [type, , ...options] = file.split(" ");
    if (type === "cgroup2") cgroup2 ??= path;
    // The last one that is mounted there is the one that is seen.
    if (type === "proc" && path === "/proc") hidepid = /(?:^|,)hidepid=([^,]*)/.exec(options.join(" "))?.[1] ?? "off";
  }
  return { cgroup2, hidepid };
}

/** The kernel writes blanks in names as octal numbers. */
const unescape = (name: string): string =>
  name.replaceAll(/\\([0-7]{3})/g, (_, digits) => String.fromCharCode(parseInt(digits, 8)));
