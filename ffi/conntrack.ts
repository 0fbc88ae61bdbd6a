/**
 * Reads the connections whose addresses the kernel translates (nfnetlink, `ctnetlink`), of each network namespace once.
 */
import { KernelError, SystemError } from "../decode/kernel/errors.ts";
import {
  Connections,
  CT_GET,
  encodeConnectionsRequest,
  IPS_DST_NAT,
  IPS_SRC_NAT,
} from "../decode/lookups/conntrack.ts";
import { NatFinder, type TrackedConnections } from "../decode/lookups/nat_finder.ts";
import type { OwnerIndex } from "../decode/lookups/owner_index.ts";
import type { Vantage } from "../decode/plan/plan.ts";
import type { ProcSource } from "../decode/proc/proc_source.ts";
import { KernelQuery, NETLINK_NETFILTER, reasonOf } from "./kernel_query.ts";
import { advice } from "./privileges.ts";
import { procNet } from "./proc_net.ts";

/** The translations of connections, for one run. */
export const openNat = (_owners: OwnerIndex | null, vantages: readonly Vantage[]): NatFinder =>
  new NatFinder(() => readConnections(vantages));

function readConnections(vantages: readonly Vantage[]): TrackedConnections {
  const connections = new Connections();
  const warnings: string[] = [];
  let missing: TrackedConnections["missing"] = null;
  for (const [namespace, { proc, inside }] of vantages.entries()) {
    try {
      // Where nothing is tracked the kernel is not asked: the question would load its module.
      if (countTracked(proc ?? procNet) === 0) continue;
      using query = new KernelQuery(NETLINK_NETFILTER, inside);
      if (readNamespace(query, connections, namespace)) continue;
      warnings.push("connections changed while their translations were read: some may be missing");
      missing ??= "failed";
    } catch (error) {
      const denied = (error instanceof KernelError || error instanceof SystemError) && error.code === "EPERM";
      const warning = `cannot read translations of addresses: ${reasonOf(error)}${
        denied ? advice("CAP_NET_ADMIN") : ""
      }`;
      if (!warnings.includes(warning)) warnings.push(warning);
      missing = denied ? "denied" : "failed";
    }
  }
  return { connections, missing, warnings, namespaces: vantages.map(({ netns }) => netns?.inode ?? 0) };
}

/** Adds the connections of a namespace that are translated; returns whether they are all. */
function readNamespace(query: KernelQuery, connections: Connections, namespace: number): boolean {
  let told = true;
  for (const status of [IPS_SRC_NAT, IPS_DST_NAT]) {
    let filtered = true;
    const count = connections.count;
    told &&= query.dump(CT_GET, encodeConnectionsRequest(status), (view, _bytes, start, end) => {
      const found = connections.add(view, start, end, namespace);
      if (found >= 0 && (found & status) === 0) filtered = false;
    }, () => connections.forget(count));
    // A kernel that does not know the filter has told all at once.
    if (!filtered) break;
  }
  return told;
}

/** Count of connections that are tracked in a namespace, as far as `/proc` shows it; 0 if none are. */
function countTracked(proc: ProcSource): number {
  const decode = (bytes: Uint8Array | null) => bytes === null ? null : new TextDecoder().decode(bytes);
  const count = decode(proc.sysctl("net/netfilter/nf_conntrack_count"));
  if (count !== null) return Number(count);
  // Kernels do not show the setting in user namespaces; the file has one line for each processor, with the same first number.
  const statistics = decode(proc.read("stat/nf_conntrack"));
  return statistics === null ? 0 : parseInt(statistics.split("\n")[1] ?? "0", 16);
}

/** Why translations cannot be read here; `null` if they can. */
export function natObstacle(): string | null {
  try {
    if (countTracked(procNet) === 0) return null;
    using query = new KernelQuery(NETLINK_NETFILTER);
    // One connection that cannot be: the kernel says whether it may be asked for.
    query.get(CT_GET, new Uint8Array(4), () => {});
    return null;
  } catch (error) {
    if (error instanceof KernelError && error.code !== "EPERM") return null;
    return reasonOf(error) + advice("CAP_NET_ADMIN");
  }
}
