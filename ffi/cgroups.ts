/**
 * Finds the paths of control groups (version 2) by id: through file handles, as `ss` does, or by a walk over all groups if
 * that is not permitted; see open_by_handle_at(2) and cgroups(7).
 */
import { CgroupNames, type CgroupPaths } from "../decode/lookups/cgroups.ts";
import type { OwnerIndex } from "../decode/lookups/owner_index.ts";
import { ENOENT, ESTALE } from "../decode/kernel/errno.ts";
import { D_NAME, D_RECLEN, O_DIRECTORY_CLOEXEC, openDirectory, readEntries } from "./directory.ts";
import { AT_FDCWD, cString } from "./file.ts";
import { readStatus } from "./file_status.ts";
import { errno, libc, uninterrupted } from "./libc.ts";
import { findCgroups, isWhole, type Mount, readMounts } from "./mounts.ts";
import { ifTold } from "./privileges.ts";
import { hasProc, NO_PROC } from "./proc_view.ts";

const ENAMETOOLONG = 36;
/** Stands for a path that the kernel does not report. */
const TOO_LONG = Symbol("too long");

const O_PATH = 0o10000000;
/** `struct file_handle` of type FILEID_KERNFS, with the 64-bit id of a group. */
const HANDLE = 16;
const FILEID_KERNFS = 0xfe;
/** Offset of the type in `struct linux_dirent64`. */
const D_TYPE = 18;
const DT_DIR = 4;
const SLASH = 47;
const DOT = 46;

class MountedCgroups implements CgroupPaths {
  readonly #mount: Mount;
  readonly #fd: number;
  /** All groups, if a walk over them was needed. */
  #walked: Map<number, Uint8Array> | null = null;

  constructor(mount: Mount, fd: number) {
    this.#mount = mount;
    this.#fd = fd;
  }

  [Symbol.dispose](): void {
    libc.close(this.#fd);
  }

  lookUp(id: number): Uint8Array | null {
    if (this.#walked === null) {
      const fd = this.#openHandle(id);
      if (fd === -ESTALE || fd === -ENOENT) return null;
      const path = fd < 0 ? TOO_LONG : this.#pathOf(fd);
      if (path !== TOO_LONG) return path;
    }
    this.#walked ??= walk(this.#mount.directory);
    const path = this.#walked.get(id);
    return path === undefined ? null : this.#belowRoot(path);
  }

  #openHandle(id: number): number {
    const handle = new DataView(new ArrayBuffer(HANDLE));
    handle.setUint32(0, 8, true);
    handle.setUint32(4, FILEID_KERNFS, true);
    handle.setUint32(8, id >>> 0, true);
    handle.setUint32(12, Math.floor(id / 0x100000000), true);
    return uninterrupted(() => libc.open_by_handle_at(this.#fd, handle, O_PATH | O_DIRECTORY_CLOEXEC));
  }

  /** Reads the path of a descriptor, and closes it. The kernel does not report paths longer than 4096 bytes. */
  #pathOf(fd: number): Uint8Array | null | typeof TOO_LONG {
    const target = new Uint8Array(4096);
    const link = cString(`/proc/thread-self/fd/${fd}`);
    const length = libc.readlinkat(AT_FDCWD, link, target, BigInt(target.length));
    const error = length < 0 ? errno() : 0;
    libc.close(fd);
    if (error === ENAMETOOLONG) return TOO_LONG;
    const { directory } = this.#mount;
    if (length < directory.length || directory.some((byte, i) => target[i] !== byte)) return null;
    const path = target.subarray(directory.length, length);
    // A longer name that starts with the name of the directory is another directory.
    return path.length > 0 && path[0] !== SLASH ? null : this.#belowRoot(path);
  }

  #belowRoot(path: Uint8Array): Uint8Array {
    const { root } = this.#mount;
    const prefix = isWhole(this.#mount) ? root.subarray(1) : root;
    return prefix.length + path.length === 0 ? Uint8Array.of(SLASH) : Uint8Array.of(...prefix, ...path);
  }
}

/** The paths of all groups below a directory, by inode, which is the id of the group. Paths can have any length. */
function walk(directory: Uint8Array): Map<number, Uint8Array> {
  const found = new Map<number, Uint8Array>();
  const root = readStatus(AT_FDCWD, Uint8Array.of(...directory, 0));
  if (typeof root !== "number") found.set(Number(root.inode), new Uint8Array(0));
  walkBelow(openDirectory(directory), new Uint8Array(0), found);
  return found;
}

/** Adds the groups in an open directory, and closes it. */
function walkBelow(fd: number, path: Uint8Array, found: Map<number, Uint8Array>): void {
  if (fd < 0) return;
  const { openat } = libc;
  for (const [name, inode] of readGroups(fd)) {
    const below = Uint8Array.of(...path, SLASH, ...name.subarray(0, -1));
    found.set(inode, below);
    walkBelow(uninterrupted(() => openat(fd, name, O_DIRECTORY_CLOEXEC)), below, found);
  }
  libc.close(fd);
}

/** Names, each ending with a NUL, and inodes of the subdirectories of an open directory. */
function readGroups(fd: number): readonly (readonly [name: Uint8Array<ArrayBuffer>, inode: number])[] {
  const groups: [Uint8Array<ArrayBuffer>, number][] = [];
  for (let length = readEntries(fd, entries); length > 0; length = readEntries(fd, entries)) {
    for (let at = 0; at < length; at += view.getUint16(at + D_RECLEN, true)) {
      const name = entries.slice(at + D_NAME, entries.indexOf(0, at + D_NAME) + 1);
      if (entries[at + D_TYPE] !== DT_DIR || isRelative(name.subarray(0, -1))) continue;
      groups.push([name, Number(view.getBigUint64(at, true))]);
    }
  }
  return groups;
}

const entries = new Uint8Array(32768);
const view = new DataView(entries.buffer);

/** Whether a group anywhere in the tree has this name; `null` if part of the tree is not visible. */
export function hasCgroup(name: string): boolean | null {
  const mount = findCgroups(readMounts());
  if (mount === null) return null;
  const wanted = `/${name}`;
  const decoder = new TextDecoder();
  for (const path of walk(mount.directory).values()) {
    // systemd puts an underscore before names that could clash with the kernel's own files.
    const text = decoder.decode(path);
    if (text.endsWith(wanted) || text.endsWith(`/_${name}`)) return true;
  }
  return isWhole(mount) ? false : null;
}

/** Whether a name is `.` or `..`. */
const isRelative = (name: Uint8Array) => name[0] === DOT && (name.length === 1 || name.length === 2 && name[1] === DOT);

/**
 * The control groups that this process sees; `null` if there are none. Without CAP_DAC_READ_SEARCH the first lookup walks over
 * all of them.
 */
export function openCgroups(): CgroupPaths | null {
  const mount = findCgroups(ifTold(readMounts) ?? []);
  const fd = mount === null ? -1 : openDirectory(mount.directory);
  return mount === null || fd < 0 ? null : new MountedCgroups(mount, fd);
}

/** Looks up paths, units and containers of control groups; a one-line reason if they are not available. */
export function openCgroupNames(owners: OwnerIndex | null): CgroupNames | string {
  const paths = openCgroups();
  if (paths !== null || owners !== null && hasProc()) return new CgroupNames(paths, owners);
  return `cannot name control groups: ${hasProc() ? NO_CGROUPS : NO_PROC}`;
}

/**
 * Whether the groups that the kernel reports for sockets are those of their processes. It does not report version 1 groups,
 * which many machines use beside or instead of version 2.
 */
export function hasCgroups(): boolean {
  const mounts = ifTold(readMounts) ?? [];
  return findCgroups(mounts) !== null && !mounts.some(({ type }) => type === "cgroup");
}

const NO_CGROUPS = "the version 2 hierarchy (cgroup2), to which sockets belong, is not mounted";
