/**
 * Looks up user names in the C library's database: `/etc/passwd`, LDAP and other configured sources; see nsswitch.conf(5).
 */
import { UserNames } from "../decode/lookups/users.ts";
import { libc } from "./libc.ts";

const names = new Map<number, Uint8Array | null>();

/** The name of a user, `null` if there is none. Each user is looked up once. */
export function userName(uid: number): Uint8Array | null {
  let name = names.get(uid);
  if (name === undefined) names.set(uid, name = lookUp(uid));
  return name;
}

/** Adds user names to the user ids of sockets. */
export const openUserNames = (): UserNames => new UserNames(userName);

function lookUp(uid: number): Uint8Array | null {
  // `struct passwd` starts with a pointer to the name.
  const entry = libc.getpwuid(uid);
  if (entry === null) return null;
  const name = new Deno.UnsafePointerView(entry).getPointer(0);
  return name === null ? null : bytesAt(new Deno.UnsafePointerView(name));
}

/** The bytes before a NUL. They need not be UTF-8. */
function bytesAt(view: Deno.UnsafePointerView): Uint8Array {
  let length = 0;
  while (view.getUint8(length) !== 0) length++;
  return new Uint8Array(view.getArrayBuffer(length)).slice();
}
