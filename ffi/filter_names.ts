/**
 * Resolves names in filters with the C library and the running kernel: services (services(5)), hosts, interfaces, control groups.
 */
import { AF_INET, AF_INET6 } from "../decode/kernel/address_family.ts";
import type { Names } from "../decode/lookups/names.ts";
import { exists } from "./existing_names.ts";
import { AT_FDCWD, cString } from "./file.ts";
import { readStatus } from "./file_status.ts";
import { libc } from "./libc.ts";
import { findCgroups, isWhole, readMounts } from "./mounts.ts";

const SOCK_STREAM = 1;
/** Offsets in `struct addrinfo`: the socket address and the next entry. */
const AI_SOCKTYPE = 8;
const AI_FAMILY = 4;
const AI_ADDR = 24;
const AI_NEXT = 40;
const ADDRINFO = 48;
/** Offsets of the addresses in `struct sockaddr_in` and `struct sockaddr_in6`. */
const SIN_ADDR = 4;
const SIN6_ADDR = 8;
/** Offset of the port in `struct servent`. */
const S_PORT = 16;

/** Resolves names of services and hosts. These are also valid for recordings. */
export const lastingNames: Names = { port, addresses, device: () => null, cgroup: () => null, exists: () => null };

/** Resolves names as they are on this machine now. */
export const currentNames: Names = { ...lastingNames, device, cgroup, exists };

function port(service: string, protocol: string): number | null {
  const entry = libc.getservbyname(cString(service), cString(protocol));
  return entry === null ? null : swap(new Deno.UnsafePointerView(entry).getUint16(S_PORT));
}

/** Converts from network byte order. */
const swap = (value: number): number => (value & 0xff) << 8 | value >> 8;

function addresses(host: string): readonly Uint8Array[] {
  const hints = new DataView(new ArrayBuffer(ADDRINFO));
  hints.setInt32(AI_SOCKTYPE, SOCK_STREAM, true);
  const result = new BigUint64Array(1);
  if (libc.getaddrinfo(cString(host), null, hints, result) !== 0) return [];
  const found: Uint8Array[] = [];
  const first = Deno.UnsafePointer.create(result[0]!);
  for (let entry = first; entry !== null;) {
    const view: Deno.UnsafePointerView = new Deno.UnsafePointerView(entry);
    const family = view.getInt32(AI_FAMILY);
    const address = view.getPointer(AI_ADDR);
    if (address !== null && (family === AF_INET || family === AF_INET6)) {
      const bytes = new Uint8Array(family === AF_INET ? 4 : 16);
      new Deno.UnsafePointerView(address).copyInto(bytes, family === AF_INET ? SIN_ADDR : SIN6_ADDR);
      found.push(bytes);
    }
    entry = view.getPointer(AI_NEXT);
  }
  libc.freeaddrinfo(first);
  return found;
}

function device(name: string): number | null {
  return libc.if_nametoindex(cString(name)) || null;
}

/** The id of a group is the inode of its directory. The path may start with the mount point. */
function cgroup(path: string): bigint | null {
  const found = findCgroups(readMounts());
  if (found === null || !isWhole(found) || path.includes("\0")) return null;
  const mount = new TextDecoder().decode(found.directory);
  const inside = path === mount || path.startsWith(`${mount}/`);
  const directory = inside ? path : `${mount}/${path}`;
  const status = readStatus(AT_FDCWD, cString(directory));
  return typeof status === "number" ? null : status.inode;
}
