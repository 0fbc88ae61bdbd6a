/**
 * Finds the systemd unit and the container in the path of a control group. No standard defines these paths. The forms are the
 * ones that the runtimes create, listed in `tests/decode/lookups/cgroup_path_test.ts`.
 */

import type { TextRule } from "../record/key.ts";

/** Names of container runtimes. */
export type Runtime = "containerd" | "cri-o" | "docker" | "lxc" | "podman" | "systemd-nspawn";

export interface Container {
  /** 64 hexadecimal digits; for LXC and systemd-nspawn the name. */
  readonly id: string;
  /** `null` if the path does not name it. */
  readonly runtime: Runtime | null;
  /** UID of its Kubernetes pod, `null` if it is in no pod. */
  readonly podUid: string | null;
}

/** What a path names; `null` for parts that it does not name. */
export interface CgroupParts {
  /** The innermost unit as systemd writes it, including escapes such as `\x2d`. */
  readonly unit: string | null;
  readonly container: Container | null;
}

/** Kinds of units that have processes. */
const UNIT = /^.+\.(service|scope|socket|mount|swap)$/s;
/** Valid names of units. */
export const unitRule: TextRule = {
  longest: 255,
  form: [UNIT, "the whole name of a unit, with .service, .scope, .socket, .mount or .swap"],
  named: "unit",
  shortened: /^(.+-)([0-9a-f]{12,63})(\.scope)$/s,
};
/** Valid ids of containers. Other programs show only the first twelve digits. */
export const containerRule: TextRule = { longest: 255, beginning: /^[0-9a-f]{12,63}$/ };
/** Valid UIDs of pods. */
export const podRule: TextRule = {
  form: [/^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32})$/, "a UID of 32 hexadecimal digits"],
};
const ID = "[0-9a-f]{64}";
const BARE_ID = new RegExp(`^${ID}$`);

/** Forms of the last part of a container's path that identify its runtime. */
const RUNTIMES: readonly (readonly [form: RegExp, runtime: Runtime])[] = [
  [new RegExp(`^docker-(${ID})\\.scope$`), "docker"],
  [new RegExp(`^(?:cri-containerd|nerdctl|containerd)-(${ID})\\.scope$`), "containerd"],
  [new RegExp(`^crio-(${ID})(?:\\.scope)?$`), "cri-o"],
  [new RegExp(`^libpod-(?:payload-)?(${ID})(?:\\.scope)?$`), "podman"],
  // This runtime names groups like systemd, without using systemd.
  [new RegExp(`^.+:docker:(${ID})$`), "docker"],
  [new RegExp(`^.+:(?:cri-containerd|nerdctl):(${ID})$`), "containerd"],
  [new RegExp(`^.+:crio:(${ID})$`), "cri-o"],
  [/^lxc\.payload\.(.+)$/s, "lxc"],
];

/** Runtimes by the directory in which they create a group named after the id. */
const PARENTS: Readonly<Record<string, Runtime>> = {
  "docker": "docker",
  "default": "containerd",
  "k8s.io": "containerd",
};

const POD =
  /kubepods(?:-burstable|-besteffort)?-pod([0-9a-f]{8}(?:_[0-9a-f]{4}){3}_[0-9a-f]{12}|[0-9a-f]{32})\.slice(?:$|:)/;
const BARE_POD = /^pod([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32})$/;

/** Machines of libvirt, which are not containers of systemd-nspawn. */
const OTHER_MACHINE = /^machine-(?:qemu|lxc|libvirt)\\x2d/;

/** Reads a path below the root of the hierarchy. The path starts with a slash. Each character stands for one byte. */
export function parseCgroupPath(path: string): CgroupParts {
  // systemd puts an underscore before names that would collide with files of the kernel.
  const parts = path.split("/").filter((part) => part !== "").map((part) => part.replace(/^_/, ""));
  let unit: string | null = null;
  let container: Container | null = null;
  for (let i = parts.length - 1; i >= 0; i--) {
    const part = parts[i]!;
    if (unit === null && UNIT.test(part)) unit = part;
    container ??= containerAt(parts, i);
  }
  return { unit, container };
}

function containerAt(parts: readonly string[], i: number): Container | null {
  const part = parts[i]!;
  for (const [form, runtime] of RUNTIMES) {
    const id = form.exec(part)?.[1];
    if (id !== undefined) return { id, runtime, podUid: podOf(parts, i) };
  }
  if (BARE_ID.test(part)) {
    const podUid = podOf(parts, i);
    // In a pod the parent directory belongs to the pod.
    return { id: part, runtime: podUid === null ? PARENTS[parts[i - 1] ?? ""] ?? null : null, podUid };
  }
  if (parts[i - 1] === "lxc" || parts[i - 1] === "lxc.payload") return { id: part, runtime: "lxc", podUid: null };
  const machine = /^systemd-nspawn@(.+)\.service$/s.exec(part)?.[1] ??
    (parts[i - 1] === "machine.slice" && !OTHER_MACHINE.test(part)
      ? /^machine-(.+)\.scope$/s.exec(part)?.[1]
      : undefined);
  return machine === undefined ? null : { id: unescapeUnit(machine), runtime: "systemd-nspawn", podUid: null };
}

/** UID of the nearest pod that contains the part at `i`. */
function podOf(parts: readonly string[], i: number): string | null {
  for (let n = i; n >= 0; n--) {
    const part = parts[n]!;
    const uid = POD.exec(part)?.[1] ?? (parts.slice(0, n).some(isKubepods) ? BARE_POD.exec(part)?.[1] : undefined);
    if (uid !== undefined) return uid.replaceAll("_", "-");
  }
  return null;
}

const isKubepods = (part: string) => /(?:^|-)kubepods(?:\.slice)?$/.test(part);

/** Replaces escapes such as `\x2d` by their byte; see systemd.unit(5). */
const unescapeUnit = (name: string) =>
  name.replaceAll(/\\x([0-9a-f]{2})/g, (_, digits) => String.fromCharCode(parseInt(digits, 16)));

/**
 * Chooses the path of a process from `/proc/PID/cgroup`; `null` if there is none. Each character stands for one byte.
 *
 * The version 2 hierarchy is used if the process is in a group there. If that hierarchy is missing or shows only its root
 * (version 1, hybrid), systemd's hierarchy is used, else one that names a container, else any with a group.
 */
export function parseProcCgroup(text: string): string | null {
  const groups = text.split("\n").flatMap((line) => {
    const [, controllers, path] = /^\d+:([^:]*):(\/.*)$/s.exec(line) ?? [];
    return controllers === undefined || path === undefined ? [] : [{ controllers, path }];
  });
  const inside = groups.filter(({ path }) => path !== "/");
  const chosen = inside.find(({ controllers }) => controllers === "") ??
    inside.find(({ controllers }) => controllers === "name=systemd") ??
    inside.find(({ path }) => parseCgroupPath(path).container !== null) ??
    inside[0] ?? groups[0];
  return chosen?.path ?? null;
}
