/**
 * The walk over the descriptors of all processes, through the C library: Deno keeps programs out of `/proc` unless they may
 * do everything, and takes three times as long.
 */
import { EACCES, ENOENT, EPERM, ESRCH } from "../decode/errno.ts";
import { SystemError } from "../decode/errors.ts";
import { type Holder, OwnerIndex } from "../decode/owners.ts";
import { readFile } from "./file.ts";
import { libc, uninterrupted } from "./libc.ts";
import { userName } from "./users.ts";

const O_DIRECTORY_CLOEXEC = 0o2200000;
/** `struct linux_dirent64`: length of the record, and the name. */
const D_RECLEN = 16;
const D_NAME = 19;
const ZERO = 48;
/** Clock ticks a second, the same on all architectures. */
const USER_HZ = 100;

const encoder = new TextEncoder();
const entries = new Uint8Array(32768);
const entriesView = new DataView(entries.buffer);
const processes = new Uint8Array(32768);
const processesView = new DataView(processes.buffer);
const name = new Uint8Array(16);
const link = new Uint8Array(64);
/** `socket:[` as two numbers. */
const SOCKET = new Int32Array(encoder.encode("socket:[").buffer);
const linkNumbers = new Int32Array(link.buffer);

/**
 * Looks up who holds which socket. Processes that may not be read, or end meanwhile, are counted.
 *
 * @param cmdline whether to read the arguments of processes too
 * @throws {SystemError} if `/proc` cannot be read at all
 */
export function readOwners(cmdline: boolean): OwnerIndex {
  const index = new OwnerIndex();
  const boot = readBootTime();
  const fd = openDirectory("/proc");
  if (fd < 0) throw new SystemError('open "/proc"', -fd);
  try {
    for (let length = list(fd, processes); length > 0; length = list(fd, processes)) {
      for (let at = 0; at < length; at += processesView.getUint16(at + D_RECLEN, true)) {
        const pid = readNumber(processes, at + D_NAME);
        if (pid >= 0) walkProcess(index, pid, boot, cmdline);
      }
    }
  } finally {
    libc.close(fd);
  }
  return index;
}

function walkProcess(index: OwnerIndex, pid: number, boot: number, cmdline: boolean): void {
  const directory = openDirectory(`/proc/${pid}/fd`);
  if (directory < 0) return count(index, -directory);
  const { readlinkat } = libc;
  let holder = -1;
  try {
    for (let length = list(directory, entries); length > 0; length = list(directory, entries)) {
      for (let at = 0; at < length; at += entriesView.getUint16(at + D_RECLEN, true)) {
        const fd = readNumber(entries, at + D_NAME);
        if (fd < 0) continue;
        // The name moves to a place of its own, because a part of an array would be a new object.
        for (let i = 0; i < name.length; i++) name[i] = entries[at + D_NAME + i]!;
        const size = readlinkat(directory, name, link, LINK_SIZE);
        if (size < 0 || linkNumbers[0] !== SOCKET[0] || linkNumbers[1] !== SOCKET[1]) continue;
        if (holder < 0) {
          const found = readHolder(pid, boot, cmdline);
          if (found === null) return count(index, ESRCH);
          holder = index.holders.push(found) - 1;
        }
        index.add(readNumber(link, 8), holder, fd);
      }
    }
  } finally {
    libc.close(directory);
  }
}

const LINK_SIZE = BigInt(link.length);

function count(index: OwnerIndex, errno: number): void {
  if (errno === EACCES || errno === EPERM) index.denied++;
  else if (errno === ENOENT || errno === ESRCH) index.vanished++;
  else throw new SystemError("read the descriptors of a process", errno);
}

function openDirectory(path: string): number {
  const { open } = libc;
  const bytes = encoder.encode(`${path}\0`);
  return uninterrupted(() => open(bytes, O_DIRECTORY_CLOEXEC));
}

/** Reads entries of a directory; the length of what was read, 0 at the end and when the process has gone. */
function list(fd: number, buffer: Uint8Array<ArrayBuffer>): number {
  const length = uninterrupted(() => libc.getdents64(fd, buffer, BigInt(buffer.length)));
  return Math.max(0, length);
}

/** The decimal number at `at`, which something else ends; -1 if there is none. */
function readNumber(bytes: Uint8Array, at: number): number {
  let value = -1;
  for (let digit = bytes[at]! - ZERO; digit >= 0 && digit <= 9; digit = bytes[++at]! - ZERO) {
    value = (value < 0 ? 0 : value * 10) + digit;
  }
  return value;
}

/** What is known of a process, `null` if it has ended. */
function readHolder(pid: number, boot: number, cmdline: boolean): Holder | null {
  const stat = tryRead(`/proc/${pid}/stat`);
  if (stat === null) return null;
  // The name may hold anything, brackets and line breaks too; behind the last bracket are numbers only.
  const open = stat.indexOf(0x28);
  const close = stat.lastIndexOf(0x29);
  const numbers = decoder.decode(stat.subarray(close + 2)).split(" ");
  const uid = effectiveUser(tryRead(`/proc/${pid}/status`));
  return {
    pid,
    comm: stat.slice(open + 1, close),
    exe: readLink(`/proc/${pid}/exe`),
    cmdline: cmdline ? tryRead(`/proc/${pid}/cmdline`) : null,
    uid,
    user: userName(uid),
    // Field 22; the state behind the name is field 3.
    startTime: boot + Number(numbers[19]) * (1000 / USER_HZ),
    netns: namespaceInode(readLink(`/proc/${pid}/ns/net`)),
  };
}

const decoder = new TextDecoder();

function effectiveUser(status: Uint8Array | null): number {
  const text = status === null ? "" : decoder.decode(status);
  return Number(/^Uid:\s+\d+\s+(\d+)/m.exec(text)?.[1] ?? 0xffffffff);
}

function namespaceInode(target: Uint8Array | null): number {
  return target === null ? 0 : Number(/^net:\[(\d+)\]$/.exec(decoder.decode(target))?.[1] ?? 0);
}

/** A file's contents, `null` if it is not to be read. */
function tryRead(path: string): Uint8Array | null {
  try {
    return readFile(path);
  } catch (error) {
    if (error instanceof SystemError) return null;
    throw error;
  }
}

/** Where a symbolic link leads, `null` if it is not to be read. */
function readLink(path: string): Uint8Array | null {
  const target = new Uint8Array(4096);
  const length = libc.readlinkat(-100, encoder.encode(`${path}\0`), target, BigInt(target.length));
  return length < 0 ? null : target.slice(0, length);
}

/** Milliseconds from 1970 to the start of the machine. */
function readBootTime(): number {
  const text = decoder.decode(readFile("/proc/stat"));
  return Number(/^btime (\d+)$/m.exec(text)?.[1] ?? 0) * 1000;
}

/** The kernel's name for the protocol of a descriptor; `null` if it has gone or may not be read. */
export function readProtocolName(pid: number, fd: number): Uint8Array | null {
  const value = new Uint8Array(64);
  const path = encoder.encode(`/proc/${pid}/fd/${fd}\0`);
  const length = libc.getxattr(path, encoder.encode("system.sockprotoname\0"), value, BigInt(value.length));
  // It comes with a NUL behind it.
  return length <= 0 ? null : value.slice(0, value[length - 1] === 0 ? length - 1 : length);
}
