/**
 * Finds the processes that a command has started, and their children: in a control group made for it, else by
 * inheriting its orphans; see cgroups(7), PR_SET_CHILD_SUBREAPER(2const).
 */
import { SystemError } from "../decode/kernel/errors.ts";
import { readNames, readNumber } from "./directory.ts";
import { AT_FDCWD, cString, readFile } from "./file.ts";
import { readStatus } from "./file_status.ts";
import { libc, uninterrupted } from "./libc.ts";
import { findCgroups, isWhole, readMounts } from "./mounts.ts";

const PR_SET_CHILD_SUBREAPER = 36;
const O_WRONLY_CLOEXEC = 0o2000001;
const NONE: ReadonlySet<number> = new Set();

const decoder = new TextDecoder();

/** The processes of a command. */
export interface CommandChildren extends Disposable {
  readonly how: "cgroup" | "subreaper";
  /** Id of the control group; `null` without one. */
  readonly cgroup: bigint | null;
  /** Calls `start`, whose process and its children are then found. */
  enclose<T>(start: () => T): T;
  /** PIDs of the processes that still exist. */
  pids(): ReadonlySet<number>;
  /** What could not be cleaned up, one line each. */
  readonly warnings: readonly string[];
}

/** Opens the best way that this machine permits. */
export function openCommandChildren(): CommandChildren {
  return CommandGroup.open() ?? new Subreaper();
}

/** How {@linkcode openCommandChildren} would find them, as far as that can be told without making a group. */
export function wayToChildren(): CommandChildren["how"] {
  const parent = ownGroup();
  if (parent === null) return "subreaper";
  const fd = libc.openat(AT_FDCWD, cString(`${parent}/cgroup.procs`), O_WRONLY_CLOEXEC);
  if (fd < 0) return "subreaper";
  libc.close(fd);
  return "cgroup";
}

/**
 * A control group for the command. The program moves into it to start the command, because a process starts in the
 * group of its parent.
 */
class CommandGroup implements CommandChildren {
  readonly how = "cgroup";
  readonly warnings: string[] = [];

  private constructor(readonly parent: string, readonly path: string, readonly cgroup: bigint) {}

  /** Makes the group, and tries whether it can be entered and left; `null` if it cannot. */
  static open(): CommandGroup | null {
    const parent = ownGroup();
    if (parent === null) return null;
    const path = `${parent}/ss2-leaks-${crypto.randomUUID()}`;
    if (libc.mkdir(cString(path), 0o755) < 0) return null;
    const status = readStatus(AT_FDCWD, cString(path));
    const works = typeof status !== "number" && move("0", path) && move("0", parent);
    if (works) return new CommandGroup(parent, path, status.inode);
    move("0", parent);
    libc.rmdir(cString(path));
    return null;
  }

  enclose<T>(start: () => T): T {
    if (!move("0", this.path)) throw new Error(`cannot enter the control group ${this.path}`);
    try {
      return start();
    } finally {
      move("0", this.parent);
    }
  }

  pids(): ReadonlySet<number> {
    return new Set(processesIn(this.path));
  }

  /** Removes the group; processes that are still in it move to the program's own. */
  [Symbol.dispose](): void {
    for (const pid of processesIn(this.path)) move(String(pid), this.parent);
    if (!remove(this.path)) this.warnings.push(`cannot remove the control group ${this.path}`);
  }
}

/** Removes a group, and the groups that were made below it. Of what is no directory there is nothing to remove. */
function remove(group: string): boolean {
  const names = readNames(group);
  if (typeof names === "number") return false;
  for (const name of names) remove(`${group}/${decoder.decode(name)}`);
  return libc.rmdir(cString(group)) === 0;
}

/** The directory of the program's own control group; `null` if there is none. */
function ownGroup(): string | null {
  try {
    const mount = findCgroups(readMounts());
    const path = /^0::(\/.*)$/m.exec(decoder.decode(readFile("/proc/self/cgroup")))?.[1];
    if (mount === null || path === undefined) return null;
    const [directory, root] = [decoder.decode(mount.directory), decoder.decode(mount.root)];
    if (isWhole(mount)) return directory + path.replace(/\/$/, "");
    return path === root || path.startsWith(`${root}/`) ? directory + path.slice(root.length) : null;
  } catch (error) {
    if (error instanceof SystemError) return null;
    throw error;
  }
}

/** Moves a process into a group; `0` is this one. */
function move(pid: string, group: string): boolean {
  const fd = uninterrupted(() => libc.openat(AT_FDCWD, cString(`${group}/cgroup.procs`), O_WRONLY_CLOEXEC));
  if (fd < 0) return false;
  const text = new TextEncoder().encode(pid);
  const written = libc.write(fd, text, BigInt(text.length));
  libc.close(fd);
  return written === text.length;
}

/** Processes in a group and in groups below it. */
function processesIn(group: string): readonly number[] {
  const names = readNames(group);
  if (typeof names === "number") return [];
  // A file has no names below it.
  const below = names.flatMap((name) => processesIn(`${group}/${decoder.decode(name)}`));
  try {
    const own = decoder.decode(readFile(`${group}/cgroup.procs`)).split("\n").filter((pid) => pid !== "").map(Number);
    return [...own, ...below];
  } catch (error) {
    if (error instanceof SystemError) return below;
    throw error;
  }
}

/** Orphans of the command become children of this process, so that all of them are found below it. */
class Subreaper implements CommandChildren {
  readonly how = "subreaper";
  readonly cgroup = null;
  readonly warnings: readonly string[] = [];

  enclose<T>(start: () => T): T {
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1n);
    return start();
  }

  pids(): ReadonlySet<number> {
    const names = readNames("/proc");
    if (typeof names === "number") return NONE;
    const pids = names.map((name) => readNumber(name, 0)).filter((pid) => pid > 0);
    const children = Map.groupBy(pids, parentOf);
    const found = new Set<number>();
    const add = (pid: number) => {
      for (const child of children.get(pid) ?? []) {
        found.add(child);
        add(child);
      }
    };
    add(Number(/^(\d+)/.exec(decoder.decode(readFile("/proc/self/stat")))![1]));
    return found;
  }

  [Symbol.dispose](): void {
    libc.prctl(PR_SET_CHILD_SUBREAPER, 0n);
  }
}

/** The parent of a process; 0 if it has none, or has ended. */
function parentOf(pid: number): number {
  try {
    const text = decoder.decode(readFile(`/proc/${pid}/stat`));
    // The name may contain brackets. No field after the last bracket contains one.
    return Number(text.slice(text.lastIndexOf(")")).split(" ")[2]);
  } catch (error) {
    if (error instanceof SystemError) return 0;
    throw error;
  }
}
