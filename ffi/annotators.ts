/**
 * The annotators of this machine: what few runs look up is loaded by those that do.
 */
import type { Annotator, Lookup } from "../decode/lookups/lookup.ts";
import type { OwnerIndex } from "../decode/lookups/owners.ts";

/** What is known to be missing, one line. */
const NO_CGROUPS =
  "cannot name control groups: the hierarchy of version 2 (cgroup2), whose groups sockets belong to, is not mounted";

/** What adds what was looked up. */
export interface Annotators {
  /**
   * Makes them, in the order of the output.
   *
   * @param owners who holds which socket, for the other ends of connections
   */
  make(owners: OwnerIndex | null): readonly Annotator[];
  /** What cannot be looked up, one line each. */
  readonly warnings: readonly string[];
}

/** Gets ready what some look-ups need; then it takes no time to make annotators, in which processes could end. */
export async function openAnnotators(lookups: readonly Lookup[]): Promise<Annotators> {
  const makers: ((owners: OwnerIndex | null) => readonly Annotator[])[] = [];
  const warnings: string[] = [];
  if (lookups.includes("users")) {
    const [{ UserNames }, { userName }] = await Promise.all([
      import("../decode/lookups/users.ts"),
      import("./users.ts"),
    ]);
    makers.push(() => [new UserNames(userName)]);
  }
  if (lookups.includes("cgroups")) {
    const [{ CgroupNames }, { openCgroups }] = await Promise.all([
      import("../decode/lookups/cgroups.ts"),
      import("./cgroups.ts"),
    ]);
    const paths = openCgroups();
    if (paths === null) warnings.push(NO_CGROUPS);
    else makers.push(() => [new CgroupNames(paths)]);
  }
  if (lookups.includes("unix-peers")) {
    const { UnixPeers } = await import("../decode/lookups/unix_peers.ts");
    makers.push((owners) => owners === null ? [] : [new UnixPeers(owners)]);
  }
  if (lookups.includes("peers")) {
    const { PairedPeers } = await import("../decode/lookups/paired_peers.ts");
    makers.push((owners) => owners === null ? [] : [new PairedPeers(owners)]);
  }
  if (lookups.includes("contexts")) {
    const [{ SocketContexts }, { readSocketContext }] = await Promise.all([
      import("../decode/lookups/socket_contexts.ts"),
      import("./owners.ts"),
    ]);
    makers.push((owners) => owners === null ? [] : [new SocketContexts(owners, readSocketContext)]);
  }
  return { make: (owners) => makers.flatMap((make) => make(owners)), warnings };
}
