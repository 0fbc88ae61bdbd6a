/**
 * Fields of a control group: its path, and the unit and container that the path names.
 */
import { writeText } from "../netlink/attribute.ts";
import { defineKey, defineWord, type FieldNote, type Key, type Word } from "../record/key.ts";
import type { RecordSink } from "../record/record_sink.ts";
import { containerRule, parseCgroupPath, podRule, unitRule } from "./cgroup_path.ts";

/** The keys that a group is written to. */
export interface CgroupKeys {
  readonly cgroup: Key;
  readonly unit: Key;
  readonly container: Key;
  readonly id: Key;
  readonly runtime: Key;
  readonly podUid: Key;
}

/** Defines the fields of a group, at the top of a record or in an object. `path` is the meaning of its path. */
export function defineCgroupKeys(
  parent: Key | null,
  path: Pick<FieldNote, "meaning" | "source">,
  only: string,
): CgroupKeys {
  const source = "cgroup";
  const cgroup = defineKey(parent, "cgroup", { type: "text", ...path });
  const unit = defineKey(parent, "unit", {
    type: "text",
    rule: unitRule,
    meaning: `Innermost systemd unit in the path; ${only}.`,
    source,
  });
  const container = defineKey(parent, "container", {
    type: "object",
    meaning: `Innermost container in the path; ${only}.`,
    source,
  });
  const id = defineKey(container, "id", {
    type: "text",
    rule: containerRule,
    meaning: "Its id, 64 hexadecimal digits; its name for LXC and systemd-nspawn.",
    source,
  });
  const runtime = defineKey(container, "runtime", {
    type: "name",
    meaning: "What runs it; left out if the path does not tell.",
    source,
    words: ["containerd", "cri-o", "docker", "lxc", "podman", "systemd-nspawn"],
  });
  const podUid = defineKey(container, "pod_uid", {
    type: "text",
    rule: podRule,
    meaning: "UID of its Kubernetes pod; left out if it is in none.",
    source,
  });
  return { cgroup, unit, container, id, runtime, podUid };
}

/** A container in output form. */
export interface ShownContainer {
  readonly id: Uint8Array;
  readonly runtime: Word | null;
  readonly podUid: Uint8Array | null;
}

/** A control group in output form; unknown parts are `null`. */
export interface ShownCgroup {
  readonly path: Uint8Array | null;
  readonly unit: Uint8Array | null;
  readonly container: ShownContainer | null;
}

const shown = new WeakMap<Uint8Array, ShownCgroup>();

/** What a path names. The same array always gives the same result. */
export function showCgroup(path: Uint8Array): ShownCgroup {
  let known = shown.get(path);
  if (known === undefined) shown.set(path, known = parse(path));
  return known;
}

function parse(path: Uint8Array): ShownCgroup {
  const { unit, container } = parseCgroupPath(path.reduce((text, byte) => text + String.fromCharCode(byte), ""));
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

/** Pushes the fields of a group into the open record or object. */
export function writeCgroup(keys: CgroupKeys, { path, unit, container }: ShownCgroup, sink: RecordSink): void {
  if (path !== null) writeAll(keys.cgroup, path, sink);
  if (unit !== null) writeAll(keys.unit, unit, sink);
  if (container === null) return;
  sink.openObject(keys.container);
  writeAll(keys.id, container.id, sink);
  if (container.runtime !== null) sink.name(keys.runtime, container.runtime);
  if (container.podUid !== null) writeAll(keys.podUid, container.podUid, sink);
  sink.closeObject(keys.container);
}

const writeAll = (key: Key, bytes: Uint8Array, sink: RecordSink) => writeText(key, bytes, 0, bytes.length, sink);

/** Bytes of a string in which each character stands for one byte. */
const bytesOf = (characters: string) => Uint8Array.from(characters, (character) => character.charCodeAt(0));

/** Whether both arrays hold the same bytes. */
export const isSame = (one: Uint8Array, other: Uint8Array): boolean =>
  one === other || one.length === other.length && one.every((byte, i) => byte === other[i]);
