/**
 * The walk over the descriptors of all processes, through the C library: Deno keeps programs out of `/proc` unless they may
 * do everything, and takes three times as long.
 */
import { EACCES, ENOENT, EPERM, ESRCH } from "../decode/kernel/errno.ts";
import { SystemError } from "../decode/kernel/errors.ts";
import { OwnerIndex } from "../decode/lookups/owner_index.ts";
import type { Holder, OwnerDetails } from "../decode/lookups/owners.ts";
import { SocketContexts } from "../decode/lookups/socket_contexts.ts";
import { D_NAME, D_RECLEN, openDirectory, readEntries, readNames, readNumber } from "./directory.ts";
import { AT_FDCWD, readFile } from "./file.ts";
import { readStatus } from "./file_status.ts";
import { errno, libc, UnsupportedError } from "./libc.ts";
import { userName } from "./users.ts";

const ENOSYS = 38;

/** Clock ticks a second, the same on all architectures. */
const USER_HZ = 100;
const SYS_KCMP = Deno.build.arch === "aarch64" ? 272n : 312n;
/** `linux/kcmp.h`: whether two have the same table of descriptors. */
const KCMP_FILES = 2;

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
 * @throws {SystemError} if `/proc` cannot be read at all
 * @throws {UnsupportedError} if contexts are asked for and the kernel has none
 */
export function readOwners(details: OwnerDetails = {}): OwnerIndex {
  if (details.context === true && !hasSelinux()) {
    throw new UnsupportedError(
      "there are no SELinux contexts: this kernel does not have SELinux, or it is not enabled",
    );
  }
  const index = new OwnerIndex();
  const boot = readBootTime();
  const fd = openDirectory("/proc");
  if (fd < 0) throw new SystemError('open "/proc"', -fd);
  try {
    for (let length = readEntries(fd, processes); length > 0; length = readEntries(fd, processes)) {
      for (let at = 0; at < length; at += processesView.getUint16(at + D_RECLEN, true)) {
        const pid = readNumber(processes, at + D_NAME);
        if (pid < 0) continue;
        walkTable(index, `/proc/${pid}/fd`, pid, null, boot, details);
        if (details.threads === true) walkThreads(index, pid, boot, details);
      }
    }
  } finally {
    libc.close(fd);
  }
  // Where processes of other users are hidden (hidepid) the first one is, or nothing is hidden from this one.
  if (readStatus(AT_FDCWD, encoder.encode("/proc/1\0")) === ENOENT) index.denied++;
  return index;
}

/** The descriptors of a process, or of one of its threads. */
function walkTable(
  index: OwnerIndex,
  path: string,
  pid: number,
  tid: number | null,
  boot: number,
  details: OwnerDetails,
): void {
  const directory = openDirectory(path);
  if (directory < 0) return count(index, -directory);
  const { readlinkat } = libc;
  let holder = -1;
  try {
    for (let length = readEntries(directory, entries); length > 0; length = readEntries(directory, entries)) {
      for (let at = 0; at < length; at += entriesView.getUint16(at + D_RECLEN, true)) {
        const fd = readNumber(entries, at + D_NAME);
        if (fd < 0) continue;
        // The name moves to a place of its own, because a part of an array would be a new object.
        for (let i = 0; i < name.length; i++) name[i] = entries[at + D_NAME + i]!;
        const size = readlinkat(directory, name, link, LINK_SIZE);
        if (size < 0) {
          const error = errno();
          // Root may list the descriptors of any process, but not all of them may be looked at.
          if (error === EACCES || error === EPERM) return count(index, error);
          continue;
        }
        if (linkNumbers[0] !== SOCKET[0] || linkNumbers[1] !== SOCKET[1]) continue;
        const inode = readNumber(link, 8);
        if (holder < 0) {
          const found = readHolder(directory, pid, tid, boot, details);
          if (found === null) return count(index, ESRCH);
          // A child that becomes another program may have lost it: then what was read is of one that never had it.
          if (readlinkat(directory, name, link, LINK_SIZE) !== size || readNumber(link, 8) !== inode) {
            count(index, ESRCH);
            continue;
          }
          holder = index.holders.push(found) - 1;
        }
        index.add(inode, holder, fd);
      }
    }
  } finally {
    libc.close(directory);
  }
}

const LINK_SIZE = BigInt(link.length);

/** The descriptors of those threads of a process that do not share its table, each table once. */
function walkThreads(index: OwnerIndex, pid: number, boot: number, details: OwnerDetails): void {
  const names = readNames(`/proc/${pid}/task`);
  if (typeof names === "number") return;
  const tables = [pid];
  for (const name of names) {
    const tid = Number(decoder.decode(name));
    if (tid === pid) continue;
    const shares = findTable(tables, tid);
    if (shares < 0) {
      count(index, -shares);
      continue;
    }
    if (shares > 0) continue;
    tables.push(tid);
    walkTable(index, `/proc/${pid}/task/${tid}/fd`, pid, tid, boot, details);
  }
}

/** The thread among some whose table of descriptors another one shares; 0 for none, the negative number of an error. */
function findTable(threads: readonly number[], tid: number): number {
  const { kcmp } = libc;
  for (const other of threads) {
    const order = kcmp(SYS_KCMP, other, tid, KCMP_FILES, 0n, 0n);
    if (order === 0) return other;
    if (order < 0) return -errno();
  }
  return 0;
}

function count(index: OwnerIndex, errno: number): void {
  if (errno === EACCES || errno === EPERM) index.denied++;
  else if (errno === ENOENT || errno === ESRCH) index.vanished++;
  else if (errno === ENOSYS) throw new SystemError("tell threads with descriptors of their own (-T)", errno);
  else throw new SystemError("read the descriptors of a process", errno);
}

/** What is known of a process or thread, `null` if it has ended; `directory` is that of its descriptors. */
function readHolder(
  directory: number,
  pid: number,
  tid: number | null,
  boot: number,
  { cmdline = false, context = false }: OwnerDetails,
): Holder | null {
  // From there, because the number may be that of another process meanwhile.
  const stat = tryRead(directory, "../stat");
  if (stat === null) return null;
  // The name may hold anything, brackets and line breaks too; behind the last bracket are numbers only.
  const open = stat.indexOf(0x28);
  const close = stat.lastIndexOf(0x29);
  const numbers = decoder.decode(stat.subarray(close + 2)).split(" ");
  const uid = effectiveUser(tryRead(directory, "../status"));
  return {
    pid,
    tid,
    comm: stat.slice(open + 1, close),
    exe: readLink(directory, "../exe"),
    cmdline: cmdline ? tryRead(directory, "../cmdline") : null,
    uid,
    user: userName(uid),
    // Field 22; the state behind the name is field 3.
    startTime: boot + Number(numbers[19]) * (1000 / USER_HZ),
    netns: namespaceInode(readLink(directory, "../ns/net")),
    context: context ? contextOf(tryRead(directory, "../attr/current")) : null,
  };
}

const decoder = new TextDecoder();

function effectiveUser(status: Uint8Array | null): number {
  const text = status === null ? "" : decoder.decode(status);
  return Number(/^Uid:\s+\d+\s+(\d+)/m.exec(text)?.[1] ?? 0xffffffff);
}

/** A context without what stands behind it: a NUL, with other security modules a line break. */
const contextOf = (bytes: Uint8Array | null) => bytes === null ? null : bytes.slice(0, contextLength(bytes));

function contextLength(bytes: Uint8Array): number {
  let { length } = bytes;
  while (length > 0 && (bytes[length - 1] === 0 || bytes[length - 1] === 10)) length--;
  return length;
}

/** Whether SELinux is at work: only then the kernel has its file system. */
const hasSelinux = () => /^nodev\tselinuxfs$/m.test(decoder.decode(readFile("/proc/filesystems")));

function namespaceInode(target: Uint8Array | null): number {
  return target === null ? 0 : Number(/^net:\[(\d+)\]$/.exec(decoder.decode(target))?.[1] ?? 0);
}

/** A file's contents, `null` if it is not to be read. */
function tryRead(directory: number, path: string): Uint8Array | null {
  try {
    return readFile(path, directory);
  } catch (error) {
    if (error instanceof SystemError) return null;
    throw error;
  }
}

/** Where a symbolic link leads, `null` if it is not to be read. */
function readLink(directory: number, path: string): Uint8Array | null {
  const target = new Uint8Array(4096);
  const length = libc.readlinkat(directory, encoder.encode(`${path}\0`), target, BigInt(target.length));
  return length < 0 ? null : target.slice(0, length);
}

/** Milliseconds from 1970 to the start of the machine. */
function readBootTime(): number {
  const text = decoder.decode(readFile("/proc/stat"));
  return Number(/^btime (\d+)$/m.exec(text)?.[1] ?? 0) * 1000;
}

/** The kernel's name for the protocol of a descriptor of a process or thread; `null` if it has gone or may not be read. */
export const readProtocolName = (pid: number, fd: number): Uint8Array | null =>
  readAttribute(pid, fd, "system.sockprotoname");

/** The SELinux context of the socket that a descriptor of a process or thread leads to; likewise. */
export const readSocketContext = (pid: number, fd: number): Uint8Array | null =>
  readAttribute(pid, fd, "security.selinux");

/** SELinux contexts of sockets, by way of their holders. */
export const openSocketContexts = (owners: OwnerIndex | null): SocketContexts =>
  new SocketContexts(owners, readSocketContext);

/** A text that comes with a NUL behind it. */
function readAttribute(pid: number, fd: number, name: string): Uint8Array | null {
  const value = new Uint8Array(ATTRIBUTE_SIZE);
  const path = encoder.encode(`/proc/${pid}/fd/${fd}\0`);
  const length = libc.getxattr(path, encoder.encode(`${name}\0`), value, BigInt(value.length));
  return length <= 0 ? null : value.slice(0, value[length - 1] === 0 ? length - 1 : length);
}

/** More than a context has. */
const ATTRIBUTE_SIZE = 4096;
