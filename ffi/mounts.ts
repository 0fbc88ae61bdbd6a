/**
 * What is mounted where, as this process sees it; see proc(5), `/proc/PID/mountinfo`.
 */
import { readFile } from "./file.ts";

export interface Mount {
  /** Name of the file system's type. */
  readonly type: string;
  /** The directory of the file system that is seen, `/` for all of it. */
  readonly root: Uint8Array;
  /** Where it is seen. */
  readonly directory: Uint8Array;
  /** Options of the file system. */
  readonly options: string;
}

/**
 * All mounts, in the order in which they were made.
 *
 * @throws {SystemError} where `/proc` does not tell
 */
export function readMounts(): readonly Mount[] {
  // One character a byte: names are bytes.
  const text = Array.from(readFile("/proc/thread-self/mountinfo"), (byte) => String.fromCharCode(byte)).join("");
  return text.split("\n").flatMap((line) => {
    const [front = "", back = ""] = line.split(" - ");
    const [, , , root, directory] = front.split(" ");
    const [type = "", , ...options] = back.split(" ");
    if (root === undefined || directory === undefined) return [];
    return [{ type, root: unescape(root), directory: unescape(directory), options: options.join(" ") }];
  });
}

/** The bytes of a field in which white space and backslashes are octal. */
const unescape = (field: string): Uint8Array =>
  Uint8Array.from(
    field.replaceAll(/\\([0-7]{3})/g, (_, digits) => String.fromCharCode(parseInt(digits, 8))),
    (character) => character.charCodeAt(0),
  );

/** The mount of the control groups of version 2, best one of all of them; `null` if there is none. */
export function findCgroups(mounts: readonly Mount[]): Mount | null {
  const all = mounts.filter(({ type }) => type === "cgroup2");
  return all.find(isWhole) ?? all[0] ?? null;
}

/** Whether all of a file system is there. */
export const isWhole = ({ root }: Mount): boolean => root.length === 1;
