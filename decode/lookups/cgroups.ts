/**
 * The control group of a socket, and what its path tells: the unit of systemd, the container.
 */
import type { Enricher, Lookup } from "./lookup.ts";
import { writeText } from "../netlink/attribute.ts";
import { containerRule, parseCgroupPath, podRule, unitRule } from "./cgroup_path.ts";
import type { Family } from "../families/family.ts";
import { defineKey, defineWord, type Key, type Word } from "../record/key.ts";
import type { RecordSink } from "../record/record_sink.ts";
import type { NumberReader } from "../netlink/number_reader.ts";

const only = "only with --cgroup or -p";

const cgroupId = defineKey(null, "cgroup_id", {
  type: "identifier",
  meaning: "Number of the socket's control group (version 2).",
  source: "INET_DIAG_CGROUP_ID",
  since: "5.8",
});
const cgroup = defineKey(null, "cgroup", {
  type: "text",
  meaning:
    `Path of that control group below the root of the hierarchy of version 2, if it is still there and in sight; ${only}.`,
  source: "the cgroup2 file system",
});
const unit = defineKey(null, "unit", {
  type: "text",
  rule: unitRule,
  meaning: `Unit of systemd that the path names, the innermost one, as systemd writes it; ${only}.`,
  source: "cgroup",
});
const container = defineKey(null, "container", {
  type: "object",
  meaning: `Container that the path names, the innermost one; ${only}.`,
  source: "cgroup",
});
const id = defineKey(container, "id", {
  type: "text",
  rule: containerRule,
  meaning: "Its id, 64 hexadecimal digits; of LXC and systemd-nspawn its name.",
  source: "cgroup",
});
const runtime = defineKey(container, "runtime", {
  type: "name",
  meaning: "What runs it; not there if the path does not tell that.",
  source: "cgroup",
  words: ["containerd", "cri-o", "docker", "lxc", "podman", "systemd-nspawn"],
});
const podUid = defineKey(container, "pod_uid", {
  type: "text",
  rule: podRule,
  meaning: "UID of its Kubernetes pod; not there if it is in none.",
  source: "cgroup",
});

const keys: readonly Key[] = [cgroup, unit, container, id, runtime, podUid];

/** Which control group the socket is of. */
export const cgroups: Lookup = {
  name: "cgroups",
  notRecorded: "a recording does not tell names of control groups: no cgroup",
  from: [cgroupId],
  keys,
  isFor: ({ cgroupOf }) => cgroupOf !== undefined,
};

/** Where paths of control groups come from. */
export interface CgroupPaths extends Partial<Disposable> {
  /** The path of a group, with a slash in front; `null` if there is none or it is not in sight. */
  lookUp(id: number): Uint8Array | null;
}

/** A control group as it is shown. */
interface Shown {
  readonly path: Uint8Array;
  readonly unit: Uint8Array | null;
  readonly container:
    | { readonly id: Uint8Array; readonly runtime: Word | null; readonly podUid: Uint8Array | null }
    | null;
}

/** Control groups by their numbers, each looked up once. */
export class CgroupNames implements Enricher {
  readonly lookup: Lookup = cgroups;
  readonly from: Key = cgroupId;
  readonly none = 0;
  readonly #shown = new Map<number, Shown | null>();

  /** @param paths is disposed of with this */
  constructor(readonly paths: CgroupPaths) {}

  [Symbol.dispose](): void {
    this.paths[Symbol.dispose]?.();
  }

  readerOf({ cgroupOf }: Family): NumberReader | null {
    return cgroupOf ?? null;
  }

  write(number: number, sink: RecordSink): void {
    if (number === 0) return;
    let shown = this.#shown.get(number);
    if (shown === undefined) this.#shown.set(number, shown = this.#show(number));
    if (shown === null) return;
    writeAll(cgroup, shown.path, sink);
    if (shown.unit !== null) writeAll(unit, shown.unit, sink);
    if (shown.container === null) return;
    sink.openObject(container);
    writeAll(id, shown.container.id, sink);
    if (shown.container.runtime !== null) sink.name(runtime, shown.container.runtime);
    if (shown.container.podUid !== null) writeAll(podUid, shown.container.podUid, sink);
    sink.closeObject(container);
  }

  #show(number: number): Shown | null {
    const path = this.paths.lookUp(number);
    if (path === null) return null;
    const { unit, container } = parseCgroupPath(String.fromCharCode(...path));
    return {
      path,
      unit: unit === null ? null : bytesOf(unit),
      container: container === null ? null : {
        id: bytesOf(container.id),
        runtime: container.runtime === null ? null : defineWord(container.runtime),
        podUid: container.podUid === null ? null : bytesOf(container.podUid),
      },
    };
  }
}

const writeAll = (key: Key, bytes: Uint8Array, sink: RecordSink) => writeText(key, bytes, 0, bytes.length, sink);

/** Characters that each stand for a byte. */
const bytesOf = (characters: string) => Uint8Array.from(characters, (character) => character.charCodeAt(0));
