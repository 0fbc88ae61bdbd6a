/**
 * Reads the release of the running kernel and the host name, from `uname(2)`.
 */
import { libc, succeed } from "./libc.ts";

/** Length of each string in `struct utsname`. */
const FIELD = 65;

/** The host name and the kernel release, such as `6.18.44`. */
export function systemNames(): { readonly node: string; readonly release: string } {
  const names = new Uint8Array(6 * FIELD);
  succeed(libc.uname(names), "read the kernel's release");
  const text = (field: number) => {
    const bytes = names.subarray(field * FIELD, (field + 1) * FIELD);
    return new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(0)));
  };
  return { node: text(1), release: text(2) };
}

/** The kernel release, such as `6.18.44`. */
export const kernelReleaseName = (): string => systemNames().release;

/** A release as a number to compare, `major * 1000 + minor`: 6018 for `6.18.44`; 0 for a release without numbers. */
export function parseKernelRelease(name: string): number {
  const match = /^(\d+)\.(\d+)/.exec(name);
  return match === null ? 0 : Number(match[1]) * 1000 + Number(match[2]);
}
