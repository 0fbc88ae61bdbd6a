/**
 * Reads files below `/proc/net` of the network namespace of the calling thread through the C library: Deno lets a program read
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
    try {
      return leaveOutOwnLines(name, readFile(`/proc/thread-self/net/${name}`));
    } catch (error) {
      if (error instanceof SystemError && error.errno === ENOENT) return null;
      throw error;
    }
  },
};
