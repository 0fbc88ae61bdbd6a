/**
 * The control group of a socket, and what its path tells: the unit of systemd, the container. Of sockets whose group the kernel
 * does not tell it is that of the processes that hold them.
 */
import type { Enricher, Lookup } from "./lookup.ts";
import { defineCgroupKeys, isSame, showCgroup, type ShownCgroup, writeCgroup } from "./cgroup_parts.ts";
import type { Family } from "../families/family.ts";
import { defineKey, type Key } from "../record/key.ts";
import type { RecordSink } from "../record/record_sink.ts";
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
    "Path of that control group below the root of the hierarchy of version 2, if it is still there and in sight. Of a socket " +
    `without cgroup_id the group of its owners, of any version, if all are in the same; ${only}.`,
  source: "the cgroup2 file system, /proc/PID/cgroup",
}, only);

/** Which control group the socket is of. */
export const cgroups: Lookup<"cgroups"> = {
  name: "cgroups",
  notRecorded: "a recording does not tell names of control groups: no cgroup",
  from: [cgroupId, inodeKey],
  keys: Object.values(socketKeys),
  isFor: () => true,
};

/** Which control groups the owners are in. */
export const ownerCgroups: Lookup<"cgroups"> = {
  name: "cgroups",
  from: [inodeKey],
  keys: Object.values(ownerCgroupKeys),
  isFor: () => true,
};

/** Where paths of control groups come from. */
export interface CgroupPaths extends Partial<Disposable> {
  /** The path of a group, with a slash in front; `null` if there is none or it is not in sight. */
  lookUp(id: number): Uint8Array | null;
}

/** Whether the kernel tells the control groups of the sockets of a family: it does not of RAW. */
export const tellsCgroup = ({ cgroupOf, name }: Family): boolean => cgroupOf !== undefined && name !== "RAW";

/** Control groups by their numbers, or by the inode of the socket, each looked up once. */
export class CgroupNames implements Enricher {
  readonly lookup: Lookup = cgroups;
  readonly from: Key = inodeKey;
  readonly none = 0;
  /** Sockets that were shown without a group because their owners may be out of sight. */
  unresolved = 0;
  readonly #shown = new Map<number, ShownCgroup | null>();
  /** What the holders of a socket have in common, and how many of them have been looked at. */
  #path: Uint8Array | null = null;
  #unit: Uint8Array | null = null;
  #container: ShownCgroup["container"] = null;
  #containers = 0;
  #holders = 0;
  readonly #visit = (holder: Holder) => this.#agree(holder);

  /**
   * @param paths of the groups by their numbers; `null` if they cannot be looked up
   * @param owners who holds which socket, with their groups; `null` if nobody looked
   */
  constructor(readonly paths: CgroupPaths | null, readonly owners: OwnerIndex | null) {}

  /** Of how many sockets the groups are not known; the owners say so themselves if they are shown. */
  get warnings(): readonly string[] {
    const { owners, unresolved } = this;
    return owners === null || unresolved === 0 || owners.unresolved > 0
      ? []
      : [`cannot tell the control groups of ${unresolved} sockets: ${owners.obstacles.join("; ")}`];
  }

  /** The number of the group below 0, or the inode of the socket above 0. */
  readerOf({ cgroupOf, inodeOf }: Family): NumberReader | null {
    if (cgroupOf === undefined || this.paths === null) return this.owners === null ? null : inodeOf;
    return (view, start, end) => {
      const number = cgroupOf(view, start, end);
      const inode = number === 0 || this.#isRoot(number) ? inodeOf(view, start, end) : 0;
      return inode === 0 ? -number : inode;
    };
  }

  /** Whether a group is the root, where all are whose processes are in groups of version 1 alone: the owners know better. */
  #isRoot(number: number): boolean {
    return this.owners !== null && this.#ofGroup(number)?.path?.length === 1;
  }

  write(number: number, sink: RecordSink): void {
    if (number === 0) return;
    const shown = number < 0 ? this.#ofGroup(-number) : this.#ofHolders(number);
    if (shown !== null) writeCgroup(socketKeys, shown, sink);
  }

  #ofGroup(number: number): ShownCgroup | null {
    let shown = this.#shown.get(number);
    if (shown === undefined) {
      const path = this.paths?.lookUp(number) ?? null;
      this.#shown.set(number, shown = path === null ? null : showCgroup(path));
    }
    return shown;
  }

  /** What all holders of a socket have in common, and the container that is the only one among them. */
  #ofHolders(inode: number): ShownCgroup | null {
    this.#holders = 0;
    this.#containers = 0;
    this.owners?.forEachHolder(inode, this.#visit);
    if (this.#holders === 0) {
      if (this.owners !== null && this.owners.obstacles.length > 0) this.unresolved++;
      return null;
    }
    return { path: this.#path, unit: this.#unit, container: this.#containers === 1 ? this.#container : null };
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

  /** Releases what the groups are looked up by. */
  [Symbol.dispose](): void {
    this.paths?.[Symbol.dispose]?.();
  }
}
