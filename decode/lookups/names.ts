/**
 * Looks up names in filters: services, hosts, interfaces, control groups. Also checks whether other names exist.
 */

import type { Named } from "../record/key.ts";

/** Looks up names. Unknown names give `null` or an empty list. */
export interface Names {
  /** Port number of a service: `ssh` over `tcp`. */
  port(service: string, protocol: string): number | null;
  /** The addresses of a host, 4 or 16 bytes each. */
  addresses(host: string): readonly Uint8Array[];
  /** The index of an interface. */
  device(name: string): number | null;
  /** Number of the control group at a path, given from the root of the hierarchy or of the file system. */
  cgroup(path: string): bigint | null;
  /** Whether that name exists; `null` if unknown, as for a recording of another machine. */
  exists(kind: Named, name: string): boolean | null;
}

/** Knows no names. */
export const noNames: Names = {
  port: () => null,
  addresses: () => [],
  device: () => null,
  cgroup: () => null,
  exists: () => null,
};

/** The name of a service by protocol (`tcp`, `udp`, `sctp`, `dccp`, `raw`) and port, in printable ASCII; `null` if it has none. */
export type ServiceNames = (protocol: string, port: number) => string | null;
