/**
 * Asks the kernel for routes (RTM_GETROUTE), and for what TCP remembers of addresses (`tcp_metrics` of generic netlink).
 */
import { AF_INET, AF_INET6 } from "../decode/kernel/address_family.ts";
import { EIO } from "../decode/kernel/errno.ts";
import { KernelError } from "../decode/kernel/errors.ts";
import { RouteFinder, type Routing } from "../decode/lookups/route_finder.ts";
import {
  encodeRulesRequest,
  readRule,
  RTM_GETROUTE,
  RTM_GETRULE,
  RTM_HEADER,
} from "../decode/lookups/route_message.ts";
import { TCP_METRICS_CMD_GET, TcpMetrics } from "../decode/lookups/tcp_metrics.ts";
import type { OwnerIndex } from "../decode/lookups/owner_index.ts";
import { encodeGenericHeader } from "../decode/netlink/generic.ts";
import type { Vantage } from "../decode/plan/plan.ts";
import { findGenericFamily } from "./generic_families.ts";
import { KernelQuery, NETLINK_GENERIC, NETLINK_ROUTE, reasonOf } from "./kernel_query.ts";
import { interfaceName } from "./netlink_socket.ts";

/** The routes of sockets, for one run. */
export function openRoutes(_owners: OwnerIndex | null, vantages: readonly Vantage[]): RouteFinder {
  // Only the namespace that is being listed has open sockets.
  let current: NamespaceRouting | null = null;
  const shut = () => {
    current?.[Symbol.dispose]();
    current = null;
  };
  const finder = new RouteFinder((namespace) => {
    shut();
    try {
      return current = new NamespaceRouting(vantages[namespace]!, (warning) => finder.warn(warning));
    } catch (error) {
      return `cannot tell routes: ${reasonOf(error)}`;
    }
  }, shut);
  return finder;
}

/** Why routes cannot be told here; `null` if they can. */
export function routeObstacle(): string | null {
  try {
    using query = new KernelQuery(NETLINK_ROUTE);
    // Loopback addresses have a route as long as the interface is up, and an error number is an answer too.
    const [header, destination] = [[AF_INET, 32, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], [8, 0, 1, 0, 127, 0, 0, 1]];
    query.get(RTM_GETROUTE, Uint8Array.from([...header, ...destination]), () => {});
    return null;
  } catch (error) {
    return error instanceof KernelError && error.code !== "EPERM" ? null : reasonOf(error);
  }
}

class NamespaceRouting implements Routing, Disposable {
  byMark = false;
  byPorts: boolean;
  readonly #query: KernelQuery;
  readonly #vantage: Vantage;
  #metrics: TcpMetrics | null = null;

  constructor(vantage: Vantage, readonly warn: (warning: string) => void) {
    this.#vantage = vantage;
    this.#query = new KernelQuery(NETLINK_ROUTE, vantage.inside);
    this.byPorts = ["ipv4", "ipv6"].some((name) => this.#hashesPorts(name));
    try {
      for (const family of [AF_INET, AF_INET6]) this.#readRules(family);
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  /** Whether ports choose between several next routers. */
  #hashesPorts(name: string): boolean {
    const policy = this.#vantage.proc?.sysctl(`net/${name}/fib_multipath_hash_policy`) ?? null;
    return policy !== null && new TextDecoder().decode(policy).trim() !== "0";
  }

  #readRules(family: number): void {
    try {
      this.#query.dump(RTM_GETRULE, encodeRulesRequest(family), (view, _bytes, start, end) => {
        const { byMark, byPorts } = readRule(view, start, end);
        this.byMark ||= byMark;
        this.byPorts ||= byPorts;
      });
    } catch (error) {
      // A kernel without rules (CONFIG_IP_MULTIPLE_TABLES) or without IPv6.
      if (!(error instanceof KernelError)) throw error;
    }
  }

  ask(request: Uint8Array): Uint8Array | number {
    try {
      let answer = new Uint8Array(0);
      this.#query.get(RTM_GETROUTE, request, (_view, bytes, start, end) => answer = bytes.slice(start, end));
      return answer.length < RTM_HEADER ? EIO : answer;
    } catch (error) {
      if (error instanceof KernelError) return error.errno;
      this.warn(`cannot tell a route: ${reasonOf(error)}`);
      return EIO;
    }
  }

  interfaceName(index: number): Uint8Array | null {
    return interfaceName(this.#query.fd, index);
  }

  remembered(pair: Int32Array): Uint8Array | null {
    return (this.#metrics ??= this.#readMetrics()).find(pair);
  }

  /** All that TCP remembers here: one dump costs less than a question for each pair of addresses. */
  #readMetrics(): TcpMetrics {
    const metrics = new TcpMetrics();
    try {
      using query = new KernelQuery(NETLINK_GENERIC, this.#vantage.inside);
      const family = findGenericFamily(query, "tcp_metrics");
      const request = encodeGenericHeader(TCP_METRICS_CMD_GET);
      const isWhole = family === null || query.dump(
        family.id,
        request,
        (view, bytes, start, end) => metrics.add(view, bytes, start, end),
        () => metrics.clear(),
      );
      if (!isWhole) this.warn("what TCP remembers of addresses changed while it was read: some may be missing");
    } catch (error) {
      this.warn(`cannot tell what TCP remembers of addresses: ${reasonOf(error)}`);
    }
    return metrics;
  }

  [Symbol.dispose](): void {
    this.#query[Symbol.dispose]();
  }
}
