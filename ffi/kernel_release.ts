/**
 * The release of the running kernel, from `uname(2)`.
 */
import { libc, succeed } from "./libc.ts";

/** Length of each string in `struct utsname`. */
const FIELD = 65;

/** Name of the release, `6.18.44` for example. */
export function kernelReleaseName(): string {
  const name = new Uint8Array(6 * FIELD);
  succeed(libc.uname(name), "read the kernel's release");
  const release = name.subarray(2 * FIELD, 3 * FIELD);
  return new TextDecoder().decode(release.subarray(0, release.indexOf(0)));
}

/** A release name as a number that compares, `major * 1000 + minor`: 6018 for `6.18.44`; 0 for one without a number. */
export function parseKernelRelease(name: string): number {
  const match = /^(\d+)\.(\d+)/.exec(name);
  return match === null ? 0 : Number(match[1]) * 1000 + Number(match[2]);
}
