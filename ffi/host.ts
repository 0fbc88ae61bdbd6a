/**
 * Identifies this machine and its network namespace, from `uname(2)` and `/proc`.
 */
import { SystemError } from "../decode/kernel/errors.ts";
import { AT_FDCWD, readFile } from "./file.ts";
import { libc } from "./libc.ts";
import { systemNames } from "./kernel_release.ts";

export interface Host {
  /** Name of the machine. */
  readonly name: string;
  /** Release of the kernel. */
  readonly release: string;
  /** Inode of the network namespace; `null` if `/proc` does not show it. */
  readonly namespace: number | null;
  /** Changes when the machine starts; `null` if `/proc` does not show it. */
  readonly boot: string | null;
}

/** The machine and network namespace that this program runs in. */
export function readHost(): Host {
  const { node, release } = systemNames();
  return { name: node, release, namespace: readNamespace(), boot: readBoot() };
}

function readNamespace(): number | null {
  const path = new TextEncoder().encode("/proc/thread-self/ns/net\0");
  const target = new Uint8Array(64);
  const length = libc.readlinkat(AT_FDCWD, path, target, BigInt(target.length));
  if (length < 0) return null;
  const match = /^net:\[(\d+)\]$/.exec(new TextDecoder().decode(target.subarray(0, length)));
  return match === null ? null : Number(match[1]);
}

/** See random(4). */
function readBoot(): string | null {
  try {
    return new TextDecoder().decode(readFile("/proc/sys/kernel/random/boot_id")).trim();
  } catch (error) {
    if (error instanceof SystemError) return null;
    throw error;
  }
}
