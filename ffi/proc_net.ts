/**
 * Reads files below `/proc/net` and `/proc/sys` of the network namespace of the calling thread through the C library: Deno lets a program read
 * `/proc` only with all permissions.
 */
import { ENOENT } from "../decode/kernel/errno.ts";
import { SystemError } from "../decode/kernel/errors.ts";
import type { ProcSource } from "../decode/proc/proc_source.ts";
import { readFile } from "./file.ts";
import { leaveOutOwnLines } from "./own_sockets.ts";

/** The files of the running kernel. */
export const procNet: ProcSource = {
  read(name) {
    const bytes = readIfThere(`/proc/thread-self/net/${name}`);
    return bytes === null ? null : leaveOutOwnLines(name, bytes);
  },
  sysctl: (name) => readIfThere(`/proc/sys/${name}`),
};

function readIfThere(path: string): Uint8Array<ArrayBuffer> | null {
  try {
    return readFile(path);
  } catch (error) {
    if (error instanceof SystemError && error.errno === ENOENT) return null;
    throw error;
  }
}
