/**
 * Reads the details of a process that owns sockets; see proc(5).
 */
import { parseProcCgroup } from "../decode/lookups/cgroup_path.ts";
import type { Holder, OwnerDetails } from "../decode/lookups/owners.ts";
import { readNumber } from "./directory.ts";
import { readFile } from "./file.ts";
import { SystemError } from "../decode/kernel/errors.ts";
import { proc, readProc, readProcLink } from "./proc_file.ts";
import { userName } from "./users.ts";

/** Clock ticks per second (USER_HZ), the same on all architectures. */
const USER_HZ = 100;

/** Most bytes of arguments kept for one process, while the total is below {@linkcode KEPT}. */
const CMDLINE_SIZE = 4096;
/** Total bytes of arguments after which only {@linkcode SHORT_SIZE} of each process are kept. */
const KEPT = 8 * 1024 * 1024;
const SHORT_SIZE = 128;

const decoder = new TextDecoder();

/** Reads the details of processes during one walk over all of them. */
export class ProcessReader {
  /** Boot time in milliseconds since 1970; `null` if `/proc` does not show it. */
  readonly #boot = readBootTime();
  /** Texts shared by many processes, by a hash of their bytes. Each is usually kept once. */
  readonly #texts = new Map<number, Uint8Array>();
  /** Cgroup paths, each kept once. */
  readonly #cgroups = new Map<string, Uint8Array>();
  /** Total bytes of arguments kept so far. */
  #kept = 0;

  constructor(readonly details: OwnerDetails) {}

  /**
   * Reads the details of a process or thread, `null` if it has ended.
   *
   * @param directory descriptor of its `fd` directory
   * @param tid a thread with its own descriptor table; `null` for the process
   * @param leaderless whether `directory` belongs to another thread, because the first thread of the process has ended
   */
  read(directory: number, pid: number, tid: number | null, leaderless: boolean): Holder | null {
    // Paths are relative to `directory`, because the PID may have been reused.
    const length = readProc(directory, leaderless ? "../../../stat" : "../stat");
    if (length <= 0) return null;
    // The name may contain brackets and line breaks. No field after the last bracket contains one.
    const open = proc.indexOf(0x28);
    const close = proc.lastIndexOf(0x29, length - 1);
    const comm = this.#keep(open + 1, close);
    const ticks = readNumber(proc, behindBlanks(close, START_TIME, length));
    const uid = effectiveUser(readProc(directory, "../status"));
    const { cmdline = false, context = false, cgroup = false } = this.details;
    const [text, cut] = cmdline ? this.#readCmdline(directory) : [null, false];
    return {
      pid,
      tid,
      comm,
      exe: this.#keepRead(readProcLink(directory, "../exe")),
      cmdline: text,
      cmdlineCut: cut,
      uid,
      user: userName(uid),
      startTime: this.#boot === null ? null : this.#boot + ticks * (1000 / USER_HZ),
      netns: namespaceInode(readProcLink(directory, "../ns/net")),
      context: context ? this.#keepRead(contextLength(readProc(directory, "../attr/current"))) : null,
      cgroup: cgroup ? this.#readCgroup(directory) : null,
    };
  }

  /** A copy of the bytes just read; `null` if there are none. */
  #keepRead(length: number): Uint8Array | null {
    return length < 0 ? null : this.#keep(0, length);
  }

  /** Part of the bytes just read. Equal bytes give the same array. */
  #keep(start: number, end: number): Uint8Array {
    let hash = end - start;
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ proc[at]!, 0x01000193) | 0;
    const known = this.#texts.get(hash);
    if (known !== undefined && isAt(known, start, end)) return known;
    const bytes = proc.slice(start, end);
    this.#texts.set(hash, bytes);
    return bytes;
  }

  #readCgroup(directory: number): Uint8Array | null {
    const length = readProc(directory, "../cgroup");
    const path = length < 0 ? null : parseProcCgroup(String.fromCharCode(...proc.subarray(0, length)));
    if (path === null) return null;
    let known = this.#cgroups.get(path);
    if (known === undefined) {
      this.#cgroups.set(path, known = Uint8Array.from(path, (character) => character.charCodeAt(0)));
    }
    return known;
  }

  /** The arguments, and whether they were cut. */
  #readCmdline(directory: number): readonly [Uint8Array | null, boolean] {
    const length = readProc(directory, "../cmdline");
    if (length < 0) return [null, false];
    const size = Math.min(length, this.#kept < KEPT ? CMDLINE_SIZE - 1 : SHORT_SIZE);
    this.#kept += size;
    return [this.#keep(0, size), size < length];
  }
}

/** Whether the bytes just read contain these bytes at `start`. */
function isAt(bytes: Uint8Array, start: number, end: number): boolean {
  if (bytes.length !== end - start) return false;
  for (let i = 0; i < bytes.length; i++) if (bytes[i] !== proc[start + i]) return false;
  return true;
}

/** Number of blanks between the name (field 2) and field 22 of `stat`. */
const START_TIME = 20;
const BLANK = 0x20;
const TAB = 9;

/** Position after the given number of blanks, counted from `at`. */
function behindBlanks(at: number, count: number, end: number): number {
  for (; at < end && count > 0; at++) if (proc[at] === BLANK) count--;
  return at;
}

/** `Uid:`, the start of a line, as a number. */
const UID = new DataView(new TextEncoder().encode("Uid:").buffer).getUint32(0);
const view = new DataView(proc.buffer);

/** The second number in the line `Uid:` of `status`. */
function effectiveUser(length: number): number {
  for (let at = 0; at < length - 8; at = proc.indexOf(LINE_BREAK, at) + 1) {
    if (view.getUint32(at) === UID) return readNumber(proc, proc.indexOf(TAB, at + "Uid:\t".length) + 1);
    if (proc.indexOf(LINE_BREAK, at) < 0) break;
  }
  return UNKNOWN_USER;
}

const LINE_BREAK = 10;
const UNKNOWN_USER = 0xffffffff;

/** Length of a context without its terminator: a NUL, or a line break with other security modules. */
function contextLength(length: number): number {
  while (length > 0 && (proc[length - 1] === 0 || proc[length - 1] === 10)) length--;
  return length;
}

const namespaceInode = (length: number): number => length < 0 ? 0 : Math.max(0, readNumber(proc, "net:[".length));

/** Whether the start times of processes are known. */
export const hasStartTimes = (): boolean => readBootTime() !== null;

function readBootTime(): number | null {
  try {
    const seconds = /^btime (\d+)$/m.exec(decoder.decode(readFile("/proc/stat")))?.[1];
    return seconds === undefined ? null : Number(seconds) * 1000;
  } catch (error) {
    if (error instanceof SystemError) return null;
    throw error;
  }
}
