/**
 * Finds sockets that a process holds without a descriptor: files registered with an io_uring (`io_uring/fdinfo.c`), and mapped
 * rings of packet and XDP sockets (proc_pid_maps(5)).
 */
import { SystemError } from "../decode/kernel/errors.ts";
import { readFile } from "./file.ts";

const decoder = new TextDecoder();

/** These lines are missing while the ring is busy. */
const TRIES = 20;

/**
 * The inodes of the sockets registered with a ring.
 *
 * @param directory descriptor of the `fd` directory of a process
 * @returns `null` if unknown: the ring is busy, or the kernel does not show inodes (before 5.12)
 */
export function readRegistered(directory: number, fd: number): readonly number[] | null {
  for (let i = 0; i < TRIES; i++) {
    const text = tryRead(directory, `../fdinfo/${fd}`);
    if (text === null) return null;
    const section = /^UserFiles:.*\n((?: *\d+: .*\n)*)/m.exec(text)?.[1];
    if (section === undefined) continue;
    const files = section.match(/(?<=^ *\d+: ).*$/gm) ?? [];
    const named = files.filter((file) => file !== "<none>");
    if (named.length === 0 && files.length > 0) continue;
    // Text without a slash or colon is a protocol name, or a file name without its directory.
    if (!named.every((file) => /[/:]/.test(file))) return null;
    return named.flatMap((file) => /^socket:\[(\d+)\]$/.exec(file)?.[1] ?? []).map(Number);
  }
  return null;
}

/** The inodes of the sockets that a process has mapped; `null` if it may not be read. */
export function readMapped(directory: number): readonly number[] | null {
  const text = tryRead(directory, "../maps");
  return text === null
    ? null
    : [...new Set([...text.matchAll(/ socket:\[(\d+)\]$/gm)].map(([, inode]) => Number(inode)))];
}

function tryRead(directory: number, path: string): string | null {
  try {
    return decoder.decode(readFile(path, directory));
  } catch (error) {
    if (error instanceof SystemError) return null;
    throw error;
  }
}
