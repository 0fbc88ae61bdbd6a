/**
 * Asks which sockets the kernel itself owns: RTM_GETLINK, WireGuard by generic netlink, and files of NFS.
 */
import {
  ALL_LINKS,
  encodeWireguardRequest,
  KernelOwners,
  type KernelSocket,
  type KernelSockets,
  parsePortList,
  readTunnel,
  readWireguardPort,
  RTM_GETLINK,
  type WireguardLink,
} from "../decode/lookups/kernel_owners.ts";
import type { OwnerIndex } from "../decode/lookups/owner_index.ts";
import type { Inside, Vantage } from "../decode/plan/plan.ts";
import { readFile } from "./file.ts";
import { findGenericFamily } from "./generic_families.ts";
import { KernelQuery, NETLINK_GENERIC, NETLINK_ROUTE, reasonOf } from "./kernel_query.ts";
import { ifTold } from "./privileges.ts";

/** Lets the index of owners find those in the kernel; it writes them itself. */
export function openKernelOwners(owners: OwnerIndex | null, vantages: readonly Vantage[]): null {
  if (owners !== null) owners.kernel = new KernelOwners((namespace) => readKernelSockets(vantages[namespace]?.inside));
  return null;
}

function readKernelSockets(inside: Inside | undefined): KernelSockets {
  const sockets: KernelSocket[] = [];
  const warnings: string[] = [];
  const attempt = (what: string, read: () => void) => {
    try {
      read();
    } catch (error) {
      warnings.push(`cannot tell which sockets belong to ${what}: ${reasonOf(error)}`);
    }
  };
  const wireguard: WireguardLink[] = [];
  attempt("tunnels", () => sockets.push(...readTunnels(inside, wireguard)));
  if (wireguard.length > 0) attempt("WireGuard", () => sockets.push(...readWireguard(inside, wireguard)));
  // These files are about the namespace of whoever mounted them, which usually is that of the program.
  if (inside === undefined) sockets.push(...readFileServers());
  return { sockets, warnings };
}

function readTunnels(inside: Inside | undefined, wireguard: WireguardLink[]): readonly KernelSocket[] {
  using query = new KernelQuery(NETLINK_ROUTE, inside);
  const sockets: KernelSocket[] = [];
  query.dump(RTM_GETLINK, ALL_LINKS, (view, bytes, start, end) => {
    sockets.push(...readTunnel(view, bytes, start, end, wireguard));
  }, () => sockets.length = wireguard.length = 0);
  return sockets;
}

/** The ports of interfaces of WireGuard. Needs CAP_NET_ADMIN: the answers have keys too, which are cleared. */
function readWireguard(inside: Inside | undefined, links: readonly WireguardLink[]): readonly KernelSocket[] {
  using query = new KernelQuery(NETLINK_GENERIC, inside);
  const family = findGenericFamily(query, "wireguard");
  if (family === null) return [];
  return links.flatMap(({ index, iface }) => {
    let port = 0;
    query.dump(family.id, encodeWireguardRequest(index), (view, bytes, start, end) => {
      port = readWireguardPort(view, start, end) || port;
      bytes.fill(0, start, end);
    });
    return port === 0 ? [] : [{ kind: "wireguard", protocol: "UDP", v6: null, port, iface } as const];
  });
}

/** The sockets of nfsd, and those of lockd if its ports are fixed. */
function readFileServers(): readonly KernelSocket[] {
  const read = (path: string) => ifTold(() => new TextDecoder().decode(readFile(path))) ?? "";
  const lockd = ([["TCP", "nlm_tcpport"], ["UDP", "nlm_udpport"]] as const).flatMap(([protocol, name]) => {
    const port = Number(read(`/proc/sys/fs/nfs/${name}`));
    return port === 0 ? [] : [{ kind: "lockd", protocol, v6: null, port, iface: null } as const];
  });
  return [...parsePortList(read("/proc/fs/nfsd/portlist")), ...lockd];
}
