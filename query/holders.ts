/**
 * Lists of processes that hold a socket, and the role of each member. Used by the columns of the table.
 */
import { resultKey as killResult } from "../decode/lookups/kill.ts";
import type { LookupName } from "../decode/lookups/registry.ts";
import { bpfStorages } from "../decode/families/inet/inet_diag.ts";
import { argument, comm, context, fd, ownerStatus, pid, tid } from "../decode/lookups/owners.ts";
import { peerHolders } from "../decode/lookups/peers.ts";
import { groupNames } from "../decode/lookups/group_names.ts";
import { holdingMaps } from "../decode/lookups/socket_maps.ts";
import { natKeys, natStatus } from "../decode/lookups/nat.ts";
import { waiterColumns } from "../decode/lookups/waiters.ts";
import { watcherColumns } from "../decode/lookups/watchers.ts";
import { routeKeys, routeStatus } from "../decode/lookups/routes.ts";
import { socketContext } from "../decode/lookups/socket_contexts.ts";
import type { Key } from "../decode/record/key.ts";
import { PROCESS } from "./columns.ts";

export interface HolderColumn {
  readonly heading: string;
  /** The lookup that it needs. */
  readonly lookup: LookupName;
  readonly comm: Key;
  readonly pid: Key;
  readonly tid: Key | null;
  readonly context: Key | null;
  readonly fd: Key | null;
  readonly argument: Key | null;
  /** The field that says why there are none. */
  readonly status: Key | null;
}

/** Looked-up fields, and objects with looked-up fields, that have a column of the table if they are requested. */
export const socketColumns: readonly { readonly lookup: LookupName; readonly key: Key }[] = [
  { lookup: "bpf-maps", key: bpfStorages },
  { lookup: "nat", key: natStatus },
  ...[natKeys.original, natKeys.reply].flatMap(({ src, srcPort, dst, dstPort }) =>
    [src, srcPort, dst, dstPort].map((key) => ({ lookup: "nat" as const, key }))
  ),
  { lookup: "socket-maps", key: holdingMaps },
  { lookup: "groups", key: groupNames },
  { lookup: "route", key: routeKeys.iface },
  { lookup: "route", key: routeKeys.gateway },
  { lookup: "route", key: routeStatus },
  ...watcherColumns.map((key) => ({ lookup: "watchers" as const, key })),
  ...waiterColumns.map((key) => ({ lookup: "waiters" as const, key })),
  { lookup: "contexts", key: socketContext },
  { lookup: "kill", key: killResult },
];

export const holderColumns: readonly HolderColumn[] = [
  { heading: PROCESS, lookup: "owners", comm, pid, tid, context, fd, argument, status: ownerStatus },
  {
    heading: peerHolders.list.path,
    lookup: "peers",
    comm: peerHolders.comm,
    pid: peerHolders.pid,
    tid: null,
    context: null,
    fd: null,
    argument: null,
    status: null,
  },
];
