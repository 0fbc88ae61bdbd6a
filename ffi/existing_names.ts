/**
 * Checks whether a name exists on this machine: users (getpwnam(3)), interfaces, congestion
 * controls, network namespaces (ip-netns(8)), units
 * (systemd.unit(5)).
 */
import { ENOENT, ESRCH } from "../decode/kernel/errno.ts";
import { ROOT_NAME } from "../decode/lookups/netns.ts";
import type { Named } from "../decode/record/key.ts";
import { hasCgroup } from "./cgroups.ts";
import { AT_FDCWD, cString } from "./file.ts";
import { readStatus } from "./file_status.ts";
import { libc } from "./libc.ts";
import { proc, readProc } from "./proc_file.ts";

/** Whether the name exists; `null` if that is unknown. */
export function exists(kind: Named, name: string): boolean | null {
  // No name contains a NUL, and the C library would stop reading there.
  if (name === "" || name.includes("\0")) return false;
  switch (kind) {
    case "congestion control":
      return congestionExists(name);
    case "interface":
      return libc.if_nametoindex(cString(name)) !== 0;
    case "network namespace":
      return name === ROOT_NAME || !name.includes("/") && existsIn(["/run/netns", "/var/run/netns"], name);
    case "unit":
      return unitExists(name);
    case "user":
      return userExists(name);
  }
}

/** The kernel lists those that the sockets of any network namespace can use. */
function congestionExists(name: string): boolean | null {
  const length = readProc(AT_FDCWD, "/proc/sys/net/ipv4/tcp_available_congestion_control");
  if (length <= 0) return null;
  return new TextDecoder().decode(proc.subarray(0, length)).trim().split(" ").includes(name);
}

/** Size of `struct passwd`, and room for the strings it points to. */
const PASSWD = 48;
const ROOM = 65536;

function userExists(name: string): boolean | null {
  const found = new BigUint64Array(1);
  const buffer = new Uint8Array(ROOM);
  const error = libc.getpwnam_r(cString(name), new Uint8Array(PASSWD), buffer, BigInt(ROOM), found);
  if (found[0] !== 0n) return true;
  return error === 0 || error === ENOENT || error === ESRCH ? false : null;
}

/** Directories where systemd looks for system and user units. */
const UNIT_DIRECTORIES = ["/etc", "/run", "/usr/local/lib", "/usr/lib", "/lib"].flatMap((directory) =>
  ["system", "user"].map((kind) => `${directory}/systemd/${kind}`)
).concat("/run/systemd/transient", "/run/systemd/generator", "/run/systemd/generator.late");

/** A running unit has a control group. Any other has a file; an instance has the file of its template. */
function unitExists(name: string): boolean | null {
  const template = name.replace(/@.*(\.[a-z]+)$/s, "@$1");
  const script = name.replace(/\.service$/, "");
  if (existsIn(UNIT_DIRECTORIES, name) || existsIn(UNIT_DIRECTORIES, template)) return true;
  return existsIn(["/etc/init.d"], script) || hasCgroup(name);
}

const existsIn = (directories: readonly string[], name: string): boolean =>
  directories.some((directory) => typeof readStatus(AT_FDCWD, cString(`${directory}/${name}`)) !== "number");
