/**
 * The control group of a socket, with the systemd unit and container that its path names. If the kernel does not report the
 * group of a socket, the group of the processes that hold it is used.
 */
import type { Enricher, Lookup } from "./lookup.ts";
import { defineCgroupKeys, isSame, showCgroup, type ShownCgroup, writeCgroup } from "./cgroup_parts.ts";
import type { Family } from "../families/family.ts";
import { defineKey, type Key } from "../record/key.ts";
import { type RecordSink, writeShared } from "../record/record_sink.ts";
import { inodeKey } from "../families/sock_diag.ts";
import type { NumberReader } from "../netlink/number_reader.ts";
import type { OwnerIndex } from "./owner_index.ts";
import { type Holder, ownerCgroupKeys } from "./owners.ts";

const only = "only with --cgroup or -p";

const cgroupId = defineKey(null, "cgroup_id", {
  type: "identifier",
  meaning: "Number of the socket's control group (version 2).",
  source: "INET_DIAG_CGROUP_ID",
  since: "5.8",
});
const socketKeys = defineCgroupKeys(null, {
  meaning:
    "Path of the control group cgroup_id below the root of the version 2 hierarchy, if it still exists and is visible. " +
    `Without cgroup_id: the group of the owners (any version), if all are in the same one; ${only}.`,
  source: "the cgroup2 file system, /proc/PID/cgroup",
}, only);

/** Control group of the socket. */
export const cgroups: Lookup<"cgroups"> = {
  name: "cgroups",
  notRecorded: "a recording has no names of control groups: no cgroup",
  from: [cgroupId, inodeKey],
  keys: Object.values(socketKeys),
  isFor: () => true,
};

/** Control groups of the owners. */
export const ownerCgroups: Lookup<"cgroups"> = {
  name: "cgroups",
  from: [inodeKey],
  keys: Object.values(ownerCgroupKeys),
  isFor: () => true,
};

/** Looks up paths of control groups. */
export interface CgroupPaths extends Partial<Disposable> {
  /** The path of a group, with a leading slash; `null` if the group does not exist or is not visible. */
  lookUp(id: number): Uint8Array | null;
}

/** Whether the kernel reports control groups for sockets of a family. It does not for RAW. */
export const tellsCgroup = ({ cgroupOf, name }: Family): boolean => cgroupOf !== undefined && name !== "RAW";

const writeSocketCgroup = (shown: ShownCgroup, sink: RecordSink) => writeCgroup(socketKeys, shown, sink);

/** Control groups by number, or by the inode of the socket. Each is looked up once. */
export class CgroupNames implements Enricher {
  readonly lookup: Lookup = cgroups;
  readonly from: Key = inodeKey;
  readonly none = 0;
  /** Count of sockets shown without a group because their owners may not be visible. */
  unresolved = 0;
  readonly #shown = new Map<number, ShownCgroup | null>();
  /** The group that all holders of a socket share, and the count of holders examined. */
  #path: Uint8Array | null = null;
  #unit: Uint8Array | null = null;
  #container: ShownCgroup["container"] = null;
  #containers = 0;
  #holders = 0;
  readonly #visit = (holder: Holder) => this.#agree(holder);

  /**
   * @param paths paths of groups by number; `null` if they cannot be looked up
   * @param owners index of the holders of sockets, with their groups; `null` if nobody looked
   */
  constructor(readonly paths: CgroupPaths | null, readonly owners: OwnerIndex | null) {}

  /** Count of sockets with unknown groups. If owners are shown, they report this themselves. */
  get warnings(): readonly string[] {
    const { owners } = this;
    // Sockets of the kernel are in no group.
    const unresolved = this.unresolved - (owners?.ofKernel ?? 0);
    return owners === null || unresolved <= 0 || owners.unresolved > 0
      ? []
      : [`cannot tell the control groups of ${unresolved} sockets: ${owners.obstacles.join("; ")}`];
  }

  /** Reads the number of the group as a negative number, or the inode of the socket as a positive one. */
  readerOf({ cgroupOf, inodeOf }: Family): NumberReader | null {
    if (cgroupOf === undefined || this.paths === null) return this.owners === null ? null : inodeOf;
    return (view, start, end) => {
      const number = cgroupOf(view, start, end);
      const inode = number === 0 || this.#isRoot(number) ? inodeOf(view, start, end) : 0;
      return inode === 0 ? -number : inode;
    };
  }

  /** Whether a group is the root. All processes that are only in version 1 groups are there, so their owners know better. */
  #isRoot(number: number): boolean {
    return this.owners !== null && this.#ofGroup(number)?.path?.length === 1;
  }

  write(number: number, sink: RecordSink): void {
    if (number === 0) return;
    const shown = number < 0 ? this.#ofGroup(-number) : this.#ofHolders(number);
    if (shown === null) return;
    // What is shown of one path is always the same object.
    if (shown.path !== null) writeShared(shown, writeSocketCgroup, sink);
    else writeCgroup(socketKeys, shown, sink);
  }

  #ofGroup(number: number): ShownCgroup | null {
    let shown = this.#shown.get(number);
    if (shown === undefined) {
      const path = this.paths?.lookUp(number) ?? null;
      this.#shown.set(number, shown = path === null ? null : showCgroup(path));
    }
    return shown;
  }

  /** The group that all holders of a socket share, and the container if they have only one. */
  #ofHolders(inode: number): ShownCgroup | null {
    const only = this.owners?.onlyHolder(inode)?.cgroup ?? null;
    if (only !== null) return showCgroup(only);
    this.#holders = 0;
    this.#containers = 0;
    this.owners?.forEachHolder(inode, this.#visit);
    if (this.#holders === 0) {
      if (this.owners !== null && this.owners.obstacles.length > 0) this.unresolved++;
      return null;
    }
    if (this.#path !== null) return showCgroup(this.#path);
    return { path: null, unit: this.#unit, container: this.#containers === 1 ? this.#container : null };
  }

  #agree({ cgroup }: Holder): void {
    if (cgroup === null) return;
    const { path, unit, container } = showCgroup(cgroup);
    const first = this.#holders++ === 0;
    if (first) this.#path = path;
    else if (this.#path !== path) this.#path = null;
    if (first) this.#unit = unit;
    else if (this.#unit === null || unit === null || !isSame(this.#unit, unit)) this.#unit = null;
    if (container === null) return;
    if (this.#containers === 0 || !isSame(this.#container!.id, container.id)) this.#containers++;
    this.#container = container;
  }

  /** Closes the path lookup. */
  [Symbol.dispose](): void {
    this.paths?.[Symbol.dispose]?.();
  }
}
