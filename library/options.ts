/**
 * The options of a dump.
 */
import type { FamilyName } from "../decode/reference/dumped.ts";
import type { Filter } from "../query/filter/filter.ts";
import type { DatagramSource } from "../decode/netlink/datagram_source.ts";

/** Options of a dump. Families are selected by name, as in `{ tcp: true }`; all if none is named. */
export interface DumpOptions extends Readonly<Partial<Record<FamilyName, boolean>>> {
  /** IPv4 sockets only. Both versions if neither or both are set. */
  readonly ipv4?: boolean;
  /** IPv6 sockets only. */
  readonly ipv6?: boolean;
  /**
   * States as after `state` on the command line: `["all"]`, `["listening"]`. Default: connections; all sockets of named families that have no connections.
   */
  readonly states?: readonly string[];
  /**
   * Filter from `parseFilter`. Its states apply unless `states` is set. Processes, users, control groups or namespaces that it compares are looked up and added to the flows.
   */
  readonly filter?: Filter;
  /** Also the values that BPF programs keep with sockets; needs CAP_BPF, and CAP_SYS_ADMIN for names in them. */
  readonly bpfMaps?: boolean;
  /** Asks the kernel twice, to find sockets that the first answer missed while others came and went. */
  readonly twice?: boolean;
  /** Adds the processes that hold each socket. */
  readonly processes?: boolean;
  /** Also adds threads that have their own descriptors. */
  readonly threads?: boolean;
  /** Where to read descriptors: in `/proc`, or by a BPF program. Default: what is faster here. */
  readonly ownersFrom?: "proc" | "bpf";
  /** Also adds their command lines. */
  readonly cmdline?: boolean;
  /** Also adds their SELinux contexts. */
  readonly context?: boolean;
  /** Also adds the SELinux contexts of the sockets. */
  readonly contexts?: boolean;
  /** Also adds the flags of each descriptor, and how many descriptors are in flight in UNIX sockets. */
  readonly descriptors?: boolean;
  /** Also adds the options of each socket, read through a duplicate of a descriptor; `"all"` for the less usual ones too. */
  readonly sockopts?: boolean | "all";
  /** Also adds the peers of connections within the machine and the processes that hold them. */
  readonly peers?: boolean;
  /** Adds user names. */
  readonly users?: boolean;
  /** Adds control group paths, systemd units and containers. */
  readonly cgroups?: boolean;
  /** Adds the route to the destination, and what TCP remembers of it. */
  readonly route?: boolean;
  /** Adds translations of addresses (NAT); `peers` then finds other ends by them. Needs CAP_NET_ADMIN. */
  readonly nat?: boolean;
  /** Adds the names of the multicast groups of netlink sockets. */
  readonly groups?: boolean;
  /** Adds the BPF maps that hold each socket; needs CAP_SYS_ADMIN. */
  readonly socketMaps?: boolean;
  /** All of `descriptors`, `sockopts`, `route`, `nat`, `groups` and `socketMaps`. */
  readonly allContext?: boolean;
  /** Adds the epoll instances that watch each socket. The kernel locks each while it is read. */
  readonly watchers?: boolean;
  /** Also adds the threads that wait in a call on each socket. */
  readonly waiters?: boolean;
  /**
   * Network namespaces to ask, as after `-N` on the command line: names, PIDs, paths, `all`. Each flow then has `netns`. Default: the namespace of the caller, or of your own `source`, without `netns`.
   */
  readonly namespaces?: readonly string[];
  /** Maximum number of namespaces; unlimited by default. */
  readonly namespaceLimit?: number;
  /** Only these fields, by dotted path; with `+` before each, fields added to the default. */
  readonly columns?: readonly string[];
  /** Sorts by this field: `"tcp_info.rtt"`, or `"tcp_info.rtt:desc"` for the largest first. Keeps all flows in memory. */
  readonly sort?: string | readonly string[];
  /** Maximum number of flows or counts. */
  readonly limit?: number;
  /** Yields counts instead of flows: `count` for each combination of these fields. */
  readonly countBy?: readonly string[];
  /**
   * Called with each warning at the end of the dump; they are also in {@linkcode Outcome.warnings}. `parseFilter` calls it with hints about filters that may not mean what was intended.
   */
  readonly warn?: (warning: string) => void;
  /** A recording (pcap) to decode instead of asking the kernel. No lookups are possible. */
  readonly read?: string;
  /** A file to save the kernel's answers to. The kernel is asked for everything, so that the file can be read with other options. */
  readonly record?: string;
  /**
   * The source to ask. Default: a netlink socket in the caller's network namespace, closed at the end. Your own source stays open.
   */
  readonly source?: DatagramSource;
}

/** Options of an asynchronous dump, which can look up host names. */
export interface HostOptions extends DumpOptions {
  /** Adds host names as `src_host` and `dst_host`. This may query name servers. */
  readonly hosts?: boolean;
  /** Time limit in milliseconds for all host names; 2000 by default. Then the rest stay numbers. */
  readonly hostTimeout?: number;
}
