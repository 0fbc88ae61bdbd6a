/**
 * The registry of socket families: one entry each, in output order. A family's code is loaded only when its sockets are
 * requested.
 */
import type { Family, FamilyCode, FamilyEntry } from "./family.ts";
import { SOCK_DGRAM, SOCK_RAW, SOCK_SEQPACKET, SOCK_STREAM } from "../kernel/socket_types.ts";

/** What is known about a family before its code is loaded, and how to load it. */
interface Row extends Omit<FamilyEntry, "load"> {
  code(): Promise<FamilyCode>;
}

const rows: readonly Row[] = [
  {
    name: "TCP",
    option: { long: "tcp", short: "t", help: "TCP sockets" },
    domain: "inet",
    code: async () => (await import("./inet/tcp.ts")).tcp,
  },
  {
    name: "MPTCP",
    option: { long: "mptcp", short: "M", help: "Multipath TCP sockets" },
    domain: "inet",
    code: async () => (await import("./inet/mptcp.ts")).mptcp,
  },
  {
    name: "UDP",
    option: { long: "udp", short: "u", help: "UDP sockets" },
    domain: "inet",
    code: async () => (await import("./inet/udp.ts")).udp,
  },
  {
    name: "UDPLITE",
    option: { long: "udplite", help: "UDP-Lite sockets" },
    domain: "inet",
    code: async () => (await import("./inet/udp.ts")).udplite,
  },
  {
    name: "RAW",
    option: { long: "raw", short: "w", help: "raw IP sockets" },
    domain: "inet",
    code: async () => (await import("./inet/raw.ts")).raw,
  },
  {
    name: "SCTP",
    option: { long: "sctp", short: "S", help: "SCTP sockets and their associations" },
    domain: "inet",
    code: async () => (await import("./inet/sctp.ts")).sctp,
  },
  {
    name: "DCCP",
    option: { long: "dccp", short: "d", help: "DCCP sockets" },
    domain: "inet",
    code: async () => (await import("./inet/dccp.ts")).dccp,
  },
  {
    name: "PING",
    option: { long: "ping", help: "ICMP echo sockets (unprivileged ping)" },
    domain: "inet",
    code: async () => (await import("./inet/ping.ts")).ping,
  },
  {
    name: "UNIX",
    option: { long: "unix", short: "x", help: "UNIX sockets" },
    domain: "unix",
    typeNames: {
      unix_stream: SOCK_STREAM,
      u_str: SOCK_STREAM,
      unix_dgram: SOCK_DGRAM,
      u_dgr: SOCK_DGRAM,
      unix_seqpacket: SOCK_SEQPACKET,
      u_seq: SOCK_SEQPACKET,
    },
    code: async () => (await import("./unix.ts")).unix,
  },
  {
    name: "NETLINK",
    option: { long: "netlink", help: "netlink sockets" },
    domain: "netlink",
    code: async () => (await import("./netlink_diag.ts")).netlink,
  },
  {
    name: "PACKET",
    option: { long: "packet", short: "0", help: "packet sockets" },
    domain: "link",
    typeNames: { packet_raw: SOCK_RAW, p_raw: SOCK_RAW, packet_dgram: SOCK_DGRAM, p_dgr: SOCK_DGRAM },
    code: async () => (await import("./packet.ts")).packet,
  },
  {
    name: "VSOCK",
    option: { long: "vsock", help: "VSOCK sockets, between virtual machines and their host" },
    domain: "vsock",
    typeNames: {
      vsock_stream: SOCK_STREAM,
      v_str: SOCK_STREAM,
      vsock_dgram: SOCK_DGRAM,
      v_dgr: SOCK_DGRAM,
      vsock_seqpacket: SOCK_SEQPACKET,
    },
    code: async () => (await import("./vsock.ts")).vsock,
  },
  {
    name: "XDP",
    option: { long: "xdp", help: "XDP (express data path) sockets" },
    domain: "xdp",
    code: async () => (await import("./xdp.ts")).xdp,
  },
  {
    name: "TIPC",
    option: { long: "tipc", help: "TIPC sockets" },
    domain: "tipc",
    code: async () => (await import("./tipc.ts")).tipc,
  },
  {
    name: "SMC",
    option: { long: "smc", help: "SMC sockets" },
    domain: "smc",
    code: async () => (await import("./smc.ts")).smc,
  },
  {
    name: "OTHER",
    option: { long: "other", help: "other sockets, found only through the processes holding them" },
    domain: "other",
    code: async () => (await import("./other.ts")).other,
  },
];

/** The public form of a row. It loads the family's code on first use, and only once. */
function entryOf({ code, ...known }: Row): FamilyEntry {
  let family: Promise<Family> | null = null;
  const entry: FamilyEntry = { ...known, load: () => family ??= code().then((code) => ({ ...entry, ...code })) };
  return entry;
}

/** All families, in output order. */
export const families: readonly FamilyEntry[] = rows.map(entryOf);

/** Loads the code of these families. */
export const loadFamilies = (entries: readonly FamilyEntry[]): Promise<readonly Family[]> =>
  Promise.all(entries.map((entry) => entry.load()));
