/**
 * Lists the mounts that this process sees; see proc(5), `/proc/PID/mountinfo`.
 */
import { readFile } from "./file.ts";

export interface Mount {
  /** Type of the file system. */
  readonly type: string;
  /** The mounted directory of the file system, `/` for all of it. */
  readonly root: Uint8Array;
  /** Mount point. */
  readonly directory: Uint8Array;
  /** Options of the file system. */
  readonly options: string;
}

/**
 * All mounts, in the order in which they were made.
 *
 * @throws {SystemError} if the file cannot be read
 */
export function readMounts(): readonly Mount[] {
  // One character for each byte, because names can hold any bytes.
  const text = Array.from(readFile("/proc/thread-self/mountinfo"), (byte) => String.fromCharCode(byte)).join("");
  return text.split("\n").flatMap((line) => {
    const [front = "", back = ""] = line.split(" - ");
    const [, , , root, directory] = front.split(" ");
    const [type = "", , ...options] = back.split(" ");
    if (root === undefined || directory === undefined) return [];
    return [{ type, root: unescape(root), directory: unescape(directory), options: options.join(" ") }];
  });
}

/** The bytes of a field. White space and backslashes are octal escapes in it. */
const unescape = (field: string): Uint8Array =>
  Uint8Array.from(
    field.replaceAll(/\\([0-7]{3})/g, (_, digits) => String.fromCharCode(parseInt(digits, 8))),
    (character) => character.charCodeAt(0),
  );

/** The mount of cgroups version 2, preferably one that shows all groups; `null` if there is none. */
export function findCgroups(mounts: readonly Mount[]): Mount | null {
  const all = mounts.filter(({ type }) => type === "cgroup2");
  return all.find(isWhole) ?? all[0] ?? null;
}

/** Whether the mount shows the whole file system. */
export const isWhole = ({ root }: Mount): boolean => root.length === 1;
